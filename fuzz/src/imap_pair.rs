//! Both IMAP machines, and what goes from one to the other: as in the tests of the crate.
use arbitrary::Arbitrary;

#[path = "../../crates/imap/tests/support/pair.rs"]
mod pair;

/// What happens in a session.
#[derive(Arbitrary, Clone, Debug)]
pub struct Setup {
    switches: u32,
    messages: u8,
    batches: Vec<Vec<[u8; 3]>>,
    others: Vec<[u8; 2]>,
    cuts: Vec<u8>,
    answers: Vec<u8>,
}

/// Lets both talk until they have nothing more to say; a session has an end.
pub fn talk(setup: Setup) {
    let Setup { switches, messages, mut batches, others, cuts, answers } = setup;
    batches.truncate(5);
    batches.iter_mut().for_each(|batch| batch.truncate(8));
    pair::talk(&pair::Setup { switches, messages, batches, others, cuts, answers });
}
