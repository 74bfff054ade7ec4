//! Findings as events with octets of their own.

use alloc::{boxed::Box, collections::VecDeque};
use core::ops::Range;

use bytes::Bytes;

use super::{
    Begin, End, Event, Field, Headers, Mime, Raw, Role,
    scanner::{At, HeadersFound, Sink},
};
use crate::Defect;

/// The events of the last step that were not handed out.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<Event>);

/// Queues what is found in a window.
#[derive(Debug)]
pub(super) struct QueueSink<'a> {
    events: &'a mut VecDeque<Event>,
    /// What the window is a part of; `None`: a buffer that will be overwritten.
    chunk: Option<&'a Bytes>,
}

impl Queue {
    pub(super) fn pop(&mut self) -> Option<Event> {
        self.0.pop_front()
    }

    pub(super) fn sink<'a>(&'a mut self, chunk: Option<&'a Bytes>) -> QueueSink<'a> {
        QueueSink { events: &mut self.0, chunk }
    }
}

impl QueueSink<'_> {
    /// Shares what is a part of the chunk, copies what was put together or decoded.
    fn keep(&self, at: At, octets: &[u8]) -> Bytes {
        match self.chunk {
            Some(chunk) if at.source.is_none() => chunk.slice_ref(octets),
            _ => Bytes::copy_from_slice(octets),
        }
    }
}

impl Sink for QueueSink<'_> {
    const LINES: usize = 16;

    fn begin(&mut self, begin: Begin, _: bool) {
        self.events.push_back(Event::Begin(begin));
    }

    fn field(&mut self, at: At, field: &[u8], name_end: usize, value: Range<usize>) {
        let At { part, source, offset } = at;
        let octets = self.keep(at, field);
        self.events.push_back(Event::Field(Field {
            part,
            source,
            offset,
            octets,
            name_end,
            value,
        }));
    }

    fn raw(&mut self, at: At, role: Role, octets: &[u8]) {
        let At { part, source, offset } = at;
        let octets = self.keep(at, octets);
        self.events.push_back(Event::Raw(Raw { part, source, role, offset, octets }));
    }

    fn headers(&mut self, found: HeadersFound<'_>) {
        self.events.push_back(Event::Headers(Box::new(Headers {
            part: found.part,
            end: found.end,
            header: found.header,
            body: found.body,
            kind: found.kind,
            mime: Mime {
                content_type: found.content_type.into_owned(),
                declared: found.declared,
                encoding: found.encoding,
                disposition: found.disposition.map(crate::mime::Disposition::into_owned),
            },
        })));
    }

    fn end(&mut self, end: End) {
        self.events.push_back(Event::End(end));
    }

    fn defect(&mut self, defect: Defect) {
        self.events.push_back(Event::Defect(defect));
    }
}
