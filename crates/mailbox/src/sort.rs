//! SORT (RFC 5256 §3, RFC 5957).

use crate::{
    BaseSubject, Collation, Facts, Found, Index, SearchError,
    envelope::{Address, List},
    found::Match,
};
use alloc::{format, string::String, vec::Vec};
use core::cmp::Ordering;
use mailwire_imap::command::SortKey;
use mailwire_message::header::decode_text;

/// Sorts messages by these keys, the most important first, each the other way round if it says so; what
/// is the same by all of them is in the order of sequence numbers.
///
/// RELEVANCY is the same for all. Messages whose index cannot be had sort as if their fields were
/// missing.
///
/// ```
/// use mailwire_imap::{Date, DateTime, command::SortKey};
/// use mailwire_mailbox::{Collation, MemoryMessage, sort};
///
/// let arrived = DateTime::new(Date::new(2024, 2, 29)?, [12, 0, 0], 0)?;
/// let messages: Vec<MemoryMessage> = ["b", "Re: a", "A"]
///     .iter()
///     .zip(1..)
///     .map(|(subject, number)| {
///         let message = format!("Subject: {subject}\r\n\r\n");
///         MemoryMessage::new(number, number, message.into(), arrived)
///     })
///     .collect();
/// let found = sort(&[(SortKey::Subject, false)], Collation::default(), &messages).unwrap();
/// let numbers: Vec<u32> = found.search(false).numbers.iter().collect();
/// assert_eq!(numbers, [2, 3, 1]);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
///
/// # Errors
///
/// [`SearchError::UnknownSortKey`]: the answer is BAD.
pub fn sort<F: Facts>(
    keys: &[(SortKey, bool)],
    collation: Collation,
    messages: impl IntoIterator<Item = F>,
) -> Result<Found, SearchError> {
    if keys.iter().any(|(key, _)| matches!(key, SortKey::Other(_))) {
        return Err(SearchError::UnknownSortKey);
    }
    // The values of all messages in one list, those of a message together.
    let mut values: Vec<Value> = Vec::new();
    let mut matches: Vec<Match> = Vec::new();
    for message in messages {
        let index = message.index();
        let index = index.as_deref();
        values.extend(keys.iter().map(|(key, _)| value(key, &message, index, collation)));
        matches.push(Match::of(&message));
    }
    let of = |message: usize| {
        let start = message * keys.len();
        values.get(start..start + keys.len()).unwrap_or_default().iter().zip(keys)
    };
    let mut order: Vec<usize> = (0..matches.len()).collect();
    order.sort_by(|one, other| {
        of(*one)
            .zip(of(*other))
            .map(
                |((one, (_, reverse)), (other, _))| {
                    if *reverse { other.cmp(one) } else { one.cmp(other) }
                },
            )
            .find(|order| *order != Ordering::Equal)
            .unwrap_or_else(|| matches[*one].number.cmp(&matches[*other].number))
    });
    let messages = order.into_iter().map(|place| matches[place]).collect();
    Ok(Found { messages, is_sorted: true, ..Found::default() })
}

/// What a message is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(i64),
    Text(Vec<u8>),
}

fn value(
    key: &SortKey,
    message: &impl Facts,
    index: Option<&Index>,
    collation: Collation,
) -> Value {
    let view = || index.map(Index::envelope_view).unwrap_or_default();
    let first = |list| view().addresses(list).next();
    let text = |text: &str| Value::Text(collation.key(text).into_owned());
    match key {
        SortKey::Arrival => Value::Number(message.internal_date().unix()),
        SortKey::Date => Value::Number(
            index
                .and_then(Index::sent_date)
                .map_or_else(|| message.internal_date().unix(), |sent| sent.unix),
        ),
        SortKey::Size => {
            let size = index.map_or(0, Index::size);
            Value::Number(i64::try_from(size).unwrap_or(i64::MAX))
        }
        SortKey::Subject => text(view().subject.map(BaseSubject::of).unwrap_or_default().text()),
        SortKey::From => text(&mailbox(first(List::From))),
        SortKey::To => text(&mailbox(first(List::To))),
        SortKey::Cc => text(&mailbox(first(List::Cc))),
        SortKey::DisplayFrom => text(&display(first(List::From))),
        SortKey::DisplayTo => text(&display(first(List::To))),
        _ => Value::Number(0),
    }
}

/// `addr-mailbox`: for a group its name (RFC 9051 §7.5.2).
fn mailbox(address: Option<Address<'_>>) -> String {
    let mailbox = address.as_ref().and_then(Address::real_mailbox);
    mailbox.map(|mailbox| String::from_utf8_lossy(mailbox).into_owned()).unwrap_or_default()
}

/// The name, or else the address (RFC 5957 §3).
fn display(address: Option<Address<'_>>) -> String {
    let Some(address) = address else { return String::new() };
    let name = address.name.map(decode_text).unwrap_or_default();
    if !name.is_empty() {
        return name.into_owned();
    }
    let mailbox = mailbox(Some(address));
    match address.real_host().map(String::from_utf8_lossy) {
        Some(host) => format!("{mailbox}@{host}"),
        None => mailbox,
    }
}
