//! Bodies of messages as literals: one of 10 MB, and 200 of 50 kB.
//!
//! Ours hands literals of more than 4 KiB over in slices of what was read, so that the memory it
//! holds does not depend on their size. The others collect the message first: imap-next and
//! imap-codec's fragmentizer octet by octet; imap-proto and imap-codec's decoder look at what was
//! collected from its beginning each time (left out at 64 octets, where that takes minutes). Given all
//! at once, imap-proto borrows the literal and never looks at it.
use benches::{
    Counting,
    imap::{self, CHUNKS, Contender, codec, next, ours, proto, sum, wire},
};
use criterion::{Criterion, criterion_group, criterion_main};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn read(c: &mut Criterion, name: &str, wire: &[u8], messages: u64) {
    for (size_name, size) in CHUNKS {
        let chunks = imap::chunks(wire, size.min(wire.len()));
        let mut contenders: Vec<Contender<'_>> = vec![
            ("mailwire", Box::new(|| sum(|sum| ours::read(&chunks, sum)))),
            ("imap-next", Box::new(|| sum(|sum| next::read(&chunks, sum)))),
            ("imap-codec, fragmented", Box::new(|| sum(|sum| codec::read_chunks(&chunks, sum)))),
        ];
        if size == usize::MAX {
            contenders.push(("imap-codec", Box::new(|| sum(|sum| codec::read(wire, sum)))));
            contenders.push(("imap-proto", Box::new(|| sum(|sum| proto::read(wire, sum)))));
        } else if size > 10_000 || (size > 1_000 && messages > 1) {
            contenders.push((
                "imap-codec, parsed again",
                Box::new(|| sum(|sum| codec::reparse(&chunks, sum))),
            ));
            contenders.push((
                "imap-proto, parsed again",
                Box::new(|| sum(|sum| proto::reparse(&chunks, sum))),
            ));
        }
        imap::compare(c, &format!("{name}/{size_name}"), wire.len(), messages, contenders);
    }
}

fn one(c: &mut Criterion) {
    read(c, "imap/literal/10MB", &wire::bodies(1, 10_000_000), 1);
}

fn many(c: &mut Criterion) {
    read(c, "imap/literal/50kB", &wire::bodies(200, 50_000), 200);
}

criterion_group!(benches, one, many);
criterion_main!(benches);
