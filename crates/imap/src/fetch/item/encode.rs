//! Items as they go on the wire.

use super::{FetchData, FetchItem, annotation};
use crate::{AString, Encoder, ObjectId, Section, SectionText};
use core::num::NonZeroU32;

impl FetchItem {
    /// Whether there is something to send.
    pub(crate) const fn can_be_sent(&self) -> bool {
        match self {
            Self::Invalid { .. } | Self::Size(None) => false,
            Self::Annotation(annotations) => !annotations.is_empty(),
            _ => true,
        }
    }

    /// Appends the item, its name first. Of data that was streamed only the announcement of the
    /// literal goes out: its octets are the caller's. Nothing goes out of an item that is invalid.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer, fetch::FetchItem};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// FetchItem::ModSeq(12_111_230_047).encode(&mut out);
    /// assert_eq!(out.finish().wire, "MODSEQ (12111230047)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Uid(uid) => named(b"UID ", (*uid).into(), out),
            Self::Flags(flags) => {
                out.raw(b"FLAGS ");
                out.flags(flags);
            }
            Self::InternalDate(Some(date)) => out.write(format_args!("INTERNALDATE \"{date}\"")),
            Self::InternalDate(None) => out.raw(b"INTERNALDATE NIL"),
            Self::Size(Some(size)) => named(b"RFC822.SIZE ", *size, out),
            Self::Size(None) | Self::Invalid { .. } => {}
            Self::Annotation(annotations) if annotations.is_empty() => {}
            Self::ModSeq(value) => {
                named(b"MODSEQ (", *value, out);
                out.raw(b")");
            }
            Self::Envelope(envelope) => {
                out.raw(b"ENVELOPE ");
                envelope.encode(out);
            }
            Self::BodyStructure(structure) => {
                out.raw(b"BODYSTRUCTURE ");
                structure.encode(out);
            }
            Self::Body(structure) => {
                out.raw(b"BODY ");
                structure.encode(out);
            }
            Self::Section { section, origin, data } => {
                out.raw(b"BODY");
                encode_section(section, out);
                encode_origin(*origin, out);
                encode_data(data, false, out);
            }
            Self::Binary { part, origin, data } => {
                out.raw(b"BINARY");
                encode_part(part, out);
                encode_origin(*origin, out);
                encode_data(data, true, out);
            }
            Self::BinarySize { part, size } => {
                out.raw(b"BINARY.SIZE");
                encode_part(part, out);
                out.write(format_args!(" {size}"));
            }
            Self::Rfc822(data) => {
                out.raw(b"RFC822");
                encode_data(data, false, out);
            }
            Self::Rfc822Header(data) => {
                out.raw(b"RFC822.HEADER");
                encode_data(data, false, out);
            }
            Self::Rfc822Text(data) => {
                out.raw(b"RFC822.TEXT");
                encode_data(data, false, out);
            }
            Self::EmailId(id) => encode_id("EMAILID", Some(id), out),
            Self::ThreadId(id) => encode_id("THREADID", id.as_ref(), out),
            Self::Preview(text) => {
                out.raw(b"PREVIEW ");
                out.nstring(text.as_deref());
            }
            Self::SaveDate(Some(date)) => out.write(format_args!("SAVEDATE \"{date}\"")),
            Self::SaveDate(None) => out.raw(b"SAVEDATE NIL"),
            Self::GmailMessageId(id) => named(b"X-GM-MSGID ", *id, out),
            Self::GmailThreadId(id) => named(b"X-GM-THRID ", *id, out),
            Self::GmailLabels(labels) => {
                out.raw(b"X-GM-LABELS ");
                out.list(labels, |out, label| encode_label(label, out));
            }
            Self::Annotation(annotations) => annotation::encode(annotations, out),
            Self::Other { name, value } => {
                out.raw(name.as_bytes());
                out.space();
                value.encode(out);
            }
        }
    }
}

/// A name and a number.
fn named(name: &[u8], number: u64, out: &mut Encoder) {
    out.raw(name);
    out.number(number);
}

/// `section`
pub(crate) fn encode_section(section: &Section, out: &mut Encoder) {
    out.raw(b"[");
    for (i, number) in section.part().iter().enumerate() {
        out.write(format_args!("{}{number}", if i > 0 { "." } else { "" }));
    }
    if !section.part().is_empty() && *section.text() != SectionText::All {
        out.raw(b".");
    }
    let mut fields = |name: &[u8], names: &[AString]| {
        out.raw(name);
        out.space();
        out.list(names, |out, name| out.astring(name));
    };
    match section.text() {
        SectionText::All => {}
        SectionText::Header => out.raw(b"HEADER"),
        SectionText::HeaderFields(names) => fields(b"HEADER.FIELDS", names),
        SectionText::HeaderFieldsNot(names) => fields(b"HEADER.FIELDS.NOT", names),
        SectionText::Text => out.raw(b"TEXT"),
        SectionText::Mime => out.raw(b"MIME"),
    }
    out.raw(b"]");
}

pub(crate) fn encode_part(part: &[NonZeroU32], out: &mut Encoder) {
    out.raw(b"[");
    for (i, number) in part.iter().enumerate() {
        out.write(format_args!("{}{number}", if i > 0 { "." } else { "" }));
    }
    out.raw(b"]");
}

fn encode_origin(origin: Option<u64>, out: &mut Encoder) {
    if let Some(origin) = origin {
        out.write(format_args!("<{origin}>"));
    }
}

pub(crate) fn encode_data(data: &FetchData, binary: bool, out: &mut Encoder) {
    out.space();
    match data {
        FetchData::Nil => out.raw(b"NIL"),
        // Bulk is never quoted: it would have to be looked at.
        FetchData::Octets(octets) if binary => out.literal(octets, false),
        FetchData::Octets(octets) => out.plain_literal(octets),
        FetchData::Streamed(size) => out.literal_header(*size, binary),
    }
}

fn encode_id(name: &str, id: Option<&ObjectId>, out: &mut Encoder) {
    out.write(format_args!("{name} "));
    match id {
        Some(id) => {
            out.raw(b"(");
            out.raw(id.as_bytes());
            out.raw(b")");
        }
        None => out.raw(b"NIL"),
    }
}

/// `\Inbox` and its like go out bare, all others as strings.
pub(crate) fn encode_label(label: &[u8], out: &mut Encoder) {
    let is_system = label
        .strip_prefix(b"\\")
        .is_some_and(|name| !name.is_empty() && crate::class::ATOM_CHAR.covers(name));
    if is_system { out.raw(label) } else { out.astring(label) }
}
