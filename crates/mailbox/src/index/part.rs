//! Parts as they are kept.

use super::DEPTH;
use crate::{envelope, mime::View, stored::Reader};
use alloc::vec::Vec;
use core::{fmt, ops::Range};
use mailwire_message::TransferEncoding;

/// What a part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §9 `body` has no other")]
pub enum PartKind {
    /// Octets.
    Leaf,
    /// Parts between delimiters.
    Multipart,
    /// A message, which is the only part within.
    Message,
}

/// The transfer encodings by the numbers they are kept as.
pub(super) const ENCODINGS: [TransferEncoding; 8] = [
    TransferEncoding::SevenBit,
    TransferEncoding::EightBit,
    TransferEncoding::Binary,
    TransferEncoding::QuotedPrintable,
    TransferEncoding::Base64,
    TransferEncoding::Uuencode,
    TransferEncoding::Yenc,
    TransferEncoding::Unknown,
];

/// Bits of the octet that says what a part is, besides the encoding above them.
pub(super) const KIND: u8 = 0b11;
pub(super) const DECODED: u8 = 0b100;

/// A part of an indexed message: what it is, and where.
///
/// ```
/// use mailwire_mailbox::{Index, PartKind};
///
/// let message = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
///     Content-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\n\r\n\0\r\n--b--\r\n";
/// let index = Index::of(message);
/// let part = index.parts().nth(1).unwrap();
/// assert_eq!((part.kind(), part.depth()), (PartKind::Leaf, 1));
/// assert_eq!(part.media_type(), (&b"image"[..], &b"png"[..]));
/// assert_eq!(part.disposition(), Some(&b"attachment"[..]));
/// assert_eq!(part.param("name"), Some(&b"a.png"[..]));
/// let body = part.body_range();
/// assert_eq!(&message[body.start as usize..body.end as usize], b"\0");
/// ```
#[derive(Clone, Copy)]
pub struct Part<'i> {
    pub(crate) id: usize,
    pub(crate) parent: Option<usize>,
    /// The part whose decoded octets it is in.
    pub(crate) source: Option<usize>,
    pub(crate) depth: usize,
    pub(crate) kind: PartKind,
    /// The parts within it are in its decoded octets.
    pub(crate) decodes: bool,
    pub(crate) encoding: TransferEncoding,
    pub(crate) start: u64,
    pub(crate) header_end: u64,
    pub(crate) body_start: u64,
    pub(crate) body_end: u64,
    pub(crate) bare_header: u64,
    pub(crate) bare_body: u64,
    pub(crate) lines: u64,
    pub(crate) mime: &'i [u8],
    pub(crate) envelope: &'i [u8],
}

impl<'i> Part<'i> {
    /// What it is made of.
    #[must_use]
    pub const fn kind(&self) -> PartKind {
        self.kind
    }

    /// How deep it is: the message itself is 0.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// How its body is encoded.
    #[must_use]
    pub const fn encoding(&self) -> TransferEncoding {
        self.encoding
    }

