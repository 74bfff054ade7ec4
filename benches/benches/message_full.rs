//! Messages parsed, every leaf decoded, all text made UTF-8: beside mail-parser and mailparse.
//!
//! mailparse does not look into messages within messages, and so has less to do where there are any.
use benches::{mail, print_ratio};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mailparse::ParsedMail;
use mailwire_message::{Message, parser::PartKind};
use std::hint::black_box;

/// Reads a message, and says something that depends on all of it.
type Reader<'p> = dyn Fn(&[u8]) -> usize + 'p;

fn ours(octets: &[u8]) -> usize {
    let message = Message::parse(black_box(octets));
    let leaves = message.parts().filter(|part| part.kind() == PartKind::Leaf);
    leaves
        .map(|part| match part.text() {
            Some(text) => black_box(text).len(),
            None => black_box(part.decoded()).len(),
        })
        .sum()
}

fn mail_parser(parser: &mail_parser::MessageParser, octets: &[u8]) -> usize {
    let Some(message) = parser.parse(black_box(octets)) else { return 0 };
    let leaves = message.parts().filter(|part| !part.is_multipart() && !part.is_message());
    leaves
        .map(|part| match part.text() {
            Some(text) => black_box(text).len(),
            None => black_box(part.decoded()).len(),
        })
        .sum()
}

/// It decodes while it parses.
fn mail_parser_0_11(parser: &mail_parser_0_11::MessageParser, octets: &[u8]) -> usize {
    let Some(message) = parser.parse(black_box(octets)) else { return 0 };
    message.parts.iter().map(|part| black_box(part).len()).sum()
}

fn mailparse(octets: &[u8]) -> usize {
    let Ok(message) = mailparse::parse_mail(black_box(octets)) else { return 0 };
    message.parts().map(decoded_by_mailparse).sum()
}

fn decoded_by_mailparse(part: &ParsedMail<'_>) -> usize {
    if !part.subparts.is_empty() {
        return 0;
    }
    let text = part.ctype.mimetype.starts_with("text/");
    let len = if text {
        part.get_body().map(|text| black_box(text).len())
    } else {
        part.get_body_raw().map(|octets| black_box(octets).len())
    };
    len.unwrap_or_default()
}

fn full(c: &mut Criterion) {
    let (new, old) =
        (mail_parser::MessageParser::new(), mail_parser_0_11::MessageParser::default());
    let mut group = c.benchmark_group("message/full");
    group.sample_size(10);
    for corpus in mail::corpora() {
        let all = |one: &dyn Fn(&[u8]) -> usize| -> usize {
            corpus.messages.iter().map(|message| one(message)).sum()
        };
        let us = || all(&ours);
        let peers: [(&str, &Reader<'_>); 3] = [
            ("mail-parser", &|octets| mail_parser(&new, octets)),
            ("mailparse", &mailparse),
            ("mail-parser 0.11", &|octets| mail_parser_0_11(&old, octets)),
        ];
        group.throughput(Throughput::Bytes(corpus.octets()));
        for (name, peer) in peers {
            print_ratio(&format!("message/full/{}, to {name}", corpus.name), us, || all(peer));
        }
        group.bench_function(BenchmarkId::new("mailwire", &corpus.name), |b| b.iter(us));
        for (name, peer) in peers {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |b| b.iter(|| all(peer)));
        }
    }
    group.finish();
}

criterion_group!(benches, full);
criterion_main!(benches);
