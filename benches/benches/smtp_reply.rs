//! Replies read and capabilities found, beside smtp-proto's.
use benches::{Counting, allocations, print_ratio};
use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::InputQueue;
use mailwire_smtp::{Capabilities, Extension, Reply};
use smtp_proto::{EXT_PIPELINING, EXT_SIZE, EhloResponse, response::parser::ResponseReceiver};
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ONE_LINE: &[u8] = b"250 2.1.5 Recipient ok\r\n";
const PLAIN_LINE: &[u8] = b"250 Ok: queued as 4XyZ1234abc\r\n";
const EHLO: &[u8] =
    b"250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-STARTTLS\r\n\
250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SMTPUTF8 \r\n";

/// Code, enhanced code and text of one reply.
fn ours(reply: &'static [u8]) -> u16 {
    let reply = Reply::parse(Bytes::from_static(black_box(reply))).unwrap();
    black_box((reply.enhanced(), reply.text()));
    reply.code()
}

fn ours_from_queue(input: &mut InputQueue, reply: &Bytes) -> u16 {
    input.push(black_box(reply).clone());
    let reply = Reply::read(input, 2_048, 65_536).unwrap().unwrap();
    black_box((reply.enhanced(), reply.text()));
    reply.code()
}

fn theirs(reply: &[u8]) -> u16 {
    let response = ResponseReceiver::default().parse(&mut black_box(reply).iter()).unwrap();
    black_box((response.esc, &response.message));
    response.code
}

fn our_offers(reply: &'static [u8]) -> u64 {
    let offers = Capabilities::from(Reply::parse(Bytes::from_static(black_box(reply))).unwrap());
    assert!(offers.has(Extension::Pipelining));
    offers.max_size().unwrap() + offers.auth_mechanisms().count() as u64
}

fn their_offers(reply: &[u8]) -> u64 {
    let offers = EhloResponse::parse(&mut black_box(reply).iter()).unwrap();
    assert!(offers.has_capability(EXT_PIPELINING | EXT_SIZE));
    offers.size as u64 + u64::from(offers.auth_mechanisms.count_ones())
}

fn replies(c: &mut Criterion) {
    let mut group = c.benchmark_group("smtp/reply");
    let mut input = InputQueue::default();
    for (name, wire) in [("enhanced", ONE_LINE), ("plain", PLAIN_LINE)] {
        let bytes = Bytes::from_static(wire);
        let (_, count) = allocations(|| (ours(wire), ours_from_queue(&mut input, &bytes)));
        assert_eq!(count, 0, "a reply is read without an allocation");
        group.throughput(Throughput::Bytes(wire.len() as u64));
        print_ratio(
            &format!("smtp/reply/{name}, to smtp-proto"),
            || ours(black_box(wire)),
            || theirs(black_box(wire)),
        );
        group.bench_function(BenchmarkId::new("mailwire", name), |b| {
            b.iter(|| ours(black_box(wire)))
        });
        group.bench_function(BenchmarkId::new("mailwire from a queue", name), |b| {
            b.iter(|| ours_from_queue(&mut input, &bytes));
        });
        group.bench_function(BenchmarkId::new("smtp-proto", name), |b| {
            b.iter(|| theirs(black_box(wire)))
        });
    }
    group.finish();
}

fn offers(c: &mut Criterion) {
    let mut group = c.benchmark_group("smtp/ehlo_reply");
    assert_eq!(our_offers(EHLO), their_offers(EHLO));
    let (_, count) = allocations(|| our_offers(EHLO));
    assert_eq!(count, 0, "an EHLO reply is read without an allocation");
    group.throughput(Throughput::Bytes(EHLO.len() as u64));
    print_ratio(
        "smtp/ehlo_reply, to smtp-proto",
        || our_offers(black_box(EHLO)),
        || their_offers(black_box(EHLO)),
    );
    group.bench_function("mailwire", |b| b.iter(|| our_offers(black_box(EHLO))));
    group.bench_function("smtp-proto", |b| b.iter(|| their_offers(black_box(EHLO))));
    group.finish();
}

criterion_group!(benches, replies, offers);
criterion_main!(benches);
