//! What the benches share: an allocator that counts, for those that claim not to allocate, and ratios
//! to the peers.
pub mod mail;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

pub mod pop3;

/// Counts what the system's allocator hands out. Install it with `#[global_allocator]`.
#[derive(Debug)]
pub struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        HELD.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        HELD.fetch_add(new_size, Relaxed);
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

/// How many allocations `work` makes.
pub fn allocations<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = CALLS.load(Relaxed);
    let result = work();
    (result, CALLS.load(Relaxed) - before)
}

/// How many octets of heap the result of `work` holds.
pub fn heap_held<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = HELD.load(Relaxed);
    let result = work();
    (result, HELD.load(Relaxed) - before)
}

/// Prints how many times as fast as the peer we are, both being timed in turns.
///
/// The middle of many rounds, so that the ratio does not hang on one of them.
pub fn print_ratio<A, B>(what: &str, mut ours: impl FnMut() -> A, mut theirs: impl FnMut() -> B) {
    const ROUNDS: usize = 101;
    let times = 1 + 200_000 / (1 + nanoseconds(&mut theirs, 10));
    let (mut us, mut them) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        us.push(nanoseconds(&mut ours, times));
        them.push(nanoseconds(&mut theirs, times));
    }
    us.sort_unstable();
    them.sort_unstable();
    let ratio = them[ROUNDS / 2] as f64 / us[ROUNDS / 2] as f64;
    println!("{what}: {ratio:.2}x");
}

fn nanoseconds<R>(work: &mut impl FnMut() -> R, times: u64) -> u64 {
    let start = Instant::now();
    for _ in 0..times {
        black_box(work());
    }
    let taken: Duration = start.elapsed();
    u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX)
}
