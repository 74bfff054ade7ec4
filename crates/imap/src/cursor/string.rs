//! Strings: quoted, literal, bare (RFC 9051 §4.3).

use super::Cursor;
use crate::{
    Literal, ParseError, ParseErrorKind, Quirk,
    class::{ASTRING_CHAR, QUOTED_CHAR},
};
use alloc::vec::Vec;
use mailwire_core::{BytesRef, Octets};

/// A string, or where it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stringish {
    /// `NIL`
    Nil,
    /// The octets.
    Octets(Octets),
    /// A literal of so many octets that was streamed.
    Streamed(u64),
}

impl<'f> Cursor<'f> {
    /// `string = quoted / literal`, `literal8` included
    pub(crate) fn string(&mut self) -> Result<Octets, ParseError> {
        let start = self.at();
        match self.stringish()? {
            Stringish::Octets(octets) => Ok(octets),
            Stringish::Nil | Stringish::Streamed(_) => Err(ParseErrorKind::BadString.at(start)),
        }
    }

    /// `astring = 1*ASTRING-CHAR / string`
    pub(crate) fn astring(&mut self) -> Result<Octets, ParseError> {
        match self.peek() {
            Some(b'"' | b'{' | b'~') => self.string(),
            _ => Ok(Octets::from_ref(self.span(&ASTRING_CHAR)?)),
        }
    }

    /// `nstring = string / nil`
    pub(crate) fn nstring(&mut self) -> Result<Option<Octets>, ParseError> {
        let start = self.at();
        match self.stringish()? {
            Stringish::Octets(octets) => Ok(Some(octets)),
            Stringish::Nil => Ok(None),
            Stringish::Streamed(_) => Err(ParseErrorKind::BadString.at(start)),
        }
    }

    /// A string, NIL, or a literal that was streamed.
    pub(crate) fn stringish(&mut self) -> Result<Stringish, ParseError> {
        match self.peek() {
            Some(b'"') => self.quoted().map(Stringish::Octets),
            Some(b'{' | b'~') => self.literal(),
            _ if self.eat_keyword(b"NIL") => Ok(Stringish::Nil),
            _ => Err(self.error()),
        }
    }

    /// `literal`, `literal8`
    fn literal(&mut self) -> Result<Stringish, ParseError> {
        let start = self.at();
        let error = ParseErrorKind::BadString.at(start);
        let rest = self.rest();
        let close = memchr::memchr(b'}', rest).ok_or(error)?;
        let (literal, at) = Literal::find(&rest[..=close]).ok_or(error)?;
        let line_end = match rest[close + 1..] {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return Err(error),
        };
        if at > 0 {
            return Err(error);
        }
        self.advance(close + 1 + line_end);
        if self.is_streamed() {
            return Ok(Stringish::Streamed(literal.size));
        }
        let size = usize::try_from(literal.size).map_err(|_| error)?;
        if size > self.rest().len() {
            return Err(error);
        }
        let from = self.at();
        self.advance(size);
        let octets = self.since(from);
        if !literal.binary && memchr::memchr(0, &octets).is_some() {
            self.tolerate(Quirk::NulInString, from)?;
        }
        Ok(Stringish::Octets(Octets::from_ref(octets)))
    }

    /// `quoted = DQUOTE *QUOTED-CHAR DQUOTE`
    fn quoted(&mut self) -> Result<Octets, ParseError> {
        let start = self.at();
        self.advance(1);
        let from = self.at();
        let plain = QUOTED_CHAR.span(self.rest());
        self.advance(plain);
        if self.peek() == Some(b'"') {
            let content = self.since(from);
            self.advance(1);
            return Ok(Octets::from_ref(content));
        }
        self.odd_quoted(start, from)
    }

    /// One with escapes, or with what should not be in it.
    #[cold]
    fn odd_quoted(&mut self, start: usize, from: usize) -> Result<Octets, ParseError> {
        let error = ParseErrorKind::BadString.at(start);
        let mut content = Vec::from(&*self.since(from));
        let (mut eight_bit, mut nul) = (None, None);
        loop {
            let octet = self.peek().ok_or(error)?;
            let at = self.at();
            self.advance(1);
            match octet {
                b'"' => break,
                b'\\' => {
                    let escaped =
                        self.peek().filter(|octet| !b"\r\n".contains(octet)).ok_or(error)?;
                    self.advance(1);
                    if !b"\"\\".contains(&escaped) {
                        // Nobody knows whether the backslash is meant.
                        self.tolerate(Quirk::BadEscape, at)?;
                        content.push(b'\\');
                    }
                    content.push(escaped);
                }
                b'\r' | b'\n' => return Err(error),
                0 => {
                    nul.get_or_insert(at);
                    content.push(0);
                }
                0x80.. => {
                    eight_bit.get_or_insert(at);
                    content.push(octet);
                }
                _ => content.push(octet),
            }
        }
        if let Some(at) = nul {
            self.tolerate(Quirk::NulInString, at)?;
        }
        if let Some(at) = eight_bit {
            if !self.options().utf8 || core::str::from_utf8(&content).is_err() {
                self.tolerate(Quirk::EightBitInQuoted, at)?;
            }
        }
        Ok(content.into())
    }

    /// Whether the literal whose octets would be here was streamed.
    fn is_streamed(&self) -> bool {
        self.frame.is_streamed(self.at())
    }

    /// `atom`-like text that ends where no atom can go on: a keyword, a number, a flag.
    pub(crate) fn bare(&mut self) -> Result<BytesRef<'f>, ParseError> {
        self.span(&ASTRING_CHAR)
    }
}
