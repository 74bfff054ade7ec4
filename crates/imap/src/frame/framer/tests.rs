use super::*;
use proptest::{collection::vec, prelude::*, sample::select};
use std::{format, string::String, vec::Vec};

/// What becomes of literals that are offered.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Inline,
    Stream,
    Skip,
    Abandon,
}

/// Everything the framer says of `wire` cut into pieces of `step`; adjacent chunks joined.
fn pieces(
    side: Side,
    wire: &[u8],
    step: usize,
    limits: FrameLimits,
    answer: Answer,
) -> Vec<String> {
    let mut framer = Framer::new(side, limits);
    let (mut said, mut chunk) = (Vec::new(), Vec::new());
    for part in wire.chunks(step.max(1)) {
        framer.push(Bytes::copy_from_slice(part));
        while let Some(piece) = framer.next_piece().transpose() {
            if let Ok(Piece::Chunk(octets)) = &piece {
                chunk.extend_from_slice(octets);
                continue;
            }
            if !chunk.is_empty() {
                said.push(format!("chunk {}", chunk.escape_ascii()));
                chunk.clear();
            }
            match piece {
                Ok(Piece::Frame(frame)) => said.push(format!("{}", frame.wire().escape_ascii())),
                Ok(Piece::Literal { literal }) => {
                    let head = framer.head().expect("a literal is offered");
                    said.push(format!("{} offers {}", head.wire().escape_ascii(), literal.size));
                    match answer {
                        Answer::Inline => {
                            said.extend(framer.inline().err().map(|error| format!("{error:?}")));
                        }
                        Answer::Stream => framer.stream(),
                        Answer::Skip => framer.skip(),
                        Answer::Abandon => framer.abandon(),
                    }
                }
                Ok(Piece::Chunk(_)) => unreachable!("joined above"),
                Ok(Piece::LiteralEnd) => said.push("end".into()),
                Err(error) => said.push(format!("{error:?}")),
            }
        }
    }
    said
}

#[test]
fn literals_are_where_the_grammar_has_them() {
    for (wire, frames) in [
        ("* OK hello {9}\r\n* 3 EXISTS\r\n", 2),
        ("a NO text {1}\r\nb OK\r\n", 2),
        ("+ go on {2}\r\n* X\r\n", 2),
        ("* NO [BADCHARSET ({5}\r\nUTF-8)] no {3}\r\n* X\r\n", 2),
        ("* OK [BADCHARSET (\"]\" {3}\r\na]b] {3}\r\n", 1),
        ("* NO [BADURL a\"b] \" {3}\r\n* X\r\n", 2),
        ("* OK [X] {3}\r\na]b\r\n", 2),
        ("* LIST () \"/\" {3}\r\na\nb\r\n", 1),
        ("* 1 FETCH (BODY[] {0}\r\n FLAGS ({2}\r\n\r\n))\r\n", 1),
        ("\0\0* LIST () \"/\" {3}\r\na\nb\r\n", 1),
        ("* SEARCH\n* LIST () \"/\" {1}\na\n", 2),
        ("* {3}\r\nabc\r\n", 1),
    ] {
        for step in 1..20 {
            let got =
                pieces(Side::Responses, wire.as_bytes(), step, FrameLimits::CLIENT, Answer::Skip);
            assert_eq!(got.len(), frames, "wire {wire:?} gives {got:#?}");
        }
    }
}

#[test]
fn a_literal_waits_for_an_answer_and_long_ones_stream() {
    let wire = b"a LOGIN {2}\r\nme {3+}\r\nsec\r\nb APPEND x {9+}\r\n123456789 {1+}\r\n2\r\n";
    let limits = FrameLimits { inline: 5, ..FrameLimits::SERVER };
    for step in 1..40 {
        let got = pieces(Side::Commands, wire, step, limits, Answer::Stream);
        assert_eq!(
            got,
            [
                "a LOGIN {2}\\r\\n offers 2",
                "chunk me",
                "end",
                "a LOGIN {2}\\r\\n {3+}\\r\\nsec\\r\\n",
                "b APPEND x {9+}\\r\\n offers 9",
                "chunk 123456789",
                "end",
                "b APPEND x {9+}\\r\\n {1+}\\r\\n2\\r\\n",
            ],
            "step {step}"
        );
    }
}

