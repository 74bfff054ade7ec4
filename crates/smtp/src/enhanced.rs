//! Enhanced status codes ([RFC 3463 §2]), as SMTP replies carry them ([RFC 2034 §4]).
//!
//! ```text
//! status-code = class "." subject "." detail
//! class       = "2" / "4" / "5"
//! subject     = 1*3digit
//! detail      = 1*3digit
//! ```
//!
//! [RFC 3463 §2]: https://www.rfc-editor.org/rfc/rfc3463#section-2
//! [RFC 2034 §4]: https://www.rfc-editor.org/rfc/rfc2034#section-4
use core::{fmt, str::FromStr};

use crate::{ParseError, ParseErrorKind, Severity};

/// An enhanced status code such as `5.1.1` (RFC 3463).
///
/// ```
/// use mailwire_smtp::EnhancedCode;
///
/// let code: EnhancedCode = "5.7.509".parse()?;
/// assert_eq!((code.class(), code.subject(), code.detail()), (5, 7, 509));
/// assert_eq!(code.to_string(), "5.7.509");
/// assert!("3.0.0".parse::<EnhancedCode>().is_err());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    /// Makes a code, or `None` if the class is none of 2, 4 and 5 or a number is above 999.
    ///
    /// ```
    /// use mailwire_smtp::EnhancedCode;
    ///
    /// const FULL: Option<EnhancedCode> = EnhancedCode::new(4, 2, 2);
    /// assert_eq!(FULL.unwrap().to_string(), "4.2.2");
    /// assert_eq!(EnhancedCode::new(1, 0, 0), None);
    /// ```
    #[must_use]
    pub const fn new(class: u8, subject: u16, detail: u16) -> Option<Self> {
        if matches!(class, 2 | 4 | 5) && subject <= 999 && detail <= 999 {
            Some(Self { class, subject, detail })
        } else {
            None
        }
    }

    /// 2 for success, 4 for a failure that may pass, 5 for one that will not.
    #[must_use]
    pub const fn class(self) -> u8 {
        self.class
    }

    /// What the code is about: 1 addresses, 2 mailboxes, 3 mail systems, 4 networks, 5 the protocol,
    /// 6 contents, 7 security.
    #[must_use]
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// What precisely happened.
    #[must_use]
    pub const fn detail(self) -> u16 {
        self.detail
    }

    /// What the class says.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self.class {
            2 => Severity::Positive,
            4 => Severity::Transient,
            _ => Severity::Permanent,
        }
    }

    /// Reads a code at the start of a reply's text; returns how many octets it takes.
    ///
    /// A blank has to follow (RFC 2034 §4), or the end of the text. A colon, bracket or the like is
    /// tolerated; a digit, letter or dot is not: `5.1.1.2` is no code.
    #[inline]
    pub(crate) fn at_start(text: &[u8]) -> Option<(Self, usize)> {
        let &[class @ (b'2' | b'4' | b'5'), b'.', ref rest @ ..] = text else { return None };
        let (subject, subject_len) = number(rest)?;
        let rest = rest[subject_len..].strip_prefix(b".")?;
        let (detail, detail_len) = number(rest)?;
        if rest
            .get(detail_len)
            .is_some_and(|&b| b == b'.' || b == b'-' || b.is_ascii_alphanumeric())
        {
            return None;
        }
        let code = Self { class: class - b'0', subject, detail };
        Some((code, 3 + subject_len + detail_len))
    }
}

/// `1*3digit`
fn number(text: &[u8]) -> Option<(u16, usize)> {
    let mut value = 0;
    let mut len = 0;
    while let Some(digit @ b'0'..=b'9') = text.get(len) {
        if len == 3 {
            return None;
        }
        value = value * 10 + u16::from(digit - b'0');
        len += 1;
    }
    (len > 0).then_some((value, len))
}

impl FromStr for EnhancedCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match Self::at_start(text.as_bytes()) {
            Some((code, len)) if len == text.len() => Ok(code),
            _ => Err(ParseError::new(ParseErrorKind::BadEnhancedCode, 0)),
        }
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl fmt::Debug for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for EnhancedCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for EnhancedCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        alloc::string::String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for EnhancedCode {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self {
            class: *u.choose(&[2, 4, 5])?,
            subject: u.int_in_range(0..=999)?,
            detail: u.int_in_range(0..=999)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn codes_are_read_from_the_start_of_a_text() {
        for (text, want) in [
            ("2.0.0", Some("2.0.0")),
            ("5.7.509 x", Some("5.7.509")),
            ("5.7.255 x", Some("5.7.255")),
            ("4.999.0 x", Some("4.999.0")),
            ("5.1.1: no", Some("5.1.1")),
            ("5.1.1<a@b>", Some("5.1.1")),
            ("5.1.1\u{e9}", Some("5.1.1")),
            ("", None),
            ("5", None),
            ("5.", None),
            ("5.1", None),
            ("5.1.", None),
            ("5.1.1.2 x", None),
            ("5.1.1a", None),
            ("5.1.1-x", None),
            ("5.1000.1", None),
            ("5.1.1000", None),
            ("3.1.1", None),
            ("1.2.3", None),
            ("55.1.1", None),
            (" 5.1.1", None),
        ] {
            let got = EnhancedCode::at_start(text.as_bytes()).map(|(code, len)| {
                assert_eq!(code.to_string(), text[..len]);
                code.to_string()
            });
            assert_eq!(got.as_deref(), want, "text {text:?}");
        }
    }
}
