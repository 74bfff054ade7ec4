//! The structure of a message that is in memory as a whole.

use alloc::vec::Vec;
use core::ops::Range;

use super::{
    Begin, Config, End, HeaderEnd, PartKind, Role,
    engine::{Engine, Progress},
    scanner::{At, HeadersFound, Sink},
};
use crate::{Defect, PartId, TransferEncoding};

/// Where the parts and fields of a message are: numbers only, nothing is copied and nothing decoded.
///
/// Found by the rules of the push parser, in one pass.
///
/// ```
/// use mailwire_message::parser::{Config, PartKind, Structure};
///
/// let message = b"Subject: hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
///     --b\r\n\r\nHello\r\n--b--\r\n";
/// let structure = Structure::parse(message, &Config::default());
/// let [root, text] = &structure.parts[..] else { panic!() };
/// assert_eq!(root.kind, PartKind::Multipart);
/// assert_eq!(&message[text.body.clone()], b"Hello");
/// let subject = &structure.fields[0];
/// assert_eq!(&message[subject.value()], b" hi");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Structure {
    /// The parts in the order of their beginnings; the index is the [`PartId`].
    pub parts: Vec<Part>,
    /// The fields of all parts; those of one part are together, in their order.
    pub fields: Vec<FieldRecord>,
    /// What was noticed on the way, in order; at most [`Limits::defects`](crate::Limits::defects).
    pub defects: Vec<Defect>,
    /// How many defects there were.
    pub defects_seen: u64,
    headers_seen: usize,
}

/// Where a part is.
///
/// Ranges are octets of the source: of the input, or of the decoded body of another part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// Which part.
    pub id: PartId,
    /// The multipart or message that it is in.
    pub parent: Option<PartId>,
    /// The part whose decoded octets it is in; `None`: the input itself.
    pub source: Option<PartId>,
    /// What it is made of.
    pub kind: PartKind,
    /// Its header, without the empty line.
    pub header: Range<usize>,
    /// Why the header is over.
    pub header_end: HeaderEnd,
    /// Its body, without the line break that belongs to the delimiter behind it.
    pub body: Range<usize>,
    /// Its fields in [`Structure::fields`].
    pub fields: Range<usize>,
    /// The Content-Type that counts, by its index in [`Structure::fields`].
    pub content_type: Option<usize>,
    /// The Content-Disposition that counts, likewise.
    pub disposition: Option<usize>,
    /// The transfer encoding.
    pub encoding: TransferEncoding,
    /// Whether its default type is `message/rfc822`: it is in a `multipart/digest`.
    pub in_digest: bool,
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldRecord {
    /// Whose header it is in.
    pub part: PartId,
    /// Where it begins in the source.
    pub start: usize,
    pub(crate) len: u32,
    pub(crate) name_len: u32,
    pub(crate) value_start: u32,
    pub(crate) value_len: u32,
}

impl FieldRecord {
    /// The field with its folds and line end.
    #[must_use]
    pub const fn raw(&self) -> Range<usize> {
        self.start..self.start + self.len as usize
    }

    /// The name, without blanks before the colon.
    #[must_use]
    pub const fn name(&self) -> Range<usize> {
        self.start..self.start + self.name_len as usize
    }

    /// What stands behind the colon, without the line end that ends the field.
    #[must_use]
    pub const fn value(&self) -> Range<usize> {
        let start = self.start + self.value_start as usize;
        start..start + self.value_len as usize
    }
}

impl Structure {
    /// Finds the parts and fields.
    #[must_use]
    pub fn parse(message: &[u8], config: &Config) -> Self {
        let mut structure = Self::default();
        structure.parse_into(message, config);
        structure
    }

    /// The same into the memory of another structure, which is forgotten.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, Structure};
    ///
    /// let mut structure = Structure::default();
    /// for message in ["Subject: a\n\nb", "no header\n"] {
    ///     structure.parse_into(message.as_bytes(), &Config::default());
    ///     assert_eq!(structure.parts.len(), 1);
    /// }
    /// ```
    pub fn parse_into(&mut self, message: &[u8], config: &Config) {
        self.clear();
        let mut engine = Engine::new(*config);
        let mut rest = message;
        while let Progress::Moved(len) = engine.step(rest, true, self) {
            rest = rest.get(len..).unwrap_or_default();
        }
        self.defects_seen = engine.defects();
    }

    /// Reads the header of the message and nothing else: one part, whose body is the rest.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, PartKind, Structure};
    ///
    /// let message = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n";
    /// let structure = Structure::parse_header(message, &Config::default());
    /// assert_eq!((structure.parts.len(), structure.fields.len()), (1, 1));
    /// assert_eq!(structure.parts[0].kind, PartKind::Multipart);
    /// assert_eq!(structure.parts[0].body, 43..message.len());
    /// ```
    #[must_use]
    pub fn parse_header(message: &[u8], config: &Config) -> Self {
        let mut structure = Self::default();
        let mut engine = Engine::new(*config);
        let mut rest = message;
        while structure.headers_seen == 0
            && let Progress::Moved(len) = engine.step(rest, true, &mut structure)
        {
            rest = rest.get(len..).unwrap_or_default();
        }
        if let Some(root) = structure.parts.first_mut() {
            root.body.end = message.len();
        }
        structure.defects_seen = engine.defects();
        structure
    }

    fn clear(&mut self) {
        self.parts.clear();
        self.fields.clear();
        self.defects.clear();
        self.headers_seen = 0;
    }

    fn part(&mut self, part: PartId) -> Option<&mut Part> {
        self.parts.get_mut(part.index())
    }
}

impl Sink for Structure {
    const LINES: usize = usize::MAX;

    fn begin(&mut self, begin: Begin, in_digest: bool) {
        let at = index(begin.offset);
        let field = self.fields.len();
        self.parts.push(Part {
            id: begin.part,
            parent: begin.parent,
            source: begin.source,
            kind: PartKind::Leaf,
            header: at..at,
            header_end: HeaderEnd::EndOfInput,
            body: at..at,
            fields: field..field,
            content_type: None,
            disposition: None,
            encoding: TransferEncoding::SevenBit,
            in_digest,
        });
    }

    fn field(&mut self, at: At, field: &[u8], name_end: usize, value: Range<usize>) {
        // Fields are limited to what fits.
        let short = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        self.fields.push(FieldRecord {
            part: at.part,
            start: index(at.offset),
            len: short(field.len()),
            name_len: short(name_end),
            value_start: short(value.start),
            value_len: short(value.len()),
        });
    }

    fn raw(&mut self, _: At, _: Role, _: &[u8]) {}

    fn headers(&mut self, found: HeadersFound<'_>) {
        self.headers_seen += 1;
        let fields = self.fields.len();
        let Some(part) = self.part(found.part) else { return };
        part.header = index(found.header.start)..index(found.header.end);
        part.header_end = found.end;
        part.body = index(found.body)..index(found.body);
        part.fields.end = fields;
        part.kind = found.kind;
        part.encoding = found.encoding;
        part.content_type = found.content_type_field.map(|field| part.fields.start + field);
        part.disposition = found.disposition_field.map(|field| part.fields.start + field);
    }

    fn end(&mut self, end: End) {
        if let Some(part) = self.part(end.part) {
            part.kind = end.kind;
            part.body.end = index(end.body.end);
        }
    }

    fn defect(&mut self, defect: Defect) {
        self.defects.push(defect);
    }
}

/// An offset in octets that are in memory.
fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
