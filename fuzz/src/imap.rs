//! What the targets for IMAP share: frames cut in every way, and messages read and printed.
use bytes::Bytes;
use mailwire_imap::{
    Command, Data, Encoded, Encoder, Frame, FrameError, FrameLimits, Framer, Leniency,
    LiteralSupport, Peer, Piece, ReadOptions, Repairs, Response, Side, Tag, TaggedCommand,
    fetch::FetchItem,
};

use crate::pieces;

/// What becomes of literals that are offered.
#[derive(Clone, Copy, Debug, arbitrary::Arbitrary)]
pub enum Answer {
    Inline,
    Stream,
    Skip,
    Abandon,
}

/// What a framer says, and what it has of the frame if that is an offer.
pub type Said = (Result<Piece, FrameError>, Option<Frame>);

/// Everything that the framer says; chunks that follow each other are joined.
pub fn framed(
    side: Side,
    limits: FrameLimits,
    answer: Answer,
    input: impl IntoIterator<Item = Bytes>,
) -> Vec<Said> {
    let mut framer = Framer::new(side, limits);
    let mut said: Vec<Said> = Vec::new();
    for piece in input {
        framer.push(piece);
        while let Some(piece) = framer.next_piece().transpose() {
            if let (Ok(Piece::Chunk(more)), Some((Ok(Piece::Chunk(chunk)), _))) =
                (&piece, said.last_mut())
            {
                *chunk = [&**chunk, &**more].concat().into();
                continue;
            }
            let offered = matches!(piece, Ok(Piece::Literal { .. }));
            said.push((piece, framer.head()));
            if offered {
                match answer {
                    Answer::Inline => {
                        said.extend(framer.inline().err().map(|error| (Err(error), None)))
                    }
                    Answer::Stream => framer.stream(),
                    Answer::Skip => framer.skip(),
                    Answer::Abandon => framer.abandon(),
                }
            }
        }
    }
    said
}

/// The whole frames of an input, with literals in them or without.
pub fn frames(side: Side, answer: Answer, seed: u64, input: &[u8]) -> Vec<Frame> {
    let said = framed(side, FrameLimits::CLIENT, answer, pieces(seed, input));
    said.into_iter()
        .filter_map(|(piece, _)| match piece {
            Ok(Piece::Frame(frame)) => Some(frame),
            _ => None,
        })
        .collect()
}

/// A command or a response.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Command(TaggedCommand),
    Response(Response),
}

/// Reads a frame; checks what is said of it.
pub fn read(side: Side, frame: &Frame, leniency: Leniency, utf8: bool) -> Option<(Message, bool)> {
    let mut options = ReadOptions::default();
    options.leniency = leniency;
    options.utf8 = utf8;
    let len = frame.wire().len();
    let within = |repairs: &Repairs| {
        assert!(repairs.as_slice().iter().all(|repair| repair.offset <= len), "{repairs:?}");
        assert!(repairs.as_slice().len() <= Repairs::LIMIT);
        repairs.is_empty()
    };
    match side {
        Side::Commands => match Command::parse(frame, options) {
            Ok(read) => Some((Message::Command(read.value), within(&read.repairs))),
            Err(error) => {
                assert!(error.error.offset <= len, "{error}");
                None
            }
        },
        Side::Responses => match Response::parse(frame, options) {
            Ok(read) => {
                let mut clean = within(&read.repairs);
                if let Response::Data(Data::Fetch(fetch)) = &read.value {
                    let mut items = fetch.items();
                    clean &= !items.any(|item| matches!(item, FetchItem::Invalid { .. }));
                    items.by_ref().for_each(drop);
                    clean &= within(items.repairs());
                }
                Some((Message::Response(read.value), clean))
            }
            Err(error) => {
                assert!(error.offset <= len, "{error}");
                None
            }
        },
    }
}

