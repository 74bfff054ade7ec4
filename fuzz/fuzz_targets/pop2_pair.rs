//! The two ends of POP2, each held to the six laws on its own, and wired to each other: what is in the
//! mailbox arrives, octet for octet, and what was marked is what is to be deleted.
#![no_main]
use fuzz::{
    check, parts,
    pop2::{Calling, Serving, Setup, check_grammar, talk},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    // What a client sends, what a server says, and messages.
    let parts = parts(bytes);
    let [client, server] = [0, 1].map(|at| parts.get(at).copied().unwrap_or_default());
    check_grammar(client);
    check_grammar(server);
    check(&Serving::new(setup), &[client], setup.seed, |_| {});
    let calling = Calling::new(setup);
    check(&calling, &[server], setup.seed, |record| calling.check(record));
    talk(setup, parts.get(2..).unwrap_or_default());
});
