//! Who logs in, and with what.
use core::{fmt, ops::Deref, str::FromStr};

use bytes::Bytes;
use mailwire_core::{BytesRef, Text};
use mailwire_sasl::Secret;
use memchr::{memchr, memchr3};

use super::check_octets;
use crate::{ParseError, ParseErrorKind};

/// The name of a user: UTF-8 without blanks and control characters, not empty.
///
/// More than ASCII only where the server says `UTF8 USER` (RFC 6856 §2.2).
///
/// ```
/// use mailwire_pop3::Name;
///
/// assert_eq!(Name::new("mrose")?.as_str(), "mrose");
/// assert!(Name::new("m rose").is_err() && Name::new("mrose\r\nQUIT").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(Text);

/// The argument of PASS: UTF-8 without CR, LF and NUL, not empty; blanks count. `Debug` does not show
/// it.
///
/// ```
/// use mailwire_pop3::Password;
///
/// let password = Password::new("two words ")?;
/// assert_eq!(password.secret().as_bytes(), b"two words ");
/// assert_eq!(format!("{password:?}"), "Password(..)");
/// assert!(Password::new("x\r\nDELE 1").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Secret);

impl Name {
    /// Checks and copies a name.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Self::parse(BytesRef::from(&text))
    }

    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Err(ParseErrorKind::MissingArgument.at(0));
        }
        // No way out in the middle: many octets are looked at together.
        if text.iter().fold(true, |so_far, octet| so_far & octet.is_ascii_graphic()) {
            return Ok(Self(Text::from_ascii(text)));
        }
        check_octets(&text)?;
        if let Some(at) = memchr(b' ', &text) {
            return Err(ParseErrorKind::BadArgument.at(at));
        }
        Text::from_utf8_ref(text)
            .map(Self)
            .map_err(|error| ParseErrorKind::NotUtf8.at(error.valid_up_to()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name.
    #[must_use]
    pub fn into_text(self) -> Text {
        self.0
    }

    /// Copies the name out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Password {
    /// Checks a password.
    pub fn new(password: impl Into<Secret>) -> Result<Self, ParseError> {
        let password = password.into();
        if password.is_empty() {
            return Err(ParseErrorKind::MissingArgument.at(0));
        }
        if let Some(at) = memchr3(b'\r', b'\n', 0, &password) {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        if let Err(error) = core::str::from_utf8(&password) {
            return Err(ParseErrorKind::NotUtf8.at(error.valid_up_to()));
        }
        Ok(Self(password))
    }

    /// The password.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// The password.
    #[must_use]
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for Name {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
