//! The structure of messages, and their headers alone, beside the peers: `message/structure`.
//!
//! Structure is every part with its type, its place in the tree and the range of its body. mail-parser
//! reads the values of all header fields on the way, mailparse cuts the fields, mailwire notes where
//! they are. Nobody decodes a body.
use std::hint::black_box;

use benches::{
    mail::{self, Corpus},
    print_ratio, rounds,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_message::parser::{Config, Structure};

fn config() -> Config {
    let mut config = Config::default();
    config.line_statistics = false;
    config
}

fn structure(c: &mut Criterion) {
    let config = config();
    for corpus in mail::corpora() {
        let Corpus { name, messages } = &corpus;
        let mut group = c.benchmark_group(format!("message/structure/{name}"));
        group.throughput(Throughput::Bytes(corpus.octets()));
        let mut kept = Structure::default();
        let mut ours = || {
            messages.iter().for_each(|message| {
                kept.parse_into(message, &config);
                black_box(&kept);
            });
        };
        let parser = mail_parser::MessageParser::default();
        let theirs = || {
            messages.iter().for_each(|message| {
                black_box(parser.parse(&message[..]));
            });
        };
        print_ratio(&format!("message/structure/{name}, to mail-parser 1.0.1"), &mut ours, theirs);
        group.bench_function("mailwire", |b| b.iter(&mut ours));
        group.bench_function("mailwire, headers", |b| {
            b.iter(|| {
                for message in messages {
                    black_box(Structure::parse_header(message, &config));
                }
            });
        });
        group.bench_function("mail-parser", |b| b.iter(theirs));
        group.bench_function("mail-parser, headers", |b| {
            b.iter(|| {
                for message in messages {
                    black_box(parser.parse_headers(&message[..]));
                }
            });
        });
        group.bench_function("mailparse", |b| {
            b.iter(|| {
                for message in messages {
                    black_box(mailparse::parse_mail(message).ok());
                }
            });
        });
        group.finish();
    }
}

/// Messages made to be slow to read, each and its double: how many times as long the double takes.
fn adversarial(_: &mut Criterion) {
    let config = config();
    for (name, make) in mail::adversaries() {
        let [once, twice] = [make(1), make(2)];
        let mut kept = Structure::default();
        let mut read = |message: &[u8]| {
            kept.parse_into(message, &config);
            kept.parts.len()
        };
        read(&twice);
        let took = |message: &[u8], read: &mut dyn FnMut(&[u8]) -> usize| {
            let times = (0..rounds(7)).map(|_| {
                let start = std::time::Instant::now();
                black_box(read(black_box(message)));
                start.elapsed()
            });
            times.min().unwrap_or_default().as_secs_f64()
        };
        let (a, b) = (took(&once, &mut read), took(&twice, &mut read));
        let rate = twice.len() as f64 / b / 1e6;
        println!("message/adversarial/{name}: twice the input takes {:.2}x, {rate:.0} MB/s", b / a);
    }
}

criterion_group!(benches, structure, adversarial);
criterion_main!(benches);
