//! TNEF and RTF: whatever they hold, nothing grows beyond what compression can, and reports are in bounds.
#![no_main]
use libfuzzer_sys::fuzz_target;
use mailwire_message::{
    DefectCode, Findings, Policy,
    tnef::{Tnef, rtf},
};

fuzz_target!(|input: &[u8]| {
    for stream in [input.to_vec(), [b"\x78\x9f\x3e\x22\x01\0", input].concat()] {
        let mut found = Vec::new();
        let mut sink = |code: DefectCode, offset: usize| found.push((code, offset));
        let tnef = Tnef::parse_with(&stream, &mut Findings::new(Policy::STANDARD, &mut sink));
        assert!(found.iter().all(|&(_, at)| at <= stream.len()), "{found:?}");
        let Some(tnef) = tnef else { continue };
        let total: usize = tnef.attachments.iter().map(|attachment| attachment.data.len()).sum();
        assert!(total <= stream.len());
        assert!(tnef.rtf.is_none_or(|rtf| rtf.len() <= 9 * stream.len()));
    }
    for header in [&b""[..], b"\xff\xff\xff\x7f\xff\xff\xff\xffLZFu\0\0\0\0"] {
        if let Some(rtf) = rtf::decompress(&[header, input].concat()) {
            assert!(rtf.len() <= 9 * input.len());
            let _ = rtf::html(&rtf);
        }
    }
    assert!(rtf::text(input).len() <= 6 * input.len());
    let html = [b"{\\rtf1\\fromhtml1", input].concat();
    assert!(rtf::html(&html).is_none_or(|html| html.len() <= 6 * input.len()));
});
