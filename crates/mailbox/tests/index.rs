//! The index: however a message comes in it is the same, and what is damaged is no index.

use bytes::Bytes;
use mailwire_imap::Peer;
use mailwire_mailbox::{Builder, Index, IndexError, LineEnds};
use proptest::{collection::vec, prelude::*};

fn pushed(message: &[u8], line_ends: LineEnds, cuts: &[usize]) -> Index {
    let mut builder = Builder::new(line_ends);
    let mut rest = message;
    for cut in cuts {
        let (now, later) = rest.split_at((*cut).min(rest.len()));
        builder.handle_input(Bytes::copy_from_slice(now));
        rest = later;
    }
    builder.handle_input(Bytes::copy_from_slice(rest));
    builder.finish()
}

const SAMPLE: &[u8] = b"From: A <a@x.test>\nTo: b@x.test\nSubject: hi\nMessage-ID: <1@x>\n\
    References: <2@x> <3@x>\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\
    Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n\
    --b\nContent-Type: message/rfc822\n\nSubject: in\n\nbody\n--b--\n";

#[test]
fn every_damage_of_one_octet_is_found() {
    let index = Index::of(SAMPLE);
    let stored = index.as_bytes();
    for at in 0..stored.len() {
        for bit in 0..8 {
            let mut damaged = stored.to_vec();
            damaged[at] ^= 1 << bit;
            assert!(Index::parse(damaged.into()).is_err(), "octet {at}, bit {bit}");
        }
        assert_eq!(Index::parse(stored.slice(..at)), Err(IndexError::Damaged), "{at} octets");
    }
    let more = [&stored[..], b"\0"].concat();
    assert_eq!(Index::parse(more.into()), Err(IndexError::Damaged));
    assert_eq!(Index::parse(Bytes::from_static(&[2, 0])), Err(IndexError::Version(2)));
}

/// What was made up and has the right checksum is refused, or gives well-formed answers.
#[test]
fn made_up_indexes_are_harmless() {
    let stored = Index::of(SAMPLE).as_bytes().to_vec();
    let mut taken = 0;
    for at in 1..stored.len() - 4 {
        for value in [0, 1, 2, 0x7f, 0x80, 0xff] {
            let mut made_up = stored.clone();
            made_up[at] = value;
            with_checksum(&mut made_up);
            if let Ok(index) = Index::parse(made_up.into()) {
                taken += 1;
                answers(&index, SAMPLE);
            }
        }
    }
    assert!(taken > 0, "some of them pass");
}

/// Types that answers would make others of, and more parts than messages have.
#[test]
fn made_up_parts_are_refused() {
    let message = b"Content-Type: next/plain\r\nContent-MD5: x\r\n\r\nbody\r\n";
    let stored = Index::of(message).as_bytes().to_vec();
    let at = stored.windows(4).position(|octets| octets == b"next").unwrap();
    let made_up = |from: &[u8]| {
        let mut made_up = stored.clone();
        made_up[at..at + 4].copy_from_slice(from);
        with_checksum(&mut made_up);
        Index::parse(made_up.into())
    };
    assert!(made_up(b"nest").is_ok());
    for word in [b"te\0x", b"t\rex", b"\ntex", b"nexT"] {
        assert_eq!(made_up(word), Err(IndexError::Damaged), "{}", word.escape_ascii());
    }

    let of = |parts: usize| {
        let parts = "--b\r\n\r\n".repeat(parts);
        Index::of(format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}").as_bytes())
    };
    assert_eq!(of(20_000).parts().count(), 10_000, "as many as are told apart");
    assert_eq!(of(20_000).body(Peer::CLIENT).parts().count(), 10_000);
    assert_eq!(Index::parse(of(20_000).as_bytes().clone()), Ok(of(20_000)));
}

/// More line feeds than there are octets between two marks, and more marks than there is message.
#[test]
fn made_up_marks_are_refused() {
    let message = b"a\n".repeat(100_000);
    let index = Index::of(&message);
    let (stored, partial) = (index.as_bytes(), mailwire_imap::Partial::new(150_000, 10).unwrap());
    let marks = [[0x80, 0x80, 2]; 3].concat();
    let (before, behind) = stored.split_at(stored.len() - 4 - marks.len());
    assert!(behind.starts_with(&marks), "three marks, with 32 Ki line feeds each");
    let made_up = |marks: &[u8]| {
        let size = u8::try_from(marks.len()).unwrap();
        let mut made_up = [&before[..before.len() - 1], &[size], marks, &[0; 4]].concat();
        with_checksum(&mut made_up);
        Index::parse(made_up.into())
    };
    assert_eq!(made_up(&marks).as_ref(), Ok(&index));
    let other = made_up(&[0x80, 0x80, 4]).unwrap();
    let content = other.section(&mailwire_imap::Section::WHOLE, &message).unwrap();
    assert_eq!(content.partial(partial).octets().len(), 10, "wrong, and well-formed");
    let too_many = [&[0xff; 9][..], &[1]].concat();
    for marks in [&[0x81, 0x80, 4], &too_many[..], &[1, 1, 1, 1]] {
        assert_eq!(made_up(marks), Err(IndexError::Damaged), "{marks:?}");
    }
}

