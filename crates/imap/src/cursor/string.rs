//! Strings: quoted, literal, bare (RFC 9051 §4.3).

use super::{
    Cursor,
    simple::{is_behind_string, plain_chars, simple_end},
};
use crate::{
    AString, Frame, Literal, ParseError, ParseErrorKind, Quirk, Side, class::ASTRING_CHAR,
};
use alloc::vec::Vec;
use bytes::Bytes;
use mailwire_core::{BytesRef, Octets};

/// Where a string is, before anything is copied or counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StringSpan {
    /// `NIL`
    Nil,
    /// These octets of the frame, as they are.
    Plain(usize, usize),
    /// What is between these two places, with backslashes to resolve.
    Escaped(usize, usize),
    /// A literal of so many octets that was streamed.
    Streamed(u64),
}

/// A string, or why there is none.
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
    /// A `string` that can be sent again.
    pub(crate) fn checked_string(&mut self) -> Result<AString, ParseError> {
        let start = self.at();
        self.string()?.try_into().map_err(|_| ParseErrorKind::BadString.at(start))
    }

    /// An `astring` that can be sent again.
    pub(crate) fn checked_astring(&mut self) -> Result<AString, ParseError> {
        let start = self.at();
        self.astring()?.try_into().map_err(|_| ParseErrorKind::BadString.at(start))
    }

    /// An `nstring` that can be sent again.
    pub(crate) fn checked_nstring(&mut self) -> Result<Option<AString>, ParseError> {
        let start = self.at();
        let string = self.nstring()?.map(AString::try_from).transpose();
        string.map_err(|_| ParseErrorKind::BadString.at(start))
    }

    /// `string = quoted / literal`, `literal8` included
    pub(crate) fn string(&mut self) -> Result<Octets, ParseError> {
        let start = self.at();
        self.nstring()?.ok_or(ParseErrorKind::BadString.at(start))
    }

    /// `astring = 1*ASTRING-CHAR / string`
    pub(crate) fn astring(&mut self) -> Result<Octets, ParseError> {
        if self.is_at_string() {
            return self.string();
        }
        Ok(Octets::from_ref(self.span(&ASTRING_CHAR)?))
    }

    /// Whether a quoted string or a literal comes next; `~` alone begins an atom too.
    pub(crate) fn is_at_string(&self) -> bool {
        matches!(self.rest(), [b'"' | b'{', ..] | [b'~', b'{', ..])
    }

    /// `nstring = string / nil`
    #[inline]
    pub(crate) fn nstring(&mut self) -> Result<Option<Octets>, ParseError> {
        let start = self.at();
        Ok(match self.string_span()? {
            StringSpan::Plain(from, to) => Some(Octets::from_ref(self.slice(from, to))),
            StringSpan::Nil => None,
            StringSpan::Escaped(from, to) => Some(unescape(&self.slice(from, to)).into()),
            StringSpan::Streamed(_) => return Err(ParseErrorKind::BadString.at(start)),
        })
    }

    /// A string that was understood before, though some proxies send `3D"…"`.
    pub(crate) fn nstring_behind_3d(&mut self) -> Option<Octets> {
        self.eat_keyword(b"3D");
        self.nstring().ok()?
    }

    /// `nstring / literal8`
    pub(crate) fn nstring8(&mut self) -> Result<Option<Octets>, ParseError> {
        let start = self.at();
        match self.stringish8()? {
            Stringish::Octets(octets) => Ok(Some(octets)),
            Stringish::Nil => Ok(None),
            Stringish::Streamed(_) => Err(ParseErrorKind::BadString.at(start)),
        }
    }

    /// A string, a `literal8`, NIL, or a literal that was streamed.
    pub(crate) fn stringish8(&mut self) -> Result<Stringish, ParseError> {
        let span = self.string_span8()?;
        Ok(match span {
            StringSpan::Nil => Stringish::Nil,
            StringSpan::Streamed(size) => Stringish::Streamed(size),
            StringSpan::Plain(from, to) => {
                Stringish::Octets(Octets::from_ref(self.slice(from, to)))
            }
            StringSpan::Escaped(from, to) => {
                Stringish::Octets(unescape(&self.slice(from, to)).into())
            }
        })
    }

    /// Whether the string that was found says this, in whatever case.
    pub(crate) fn is_word(&self, span: StringSpan, word: &[u8]) -> bool {
        match span {
            StringSpan::Plain(from, to) => self.slice(from, to).eq_ignore_ascii_case(word),
            StringSpan::Escaped(from, to) => {
                unescape(&self.slice(from, to)).eq_ignore_ascii_case(word)
            }
            StringSpan::Nil | StringSpan::Streamed(_) => false,
        }
    }

    /// The octets between those places as a buffer of its own: for bulk.
    pub(crate) fn bulk(&self, span: StringSpan) -> Option<Bytes> {
        match span {
            StringSpan::Nil | StringSpan::Streamed(_) => None,
            StringSpan::Plain(from, to) => Some(self.slice(from, to).to_bytes()),
            StringSpan::Escaped(from, to) => Some(unescape(&self.slice(from, to)).into()),
        }
    }

    /// Where the string is that comes next.
    #[inline]
    pub(crate) fn string_span(&mut self) -> Result<StringSpan, ParseError> {
        let start = self.at();
        match simple_end(self.octets, start) {
            Some(end) => {
                self.back_to(end.get());
                Ok(if self.octets[start] == b'N' {
                    StringSpan::Nil
                } else {
                    StringSpan::Plain(start + 1, end.get() - 1)
                })
            }
            None => self.odd_string(),
        }
    }

    /// The same where a `literal8` may stand too.
    pub(crate) fn string_span8(&mut self) -> Result<StringSpan, ParseError> {
        if self.peek() == Some(b'~') { self.literal() } else { self.string_span() }
    }

    /// A literal, or a string that is not simple.
    #[inline(never)]
    fn odd_string(&mut self) -> Result<StringSpan, ParseError> {
        match self.peek() {
            Some(b'"') => self.odd_quoted(self.at()),
            Some(b'{') => self.literal(),
            Some(b'~') => {
                let start = self.at();
                let span = self.literal()?;
                self.tolerate(Quirk::OddLiteral, start)?;
                Ok(span)
            }
            _ if self.eat_keyword(b"NIL") => Ok(StringSpan::Nil),
            _ => Err(self.error()),
        }
    }

    /// `literal`, `literal8`
    fn literal(&mut self) -> Result<StringSpan, ParseError> {
        let start = self.at();
        let error = ParseErrorKind::BadString.at(start);
        let rest = self.rest();
        let (literal, len) = Literal::starting(rest).ok_or(error)?;
        let is_minus = memchr::memchr(b'-', &rest[..len]).is_some();
        // Servers never ask, and `{n-}` is none of the forms of RFC 7888.
        if literal.non_synchronizing && (self.side == Side::Responses || is_minus) {
            self.tolerate(Quirk::OddLiteral, start)?;
        }
        self.advance(len);
        if rest[..len].ends_with(b"}\n") {
            self.tolerate(Quirk::BareLf, self.at() - 1)?;
        }
        if self.frame.is_streamed(self.at()) {
            return Ok(StringSpan::Streamed(literal.size));
        }
        let size = usize::try_from(literal.size).map_err(|_| error)?;
        if size > self.rest().len() {
            return Err(error);
        }
        let from = self.at();
        self.advance(size);
        if !literal.binary && memchr::memchr(0, &self.since(from)).is_some() {
            self.tolerate(Quirk::NulInString, from)?;
        }
        Ok(StringSpan::Plain(from, self.at()))
    }

    /// `quoted = DQUOTE *QUOTED-CHAR DQUOTE`
    ///
    /// One with escapes, or with what should not be in it.
    fn odd_quoted(&mut self, start: usize) -> Result<StringSpan, ParseError> {
        let error = ParseErrorKind::BadString.at(start);
        self.advance(1);
        self.advance(plain_chars(self.rest()));
        let (mut escaped, mut eight_bit, mut nul) = (false, None, None);
        loop {
            let octet = self.peek().ok_or(error)?;
            let at = self.at();
            self.advance(1);
            match octet {
                b'"' if self.is_behind_string() => break,
                b'"' => self.tolerate(Quirk::UnescapedQuote, at)?,
                b'\\' => {
                    escaped = true;
                    match self.peek().ok_or(error)? {
                        b'"' | b'\\' => {}
                        b'\r' | b'\n' => return Err(error),
                        _ => self.tolerate(Quirk::BadEscape, at)?,
                    }
                    self.advance(1);
                }
                b'\r' | b'\n' => return Err(error),
                0 => nul = nul.or(Some(at)),
                0x80.. => eight_bit = eight_bit.or(Some(at)),
                _ => {}
            }
        }
        let (from, to) = (start + 1, self.at() - 1);
        if let Some(at) = nul {
            self.tolerate(Quirk::NulInString, at)?;
        }
        let is_utf8 = || core::str::from_utf8(&self.slice(from, to)).is_ok();
        if let Some(at) = eight_bit.filter(|_| !self.options().utf8 || !is_utf8()) {
            self.tolerate(Quirk::EightBitInQuoted, at)?;
        }
        Ok(if escaped { StringSpan::Escaped(from, to) } else { StringSpan::Plain(from, to) })
    }

    /// Whether a quoted string can end here. Some servers do not escape the quotes in one; those are
    /// known by what follows them.
    fn is_behind_string(&self) -> bool {
        !self.is_lenient() || is_behind_string(self.peek())
    }

    /// A bare word: a keyword, an identifier.
    pub(crate) fn bare(&mut self) -> Result<BytesRef<'f>, ParseError> {
        self.span(&ASTRING_CHAR)
    }
}

