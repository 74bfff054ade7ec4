//! Text that is fit to stand in the command line of SMTP or POP3.
use core::{fmt, ops::Deref, str::FromStr};

use bytes::Bytes;

use crate::{ByteSet, BytesRef, Text};

/// The rest of a command line: text without control characters, not empty, no blank at its ends.
///
/// ```
/// use mailwire_core::Argument;
///
/// assert_eq!(Argument::new("Friends of \"Q\"")?.as_str(), "Friends of \"Q\"");
/// assert!(Argument::new("x\r\nQUIT").is_err());
/// # Ok::<(), mailwire_core::ArgumentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Argument(Text);

/// One word of a command line: graphic ASCII without blanks, not empty.
///
/// ```
/// use mailwire_core::Word;
///
/// assert_eq!(Word::new("SCRAM-SHA-256")?.as_str(), "SCRAM-SHA-256");
/// assert!(Word::new("two words").is_err());
/// # Ok::<(), mailwire_core::ArgumentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Word(Text);

/// The response that comes with AUTH: base64, or `=` for an empty one. `Debug` does not show it.
///
/// It is not decoded here; what is wrong in it ends the exchange, not the line.
///
/// ```
/// use mailwire_core::InitialResponse;
///
/// let response = InitialResponse::new("AGFsaWNlAHNlY3JldA==")?;
/// assert_eq!(format!("{response:?}"), "InitialResponse(..)");
/// assert!(InitialResponse::new("a b").is_err());
/// # Ok::<(), mailwire_core::ArgumentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InitialResponse(Text);

/// Why a text cannot stand in a command, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} at byte {offset}")]
#[expect(clippy::exhaustive_structs, reason = "an error is this and nothing else")]
pub struct ArgumentError {
    /// What is wrong.
    pub kind: ArgumentErrorKind,
    /// The first octet that is wrong.
    pub offset: usize,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "each becomes an error of the protocol")]
pub enum ArgumentErrorKind {
    /// A control octet: CR, NUL, HT or another.
    #[error("control octet")]
    ControlOctet,
    /// Octets that are not UTF-8.
    #[error("octets that are not UTF-8")]
    NotUtf8,
    /// Nothing where something is needed.
    #[error("missing argument")]
    Missing,
    /// Blanks where none may be, or what is no base64.
    #[error("bad argument")]
    Bad,
}

impl ArgumentErrorKind {
    const fn at(self, offset: usize) -> ArgumentError {
        ArgumentError { kind: self, offset }
    }
}

impl ArgumentError {
    /// The same error in a text that starts `offset` octets earlier.
    #[doc(hidden)]
    #[must_use]
    pub const fn shifted(self, offset: usize) -> Self {
        Self { kind: self.kind, offset: self.offset + offset }
    }
}

static GRAPHIC: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e);
static BASE64: ByteSet = ByteSet::ALPHANUMERIC.with(b"+/=");

impl Argument {
    /// Checks and copies a text.
    pub fn new(text: &str) -> Result<Self, ArgumentError> {
        if let Some(at) = text.bytes().position(|octet| octet.is_ascii_control()) {
            return Err(ArgumentErrorKind::ControlOctet.at(at));
        }
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(text.as_bytes())))
    }

    /// Takes octets from where they lie. That no control octet is among them the caller has seen.
    #[doc(hidden)]
    #[inline]
    pub fn parse(text: BytesRef<'_>) -> Result<Self, ArgumentError> {
        let blank = |octet: Option<&u8>| octet.is_none_or(|&octet| octet == b' ');
        if text.is_empty() {
            return Err(ArgumentErrorKind::Missing.at(0));
        }
        if blank(text.first()) || blank(text.last()) {
            return Err(ArgumentErrorKind::Bad.at(0));
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
    pub fn new(text: &str) -> Result<Self, ArgumentError> {
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(text.as_bytes())))
    }

    /// Takes octets from where they lie.
    #[doc(hidden)]
    #[inline]
    pub fn parse(text: BytesRef<'_>) -> Result<Self, ArgumentError> {
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
    pub fn new(text: &str) -> Result<Self, ArgumentError> {
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(text.as_bytes())))
    }

    /// Takes octets from where they lie.
    #[doc(hidden)]
    #[inline]
    pub fn parse(text: BytesRef<'_>) -> Result<Self, ArgumentError> {
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

#[inline]
fn graphic(text: BytesRef<'_>, set: &ByteSet) -> Result<Text, ArgumentError> {
    if text.is_empty() {
        return Err(ArgumentErrorKind::Missing.at(0));
    }
    let end = set.span(&text);
    if end < text.len() {
        return Err(ArgumentErrorKind::Bad.at(end));
    }
    utf8(text)
}

#[inline]
fn utf8(text: BytesRef<'_>) -> Result<Text, ArgumentError> {
    Text::from_utf8_ref(text).map_err(|error| ArgumentErrorKind::NotUtf8.at(error.valid_up_to()))
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
    type Err = ArgumentError;

    fn from_str(text: &str) -> Result<Self, ArgumentError> {
        Self::new(text)
    }
}

impl FromStr for Word {
    type Err = ArgumentError;

    fn from_str(text: &str) -> Result<Self, ArgumentError> {
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
