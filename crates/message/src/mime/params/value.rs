//! From the octets of a value to text.

use super::{Extension, Param, scan::Segment};
use crate::{DefectCode, Findings, lex};
use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};

/// A parameter whose name has no section.
pub(super) fn plain<'a>(segment: &Segment<'a>, findings: &mut Findings<'_>) -> Param<'a> {
    let octets = content(segment, findings);
    let (value, octets) = to_text(octets, segment.range.start, findings);
    Param {
        name: lower(segment.name),
        value,
        range: segment.range.clone(),
        extension: octets
            .map(|octets| Box::new(Extension { octets: Some(octets), ..Extension::default() })),
    }
}

/// A value with quoting and folds undone.
pub(super) fn content<'a>(segment: &Segment<'a>, findings: &mut Findings<'_>) -> Cow<'a, [u8]> {
    let _ = findings;
    if segment.quoted { lex::unquote(segment.content) } else { lex::unfold(segment.content) }
}

/// Text of octets that declare no character set; the octets too where the text has others.
fn to_text<'a>(
    octets: Cow<'a, [u8]>,
    at: usize,
    findings: &mut Findings<'_>,
) -> (Cow<'a, str>, Option<Vec<u8>>) {
    match octets {
        Cow::Borrowed(octets) => match core::str::from_utf8(octets) {
            Ok(text) => (Cow::Borrowed(text), None),
            Err(_) => (Cow::Owned(single_byte(octets, at, findings)), Some(octets.into())),
        },
        Cow::Owned(octets) => match String::from_utf8(octets) {
            Ok(text) => (Cow::Owned(text), None),
            Err(error) => {
                let octets = error.into_bytes();
                (Cow::Owned(single_byte(&octets, at, findings)), Some(octets))
            }
        },
    }
}

fn single_byte(octets: &[u8], at: usize, findings: &mut Findings<'_>) -> String {
    findings.report(DefectCode::EightBitInHeader, at);
    octets.iter().map(|&octet| char::from(octet)).collect()
}

/// A name in lower case, borrowed where it is or where it is a usual one.
pub(crate) fn lower(name: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(name) {
        Ok(name) if !name.bytes().any(|octet| octet.is_ascii_uppercase()) => Cow::Borrowed(name),
        Ok(name) => match USUAL.iter().find(|usual| usual.eq_ignore_ascii_case(name)) {
            Some(usual) => Cow::Borrowed(usual),
            None => Cow::Owned(name.to_ascii_lowercase()),
        },
        Err(_) => {
            Cow::Owned(name.iter().map(|octet| char::from(octet.to_ascii_lowercase())).collect())
        }
    }
}

const USUAL: [&str; 16] = [
    "text",
    "plain",
    "charset",
    "html",
    "multipart",
    "boundary",
    "mixed",
    "alternative",
    "related",
    "application",
    "octet-stream",
    "name",
    "filename",
    "attachment",
    "inline",
    "format",
];
