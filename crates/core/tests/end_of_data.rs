//! The end of data against a strict reference, on every short string and every way to cut it.
use bytes::Bytes;
use mailwire_core::{BareLineEnds, DotReader, DotWriter, InputQueue, OutputQueue, Piece};
use proptest::{collection::vec, prelude::*, sample::select};

const POLICIES: [BareLineEnds; 3] =
    [BareLineEnds::Reject, BareLineEnds::Normalize, BareLineEnds::Keep];

/// What a reader has to say: the content, and where the end is if it is there.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    content: Vec<u8>,
    end: Option<usize>,
    stray_dots: u64,
    bare: u64,
}

/// A line end, or what stands between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    CrLf,
    BareCr,
    BareLf,
    Octet(u8),
}

/// The strict reference: the whole wire in memory, cut into tokens, read token by token.
///
/// A CR at the very end is left out: whether it is bare nobody can know yet.
fn reference(wire: &[u8], policy: BareLineEnds) -> Said {
    let tokens = tokens(wire);
    let mut said = Said { content: Vec::new(), end: None, stray_dots: 0, bare: 0 };
    let (mut at, mut i, mut line_start, mut after_bare) = (0, 0, true, false);
    let mut rejected = false;
    while i < tokens.len() {
        let (token, next) = (tokens[i], tokens.get(i + 1).copied());
        if line_start && token == Token::Octet(b'.') {
            let Some(next) = next else { break };
            // The dot is stuffing, or the end, or the mark of smuggling: never content.
            at += 1;
            i += 1;
            line_start = false;
            let normalize = policy == BareLineEnds::Normalize;
            if next == Token::CrLf && !after_bare {
                said.end = Some(at + 2);
                return said;
            }
            if normalize && (next == Token::BareLf || next == Token::CrLf) {
                said.stray_dots += 1;
                said.bare += u64::from(next == Token::BareLf);
                after_bare = next == Token::BareLf;
                line_start = true;
                at += if next == Token::CrLf { 2 } else { 1 };
                i += 1;
            }
            continue;
        }
        (line_start, after_bare) = (false, false);
        match token {
            Token::CrLf => line_start = true,
            Token::BareLf if policy == BareLineEnds::Normalize => {
                (line_start, after_bare) = (true, true);
            }
            _ => {}
        }
        let bare = matches!(token, Token::BareCr | Token::BareLf);
        said.bare += u64::from(bare);
        rejected |= bare && policy == BareLineEnds::Reject;
        if !rejected {
            said.content.extend_from_slice(match (token, policy) {
                (Token::CrLf, _) | (Token::BareLf, BareLineEnds::Normalize) => b"\r\n",
                (Token::BareCr, BareLineEnds::Normalize) => b" ",
                (Token::BareCr, _) => b"\r",
                (Token::BareLf, _) => b"\n",
                (Token::Octet(_), _) => &wire[at..=at],
            });
        }
        at += if token == Token::CrLf { 2 } else { 1 };
        i += 1;
    }
    said
}

fn tokens(wire: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = wire;
    loop {
        let (token, len) = match rest {
            [] | [b'\r'] => return tokens,
            [b'\r', b'\n', ..] => (Token::CrLf, 2),
            [b'\r', ..] => (Token::BareCr, 1),
            [b'\n', ..] => (Token::BareLf, 1),
            [octet, ..] => (Token::Octet(*octet), 1),
        };
        tokens.push(token);
        rest = &rest[len..];
    }
}

fn ours<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, policy: BareLineEnds) -> Said {
    let mut input = InputQueue::default();
    let mut reader = DotReader::new(policy);
    let mut said = Said { content: Vec::new(), end: None, stray_dots: 0, bare: 0 };
    let mut given = 0;
    for chunk in chunks {
        input.push(Bytes::copy_from_slice(chunk));
        given += chunk.len();
        while let Some(piece) = reader.read(&mut input) {
            match piece {
                Piece::Body(body) => {
                    assert!(!body.is_empty());
                    said.content.extend_from_slice(&body);
                }
                Piece::End => {
                    let left = input.take_octets(u64::MAX).map_or(0, |rest| rest.len());
                    said.end = Some(given - left);
                }
            }
        }
        if said.end.is_some() {
            break;
        }
    }
    let summary = reader.summary();
    said.stray_dots = summary.stray_dots;
    said.bare = summary.bare_cr + summary.bare_lf;
    assert_eq!(reader.is_rejected(), policy == BareLineEnds::Reject && said.bare > 0);
    assert!(reader.is_rejected() || summary.size == said.content.len() as u64);
    said
}

#[test]
fn every_string_up_to_nine_octets_and_every_cut() {
    for policy in POLICIES {
        for len in 0..=9u32 {
            for n in 0..4usize.pow(len) {
                let wire: Vec<u8> = (0..len).map(|i| b"\r\n.x"[n >> (2 * i) & 3]).collect();
                let want = reference(&wire, policy);
                for cut in 0..=wire.len() {
                    let (a, b) = wire.split_at(cut);
                    assert_eq!(
                        ours([a, b], policy),
                        want,
                        "{:?} cut at {cut}",
                        Bytes::from(wire.clone())
                    );
                }
                assert_eq!(
                    ours(wire.chunks(1), policy),
                    want,
                    "{:?} by octets",
                    Bytes::from(wire.clone())
                );
            }
        }
    }
}

