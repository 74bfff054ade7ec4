//! A server's half: pipelined NOOP, UID FETCH and STORE, LOGIN, a message of 10 MB appended, and a
//! command of 25,000 empty literals.
//!
//! imap-proto reads no commands. imap-codec's decoder stops at a literal and starts from the first
//! octet when it has come, so for literals it goes through its fragmentizer, as imap-next does. All
//! literals are `{n+}`, so that nobody has to be told to go on.
use benches::{
    Counting,
    imap::{self, CHUNKS, Contender, codec, next, ours, wire},
};
use criterion::{Criterion, criterion_group, criterion_main};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn serve(c: &mut Criterion, name: &str, wire: &[u8], commands: u64) {
    for (size_name, size) in CHUNKS {
        let chunks = imap::chunks(wire, size.min(wire.len()));
        let contenders: Vec<Contender<'_>> = vec![
            ("mailwire", Box::new(|| ours::serve(&chunks))),
            ("imap-next", Box::new(|| next::serve(&chunks))),
            ("imap-codec, fragmented", Box::new(|| codec::serve(&chunks))),
        ];
        imap::compare(c, &format!("{name}/{size_name}"), wire.len(), commands, contenders);
    }
}

fn pipelined(c: &mut Criterion) {
    const TIMES: usize = 2_000;
    for (name, line) in [
        ("noop", "A0001 NOOP\r\n"),
        ("uid fetch", "A0002 UID FETCH 4827313:4828442,4829000 (FLAGS UID RFC822.SIZE)\r\n"),
        ("store", "A0003 STORE 2:4,7 +FLAGS.SILENT (\\Deleted \\Seen)\r\n"),
        ("login", "A0004 LOGIN mrc@example.org \"secret passphrase\"\r\n"),
    ] {
        let wire = line.repeat(TIMES);
        serve(c, &format!("imap/command/{name}"), wire.as_bytes(), TIMES as u64);
    }
}

fn literals(c: &mut Criterion) {
    serve(c, "imap/command/append", &wire::append(10_000_000), 1);
    serve(c, "imap/command/empty literals", &wire::empty_literals(25_000), 1);
}

criterion_group!(benches, pipelined, literals);
criterion_main!(benches);
