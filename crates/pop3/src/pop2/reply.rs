//! Replies (RFC 937, Formal Syntax).
//!
//! ```text
//! reply = "+" [SP text] / "-" [SP text] / "#" number [SP text] / "=" number [SP text]
//! greet = "+" SP "POP2" SP host [SP text]
//! ```
//!
//! "The first character is required to be as specified. The optional strings that follow can be whatever
//! the implementer thinks is appropriate": so behind `+` and `-` the blank may be missing.
use bytes::{BufMut, BytesMut};

use super::{ReplyText, command::number};
use crate::{ParseError, ParseErrorKind, number::put};

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the protocol is finished")]
pub enum Reply {
    /// `+ text`: yes; the greeting, and the answer to QUIT.
    Ok(ReplyText),
    /// `- text`: no. The server closes the connection behind it.
    Error(ReplyText),
    /// `#n text`: so many messages are in the mailbox.
    Count {
        /// How many messages.
        messages: u32,
        /// More for people.
        text: ReplyText,
    },
    /// `=n text`: so many octets are in the message, none if it does not exist or is deleted.
    Length {
        /// How many octets; a line end counts two.
        octets: u64,
        /// More for people.
        text: ReplyText,
    },
}

/// What the server says first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Greeting<'a> {
    /// The server's name for itself.
    pub host: &'a str,
    /// More for people; may be empty.
    pub text: &'a str,
}

impl Reply {
    /// `+ OK`
    pub const OK: Self = Self::Ok(ReplyText::from_static("OK"));
    /// `=0 no such message`
    pub const NO_SUCH_MESSAGE: Self =
        Self::Length { octets: 0, text: ReplyText::from_static("no such message") };
    /// `=0 no more messages`
    pub const NO_MORE_MESSAGES: Self =
        Self::Length { octets: 0, text: ReplyText::from_static("no more messages") };
    /// `- Not without TLS`
    pub const NEEDS_TLS: Self = Self::Error(ReplyText::from_static("Not without TLS"));
    /// `- Not authorized`
    pub const NOT_AUTHORIZED: Self = Self::Error(ReplyText::from_static("Not authorized"));
    /// `- Out of place`
    pub const OUT_OF_PLACE: Self = Self::Error(ReplyText::from_static("Out of place"));
    /// `- Command not understood`
    pub const NOT_UNDERSTOOD: Self = Self::Error(ReplyText::from_static("Command not understood"));
    /// `- Line too long`
    pub const TOO_LONG: Self = Self::Error(ReplyText::from_static("Line too long"));
    /// `- Timed out`
    pub const TIMED_OUT: Self = Self::Error(ReplyText::from_static("Timed out"));
    /// `- Shutting down`
    pub const SHUTTING_DOWN: Self = Self::Error(ReplyText::from_static("Shutting down"));

    /// `#n`
    #[must_use]
    pub fn count(messages: u32) -> Self {
        Self::Count { messages, text: ReplyText::default() }
    }

    /// `=n`
    #[must_use]
    pub fn length(octets: u64) -> Self {
        Self::Length { octets, text: ReplyText::default() }
    }

    /// `- text`
    pub fn error(text: &str) -> Result<Self, ParseError> {
        ReplyText::new(text).map(Self::Error)
    }

    /// The same with other text.
    ///
    /// ```
    /// use mailwire_pop3::pop2::Reply;
    ///
    /// let reply = Reply::count(2).with_text("messages in your mailbox")?;
    /// assert_eq!(reply, Reply::parse(b"#2 messages in your mailbox")?);
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn with_text(mut self, text: &str) -> Result<Self, ParseError> {
        let (Self::Ok(old)
        | Self::Error(old)
        | Self::Count { text: old, .. }
        | Self::Length { text: old, .. }) = &mut self;
        *old = ReplyText::new(text)?;
        Ok(self)
    }

    /// Reads a line, without its line end.
    ///
    /// ```
    /// use mailwire_pop3::pop2::Reply;
    ///
    /// let reply = Reply::parse(b"=537 characters in message 1")?;
    /// assert_eq!(reply.text(), "characters in message 1");
    /// assert!(Reply::parse(b"=many").is_err());
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn parse(line: &[u8]) -> Result<Self, ParseError> {
        let Some((&sign, rest)) = line.split_first() else {
            return Err(ParseErrorKind::BadStatus.at(0));
        };
        match sign {
            b'+' => text(rest, 1).map(Self::Ok),
            b'-' => text(rest, 1).map(Self::Error),
            b'#' | b'=' => {
                let digits = rest.iter().position(|octet| !octet.is_ascii_digit());
                let (digits, rest) = rest.split_at(digits.unwrap_or(rest.len()));
                let number = number(digits).ok_or(ParseErrorKind::BadNumber.at(1))?;
                let end = 1 + digits.len();
                if rest.first().is_some_and(|&octet| octet != b' ') {
                    return Err(ParseErrorKind::BadNumber.at(end));
                }
                let text = text(rest, end)?;
                if sign == b'=' {
                    return Ok(Self::Length { octets: number, text });
                }
                match u32::try_from(number) {
                    Ok(messages) => Ok(Self::Count { messages, text }),
                    Err(_) => Err(ParseErrorKind::BadNumber.at(1)),
                }
            }
            _ => Err(ParseErrorKind::BadStatus.at(0)),
        }
    }

