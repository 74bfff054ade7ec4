//! Twice the input, at most twice the work, whatever a peer sends: literals by the thousand,
//! parentheses, quotes, spaces, lines without end, octet by octet.
//!
//! Each input is read at a size and at twice that; the factor printed is that of the times, the
//! smallest of some rounds each. About 2 is linear, 4 is quadratic.
use benches::{
    Counting, heap,
    imap::{self, Contender, ours, wire::adversarial},
    rounds,
};
use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use std::{hint::black_box, time::Instant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZE: usize = 100_000;

fn linear(c: &mut Criterion) {
    for (name, make) in adversarial() {
        for (step_name, step) in [("1", 1), ("1448", 1_448), ("whole", usize::MAX)] {
            let (once, twice) = (Bytes::from(make(SIZE)), Bytes::from(make(2 * SIZE)));
            let fastest = |wire: &Bytes| {
                let time = |_| {
                    let start = Instant::now();
                    black_box(ours::survive(wire, step));
                    start.elapsed().as_nanos()
                };
                (0..rounds(15)).map(time).min().unwrap_or(0).max(1) as f64
            };
            let factor = fastest(&twice) / fastest(&once);
            let (_, before) = heap(|| ours::survive(&once, step));
            let (_, after) = heap(|| ours::survive(&twice, step));
            println!(
                "imap/linear/{name}/{step_name}: twice the input takes {factor:.2}x the time, {} \
                 allocations and {} octets after {} and {}",
                after.allocations, after.peak, before.allocations, before.peak,
            );
        }
        let wire = Bytes::from(make(SIZE));
        let ours: Contender<'_> = ("mailwire", Box::new(|| ours::survive(&wire, 1_448)));
        imap::compare(c, &format!("imap/linear/{name}"), wire.len(), 1, vec![ours]);
    }
}

criterion_group!(benches, linear);
criterion_main!(benches);
