//! Addresses as ENVELOPE has them: as they are written, encoded words included.
//!
//! What is an address and what is a name is decided by the reader of [`mailwire_message`], which
//! decodes names; here the name is found again as it stands in the field.

use super::{MISSING_DOMAIN, MISSING_MAILBOX, encoded_word, fields::unfolded};
use crate::stored::put_text;
use alloc::{borrow::Cow, vec::Vec};
use mailwire_message::header::{Address, AddressList, Mailbox};

/// Keeps the addresses of a field, as many as are left at most.
pub(super) fn put(value: &[u8], left: &mut usize, out: &mut Vec<u8>) {
    let mut take = |count| {
        let taken = left.checked_sub(count);
        *left = taken.unwrap_or(*left);
        taken.is_some()
    };
    // Where nothing is decoded, names are as they stand.
    let encoded =
        memchr::memmem::find(value, b"=?").is_some() || core::str::from_utf8(value).is_err();
    for item in AddressList::parse(value).items() {
        match item {
            Address::Mailbox(mailbox) if take(1) => put_mailbox(value, encoded, mailbox, out),
            // Its beginning and its end are addresses too.
            Address::Group(group) if take(2) => {
                let name = text(group.name(), encoded);
                put_address([None, None, Some(&name), None], out);
                for mailbox in group.mailboxes().iter().take_while(|_| take(1)) {
                    put_mailbox(value, encoded, mailbox, out);
                }
                put_address([None; 4], out);
            }
            _ => {}
        }
    }
}

fn put_mailbox(value: &[u8], encoded: bool, mailbox: &Mailbox<'_>, out: &mut Vec<u8>) {
    let raw = value.get(mailbox.span()).unwrap_or_default();
    let angle = angle(raw);
    let name = match (mailbox.name(), angle) {
        (Some(name), _) if !encoded => Some(Cow::Borrowed(name.as_bytes())),
        (Some(_), Some(angle)) => Some(phrase(&raw[..angle])),
        (Some(name), None) => Some(text(name, encoded)),
        (None, _) => mailbox.label().map(|label| text(label, encoded)),
    };
    let name = name.as_deref().filter(|name| !name.is_empty());
    let Some(address) = mailbox.addr_spec() else {
        // Words where an address should be.
        match (name, angle) {
            (Some(name), None) if mailbox.name().is_some() => {
                put_address([None, None, Some(name), Some(MISSING_DOMAIN)], out);
            }
            (None, None) => {}
            _ => put_address([name, None, Some(MISSING_MAILBOX), Some(MISSING_DOMAIN)], out),
        }
        return;
    };
    let route = angle.and_then(|angle| route(&raw[angle + 1..]));
    let local_part = address.local_part();
    let domain = address.domain().map_or(MISSING_DOMAIN, str::as_bytes);
    put_address([name, route.as_deref(), Some(local_part.as_bytes()), Some(domain)], out);
}

/// Text that was decoded if there was something to decode, as it may have been written.
fn text(text: &str, encoded: bool) -> Cow<'_, [u8]> {
    if encoded { encoded_word::encode(text) } else { Cow::Borrowed(text.as_bytes()) }
}

fn put_address(fields: [Option<&[u8]>; 4], out: &mut Vec<u8>) {
    for field in fields {
        put_text(field.map(unfolded).as_deref(), out);
    }
}

