//! A whole message in memory, with nothing decoded until it is asked for.
//!
//! ```
//! use mailwire_message::Message;
//!
//! let message = Message::parse(
//!     b"From: =?utf-8?q?J=C3=BCrgen?= <j@x.test>\r\nSubject: two parts\r\n\
//!       Content-Type: multipart/mixed; boundary=b\r\n\r\n\
//!       --b\r\n\r\nHello!\r\n\
//!       --b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=dot.png\r\n\
//!       Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n",
//! );
//! let from = message.from().expect("it is there");
//! assert_eq!(from.mailboxes().next().and_then(|mailbox| mailbox.name()), Some("Jürgen"));
//! assert_eq!(message.text_body().next().and_then(|part| part.text()).as_deref(), Some("Hello!"));
//!
//! let picture = message.attachments().next().expect("one attachment");
//! assert_eq!(picture.file_name().as_deref(), Some("dot.png"));
//! assert_eq!(picture.decoded_len(), 8);
//! assert_eq!(&picture.decoded()[1..4], b"PNG");
//! ```
//!
//! [`Message::parse`] finds where the parts and fields are and reads nothing else. A [`Part`] or
//! [`Field`] is a place in the message; every accessor reads what it is about, when it is called.
//! Nothing is remembered: what is needed twice is worth keeping.
//!
//! Offsets are octets from the beginning of the message, so that what a signature covers can be cut
//! out of it as it stands. Only within a message that had to be decoded first, in base64 or
//! quoted-printable, they count from the beginning of its decoded octets; [`Part::source`] tells.

mod body;
mod children;
mod field;
mod inspect;
mod part;
mod typed;
mod views;

pub use children::{Children, Parts};
pub use field::{Field, Fields};
pub use inspect::{HeaderCheck, Inspection, inspect_field};
pub use part::Part;
pub use views::{BodyViews, Outline};

use crate::{
    Defect, Findings, PartId,
    parser::{self, Config, PartKind, Structure},
    transfer,
};
use alloc::vec::Vec;
use bytes::Bytes;
use core::fmt;

/// The standard, and no octet of a body looked at before it is asked for.
const QUICK: Config = Config { line_statistics: false, ..Config::STANDARD };

/// A message: its octets, and where in them the parts and fields are.
///
/// A `Message<'static>` owns its octets or shares them; [`from_bytes`](Self::from_bytes) and
/// [`into_owned`](Self::into_owned) make one.
#[derive(Clone)]
pub struct Message<'a> {
    raw: Raw<'a>,
    config: Config,
    structure: Structure,
    /// For each part, the first one that is behind it and all parts within it. Empty if there is
    /// only the root.
    ends: Vec<u32>,
    /// The decoded octets of the parts that parts stand in, by their numbers.
    decoded: Vec<(PartId, Vec<u8>)>,
}

#[derive(Clone)]
enum Raw<'a> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
}

impl<'a> Message<'a> {
    /// Finds the parts and fields of a message. Never fails: any octets are a message, and what is
    /// wrong with them is in [`defects`](Self::defects).
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Subject: hi\r\n\r\nHello!\r\n");
    /// assert_eq!(message.subject().as_deref(), Some("hi"));
    /// assert_eq!(message.root().raw_body(), b"Hello!\r\n");
    /// ```
    #[must_use]
    pub fn parse(octets: &'a [u8]) -> Self {
        Self::parse_with(octets, QUICK)
    }

    /// The same with other limits and choices than the standard ones.
    ///
    /// [`Config::line_statistics`] is off in [`parse`](Self::parse): with it the defects in the lines
    /// of bodies are found too, which costs a look at every octet.
    ///
    /// ```
    /// use mailwire_message::{Message, Pick, parser::Config};
    ///
    /// let mut config = Config::default();
    /// config.policy.duplicate_field = Pick::Last;
    /// let message = Message::parse_with(b"Subject: one\nSubject: two\n\n", config);
    /// assert_eq!(message.subject().as_deref(), Some("two"));
    /// assert!(message.is_ambiguous());
    /// ```
    #[must_use]
    pub fn parse_with(octets: &'a [u8], config: Config) -> Self {
        Self::new(Raw::Borrowed(octets), config, false)
    }

