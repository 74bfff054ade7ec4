//! The push parser in chunks of many sizes, beside our own parse of the whole: `message/push`.
//!
//! Nobody else reads mail in pieces. Events are taken and dropped, as by a caller who writes bodies to
//! a file.
use std::hint::black_box;

use benches::{mail, print_ratio};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_message::parser::{Config, Parser, Structure};

fn push(c: &mut Criterion) {
    for corpus in mail::corpora() {
        let mut group = c.benchmark_group(format!("message/push/{}", corpus.name));
        group.throughput(Throughput::Bytes(corpus.octets()));
        for (what, statistics) in [("", false), (", lines counted", true)] {
            let mut config = Config::default();
            config.line_statistics = statistics;
            let mut kept = Structure::default();
            let mut whole = || {
                corpus.messages.iter().for_each(|message| {
                    kept.parse_into(message, &config);
                    black_box(&kept);
                });
            };
            for size in [65_536, 1_448, 64] {
                let messages: Vec<Vec<Bytes>> = corpus
                    .messages
                    .iter()
                    .map(|message| message.chunks(size).map(Bytes::copy_from_slice).collect())
                    .collect();
                let mut ours = || messages.iter().for_each(|chunks| read(chunks, config));
                if size == 65_536 {
                    let name = format!("message/push/{}{what}, to the whole", corpus.name);
                    print_ratio(&name, &mut ours, &mut whole);
                }
                group.bench_function(format!("{size}{what}"), |b| b.iter(&mut ours));
            }
            group.bench_function(format!("whole{what}"), |b| b.iter(&mut whole));
        }
        group.finish();
    }
}

fn read(chunks: &[Bytes], config: Config) {
    let mut parser = Parser::new(config);
    for chunk in chunks {
        parser.handle_input(chunk.clone());
        while let Ok(Some(event)) = parser.poll_event() {
            black_box(&event);
        }
    }
    parser.handle_eof();
    while let Ok(Some(event)) = parser.poll_event() {
        black_box(&event);
    }
}

criterion_group!(benches, push);
criterion_main!(benches);
