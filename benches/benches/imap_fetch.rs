//! FETCH responses, read to their last field: FLAGS with ENVELOPE and BODYSTRUCTURE, and what a client
//! asks for to learn what has changed.
//!
//! At each size of chunks ours frames and parses; imap-next does the same and gives values that own
//! what they hold; imap-codec goes through its fragmentizer, and is given all at once with no framing
//! at all (`whole`). imap-proto has no framing: chunks are collected, and parsed from the first octet
//! of a response each time.
use benches::{
    Counting,
    imap::{self, CHUNKS, Contender, codec, next, ours, proto, sum, wire},
};
use criterion::{Criterion, criterion_group, criterion_main};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// As many as make a few hundred kilobytes.
const FULL: u32 = 300;
const FLAGS: u32 = 3_000;

fn read(c: &mut Criterion, name: &str, wire: &[u8], messages: u32) {
    for (size_name, size) in CHUNKS {
        let chunks = imap::chunks(wire, size.min(wire.len()));
        let mut contenders: Vec<Contender<'_>> = vec![
            ("mailwire", Box::new(|| sum(|sum| ours::read(&chunks, sum)))),
            ("imap-next", Box::new(|| sum(|sum| next::read(&chunks, sum)))),
            ("imap-codec, fragmented", Box::new(|| sum(|sum| codec::read_chunks(&chunks, sum)))),
        ];
        if size == usize::MAX {
            contenders.push(("imap-codec", Box::new(|| sum(|sum| codec::read(wire, sum)))));
            contenders.push((
                "imap-codec, static",
                Box::new(|| sum(|sum| codec::read_static(wire, sum))),
            ));
            contenders.push(("imap-proto", Box::new(|| sum(|sum| proto::read(wire, sum)))));
        } else {
            contenders.push((
                "imap-codec, parsed again",
                Box::new(|| sum(|sum| codec::reparse(&chunks, sum))),
            ));
            contenders.push((
                "imap-proto, parsed again",
                Box::new(|| sum(|sum| proto::reparse(&chunks, sum))),
            ));
        }
        imap::compare(c, &format!("{name}/{size_name}"), wire.len(), messages.into(), contenders);
    }
}

fn full(c: &mut Criterion) {
    read(c, "imap/fetch/full", &wire::fetch_full(FULL), FULL);
}

fn flags(c: &mut Criterion) {
    read(c, "imap/fetch/flags", &wire::fetch_flags(FLAGS), FLAGS);
}

criterion_group!(benches, full, flags);
criterion_main!(benches);