    /// Whether it stands in the message as it is stored. If not, it is in a message that is encoded in
    /// base64 or quoted-printable, and its ranges count from the beginning of that.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.source.is_none()
    }

    /// Where its header is as stored, the empty line behind it included.
    #[must_use]
    pub const fn header_range(&self) -> Range<u64> {
        self.start..self.body_start
    }

    /// Where its body is as stored.
    #[must_use]
    pub const fn body_range(&self) -> Range<u64> {
        self.body_start..self.body_end
    }

    /// How many octets its body has on the wire, encoded as it is.
    #[must_use]
    pub const fn size(&self) -> u64 {
        (self.body_end - self.body_start).saturating_add(self.bare_body)
    }

    /// How many line ends its body has.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.lines
    }

    /// Its type and subtype, in lower case.
    #[must_use]
    pub fn media_type(&self) -> (&'i [u8], &'i [u8]) {
        let view = self.view();
        (view.media_type, view.subtype)
    }

    /// Its disposition in lower case, if it has one.
    #[must_use]
    pub fn disposition(&self) -> Option<&'i [u8]> {
        self.view().disposition.map(|(kind, _)| kind)
    }

    /// The parameter of this name of its type, as it is written.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'i [u8]> {
        self.view().params.get(name.as_bytes())
    }

    pub(crate) fn view(&self) -> View<'i> {
        View::read(Reader::new(self.mime)).unwrap_or_default()
    }

    /// The envelope of the message that it is.
    pub(crate) fn envelope(&self) -> envelope::View<'i> {
        envelope::View::read(&mut Reader::new(self.envelope)).unwrap_or_default()
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("kind", &self.kind)
            .field("depth", &self.depth)
            .field("header", &self.header_range())
            .field("body", &self.body_range())
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// The parts of an indexed message, read one by one.
#[derive(Clone, Debug)]
pub struct Parts<'i> {
    reader: Reader<'i>,
    left: usize,
    /// Those that the next part may be in.
    open: Vec<Open>,
    next: usize,
}

/// A part that holds others.
#[derive(Clone, Copy, Debug)]
struct Open {
    id: usize,
    /// The part whose decoded octets the parts within are in.
    source: Option<usize>,
    /// It holds one part at most, and has it.
    is_full: bool,
    is_message: bool,
}

impl<'i> Parts<'i> {
    pub(super) const fn new(octets: &'i [u8], count: usize) -> Self {
        Self { reader: Reader::new(octets), left: count, open: Vec::new(), next: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.left == 0 && self.reader.is_at_end()
    }

    fn read(&mut self) -> Option<Part<'i>> {
        let reader = &mut self.reader;
        let depth = reader.len()?;
        let bits = reader.octet()?;
        let kind = match bits & KIND {
            0 => PartKind::Leaf,
            1 => PartKind::Multipart,
            2 => PartKind::Message,
            _ => return None,
        };
        if depth > self.open.len() || depth > DEPTH || (depth == 0) != (self.next == 0) {
            return None;
        }
        self.open.truncate(depth);
        if let Some(open) = self.open.last_mut() {
            if open.is_full {
                return None;
            }
            open.is_full = open.is_message;
        }
        let start = reader.number()?;
        let header_end = start.checked_add(reader.number()?)?;
        let body_start = header_end.checked_add(reader.number()?)?;
        let body_end = body_start.checked_add(reader.number()?)?;
        let (bare_header, bare_body, lines) =
            (reader.number()?, reader.number()?, reader.number()?);
        // What is counted is there, and numbers fit into answers.
        let (header, body) = (body_start - start, body_end - body_start);
        if body_end > i64::MAX as u64 / 2 || bare_header > header || bare_body.max(lines) > body {
            return None;
        }
        let (mime, envelope) = (reader.block()?, reader.block()?);
        let parent = self.open.last();
        let source = parent.and_then(|open| open.source);
        let part = Part {
            id: self.next,
            parent: parent.map(|open| open.id),
            source,
            depth,
            kind,
            decodes: bits & DECODED != 0,
            encoding: *ENCODINGS.get(usize::from(bits >> 4))?,
            start,
            header_end,
            body_start,
            body_end,
            bare_header,
            bare_body,
            lines,
            mime,
            envelope,
        };
        if kind != PartKind::Leaf {
            self.open.push(Open {
                id: part.id,
                source: if part.decodes { Some(part.id) } else { source },
                is_full: false,
                is_message: kind == PartKind::Message,
            });
        }
        self.next += 1;
        Some(part)
    }
}

impl<'i> Iterator for Parts<'i> {
    type Item = Part<'i>;

    fn next(&mut self) -> Option<Part<'i>> {
        if self.left == 0 {
            return None;
        }
        let part = self.read();
        self.left = if part.is_some() { self.left - 1 } else { 0 };
        part
    }
}
