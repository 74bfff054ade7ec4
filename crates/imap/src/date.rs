//! Dates and times: of searches, and when a message arrived (RFC 9051 §9 `date`, `date-time`).

use crate::InvalidValue;
use core::fmt;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day, as in `SINCE 1-Feb-1994`.
///
/// ```
/// use mailwire_imap::Date;
///
/// assert_eq!(Date::new(1994, 2, 1)?.to_string(), "1-Feb-1994");
/// assert!(Date::new(2023, 2, 29).is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Year (0 to 9999), month and day (both from 1).
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidValue> {
        if year > 9999 || day == 0 || day > days_of(year, month) {
            return Err(InvalidValue { what: "date" });
        }
        Ok(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days_since_epoch(self) -> i64 {
        // Howard Hinnant's days_from_civil: years begin in March.
        let (month, day) = (self.month as i64, self.day as i64);
        let year = self.year as i64 - (month <= 2) as i64;
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// `date-text = date-day "-" date-month "-" date-year`
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut fields = text.split(|&octet| octet == b'-');
        let (day, month, year) = (fields.next()?, fields.next()?, fields.next()?);
        if fields.next().is_some() || !(1..=2).contains(&day.len()) || year.len() != 4 {
            return None;
        }
        let month = MONTHS.iter().position(|name| name.as_bytes().eq_ignore_ascii_case(month))?;
        let month = u8::try_from(month + 1).ok()?;
        Self::new(digits(year)?, month, u8::try_from(digits(day)?).ok()?).ok()
    }
}

const fn days_of(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

/// Up to four digits, and nothing but digits.
fn digits(text: &[u8]) -> Option<u16> {
    if text.is_empty() || text.len() > 4 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0')))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS[usize::from(self.month) - 1];
        write!(f, "{}-{month}-{:04}", self.day, self.year)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A moment, as in INTERNALDATE: `"17-Jul-1996 02:44:25 -0700"`.
///
/// ```
/// use mailwire_imap::{Date, DateTime};
///
/// let arrived = DateTime::new(Date::new(1996, 7, 17)?, [2, 44, 25], -7 * 60)?;
/// assert_eq!(arrived.to_string(), "17-Jul-1996 02:44:25 -0700");
/// assert_eq!(arrived.unix(), 837596665);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    date: Date,
    /// Hours, minutes, seconds.
    time: [u8; 3],
    /// Minutes east of UTC.
    offset: i16,
}

impl DateTime {
    /// Hours, minutes and seconds of the day (60 for a leap second), and minutes east of UTC.
    pub const fn new(date: Date, time: [u8; 3], offset: i16) -> Result<Self, InvalidValue> {
        let [hour, minute, second] = time;
        if hour > 23 || minute > 59 || second > 60 || offset.unsigned_abs() > 99 * 60 + 59 {
            return Err(InvalidValue { what: "date-time" });
        }
        Ok(Self { date, time, offset })
    }

    /// The day, in the zone of the moment: what SEARCH SINCE compares with (RFC 9051 §6.4.4).
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// Hours, minutes, seconds.
    #[must_use]
    pub const fn time(self) -> [u8; 3] {
        self.time
    }

    /// Minutes east of UTC.
    #[must_use]
    pub const fn offset(self) -> i16 {
        self.offset
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn unix(self) -> i64 {
        let [hour, minute, second] = self.time;
        let of_day = hour as i64 * 3600 + minute as i64 * 60 + second as i64;
        self.date.days_since_epoch() * 86_400 + of_day - self.offset as i64 * 60
    }

    /// Whether the text, which can be read, is as the grammar has it: every field in its place.
    pub(crate) const fn is_canonical(text: &[u8]) -> bool {
        text.len() == 26 && text[2] == b'-' && text[11] == b' ' && text[20] == b' '
    }

    /// `date-day-fixed "-" date-month "-" date-year SP time SP zone`, without its quotes. Days of one
    /// digit without the blank before them, and blanks around, pass; a missing zone does not.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut words = text.split(|&octet| octet == b' ').filter(|word| !word.is_empty());
        let (date, time, zone) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let mut fields = time.split(|&octet| octet == b':');
        let mut field = || fields.next().filter(|field| field.len() == 2).and_then(digits);
        let time = [field()?, field()?, field()?].map(|field| field.to_le_bytes()[0]);
        if fields.next().is_some() || zone.len() != 5 {
            return None;
        }
        let zone_digits = i16::try_from(digits(&zone[1..])?).ok()?;
        let minutes = zone_digits / 100 * 60 + zone_digits % 100;
        let offset = match zone[0] {
            b'+' => minutes,
            b'-' => -minutes,
            _ => return None,
        };
        (zone_digits % 100 < 60).then(|| Self::new(Date::parse(date)?, time, offset).ok())?
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, time: [hour, minute, second], offset } = self;
        let month = MONTHS[usize::from(date.month) - 1];
        let sign = if *offset < 0 { '-' } else { '+' };
        let (zone_hour, zone_minute) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
        write!(
            f,
            "{:>2}-{month}-{:04} {hour:02}:{minute:02}:{second:02} {sign}{zone_hour:02}{zone_minute:02}",
            date.day, date.year,
        )
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for DateTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn dates_read_as_they_print() {
        for (text, printed) in [
            ("17-Jul-1996 02:44:25 -0700", Some("17-Jul-1996 02:44:25 -0700")),
            (" 1-jan-2000 00:00:00 +0000", Some(" 1-Jan-2000 00:00:00 +0000")),
            ("1-Jan-2000 00:00:00 +0530", Some(" 1-Jan-2000 00:00:00 +0530")),
            ("31-Dec-2016 23:59:60 +0000", Some("31-Dec-2016 23:59:60 +0000")),
            ("30-Feb-2000 00:00:00 +0000", None),
            ("1-Jan-2000 24:00:00 +0000", None),
            ("1-Jan-2000 00:00:00", None),
            ("1-Jan-2000 00:00:00 +0060", None),
            ("1-Jan-2000 0:00:00 +0000", None),
            ("1-Jan-20000 00:00:00 +0000", None),
        ] {
            let read = DateTime::parse(text.as_bytes()).map(|date| date.to_string());
            assert_eq!(read.as_deref(), printed, "text {text:?}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((1969, 12, 31), -1),
            ((0, 1, 1), -719_528),
        ] {
            let day = Date::new(date.0, date.1, date.2).unwrap();
            assert_eq!(day.days_since_epoch(), days, "date {day}");
        }
    }
}
