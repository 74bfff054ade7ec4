//! Names that are more than atoms: attributes of mailboxes, object identifiers, names of FETCH items.

use crate::{
    InvalidValue,
    class::{ATOM_CHAR, VISIBLE},
};
use core::{fmt, ops::Deref};
use mailwire_core::{ByteSet, BytesRef, Text};

/// What servers put in lists of attributes, with more in it than the grammar has.
const ATTRIBUTE: ByteSet = VISIBLE.without(b"()\"{");

/// An attribute of a mailbox, backslash included: `\Noselect`, `\HasChildren`, `\Sent` (RFC 9051 §7.3.1,
/// RFC 6154 §2). Compared without regard to case.
///
/// ```
/// use mailwire_imap::Attribute;
///
/// let attribute = Attribute::new("\\Sent")?;
/// assert_eq!(attribute, Attribute::new("\\SENT")?);
/// assert_eq!(attribute.as_str(), "\\Sent");
/// assert!(Attribute::new("Sent").is_err() && Attribute::new("\\a b").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Attribute(Text);

impl Attribute {
    /// Checks that the text is a backslash and an atom.
    ///
    /// # Errors
    ///
    /// If it is not. Servers send other attributes too: those are read and go on as they came.
    pub fn new(text: impl Into<Text>) -> Result<Self, InvalidValue> {
        let text = text.into();
        match text.as_bytes() {
            [b'\\', name @ ..] if !name.is_empty() && ATOM_CHAR.covers(name) => Ok(Self(text)),
            _ => Err(InvalidValue { what: "mbx-list-flag" }),
        }
    }

    /// Octets that were seen to be a backslash and an atom.
    pub(crate) fn from_scanned(octets: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(octets))
    }

    /// One that came: anything that stands in the list and cannot be taken for something else.
    pub(crate) fn from_wire(octets: BytesRef<'_>) -> Option<Self> {
        ATTRIBUTE.covers(&octets).then(|| Self(Text::from_ascii(octets)))
    }

    /// The text as it was written, backslash included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// The identifier of a mailbox, message or thread (RFC 8474 §4). Case matters.
///
/// ```
/// use mailwire_imap::ObjectId;
///
/// assert_eq!(ObjectId::new("M6d99ac3275bb4e")?.as_str(), "M6d99ac3275bb4e");
/// assert!(ObjectId::new("a.b").is_err() && ObjectId::new("").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ObjectId(Text);

impl ObjectId {
    /// Checks that the text is an `objectid`: 1 to 255 letters, digits, `_` and `-`.
    ///
    /// # Errors
    ///
    /// If it is not. Servers send others too, which are read if they are atoms, and go on as they came.
    pub fn new(text: impl Into<Text>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if Self::is_objectid(text.as_bytes()) {
            Ok(Self(text))
        } else {
            Err(InvalidValue { what: "objectid" })
        }
    }

    /// An atom that came in the place of one.
    pub(crate) fn from_scanned(octets: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(octets))
    }

    pub(crate) fn is_objectid(octets: &[u8]) -> bool {
        (1..=255).contains(&octets.len())
            && octets.iter().all(|octet| octet.is_ascii_alphanumeric() || b"_-".contains(octet))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// The name of a FETCH item that has no type of its own: a word, with a section in brackets and an
/// origin in angle brackets if it has them: `X-NEW`, `X-PART[1.2]<0>`. Compared without regard to case.
///
/// ```
/// use mailwire_imap::ItemName;
///
/// assert_eq!(ItemName::new("X-PART[1.2]<0>")?.as_str(), "X-PART[1.2]<0>");
/// assert!(ItemName::new("two words").is_err() && ItemName::new("X[1").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ItemName(Text);

impl ItemName {
    /// What the word may hold: no space, parenthesis, quote or bracket.
    pub(crate) const WORD: ByteSet = VISIBLE.without(b"()\"[]<>{}");

    /// Checks that the text is such a name.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn new(text: impl Into<Text>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if is_item_name(text.as_bytes()) {
            Ok(Self(text))
        } else {
            Err(InvalidValue { what: "name of an item" })
        }
    }

    pub(crate) fn from_wire(octets: BytesRef<'_>) -> Option<Self> {
        is_item_name(&octets).then(|| Self(Text::from_ascii(octets)))
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// `1*word-char ["[" … "]"] ["<" … ">"]`, all of it visible but for spaces between the brackets
fn is_item_name(text: &[u8]) -> bool {
    let len = ItemName::WORD.span(text);
    let mut rest = &text[len..];
    for (open, close) in [(b'[', b']'), (b'<', b'>')] {
        if rest.first() == Some(&open) {
            let Some(end) = memchr::memchr(close, rest) else { return false };
            if !rest[..end].iter().all(|octet| matches!(octet, b' '..=b'~')) {
                return false;
            }
            rest = &rest[end + 1..];
        }
    }
    len > 0 && rest.is_empty()
}

impl Deref for Attribute {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Attribute {
    fn eq(&self, other: &Self) -> bool {
        self.eq_ignore_ascii_case(other)
    }
}

impl Eq for Attribute {}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Deref for ObjectId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Deref for ItemName {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for ItemName {
    fn eq(&self, other: &Self) -> bool {
        self.eq_ignore_ascii_case(other)
    }
}

impl Eq for ItemName {}

impl fmt::Debug for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
