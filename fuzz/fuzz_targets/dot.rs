//! The reader of dot-stuffed text says what its naive twin says; what the writer wrote it reads back.
#![no_main]
use std::iter;

use bytes::Bytes;
use fuzz::pieces;
use libfuzzer_sys::fuzz_target;
use mailwire_core::{BareLineEnds, DotReader, DotWriter, InputQueue, OutputQueue, Piece};
use testkit::naive::{self, Unstuffed};

fuzz_target!(|input: &[u8]| {
    let (seed, octets): (u64, _) = fuzz::setup(input);
    for policy in [BareLineEnds::Reject, BareLineEnds::Normalize, BareLineEnds::Keep] {
        let want = naive::unstuff(octets, policy);
        assert_eq!(unstuff([Bytes::copy_from_slice(octets)], policy), want, "{policy:?}, whole");
        assert_eq!(unstuff(pieces(seed, octets), policy), want, "{policy:?}, in pieces");
        assert_eq!(
            unstuff(octets.chunks(1).map(Bytes::copy_from_slice), policy),
            want,
            "{policy:?}"
        );
    }

    let wire = stuff([Bytes::copy_from_slice(octets)]);
    assert_eq!(stuff(pieces(seed, octets)), wire);
    assert_eq!(stuff(octets.chunks(1).map(Bytes::copy_from_slice)), wire);
    let mended = naive::normalize(octets);
    for policy in [BareLineEnds::Reject, BareLineEnds::Normalize, BareLineEnds::Keep] {
        let said = unstuff(pieces(seed, &wire), policy);
        assert_eq!((said.end, said.bare, said.stray_dots), (Some(wire.len()), 0, 0));
        assert_eq!(said.content, mended);
    }

    let bare = (0..octets.len()).find(|&at| match octets[at] {
        b'\r' => octets.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || octets[at - 1] != b'\r',
        _ => false,
    });
    let mut output = OutputQueue::default();
    let mut writer = DotWriter::new(BareLineEnds::Reject);
    let refused = pieces(seed, octets)
        .try_for_each(|piece| writer.write(piece, &mut output))
        .and_then(|()| writer.finish(&mut output));
    assert_eq!(refused.err().map(|error| error.offset), bare.map(|at| at as u64));
});

fn unstuff(pieces: impl IntoIterator<Item = Bytes>, policy: BareLineEnds) -> Unstuffed {
    let mut input = InputQueue::default();
    let mut reader = DotReader::new(policy);
    let mut said = Unstuffed::default();
    let mut given = 0;
    for piece in pieces {
        given += piece.len();
        input.push(piece);
        while let Some(piece) = reader.read(&mut input) {
            match piece {
                Piece::Body(body) => {
                    assert!(!body.is_empty());
                    said.content.extend_from_slice(&body);
                }
                Piece::End => {
                    let rest = iter::from_fn(|| input.take_octets(u64::MAX));
                    said.end = Some(given - rest.map(|octets| octets.len()).sum::<usize>());
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

fn stuff(pieces: impl IntoIterator<Item = Bytes>) -> Vec<u8> {
    let mut output = OutputQueue::default();
    let mut writer = DotWriter::new(BareLineEnds::Normalize);
    for piece in pieces {
        writer.write(piece, &mut output).expect("mended, not refused");
    }
    writer.finish(&mut output).expect("mended, not refused");
    iter::from_fn(|| output.take()).flatten().collect()
}
