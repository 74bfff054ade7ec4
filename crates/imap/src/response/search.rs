//! SEARCH and SORT as IMAP4rev1 has them (RFC 3501 §7.2.5, RFC 5256, RFC 7162).

use crate::{Cursor, Encoder, ParseError, Quirk, cursor::leading_number};
use alloc::vec::Vec;

/// Numbers of messages, as many as there are, read one by one.
///
/// A hundred thousand of them stay the octets that came, and cost no more memory.
#[derive(Clone)]
pub struct Numbers {
    text: bytes::Bytes,
}

impl Numbers {
    /// `*(SP nz-number)`, checked, up to what is no number
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let text = cursor.rest();
        let mut len = 0;
        loop {
            match &text[len..] {
                [b' ', ..] => {
                    if text[..len].last() == Some(&b' ') {
                        cursor.tolerate(Quirk::ExtraSpace, start + len)?;
                    }
                    len += 1;
                }
                [b'0'..=b'9', ..] if len == 0 || text[len - 1] == b' ' => {
                    let (value, digits) = leading_number(&text[len..]);
                    let quirk = match value {
                        Some(0) => Some(Quirk::ZeroNumber),
                        Some(1..=0xffff_ffff) if text[len] == b'0' => Some(Quirk::LeadingZero),
                        Some(1..=0xffff_ffff) => None,
                        _ => Some(Quirk::LargeNumber),
                    };
                    if let Some(quirk) = quirk {
                        cursor.tolerate(quirk, start + len)?;
                    }
                    len += digits;
                }
                _ => break,
            }
        }
        cursor.advance(len);
        Ok(Self { text: cursor.since(start).to_bytes() })
    }

    /// These numbers.
    #[must_use]
    pub fn new(numbers: impl IntoIterator<Item = core::num::NonZeroU32>) -> Self {
        let mut text = Vec::new();
        for number in numbers {
            text.push(b' ');
            text.extend_from_slice(alloc::format!("{number}").as_bytes());
        }
        Self { text: text.into() }
    }

    /// The numbers, in the order in which they came. Those that no message can have are left out: zero,
    /// and what needs more than 32 bits.
    ///
    /// ```
    /// use core::num::NonZeroU32;
    /// use mailwire_imap::Numbers;
    ///
    /// let numbers = Numbers::new([2, 84, 882].into_iter().filter_map(NonZeroU32::new));
    /// assert_eq!(numbers.iter().collect::<Vec<_>>(), [2, 84, 882]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest = &self.text[..];
        core::iter::from_fn(move || {
            loop {
                while let [b' ', behind @ ..] = rest {
                    rest = behind;
                }
                let (value, len) = leading_number(rest);
                if len == 0 {
                    return None;
                }
                rest = &rest[len..];
                let number = value.and_then(|value| u32::try_from(value).ok());
                if let Some(number @ 1..) = number {
                    return Some(number);
                }
            }
        })
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Numbers {}

impl core::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An answer to SEARCH or SORT as IMAP4rev1 has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchResult {
    /// The messages, for SORT in the order that was asked for.
    pub numbers: Numbers,
    /// `(MODSEQ n)`: the highest of them all (RFC 7162 §3.1.5).
    pub mod_seq: Option<u64>,
}

impl SearchResult {
    /// These messages.
    #[must_use]
    pub const fn new(numbers: Numbers) -> Self {
        Self { numbers, mod_seq: None }
    }

    /// `*(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let numbers = Numbers::read(cursor)?;
        let start = cursor.at();
        let mut mod_seq = None;
        if cursor.eat_keyword(b"(MODSEQ ") {
            if !numbers.text.ends_with(b" ") {
                cursor.tolerate(Quirk::MissingSpace, start)?;
            }
            mod_seq = Some(cursor.mod_sequence()?);
            cursor.expect(b')')?;
        } else if numbers.text.last() == Some(&b' ') {
            // The space before the line end that some servers send.
            cursor.tolerate(Quirk::TrailingSpace, cursor.at() - 1)?;
        }
        Ok(Self { numbers, mod_seq })
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Numbers, Peer, SearchResult};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let found = Numbers::new([core::num::NonZeroU32::MIN]);
    /// SearchResult::new(found).encode(&mut out);
    /// assert_eq!(out.finish().wire, " 1");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        for number in self.numbers.iter() {
            out.space();
            out.number(number.into());
        }
        if let Some(mod_seq) = self.mod_seq {
            out.write(format_args!(" (MODSEQ {mod_seq})"));
        }
    }
}
