//! Zones: numbers, and the names that mean one thing (RFC 5322 §4.3).

use super::civil;

/// A zone as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes east of UTC.
    East(i16),
    /// It says nothing: `-0000`, a military letter, a name that may mean several things.
    Unknown,
    /// United States with its summer time, as `EST5EDT`; hours west of UTC in winter.
    UnitedStates(i16),
}

impl Zone {
    /// What a name means; in any case.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let mut upper = [0; 3];
        let upper = upper.get_mut(..name.len())?;
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        Some(Self::East(match &*upper {
            b"UT" | b"GMT" | b"UTC" => 0,
            b"EDT" => -4 * 60,
            b"EST" | b"CDT" => -5 * 60,
            b"CST" | b"MDT" => -6 * 60,
            b"MST" | b"PDT" => -7 * 60,
            b"PST" => -8 * 60,
            _ => return None,
        }))
    }

    /// What digits behind a sign mean: `hhmm`, or less. `None` if that cannot be.
    pub(super) fn of_digits(negative: bool, number: u32, digits: usize) -> Option<Self> {
        let (hours, minutes) = match digits {
            1 | 2 => (number, 0),
            3 | 4 => (number / 100, number % 100),
            _ => return None,
        };
        Self::of_parts(negative, hours, minutes)
    }

    /// What hours and minutes behind a sign mean. `None` if that cannot be.
    pub(super) fn of_parts(negative: bool, hours: u32, minutes: u32) -> Option<Self> {
        if hours > 23 || minutes > 59 {
            return None;
        }
        let east = i16::try_from(hours * 60 + minutes).ok()?;
        Some(match (negative, east) {
            (true, 0) => Self::Unknown,
            (true, _) => Self::East(-east),
            (false, _) => Self::East(east),
        })
    }

    /// `EST5EDT`, `CST6CDT`, `MST7MDT`, `PST8PDT`, in the three pieces they are read in.
    pub(super) fn of_posix(standard: &[u8], hours: u32, summer: &[u8]) -> Option<Self> {
        let (Self::East(east), Self::East(in_summer)) = (Self::of(standard)?, Self::of(summer)?)
        else {
            return None;
        };
        let hours = i16::try_from(hours).ok().filter(|&hours| east == hours * -60)?;
        (east != 0 && in_summer == east + 60).then_some(Self::UnitedStates(hours))
    }

    /// Minutes east of UTC at a moment, which is given as the seconds that the clock there shows.
    pub(super) fn offset(self, year: i64, local: i64) -> Option<i16> {
        match self {
            Self::East(minutes) => Some(minutes),
            Self::Unknown => None,
            Self::UnitedStates(hours) => {
                Some(hours * -60 + if is_summer(year, local) { 60 } else { 0 })
            }
        }
    }
}

/// Whether the clocks of the United States show summer time; it begins and ends at two o'clock on
/// Sundays that changed in 1987 and 2007.
fn is_summer(year: i64, local: i64) -> bool {
    let sunday = |month: usize, day: u8| {
        let from = civil::days(year, month, day);
        (from + (3 - from).rem_euclid(7)) * 86_400
    };
    let (begin, end) = match year {
        2007.. => (sunday(3, 8), sunday(11, 1)),
        1987.. => (sunday(4, 1), sunday(10, 25)),
        _ => (sunday(4, 24), sunday(10, 25)),
    };
    (begin + 7_200..end + 7_200).contains(&local)
}
