//! What codes say of annotations (RFC 5257 §4.2, §4.5).

use crate::{Cursor, Encoder, ParseError};
use core::num::NonZeroU32;

/// `ANNOTATIONS`: what a mailbox holds of annotations (RFC 5257 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeAnnotations {
    /// `NONE`: nothing.
    None,
    /// They can be read and not changed.
    ReadOnly {
        /// `NOPRIVATE`: all users see the same.
        no_private: bool,
    },
    /// They can be changed.
    ReadWrite {
        /// A value may have so many octets.
        max_size: NonZeroU32,
        /// `NOPRIVATE`: all users see the same.
        no_private: bool,
    },
}

/// `ANNOTATE`: why an annotation was not stored (RFC 5257 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 5257 §5 has no other")]
pub enum CodeAnnotate {
    /// `TOOBIG`: the value is too long.
    TooBig,
    /// `TOOMANY`: there are too many.
    TooMany,
}

impl CodeAnnotations {
    /// `ann-size = "NONE" / (("READ-ONLY" / nz-number) [SP "NOPRIVATE"])`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.eat_keyword(b"NONE") {
            return Ok(Self::None);
        }
        let max_size =
            if cursor.eat_keyword(b"READ-ONLY") { None } else { Some(cursor.nz_number()?) };
        let no_private = cursor.eat_keyword(b" NOPRIVATE");
        Ok(match max_size {
            None => Self::ReadOnly { no_private },
            Some(max_size) => Self::ReadWrite { max_size, no_private },
        })
    }

    pub(super) fn encode(self, out: &mut Encoder) {
        out.raw(b"ANNOTATIONS ");
        let no_private = match self {
            Self::None => {
                out.raw(b"NONE");
                false
            }
            Self::ReadOnly { no_private } => {
                out.raw(b"READ-ONLY");
                no_private
            }
            Self::ReadWrite { max_size, no_private } => {
                out.number(max_size.get().into());
                no_private
            }
        };
        out.raw(if no_private { b" NOPRIVATE" } else { b"" });
    }
}

impl CodeAnnotate {
    /// `"TOOBIG" / "TOOMANY"`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.eat_keyword(b"TOOBIG") {
            Ok(Self::TooBig)
        } else if cursor.eat_keyword(b"TOOMANY") {
            Ok(Self::TooMany)
        } else {
            Err(cursor.error())
        }
    }

    pub(super) fn encode(self, out: &mut Encoder) {
        out.raw(match self {
            Self::TooBig => b"ANNOTATE TOOBIG",
            Self::TooMany => b"ANNOTATE TOOMANY",
        });
    }
}
