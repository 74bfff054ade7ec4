//! One part of a message.

use super::{BodyViews, Children, Field, Fields, Message, Parts, field::wide, views::Outline};
use crate::{
    Findings, PartId, Pick, TransferEncoding,
    mime::{ContentId, ContentType, Disposition, file_name},
    parser::{self, HeaderEnd, PartKind},
};
use alloc::{borrow::Cow, string::ToString, vec::Vec};
use core::{fmt, ops::Range};

/// A part: the message itself, a part of a multipart, or a message within the message.
///
/// It is a place in a [`Message`]: small, `Copy`, and without anything decoded.
///
/// ```
/// use mailwire_message::{Message, parser::PartKind};
///
/// let message = Message::parse(
///     b"Content-Type: multipart/mixed; boundary=b\r\n\r\n\
///       --b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\
///       Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=E9</p>\r\n--b--\r\n",
/// );
/// let root = message.root();
/// assert_eq!(root.kind(), PartKind::Multipart);
/// let html = root.children().next().expect("one part");
/// assert!(html.content_type().is("text", "html"));
/// assert_eq!(html.raw_body(), b"<p>caf=E9</p>");
/// assert_eq!(html.decoded_len(), 11);
/// assert_eq!(html.text().as_deref(), Some("<p>caf\u{e9}</p>"));
/// ```
#[derive(Clone, Copy)]
pub struct Part<'m> {
    pub(super) message: &'m Message<'m>,
    pub(super) record: &'m parser::Part,
}

impl<'m> Part<'m> {
    /// Its number, in the order of beginnings.
    #[must_use]
    pub fn id(&self) -> PartId {
        self.record.id
    }

    /// What it is made of.
    #[must_use]
    pub fn kind(&self) -> PartKind {
        self.record.kind
    }

