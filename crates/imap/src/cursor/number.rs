//! Numbers (RFC 9051 §9 `number`, `nz-number`, `number64`, `mod-sequence-value`).

use super::Cursor;
use crate::{ParseError, ParseErrorKind, Quirk, SequenceSet};
use core::num::NonZeroU32;

impl Cursor<'_> {
    /// `number64`: below 2^63 (RFC 9051 §9).
    #[inline]
    pub(crate) fn number64(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        let value = self.decimal()?;
        let fits = value <= i64::MAX as u64;
        fits.then_some(value).ok_or(ParseErrorKind::BadNumber.at(start))
    }

    /// A number of which all 64 bits are used, as Gmail's are.
    #[inline]
    pub(crate) fn decimal(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        let (mut value, mut len) = (0u64, 0);
        for octet in self.rest() {
            let digit = octet.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            let next = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit)));
            value = next.ok_or(ParseErrorKind::BadNumber.at(start))?;
            len += 1;
        }
        if len == 0 {
            return Err(ParseErrorKind::BadNumber.at(start));
        }
        self.advance(len);
        Ok(value)
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
        NonZeroU32::new(self.number()?).ok_or(ParseErrorKind::BadNumber.at(start))
    }

    /// `sequence-set`
    pub(crate) fn sequence_set(&mut self) -> Result<SequenceSet, ParseError> {
        let (set, len) = SequenceSet::scan(self.rest(), self.options().items)
            .map_err(|error| ParseError { offset: error.offset + self.at(), ..error })?;
        self.advance(len);
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
