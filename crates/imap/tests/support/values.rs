//! Any values: what commands and responses are made of.
#![allow(dead_code, reason = "not every test asks for everything")]

use bytes::Bytes;
use mailwire_core::Octets;
use mailwire_imap::{
    AString, Atom, Attribute, CodeText, Date, DateTime, Flag, Flags, ItemName, Mailbox, Messages,
    ObjectId, OneOrMore, Partial, Raw, ResponseText, Section, SectionText, SeqNumber, SeqRange,
    SequenceSet, SystemFlag, Tag, TaggedValue, command::PartialRange,
};
use proptest::{collection::vec, prelude::*, sample::select};
use std::num::NonZeroU32;

/// Octets that break things.
pub(crate) fn octets() -> impl Strategy<Value = Vec<u8>> {
    let special =
        select(b"\"\\{}()[]<>*%+-=~ \t\r\n\x00\x7f\x80\xc3\xa4\xff0123456789aNIL&,.:/$".to_vec());
    let short = vec(prop_oneof![3 => special, 1 => any::<u8>()], 0..12);
    let words = select(
        [
            "",
            "NIL",
            "nil",
            "{3}",
            "{3+}\r\nabc",
            "~{1}",
            " {5}",
            "a\r\nb NOOP",
            "]",
            "] ok",
            "INBOX",
            "\"",
            "\\",
            "(",
            ")",
            "a) UID 1 (",
            "Entw&APw-rfe",
            "Entwürfe",
            "&",
            "\\Seen",
            "1:*",
            "0",
        ]
        .to_vec(),
    );
    prop_oneof![
        6 => short,
        3 => words.prop_map(|word| word.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1000..1100),
        1 => Just(vec![b'x'; 4097]),
    ]
}

pub(crate) fn bytes() -> impl Strategy<Value = Bytes> {
    octets().prop_map(Bytes::from)
}

pub(crate) fn any_octets() -> impl Strategy<Value = Octets> {
    octets().prop_map(Octets::from)
}

pub(crate) fn astring() -> impl Strategy<Value = AString> {
    octets().prop_map(|mut octets| {
        octets.retain(|octet| *octet != 0);
        AString::new(octets).unwrap()
    })
}

pub(crate) fn atom() -> impl Strategy<Value = Atom> {
    "[!#$&'+,./0-9:;<=>?@A-Z^_`a-z|}~-]{1,12}".prop_map(|text| Atom::new(text).unwrap())
}

/// The name of something that there is not.
pub(crate) fn new_name() -> impl Strategy<Value = Atom> {
    "[Xx]-[!#$&'+,./0-9:;>?@A-Z^_`a-z|}~-]{0,12}".prop_map(|text| Atom::new(text).unwrap())
}

pub(crate) fn tag() -> impl Strategy<Value = Tag> {
    "[!#$&',./0-9:;<=>?@A-Z^_`a-z|}~\\]-]{1,9}".prop_map(|text| Tag::new(text).unwrap())
}

pub(crate) fn attribute() -> impl Strategy<Value = Attribute> {
    atom().prop_map(|name| Attribute::new(format!("\\{name}")).unwrap())
}

pub(crate) fn object_id() -> impl Strategy<Value = ObjectId> {
    "[A-Za-z0-9_-]{1,30}".prop_map(|text| ObjectId::new(text).unwrap())
}

pub(crate) fn item_name() -> impl Strategy<Value = ItemName> {
    "[Xx]-[!#$&'+,./0-9:;=?@A-Z^_`a-z|~-]{0,9}(\\[[ -\\\\^-~]{0,9}\\])?(<[ -=?-~]{0,4}>)?"
        .prop_map(|text| ItemName::new(text).unwrap())
}

pub(crate) fn mailbox() -> impl Strategy<Value = Mailbox> {
    let name = prop_oneof![
        "\\PC{0,12}",
        "[ -~]{0,9}",
        Just("inbox".to_owned()),
        Just("NIL".to_owned()),
        Just("(".to_owned()),
        Just(String::new()),
        Just("a\tb\u{7f}".to_owned()),
        Just("x {3}".to_owned()),
    ];
    name.prop_map(|name| Mailbox::new(name).unwrap())
}

/// A value of any kind.
pub(crate) fn raw() -> impl Strategy<Value = Raw> {
    let leaf = prop_oneof![
        atom().prop_map(Raw::from),
        astring().prop_map(Raw::from),
        any::<u64>().prop_map(Raw::from),
        set().prop_map(|set| Raw::from(&set)),
        // As it may come on a wire.
        select(
            [
                "\"a\\\"b\\\\c\"",
                "{3}\r\na\"b",
                "{4+}\r\n\r\n){",
                "~{2}\r\n\0)",
                "\\Seen",
                "a{3",
                "[]",
                "*",
                "()",
                "((a)(b \"c\"))",
            ]
            .to_vec()
        )
        .prop_map(|wire| Raw::new(wire).unwrap()),
    ];
    leaf.prop_recursive(4, 12, 4, |inner| {
        vec(inner, 0..4).prop_map(|values| Raw::list(values).unwrap())
    })
}

