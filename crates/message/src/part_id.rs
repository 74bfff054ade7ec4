//! Which part of a message.

use core::fmt;

/// A part of a message: 0 is the message itself, the others count up in the order of their beginnings.
///
/// ```
/// use mailwire_message::PartId;
///
/// assert_eq!(PartId::ROOT.index(), 0);
/// assert_eq!(PartId::new(3).to_string(), "3");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PartId(u32);

impl PartId {
    /// The message itself.
    pub const ROOT: Self = Self(0);

    /// The part of this index.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    /// The index, for tables of parts.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
