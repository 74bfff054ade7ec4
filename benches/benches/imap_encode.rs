//! What is written: FETCH responses as a server has them, a set of 100,000 UIDs, a search.
//!
//! imap-next writes what imap-codec encodes. imap-proto writes some commands and no responses.
use benches::{
    Counting,
    imap::{self, Contender, codec, ours, wire},
};
use criterion::{Criterion, criterion_group, criterion_main};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Responses that were read, written again: the same octets, but for the case of some keywords.
fn responses(c: &mut Criterion) {
    const TIMES: u32 = 300;
    for (name, wire) in [("full", wire::fetch_full(TIMES)), ("flags", wire::fetch_flags(TIMES))] {
        let (mine, theirs) = (ours::collect(&wire), codec::collect(&wire));
        let contenders: Vec<Contender<'_>> = vec![
            ("mailwire", Box::new(|| ours::write(&mine))),
            ("imap-codec", Box::new(|| codec::write(&theirs))),
        ];
        let name = format!("imap/encode/fetch {name}");
        imap::compare(c, &name, wire.len(), TIMES.into(), contenders);
    }
}

fn commands(c: &mut Criterion) {
    for (name, wire) in [("set", wire::fetch_of_set(100_000)), ("search", wire::search_tree())] {
        let (mine, theirs) = (ours::command(&wire), codec::command(&wire));
        let contenders: Vec<Contender<'_>> = vec![
            ("mailwire", Box::new(|| ours::write_command(&mine))),
            ("imap-codec", Box::new(|| codec::write_command(&theirs))),
        ];
        imap::compare(c, &format!("imap/encode/{name}"), wire.len(), 1, contenders);
    }
}

criterion_group!(benches, responses, commands);
criterion_main!(benches);
