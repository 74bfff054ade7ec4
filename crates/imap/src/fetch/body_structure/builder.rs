//! Structures of those who have the message: servers.

use super::{BodyStructure, read};
use crate::{AString, Cursor, Encoder, Frame, InvalidValue, Peer, ReadOptions, fetch::Envelope};
use alloc::vec::Vec;

type Pairs = Vec<(AString, AString)>;

/// A part in the making, with all that is in it.
///
/// ```
/// use mailwire_imap::{AString, Encoder, Peer, fetch::BodyBuilder};
///
/// let string = |text| AString::new(text);
/// let text = BodyBuilder::text(string("PLAIN")?, 1152, 23).param(string("CHARSET")?, string("UTF-8")?);
/// let image = BodyBuilder::single(string("IMAGE")?, string("PNG")?, 4554)
///     .encoding(string("BASE64")?)
///     .disposition(string("ATTACHMENT")?, vec![(string("FILENAME")?, string("a.png")?)]);
/// let structure = BodyBuilder::multipart(string("MIXED")?, [text, image])
///     .param(string("BOUNDARY")?, string("x")?)
///     .build()?;
/// assert_eq!(structure.parts().count(), 3);
///
/// let mut out = Encoder::new(Peer::CLIENT);
/// structure.encode(&mut out);
/// assert_eq!(
///     out.finish().wire,
///     "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \"7BIT\" 1152 23)\
///      (\"IMAGE\" \"PNG\" NIL NIL NIL \"BASE64\" 4554 NIL (\"ATTACHMENT\" (\"FILENAME\" \"a.png\")) NIL NIL) \
///      \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL NIL)",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct BodyBuilder {
    kind: Kind,
    /// No part in it is said to be a single one and to have the type of a multipart.
    is_valid: bool,
    media_type: AString,
    subtype: AString,
    params: Pairs,
    id: Option<AString>,
    description: Option<AString>,
    encoding: Option<AString>,
    octets: u64,
    lines: u64,
    md5: Option<AString>,
    disposition: Option<(AString, Pairs)>,
    languages: Vec<AString>,
    location: Option<AString>,
}

#[derive(Clone, Debug)]
enum Kind {
    Single,
    /// The envelope and the structure, as they are sent.
    Message(Vec<u8>),
    /// The parts, as they are sent.
    Multipart(Vec<u8>),
}

impl BodyBuilder {
    fn new(kind: Kind, media_type: AString, subtype: AString) -> Self {
        Self {
            is_valid: true,
            kind,
            media_type,
            subtype,
            params: Vec::new(),
            id: None,
            description: None,
            encoding: None,
            octets: 0,
            lines: 0,
            md5: None,
            disposition: None,
            languages: Vec::new(),
            location: None,
        }
    }

    /// A part without parts of its own: its media type, and how many octets it has as it is encoded.
    #[must_use]
    pub fn single(media_type: AString, subtype: AString, octets: u64) -> Self {
        let is_valid = !media_type.eq_ignore_ascii_case(b"MULTIPART");
        Self { octets, is_valid, ..Self::new(Kind::Single, media_type, subtype) }
    }

    /// A text, `text/…`: its octets and lines as they are encoded.
    #[must_use]
    pub fn text(subtype: AString, octets: u64, lines: u64) -> Self {
        Self { octets, lines, ..Self::new(Kind::Single, known("TEXT"), subtype) }
    }

    /// A message, `message/rfc822`: its octets and lines, its envelope and its structure.
    ///
    /// ```
    /// use mailwire_imap::{AString, fetch::{BodyBuilder, BodyKind, Envelope}};
    ///
    /// let body = BodyBuilder::text(AString::new("PLAIN")?, 12, 1);
    /// let forwarded = Envelope::builder().subject(AString::new("minutes")?).build();
    /// let structure = BodyBuilder::message(&forwarded, body, 342, 9).build()?;
    /// assert_eq!(structure.root().kind(), BodyKind::Message);
    /// assert_eq!(structure.root().envelope(), Some(forwarded));
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn message(envelope: &Envelope, body: Self, octets: u64, lines: u64) -> Self {
        let mut out = Encoder::new(Peer::CLIENT);
        envelope.encode(&mut out);
        out.space();
        body.encode(&mut out);
        let kind = Kind::Message(out.finish().wire.into());
        let is_valid = body.is_valid;
        Self { octets, lines, is_valid, ..Self::new(kind, known("MESSAGE"), known("RFC822")) }
    }

    /// The same message as `message/global`: its header may hold UTF-8 (RFC 6532).
    #[must_use]
    pub fn global(self) -> Self {
        match self.kind {
            Kind::Message(_) => Self { subtype: known("GLOBAL"), ..self },
            Kind::Single | Kind::Multipart(_) => self,
        }
    }

    /// A multipart, `multipart/…`, of these parts.
    #[must_use]
    pub fn multipart(subtype: AString, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Encoder::new(Peer::CLIENT);
        let mut is_valid = true;
        for part in parts {
            part.encode(&mut out);
            is_valid &= part.is_valid;
        }
        let kind = Kind::Multipart(out.finish().wire.into());
        Self { is_valid, ..Self::new(kind, known("MULTIPART"), subtype) }
    }

