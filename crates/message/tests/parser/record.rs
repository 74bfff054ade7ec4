//! What a parser said, in a form that can be compared, and the checks that hold for every message.
#![allow(unreachable_pub, reason = "the fuzz targets use it too")]
use std::{collections::BTreeMap, fmt::Write};

use mailwire_message::{
    Bytes, Defect, DefectCode, PartId,
    parser::{
        Begin, Config, End, Event, Field, HeaderEnd, Headers, Parser, PartKind, Raw, Role,
        Structure,
    },
};

/// Everything that was said, in order; adjacent octets of one role are one piece. Kept apart for each
/// source, since what was decoded comes between pieces of what it was decoded from.
#[derive(Debug, Default, PartialEq)]
pub struct Record {
    pub sources: BTreeMap<Option<PartId>, Vec<Item>>,
    pub input: Vec<u8>,
    source_of: Vec<Option<PartId>>,
}

#[derive(Debug, PartialEq)]
pub enum Item {
    Begin(Begin),
    Field { part: PartId, offset: u64, octets: Vec<u8>, name: Vec<u8>, value: Vec<u8> },
    Raw { part: PartId, role: Role, offset: u64, octets: Vec<u8> },
    Headers(Box<Headers>),
    End(End),
    Defect(Defect),
}

/// Reads the chunks to their end. Checks after each that no more is held back than may be.
pub fn read<'a>(config: Config, chunks: impl IntoIterator<Item = &'a [u8]>) -> Record {
    let mut parser = Parser::new(config);
    let mut record = Record::default();
    for chunk in chunks {
        parser.handle_input(Bytes::copy_from_slice(chunk));
        while let Some(event) = parser.poll_event().expect("no misuse") {
            record.add(event);
        }
        // A field, and the beginning of a line behind it; or less, that could be a delimiter.
        let limits = &config.limits;
        let most = limits.field_octets.min(limits.header_octets) + 4_000;
        assert!(parser.held_back() <= most, "{} octets are held back", parser.held_back());
    }
    parser.handle_eof();
    while let Some(event) = parser.poll_event().expect("no misuse") {
        record.add(event);
    }
    assert_eq!(parser.held_back(), 0);
    record
}

/// Reads a message at one go and in cuts of many sizes, checks every law, and gives the structure.
pub fn check(message: &[u8], config: Config, steps: &[usize]) -> Structure {
    let whole = read(config, [message]);
    assert!(whole.input == message, "the octets of all events are not the input");
    for &step in steps {
        let cut = read(config, message.chunks(step));
        if cut != whole {
            for (source, items) in &whole.sources {
                let others = &cut.sources[source];
                for (a, b) in items.iter().zip(others) {
                    assert_eq!(a, b, "in pieces of {step}");
                }
                assert_eq!(items.len(), others.len(), "in pieces of {step}");
            }
        }
        assert!(cut == whole, "in pieces of {step}");
    }
    let structure = Structure::parse(message, &config);
    whole.check_ranges(&structure);
    structure
}

/// Checks that line ends make no difference. What is encoded has line ends of its own.
pub fn same_tree(lf: &[u8]) {
    let crlf = with_crlf(lf);
    let [(a, messages), (b, others)] = [(lf, lf.to_vec()), (&crlf[..], crlf.clone())]
        .map(|(message, octets)| (check(message, Config::default(), &[]), octets));
    assert_eq!(a.parts.len(), b.parts.len());
    for (x, y) in a.parts.iter().zip(&b.parts) {
        assert_eq!((x.id, x.parent, x.source, x.kind), (y.id, y.parent, y.source, y.kind));
        assert_eq!((x.header_end, &x.fields, x.encoding), (y.header_end, &y.fields, y.encoding));
        assert_eq!((x.content_type, x.disposition), (y.content_type, y.disposition));
        if x.source.is_none() && x.kind != PartKind::Message {
            let body = with_crlf(&messages[x.body.clone()]);
            assert_eq!(body, others[y.body.clone()]);
        }
    }
    // A line may be too long in the one form only; what was encoded has one form in both.
    let codes = |structure: &Structure| {
        let codes = structure.defects.iter().filter(|defect| {
            structure.parts[defect.part.index()].source.is_none()
                && !matches!(defect.code, DefectCode::LineTooLong)
        });
        codes.map(|defect| (defect.code, defect.part)).collect::<Vec<_>>()
    };
    assert_eq!(codes(&a), codes(&b));
}

