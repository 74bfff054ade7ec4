//! What stands behind a keyword or a sign.
use bytes::{BufMut, BytesMut};
use mailwire_core::Text;
use mailwire_sasl::Secret;

use crate::{ParseError, ParseErrorKind};

/// A user or mailbox name: UTF-8, not empty, any octet but CR, LF and NUL.
///
/// Blanks, backslashes and control octets are quoted on the wire (RFC 937, Quoting).
///
/// ```
/// use mailwire_pop3::pop2::Argument;
///
/// assert_eq!(Argument::new("old mail")?.as_str(), "old mail");
/// assert!(Argument::new("inbox\r\nQUIT").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Argument(Text);

/// A password: octets of any kind but CR, LF and NUL, at least one. Hidden in `Debug`, wiped when
/// dropped, compared in constant time.
///
/// ```
/// use mailwire_pop3::pop2::Password;
///
/// let password = Password::new("open sesame")?;
/// assert_eq!(format!("{password:?}"), "Password(Secret(..))");
/// assert_eq!(password.secret().as_bytes(), b"open sesame");
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password(Secret);

/// The text of a reply, for people: UTF-8 without control octets (a tab is none); may be empty.
///
/// ```
/// use mailwire_pop3::pop2::ReplyText;
///
/// assert_eq!(ReplyText::new("messages for you")?.as_str(), "messages for you");
/// assert!(ReplyText::new("a\nb").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReplyText(Text);

impl Argument {
    /// Checks a name.
    pub fn new(name: impl Into<Text>) -> Result<Self, ParseError> {
        let name = name.into();
        check(name.as_bytes())?;
        Ok(Self(name))
    }

    /// The name, unquoted.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Appends the name as it goes on the wire, quoted.
    pub fn encode(&self, out: &mut BytesMut) {
        quote(self.0.as_bytes(), out);
    }
}

impl Password {
    /// Checks a password.
    pub fn new(password: impl Into<Secret>) -> Result<Self, ParseError> {
        let password = password.into();
        check(password.as_bytes())?;
        Ok(Self(password))
    }

    /// The password, unquoted.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// Appends the password as it goes on the wire, quoted.
    pub fn encode(&self, out: &mut BytesMut) {
        quote(self.0.as_bytes(), out);
    }
}

impl ReplyText {
    /// The longest text that fits in a line behind every sign and number.
    pub const MAX: usize = super::MAX_LINE - "# \r\n".len() - "18446744073709551615".len();

    /// Checks a text; at most [`MAX`](Self::MAX) octets.
    pub fn new(text: impl Into<Text>) -> Result<Self, ParseError> {
        let text = text.into();
        if text.len() > Self::MAX {
            return Err(ParseErrorKind::TooLong.at(Self::MAX));
        }
        Self::read(text.as_bytes(), 0)
    }

    pub(super) const fn from_static(text: &'static str) -> Self {
        Self(Text::from_static(text))
    }

    /// Takes what stands at `offset` of a line.
    pub(super) fn read(octets: &[u8], offset: usize) -> Result<Self, ParseError> {
        let control = |octet: &u8| octet.is_ascii_control() && *octet != b'\t';
        if let Some(at) = octets.iter().position(control) {
            return Err(ParseErrorKind::ControlOctet.at(offset + at));
        }
        Ok(Self(text(octets, offset)?))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Takes octets that must be UTF-8.
pub(super) fn text(octets: &[u8], offset: usize) -> Result<Text, ParseError> {
    match core::str::from_utf8(octets) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(ParseErrorKind::NotUtf8.at(offset + error.valid_up_to())),
    }
}

fn check(octets: &[u8]) -> Result<(), ParseError> {
    if octets.is_empty() {
        return Err(ParseErrorKind::MissingArgument.at(0));
    }
    match octets.iter().position(|octet| matches!(octet, b'\r' | b'\n' | 0)) {
        Some(at) => Err(ParseErrorKind::ForbiddenOctet.at(at)),
        None => Ok(()),
    }
}

fn quote(octets: &[u8], out: &mut BytesMut) {
    for &octet in octets {
        if matches!(octet, b' ' | b'\\') || octet.is_ascii_control() {
            out.put_u8(b'\\');
        }
        out.put_u8(octet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_ends_a_line_gets_into_one() {
        for bad in ["", "a\rb", "a\nb", "a\0b", "\r\n"] {
            assert!(Argument::new(bad).is_err(), "{bad:?}");
            assert!(Password::new(bad).is_err(), "{bad:?}");
        }
        for bad in ["\r", "\n", "\0", "\x1b[2J", "\x7f"] {
            assert!(ReplyText::new(bad).is_err(), "{bad:?}");
        }
        assert!(ReplyText::new("x".repeat(ReplyText::MAX)).is_ok());
        assert!(ReplyText::new("x".repeat(ReplyText::MAX + 1)).is_err());
        assert!(ReplyText::new("\ttab").is_ok());
    }
}
