//! SEARCH in mailboxes of 10,000 and 100,000 messages: `mailbox/search`.
use std::hint::black_box;

use benches::mailbox::{SIZES, mailbox, print_growth};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_imap::{Command, Frame, ReadOptions};
use mailwire_mailbox::{MemoryMessage, Search, SearchContext};

const SEARCHES: [&str; 8] = [
    "UNSEEN 500:9000",
    "SINCE 1-Oct-2001 SENTBEFORE 1-Nov-2001",
    "FROM person77",
    "SUBJECT \"caf\u{e9} 1\"",
    "HEADER Message-ID <77.mail@",
    "BODY holiday",
    "TEXT \"brown fox\" NOT FROM person",
    "OR OR TEXT one TEXT two OR BODY three BODY four",
];

fn prepare(criteria: &str, count: u32) -> Search {
    let frame = Frame::new(Bytes::from(format!("a SEARCH {criteria}\r\n")));
    let parsed = Command::parse(&frame, ReadOptions::default()).expect("a command");
    let Command::Search(search) = parsed.value.command else { panic!("{criteria}") };
    let context = SearchContext::new(1_700_000_000, count, count);
    Search::new(&search.expression, None, &context).expect("a search")
}

fn search(c: &mut Criterion) {
    let mailboxes = SIZES.map(mailbox);
    let run = |messages: &[MemoryMessage], criteria| {
        let count = u32::try_from(messages.len()).expect("few");
        black_box(prepare(criteria, count).run(messages))
    };
    for criteria in SEARCHES {
        print_growth(&format!("mailbox/search {criteria}"), &mailboxes, |messages| {
            run(messages, criteria)
        });
    }
    let mut group = c.benchmark_group("mailbox/search");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(SIZES[1])));
    for criteria in SEARCHES {
        group.bench_function(criteria, |b| b.iter(|| run(&mailboxes[1], criteria)));
    }
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
