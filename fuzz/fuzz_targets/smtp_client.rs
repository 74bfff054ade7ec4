//! The six laws for the client machine; and whatever the server does, each request and each recipient
//! has exactly one outcome, and nothing is sent in the clear that must not be.
#![no_main]
use fuzz::{
    check,
    client::{Caller, Setup},
    parts,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    // What the server says before TLS, what it says under TLS, and the message.
    let parts = parts(bytes);
    let body = parts.get(2).copied().unwrap_or(b".one\r\n.\r\ntwo");
    let caller = Caller::new(setup, body);
    check(&caller, &parts[..parts.len().min(2)], setup.seed, |record| caller.check(record));
});
