//! Which messages a command is about.

use crate::{Cursor, Encoder, ParseError, SequenceSet};

/// A set of messages, or `$`: those that the last search found (RFC 5182, RFC 9051 §6.4.4.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §9: `sequence-set` has no third form")]
pub enum Messages {
    /// These: sequence numbers, or UIDs where the command is about UIDs.
    Set(SequenceSet),
    /// `$`
    Saved,
}

impl Messages {
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.eat(b'$') { Ok(Self::Saved) } else { cursor.sequence_set().map(Self::Set) }
    }

    /// Appends it.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Messages, Peer};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// Messages::Saved.encode(&mut out);
    /// assert_eq!(out.finish().wire, "$");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Set(set) => out.sequence_set(set),
            Self::Saved => out.raw(b"$"),
        }
    }
}

impl core::fmt::Display for Messages {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Set(set) => set.fmt(f),
            Self::Saved => f.write_str("$"),
        }
    }
}

impl From<SequenceSet> for Messages {
    fn from(set: SequenceSet) -> Self {
        Self::Set(set)
    }
}
