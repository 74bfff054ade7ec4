//! The six laws for the server machine, in any configuration, with a caller that does anything; every
//! session comes to an end, and whatever the server says is well-formed.
#![no_main]
use bytes::Bytes;
use fuzz::{
    check, parts,
    server::{Caller, Setup},
};
use libfuzzer_sys::fuzz_target;
use mailwire_core::InputQueue;
use mailwire_smtp::Reply;
use testkit::laws::End;

fuzz_target!(|input: &[u8]| {
    let (setup, wire): (Setup, _) = fuzz::setup(input);
    let record = check(&Caller::new(setup), &parts(wire), setup.seed, |record| {
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
    });
    let mut sent = InputQueue::default();
    sent.push(Bytes::from(record.sent));
    while !sent.is_empty() {
        let reply =
            Reply::read(&mut sent, 13_000, 65_536).expect("replies").expect("whole replies");
        assert_eq!(reply.to_wire(), *reply.as_received(), "normal replies");
    }
});
