//! Sets of messages: sequence numbers or UIDs, kept as ranges (RFC 9051 §4.1.1, §9 `sequence-set`).

use crate::{InvalidValue, ParseError, ParseErrorKind, cursor::leading_number, encode::put_number};
use alloc::vec::Vec;
use bytes::{BufMut, BytesMut};
use core::{fmt, num::NonZeroU32, str::FromStr};

/// A message by number, or `*`, the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §9: `seq-number = nz-number / \"*\"`")]
pub enum SeqNumber {
    /// This number.
    Number(NonZeroU32),
    /// `*`: the largest number in use.
    Last,
}

impl SeqNumber {
    const fn resolve(self, last: u32) -> u32 {
        match self {
            Self::Number(number) => number.get(),
            Self::Last => last,
        }
    }
}

impl From<NonZeroU32> for SeqNumber {
    fn from(number: NonZeroU32) -> Self {
        Self::Number(number)
    }
}

impl TryFrom<u32> for SeqNumber {
    type Error = InvalidValue;

    fn try_from(number: u32) -> Result<Self, InvalidValue> {
        let number = NonZeroU32::new(number).ok_or(InvalidValue { what: "nz-number" })?;
        Ok(Self::Number(number))
    }
}

/// From one message to another, both included, in either order: `2:4` and `4:2` are the same set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SeqRange {
    /// One end, as written.
    pub from: SeqNumber,
    /// The other end; for a single number the same.
    pub to: SeqNumber,
}

impl SeqRange {
    /// The numbers of the range, smallest and largest, when `last` is the largest in use.
    #[must_use]
    pub fn resolve(self, last: u32) -> (u32, u32) {
        let (from, to) = (self.from.resolve(last), self.to.resolve(last));
        (from.min(to), from.max(to))
    }
}

/// A set of messages as it is written: ranges in their order, never expanded, so that `1:4294967295`
/// costs what `1` costs.
///
/// ```
/// use mailwire_imap::SequenceSet;
///
/// let set: SequenceSet = "2,4:7,9,12:*".parse()?;
/// assert!(set.contains(5, 15) && set.contains(14, 15) && !set.contains(8, 15));
/// assert_eq!(set.to_string(), "2,4:7,9,12:*");
/// assert_eq!(SequenceSet::from_numbers([1, 2, 3, 7, 9, 8])?.to_string(), "1:3,7:9");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SequenceSet(Ranges);

/// Most sets are one range.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Ranges {
    One(SeqRange),
    Many(Vec<SeqRange>),
}

impl SequenceSet {
    /// All messages: `1:*`.
    pub const ALL: Self = Self(Ranges::One(SeqRange {
        from: SeqNumber::Number(NonZeroU32::MIN),
        to: SeqNumber::Last,
    }));

    /// The ranges, in the order in which they are written. There must be one.
    pub fn new(ranges: Vec<SeqRange>) -> Result<Self, InvalidValue> {
        match ranges[..] {
            [] => Err(InvalidValue { what: "sequence-set" }),
            [range] => Ok(Self(Ranges::One(range))),
            _ => Ok(Self(Ranges::Many(ranges))),
        }
    }

    /// One message.
    #[must_use]
    pub const fn one(number: NonZeroU32) -> Self {
        let number = SeqNumber::Number(number);
        Self(Ranges::One(SeqRange { from: number, to: number }))
    }

    /// These numbers, sorted, and as few ranges as possible. There must be one, and none may be zero.
    pub fn from_numbers(numbers: impl IntoIterator<Item = u32>) -> Result<Self, InvalidValue> {
        let mut numbers: Vec<u32> = numbers.into_iter().collect();
        numbers.sort_unstable();
        let mut ranges: Vec<(NonZeroU32, NonZeroU32)> = Vec::new();
        for number in numbers {
            let number = NonZeroU32::new(number).ok_or(InvalidValue { what: "nz-number" })?;
            match ranges.last_mut() {
                Some((_, to)) if to.checked_add(1).is_none_or(|next| number <= next) => {
                    *to = number;
                }
                _ => ranges.push((number, number)),
            }
        }
        let range =
            |(from, to)| SeqRange { from: SeqNumber::Number(from), to: SeqNumber::Number(to) };
        Self::new(ranges.into_iter().map(range).collect())
    }

    /// The ranges, as written.
    ///
    /// ```
    /// use mailwire_imap::SequenceSet;
    ///
    /// let set: SequenceSet = "7:4,12:*".parse()?;
    /// // In a mailbox of 20 messages.
    /// let ranges: Vec<_> = set.ranges().iter().map(|range| range.resolve(20)).collect();
    /// assert_eq!(ranges, [(4, 7), (12, 20)]);
    /// # Ok::<(), mailwire_imap::ParseError>(())
    /// ```
    #[must_use]
    pub fn ranges(&self) -> &[SeqRange] {
        match &self.0 {
            Ranges::One(range) => core::slice::from_ref(range),
            Ranges::Many(ranges) => ranges,
        }
    }

    /// Whether the number is in the set when `last` is the largest in use.
    #[must_use]
    pub fn contains(&self, number: u32, last: u32) -> bool {
        self.ranges().iter().any(|range| {
            let (from, to) = range.resolve(last);
            (from..=to).contains(&number)
        })
    }