    /// Finds the fields of the message's own header, and looks at nothing behind it: there is one
    /// part, whatever its type is.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse_headers(
    ///     b"Subject: hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello!\r\n--b--\r\n",
    /// );
    /// assert_eq!(message.subject().as_deref(), Some("hi"));
    /// assert_eq!(message.parts().count(), 1);
    /// ```
    #[must_use]
    pub fn parse_headers(octets: &'a [u8]) -> Self {
        Self::parse_headers_with(octets, QUICK)
    }

    /// The same with other limits and choices than the standard ones.
    ///
    /// ```
    /// use mailwire_message::{DefectCode, Message, parser::Config};
    ///
    /// let mut config = Config::default();
    /// config.limits.fields = 2;
    /// let message = Message::parse_headers_with(b"A: 1\nB: 2\nC: 3\n\n", config);
    /// assert_eq!(message.fields().count(), 2);
    /// assert!(message.defects().iter().any(|defect| defect.code == DefectCode::FieldCountLimit));
    /// ```
    #[must_use]
    pub fn parse_headers_with(octets: &'a [u8], config: Config) -> Self {
        Self::new(Raw::Borrowed(octets), config, true)
    }

    /// The same message, borrowing nothing.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message: Message<'static> = Message::parse(&Vec::from("Subject: hi\n\n")).into_owned();
    /// assert_eq!(message.subject().as_deref(), Some("hi"));
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        let Self { raw, config, structure, ends, decoded } = self;
        let raw = match raw {
            Raw::Borrowed(octets) => Raw::Shared(Bytes::copy_from_slice(octets)),
            Raw::Shared(octets) => Raw::Shared(octets),
        };
        Message { raw, config, structure, ends, decoded }
    }

    fn new(raw: Raw<'a>, config: Config, headers_only: bool) -> Self {
        let structure = if headers_only {
            Structure::parse_header(raw.octets(), &config)
        } else {
            Structure::parse(raw.octets(), &config)
        };
        let ends = ends(&structure.parts);
        let mut message = Self { raw, config, structure, ends, decoded: Vec::new() };
        message.decode_sources();
        message
    }

    /// Decodes the messages that parts were found in. A part comes before those within it, so what
    /// it stands in is there when its turn comes.
    fn decode_sources(&mut self) {
        let mut decoded: Option<PartId> = None;
        for index in 0..self.structure.parts.len() {
            let Some(source) = self.structure.parts[index].source else { continue };
            if decoded >= Some(source) {
                continue;
            }
            decoded = Some(source);
            let Some(part) = self.part(source) else { continue };
            let findings = &mut Findings::ignored(self.config.policy);
            let octets = transfer::decode(part.encoding(), part.raw_body(), findings).into_owned();
            self.decoded.push((source, octets));
        }
    }
}

impl Message<'static> {
    /// Finds the parts and fields of a message that is shared, not borrowed.
    ///
    /// ```
    /// use mailwire_message::{Bytes, Message};
    ///
    /// let message = Message::from_bytes(Bytes::from("Subject: hi\r\n\r\nHello!\r\n"));
    /// assert_eq!(message.raw().len(), 23);
    /// ```
    #[must_use]
    pub fn from_bytes(octets: Bytes) -> Self {
        Self::from_bytes_with(octets, QUICK)
    }

    /// The same with other limits and choices than the standard ones.
    ///
    /// ```
    /// use mailwire_message::{Bytes, Message, parser::Config};
    ///
    /// let message = Message::from_bytes_with(Bytes::from("Subject: a\rb\n\n"), Config::default());
    /// assert!(message.is_ambiguous());
    /// ```
    #[must_use]
    pub fn from_bytes_with(octets: Bytes, config: Config) -> Self {
        Self::new(Raw::Shared(octets), config, false)
    }
}

