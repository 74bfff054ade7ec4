//! Writes the stored form, and structures out of it.

use super::{
    ADDRESSES, Index, Part, PartKind, SentDate, VERSION,
    part::{DECODED, ENCODINGS},
};
use crate::{
    envelope::{self, Fields, Known},
    line_ends::{Count, Counter},
    mime::{self, Found},
    stored::{checksum, put_block, put_len, put_number, put_signed},
    thread::message_ids,
};
use alloc::{format, vec, vec::Vec};
use mailwire_message::{PartId, header::Date, parser::PartKind as Kind};

/// A message that is read.
#[derive(Debug)]
pub(super) struct Draft {
    /// How many addresses may still be kept.
    addresses_left: usize,
    sent: Option<SentDate>,
    envelope: Vec<u8>,
    references: Vec<u8>,
    pub(super) parts: Vec<DraftPart>,
}

/// A part that is read, or begun.
#[derive(Clone, Debug, Default)]
pub(super) struct DraftPart {
    pub(super) parent: Option<usize>,
    /// The part whose decoded octets it is in, as far as the push parser tells.
    pub(super) source: Option<PartId>,
    pub(super) start: u64,
    pub(super) header_end: u64,
    pub(super) body_start: u64,
    pub(super) body_end: u64,
    /// How many line feeds there are up to its header, its body, and its end.
    pub(super) counts: [Count; 3],
    pub(super) decodes: bool,
    depth: usize,
    kind: u8,
    encoding: u8,
    mime: Vec<u8>,
    envelope: Vec<u8>,
}

