//! Unique-ids ([RFC 1939 §7]).
//!
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
use core::{borrow::Borrow, fmt, ops::Deref, str::FromStr};

use bytes::Bytes;
use mailwire_core::{ByteSet, BytesRef, Text};

use crate::{
    ParseError, ParseErrorKind, Quirk,
    quirks::{Quirks, Tolerance},
};

/// What a message is called in every session: 1 to 70 octets of printable ASCII, no blank.
///
/// Case matters. Longer ones exist; they are read if [`Quirk::LongUniqueId`] is tolerated.
///
/// ```
/// use mailwire_pop3::UniqueId;
///
/// assert_eq!(UniqueId::new("whqtswO00WBw418f9t5JxYwZ")?.as_str(), "whqtswO00WBw418f9t5JxYwZ");
/// assert!(UniqueId::new("").is_err() && UniqueId::new("a b").is_err());
/// assert!(UniqueId::new(&"x".repeat(71)).is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueId(Text);

/// The most octets of a unique-id (RFC 1939 §7).
const MAX: usize = 70;

static PRINTABLE: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e);

impl UniqueId {
    /// Checks and copies a unique-id.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Self::parse(BytesRef::from(&text), &mut Tolerance::new(Quirks::NONE))
    }

    /// `unique-id = 1*70( %x21-7E )`
    pub(crate) fn parse(text: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<Self, ParseError> {
        let end = PRINTABLE.span(&text);
        if text.is_empty() || end < text.len() {
            return Err(ParseErrorKind::BadUniqueId.at(end));
        }
        if text.len() > MAX && !tolerance.allows(Quirk::LongUniqueId) {
            return Err(ParseErrorKind::BadUniqueId.at(MAX));
        }
        Ok(Self(Text::from_ascii(text)))
    }

    /// The unique-id that a text starts with, and its length, if it is one of RFC 1939.
    #[inline]
    pub(crate) fn leading(text: BytesRef<'_>) -> Option<(Self, usize)> {
        let len = PRINTABLE.span(&text[..text.len().min(MAX + 1)]);
        (1..=MAX).contains(&len).then(|| (Self(Text::from_ascii(text.slice(..len))), len))
    }

    /// The unique-id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the unique-id out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Deref for UniqueId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for UniqueId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for UniqueId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for UniqueId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for UniqueId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <alloc::string::String as serde::Deserialize>::deserialize(deserializer)?;
        let text = Bytes::from(text);
        Self::parse(BytesRef::from(&text), &mut Tolerance::new(Quirks::ALL))
            .map_err(serde::de::Error::custom)
    }
}
