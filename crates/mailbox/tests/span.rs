//! What is read piece by piece is what is cut out of a message in memory.

use bytes::Bytes;
use core::{convert::Infallible, num::NonZeroU32, ops::Range};
use mailwire_imap::{AString, Partial, Section, SectionText};
use mailwire_mailbox::{Decoding, Index, LineEnds, Place, Span};
use proptest::prelude::*;

/// All that is read, in blocks.
fn stream(message: &Bytes, mut span: Span, block: u64) -> Vec<u8> {
    let mut sent = Vec::new();
    while !span.is_empty() {
        let octets = read(message, span.wants(block));
        assert!(!octets.is_empty(), "{span:?} of {}", message.len());
        sent.extend_from_slice(&span.take(octets));
    }
    sent
}

fn read(message: &Bytes, octets: Range<u64>) -> Bytes {
    let at = |at: u64| usize::try_from(at).unwrap().min(message.len());
    message.slice(at(octets.start)..at(octets.end))
}

fn decode(message: &Bytes, mut span: Span, decoding: &Decoding, block: u64) -> Vec<u8> {
    let (mut decoder, mut decoded) = (decoding.decoder(), Vec::new());
    while !span.is_empty() {
        let octets = read(message, span.wants(block));
        decoder.decode(&span.take(octets), &mut decoded);
    }
    decoder.finish(&mut decoded);
    decoded
}

/// The octets of a section, taken from where the place says.
fn section(
    message: &Bytes,
    index: &Index,
    section: &Section,
    partial: Option<Partial>,
    block: u64,
) -> Option<Vec<u8>> {
    match index.place(section) {
        Place::Nowhere => None,
        Place::Span(span) => {
            let span = match partial {
                Some(partial) => {
                    let get = |octets| Ok::<_, Infallible>(read(message, octets));
                    span.partial(index, partial, get).unwrap()
                }
                None => span,
            };
            let len = span.len();
            let sent = stream(message, span, block);
            assert_eq!(sent.len() as u64, len);
            Some(sent)
        }
        Place::Read(octets) => {
            let given = read(message, octets.clone());
            let content = index.section_within(section, octets.start, &given)?;
            let content = match partial {
                Some(partial) => content.partial(partial),
                None => content,
            };
            Some(content.octets().into_owned())
        }
        place => panic!("{place:?}"),
    }
}

fn check(message: &Bytes, line_ends: LineEnds, partials: &[(u64, u64)], block: u64) {
    let index = Index::of_with(message, line_ends);
    let number = |number| NonZeroU32::new(number).unwrap();
    let subject = || vec![AString::try_from("subject").unwrap()];
    for part in [&[][..], &[1], &[2], &[3], &[3, 1], &[3, 2], &[4], &[4, 1], &[1, 1], &[9]] {
        let numbers: Vec<NonZeroU32> = part.iter().copied().map(number).collect();
        for text in [
            SectionText::All,
            SectionText::Header,
            SectionText::Text,
            SectionText::Mime,
            SectionText::HeaderFields(subject()),
            SectionText::HeaderFieldsNot(subject()),
        ] {
            let Ok(asked) = Section::new(numbers.clone(), text) else { continue };
            let want = index.section(&asked, message).map(|content| content.octets().into_owned());
            assert_eq!(section(message, &index, &asked, None, block), want, "{asked}");
            for (origin, length) in partials {
                let partial = Partial::new(*origin, *length).unwrap();
                let content = index.section(&asked, message);
                let want = content.map(|it| it.partial(partial).octets().into_owned());
                let got = section(message, &index, &asked, Some(partial), block);
                assert!(got == want, "{asked}<{origin}.{length}>");
            }
        }
        let want = index.binary(&numbers, message).map(|it| it.map(|it| it.octets().into_owned()));
        let got = index.binary_place(&numbers).map(|place| match place {
            Place::Nowhere => None,
            Place::Span(span) => Some(stream(message, span, block)),
            Place::Read(octets) => {
                let given = read(message, octets.clone());
                let content = index.binary_within(&numbers, octets.start, &given).unwrap()?;
                Some(content.octets().into_owned())
            }
            Place::Encoded(span, decoding) => Some(decode(message, span, &decoding, block)),
            place => panic!("{place:?}"),
        });
        assert!(got == want, "BINARY{part:?}");
    }
    let get = |octets| Some(read(message, octets).to_vec().into());
    assert_eq!(index.preview_of(get), index.preview(message));
}

/// A text, an attachment, a message, and a message that is encoded.
fn message(line: &str, times: usize) -> String {
    let body = line.repeat(times);
    let nested = format!("Subject: inner\n\n{}", line.repeat(times / 3));
    let mut encoded = String::new();
    for octets in nested.as_bytes().chunks(45) {
        encoded += &base64(octets);
        encoded.push('\n');
    }
    format!(
        "Subject: outer\n folded\nTo: you\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Transfer-Encoding: quoted-printable\n\n=48ello=\n there\n{body}\n\
         --b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{encoded}\n\
         --b\nContent-Type: message/rfc822\n\n{nested}\n\
         --b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{encoded}\n\
         --b--\n"
    )
}

fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    octets
        .chunks(3)
        .flat_map(|three| {
            let at = |i: usize| u32::from(*three.get(i).unwrap_or(&0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            (0..4).map(move |digit| {
                let known = digit <= three.len();
                let digit = DIGITS[(bits >> (18 - 6 * digit)) as usize & 63];
                if known { char::from(digit) } else { '=' }
            })
        })
        .collect()
}

#[test]
fn long_messages_are_cut_where_they_should_be() {
    let partials = [
        (0, 1),
        (1, 5),
        (65_535, 3),
        (131_072, 70_000),
        (131_073, 10),
        (200_001, 1_000),
        (399_999, 1_000_000),
        (10_000_000, 5),
    ];
    for line in ["0123456789\n", "\n", "0123456789\r\n", "0123\n56\r\n\r"] {
        let lf = message(line, 400_000 / line.len());
        for text in [lf.clone(), lf.replace("\r\n", "\n").replace('\n', "\r\n")] {
            let message = Bytes::from(text);
            for line_ends in [LineEnds::Detect, LineEnds::Crlf] {
                check(&message, line_ends, &partials, 50_000);
            }
        }
    }
}

proptest! {
    /// However it is read, it is the same.
    #[test]
    fn spans_are_sections(
        line in "[a\r\n]{0,12}",
        times in 0..20usize,
        partials in proptest::collection::vec((0..400u64, 1..50u64), 0..4),
        block in 1..60u64,
        crlf: bool,
    ) {
        let text = message(&line, times);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        for line_ends in [LineEnds::Detect, LineEnds::Crlf, LineEnds::Keep] {
            check(&Bytes::from(text.clone()), line_ends, &partials, block);
        }
    }
}
