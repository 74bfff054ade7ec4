//! What APPEND and REPLACE bring (RFC 9051 §6.3.12, RFC 3502, RFC 4469, RFC 3516, RFC 6855).

use crate::{
    AString, Atom, Cursor, DateTime, Encoder, Flags, ParseError, ParseErrorKind, Quirk, Raw,
    TaggedValue,
    class::ATOM_CHAR,
    cursor::{StringSpan, Stringish},
    fetch::read_flags,
};
use alloc::{boxed::Box, vec::Vec};
use bytes::Bytes;

/// One message to append.
///
/// ```
/// use mailwire_imap::{
///     AString, Command, Date, DateTime, Encoder, Mailbox, OneOrMore, Peer, SystemFlag, Tag,
///     command::{AppendData, AppendMessage, CatenatePart},
/// };
///
/// let arrived = DateTime::new(Date::new(1994, 2, 7)?, [22, 43, 4], -8 * 60)?;
/// let streamed = AppendMessage::streamed(310).with_flags(SystemFlag::Seen).with_date(arrived);
/// let joined = AppendMessage::new(AppendData::Catenate(vec![
///     CatenatePart::Url(AString::new("/Drafts/;UID=20/;SECTION=HEADER")?),
///     CatenatePart::Text("Hello".into()),
/// ]));
///
/// let messages = OneOrMore::from(streamed).and(joined);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::Append { mailbox: Mailbox::INBOX, messages }.encode(&Tag::new("a1")?, &mut out);
/// // The 310 octets are the caller's, and belong where `Encoded::streams` says.
/// assert_eq!(
///     out.finish().wire,
///     "a1 APPEND INBOX (\\Seen) \" 7-Feb-1994 22:43:04 -0800\" {310}\r\n \
///      CATENATE (URL /Drafts/;UID=20/;SECTION=HEADER TEXT {5}\r\nHello)\r\n",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppendMessage {
    /// The flags that it gets.
    pub flags: Option<Flags>,
    /// When it arrived.
    pub date: Option<DateTime>,
    /// What extensions add (RFC 4466 §2.3): name and value.
    pub extensions: Vec<(Atom, Raw)>,
    /// The message.
    pub data: AppendData,
}

/// Where the octets of a message are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppendData {
    /// Here. They are sent as a `literal8` if there is a NUL among them (RFC 3516 §4.4).
    Octets(Bytes),
    /// Handed on as they came, or to be sent by the caller.
    Streamed {
        /// How many.
        size: u64,
        /// How they are announced.
        form: LiteralForm,
    },
    /// Here; the header may hold UTF-8: sent as `UTF8 (~{…} …)` (RFC 6855 §4).
    Utf8(Bytes),
    /// Put together from parts (RFC 4469).
    Catenate(Vec<CatenatePart>),
    /// In a form that an extension has (RFC 4466 §2.3 `append-data-ext`): name and value. A name that has
    /// a variant of its own is read as that.
    Other(Box<(Atom, TaggedValue)>),
}

/// A part of a message that is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatenatePart {
    /// What is at this URL.
    Url(AString),
    /// These octets.
    Text(Bytes),
    /// These octets, whose header may hold UTF-8 (RFC 6855 §4).
    Utf8(Bytes),
    /// Octets that were handed on as they came, or are to be sent by the caller.
    StreamedText {
        /// How many.
        size: u64,
        /// How they are announced.
        form: LiteralForm,
    },
}

/// How the octets of a message are announced that are sent on their own.
///
/// ```
/// use mailwire_imap::{
///     Command, Encoder, Mailbox, Peer, Tag,
///     command::{AppendData, AppendMessage, LiteralForm},
/// };
///
/// let message = AppendMessage::new(AppendData::Streamed { size: 310, form: LiteralForm::Utf8 });
/// let mut out = Encoder::new(Peer::SERVER);
/// let append = Command::Append { mailbox: Mailbox::INBOX, messages: message.into() };
/// append.encode(&Tag::new("a1")?, &mut out);
/// let sent = out.finish();
/// assert_eq!(sent.wire, "a1 APPEND INBOX UTF8 (~{310}\r\n)\r\n");
/// assert_eq!(sent.streams, [(30, 310)]);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LiteralForm {
    /// `{n}`: no NUL is among them.
    #[default]
    Literal,
    /// `~{n}`: any octet may be among them. The server must offer BINARY (RFC 3516 §4.4) or IMAP4rev2.
    Literal8,
    /// `UTF8 (~{n} …)`: the header may hold UTF-8. UTF8=ACCEPT must be enabled (RFC 6855 §4).
    Utf8,
}

impl AppendMessage {
    /// A message that the caller sends: so many octets.
    #[must_use]
    pub const fn streamed(size: u64) -> Self {
        Self::new(AppendData::Streamed { size, form: LiteralForm::Literal })
    }

    /// A message without flags and date.
    #[must_use]
    pub const fn new(data: AppendData) -> Self {
        Self { flags: None, date: None, extensions: Vec::new(), data }
    }

    /// The same message with these flags.
    #[must_use]
    pub fn with_flags(self, flags: impl Into<Flags>) -> Self {
        Self { flags: Some(flags.into()), ..self }
    }

