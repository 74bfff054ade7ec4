//! The client's end of POP3 wired to the server's: what was asked for is what the maildrop holds, octet
//! for octet, and what goes is what was deleted, however the bytes are cut and whoever comes first.
#![no_main]
use fuzz::pop3_pair::{Setup, talk};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    talk(setup, &fuzz::parts(bytes));
});
