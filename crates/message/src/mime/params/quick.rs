//! The parameters of nearly all mail: `; name=token` and `; name="text"`, ASCII, and nothing to decode.

use core::ops::Range;

use mailwire_core::ByteSet;

use super::Param;
use crate::{
    lex::{TOKEN, skip_fws},
    mime::lower,
};

/// What a token holds that is neither a section of RFC 2231 nor above ASCII.
const PLAIN_TOKEN: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"()<>@,;:\\\"/[]?=*");
/// What a quoted string holds that stands for itself.
const PLAIN_TEXT: ByteSet = ByteSet::EMPTY.with_range(0x20, 0x7e).with(b"\t").without(b"\"\\");

/// The parameter at `at`, and the place of the semicolon or end behind it; `None` if it takes a
/// closer look.
pub(super) fn next(value: &[u8], at: usize) -> Option<(Param<'_>, usize)> {
    if value.get(at) != Some(&b';') {
        return None;
    }
    let name_at = skip_fws(value, at + 1);
    let name = value.get(name_at..)?;
    let name = &name[..PLAIN_TOKEN.span(name)];
    let equals = name_at + name.len();
    if name.is_empty() || value.get(equals) != Some(&b'=') {
        return None;
    }
    let start = equals + 1;
    let (content, end) = if value.get(start) == Some(&b'"') {
        let content = quoted(value, start + 1)?;
        let end = content.end + 1;
        (content, end)
    } else {
        let end = start + TOKEN.span(&value[start..]);
        (start..end, end)
    };
    let behind = skip_fws(value, end);
    if end == start || !matches!(value.get(behind), None | Some(b';')) {
        return None;
    }
    let content = &value[content];
    let text = core::str::from_utf8(content).ok()?;
    Some((
        Param { name: lower(name), value: text.into(), range: start..end, extension: None },
        behind,
    ))
}

/// What stands up to the closing quote, if it stands for itself.
fn quoted(value: &[u8], start: usize) -> Option<Range<usize>> {
    let end = start + PLAIN_TEXT.span(value.get(start..)?);
    let content = &value[start..end];
    // An encoded word may begin at an equals sign.
    let word = memchr::memchr_iter(b'=', content).any(|at| content.get(at + 1) == Some(&b'?'));
    (value.get(end) == Some(&b'"') && !word).then_some(start..end)
}
