//! The texts of a message that are searched.

use super::program::Needles;
use crate::{
    Facts, Index, Part, PartKind,
    envelope::{Addresses, View},
    section::{BYTE_ORDER_MARK, decode},
    text::part_text,
};
use alloc::{borrow::Cow, string::String, vec, vec::Vec};
use core::ops::Range;
use mailwire_message::{header::decode_text, preview};

/// Which of the needles for whole messages a message has.
#[derive(Debug, Default)]
pub(super) struct Texts {
    found: Vec<bool>,
    pub(super) missing: bool,
}

impl Texts {
    /// Looks for all needles at once, part by part, so that each part is decoded once.
    pub(super) fn find(message: &impl Facts, index: &Index, needles: &Needles) -> Self {
        let mut texts = Self { found: vec![false; needles.whole.len()], missing: false };
        // Nothing is in everything.
        texts.look(needles, true, "");
        let parts: Vec<Part<'_>> = index.parts().collect();
        let in_headers = needles.whole.iter().any(|whole| whole.in_headers);
        let mut decoded = Decoded::default();
        for part in &parts {
            if texts.found.iter().all(|found| *found) {
                break;
            }
            if in_headers {
                match decoded.read(message, &parts, part, part.header_range()) {
                    Some(header) => texts.look(needles, true, &header_text(&header)),
                    None => texts.missing = true,
                }
            }
            let (media_type, subtype) = part.media_type();
            if part.kind() != PartKind::Leaf || !matches!(media_type, b"text" | b"message") {
                continue;
            }
            let Some(body) = decoded.read(message, &parts, part, part.body_range()) else {
                texts.missing = true;
                continue;
            };
            let text = part_text(part, &body);
            texts.look(needles, false, &text);
            if subtype == b"html" {
                texts.look(needles, false, &preview::html_text(&text));
            }
        }
        texts
    }

    pub(super) fn has(&self, which: usize) -> bool {
        self.found.get(which).copied().unwrap_or(false)
    }

    fn look(&mut self, needles: &Needles, is_header: bool, text: &str) {
        let key = needles.collation.key(text);
        for (found, whole) in self.found.iter_mut().zip(&needles.whole) {
            if *found || is_header && !whole.in_headers && !text.is_empty() {
                continue;
            }
            let finder = needles.finders.get(whole.needle);
            *found = finder.is_some_and(|finder| finder.find(&key).is_some());
        }
    }
}

/// Octets of parts that stand in decoded octets of others: those of the part that was looked at last, and
/// of those that it is in, so that each is decoded once.
#[derive(Default)]
struct Decoded(Vec<(usize, Vec<u8>)>);

impl Decoded {
    fn read<'f>(
        &'f mut self,
        message: &'f impl Facts,
        parts: &[Part<'_>],
        part: &Part<'_>,
        range: Range<u64>,
    ) -> Option<Cow<'f, [u8]>> {
        let Some(source) = part.source else { return message.octets(range) };
        self.open(message, parts, source)?;
        let (_, octets) = self.0.last()?;
        octets.get(crate::section::range(range)).map(Cow::Borrowed)
    }

    /// Makes the decoded octets of this part the last.
    fn open(&mut self, message: &impl Facts, parts: &[Part<'_>], source: usize) -> Option<()> {
        // From the innermost to the outermost.
        let mut chain = vec![source];
        while let Some(outer) = parts.get(*chain.last()?)?.source {
            chain.push(outer);
        }
        let known = self.0.iter().zip(chain.iter().rev());
        let known = known.take_while(|((decoded, _), wanted)| decoded == *wanted).count();
        self.0.truncate(known);
        for &source in chain.iter().rev().skip(known) {
            let part = parts.get(source)?;
            let body = part.body_range();
            let octets = match self.0.last() {
                None => decode(part.encoding(), &message.octets(body)?),
                Some((_, outer)) => {
                    decode(part.encoding(), outer.get(crate::section::range(body))?)
                }
            };
            self.0.push((source, octets));
        }
        Some(())
    }
}

/// The values of the fields of this name, decoded.
pub(super) fn values<'h>(header: &'h [u8], name: &[u8]) -> impl Iterator<Item = Cow<'h, str>> {
    fields(header)
        .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| decode_text(value))
}

/// A header, decoded: a line for each field.
fn header_text(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    for (name, value) in fields(octets) {
        text.push_str(&String::from_utf8_lossy(name));
        text.push_str(": ");
        text.push_str(&decode_text(value));
        text.push_str("\r\n");
    }
    text
}

/// Names and values of a header.
fn fields(octets: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = octets.strip_prefix(BYTE_ORDER_MARK).unwrap_or(octets);
    core::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let is_end = |at: &usize| !matches!(rest.get(at + 1), Some(b' ' | b'\t'));
            let end = memchr::memchr_iter(b'\n', rest).find(is_end).map_or(rest.len(), |at| at + 1);
            let (field, behind) = rest.split_at(end);
            rest = behind;
            if let Some(colon) = memchr::memchr(b':', field) {
                let (name, value) = field.split_at(colon);
                return Some((name.trim_ascii_end(), value.get(1..).unwrap_or_default()));
            }
        }
    })
}

/// Addresses as people write them: each as `name <mailbox@host>`.
pub(super) fn addresses(addresses: Addresses<'_>) -> String {
    let mut text = String::new();
    for address in addresses {
        if address.host.is_none() && address.mailbox.is_none() {
            // The end of a group.
            continue;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        if let Some(name) = address.name {
            text.push_str(&decode_text(name));
            text.push(' ');
        }
        let (mailbox, host) = (address.real_mailbox(), address.real_host());
        if address.host.is_none() {
            // The name of a group.
            text.push_str(&mailbox.map(decode_text).unwrap_or_default());
            continue;
        }
        text.push('<');
        text.push_str(&mailbox.map(String::from_utf8_lossy).unwrap_or_default());
        if let Some(host) = host {
            text.push('@');
            text.push_str(&String::from_utf8_lossy(host));
        }
        text.push('>');
    }
    text
}

/// The subject, decoded, if there is one.
pub(super) fn subject<'s>(view: &View<'s>) -> Option<Cow<'s, str>> {
    view.subject.map(decode_text)
}
