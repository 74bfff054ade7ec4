//! The tokens of the grammar, read from a frame (RFC 9051 §4, §9).

mod number;
mod skip;
mod string;

pub(crate) use string::{StringSpan, Stringish, unescape};

use crate::{Frame, Leniency, ParseError, ParseErrorKind, Quirk, Repairs, Side};
use mailwire_core::{ByteSet, BytesRef};

/// How a frame is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Whether what the RFCs do not allow is understood.
    pub leniency: Leniency,
    /// Whether UTF-8 may stand in quoted strings: IMAP4rev2 or UTF8=ACCEPT is enabled.
    pub utf8: bool,
    /// How deep parentheses may nest.
    pub depth: usize,
    /// How many items a list may have.
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
    wire: BytesRef<'f>,
    at: usize,
    /// Where the last line end begins.
    end: usize,
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
    pub(crate) fn new(frame: &'f Frame, options: ReadOptions) -> Self {
        let wire = BytesRef::from(frame.wire());
        let end = match *wire {
            // The octets of a streamed literal come next: no line end is the last.
            _ if frame.is_streamed(wire.len()) => wire.len(),
            [.., b'\r', b'\n'] => wire.len() - 2,
            [.., b'\n'] => wire.len() - 1,
            _ => wire.len(),
        };
        let (side, repairs) = (Side::Responses, Repairs::default());
        let mut cursor = Self { frame, wire, at: 0, end, side, options, repairs };
        if wire.len() - end == 1 {
            cursor.repairs.push(Quirk::BareLf, end);
        }
        cursor
    }

    /// Back at a place that was read before, where all was understood: nobody asks for repairs again.
    pub(crate) fn resume(frame: &'f Frame, at: u32) -> Self {
        Self { at: at as usize, ..Self::new(frame, ReadOptions::STANDARD) }
    }

    pub(crate) fn frame(&self) -> &'f Frame {
        self.frame
    }

    /// The place, small enough to keep. Frames are shorter than 4 GiB.
    pub(crate) fn offset(&self) -> u32 {
        u32::try_from(self.at).expect("frames are limited")
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to a place that [`at`](Self::at) gave.
    pub(crate) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(crate) fn options(&self) -> ReadOptions {
        self.options
    }

    pub(crate) fn into_repairs(self) -> Repairs {
        self.repairs
    }

    /// Everything that is left, the last line end not among it.
    pub(crate) fn rest(&self) -> &'f [u8] {
        &self.wire.as_bytes()[self.at..self.end]
    }

    /// Everything before this place.
    pub(crate) fn behind(&self) -> &'f [u8] {
        &self.wire.as_bytes()[..self.at]
    }

    pub(crate) fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Notes something that is tolerated in any case.
    #[cold]
    pub(crate) fn note(&mut self, quirk: Quirk, offset: usize) {
        self.repairs.push(quirk, offset);
    }

    /// From that place up to here.
    pub(crate) fn since(&self, start: usize) -> BytesRef<'f> {
        self.wire.slice(start..self.at)
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    /// Goes on; the caller has seen that there is as much.
    pub(crate) fn advance(&mut self, len: usize) {
        self.at += len;
    }

    /// Takes the octet if it is next.
    pub(crate) fn eat(&mut self, octet: u8) -> bool {
        let is_next = self.peek() == Some(octet);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes the octet, which must be next.
    pub(crate) fn expect(&mut self, octet: u8) -> Result<(), ParseError> {
        if self.eat(octet) { Ok(()) } else { Err(self.error()) }
    }

    /// Takes the text if it is next, in whatever case.
    pub(crate) fn eat_keyword(&mut self, keyword: &[u8]) -> bool {
        let is_next =
            self.rest().get(..keyword.len()).is_some_and(|next| next.eq_ignore_ascii_case(keyword));
        if is_next {
            self.at += keyword.len();
        }
        is_next
    }

    /// `SP`. More of them are a quirk.
    pub(crate) fn space(&mut self) -> Result<(), ParseError> {
        self.expect(b' ')?;
        self.skip_extra_spaces();
        Ok(())
    }

    /// `SP`, or nothing where the list is closed.
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
    pub(crate) fn skip_extra_spaces(&mut self) {
        while self.peek() == Some(b' ') && self.is_lenient() {
            self.repairs.push(Quirk::ExtraSpace, self.at);
            self.at += 1;
        }
    }

    /// Spaces that should not be there, if this follows them.
    pub(crate) fn skip_extra_spaces_before(&mut self, octet: u8) {
        let spaces = self.rest().iter().take_while(|octet| **octet == b' ').count();
        if spaces > 0 && self.rest().get(spaces) == Some(&octet) {
            self.skip_extra_spaces();
        }
    }

    /// The end of the frame. Spaces before it are a quirk.
    pub(crate) fn end(&mut self) -> Result<(), ParseError> {
        while self.peek() == Some(b' ') && self.is_lenient() {
            self.repairs.push(Quirk::TrailingSpace, self.at);
            self.at += 1;
        }
        if self.is_at_end() { Ok(()) } else { Err(ParseErrorKind::TrailingText.at(self.at)) }
    }

    /// The octets of this class that are next; there must be one.
    pub(crate) fn span(&mut self, class: &ByteSet) -> Result<BytesRef<'f>, ParseError> {
        let start = self.at;
        self.at += class.span(self.rest());
        if self.at == start { Err(self.error()) } else { Ok(self.since(start)) }
    }

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
