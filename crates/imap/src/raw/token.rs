//! What values are made of.

use crate::cursor::unescape;
use crate::{Literal, class::WORD};
use alloc::borrow::Cow;

/// A piece of a [`Raw`](crate::Raw) value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §4 has no other")]
pub enum RawToken<'r> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// An atom, a number, a set, NIL: whatever is bare.
    Word(&'r [u8]),
    /// A quoted string or a literal, as it is meant.
    String(Cow<'r, [u8]>),
}

/// Reads tokens, each with whether a space comes before it. `None` for what is none, for ever.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'r> {
    rest: &'r [u8],
    before: Before,
    strict: bool,
}

/// What comes before a token, spaces aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    Open,
    Close,
    Text,
}

impl<'r> Tokens<'r> {
    pub(super) const fn new(wire: &'r [u8]) -> Self {
        Self { rest: wire, before: Before::Nothing, strict: false }
    }

    /// Only ASCII in words, NUL in no string but a `literal8`, spaces where they belong.
    pub(super) const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn token(&mut self) -> Option<(RawToken<'r>, bool)> {
        let spaces = self.rest.iter().take_while(|octet| **octet == b' ').count();
        self.rest = &self.rest[spaces..];
        let first = *self.rest.first()?;
        if self.strict && spaces > 0 {
            let between = !matches!(self.before, Before::Nothing | Before::Open) && first != b')';
            if spaces > 1 || !between {
                return None;
            }
        }
        // What can become a literal needs a space or a parenthesis before it.
        let apart = spaces > 0 || matches!(self.before, Before::Nothing | Before::Open);
        let (token, len) = match first {
            b'(' => (RawToken::Open, 1),
            b')' => (RawToken::Close, 1),
            b'"' if apart => self.quoted()?,
            b'"' => return None,
            b'{' | b'~' if apart => match self.literal() {
                Some(literal) => literal,
                None => self.word()?,
            },
            _ if apart || self.before == Before::Close => self.word()?,
            _ => return None,
        };
        self.before = match token {
            RawToken::Open => Before::Open,
            RawToken::Close => Before::Close,
            RawToken::Word(_) | RawToken::String(_) => Before::Text,
        };
        self.rest = &self.rest[len..];
        let is_apart = match token {
            RawToken::Open | RawToken::Close => true,
            RawToken::Word(_) | RawToken::String(_) => {
                matches!(self.rest.first(), None | Some(b' ' | b'(' | b')'))
            }
        };
        is_apart.then_some((token, spaces > 0))
    }

    fn quoted(&self) -> Option<(RawToken<'r>, usize)> {
        let mut at = 1;
        let mut escaped = false;
        loop {
            match *self.rest.get(at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at += 1;
                    if self.strict && !matches!(self.rest.get(at)?, b'"' | b'\\') {
                        return None;
                    }
                    if matches!(self.rest.get(at)?, b'\r' | b'\n') {
                        return None;
                    }
                }
                b'\r' | b'\n' => return None,
                0 if self.strict => return None,
                _ => {}
            }
            at += 1;
        }
        let content = &self.rest[1..at];
        let content = if escaped { unescape(content).into() } else { content.into() };
        Some((RawToken::String(content), at + 1))
    }

    fn literal(&self) -> Option<(RawToken<'r>, usize)> {
        let (literal, from) = Literal::starting(self.rest)?;
        let to = from.checked_add(usize::try_from(literal.size).ok()?)?;
        let octets = self.rest.get(from..to)?;
        if self.strict && !literal.binary && octets.contains(&0) {
            return None;
        }
        Some((RawToken::String(octets.into()), to))
    }

    /// A word, which does not look like the announcement of a literal at its end.
    fn word(&self) -> Option<(RawToken<'r>, usize)> {
        let word = &self.rest[..WORD.span(self.rest)];
        let possible = !word.is_empty()
            && Literal::announced_by(word).is_none()
            && (word.is_ascii() || !self.strict);
        possible.then_some((RawToken::Word(word), word.len()))
    }
}

impl<'r> Iterator for Tokens<'r> {
    type Item = Option<(RawToken<'r>, bool)>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.rest.is_empty()).then(|| self.token())
    }
}