impl Record {
    fn add(&mut self, event: Event) {
        if let Some(octets) = event.input_octets() {
            assert!(!octets.is_empty(), "{event:?}");
            self.input.extend_from_slice(octets);
        }
        if let Event::Begin(begin) = &event {
            assert_eq!(begin.part.index(), self.source_of.len(), "numbers in order of beginnings");
            self.source_of.push(begin.source);
        }
        let source = match &event {
            Event::Field(field) => field.source,
            Event::Raw(raw) => raw.source,
            _ => self.source_of[event.part().index()],
        };
        let items = self.sources.entry(source).or_default();
        match event {
            Event::Begin(begin) => items.push(Item::Begin(begin)),
            Event::Field(field) => {
                let Field { part, offset, .. } = field;
                let (name, value) = (field.name().to_vec(), field.value().to_vec());
                items.push(Item::Field {
                    part,
                    offset,
                    octets: field.octets.to_vec(),
                    name,
                    value,
                });
            }
            Event::Raw(Raw { part, role, offset, octets, .. }) => match items.last_mut() {
                Some(Item::Raw { part: before, role: same, offset: start, octets: piece })
                    if (*before, *same) == (part, role) =>
                {
                    assert_eq!(*start + piece.len() as u64, offset, "pieces follow each other");
                    piece.extend_from_slice(&octets);
                }
                _ => items.push(Item::Raw { part, role, offset, octets: octets.to_vec() }),
            },
            Event::Headers(headers) => items.push(Item::Headers(headers)),
            Event::End(end) => items.push(Item::End(end)),
            Event::Defect(defect) => items.push(Item::Defect(defect)),
            _ => panic!("an event that this test does not know: {event:?}"),
        }
    }

    /// The octets of a source, put together from what was said.
    fn octets(&self, source: Option<PartId>) -> Vec<u8> {
        let mut octets = Vec::new();
        for item in &self.sources[&source] {
            if let Item::Field { octets: piece, offset, .. }
            | Item::Raw { octets: piece, offset, .. } = item
            {
                assert_eq!(octets.len() as u64, *offset, "nothing is left out");
                octets.extend_from_slice(piece);
            }
        }
        octets
    }

    /// The ranges that were told are those of the octets that were shown, and both drivers agree.
    fn check_ranges(&self, structure: &Structure) {
        assert_eq!(structure.parts.len(), self.source_of.len());
        let sources: BTreeMap<_, _> =
            self.sources.keys().map(|&source| (source, self.octets(source))).collect();
        let (mut defects, mut fields) = (Vec::new(), Vec::new());
        for (source, items) in &self.sources {
            let octets = &sources[source];
            let mut bodies: BTreeMap<PartId, Vec<u8>> = BTreeMap::new();
            for item in items {
                match item {
                    Item::Begin(begin) => {
                        let part = &structure.parts[begin.part.index()];
                        assert_eq!((part.id, part.parent), (begin.part, begin.parent));
                        assert_eq!(part.source, begin.source);
                    }
                    Item::Field { part, offset, octets, name, value } => {
                        fields.push((*part, *offset, octets, name, value));
                    }
                    Item::Raw { part, role: Role::Body, octets, .. } => {
                        bodies.entry(*part).or_default().extend_from_slice(octets);
                    }
                    Item::Raw { .. } => {}
                    Item::Headers(headers) => {
                        let part = &structure.parts[headers.part.index()];
                        assert_eq!(part.header, range(&headers.header));
                        assert_eq!(part.body.start as u64, headers.body);
                        assert_eq!(part.header_end, headers.end);
                        assert_eq!(part.encoding, headers.mime.encoding);
                        assert_eq!(part.content_type.is_some(), headers.mime.declared);
                        assert_eq!(part.disposition.is_some(), headers.mime.disposition.is_some());
                        let gap = &octets[part.header.end..part.body.start];
                        match headers.end {
                            HeaderEnd::Blank => assert!(gap == b"\n" || gap == b"\r\n"),
                            _ => assert!(gap.is_empty()),
                        }
                    }
                    Item::End(end) => {
                        let part = &structure.parts[end.part.index()];
                        assert_eq!((part.kind, &part.body), (end.kind, &range(&end.body)));
                        let body = &octets[range(&end.body)];
                        if end.kind == PartKind::Leaf {
                            assert_eq!(bodies.remove(&end.part).unwrap_or_default(), body);
                        }
                        if let Some(lines) = end.lines {
                            let lfs = body.iter().filter(|&&octet| octet == b'\n').count() as u64;
                            assert_eq!(lines.crlf + lines.lf, lfs);
                            assert_eq!(
                                lines.count(),
                                body.split_inclusive(|&o| o == b'\n').count() as u64
                            );
                        }
                    }
                    Item::Defect(defect) => defects.push(*defect),
                }
            }
        }
        let order = |defect: &Defect| (defect.part, defect.offset, defect.code);
        let mut others = structure.defects.clone();
        defects.sort_by_key(order);
        others.sort_by_key(order);
        assert_eq!(defects, others, "both drivers report the same");
        fields.sort_by_key(|(part, offset, ..)| (*part, *offset));
        let mut records = structure.fields.clone();
        records.sort_by_key(|record| (record.part, record.start));
        assert_eq!(fields.len(), records.len());
        for ((part, offset, octets, name, value), record) in fields.into_iter().zip(&records) {
            let source = &sources[&self.source_of[part.index()]];
            assert_eq!((part, offset), (record.part, record.start as u64));
            assert_eq!(octets, &source[record.raw()]);
            assert_eq!(name, &source[record.name()]);
            assert_eq!(value, &source[record.value()]);
            let part = &structure.parts[part.index()];
            assert!(part.header.contains(&record.start));
        }
    }
}

