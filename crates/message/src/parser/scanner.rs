//! The state machine that takes a message apart.
//!
//! It is given a window of octets, says what it found in them and how many it is done with, and knows
//! nothing of where they come from: the push parser gives it chunks, a whole message is one window.
//! What is open lies on a stack of its own, so that nothing here calls itself.

use alloc::{boxed::Box, vec::Vec};
use core::ops::Range;

use memchr::memmem::Finder;

use super::{
    Begin, Config, End, HeaderEnd, PartKind, Role,
    boundaries::{Boundaries, Use},
    header::Header,
    lines::{Counts, LineCounter, Said},
    plain::Plain,
};
use crate::{
    Defect, DefectCode, PartId, TransferEncoding,
    mime::{ContentType, Disposition},
};

/// Where the findings go.
pub(super) trait Sink {
    /// How many lines of a header are looked at in one step.
    const LINES: usize;

    fn begin(&mut self, begin: Begin, in_digest: bool);
    fn field(&mut self, at: At, field: &[u8], name_end: usize, value: Range<usize>);
    fn raw(&mut self, at: At, role: Role, octets: &[u8]);
    fn headers(&mut self, found: HeadersFound<'_>);
    fn end(&mut self, end: End);
    fn defect(&mut self, defect: Defect);
}

/// Where octets are.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) part: PartId,
    pub(super) source: Option<PartId>,
    pub(super) offset: u64,
}

/// What [`Headers`](super::Headers) is made of.
#[derive(Debug)]
pub(super) struct HeadersFound<'a> {
    pub(super) part: PartId,
    pub(super) end: HeaderEnd,
    pub(super) header: Range<u64>,
    pub(super) body: u64,
    pub(super) kind: PartKind,
    pub(super) content_type: ContentType<'a>,
    pub(super) declared: bool,
    pub(super) encoding: TransferEncoding,
    pub(super) disposition: Option<Disposition<'a>>,
    /// The fields that were read, by their number in the header.
    pub(super) content_type_field: Option<usize>,
    pub(super) disposition_field: Option<usize>,
}

/// What all scanners of one message share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) parts: u32,
    /// Multiparts and messages that are open.
    pub(super) depth: usize,
    /// Messages that are decoded to look inside, within each other.
    pub(super) encoded_depth: usize,
    pub(super) defects: u64,
}

impl Shared {
    pub(super) fn new(config: Config) -> Self {
        Self { config, parts: 0, depth: 0, encoded_depth: 0, defects: 0 }
    }

    pub(super) fn report<S: Sink>(
        &mut self,
        sink: &mut S,
        code: DefectCode,
        part: PartId,
        offset: u64,
    ) {
        let limit = self.config.limits.defects as u64;
        if self.defects < limit {
            sink.defect(Defect::new(code, part, offset));
        } else if self.defects == limit {
            sink.defect(Defect::new(DefectCode::DefectsLimit, part, offset));
        }
        self.defects += 1;
    }

    /// The number of the next part, unless there are too many.
    pub(super) fn next_part(&mut self) -> Option<PartId> {
        if self.parts as usize >= self.config.limits.parts && self.parts > 0 {
            return None;
        }
        let id = PartId::new(self.parts);
        self.parts = self.parts.checked_add(1)?;
        Some(id)
    }
}

/// What a step came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It takes more octets.
    Need,
    /// So many octets of the window are done with.
    Moved(usize, Signal),
    /// The message is over.
    Done,
}

/// What the step has to do with a message that has to be decoded first.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Signal {
    None,
    /// Such a message begins, or a multipart with this boundary.
    Open(PartId, TransferEncoding, Option<Frame>),
    /// These octets of the window belong to it.
    Feed(Range<usize>),
    /// It is over.
    Flush,
}

/// What holds the parts of a multipart together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    boundary: Box<[u8]>,
    digest: bool,
}

/// What is to become of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    #[default]
    Descend,
    Opaque,
    Skip,
}

/// Takes one source apart: the input, or the decoded octets of a part.
#[derive(Debug)]
pub(super) struct Scanner {
    /// Where the window begins.
    pub(super) offset: u64,
    /// How much of the window was searched already without coming to an end.
    pub(super) searched: usize,
    /// Whether the search goes on within a run of dashes about which all was said.
    pub(super) within_run: bool,
    pub(super) source: Option<PartId>,
    /// The part that the root of this source is in.
    parent: Option<PartId>,
    pub(super) state: State,
    pub(super) stack: Vec<Open>,
    pub(super) boundaries: Boundaries,
    pub(super) header: Header,
    pub(super) lines: LineCounter,
    pub(super) plain: Plain,
    /// The line end of the first line, if it was CRLF.
    pub(super) crlf: Option<bool>,
    /// A limit was reached: what follows is body of the last part.
    pub(super) frozen: bool,
    /// Whether the window begins with the line end of a closing delimiter.
    pub(super) behind_close: bool,
    /// Whether the window begins at the beginning of a line.
    pub(super) at_line_start: bool,
    pub(super) choice: Choice,
    /// What is to be said before anything else.
    pub(super) pending: Option<(DefectCode, PartId, u64)>,
    pub(super) dashes: Finder<'static>,
}

