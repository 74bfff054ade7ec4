//! Numbers (RFC 9051 §9 `number`, `nz-number`, `number64`, `mod-sequence-value`).

use super::Cursor;
use crate::{ParseError, ParseErrorKind, Quirk, SequenceSet};
use core::num::NonZeroU32;

impl Cursor<'_> {
    /// `number64`: below 2^63 (RFC 9051 §9); some know no such limit.
    #[inline]
    pub(crate) fn number64(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        let value = self.decimal()?;
        if value > i64::MAX as u64 {
            self.tolerate(Quirk::LargeNumber, start)?;
        }
        Ok(value)
    }

    /// A number of which all 64 bits are used, as Gmail's are.
    #[inline]
    pub(crate) fn decimal(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        match leading_number(self.rest()) {
            (Some(value), len) if len > 0 => {
                self.advance(len);
                Ok(value)
            }
            _ => Err(ParseErrorKind::BadNumber.at(start)),
        }
    }

    /// `number`: below 2^32.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<u32, ParseError> {
        let start = self.at();
        let value = self.number64()?;
        u32::try_from(value).map_err(|_| ParseErrorKind::BadNumber.at(start))
    }

    /// `nz-number`
    #[inline]
    pub(crate) fn nz_number(&mut self) -> Result<NonZeroU32, ParseError> {
        let start = self.at();
        let value = self.number()?;
        let value = NonZeroU32::new(value).ok_or(ParseErrorKind::BadNumber.at(start))?;
        self.no_zero_first(start)?;
        Ok(value)
    }

    /// `nz-number`; zero, as some servers send it, is a quirk.
    pub(crate) fn odd_nz_number(&mut self) -> Result<u32, ParseError> {
        let start = self.at();
        let value = self.number()?;
        if value == 0 {
            self.tolerate(Quirk::ZeroNumber, start)?;
        } else {
            self.no_zero_first(start)?;
        }
        Ok(value)
    }

    /// `mod-sequence-value`; zero is a quirk.
    pub(crate) fn mod_sequence(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        let value = self.number64()?;
        if value == 0 {
            self.tolerate(Quirk::ZeroNumber, start)?;
        }
        Ok(value)
    }

    /// `nz-number` begins with no zero; the number that begins there was read.
    fn no_zero_first(&mut self, start: usize) -> Result<(), ParseError> {
        if self.since(start).first() == Some(&b'0') {
            self.tolerate(Quirk::LeadingZero, start)?;
        }
        Ok(())
    }

    /// `sequence-set`
    pub(crate) fn sequence_set(&mut self) -> Result<SequenceSet, ParseError> {
        let (set, len) = SequenceSet::scan(self.rest(), self.options().items)
            .map_err(|error| ParseError { offset: error.offset + self.at(), ..error })?;
        self.advance(len);
        Ok(set)
    }

    /// `uid-set`: a set without `*`, which nobody can resolve here
    pub(crate) fn uid_set(&mut self) -> Result<SequenceSet, ParseError> {
        let start = self.at();
        let set = self.sequence_set()?;
        if memchr::memchr(b'*', &self.since(start)).is_some() {
            self.tolerate(Quirk::Other, start)?;
        }
        Ok(set)
    }

    /// `uid-range *("," uid-range)`: each with both ends, none of them `*`
    pub(crate) fn uid_ranges(&mut self) -> Result<SequenceSet, ParseError> {
        let start = self.at();
        let set = self.uid_set()?;
        let text = self.since(start);
        let is_range = |range: &[u8]| range.contains(&b':');
        if !text.split(|octet| *octet == b',').all(is_range) {
            self.tolerate(Quirk::Other, start)?;
        }
        Ok(set)
    }

    /// A number of octets or lines of a message, as servers write it: below zero, or as a float
    /// (`9.3736e+06`, of which the digits before the exponent are exact).
    #[inline]
    pub(crate) fn odd_number64(&mut self) -> Result<Option<u64>, ParseError> {
        let start = self.at();
        if self.peek() != Some(b'-') {
            let value = self.number64()?;
            if !matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
                return Ok(Some(value));
            }
            self.back_to(start);
        }
        self.odd_number()
    }

    #[cold]
    fn odd_number(&mut self) -> Result<Option<u64>, ParseError> {
        let start = self.at();
        if self.peek() == Some(b'-') {
            self.tolerate(Quirk::NegativeNumber, start)?;
            self.advance(1);
            self.number64()?;
            return Ok(None);
        }
        self.tolerate(Quirk::FloatNumber, start)?;
        let len = self.rest().iter().take_while(|octet| b"0123456789.eE+-".contains(octet)).count();
        let text = core::str::from_utf8(&self.rest()[..len]).unwrap_or_default();
        let float: f64 = text.parse().map_err(|_| ParseErrorKind::BadNumber.at(start))?;
        self.advance(len);
        // Beyond 2^53 a float is no longer exact, and no message is as large.
        #[expect(clippy::cast_possible_truncation, reason = "within bounds")]
        #[expect(clippy::cast_sign_loss, reason = "within bounds")]
        let exact = (0.0..9_007_199_254_740_992.0).contains(&float).then_some(float as u64);
        exact.map(Some).ok_or(ParseErrorKind::BadNumber.at(start))
    }
}

