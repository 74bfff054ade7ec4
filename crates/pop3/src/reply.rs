//! Status lines ([RFC 1939 §3], [RFC 2449 §3]).
//!
//! ```text
//! single-line = ( "+OK" / "-ERR" ) [ SP text ] CRLF        ; 512 octets at most
//! text        = *schar / resp-code *CHAR
//! ```
//!
//! Read with tolerance: no text, any octets in it but CR, LF and NUL, and what
//! [`Quirk`](crate::Quirk) names. Written as above.
//!
//! [RFC 1939 §3]: https://www.rfc-editor.org/rfc/rfc1939#section-3
//! [RFC 2449 §3]: https://www.rfc-editor.org/rfc/rfc2449#section-3
mod fixed;

use alloc::{borrow::Cow, string::String};
use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use mailwire_core::BytesRef;
use memchr::{memchr, memchr3};

use crate::{
    MAX_REPLY_LINE, ParseError, ParseErrorKind, Quirk, Quirks, ResponseCode, quirks::Tolerance,
};

/// A server's answer to a command, or the first line of it: yes or no, why, and in words.
///
/// The text is a slice of what was read and keeps that alive; [`detach`](Self::detach) lets go of it.
/// The fixed replies such as [`Reply::IN_USE`] cost nothing.
///
/// ```
/// use mailwire_pop3::{Quirks, Reply, ResponseCode};
///
/// let line = "-ERR [IN-USE] Do you have another POP session running?";
/// let (reply, _) = Reply::parse(line.into(), true, Quirks::NONE)?;
/// assert!(!reply.is_ok());
/// assert_eq!(reply.code(), Some(ResponseCode::InUse));
/// assert_eq!(reply.text(), "Do you have another POP session running?");
///
/// // Who does not offer RESP-CODES has none.
/// let (reply, _) = Reply::parse(line.into(), false, Quirks::NONE)?;
/// assert_eq!((reply.code(), reply.text().starts_with("[IN-USE]")), (None, true));
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    status: Status,
    /// All that stands behind the blank, the response code included.
    text: Bytes,
    /// How long the response code at the start of the text is with its brackets; 0 if there is none.
    code_len: usize,
}

/// What a status line starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the two of RFC 1939")]
pub enum Status {
    /// `+OK`
    Ok,
    /// `-ERR`
    Err,
}

/// A line of the server within an AUTH exchange (RFC 5034 §4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the exchange goes on or it is over")]
pub enum AuthLine {
    /// `+ `, and the challenge in base64, not decoded; empty also for a `+` alone.
    Challenge(Bytes),
    /// The end of the exchange.
    Reply(Reply),
}

impl Status {
    /// The status as it goes on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "+OK",
            Self::Err => "-ERR",
        }
    }
}

impl Reply {
    /// A yes. The text holds no CR, LF or NUL, does not start with `[`, and fits a line of 512 octets.
    ///
    /// It should not be empty: there are clients that want the blank behind the status (RFC 1957).
    ///
    /// ```
    /// use mailwire_pop3::Reply;
    ///
    /// assert_eq!(Reply::ok("Welcome")?.to_wire(), "+OK Welcome\r\n");
    /// assert!(Reply::ok("Welcome\r\n+OK").is_err() && Reply::ok("[x").is_err());
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn ok(text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::build(Status::Ok, None, text.as_ref())
    }

    /// A no, with a text as for [`ok`](Self::ok).
    pub fn err(text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::build(Status::Err, None, text.as_ref())
    }

    /// A reply with a response code.
    ///
    /// ```
    /// use mailwire_pop3::{Reply, ResponseCode, Status};
    ///
    /// let reply = Reply::with_code(Status::Err, &ResponseCode::LoginDelay, "Wait 5 minutes")?;
    /// assert_eq!(reply.to_wire(), "-ERR [LOGIN-DELAY] Wait 5 minutes\r\n");
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn with_code(
        status: Status,
        code: &ResponseCode,
        text: impl AsRef<[u8]>,
    ) -> Result<Self, ParseError> {
        Self::build(status, Some(code), text.as_ref())
    }

    /// Reads one line, given without its line end.
    ///
    /// `resp_codes` says whether the server offers RESP-CODES: only then is a `[` at the start of the
    /// text the start of a response code (RFC 2449 §6.4). Also says which of the tolerated quirks it
    /// needed.
    pub fn parse(
        line: Bytes,
        resp_codes: bool,
        tolerated: Quirks,
    ) -> Result<(Self, Quirks), ParseError> {
        let mut tolerance = Tolerance::new(tolerated);
        let (status, len) = status(&line, &mut tolerance)?;
        if let Some(at) = memchr3(b'\r', b'\n', 0, &line) {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        let text = match line.get(len) {
            None | Some(b' ') => line.slice((len + 1).min(line.len())..),
            Some(_) if tolerance.allows(Quirk::NoBlankAfterStatus) => line.slice(len..),
            Some(_) => return Err(ParseErrorKind::BadStatus.at(len)),
        };
        let code_len = if resp_codes { code_len(&text) } else { 0 };
        Ok((Self { status, text, code_len }, tolerance.seen))
    }

    /// Yes or no.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether it is a yes.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    /// The response code.
    #[must_use]
    pub fn code(&self) -> Option<ResponseCode> {
        let end = self.code_len.checked_sub(1)?;
        ResponseCode::parse(BytesRef::from(&self.text).slice(1..end)).ok()
    }

    /// The response code as it was written, with every level of detail, without its brackets.
    #[must_use]
    pub fn code_text(&self) -> Option<&str> {
        let end = self.code_len.checked_sub(1)?;
        core::str::from_utf8(&self.text[1..end]).ok()
    }

    /// The words behind the status and the response code. What is not UTF-8 shows as U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        let text = &self.text[self.code_len..];
        let blank = usize::from(self.code_len > 0 && text.starts_with(b" "));
        String::from_utf8_lossy(&text[blank..])
    }

