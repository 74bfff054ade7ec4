//! The octets that come with an item.

use bytes::Bytes;

/// Octets of a message.
///
/// NUL among them is for [`FetchItem::Binary`] only, which sends a `literal8` then. Whoever keeps a message with
/// NUL has to encode that part, with base64 for example, and to describe it so in BODYSTRUCTURE, before it is
/// sent as `BODY[…]` or `RFC822` (RFC 9051 §4.3.1, RFC 3516 §6); this crate changes no message. If there is a
/// NUL all the same, it goes out in a `literal`, streamed or not, since the grammar has no `literal8` there
/// (§9 `msg-att-static`): most clients read it, and ours tells [`Quirk::NulInString`].
///
/// [`FetchItem::Binary`]: super::FetchItem::Binary
/// [`Quirk::NulInString`]: crate::Quirk::NulInString
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
