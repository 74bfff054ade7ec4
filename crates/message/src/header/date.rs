//! Dates (RFC 5322 §3.3, §4.3).

mod civil;
mod read;
mod zone;

use core::fmt;

use civil::Civil;

use crate::{Findings, Policy};

/// A moment, and the zone it was told in ([RFC 5322 §3.3]).
///
/// The forms of the RFC are read, the obsolete ones too, and what the wild writes as long as it can
/// mean only one thing. What is no date is visible as such: [`is_valid`](Self::is_valid) says no,
/// and nothing is guessed.
///
/// ```
/// use mailwire_message::header::Date;
///
/// let date = Date::parse(b" Fri, 21 Nov 1997 09:55:06 -0600");
/// assert_eq!((date.unix(), date.offset_minutes()), (880_127_706, Some(-360)));
/// assert_eq!(date.to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
/// assert_eq!(Date::parse(b"Tue Jul 24 18:55:07 2007").unix(), 1_185_303_307);
/// assert!(!Date::parse(b"31 Feb 2021 25:61:61 +9999").is_valid());
/// ```
///
/// [RFC 5322 §3.3]: https://www.rfc-editor.org/rfc/rfc5322#section-3.3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Date {
    unix: i64,
    offset: Option<i16>,
    valid: bool,
}

impl Date {
    /// What a value says that is no date.
    pub const INVALID: Self = Self { unix: 0, offset: None, valid: false };

    /// A moment, in seconds since 1970 began in UTC, told in a zone that many minutes east of it.
    #[must_use]
    pub const fn new(unix: i64, offset_minutes: Option<i16>) -> Self {
        Self { unix, offset: offset_minutes, valid: true }
    }

    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &[u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found. A day of the week that is another day is
    /// reported and does not count.
    #[must_use]
    pub fn parse_with(value: &[u8], findings: &mut Findings<'_>) -> Self {
        read::read(value, findings)
    }

    /// Seconds since 1970 began in UTC; 0 if this is no date. A time without a zone is taken for
    /// UTC. A leap second is the first second of the next minute.
    #[must_use]
    pub const fn unix(&self) -> i64 {
        self.unix
    }

    /// The zone, in minutes east of UTC. `None` if it is missing or says nothing, as `-0000` does
    /// and the military zones do (§4.3).
    #[must_use]
    pub const fn offset_minutes(&self) -> Option<i16> {
        self.offset
    }

    /// Whether there is such a moment.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }
}

/// As RFC 5322 §3.3 wants it written, with `-0000` for no zone. What is no date gives nothing.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.valid {
            return Ok(());
        }
        let offset = i64::from(self.offset.unwrap_or(0));
        let Civil { weekday, day, month, year, hour, minute, second } =
            Civil::of(self.unix.saturating_add(offset * 60));
        let (weekday, month) = (civil::DAYS[weekday], civil::MONTHS[month - 1]);
        let sign = if self.offset.is_some_and(|offset| offset >= 0) { '+' } else { '-' };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        write!(
            f,
            "{}, {day} {} {year:04} {hour:02}:{minute:02}:{second:02} {sign}{hours:02}{minutes:02}",
            &weekday[..3],
            &month[..3],
        )
    }
}