#[test]
fn what_is_too_long_is_skipped_with_its_literals() {
    let limits = FrameLimits { line: 20, inline: 5, frame: 24 };
    let wire = b"a XXXXXXXXXXXXXXXXXXXXXX {3+}\r\na\nb {2+}\r\n\r\n\r\nb NOOP\r\n\
                 c APPEND x {30+}\r\n123456789\n123456789\n123456789\n\r\nd NOOP\r\n";
    for step in 1..40 {
        let got = pieces(Side::Commands, wire, step, limits, Answer::Inline);
        assert_eq!(
            got,
            [
                "TooLong { limit: 20, start: b\"a XXXXXXXXXXXXXXXXXX\" }",
                "b NOOP\\r\\n",
                "c APPEND x {30+}\\r\\n offers 30",
                "TooLong { limit: 24, start: b\"c APPEND x {30+}\" }",
                "d NOOP\\r\\n",
            ],
            "step {step}"
        );
    }
}

fn wire() -> impl Strategy<Value = Vec<u8>> {
    let word = select(
        [
            "a ",
            "* ",
            "+ ",
            "OK ",
            "X ",
            "[Y ",
            "]",
            "\"",
            "{3}\r\n",
            "{3+}\r\n",
            "~{2}\r\n",
            "{9+}\r\n",
            "{40+}\r\n",
            "\r\n",
            "\n",
            "abc",
            "\r",
            "0123456789",
            " ",
            "(",
        ]
        .to_vec(),
    );
    vec(word, 0..30).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    /// However the octets are cut, frames, chunks and errors are the same.
    #[test]
    fn framing_does_not_depend_on_the_cut(
        wire in wire(),
        step in 1..12usize,
        line in 1..60usize,
        frame in 1..100usize,
        answer in select([Answer::Inline, Answer::Stream, Answer::Skip, Answer::Abandon].to_vec()),
        side in select([Side::Commands, Side::Responses].to_vec()),
    ) {
        let limits = FrameLimits { line, inline: 4, frame };
        let whole = pieces(side, &wire, usize::MAX, limits, answer);
        prop_assert_eq!(pieces(side, &wire, step, limits, answer), whole);
    }

    /// What is given out, put together, is what came in.
    #[test]
    fn nothing_is_lost(wire in wire(), step in 1..12usize) {
        let mut framer = Framer::new(Side::Responses, FrameLimits::default());
        let mut given = Vec::new();
        for part in wire.chunks(step) {
            framer.push(Bytes::copy_from_slice(part));
            while let Some(piece) = framer.next_piece().unwrap() {
                let Piece::Frame(frame) = piece else { unreachable!("all are short") };
                given.extend_from_slice(frame.wire());
            }
        }
        prop_assert!(wire.starts_with(&given));
        let waiting = &wire[given.len()..];
        prop_assert_eq!(framer.is_empty(), waiting.is_empty());
    }
}

/// What the end of a dropped line announces is looked for in as much of it, however it was cut.
#[test]
fn dropped_lines_do_not_depend_on_cuts() {
    let limits = FrameLimits { line: 50, inline: 4, frame: 4 };
    let code = format!("* BAD [D{}\"{}x {{4+}}\n\0[\0\nrest\r\n", "a".repeat(60), "b".repeat(80));
    for wire in [code.replace('a', "\""), code] {
        let whole = pieces(Side::Responses, wire.as_bytes(), wire.len(), limits, Answer::Inline);
        for step in 1..100 {
            let cut = pieces(Side::Responses, wire.as_bytes(), step, limits, Answer::Inline);
            assert_eq!(cut, whole, "in pieces of {step}: {wire:?}");
        }
    }
}
