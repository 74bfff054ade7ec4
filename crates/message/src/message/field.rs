//! One field of a header.

use super::Tables;
use crate::{Findings, PartId, header, parser::FieldRecord};
use alloc::{borrow::Cow, string::String};
use core::{fmt, ops::Range};

/// A field of the header of a part: its name, and its value as it stands, folds included.
///
/// What the value means is read when it is asked for. The readers fit any field: the caller knows
/// what the name promises.
///
/// ```
/// use mailwire_message::Message;
///
/// let message = Message::parse(b"Reply-To: <a@x.test>,\r\n <b@x.test>\r\nX-Note:\r\n\r\n");
/// let field = message.header("reply-to").expect("it is there");
/// assert_eq!(field.name(), "Reply-To");
/// assert_eq!(field.value(), b" <a@x.test>,\r\n <b@x.test>");
/// assert_eq!(field.raw(), b"Reply-To: <a@x.test>,\r\n <b@x.test>\r\n");
/// assert_eq!(field.range(), 0..37);
/// assert_eq!(field.addresses().mailboxes().count(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct Field<'m> {
    tables: Tables<'m>,
    part: PartId,
    record: &'m FieldRecord,
}

impl<'m> Field<'m> {
    pub(super) fn new(tables: Tables<'m>, part: PartId, record: &'m FieldRecord) -> Self {
        Self { tables, part, record }
    }

    /// In whose header it stands.
    #[must_use]
    pub fn part(&self) -> PartId {
        self.part
    }

    /// The name as it is written, without what may stand between it and the colon. Octets above
    /// ASCII, which no name may hold, are read as windows-1252 if they are no UTF-8.
    #[must_use]
    pub fn name(&self) -> Cow<'m, str> {
        header::raw_text(self.name_octets())
    }

    /// The octets of the name.
    #[must_use]
    pub fn name_octets(&self) -> &'m [u8] {
        self.octets(self.record.name())
    }

    /// Whether the field has this name, in any case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name_octets().eq_ignore_ascii_case(name.as_bytes())
    }
}
