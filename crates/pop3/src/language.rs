//! Languages of the human-readable text ([RFC 6856 §3], [RFC 4647 §2.1]).
//!
//! ```text
//! language-range = ( 1*8ALPHA *("-" 1*8alphanum) ) / "*"
//! ```
//!
//! [RFC 6856 §3]: https://www.rfc-editor.org/rfc/rfc6856#section-3
//! [RFC 4647 §2.1]: https://www.rfc-editor.org/rfc/rfc4647#section-2.1
use core::{fmt, str::FromStr};

use bytes::Bytes;
use mailwire_core::{BytesRef, Text};

use crate::{ParseError, ParseErrorKind};

/// The tag of a language, as in `en` or `en-boont`; case does not matter, and is kept.
///
/// ```
/// use mailwire_pop3::LanguageTag;
///
/// assert_eq!(LanguageTag::new("en-boont")?.as_str(), "en-boont");
/// assert!(LanguageTag::new("*").is_err() && LanguageTag::new("e n").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LanguageTag(Text);

/// What LANG asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the whole of RFC 4647 §2.1")]
pub enum LanguageRange {
    /// `*`: the language that the server's administrator prefers.
    Any,
    /// This language, or one that is a kind of it.
    Tag(LanguageTag),
}

impl LanguageTag {
    /// Checks and copies a tag.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Self::parse(BytesRef::from(&text))
    }

    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        let mut at = 0;
        for (index, part) in text.as_bytes().split(|&octet| octet == b'-').enumerate() {
            let fits = |octet: &u8| match index {
                0 => octet.is_ascii_alphabetic(),
                _ => octet.is_ascii_alphanumeric(),
            };
            if !(1..=8).contains(&part.len()) || !part.iter().all(fits) {
                return Err(ParseErrorKind::BadLanguage.at(at));
            }
            at += part.len() + 1;
        }
        Ok(Self(Text::from_ascii(text)))
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the tag out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl LanguageRange {
    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        if &text[..] == b"*" { Ok(Self::Any) } else { LanguageTag::parse(text).map(Self::Tag) }
    }

    /// The range.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any => "*",
            Self::Tag(tag) => tag.as_str(),
        }
    }
}

impl FromStr for LanguageTag {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

impl FromStr for LanguageRange {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Self::parse(BytesRef::from(&text))
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for LanguageRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
