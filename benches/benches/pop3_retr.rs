//! RETR, both ways, in chunks of 64 KiB: whole sessions' machines, beside SMTP's DATA, the dot-stuffing
//! alone, and pop3-codec.
//!
//! pop3-codec reads an answer only when all of it is in one buffer, as a `Vec` of `String` with a line
//! each, and does not write messages; mailwire's client hands over slices of what was read.
use std::{hint::black_box, sync::Arc};

use benches::{Counting, allocations, pop3, print_ratio};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::{BareLineEnds, DotReader, DotWriter, InputQueue, Output, OutputQueue, Piece};
use mailwire_pop3::{
    Command, MessageNumber,
    client::{Client, Event},
    server::{self, Due, Server},
};
use mailwire_smtp::server as smtp;
use pop3_codec::{parse, types::Response};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CHUNK: usize = 64 * 1024;
const RETR: Command = Command::Retr(MessageNumber::FIRST);

/// What mail looks like, 1.3 MB of it, without a line that starts with a dot, and its end mark.
fn messages() -> [(&'static str, Vec<u8>); 2] {
    let mut text = Vec::new();
    for line in 0..18_000 {
        let words = &"the quick brown fox jumps over the lazy dog and then some more of it all"
            [..40 + line % 33];
        text.extend_from_slice(format!("{words}\r\n").as_bytes());
    }
    let base64 = format!("{}\r\n", "QUJD".repeat(19)).repeat(17_000).into_bytes();
    [("base64", base64), ("text", text)]
}

fn chunks(octets: &[u8]) -> Vec<Bytes> {
    octets.chunks(CHUNK).map(Bytes::copy_from_slice).collect()
}

/// One message through a client that is logged in.
fn receive(client: &mut Client, chunks: &[Bytes]) -> usize {
    pop3::ask(client, RETR);
    let mut octets = 0;
    for chunk in chunks {
        client.handle_input(chunk.clone());
        loop {
            match client.poll_output().expect("a session without errors") {
                Output::Event(Event::Chunk { octets: chunk, .. }) => {
                    octets += black_box(chunk).len();
                }
                Output::NeedInput => break,
                other => {
                    let _ = black_box(other);
                }
            }
        }
    }
    octets
}

/// The same octets through SMTP's server, as a message by DATA.
fn receive_data(config: &Arc<smtp::Config>, chunks: &[Bytes]) -> usize {
    let mut server = smtp::Server::new(config.clone());
    let start = b"HELO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";
    server.handle_input(Bytes::from_static(start));
    let mut octets = 0;
    for chunk in chunks {
        loop {
            match server.poll_output().expect("a session without errors") {
                Output::Event(smtp::Event::Chunk(chunk)) => octets += black_box(chunk).len(),
                Output::Event(_) => server.accept().expect("a question"),
                Output::NeedInput => break,
                other => {
                    let _ = black_box(other);
                }
            }
        }
        server.handle_input(chunk.clone());
    }
    while let Ok(Output::Event(smtp::Event::Chunk(chunk))) = server.poll_output() {
        octets += black_box(chunk).len();
    }
    octets
}

fn dots(chunks: &[Bytes]) -> usize {
    let mut reader = DotReader::new(BareLineEnds::Keep).without_census();
    let mut input = InputQueue::default();
    let mut octets = 0;
    for chunk in chunks {
        input.push(chunk.clone());
        while let Some(Piece::Body(body)) = reader.read(&mut input) {
            octets += black_box(body).len();
        }
    }
    octets
}

fn received(c: &mut Criterion) {
    let client_config = pop3::client_config();
    let smtp_config = Arc::new(smtp::Config::new("mx.example").expect("a domain"));
    for (name, message) in messages() {
        let body = [&message[..], b".\r\n"].concat();
        let wire = [b"+OK 1300000 octets\r\n", &body[..]].concat();
        let (answer, body) = (chunks(&wire), chunks(&body));
        let mut client = pop3::client(&client_config);
        assert_eq!(receive(&mut client, &answer), message.len());
        assert_eq!(receive_data(&smtp_config, &body), message.len());
        let (_, ours) = allocations(|| receive(&mut client, &answer));
        let peer = || match parse::response_retr(&wire) {
            Ok((_, Response::Ok(text))) => text.body.len(),
            other => panic!("{other:?}"),
        };
        let (_, theirs) = allocations(peer);
        println!("pop3/retr/{name}: allocations: mailwire {ours}, pop3-codec {theirs}");
        let what = format!("pop3/retr/{name}: received");
        print_ratio(&format!("{what}, to pop3-codec"), || receive(&mut client, &answer), peer);
        print_ratio(
            &format!("{what}, to our DATA"),
            || receive(&mut client, &answer),
            || receive_data(&smtp_config, &body),
        );
        print_ratio(
            &format!("{what}, to the dots alone"),
            || receive(&mut client, &answer),
            || dots(&body),
        );
        let mut group = c.benchmark_group(format!("pop3/retr/received/{name}"));
        group.throughput(Throughput::Bytes(message.len() as u64));
        group.bench_function("mailwire", |b| b.iter(|| receive(&mut client, &answer)));
        group.bench_function("our DATA", |b| b.iter(|| receive_data(&smtp_config, &body)));
        group.bench_function("the dots alone", |b| b.iter(|| dots(&body)));
        group.bench_function("pop3-codec", |b| b.iter(peer));
        group.finish();
    }
}

/// One message through a server whose maildrop is open.
fn send(server: &mut Server, message: &[Bytes]) -> usize {
    server.handle_input(Bytes::from_static(b"RETR 1\r\n"));
    let mut pieces = message.iter();
    let mut octets = 0;
    loop {
        match server.poll_output().expect("a session without errors") {
            Output::Event(server::Event::Retrieve(_)) => server.accept().expect("a question"),
            Output::Event(event) => panic!("{event:?}"),
            Output::YourTurn => {
                assert_eq!(server.due(), Some(Due::Body));
                match pieces.next() {
                    Some(piece) => {
                        server.send_body(piece.clone()).expect("due");
                    }
                    None => server.finish_body().expect("due"),
                }
            }
            Output::Transmit(write) => octets += black_box(write).len(),
            _ => return octets,
        }
    }
}

fn stuff(message: &[Bytes], policy: BareLineEnds) -> usize {
    let mut output = OutputQueue::default();
    let mut writer = DotWriter::new(policy);
    let mut octets = 0;
    for piece in message {
        writer.write(piece.clone(), &mut output).expect("normalized");
        while let Some(write) = output.take() {
            octets += black_box(write).len();
        }
    }
    octets
}

fn sent(c: &mut Criterion) {
    let config = pop3::server_config();
    for (name, message) in messages() {
        let len = message.len();
        let message = chunks(&message);
        let mut server = pop3::server(&config, 1);
        assert!(send(&mut server, &message) >= len + 3);
        let (_, ours) = allocations(|| send(&mut server, &message));
        println!("pop3/retr/{name}: allocations to send: {ours}");
        print_ratio(
            &format!("pop3/retr/{name}: sent, to the dots alone"),
            || send(&mut server, &message),
            || stuff(&message, BareLineEnds::Normalize),
        );
        let mut group = c.benchmark_group(format!("pop3/retr/sent/{name}"));
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function("mailwire", |b| b.iter(|| send(&mut server, &message)));
        group.bench_function("the dots alone", |b| {
            b.iter(|| stuff(&message, BareLineEnds::Normalize));
        });
        group.finish();
    }
}

criterion_group!(benches, received, sent);
criterion_main!(benches);
