//! Whole sessions: what a server does for one message, and what an idle session holds.
//!
//! smtp-proto has no session: beside `smtp/session/server` stands the least that a server on top of it
//! must do, its request and data receivers in a loop and a fixed reply for each command.
use std::{hint::black_box, io::Write, sync::Arc};

use benches::{Counting, heap_held};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::Output;
use mailwire_smtp::{
    Command, Mailbox,
    client::{self, Client, Envelope},
    server::{Config, Event, Server},
};
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
    let mut body =
        "Subject: one of many\r\n\r\nthe quick brown fox jumps over the lazy dog\r\n".repeat(60);
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

/// A client's whole session, the server's replies being at hand: envelope, body and QUIT onto the wire.
///
/// No peer has a client without I/O; beside it stands what one writes by hand, without a check of
/// anything: `format!` and a copy of the body that is known to need no stuffing.
fn client(c: &mut Criterion) {
    let body = body();
    let body = body.slice(..body.len() - 3);
    let mut config = client::Config::new("client.example").expect("a domain");
    config.tls = client::TlsPolicy::Never;
    let config = Arc::new(config);
    let recipients: Vec<Mailbox> = (0..10)
        .map(|n| Mailbox::new(&format!("recipient{n}"), "mail.example.org").expect("a mailbox"))
        .collect();
    let sender = Mailbox::new("bounce+id=42", "lists.example.org").expect("a mailbox");
    let mut group = c.benchmark_group("smtp/session/client");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("mailwire", |b| {
        b.iter(|| {
            let mut client = Client::new(config.clone());
            let mut envelope = Envelope::new(sender.clone()).with_size(body.len() as u64);
            for recipient in &recipients {
                envelope = envelope.with_recipient(recipient.clone());
            }
            client.send(envelope).expect("a session that goes on");
            client.send(Command::Quit).expect("a session that goes on");
            let mut replies = REPLIES.iter();
            let mut sent = 0;
            loop {
                match client.poll_output().expect("a session without errors") {
                    Output::Event(client::Event::SendBody(_)) => {
                        client.send_body(body.clone()).expect("a body is due");
                        client.finish_body().expect("a body is due");
                    }
                    Output::Event(event) => {
                        black_box(event);
                    }
                    Output::Transmit(bytes) => sent += black_box(bytes).len(),
                    Output::NeedInput => {
                        let reply = replies.next().expect("a reply");
                        client.handle_input(Bytes::from_static(reply.as_bytes()));
                    }
                    _ => break,
                }
            }
            sent
        });
    });
    group.bench_function("by hand, nothing checked", |b| {
        b.iter(|| {
            let mut sent = 0;
            let mut wire = Vec::new();
            let mut send = |wire: &mut Vec<u8>| {
                sent += black_box(&wire).len();
                wire.clear();
            };
            let _ = write!(wire, "EHLO client.example\r\n");
            send(&mut wire);
            let _ = write!(wire, "MAIL FROM:<{sender}> SIZE={}\r\n", body.len());
            for recipient in &recipients {
                let _ = write!(wire, "RCPT TO:<{recipient}>\r\n");
            }
            let _ = write!(wire, "DATA\r\n");
            send(&mut wire);
            wire.extend_from_slice(&body);
            wire.extend_from_slice(b".\r\n");
            send(&mut wire);
            let _ = write!(wire, "QUIT\r\n");
            send(&mut wire);
            sent
        });
    });
    group.finish();
}

/// What the server says to one message for ten recipients.
const REPLIES: &[&str] = &[
    "220 mx.example ESMTP\r\n",
    "250-mx.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n",
    "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n\
     250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 Go\r\n",
    "250 2.0.0 Queued\r\n",
    "221 2.0.0 Bye\r\n",
];

/// Not a measurement of time: what a session that waits for its client costs in memory.
fn idle(_: &mut Criterion) {
    let config = Arc::new(Config::new("mx.example").expect("a domain"));
    let server = || {
        let mut server = Server::new(config.clone());
        server.handle_input(Bytes::from_static(HELLO));
        drive(&mut server);
        server
    };
    print_idle("server", server);
    let config = Arc::new(client::Config::new("client.example").expect("a domain"));
    let client = || {
        let mut client = Client::new(config.clone());
        client.handle_input(Bytes::from_static(b"220 mx.example ESMTP\r\n"));
        while let Ok(Output::Event(_) | Output::Transmit(_)) = client.poll_output() {}
        client
    };
    print_idle("client", client);
}

fn print_idle<M>(which: &str, session: impl Fn() -> M) {
    let (sessions, heap) = heap_held(|| (0..1_000).map(|_| session()).collect::<Vec<M>>());
    let stack = size_of::<M>();
    let heap = (heap - sessions.capacity() * stack) / sessions.len();
    println!("smtp/idle/{which}: {stack} octets on the stack, {heap} on the heap");
}

criterion_group!(benches, server, client, idle);
criterion_main!(benches);