impl Frame {
    /// The string that was read there before, and `at` behind it; nothing for NIL.
    #[inline]
    pub(crate) fn string_at(&self, at: &mut usize) -> Option<Octets> {
        if self.eat_nil_at(at) { None } else { self.some_string_at(at) }
    }

    /// Whether NIL is there; `at` behind it then.
    #[inline]
    pub(crate) fn eat_nil_at(&self, at: &mut usize) -> bool {
        let is_there = matches!(self.wire().get(*at..), Some([b'N', b'I', b'L', ..]));
        *at += if is_there { 3 } else { 0 };
        is_there
    }

    fn some_string_at(&self, at: &mut usize) -> Option<Octets> {
        let start = *at;
        let Some(end) = simple_end(self.wire(), start) else { return self.odd_string_at(at) };
        *at = end.get();
        self.simple_text(start, end.get())
    }

    /// The simple string between these places, or nothing for NIL.
    #[inline(always)]
    pub(crate) fn simple_text(&self, from: usize, to: usize) -> Option<Octets> {
        if self.wire().get(from) != Some(&b'"') {
            return None;
        }
        Some(Octets::from_ref(BytesRef::from(self.wire()).slice(from + 1..to - 1)))
    }

    #[inline(never)]
    fn odd_string_at(&self, at: &mut usize) -> Option<Octets> {
        let mut cursor = Cursor::resume(self, *at);
        let text = cursor.nstring_behind_3d();
        *at = cursor.at();
        text
    }

    /// Whether the octet there is this one; `at` behind it then.
    #[inline]
    pub(crate) fn eat_at(&self, at: &mut usize, octet: u8) -> bool {
        let is_there = self.wire().get(*at) == Some(&octet);
        *at += usize::from(is_there);
        is_there
    }
}

/// Without the backslashes before quotes and backslashes. Whether another one is meant nobody knows: it
/// stays.
pub(crate) fn unescape(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        plain.extend_from_slice(&rest[..at]);
        let escaped = rest.get(at + 1);
        if !matches!(escaped, Some(b'"' | b'\\')) {
            plain.push(b'\\');
        }
        plain.extend(escaped);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}
