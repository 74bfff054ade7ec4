//! The reader of dates: tokens, whatever their order, as long as it means one thing.

use super::{Date, civil, zone::Zone};
use crate::{DefectCode, Findings, lex};

/// Reads a date, or finds none.
pub(super) fn read(value: &[u8], findings: &mut Findings<'_>) -> Date {
    let mut reader = Reader { value, ..Reader::default() };
    let date = reader.read().and_then(|()| reader.date());
    let Some((date, right_weekday)) = date else {
        findings.report(DefectCode::InvalidDate, lex::skip_fws(value, 0));
        return Date::INVALID;
    };
    if reader.odd || !right_weekday {
        findings.report(DefectCode::ObsDate, lex::skip_fws(value, 0));
    }
    if reader.zone.is_none() {
        findings.report(DefectCode::MissingZone, value.len());
    }
    date
}

/// What was understood so far.
#[derive(Default)]
struct Reader<'a> {
    value: &'a [u8],
    at: usize,
    /// Whether something is not as RFC 5322 §3.3 has it.
    odd: bool,
    weekday: Option<usize>,
    month: Option<usize>,
    day: Option<Number>,
    year: Option<Number>,
    /// Hour, minute, second.
    time: Option<(u32, u32, u32)>,
    zone: Option<Zone>,
    /// What a comment says about the zone.
    remark: Option<Zone>,
    commented: bool,
}

#[derive(Clone, Copy, Debug)]
struct Number {
    value: u32,
    digits: usize,
}

impl<'a> Reader<'a> {
    /// Reads all tokens. `None` if one of them cannot be.
    fn read(&mut self) -> Option<()> {
        let mut first = true;
        loop {
            self.skip();
            let Some(&octet) = self.value.get(self.at) else { return Some(()) };
            self.odd |= self.commented;
            match octet {
                b'0'..=b'9' => self.number()?,
                b'A'..=b'Z' | b'a'..=b'z' => self.word(first)?,
                b'+' | b'-' if self.time.is_some() => self.signed(octet == b'-')?,
                b'-' | b'.' => {
                    self.odd = true;
                    self.at += 1;
                }
                b',' => {
                    self.odd |=
                        self.weekday.is_none() || self.day.is_some() || self.month.is_some();
                    self.at += 1;
                }
                _ => return None,
            }
            first = false;
        }
    }

    /// Goes behind blanks and comments.
    fn skip(&mut self) {
        loop {
            self.at = lex::skip_fws(self.value, self.at);
            if self.value.get(self.at) != Some(&b'(') {
                return;
            }
            let end = lex::closed_comment_end(self.value, self.at);
            self.odd |= end.is_none();
            let content = self.at + 1..end.map_or(self.value.len(), |end| end - 1);
            self.at = end.unwrap_or(self.value.len());
            if self.time.is_some() && self.zone.is_none() && self.remark.is_none() {
                self.remark = remark(&self.value[content]);
            }
            self.commented = true;
        }
    }

    fn digits(&mut self) -> Option<Number> {
        let digits =
            self.value[self.at..].iter().take_while(|octet| octet.is_ascii_digit()).count();
        let end = self.at + digits;
        let octets = &self.value[self.at..end];
        if digits == 0 || digits > 9 {
            return None;
        }
        self.at = end;
        let value = octets.iter().fold(0, |sum, octet| sum * 10 + u32::from(octet - b'0'));
        Some(Number { value, digits })
    }

