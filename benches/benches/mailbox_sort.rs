//! SORT of mailboxes of 10,000 and 100,000 messages: `mailbox/sort`.
use std::hint::black_box;

use benches::mailbox::{SIZES, mailbox, print_growth};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_imap::command::SortKey;
use mailwire_mailbox::{Collation, MemoryMessage};

fn sort(c: &mut Criterion) {
    let mailboxes = SIZES.map(mailbox);
    let run = |messages: &[MemoryMessage], keys: &[(SortKey, bool)]| {
        black_box(mailwire_mailbox::sort(keys, Collation::default(), messages).expect("known keys"))
    };
    let all = [
        ("ARRIVAL", vec![(SortKey::Arrival, false)]),
        ("DATE", vec![(SortKey::Date, false)]),
        ("SUBJECT", vec![(SortKey::Subject, false)]),
        ("DISPLAYFROM", vec![(SortKey::DisplayFrom, false)]),
        (
            "REVERSE SUBJECT FROM SIZE",
            vec![(SortKey::Subject, true), (SortKey::From, false), (SortKey::Size, false)],
        ),
    ];
    for (name, keys) in &all {
        print_growth(&format!("mailbox/sort {name}"), &mailboxes, |messages| run(messages, keys));
    }
    let mut group = c.benchmark_group("mailbox/sort");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(SIZES[1])));
    for (name, keys) in &all {
        group.bench_function(*name, |b| b.iter(|| run(&mailboxes[1], keys)));
    }
    group.finish();
}

criterion_group!(benches, sort);
criterion_main!(benches);