impl Message<'_> {
    /// All octets of the message.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.raw.octets()
    }

    /// The message as a part: its own header and body.
    #[must_use]
    pub fn root(&self) -> Part<'_> {
        Part { message: self, record: self.structure.parts.first().unwrap_or(&NO_PART) }
    }

    /// The part of this number.
    #[must_use]
    pub fn part(&self, id: PartId) -> Option<Part<'_>> {
        Some(Part { message: self, record: self.structure.parts.get(id.index())? })
    }

    /// All parts in the order of their beginnings, the root first.
    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        Parts::new(self, 0..count(self.structure.parts.len()))
    }

    /// The field of this name in the message's own header; see [`Part::header`].
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"X-Spam-Level: ***\r\n\r\n");
    /// assert_eq!(message.header("x-spam-level").map(|field| field.value()), Some(&b" ***"[..]));
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Field<'_>> {
        self.root().header(name)
    }

    /// All fields of this name in the message's own header, in order.
    #[must_use]
    pub fn headers<'n>(&self, name: &'n str) -> Fields<'_, 'n> {
        self.root().headers(name)
    }

    /// All fields of the message's own header, in order.
    #[must_use]
    pub fn fields(&self) -> Fields<'_, 'static> {
        self.root().fields()
    }

    /// Which parts are body and which are attachments (RFC 8621 §4.1.4).
    #[must_use]
    pub fn body_views(&self) -> BodyViews {
        self.root().views()
    }

    /// The parts to show as text, in order; see [`BodyViews::text`].
    pub fn text_body(&self) -> impl Iterator<Item = Part<'_>> {
        self.all(self.body_views().text)
    }

    /// The parts to show as HTML, in order; see [`BodyViews::html`].
    pub fn html_body(&self) -> impl Iterator<Item = Part<'_>> {
        self.all(self.body_views().html)
    }

    /// The attachments, in order; see [`BodyViews::attachments`].
    pub fn attachments(&self) -> impl Iterator<Item = Part<'_>> {
        self.all(self.body_views().attachments)
    }

    /// What was noticed while the parts and fields were looked for, in order. What fields and bodies
    /// deviate in is known when they are read: [`inspect`](Self::inspect) reads them all.
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.structure.defects
    }

    /// How many of those defects there were; [`defects`](Self::defects) holds no more than
    /// [`Limits::defects`](crate::Limits::defects).
    #[must_use]
    pub fn defects_seen(&self) -> u64 {
        self.structure.defects_seen
    }

    /// Whether two readers may find different parts or fields here. It goes by
    /// [`defects`](Self::defects); those of [`inspect`](Self::inspect) may say more.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.defects().iter().any(Defect::is_ambiguous)
    }

    fn all(&self, ids: Vec<PartId>) -> impl Iterator<Item = Part<'_>> {
        ids.into_iter().filter_map(|id| self.part(id))
    }

    /// The octets that the ranges of this part are about.
    fn source_octets(&self, part: PartId) -> &[u8] {
        match self.structure.parts.get(part.index()).and_then(|part| part.source) {
            None => self.raw(),
            Some(source) => self.decoded_source(source).unwrap_or_default(),
        }
    }

    /// The decoded octets of a part, if they are at hand.
    fn decoded_source(&self, part: PartId) -> Option<&[u8]> {
        let index = self.decoded.binary_search_by_key(&part, |&(id, _)| id).ok()?;
        Some(&self.decoded[index].1)
    }

    /// The first part behind this one and all parts within it.
    fn end_of(&self, part: PartId) -> u32 {
        let index = part.index();
        self.ends.get(index).copied().unwrap_or(count(index + 1))
    }
}

impl Raw<'_> {
    fn octets(&self) -> &[u8] {
        match self {
            Self::Borrowed(octets) => octets,
            Self::Shared(octets) => octets,
        }
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("octets", &self.raw().len())
            .field("structure", &self.structure)
            .finish_non_exhaustive()
    }
}

/// For each part, the first one behind it and all that is within it.
fn ends(parts: &[parser::Part]) -> Vec<u32> {
    if parts.len() < 2 {
        return Vec::new();
    }
    let mut ends: Vec<u32> = (1..=count(parts.len())).collect();
    for (index, part) in parts.iter().enumerate().rev() {
        if let Some(parent) = part.parent {
            ends[parent.index()] = ends[parent.index()].max(ends[index]);
        }
    }
    ends
}

/// A number of parts. There are fewer of them than octets, and at most [`PartId`] can count.
fn count(parts: usize) -> u32 {
    u32::try_from(parts).unwrap_or(u32::MAX)
}

/// What an empty table would have for its root.
static NO_PART: parser::Part = parser::Part {
    id: PartId::ROOT,
    parent: None,
    source: None,
    kind: PartKind::Leaf,
    header: 0..0,
    header_end: parser::HeaderEnd::EndOfInput,
    body: 0..0,
    fields: 0..0,
    content_type: None,
    disposition: None,
    encoding: crate::TransferEncoding::SevenBit,
    in_digest: false,
};
