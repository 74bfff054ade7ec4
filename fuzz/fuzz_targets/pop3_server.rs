//! The six laws for the POP3 server machine, in any configuration, with a caller that does anything;
//! every session comes to an end, what is to be deleted is what was marked, and nothing that the server
//! says has a bare line end.
#![no_main]
use fuzz::{
    check, parts,
    pop3_server::{Caller, Setup},
};
use libfuzzer_sys::fuzz_target;
use testkit::laws::End;

fuzz_target!(|input: &[u8]| {
    let (setup, wire): (Setup, _) = fuzz::setup(input);
    let caller = Caller::new(setup);
    let record = check(&caller, &parts(wire), setup.seed, |record| {
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
        caller.check(record);
    });
    let mut before = b'\n';
    for &octet in &record.sent {
        assert_eq!(before == b'\r', octet == b'\n' && before != b'\n', "a bare line end");
        before = octet;
    }
});
