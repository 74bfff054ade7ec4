//! The tokens of the grammar, read from a frame (RFC 9051 §4, §9).

mod number;
mod simple;
mod skip;
mod string;

pub(crate) use number::leading_number;
pub(crate) use simple::{plain_chars, simple_address, simple_param};
pub(crate) use string::{StringSpan, Stringish, unescape};

use crate::{Frame, Leniency, ParseError, ParseErrorKind, Quirk, Repairs, Side};
use mailwire_core::{ByteSet, BytesRef};

/// How a frame is read.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Frame, Leniency, ReadOptions, Response};
///
/// let frame = Frame::new(Bytes::from("* STATUS Sent Items (MESSAGES 3)\r\n"));
/// let mut options = ReadOptions::default();
/// assert!(Response::parse(&frame, options).is_ok_and(|read| !read.repairs.is_empty()));
/// options.leniency = Leniency::Strict;
/// assert!(Response::parse(&frame, options).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Whether what the RFCs do not allow is understood.
    pub leniency: Leniency,
    /// Whether UTF-8 may stand in quoted strings: IMAP4rev2 or UTF8=ACCEPT is enabled.
    pub utf8: bool,
    /// How deep parentheses may nest.
    pub depth: usize,
    /// How many items a list may have. The numbers of SEARCH and SORT are no list: they are kept as the
    /// octets that came, however many they are.
    pub items: usize,
}

impl ReadOptions {
    /// Lenient, wide limits.
    pub const STANDARD: Self =
        Self { leniency: Leniency::Lenient, utf8: false, depth: 100, items: 1_000_000 };
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// A place in a frame.
#[derive(Debug)]
pub(crate) struct Cursor<'f> {
    frame: &'f Frame,
    /// The octets, the last line end not among them.
    octets: &'f [u8],
    at: usize,
    side: Side,
    options: ReadOptions,
    repairs: Repairs,
}

impl<'f> Cursor<'f> {
    /// At the beginning of a command.
    pub(crate) fn of_command(frame: &'f Frame, options: ReadOptions) -> Self {
        Self { side: Side::Commands, ..Self::new(frame, options) }
    }

    /// At the beginning of a response.
    #[inline(always)]
    pub(crate) fn new(frame: &'f Frame, options: ReadOptions) -> Self {
        let octets = frame.wire();
        let (octets, bare) = match &octets[..] {
            // The octets of a streamed literal come next: no line end is the last.
            octets if frame.is_streamed(octets.len()) => (octets, false),
            [octets @ .., b'\r', b'\n'] => (octets, false),
            [octets @ .., b'\n'] => (octets, true),
            octets => (octets, false),
        };
        let (side, repairs) = (Side::Responses, Repairs::default());
        let mut cursor = Self { frame, octets, at: 0, side, options, repairs };
        if bare {
            cursor.note(Quirk::BareLf, octets.len());
        }
        cursor
    }

    /// At the beginning, whose line end strict readers want to be whole.
    pub(crate) fn check_line_end(&self) -> Result<(), ParseError> {
        if self.is_lenient() || self.repairs.is_empty() {
            Ok(())
        } else {
            Err(ParseErrorKind::BadArgument.at(self.octets.len()))
        }
    }

    /// Back at a place that was read before, where all was understood: nobody asks for repairs again.
    pub(crate) fn resume(frame: &'f Frame, at: usize) -> Self {
        Self { at, ..Self::new(frame, ReadOptions::STANDARD) }
    }

