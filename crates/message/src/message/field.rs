//! One field of a header.

use super::Message;
use crate::{
    Findings, PartId,
    header::{AddressList, Date, MessageIds, decode_text_with},
    parser::FieldRecord,
};
use alloc::{borrow::Cow, string::String};
use core::{fmt, ops::Range};

/// A field of the header of a part: its name, and its value as it stands, folds included.
///
/// What the value means is read when it is asked for. The readers fit any field: the caller knows
/// what the name promises, and every other reader of this crate takes a [`value`](Self::value).
///
/// ```
/// use mailwire_message::Message;
///
/// let message = Message::parse(b"Reply-To: <a@x.test>,\r\n <b@x.test>\r\nX-Note:\r\n\r\n");
/// let field = message.header("reply-to").expect("it is there");
/// assert_eq!(field.name(), "Reply-To");
/// assert_eq!(field.value(), b" <a@x.test>,\r\n <b@x.test>");
/// assert_eq!(field.raw(), b"Reply-To: <a@x.test>,\r\n <b@x.test>\r\n");
/// assert_eq!(field.range(), 0..36);
/// assert_eq!(field.addresses().mailboxes().count(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct Field<'m> {
    message: &'m Message<'m>,
    record: &'m FieldRecord,
}

impl<'m> Field<'m> {
    pub(super) fn new(message: &'m Message<'m>, record: &'m FieldRecord) -> Self {
        Self { message, record }
    }

    /// In whose header it stands.
    #[must_use]
    pub fn part(&self) -> PartId {
        self.record.part
    }

    /// The name as it is written, without blanks before the colon. Octets above ASCII, which no name
    /// may hold, are replaced by U+FFFD.
    #[must_use]
    pub fn name(&self) -> Cow<'m, str> {
        String::from_utf8_lossy(self.name_octets())
    }

    /// The octets of the name.
    #[must_use]
    pub fn name_octets(&self) -> &'m [u8] {
        self.octets(self.record.name())
    }

    /// Whether the field has this name, in whatever case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name_octets().eq_ignore_ascii_case(name.as_bytes())
    }

    /// What stands behind the colon, folds included, without the line end that ends the field.
    #[must_use]
    pub fn value(&self) -> &'m [u8] {
        self.octets(self.record.value())
    }

    /// The whole field with its folds and line end: what a DKIM signature is made over.
    #[must_use]
    pub fn raw(&self) -> &'m [u8] {
        self.octets(self.record.raw())
    }

    /// Where [`raw`](Self::raw) stands, in octets from the beginning of the message, or of the
    /// decoded octets of the part that [`Part::source`](super::Part::source) tells.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        wide(self.record.raw())
    }

    /// Where [`value`](Self::value) stands, likewise.
    #[must_use]
    pub fn value_range(&self) -> Range<u64> {
        wide(self.record.value())
    }

    /// The value as text: folds undone, encoded words decoded, blanks around it dropped (RFC 5322
    /// §3.2.5, RFC 2047).
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Comments: =?utf-8?q?caf=C3=A9?=\r\n noir \r\n\r\n");
    /// assert_eq!(message.header("comments").expect("it is there").text(), "café noir");
    /// ```
    #[must_use]
    pub fn text(&self) -> Cow<'m, str> {
        decode_text_with(self.value(), &mut self.findings())
    }

    /// The value as a list of addresses (RFC 5322 §3.4).
    #[must_use]
    pub fn addresses(&self) -> AddressList<'m> {
        AddressList::parse_with(self.value(), &mut self.findings())
    }

    /// The value as a date (RFC 5322 §3.3).
    #[must_use]
    pub fn date(&self) -> Date {
        Date::parse_with(self.value(), &mut self.findings())
    }

    /// The value as message identifiers (RFC 5322 §3.6.4).
    #[must_use]
    pub fn message_ids(&self) -> MessageIds<'m> {
        MessageIds::parse_with(self.value(), &mut self.findings())
    }

    fn findings(&self) -> Findings<'static> {
        Findings::ignored(self.message.config.policy)
    }

    fn octets(&self, range: Range<usize>) -> &'m [u8] {
        self.message.source_octets(self.record.part).get(range).unwrap_or_default()
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name())
            .field("value", &String::from_utf8_lossy(self.value()))
            .finish_non_exhaustive()
    }
}

/// The fields of a header, or those of one name, in order.
#[derive(Clone, Debug)]
pub struct Fields<'m, 'n> {
    message: &'m Message<'m>,
    records: core::slice::Iter<'m, FieldRecord>,
    name: Option<&'n str>,
}

impl<'m, 'n> Fields<'m, 'n> {
    pub(super) fn new(
        message: &'m Message<'m>,
        records: &'m [FieldRecord],
        name: Option<&'n str>,
    ) -> Self {
        Self { message, records: records.iter(), name }
    }

    fn wanted(&self, field: &Field<'m>) -> bool {
        self.name.is_none_or(|name| field.is(name))
    }
}

impl<'m> Iterator for Fields<'m, '_> {
    type Item = Field<'m>;

    fn next(&mut self) -> Option<Field<'m>> {
        loop {
            let field = Field::new(self.message, self.records.next()?);
            if self.wanted(&field) {
                return Some(field);
            }
        }
    }
}

impl DoubleEndedIterator for Fields<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            let field = Field::new(self.message, self.records.next_back()?);
            if self.wanted(&field) {
                return Some(field);
            }
        }
    }
}

pub(super) fn wide(range: Range<usize>) -> Range<u64> {
    range.start as u64..range.end as u64
}
