//! Lines that make no sense.

use crate::Literal;
use core::{fmt, ops::Deref};
use mailwire_core::Octets;

/// A line of a server that is no response, as it came, without its line end.
///
/// Only what was read is one: nobody can make one, and send it.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Unparsed(Octets);

impl Unparsed {
    /// A line that came. One that could be taken for more than a line is none.
    pub(super) fn new(line: Octets) -> Option<Self> {
        let is_line = memchr::memchr3(0, b'\r', b'\n', &line).is_none();
        (is_line && Literal::announced_by(&line).is_none()).then_some(Self(line))
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Copies the octets out of the buffer they may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Deref for Unparsed {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Unparsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
