//! From the octets of a value to text.

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};

use super::{Extension, Param, scan::Segment};
use crate::{
    DefectCode, Findings,
    header::{Raw, decode_text_with},
    lex,
};

/// A parameter whose name has no section.
pub(super) fn plain<'a>(segment: &Segment<'a>, findings: &mut Findings<'_>) -> Param<'a> {
    let name = lower(segment.name);
    let octets = content(segment, &name, findings);
    let (value, octets) = to_text(octets, &name, segment.range.start, findings);
    let extension =
        octets.map(|octets| Box::new(Extension { octets: Some(octets), ..Extension::default() }));
    Param { name, value, range: segment.range.clone(), extension }
}

/// A value with quoting and folds undone.
pub(super) fn content<'a>(
    segment: &Segment<'a>,
    name: &str,
    findings: &mut Findings<'_>,
) -> Cow<'a, [u8]> {
    let content = segment.content;
    if memchr::memchr3(b'\\', b'\r', b'\n', content).is_none() {
        return Cow::Borrowed(content);
    }
    if !segment.quoted {
        return match content.strip_prefix(br#"\""#).and_then(|rest| rest.strip_suffix(br#"\""#)) {
            Some(inner) => lex::unquote(inner),
            None => lex::unfold(content),
        };
    }
    if !escapes_only_what_must_be(content) {
        findings.report(DefectCode::ParamSyntax, segment.range.start);
        if matches!(name, "name" | "filename") && is_windows_path(content) {
            return Cow::Owned(unquote_path(content));
        }
    }
    lex::unquote(content)
}

/// Whether each backslash stands before a backslash or a quote: all readers read that the same.
fn escapes_only_what_must_be(content: &[u8]) -> bool {
    let mut octets = content.iter();
    while octets.any(|&octet| octet == b'\\') {
        if !matches!(octets.next(), Some(b'\\' | b'"')) {
            return false;
        }
    }
    true
}

/// `C:\` or `\\server\`: backslashes that nobody meant to quote with.
fn is_windows_path(content: &[u8]) -> bool {
    match content {
        [drive, b':', b'\\', ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', server, ..] => server.is_ascii_alphanumeric(),
        _ => false,
    }
}

fn unquote_path(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(content.len());
    let mut octets = content.iter().peekable();
    while let Some(&octet) = octets.next() {
        match octet {
            b'\\' if octets.peek() == Some(&&b'"') => {}
            b'\r' | b'\n' => {}
            _ => plain.push(octet),
        }
    }
    plain
}

/// Text of octets that declare no character set; the octets too where the text has others.
pub(super) fn to_text<'a>(
    octets: Cow<'a, [u8]>,
    name: &str,
    at: usize,
    findings: &mut Findings<'_>,
) -> (Cow<'a, str>, Option<Vec<u8>>) {
    if memchr::memmem::find(&octets, b"=?").is_some() && has_word(&octets) {
        findings.report(DefectCode::EncodedWordInParam, at);
        if name != "boundary" && findings.policy().decode_misplaced_words {
            let text = words(&octets, at, findings);
            return (Cow::Owned(text), Some(octets.into_owned()));
        }
    }
    let octets = match octets {
        Cow::Borrowed(octets) => match core::str::from_utf8(octets) {
            Ok(text) => return (Cow::Borrowed(text), None),
            Err(_) => octets.into(),
        },
        Cow::Owned(octets) => match String::from_utf8(octets) {
            Ok(text) => return (Cow::Owned(text), None),
            Err(error) => error.into_bytes(),
        },
    };
    (Cow::Owned(undeclared(&octets, at, findings)), Some(octets))
}

/// Octets that stand for themselves as text: UTF-8, or the character set of old.
pub(super) fn undeclared(octets: &[u8], at: usize, findings: &mut Findings<'_>) -> String {
    all_at(at, findings, |findings| Raw::of(octets, findings).text(octets).into_owned())
}

/// Whether something stands there that looks like `=?charset?encoding?text?=`.
fn has_word(octets: &[u8]) -> bool {
    memchr::memmem::find_iter(octets, b"=?").any(|at| {
        let mut fields = octets[at + 2..].splitn(3, |&octet| octet == b'?');
        let charset =
            fields.next().is_some_and(|charset| !charset.is_empty() && lex::TOKEN.covers(charset));
        charset && matches!(fields.next(), Some(b"q" | b"Q" | b"b" | b"B"))
    })
}

/// Encoded words decoded; a word in its wrong place was told of already.
fn words(octets: &[u8], at: usize, findings: &mut Findings<'_>) -> String {
    let policy = findings.policy();
    let mut sink = |code, _| {
        if code != DefectCode::EncodedWordIllegalPosition {
            findings.report(code, at);
        }
    };
    decode_text_with(octets, &mut Findings::new(policy, &mut sink)).into_owned()
}

/// Lets something report to `findings` what has its place at `at`, wherever it finds it.
pub(super) fn all_at<T>(
    at: usize,
    findings: &mut Findings<'_>,
    what: impl FnOnce(&mut Findings<'_>) -> T,
) -> T {
    let policy = findings.policy();
    let mut sink = |code, _| findings.report(code, at);
    what(&mut Findings::new(policy, &mut sink))
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