#[test]
fn smuggling_sequences_are_content() {
    for end in [
        "\n.\n",
        "\n.\r",
        "\r.\n",
        "\r.\r",
        "\n.\r\n",
        "\r.\r\n",
        "\r\n.\n",
        "\r\n.\r",
        "\r\n.\r\r\n",
        "\r\r\n.\r\r\n",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
    ] {
        let wire = format!("a{end}MAIL FROM:<x@y>\r\n.\r\n");
        for policy in POLICIES {
            for step in [1, 2, 7, 99] {
                let said = ours(wire.as_bytes().chunks(step), policy);
                assert_eq!(said.end, Some(wire.len()), "{end:?} {policy:?}");
            }
        }
    }
}

#[test]
fn dots_at_the_border_of_a_block_or_chunk_are_found() {
    for filler in 4_080..4_110 {
        let wire = format!("{}\r\n..\r\n.a\r\n.\r\n", "x".repeat(filler));
        let want = format!("{}\r\n.\r\na\r\n", "x".repeat(filler));
        for chunk in [1_448, 4_096, 8_192] {
            let said = ours(wire.as_bytes().chunks(chunk), BareLineEnds::Normalize);
            assert_eq!(String::from_utf8(said.content).unwrap(), want);
            assert_eq!(said.end, Some(wire.len()));
        }
    }
}

#[test]
fn a_plain_body_is_handed_over_as_the_slice_it_came_in() {
    let body = Bytes::from("just text\r\n".repeat(5_000));
    let mut input = InputQueue::default();
    input.push(body.clone());
    let piece = DotReader::new(BareLineEnds::Normalize).read(&mut input);
    let Some(Piece::Body(slice)) = piece else { panic!("{piece:?}") };
    assert_eq!((slice.as_ptr(), slice.len()), (body.as_ptr(), body.len()));
}

fn stuff(text: &[u8], step: usize) -> Vec<u8> {
    let mut output = OutputQueue::default();
    let mut writer = DotWriter::new(BareLineEnds::Normalize);
    for chunk in text.chunks(step) {
        writer.write(Bytes::copy_from_slice(chunk), &mut output).unwrap();
    }
    writer.finish(&mut output).unwrap();
    std::iter::from_fn(|| output.take()).flatten().collect()
}

/// Bodies in which anything can happen: short, or with blocks of plain text in between.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => vec(select(b"\r\n.x".to_vec()), 0..8),
        1 => select(vec![b"plain text\r\n".repeat(400), vec![b'y'; 4_095], b".".repeat(4_097)]),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// However a long body is cut, the result is that of the reference.
    #[test]
    fn reading_matches_the_reference(body in body(), step in 1..9_000usize, policy in select(POLICIES.to_vec())) {
        prop_assert_eq!(ours(body.chunks(step), policy), reference(&body, policy));
    }

    /// What is written holds no bare line end, ends where it should and nowhere before, and is read
    /// back as it was, or with its bare line ends mended.
    #[test]
    fn writing_and_reading_is_the_identity(body in body(), step in 1..9_000usize) {
        let wire = stuff(&body, step);
        prop_assert_eq!(&wire, &stuff(&body, body.len().max(1)));
        let said = ours([&wire[..]], BareLineEnds::Reject);
        prop_assert_eq!((said.end, said.bare), (Some(wire.len()), 0));
        let mended = mend(&body);
        prop_assert_eq!(Bytes::from(said.content), Bytes::from(mended));
    }

    /// A body with a bare line end is refused at that octet; one without is not.
    #[test]
    fn writing_can_refuse_bare_line_ends(body in body(), step in 1..9_000usize) {
        let mut output = OutputQueue::default();
        let mut writer = DotWriter::new(BareLineEnds::Reject);
        let result = body
            .chunks(step)
            .try_for_each(|chunk| writer.write(Bytes::copy_from_slice(chunk), &mut output))
            .and_then(|()| writer.finish(&mut output));
        let bare = (0..body.len()).find(|&i| match body[i] {
            b'\r' => body.get(i + 1) != Some(&b'\n'),
            b'\n' => i == 0 || body[i - 1] != b'\r',
            _ => false,
        });
        prop_assert_eq!(result.err().map(|e| e.offset), bare.map(|i| i as u64));
    }
}

/// The obvious mending of line ends, the last one included.
fn mend(body: &[u8]) -> Vec<u8> {
    let mut mended = Vec::new();
    for (i, &octet) in body.iter().enumerate() {
        match octet {
            b'\r' if body.get(i + 1) == Some(&b'\n') => mended.push(b'\r'),
            b'\r' => mended.push(b' '),
            b'\n' if i > 0 && body[i - 1] == b'\r' => mended.push(b'\n'),
            b'\n' => mended.extend_from_slice(b"\r\n"),
            _ => mended.push(octet),
        }
    }
    if !(mended.is_empty() || mended.ends_with(b"\r\n")) {
        mended.extend_from_slice(b"\r\n");
    }
    mended
}
