//! Lines of a header: which are fields, and what is odd about them ([RFC 5322 §2.2, §4.5]).
//!
//! ```text
//! field      = field-name *WSP ":" value (line end)
//! field-name = 1*ftext                        ; octets 33 to 126 but the colon
//! value      = text, folded by line ends that WSP follows
//! ```
//!
//! [RFC 5322 §2.2, §4.5]: https://www.rfc-editor.org/rfc/rfc5322#section-2.2

use core::{ops::Range, str};

use mailwire_core::ByteSet;
use memchr::{memchr, memchr_iter};

use crate::DefectCode;

/// How long a name may be: as long as a line.
pub(super) const LONGEST_NAME: usize = 998;
/// The longest line, its line end not counted (RFC 5322 §2.1.1).
pub(super) const LONGEST_LINE: usize = 998;

const FTEXT: ByteSet = ByteSet::EMPTY.with_range(33, 126).without(b":");
/// What stands in the place of a name without being one, except blanks and line ends.
const ODD_NAME: ByteSet =
    ByteSet::EMPTY.with_range(0, 31).without(b"\t\r\n").with_range(127, 255).with_all(&FTEXT);

/// How a line of the header reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A field: where its name ends, where its value begins, and what is odd about that.
    Field { name_end: usize, value: usize, odd: Option<(DefectCode, usize)> },
    /// A name with blanks in it, and a colon: a field, if the header goes on behind it.
    Doubtful { name_end: usize, value: usize, odd: (DefectCode, usize) },
    /// No field.
    Other,
}

/// Reads the beginning of a line with its folds.
pub(super) fn classify(line: &[u8]) -> Line {
    let name_end = FTEXT.span(&line[..line.len().min(LONGEST_NAME + 1)]);
    match line.get(name_end) {
        Some(b':') if name_end == 0 => {
            let odd = Some((DefectCode::EmptyFieldName, 0));
            Line::Field { name_end, value: 1, odd }
        }
        Some(b':') if name_end <= LONGEST_NAME => {
            Line::Field { name_end, value: name_end + 1, odd: None }
        }
        _ => classify_odd(line, name_end),
    }
}

#[cold]
fn classify_odd(line: &[u8], plain: usize) -> Line {
    let line = &line[..line.len().min(LONGEST_NAME + 1)];
    if matches!(line.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')) {
        return Line::Other;
    }
    let name_end = plain + ODD_NAME.span(&line[plain..]);
    let odd_name = (name_end > plain).then_some((DefectCode::InvalidFieldNameChar, plain));
    let blanks_end = name_end + blanks(&line[name_end..]);
    match line.get(blanks_end) {
        Some(b':') if blanks_end == name_end => {
            Line::Field { name_end, value: name_end + 1, odd: odd_name }
        }
        Some(b':') => {
            let odd = odd_name.or(Some((DefectCode::WhitespaceBeforeColon, name_end)));
            Line::Field { name_end, value: blanks_end + 1, odd }
        }
        Some(b'\r' | b'\n') => {
            let folded = blanks_end + crate::lex::FWS.span(&line[blanks_end..]);
            if line.get(folded) == Some(&b':') {
                let odd = odd_name.or(Some((DefectCode::FoldBeforeColon, name_end)));
                return Line::Field { name_end, value: folded + 1, odd };
            }
            Line::Other
        }
        Some(_) if blanks_end > name_end => {
            let first = &line[..memchr(b'\n', line).unwrap_or(line.len())];
            let Some(colon) = memchr(b':', first) else { return Line::Other };
            let name_end = first[..colon].trim_ascii_end().len();
            let odd = (DefectCode::InvalidFieldNameChar, plain);
            Line::Doubtful { name_end, value: colon + 1, odd }
        }
        _ => Line::Other,
    }
}

/// How many blanks stand at the beginning.
pub(super) fn blanks(octets: &[u8]) -> usize {
    octets.iter().take_while(|&&octet| octet == b' ' || octet == b'\t').count()
}

