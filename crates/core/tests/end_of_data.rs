//! The end of data against a strict reference, on every short string and every way to cut it.
use bytes::Bytes;
use mailwire_core::{BareLineEnds, DotReader, DotWriter, InputQueue, OutputQueue, Piece};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::naive::{self, Unstuffed};

const POLICIES: [BareLineEnds; 3] =
    [BareLineEnds::Reject, BareLineEnds::Normalize, BareLineEnds::Keep];

fn ours<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    policy: BareLineEnds,
    counting: bool,
) -> Unstuffed {
    let mut input = InputQueue::default();
    let mut reader = DotReader::new(policy);
    if !counting {
        reader = reader.without_census();
    }
    let mut said = Unstuffed::default();
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
                let want = naive::unstuff(&wire, policy);
                for cut in 0..=wire.len() {
                    let (a, b) = wire.split_at(cut);
                    assert_eq!(
                        ours([a, b], policy, true),
                        want,
                        "{:?} cut at {cut}",
                        Bytes::from(wire.clone())
                    );
                }
                assert_eq!(
                    ours(wire.chunks(1), policy, true),
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
                let said = ours(wire.as_bytes().chunks(step), policy, true);
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
            let said = ours(wire.as_bytes().chunks(chunk), BareLineEnds::Normalize, true);
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
        prop_assert_eq!(ours(body.chunks(step), policy, true), naive::unstuff(&body, policy));
    }

    /// Without a census the content, the end and the size are the same.
    #[test]
    fn reading_without_a_census_matches_the_reference(
        body in body(),
        step in 1..9_000usize,
        policy in select(POLICIES.to_vec()),
    ) {
        let (ours, reference) = (ours(body.chunks(step), policy, false), naive::unstuff(&body, policy));
        prop_assert_eq!((ours.content, ours.end), (reference.content, reference.end));
    }

    /// A lenient reader takes lines for what splitting at every LF makes of them.
    #[test]
    fn lenient_reading_matches_the_obvious(body in body(), step in 1..9_000usize, counts in any::<bool>()) {
        let wire = [&body[..], b"\r\n.\r\nnext"].concat();
        let mut reader = DotReader::new(BareLineEnds::Keep).with_lenient_end();
        if !counts {
            reader = reader.without_census();
        }
        let mut input = InputQueue::default();
        let (mut content, mut ended) = (Vec::new(), false);
        for chunk in wire.chunks(step) {
            input.push(Bytes::copy_from_slice(chunk));
            while let Some(piece) = reader.read(&mut input) {
                match piece {
                    Piece::Body(octets) => content.extend_from_slice(&octets),
                    Piece::End => ended = true,
                }
            }
        }
        let (mut want, mut behind, mut before) = (Vec::new(), 0, &b"\r\n"[..]);
        let mut bare = false;
        for line in wire.split_inclusive(|&octet| octet == b'\n') {
            behind += line.len();
            if line == b".\r\n" || line == b".\n" {
                bare = line == b".\n" || !before.ends_with(b"\r\n");
                break;
            }
            want.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
            before = line;
        }
        prop_assert!(ended);
        prop_assert_eq!(Bytes::from(content), Bytes::from(want));
        prop_assert_eq!(reader.ended_bare(), bare);
        let left: Vec<_> = std::iter::from_fn(|| input.take_octets(u64::MAX)).flatten().collect();
        prop_assert_eq!(&left, &wire[behind..]);
    }

    /// What is written holds no bare line end, ends where it should and nowhere before, and is read
    /// back as it was, or with its bare line ends mended.
    #[test]
    fn writing_and_reading_is_the_identity(body in body(), step in 1..9_000usize) {
        let wire = stuff(&body, step);
        prop_assert_eq!(&wire, &stuff(&body, body.len().max(1)));
        let said = ours([&wire[..]], BareLineEnds::Reject, true);
        prop_assert_eq!((said.end, said.bare), (Some(wire.len()), 0));
        let mended = naive::normalize(&body);
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
