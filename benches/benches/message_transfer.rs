//! Transfer encodings undone, beside crates that do nothing else: `message/transfer`.
//!
//! Ours reports defects and takes any damage; of the peers only encodify skips line ends by itself, for the
//! others they are taken off line by line. 1.3 MB of text each, lines of 76 characters.
use std::hint::black_box;

use base64::Engine as _;
use benches::print_ratio;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailwire_message::{
    DefectCode, Findings, Policy, TransferEncoding,
    transfer::{self, Decoder},
};

const LINES: usize = 17_000;

/// Decodes a line, as a peer does it.
type Decode = Box<dyn FnMut(&[u8], &mut [u8]) -> usize>;

fn base64_text(line_end: &str) -> Vec<u8> {
    format!("{}{line_end}", &"QUJDZGVmZ2hpamts".repeat(5)[..76]).repeat(LINES).into_bytes()
}

fn quoted_printable_texts() -> [(&'static str, Vec<u8>); 3] {
    let words = "The quick =C3=A9 brown fox jumps over the lazy dog and then some more=20of=\r\n";
    let plain = "The quick brown fox jumps over the lazy dog and then some more of it all\r\n";
    let dense = format!("{}=\r\n", "=D0=9F=D1=80=D0=B8".repeat(4));
    [("words", words), ("plain", plain), ("dense", &dense)]
        .map(|(name, line)| (name, line.repeat(LINES).into_bytes()))
}

/// Decodes and counts defects, as whoever wants to know would.
fn ours(encoding: TransferEncoding, body: &[u8]) -> (usize, usize) {
    let mut defects = 0;
    let mut sink = |_: DefectCode, _: usize| defects += 1;
    let len =
        transfer::decode(encoding, body, &mut Findings::new(Policy::STANDARD, &mut sink)).len();
    (len, defects)
}

fn pushed(encoding: TransferEncoding, body: &[u8], chunk: usize, out: &mut Vec<u8>) -> usize {
    let mut findings = Findings::ignored(Policy::STANDARD);
    let mut decoder = Decoder::new(encoding, Policy::STANDARD);
    let mut len = 0;
    for chunk in body.chunks(chunk) {
        decoder.decode(chunk, out, &mut findings);
        len += out.len();
        out.clear();
    }
    decoder.finish(out, &mut findings);
    len + out.len()
}

fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.split(|&octet| octet == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty())
}

fn decode_base64(c: &mut Criterion) {
    for (name, line_end) in [("CRLF", "\r\n"), ("LF", "\n")] {
        let body = base64_text(line_end);
        let want = LINES * 57;
        assert_eq!(ours(TransferEncoding::Base64, &body), (want, 0));
        let mut out = vec![0; body.len()];
        let mut by_line = |decode: &mut dyn FnMut(&[u8], &mut [u8]) -> usize| {
            let mut at = 0;
            for line in lines(&body) {
                at += decode(line, &mut out[at..]);
            }
            assert_eq!(at, want);
        };
        let mut peers: [(&str, Decode); 3] = [
            (
                "base64",
                Box::new(|line, out| {
                    base64::engine::general_purpose::STANDARD
                        .decode_slice_unchecked(line, out)
                        .unwrap()
                }),
            ),
            (
                "base64-simd",
                Box::new(|line, out| {
                    base64_simd::STANDARD
                        .decode(line, base64_simd::Out::from_slice(out))
                        .unwrap()
                        .len()
                }),
            ),
            (
                "data-encoding",
                Box::new(|line, out| {
                    data_encoding::BASE64.decode_mut(line, &mut out[..57]).unwrap()
                }),
            ),
        ];
        let group = format!("message/transfer/base64, {name}");
        for (peer, decode) in &mut peers {
            print_ratio(
                &format!("{group}: mailwire to {peer}"),
                || ours(TransferEncoding::Base64, &body),
                || by_line(decode),
            );
        }
        print_ratio(
            &format!("{group}: mailwire to encodify"),
            || ours(TransferEncoding::Base64, &body),
            || encodify::base64::MIME.decode(&body).unwrap().len(),
        );
        let mut group = c.benchmark_group(group);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function("whole", |b| {
            b.iter(|| ours(TransferEncoding::Base64, black_box(&body)))
        });
        group.bench_function("length only", |b| {
            b.iter(|| {
                transfer::decoded_len(TransferEncoding::Base64, black_box(&body), Policy::STANDARD)
            })
        });
        let mut out = Vec::new();
        for chunk in [64 * 1024, 1_448] {
            group.bench_function(format!("pushed by {chunk}"), |b| {
                b.iter(|| pushed(TransferEncoding::Base64, black_box(&body), chunk, &mut out))
            });
        }
        group.finish();
    }
}

fn decode_quoted_printable(c: &mut Criterion) {
    for (name, body) in quoted_printable_texts() {
        let group = format!("message/transfer/quoted-printable, {name}");
        let want = encodify::qp::BODY.decode(&body).unwrap().len();
        assert_eq!(ours(TransferEncoding::QuotedPrintable, &body), (want, 0));
        print_ratio(
            &format!("{group}: mailwire to encodify"),
            || ours(TransferEncoding::QuotedPrintable, &body),
            || encodify::qp::BODY.decode(&body).unwrap().len(),
        );
        let mut group = c.benchmark_group(group);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function("whole", |b| {
            b.iter(|| ours(TransferEncoding::QuotedPrintable, black_box(&body)))
        });
        let mut out = Vec::new();
        group.bench_function("pushed by 65536", |b| {
            b.iter(|| {
                pushed(TransferEncoding::QuotedPrintable, black_box(&body), 64 * 1024, &mut out)
            })
        });
        group.finish();
    }
}

criterion_group!(benches, decode_base64, decode_quoted_printable);
criterion_main!(benches);
