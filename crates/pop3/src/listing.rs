//! What STAT, LIST, UIDL and LANG answer with ([RFC 1939 §5], [RFC 1939 §7], [RFC 6856 §3]).
//!
//! ```text
//! drop listing      = count SP octets
//! scan listing      = msg SP octets
//! unique-id listing = msg SP unique-id
//! language listing  = language-tag [ SP description ]
//! ```
//!
//! Each is the text of a status line or a line of its own. RFC 1939 makes no requirement on what follows
//! the numbers, so it is passed over, and reported; so are blanks too many. The numbers themselves are
//! digits and nothing else.
//!
//! [RFC 1939 §5]: https://www.rfc-editor.org/rfc/rfc1939#section-5
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
//! [RFC 6856 §3]: https://www.rfc-editor.org/rfc/rfc6856#section-3
use alloc::{borrow::Cow, string::String};

use bytes::{BufMut, Bytes, BytesMut};
use mailwire_core::BytesRef;
use memchr::memchr3;

use crate::{
    LanguageTag, MessageNumber, ParseError, ParseErrorKind, Quirk, Quirks, UniqueId, number,
    number::decimal, quirks::Tolerance,
};

/// How many messages there are, and how many octets they have together: the answer to STAT.
///
/// ```
/// use mailwire_pop3::{DropListing, Quirks};
///
/// let (drop, _) = DropListing::parse(b"2 320", Quirks::NONE)?;
/// assert_eq!((drop.count, drop.octets), (2, 320));
/// assert!(DropListing::parse(b"seven 1800662", Quirks::ALL).is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a drop listing is this and nothing else")]
pub struct DropListing {
    /// How many messages are not marked as deleted.
    pub count: u32,
    /// Their size in octets, every line end counted as two.
    pub octets: u64,
}

/// How large a message is: a line of the answer to LIST.
///
/// ```
/// use mailwire_pop3::{Quirk, Quirks, ScanListing};
///
/// let (scan, seen) = ScanListing::parse(b"1 120 (seen)", Quirks::ALL)?;
/// assert_eq!((scan.number.get(), scan.octets), (1, 120));
/// assert!(seen.contains(Quirk::ExtraText));
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a scan listing is this and nothing else")]
pub struct ScanListing {
    /// Which message.
    pub number: MessageNumber,
    /// Its size in octets, every line end counted as two.
    pub octets: u64,
}

/// What a message is called in every session: a line of the answer to UIDL.
///
/// ```
/// use mailwire_pop3::{Quirks, UniqueIdListing};
///
/// let (listing, _) = UniqueIdListing::parse("2 QhdPYR:00WBw1Ph7x7".into(), Quirks::NONE)?;
/// assert_eq!((listing.number.get(), listing.id.as_str()), (2, "QhdPYR:00WBw1Ph7x7"));
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a unique-id listing is this and nothing else")]
pub struct UniqueIdListing {
    /// Which message.
    pub number: MessageNumber,
    /// Its unique-id.
    pub id: UniqueId,
}

/// A language that a server knows: a line of the answer to LANG, or the text of it.
///
/// ```
/// use mailwire_pop3::LanguageListing;
///
/// let listing = LanguageListing::parse("en-boont English Boontling dialect".into())?;
/// assert_eq!(listing.tag().as_str(), "en-boont");
/// assert_eq!(listing.description(), "English Boontling dialect");
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LanguageListing {
    tag: LanguageTag,
    description: Bytes,
}

impl DropListing {
    /// Reads the text of the reply to STAT. Also says which of the tolerated quirks it needed.
    pub fn parse(text: &[u8], tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        let mut words = Words::new(text, tolerated);
        let (at, count) = words.number()?;
        let count = u32::try_from(count).map_err(|_| ParseErrorKind::BadNumber.at(at))?;
        let octets = words.number()?.1;
        Ok((Self { count, octets }, words.end()?))
    }

    /// Appends the listing as it goes on the wire, without a line end.
    pub fn encode(&self, out: &mut BytesMut) {
        number::put(self.count.into(), out);
        out.put_u8(b' ');
        number::put(self.octets, out);
    }
}

