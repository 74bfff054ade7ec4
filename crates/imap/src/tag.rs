//! Tags: which command a response answers (RFC 9051 §2.2.1).

use crate::{InvalidValue, class::TAG_CHAR};
use core::{fmt, ops::Deref};
use mailwire_core::{BytesRef, Text};

/// The tag of a command. Case matters.
///
/// ```
/// use mailwire_imap::Tag;
///
/// assert_eq!(Tag::new("a1")?.as_str(), "a1");
/// assert!(Tag::new(".").is_ok(), "as people type it");
/// assert!(Tag::new("+").is_err() && Tag::new("*").is_err() && Tag::new("").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Tag(Text);

impl Tag {
    /// Checks that the text is a tag.
    pub fn new(text: impl Into<Text>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if text.is_empty() || !TAG_CHAR.covers(text.as_bytes()) {
            return Err(InvalidValue { what: "tag" });
        }
        Ok(Self(text))
    }

    /// Octets that were seen to be a tag.
    pub(crate) fn from_scanned(octets: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(octets))
    }

    /// A tag that came in a string.
    pub(crate) fn from_octets(octets: &[u8]) -> Option<Self> {
        Self::new(core::str::from_utf8(octets).ok()?).ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Deref for Tag {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
