//! As much JSON ([RFC 8259]) as the error challenge needs: one flat object.
//!
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259

use alloc::{string::String, vec::Vec};
use core::fmt::Write;

/// Appends a string with its quotes.
pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if u32::from(c) < 0x20 => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a String takes everything");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The members of an object: strings and bare words as text, arrays and objects as `None`.
pub(super) fn members(text: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut rest = skip(text, '{')?;
    let mut members = Vec::new();
    if let Some(end) = skip(rest, '}') {
        return end.trim().is_empty().then_some(members);
    }
    loop {
        let (key, after) = string(rest.trim_start())?;
        let (value, after) = value(skip(after, ':')?.trim_start())?;
        members.push((key, value));
        if let Some(next) = skip(after, ',') {
            rest = next;
        } else {
            return skip(after, '}')?.trim().is_empty().then_some(members);
        }
    }
}

fn skip(text: &str, c: char) -> Option<&str> {
    text.trim_start().strip_prefix(c)
}

fn value(text: &str) -> Option<(Option<String>, &str)> {
    match text.bytes().next()? {
        b'"' => string(text).map(|(value, rest)| (Some(value), rest)),
        b'{' | b'[' => nested(text).map(|rest| (None, rest)),
        _ => {
            let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
            let end = text.find(|c| !word(c)).unwrap_or(text.len());
            (end > 0).then(|| (Some(text[..end].into()), &text[end..]))
        }
    }
}

/// Passes over an array or object by counting brackets.
fn nested(text: &str) -> Option<&str> {
    let (mut depth, mut rest) = (0_usize, text);
    loop {
        match rest.bytes().next()? {
            b'"' => {
                rest = string(rest)?.1;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        let mut chars = rest.chars();
        chars.next();
        rest = chars.as_str();
        if depth == 0 {
            return Some(rest);
        }
    }
}

/// A string and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let mut chars = text.strip_prefix('"')?.chars();
    let mut out = String::new();
    loop {
        match chars.next()? {
            '"' => return Some((out, chars.as_str())),
            '\\' => {
                let (c, rest) = escaped(chars.as_str())?;
                out.push(c);
                chars = rest.chars();
            }
            c if u32::from(c) < 0x20 => return None,
            c => out.push(c),
        }
    }
}

/// What follows a backslash.
fn escaped(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    let c = match chars.next()? {
        c @ ('"' | '\\' | '/') => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let (high, rest) = unit(chars.as_str())?;
            let low = rest.strip_prefix("\\u").and_then(unit);
            return match (high, low) {
                (0xd800..0xdc00, Some((low @ 0xdc00..0xe000, rest))) => {
                    let c = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    char::from_u32(c).map(|c| (c, rest))
                }
                _ => Some((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), rest)),
            };
        }
        _ => return None,
    };
    Some((c, chars.as_str()))
}

/// Four hexadecimal digits.
fn unit(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((u32::from_str_radix(digits, 16).ok()?, &text[4..]))
}

#[cfg(test)]
mod tests {
    use crate::OAuthError;

    #[test]
    fn reads() {
        let full = OAuthError::new("401").with_schemes("bearer mac").with_scope("https://m/");
        for (json, want) in [
            ("{}", Some(OAuthError::default())),
            (" { \"status\" : 401 } ", Some(OAuthError::new("401"))),
            (r#"{"status":"401","schemes":"bearer mac","scope":"https:\/\/m\/"}"#, Some(full)),
            (
                r#"{"x":[{"status":"no}"}],"y":null,"status":"a\"\u00e9\ud83d\ude00\n"}"#,
                Some(OAuthError::new("a\"\u{e9}\u{1f600}\n")),
            ),
            (r#"{"status":"\ud83d"}"#, Some(OAuthError::new("\u{fffd}"))),
            ("", None),
            ("[]", None),
            ("{", None),
            ("{\"a\"}", None),
            ("{\"a\":}", None),
            ("{\"a\":1,}", None),
            ("{\"a\":\"b}", None),
            ("{\"a\":[1}", None),
            ("{\"a\":\"\\u12\"}", None),
            ("{} x", None),
        ] {
            assert_eq!(OAuthError::parse(json.as_bytes()), want, "{json}");
        }
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let json = std::format!("{{\"a\":{}", "[".repeat(100_000));
        assert_eq!(OAuthError::parse(json.as_bytes()), None);
    }

    #[test]
    fn writes_what_it_reads() {
        let error = OAuthError::new("a\"\\\u{1}\n\u{1f600}").with_openid_configuration("");
        assert_eq!(OAuthError::parse(&error.to_json()), Some(error));
    }
}