    fn letters(&mut self) -> &'a [u8] {
        let rest = &self.value[self.at..];
        let len = rest.iter().take_while(|octet| octet.is_ascii_alphabetic()).count();
        self.at += len;
        &rest[..len]
    }

    /// Reads a number: of the day, the year, or the time.
    fn number(&mut self) -> Option<()> {
        let number = self.digits()?;
        let behind = self.at;
        self.skip();
        let next = self.value.get(self.at).copied();
        if next == Some(b':') && self.time.is_none() {
            self.odd |= self.at != behind || number.digits != 2;
            return self.time(number);
        }
        if next == Some(b'.') && behind == self.at && self.time.is_none() && self.year.is_some() {
            return self.dotted(number);
        }
        if next == Some(b'-')
            && behind == self.at
            && self.day.is_none()
            && self.month.is_none()
            && number.digits == 4
        {
            return self.iso(number);
        }
        match (self.day, self.year) {
            (None, _) if number.digits <= 2 && self.time.is_none() => {
                self.day = Some(number);
            }
            (Some(_), None) if self.month.is_some() && number.digits >= 2 => {
                self.odd |= number.digits != 4 || self.time.is_some();
                self.year = Some(number);
            }
            // Digits without a sign where a zone should be: they say nothing.
            (Some(_), Some(_))
                if self.time.is_some() && self.zone.is_none() && number.digits == 4 =>
            {
                self.odd = true;
                self.zone = Some(Zone::Unknown);
            }
            _ => return None,
        }
        Some(())
    }

    /// `2005-04-09`, perhaps with a `T` and the time behind it (ISO 8601).
    fn iso(&mut self, year: Number) -> Option<()> {
        self.odd = true;
        self.at += 1;
        let month = self.digits()?;
        if self.value.get(self.at) != Some(&b'-') || !(1..=12).contains(&month.value) {
            return None;
        }
        self.at += 1;
        self.day = Some(self.digits().filter(|day| day.digits <= 2)?);
        self.year = Some(year);
        self.month = usize::try_from(month.value).ok();
        if let Some([b'T' | b't', b'0'..=b'9']) = self.value.get(self.at..self.at + 2) {
            self.at += 1;
        }
        Some(())
    }

    /// Reads what follows the hour, with blanks and comments anywhere (RFC 5322 §4.3).
    fn time(&mut self, hour: Number) -> Option<()> {
        let minute = self.part()?;
        let behind = self.at;
        self.skip();
        let mut second = 0;
        if self.value.get(self.at) == Some(&b':') {
            self.odd |= self.at != behind;
            second = self.part()?;
            if let Some([b'.' | b',', b'0'..=b'9']) = self.value.get(self.at..self.at + 2) {
                self.odd = true;
                self.at += 1;
                self.at +=
                    self.value[self.at..].iter().take_while(|octet| octet.is_ascii_digit()).count();
            }
        }
        self.clock(hour, minute, second)
    }

    /// Reads what follows the hour where full stops stand for colons: `09.55.06`.
    fn dotted(&mut self, hour: Number) -> Option<()> {
        self.odd = true;
        self.at += 1;
        let minute = self.digits().filter(|minute| minute.digits == 2)?.value;
        let mut second = 0;
        if let Some([b'.', b'0'..=b'9']) = self.value.get(self.at..self.at + 2) {
            self.at += 1;
            second = self.digits().filter(|second| second.digits == 2)?.value;
        }
        self.clock(hour, minute, second)
    }

    /// Keeps a time, if it is one.
    fn clock(&mut self, hour: Number, minute: u32, second: u32) -> Option<()> {
        if hour.digits > 2 || hour.value > 23 || minute > 59 || second > 60 {
            return None;
        }
        self.time = Some((hour.value, minute, second));
        Some(())
    }

    /// Reads a colon and two digits.
    fn part(&mut self) -> Option<u32> {
        let colon = self.at + 1;
        self.at = colon;
        self.skip();
        let number = self.digits()?;
        self.odd |= number.digits != 2 || self.at != colon + 2;
        (number.digits <= 2).then_some(number.value)
    }

    /// Reads a name: of a day, a month, or a zone.
    fn word(&mut self, first: bool) -> Option<()> {
        let begin = self.at;
        let word = self.letters();
        if self.month.is_none()
            && let Some(month) = find(&civil::MONTHS, word)
        {
            self.odd |= word.len() != 3 || self.day.is_none();
            self.month = Some(month + 1);
            return Some(());
        }
        if self.weekday.is_none()
            && let Some(weekday) = find(&civil::DAYS, word)
        {
            self.odd |= word.len() != 3 || !first;
            self.weekday = Some(weekday);
            self.skip();
            self.odd |= self.value.get(self.at) != Some(&b',');
            return Some(());
        }
        self.odd = true;
        if self.time.is_none() {
            // The name of a day in another language.
            self.skip();
            return (first && self.value.get(self.at) == Some(&b',')).then_some(());
        }
        self.half(word).or_else(|| self.zone(word, begin))
    }

    /// `AM` or `PM`.
    fn half(&mut self, word: &[u8]) -> Option<()> {
        let (hour, minute, second) = self.time?;
        let noon = match word {
            _ if word.eq_ignore_ascii_case(b"am") => 0,
            _ if word.eq_ignore_ascii_case(b"pm") => 12,
            _ => return None,
        };
        if !(1..=12).contains(&hour) {
            // As in `14:00 PM`, which can mean only one thing.
            return (hour > 12 && noon == 12).then_some(());
        }
        self.time = Some((hour % 12 + noon, minute, second));
        Some(())
    }

    /// A zone by its name, or something behind it.
    fn zone(&mut self, word: &[u8], begin: usize) -> Option<()> {
        if self.value.get(self.at).is_some_and(u8::is_ascii_digit) {
            // `EST5EDT`
            let hours = self.digits()?.value;
            let summer = self.letters();
            let zone = Zone::of_posix(word, hours, summer).unwrap_or(Zone::Unknown);
            self.zone.get_or_insert(zone);
            return Some(());
        }
        // A place, `Europe/Vienna`, says nothing here.
        while let Some(b'/' | b'_') = self.value.get(self.at) {
            self.at += 1;
            self.letters();
        }
        let zone = Zone::of(&self.value[begin..self.at]);
        let is_utc = zone == Some(Zone::East(0));
        if self.zone.is_none() {
            self.zone = Some(zone.unwrap_or(Zone::Unknown));
            if is_utc {
                let behind = self.at;
                self.skip();
                match self.value.get(self.at) {
                    // `GMT+0200`
                    Some(b'+' | b'-') => self.zone = None,
                    _ => self.at = behind,
                }
            }
        }
        Some(())
    }

    /// Reads what begins with a sign: a zone.
    fn signed(&mut self, negative: bool) -> Option<()> {
        self.at += 1;
        let zone = self.offset(negative)?;
        // A number says more than a name before it.
        self.odd |= self.zone.is_some();
        self.zone = Some(zone);
        Some(())
    }

    /// Reads what follows the sign of a zone: `hhmm`, `hh:mm`, `hmm`, `hh` or `h`.
    fn offset(&mut self, negative: bool) -> Option<Zone> {
        let number = self.digits()?;
        if self.value.get(self.at) == Some(&b':') && number.digits <= 2 {
            self.odd = true;
            self.at += 1;
            let minutes = self.digits().filter(|minutes| minutes.digits == 2)?;
            return Zone::of_parts(negative, number.value, minutes.value);
        }
        self.odd |= number.digits != 4;
        Zone::of_digits(negative, number.value, number.digits)
    }

    /// Puts it all together; says whether the day of the week is right.
    fn date(&mut self) -> Option<(Date, bool)> {
        let (hour, minute, second) = self.time?;
        let (month, day) = (self.month?, u8::try_from(self.day?.value).ok()?);
        let year = self.year?;
        let year = i64::from(match (year.digits, year.value) {
            (2, value @ 0..50) => 2000 + value,
            (2 | 3, value) => 1900 + value,
            (_, value @ 1900..10_000) => value,
            _ => return None,
        });
        if day == 0 || day > civil::days_in(year, month) {
            return None;
        }
        let days = civil::days(year, month, day);
        let local = days * 86_400 + i64::from(hour * 3_600 + minute * 60 + second);
        if self.zone.is_none() && self.remark.is_some() {
            self.zone = self.remark;
            self.odd = true;
        }
        let offset = self.zone.and_then(|zone| zone.offset(year, local));
        let unix = local - i64::from(offset.unwrap_or(0)) * 60;
        let weekday = usize::try_from((days + 4).rem_euclid(7)).ok();
        Some((Date::new(unix, offset), self.weekday.is_none() || self.weekday == weekday))
    }
}

/// The name that the word is, or begins with at least three letters of.
fn find(names: &[&str], word: &[u8]) -> Option<usize> {
    let [first, second, third, ..] = *word else { return None };
    names.iter().position(|name| {
        let name = name.as_bytes();
        name[0] | 0x20 == first | 0x20
            && name[1] == second | 0x20
            && name[2] == third | 0x20
            && name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    })
}

/// What a comment says about the zone: `GMT+02:00`, `+0200`, `EST`.
fn remark(content: &[u8]) -> Option<Zone> {
    let content = content.trim_ascii();
    let letters = content.iter().take_while(|octet| octet.is_ascii_alphabetic()).count();
    let (name, number) = content.split_at(letters);
    let zone = Zone::of(name);
    let Some((&sign @ (b'+' | b'-'), digits)) = number.split_first() else {
        return zone.filter(|_| number.is_empty());
    };
    if !name.is_empty() && zone != Some(Zone::East(0)) {
        return None;
    }
    let mut reader = Reader { value: digits, ..Reader::default() };
    reader.offset(sign == b'-').filter(|_| reader.at == digits.len())
}
