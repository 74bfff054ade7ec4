//! Numbers (RFC 9051 §9 `number`, `nz-number`, `number64`, `mod-sequence-value`).

use super::Cursor;
use crate::{ParseError, ParseErrorKind, Quirk, SequenceSet, class::DIGIT};
use core::num::NonZeroU32;

impl Cursor<'_> {
    /// `number64`: below 2^63 (RFC 9051 §9).
    pub(crate) fn number64(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        let value = self.decimal()?;
        let fits = value <= i64::MAX as u64;
        fits.then_some(value).ok_or(ParseErrorKind::BadNumber.at(start))
    }

    /// A number of which all 64 bits are used, as Gmail's are.
    pub(crate) fn decimal(&mut self) -> Result<u64, ParseError> {
        let start = self.at();
        let error = ParseErrorKind::BadNumber.at(start);
        let digits = self.span(&DIGIT).map_err(|_| error)?;
        let value = digits.iter().try_fold(0u64, |value, digit| {
            value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        });
        value.ok_or(error)
    }

    /// `number`: below 2^32.
    pub(crate) fn number(&mut self) -> Result<u32, ParseError> {
        let start = self.at();
        let value = self.number64()?;
        u32::try_from(value).map_err(|_| ParseErrorKind::BadNumber.at(start))
    }

    /// `nz-number`
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

    /// `uid-set`: a set without `*`
    pub(crate) fn uid_set(&mut self) -> Result<SequenceSet, ParseError> {
        let start = self.at();
        let set = self.sequence_set()?;
        if self.since(start).contains(&b'*') {
            return Err(ParseErrorKind::BadNumber.at(start));
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
            return Err(ParseErrorKind::BadNumber.at(start));
        }
        Ok(set)
    }

    /// A number of octets or lines of a message, as servers write it: below zero, or as a float
    /// (`9.3736e+06`, of which the digits before the exponent are exact).
    pub(crate) fn odd_number64(&mut self) -> Result<Option<u64>, ParseError> {
        let start = self.at();
        if self.peek() == Some(b'-') {
            self.tolerate(Quirk::NegativeNumber, start)?;
            self.advance(1);
            self.number64()?;
            return Ok(None);
        }
        let value = self.number64()?;
        if !matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Ok(Some(value));
        }
        self.tolerate(Quirk::FloatNumber, start)?;
        self.back_to(start);
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
