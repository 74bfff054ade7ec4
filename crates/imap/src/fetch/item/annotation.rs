//! Annotations of a message (RFC 5257 §4.4).

use crate::{AString, Cursor, Encoder, ParseError};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// An entry, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Annotation {
    /// The entry: `/comment`, `/vendor/foobar/label.priv` …
    pub entry: AString,
    /// Its attributes (`value.priv`, `size.shared` …) and their values. None at all if the server only
    /// says that the entry changed.
    pub attributes: Vec<(AString, Option<Octets>)>,
}

impl Annotation {
    /// An entry with these attributes.
    #[must_use]
    pub const fn new(entry: AString, attributes: Vec<(AString, Option<Octets>)>) -> Self {
        Self { entry, attributes }
    }
}

/// `"(" entry-att *(SP entry-att) ")" / "(" entry *(SP entry) ")"`
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Vec<Annotation>, ParseError> {
    cursor.list_of_some(|cursor| {
        let entry = cursor.checked_astring()?;
        let mut attributes = Vec::new();
        if cursor.rest().starts_with(b" (") {
            cursor.space()?;
            attributes = cursor.list_of_some(|cursor| {
                let name = cursor.checked_astring()?;
                cursor.space()?;
                Ok((name, cursor.nstring8()?))
            })?;
        }
        Ok(Annotation { entry, attributes })
    })
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
