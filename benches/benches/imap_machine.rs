//! The server's machine as a whole, not only its grammar: framing, states, answers. Beside it imap-next,
//! which has no states and no answers of its own: its caller enqueues the same untagged data and the same
//! tagged OK. And what an idle session holds, and a million of them.
use benches::{Counting, heap_held, print_ratio};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imap_codec::imap_types::{
    command::CommandBody,
    fetch::MessageDataItem,
    response::{Data, Greeting, Status},
};
use imap_next::{Interrupt, Io, State, server as next};
use mailwire_core::Output;
use mailwire_imap::{
    Command, Flags, Messages, Section, SystemFlag,
    fetch::{FetchData, FetchItem},
    server::{Config, Event, MessageRef, Selected, Server},
};
use std::{hint::black_box, num::NonZeroU32, sync::Arc};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Messages in the mailbox.
const MESSAGES: u32 = 1_000;

fn config() -> Arc<Config> {
    let mut config = Config::new("ready");
    config.plaintext_auth_without_tls = true;
    Arc::new(config)
}

/// Drives the server until it waits. Says how many octets it sent.
fn drive(server: &mut Server, body: &Bytes) -> usize {
    let mut sent = 0;
    loop {
        match server.poll_output().expect("a session without errors") {
            Output::Event(Event::Command(Command::Select { .. })) => {
                server.select(&Selected::new(MESSAGES, 1, MESSAGES + 1)).expect("it was asked");
                server.accept().expect("it was asked");
            }
            Output::Event(Event::Command(Command::Fetch { messages, attributes, .. })) => {
                let Messages::Set(set) = messages else { continue };
                let flags = Flags::from(SystemFlag::Seen);
                for range in set.ranges() {
                    let (from, to) = range.resolve(0);
                    for number in from..=to {
                        let mut fetch =
                            server.fetch(MessageRef::new(number, number)).expect("selected");
                        if attributes.len() == 1 {
                            let size = FetchData::Streamed(body.len() as u64);
                            let item = FetchItem::Section {
                                section: Section::WHOLE,
                                origin: None,
                                data: size,
                            };
                            fetch.stream(&item).expect("it is streamed");
                            server.send_body(body.clone()).expect("it is due");
                            server.finish_body().expect("all was sent");
                        } else {
                            fetch.uid().flags(&flags);
                        }
                    }
                }
                server.accept().expect("it was asked");
            }
            Output::Event(Event::Append(_)) => server.accept_stream().expect("it was asked"),
            Output::Event(Event::Chunk(octets)) => sent += octets.len(),
            Output::Event(Event::Login { .. } | Event::Command(_)) => {
                server.accept().expect("it was asked");
            }
            Output::Event(_) => {}
            Output::Transmit(bytes) => sent += black_box(bytes).len(),
            _ => return sent,
        }
    }
}

fn ours(config: &Arc<Config>, wire: &Bytes, body: &Bytes) -> usize {
    let mut server = Server::new(config.clone());
    server.handle_input(Bytes::from_static(b"a LOGIN tim secret\r\nb SELECT inbox\r\n"));
    let mut sent = drive(&mut server, body);
    for chunk in pieces(wire) {
        server.handle_input(chunk);
        sent += drive(&mut server, body);
    }
    sent
}

fn pieces(wire: &Bytes) -> impl Iterator<Item = Bytes> + '_ {
    (0..wire.len()).step_by(16_384).map(|at| wire.slice(at..wire.len().min(at + 16_384)))
}

