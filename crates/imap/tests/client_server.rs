//! Client and server wired to each other under random commands, answers, changes by others and cuts.

#[path = "support/memory.rs"]
mod memory;
#[path = "support/pair.rs"]
mod pair;

use pair::{Setup, talk};
use proptest::{collection::vec, prelude::*, sample::select};

fn setups() -> impl Strategy<Value = Setup> {
    // More often what has to do with numbers: NOOP, FETCH, STORE.
    let kind = prop_oneof![any::<u8>(), select(vec![0u8, 1, 3, 3, 3, 33])];
    let act = (kind, any::<[u8; 2]>()).prop_map(|(kind, [a, b])| [kind, a, b]);
    let batches = vec(vec(act, 0..8), 0..5);
    let (others, answers) = (vec(any::<[u8; 2]>(), 0..30), vec(any::<u8>(), 0..20));
    (any::<u32>(), any::<u8>(), batches, others, vec(any::<u8>(), 0..8), answers).prop_map(
        |(switches, messages, batches, others, cuts, answers)| Setup {
            switches,
            messages,
            batches,
            others,
            cuts,
            answers,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn both_ends_agree(setup in setups()) {
        talk(&setup);
    }
}
