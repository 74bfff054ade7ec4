//! The line that separates messages (RFC 4155 appendix A).

/// What a `From ` line says: who sent the message, and when it came.
///
/// ```
/// use mailwire_message::mbox::FromLine;
///
/// let line = FromLine::parse(b"From a@b.example Sat Nov 21 10:00:00 2026\n").unwrap();
/// assert_eq!((line.sender, line.date), (&b"a@b.example"[..], &b"Sat Nov 21 10:00:00 2026"[..]));
/// assert!(line.has_date());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FromLine<'a> {
    /// The sender as it stands there: an address, `-`, or anything else without a blank.
    pub sender: &'a [u8],
    /// All that follows: a date, if [`has_date`](Self::has_date).
    pub date: &'a [u8],
}

impl<'a> FromLine<'a> {
    /// Takes apart a line that begins with `From `, with or without its end.
    ///
    /// ```
    /// use mailwire_message::mbox::FromLine;
    ///
    /// assert_eq!(FromLine::parse(b"From:"), None);
    /// ```
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let line = line.strip_prefix(super::FROM)?.trim_ascii();
        let sender = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
        let (sender, date) = line.split_at(sender);
        Some(Self { sender, date: date.trim_ascii() })
    }

    /// Whether there is a date: a month, a day of it, a time and a year, in the order of asctime or of RFC 5322.
    ///
    /// ```
    /// use mailwire_message::mbox::FromLine;
    ///
    /// for (line, has_date) in [
    ///     ("From - Sat Nov 21 10:00:00 2026", true),
    ///     ("From a b  Sat, 21 Nov 2026 10:00 +0100", true),
    ///     ("From what I hear on Nov 21 you are well", false),
    /// ] {
    ///     assert_eq!(FromLine::parse(line.as_bytes()).unwrap().has_date(), has_date);
    /// }
    /// ```
    #[must_use]
    pub fn has_date(&self) -> bool {
        let is_blank = |octet: &u8| matches!(octet, b' ' | b'\t' | b',');
        let mut words = self.date.split(is_blank).filter(|word| !word.is_empty());
        let mut seen: [&[u8]; 2] = [b"", b""];
        while let Some(word) = words.next() {
            if is_time(word) {
                let [before, last] = seen;
                // `Nov 21 10:00:00 2026`, `Nov 21 10:00:00 CET 2026`, `Nov 21 10:00:00 +0100 2026`
                let asctime = is_month(before) && is_day(last);
                if asctime && words.take(3).any(is_year) {
                    return true;
                }
                // `21 Nov 2026 10:00:00`
                return is_month(before) && is_year(last);
            }
            seen = [seen[1], word];
        }
        false
    }
}

fn is_month(word: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    MONTHS.iter().any(|month| month.eq_ignore_ascii_case(word))
}

fn is_day(word: &[u8]) -> bool {
    matches!(number(word), Some(1..=31)) && word.len() <= 2
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && matches!(number(word), Some(1900..=9999))
}

/// `10:00` or `10:00:00`
fn is_time(word: &[u8]) -> bool {
    let mut fields = word.split(|&octet| octet == b':');
    let [hour, minute, second] =
        [fields.next(), fields.next(), fields.next()].map(|field| field.map(number));
    matches!(hour, Some(Some(0..=24)))
        && matches!(minute, Some(Some(0..=59)))
        && matches!(second, None | Some(Some(0..=61)))
        && fields.next().is_none()
}

fn number(word: &[u8]) -> Option<u16> {
    if word.is_empty() || word.len() > 4 || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(word).ok()?.parse().ok()
}
