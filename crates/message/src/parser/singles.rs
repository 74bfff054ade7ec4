//! The fields that may occur once: which one counts, and whether the others say the same
//! ([RFC 5322 §3.6], RFC 2045 §3).
//!
//! [RFC 5322 §3.6]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6

use alloc::vec::Vec;
use core::ops::Range;

use crate::Pick;

/// Names of fields that may occur once, in lower case. The first ones are read by the parser.
const NAMES: [&[u8]; 24] = [
    b"content-type",
    b"content-transfer-encoding",
    b"content-disposition",
    b"mime-version",
    b"from",
    b"date",
    b"sender",
    b"subject",
    b"to",
    b"cc",
    b"bcc",
    b"reply-to",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"content-id",
    b"content-description",
    b"content-language",
    b"content-location",
    b"content-md5",
    b"content-base",
    b"content-duration",
    b"content-features",
    b"content-class",
];

/// A field that may occur once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Single(u8);

impl Single {
    pub(super) const CONTENT_TYPE: Self = Self(0);
    pub(super) const ENCODING: Self = Self(1);
    pub(super) const DISPOSITION: Self = Self(2);
    pub(super) const MIME_VERSION: Self = Self(3);
    pub(super) const FROM: Self = Self(4);
    pub(super) const DATE: Self = Self(5);

    /// The field of this name, if it may occur once.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let candidates: &[u8] = match name.len() {
            2 => &[8, 9],
            3 => &[10],
            4 => &[4, 5],
            6 => &[6],
            7 => &[7],
            8 => &[11],
            10 => &[12, 14, 15],
            11 => &[13, 19],
            12 => &[0, 3, 20],
            13 => &[23],
            16 => &[17, 18, 21, 22],
            19 => &[2, 16],
            25 => &[1],
            _ => return None,
        };
        let first = name.first().map(u8::to_ascii_lowercase);
        let same = |&&at: &&u8| {
            let candidate = NAMES[usize::from(at)];
            candidate.first().copied() == first && name.eq_ignore_ascii_case(candidate)
        };
        candidates.iter().find(same).map(|&at| Self(at))
    }

    /// Whether it says something about a message as a whole, and nothing about a part.
    pub(super) const fn is_of_message(self) -> bool {
        self.0 >= 3 && self.0 < 15
    }
}

/// The values that count, of one header.
#[derive(Debug, Default)]
pub(super) struct Singles {
    /// All values, one behind the other.
    octets: Vec<u8>,
    seen: u32,
    values: [Value; NAMES.len()],
}

#[derive(Clone, Copy, Debug, Default)]
struct Value {
    start: usize,
    end: usize,
    /// Where it is in the source.
    offset: u64,
    /// Which field of the header it is.
    field: usize,
}

/// What a second field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    First,
    Again { same: bool },
}

impl Singles {
    pub(super) fn clear(&mut self) {
        self.octets.clear();
        self.seen = 0;
    }

    pub(super) const fn has(&self, single: Single) -> bool {
        self.seen >> single.0 & 1 == 1
    }

    /// The value that counts.
    pub(super) fn value(&self, single: Single) -> Option<&[u8]> {
        self.octets.get(self.range(single)?)
    }

    /// Where it is in the source.
    pub(super) fn offset(&self, single: Single) -> u64 {
        self.values[usize::from(single.0)].offset
    }

    /// Which field of the header it is.
    pub(super) fn field(&self, single: Single) -> Option<usize> {
        self.has(single).then(|| self.values[usize::from(single.0)].field)
    }

    fn range(&self, single: Single) -> Option<Range<usize>> {
        let Value { start, end, .. } = self.values[usize::from(single.0)];
        self.has(single).then_some(start..end)
    }

    /// Takes note of a field.
    pub(super) fn note(
        &mut self,
        single: Single,
        value: &[u8],
        (offset, field): (u64, usize),
        pick: Pick,
    ) -> Seen {
        let seen = match self.value(single) {
            None => Seen::First,
            Some(before) => Seen::Again { same: is_same(before, value) },
        };
        if seen == Seen::First || pick == Pick::Last {
            let start = self.octets.len();
            self.octets.extend_from_slice(value);
            let end = self.octets.len();
            self.values[usize::from(single.0)] = Value { start, end, offset, field };
            self.seen |= 1 << single.0;
        }
        seen
    }
}

/// Whether two values differ in their folds and blanks at most.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let words =
        |value| <[u8]>::split(value, u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words(a).eq(words(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        for (at, name) in NAMES.iter().enumerate() {
            assert_eq!(Single::of(name).map(|it| usize::from(it.0)), Some(at));
            assert_eq!(Single::of(&name.to_ascii_uppercase()), Single::of(name));
        }
        for name in ["", "received", "x", "fromm", "content-typo"] {
            assert_eq!(Single::of(name.as_bytes()), None, "name {name:?}");
        }
        assert!(Single::FROM.is_of_message() && Single::MIME_VERSION.is_of_message());
        assert!(!Single::CONTENT_TYPE.is_of_message());
        assert!(!Single::of(b"content-id").is_some_and(Single::is_of_message));
    }

    #[test]
    fn the_first_or_the_last_counts() {
        for (pick, want) in [(Pick::First, "a"), (Pick::Last, "b  c")] {
            let mut singles = Singles::default();
            let mut note = |value: &str, field| {
                singles.note(Single::FROM, value.as_bytes(), (field as u64, field), pick)
            };
            assert_eq!(note("a", 0), Seen::First);
            assert_eq!(note(" \r\n a ", 1), Seen::Again { same: true });
            assert_eq!(note("b  c", 2), Seen::Again { same: false });
            assert_eq!(singles.value(Single::FROM), Some(want.as_bytes()));
            singles.clear();
            assert_eq!((singles.value(Single::FROM), singles.has(Single::FROM)), (None, false));
        }
    }
}
