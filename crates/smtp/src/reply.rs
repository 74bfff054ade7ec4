//! Replies ([RFC 5321 §4.2]).
//!
//! ```text
//! Reply-line = *( Reply-code "-" [ textstring ] CRLF )
//!              Reply-code [ SP textstring ] CRLF
//! Reply-code = %x32-35 %x30-35 %x30-39
//! ```
//!
//! Read with tolerance: no text and no blank (`250`), nothing between code and text (`250Ok`), a bare LF
//! at the end of a line, any octets in the text, and lines whose codes differ. Written as above.
//!
//! [RFC 5321 §4.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2
use alloc::{borrow::Cow, string::String};
use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use mailwire_core::LineEnd;
use memchr::memchr3;

use crate::{
    EnhancedCode, ParseError, ParseErrorKind, ReplyLine, ReplyLines,
    reply_line::{code_of, line_feed},
};

/// A server's answer to a command: one or more lines with a code.
///
/// The lines are kept as they were on the wire, in one [`Bytes`]: reading a reply copies nothing, nor
/// does cloning one, and the fixed replies such as [`Reply::OK`] cost nothing at all. A reply that was
/// read keeps its read buffer alive; [`detach`](Self::detach) lets go of it.
///
/// ```
/// use mailwire_smtp::{Reply, Severity};
///
/// let reply = Reply::parse("550-5.1.1 No such user\r\n550 5.1.1 here\r\n".into())?;
/// assert_eq!((reply.code(), reply.severity()), (550, Severity::Permanent));
/// assert_eq!(reply.enhanced().unwrap().to_string(), "5.1.1");
/// assert_eq!(reply.text(), "5.1.1 No such user\n5.1.1 here");
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Reply {
    /// Lines with their line ends; every one starts with a code from 200 to 599.
    raw: Bytes,
    /// Where the last line starts.
    last: u32,
    /// Of the last line.
    code: u16,
    codes_agree: bool,
    /// `raw` is what [`encode`](Self::encode) would write.
    normal: bool,
}

/// What the first digit of a reply code says (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is a code from 200 to 599 behind it")]
pub enum Severity {
    /// 2yz: done.
    Positive,
    /// 3yz: go on.
    Intermediate,
    /// 4yz: not now.
    Transient,
    /// 5yz: not like this.
    Permanent,
}

/// The longest reply line to be sent, its CRLF included (RFC 5321 §4.5.3.1.5).
const MAX_LINE: usize = 512;
/// The same for the lines of an authentication exchange (RFC 4954 §4).
const MAX_CHALLENGE: usize = 12_288;

impl Reply {
    /// Makes a reply of one line.
    ///
    /// The code is from 200 to 599; the text holds no CR, LF or NUL, and fits a line of 512 octets
    /// (12,288 for 334, which carries a challenge: RFC 4954 §4).
    ///
    /// ```
    /// use mailwire_smtp::Reply;
    ///
    /// assert_eq!(Reply::new(250, "Ok")?.to_wire(), "250 Ok\r\n");
    /// assert!(Reply::new(250, "Ok\r\n221 Bye").is_err());
    /// assert!(Reply::new(600, "").is_err());
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn new(code: u16, text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::from_lines(code, [text])
    }

    /// Makes a reply of as many lines as there are texts; no text gives one empty line.
    ///
    /// ```
    /// use mailwire_smtp::Reply;
    ///
    /// let reply = Reply::from_lines(214, "first\nsecond".lines())?;
    /// assert_eq!(reply.to_wire(), "214-first\r\n214 second\r\n");
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn from_lines<T: AsRef<[u8]>>(
        code: u16,
        texts: impl IntoIterator<Item = T>,
    ) -> Result<Self, ParseError> {
        if !(200..=599).contains(&code) {
            return Err(ParseError::new(ParseErrorKind::BadReplyCode, 0));
        }
        let max = if code == 334 { MAX_CHALLENGE } else { MAX_LINE };
        let mut raw = BytesMut::new();
        let mut last = 0;
        for text in texts {
            let text = text.as_ref();
            last = raw.len();
            if let Some(at) = memchr3(b'\r', b'\n', 0, text) {
                return Err(ParseError::new(ParseErrorKind::ForbiddenOctet, last + 4 + at));
            }
            if text.len() + 6 > max {
                return Err(ParseError::new(ParseErrorKind::TooLong, last + max - 2));
            }
            put_line(&mut raw, code, b'-', text);
        }
        match raw.get_mut(last + 3) {
            Some(dash) => *dash = b' ',
            None => put_line(&mut raw, code, b' ', b""),
        }
        let last = start_of_line(last)?;
        Ok(Self { raw: raw.freeze(), last, code, codes_agree: true, normal: true })
    }

