//! What URLFETCH asks for (RFC 4467 §7, RFC 5524 §3.1).

use crate::{AString, Atom, Cursor, Encoder, ParseError, class::ATOM_CHAR};
use alloc::vec::Vec;

/// A URL to fetch.
///
/// ```
/// use mailwire_imap::{
///     AString, Command, Encoder, OneOrMore, Peer, Tag,
///     command::{UrlFetch, UrlParam},
/// };
///
/// let url = UrlFetch::new(AString::new("imap://joe@example.com/INBOX/;uid=20")?);
/// let binary = url.clone().with(UrlParam::BodyPartStructure).with(UrlParam::Binary);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::UrlFetch(OneOrMore::from(url).and(binary)).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 URLFETCH imap://joe@example.com/INBOX/;uid=20 \
///      (imap://joe@example.com/INBOX/;uid=20 BODYPARTSTRUCTURE BINARY)\r\n",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlFetch {
    /// The URL.
    pub url: AString,
    /// What of it; nothing asks for the octets alone, as RFC 4467 has it.
    pub params: Vec<UrlParam>,
}

/// What is asked of a URL (RFC 5524 §3.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UrlParam {
    /// `BODY`: the octets as they are stored.
    Body,
    /// `BINARY`: the octets, decoded.
    Binary,
    /// `BODYPARTSTRUCTURE`: the structure of the part.
    BodyPartStructure,
    /// Something else.
    Other(Atom),
}

impl UrlFetch {
    /// The octets at a URL.
    #[must_use]
    pub const fn new(url: AString) -> Self {
        Self { url, params: Vec::new() }
    }

    /// The same, asking for this (RFC 5524).
    #[must_use]
    pub fn with(mut self, param: UrlParam) -> Self {
        self.params.push(param);
        self
    }

    /// `url-full / "(" url-full *(SP url-fetch-param) ")"`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if !cursor.eat(b'(') {
            return Ok(Self::new(cursor.checked_astring()?));
        }
        let mut fetch = Self::new(cursor.checked_astring()?);
        while !cursor.eat(b')') {
            cursor.space()?;
            fetch.params.push(UrlParam::read(cursor)?);
            cursor.limit(fetch.params.len())?;
        }
        Ok(fetch)
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        if self.params.is_empty() {
            return out.astring(&self.url);
        }
        out.raw(b"(");
        out.astring(&self.url);
        for param in &self.params {
            out.space();
            out.raw(param.name().as_bytes());
        }
        out.raw(b")");
    }
}

impl UrlParam {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Body => "BODY",
            Self::Binary => "BINARY",
            Self::BodyPartStructure => "BODYPARTSTRUCTURE",
            Self::Other(name) => name,
        }
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.span(&ATOM_CHAR)?;
        let known = [Self::Body, Self::Binary, Self::BodyPartStructure];
        let known =
            known.into_iter().find(|param| param.name().as_bytes().eq_ignore_ascii_case(&name));
        Ok(known.unwrap_or_else(|| Self::Other(Atom::from_scanned(name))))
    }
}
