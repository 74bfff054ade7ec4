//! Making indexes of messages, whole and as they come in, and answering FETCH out of them:
//! `mailbox/fetch`.
//!
//! mail-parser stands beside the making: it finds the parts and reads all fields, but makes no envelope
//! and no structure of it, and counts no lines.
use std::hint::black_box;

use benches::mail::{self, Corpus};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_imap::{Encoder, Partial, Peer, Section};
use mailwire_mailbox::{Builder, Index, LineEnds};

fn index(c: &mut Criterion) {
    for corpus in mail::corpora() {
        let Corpus { name, messages } = &corpus;
        let mut group = c.benchmark_group(format!("mailbox/index/{name}"));
        group.throughput(Throughput::Bytes(corpus.octets()));
        let parser = mail_parser::MessageParser::default();
        let ours = || messages.iter().for_each(|message| drop(black_box(Index::of(message))));
        let theirs = || {
            messages.iter().for_each(|message| drop(black_box(parser.parse(&message[..]))));
        };
        benches::print_ratio(&format!("mailbox/index/{name}, to mail-parser 1.0.1"), ours, theirs);
        let kept: usize = messages.iter().map(|it| Index::of(it).as_bytes().len()).sum();
        println!("mailbox/index/{name}: {} octets an index", kept / messages.len());
        group.bench_function("whole", |b| b.iter(ours));
        let shared: Vec<Bytes> = messages.iter().cloned().map(Bytes::from).collect();
        group.bench_function("pushed, 64 KiB", |b| {
            b.iter(|| {
                for message in &shared {
                    let mut builder = Builder::new(LineEnds::Detect);
                    for start in (0..message.len()).step_by(64 * 1024) {
                        let end = message.len().min(start + 64 * 1024);
                        builder.handle_input(message.slice(start..end));
                    }
                    black_box(builder.finish());
                }
            });
        });
        group.bench_function("mail-parser", |b| b.iter(theirs));
        let kept: Vec<Bytes> = messages.iter().map(|it| Index::of(it).as_bytes().clone()).collect();
        group.bench_function("read again", |b| {
            b.iter(|| kept.iter().for_each(|kept| drop(black_box(Index::parse(kept.clone())))));
        });
        group.finish();
    }
}

fn answers(c: &mut Criterion) {
    for corpus in mail::corpora() {
        let Corpus { name, messages } = &corpus;
        let indexes: Vec<Index> = messages.iter().map(|message| Index::of(message)).collect();
        let mut group = c.benchmark_group(format!("mailbox/fetch/{name}"));
        group.throughput(Throughput::Elements(messages.len() as u64));
        group.bench_function("ENVELOPE BODYSTRUCTURE", |b| {
            b.iter(|| {
                let mut out = Encoder::new(Peer::CLIENT);
                for index in &indexes {
                    index.envelope().encode(&mut out);
                    index.body_structure(Peer::CLIENT).encode(&mut out);
                }
                black_box(out.finish())
            });
        });
        group.bench_function("BODY[]<half.65536>", |b| {
            b.iter(|| {
                for (index, message) in indexes.iter().zip(messages) {
                    let content = index.section(&Section::WHOLE, message).expect("it is there");
                    let partial = Partial::new(content.len() / 2, 65_536).expect("in order");
                    black_box(content.partial(partial).octets());
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, index, answers);
criterion_main!(benches);