    /// Puts an enhanced status code before the text of every line (RFC 2034 §4).
    ///
    /// Its class has to be the first digit of the reply code.
    ///
    /// ```
    /// use mailwire_smtp::{EnhancedCode, Reply};
    ///
    /// let full = EnhancedCode::new(4, 2, 2).unwrap();
    /// let reply = Reply::new(452, "Mailbox full")?.with_enhanced(full)?;
    /// assert_eq!(reply.to_wire(), "452 4.2.2 Mailbox full\r\n");
    /// assert!(Reply::OK.with_enhanced(full).is_err());
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn with_enhanced(&self, enhanced: EnhancedCode) -> Result<Self, ParseError> {
        if enhanced.severity() != self.severity() {
            return Err(ParseError::new(ParseErrorKind::BadEnhancedCode, 0));
        }
        let prefix = alloc::format!("{enhanced} ");
        Self::from_lines(
            self.code,
            self.lines().map(|line| [prefix.as_bytes(), line.text].concat()),
        )
    }

    /// A reply known when the program is written: one line, its CRLF included.
    pub(crate) const fn fixed(line: &'static str) -> Self {
        let Some(code) = code_of(line.as_bytes()) else { panic!("no reply code") };
        let raw = Bytes::from_static(line.as_bytes());
        Self { raw, last: 0, code, codes_agree: true, normal: true }
    }

    /// Reads one whole reply, line ends included.
    ///
    /// ```
    /// use mailwire_smtp::Reply;
    ///
    /// assert_eq!(Reply::parse("250\r\n".into())?.text(), "");
    /// assert_eq!(Reply::parse("250 Ok".into()).unwrap_err().to_string(), "bad reply lines at byte 6");
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    #[inline]
    pub fn parse(lines: Bytes) -> Result<Self, ParseError> {
        let mut last = 0;
        let mut first = 0;
        let mut codes_agree = true;
        loop {
            let line = &lines[last..];
            let Some(code) = code_of(line) else {
                return Err(ParseError::new(ParseErrorKind::BadReplyCode, last));
            };
            let Some(lf) = line_feed(line) else {
                return Err(ParseError::new(ParseErrorKind::BadReplyLines, lines.len()));
            };
            first = if last == 0 { code } else { first };
            codes_agree &= code == first;
            let next = last + lf + 1;
            if line[3] != b'-' {
                if next < lines.len() {
                    return Err(ParseError::new(ParseErrorKind::BadReplyLines, next));
                }
                let last = start_of_line(last)?;
                return Ok(Self { raw: lines, last, code, codes_agree, normal: false });
            }
            last = next;
        }
    }

    /// The code of the last line.
    ///
    /// The last line decides where [the codes differ](Self::codes_agree): a server that begins a long
    /// greeting with `220-` and then finds a reason to say `521` means 521.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// Whether all lines have the same code, as RFC 5321 §4.2.1 demands.
    #[must_use]
    pub const fn codes_agree(&self) -> bool {
        self.codes_agree
    }

