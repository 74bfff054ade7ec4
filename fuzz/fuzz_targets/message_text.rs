//! Text out of octets: character sets, flowed text and previews do not depend on the cut, and stay in bounds.
#![no_main]
use fuzz::pieces;
use libfuzzer_sys::fuzz_target;
use mailwire_message::{
    DefectCode, Findings, Policy,
    charset::{self, Charset, Decoder},
    flowed, preview,
};

const LABELS: [&str; 16] = [
    "utf-8",
    "utf-7",
    "utf-16",
    "utf-16be",
    "cp850",
    "windows-1252",
    "iso-2022-jp",
    "iso-2022-kr",
    "hz-gb-2312",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "koi8-r",
    "x-mac-ce",
];

type Said = (String, Vec<(DefectCode, usize)>);

fuzz_target!(|input: &[u8]| {
    let (seed, octets): (u64, _) = fuzz::setup(input);
    let label = LABELS[fuzz::mix(seed, "label") as usize % LABELS.len()];
    let charset = Charset::for_label(label.as_bytes()).expect("known");
    let whole = hear(|findings| charset.decode_with(octets, findings).into_owned());
    let in_pieces: Vec<_> = pieces(seed, octets).collect();
    assert_eq!(push(charset, in_pieces.iter().map(|piece| &piece[..])), whole, "{label}");
    assert_eq!(push(charset, octets.chunks(1)), whole, "{label}, by octets");
    assert!(whole.0.len() <= 6 * octets.len() + 3, "{label} grows");
    if label == "utf-8" {
        assert_eq!(whole.0, String::from_utf8_lossy(octets));
    }

    // Any octets may be a label, and any label may be wrong.
    let (first, rest) = octets.split_at(octets.len().min(12));
    let _ = Charset::for_label(first);
    for label in [None, Some(label.as_bytes()), Some(first), Some(&b"us-ascii"[..])] {
        let (text, found) = hear(|findings| charset::body_text(label, rest, findings).into_owned());
        assert!(found.iter().all(|&(_, at)| at <= rest.len()));
        assert!(!rest.is_empty() || text.is_empty());
    }

    let text = String::from_utf8_lossy(octets);
    for del_sp in [false, true] {
        let whole = flowed::decode(&text, del_sp);
        let (mut decoder, mut out) = (flowed::Decoder::new(del_sp), String::new());
        text.split_inclusive(|_| true).for_each(|piece| decoder.decode(piece, &mut out));
        decoder.finish(&mut out);
        assert_eq!(out, whole);
        assert!(whole.len() <= 2 * text.len() + 1);
    }
    let max = fuzz::mix(seed, "max") as usize % 50;
    for words in [preview::from_plain(&text, max), preview::from_html(&text, max)] {
        assert!(words.chars().count() <= max && !words.contains("  "), "{words:?}");
    }
});

fn hear(read: impl FnOnce(&mut Findings<'_>) -> String) -> Said {
    let mut found = Vec::new();
    let mut sink = |code, offset| found.push((code, offset));
    let out = read(&mut Findings::new(Policy::SCANNER, &mut sink));
    (out, found)
}

fn push<'a>(charset: Charset, pieces: impl Iterator<Item = &'a [u8]>) -> Said {
    hear(|findings| {
        let (mut decoder, mut out) = (Decoder::new(charset), String::new());
        pieces.for_each(|piece| decoder.decode(piece, &mut out, findings));
        decoder.finish(&mut out, findings);
        out
    })
}
