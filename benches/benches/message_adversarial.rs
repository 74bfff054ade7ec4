//! Header fields made to be slow to read, each and its double: how many times as long the double takes.
//!
//! `cargo bench --manifest-path benches/Cargo.toml --bench message_adversarial`
use std::{hint::black_box, time::Instant};

use benches::rounds;
use criterion::{Criterion, criterion_group, criterion_main};
use mailwire_message::{
    Findings, Policy, TransferEncoding,
    header::{AddressList, AuthenticationResults, ListUrls},
    mime::{ContentType, Disposition, content_location},
    report::DeliveryStatus,
};

type Make = fn(usize) -> String;
type Read = fn(&[u8]) -> usize;

/// A name, a field of about `n` things, and what reads it.
const FIELDS: [(&str, Make, Read); 20] = [
    ("10,000 sections", |n| sections(0..n), params),
    ("10,000 sections, last first", |n| sections((0..n).rev()), params),
    ("10,000 names in sections", |n| each(n, |i| format!("; n{i}*0*=''%41; n{i}*1=b")), params),
    ("10,000 parameters", |n| each(n, |i| format!("; n{i}=x")), params),
    ("one parameter 10,000 times", |n| each(n, |_| "; n=x".into()), params),
    ("semicolons", |n| each(n * 10, |_| ";".into()), params),
    ("comments", |n| format!("a/b; n=x{}", " (a)b".repeat(n * 10)), params),
    (
        "comments in comments",
        |n| format!("a/b; n=x{}{}y", "(".repeat(n * 10), ")".repeat(n * 10)),
        params,
    ),
    ("comments that do not end", |n| format!("a/b; n=x{}", " (".repeat(n * 10)), params),
    ("quotes", |n| each(n, |_| "; n=\"x\"y".into()), params),
    ("quotes that do not end", |n| each(n, |_| "; n=\"\\\"x".into()), params),
    ("encoded words", |n| format!("a/b; n=\"{}\"", "=?utf-8?q?a?= ".repeat(n)), params),
    ("beginnings of encoded words", |n| format!("a/b; n=\"{}\"", "=?".repeat(n * 10)), params),
    (
        "results of authentication",
        |n| format!("a{}", "; a=b c.d=\"e\" (f)".repeat(n)),
        |value| AuthenticationResults::parse(value).results().len(),
    ),
    (
        "URLs of lists",
        |n| "(c) <a:b>, ".repeat(n),
        |value| ListUrls::parse(value).iter().count() + content_location(value).len(),
    ),
    (
        "recipients of a report",
        |n| "Final-Recipient: rfc822; a\n\n".repeat(n),
        |value| DeliveryStatus::parse(value).recipients().len(),
    ),
    ("semicolons for addresses", |n| ";".repeat(n * 10), addresses),
    ("semicolons before an address", |n| ";".repeat(n * 10) + "<a@x.test>,", addresses),
    ("beginnings of groups", |n| "g:".repeat(n * 10), addresses),
    ("words and semicolons", |n| "a;".repeat(n * 10) + "a@x.test,", addresses),
];

fn sections(numbers: impl Iterator<Item = usize>) -> String {
    let section = |i| format!("; n*{i}*={}%C3%BC", if i == 0 { "utf-8''" } else { "" });
    std::iter::once("a/b".into()).chain(numbers.map(section)).collect()
}

fn each(n: usize, one: impl Fn(usize) -> String) -> String {
    std::iter::once("a/b".into()).chain((0..n).map(one)).collect()
}

fn params(value: &[u8]) -> usize {
    let mut found = 0;
    let mut sink = |_, _| found += 1;
    let findings = &mut Findings::new(Policy::STANDARD, &mut sink);
    let len = ContentType::parse_with(value, findings).params().len()
        + Disposition::parse_with(value, findings).params().len();
    TransferEncoding::parse_with(value, findings);
    len + found
}

fn addresses(value: &[u8]) -> usize {
    AddressList::parse(value).items().len()
}

fn doubled(_: &mut Criterion) {
    for (name, make, read) in FIELDS {
        let [once, twice] = [make(10_000), make(20_000)];
        let took = |value: &str| {
            let times = (0..rounds(60)).map(|_| {
                let start = Instant::now();
                black_box(read(black_box(value.as_bytes())));
                start.elapsed()
            });
            times.min().unwrap_or_default().as_secs_f64()
        };
        took(&twice);
        let (a, b) = (took(&once), took(&twice));
        let rate = twice.len() as f64 / b / 1e6;
        println!(
            "message/adversarial/field of {name}: twice the input takes {:.2}x, {rate:.0} MB/s",
            b / a
        );
    }
}

criterion_group!(benches, doubled);
criterion_main!(benches);