    /// One more parameter of `Content-Type`. Those of a multipart are extension data.
    #[must_use]
    pub fn param(mut self, name: AString, value: AString) -> Self {
        self.params.push((name, value));
        self
    }

    /// `Content-ID`. A multipart has none in a structure.
    #[must_use]
    pub fn id(self, id: AString) -> Self {
        Self { id: Some(id), ..self }
    }

    /// `Content-Description`. A multipart has none in a structure.
    #[must_use]
    pub fn description(self, description: AString) -> Self {
        Self { description: Some(description), ..self }
    }

    /// `Content-Transfer-Encoding`; `7BIT` if nobody says. A multipart has none in a structure.
    #[must_use]
    pub fn encoding(self, encoding: AString) -> Self {
        Self { encoding: Some(encoding), ..self }
    }

    /// `Content-MD5`, extension data. A multipart has none.
    #[must_use]
    pub fn md5(self, md5: AString) -> Self {
        Self { md5: Some(md5), ..self }
    }

    /// `Content-Disposition` and its parameters, extension data.
    #[must_use]
    pub fn disposition(self, kind: AString, params: Vec<(AString, AString)>) -> Self {
        Self { disposition: Some((kind, params)), ..self }
    }

    /// `Content-Language`, extension data.
    #[must_use]
    pub fn languages(self, languages: Vec<AString>) -> Self {
        Self { languages, ..self }
    }

    /// `Content-Location`, extension data.
    #[must_use]
    pub fn location(self, location: AString) -> Self {
        Self { location: Some(location), ..self }
    }

    /// The structure of a message whose outermost part this is.
    ///
    /// # Errors
    ///
    /// If a multipart has no part, if a part that is said to be a single one has the type of a multipart
    /// or a message, or if parts nest deeper than [`ReadOptions::STANDARD`] allows to read.
    pub fn build(&self) -> Result<BodyStructure, InvalidValue> {
        let mut out = Encoder::new(Peer::CLIENT);
        self.encode(&mut out);
        let frame = Frame::new(out.finish().wire);
        let mut options = ReadOptions::STANDARD;
        options.leniency = crate::Leniency::Strict;
        options.utf8 = true;
        let nodes = read::body(&mut Cursor::new(&frame, options));
        match nodes {
            Ok(nodes) if self.is_valid => Ok(BodyStructure { frame, nodes }),
            _ => Err(InvalidValue { what: "body" }),
        }
    }

    fn encode(&self, out: &mut Encoder) {
        out.raw(b"(");
        match &self.kind {
            Kind::Multipart(parts) => {
                out.raw(parts);
                out.space();
                out.string(&self.subtype);
            }
            Kind::Single => {
                self.encode_fields(out);
                if self.media_type.eq_ignore_ascii_case(b"TEXT") {
                    out.space();
                    out.number(self.lines);
                }
            }
            Kind::Message(content) => {
                self.encode_fields(out);
                out.space();
                out.raw(content);
                out.space();
                out.number(self.lines);
            }
        }
        if self.has_extension() {
            self.encode_extension(out);
        }
        out.raw(b")");
    }

    /// `media-type SP body-fields`
    fn encode_fields(&self, out: &mut Encoder) {
        out.string(&self.media_type);
        out.space();
        out.string(&self.subtype);
        out.space();
        encode_pairs(&self.params, out);
        for text in [&self.id, &self.description] {
            out.space();
            out.nstring(text.as_deref());
        }
        out.space();
        out.string(self.encoding.as_deref().unwrap_or(b"7BIT"));
        out.space();
        out.number(self.octets);
    }

    fn is_multipart(&self) -> bool {
        matches!(self.kind, Kind::Multipart(_))
    }

    fn has_extension(&self) -> bool {
        let own = if self.is_multipart() { !self.params.is_empty() } else { self.md5.is_some() };
        own || self.disposition.is_some() || !self.languages.is_empty() || self.location.is_some()
    }

    /// `SP (body-fld-param / body-fld-md5) SP body-fld-dsp SP body-fld-lang SP body-fld-loc`
    fn encode_extension(&self, out: &mut Encoder) {
        out.space();
        if self.is_multipart() {
            encode_pairs(&self.params, out);
        } else {
            out.nstring(self.md5.as_deref());
        }
        out.space();
        if let Some((kind, params)) = &self.disposition {
            out.raw(b"(");
            out.string(kind);
            out.space();
            encode_pairs(params, out);
            out.raw(b")");
        } else {
            out.nstring(None);
        }
        out.space();
        super::encode::languages(&self.languages, out);
        out.space();
        out.nstring(self.location.as_deref());
    }
}

/// `body-fld-param`
fn encode_pairs(pairs: &[(AString, AString)], out: &mut Encoder) {
    super::encode::params(pairs.iter().map(|(name, value)| (&**name, &**value)), out);
}

fn known(word: &str) -> AString {
    AString::new(word).expect("there is no NUL in it")
}
