//! Answers about one message agree with one another, whatever the message.

use bytes::Bytes;
use core::num::NonZeroU32;
use mailwire_imap::{
    Peer, Section, SectionText,
    command::FetchAttribute,
    fetch::{BodyKind, BodyPart, FetchItem},
};
use mailwire_mailbox::{FetchError, Index, LineEnds};
use proptest::{collection::vec, prelude::*};

/// The octets of a section as they go out; nothing for NIL.
fn octets(
    index: &Index,
    message: &[u8],
    part: &[NonZeroU32],
    text: SectionText,
) -> Option<Vec<u8>> {
    let section = Section::new(part.to_vec(), text).expect("a section");
    let content = index.section(&section, message)?;
    let octets = content.octets().into_owned();
    assert_eq!(octets.len() as u64, content.len(), "{section}");
    Some(octets)
}

fn lines(octets: &[u8]) -> u64 {
    octets.iter().filter(|octet| **octet == b'\n').count() as u64
}

fn check(message: &[u8], line_ends: LineEnds) {
    let index = Index::of_with(message, line_ends);
    let whole = octets(&index, message, &[], SectionText::All).expect("the message");
    assert_eq!(whole.len() as u64, index.size());
    let halves = [SectionText::Header, SectionText::Text];
    let halves = halves.map(|half| octets(&index, message, &[], half).expect("of any message"));
    assert_eq!(halves.concat(), whole, "header and text are the message");

    let structure = index.body_structure(Peer::CLIENT);
    for part in structure.parts() {
        check_part(&index, message, &part);
    }
}

fn check_part(index: &Index, message: &[u8], part: &BodyPart<'_>) {
    let numbers = part.section();
    let get = |text| octets(index, message, &numbers, text);
    let body = get(SectionText::All);
    if part.kind() == BodyKind::Multipart {
        assert!(body.is_some(), "{part:?}");
        return;
    }
    let body = body.unwrap_or_else(|| panic!("{numbers:?} of what is in the structure"));
    assert_eq!(Some(body.len() as u64), part.octets(), "{part:?}");
    assert!(part.lines().is_none_or(|told| told == lines(&body)), "{part:?}");

    let owned = Bytes::copy_from_slice(message);
    let answer = |attribute| index.fetch(&attribute, &owned, Peer::CLIENT);
    let binary = index.binary(&numbers, message).map(|it| it.expect("it is there").len());
    match answer(FetchAttribute::BinarySize(numbers.clone())) {
        Ok(FetchItem::BinarySize { size, .. }) => assert_eq!(binary, Ok(size), "{part:?}"),
        Err(why) => assert_eq!((why, binary), (FetchError::UnknownEncoding, Err(why))),
        other => panic!("{other:?}"),
    }

    if part.kind() != BodyKind::Message {
        assert_eq!(get(SectionText::Header), None, "{part:?} is no message");
        return;
    }
    let halves = [SectionText::Header, SectionText::Text];
    let halves = halves.map(|half| get(half).expect("of a message")).concat();
    let decoded = part.encoding().is_some_and(|encoding| {
        !["7bit", "8bit", "binary"].iter().any(|it| encoding.eq_ignore_ascii_case(it.as_bytes()))
    });
    if !decoded {
        assert_eq!(halves, body, "header and text are the message");
        let told = if index.converts_line_ends() { LineEnds::Crlf } else { LineEnds::Keep };
        let alone = Index::of_with(&body, told);
        assert_eq!(part.envelope(), Some(alone.envelope()), "{part:?}");
    }
}

proptest! {
    #[test]
    fn of_any_message(
        parts in vec(prop::sample::select(vec![
            "Subject: a\r\n", "To: b@x\n", "Content-Type: multipart/mixed; boundary=b\r\n",
            "Content-Type: multipart/digest; boundary=c\n", "Content-Type: message/rfc822\r\n",
            "Content-Type: message/global\n", "Content-Type: multipart/mixed\r\n",
            "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: x-own\r\n",
            "Content-Transfer-Encoding: quoted-printable\n", "\r\n", "\n", "\r", "--b\r\n", "--b--\n",
            "--c\n", "--c--\r\n", "text\n", "text", "U3ViamVjdDogeAoKYm9keQo=\r\n", "=0A=0D\n", " fold\r\n",
            "\u{feff}", "From x Mon Jan  1 00:00:00 2001\n", "no field\n",
        ]), 0..24),
        line_ends in prop::sample::select(vec![LineEnds::Detect, LineEnds::Keep, LineEnds::Crlf]),
    ) {
        check(parts.concat().as_bytes(), line_ends);
    }
}

#[test]
fn of_real_mail() {
    for part in ["easy-ham-1", "hard-ham-1", "spam-1"] {
        for (name, message) in testkit::shared::files(&format!("corpus/spamassassin/{part}")) {
            println!("{name}");
            check(&message, LineEnds::Crlf);
        }
    }
}