impl ScanListing {
    /// Reads a line of the listing, given without its line end, or the text of the reply to LIST with a
    /// number. Also says which of the tolerated quirks it needed.
    pub fn parse(line: &[u8], tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        if let Some((scan, len)) = Self::leading(line)
            && len == line.len()
        {
            return Ok((scan, Quirks::NONE));
        }
        Self::parse_tolerant(line, tolerated)
    }

    fn parse_tolerant(line: &[u8], tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        let mut words = Words::new(line, tolerated);
        let number = words.message_number()?;
        let octets = words.number()?.1;
        Ok((Self { number, octets }, words.end()?))
    }

    /// The listing that a text starts with, and its length; `None` if something in it may have to be
    /// tolerated.
    #[inline(always)]
    pub(crate) fn leading(text: &[u8]) -> Option<(Self, usize)> {
        let (number, rest) = MessageNumber::leading(text)?;
        let (octets, rest) = number::leading(rest)?;
        Some((Self { number, octets }, text.len() - rest.len()))
    }

    /// Appends the listing as it goes on the wire, without a line end.
    pub fn encode(&self, out: &mut BytesMut) {
        number::put(self.number.get().into(), out);
        out.put_u8(b' ');
        number::put(self.octets, out);
    }
}

impl UniqueIdListing {
    /// Reads a line of the listing, given without its line end, or the text of the reply to UIDL with a
    /// number. Also says which of the tolerated quirks it needed.
    pub fn parse(line: Bytes, tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        Self::parse_ref(BytesRef::from(&line), tolerated)
    }

    /// The same where the line lies: a short unique-id does not touch its reference count.
    pub fn parse_ref(line: BytesRef<'_>, tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        if let Some((listing, len)) = Self::leading(line)
            && len == line.len()
        {
            return Ok((listing, Quirks::NONE));
        }
        Self::parse_tolerant(line, tolerated)
    }

    fn parse_tolerant(line: BytesRef<'_>, tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        let mut words = Words::new(line.as_bytes(), tolerated);
        let number = words.message_number()?;
        let (at, id) = words.next()?;
        let id = UniqueId::parse(line.slice(at..at + id.len()), &mut words.tolerance);
        let id = id.map_err(|error| error.shifted(at))?;
        Ok((Self { number, id }, words.end()?))
    }

    /// The listing that a text starts with, and its length; `None` if something in it may have to be
    /// tolerated.
    #[inline(always)]
    pub(crate) fn leading(text: BytesRef<'_>) -> Option<(Self, usize)> {
        let (number, rest) = MessageNumber::leading(text.as_bytes())?;
        let start = text.len() - rest.len();
        let (id, len) = UniqueId::leading(text.slice(start..))?;
        Some((Self { number, id }, start + len))
    }

    /// Appends the listing as it goes on the wire, without a line end.
    pub fn encode(&self, out: &mut BytesMut) {
        number::put(self.number.get().into(), out);
        out.put_u8(b' ');
        out.put_slice(self.id.as_bytes());
    }
}

impl LanguageListing {
    /// A listing; the description, in the language itself, may be empty.
    ///
    /// ```
    /// use mailwire_pop3::{LanguageListing, LanguageTag};
    ///
    /// let german = LanguageListing::new(LanguageTag::new("de")?, "Deutsch")?;
    /// assert_eq!(german.description(), "Deutsch");
    /// assert!(LanguageListing::new(LanguageTag::new("de")?, "a\r\nb").is_err());
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn new(tag: LanguageTag, description: &str) -> Result<Self, ParseError> {
        if let Some(at) = memchr3(b'\r', b'\n', 0, description.as_bytes()) {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        Ok(Self { tag, description: Bytes::copy_from_slice(description.as_bytes()) })
    }

    /// Reads a line of the listing, given without its line end.
    pub fn parse(line: Bytes) -> Result<Self, ParseError> {
        if let Some(at) = memchr3(b'\r', b'\n', 0, &line) {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        let len = line.iter().position(|octet| *octet == b' ').unwrap_or(line.len());
        let tag = LanguageTag::parse(BytesRef::from(&line).slice(..len))?;
        Ok(Self { tag, description: line.slice((len + 1).min(line.len())..) })
    }

    /// The tag of the language.
    #[must_use]
    pub fn tag(&self) -> &LanguageTag {
        &self.tag
    }

    /// What the language calls itself. What is not UTF-8 shows as U+FFFD.
    #[must_use]
    pub fn description(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.description)
    }

    /// Appends the listing as it goes on the wire, without a line end.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.tag.as_str().as_bytes());
        if !self.description.is_empty() {
            out.put_u8(b' ');
            out.put_slice(&self.description);
        }
    }
}

