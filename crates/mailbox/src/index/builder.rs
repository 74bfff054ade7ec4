//! The index of a message as it comes in.

use super::{Index, config, put::Draft};
use crate::{
    LineEnds,
    envelope::{Fields, Known},
    line_ends::Counter,
    mime::Found,
};
use alloc::{vec, vec::Vec};
use bytes::Bytes;
use mailwire_message::{
    PartId,
    parser::{Begin, Event, Field, Headers, Parser},
};

/// Makes the index of a message as it comes in, chunk by chunk, in memory that depends on its header
/// and parts and not on its size.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_mailbox::{Builder, Index, LineEnds};
///
/// let message = Bytes::from("Subject: hi\r\n\r\nHello\r\n");
/// let mut builder = Builder::new(LineEnds::Keep);
/// builder.handle_input(message.slice(..7));
/// builder.handle_input(message.slice(7..));
/// assert_eq!(builder.finish(), Index::of(&message));
/// ```
#[derive(Debug)]
pub struct Builder {
    parser: Parser,
    draft: Draft,
    /// The known fields of the header that is read.
    fields: Vec<Field>,
    /// Line ends of the message, and of what is decoded, by the parts that are.
    counters: Vec<(Option<PartId>, Counter)>,
}

impl Builder {
    /// At the beginning of a message.
    #[must_use]
    pub fn new(line_ends: LineEnds) -> Self {
        Self {
            parser: Parser::new(config()),
            draft: Draft::new(),
            fields: Vec::new(),
            counters: vec![(None, Counter::new(line_ends))],
        }
    }

    /// Takes the next octets of the message.
    pub fn handle_input(&mut self, octets: Bytes) {
        self.parser.handle_input(octets);
        self.poll();
    }

    /// Ends the message.
    #[must_use]
    pub fn finish(mut self) -> Index {
        self.parser.handle_eof();
        self.poll();
        let counter = self.counters.swap_remove(0).1;
        self.draft.finish(&counter)
    }

    fn poll(&mut self) {
        // Only octets behind the end would be misuse, and the end takes the builder away.
        while let Ok(Some(event)) = self.parser.poll_event() {
            self.event(event);
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Begin(begin) => self.begin(&begin),
            Event::Field(field) => {
                self.counter(field.source).feed(&field.octets);
                if Known::of(field.name()).is_some() {
                    self.fields.push(field);
                }
            }
            Event::Raw(raw) => self.counter(raw.source).feed(&raw.octets),
            Event::Headers(headers) => self.headers(&headers),
            Event::End(end) => {
                let source = self.source(end.part);
                let count = self.counter(source).count();
                if let Some(part) = self.draft.parts.get_mut(end.part.index()) {
                    part.body_end = end.body.end;
                    part.counts[2] = count;
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, begin: &Begin) {
        let parent = begin.parent.map(PartId::index);
        if begin.source.is_some() && begin.source == begin.parent && begin.offset == 0 {
            if let Some(parent) = parent.and_then(|parent| self.draft.parts.get_mut(parent)) {
                parent.decodes = true;
            }
            self.counters.push((begin.source, Counter::new(LineEnds::Crlf)));
        }
        let count = self.counter(begin.source).count();
        self.draft.begin(parent, begin.offset);
        if let Some(part) = self.draft.parts.last_mut() {
            part.source = begin.source;
            part.counts[0] = count;
        }
    }

    fn headers(&mut self, headers: &Headers) {
        let mut fields = Fields::default();
        self.fields.iter().for_each(|field| fields.take(field.name(), field.value()));
        let found = Found {
            kind: headers.kind,
            declared: headers.mime.declared,
            content_type: &headers.mime.content_type,
            disposition: headers.mime.disposition.as_ref(),
            encoding: headers.mime.encoding,
        };
        self.draft.header(headers.part.index(), &found, &fields);
        self.fields.clear();
        let source = self.source(headers.part);
        let count = self.counter(source).count();
        if let Some(part) = self.draft.parts.get_mut(headers.part.index()) {
            part.header_end = headers.header.end;
            part.body_start = headers.body;
            part.counts[1] = count;
        }
    }

    fn source(&self, part: PartId) -> Option<PartId> {
        self.draft.parts.get(part.index()).and_then(|part| part.source)
    }

    fn counter(&mut self, source: Option<PartId>) -> &mut Counter {
        // What is decoded last is asked for most; the message itself is always there.
        let place = self.counters.iter().rposition(|(of, _)| *of == source).unwrap_or(0);
        &mut self.counters[place].1
    }
}
