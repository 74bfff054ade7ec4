//! No cut changes what is framed; frames hold what came, in its order, and no more than the limits.
#![no_main]
use bytes::Bytes;
use fuzz::imap::{Answer, framed};
use fuzz::pieces;
use libfuzzer_sys::fuzz_target;
use mailwire_imap::{FrameError, FrameLimits, Piece, Side};

fuzz_target!(|input: &[u8]| {
    type Setup = (u64, bool, Option<Answer>, u8, u8, u16);
    let ((seed, commands, answer, line, inline, frame), wire): (Setup, _) = fuzz::setup(input);
    let side = if commands { Side::Commands } else { Side::Responses };
    let answer = answer.unwrap_or(Answer::Inline);
    let mut limits = FrameLimits::CLIENT;
    if line > 0 {
        limits.line = usize::from(line);
        limits.inline = inline.into();
        limits.frame = usize::from(frame);
    }
    let whole = framed(side, limits, answer, [Bytes::copy_from_slice(wire)]);
    let octets = wire.iter().map(|octet| Bytes::copy_from_slice(&[*octet]));
    assert_eq!(framed(side, limits, answer, octets), whole, "octet by octet");
    assert_eq!(framed(side, limits, answer, pieces(seed, wire)), whole, "seed {seed}");

    let mut rest = wire.iter();
    for (said, head) in &whole {
        let is_next = |octets: &Bytes, rest: &mut std::slice::Iter<'_, u8>| {
            octets.iter().all(|octet| rest.any(|next| next == octet))
        };
        match said {
            Ok(Piece::Frame(frame)) => {
                assert!(frame.wire().ends_with(b"\n") && frame.wire().len() <= limits.frame);
                if !matches!(answer, Answer::Stream) {
                    assert!(is_next(frame.wire(), &mut rest), "{whole:?}");
                }
            }
            Ok(Piece::Literal { .. }) => {
                let head = head.as_ref().expect("a literal is offered");
                assert!(head.wire().ends_with(b"}\n") || head.wire().ends_with(b"}\r\n"));
            }
            Err(FrameError::TooLong { start, .. }) => assert!(start.len() <= 64),
            _ => {}
        }
    }
});
