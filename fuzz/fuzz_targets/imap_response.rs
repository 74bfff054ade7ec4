//! Whatever responses are read, strictly or not, are printed as one frame and read as what they were.
#![no_main]
use fuzz::imap::{Answer, check, frames};
use libfuzzer_sys::fuzz_target;
use mailwire_imap::Side;

fuzz_target!(|input: &[u8]| {
    type Setup = (u64, bool, bool);
    let ((seed, utf8, stream), wire): (Setup, _) = fuzz::setup(input);
    let answer = if stream { Answer::Stream } else { Answer::Inline };
    for frame in frames(Side::Responses, answer, seed, wire) {
        check(Side::Responses, &frame, utf8, stream);
    }
});