fn with_checksum(stored: &mut [u8]) {
    let end = stored.len() - 4;
    let sum = stored[..end]
        .iter()
        .fold(0x811c_9dc5u32, |sum, octet| (sum ^ u32::from(*octet)).wrapping_mul(0x0100_0193));
    stored[end..].copy_from_slice(&sum.to_le_bytes());
}

/// Asks everything.
fn answers(index: &Index, message: &[u8]) {
    let mut peer = Peer::CLIENT;
    let _ =
        (index.size(), index.envelope(), index.sent_date().map(mailwire_mailbox::SentDate::day));
    let _ = (index.body(peer), index.references().count(), index.preview(message));
    peer.utf8 = true;
    let _ = (index.body_structure(peer), index.top(3, message).octets());
    for section in ["", "HEADER", "TEXT", "1", "1.MIME", "2", "2.HEADER", "2.1", "2.TEXT"] {
        let mailwire_imap::command::FetchAttribute::Section { section, .. } =
            attribute(&format!("BODY[{section}]"))
        else {
            panic!("{section}")
        };
        let Some(content) = index.section(&section, message) else { continue };
        let _ = content.octets();
        let partial = mailwire_imap::Partial::new(3, 10).unwrap();
        let _ = content.partial(partial).octets();
        let _ = index.binary(section.part(), message);
    }
}

fn attribute(text: &str) -> mailwire_imap::command::FetchAttribute {
    let frame = mailwire_imap::Frame::new(Bytes::from(format!("a FETCH 1 ({text})\r\n")));
    let parsed = mailwire_imap::Command::parse(&frame, Default::default()).unwrap();
    let mailwire_imap::Command::Fetch { attributes, .. } = parsed.value.command else { panic!() };
    attributes.into_iter().next().unwrap()
}

/// Whether the index is asked about another message than its own or not: no answer panics.
#[test]
fn other_messages_are_harmless() {
    for size in 0..SAMPLE.len() {
        answers(&Index::of(SAMPLE), &SAMPLE[..size]);
    }
    answers(&Index::of(SAMPLE), &SAMPLE.repeat(3));
}

#[test]
fn an_index_is_small() {
    let index = Index::of(SAMPLE);
    assert!(index.as_bytes().len() < 220, "{}", index.as_bytes().len());
    let attachment = [SAMPLE, &b"A line of it\n".repeat(1 << 20)].concat();
    let index = Index::of(&attachment);
    assert!(index.as_bytes().len() < 1_000, "marks are few: {}", index.as_bytes().len());
}

proptest! {
    /// However a message is cut, it is the same index; its stored form reads as it was written.
    #[test]
    fn whole_and_pushed_are_the_same(
        parts in vec(prop::sample::select(vec![
            "Subject: a\r\n", "To: b@x\n", "Content-Type: multipart/mixed; boundary=b\r\n",
            "Content-Type: multipart/mixed; boundary=c\n", "Content-Type: message/rfc822\r\n",
            "Content-Type: message/global\n", "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\n", "\r\n", "\n", "\r", "--b\r\n", "--b--\n",
            "--c\n", "--c--\r\n", "text\n", "text", "U3ViamVjdDogeAoKYm9keQo=\r\n", "=0A=0D\n", " fold\r\n",
            "\u{feff}", "From x Mon Jan  1 00:00:00 2001\n", "no field\n",
        ]), 0..24),
        cuts in vec(0..40usize, 0..6),
        line_ends in prop::sample::select(vec![LineEnds::Detect, LineEnds::Keep, LineEnds::Crlf]),
    ) {
        let message = parts.concat().into_bytes();
        let index = Index::of_with(&message, line_ends);
        prop_assert_eq!(&pushed(&message, line_ends, &cuts), &index);
        prop_assert_eq!(Index::parse(index.as_bytes().clone()), Ok(index.clone()));
        answers(&index, &message);
        let wire = index.section(&mailwire_imap::Section::WHOLE, &message).unwrap();
        prop_assert_eq!(wire.octets().len() as u64, index.size());
    }
}
