//! The octets that come with an item.

use bytes::Bytes;

/// Octets of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchData {
    /// `NIL`: there is no such part.
    Nil,
    /// They are here.
    Octets(Bytes),
    /// So many of them were handed on as they came.
    Streamed(u64),
}

impl FetchData {
    /// The octets, if they are here.
    #[must_use]
    pub const fn octets(&self) -> Option<&Bytes> {
        match self {
            Self::Octets(octets) => Some(octets),
            Self::Nil | Self::Streamed(_) => None,
        }
    }
}
