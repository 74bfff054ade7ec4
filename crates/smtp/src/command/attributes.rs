//! What a trusted proxy says of its client: the arguments of XCLIENT and XFORWARD (Postfix).
use core::fmt;

use mailwire_core::BytesRef;

use crate::{ParseError, Xtext, params::List, quirks::Tolerance};

/// `NAME=value` pairs, each name once, the values in xtext.
///
/// ```
/// use mailwire_smtp::{AttributeValue, Attributes};
///
/// let mut attributes = Attributes::default();
/// attributes.push("ADDR", &AttributeValue::encode("192.0.2.1")?)?;
/// attributes.push("NAME", &AttributeValue::Unavailable)?;
/// assert_eq!(attributes.to_string(), "ADDR=192.0.2.1 NAME=[UNAVAILABLE]");
/// assert_eq!(attributes.get("name"), Some(AttributeValue::Unavailable));
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Attributes(List);

/// What is said of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeValue<'a> {
    /// Its value.
    Text(Xtext<'a>),
    /// `[UNAVAILABLE]`: it does not exist.
    Unavailable,
    /// `[TEMPUNAVAIL]`: it could not be found out.
    TemporarilyUnavailable,
}

impl Attributes {
    pub(crate) fn parse(text: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<Self, ParseError> {
        List::parse(text, check, tolerance).map(Self)
    }

    /// Adds an attribute, whose name must be new.
    pub fn push(&mut self, name: &str, value: &AttributeValue<'_>) -> Result<(), ParseError> {
        self.0.push(&alloc::format!("{name}={value}"), check)
    }

    /// The attributes in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, AttributeValue<'_>)> {
        let pairs = self.0.iter();
        pairs.filter_map(|(name, value)| Some((name, AttributeValue::read(value?)?)))
    }

    /// The value of an attribute, its name in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<AttributeValue<'_>> {
        self.0.get(name).flatten().and_then(AttributeValue::read)
    }

    /// Whether there is no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes as they go on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the attributes out of the buffer they share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// An attribute must have a value, and that must be xtext.
fn check(_: &str, value: Option<&str>) -> Option<u16> {
    AttributeValue::read(value?).map(|_| 0)
}

impl<'a> AttributeValue<'a> {
    /// A value as it is meant.
    pub fn encode(value: &'a str) -> Result<Self, ParseError> {
        Xtext::encode(value).map(Self::Text)
    }

    fn read(value: &'a str) -> Option<Self> {
        match value {
            "[UNAVAILABLE]" => Some(Self::Unavailable),
            "[TEMPUNAVAIL]" => Some(Self::TemporarilyUnavailable),
            text => Xtext::parse(text).ok().map(Self::Text),
        }
    }
}

impl fmt::Display for AttributeValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(text) => text.as_str(),
            Self::Unavailable => "[UNAVAILABLE]",
            Self::TemporarilyUnavailable => "[TEMPUNAVAIL]",
        })
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
