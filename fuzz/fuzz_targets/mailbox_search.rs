//! Any search that our parser reads gives what asking every key gives; sorts and threads hold every
//! message once.
#![no_main]
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use mailwire_imap::{Command, Frame, ReadOptions, search::SearchExpression};
use mailwire_mailbox::{
    BaseSubject, Collation, Facts, MemoryMessage, Search, SearchContext, ThreadAlgorithm,
    date_time, sort, thread,
};

fuzz_target!(|input: &[u8]| {
    let mut pieces = input.split(|octet| *octet == 0);
    let criteria = pieces.next().unwrap_or_default();
    let messages: Vec<MemoryMessage> = (1u32..)
        .zip(pieces.take(20))
        .map(|(number, octets)| {
            let date = date_time(978_307_200 + i64::from(number) * 3600, 0);
            MemoryMessage::new(number, number * 3, Bytes::copy_from_slice(octets), date)
        })
        .collect();
    for message in &messages {
        let _ = BaseSubject::of(&message.octets);
    }
    for algorithm in [ThreadAlgorithm::References, ThreadAlgorithm::OrderedSubject] {
        let threads = thread(algorithm, Collation::default(), false, &messages);
        let mut numbers: Vec<u32> = threads.nodes.iter().filter_map(|node| node.number).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=messages.len() as u32), "every message once");
    }

    let line = [b"a SORT (SUBJECT REVERSE FROM) UTF-8 ", criteria, b"\r\n"].concat();
    let Ok(parsed) = Command::parse(&Frame::new(line.into()), ReadOptions::default()) else {
        return;
    };
    let Command::Sort(command) = parsed.value.command else { return };
    let context = SearchContext::new(1_000_000_000, 20, 60);
    let Ok(search) = Search::new(&command.expression, Some(b"UTF-8"), &context) else { return };
    for message in &messages {
        let naive = command.expression.evaluate(|key| {
            let alone = SearchExpression::from(key.clone());
            Search::new(&alone, Some(b"UTF-8"), &context).expect("a part of it").matches(message)
        });
        assert_eq!(search.matches(message), naive, "message {}", message.number());
    }
    let found = search.run(&messages);
    let wanted = messages.iter().filter(|message| search.matches(message));
    let sorted = sort(&command.keys, Collation::default(), wanted).expect("known keys");
    assert_eq!(sorted.messages.len(), found.messages.len());
});