    /// The multipart or message that it is directly in; none of the root.
    #[must_use]
    pub fn parent(&self) -> Option<Part<'m>> {
        self.message.part(self.record.parent?)
    }

    /// The parts directly within it: those of a multipart, or the root part of a message.
    #[must_use]
    pub fn children(&self) -> Children<'m> {
        Children::new(self.message, self.descendants_range())
    }

    /// All parts within it, depth first.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(
    ///     b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\
    ///       Subject: inner\n\nHello\n--b\n\nBye\n--b--\n",
    /// );
    /// assert_eq!(message.root().children().count(), 2);
    /// assert_eq!(message.root().descendants().count(), 3);
    /// ```
    #[must_use]
    pub fn descendants(&self) -> Parts<'m> {
        Parts::new(self.message, self.descendants_range())
    }

    /// The part behind it in the same multipart.
    #[must_use]
    pub fn next_sibling(&self) -> Option<Part<'m>> {
        let next = self.message.part(PartId::new(self.message.end_of(self.id())))?;
        (next.record.parent == self.record.parent).then_some(next)
    }

    /// The part whose decoded octets it stands in, for parts of messages in base64 or
    /// quoted-printable. `None`: it stands in the input itself.
    #[must_use]
    pub fn source(&self) -> Option<PartId> {
        self.record.source
    }

    /// Header and body as they stand: what a signature of `multipart/signed` is made over (RFC 1847
    /// §2.1). The line break before the delimiter is not part of it.
    #[must_use]
    pub fn raw(&self) -> &'m [u8] {
        self.octets(self.record.header.start..self.record.body.end)
    }

    /// The fields of the header as they stand, without the empty line behind them.
    #[must_use]
    pub fn raw_header(&self) -> &'m [u8] {
        self.octets(self.record.header.clone())
    }

    /// The body as it stands, without the line break that belongs to the delimiter behind it. That
    /// of a multipart goes from its preamble to its epilogue.
    #[must_use]
    pub fn raw_body(&self) -> &'m [u8] {
        self.octets(self.record.body.clone())
    }

    /// Where [`raw`](Self::raw) stands, in octets from the beginning of the message, or of the
    /// decoded octets of its [`source`](Self::source).
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        wide(self.record.header.start..self.record.body.end)
    }

    /// Where [`raw_header`](Self::raw_header) stands, likewise.
    #[must_use]
    pub fn header_range(&self) -> Range<u64> {
        wide(self.record.header.clone())
    }

    /// Where [`raw_body`](Self::raw_body) stands, likewise.
    #[must_use]
    pub fn body_range(&self) -> Range<u64> {
        wide(self.record.body.clone())
    }

    /// Why its header ended where it did.
    #[must_use]
    pub fn header_end(&self) -> HeaderEnd {
        self.record.header_end
    }

    /// The field of this name, in whatever case; of several, the one that
    /// [`Policy::duplicate_field`](crate::Policy::duplicate_field) picks.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Field<'m>> {
        let mut fields = self.headers(name);
        match self.message.config.policy.duplicate_field {
            Pick::First => fields.next(),
            Pick::Last => fields.next_back(),
        }
    }

    /// All fields of this name, in order.
    #[must_use]
    pub fn headers<'n>(&self, name: &'n str) -> Fields<'m, 'n> {
        Fields::new(self.message, self.field_records(), Some(name))
    }

    /// All fields of its header, in order.
    #[must_use]
    pub fn fields(&self) -> Fields<'m, 'static> {
        Fields::new(self.message, self.field_records(), None)
    }

    /// Its type. Where there is no field, the default: `text/plain`, or `message/rfc822` in a
    /// `multipart/digest` (RFC 2046 §5.1.5). Where the field is unusable, `text/plain` (RFC 2045 §5.2).
    #[must_use]
    pub fn content_type(&self) -> ContentType<'m> {
        match self.content_type_field() {
            Some(field) => self.read_content_type(field, &mut self.findings()),
            None => self.default_type(),
        }
    }

    /// The field that [`content_type`](Self::content_type) is read from.
    #[must_use]
    pub fn content_type_field(&self) -> Option<Field<'m>> {
        self.field_at(self.record.content_type?)
    }

    /// How it wants to be shown, if it says so (RFC 2183).
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition<'m>> {
        let field = self.disposition_field()?;
        let limits = &self.message.config.limits;
        Some(Disposition::parse_limited(field.value(), limits, &mut self.findings()))
    }

    /// The field that [`disposition`](Self::disposition) is read from.
    #[must_use]
    pub fn disposition_field(&self) -> Option<Field<'m>> {
        self.field_at(self.record.disposition?)
    }

    /// How its body is encoded.
    #[must_use]
    pub fn encoding(&self) -> TransferEncoding {
        self.record.encoding
    }

    /// The name to keep it under, if it has one: the parameter `filename` of Content-Disposition, or
    /// else `name` of Content-Type. It is as the sender wrote it: check it before you use it as a path.
    #[must_use]
    pub fn file_name(&self) -> Option<Cow<'m, str>> {
        let disposition = self.disposition();
        let content_type = self.content_type_field().map(|_| self.content_type());
        let name = file_name(disposition.as_ref(), content_type.as_ref())?;
        Some(Cow::Owned(name.as_str().to_string()))
    }

    /// What other parts call it by (RFC 2045 §7).
    #[must_use]
    pub fn content_id(&self) -> Option<ContentId<'m>> {
        ContentId::parse_with(self.header("Content-ID")?.value(), &mut self.findings())
    }

    /// Which parts are body and which are attachments (RFC 8621 §4.1.4), of the message that this
    /// part is: of the message within, if this part is such a one.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Content-Type: message/rfc822\n\nSubject: inner\n\nHello\n");
    /// let views = message.root().body_views();
    /// assert_eq!(views.text, [message.root().children().next().expect("its root").id()]);
    /// ```
    #[must_use]
    pub fn body_views(&self) -> BodyViews {
        let root = match self.kind() {
            PartKind::Message => self.children().next().unwrap_or(*self),
            PartKind::Leaf | PartKind::Multipart => *self,
        };
        root.views()
    }

    pub(super) fn views(&self) -> BodyViews {
        let within = self.id().number()..self.message.end_of(self.id());
        let outlines: Vec<_> = Parts::new(self.message, within).map(Self::outline).collect();
        BodyViews::of_tree(self.id(), &outlines)
    }

    fn outline(self) -> Outline {
        let content_type = self.content_type();
        let disposition = self.disposition();
        let named = file_name(disposition.as_ref(), Some(&content_type)).is_some();
        Outline::new(
            self.record.parent,
            (content_type.media_type(), content_type.subtype()),
            disposition.as_ref().map(Disposition::kind),
            named,
        )
    }

    pub(super) fn descendants_range(&self) -> Range<u32> {
        let id = self.id();
        id.number() + 1..self.message.end_of(id)
    }

    pub(super) fn default_type(&self) -> ContentType<'m> {
        if self.record.in_digest {
            ContentType::message_rfc822()
        } else {
            ContentType::text_plain()
        }
    }

    pub(super) fn read_content_type(
        &self,
        field: Field<'m>,
        findings: &mut Findings<'_>,
    ) -> ContentType<'m> {
        ContentType::parse_limited(field.value(), &self.message.config.limits, findings)
    }

    pub(super) fn findings(&self) -> Findings<'static> {
        Findings::ignored(self.message.config.policy)
    }

    fn field_at(&self, index: usize) -> Option<Field<'m>> {
        Some(Field::new(self.message, self.message.structure.fields.get(index)?))
    }

    fn field_records(&self) -> &'m [parser::FieldRecord] {
        self.message.structure.fields.get(self.record.fields.clone()).unwrap_or_default()
    }

    fn octets(&self, range: Range<usize>) -> &'m [u8] {
        self.message.source_octets(self.id()).get(range).unwrap_or_default()
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("record", self.record).finish_non_exhaustive()
    }
}