/// The number that the text begins with, unless it needs more than 64 bits, and how many digits it has.
///
/// Eight digits at a time: numbers are short, and to find the end of one digit by digit costs a branch
/// that nobody can foresee.
#[inline]
pub(crate) fn leading_number(text: &[u8]) -> (Option<u64>, usize) {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    if let Some(word) = text.first_chunk() {
        // A digit becomes its value, anything else more than nine.
        let digits = u64::from_le_bytes(*word) ^ (ONES * b'0' as u64);
        let others = (((digits & !HIGH) + ONES * (0x7f - 9)) | digits) & HIGH;
        let len = others.trailing_zeros() / 8;
        if len == 0 {
            return (Some(0), 0);
        }
        if len < 8 {
            return (Some(joined(digits << (64 - 8 * len))), len as usize);
        }
    }
    let mut value = Some(0u64);
    let mut len = 0;
    for octet in text.iter().take_while(|octet| octet.is_ascii_digit()) {
        let digit = u64::from(octet - b'0');
        value = value.and_then(|value| value.checked_mul(10)?.checked_add(digit));
        len += 1;
    }
    (value, len)
}

/// Of eight digits, the first in the lowest octet, the number: first pairs, then fours, then all.
const fn joined(digits: u64) -> u64 {
    let pairs = (digits.wrapping_mul(10)).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100)).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000)).wrapping_add(fours >> 32) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{format, string::ToString};

    proptest! {
        /// Eight digits at a time make the number that the standard library makes.
        #[test]
        fn numbers_are_what_they_look_like(number: u64, zeros in 0..3usize, behind in "[^0-9]{0,9}") {
            for number in [number, number % 1_000_000_000, number % 10_000] {
                let text = format!("{}{number}{behind}", "0".repeat(zeros));
                let len = zeros + number.to_string().len();
                prop_assert_eq!(leading_number(text.as_bytes()), (Some(number), len));
            }
        }
    }

    #[test]
    fn numbers_at_the_limits() {
        for (text, want) in [
            ("", (Some(0), 0)),
            ("a", (Some(0), 0)),
            ("/:/:/:/:", (Some(0), 0)),
            ("\u{b0}1234567", (Some(0), 0)),
            ("18446744073709551615", (Some(u64::MAX), 20)),
            ("18446744073709551616", (None, 20)),
            ("00000000000000000000000000001 ", (Some(1), 29)),
        ] {
            assert_eq!(leading_number(text.as_bytes()), want, "text {text:?}");
        }
    }
}
