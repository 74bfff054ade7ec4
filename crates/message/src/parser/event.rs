//! What a push parser says.

use alloc::boxed::Box;
use core::ops::Range;

use bytes::Bytes;

use crate::{
    Defect, PartId, TransferEncoding,
    mime::{ContentType, Disposition},
};

/// One thing that the parser found. Events of a part come in this order:
///
/// ```text
/// Begin, (Field | Raw)*, Headers, (Raw | events of the parts within)*, End
/// ```
///
/// with [`Defect`]s where they were noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A part begins.
    Begin(Begin),
    /// A header field, whole.
    Field(Field),
    /// Any other octets of the input.
    Raw(Raw),
    /// The header is over. What becomes of the body may be chosen now:
    /// [`Parser::descend`](super::Parser::descend), [`opaque`](super::Parser::opaque),
    /// [`skip`](super::Parser::skip).
    Headers(Box<Headers>),
    /// A part ends.
    End(End),
    /// Something deviates, or could be read in two ways.
    Defect(Defect),
}

impl Event {
    /// The octets that the event brings, if they are octets of the input itself and not of a
    /// message that was decoded. These, of all events in order, make up the input.
    ///
    /// ```
    /// use mailwire_message::{Bytes, parser::{Config, Parser}};
    ///
    /// let input = Bytes::from("Subject: hi\r\n\r\nHello\r\n");
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_input(input.clone());
    /// parser.handle_eof();
    /// let mut copy = Vec::new();
    /// while let Some(event) = parser.poll_event()? {
    ///     copy.extend(event.input_octets().into_iter().flatten());
    /// }
    /// assert_eq!(copy, input);
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
    #[must_use]
    pub fn input_octets(&self) -> Option<&Bytes> {
        match self {
            Self::Field(Field { source: None, octets, .. })
            | Self::Raw(Raw { source: None, octets, .. }) => Some(octets),
            _ => None,
        }
    }

    /// The part that the event is about.
    #[must_use]
    pub fn part(&self) -> PartId {
        match self {
            Self::Begin(Begin { part, .. })
            | Self::Field(Field { part, .. })
            | Self::Raw(Raw { part, .. })
            | Self::End(End { part, .. })
            | Self::Defect(Defect { part, .. }) => *part,
            Self::Headers(headers) => headers.part,
        }
    }

    /// The event with its octets copied out of the read buffer, which may then be freed.
    #[must_use]
    pub fn detach(mut self) -> Self {
        if let Self::Field(Field { octets, .. }) | Self::Raw(Raw { octets, .. }) = &mut self {
            *octets = Bytes::copy_from_slice(octets);
        }
        self
    }
}

/// The beginning of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Begin {
    /// Which part. Numbers are given in the order of beginnings.
    pub part: PartId,
    /// The multipart or message that it is in.
    pub parent: Option<PartId>,
    /// The part whose decoded octets it is in; `None`: the input itself.
    pub source: Option<PartId>,
    /// Where, in octets from the beginning of the source.
    pub offset: u64,
}

/// A header field as it stands, folds and line end included.
///
/// ```
/// use mailwire_message::{Bytes, parser::{Config, Event, Parser}};
///
/// let mut parser = Parser::new(Config::default());
/// parser.handle_input(Bytes::from("Subject: a\r\n folded one\r\n\r\n"));
/// parser.poll_event()?; // the part begins
/// let Some(Event::Field(field)) = parser.poll_event()? else { panic!() };
/// assert_eq!(field.name(), b"Subject");
/// assert_eq!(field.value(), b" a\r\n folded one");
/// assert_eq!(field.octets, "Subject: a\r\n folded one\r\n");
/// # Ok::<(), mailwire_message::parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Whose header it is in.
    pub part: PartId,
    /// The part whose decoded octets it is in; `None`: the input itself.
    pub source: Option<PartId>,
    /// Where, in octets from the beginning of the source.
    pub offset: u64,
    /// The whole field.
    pub octets: Bytes,
    /// Where in `octets` the name ends.
    pub(crate) name_end: usize,
    /// Where in `octets` the value is.
    pub(crate) value: Range<usize>,
}

impl Field {
    /// The name, without blanks before the colon.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.octets.get(..self.name_end).unwrap_or_default()
    }

    /// What stands behind the colon, folds and leading blank included, without the line end that
    /// ends the field.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.octets.get(self.value.clone()).unwrap_or_default()
    }

    /// The value as a share of the buffer.
    #[must_use]
    pub fn value_bytes(&self) -> Bytes {
        self.octets.slice(self.value.clone())
    }

    /// Where the value begins, in octets from the beginning of the source.
    #[must_use]
    pub const fn value_offset(&self) -> u64 {
        self.offset + self.value.start as u64
    }
}

