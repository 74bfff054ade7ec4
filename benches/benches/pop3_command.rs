//! Ten mixed commands, read by mailwire and by pop3-codec, and written by both.
//!
//! Both get the same buffer. pop3-codec finds line ends while it parses; mailwire cuts lines first
//! (`framed`), so that is the fair pair. `parse` is mailwire's grammar alone, on lines cut before.
use std::hint::black_box;

use benches::{Counting, allocations, print_ratio};
use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::{BytesRef, InputQueue};
use mailwire_pop3::{Command, Quirks};
use pop3_codec::{parse, types::Command as Theirs};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const COMMANDS: usize = 10;
const WIRE: &[u8] = b"CAPA\r\n\
    USER john.smith@example.org\r\n\
    PASS tanstaaftanstaaf\r\n\
    STAT\r\n\
    LIST 1\r\n\
    UIDL\r\n\
    RETR 12345\r\n\
    TOP 7 20\r\n\
    DELE 12345\r\n\
    QUIT\r\n";

fn framed(wire: &Bytes) -> usize {
    let mut input = InputQueue::default();
    input.push(wire.clone());
    let mut commands = 0;
    while let Some(line) = input.peek_line(255).unwrap() {
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

fn peer(mut wire: &[u8]) -> usize {
    let mut commands = 0;
    while !wire.is_empty() {
        let (rest, command) = parse::command(wire).unwrap();
        black_box(command);
        wire = rest;
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
    while let Some(line) = input.take_line(255).unwrap() {
        lines.push(line.content);
    }

    let (count, ours) = allocations(|| framed(&wire));
    let (same, theirs) = allocations(|| peer(WIRE));
    assert_eq!((count, same), (COMMANDS, COMMANDS));
    println!("allocations for {COMMANDS} commands: mailwire {ours}, pop3-codec {theirs}");
    // A password is kept in memory that is wiped.
    assert!(ours <= 1, "a command line must not allocate");
    print_ratio(
        "pop3/command, framed, to pop3-codec",
        || framed(black_box(&wire)),
        || peer(black_box(WIRE)),
    );
    print_ratio(
        "pop3/command, parsed only, to pop3-codec",
        || parsed(black_box(&lines)),
        || peer(black_box(WIRE)),
    );

    let mut group = c.benchmark_group("pop3/command");
    group.throughput(Throughput::Elements(COMMANDS as u64));
    group.bench_function("mailwire/framed", |b| b.iter(|| framed(black_box(&wire))));
    group.bench_function("mailwire/parse", |b| b.iter(|| parsed(black_box(&lines))));
    group.bench_function("pop3-codec", |b| b.iter(|| peer(black_box(WIRE))));
    group.finish();
}

/// The same commands, onto the wire.
fn written(c: &mut Criterion) {
    let mut rest = WIRE;
    let mut theirs: Vec<Theirs> = Vec::new();
    let mut ours = Vec::new();
    while !rest.is_empty() {
        let (more, command) = parse::command(rest).unwrap();
        let line = Bytes::copy_from_slice(&rest[..rest.len() - more.len() - 2]);
        theirs.push(command);
        ours.push(Command::parse(line, Quirks::NONE).unwrap().0);
        rest = more;
    }
    let mut out = BytesMut::with_capacity(WIRE.len());
    let mut we = || {
        out.clear();
        ours.iter().for_each(|command| command.encode(&mut out));
        out.len()
    };
    let mut wire = Vec::with_capacity(WIRE.len());
    let mut they = || {
        wire.clear();
        theirs.iter().for_each(|command| wire.extend_from_slice(&command.serialize()));
        wire.len()
    };
    assert_eq!((we(), they()), (WIRE.len(), WIRE.len()));
    print_ratio("pop3/command, written, to pop3-codec", &mut we, &mut they);
    let mut group = c.benchmark_group("pop3/command/written");
    group.throughput(Throughput::Elements(COMMANDS as u64));
    group.bench_function("mailwire", |b| b.iter(&mut we));
    group.bench_function("pop3-codec", |b| b.iter(&mut they));
    group.finish();
}

criterion_group!(benches, commands, written);
criterion_main!(benches);
