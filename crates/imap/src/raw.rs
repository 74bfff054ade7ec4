//! Values that this crate has no type for (RFC 9051 §9 `tagged-ext-val`, RFC 4466).

mod token;

pub use token::RawToken;
use token::Tokens;

use crate::{AString, Atom, Encoder, InvalidValue, ReadOptions, SequenceSet};
use alloc::vec::Vec;
use core::fmt;
use mailwire_core::{BytesRef, Octets};

/// One value of the grammar: a word, a string, or a list of them in parentheses.
///
/// It is what extensions have that this crate does not know. It was looked at all the same: parentheses
/// and quotes are closed, and literals are as long as they say. So it can be sent on to anybody: strings
/// go out in the form that the one who reads understands, and a literal waits where it must.
///
/// Two values are equal if they say the same, whatever form their strings take.
///
/// ```
/// use mailwire_imap::{Encoder, Peer, Raw};
///
/// let value = Raw::new("(label.priv \"My label\" {3}\r\na\"b)")?;
/// assert_eq!(value, Raw::new("(label.priv {8}\r\nMy label \"a\\\"b\")")?);
///
/// let mut out = Encoder::new(Peer::SERVER);
/// value.encode(&mut out);
/// assert_eq!(out.finish().wire, "(label.priv \"My label\" \"a\\\"b\")");
///
/// for invalid in ["", "two words", "(", "a)", "\"a", "a\r\n* BYE", "a{3}", "\0"] {
///     assert!(Raw::new(invalid).is_err(), "{invalid:?}");
/// }
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Raw(Octets);

impl Raw {
    /// Lists nest at most so deep in a value that is built.
    pub const DEPTH: usize = ReadOptions::STANDARD.depth;

    /// Checks that the octets are one value as it is on the wire. Words are of visible ASCII; anything
    /// can be in a string, NUL in a `literal8` only.
    ///
    /// # Errors
    ///
    /// If they are none, or more than one, or nested deeper than [`DEPTH`](Self::DEPTH).
    pub fn new(wire: impl AsRef<[u8]>) -> Result<Self, InvalidValue> {
        let wire = wire.as_ref();
        if is_one_value(Tokens::new(wire).strict(), Self::DEPTH) {
            Ok(Self(wire.into()))
        } else {
            Err(InvalidValue { what: "value" })
        }
    }

    /// A value that came, in which nothing was streamed.
    pub(crate) fn from_wire(wire: BytesRef<'_>) -> Option<Self> {
        is_one_value(Tokens::new(&wire), usize::MAX).then(|| Self(Octets::from_ref(wire)))
    }

    /// Values in parentheses.
    ///
    /// ```
    /// use mailwire_imap::{Atom, Raw};
    ///
    /// let list = Raw::list([Atom::new("SIZE")?.into(), 5_u64.into()])?;
    /// assert_eq!(list, Raw::new("(SIZE 5)")?);
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it nests deeper than [`DEPTH`](Self::DEPTH).
    pub fn list(values: impl IntoIterator<Item = Self>) -> Result<Self, InvalidValue> {
        let mut wire = Vec::from(*b"(");
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                wire.push(b' ');
            }
            wire.extend_from_slice(&value.0);
        }
        wire.push(b')');
        if is_one_value(Tokens::new(&wire), Self::DEPTH) {
            Ok(Self(wire.into()))
        } else {
            Err(InvalidValue { what: "value" })
        }
    }

    /// The octets as they came, or were given.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What is in it, one by one.
    ///
    /// ```
    /// use mailwire_imap::{Raw, RawToken};
    ///
    /// let value = Raw::new("(a \"b\\\\c\")")?;
    /// let tokens: Vec<_> = value.tokens().collect();
    /// assert_eq!(tokens[..3], [
    ///     RawToken::Open,
    ///     RawToken::Word(b"a"),
    ///     RawToken::String(b"b\\c".into()),
    /// ]);
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn tokens(&self) -> impl Iterator<Item = RawToken<'_>> {
        // What is no token was refused when the value was made.
        Tokens::new(&self.0).map_while(|token| token.map(|(token, _)| token))
    }

    /// Whether it is a list in parentheses.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.0.first() == Some(&b'(')
    }

    /// Whether it holds strings and nothing else, and some.
    pub(crate) fn has_only_strings(&self) -> bool {
        let is_string = |token: RawToken<'_>| matches!(token, RawToken::String(_));
        let is_word = |token: RawToken<'_>| matches!(token, RawToken::Word(_));
        self.tokens().any(is_string) && !self.tokens().any(is_word)
    }

    /// Copies the octets out of the buffer they may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }

    /// Appends it, each string in the form that the peer understands.
    pub fn encode(&self, out: &mut Encoder) {
        let mut begins = true;
        for (token, spaced) in Tokens::new(&self.0).map_while(|token| token) {
            if spaced && !begins && token != RawToken::Close {
                out.space();
            }
            begins = token == RawToken::Open;
            match token {
                RawToken::Open => out.raw(b"("),
                RawToken::Close => out.raw(b")"),
                RawToken::Word(word) => out.raw(word),
                RawToken::String(octets) => out.string(&octets),
            }
        }
    }
}

