//! Message identifiers as threads compare them (RFC 5256 §3).

use crate::{
    envelope::{Fields, Known},
    stored::put_text,
};
use alloc::{borrow::Cow, vec::Vec};
use mailwire_message::header::MessageIds;

/// Keeps what a message refers to: the identifiers of References, or else the first of In-Reply-To.
pub(crate) fn put_references(fields: &Fields<'_>, out: &mut Vec<u8>) {
    for value in fields.all(Known::References) {
        each(value, |id| put_text(Some(id), out));
    }
    if !out.is_empty() {
        return;
    }
    for value in fields.all(Known::InReplyTo) {
        let mut first = true;
        each(value, |id| {
            if core::mem::take(&mut first) {
                put_text(Some(id), out);
            }
        });
        if !first {
            return;
        }
    }
}

/// The identifier of a Message-ID field.
pub(crate) fn first(value: &[u8]) -> Option<Vec<u8>> {
    let mut found = None;
    each(value, |id| {
        found.get_or_insert_with(|| Vec::from(id));
    });
    found
}

/// Gives the valid identifiers of a field, one way of quoting them like another.
fn each(value: &[u8], mut take: impl FnMut(&[u8])) {
    // Without brackets it is an address, or anything.
    if memchr::memchr(b'<', value).is_none() {
        return;
    }
    for id in MessageIds::parse(value).iter() {
        if let Some(id) = normal(id.as_bytes()) {
            take(&id);
        }
    }
}

/// An identifier without the quotes of its left side; nothing if it has no two sides.
fn normal(id: &[u8]) -> Option<Cow<'_, [u8]>> {
    if id.first() != Some(&b'"') {
        let at = memchr::memchr(b'@', id)?;
        return (at > 0 && at + 1 < id.len()).then_some(Cow::Borrowed(id));
    }
    let mut out = Vec::with_capacity(id.len());
    let mut at = 1;
    loop {
        match id.get(at)? {
            b'"' => break,
            b'\\' => {
                out.push(*id.get(at + 1)?);
                at += 2;
            }
            octet => {
                out.push(*octet);
                at += 1;
            }
        }
    }
    let right = id.get(at + 1..)?;
    (!out.is_empty() && right.len() > 1 && right.first() == Some(&b'@')).then(|| {
        out.extend_from_slice(right);
        Cow::Owned(out)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_compared_without_their_quotes() {
        for (value, want) in [
            ("<01KF8JCEOCBS0045PS@xxx.yyy.com>", Some("01KF8JCEOCBS0045PS@xxx.yyy.com")),
            ("<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>", Some("01KF8JCEOCBS0045PS@xxx.yyy.com")),
            ("<\"a\\\"b\"@x>", Some("a\"b@x")),
            ("Your message of Friday <a@b>", Some("a@b")),
            ("somebody@x.test", None),
            ("<nothing>", None),
            ("<@x>", None),
            ("<x@>", None),
            ("", None),
        ] {
            assert_eq!(first(value.as_bytes()).as_deref(), want.map(str::as_bytes), "{value:?}");
        }
    }
}