    /// The lines, each with its own code.
    #[must_use]
    pub fn lines(&self) -> ReplyLines<'_> {
        ReplyLines::new(&self.raw, self.last as usize)
    }

    /// The lines from the one that starts at this octet.
    pub(crate) fn lines_from(&self, start: usize) -> ReplyLines<'_> {
        ReplyLines::new(
            self.raw.get(start..).unwrap_or_default(),
            (self.last as usize).saturating_sub(start),
        )
    }

    /// The texts of all lines, with `\n` between them; what is not UTF-8 is shown as `U+FFFD`.
    ///
    /// A reply of one line is not copied.
    #[inline]
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        if self.last == 0 {
            return ReplyLine::new(&self.raw).to_str_lossy();
        }
        let mut lines = self.lines();
        let mut text = lines.next().map_or(Cow::Borrowed(""), |line| line.to_str_lossy());
        for line in lines {
            let text = text.to_mut();
            text.push('\n');
            text.push_str(&line.to_str_lossy());
        }
        text
    }

    /// The enhanced status code of the last line that has one.
    ///
    /// Every line should carry the same (RFC 2034 §4); in practice some repeat it and some do not. It
    /// is given as written: nothing says that its class is that of [`code`](Self::code).
    #[inline]
    #[must_use]
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        let last = ReplyLine::new(&self.raw[self.last as usize..]).enhanced();
        if last.is_some() || self.last == 0 {
            return last;
        }
        self.lines().filter_map(|line| line.enhanced()).last()
    }

    /// What the first digit of the [code](Self::code) says.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self.code {
            200..300 => Severity::Positive,
            300..400 => Severity::Intermediate,
            400..500 => Severity::Transient,
            _ => Severity::Permanent,
        }
    }

    /// Whether the code is 2yz: done.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        matches!(self.severity(), Severity::Positive)
    }

    /// Whether the code is 3yz: the server waits for more.
    #[must_use]
    pub const fn is_intermediate(&self) -> bool {
        matches!(self.severity(), Severity::Intermediate)
    }

    /// Whether the code is 4yz: the same may work later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self.severity(), Severity::Transient)
    }

    /// Whether the code is 5yz: the same will not work later.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self.severity(), Severity::Permanent)
    }

    /// Whether any line ended in LF without CR.
    #[must_use]
    pub fn has_bare_lf(&self) -> bool {
        self.lines().any(|line| line.end == LineEnd::Lf)
    }

    /// The reply as it was on the wire, odd line ends and all; what is to be sent comes from
    /// [`encode`](Self::encode) or [`to_wire`](Self::to_wire).
    #[must_use]
    pub const fn as_received(&self) -> &Bytes {
        &self.raw
    }

    /// Appends the reply as it goes on the wire.
    ///
    /// Whatever was read, this is well-formed: the [code](Self::code) on every line, CRLF, a blank even
    /// when there is no text (RFC 5321 §4.2), and a blank in place of a CR or NUL.
    pub fn encode(&self, out: &mut BytesMut) {
        if self.normal {
            return out.put_slice(&self.raw);
        }
        let mut lines = self.lines().peekable();
        while let Some(ReplyLine { text, .. }) = lines.next() {
            let start = out.len() + 4;
            put_line(out, self.code, if lines.peek().is_some() { b'-' } else { b' ' }, text);
            let text = start..start + text.len();
            for octet in &mut out[text] {
                if matches!(octet, b'\r' | 0) {
                    *octet = b' ';
                }
            }
        }
    }

    /// The reply as it goes on the wire: the same as [`encode`](Self::encode), and no copy if the reply
    /// was made here.
    #[must_use]
    pub fn to_wire(&self) -> Bytes {
        if self.normal {
            return self.raw.clone();
        }
        let mut out = BytesMut::with_capacity(self.raw.len() + 2);
        self.encode(&mut out);
        out.freeze()
    }

    /// Copies the reply out of the read buffer that it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { raw: Bytes::copy_from_slice(&self.raw), ..*self }
    }
}

/// Nobody sends a reply of 4 GiB; if somebody does, it is refused.
fn start_of_line(at: usize) -> Result<u32, ParseError> {
    u32::try_from(at).map_err(|_| ParseError::new(ParseErrorKind::TooLong, at))
}

fn put_line(out: &mut BytesMut, code: u16, separator: u8, text: &[u8]) {
    let digit = |n: u16| b'0' + (n % 10) as u8;
    out.reserve(text.len() + 6);
    out.put_slice(&[digit(code / 100), digit(code / 10), digit(code), separator]);
    out.put_slice(text);
    out.put_slice(b"\r\n");
}

/// Replies are equal if they are the same on the wire.
impl PartialEq for Reply {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Reply {}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({:?})", String::from_utf8_lossy(&self.raw))
    }
}

/// The code and the text; further lines on lines of their own.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text())
    }
}
