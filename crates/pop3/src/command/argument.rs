//! Text that is fit to stand in a command.
use core::{fmt, ops::Deref, str::FromStr};

use bytes::Bytes;
use mailwire_core::{ByteSet, BytesRef, Text};

use super::check_octets;
use crate::{ParseError, ParseErrorKind};

/// The rest of a command line: text without control characters, not empty, no blank at its ends.
///
/// ```
/// use mailwire_pop3::Argument;
///
/// assert_eq!(Argument::new("Friends of \"Q\"")?.as_str(), "Friends of \"Q\"");
/// assert!(Argument::new("x\r\nQUIT").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Argument(Text);

/// One word of a command line: graphic ASCII without blanks, not empty.
///
/// ```
/// use mailwire_pop3::Word;
///
/// assert_eq!(Word::new("SCRAM-SHA-256")?.as_str(), "SCRAM-SHA-256");
/// assert!(Word::new("two words").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Word(Text);

/// The response that comes with AUTH: base64, or `=` for an empty one. `Debug` does not show it.
///
/// It is not decoded here; what is wrong in it ends the exchange, not the line.
///
/// ```
/// use mailwire_pop3::InitialResponse;
///
/// let response = InitialResponse::new("AGFsaWNlAHNlY3JldA==")?;
/// assert_eq!(format!("{response:?}"), "InitialResponse(..)");
/// assert!(InitialResponse::new("a b").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InitialResponse(Text);

static GRAPHIC: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e);
static BASE64: ByteSet = ByteSet::ALPHANUMERIC.with(b"+/=");

impl Argument {
    /// Checks and copies a text.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        check_octets(text.as_bytes())?;
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(text.as_bytes())))
    }

    /// Takes octets without control octets.
    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        let blank = |octet: Option<&u8>| octet.is_none_or(|&octet| octet == b' ');
        if text.is_empty() {
            return Err(ParseErrorKind::MissingArgument.at(0));
        }
        if blank(text.first()) || blank(text.last()) {
            return Err(ParseErrorKind::BadArgument.at(0));
        }
        utf8(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> Text {
        self.0
    }

    /// Copies the text out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Word {
    /// Checks and copies a word.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(text.as_bytes())))
    }

    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        graphic(text, &GRAPHIC).map(Self)
    }

    /// The word as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The word.
    #[must_use]
    pub fn into_text(self) -> Text {
        self.0
    }

    /// Copies the word out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl InitialResponse {
    /// The empty response, which is not the same as none.
    pub const EMPTY: Self = Self(Text::from_static("="));

    /// Checks and copies a response that is base64 already, or `=`.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(text.as_bytes())))
    }

    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        graphic(text, &BASE64).map(Self)
    }

    /// The response as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the response out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

fn graphic(text: BytesRef<'_>, set: &ByteSet) -> Result<Text, ParseError> {
    if text.is_empty() {
        return Err(ParseErrorKind::MissingArgument.at(0));
    }
    let end = set.span(&text);
    if end < text.len() {
        return Err(ParseErrorKind::BadArgument.at(end));
    }
    utf8(text)
}

fn utf8(text: BytesRef<'_>) -> Result<Text, ParseError> {
    Text::from_utf8_ref(text).map_err(|error| ParseErrorKind::NotUtf8.at(error.valid_up_to()))
}

impl Deref for Argument {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for Argument {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

impl FromStr for Word {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Debug for InitialResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitialResponse(..)")
    }
}