    /// The text; may be empty.
    #[must_use]
    pub fn text(&self) -> &str {
        let (Self::Ok(text)
        | Self::Error(text)
        | Self::Count { text, .. }
        | Self::Length { text, .. }) = self;
        text.as_str()
    }

    /// The greeting that the reply is, if it has the form of one.
    ///
    /// ```
    /// use mailwire_pop3::pop2::Reply;
    ///
    /// let reply = Reply::parse(b"+ POP2 USC-ISIF.ARPA Server")?;
    /// assert_eq!(reply.greeting().unwrap().host, "USC-ISIF.ARPA");
    /// assert_eq!(Reply::OK.greeting(), None);
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    #[must_use]
    pub fn greeting(&self) -> Option<Greeting<'_>> {
        let Self::Ok(text) = self else { return None };
        let (protocol, rest) = text.as_str().split_once(' ')?;
        let (host, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let good = protocol.eq_ignore_ascii_case("POP2") && !host.is_empty();
        good.then_some(Greeting { host, text })
    }

    /// Appends the reply as it goes on the wire, line end included.
    pub fn encode(&self, out: &mut BytesMut) {
        match self {
            Self::Ok(_) => out.put_u8(b'+'),
            Self::Error(_) => out.put_u8(b'-'),
            Self::Count { messages, .. } => {
                out.put_u8(b'#');
                put(u64::from(*messages), out);
            }
            Self::Length { octets, .. } => {
                out.put_u8(b'=');
                put(*octets, out);
            }
        }
        if !self.text().is_empty() {
            out.put_u8(b' ');
            out.put_slice(self.text().as_bytes());
        }
        out.put_slice(b"\r\n");
    }
}

/// `[SP text]`
fn text(octets: &[u8], offset: usize) -> Result<ReplyText, ParseError> {
    match octets.split_first() {
        Some((b' ', text)) => ReplyText::read(text, offset + 1),
        _ => ReplyText::read(octets, offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn replies_are_read_and_written() {
        for (line, want) in [
            ("+", "+\r\n"),
            ("+ ", "+\r\n"),
            ("+OK", "+ OK\r\n"),
            ("+ OK, bye, bye", "+ OK, bye, bye\r\n"),
            ("- no", "- no\r\n"),
            ("-", "-\r\n"),
            ("#0", "#0\r\n"),
            ("#013 messages for you", "#13 messages for you\r\n"),
            ("=10123 characters in that message", "=10123 characters in that message\r\n"),
            ("=18446744073709551615", "=18446744073709551615\r\n"),
            ("#4294967295", "#4294967295\r\n"),
        ] {
            let reply = Reply::parse(line.as_bytes()).unwrap();
            let mut wire = BytesMut::new();
            reply.encode(&mut wire);
            assert_eq!(wire, want, "{line:?}");
            assert_eq!(Reply::parse(&wire[..wire.len() - 2]).as_ref(), Ok(&reply), "{line:?}");
        }
    }

    #[test]
    fn what_is_no_reply_is_an_error() {
        for (line, want) in [
            ("", "bad status at byte 0"),
            (" + OK", "bad status at byte 0"),
            ("220 mx.example", "bad status at byte 0"),
            ("#", "bad number at byte 1"),
            ("# 13", "bad number at byte 1"),
            ("#-1", "bad number at byte 1"),
            ("#13messages", "bad number at byte 3"),
            ("#4294967296", "bad number at byte 1"),
            ("=18446744073709551616", "bad number at byte 1"),
            ("=+5", "bad number at byte 1"),
            ("=", "bad number at byte 1"),
            ("+ \x07", "control octet at byte 2"),
            ("=5 a\rb", "control octet at byte 4"),
        ] {
            assert_eq!(Reply::parse(line.as_bytes()).unwrap_err().to_string(), want, "{line:?}");
        }
    }

    #[test]
    fn a_greeting_names_protocol_and_host() {
        let greeting = |line: &str| {
            let reply = Reply::parse(line.as_bytes()).unwrap();
            reply.greeting().map(|it| (it.host.to_string(), it.text.to_string()))
        };
        let some = |host: &str, text: &str| Some((host.to_string(), text.to_string()));
        assert_eq!(greeting("+ POP2 Server Ready"), some("Server", "Ready"));
        assert_eq!(greeting("+ pop2 ISI-VAXA.ARPA"), some("ISI-VAXA.ARPA", ""));
        for wrong in ["+ POP2", "+ POP2 ", "+OK POP3 server", "+", "- POP2 host", "#2", "=2"] {
            assert_eq!(greeting(wrong), None, "{wrong}");
        }
    }
}