impl Draft {
    pub(super) const fn new() -> Self {
        Self {
            addresses_left: ADDRESSES,
            sent: None,
            envelope: Vec::new(),
            references: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// A part begins, in that one.
    pub(super) fn begin(&mut self, parent: Option<usize>, start: u64) {
        let depth = parent.and_then(|parent| self.parts.get(parent)).map_or(0, |it| it.depth + 1);
        self.parts.push(DraftPart { parent, depth, start, ..DraftPart::default() });
    }

    /// The header of a part is read.
    pub(super) fn header(&mut self, id: usize, found: &Found<'_>, fields: &Fields<'_>) {
        let Some(part) = self.parts.get_mut(id) else { return };
        part.kind = match found.kind {
            Kind::Multipart => 1,
            Kind::Message => 2,
            _ => 0,
        };
        let encoding = ENCODINGS.iter().position(|encoding| *encoding == found.encoding);
        part.encoding = u8::try_from(encoding.unwrap_or(0)).unwrap_or(0);
        mime::put(found, fields, &mut part.mime);
        let Some(parent) = part.parent else {
            envelope::put(fields, &mut self.addresses_left, &mut self.envelope);
            self.sent = fields.first(Known::Date).and_then(sent_date);
            message_ids::put_references(fields, &mut self.references);
            return;
        };
        // The root of a message within: its envelope is kept with the part that holds it.
        if let Some(holder) = self.parts.get_mut(parent)
            && holder.kind == 2
        {
            envelope::put(fields, &mut self.addresses_left, &mut holder.envelope);
        }
    }

    pub(super) fn finish(mut self, counter: &Counter) -> Index {
        let converts = counter.converts();
        let mut out = vec![VERSION, u8::from(converts)];
        put_number(counter.at(), &mut out);
        put_number(if converts { counter.count().bare } else { 0 }, &mut out);
        match self.sent {
            None => out.push(0),
            Some(SentDate { unix, offset }) => {
                out.push(1 + u8::from(offset.is_some()));
                put_signed(unix, &mut out);
                offset.iter().for_each(|offset| put_signed(i64::from(*offset), &mut out));
            }
        }
        put_block(&mut out, |out| out.extend_from_slice(&self.envelope));
        put_block(&mut out, |out| out.extend_from_slice(&self.references));
        put_len(self.parts.len(), &mut out);
        put_block(&mut out, |out| {
            self.parts.iter_mut().for_each(|part| part.put(converts, out));
        });
        put_block(&mut out, |out| {
            let marks = if converts { counter.marks() } else { &[] };
            let mut before = 0;
            for mark in marks {
                put_number(mark - before, out);
                before = *mark;
            }
        });
        let sum = checksum(&out);
        out.extend_from_slice(&sum);
        Index::parse(out.into()).expect("it is written as it is read")
    }
}

impl DraftPart {
    fn put(&mut self, converts: bool, out: &mut Vec<u8>) {
        put_len(self.depth, out);
        out.push(self.kind | if self.decodes { DECODED } else { 0 } | self.encoding << 4);
        put_number(self.start, out);
        put_number(self.header_end - self.start, out);
        put_number(self.body_start - self.header_end, out);
        put_number(self.body_end.saturating_sub(self.body_start), out);
        let [start, body_start, body_end] = self.counts;
        let (header, body) = (body_start.since(start), body_end.since(body_start));
        for bare in [header.bare, body.bare] {
            put_number(if converts { bare } else { 0 }, out);
        }
        put_number(body.lines, out);
        put_block(out, |out| out.extend_from_slice(&self.mime));
        if self.kind == 2 && self.envelope.is_empty() {
            envelope::put(&Fields::default(), &mut 0, &mut self.envelope);
        }
        put_block(out, |out| out.extend_from_slice(&self.envelope));
    }
}

/// What a Date field says, whatever stands behind it. With a zone that is none it is taken for UTC, with a
/// time that is none, or without one, for midnight (RFC 5256 §2.2).
fn sent_date(value: &[u8]) -> Option<SentDate> {
    let read = |value: &[u8]| {
        let date = Date::parse(value);
        // A leap second is of the day that it ends, not of the next.
        let leap = memchr::memmem::find(value, b":60").is_some();
        let unix = date.unix() - i64::from(leap);
        date.is_valid().then(|| SentDate { unix, offset: date.offset_minutes() })
    };
    if let Some(date) = read(value) {
        return Some(date);
    }
    let utc = |text: &[u8], time: &[u8]| {
        let date = read(&[text, time].concat());
        date.map(|date| SentDate { offset: None, ..date })
    };
    let midnight = |text: &[u8]| utc(text, b" 00:00:00 +0000");
    let Some(colon) = memchr::memchr(b':', value) else { return midnight(value) };
    let is_blank = |octet: &u8| octet.is_ascii_whitespace();
    let start = value[..colon].iter().rposition(is_blank)?;
    let end = value[colon..].iter().position(is_blank).map_or(value.len(), |len| colon + len);
    let blanks = value[end..].iter().take_while(|octet| is_blank(octet)).count();
    let zone = end + blanks;
    let behind = value[zone..].iter().position(is_blank).map_or(value.len(), |len| zone + len);
    if let Some(date) = read(&value[..behind]) {
        return Some(date);
    }
    utc(&value[..end], b" +0000").or_else(|| midnight(&value[..start]))
}

/// Appends BODY or BODYSTRUCTURE as it goes on the wire.
pub(super) fn structure(index: &Index, utf8: bool, extended: bool, out: &mut Vec<u8>) {
    // Parts whose end was not written yet, and whether something is in them.
    let mut open: Vec<(Part<'_>, bool)> = Vec::new();
    for part in index.parts() {
        while open.len() > part.depth {
            open.pop().into_iter().for_each(|(part, any)| end(&part, any, utf8, extended, out));
        }
        if let Some((_, any)) = open.last_mut() {
            *any = true;
        }
        out.push(b'(');
        if part.kind != PartKind::Multipart {
            part.view().write_basic(utf8, out);
            out.extend_from_slice(format!(" {}", part.size()).as_bytes());
        }
        if part.kind == PartKind::Message {
            out.push(b' ');
            part.envelope().write(out);
            out.push(b' ');
        }
        open.push((part, false));
    }
    open.into_iter().rev().for_each(|(part, any)| end(&part, any, utf8, extended, out));
}

/// What comes behind the parts within.
fn end(part: &Part<'_>, any: bool, utf8: bool, extended: bool, out: &mut Vec<u8>) {
    /// Stands for a part that has to be there and is not.
    const EMPTY: &[u8] = b"(\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0";
    let view = part.view();
    if part.kind != PartKind::Leaf && !any {
        out.extend_from_slice(EMPTY);
        out.extend_from_slice(if extended { b" NIL NIL NIL NIL)" } else { b")" });
    }
    if part.kind == PartKind::Multipart {
        if extended {
            view.write_multipart(utf8, out);
        } else {
            view.write_subtype(out);
        }
    } else {
        if part.kind == PartKind::Message || view.media_type == b"text" {
            out.extend_from_slice(format!(" {}", part.lines).as_bytes());
        }
        if extended {
            view.write_extension(utf8, out);
        }
    }
    out.push(b')');
}
