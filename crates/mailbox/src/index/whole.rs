//! The index of a message in memory.

use super::{
    Index, config,
    put::{Draft, DraftPart},
};
use crate::{LineEnds, envelope::Fields, line_ends::Counter, mime::Found};
use alloc::{borrow::Cow, vec, vec::Vec};
use mailwire_message::{Message, PartId, parser::PartKind};

pub(super) fn index(octets: &[u8], line_ends: LineEnds) -> Index {
    let message = Message::parse_with(octets, config());
    let mut draft = Draft::new();
    let mut tallies = vec![Tally::new(None, Cow::Borrowed(octets))];
    for part in message.parts() {
        let id = part.id().index();
        let parent = part.parent();
        let (header, body) = (part.header_range(), part.body_range());
        // What stands before the header of a message belongs to it.
        let start = match &parent {
            None => 0,
            Some(parent) if parent.kind() != PartKind::Message => header.start,
            Some(parent) if part.source() == Some(parent.id()) => 0,
            Some(parent) => parent.body_range().start,
        };
        draft.begin(parent.map(|parent| parent.id().index()), start);
        let mut fields = Fields::default();
        part.fields().for_each(|field| fields.take(field.name_octets(), field.value()));
        let content_type = part.content_type();
        let disposition = part.disposition();
        let found = Found {
            kind: part.kind(),
            declared: part.content_type_field().is_some(),
            content_type: &content_type,
            disposition: disposition.as_ref(),
            encoding: part.encoding(),
        };
        draft.header(id, &found, &fields);
        if let (Some(source), Some(holder)) = (part.source(), parent)
            && source == holder.id()
            && let Some(holder) = draft.parts.get_mut(source.index())
        {
            holder.decodes = true;
            let octets = message.part(source).map(|part| part.decoded()).unwrap_or_default();
            tallies.push(Tally::new(Some(source), octets));
        }
        if let Some(drafted) = draft.parts.get_mut(id) {
            drafted.header_end = header.end;
            drafted.body_start = body.start;
            drafted.body_end = body.end;
        }
        let tally = tallies.iter_mut().rev().find(|tally| tally.source == part.source());
        if let Some(tally) = tally {
            tally.wanted.extend([(start, id, 0), (body.start, id, 1), (body.end, id, 2)]);
        }
    }
    let mut counter = Counter::new(line_ends);
    for tally in tallies.into_iter().rev() {
        counter = tally.count(line_ends, &mut draft.parts);
    }
    // The last is that of the message itself.
    draft.finish(&counter)
}

/// Octets in which line ends are to be counted up to certain places.
struct Tally<'m> {
    source: Option<PartId>,
    octets: Cow<'m, [u8]>,
    /// Places, and the parts whose header, body or end is there: 0, 1 or 2.
    wanted: Vec<(u64, usize, usize)>,
}

impl<'m> Tally<'m> {
    const fn new(source: Option<PartId>, octets: Cow<'m, [u8]>) -> Self {
        Self { source, octets, wanted: Vec::new() }
    }

    fn count(mut self, line_ends: LineEnds, parts: &mut [DraftPart]) -> Counter {
        self.wanted.sort_unstable();
        // What is decoded goes out like the message, whose first line is not in it.
        let line_ends = if self.source.is_none() { line_ends } else { LineEnds::Crlf };
        let mut counter = Counter::new(line_ends);
        let mut rest = &self.octets[..];
        for (offset, id, which) in self.wanted {
            let len = usize::try_from(offset.saturating_sub(counter.at())).unwrap_or(usize::MAX);
            let (now, later) = rest.split_at(len.min(rest.len()));
            counter.feed(now);
            rest = later;
            if let Some(part) = parts.get_mut(id) {
                part.counts[which] = counter.count();
            }
        }
        counter.feed(rest);
        counter
    }
}
