//! The client's end wired to the server's: what is accepted has arrived, once and as it was sent, with
//! the envelope that it was sent with, however the bytes are cut and whoever comes first.
#![no_main]
use fuzz::pair::{Setup, talk};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    talk(setup, &fuzz::parts(bytes));
});
