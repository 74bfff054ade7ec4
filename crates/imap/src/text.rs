//! Free text: behind a status, and within a response code (RFC 9051 §9 `text`, `resp-text-code`).

use crate::{InvalidValue, Raw};
use alloc::{string::String, vec::Vec};
use core::{fmt, ops::Deref};
use mailwire_core::{ByteSet, Octets};

/// What a server says to people: any octets but NUL, CR and LF, in whatever character set it likes.
///
/// ```
/// use mailwire_imap::ResponseText;
///
/// assert_eq!(&*ResponseText::new("no such mailbox")?, b"no such mailbox");
/// assert!(ResponseText::new("done\r\n* BYE").is_err());
/// assert!(ResponseText::new("[ALERT] as a code").is_err(), "a code has its own place");
/// assert_eq!(ResponseText::clean("[done]\r\n* BYE"), ResponseText::new("(done]* BYE")?);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ResponseText(Octets);

impl ResponseText {
    /// Nothing.
    pub const EMPTY: Self = Self(Octets::from_static(b""));

    /// Checks that there is no control character in the text, and no bracket at its beginning, where a
    /// response code would be.
    ///
    /// # Errors
    ///
    /// If there is.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, InvalidValue> {
        let text = text.as_ref();
        if text.first() == Some(&b'[') || text.iter().any(u8::is_ascii_control) {
            return Err(InvalidValue { what: "text" });
        }
        Ok(Self(text.into()))
    }

    /// The text without its control characters; a bracket at its beginning becomes a parenthesis.
    #[must_use]
    pub fn clean(text: impl AsRef<[u8]>) -> Self {
        let mut text: Vec<u8> =
            text.as_ref().iter().copied().filter(|octet| !octet.is_ascii_control()).collect();
        if let Some(first @ b'[') = text.first_mut() {
            *first = b'(';
        }
        Self(text.into())
    }

    /// Octets that were seen to have no NUL, CR or LF among them.
    pub(crate) const fn from_scanned(text: Octets) -> Self {
        Self(text)
    }

    /// Text that came, of a line. NUL and CR do not stay in it.
    pub(crate) fn from_wire(text: Octets) -> Self {
        let kept: Vec<u8> =
            text.iter().copied().filter(|octet| !b"\0\r\n".contains(octet)).collect();
        Self(kept.into())
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

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// What text in a code may hold: anything but control characters, up to the bracket.
const CODE_TEXT: ByteSet = ByteSet::EMPTY.with_range(0x20, 0xff).without(b"]\x7f");

/// What follows the word of a response code: no control character, and no `]` but in quotes.
///
/// ```
/// use mailwire_imap::CodeText;
///
/// assert_eq!(&*CodeText::new("imap://user@host/")?, b"imap://user@host/");
/// assert!(CodeText::new("a] text").is_err() && CodeText::new("a\r\n").is_err());
/// assert!(CodeText::new("\"a]b\"").is_ok());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CodeText(Octets);

impl CodeText {
    /// Checks that the text does not end the code or the line, and is not taken for a string or list
    /// that goes on behind it.
    ///
    /// # Errors
    ///
    /// If it is.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, InvalidValue> {
        let text = text.as_ref();
        if Self::is_possible(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidValue { what: "text of a response code" })
        }
    }

    pub(crate) fn from_wire(text: Octets) -> Option<Self> {
        Self::is_possible(&text).then_some(Self(text))
    }

    /// How far text goes that is no string and no list.
    pub(crate) fn span(text: &[u8]) -> usize {
        CODE_TEXT.span(text)
    }

    fn is_possible(text: &[u8]) -> bool {
        match text.first() {
            Some(b'"' | b'(') => !text.iter().any(u8::is_ascii_control) && Raw::new(text).is_ok(),
            _ => CODE_TEXT.covers(text),
        }
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

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Deref for ResponseText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ResponseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is no UTF-8 in it is replaced.
impl fmt::Display for ResponseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl From<&str> for ResponseText {
    /// As [`clean`](Self::clean) does.
    fn from(text: &str) -> Self {
        Self::clean(text)
    }
}

impl From<&String> for ResponseText {
    /// As [`clean`](Self::clean) does.
    fn from(text: &String) -> Self {
        Self::clean(text)
    }
}

impl Deref for CodeText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
