//! Values with percent escapes and a character set (RFC 2231 §4).

use alloc::{string::String, vec::Vec};

use super::value::{all_at, undeclared};
use crate::{DefectCode, Findings, charset::Charset};

/// Character set, language, and the value behind them, from `charset'language'value`.
///
/// Without a second quote it is a character set only if there is one of this name; without any it
/// is none.
pub(super) fn prefix(content: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let quote = memchr::memchr(b'\'', content)?;
    let (charset, rest) = (&content[..quote], &content[quote + 1..]);
    if !charset.iter().all(|&octet| octet.is_ascii_alphanumeric() || b"-_.:+()".contains(&octet)) {
        return None;
    }
    let language = &rest[..memchr::memchr(b'\'', rest).unwrap_or(0)];
    let is_tag =
        language.iter().all(|&octet| octet.is_ascii_alphanumeric() || b"-_".contains(&octet));
    if rest.get(language.len()) == Some(&b'\'') && is_tag {
        return Some((charset, language, &rest[language.len() + 1..]));
    }
    Charset::for_label(charset).is_some().then_some((charset, b"", rest))
}

/// Appends the octets with their escapes undone; true if an escape was none and stays as it is.
pub(crate) fn decode_into(mut content: &[u8], octets: &mut Vec<u8>) -> bool {
    let mut bad = false;
    while let Some(percent) = memchr::memchr(b'%', content) {
        octets.extend_from_slice(&content[..percent]);
        let digit =
            |at: usize| content.get(percent + at).and_then(|&octet| char::from(octet).to_digit(16));
        match digit(1).zip(digit(2)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok()) {
            Some(octet) => {
                octets.push(octet);
                content = &content[percent + 3..];
            }
            None => {
                bad = true;
                octets.push(b'%');
                content = &content[percent + 1..];
            }
        }
    }
    octets.extend_from_slice(content);
    bad
}

/// The octets as text: of the declared character set, otherwise as all other text in headers.
pub(super) fn to_text(
    charset: Option<&str>,
    octets: &[u8],
    at: usize,
    findings: &mut Findings<'_>,
) -> String {
    let known = charset.and_then(|label| Charset::for_label(label.as_bytes()));
    let text = if let Some(known) = known {
        all_at(at, findings, |findings| known.decode_with(octets, findings).into_owned())
    } else {
        if charset.is_some() {
            findings.report(DefectCode::UnknownCharset, at);
        }
        undeclared(octets, at, findings)
    };
    if text.contains('\0') {
        findings.report(DefectCode::NulByte, at);
    }
    if text.contains(|character: char| character.is_control() && character != '\t') {
        findings.report(DefectCode::ControlInHeader, at);
    }
    text
}