pub(crate) fn raws() -> impl Strategy<Value = Vec<Raw>> {
    vec(raw(), 0..4)
}

pub(crate) fn tagged_value() -> impl Strategy<Value = TaggedValue> {
    prop_oneof![
        any::<u64>().prop_map(Raw::from),
        set().prop_map(|set| Raw::from(&set)),
        raws().prop_map(|values| Raw::list(values).unwrap()),
    ]
    .prop_map(|raw| TaggedValue::try_from(raw).unwrap())
}

pub(crate) fn response_text() -> impl Strategy<Value = ResponseText> {
    prop_oneof![
        octets().prop_map(ResponseText::clean),
        Just(ResponseText::from("x {3}")),
        Just(ResponseText::from(" [ALERT] x")),
    ]
}

pub(crate) fn code_text() -> impl Strategy<Value = CodeText> {
    octets().prop_map(|octets| CodeText::new(octets).unwrap_or_default())
}

pub(crate) fn nz() -> impl Strategy<Value = NonZeroU32> {
    prop_oneof![1..100u32, 1..=u32::MAX].prop_map(|number| number.try_into().unwrap())
}

pub(crate) fn set() -> impl Strategy<Value = SequenceSet> {
    let number = prop_oneof![4 => nz().prop_map(SeqNumber::Number), 1 => Just(SeqNumber::Last)];
    let one: SequenceSet = "1".parse().unwrap();
    let range = (number.clone(), number).prop_map(move |(from, to)| {
        let mut range: SeqRange = one.ranges()[0];
        (range.from, range.to) = (from, to);
        range
    });
    vec(range, 1..5).prop_map(|ranges| SequenceSet::new(ranges).unwrap())
}

pub(crate) fn messages() -> impl Strategy<Value = Messages> {
    prop_oneof![4 => set().prop_map(Messages::Set), 1 => Just(Messages::Saved)]
}

pub(crate) fn flag() -> impl Strategy<Value = Flag> {
    prop_oneof![
        select(SystemFlag::LIST.to_vec()).prop_map(Flag::System),
        atom().prop_map(Flag::Keyword),
        atom().prop_map(Flag::Extension),
        Just(Flag::Extension(Atom::new("seen").unwrap())),
    ]
}

pub(crate) fn flags() -> impl Strategy<Value = Flags> {
    vec(flag(), 0..5).prop_map(Flags::from_iter)
}

pub(crate) fn date() -> impl Strategy<Value = Date> {
    (0..=9999u16, 1..=12u8, 1..=28u8).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

pub(crate) fn date_time() -> impl Strategy<Value = DateTime> {
    (date(), 0..24u8, 0..60u8, 0..=60u8, -5999..=5999i16)
        .prop_map(|(date, h, m, s, zone)| DateTime::new(date, [h, m, s], zone).unwrap())
}

pub(crate) fn part() -> impl Strategy<Value = Vec<NonZeroU32>> {
    vec(nz(), 0..4)
}

fn field_names() -> impl Strategy<Value = Vec<AString>> {
    let name = prop_oneof!["[A-Za-z-]{1,9}", "[ -~]{1,9}"];
    vec(name.prop_map(|name| AString::new(name).unwrap()), 1..4)
}

pub(crate) fn section() -> impl Strategy<Value = Section> {
    let text = prop_oneof![
        Just(SectionText::All),
        Just(SectionText::Header),
        Just(SectionText::Text),
        Just(SectionText::Mime),
        field_names().prop_map(SectionText::HeaderFields),
        field_names().prop_map(SectionText::HeaderFieldsNot),
    ];
    (part(), text).prop_map(|(part, text)| Section::new(part, text).unwrap_or(Section::WHOLE))
}

pub(crate) fn partial() -> impl Strategy<Value = Partial> {
    (0..=i64::MAX as u64, 1..=i64::MAX as u64)
        .prop_map(|(origin, length)| Partial::new(origin, length).unwrap())
}

pub(crate) fn partial_range() -> impl Strategy<Value = PartialRange> {
    (nz(), nz(), any::<bool>()).prop_map(|(from, to, end)| {
        if end { PartialRange::last(from, to) } else { PartialRange::first(from, to) }
    })
}

pub(crate) fn some<T: std::fmt::Debug>(
    item: impl Strategy<Value = T>,
) -> impl Strategy<Value = OneOrMore<T>> {
    vec(item, 1..4).prop_map(|items| items.try_into().unwrap())
}
