//! What URLFETCH gives (RFC 4467 §7, RFC 5524 §3.2).

use crate::{
    AString, Atom, Cursor, Encoder, ParseError, Quirk, Raw,
    class::ATOM_CHAR,
    fetch::{BodyStructure, FetchData, encode_data, read_data, read_data8},
};
use alloc::vec::Vec;

/// A URL and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlContent {
    /// The URL.
    pub url: AString,
    /// What is there.
    pub data: UrlData,
}

/// What is at a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 5524 §5 has no third form")]
pub enum UrlData {
    /// The octets, as RFC 4467 has it; NIL if they cannot be had.
    Octets(FetchData),
    /// What was asked for (RFC 5524).
    Parts(Vec<UrlPart>),
}

/// One thing that was asked for (RFC 5524 §3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlPart {
    /// `BODYPARTSTRUCTURE`
    Structure(BodyStructure),
    /// `BODY`: the octets as they are stored.
    Body(FetchData),
    /// `BINARY`: the octets, decoded; NIL if that failed.
    Binary(FetchData),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
        value: Raw,
    },
}

impl UrlContent {
    /// A URL and what is there.
    #[must_use]
    pub const fn new(url: AString, data: UrlData) -> Self {
        Self { url, data }
    }

    /// `url-full (SP nstring / 1*(SP "(" url-metadata-el ")"))`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let url = cursor.checked_astring()?;
        if !cursor.rest().starts_with(b" (") {
            cursor.space()?;
            return Ok(Self { url, data: UrlData::Octets(read_data(cursor)?) });
        }
        let mut parts = Vec::new();
        while cursor.rest().starts_with(b" (") {
            cursor.advance(2);
            parts.push(UrlPart::read(cursor)?);
            cursor.limit(parts.len())?;
            cursor.skip_extra_spaces_before(b')');
            cursor.expect(b')')?;
        }
        Ok(Self { url, data: UrlData::Parts(parts) })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        out.astring(&self.url);
        match &self.data {
            UrlData::Octets(data) => encode_data(data, false, out),
            // A URL without anything is one that cannot be had.
            UrlData::Parts(parts) if parts.is_empty() => out.raw(b" NIL"),
            UrlData::Parts(parts) => parts.iter().for_each(|part| part.encode(out)),
        }
    }
}

impl UrlPart {
    /// `url-metadata-el`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.eat_keyword(b"BODYPARTSTRUCTURE ") {
            return BodyStructure::read(cursor).map(Self::Structure);
        }
        if cursor.eat_keyword(b"BODY ") {
            return read_data(cursor).map(Self::Body);
        }
        if cursor.eat_keyword(b"BINARY ") {
            return read_data8(cursor).map(Self::Binary);
        }
        let start = cursor.at();
        let name = cursor.span(&ATOM_CHAR)?;
        cursor.space()?;
        let value = cursor.raw()?;
        cursor.tolerate(Quirk::Other, start)?;
        Ok(Self::Other { name: Atom::from_scanned(name), value })
    }

    fn encode(&self, out: &mut Encoder) {
        out.raw(b" (");
        match self {
            Self::Structure(structure) => {
                out.raw(b"BODYPARTSTRUCTURE ");
                structure.encode(out);
            }
            Self::Body(data) => {
                out.raw(b"BODY");
                encode_data(data, false, out);
            }
            Self::Binary(data) => {
                out.raw(b"BINARY");
                encode_data(data, true, out);
            }
            Self::Other { name, value } => {
                out.atom(name);
                out.space();
                value.encode(out);
            }
        }
        out.raw(b")");
    }
}
