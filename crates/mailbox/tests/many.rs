//! Mailboxes of 100,000 messages, and searches as long: right answers, in time that a test has.

mod common;

use bytes::Bytes;
use common::{arrived, ask, context, mailbox};
use mailwire_imap::{
    DateTime, Flags, SequenceSet, Threads,
    command::SortKey,
    search::{SearchExpression, SearchKey},
};
use mailwire_mailbox::{
    Collation, Facts, Index, MemoryMessage, Search, SearchContext, ThreadAlgorithm, sort, thread,
};
use std::{borrow::Cow, cell::Cell, ops::Range};

const COUNT: u32 = 100_000;

/// Messages whose subject and references are made of their numbers.
fn many(field: impl Fn(u32) -> String) -> Vec<MemoryMessage> {
    mailbox((1..=COUNT).map(|number| format!("Message-ID: <{number}@x>\r\n{}\r\n", field(number))))
}

fn threads(messages: &[MemoryMessage], algorithm: ThreadAlgorithm) -> Threads {
    thread(algorithm, Collation::default(), false, messages)
}

/// The depth of each message, in the order of the answer.
fn shape(threads: &Threads) -> impl Iterator<Item = (u32, Option<u32>)> {
    threads.nodes.iter().map(|node| (node.depth, node.number))
}

#[test]
fn one_subject_of_all_messages() {
    let replies =
        many(
            |number| {
                if number == 1 { "Subject: one\r\n".into() } else { "Subject: Re: one\r\n".into() }
            },
        );
    let below_the_first = || (1..=COUNT).map(|number| (u32::from(number > 1), Some(number)));
    for algorithm in [ThreadAlgorithm::References, ThreadAlgorithm::OrderedSubject] {
        let threads = threads(&replies, algorithm);
        assert!(shape(&threads).eq(below_the_first()), "{algorithm:?}");
    }
    let same = many(|_| "Subject: one\r\n".into());
    let dummy = [(0, None)].into_iter().chain((1..=COUNT).map(|number| (1, Some(number))));
    assert!(shape(&threads(&same, ThreadAlgorithm::References)).eq(dummy));
    assert!(shape(&threads(&same, ThreadAlgorithm::OrderedSubject)).eq(below_the_first()));
}

#[test]
fn one_parent_of_all_messages_that_is_not_there() {
    let messages = many(|_| "References: <none@x>\r\n".into());
    let dummy = [(0, None)].into_iter().chain((1..=COUNT).map(|number| (1, Some(number))));
    assert!(shape(&threads(&messages, ThreadAlgorithm::References)).eq(dummy));
}

/// Each answers the one behind it, and the last the first: the last link is not made.
#[test]
fn a_circle_of_all_messages() {
    let messages = many(|number| format!("References: <{}@x>\r\n", number % COUNT + 1));
    let threads = threads(&messages, ThreadAlgorithm::References);
    let numbers = (1..=COUNT).rev();
    assert!(shape(&threads).eq((0..).zip(numbers.map(Some))));
}

/// All messages with the same identifier, and an answer to it: only the first has it.
#[test]
fn one_identifier_of_all_messages() {
    let messages = mailbox((1..=COUNT).map(|number| {
        let references = if number == COUNT { "References: <1@x>\r\n" } else { "" };
        let id = if number == COUNT { 2 } else { 1 };
        format!("Message-ID: <{id}@x>\r\n{references}\r\n")
    }));
    let threads = threads(&messages, ThreadAlgorithm::References);
    assert_eq!(
        shape(&threads).take(3).collect::<Vec<_>>(),
        [(0, Some(1)), (1, Some(COUNT)), (0, Some(2))]
    );
    assert_eq!(u32::try_from(threads.nodes.len()), Ok(COUNT));
}

#[test]
fn sets_of_as_many_ranges() {
    let messages = many(|_| String::new());
    let odd = SequenceSet::from_numbers((1..COUNT).step_by(2)).unwrap();
    assert_eq!(u32::try_from(odd.ranges().len()), Ok(COUNT / 2));
    let context = context(&messages);
    let found = |expression: SearchExpression| {
        let found = Search::new(&expression, None, &context).unwrap().run(&messages);
        found.messages.into_iter().map(|it| it.number).collect::<Vec<_>>()
    };
    let of = |set: &SequenceSet| SearchExpression::from(SearchKey::Messages(set.clone().into()));
    assert!(found(of(&odd)).into_iter().eq((1..COUNT).step_by(2)));
    assert!(found(SearchExpression::not(of(&odd))).into_iter().eq((2..=COUNT).step_by(2)));
    let uids = SequenceSet::from_numbers((1..=COUNT).map(|number| number * 7)).unwrap();
    let both = SearchExpression::and([of(&odd), SearchKey::Uid(uids.into()).into()]);
    assert!(found(both).into_iter().eq((7..=70_000).step_by(14)), "UIDs are ten times the numbers");
}

#[test]
fn sorts_keep_the_order_of_what_is_the_same() {
    let messages = many(|number| format!("Subject: Re: {}\r\n", number % 10));
    for reverse in [false, true] {
        let keys = [(SortKey::Subject, reverse), (SortKey::Cc, !reverse)];
        let found = sort(&keys, Collation::default(), &messages).unwrap();
        let mut want: Vec<u32> = (1..=COUNT).collect();
        want.sort_by_key(|number| if reverse { 9 - number % 10 } else { number % 10 });
        assert!(found.messages.iter().map(|it| it.number).eq(want));
    }
}

