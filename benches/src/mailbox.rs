//! What the benches of mailboxes share: a mailbox of many messages that answer one another.
use std::time::Instant;

use mailwire_mailbox::{MemoryMessage, date_time};

use crate::rounds;

/// How many messages the mailboxes have: what takes ten times as long for ten times as many is linear.
pub const SIZES: [u32; 2] = [10_000, 100_000];

/// Messages of lists: most answer an earlier one and refer to some that led to it, subjects come in
/// many forms, and the dates go up and down.
pub fn mailbox(count: u32) -> Vec<MemoryMessage> {
    let mut random = 1u32;
    let mut next = move |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % below.max(1)
    };
    (1..=count)
        .map(|number| {
            let answers = number > 1 && next(3) > 0;
            let parent = if answers { number - 1 - next(number.min(400) - 1) } else { 0 };
            let chain: String = (0..8)
                .map(|step| parent.saturating_sub(step * 37))
                .take_while(|id| answers && *id > 0)
                .map(|id| format!(" <{id}.mail@list{}.example.org>\r\n", id % 7))
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            let topic = if answers { parent / 50 } else { number };
            let re =
                ["", "Re: ", "RE: [list] ", "Fwd: Re: "][usize::try_from(next(4)).unwrap_or(0)];
            let person = next(2_000);
            let date =
                date_time(1_000_000_000 + i64::from(number) * 60 - i64::from(next(90_000)), 60);
            let words = ["meeting", "release", "invoice", "=?utf-8?q?Caf=C3=A9?=", "holiday"];
            let word = words[usize::try_from(topic % 5).unwrap_or(0)];
            let (day, time) = (date.date(), date.time());
            let message = format!(
                "From: Person {person} <person{person}@example{}.org>\r\nTo: list@example.org\r\n\
                 Subject: {re}{word} {topic}\r\nDate: {} Jan {} {:02}:{:02}:{:02} +0100\r\n\
                 Message-ID: <{number}.mail@list{}.example.org>\r\nReferences:{}\r\n\
                 Content-Type: text/plain; charset=utf-8\r\n\r\n\
                 Hello,\r\n\r\nthis is about {word} {topic}, and there are some words more.\r\n\
                 {}\r\nBest wishes\r\n",
                person % 50,
                day.day(),
                day.year(),
                time[0],
                time[1],
                time[2],
                number % 7,
                chain.trim_end(),
                "The quick brown fox jumps over the lazy dog.\r\n".repeat(10),
            );
            MemoryMessage::new(number, number, message.into(), date)
        })
        .collect()
}

/// Prints what `work` takes for each message of a mailbox of either size, and how that grows.
pub fn print_growth<R>(
    what: &str,
    mailboxes: &[Vec<MemoryMessage>],
    work: impl Fn(&[MemoryMessage]) -> R,
) {
    let each: Vec<f64> = mailboxes
        .iter()
        .map(|messages| {
            let best = (0..rounds(5))
                .map(|_| {
                    let start = Instant::now();
                    std::hint::black_box(work(messages));
                    start.elapsed().as_secs_f64()
                })
                .fold(f64::INFINITY, f64::min);
            best * 1e9 / messages.len() as f64
        })
        .collect();
    println!(
        "{what}: {:.0} ns a message of {}, {:.0} ns of {}: {:.2} times as much",
        each[0],
        mailboxes[0].len(),
        each[1],
        mailboxes[1].len(),
        each[1] / each[0],
    );
}
