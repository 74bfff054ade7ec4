//! What must hold of every value that can be built.
#![allow(dead_code, reason = "not every test asks for everything")]

use bytes::Bytes;
use mailwire_imap::{
    Command, Encoded, Encoder, Frame, FrameLimits, Framer, Leniency, LiteralSupport, Peer, Piece,
    ReadOptions, Response, Side, Tag,
};
use std::fmt::Debug;

const LITERALS: [LiteralSupport; 3] =
    [LiteralSupport::Synchronizing, LiteralSupport::Minus, LiteralSupport::Plus];

/// A command is one frame, waits where it says, and is read as what it was.
pub(crate) fn command(tag: &Tag, command: &Command) {
    for literals in LITERALS {
        for utf8 in [false, true] {
            let mut peer = Peer::SERVER;
            (peer.literals, peer.binary, peer.utf8) = (literals, utf8, utf8);
            let print = |command: &Command| {
                let mut out = Encoder::new(peer);
                command.encode(tag, &mut out);
                out.finish()
            };
            let sent = print(command);
            let frame = deliver(Side::Commands, &sent);
            let read = Command::parse(&frame, options(utf8))
                .unwrap_or_else(|error| panic!("{error}: {:?} of {command:?}", sent.wire));
            same(&read.value.tag, tag, &sent);
            same(&read.value.command, command, &sent);
            same(&print(&read.value.command), &sent, &sent);
        }
    }
}

/// A response is one frame, and is read as what it was.
pub(crate) fn response(response: &Response) {
    for utf8 in [false, true] {
        let mut peer = Peer::CLIENT;
        peer.utf8 = utf8;
        let print = |response: &Response| {
            let mut out = Encoder::new(peer);
            response.encode(&mut out);
            out.finish()
        };
        let sent = print(response);
        let frame = deliver(Side::Responses, &sent);
        let read = Response::parse(&frame, options(utf8))
            .unwrap_or_else(|error| panic!("{error}: {:?} of {response:?}", sent.wire));
        same(&read.value, response, &sent);
        same(&print(&read.value), &sent, &sent);
    }
}

fn same<T: PartialEq + Debug>(read: &T, want: &T, sent: &Encoded) {
    assert_eq!(read, want, "sent as {:?}", sent.wire);
}

fn options(utf8: bool) -> ReadOptions {
    let mut options = ReadOptions::default();
    (options.leniency, options.utf8) = (Leniency::Lenient, utf8);
    options
}

/// The frame that the other end has, when it sends a continuation for each literal that waits, and the
/// caller sends what is streamed.
fn deliver(side: Side, sent: &Encoded) -> Frame {
    let wire = &sent.wire;
    assert!(!wire.contains(&0) || wire.windows(2).any(|two| two == b"~{"), "NUL: {wire:?}");
    let frame = pour(side, sent, usize::MAX);
    assert_eq!(pour(side, sent, 1), frame, "octet by octet");
    if wire.len() < 200 {
        for step in 2..wire.len() {
            assert_eq!(pour(side, sent, step), frame, "in pieces of {step}");
        }
    }
    assert_eq!(frame.wire(), wire);
    frame
}

fn pour(side: Side, sent: &Encoded, step: usize) -> Frame {
    let Encoded { wire, waits, streams, .. } = sent;
    let mut limits = FrameLimits::CLIENT;
    limits.inline = 0;
    let mut framer = Framer::new(side, limits);
    let mut at = 0;
    let mut waited = 0;
    loop {
        let Some(piece) = framer.next_piece().expect("limits are wide") else {
            assert!(at < wire.len(), "no frame: {sent:?}");
            let stop = waits.iter().chain(streams.iter().map(|(at, _)| at)).copied();
            let stop = stop.filter(|stop| *stop > at).min().unwrap_or(wire.len());
            let to = at.saturating_add(step).min(stop);
            framer.push(wire.slice(at..to));
            at = to;
            continue;
        };
        match piece {
            Piece::Literal { literal } => {
                let place = framer.head().expect("a literal is offered").wire().len();
                if side == Side::Commands && literal.is_synchronizing() {
                    assert_eq!((Some(&place), at), (waits.get(waited), place), "{sent:?}");
                    waited += 1;
                }
                match streams.iter().find(|(at, _)| *at == place) {
                    Some((_, size)) => {
                        assert_eq!(literal.size, *size);
                        framer.stream();
                        framer.push(Bytes::from(vec![b'x'; usize::try_from(*size).unwrap()]));
                    }
                    None => framer.inline().expect("limits are wide"),
                }
            }
            Piece::Frame(frame) => {
                assert!(framer.is_empty() && at == wire.len(), "more than a frame: {sent:?}");
                assert_eq!(waited, waits.len(), "{sent:?}");
                return frame;
            }
            Piece::Chunk(_) | Piece::LiteralEnd => {}
            other => panic!("{other:?}"),
        }
    }
}
