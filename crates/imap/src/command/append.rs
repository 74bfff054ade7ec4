//! What APPEND and REPLACE bring (RFC 9051 §6.3.12, RFC 3502, RFC 4469, RFC 3516, RFC 6855).

use crate::{
    Cursor, DateTime, Encoder, Flags, ParseError, ParseErrorKind, cursor::StringSpan,
    fetch::read_flags,
};
use alloc::vec::Vec;
use bytes::Bytes;
use mailwire_core::Octets;

/// One message to append.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppendMessage {
    /// The flags that it gets.
    pub flags: Option<Flags>,
    /// When it arrived.
    pub date: Option<DateTime>,
    /// What extensions add (RFC 4466 §2.3), as it was sent: name and value.
    pub extensions: Vec<(Octets, Octets)>,
    /// The message.
    pub data: AppendData,
}

/// Where the octets of a message are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppendData {
    /// Here.
    Octets(Bytes),
    /// Handed on as they came, or to be sent by the caller.
    Streamed {
        /// How many.
        size: u64,
        /// Whether any octet may be among them (`literal8`).
        binary: bool,
    },
    /// Put together from parts (RFC 4469).
    Catenate(Vec<CatenatePart>),
}

/// A part of a message that is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatenatePart {
    /// What is at this URL.
    Url(Octets),
    /// These octets.
    Text(Bytes),
    /// Octets that were handed on as they came, or are to be sent by the caller.
    StreamedText(u64),
}

impl AppendMessage {
    /// A message that the caller sends: so many octets.
    #[must_use]
    pub const fn streamed(size: u64) -> Self {
        Self::new(AppendData::Streamed { size, binary: false })
    }

    /// A message without flags and date.
    #[must_use]
    pub const fn new(data: AppendData) -> Self {
        Self { flags: None, date: None, extensions: Vec::new(), data }
    }

    /// `append-message = [SP flag-list] [SP date-time] *(SP append-ext) SP append-data`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let mut message = Self::new(AppendData::Octets(Bytes::new()));
        if cursor.peek() == Some(b'(') {
            message.flags = Some(read_flags(cursor)?);
            cursor.space()?;
        }
        if cursor.peek() == Some(b'"') {
            let start = cursor.at();
            let text = cursor.string()?;
            let date = DateTime::parse(&text).ok_or(ParseErrorKind::BadArgument.at(start))?;
            message.date = Some(date);
            cursor.space()?;
        }
        loop {
            if matches!(cursor.peek(), Some(b'{' | b'~')) {
                message.data = literal(cursor)?;
                return Ok(message);
            }
            let name = cursor.bare()?;
            cursor.space()?;
            if name.eq_ignore_ascii_case(b"UTF8") {
                // RFC 6855 §4: a literal8 in parentheses.
                cursor.expect(b'(')?;
                message.data = literal(cursor)?;
                cursor.expect(b')')?;
                return Ok(message);
            }
            if name.eq_ignore_ascii_case(b"CATENATE") {
                message.data = AppendData::Catenate(catenate(cursor)?);
                return Ok(message);
            }
            let value = Octets::from_ref(cursor.skip_value()?);
            message.extensions.push((Octets::from_ref(name), value));
            cursor.space()?;
        }
    }

    /// Appends it, a space first.
    pub(super) fn encode(&self, out: &mut Encoder) {
        let Self { flags, date, extensions, data } = self;
        if let Some(flags) = flags {
            out.space();
            out.flags(flags);
        }
        if let Some(date) = date {
            out.write(format_args!(" \"{date}\""));
        }
        for (name, value) in extensions {
            out.space();
            out.raw(name);
            out.space();
            out.raw(value);
        }
        out.space();
        match data {
            AppendData::Octets(octets) => {
                out.literal(octets, memchr::memchr(0, octets).is_some());
            }
            AppendData::Streamed { size, binary } => out.literal_header(*size, *binary),
            AppendData::Catenate(parts) => {
                out.raw(b"CATENATE ");
                out.list(parts, |out, part| part.encode(out));
            }
        }
    }
}

impl CatenatePart {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Url(url) => {
                out.raw(b"URL ");
                out.astring(url);
            }
            Self::Text(octets) => {
                out.raw(b"TEXT ");
                out.literal(octets, memchr::memchr(0, octets).is_some());
            }
            Self::StreamedText(size) => {
                out.raw(b"TEXT ");
                out.literal_header(*size, false);
            }
        }
    }
}

/// `literal / literal8`
fn literal(cursor: &mut Cursor<'_>) -> Result<AppendData, ParseError> {
    let start = cursor.at();
    let binary = cursor.peek() == Some(b'~');
    if !binary && cursor.peek() != Some(b'{') {
        return Err(cursor.error());
    }
    match cursor.string_span()? {
        StringSpan::Nil => Err(ParseErrorKind::BadString.at(start)),
        StringSpan::Streamed(size) => Ok(AppendData::Streamed { size, binary }),
        span @ (StringSpan::Plain(..) | StringSpan::Escaped(..)) => {
            Ok(AppendData::Octets(cursor.bulk(span).unwrap_or_default()))
        }
    }
}

/// `"(" cat-part *(SP cat-part) ")"`
fn catenate(cursor: &mut Cursor<'_>) -> Result<Vec<CatenatePart>, ParseError> {
    cursor.expect(b'(')?;
    let mut parts = Vec::new();
    loop {
        if parts.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        if cursor.eat_keyword(b"URL ") {
            parts.push(CatenatePart::Url(cursor.astring()?));
        } else if cursor.eat_keyword(b"TEXT ") {
            parts.push(match literal(cursor)? {
                AppendData::Octets(octets) => CatenatePart::Text(octets),
                AppendData::Streamed { size, .. } => CatenatePart::StreamedText(size),
                AppendData::Catenate(_) => return Err(cursor.error()),
            });
        } else {
            return Err(cursor.error());
        }
        if cursor.eat(b')') {
            return Ok(parts);
        }
        cursor.space()?;
    }
}
