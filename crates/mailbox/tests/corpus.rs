//! Real mail: however a message comes in, its index is the same, small, and gives well-formed answers.

use bytes::Bytes;
use mailwire_imap::Peer;
use mailwire_mailbox::{Builder, Index, LineEnds};

const MAIL: [&str; 6] = [
    "corpus/spamassassin/easy-ham-1",
    "corpus/spamassassin/easy-ham-2",
    "corpus/spamassassin/hard-ham-1",
    "corpus/spamassassin/spam-1",
    "corpus/spamassassin/spam-2",
    "vectors/mailkit/Imap/Resources/common",
];

fn pushed(message: &Bytes, line_ends: LineEnds, size: usize) -> Index {
    let mut builder = Builder::new(line_ends);
    for start in (0..message.len()).step_by(size) {
        builder.handle_input(message.slice(start..message.len().min(start + size)));
    }
    builder.finish()
}

#[test]
fn indexes_are_the_same_however_messages_come_in() {
    let (mut messages, mut octets, mut kept) = (0, 0, 0);
    for (name, message) in MAIL.iter().flat_map(|part| testkit::shared::files(part)) {
        let message = Bytes::from(message);
        let line_ends = if messages % 2 == 0 { LineEnds::Detect } else { LineEnds::Crlf };
        let index = Index::of_with(&message, line_ends);
        for size in [997, 64 * 1024] {
            let pushed = pushed(&message, line_ends, size);
            assert_eq!(pushed, index, "{name} in chunks of {size}: {pushed:#?}");
        }
        assert_eq!(Index::parse(index.as_bytes().clone()).as_ref(), Ok(&index), "{name}");
        let _ = index.envelope();
        assert_eq!(
            index.body_structure(Peer::CLIENT).parts().count(),
            index.body(Peer::CLIENT).parts().count()
        );
        messages += 1;
        octets += message.len();
        kept += index.as_bytes().len();
    }
    let (Some(each), Some(index)) = (octets.checked_div(messages), kept.checked_div(messages))
    else {
        return;
    };
    println!("{messages} messages of {each} octets: indexes of {index}");
    assert!(index < 600, "an index is small");
}
