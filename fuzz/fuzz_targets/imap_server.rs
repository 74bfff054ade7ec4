//! The six laws for the IMAP server machine, in any configuration, with a caller that does anything; every
//! session comes to an end, and whatever it said, our own client reads strictly, with numbers and UIDs that
//! go together.
#![no_main]
use fuzz::{
    check,
    imap_server::{Caller, Setup},
    parts,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, wire): (Setup, _) = fuzz::setup(input);
    let caller = Caller::new(setup);
    check(&caller, &parts(wire), setup.seed, |record| caller.check(record));
});
