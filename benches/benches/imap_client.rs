//! The client's machine as a whole: tags, states, capabilities, what may be in progress together. Beside it
//! imap-next, which keeps none of that: its caller would have to.
use benches::{Counting, heap_held, print_ratio};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imap_codec::imap_types::{
    command::{Command as TheirCommand, CommandBody},
    core::Tag,
    fetch::{MacroOrMessageDataItemNames, MessageDataItemName},
    sequence::SequenceSet,
};
use imap_next::{Interrupt, Io, State, client as next};
use mailwire_core::Output;
use mailwire_imap::{
    Command, Frame, ReadOptions,
    client::{Client, Config, Event, TlsPolicy},
};
use std::{fmt::Write, hint::black_box, sync::Arc};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const GREETING: &[u8] = b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n";
const SELECTED: &[u8] = b"* 10000 EXISTS\r\nA1 OK [READ-WRITE] SELECT completed\r\n";

/// What is asked for, how often, and what the server says to each before its OK.
struct Work {
    line: &'static str,
    times: usize,
    said: Bytes,
}

fn pieces(said: &Bytes) -> impl Iterator<Item = Bytes> + '_ {
    (0..said.len()).step_by(16_384).map(|at| said.slice(at..said.len().min(at + 16_384)))
}

fn command(line: &str) -> Command {
    let frame = Frame::new(format!("x {line}\r\n").into());
    Command::parse(&frame, ReadOptions::default()).expect("a command").value.command
}

/// The OKs to as many commands as were sent.
fn oks(tag: &str, from: usize, count: usize) -> Bytes {
    let mut said = String::with_capacity(count * 32);
    for number in from..from + count {
        write!(said, "{tag}{number} OK completed\r\n").expect("a string takes everything");
    }
    said.into()
}

fn config() -> Arc<Config> {
    let mut config = Config::default();
    config.tls = TlsPolicy::Never;
    Arc::new(config)
}

fn ours(config: &Arc<Config>, work: &Work) -> usize {
    let mut client = Client::new(config.clone());
    client.send(command("SELECT INBOX")).expect("the session begins");
    let wanted = command(work.line);
    for _ in 0..work.times {
        client.send(wanted.clone()).expect("the session begins");
    }
    client.handle_input(Bytes::from_static(GREETING));
    let (mut seen, mut answered, mut done) = (0, 1, 0);
    loop {
        match client.poll_output().expect("a session without errors") {
            Output::Event(Event::Done { result, .. }) => {
                assert!(result.is_ok());
                done += 1;
                if done == work.times + 1 {
                    return seen;
                }
            }
            Output::Event(Event::Chunk(octets)) => seen += black_box(octets).len(),
            Output::Event(event) => {
                black_box(event);
                seen += 1;
            }
            Output::Transmit(octets) => {
                let lines = octets.iter().filter(|octet| **octet == b'\n').count();
                if answered == 1 {
                    client.handle_input(Bytes::from_static(SELECTED));
                } else {
                    for _ in 0..lines {
                        pieces(&work.said).for_each(|piece| client.handle_input(piece));
                    }
                    client.handle_input(oks("A", answered, lines));
                }
                answered += lines;
            }
            output => panic!("{output:?}"),
        }
    }
}

fn theirs(work: &Work) -> usize {
    let mut client = next::Client::new(next::Options::default());
    let body = || match work.line.split(' ').collect::<Vec<_>>()[..] {
        ["NOOP"] => CommandBody::Noop,
        [_, set, ..] => {
            let set: SequenceSet = set.try_into().expect("a set");
            let all = work.line.contains("BODY");
            let items = if all {
                vec![MessageDataItemName::BodyExt { section: None, partial: None, peek: true }]
            } else {
                vec![MessageDataItemName::Uid, MessageDataItemName::Flags]
            };
            let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
            let macro_or_item_names = items;
            CommandBody::fetch(set, macro_or_item_names, false).expect("a command")
        }
        _ => unreachable!("no such work"),
    };
    for number in 0..work.times {
        let tag = Tag::try_from(format!("A{number}")).expect("a tag");
        client.enqueue_command(TheirCommand { tag, body: body() });
    }
    client.enqueue_input(GREETING);
    let (mut seen, mut answered, mut done) = (0, 0, 0);
    loop {
        match client.next() {
            Ok(next::Event::StatusReceived { status }) => {
                black_box(status);
                done += 1;
                if done == work.times {
                    return seen;
                }
            }
            Ok(event) => {
                black_box(event);
                seen += 1;
            }
            Err(Interrupt::Io(Io::Output(octets))) => {
                let lines = octets.iter().filter(|octet| **octet == b'\n').count();
                for _ in 0..lines {
                    pieces(&work.said).for_each(|piece| client.enqueue_input(&piece));
                }
                client.enqueue_input(&oks("A", answered, lines));
                answered += lines;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn client(c: &mut Criterion) {
    let config = config();
    let flags: String = (1..=10_000)
        .map(|number| format!("* {number} FETCH (UID {} FLAGS (\\Seen))\r\n", number + 100))
        .collect();
    let long = "the quick brown fox jumps over the lazy dog\r\n".repeat(220_000);
    let body = format!("* 1 FETCH (BODY[] {{{}}}\r\n{long})\r\n", long.len());
    for (name, work) in [
        ("noop", Work { line: "NOOP", times: 10_000, said: Bytes::new() }),
        ("flags", Work { line: "FETCH 1:10000 (UID FLAGS)", times: 1, said: flags.into() }),
        ("body", Work { line: "FETCH 1 BODY.PEEK[]", times: 2, said: body.into() }),
    ] {
        let octets = (work.said.len() + 20) * work.times;
        let mut group = c.benchmark_group(format!("imap/client/{name}"));
        group.throughput(Throughput::Bytes(octets as u64));
        group.bench_function("mailwire", |b| b.iter(|| ours(&config, &work)));
        group.bench_function("imap-next", |b| b.iter(|| theirs(&work)));
        group.finish();
        print_ratio(
            &format!("imap/client/{name}, imap-next"),
            || ours(&config, &work),
            || theirs(&work),
        );
    }
}

/// Not a measurement of time: what a client that waits costs in memory.
fn idle(_: &mut Criterion) {
    let config = config();
    let session = || {
        let mut client = Client::new(config.clone());
        client.send(command("SELECT INBOX")).expect("the session begins");
        client.send(Command::Idle).expect("the session begins");
        for said in [GREETING, SELECTED, b"+ idling\r\n"] {
            client.handle_input(Bytes::from_static(said));
            while !matches!(client.poll_output(), Ok(Output::NeedInput)) {}
        }
        client
    };
    let (sessions, heap) = heap_held(|| (0..1_000).map(|_| session()).collect::<Vec<_>>());
    let stack = size_of::<Client>();
    let heap = (heap - sessions.capacity() * stack) / sessions.len();
    println!("imap/idle/client, in IDLE: {stack} octets on the stack, {heap} on the heap");
}

criterion_group!(benches, idle, client);
criterion_main!(benches);
