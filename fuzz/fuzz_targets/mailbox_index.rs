//! An index is the same however a message comes in, reads as it was stored, and gives well-formed answers
//! that agree with one another; what is no index says so or is as harmless.
#![no_main]
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use mailwire_imap::{
    Command, Encoder, Frame, Partial, Peer, ReadOptions, Section, SectionText,
    command::FetchAttribute,
};
use mailwire_mailbox::{Builder, Index, LineEnds};

const ASKED: &str = "a FETCH 1 (RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE BODY[] BODY[HEADER] BODY[TEXT] \
    BODY[1] BODY[1.MIME] BODY[1.1] BODY[2] BODY[2.HEADER] BODY[2.TEXT] BODY[1.2.MIME] BODY[1]<3.7> \
    BODY[HEADER.FIELDS (Subject To)] BODY[HEADER.FIELDS.NOT (Subject)] BINARY[1] BINARY[2] BINARY.SIZE[1] \
    RFC822 RFC822.HEADER RFC822.TEXT PREVIEW)\r\n";

fuzz_target!(|input: &[u8]| {
    let Some((&[choice, cut], message)) = input.split_first_chunk::<2>() else { return };
    let message = Bytes::copy_from_slice(message);
    let line_ends = [LineEnds::Detect, LineEnds::Keep, LineEnds::Crlf][usize::from(choice % 3)];
    let index = Index::of_with(&message, line_ends);
    let mut builder = Builder::new(line_ends);
    for start in (0..message.len()).step_by(usize::from(cut) + 1) {
        builder.handle_input(message.slice(start..message.len().min(start + usize::from(cut) + 1)));
    }
    assert_eq!(builder.finish(), index);
    assert_eq!(Index::parse(index.as_bytes().clone()).as_ref(), Ok(&index));
    ask(&index, &message);
    for part in index.body_structure(Peer::CLIENT).parts() {
        let section = Section::new(part.section(), SectionText::All).expect("numbers");
        let content = index.section(&section, &message).expect("what is in the structure is there");
        assert!(part.octets().is_none_or(|octets| octets == content.len()), "{section}");
    }

    let whole = index.section(&Section::WHOLE, &message).expect("the whole message");
    let octets = whole.octets().into_owned();
    assert_eq!(octets.len() as u64, index.size());
    let chunks: Vec<u8> =
        whole.chunks(usize::from(cut) + 1).flat_map(|it| it.into_owned()).collect();
    assert_eq!(chunks, octets);
    let origin = u64::from(choice) * u64::from(cut) / 3;
    let partial = Partial::new(origin, u64::from(cut) + 1).expect("in order");
    let start = octets.len().min(usize::try_from(origin).expect("small"));
    let end = octets.len().min(start + usize::from(cut) + 1);
    assert_eq!(whole.partial(partial).octets()[..], octets[start..end]);
    let top = index.top(u64::from(cut), &message);
    assert!(octets.starts_with(&top.octets()), "the beginning of the message");

    // The same octets as a stored form, with the right beginning and checksum.
    let mut stored = [&[1, choice % 2][..], &message].concat();
    let sum = stored
        .iter()
        .fold(0x811c_9dc5u32, |sum, octet| (sum ^ u32::from(*octet)).wrapping_mul(0x0100_0193));
    stored.extend(sum.to_le_bytes());
    if let Ok(index) = Index::parse(stored.into()) {
        ask(&index, &message);
    }
});

fn ask(index: &Index, message: &Bytes) {
    let frame = Frame::new(Bytes::from_static(ASKED.as_bytes()));
    let parsed = Command::parse(&frame, ReadOptions::default()).expect("a command");
    let Command::Fetch { attributes, .. } = parsed.value.command else { panic!() };
    let mut out = Encoder::new(Peer::CLIENT);
    for attribute in &attributes {
        if let Ok(item) = index.fetch(attribute, message, Peer::CLIENT) {
            item.encode(&mut out);
        } else {
            assert!(matches!(
                attribute,
                FetchAttribute::Binary { .. } | FetchAttribute::BinarySize(_)
            ));
        }
    }
}
