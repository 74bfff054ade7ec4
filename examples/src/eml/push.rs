//! A message pushed through in chunks.
use bytes::Bytes;
use mailwire_message::{
    Defect, Findings, PartId, Policy, TransferEncoding, charset,
    parser::{Begin, Config, End, Event, Field, Headers, Parser, PartKind, Raw, Role},
    transfer::Decoder,
};

use super::{
    draft::{Content, Draft, Part},
    head::{Envelope, Facts, Found, Head},
    whole::pair,
};

/// Takes what the push parser says.
pub(super) struct Reader {
    parser: Parser,
    config: Config,
    policy: Policy,
    envelope: Envelope,
    parts: Vec<Open>,
    defects: Vec<Defect>,
}

impl Reader {
    pub(super) fn new(config: Config) -> Self {
        Self {
            parser: Parser::new(config),
            config,
            policy: config.policy,
            envelope: Envelope::default(),
            parts: Vec::new(),
            defects: Vec::new(),
        }
    }

    pub(super) fn input(&mut self, octets: Bytes) {
        self.parser.handle_input(octets);
        self.drain();
    }

    pub(super) fn finish(mut self) -> Draft {
        self.parser.handle_eof();
        self.drain();
        Draft {
            envelope: self.envelope,
            parts: self.parts.into_iter().filter_map(Open::close).collect(),
            defects: self.defects,
            limit: self.config.limits.defects,
        }
    }

    fn drain(&mut self) {
        // the only error is a misuse, which this is none of
        while let Ok(Some(event)) = self.parser.poll_event() {
            match event {
                Event::Begin(begin) => self.begin(begin),
                Event::Field(field) => self.field(&field),
                Event::Raw(raw) => self.raw(&raw),
                Event::Headers(headers) => self.headers(*headers),
                Event::End(end) => self.end(end),
                Event::Defect(defect) => self.defects.push(defect),
                _ => {}
            }
        }
    }

    fn begin(&mut self, begin: Begin) {
        let parent = begin.parent.and_then(|parent| self.parts.get(parent.index()));
        let is_message = parent.is_none_or(|parent| parent.kind == PartKind::Message);
        self.parts.push(Open {
            parent: begin.parent,
            source: begin.source,
            kind: PartKind::Leaf,
            head: Some(Head::new(is_message, self.policy)),
            body: None,
            ended: None,
        });
    }

    fn field(&mut self, field: &Field) {
        if field.part == PartId::ROOT {
            self.envelope.field(field.name(), field.value());
        }
        if let Some(head) =
            self.parts.get_mut(field.part.index()).and_then(|part| part.head.as_mut())
        {
            head.field(field.name(), field.value(), field.value_offset());
        }
        self.feed(field.part, false, &field.octets);
    }

    fn raw(&mut self, raw: &Raw) {
        let body = matches!(
            raw.role,
            Role::Body | Role::Preamble | Role::Delimiter | Role::CloseDelimiter | Role::Epilogue
        );
        self.feed(raw.part, body, &raw.octets);
    }

    /// Octets belong to the bodies of all parts around them, and those of a body to that one too.
    fn feed(&mut self, part: PartId, body: bool, octets: &[u8]) {
        let policy = self.policy;
        let Some(own) = self.parts.get(part.index()) else { return };
        let (source, mut next) = (own.source, if body { Some(part) } else { own.parent });
        while let Some(part) = next.and_then(|part| self.parts.get_mut(part.index())) {
            if part.source != source {
                break; // the message that was decoded: these are not its own octets
            }
            if let Some(body) = &mut part.body {
                body.push(octets, policy);
            }
            next = part.parent;
        }
    }

    fn headers(&mut self, headers: Headers) {
        let Some(part) = self.parts.get_mut(headers.part.index()) else { return };
        let Some(head) = part.head.take() else { return };
        let mime = headers.mime;
        part.kind = headers.kind;
        let facts = head.finish(mime.content_type, mime.disposition.as_ref(), mime.encoding);
        part.body = Some(Body::new(facts, headers.kind, mime.encoding, headers.body, self.policy));
    }

    fn end(&mut self, end: End) {
        let Some(part) = self.parts.get_mut(end.part.index()) else { return };
        part.kind = end.kind;
        part.ended = Some([pair(end.header), pair(end.body)]);
        if let Some(body) = &mut part.body {
            body.finish(self.policy);
        }
    }
}

/// A part that is being read.
struct Open {
    parent: Option<PartId>,
    source: Option<PartId>,
    kind: PartKind,
    head: Option<Head>,
    body: Option<Body>,
    ended: Option<[[u64; 2]; 2]>,
}

impl Open {
    fn close(self) -> Option<Part> {
        let (body, [header, range]) = (self.body?, self.ended?);
        Some(Part {
            parent: self.parent,
            within_decoded: self.source.is_some(),
            kind: self.kind,
            facts: body.facts,
            header,
            body: range,
            content: body.content,
            text: body.text,
            found: body.found,
        })
    }
}

/// A body that is being decoded.
struct Body {
    facts: Facts,
    /// None of a multipart, whose body is as it stands.
    decoder: Option<Decoder>,
    identity: bool,
    content: Content,
    /// What is to become text: its character set may depend on all of it.
    octets: Option<Vec<u8>>,
    text: Option<String>,
    base: u64,
    found: Found,
}

impl Body {
    fn new(
        facts: Facts,
        kind: PartKind,
        encoding: TransferEncoding,
        base: u64,
        policy: Policy,
    ) -> Self {
        let is_text = kind == PartKind::Leaf && facts.content_type.media_type() == "text";
        Self {
            facts,
            decoder: (kind != PartKind::Multipart).then(|| Decoder::new(encoding, policy)),
            identity: encoding.is_identity(),
            content: Content::default(),
            octets: is_text.then(Vec::new),
            text: None,
            base,
            found: Found::new(),
        }
    }

    fn push(&mut self, octets: &[u8], policy: Policy) {
        let Some(decoder) = &mut self.decoder else { return self.content.push(octets) };
        let (base, found) = (self.base, &mut self.found);
        let mut sink = |code, at: usize| found.push((code, base + at as u64));
        let mut decoded = Vec::new();
        decoder.decode(octets, &mut decoded, &mut Findings::new(policy, &mut sink));
        self.take(&decoded);
    }

    fn finish(&mut self, policy: Policy) {
        let base = self.base;
        if let Some(decoder) = &mut self.decoder {
            let found = &mut self.found;
            let mut sink = |code, at: usize| found.push((code, base + at as u64));
            let mut decoded = Vec::new();
            decoder.finish(&mut decoded, &mut Findings::new(policy, &mut sink));
            self.take(&decoded);
        }
        if let Some(octets) = self.octets.take() {
            let (scale, found) = (u64::from(self.identity), &mut self.found);
            let mut sink = |code, at: usize| found.push((code, base + scale * at as u64));
            let label = self.facts.content_type.charset().map(str::as_bytes);
            let text = charset::body_text(label, &octets, &mut Findings::new(policy, &mut sink));
            self.text = Some(Content::of(text.as_bytes()).digest());
        }
    }

    fn take(&mut self, decoded: &[u8]) {
        self.content.push(decoded);
        self.octets.iter_mut().for_each(|octets| octets.extend_from_slice(decoded));
    }
}
