//! Subject, first author, date and identifier out of the header: beside mail-parser and mailparse.
use benches::{mail, print_ratio};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mail_parser::{HeaderForm, HeaderName};
use mailparse::MailHeaderMap;
use mailwire_message::Message;
use std::hint::black_box;

/// Reads the header of a message, and says something that depends on all of it.
type Reader<'p> = dyn Fn(&[u8]) -> i64 + 'p;

fn ours(octets: &[u8]) -> i64 {
    let message = Message::parse_headers(black_box(octets));
    black_box(message.subject());
    let from = message.from();
    black_box(from.as_ref().and_then(|from| from.mailboxes().next()?.address()));
    black_box(message.message_id());
    message.date().map_or(0, |date| date.unix())
}

fn mail_parser(parser: &mail_parser::MessageParser, octets: &[u8]) -> i64 {
    let Some(message) = parser.parse_headers(black_box(octets)) else { return 0 };
    black_box(message.subject());
    black_box(message.from().and_then(|from| from.first()?.address()));
    black_box(message.message_id());
    message.date().map_or(0, |date| date.to_timestamp())
}

fn mailparse(octets: &[u8]) -> i64 {
    let Ok((headers, _)) = mailparse::parse_headers(black_box(octets)) else { return 0 };
    black_box(headers.get_first_value("Subject"));
    let from = headers.get_first_header("From");
    black_box(from.and_then(|from| mailparse::addrparse_header(from).ok()));
    black_box(headers.get_first_value("Message-ID"));
    let date = headers.get_first_value("Date");
    date.and_then(|date| mailparse::dateparse(&date).ok()).unwrap_or_default()
}

/// Reads nothing else than what is asked for, as a caller may tell it.
fn frugal() -> mail_parser::MessageParser {
    let other = [
        HeaderName::To,
        HeaderName::Cc,
        HeaderName::Bcc,
        HeaderName::ReplyTo,
        HeaderName::Sender,
        HeaderName::Received,
        HeaderName::References,
        HeaderName::InReplyTo,
        HeaderName::ReturnPath,
        HeaderName::ListUnsubscribe,
        HeaderName::ListPost,
        HeaderName::ListHelp,
        HeaderName::ListSubscribe,
        HeaderName::ListId,
        HeaderName::ListOwner,
        HeaderName::ListArchive,
    ];
    other.into_iter().fold(mail_parser::MessageParser::new(), |parser, name| {
        parser.header(name, HeaderForm::Raw)
    })
}

fn headers(c: &mut Criterion) {
    let (new, frugal) = (mail_parser::MessageParser::new(), frugal());
    let mut group = c.benchmark_group("message/headers");
    group.sample_size(10);
    for corpus in mail::corpora() {
        let all = |one: &dyn Fn(&[u8]) -> i64| -> i64 {
            corpus.messages.iter().map(|message| one(message)).fold(0, i64::wrapping_add)
        };
        let us = || all(&ours);
        let peers: [(&str, &Reader<'_>); 3] = [
            ("mail-parser", &|octets| mail_parser(&new, octets)),
            ("mail-parser told what is wanted", &|octets| mail_parser(&frugal, octets)),
            ("mailparse", &mailparse),
        ];
        group.throughput(Throughput::Elements(corpus.messages.len() as u64));
        for (name, peer) in peers {
            print_ratio(&format!("message/headers/{}, to {name}", corpus.name), us, || all(peer));
        }
        group.bench_function(BenchmarkId::new("mailwire", &corpus.name), |b| b.iter(us));
        for (name, peer) in peers {
            group.bench_function(BenchmarkId::new(name, &corpus.name), |b| b.iter(|| all(peer)));
        }
    }
    group.finish();
}

criterion_group!(benches, headers);
criterion_main!(benches);
