//! Eight mixed pipelined commands, read by mailwire and by smtp-proto.
//!
//! Both get the same buffer. smtp-proto finds line ends while it parses; mailwire cuts lines first
//! (`framed`), so that is the fair pair. `parse` is mailwire's grammar alone, on lines cut before.
use std::hint::black_box;

use benches::{Counting, allocations, print_ratio};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::{BytesRef, InputQueue};
use mailwire_smtp::{Command, Quirks};
use smtp_proto::Request;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const COMMANDS: usize = 8;
const WIRE: &[u8] = b"EHLO client.example.org\r\n\
    MAIL FROM:<john.smith@example.org> SIZE=123456 BODY=8BITMIME\r\n\
    RCPT TO:<jane.doe@mail.example.net>\r\n\
    RCPT TO:<postmaster+tag@lists.example.com> NOTIFY=SUCCESS,FAILURE\r\n\
    RCPT TO:<x@y.example>\r\n\
    BDAT 86401 LAST\r\n\
    MAIL FROM:<bounces@example.org>\r\n\
    QUIT\r\n";

fn framed(wire: &Bytes) -> usize {
    let mut input = InputQueue::default();
    input.push(wire.clone());
    let mut commands = 0;
    while let Some(line) = input.peek_line(2_048).unwrap() {
        let len = line.wire_len();
        black_box(Command::parse_ref(line.content, Quirks::ALL).unwrap());
        input.skip_line(len);
        commands += 1;
    }
    commands
}

fn parsed(lines: &[Bytes]) -> usize {
    for line in lines {
        black_box(Command::parse_ref(BytesRef::from(line), Quirks::ALL).unwrap());
    }
    lines.len()
}

fn peer(wire: &[u8]) -> usize {
    let mut octets = wire.iter();
    let mut commands = 0;
    while !octets.as_slice().is_empty() {
        black_box(Request::parse(&mut octets).unwrap());
        commands += 1;
    }
    commands
}

fn commands(c: &mut Criterion) {
    // A slice of a shared buffer, as a machine sees it after the first read.
    let wire = Bytes::from([WIRE, WIRE].concat()).slice(..WIRE.len());
    let mut lines = Vec::new();
    let mut input = InputQueue::default();
    input.push(wire.clone());
    while let Some(line) = input.take_line(2_048).unwrap() {
        lines.push(line.content);
    }

    let (_, ours) = allocations(|| framed(&wire));
    let (_, theirs) = allocations(|| peer(WIRE));
    println!("allocations for {COMMANDS} commands: mailwire {ours}, smtp-proto {theirs}");
    assert_eq!(ours, 0, "a command line must not allocate");
    print_ratio(
        "smtp/command, framed, to smtp-proto",
        || framed(black_box(&wire)),
        || peer(black_box(WIRE)),
    );
    print_ratio(
        "smtp/command, parsed only, to smtp-proto",
        || parsed(black_box(&lines)),
        || peer(black_box(WIRE)),
    );

    let mut group = c.benchmark_group("smtp/command");
    group.throughput(Throughput::Elements(COMMANDS as u64));
    group.bench_function("mailwire/framed", |b| b.iter(|| framed(black_box(&wire))));
    group.bench_function("mailwire/parse", |b| b.iter(|| parsed(black_box(&lines))));
    group.bench_function("smtp-proto", |b| b.iter(|| peer(black_box(WIRE))));
    group.finish();
}

criterion_group!(benches, commands);
criterion_main!(benches);