/// Octets that are no field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Raw {
    /// The part that they belong to; for a delimiter the multipart.
    pub part: PartId,
    /// The part whose decoded octets they are; `None`: the input itself.
    pub source: Option<PartId>,
    /// What they are.
    pub role: Role,
    /// Where, in octets from the beginning of the source.
    pub offset: u64,
    /// The octets; never empty. What belongs together may come in several pieces.
    pub octets: Bytes,
}

/// What octets are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Role {
    /// A byte order mark before the header.
    Bom,
    /// An empty line before the header.
    LeadingBlank,
    /// A line of mbox, `From `, before the header.
    MboxFrom,
    /// A line within the header that is no field.
    NonField,
    /// What a field has beyond [`Limits::field_octets`](crate::Limits::field_octets).
    FieldRest,
    /// The empty line between header and body.
    Separator,
    /// What stands before the first delimiter of a multipart.
    Preamble,
    /// A delimiter: the line break before it, the line, and its line end.
    Delimiter,
    /// The delimiter that closes a multipart: the line break before it, the line, and its line end,
    /// if that does not belong to the delimiter of an outer multipart.
    CloseDelimiter,
    /// The body of a leaf, or of a part that is not looked into.
    Body,
    /// What stands behind the delimiter that closes a multipart.
    Epilogue,
}

/// Why a header is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum HeaderEnd {
    /// An empty line.
    Blank,
    /// A delimiter of an open multipart.
    Delimiter,
    /// A line that is no field and that no field follows: the body begins with it.
    NonField,
    /// The end of the input.
    EndOfInput,
    /// A limit: what follows is body.
    Limit,
}

/// What a part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum PartKind {
    /// Octets.
    Leaf,
    /// Parts between delimiters (RFC 2046 §5.1).
    Multipart,
    /// A message, whose root part is the only part within (RFC 2046 §5.2.1, RFC 6532 §3.7).
    Message,
}

impl PartKind {
    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Multipart => "multipart",
            Self::Message => "message",
        }
    }
}

/// The end of a header, and what its MIME fields say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Headers {
    /// Whose header.
    pub part: PartId,
    /// Why it is over.
    pub end: HeaderEnd,
    /// Where its fields are, without the empty line, in octets from the beginning of the source.
    pub header: Range<u64>,
    /// Where the body begins.
    pub body: u64,
    /// What the part will be taken for, unless the caller chooses otherwise.
    pub kind: PartKind,
    /// The fields of MIME.
    pub mime: Mime,
}

/// The fields of MIME that decide how a body is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mime {
    /// The type. Where there is no field or an unusable one, the default: `text/plain`, or
    /// `message/rfc822` in a `multipart/digest` (RFC 2045 §5.2, RFC 2046 §5.1.5).
    pub content_type: ContentType<'static>,
    /// Whether there is a Content-Type field.
    pub declared: bool,
    /// The transfer encoding.
    pub encoding: TransferEncoding,
    /// The disposition, if there is a field.
    pub disposition: Option<Disposition<'static>>,
}

/// The end of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct End {
    /// Which part.
    pub part: PartId,
    /// What it was taken for.
    pub kind: PartKind,
    /// Where its fields are, without the empty line, in octets from the beginning of the source.
    pub header: Range<u64>,
    /// Where its body is, without the line break that belongs to the delimiter behind it. That of a
    /// multipart goes from the preamble to the epilogue.
    pub body: Range<u64>,
    /// The line ends of the body, if [`Config::line_statistics`](super::Config::line_statistics)
    /// asks for them.
    pub lines: Option<Lines>,
}

/// The line ends of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Lines {
    /// Lines that end in CRLF.
    pub crlf: u64,
    /// Lines that end in LF alone.
    pub lf: u64,
    /// Carriage returns that no line feed follows; they end no line.
    pub bare_cr: u64,
    /// Whether there are octets behind the last line end.
    pub unfinished: bool,
}

impl Lines {
    /// How many lines there are, an unfinished last one included.
    ///
    /// ```
    /// assert_eq!(mailwire_message::parser::Lines::default().count(), 0);
    /// ```
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.crlf + self.lf + self.unfinished as u64
    }
}