    pub(crate) fn frame(&self) -> &'f Frame {
        self.frame
    }

    /// Places can be kept in 32 bits: frames of 4 GiB are refused by those who keep some.
    pub(crate) fn expect_small(&self) -> Result<(), ParseError> {
        let is_small = u32::try_from(self.octets.len()).is_ok_and(|len| len < u32::MAX);
        if is_small { Ok(()) } else { Err(ParseErrorKind::TooMany.at(self.at)) }
    }

    /// The place, small enough to keep.
    pub(crate) fn offset(&self) -> u32 {
        u32::try_from(self.at).expect("asked before")
    }

    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to a place that [`at`](Self::at) gave.
    #[inline]
    pub(crate) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    #[inline]
    pub(crate) fn options(&self) -> ReadOptions {
        self.options
    }

    pub(crate) fn into_repairs(self) -> Repairs {
        self.repairs
    }

    /// What was tolerated so far; it is forgotten here.
    #[inline]
    pub(crate) fn take_repairs(&mut self) -> Repairs {
        core::mem::take(&mut self.repairs)
    }

    /// What was tolerated is what it was before.
    pub(crate) fn restore_repairs(&mut self, repairs: Repairs) {
        self.repairs = repairs;
    }

    /// Everything that is left, the last line end not among it.
    #[inline]
    pub(crate) fn rest(&self) -> &'f [u8] {
        &self.octets[self.at..]
    }

    pub(crate) fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// The octet before that place.
    pub(crate) fn byte_before(&self, at: usize) -> Option<u8> {
        self.frame().wire().get(at.checked_sub(1)?).copied()
    }

    /// Notes something that is tolerated in any case.
    #[cold]
    pub(crate) fn note(&mut self, quirk: Quirk, offset: usize) {
        self.repairs.push(quirk, offset);
    }

    /// From that place up to here.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> BytesRef<'f> {
        self.slice(start, self.at)
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    #[inline]
    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.octets.len()
    }

    /// Goes on; the caller has seen that there is as much.
    #[inline]
    pub(crate) fn advance(&mut self, len: usize) {
        debug_assert!(len <= self.rest().len(), "beyond the end");
        self.at += len;
    }

    /// Takes the octet if it is next.
    #[inline]
    pub(crate) fn eat(&mut self, octet: u8) -> bool {
        let is_next = self.peek() == Some(octet);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes the octet, which must be next.
    #[inline]
    pub(crate) fn expect(&mut self, octet: u8) -> Result<(), ParseError> {
        if self.eat(octet) { Ok(()) } else { Err(self.error()) }
    }

    /// Takes the text if it is next, in whatever case.
    #[inline]
    pub(crate) fn eat_keyword(&mut self, keyword: &[u8]) -> bool {
        let is_next =
            self.rest().get(..keyword.len()).is_some_and(|next| next.eq_ignore_ascii_case(keyword));
        if is_next {
            self.at += keyword.len();
        }
        is_next
    }

    /// Takes the word if it is next and a space or nothing follows it, in whatever case.
    pub(crate) fn eat_word(&mut self, word: &[u8]) -> bool {
        let start = self.at;
        let is_next = self.eat_keyword(word) && matches!(self.peek(), None | Some(b' '));
        if !is_next {
            self.at = start;
        }
        is_next
    }

    /// `SP`. More of them are a quirk.
    #[inline]
    pub(crate) fn space(&mut self) -> Result<(), ParseError> {
        self.expect(b' ')?;
        if self.peek() == Some(b' ') {
            self.skip_extra_spaces();
        }
        Ok(())
    }

    /// Whether an item follows the one that was read: `SP`. One before the line end is a quirk.
    pub(crate) fn has_next(&mut self) -> Result<bool, ParseError> {
        let start = self.at;
        if self.peek() != Some(b' ') {
            return Ok(false);
        }
        self.space()?;
        if self.is_at_end() {
            self.tolerate(Quirk::TrailingSpace, start)?;
            return Ok(false);
        }
        Ok(true)
    }

    /// `SP`, or nothing where the list is closed.
    #[inline]
    pub(crate) fn space_or_close(&mut self) -> Result<(), ParseError> {
        self.skip_extra_spaces_before(b')');
        if self.peek() == Some(b')') {
            return Ok(());
        }
        let start = self.at;
        self.space()?;
        if self.peek() == Some(b')') {
            return Err(ParseErrorKind::BadArgument.at(start));
        }
        Ok(())
    }

    /// Spaces that should not be there.
    #[inline]
    pub(crate) fn skip_extra_spaces(&mut self) {
        while self.peek() == Some(b' ') && self.is_lenient() {
            self.note(Quirk::ExtraSpace, self.at);
            self.at += 1;
        }
    }

    /// Spaces that should not be there, if this follows them.
    #[inline]
    pub(crate) fn skip_extra_spaces_before(&mut self, octet: u8) {
        if self.peek() != Some(b' ') {
            return;
        }
        let spaces = self.rest().iter().take_while(|octet| **octet == b' ').count();
        if self.rest().get(spaces) == Some(&octet) {
            self.skip_extra_spaces();
        }
    }

    /// The end of the frame. Spaces before it are a quirk.
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), ParseError> {
        while self.peek() == Some(b' ') && self.is_lenient() {
            self.repairs.push(Quirk::TrailingSpace, self.at);
            self.at += 1;
        }
        if self.is_at_end() { Ok(()) } else { Err(ParseErrorKind::TrailingText.at(self.at)) }
    }

    /// A part of the frame.
    #[inline]
    pub(crate) fn slice(&self, from: usize, to: usize) -> BytesRef<'f> {
        BytesRef::from(self.frame.wire()).slice(from..to)
    }

    /// The octets of this class that are next; there must be one.
    #[inline]
    pub(crate) fn span(&mut self, class: &ByteSet) -> Result<BytesRef<'f>, ParseError> {
        let start = self.at;
        self.at += span(class, self.rest());
        if self.at == start { Err(self.error()) } else { Ok(self.since(start)) }
    }

    /// Whether it is a server that is read.
    pub(crate) fn is_response(&self) -> bool {
        self.side == Side::Responses
    }

    #[inline]
    pub(crate) fn is_lenient(&self) -> bool {
        self.options.leniency == Leniency::Lenient
    }

    /// Notes the quirk and goes on, or says that it is an error.
    #[cold]
    pub(crate) fn tolerate(&mut self, quirk: Quirk, offset: usize) -> Result<(), ParseError> {
        self.repairs.push(quirk, offset);
        if self.is_lenient() { Ok(()) } else { Err(ParseErrorKind::BadArgument.at(offset)) }
    }

    /// Something else belongs here.
    #[cold]
    pub(crate) fn error(&self) -> ParseError {
        let kind = if self.is_at_end() {
            ParseErrorKind::MissingArgument
        } else {
            ParseErrorKind::BadArgument
        };
        kind.at(self.at)
    }
}

/// As [`ByteSet::span`], four at a time: words are short, but seldom of one octet.
#[inline]
fn span(class: &ByteSet, text: &[u8]) -> usize {
    let (fours, rest) = text.as_chunks::<4>();
    for (i, four) in fours.iter().enumerate() {
        if let Some(end) = four.iter().position(|octet| !class.contains(*octet)) {
            return 4 * i + end;
        }
    }
    4 * fours.len() + class.span(rest)
}
