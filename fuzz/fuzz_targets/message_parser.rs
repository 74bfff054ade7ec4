//! However a message is cut, the same is said, every octet of it is in one event, and little is held back.
#![no_main]
use bytes::Bytes;
use fuzz::{message::Setup, message::record, pieces};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, message): (Setup, _) = fuzz::setup(input);
    let config = setup.config();
    record::check(message, config, &[1]);
    let whole = record::read(config, [message]);
    let pieces: Vec<Bytes> = pieces(setup.seed, message).collect();
    let cut = record::read(config, pieces.iter().map(|piece| &piece[..]));
    assert!(cut == whole, "in pieces of seed {}", setup.seed);
});
