//! Response codes ([RFC 2449 §8], [RFC 3206], [RFC 6856 §5]).
//!
//! ```text
//! resp-code  = "[" resp-level *("/" resp-level) "]"
//! resp-level = 1*rchar                  ; printable ASCII, no "/" and no "]"
//! ```
//!
//! [RFC 2449 §8]: https://www.rfc-editor.org/rfc/rfc2449#section-8
//! [RFC 3206]: https://www.rfc-editor.org/rfc/rfc3206
//! [RFC 6856 §5]: https://www.rfc-editor.org/rfc/rfc6856#section-5
use core::fmt;

use bytes::Bytes;
use mailwire_core::{ByteSet, BytesRef, Text};

use crate::{ParseError, ParseErrorKind};

/// Why, in a form for programs.
///
/// The levels of detail behind a code that is known are not looked at (RFC 2449 §8): `SYS/TEMP/DISK` is
/// [`SysTemp`](Self::SysTemp). [`Reply::code_text`](crate::Reply::code_text) has them all.
///
/// ```
/// use mailwire_pop3::ResponseCode;
///
/// assert_eq!(ResponseCode::new("in-use")?, ResponseCode::InUse);
/// assert_eq!(ResponseCode::new("SYS/TEMP/DISK")?, ResponseCode::SysTemp);
/// assert_eq!(ResponseCode::new("X-FULL")?.to_string(), "X-FULL");
/// assert!(ResponseCode::new("a]b").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseCode {
    /// `IN-USE`: the right user, but somebody has the maildrop open (RFC 2449 §8.1.2).
    InUse,
    /// `LOGIN-DELAY`: the last login was not long enough ago (RFC 2449 §8.1.1).
    LoginDelay,
    /// `SYS/TEMP`: the server's trouble, likely to pass (RFC 3206 §4).
    SysTemp,
    /// `SYS/PERM`: the server's trouble, which somebody must see to (RFC 3206 §4).
    SysPerm,
    /// `AUTH`: something about the credentials (RFC 3206 §5).
    Auth,
    /// `UTF8`: the message wants UTF-8 mode (RFC 6856 §5).
    Utf8,
    /// Another code, without its brackets. [`ResponseCode::new`] builds it.
    Other(OtherCode),
}

/// A response code that this crate does not know, without its brackets.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OtherCode(Text);

static LEVEL: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"/]");

impl ResponseCode {
    /// Reads a code without its brackets; case does not matter.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Self::parse(BytesRef::from(&text))
    }

    /// `resp-level *("/" resp-level)`
    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        let mut at = 0;
        loop {
            let len = LEVEL.span(&text[at..]);
            let end = at + len;
            match text.get(end) {
                _ if len == 0 => return Err(ParseErrorKind::BadResponseCode.at(at)),
                None => break,
                Some(b'/') => at = end + 1,
                Some(_) => return Err(ParseErrorKind::BadResponseCode.at(end)),
            }
        }
        let mut levels = text.as_bytes().split(|&octet| octet == b'/');
        let first = levels.next().unwrap_or_default();
        let known = if first.eq_ignore_ascii_case(b"SYS") {
            match levels.next() {
                Some(level) if level.eq_ignore_ascii_case(b"TEMP") => Some(Self::SysTemp),
                Some(level) if level.eq_ignore_ascii_case(b"PERM") => Some(Self::SysPerm),
                _ => None,
            }
        } else {
            [Self::InUse, Self::LoginDelay, Self::Auth, Self::Utf8]
                .into_iter()
                .find(|code| first.eq_ignore_ascii_case(code.as_str().as_bytes()))
        };
        Ok(known.unwrap_or_else(|| Self::Other(OtherCode(Text::from_ascii(text)))))
    }

    /// The code without its brackets, in upper case if it is known.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InUse => "IN-USE",
            Self::LoginDelay => "LOGIN-DELAY",
            Self::SysTemp => "SYS/TEMP",
            Self::SysPerm => "SYS/PERM",
            Self::Auth => "AUTH",
            Self::Utf8 => "UTF8",
            Self::Other(text) => text.as_str(),
        }
    }
}

impl OtherCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for OtherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
