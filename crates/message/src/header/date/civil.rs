//! The calendar.

/// The days of the week in the order of [`Civil::weekday`].
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// The months.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Day and time as people tell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    /// 0 is Sunday.
    pub(super) weekday: usize,
    pub(super) day: u8,
    /// 1 is January.
    pub(super) month: usize,
    pub(super) year: i64,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
}

impl Civil {
    /// What a clock shows so many seconds after 1970 began.
    pub(super) fn of(seconds: i64) -> Self {
        let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Years that begin in March end with the leap day; 400 of them have 146,097 days.
        let days_since = days + 719_468;
        let (era, of_era) = (days_since.div_euclid(146_097), days_since.rem_euclid(146_097));
        let of_era_year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            weekday: small((days + 4).rem_euclid(7)).into(),
            day: small(of_year - (153 * from_march + 2) / 5 + 1),
            month: small(month).into(),
            year: era * 400 + of_era_year + i64::from(month <= 2),
            hour: small(time / 3_600),
            minute: small(time / 60 % 60),
            second: small(time % 60),
        }
    }
}

/// The days between 1970 and the beginning of a day.
pub(super) fn days(year: i64, month: usize, day: u8) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era_year) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = small_month(month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era_year * 365 + of_era_year / 4 - of_era_year / 100 + of_year - 719_468
}

/// How many days a month has.
pub(super) fn days_in(year: i64, month: usize) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn small(number: i64) -> u8 {
    u8::try_from(number).expect("a remainder of a small number")
}

fn small_month(month: usize) -> i64 {
    i64::try_from(month).expect("at most 21")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_both_ways() {
        for day in (-800_000..3_000_000).step_by(7) {
            let civil = Civil::of(day * 86_400 + 1);
            assert_eq!(days(civil.year, civil.month, civil.day), day);
            assert!(civil.day >= 1 && civil.day <= days_in(civil.year, civil.month));
        }
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 2, 29), 11_016);
        assert_eq!(Civil::of(0).weekday, 4);
    }
}
