//! Message bodies received, beside smtp-proto's receiver: `core/dot` and `smtp/data`.
//!
//! smtp-proto copies the body into the caller's `Vec`, which is allocated beforehand; mailwire hands
//! over slices of what was read, and counts bare line ends, NUL, 8-bit and the longest line on the way.
use std::hint::black_box;

use benches::print_ratio;
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_core::{BareLineEnds, DotReader, DotWriter, InputQueue, OutputQueue, Piece};
use smtp_proto::request::receiver::DataReceiver;

const CHUNK: usize = 64 * 1024;

/// What mail looks like on the wire, 1.3 MB of it.
fn bodies() -> [(&'static str, Vec<u8>); 3] {
    let text = |dots: usize| {
        let mut body = Vec::new();
        for line in 0..18_000 {
            let dot = if dots > 0 && line % dots == 0 { ".." } else { "" };
            let words = &"the quick brown fox jumps over the lazy dog and then some more of it all"
                [..40 + line % 33];
            body.extend_from_slice(format!("{dot}{words}\r\n").as_bytes());
        }
        body.extend_from_slice(b".\r\n");
        body
    };
    let mut base64 = format!("{}\r\n", "QUJD".repeat(19)).repeat(17_000).into_bytes();
    base64.extend_from_slice(b".\r\n");
    [("base64", base64), ("text", text(0)), ("text, dots every 50 lines", text(50))]
}

fn receive(c: &mut Criterion) {
    for (name, wire) in bodies() {
        let chunks: Vec<Bytes> = wire.chunks(CHUNK).map(Bytes::copy_from_slice).collect();
        let mut group = c.benchmark_group(format!("core/dot/{name}"));
        group.throughput(Throughput::Bytes(wire.len() as u64));
        let [counted, uncounted, kept]: [fn() -> DotReader; 3] = [
            || DotReader::new(BareLineEnds::Normalize),
            || DotReader::new(BareLineEnds::Normalize).without_census(),
            || DotReader::new(BareLineEnds::Keep).without_census(),
        ];
        let mut message = Vec::with_capacity(wire.len());
        let mut peer = || {
            message.clear();
            let mut receiver = DataReceiver::new();
            let mut done = false;
            for chunk in &chunks {
                done = receiver.ingest(&mut chunk.iter(), &mut message);
            }
            assert!(done);
            message.len()
        };
        for (what, reader) in [
            ("mailwire", counted),
            ("mailwire, no census", uncounted),
            ("mailwire, no census, bare line ends kept", kept),
        ] {
            let ratio = format!("core/dot/{name}: {what}, to smtp-proto");
            print_ratio(&ratio, || receive_all(&chunks, reader()), &mut peer);
            group.bench_function(what, |b| b.iter(|| receive_all(&chunks, reader())));
        }
        group.bench_function("smtp-proto", |b| b.iter(&mut peer));
        group.finish();
    }
}

/// Short lines out of large reads.
fn lines(c: &mut Criterion) {
    let wire = Bytes::from("RCPT TO:<someone@mail.example.org>\r\n".repeat(1_000));
    let mut group = c.benchmark_group("core/lines");
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("mailwire", |b| {
        b.iter(|| {
            let mut input = InputQueue::default();
            input.push(wire.clone());
            let mut lines = 0;
            while let Ok(Some(line)) = input.take_line(512) {
                lines += black_box(line).content.len();
            }
            lines
        });
    });
    group.finish();
}

fn receive_all(chunks: &[Bytes], mut reader: DotReader) -> usize {
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

fn send(c: &mut Criterion) {
    for (name, wire) in bodies() {
        let chunks: Vec<Bytes> = wire.chunks(CHUNK).map(Bytes::copy_from_slice).collect();
        let mut group = c.benchmark_group(format!("core/stuff/{name}"));
        group.throughput(Throughput::Bytes(wire.len() as u64));
        group.bench_function("mailwire", |b| {
            b.iter(|| {
                let mut output = OutputQueue::default();
                let mut writer = DotWriter::new(BareLineEnds::Normalize);
                let mut octets = 0;
                for chunk in &chunks {
                    writer.write(chunk.clone(), &mut output).expect("normalized");
                    while let Some(write) = output.take() {
                        octets += write.len();
                    }
                }
                black_box(octets)
            });
        });
        group.finish();
    }
}

criterion_group!(benches, receive, send, lines);
criterion_main!(benches);
