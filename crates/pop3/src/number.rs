//! Numbers as POP3 writes them.
use core::{fmt, num::NonZeroU32, str::FromStr};

use crate::{ParseError, ParseErrorKind};

/// The number of a message in this session: 1 and up (RFC 1939 §5).
///
/// Digits and nothing else: a sign, a zero in front or more than `u32` holds is an error, so that no
/// two ways of writing mean the same message and none wraps around.
///
/// ```
/// use mailwire_pop3::MessageNumber;
///
/// let number: MessageNumber = "12".parse()?;
/// assert_eq!((number.get(), number.to_string().as_str()), (12, "12"));
/// for wrong in ["", "0", "007", "+1", "-1", "1x", " 1", "4294967296"] {
///     assert!(wrong.parse::<MessageNumber>().is_err(), "{wrong:?}");
/// }
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct MessageNumber(NonZeroU32);

impl MessageNumber {
    /// The first message.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// A number, unless it is 0.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The number that a line starts with, and what is behind the blank behind it.
    #[inline]
    pub(crate) fn leading(line: &[u8]) -> Option<(Self, &[u8])> {
        let (number, rest) = leading(line)?;
        let number = Self::new(u32::try_from(number).ok()?)?;
        Some((number, rest.strip_prefix(b" ")?))
    }

    /// `msg = nonzero-digit *digit`
    pub(crate) fn parse(digits: &[u8]) -> Result<Self, ParseError> {
        let number = decimal(digits)?;
        u32::try_from(number).ok().and_then(Self::new).ok_or(ParseErrorKind::BadNumber.at(0))
    }
}

/// The number that a text starts with, as [`decimal`] takes it, and what is behind it; `None` if it needs
/// a closer look. One pass, for lines that are as they should be.
#[inline(always)]
pub(crate) fn leading(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0u64;
    let mut len = 0;
    while let Some(digit) = text.get(len).map(|octet| octet.wrapping_sub(b'0'))
        && digit < 10
    {
        number = number.wrapping_mul(10).wrapping_add(digit.into());
        len += 1;
    }
    // 19 digits always fit.
    let right = matches!((len, text), (1, _) | (2..=19, [b'1'..=b'9', ..]));
    right.then(|| (number, &text[len..]))
}

/// A decimal number without a sign and without zeros in front.
pub(crate) fn decimal(digits: &[u8]) -> Result<u64, ParseError> {
    if digits.is_empty() {
        return Err(ParseErrorKind::MissingArgument.at(0));
    }
    if let Some(at) = digits.iter().position(|octet| !octet.is_ascii_digit()) {
        return Err(ParseErrorKind::BadNumber.at(at));
    }
    if digits.len() > 1 && digits[0] == b'0' {
        return Err(ParseErrorKind::BadNumber.at(0));
    }
    digits
        .iter()
        .try_fold(0u64, |number, digit| {
            number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        })
        .ok_or(ParseErrorKind::BadNumber.at(0))
}

/// Writes a decimal number.
pub(crate) fn put(mut number: u64, out: &mut impl bytes::BufMut) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return out.put_slice(&digits[at..]);
        }
    }
}

impl FromStr for MessageNumber {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::ToString, vec::Vec};

    #[test]
    fn numbers_are_digits_and_nothing_else() {
        for (text, want) in [
            ("0", Ok(0)),
            ("7", Ok(7)),
            ("18446744073709551615", Ok(u64::MAX)),
            ("18446744073709551616", Err("bad number at byte 0")),
            ("99999999999999999999999999", Err("bad number at byte 0")),
            ("", Err("missing argument at byte 0")),
            ("00", Err("bad number at byte 0")),
            ("01", Err("bad number at byte 0")),
            ("+1", Err("bad number at byte 0")),
            ("-1", Err("bad number at byte 0")),
            ("1_000", Err("bad number at byte 1")),
            ("12e", Err("bad number at byte 2")),
            ("\u{661}", Err("bad number at byte 0")),
        ] {
            let got = decimal(text.as_bytes()).map_err(|error| error.to_string());
            assert_eq!(got, want.map_err(str::to_string), "{text:?}");
        }
    }

    #[test]
    fn written_numbers_are_those_of_the_formatter() {
        for number in [0, 1, 9, 10, 99, 100, 4_294_967_296, u64::MAX] {
            let mut out = Vec::new();
            put(number, &mut out);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
