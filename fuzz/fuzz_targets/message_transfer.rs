//! Transfer encodings: pushed in any pieces they give what they give whole, and its length is known before.
#![no_main]
use fuzz::pieces;
use libfuzzer_sys::fuzz_target;
use mailwire_message::{
    DefectCode, Findings, Policy, TransferEncoding,
    transfer::{
        self, Decoder,
        inline::{self, Piece},
    },
};

type Said = (Vec<u8>, Vec<(DefectCode, usize)>);

fuzz_target!(|input: &[u8]| {
    let (seed, body): (u64, _) = fuzz::setup(input);
    for encoding in [
        TransferEncoding::SevenBit,
        TransferEncoding::QuotedPrintable,
        TransferEncoding::Base64,
        TransferEncoding::Uuencode,
        TransferEncoding::Yenc,
    ] {
        for policy in [Policy::STANDARD, Policy::STRICT] {
            let whole =
                hear(policy, |findings| transfer::decode(encoding, body, findings).into_owned());
            let in_pieces: Vec<_> = pieces(seed, body).collect();
            assert!(
                push(encoding, policy, in_pieces.iter().map(|piece| &piece[..])) == whole,
                "{encoding:?}"
            );
            assert!(push(encoding, policy, body.chunks(1)) == whole, "{encoding:?}, by octets");
            assert_eq!(
                transfer::decoded_len(encoding, body, policy),
                whole.0.len(),
                "{encoding:?}"
            );
            let most =
                if encoding == TransferEncoding::Uuencode { 32 * body.len() } else { body.len() };
            assert!(whole.0.len() <= most, "{encoding:?} grows");
            assert!(
                whole.1.iter().all(|&(_, at)| at <= body.len()),
                "{encoding:?} reports what is not there"
            );
        }
    }
    let mut at = 0;
    for piece in inline::pieces(body) {
        let range = match piece {
            Piece::Text(range) => range,
            Piece::File(file) => file.range,
            _ => unreachable!("no other pieces"),
        };
        assert!(range.start == at && range.end > at);
        at = range.end;
    }
    assert_eq!(at, body.len());
});

fn hear(policy: Policy, read: impl FnOnce(&mut Findings<'_>) -> Vec<u8>) -> Said {
    let mut found = Vec::new();
    let mut sink = |code, offset| found.push((code, offset));
    let out = read(&mut Findings::new(policy, &mut sink));
    (out, found)
}

fn push<'a>(
    encoding: TransferEncoding,
    policy: Policy,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Said {
    hear(policy, |findings| {
        let (mut decoder, mut out) = (Decoder::new(encoding, policy), Vec::new());
        pieces.for_each(|piece| decoder.decode(piece, &mut out, findings));
        decoder.finish(&mut out, findings);
        out
    })
}
