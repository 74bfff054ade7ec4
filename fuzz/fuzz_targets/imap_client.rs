//! The six laws for the client machine; and whatever the server does, each request has exactly one
//! outcome, and nothing is sent in the clear that must not be.
#![no_main]
use fuzz::{
    check,
    imap_client::{Caller, Setup},
    parts,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    // What the server says before TLS, and what it says under TLS.
    let parts = parts(bytes);
    let caller = Caller::new(setup);
    check(&caller, &parts[..parts.len().min(2)], setup.seed, |record| caller.check(record));
});
