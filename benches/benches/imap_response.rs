//! Everything but FETCH: a SEARCH response of 100,000 numbers and the same as ESEARCH, LIST, and the
//! small responses that come all the time.
//!
//! imap-codec and imap-proto have no ESEARCH. A parser that starts from the first octet again reads
//! the long line as often as there are chunks, which at 64 octets would take minutes: left out there.
use benches::{
    Counting,
    imap::{self, CHUNKS, Contender, codec, next, ours, proto, sum, wire},
};
use criterion::{Criterion, criterion_group, criterion_main};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn read(c: &mut Criterion, name: &str, wire: &[u8], messages: u64) {
    let is_long = messages == 1;
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
        } else if !is_long || size > 10_000 {
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

fn search(c: &mut Criterion) {
    read(c, "imap/search", &wire::search(100_000), 1);
    let wire = wire::esearch(100_000);
    for (size_name, size) in CHUNKS {
        let chunks = imap::chunks(&wire, size.min(wire.len()));
        let ours: Contender<'_> = ("mailwire", Box::new(|| sum(|sum| ours::read(&chunks, sum))));
        imap::compare(c, &format!("imap/esearch/{size_name}"), wire.len(), 1, vec![ours]);
    }
}

fn list(c: &mut Criterion) {
    read(c, "imap/list", &wire::list(2_000), 2_000);
}

fn small(c: &mut Criterion) {
    const TIMES: u64 = 2_000;
    for (name, line) in [
        ("exists", "* 172 EXISTS\r\n"),
        ("tagged", "a001 OK [READ-WRITE] SELECT completed\r\n"),
        (
            "capability",
            "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=GSSAPI IDLE NAMESPACE LITERAL+ UIDPLUS \
             CONDSTORE QRESYNC ESEARCH\r\n",
        ),
    ] {
        let wire = line.repeat(TIMES as usize);
        read(c, &format!("imap/{name}"), wire.as_bytes(), TIMES);
    }
}

criterion_group!(benches, search, list, small);
criterion_main!(benches);