    /// Reads a set and says how many octets it took; `max` limits the ranges.
    pub(crate) fn scan(text: &[u8], max: usize) -> Result<(Self, usize), ParseError> {
        let (first, mut at) = scan_range(text, 0)?;
        if text.get(at) != Some(&b',') {
            return Ok((Self(Ranges::One(first)), at));
        }
        let mut ranges = Vec::from([first]);
        while text.get(at) == Some(&b',') {
            if ranges.len() >= max {
                return Err(ParseErrorKind::TooMany.at(at));
            }
            let (range, end) = scan_range(text, at + 1)?;
            ranges.push(range);
            at = end;
        }
        Ok((Self(Ranges::Many(ranges)), at))
    }

    /// Appends the set as it goes on the wire.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailwire_imap::SequenceSet;
    ///
    /// let mut wire = BytesMut::new();
    /// SequenceSet::from_numbers([3, 4, 5, 9])?.encode(&mut wire);
    /// assert_eq!(wire, "3:5,9");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut BytesMut) {
        for (i, range) in self.ranges().iter().enumerate() {
            if i > 0 {
                out.put_u8(b',');
            }
            encode_number(range.from, out);
            if range.to != range.from {
                out.put_u8(b':');
                encode_number(range.to, out);
            }
        }
    }
}

/// `seq-range = seq-number ":" seq-number`, or one number
#[inline]
fn scan_range(text: &[u8], at: usize) -> Result<(SeqRange, usize), ParseError> {
    let (from, end) = scan_number(text, at)?;
    if text.get(end) != Some(&b':') {
        return Ok((SeqRange { from, to: from }, end));
    }
    let (to, end) = scan_number(text, end + 1)?;
    Ok((SeqRange { from, to }, end))
}

/// `seq-number = nz-number / "*"`
#[inline]
fn scan_number(text: &[u8], at: usize) -> Result<(SeqNumber, usize), ParseError> {
    if text.get(at) == Some(&b'*') {
        return Ok((SeqNumber::Last, at + 1));
    }
    let error = ParseErrorKind::BadNumber.at(at);
    let digits = text.get(at..).filter(|digits| digits.first() != Some(&b'0')).ok_or(error)?;
    let (value, len) = leading_number(digits);
    let number = value.and_then(|value| u32::try_from(value).ok()).and_then(NonZeroU32::new);
    Ok((SeqNumber::Number(number.ok_or(error)?), at + len))
}

fn encode_number(number: SeqNumber, out: &mut BytesMut) {
    match number {
        SeqNumber::Number(number) => {
            put_number(out, number.get().into());
        }
        SeqNumber::Last => out.put_u8(b'*'),
    }
}

impl FromStr for SequenceSet {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (set, end) = Self::scan(text.as_bytes(), usize::MAX)?;
        if end < text.len() {
            return Err(ParseErrorKind::TrailingText.at(end));
        }
        Ok(set)
    }
}

impl fmt::Display for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, range) in self.ranges().iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{range:?}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for SeqRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut number = |number: SeqNumber| match number {
            SeqNumber::Number(number) => write!(f, "{number}"),
            SeqNumber::Last => f.write_str("*"),
        };
        number(self.from)?;
        if self.to == self.from {
            return Ok(());
        }
        f.write_str(":")?;
        match self.to {
            SeqNumber::Number(number) => write!(f, "{number}"),
            SeqNumber::Last => f.write_str("*"),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SequenceSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn sets_read_as_they_print() {
        for text in ["1", "*", "1:*", "*:1", "4294967295", "2,4:7,9,12:*", "*:4,5:7", "3:3"] {
            let set: SequenceSet = text.parse().unwrap();
            let printed = if text == "3:3" { "3" } else { text };
            assert_eq!(set.to_string(), printed);
            let mut wire = BytesMut::new();
            set.encode(&mut wire);
            assert_eq!(wire, printed);
        }
    }

    #[test]
    fn what_is_no_set_says_where() {
        for (text, want) in [
            ("", "bad number at octet 0"),
            ("0", "bad number at octet 0"),
            ("01", "bad number at octet 0"),
            ("1,", "bad number at octet 2"),
            ("1:", "bad number at octet 2"),
            ("4294967296", "bad number at octet 0"),
            ("99999999999", "bad number at octet 0"),
            ("1 2", "text behind the end at octet 1"),
            ("1:2:3", "text behind the end at octet 3"),
            ("-1", "bad number at octet 0"),
        ] {
            assert_eq!(text.parse::<SequenceSet>().unwrap_err().to_string(), want, "set {text:?}");
        }
    }

    #[test]
    fn last_is_whatever_is_last() {
        let set: SequenceSet = "559:*".parse().unwrap();
        assert!(set.contains(535, 535), "RFC 9051 §6.4.8: the last message is always in n:*");
        assert!(!set.contains(534, 535) && set.contains(559, 535));
    }

    #[test]
    fn numbers_become_few_ranges() {
        let max = u32::MAX;
        for (numbers, text) in [
            (&[5, 1, 2, 3, 2][..], "1:3,5"),
            (&[max, max - 1, max], "4294967294:4294967295"),
            (&[7], "7"),
        ] {
            let set = SequenceSet::from_numbers(numbers.iter().copied()).unwrap();
            assert_eq!(set.to_string(), text);
        }
        assert!(SequenceSet::from_numbers([]).is_err() && SequenceSet::from_numbers([0]).is_err());
    }
}