/// Where the angle bracket of an address is.
fn angle(raw: &[u8]) -> Option<usize> {
    let (mut at, mut lone_quotes, mut lone_parentheses) = (0, false, false);
    loop {
        let start = at;
        match raw.get(at)? {
            b'<' => return Some(at),
            b'"' if !lone_quotes => {
                at = quoted_end(raw, at);
                lone_quotes = at == start + 1;
            }
            b'(' if !lone_parentheses => {
                at = comment_end(raw, at);
                lone_parentheses = at == start + 1;
            }
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Behind a quoted string; behind its first quote if it has no end.
fn quoted_end(raw: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(octet) = raw.get(at) {
        match octet {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    start + 1
}

/// Behind a comment; behind its first parenthesis if it has no end.
fn comment_end(raw: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0usize);
    while let Some(octet) = raw.get(at) {
        match octet {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    start + 1
}

/// The words of a phrase, without quotes and comments, blanks between them made one.
fn phrase(raw: &[u8]) -> Cow<'static, [u8]> {
    let mut out = Vec::with_capacity(raw.len());
    let (mut at, mut lone_quotes, mut lone_parentheses) = (0, false, false);
    while let Some(&octet) = raw.get(at) {
        match octet {
            b'"' if !lone_quotes => {
                let end = quoted_end(raw, at);
                lone_quotes = end == at + 1;
                unquote(raw.get(at + 1..end - 1).unwrap_or_default(), &mut out);
                at = end;
            }
            b'(' if !lone_parentheses => {
                let end = comment_end(raw, at);
                lone_parentheses = end == at + 1;
                at = end;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                if out.last().is_some_and(|last| *last != b' ') {
                    out.push(b' ');
                }
                at += 1;
            }
            _ => {
                out.push(octet);
                at += 1;
            }
        }
    }
    Cow::Owned(Vec::from(out.trim_ascii()))
}

fn unquote(content: &[u8], out: &mut Vec<u8>) {
    let mut quoted = false;
    for &octet in content {
        if octet == b'\\' && !quoted {
            quoted = true;
            continue;
        }
        quoted = false;
        out.push(octet);
    }
}

/// The route behind an angle bracket: `@a,@b`, if there is one.
fn route(raw: &[u8]) -> Option<Vec<u8>> {
    let raw = raw.trim_ascii_start();
    if raw.first() != Some(&b'@') {
        return None;
    }
    let end = memchr::memchr(b':', raw)?;
    Some(raw[..end].iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{envelope::Addresses, stored::Reader};
    use std::{format, string::String};

    fn wire(value: &str) -> String {
        let mut kept = Vec::new();
        put(value.as_bytes(), &mut 100, &mut kept);
        let show = |field: Option<&[u8]>| {
            field.map_or("NIL".into(), |field| String::from_utf8_lossy(field).into_owned())
        };
        Addresses(Reader::new(&kept))
            .map(|it| {
                let fields = [it.name, it.route, it.mailbox, it.host].map(show);
                format!("({})", fields.join("|"))
            })
            .collect()
    }

    #[test]
    fn addresses_go_out_as_they_are_written() {
        for (value, want) in [
            (" Terry Gray <gray@cac.washington.edu>", "(Terry Gray|NIL|gray|cac.washington.edu)"),
            ("imap@cac.washington.edu", "(NIL|NIL|imap|cac.washington.edu)"),
            ("fred@x.test (Fred Foobar)", "(Fred Foobar|NIL|fred|x.test)"),
            (
                "=?utf-8?q?J=C3=BCrgen?= \"von (der) \\\"A\\\"\" (not) <j@x.test>",
                "(=?utf-8?q?J=C3=BCrgen?= von (der) \"A\"|NIL|j|x.test)",
            ),
            ("\"=?utf-8?q?a?=\r\n\tb\" <j@x>", "(=?utf-8?q?a?=\tb|NIL|j|x)"),
            ("j@x.test (=?utf-8?q?J=C3=BC?=)", "(=?utf-8?q?J=C3=BC?=|NIL|j|x.test)"),
            ("<@a.test,@b.test:c@d.test>", "(NIL|@a.test,@b.test|c|d.test)"),
            ("\"two words\"@x.test", "(NIL|NIL|two words|x.test)"),
            (
                "A Group:Ed <ed@x.test>,j@y.test;, z@z.test",
                "(NIL|NIL|A Group|NIL)(Ed|NIL|ed|x.test)(NIL|NIL|j|y.test)(NIL|NIL|NIL|NIL)\
                 (NIL|NIL|z|z.test)",
            ),
            ("undisclosed-recipients:;", "(NIL|NIL|undisclosed-recipients|NIL)(NIL|NIL|NIL|NIL)"),
            ("Jürgen <j@x.test>", "(Jürgen|NIL|j|x.test)"),
            ("j@x.test (Jürgen)", "(Jürgen|NIL|j|x.test)"),
            ("root", "(NIL|NIL|root|MISSING_DOMAIN)"),
            ("Nobody <>", "(Nobody|NIL|MISSING_MAILBOX|MISSING_DOMAIN)"),
            ("two words", "(NIL|NIL|two words|MISSING_DOMAIN)"),
            ("", ""),
            (" , ,", ""),
        ] {
            assert_eq!(wire(value), want, "value {value:?}");
        }
    }
}
