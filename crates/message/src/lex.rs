//! The lexical tokens that all structured fields share (RFC 5322 §3.2).
//!
//! Everything here works on the octets of a field's value as they stand, folds included, with
//! positions instead of copies. No function looks at an octet twice.

use crate::{DefectCode, Findings};
use alloc::{borrow::Cow, vec::Vec};
use mailwire_core::ByteSet;

/// Blanks and line ends: what folding is made of.
pub(crate) const FWS: ByteSet = ByteSet::EMPTY.with(b" \t\r\n");
/// `token` of RFC 2045 §5.1, and octets above ASCII.
pub(crate) const TOKEN: ByteSet = ByteSet::EMPTY
    .with_range(0x21, 0x7e)
    .without(b"()<>@,;:\\\"/[]?=")
    .with_all(&ByteSet::NON_ASCII);
/// What an atom may hold, and octets above ASCII (RFC 6532 §3.2).
pub(crate) const ATOM: ByteSet = ByteSet::ATEXT.with_all(&ByteSet::NON_ASCII);

/// The first position from `at` on that holds no blank and no line end.
pub(crate) fn skip_fws(value: &[u8], at: usize) -> usize {
    at + FWS.span(&value[at.min(value.len())..])
}

/// The first position from `at` on that is outside blanks and comments.
pub(crate) fn skip_cfws(value: &[u8], mut at: usize, findings: &mut Findings<'_>) -> usize {
    loop {
        at = skip_fws(value, at);
        if value.get(at) != Some(&b'(') {
            return at;
        }
        at = comment_end(value, at, findings);
    }
}

/// The position behind the comment that begins at `at`; comments nest, a backslash quotes.
/// One that does not end goes to the end of the value.
pub(crate) fn comment_end(value: &[u8], at: usize, findings: &mut Findings<'_>) -> usize {
    closed_comment_end(value, at).unwrap_or_else(|| {
        findings.report(DefectCode::UnbalancedComment, at);
        value.len()
    })
}

/// The position behind the comment that begins at `at`, or `None` if it does not end.
pub(crate) fn closed_comment_end(value: &[u8], at: usize) -> Option<usize> {
    let (mut depth, mut i) = (0usize, at);
    loop {
        i += memchr::memchr3(b'(', b')', b'\\', value.get(i..)?)?;
        match value[i] {
            b'\\' => i += 1,
            b'(' => depth += 1,
            _ if depth == 1 => return Some(i + 1),
            _ => depth -= 1,
        }
        i += 1;
    }
}

/// The position behind the quoted string that begins at `at`, or `None` if it does not end.
pub(crate) fn quoted_end(value: &[u8], at: usize) -> Option<usize> {
    let mut i = at + 1;
    loop {
        i += memchr::memchr2(b'"', b'\\', value.get(i..)?)?;
        if value[i] == b'"' {
            return Some(i + 1);
        }
        i += 2;
    }
}

/// The content of a quoted string or comment, without its delimiters: folds undone (RFC 5322
/// §3.2.2: only the line ends go, quoted ones too), backslashes resolved.
pub(crate) fn unquote(content: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr3(b'\\', b'\r', b'\n', content).is_none() {
        return Cow::Borrowed(content);
    }
    let mut plain = Vec::with_capacity(content.len());
    let mut octets = content.iter();
    while let Some(&octet) = octets.next() {
        match octet {
            b'\\' => plain.extend(octets.next().filter(|octet| !matches!(octet, b'\r' | b'\n'))),
            b'\r' | b'\n' => {}
            _ => plain.push(octet),
        }
    }
    Cow::Owned(plain)
}

/// A value with its folds undone: line ends go, what follows them stays (RFC 5322 §2.2.3).
pub(crate) fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\r', b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    Cow::Owned(value.iter().copied().filter(|octet| !matches!(octet, b'\r' | b'\n')).collect())
}

/// Octets without the blanks and line ends around them.
pub(crate) fn trim(octets: &[u8]) -> &[u8] {
    let start = skip_fws(octets, 0);
    let end = octets.iter().rposition(|&octet| !FWS.contains(octet)).map_or(start, |last| last + 1);
    &octets[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;

    #[test]
    fn comments_nest_and_quote() {
        for (value, end) in
            [("(a)b", 3), ("(a(b)c)d", 7), ("(a\\)b)c", 6), ("(a\\", 3), ("(a(b)", 5)]
        {
            let mut findings = Findings::ignored(Policy::default());
            assert_eq!(comment_end(value.as_bytes(), 0, &mut findings), end, "value {value:?}");
        }
    }

    #[test]
    fn quoted_strings_end_at_their_quote() {
        for (value, end) in
            [("\"a\"b", Some(3)), ("\"a\\\"b\"", Some(6)), ("\"a", None), ("\"a\\", None)]
        {
            assert_eq!(quoted_end(value.as_bytes(), 0), end, "value {value:?}");
        }
    }

    #[test]
    fn quoting_and_folds_are_undone() {
        for (content, plain) in
            [("a\\\"b", "a\"b"), ("a\r\n b", "a b"), ("a\\", "a"), ("a\\\r\nb", "ab"), ("", "")]
        {
            assert_eq!(unquote(content.as_bytes()), plain.as_bytes(), "content {content:?}");
        }
    }
}
