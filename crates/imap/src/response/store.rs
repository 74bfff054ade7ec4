//! Quotas, rights and annotations (RFC 9208, RFC 4314, RFC 5464).

use super::list::mailbox;
use crate::{AString, Atom, Cursor, Encoder, Mailbox, ParseError, Quirk};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// How much of a quota root is used (RFC 9208 §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// The name of the root.
    pub root: AString,
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
    pub const fn new(root: AString, resources: Vec<QuotaResource>) -> Self {
        Self { root, resources }
    }

    /// `"QUOTA" SP quota-root-name SP "(" [quota-resource *(SP quota-resource)] ")"`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let root = cursor.checked_astring()?;
        cursor.space()?;
        let resources = cursor.list(|cursor| {
            let name = Atom::from_scanned(cursor.span(&crate::class::ATOM_CHAR)?);
            cursor.space()?;
            let usage = count(cursor)?;
            cursor.space()?;
            let limit = count(cursor)?;
            Ok(QuotaResource { name, usage, limit })
        })?;
        Ok(Self { root, resources })
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{AString, Atom, Encoder, Peer, Quota, QuotaResource};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let storage = QuotaResource::new(Atom::new("STORAGE")?, 10, 512);
    /// Quota::new(AString::default(), vec![storage]).encode(&mut out);
    /// assert_eq!(out.finish().wire, "\"\" (STORAGE 10 512)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
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
    pub rights: Vec<(AString, AString)>,
}

impl Acl {
    /// Who may do what.
    #[must_use]
    pub const fn new(mailbox: Mailbox, rights: Vec<(AString, AString)>) -> Self {
        Self { mailbox, rights }
    }

    /// `"ACL" SP mailbox *(SP identifier SP rights)`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let mailbox = mailbox(cursor)?;
        let mut rights = Vec::new();
        for pair in astrings(cursor)?.chunks(2) {
            let [identifier, granted @ ..] = pair else { continue };
            if granted.is_empty() {
                cursor.tolerate(Quirk::MissingField, cursor.at())?;
            }
            rights.push((identifier.clone(), granted.first().cloned().unwrap_or_default()));
        }
        Ok(Self { mailbox, rights })
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{Acl, AString, Encoder, Mailbox, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let rights = (AString::new("fred")?, AString::new("lrs")?);
    /// Acl::new(Mailbox::INBOX, vec![rights]).encode(&mut out);
    /// assert_eq!(out.finish().wire, "INBOX fred lrs");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
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

/// `nstring / literal8`; some servers send atoms.
fn value(cursor: &mut Cursor<'_>) -> Result<Option<Octets>, ParseError> {
    let start = cursor.at();
    if cursor.is_at_string() {
        return cursor.nstring8();
    }
    let atom = cursor.astring()?;
    if atom.eq_ignore_ascii_case(b"NIL") {
        return Ok(None);
    }
    cursor.tolerate(Quirk::WrongShape, start)?;
    Ok(Some(atom))
}

/// `*(SP astring)`
pub(super) fn astrings(cursor: &mut Cursor<'_>) -> Result<Vec<AString>, ParseError> {
    let mut strings = Vec::new();
    while cursor.peek() == Some(b' ') {
        cursor.space()?;
        if cursor.is_at_end() {
            cursor.tolerate(Quirk::TrailingSpace, cursor.at() - 1)?;
            break;
        }
        strings.push(cursor.checked_astring()?);
        cursor.limit(strings.len())?;
    }
    Ok(strings)
}

/// Annotations of a mailbox, or which of them changed (RFC 5464 §4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// Which mailbox; the empty name is the server.
    pub mailbox: Mailbox,
    /// Which annotations.
    pub entries: MetadataEntries,
}

/// What is said of annotations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 5464 §5 has no third form")]
pub enum MetadataEntries {
    /// Entries and their values, any octets; `None` for NIL.
    Values(Vec<(AString, Option<Octets>)>),
    /// Entries that changed.
    Changed(Vec<AString>),
}

impl Metadata {
    /// Entries with their values.
    #[must_use]
    pub const fn new(mailbox: Mailbox, entries: Vec<(AString, Option<Octets>)>) -> Self {
        Self { mailbox, entries: MetadataEntries::Values(entries) }
    }

    /// Entries that changed.
    #[must_use]
    pub const fn changed(mailbox: Mailbox, entries: Vec<AString>) -> Self {
        Self { mailbox, entries: MetadataEntries::Changed(entries) }
    }

    /// `"METADATA" SP mailbox SP (entry-values / entry-list)`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let mailbox = mailbox(cursor)?;
        if cursor.rest().trim_ascii().is_empty() {
            cursor.tolerate(Quirk::MissingField, cursor.at())?;
            return Ok(Self::changed(mailbox, Vec::new()));
        }
        cursor.space()?;
        if cursor.peek() != Some(b'(') {
            let mut entries = Vec::from([cursor.checked_astring()?]);
            entries.extend(astrings(cursor)?);
            return Ok(Self::changed(mailbox, entries));
        }
        let entries = cursor.list_of_some(|cursor| {
            let entry = cursor.checked_astring()?;
            cursor.space()?;
            Ok((entry, value(cursor)?))
        })?;
        Ok(Self::new(mailbox, entries))
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{AString, Encoder, Mailbox, Metadata, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let comment = (AString::new("/shared/comment")?, None);
    /// Metadata::new(Mailbox::INBOX, vec![comment]).encode(&mut out);
    /// assert_eq!(out.finish().wire, "INBOX (/shared/comment NIL)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        out.mailbox(&self.mailbox);
        out.space();
        match &self.entries {
            MetadataEntries::Changed(entries) => {
                out.items(entries, &mut |out: &mut Encoder, entry: &AString| out.astring(entry));
            }
            MetadataEntries::Values(entries) => out.list(entries, |out, (entry, value)| {
                out.astring(entry);
                out.space();
                out.nstring(value.as_deref());
            }),
        }
    }
}
