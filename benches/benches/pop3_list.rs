//! LIST and UIDL of 100,000 messages, both ways; and what an idle session holds.
//!
//! pop3-codec reads a listing only when all of it is in one buffer, into a `Vec`, and does not write
//! one; beside the server stands what one writes by hand, `write!` into one big buffer.
use std::{hint::black_box, io::Write};

use benches::{Counting, allocations, heap_held, pop3, print_ratio};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::Output;
use mailwire_pop3::{
    Command, UniqueId,
    client::{Client, Event, Item},
    server::{self, Due, Server},
};
use pop3_codec::{parse, types::Response};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MESSAGES: u32 = 100_000;
const CHUNK: usize = 64 * 1024;

fn unique_id(number: u32) -> String {
    format!("{:08x}{:08x}", 0x65a3_1f00, number)
}

fn wire(entry: impl Fn(u32) -> String) -> Vec<u8> {
    let entries: String = (1..=MESSAGES).map(entry).collect();
    format!("+OK {MESSAGES} messages\r\n{entries}.\r\n").into_bytes()
}

/// One listing through a client that is logged in.
fn receive(client: &mut Client, command: Command, chunks: &[Bytes]) -> u64 {
    pop3::ask(client, command);
    let mut sum = 0;
    for chunk in chunks {
        client.handle_input(chunk.clone());
        loop {
            match client.poll_output().expect("a session without errors") {
                Output::Event(Event::Item { item, .. }) => match black_box(item) {
                    Item::Scan(scan) => sum += scan.octets,
                    Item::UniqueId(listing) => sum += listing.id.as_str().len() as u64,
                    other => panic!("{other:?}"),
                },
                Output::NeedInput => break,
                other => {
                    let _ = black_box(other);
                }
            }
        }
    }
    sum
}

fn received(c: &mut Criterion) {
    let mut client = pop3::client(&pop3::client_config());
    let list = wire(|number| format!("{number} {}\r\n", 1_000 + number * 7 % 90_000));
    let uidl = wire(|number| format!("{number} {}\r\n", unique_id(number)));
    let their_list = |wire: &[u8]| match parse::response_list_all(wire) {
        Ok((_, Response::Ok(all))) => {
            all.body.iter().map(|scan| u64::from(scan.message_size)).sum::<u64>()
        }
        other => panic!("{:?}", other.err()),
    };
    let their_uidl = |wire: &[u8]| match parse::response_uidl_all(wire) {
        Ok((_, Response::Ok(all))) => {
            all.body.iter().map(|listing| listing.message_uid.len() as u64).sum()
        }
        other => panic!("{:?}", other.err()),
    };
    for (name, command, wire, peer) in [
        ("list", Command::List(None), list, &their_list as &dyn Fn(&[u8]) -> u64),
        ("uidl", Command::Uidl(None), uidl, &their_uidl),
    ] {
        let chunks: Vec<_> = wire.chunks(CHUNK).map(Bytes::copy_from_slice).collect();
        let mut ours = || receive(&mut client, command.clone(), &chunks);
        assert_eq!(ours(), peer(&wire));
        let (_, we) = allocations(&mut ours);
        let (_, they) = allocations(|| peer(&wire));
        println!("pop3/{name}, {MESSAGES} received: allocations: mailwire {we}, pop3-codec {they}");
        assert!(we < 200, "an entry must not allocate");
        print_ratio(&format!("pop3/{name}, received, to pop3-codec"), &mut ours, || peer(&wire));
        let mut group = c.benchmark_group(format!("pop3/{name}/received"));
        group.throughput(Throughput::Elements(MESSAGES.into()));
        group.bench_function("mailwire", |b| b.iter(&mut ours));
        group.bench_function("pop3-codec", |b| b.iter(|| peer(&wire)));
        group.finish();
    }
}

/// One listing through a server whose maildrop is open.
fn send(server: &mut Server, command: &'static [u8], ids: &[UniqueId]) -> (usize, usize) {
    server.handle_input(Bytes::from_static(command));
    let (mut octets, mut most) = (0, 0);
    loop {
        match server.poll_output().expect("a session without errors") {
            Output::Event(server::Event::Sizes | server::Event::UniqueIds) => {
                server.accept().expect("a question");
            }
            Output::Event(event) => panic!("{event:?}"),
            Output::YourTurn => {
                while let Some(due) = server.due() {
                    match due {
                        Due::Size(number) => {
                            server.send_size(u64::from(1_000 + number.get() * 7 % 90_000))
                        }
                        Due::UniqueId(number) => {
                            server.send_unique_id(&ids[number.get() as usize - 1])
                        }
                        _ => unreachable!("a listing is due"),
                    }
                    .expect("due");
                }
            }
            Output::Transmit(write) => {
                octets += black_box(&write).len();
                most = most.max(write.len());
            }
            _ => return (octets, most),
        }
    }
}

fn by_hand(entry: impl Fn(&mut Vec<u8>, u32)) -> usize {
    let mut out = Vec::new();
    let _ = write!(out, "+OK {MESSAGES} messages\r\n");
    for number in 1..=MESSAGES {
        entry(&mut out, number);
    }
    out.extend_from_slice(b".\r\n");
    black_box(out).len()
}

fn sent(c: &mut Criterion) {
    let mut server = pop3::server(&pop3::server_config(), MESSAGES);
    let ids: Vec<_> = (1..=MESSAGES)
        .map(|number| UniqueId::new(&unique_id(number)).expect("printable"))
        .collect();
    let list = || {
        by_hand(|out, number| {
            let _ = write!(out, "{number} {}\r\n", 1_000 + number * 7 % 90_000);
        })
    };
    let uidl = || {
        by_hand(|out, number| {
            let _ = write!(out, "{number} {}\r\n", ids[number as usize - 1].as_str());
        })
    };
    for (name, command, hand) in
        [("list", &b"LIST\r\n"[..], &list as &dyn Fn() -> usize), ("uidl", b"UIDL\r\n", &uidl)]
    {
        let (octets, most) = send(&mut server, command, &ids);
        assert_eq!(octets, hand());
        let (_, we) = allocations(|| send(&mut server, command, &ids));
        println!("pop3/{name}, {MESSAGES} sent: {we} allocations, writes of {most} octets at most");
        let what = format!("pop3/{name}, sent, to one big buffer by hand");
        print_ratio(&what, || send(&mut server, command, &ids), hand);
        let mut group = c.benchmark_group(format!("pop3/{name}/sent"));
        group.throughput(Throughput::Elements(MESSAGES.into()));
        group.bench_function("mailwire", |b| b.iter(|| send(&mut server, command, &ids)));
        group.bench_function("one big buffer by hand", |b| b.iter(hand));
        group.finish();
    }
}

/// Not a measurement of time: what a session that waits costs in memory.
fn idle(_: &mut Criterion) {
    let (server_config, client_config) = (pop3::server_config(), pop3::client_config());
    print_idle("server, logged in", || pop3::server(&server_config, MESSAGES));
    print_idle("client, logged in", || pop3::client(&client_config));
}

fn print_idle<M>(which: &str, session: impl Fn() -> M) {
    let (sessions, heap) = heap_held(|| (0..1_000).map(|_| session()).collect::<Vec<M>>());
    let stack = size_of::<M>();
    let heap = (heap - sessions.capacity() * stack) / sessions.len();
    println!("pop3/idle/{which}: {stack} octets on the stack, {heap} on the heap");
}

criterion_group!(benches, received, sent, idle);
criterion_main!(benches);
