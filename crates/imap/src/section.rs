//! Which octets of a message: sections and partials (RFC 9051 §6.4.5.1).

use crate::{AString, InvalidValue};
use alloc::vec::Vec;
use bytes::{BufMut, BytesMut};
use core::{fmt, num::NonZeroU32};

/// The text between the brackets of `BODY[…]`, parsed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Section {
    part: Vec<NonZeroU32>,
    text: SectionText,
}

/// Which text of a part (`section-text`, `section-msgtext`).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum SectionText {
    /// All of it: the body of the part, or the whole message.
    All,
    /// `HEADER`: the header of the message, or of the message/rfc822 that the part holds.
    Header,
    /// `HEADER.FIELDS (…)`: these fields of the header.
    HeaderFields(Vec<AString>),
    /// `HEADER.FIELDS.NOT (…)`: all fields but these.
    HeaderFieldsNot(Vec<AString>),
    /// `TEXT`: what follows the header.
    Text,
    /// `MIME`: the MIME header of the part. Only with a part.
    Mime,
}

impl Section {
    /// The whole message: `BODY[]`.
    pub const WHOLE: Self = Self { part: Vec::new(), text: SectionText::All };

    /// Checks that the two go together: `MIME` needs a part, and lists of fields are not empty.
    ///
    /// ```
    /// use core::num::NonZeroU32;
    /// use mailwire_imap::{Section, SectionText};
    ///
    /// let section = Section::new(vec![NonZeroU32::MIN], SectionText::Mime)?;
    /// assert_eq!(section.to_string(), "1.MIME");
    /// assert!(Section::new(vec![], SectionText::Mime).is_err());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn new(part: Vec<NonZeroU32>, text: SectionText) -> Result<Self, InvalidValue> {
        let possible = match &text {
            SectionText::Mime => !part.is_empty(),
            SectionText::HeaderFields(names) | SectionText::HeaderFieldsNot(names) => {
                !names.is_empty() && names.iter().all(|name| is_field_name(name))
            }
            SectionText::All | SectionText::Header | SectionText::Text => true,
        };
        if possible { Ok(Self { part, text }) } else { Err(InvalidValue { what: "section-spec" }) }
    }

    /// The numbers of the part, outermost first; empty for the message itself.
    #[must_use]
    pub fn part(&self) -> &[NonZeroU32] {
        &self.part
    }

    /// Which text of it.
    #[must_use]
    pub const fn text(&self) -> &SectionText {
        &self.text
    }

    /// A section that was read.
    pub(crate) const fn from_parts(part: Vec<NonZeroU32>, text: SectionText) -> Self {
        Self { part, text }
    }

    pub(crate) fn into_part(self) -> Vec<NonZeroU32> {
        self.part
    }
}

/// What can stand in a list of header names: no control character and no octet above ASCII.
fn is_field_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|octet| matches!(octet, b' '..=b'~'))
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, number) in self.part.iter().enumerate() {
            write!(f, "{}{number}", if i > 0 { "." } else { "" })?;
        }
        let dot = if self.part.is_empty() { "" } else { "." };
        let (name, fields) = match &self.text {
            SectionText::All => return Ok(()),
            SectionText::Header => ("HEADER", None),
            SectionText::HeaderFields(names) => ("HEADER.FIELDS", Some(names)),
            SectionText::HeaderFieldsNot(names) => ("HEADER.FIELDS.NOT", Some(names)),
            SectionText::Text => ("TEXT", None),
            SectionText::Mime => ("MIME", None),
        };
        write!(f, "{dot}{name}")?;
        let Some(fields) = fields else { return Ok(()) };
        for (i, field) in fields.iter().enumerate() {
            write!(f, "{}{}", if i > 0 { " " } else { " (" }, field.escape_ascii())?;
        }
        f.write_str(")")
    }
}

/// `<origin.length>`: which octets of a section are asked for (RFC 9051 §9 `partial`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Partial {
    origin: u64,
    length: u64,
}

impl Partial {
    /// From `origin`, at most `length` octets, which must be some; both below 2^63.
    pub const fn new(origin: u64, length: u64) -> Result<Self, InvalidValue> {
        if length == 0 || origin > i64::MAX as u64 || length > i64::MAX as u64 {
            return Err(InvalidValue { what: "partial" });
        }
        Ok(Self { origin, length })
    }

    /// The first octet, counted from 0.
    #[must_use]
    pub const fn origin(self) -> u64 {
        self.origin
    }

    /// How many octets at most.
    #[must_use]
    pub const fn length(self) -> u64 {
        self.length
    }

    /// Appends it with its brackets.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailwire_imap::Partial;
    ///
    /// let mut wire = BytesMut::new();
    /// Partial::new(0, 1024)?.encode(&mut wire);
    /// assert_eq!(wire, "<0.1024>");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(self, out: &mut BytesMut) {
        fmt::Write::write_fmt(out, format_args!("<{}.{}", self.origin, self.length))
            .expect("buffers grow");
        out.put_u8(b'>');
    }
}