    /// The same message, arrived at this moment.
    #[must_use]
    pub fn with_date(self, date: DateTime) -> Self {
        Self { date: Some(date), ..self }
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
            if !DateTime::is_canonical(&text) {
                cursor.tolerate(Quirk::OddDate, start)?;
            }
            message.date = Some(date);
            cursor.space()?;
        }
        loop {
            if matches!(cursor.rest(), [b'{', ..] | [b'~', b'{', ..]) {
                message.data = literal(cursor)?;
                return Ok(message);
            }
            let name = cursor.span(&ATOM_CHAR)?;
            cursor.space()?;
            if name.eq_ignore_ascii_case(b"UTF8") {
                // RFC 6855 §4: a literal8 in parentheses.
                message.data = match utf8(cursor)? {
                    Stringish::Streamed(size) => {
                        AppendData::Streamed { size, form: LiteralForm::Utf8 }
                    }
                    Stringish::Octets(octets) => AppendData::Utf8(octets.into_bytes()),
                    Stringish::Nil => return Err(cursor.error()),
                };
                return Ok(message);
            }
            if name.eq_ignore_ascii_case(b"CATENATE") {
                message.data = AppendData::Catenate(catenate(cursor)?);
                return Ok(message);
            }
            let start = cursor.at();
            let (name, value) = (Atom::from_scanned(name), cursor.raw()?);
            // What comes last is the message; another one begins with its flags or its date.
            if matches!(cursor.rest(), [] | [b' ', b'(' | b'"', ..]) {
                let value = value.try_into().map_err(|_| ParseErrorKind::BadArgument.at(start))?;
                message.data = AppendData::Other(Box::new((name, value)));
                return Ok(message);
            }
            message.extensions.push((name, value));
            cursor.limit(message.extensions.len())?;
            cursor.space()?;
        }
    }

    /// Appends all of them, a space before each.
    pub(super) fn encode_all(messages: &[Self], out: &mut Encoder) {
        let mut may_go_on = false;
        for message in messages {
            if may_go_on && message.flags.is_none() && message.date.is_none() {
                // What is before it would be taken for an extension of it.
                out.raw(b" ()");
            }
            message.encode(out);
            may_go_on = matches!(message.data, AppendData::Other(_));
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
            out.atom(name);
            out.space();
            value.encode(out);
        }
        out.space();
        match data {
            AppendData::Octets(octets) => out.literal(octets, false),
            AppendData::Utf8(octets) => encode_utf8(octets, out),
            AppendData::Streamed { size, form } => form.announce(*size, out),
            AppendData::Catenate(parts) => {
                out.raw(b"CATENATE ");
                out.list(parts, |out, part| part.encode(out));
            }
            AppendData::Other(data) => out.named_value(&data.0, Some(&data.1)),
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
                out.literal(octets, false);
            }
            Self::Utf8(octets) => encode_utf8(octets, out),
            Self::StreamedText { size, form } => {
                out.raw(if *form == LiteralForm::Utf8 { b"" } else { b"TEXT " });
                form.announce(*size, out);
            }
        }
    }
}

impl LiteralForm {
    /// Appends what is around so many octets.
    fn announce(self, size: u64, out: &mut Encoder) {
        match self {
            Self::Literal => out.literal_header(size, false),
            Self::Literal8 => out.literal_header(size, true),
            Self::Utf8 => {
                out.raw(b"UTF8 (");
                out.literal_header(size, true);
                out.raw(b")");
            }
        }
    }
}

/// `utf8-literal = "UTF8" SP "(" literal8 ")"`, behind the space
fn utf8(cursor: &mut Cursor<'_>) -> Result<Stringish, ParseError> {
    cursor.expect(b'(')?;
    if !cursor.is_at_string() || cursor.peek() == Some(b'"') {
        return Err(cursor.error());
    }
    if cursor.peek() != Some(b'~') {
        cursor.tolerate(Quirk::OddLiteral, cursor.at())?;
    }
    let octets = cursor.stringish8()?;
    cursor.expect(b')')?;
    Ok(octets)
}

fn encode_utf8(octets: &[u8], out: &mut Encoder) {
    out.raw(b"UTF8 (");
    out.literal(octets, true);
    out.raw(b")");
}

/// `literal / literal8`
fn literal(cursor: &mut Cursor<'_>) -> Result<AppendData, ParseError> {
    let start = cursor.at();
    let binary = cursor.peek() == Some(b'~');
    if !binary && cursor.peek() != Some(b'{') {
        return Err(cursor.error());
    }
    match cursor.string_span8()? {
        StringSpan::Nil => Err(ParseErrorKind::BadString.at(start)),
        StringSpan::Streamed(size) => {
            let form = if binary { LiteralForm::Literal8 } else { LiteralForm::Literal };
            Ok(AppendData::Streamed { size, form })
        }
        span @ (StringSpan::Plain(..) | StringSpan::Escaped(..)) => {
            Ok(AppendData::Octets(cursor.bulk(span).unwrap_or_default()))
        }
    }
}

/// `"(" cat-part *(SP cat-part) ")"`
fn catenate(cursor: &mut Cursor<'_>) -> Result<Vec<CatenatePart>, ParseError> {
    cursor.list_of_some(|cursor| {
        if cursor.eat_keyword(b"URL ") {
            return cursor.checked_astring().map(CatenatePart::Url);
        }
        if cursor.eat_keyword(b"UTF8 ") {
            return match utf8(cursor)? {
                Stringish::Octets(octets) => Ok(CatenatePart::Utf8(octets.into_bytes())),
                Stringish::Streamed(size) => {
                    Ok(CatenatePart::StreamedText { size, form: LiteralForm::Utf8 })
                }
                Stringish::Nil => Err(cursor.error()),
            };
        }
        if !cursor.eat_keyword(b"TEXT ") {
            return Err(cursor.error());
        }
        if cursor.peek() == Some(b'~') {
            cursor.tolerate(Quirk::OddLiteral, cursor.at())?;
        }
        match literal(cursor)? {
            AppendData::Octets(octets) => Ok(CatenatePart::Text(octets)),
            AppendData::Streamed { size, form } => Ok(CatenatePart::StreamedText { size, form }),
            AppendData::Utf8(_) | AppendData::Catenate(_) | AppendData::Other(_) => {
                Err(cursor.error())
            }
        }
    })
}
