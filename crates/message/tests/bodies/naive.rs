//! Obvious decoders to hold the fast ones against: whole, and octet by octet.
use mailwire_message::DefectCode::{
    B64DataAfterEnd, B64InvalidChar, B64LineTooLong, B64PaddingInside, B64Truncated, QpBadEscape,
    QpLineTooLong, QpLowerHex, QpTrailingWs,
};

use crate::drive::Found;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The lines of a text: where they start, their content, and their end.
pub(crate) fn lines(text: &[u8]) -> Vec<(usize, &[u8], &[u8])> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive(|&octet| octet == b'\n') {
        let end = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
        let (content, end) = line.split_at(line.len() - end);
        lines.push((start, content, end));
        start += line.len();
    }
    lines
}

/// base64; the findings are in order.
pub(crate) fn base64(body: &[u8], goes_on: bool) -> (Vec<u8>, Found) {
    let (mut out, mut found) = (Vec::new(), Found::new());
    let (mut group, mut ended, mut owed, mut column) = (Vec::new(), false, 0, 0);
    for (at, &octet) in body.iter().enumerate() {
        column = match octet {
            b'\n' => 0,
            b'\r' => column,
            _ => column + 1,
        };
        if column == 77 && octet != b'\r' {
            found.push((B64LineTooLong, at));
        }
        if let Some(value) = ALPHABET.iter().position(|&symbol| symbol == octet) {
            if ended {
                found.push((B64DataAfterEnd, at));
                if !goes_on {
                    return (out, found);
                }
                (ended, owed) = (false, 0);
            }
            group.push(value);
            if group.len() == 4 {
                out.extend(octets(&group));
                group.clear();
            }
        } else if octet == b'=' {
            match (ended, group.len()) {
                (false, 2 | 3) => owed = 3 - group.len(),
                (true, _) if owed > 0 => owed -= 1,
                _ => {
                    found.push((B64PaddingInside, at));
                    owed = 0;
                }
            }
            out.extend(octets(&group));
            group.clear();
            ended = true;
        } else if !is_space(octet) && (at == 0 || !is_junk(body[at - 1])) {
            found.push((B64InvalidChar, at));
        }
    }
    if !group.is_empty() || owed > 0 {
        found.push((B64Truncated, body.len()));
    }
    out.extend(octets(&group));
    (out, found)
}

fn octets(group: &[usize]) -> Vec<u8> {
    let bits: String = group.iter().map(|value| format!("{value:06b}")).collect();
    bits.as_bytes()
        .chunks_exact(8)
        .map(|bits| bits.iter().fold(0, |octet, bit| octet << 1 | (bit - b'0')))
        .collect()
}

fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

fn is_junk(octet: u8) -> bool {
    !is_space(octet) && octet != b'=' && !ALPHABET.contains(&octet)
}

/// quoted-printable, line by line; the findings are sorted.
pub(crate) fn quoted_printable(body: &[u8]) -> (Vec<u8>, Found) {
    let (mut out, mut found) = (Vec::new(), Found::new());
    for (start, content, end) in lines(body) {
        if content.len() > 76 {
            found.push((QpLineTooLong, start + 76));
        }
        let blanks = content.iter().rev().take_while(|octet| b" \t".contains(octet)).count();
        let kept = &content[..content.len() - blanks];
        if blanks > 0 {
            found.push((QpTrailingWs, start + kept.len()));
        }
        let soft = kept.ends_with(b"=");
        let kept = kept.strip_suffix(b"=").unwrap_or(kept);
        let mut at = 0;
        while at < kept.len() {
            let digits =
                kept.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
            let hex = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
            match (kept[at], hex) {
                (b'=', Some(hex)) => {
                    if hex.bytes().any(|digit| digit.is_ascii_lowercase()) {
                        found.push((QpLowerHex, start + at));
                    }
                    out.push(u8::from_str_radix(hex, 16).unwrap());
                    at += 3;
                    continue;
                }
                (b'=', None) => found.push((QpBadEscape, start + at)),
                _ => {}
            }
            out.push(kept[at]);
            at += 1;
        }
        if !soft {
            out.extend_from_slice(end);
        }
    }
    found.sort_by_key(|&(code, at)| (at, code));
    (out, found)
}
