//! Annotations of a message (RFC 5257 §4.4).

use crate::{Cursor, Encoder, ParseError, ParseErrorKind};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// An entry, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Annotation {
    /// The entry: `/comment`, `/vendor/foobar/label.priv` …
    pub entry: Octets,
    /// Its attributes (`value.priv`, `size.shared` …) and their values. None at all if the server only
    /// says that the entry changed.
    pub attributes: Vec<(Octets, Option<Octets>)>,
}

impl Annotation {
    /// An entry with these attributes.
    #[must_use]
    pub const fn new(entry: Octets, attributes: Vec<(Octets, Option<Octets>)>) -> Self {
        Self { entry, attributes }
    }
}

/// `"(" entry-att *(SP entry-att) ")" / "(" entry *(SP entry) ")"`
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Vec<Annotation>, ParseError> {
    cursor.expect(b'(')?;
    let mut annotations = Vec::new();
    loop {
        let entry = cursor.astring()?;
        let mut attributes = Vec::new();
        if cursor.rest().starts_with(b" (") {
            cursor.advance(2);
            loop {
                let name = cursor.astring()?;
                cursor.space()?;
                attributes.push((name, cursor.nstring()?));
                if attributes.len() > cursor.options().items {
                    return Err(ParseErrorKind::TooMany.at(cursor.at()));
                }
                if cursor.eat(b')') {
                    break;
                }
                cursor.space()?;
            }
        }
        annotations.push(Annotation { entry, attributes });
        if annotations.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        if cursor.eat(b')') {
            return Ok(annotations);
        }
        cursor.space()?;
    }
}

pub(super) fn encode(annotations: &[Annotation], out: &mut Encoder) {
    out.raw(b"ANNOTATION ");
    out.list(annotations, |out, annotation| {
        out.astring(&annotation.entry);
        if annotation.attributes.is_empty() {
            return;
        }
        out.space();
        out.list(&annotation.attributes, |out, (name, value)| {
            out.astring(name);
            out.space();
            out.nstring(value.as_deref());
        });
    });
}