/// What the next octet is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Start,
    Header,
    FieldRest,
    /// The header is over; somebody may choose.
    Choose(PartKind),
    Body,
    /// The input of the innermost part is over, and what was decoded of it is not yet.
    Flushed,
    Done,
}

/// A part that is not over.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) part: PartId,
    pub(super) kind: PartKind,
    pub(super) header: Range<u64>,
    pub(super) body: u64,
    pub(super) fields: usize,
    /// Whether its header is that of a message.
    pub(super) is_message_root: bool,
    pub(super) in_digest: bool,
    pub(super) inside: Inside,
    /// Whether it is a `multipart/digest`.
    pub(super) digest: bool,
    /// Whether its body is decoded and taken apart by another scanner.
    pub(super) decoded: bool,
    pub(super) skipped: bool,
    /// Whether another scanner tells of it, and this one only of what is in it.
    pub(super) is_shadow: bool,
    /// Whether its boundary is among those looked for.
    pub(super) has_boundary: bool,
    /// What was counted before its body.
    pub(super) counts: Counts,
    pub(super) said: Said,
}

/// How far a multipart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// No multipart.
    Leaf,
    Preamble,
    Parts,
    Epilogue,
}

impl Open {
    fn new(part: PartId, offset: u64, is_message_root: bool, in_digest: bool) -> Self {
        Self {
            part,
            kind: PartKind::Leaf,
            header: offset..offset,
            body: offset,
            fields: 0,
            is_message_root,
            in_digest,
            inside: Inside::Leaf,
            digest: false,
            decoded: false,
            skipped: false,
            is_shadow: false,
            has_boundary: false,
            counts: Counts::default(),
            said: Said::default(),
        }
    }
}

impl Scanner {
    pub(super) fn new(source: Option<PartId>) -> Self {
        Self {
            offset: 0,
            searched: 0,
            within_run: false,
            source,
            parent: source,
            state: State::Start,
            stack: Vec::new(),
            boundaries: Boundaries::default(),
            header: Header::default(),
            lines: LineCounter::default(),
            plain: Plain::default(),
            crlf: None,
            frozen: false,
            behind_close: false,
            at_line_start: true,
            choice: Choice::Descend,
            pending: None,
            dashes: Finder::new(b"--"),
        }
    }

    /// A scanner of the decoded body of a multipart.
    pub(super) fn within(part: PartId, frame: &Frame) -> Self {
        let mut scanner = Self::new(Some(part));
        let multipart = Open {
            kind: PartKind::Multipart,
            inside: Inside::Preamble,
            digest: frame.digest,
            is_shadow: true,
            has_boundary: true,
            ..Open::new(part, 0, false, false)
        };
        scanner.boundaries.push(&frame.boundary, 0, Use::Open);
        scanner.stack.push(multipart);
        scanner.state = State::Body;
        scanner
    }

    /// Goes on to the next finding.
    pub(super) fn step<S: Sink>(
        &mut self,
        shared: &mut Shared,
        window: &[u8],
        at_end: bool,
        sink: &mut S,
    ) -> Step {
        match self.state {
            State::Start => {
                if self.begin(shared, self.parent, true, false, sink).is_none() {
                    self.state = State::Done;
                }
                Step::Moved(0, Signal::None)
            }
            State::Header => self.header_step(shared, window, at_end, sink),
            State::FieldRest => self.field_rest_step(shared, window, at_end, sink),
            State::Choose(kind) => Step::Moved(0, self.decide(shared, kind, sink)),
            State::Body | State::Flushed => self.body_step(shared, window, at_end, sink),
            State::Done => Step::Done,
        }
    }

    /// Begins a part at the beginning of the window, unless there are too many.
    pub(super) fn begin<S: Sink>(
        &mut self,
        shared: &mut Shared,
        parent: Option<PartId>,
        is_message_root: bool,
        in_digest: bool,
        sink: &mut S,
    ) -> Option<PartId> {
        let part = shared.next_part()?;
        self.stack.push(Open::new(part, self.offset, is_message_root, in_digest));
        self.header.start(is_message_root);
        self.state = State::Header;
        self.at_line_start = true;
        sink.begin(Begin { part, parent, source: self.source, offset: self.offset }, in_digest);
        Some(part)
    }

