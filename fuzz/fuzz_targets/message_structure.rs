//! The structure of a whole message is what the push parser says, with either line end.
#![no_main]
use fuzz::message::{Setup, record};
use libfuzzer_sys::fuzz_target;
use mailwire_message::parser::Structure;

fuzz_target!(|input: &[u8]| {
    let (setup, message): (Setup, _) = fuzz::setup(input);
    let config = setup.config();
    let structure = record::check(message, config, &[]);
    let header = Structure::parse_header(message, &config);
    let root = &structure.parts[0];
    assert_eq!(header.fields[..], structure.fields[root.fields.clone()]);
    assert_eq!(
        (&header.parts[0].header, header.parts[0].body.start),
        (&root.header, root.body.start)
    );

    let lf: Vec<u8> = message.iter().copied().filter(|&octet| octet != b'\r').collect();
    record::same_tree(&lf);
});