    /// All that stands behind the status and its blank, as it is.
    #[must_use]
    pub fn raw_text(&self) -> &Bytes {
        &self.text
    }

    /// The reply without its response code, for who does not offer RESP-CODES.
    #[must_use]
    pub fn without_code(&self) -> Self {
        let text = &self.text[self.code_len..];
        let blank = usize::from(self.code_len > 0 && text.starts_with(b" "));
        let text = self.text.slice(self.code_len + blank..);
        Self { status: self.status, text, code_len: 0 }
    }

    /// Copies the text out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { text: Bytes::copy_from_slice(&self.text), ..*self }
    }

    /// Appends the reply as it goes on the wire, CR LF included.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.status.as_str().as_bytes());
        if !self.text.is_empty() {
            out.put_u8(b' ');
            out.put_slice(&self.text);
        }
        out.put_slice(b"\r\n");
    }

    /// The reply as it goes on the wire, CR LF included.
    #[must_use]
    pub fn to_wire(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(self.text.len() + 7);
        self.encode(&mut out);
        out.freeze()
    }

    fn build(status: Status, code: Option<&ResponseCode>, text: &[u8]) -> Result<Self, ParseError> {
        let mut whole = BytesMut::new();
        if let Some(code) = code {
            whole.put_u8(b'[');
            whole.put_slice(code.as_str().as_bytes());
            whole.put_slice(if text.is_empty() { b"]" } else { b"] " });
        } else if text.starts_with(b"[") {
            return Err(ParseErrorKind::ForbiddenOctet.at(0));
        }
        let start = whole.len();
        if let Some(at) = memchr3(b'\r', b'\n', 0, text) {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        whole.put_slice(text);
        let max = MAX_REPLY_LINE - status.as_str().len() - 3;
        if whole.len() > max {
            return Err(ParseErrorKind::TooLong.at(max.saturating_sub(start)));
        }
        let code_len = code.map_or(0, |code| code.as_str().len() + 2);
        Ok(Self { status, text: whole.freeze(), code_len })
    }
}

impl AuthLine {
    /// Reads one line, given without its line end, as [`Reply::parse`] does.
    ///
    /// ```
    /// use mailwire_pop3::{AuthLine, Quirks};
    ///
    /// let (line, _) = AuthLine::parse("+ PDE4OTYuNjk3QGRiYz4=".into(), false, Quirks::NONE)?;
    /// assert_eq!(line, AuthLine::Challenge("PDE4OTYuNjk3QGRiYz4=".into()));
    /// let (line, _) = AuthLine::parse("+".into(), false, Quirks::NONE)?;
    /// assert_eq!(line, AuthLine::Challenge("".into()));
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn parse(
        line: Bytes,
        resp_codes: bool,
        tolerated: Quirks,
    ) -> Result<(Self, Quirks), ParseError> {
        if &line[..] == b"+" || line.starts_with(b"+ ") {
            let challenge = line.slice(line.len().min(2)..);
            return Ok((Self::Challenge(challenge), Quirks::NONE));
        }
        let (reply, seen) = Reply::parse(line, resp_codes, tolerated)?;
        Ok((Self::Reply(reply), seen))
    }
}

/// The status at the start of the line, and how long it is.
fn status(line: &[u8], tolerance: &mut Tolerance) -> Result<(Status, usize), ParseError> {
    for (word, status, quirk) in [
        ("+OK", Status::Ok, Quirk::LowerCaseStatus),
        ("-ERR", Status::Err, Quirk::LowerCaseStatus),
        ("+ERR", Status::Err, Quirk::PlusErr),
    ] {
        match line.get(..word.len()) {
            Some(start) if start == word.as_bytes() && quirk != Quirk::PlusErr => {}
            Some(start)
                if start.eq_ignore_ascii_case(word.as_bytes()) && tolerance.allows(quirk) => {}
            _ => continue,
        }
        return Ok((status, word.len()));
    }
    Err(ParseErrorKind::BadStatus.at(0))
}

/// How long the response code at the start of the text is with its brackets; 0 if there is none.
fn code_len(text: &Bytes) -> usize {
    let Some(end) = memchr(b']', text).filter(|_| text.starts_with(b"[")) else { return 0 };
    match ResponseCode::parse(BytesRef::from(text).slice(1..end)) {
        Ok(_) => end + 1,
        Err(_) => 0,
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.status.as_str())?;
        if self.text.is_empty() {
            return Ok(());
        }
        write!(f, " {}", String::from_utf8_lossy(&self.text))
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({self})")
    }
}
