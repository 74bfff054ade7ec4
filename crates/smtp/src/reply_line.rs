//! One line of a reply ([RFC 5321 §4.2]).
//!
//! [RFC 5321 §4.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2
use alloc::{borrow::Cow, string::String};
use core::iter::FusedIterator;

use mailwire_core::LineEnd;
use memchr::memchr;

use crate::EnhancedCode;

/// One line of a [`Reply`](crate::Reply), as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyLine<'a> {
    /// The code of this line. All lines should have the same; see
    /// [`Reply::codes_agree`](crate::Reply::codes_agree).
    pub code: u16,
    /// What stands behind the code and its blank or dash. Any octets but LF; often, not always, UTF-8.
    pub text: &'a [u8],
    /// How the line ended: CRLF, unless the peer is at fault.
    pub end: LineEnd,
}

impl<'a> ReplyLine<'a> {
    /// The enhanced status code at the start of the text.
    #[must_use]
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        EnhancedCode::at_start(self.text).map(|(code, _)| code)
    }

    /// The text without the enhanced status code in front of it.
    ///
    /// ```
    /// use mailwire_smtp::Reply;
    ///
    /// let reply = Reply::new(550, "5.1.1 No such user")?;
    /// assert_eq!(reply.lines().next().unwrap().message(), b"No such user");
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    #[must_use]
    pub fn message(&self) -> &'a [u8] {
        let rest =
            EnhancedCode::at_start(self.text).map_or(self.text, |(_, len)| &self.text[len..]);
        if rest.len() == self.text.len() { rest } else { rest.strip_prefix(b" ").unwrap_or(rest) }
    }

    /// The text; what is not UTF-8 is shown as `U+FFFD`.
    #[must_use]
    pub fn to_str_lossy(&self) -> Cow<'a, str> {
        match core::str::from_utf8(self.text) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(self.text),
        }
    }

    /// Reads a line that [`code_of`] has accepted.
    #[inline]
    pub(crate) fn new(line: &'a [u8]) -> Self {
        let (content, end) = match line {
            [content @ .., b'\r', b'\n'] => (content, LineEnd::CrLf),
            [content @ .., b'\n'] => (content, LineEnd::Lf),
            content => (content, LineEnd::Lf),
        };
        // Without a blank or a dash, the text starts behind the digits.
        let from = if matches!(content.get(3), Some(b' ' | b'-')) { 4 } else { 3 };
        Self { code: digits(content), text: content.get(from..).unwrap_or_default(), end }
    }
}

/// The lines of a reply, in order.
#[derive(Clone, Debug, Default)]
pub struct ReplyLines<'a> {
    /// Checked lines, each with its line end.
    rest: &'a [u8],
    /// Where the last of them starts.
    last: usize,
}

impl<'a> ReplyLines<'a> {
    pub(crate) fn new(checked: &'a [u8], last: usize) -> Self {
        Self { rest: checked, last }
    }
}

impl<'a> Iterator for ReplyLines<'a> {
    type Item = ReplyLine<'a>;

    #[inline]
    fn next(&mut self) -> Option<ReplyLine<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = if self.last == 0 { None } else { line_feed(self.rest) };
        let (line, rest) = self.rest.split_at(end.map_or(self.rest.len(), |lf| lf + 1));
        self.rest = rest;
        self.last = self.last.saturating_sub(line.len());
        Some(ReplyLine::new(line))
    }
}

impl FusedIterator for ReplyLines<'_> {}

/// The code at the start of a line: three digits, no fourth, from 200 to 599.
#[inline]
pub(crate) const fn code_of(line: &[u8]) -> Option<u16> {
    match line {
        [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', ..] => None,
        [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', ..] => Some(digits(line)),
        _ => None,
    }
}

/// Whether a line, with or without its line end, says that another one follows.
///
/// A line without a good code is the last one: what follows it cannot be known.
#[inline]
pub(crate) fn continues(line: &[u8]) -> bool {
    line.get(3) == Some(&b'-') && code_of(line).is_some()
}

/// Where the first LF is. Most lines are so short that to call for vector code costs more than it saves.
#[inline]
pub(crate) fn line_feed(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let mut at = 0;
    while let Some(word) = text[at..].first_chunk() {
        let word = u64::from_le_bytes(*word) ^ (ONES * b'\n' as u64);
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
        if at == SHORT {
            break;
        }
    }
    let rest = &text[at..];
    let lf = if rest.len() < 8 {
        rest.iter().position(|&octet| octet == b'\n')
    } else {
        memchr(b'\n', rest)
    };
    lf.map(|lf| at + lf)
}

const SHORT: usize = 48;

const fn digits(line: &[u8]) -> u16 {
    (line[0] - b'0') as u16 * 100 + (line[1] - b'0') as u16 * 10 + (line[2] - b'0') as u16
}
