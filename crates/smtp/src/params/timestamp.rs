//! Points in time.
use core::fmt;

use crate::{ParseError, ParseErrorKind};

/// A date and time as written ([RFC 3339 §5.6]).
///
/// ```
/// use mailwire_smtp::Timestamp;
///
/// let time = Timestamp::parse("2026-02-28T23:59:59+01:00")?;
/// assert_eq!(time.unix_seconds(), 1_772_319_599);
/// assert!(Timestamp::parse("2026-02-29T00:00:00Z").is_err());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 3339 §5.6]: https://www.rfc-editor.org/rfc/rfc3339#section-5.6
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp<'a> {
    text: &'a str,
    unix_seconds: i64,
}

impl<'a> Timestamp<'a> {
    /// `date-time = full-date "T" full-time`
    pub fn parse(text: &'a str) -> Result<Self, ParseError> {
        Self::read(text).ok_or(ParseErrorKind::BadArgument.at(0))
    }

    /// The text as written.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The seconds since the start of 1970 in UTC, leap seconds not counted, fractions dropped.
    #[must_use]
    pub const fn unix_seconds(&self) -> i64 {
        self.unix_seconds
    }

    /// The same with `Z` for the offset, as RFC 4865 wants it.
    pub(super) fn read_utc(text: &'a str) -> Option<Self> {
        Self::read(text).filter(|_| text.ends_with(['Z', 'z']))
    }

    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (local, rest) = text.as_bytes().split_first_chunk::<19>()?;
        let [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0, b'T' | b't', time @ ..] = local else {
            return None;
        };
        let [h1, h0, b':', n1, n0, b':', s1, s0] = time else { return None };
        let year = number(&[*y3, *y2, *y1, *y0], 0, 9999)?;
        let month = number(&[*m1, *m0], 1, 12)?;
        let day = number(&[*d1, *d0], 1, days(year, month))?;
        let hour = number(&[*h1, *h0], 0, 23)?;
        let minute = number(&[*n1, *n0], 0, 59)?;
        let second = number(&[*s1, *s0], 0, 60)?;
        let offset = offset(without_fraction(rest)?)?;
        let days = days_since_1970(year, month, day);
        let unix_seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
        Some(Self { text, unix_seconds })
    }
}

/// `[ "." 1*DIGIT ]`
fn without_fraction(text: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = text.strip_prefix(b".") else { return Some(text) };
    let len = fraction.iter().take_while(|octet| octet.is_ascii_digit()).count();
    (len > 0).then(|| &fraction[len..])
}

/// `time-offset = "Z" / ("+" / "-") time-hour ":" time-minute`, in minutes.
fn offset(text: &[u8]) -> Option<i64> {
    match text {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h0, b':', m1, m0] => {
            let minutes = number(&[*h1, *h0], 0, 23)? * 60 + number(&[*m1, *m0], 0, 59)?;
            Some(if *sign == b'-' { -minutes } else { minutes })
        }
        _ => None,
    }
}

fn number(digits: &[u8], min: i64, max: i64) -> Option<i64> {
    let value = digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
    })?;
    (min..=max).contains(&value).then_some(value)
}

const fn days(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts in years that start in March, so that the leap day comes last.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

impl fmt::Display for Timestamp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (text, want) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1969-12-31T23:59:59Z", Some(-1)),
            ("2000-02-29t12:00:00.25z", Some(951_825_600)),
            ("2014-04-03T23:01:00Z", Some(1_396_566_060)),
            ("2014-04-03T23:01:00-08:30", Some(1_396_596_660)),
            ("1900-02-29T00:00:00Z", None),
            ("2014-13-03T23:01:00Z", None),
            ("2014-04-31T23:01:00Z", None),
            ("2014-04-03T24:00:00Z", None),
            ("2014-04-03 23:01:00Z", None),
            ("2014-04-03T23:01:00", None),
            ("2014-04-03T23:01:00.Z", None),
            ("2014-04-03T23:01:00ZZ", None),
            ("2014-04-03T23:01:00+0100", None),
            ("", None),
        ] {
            let got = Timestamp::read(text).map(|time| time.unix_seconds());
            assert_eq!(got, want, "time {text:?}");
        }
    }
}