/// The words of a line.
struct Words<'a> {
    line: &'a [u8],
    at: usize,
    tolerance: Tolerance,
}

impl<'a> Words<'a> {
    fn new(line: &'a [u8], tolerated: Quirks) -> Self {
        Self { line, at: 0, tolerance: Tolerance::new(tolerated) }
    }

    /// The next word, and where it starts.
    fn next(&mut self) -> Result<(usize, &'a [u8]), ParseError> {
        let rest = &self.line[self.at..];
        let blanks = rest.iter().take_while(|octet| matches!(octet, b' ' | b'\t')).count();
        let start = self.at + blanks;
        if start == self.line.len() {
            return Err(ParseErrorKind::MissingArgument.at(start));
        }
        let right = match rest[..blanks] {
            [] => self.at == 0,
            [b' '] => self.at > 0,
            _ => false,
        };
        if !right {
            let quirk = if self.at == 0 { Quirk::LeadingBlank } else { Quirk::ExtraBlank };
            if !self.tolerance.allows(quirk) {
                return Err(ParseErrorKind::BadArgument.at(self.at));
            }
        }
        let word = &self.line[start..];
        let len = word.iter().position(|octet| matches!(octet, b' ' | b'\t')).unwrap_or(word.len());
        self.at = start + len;
        Ok((start, &word[..len]))
    }

    fn number(&mut self) -> Result<(usize, u64), ParseError> {
        let (at, word) = self.next()?;
        decimal(word).map(|number| (at, number)).map_err(|error| error.shifted(at))
    }

    fn message_number(&mut self) -> Result<MessageNumber, ParseError> {
        let (at, word) = self.next()?;
        MessageNumber::parse(word).map_err(|error| error.shifted(at))
    }

    /// What quirks there were, with what is left of the line.
    fn end(mut self) -> Result<Quirks, ParseError> {
        let rest = &self.line[self.at..];
        if rest.is_empty() {
            return Ok(self.tolerance.seen);
        }
        let blank = rest.iter().all(|octet| matches!(octet, b' ' | b'\t'));
        let quirk = if blank { Quirk::TrailingBlank } else { Quirk::ExtraText };
        if self.tolerance.allows(quirk) {
            return Ok(self.tolerance.seen);
        }
        Err(ParseErrorKind::UnexpectedArgument.at(self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn what_is_read_in_one_pass_is_what_the_tolerant_way_reads() {
        let long = ["x".repeat(70), "x".repeat(71)];
        let odd = ["", " ", "\t", "0", "00", "01", "+1", "1x", "\u{661}", "a\x7f", "a\0", "!~"];
        let numbers = ["1", "10", "4294967295", "4294967296", "9999999999999999999"];
        let huge = ["10000000000000000000", "18446744073709551615", "18446744073709551616"];
        let words = || odd.into_iter().chain(numbers).chain(huge).chain(long.iter().map(|x| &**x));
        let mut plain = 0;
        for (first, second) in words().flat_map(|first| words().map(move |second| (first, second)))
        {
            for (blank, end) in [(" ", ""), (" ", " "), (" ", " more"), ("  ", ""), ("\t", "")] {
                let line = Bytes::from(format!("{first}{blank}{second}{end}"));
                let text = BytesRef::from(&line);
                let scan = ScanListing::parse_tolerant(&line, Quirks::NONE);
                assert_eq!(ScanListing::parse(&line, Quirks::NONE), scan, "{line:?}");
                let id = UniqueIdListing::parse_tolerant(text, Quirks::NONE);
                assert_eq!(UniqueIdListing::parse_ref(text, Quirks::NONE), id, "{line:?}");
                let whole = Some(line.len());
                plain += u32::from(ScanListing::leading(&line).map(|(_, len)| len) == whole);
                plain += u32::from(UniqueIdListing::leading(text).map(|(_, len)| len) == whole);
            }
        }
        assert!(plain > 20, "{plain}");
    }
}