/// imap-next with a caller that answers as ours does; a body is one literal, and its own.
fn theirs(wire: &Bytes, body: &[u8]) -> usize {
    let mut options = next::Options::default();
    options.max_literal_size = 1 << 30;
    options.max_command_size = u32::MAX;
    let mut server = next::Server::new(options, Greeting::ok(None, "ready").expect("a greeting"));
    let mut sent = 0;
    for chunk in pieces(wire) {
        server.enqueue_input(&chunk);
        loop {
            match server.next() {
                Ok(next::Event::CommandReceived { command }) => {
                    if let CommandBody::Fetch { sequence_set, macro_or_item_names, .. } =
                        &command.body
                    {
                        let last = NonZeroU32::new(MESSAGES).expect("some");
                        let all = format!("{macro_or_item_names:?}").contains("Flags");
                        for number in sequence_set.iter_naive(last) {
                            let items = if all {
                                vec![
                                    MessageDataItem::Uid(number),
                                    MessageDataItem::Flags(vec![
                                        imap_codec::imap_types::flag::FlagFetch::Flag(
                                            imap_codec::imap_types::flag::Flag::Seen,
                                        ),
                                    ]),
                                ]
                            } else {
                                let data =
                                    imap_codec::imap_types::core::Literal::try_from(body.to_vec())
                                        .expect("no NUL");
                                vec![MessageDataItem::BodyExt {
                                    section: None,
                                    origin: None,
                                    data: data.into(),
                                }]
                            };
                            let data = Data::fetch(number, items).expect("some items");
                            server.enqueue_data(data);
                        }
                    }
                    if let CommandBody::Append { message, .. } = &command.body {
                        black_box(message);
                        sent += 1;
                    }
                    let ok = Status::ok(Some(command.tag.clone()), None, "completed");
                    server.enqueue_status(ok.expect("a text"));
                }
                Ok(_) => {}
                Err(Interrupt::Io(Io::Output(bytes))) => sent += black_box(bytes).len(),
                Err(Interrupt::Io(Io::NeedMoreInput)) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    sent
}

fn server(c: &mut Criterion) {
    let config = config();
    let long: Bytes = b"the quick brown fox jumps over the lazy dog\r\n".repeat(220_000).into();
    let start = format!("c APPEND inbox {{{}+}}\r\n", long.len());
    let append = [start.as_bytes(), &long, b"\r\n"];
    let short = Bytes::from(b"x\r\n".repeat(10));
    for (name, wire, body) in [
        ("noop", Bytes::from("A0001 NOOP\r\n".repeat(10_000)), &short),
        ("flags", Bytes::from("A0002 FETCH 1:1000 (UID FLAGS)\r\n".repeat(10)), &short),
        ("bodies", Bytes::from("A0003 FETCH 1:4 BODY.PEEK[]\r\n"), &long),
        ("append", Bytes::from(append.concat()), &short),
    ] {
        let octets = ours(&config, &wire, body);
        let mut group = c.benchmark_group(format!("imap/machine/{name}"));
        group.throughput(Throughput::Bytes(octets as u64));
        group.bench_function("mailwire", |b| b.iter(|| ours(&config, &wire, body)));
        group.bench_function("imap-next", |b| b.iter(|| theirs(&wire, body)));
        group.finish();
        print_ratio(
            &format!("imap/machine/{name}, imap-next"),
            || ours(&config, &wire, body),
            || theirs(&wire, body),
        );
    }
}

/// Not a measurement of time: what a session that waits for its client costs in memory.
fn idle(_: &mut Criterion) {
    let config = config();
    for (which, wire) in [
        ("greeted", ""),
        ("selected", "a LOGIN tim secret\r\nb SELECT inbox\r\nc FETCH 1:1000 (UID FLAGS)\r\n"),
        ("in IDLE", "a LOGIN tim secret\r\nb SELECT inbox\r\nc IDLE\r\n"),
    ] {
        let session = || {
            let mut server = Server::new(config.clone());
            // As it comes from a socket: in a buffer that is read into again.
            for chunk in wire.as_bytes().chunks(20) {
                server.handle_input(Bytes::copy_from_slice(chunk));
                drive(&mut server, &Bytes::new());
            }
            drive(&mut server, &Bytes::new());
            server
        };
        let (sessions, heap) = heap_held(|| (0..1_000).map(|_| session()).collect::<Vec<_>>());
        let stack = size_of::<Server>();
        let heap = (heap - sessions.capacity() * stack) / sessions.len();
        println!("imap/idle/server, {which}: {stack} octets on the stack, {heap} on the heap");
        assert!(stack + heap <= 512, "an idle session is small");
    }
    let session = || {
        let mut server = Server::new(config.clone());
        server.handle_input(Bytes::from_static(b"a LOGIN a b\r\nb SELECT inbox\r\nc IDLE\r\n"));
        drive(&mut server, &Bytes::new());
        server
    };
    let (sessions, heap) = heap_held(|| (0..1_000_000).map(|_| session()).collect::<Vec<_>>());
    println!("imap/idle/server, {} sessions: {} MB", sessions.len(), heap / 1_000_000);
}

criterion_group!(benches, idle, server);
criterion_main!(benches);