#[test]
fn criteria_nested_as_deep_as_a_line_allows() {
    let messages = mailbox(["Subject: 7\r\n\r\n", "Subject: none\r\n\r\n"]);
    let or: String = (0..500).map(|number| format!("OR SUBJECT \"{number}\" ")).collect();
    assert_eq!(ask(&messages, &format!("SEARCH {or}DELETED")).unwrap(), "* SEARCH 1");
    for (count, want) in [(500, "* SEARCH 2"), (501, "* SEARCH 1")] {
        let not = "NOT ".repeat(count);
        assert_eq!(ask(&messages, &format!("SEARCH {not}SUBJECT none")).unwrap(), want);
    }
    let lists = ["(".repeat(90), ")".repeat(90)];
    let line = format!("SEARCH {}SUBJECT none{}", lists[0], lists[1]);
    assert_eq!(ask(&messages, &line).unwrap(), "* SEARCH 2");
    let mixed = "OR NOT (SEEN ".repeat(40);
    let line = format!("SEARCH {mixed}SUBJECT none{}", ") DELETED".repeat(40));
    assert_eq!(ask(&messages, &line).unwrap(), "* SEARCH 1 2");
}

/// A message that counts how often its octets are asked for, and how many.
struct Counted {
    octets: Bytes,
    index: Index,
    asked: Cell<(usize, u64)>,
}

impl Counted {
    fn new(octets: impl Into<Bytes>) -> Self {
        let octets = octets.into();
        Self { index: Index::of(&octets), octets, asked: Cell::default() }
    }

    fn asked(&self, expression: impl Into<SearchExpression>) -> (bool, usize, u64) {
        self.asked.set((0, 0));
        let context = SearchContext::new(0, 1, 1);
        let matches = Search::new(&expression.into(), None, &context).unwrap().matches(self);
        let (times, octets) = self.asked.get();
        (matches, times, octets)
    }
}

impl Facts for Counted {
    fn number(&self) -> u32 {
        1
    }
    fn uid(&self) -> u32 {
        1
    }
    fn flags(&self) -> Cow<'_, Flags> {
        Cow::Owned(Flags::none())
    }
    fn internal_date(&self) -> DateTime {
        arrived(0)
    }
    fn index(&self) -> Option<Cow<'_, Index>> {
        Some(Cow::Borrowed(&self.index))
    }
    fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>> {
        let (times, octets) = self.asked.get();
        self.asked.set((times + 1, octets + (range.end - range.start)));
        let at = |at: u64| usize::try_from(at).unwrap();
        self.octets.get(at(range.start)..at(range.end)).map(Cow::Borrowed)
    }
}

/// Messages in base64 or quoted-printable within one that is: each is decoded once, and the outermost read
/// once.
#[test]
fn encoded_messages_within_an_encoded_one_are_decoded_once() {
    let quoted = |octets: &str| octets.replace('=', "=3D").replace('\n', "=0A=\n");
    let mut inner = String::from("Content-Type: multipart/mixed; boundary=i\n\n");
    for number in 0..50 {
        inner += &format!(
            "--i\nContent-Type: message/global\nContent-Transfer-Encoding: quoted-printable\n\n{}\n",
            quoted(&format!("Subject: s{number}\n\nbody {number}.\n"))
        );
    }
    inner += "--i\n\nthe last\n--i--\n";
    let message = Counted::new(format!(
        "Content-Type: message/global\nContent-Transfer-Encoding: quoted-printable\n\n{}\n",
        quoted(&inner)
    ));
    assert_eq!(message.index.parts().count(), 2 + 50 * 2 + 1);
    let length = message.octets.len() as u64;
    for (text, found) in [("body 49.", true), ("the last", true), ("body 50.", false)] {
        let (matches, times, octets) = message.asked(SearchKey::Body(text.try_into().unwrap()));
        assert_eq!((matches, times), (found, 1), "{text}");
        assert!(octets <= length, "{text}");
    }
    let (matches, _, octets) = message.asked(SearchKey::Text("subject: s49".try_into().unwrap()));
    assert!(matches && octets <= length);
}

/// However many fields of the header are asked about, it is read once.
#[test]
fn the_header_is_read_once() {
    let message = Counted::new("References: <7@x>\r\nX-Other: y\r\n\r\nbody");
    let field = |name: &str, text: &str| {
        SearchKey::Header(name.try_into().unwrap(), text.try_into().unwrap())
    };
    let any = (0..100).map(|number| field("references", &format!("<{number}@")).into());
    let any = any.reduce(SearchExpression::or).unwrap();
    let all = SearchExpression::and([any, field("X-OTHER", "Y").into()]);
    assert_eq!(message.asked(all), (true, 1, 33));
}

/// A short address is long in an answer; of a message there are only so many.
#[test]
fn a_message_of_a_million_addresses_has_no_endless_envelope() {
    let header = format!("From: {}\r\nTo: z@x\r\n\r\n", "a,".repeat(1_000_000));
    let index = Index::of(header.as_bytes());
    let envelope = index.envelope();
    assert_eq!((envelope.from().count(), envelope.to().count()), (100_000, 0));
    assert!(index.as_bytes().len() < header.len());
    let groups = format!("To: {}, z@x\r\n\r\n", "g: a, b;, ".repeat(30_000));
    let envelope = Index::of(groups.as_bytes()).envelope();
    let to: Vec<_> = envelope.to().collect();
    assert_eq!(to.len(), 100_000);
    let ends = to.iter().filter(|it| it.host.is_none() && it.mailbox.is_none()).count();
    assert_eq!(
        ends,
        to.iter().filter(|it| it.host.is_none()).count() / 2,
        "each group has its end"
    );
}