/// Strict and lenient reading agree on what is right; what is read is printed and read again.
pub fn check(side: Side, frame: &Frame, utf8: bool, streamed: bool) {
    let strict = read(side, frame, Leniency::Strict, utf8);
    let Some((message, clean)) = read(side, frame, Leniency::Lenient, utf8) else {
        assert_eq!(strict, None, "strict alone takes it");
        return;
    };
    match strict {
        Some((strict, _)) => assert_eq!(strict, message),
        None => assert!(!clean, "strict refuses what needs no repair: {message:?}"),
    }
    let _ = format!("{message:?}");
    if !streamed {
        for literals in [LiteralSupport::Synchronizing, LiteralSupport::Minus, LiteralSupport::Plus]
        {
            if clean {
                round_trip(side, &message, literals, utf8);
            } else {
                stable(side, &message, literals, utf8);
            }
        }
    }
}

/// What was repaired is printed as it should have been, and then only as that.
fn stable(side: Side, message: &Message, literals: LiteralSupport, utf8: bool) {
    let printed = print(side, message, literals, utf8);
    let Some((again, _)) = read(side, &sent(side, &printed), Leniency::Lenient, utf8) else {
        panic!("{:?} is not read, of {message:?}", printed.wire)
    };
    assert_eq!(print(side, &again, literals, utf8).wire, printed.wire, "{message:?}");
}

/// What is printed is one frame, waits where it says, and is read as what it was.
pub fn round_trip(side: Side, message: &Message, literals: LiteralSupport, utf8: bool) {
    let printed = print(side, message, literals, utf8);
    let frame = sent(side, &printed);
    let Some((again, _)) = read(side, &frame, Leniency::Lenient, utf8) else {
        panic!("{:?} is not read, of {message:?}", printed.wire)
    };
    assert_eq!(again, *message, "{:?}", printed.wire);
    assert_eq!(print(side, &again, literals, utf8), printed);
}

/// A command with its tag, which can only be read.
pub fn tagged(tag: Tag, command: Command) -> TaggedCommand {
    let noop = Frame::new(Bytes::from([tag.as_str(), " NOOP\r\n"].concat()));
    let read = Command::parse(&noop, ReadOptions::default()).expect("a command");
    let mut tagged = read.value;
    tagged.command = command;
    tagged
}

/// The frame that the other end has, when it sends a continuation for each literal that waits.
fn sent(side: Side, printed: &Encoded) -> Frame {
    let mut framer = Framer::new(side, FrameLimits::CLIENT);
    let mut from = 0;
    for &wait in &printed.waits {
        framer.push(printed.wire.slice(from..wait));
        from = wait;
        loop {
            match framer.next_piece() {
                Ok(Some(Piece::Literal { literal, .. })) => {
                    framer.inline().expect("limits are wide");
                    if literal.is_synchronizing() {
                        break;
                    }
                }
                other => panic!("no literal that waits at {wait} of {printed:?}: {other:?}"),
            }
        }
    }
    framer.push(printed.wire.slice(from..));
    loop {
        match framer.next_piece() {
            Ok(Some(Piece::Frame(frame))) => {
                assert!(framer.is_empty(), "more than a frame: {printed:?}");
                return frame;
            }
            Ok(Some(Piece::Literal { literal, .. })) => {
                let waits = side == Side::Commands && literal.is_synchronizing();
                assert!(!waits, "a literal waits and nobody says so: {printed:?}");
                framer.inline().expect("limits are wide");
            }
            other => panic!("no frame: {printed:?}: {other:?}"),
        }
    }
}

fn print(side: Side, message: &Message, literals: LiteralSupport, utf8: bool) -> Encoded {
    let mut peer = match side {
        Side::Commands => Peer::SERVER,
        Side::Responses => Peer::CLIENT,
    };
    peer.literals = literals;
    peer.utf8 = utf8;
    let mut out = Encoder::new(peer);
    match message {
        Message::Command(command) => command.command.encode(&command.tag, &mut out),
        Message::Response(response) => response.encode(&mut out),
    }
    out.finish()
}
