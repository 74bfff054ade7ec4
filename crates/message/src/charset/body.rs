//! The text of a text body, whatever its label says.

use super::{Charset, utf8};
use crate::{DefectCode, Findings};
use alloc::borrow::Cow;

const BOM: &str = "\u{feff}";

/// The text of a text body: its octets with the transfer encoding undone, in the character set that it
/// declares, if it does.
///
/// - A byte order mark of UTF-8 or UTF-16 wins over the label and is taken off.
/// - Octets above ASCII under no label, under `us-ascii`, or under an unknown label are read as UTF-8 if they
///   all are UTF-8, otherwise as windows-1252.
/// - Under the label of a single-byte set, text that is UTF-8 is reported, and read as UTF-8 if
///   [`Policy::utf8_wins`](crate::Policy::utf8_wins).
/// - What is malformed becomes U+FFFD and is reported. Line ends stay as they are.
///
/// ```
/// use mailwire_message::{DefectCode, Findings, Policy, charset};
///
/// let mut found = Vec::new();
/// let mut sink = |code, offset| found.push((code, offset));
/// let mut findings = Findings::new(Policy::default(), &mut sink);
/// assert_eq!(charset::body_text(None, "né".as_bytes(), &mut findings), "né");
/// assert_eq!(charset::body_text(Some(b"us-ascii"), b"n\xe9", &mut findings), "né");
/// assert_eq!(found, [(DefectCode::Utf8Mislabelled, 1), (DefectCode::UnknownCharset, 1)]);
/// ```
#[must_use = "the text is all there is"]
pub fn body_text<'a>(
    label: Option<&[u8]>,
    octets: &'a [u8],
    findings: &mut Findings<'_>,
) -> Cow<'a, str> {
    let charset = match label.map(Charset::for_label) {
        None => Charset::US_ASCII,
        Some(Some(charset)) => charset,
        Some(None) => {
            findings.report(DefectCode::UnknownCharset, 0);
            return guess(octets, None);
        }
    };
    if charset == Charset::UTF_8 {
        return without_bom(charset.decode_with(octets, findings));
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = octets
        && octets.len().is_multiple_of(2)
        && let Some(utf16) = Charset::for_label(b"utf-16")
        && !charset.name().starts_with("UTF-16")
    {
        findings.report(DefectCode::InvalidText, 0);
        return utf16.decode_with(octets, findings);
    }
    if charset.is_undeclared() {
        return guess(octets, Some(findings));
    }
    if octets.starts_with(BOM.as_bytes())
        && let Some(text) = utf8::text(octets)
    {
        findings.report(DefectCode::Utf8Mislabelled, 0);
        return without_bom(Cow::Borrowed(text));
    }
    if charset.is_single_byte()
        && let Some(at) = first_above_ascii(octets)
        && let Some(text) = utf8::text(octets)
    {
        findings.report(DefectCode::Utf8Mislabelled, at);
        if findings.policy().utf8_wins {
            return Cow::Borrowed(text);
        }
    }
    charset.decode_with(octets, findings)
}

/// UTF-8 if it is, otherwise windows-1252.
fn guess<'a>(octets: &'a [u8], findings: Option<&mut Findings<'_>>) -> Cow<'a, str> {
    let text = utf8::text(octets);
    if let Some(findings) = findings
        && let Some(at) = first_above_ascii(octets)
    {
        let code = match text {
            Some(_) => DefectCode::Utf8Mislabelled,
            None => DefectCode::UnknownCharset,
        };
        findings.report(code, at);
    }
    match text {
        Some(text) => without_bom(Cow::Borrowed(text)),
        None => Charset::WINDOWS_1252.decode(octets),
    }
}

fn without_bom(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix(BOM).unwrap_or(text)),
        Cow::Owned(mut text) => {
            if text.starts_with(BOM) {
                text.drain(..BOM.len());
            }
            Cow::Owned(text)
        }
    }
}

fn first_above_ascii(octets: &[u8]) -> Option<usize> {
    if octets.is_ascii() {
        return None;
    }
    octets.iter().position(|octet| !octet.is_ascii())
}