/// Whether a line begins as a field does: a name, perhaps blanks, a colon. `None`: more is needed.
pub(super) fn begins_as_field(line: &[u8], at_end: bool) -> Option<bool> {
    let name = FTEXT.span(&line[..line.len().min(LONGEST_NAME + 1)]);
    if name == 0 || name > LONGEST_NAME {
        return if line.is_empty() && !at_end { None } else { Some(false) };
    }
    let behind = name + blanks(&line[name..line.len().min(2 * LONGEST_NAME)]);
    match line.get(behind) {
        Some(&octet) => Some(octet == b':'),
        None if at_end => Some(false),
        None => None,
    }
}

/// The length of a line without its line end.
pub(super) fn without_line_end(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    line.map_or(0, <[u8]>::len)
}

/// The range of the value in a field, given where it begins.
pub(super) fn value(field: &[u8], start: usize) -> Range<usize> {
    let end = if field.last() == Some(&b'\n') { without_line_end(field) } else { field.len() };
    start.min(end)..end
}

/// What is odd about the octets of a field, each once.
#[cold]
pub(super) fn inspect_octets(
    field: &[u8],
    value: Range<usize>,
    report: &mut impl FnMut(DefectCode, usize),
) {
    let bare = memchr_iter(b'\r', field).find(|cr| field.get(cr + 1) != Some(&b'\n'));
    let is_control = |octet: u8| octet.is_ascii_control() && !matches!(octet, 0 | 9 | 10 | 13);
    let control = field.iter().position(|&octet| is_control(octet));
    let eight_bit = field.iter().position(|octet| !octet.is_ascii());
    for (code, at) in [
        (DefectCode::BareCr, bare),
        (DefectCode::NulByte, memchr(0, field)),
        (DefectCode::ControlInHeader, control),
    ] {
        if let Some(at) = at {
            report(code, at);
        }
    }
    if let Some(at) = eight_bit.filter(|&at| at >= value.start)
        && str::from_utf8(field.get(value).unwrap_or_default()).is_err()
    {
        report(DefectCode::EightBitInHeader, at);
    }
}

