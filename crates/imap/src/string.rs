//! Strings that any place of the grammar can carry (RFC 9051 §4.3, §9 `string`, `astring`).

use crate::{Atom, InvalidValue, Tag};
use core::{
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
};
use mailwire_core::Octets;

/// Any octets but NUL: what an `astring`, a `string` or an `nstring` can be.
///
/// How it is sent depends on what is in it and on who reads it: bare, in quotes, or as a literal. Line
/// ends in it can never be taken for those of the protocol. NUL could go only in a `literal8` (RFC
/// 3516 §4.4), which few places take; those have plain octets.
///
/// ```
/// use mailwire_imap::{AString, Encoder, Peer};
///
/// let name = AString::new("two words")?;
/// assert_eq!((name.as_str(), name.len()), (Some("two words"), 9));
/// assert!(AString::new("a\0b").is_err());
///
/// let mut out = Encoder::new(Peer::CLIENT);
/// out.astring(&AString::new("two\r\nlines")?);
/// assert_eq!(out.finish().wire, "{10}\r\ntwo\r\nlines");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AString(Octets);

impl AString {
    /// Checks that there is no NUL among the octets.
    ///
    /// # Errors
    ///
    /// If there is.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, InvalidValue> {
        Self::try_from(Octets::from(octets.as_ref()))
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, unless it is no UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(&self.0).ok()
    }

    /// The octets, which may share the buffer that they came in.
    #[must_use]
    pub fn into_octets(self) -> Octets {
        self.0
    }

    /// Copies the octets out of the buffer they may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl TryFrom<Octets> for AString {
    type Error = InvalidValue;

    fn try_from(octets: Octets) -> Result<Self, InvalidValue> {
        match memchr::memchr(0, &octets) {
            None => Ok(Self(octets)),
            Some(_) => Err(InvalidValue { what: "string without NUL" }),
        }
    }
}

impl TryFrom<&str> for AString {
    type Error = InvalidValue;

    fn try_from(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl TryFrom<&[u8]> for AString {
    type Error = InvalidValue;

    fn try_from(octets: &[u8]) -> Result<Self, InvalidValue> {
        Self::new(octets)
    }
}

impl From<Atom> for AString {
    fn from(atom: Atom) -> Self {
        Self(atom.as_bytes().into())
    }
}

impl From<Tag> for AString {
    fn from(tag: Tag) -> Self {
        Self(tag.as_bytes().into())
    }
}

impl From<AString> for Octets {
    fn from(string: AString) -> Self {
        string.0
    }
}

impl Deref for AString {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for AString {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Hash for AString {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq<str> for AString {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for AString {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<[u8]> for AString {
    fn eq(&self, other: &[u8]) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&[u8]> for AString {
    fn eq(&self, other: &&[u8]) -> bool {
        self == *other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for AString {
    fn eq(&self, other: &&[u8; N]) -> bool {
        *self.0 == other[..]
    }
}

impl fmt::Debug for AString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
