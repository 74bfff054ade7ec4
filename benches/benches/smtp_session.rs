//! Whole sessions: what a server does for one message, and what an idle session holds.
//!
//! smtp-proto has no session: beside `smtp/session/server` stands the least that a server on top of it
//! must do, its request and data receivers in a loop and a fixed reply for each command.
use std::{hint::black_box, sync::Arc};

use benches::{Counting, heap_held};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::Output;
use mailwire_smtp::server::{Config, Event, Server};
use smtp_proto::{
    Error as ProtoError, Request,
    request::receiver::{DataReceiver, RequestReceiver},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HELLO: &[u8] = b"EHLO client.example\r\n";
const ENVELOPE: &[u8] = b"MAIL FROM:<bounce+id=42@lists.example.org> SIZE=4096\r\n\
    RCPT TO:<someone.with.a.name@mail.example.org>\r\n\
    RCPT TO:<another.one@mail.example.org>\r\nDATA\r\n";
const QUIT: &[u8] = b"QUIT\r\n";

fn body() -> Bytes {
    let mut body = "Subject: one of many\r\n\r\nthe quick brown fox jumps over the lazy dog\r\n".repeat(60);
    body.push_str(".\r\n");
    body.into()
}

fn server(c: &mut Criterion) {
    let body = body();
    let flights = [HELLO, ENVELOPE, &body[..], QUIT].map(Bytes::copy_from_slice);
    let octets: usize = flights.iter().map(Bytes::len).sum();
    let mut group = c.benchmark_group("smtp/session/server");
    group.throughput(Throughput::Bytes(octets as u64));
    let config = Arc::new(Config::new("mx.example").expect("a domain"));
    group.bench_function("mailwire", |b| {
        b.iter(|| {
            let mut server = Server::new(config.clone());
            let mut received = 0;
            for flight in &flights {
                server.handle_input(flight.clone());
                received += drive(&mut server);
            }
            assert_eq!(received, body.len() - 3);
        });
    });
    group.bench_function("smtp-proto, receivers only", |b| {
        let mut message = Vec::with_capacity(body.len());
        b.iter(|| {
            message.clear();
            let mut said = Vec::new();
            for (n, flight) in flights.iter().enumerate() {
                let mut octets = flight.iter();
                if n == 2 {
                    assert!(DataReceiver::new().ingest(&mut octets, &mut message));
                    continue;
                }
                let mut receiver = RequestReceiver::default();
                loop {
                    match receiver.ingest(&mut octets) {
                        Ok(request) => {
                            black_box::<Request<_>>(request);
                            said.extend_from_slice(b"250 2.0.0 Ok\r\n");
                        }
                        Err(ProtoError::NeedsMoreData { .. }) => break,
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
            black_box(said.len() + message.len())
        });
    });
    group.finish();
}

fn drive(server: &mut Server) -> usize {
    let mut received = 0;
    loop {
        match server.poll_output().expect("a session without errors") {
            Output::Event(Event::Chunk(octets)) => received += octets.len(),
            Output::Event(Event::Quit) => {}
            Output::Event(_) => server.accept().expect("an event that wants an answer"),
            Output::Transmit(bytes) => {
                black_box(bytes);
            }
            _ => return received,
        }
    }
}

/// Not a measurement of time: what a session that waits for its client costs in memory.
fn idle(_: &mut Criterion) {
    let config = Arc::new(Config::new("mx.example").expect("a domain"));
    let (sessions, heap) = heap_held(|| {
        let sessions: Vec<Server> = (0..1_000)
            .map(|_| {
                let mut server = Server::new(config.clone());
                server.handle_input(Bytes::from_static(HELLO));
                drive(&mut server);
                server
            })
            .collect();
        sessions
    });
    let stack = size_of::<Server>();
    let heap = (heap - sessions.capacity() * stack) / sessions.len();
    println!("smtp/idle/server: {stack} octets on the stack, {heap} on the heap");
}

criterion_group!(benches, server, idle);
criterion_main!(benches);