/// Whether there is one value, and nothing behind it.
fn is_one_value(mut tokens: Tokens<'_>, most: usize) -> bool {
    let mut depth = 0usize;
    loop {
        match tokens.next() {
            Some(Some((RawToken::Open, _))) if depth < most => depth += 1,
            Some(Some((RawToken::Close, _))) if depth > 0 => depth -= 1,
            Some(Some((RawToken::Word(_) | RawToken::String(_), _))) => {}
            _ => return false,
        }
        if depth == 0 {
            return tokens.is_at_end();
        }
    }
}

impl From<Atom> for Raw {
    fn from(atom: Atom) -> Self {
        // `a{3}` cannot be one: atoms have no braces.
        Self(atom.as_bytes().into())
    }
}

impl From<AString> for Raw {
    fn from(string: AString) -> Self {
        let mut wire = Vec::with_capacity(string.len() + 12);
        wire.extend_from_slice(alloc::format!("{{{}}}\r\n", string.len()).as_bytes());
        wire.extend_from_slice(&string);
        Self(wire.into())
    }
}

impl From<u64> for Raw {
    fn from(number: u64) -> Self {
        Self(alloc::format!("{number}").into_bytes().into())
    }
}

impl From<&SequenceSet> for Raw {
    fn from(set: &SequenceSet) -> Self {
        Self(alloc::format!("{set}").into_bytes().into())
    }
}

/// What they say is compared, not how it was sent.
impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.tokens().eq(other.tokens())
    }
}

impl Eq for Raw {}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A value that may be missing and is told from the next name by how it begins: a number, a set, `$`, places
/// from the end, or a list in parentheses (RFC 9051 §9 `tagged-ext-val`, RFC 9394 §4).
///
/// ```
/// use mailwire_imap::{Raw, TaggedValue};
///
/// assert!(TaggedValue::try_from(Raw::new("(a b)")?).is_ok());
/// assert!(TaggedValue::try_from(Raw::new("1:*")?).is_ok());
/// assert!(TaggedValue::try_from(Raw::new("-1:-100")?).is_ok());
/// assert!(TaggedValue::try_from(Raw::new("word")?).is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TaggedValue(Raw);

impl TaggedValue {
    /// The value.
    #[must_use]
    pub const fn as_raw(&self) -> &Raw {
        &self.0
    }

    /// Whether a value begins so.
    pub(crate) const fn begins(text: &[u8]) -> bool {
        matches!(text, [b'(' | b'*' | b'$' | b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..])
    }
}

impl TryFrom<Raw> for TaggedValue {
    type Error = InvalidValue;

    fn try_from(value: Raw) -> Result<Self, InvalidValue> {
        if Self::begins(value.as_bytes()) {
            Ok(Self(value))
        } else {
            Err(InvalidValue { what: "tagged-ext-val" })
        }
    }
}

impl fmt::Debug for TaggedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
