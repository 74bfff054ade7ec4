//! What the fuzz targets share.
use std::hash::{DefaultHasher, Hash, Hasher};

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use testkit::laws::{self, Record, Subject};

pub mod client;
pub mod imap;
pub mod imap_client;
pub mod imap_pair;
pub mod imap_server;
#[path = "../../crates/imap/tests/support/memory.rs"]
mod memory;
pub mod message;
pub mod pair;
pub mod pop2;
pub mod pop3_client;
pub mod pop3_pair;
pub mod pop3_server;
pub mod sasl;
pub mod server;

/// Stands before the setup, which is at the end and all zeros if it is not there: so a seed can be plain text.
const SETUP: &[u8] = b"\xff\xfd";

/// Splits an input into its setup and the rest.
pub fn setup<'a, S: Arbitrary<'a>>(input: &'a [u8]) -> (S, &'a [u8]) {
    let at = input.windows(SETUP.len()).rposition(|octets| octets == SETUP);
    let at = at.unwrap_or(input.len());
    let octets = input.get(at + SETUP.len()..).unwrap_or_default();
    let setup = Unstructured::new(octets).arbitrary().expect("what is missing is zeros");
    (setup, &input[..at])
}

/// Stands between the parts of the rest; a lone `0xff` is still possible in each of them.
const SEPARATOR: &[u8] = b"\xff\xfe";

/// Cuts an input at its separators.
pub fn parts(mut input: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = input.windows(SEPARATOR.len()).position(|octets| octets == SEPARATOR) {
        parts.push(&input[..at]);
        input = &input[at + SEPARATOR.len()..];
    }
    parts.push(input);
    parts
}

/// A number that depends on both and on nothing else.
pub fn mix(seed: u64, thing: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, thing).hash(&mut hasher);
    hasher.finish()
}

/// The sizes of pieces that a seed stands for: some small, some large.
pub fn piece(seed: u64, number: usize) -> usize {
    let random = mix(seed, number);
    let most = [3, 12, 90, 5_000][(random >> 60) as usize % 4];
    1 + (random & 0xffff) as usize % most
}

/// The input in pieces that the seed stands for.
pub fn pieces(seed: u64, input: &[u8]) -> impl Iterator<Item = Bytes> {
    let mut rest = input;
    (0..).map_while(move |number| {
        if rest.is_empty() {
            return None;
        }
        let (piece, more) = rest.split_at(piece(seed, number).min(rest.len()));
        rest = more;
        Some(Bytes::copy_from_slice(piece))
    })
}

/// Checks the six laws: whole, by octets, by sevens, and in the pieces that the seed stands for; and
/// each of these runs by `also`.
///
/// [`laws::check`] tries every single cut too, which is seventy runs; here the fuzzer does the trying.
pub fn check<S: Subject>(
    subject: &S,
    flights: &[&[u8]],
    seed: u64,
    also: impl Fn(&Record),
) -> Record {
    let run = |cut: &dyn Fn(usize) -> usize| {
        let record = laws::run(subject, flights, cut);
        also(&record);
        record
    };
    let whole = run(&|_| usize::MAX);
    assert_eq!(run(&|_| 1), whole, "cut law, by octets");
    assert_eq!(run(&|_| 7), whole, "cut law, by sevens");
    assert_eq!(run(&|number| piece(seed, number)), whole, "cut law, seed {seed}");
    whole
}
