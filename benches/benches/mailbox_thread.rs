//! THREAD of mailboxes of 10,000 and 100,000 messages: `mailbox/thread`. Those of a list, and a single
//! thread in which each message answers the one before it, or the one behind it.
use std::hint::black_box;

use benches::mailbox::{SIZES, mailbox, print_growth};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_mailbox::{Collation, MemoryMessage, ThreadAlgorithm, date_time};

/// One thread as deep as it has messages.
fn chain(count: u32, backwards: bool) -> Vec<MemoryMessage> {
    (1..=count)
        .map(|number| {
            let id = if backwards { count - number } else { number };
            let message = format!(
                "Message-ID: <{id}@x>\r\nReferences: <{}@x> <{}@x>\r\nSubject: Re: one\r\n\r\n",
                id.wrapping_sub(2),
                id.wrapping_sub(1),
            );
            MemoryMessage::new(number, number, message.into(), date_time(i64::from(number), 0))
        })
        .collect()
}

fn thread(c: &mut Criterion) {
    let run = |algorithm, messages: &[MemoryMessage]| {
        black_box(mailwire_mailbox::thread(algorithm, Collation::default(), false, messages))
    };
    let references = ThreadAlgorithm::References;
    for (name, mailboxes) in [
        ("list", SIZES.map(mailbox)),
        ("chain", SIZES.map(|count| chain(count, false))),
        ("chain backwards", SIZES.map(|count| chain(count, true))),
    ] {
        let mut group = c.benchmark_group(format!("mailbox/thread/{name}"));
        group.sample_size(10).throughput(Throughput::Elements(u64::from(SIZES[1])));
        for algorithm in [references, ThreadAlgorithm::OrderedSubject] {
            let what = format!("mailbox/thread {} of a {name}", algorithm.name());
            print_growth(&what, &mailboxes, |messages| run(algorithm, messages));
            group.bench_function(algorithm.name(), |b| b.iter(|| run(algorithm, &mailboxes[1])));
        }
        group.finish();
    }
}

criterion_group!(benches, thread);
criterion_main!(benches);