    /// Goes on behind a header, as chosen.
    fn decide<S: Sink>(&mut self, shared: &mut Shared, kind: PartKind, sink: &mut S) -> Signal {
        self.state = State::Body;
        let level = self.stack.len();
        let Some(top) = self.stack.last_mut() else { return Signal::None };
        top.counts = self.lines.counts();
        let choice = core::mem::take(&mut self.choice);
        top.skipped = choice == Choice::Skip;
        if choice != Choice::Descend {
            return Signal::None;
        }
        let (part, encoding) = (top.part, self.header.encoding);
        match kind {
            PartKind::Multipart if self.header.decodes => {
                top.kind = kind;
                top.decoded = true;
                shared.depth += 1;
                let digest = self.header.digest;
                let frame = self.header.boundary.take().map(|boundary| Frame { boundary, digest });
                return Signal::Open(part, encoding, frame);
            }
            PartKind::Multipart => {
                top.kind = kind;
                top.inside = Inside::Preamble;
                top.digest = self.header.digest;
                self.watch(level - 1, Use::Open);
                shared.depth += 1;
            }
            PartKind::Message if !encoding.is_identity() => {
                top.kind = kind;
                top.decoded = true;
                shared.depth += 1;
                return Signal::Open(part, encoding, None);
            }
            PartKind::Message => {
                if self.begin(shared, Some(part), true, false, sink).is_some() {
                    if let Some(message) = self.stack.get_mut(level - 1) {
                        message.kind = kind;
                    }
                    shared.depth += 1;
                } else {
                    shared.report(sink, DefectCode::PartsLimit, part, self.offset);
                    self.freeze();
                }
            }
            PartKind::Leaf => {
                if self.header.boundary.is_some() {
                    self.watch(level - 1, Use::Watched);
                }
            }
        }
        Signal::None
    }

    /// Looks for the boundary of this part from now on.
    fn watch(&mut self, level: usize, use_: Use) {
        if let (Some(boundary), Some(open)) = (&self.header.boundary, self.stack.get_mut(level))
            && !self.frozen
        {
            self.boundaries.push(boundary, level, use_);
            open.has_boundary = true;
        }
    }

    /// A limit was reached: no part begins or ends any more before the end of the input.
    pub(super) fn freeze(&mut self) {
        self.frozen = true;
        self.boundaries.clear();
    }

    /// What the octets of a body are now.
    pub(super) fn role(&self) -> Role {
        match self.stack.last().map(|top| top.inside) {
            Some(Inside::Preamble) => Role::Preamble,
            Some(Inside::Epilogue) => Role::Epilogue,
            _ => Role::Body,
        }
    }

    /// The innermost part, and where the window begins.
    pub(super) fn at(&self) -> At {
        let part = self.stack.last().map_or(PartId::ROOT, |top| top.part);
        At { part, source: self.source, offset: self.offset }
    }

    /// Takes octets from the beginning of the window that are not looked at line by line.
    pub(super) fn take<S: Sink>(
        &mut self,
        shared: &Shared,
        part: PartId,
        role: Role,
        octets: &[u8],
        sink: &mut S,
    ) {
        if octets.is_empty() {
            return;
        }
        self.count(shared, octets);
        sink.raw(At { part, ..self.at() }, role, octets);
        self.moved(octets);
    }

    /// Counts lines, if that is wanted.
    pub(super) fn count(&mut self, shared: &Shared, octets: &[u8]) {
        if shared.config.line_statistics {
            self.lines.add(octets);
        }
    }

    /// These octets at the beginning of the window are done with.
    pub(super) fn moved(&mut self, octets: &[u8]) {
        self.offset += octets.len() as u64;
        self.searched = self.searched.saturating_sub(octets.len());
        if let Some(&last) = octets.last() {
            self.at_line_start = last == b'\n';
        }
    }

    /// Ends the innermost part where the window begins. `by_outer`: a delimiter further out ends it.
    pub(super) fn end<S: Sink>(&mut self, shared: &mut Shared, by_outer: bool, sink: &mut S) {
        let Some(mut top) = self.stack.pop() else { return };
        let (part, offset) = (top.part, self.offset);
        if top.has_boundary {
            self.boundaries.pop(self.stack.len());
        }
        if top.kind != PartKind::Leaf && !top.is_shadow {
            shared.depth = shared.depth.saturating_sub(1);
        }
        let any = offset > top.body;
        if shared.config.line_statistics && self.lines.end(&mut top.said, any) {
            shared.report(sink, DefectCode::BareCr, part, offset - 1);
        }
        if !self.frozen {
            let code = match top.inside {
                Inside::Preamble => Some(DefectCode::StartBoundaryNotFound),
                Inside::Parts => Some(DefectCode::CloseBoundaryMissing),
                Inside::Leaf | Inside::Epilogue => None,
            };
            for code in code
                .into_iter()
                .chain((by_outer && code.is_some()).then_some(DefectCode::ClosedByOuter))
            {
                shared.report(sink, code, part, offset);
            }
        }
        if top.fields == 0 && !any && !self.stack.is_empty() {
            shared.report(sink, DefectCode::EmptyPart, part, offset);
        }
        if !top.is_shadow {
            let lines = shared.config.line_statistics.then(|| self.lines.since(&top.counts, any));
            let body = top.body..offset;
            sink.end(End { part, kind: top.kind, header: top.header, body, lines });
        }
        if self.stack.is_empty() {
            self.state = State::Done;
        }
    }
}
