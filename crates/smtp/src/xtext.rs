//! Text made fit for a parameter ([RFC 3461 §4]).
//!
//! [RFC 3461 §4]: https://www.rfc-editor.org/rfc/rfc3461#section-4
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use mailwire_core::ByteSet;

use crate::{ParseError, ParseErrorKind};

/// Text in which blanks, `+`, `=` and whatever is not ASCII are written as `+` and two hex digits.
///
/// What it decodes to is UTF-8 without control characters, so that it can go into a header field.
///
/// ```
/// use mailwire_smtp::Xtext;
///
/// let wire = Xtext::parse("e+3Dmc2@example.com")?;
/// assert_eq!(wire.decode(), "e=mc2@example.com");
/// assert_eq!(Xtext::encode("e=mc2@example.com")?, wire);
/// assert!(Xtext::parse("a+0D+0Ab").is_err());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Xtext<'a>(Cow<'a, str>);

/// Graphic ASCII less `+` and `=`.
static XCHAR: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"+=");

impl<'a> Xtext<'a> {
    /// `xtext = *( xchar / hexchar )`, all of the text.
    pub fn parse(text: &'a str) -> Result<Self, ParseError> {
        let end = XCHAR.span(text.as_bytes());
        if end < text.len() {
            // A hexchar, or what no xtext may hold.
            let decoded =
                decode(text.as_bytes()).map_err(|at| ParseErrorKind::BadArgument.at(at))?;
            if core::str::from_utf8(&decoded).map_or(true, |text| text.contains(char::is_control)) {
                return Err(ParseErrorKind::BadArgument.at(end));
            }
        }
        Ok(Self(Cow::Borrowed(text)))
    }

    /// Encodes a text, which may hold anything but control characters.
    pub fn encode(text: &'a str) -> Result<Self, ParseError> {
        if let Some(at) = text.find(char::is_control) {
            return Err(ParseErrorKind::BadArgument.at(at));
        }
        if XCHAR.covers(text.as_bytes()) {
            return Ok(Self(Cow::Borrowed(text)));
        }
        let mut wire = String::with_capacity(text.len() + 8);
        for octet in text.bytes() {
            if XCHAR.contains(octet) {
                wire.push(octet.into());
            } else {
                let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
                wire.extend(['+', digit(octet >> 4), digit(octet & 15)]);
            }
        }
        Ok(Self(Cow::Owned(wire)))
    }

    /// The text as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the text means.
    #[must_use]
    pub fn decode(&self) -> Cow<'_, str> {
        if !self.0.contains('+') {
            return Cow::Borrowed(&self.0);
        }
        let decoded = decode(self.0.as_bytes()).unwrap_or_default();
        Cow::Owned(String::from_utf8(decoded).expect("checked when built"))
    }

    /// Copies the text out of what it borrows.
    #[must_use]
    pub fn into_owned(self) -> Xtext<'static> {
        Xtext(Cow::Owned(self.0.into_owned()))
    }
}

/// Undoes the `hexchar`s, or says which octet is wrong.
fn decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&octet) = text.get(at) {
        if octet == b'+' {
            let digit = |at: usize| text.get(at).and_then(|&digit| char::from(digit).to_digit(16));
            let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else { return Err(at) };
            decoded.push(u8::try_from(high << 4 | low).expect("two hex digits"));
            at += 3;
        } else if XCHAR.contains(octet) {
            decoded.push(octet);
            at += 1;
        } else {
            return Err(at);
        }
    }
    Ok(decoded)
}

impl fmt::Display for Xtext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_xtext_is_taken() {
        for (text, want) in [
            ("", Ok("")),
            ("a+2Bb", Ok("a+b")),
            ("+c3+A9", Ok("é")),
            ("a=b", Err(1)),
            ("a b", Err(1)),
            ("a+2", Err(1)),
            ("a+2G", Err(1)),
            ("é", Err(0)),
            ("a+FF", Err(1)),
            ("a+00", Err(1)),
        ] {
            let got = Xtext::parse(text);
            let got = got.as_ref().map(Xtext::decode).map_err(|error| error.offset);
            assert_eq!(got, want.map(Cow::Borrowed), "text {text:?}");
        }
    }

    proptest! {
        /// What is encoded decodes to itself, and is xtext.
        #[test]
        fn decode_undoes_encode(text in "\\PC*") {
            let wire = Xtext::encode(&text).unwrap();
            prop_assert_eq!(&wire.decode(), &text);
            prop_assert_eq!(Xtext::parse(wire.as_str()).unwrap(), wire.clone());
        }
    }
}
