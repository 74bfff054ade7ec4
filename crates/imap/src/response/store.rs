//! Quotas, rights and annotations (RFC 9208, RFC 4314, RFC 5464).

use super::list::mailbox;
use crate::{Atom, Cursor, Encoder, Mailbox, ParseError, Quirk};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// How much of a quota root is used (RFC 9208 §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// The name of the root.
    pub root: Octets,
    /// Its resources.
    pub resources: Vec<QuotaResource>,
}

/// One resource of a quota root.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaResource {
    /// `STORAGE`, in units of 1024 octets, `MESSAGE`, `MAILBOX` …
    pub name: Atom,
    /// How much is used.
    pub usage: u64,
    /// How much may be used.
    pub limit: u64,
}

impl QuotaResource {
    /// So much of so much.
    #[must_use]
    pub const fn new(name: Atom, usage: u64, limit: u64) -> Self {
        Self { name, usage, limit }
    }
}

impl Quota {
    /// A root and its resources.
    #[must_use]
    pub fn new(root: impl Into<Octets>, resources: Vec<QuotaResource>) -> Self {
        Self { root: root.into(), resources }
    }

    /// `"QUOTA" SP quota-root-name SP "(" [quota-resource *(SP quota-resource)] ")"`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let root = cursor.astring()?;
        cursor.space()?;
        cursor.expect(b'(')?;
        let mut resources = Vec::new();
        while !cursor.eat(b')') {
            let name = Atom::from_scanned(cursor.span(&crate::class::ATOM_CHAR)?);
            cursor.space()?;
            let usage = count(cursor)?;
            cursor.space()?;
            let limit = count(cursor)?;
            resources.push(QuotaResource { name, usage, limit });
            cursor.eat(b' ');
            cursor.skip_extra_spaces();
        }
        Ok(Self { root, resources })
    }

    /// Appends it behind the name of the response.
    pub fn encode(&self, out: &mut Encoder) {
        out.astring(&self.root);
        out.space();
        out.list(&self.resources, |out, resource| {
            out.atom(&resource.name);
            out.write(format_args!(" {} {}", resource.usage, resource.limit));
        });
    }
}

/// Some servers have quotas below zero: none at all.
fn count(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    Ok(cursor.odd_number64()?.unwrap_or(0))
}

/// Who may do what with a mailbox (RFC 4314 §3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acl {
    /// Which mailbox.
    pub mailbox: Mailbox,
    /// Identifier and rights, in the order in which they came.
    pub rights: Vec<(Octets, Octets)>,
}

impl Acl {
    /// Who may do what.
    #[must_use]
    pub const fn new(mailbox: Mailbox, rights: Vec<(Octets, Octets)>) -> Self {
        Self { mailbox, rights }
    }

    /// `"ACL" SP mailbox *(SP identifier SP rights)`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let mailbox = mailbox(cursor)?;
        let mut rights = Vec::new();
        for pair in astrings(cursor)?.chunks(2) {
            match pair {
                [identifier, granted] => rights.push((identifier.clone(), granted.clone())),
                _ => cursor.tolerate(Quirk::MissingField, cursor.at())?,
            }
        }
        Ok(Self { mailbox, rights })
    }

    /// Appends it behind the name of the response.
    pub fn encode(&self, out: &mut Encoder) {
        out.mailbox(&self.mailbox);
        for (identifier, rights) in &self.rights {
            out.space();
            out.astring(identifier);
            out.space();
            out.astring(rights);
        }
    }
}

/// `*(SP astring)`
pub(super) fn astrings(cursor: &mut Cursor<'_>) -> Result<Vec<Octets>, ParseError> {
    let mut strings = Vec::new();
    while cursor.peek() == Some(b' ') {
        cursor.space()?;
        if cursor.is_at_end() {
            cursor.tolerate(Quirk::TrailingSpace, cursor.at())?;
            break;
        }
        strings.push(cursor.astring()?);
        if strings.len() > cursor.options().items {
            return Err(crate::ParseErrorKind::TooMany.at(cursor.at()));
        }
    }
    Ok(strings)
}

/// Annotations of a mailbox, or which of them changed (RFC 5464 §4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// Which mailbox; the empty name is the server.
    pub mailbox: Mailbox,
    /// Entries, and their values; without values (`None` for all) they changed.
    pub entries: Vec<(Octets, Option<Octets>)>,
    /// Whether values were sent.
    pub with_values: bool,
}

impl Metadata {
    /// Entries with their values.
    #[must_use]
    pub const fn new(mailbox: Mailbox, entries: Vec<(Octets, Option<Octets>)>) -> Self {
        Self { mailbox, entries, with_values: true }
    }

    /// `"METADATA" SP mailbox SP (entry-values / entry-list)`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let mailbox = mailbox(cursor)?;
        if !cursor.rest().starts_with(b" (") {
            let entries = astrings(cursor)?.into_iter().map(|entry| (entry, None)).collect();
            return Ok(Self { mailbox, entries, with_values: false });
        }
        cursor.space()?;
        cursor.expect(b'(')?;
        let mut entries = Vec::new();
        while !cursor.eat(b')') {
            let entry = cursor.astring()?;
            cursor.space()?;
            let value = match cursor.peek() {
                Some(b'"' | b'{' | b'~' | b'N' | b'n') => cursor.nstring()?,
                _ => Some(cursor.astring()?),
            };
            entries.push((entry, value));
            if entries.len() > cursor.options().items {
                return Err(crate::ParseErrorKind::TooMany.at(cursor.at()));
            }
            cursor.space_or_close()?;
        }
        Ok(Self { mailbox, entries, with_values: true })
    }

    /// Appends it behind the name of the response.
    pub fn encode(&self, out: &mut Encoder) {
        out.mailbox(&self.mailbox);
        out.space();
        if !self.with_values {
            out.items(&self.entries, &mut |out: &mut Encoder, (entry, _)| out.astring(entry));
            return;
        }
        out.raw(b"(");
        for (i, (entry, value)) in self.entries.iter().enumerate() {
            if i > 0 {
                out.space();
            }
            out.astring(entry);
            out.space();
            out.nstring(value.as_deref());
        }
        out.raw(b")");
    }
}