/// What is odd about the lines of a field, each once. `crlf` is the line end of the message, as far as
/// known.
#[cold]
pub(super) fn inspect_lines(
    field: &[u8],
    crlf: &mut Option<bool>,
    mixed_said: &mut bool,
    report: &mut impl FnMut(DefectCode, usize),
) {
    let (mut start, mut long, mut blank) = (0, false, false);
    loop {
        let lf = memchr(b'\n', &field[start..]).map_or(field.len(), |lf| start + lf);
        let has_lf = lf < field.len();
        let is_crlf = has_lf && lf > start && field[lf - 1] == b'\r';
        let content = &field[start..lf - usize::from(is_crlf)];
        if content.len() > LONGEST_LINE && !long {
            report(DefectCode::LineTooLong, start);
            long = true;
        }
        if start > 0 && !blank && has_lf && blanks(content) == content.len() {
            report(DefectCode::WhitespaceOnlyFold, start);
            blank = true;
        }
        if has_lf && *crlf.get_or_insert(is_crlf) != is_crlf && !*mixed_said {
            report(DefectCode::BareLf, lf);
            *mixed_said = true;
        }
        start = lf + 1;
        if start >= field.len() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn lines_are_fields_or_not() {
        use DefectCode::{
            EmptyFieldName, FoldBeforeColon, InvalidFieldNameChar, WhitespaceBeforeColon,
        };
        let field = |name_end, value, odd: Option<(DefectCode, usize)>| Line::Field {
            name_end,
            value,
            odd,
        };
        let doubtful = |name_end, value, at| Line::Doubtful {
            name_end,
            value,
            odd: (InvalidFieldNameChar, at),
        };
        for (line, want) in [
            ("From: x\r\n", field(4, 5, None)),
            ("From:\r\n", field(4, 5, None)),
            ("From : x\n", field(4, 6, Some((WhitespaceBeforeColon, 4)))),
            ("From\t :x\n", field(4, 7, Some((WhitespaceBeforeColon, 4)))),
            ("From\r\n : x\r\n", field(4, 8, Some((FoldBeforeColon, 4)))),
            ("From \n\t:x\n", field(4, 8, Some((FoldBeforeColon, 4)))),
            (": x\n", field(0, 1, Some((EmptyFieldName, 0)))),
            ("Fr\u{f6}m: x\n", field(5, 6, Some((InvalidFieldNameChar, 2)))),
            ("\0From: x\n", field(5, 6, Some((InvalidFieldNameChar, 0)))),
            ("From me : x\n", doubtful(7, 9, 4)),
            ("he said: x\n", doubtful(7, 8, 2)),
            ("hello\r\n", Line::Other),
            ("hello", Line::Other),
            ("hello world\r\n a: b\r\n", Line::Other),
            (" : x\n", Line::Other),
            ("From\n x: y\n", Line::Other),
            ("\r\r\n", Line::Other),
            ("", Line::Other),
        ] {
            assert_eq!(classify(line.as_bytes()), want, "line {line:?}");
        }
        let long = [&b"x".repeat(LONGEST_NAME)[..], b": y"].concat();
        assert_eq!(classify(&long), field(LONGEST_NAME, LONGEST_NAME + 1, None));
        assert_eq!(classify(&[b"x", &long[..]].concat()), Line::Other);
    }

    #[test]
    fn looking_ahead_takes_no_more_than_a_name() {
        for (line, at_end, want) in [
            ("From: x", false, Some(true)),
            ("From :", false, Some(true)),
            ("From", false, None),
            ("From ", false, None),
            ("From", true, Some(false)),
            ("", false, None),
            ("", true, Some(false)),
            ("From x", false, Some(false)),
            (" x", false, Some(false)),
            ("\n", false, Some(false)),
            (":", false, Some(false)),
        ] {
            assert_eq!(begins_as_field(line.as_bytes(), at_end), want, "line {line:?}");
        }
        let long = b"x".repeat(LONGEST_NAME + 1);
        assert_eq!(begins_as_field(&long, false), Some(false));
    }

    #[test]
    fn oddities_of_fields() {
        use DefectCode::{
            BareCr, BareLf, ControlInHeader, EightBitInHeader, LineTooLong, NulByte,
            WhitespaceOnlyFold,
        };
        let long = ["A: ", &"x".repeat(999), "\r\n b\r\n"].concat();
        for (field, want) in [
            (&b"A: b\r\n"[..], &[][..]),
            (b"A: b\r\n\tc\r\n", &[]),
            (b"A: b", &[]),
            ("A: b\u{f6}\r\n".as_bytes(), &[]),
            (b"A: b\xf6\r\n", &[(EightBitInHeader, 4)]),
            (b"A: b\rc\r\n", &[(BareCr, 4)]),
            (b"A: b\r", &[(BareCr, 4)]),
            (b"A: b\r\r\n", &[(BareCr, 4)]),
            (b"A: b\0\r\n", &[(NulByte, 4)]),
            (b"A: b\x1b\x7f\r\n", &[(ControlInHeader, 4)]),
            (b"A: b\n c\r\n", &[(BareLf, 4)]),
            (b"A: b\r\n \t\r\n c\r\n", &[(WhitespaceOnlyFold, 6)]),
            (b"A: b\r\n c\r\n \r\n", &[(WhitespaceOnlyFold, 10)]),
            (b"A: \r\n b\r\n", &[]),
            (long.as_bytes(), &[(LineTooLong, 0)]),
        ] {
            let mut found = Vec::new();
            let value = value(field, 2);
            let mut report = |code, at| found.push((code, at));
            inspect_octets(field, value, &mut report);
            inspect_lines(field, &mut Some(true), &mut false, &mut report);
            assert_eq!(found, want, "field {:?}", std::string::String::from_utf8_lossy(field));
        }
    }
}
