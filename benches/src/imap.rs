//! IMAP for the benches: what is read, and four readers of it that look at the same things.
//!
//! Ours reads the items of a FETCH response when somebody asks; the others have read all of them by
//! then. So that all do the same work, each walks over everything that was said, into a [`Sink`].

pub mod codec;
pub mod next;
pub mod ours;
pub mod proto;
pub mod shown;
pub mod wire;

use crate::{heap, times_in_turns};
use bytes::Bytes;
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use std::{hint::black_box, time::Duration};

/// Takes what was read, piece by piece, in the order of the grammar.
pub trait Sink {
    /// A word whose case means nothing.
    fn word(&mut self, word: &[u8]);
    /// A text; NIL and what was left out are none.
    fn text(&mut self, text: Option<&[u8]>);
    /// A number; none where the server did not know.
    fn number(&mut self, number: Option<u64>);
    /// Something whose text not every reader has at hand: it is asked for only if it is compared. Case
    /// means nothing.
    fn item(&mut self, text: impl FnOnce() -> String);
    /// Things in an order that means nothing.
    fn unordered(&mut self, fill: impl FnOnce(&mut Self));
}

/// Adds up lengths and numbers: cheap, and different if something was not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(pub u64);

impl Sink for Sum {
    fn word(&mut self, word: &[u8]) {
        self.0 += word.len() as u64;
    }

    fn text(&mut self, text: Option<&[u8]>) {
        self.0 += text.map_or(0, <[u8]>::len) as u64;
    }

    fn number(&mut self, number: Option<u64>) {
        self.0 = self.0.wrapping_add(number.unwrap_or(0));
    }

    fn item(&mut self, _: impl FnOnce() -> String) {
        self.0 += 1;
    }

    fn unordered(&mut self, fill: impl FnOnce(&mut Self)) {
        fill(self);
    }
}

/// What a reader adds up, and how many responses there were.
pub fn sum(read: impl FnOnce(&mut Sum) -> usize) -> u64 {
    let mut sum = Sum::default();
    let responses = read(&mut sum);
    sum.0.wrapping_add(responses as u64)
}

/// Cuts what was read into pieces, as reads of that size would: each in a buffer of its own.
#[must_use]
pub fn chunks(wire: &[u8], size: usize) -> Vec<Bytes> {
    let shared = |chunk: &[u8]| {
        let chunk = Bytes::copy_from_slice(chunk);
        // The first clone allocates the count of references, which is the reader's affair.
        drop(chunk.clone());
        chunk
    };
    wire.chunks(size).map(shared).collect()
}

/// The sizes of chunks that everything is measured at: by the octet comes too close to measuring the
/// call; a segment of Ethernet, a record of TLS, all at once.
pub const CHUNKS: [(&str, usize); 4] =
    [("64", 64), ("1448", 1_448), ("16384", 16_384), ("whole", usize::MAX)];

/// Somebody who does the work, and what comes out, which must be the same for all.
pub type Contender<'c> = (&'c str, Box<dyn FnMut() -> u64 + 'c>);

/// Times the first contender, which is ours, beside all others.
///
/// Prints nanoseconds and allocations for each of `messages`, the most memory held at once, and how
/// many times as fast as each other ours is; then lets criterion measure the same.
pub fn compare(
    c: &mut Criterion,
    name: &str,
    octets: usize,
    messages: u64,
    mut contenders: Vec<Contender<'_>>,
) {
    let mut heaps = Vec::new();
    let mut sums = Vec::new();
    for (_, work) in &mut contenders {
        let (sum, heap) = heap(work);
        sums.push(sum);
        heaps.push(heap);
    }
    for ((who, _), sum) in contenders.iter().zip(&sums) {
        assert_eq!(*sum, sums[0], "{name}: {who} reads something else");
    }
    let mut works: Vec<_> =
        contenders.iter_mut().map(|(_, work)| move || _ = black_box(work())).collect();
    let mut works: Vec<&mut dyn FnMut()> =
        works.iter_mut().map(|work| work as &mut dyn FnMut()).collect();
    let times = times_in_turns(&mut works);
    for (((who, _), heap), time) in contenders.iter().zip(&heaps).zip(&times) {
        println!(
            "{name}: {who}: {:.0} ns, {:.2} allocations a message, peak {} octets, {:.0} MB/s, {:.2}x",
            time / messages as f64,
            heap.allocations as f64 / messages as f64,
            heap.peak,
            octets as f64 * 1e3 / time,
            time / times[0],
        );
    }
    let mut group = group(c, name);
    group.throughput(Throughput::Bytes(octets as u64));
    for (who, mut work) in contenders {
        group.bench_function(who, |b| b.iter(&mut work));
    }
    group.finish();
}

/// A group of benches, each short: there are many.
fn group<'c>(c: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = c.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_millis(800));
    group
}
