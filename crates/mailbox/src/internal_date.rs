//! INTERNALDATE: which moment a message gets (RFC 9051 §2.3.3).

use mailwire_imap::{Date, DateTime};
use mailwire_message::Message;

/// The moment in seconds since 1970, told in a zone that many minutes east of UTC; what cannot be
/// written in an answer, before the year 0 or behind 9999, is told at the end that is nearer.
///
/// ```
/// let date = mailwire_mailbox::date_time(837_596_665, -7 * 60);
/// assert_eq!(date.to_string(), "17-Jul-1996 02:44:25 -0700");
/// ```
#[must_use]
pub fn date_time(unix: i64, offset: i16) -> DateTime {
    // From 0000-01-02 to 9999-12-30, so that every zone finds its day.
    const FIRST: i64 = -62_167_132_800;
    const LAST: i64 = 253_402_214_399;
    let offset = if offset.unsigned_abs() < 24 * 60 { offset } else { 0 };
    let local = unix.clamp(FIRST, LAST) + i64::from(offset) * 60;
    let (days, seconds) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    // Howard Hinnant's civil_from_days: years begin in March.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u8::try_from(number).unwrap_or(0);
    let date = Date::new(u16::try_from(year).unwrap_or(0), small(month), small(day));
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(small);
    let date = date.and_then(|date| DateTime::new(date, time, offset));
    date.expect("a day of the calendar within the years that can be written")
}

/// When a message arrived that comes without INTERNALDATE: imported, or found in a mail directory.
///
/// That is the date of the last hop in its trace, then the date that it was sent, then `now`; none that
/// is later than now.
///
/// A message that is delivered arrives now. One that is appended has the date that APPEND gives, or
/// now; one that is copied keeps its own.
///
/// ```
/// use mailwire_imap::{Date, DateTime};
/// use mailwire_mailbox::arrival;
///
/// let now = DateTime::new(Date::new(2024, 2, 29)?, [12, 0, 0], 0)?;
/// let message = b"Received: from a.test by b.test; Fri, 21 Nov 1997 10:01:22 -0600\r\n\
///     Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\n";
/// assert_eq!(arrival(message, now).to_string(), "21-Nov-1997 10:01:22 -0600");
/// assert_eq!(arrival(b"Subject: hi\r\n\r\n", now), now);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[must_use]
pub fn arrival(message: &[u8], now: DateTime) -> DateTime {
    let message = Message::parse_headers(message);
    let hop = message.received().next().and_then(|received| received.date());
    [hop, message.date()]
        .into_iter()
        .flatten()
        .find(|date| date.is_valid() && date.unix() <= now.unix())
        .map_or(now, |date| date_time(date.unix(), date.offset_minutes().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_they_were() {
        for unix in [
            0,
            -1,
            951_782_400,
            951_868_799,
            4_107_542_400,
            253_402_214_399,
            -62_167_132_800,
            -62_135_596_800,
        ] {
            for offset in [0, 330, -720, 840, 1439, -1439] {
                let date = date_time(unix, offset);
                assert_eq!((date.unix(), date.offset()), (unix, offset), "{date}");
            }
        }
        assert_eq!(date_time(i64::MAX, 0).date().year(), 9999);
        assert_eq!(date_time(i64::MIN, 0).date().year(), 0);
    }
}
