//! What the benches share: an allocator that counts, for those that claim not to allocate, and ratios
//! to the peers.
pub mod imap;
pub mod mail;
pub mod mailbox;
pub mod pop3;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed},
    time::Instant,
};

/// Counts what the system's allocator hands out, while somebody asks. Install it with
/// `#[global_allocator]`.
#[derive(Debug)]
pub struct Counting;

/// Else nothing is counted: those who allocate much must not look slower than they are.
static ASKED: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicIsize = AtomicIsize::new(0);
static MOST_HELD: AtomicIsize = AtomicIsize::new(0);

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, 0, layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        count(0, layout.size(), 0);
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(1, layout.size(), new_size);
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

fn count(calls: usize, freed: usize, taken: usize) {
    if ASKED.load(Relaxed) {
        CALLS.fetch_add(calls, Relaxed);
        let more = taken.cast_signed() - freed.cast_signed();
        let held = HELD.fetch_add(more, Relaxed) + more;
        MOST_HELD.fetch_max(held, Relaxed);
    }
}

/// What some work took from the heap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heap {
    /// How many times it allocated.
    pub allocations: usize,
    /// How many octets more than before are held at its end.
    pub held: usize,
    /// How many octets more than before were held when they were most.
    pub peak: usize,
}

/// Counts what `work` takes from the heap.
pub fn heap<R>(work: impl FnOnce() -> R) -> (R, Heap) {
    let (calls, held) = (CALLS.load(Relaxed), HELD.load(Relaxed));
    MOST_HELD.store(held, Relaxed);
    ASKED.store(true, Relaxed);
    let result = work();
    ASKED.store(false, Relaxed);
    let more = |now: isize| usize::try_from(now - held).unwrap_or(0);
    let heap = Heap {
        allocations: CALLS.load(Relaxed) - calls,
        held: more(HELD.load(Relaxed)),
        peak: more(MOST_HELD.load(Relaxed)),
    };
    (result, heap)
}

/// How many allocations `work` makes.
pub fn allocations<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let (result, heap) = heap(work);
    (result, heap.allocations)
}

/// How many octets of heap the result of `work` holds.
pub fn heap_held<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let (result, heap) = heap(work);
    (result, heap.held)
}

/// Prints how many times as fast as the peer we are, both being timed in turns.
pub fn print_ratio<A, B>(what: &str, mut ours: impl FnMut() -> A, mut theirs: impl FnMut() -> B) {
    let mut ours = || drop(black_box(ours()));
    let mut theirs = || drop(black_box(theirs()));
    let times = times_in_turns(&mut [&mut ours, &mut theirs]);
    println!("{what}: {:.2}x", times[1] / times[0]);
}

/// How often a work is timed: `wanted` times, but once where the benches are only tried (`--test`). The figures
/// that are printed then mean nothing.
pub fn rounds(wanted: u64) -> u64 {
    if std::env::args().any(|argument| argument == "--test") { 1 } else { wanted }
}

/// How many nanoseconds each takes, all being timed in turns.
///
/// The middle of many rounds, so that the figure does not hang on one of them.
pub fn times_in_turns(works: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    const MOST_ROUNDS: u64 = 101;
    const WHOLE: u64 = 3_000_000_000;
    let once: Vec<u64> = works.iter_mut().map(|work| nanoseconds(work, 1)).collect();
    let times: Vec<u64> = once.iter().map(|time| rounds(1 + 200_000 / (1 + time))).collect();
    let round: u64 = once.iter().zip(&times).map(|(time, times)| time * times).sum();
    let mut taken = vec![Vec::new(); works.len()];
    for _ in 0..rounds((WHOLE / (1 + round)).clamp(5, MOST_ROUNDS) | 1) {
        for ((work, times), taken) in works.iter_mut().zip(&times).zip(&mut taken) {
            taken.push(nanoseconds(work, *times) as f64 / *times as f64);
        }
    }
    let middle = |mut taken: Vec<f64>| {
        taken.sort_unstable_by(f64::total_cmp);
        taken[taken.len() / 2]
    };
    taken.into_iter().map(middle).collect()
}

fn nanoseconds(work: &mut dyn FnMut(), times: u64) -> u64 {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
