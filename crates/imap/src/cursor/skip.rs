//! Over a value without knowing what it is.

use super::Cursor;
use crate::{ParseError, ParseErrorKind};
use mailwire_core::{ByteSet, BytesRef};

/// What ends a bare word: spaces, parentheses, quotes. A bracket is part of it: `BODY[HEADER]`.
const WORD: ByteSet = ByteSet::EMPTY.with_range(0x21, 0xff).without(b"()\"").without(b"\x7f");

impl<'f> Cursor<'f> {
    /// A string, a bare word, or a list of them in parentheses however deep, within the limit.
    pub(crate) fn skip_value(&mut self) -> Result<BytesRef<'f>, ParseError> {
        let start = self.at();
        if self.eat_keyword(b"NIL") && matches!(self.peek(), Some(b' ' | b')')) {
            return Ok(self.since(start));
        }
        self.back_to(start);
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some(b'(') => {
                    depth += 1;
                    if depth > self.options().depth {
                        return Err(ParseErrorKind::TooDeep.at(self.at()));
                    }
                    self.advance(1);
                    continue;
                }
                Some(b')') if depth > 0 => {
                    depth -= 1;
                    self.advance(1);
                }
                Some(b' ') if depth > 0 => {
                    self.advance(1);
                    continue;
                }
                Some(b'"') => {
                    self.string_span()?;
                    if !matches!(self.peek(), None | Some(b' ' | b'(' | b')' | b']')) {
                        return Err(self.error());
                    }
                }
                // A word may hold braces; only what is a literal is one.
                Some(b'{' | b'~') => {
                    let at = self.at();
                    if self.string_span().is_err() {
                        self.back_to(at);
                        self.span(&WORD)?;
                    }
                }
                _ => {
                    self.span(&WORD)?;
                }
            }
            if depth == 0 {
                return Ok(self.since(start));
            }
        }
    }

    /// Over `[…]` and `<…>`, if they come next.
    pub(crate) fn skip_brackets(&mut self) -> Result<(), ParseError> {
        for (open, close) in [(b'[', b']'), (b'<', b'>')] {
            if self.peek() == Some(open) {
                let len = memchr::memchr(close, self.rest()).ok_or_else(|| self.error())?;
                self.advance(len + 1);
            }
        }
        Ok(())
    }
}