fn range(offsets: &std::ops::Range<u64>) -> std::ops::Range<usize> {
    usize::try_from(offsets.start).unwrap()..usize::try_from(offsets.end).unwrap()
}

/// The tree as one line: `M0[L1"text" R2[L3"text"]]` for a multipart, a leaf and a message. Checks
/// every law on the way. Bodies of what was decoded are not shown.
pub fn tree(message: &[u8]) -> String {
    outline(message, &checked(message, Config::default()))
}

/// The structure, after every law was checked byte by byte and in other cuts.
pub fn checked(message: &[u8], config: Config) -> Structure {
    check(message, config, &[1, 2, 3, 5, 7, 64])
}

/// The tree of a structure that is known.
pub fn outline(message: &[u8], structure: &Structure) -> String {
    let mut text = String::new();
    let mut open: Vec<PartId> = Vec::new();
    for part in &structure.parts {
        while open.last().is_some_and(|&last| Some(last) != part.parent) {
            open.pop();
            text.push(']');
        }
        if !text.is_empty() && !text.ends_with('[') {
            text.push(' ');
        }
        let id = part.id;
        match part.kind {
            PartKind::Leaf if part.source.is_none() => {
                let body = String::from_utf8_lossy(&message[part.body.clone()]);
                write!(text, "L{id}{body:?}").unwrap();
            }
            PartKind::Leaf => write!(text, "L{id}").unwrap(),
            kind => {
                write!(text, "{}{id}[", if kind == PartKind::Multipart { 'M' } else { 'R' })
                    .unwrap();
                open.push(id);
            }
        }
    }
    open.iter().for_each(|_| text.push(']'));
    text
}

/// The defects, in order, without those about fields that every message has.
pub fn defects(message: &[u8]) -> Vec<DefectCode> {
    let structure = checked(message, Config::default());
    let codes = structure.defects.iter().map(|defect| defect.code);
    codes.filter(|&code| !is_missing_field(code)).collect()
}

pub fn is_missing_field(code: DefectCode) -> bool {
    use DefectCode::{MissingDate, MissingFrom, MissingMimeVersion};
    matches!(code, MissingDate | MissingFrom | MissingMimeVersion)
}

/// A multipart with this boundary and body, lines as written.
pub fn multipart(boundary: &str, body: &str) -> Vec<u8> {
    format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n{body}").into_bytes()
}

/// The same with CRLF.
pub fn with_crlf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 20);
    for &octet in message {
        if octet == b'\n' {
            out.push(b'\r');
        }
        out.push(octet);
    }
    out
}
