//! Twice the input, at most twice the work, whatever a peer sends: literals by the thousand,
//! parentheses, quotes, spaces, lines without end, octet by octet.
//!
//! Each input is read at a size and at twice that; the factor printed is that of the times, the
//! smallest of some rounds each. About 2 is linear, 4 is quadratic.
use benches::{
    Counting, heap,
    imap::{self, Contender, ours, wire::adversarial},
};
use criterion::{Criterion, criterion_group, criterion_main};
use std::{hint::black_box, time::Instant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZE: usize = 100_000;

fn linear(c: &mut Criterion) {
    for (name, make) in adversarial() {
        for step in [1, 1_448, usize::MAX] {
            let chunks = |size: usize| {
                let wire = make(size);
                imap::chunks(&wire, step.min(wire.len()))
            };
            let (once, twice) = (chunks(SIZE), chunks(2 * SIZE));
            let fastest = |chunks: &[bytes::Bytes]| {
                let time = |_| {
                    let start = Instant::now();
                    black_box(ours::survive(chunks));
                    start.elapsed().as_nanos()
                };
                (0..9).map(time).min().unwrap_or(0).max(1) as f64
            };
            let factor = fastest(&twice) / fastest(&once);
            let (_, before) = heap(|| ours::survive(&once));
            let (_, after) = heap(|| ours::survive(&twice));
            println!(
                "imap/linear/{name}/{step}: twice the input takes {factor:.2}x the time, {:.2}x the \
                 allocations, {:.2}x the memory ({} octets)",
                after.allocations as f64 / before.allocations.max(1) as f64,
                after.peak as f64 / before.peak.max(1) as f64,
                after.peak,
            );
        }
        let wire = make(SIZE);
        let chunks = imap::chunks(&wire, 1_448);
        let ours: Contender<'_> = ("mailwire", Box::new(|| ours::survive(&chunks)));
        imap::compare(c, &format!("imap/linear/{name}"), wire.len(), 1, vec![ours]);
    }
}

criterion_group!(benches, linear);
criterion_main!(benches);
