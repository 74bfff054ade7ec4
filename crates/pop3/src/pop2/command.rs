//! Commands (RFC 937, Formal Syntax).
//!
//! ```text
//! command = "HELO" SP user SP password / "FOLD" SP mailbox / "READ" [SP number] / "RETR"
//!         / "ACKS" / "ACKD" / "NACK" / "QUIT"
//! ```
//!
//! Keywords are read in any case. A number may have leading zeros, as its syntax says; one that does not
//! fit in 32 bits is an error, never another number.
use alloc::vec::Vec;
use core::str;

use bytes::{BufMut, BytesMut};

use super::{Argument, Password, argument::text};
use crate::{ParseError, ParseErrorKind, Quirk, Quirks, number::put};

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the protocol is finished")]
pub enum Command {
    /// `HELO user password`: who the client is.
    Helo {
        /// The login account.
        user: Argument,
        /// Its password.
        password: Password,
    },
    /// `FOLD mailbox`: opens another mailbox. What was marked for deletion in the old one is deleted.
    Fold(Argument),
    /// `READ [number]`: chooses a message, or goes on with the current one.
    Read(Option<u32>),
    /// `RETR`: sends the message.
    Retr,
    /// `ACKS`, `ACKD` or `NACK`: what becomes of the message that was sent.
    Acknowledge(Acknowledgement),
    /// `QUIT`: the end. What was marked for deletion is deleted.
    Quit,
}

/// What becomes of a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the protocol is finished")]
pub enum Acknowledgement {
    /// `ACKS`: it was received and is kept. The next message is the current one.
    Save,
    /// `ACKD`: it was received and is marked for deletion. The next message is the current one.
    Delete,
    /// `NACK`: it was not received, and stays the current one.
    Again,
}

impl Command {
    /// `HELO`, the arguments checked.
    pub fn helo(user: &str, password: &str) -> Result<Self, ParseError> {
        Ok(Self::Helo { user: Argument::new(user)?, password: Password::new(password)? })
    }

    /// `FOLD`, the argument checked.
    pub fn fold(mailbox: &str) -> Result<Self, ParseError> {
        Argument::new(mailbox).map(Self::Fold)
    }

    /// Reads a line, without its line end. The second result tells what was tolerated: of `tolerated`
    /// only the three that concern blanks matter.
    ///
    /// A mailbox may hold blanks that are not quoted, as its syntax says, but not at its ends.
    ///
    /// ```
    /// use mailwire_pop3::{Quirk, Quirks, pop2::Command};
    ///
    /// let (command, quirks) = Command::parse(br"HELO smith open\ sesame", Quirks::NONE)?;
    /// assert_eq!(command, Command::helo("smith", "open sesame")?);
    /// assert!(quirks.is_empty());
    /// // As the second example of RFC 937 has it.
    /// let (command, quirks) = Command::parse(b"READ  27", Quirks::ALL)?;
    /// assert_eq!((command, quirks.contains(Quirk::ExtraBlank)), (Command::Read(Some(27)), true));
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn parse(line: &[u8], tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        let mut scan = Scan { line, at: 0, tolerated, seen: Quirks::NONE };
        let mut keyword = scan.keyword()?;
        keyword.make_ascii_uppercase();
        let command = match &keyword {
            b"HELO" => {
                let user = scan.word()?;
                Self::Helo { user, password: scan.password()? }
            }
            b"FOLD" => Self::Fold(scan.rest()?),
            b"READ" => Self::Read(scan.number()?),
            b"RETR" => Self::Retr,
            b"ACKS" => Self::Acknowledge(Acknowledgement::Save),
            b"ACKD" => Self::Acknowledge(Acknowledgement::Delete),
            b"NACK" => Self::Acknowledge(Acknowledgement::Again),
            b"QUIT" => Self::Quit,
            _ => return Err(ParseErrorKind::NoVerb.at(scan.at - 4)),
        };
        scan.end()?;
        Ok((command, scan.seen))
    }

    /// The keyword.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Helo { .. } => "HELO",
            Self::Fold(_) => "FOLD",
            Self::Read(_) => "READ",
            Self::Retr => "RETR",
            Self::Acknowledge(Acknowledgement::Save) => "ACKS",
            Self::Acknowledge(Acknowledgement::Delete) => "ACKD",
            Self::Acknowledge(Acknowledgement::Again) => "NACK",
            Self::Quit => "QUIT",
        }
    }

    /// Appends the command as it goes on the wire, line end included.
    ///
    /// ```
    /// use mailwire_pop3::pop2::Command;
    ///
    /// let mut wire = bytes::BytesMut::new();
    /// Command::fold(r"old mail\1985")?.encode(&mut wire);
    /// assert_eq!(&wire[..], b"FOLD old\\ mail\\\\1985\r\n");
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.verb().as_bytes());
        match self {
            Self::Helo { user, password } => {
                out.put_u8(b' ');
                user.encode(out);
                out.put_u8(b' ');
                password.encode(out);
            }
            Self::Fold(mailbox) => {
                out.put_u8(b' ');
                mailbox.encode(out);
            }
            Self::Read(Some(number)) => {
                out.put_u8(b' ');
                put(u64::from(*number), out);
            }
            Self::Read(None) | Self::Retr | Self::Acknowledge(_) | Self::Quit => {}
        }
        out.put_slice(b"\r\n");
    }
}

/// A line being read.
struct Scan<'a> {
    line: &'a [u8],
    at: usize,
    tolerated: Quirks,
    seen: Quirks,
}

/// Whether an unquoted blank ends an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    Ends,
    Belongs,
}

impl Scan<'_> {
    /// The four octets that every command starts with.
    fn keyword(&mut self) -> Result<[u8; 4], ParseError> {
        let start = self.line.iter().take_while(|&&octet| octet == b' ').count();
        if start > 0 && start < self.line.len() {
            self.note(Quirk::LeadingBlank, 0)?;
        }
        let rest = &self.line[start..];
        let len = rest.iter().take_while(|&&octet| octet != b' ').count();
        self.at = start + len;
        rest[..len].try_into().map_err(|_| ParseErrorKind::NoVerb.at(start))
    }

    fn word(&mut self) -> Result<Argument, ParseError> {
        let start = self.blanks()?;
        let octets = self.unquote(Blank::Ends)?;
        Argument::new(text(&octets, start)?).map_err(|error| error.shifted(start))
    }

    fn password(&mut self) -> Result<Password, ParseError> {
        let start = self.blanks()?;
        let octets = self.unquote(Blank::Ends)?;
        Password::new(octets).map_err(|error| error.shifted(start))
    }

    fn rest(&mut self) -> Result<Argument, ParseError> {
        let start = self.blanks()?;
        let octets = self.unquote(Blank::Belongs)?;
        Argument::new(text(&octets, start)?).map_err(|error| error.shifted(start))
    }

    fn number(&mut self) -> Result<Option<u32>, ParseError> {
        if self.line[self.at..].iter().all(|&octet| octet == b' ') {
            return Ok(None);
        }
        let start = self.blanks()?;
        let rest = &self.line[start..];
        let len = rest.iter().position(|&octet| octet == b' ').unwrap_or(rest.len());
        self.at = start + len;
        match number(&rest[..len]).and_then(|number| u32::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(ParseErrorKind::BadNumber.at(start)),
        }
    }

    /// Goes to where an argument starts: there must be one.
    fn blanks(&mut self) -> Result<usize, ParseError> {
        let rest = &self.line[self.at..];
        let blanks = rest.iter().position(|&octet| octet != b' ');
        let Some(blanks @ 1..) = blanks else {
            return Err(ParseErrorKind::MissingArgument.at(self.line.len()));
        };
        if blanks > 1 {
            self.note(Quirk::ExtraBlank, self.at + 1)?;
        }
        self.at += blanks;
        Ok(self.at)
    }

    /// Reads to the end of the argument. Blanks at the end of the line do not belong to it.
    fn unquote(&mut self, blank: Blank) -> Result<Vec<u8>, ParseError> {
        let mut octets = Vec::new();
        let (mut len, mut end) = (0, self.at);
        while let Some(&octet) = self.line.get(self.at) {
            let mut next = self.at + 1;
            match octet {
                b' ' if blank == Blank::Ends => break,
                b'\\' => match self.line.get(next) {
                    Some(&quoted) if !matches!(quoted, b'\r' | b'\n' | 0) => {
                        octets.push(quoted);
                        next += 1;
                    }
                    _ => return Err(ParseErrorKind::BadArgument.at(self.at)),
                },
                _ if octet.is_ascii_control() => {
                    return Err(ParseErrorKind::ControlOctet.at(self.at));
                }
                _ => octets.push(octet),
            }
            self.at = next;
            if octet != b' ' {
                (len, end) = (octets.len(), next);
            }
        }
        self.at = end;
        octets.truncate(len);
        Ok(octets)
    }

    /// Nothing may follow.
    fn end(&mut self) -> Result<(), ParseError> {
        let rest = &self.line[self.at..];
        match rest.iter().position(|&octet| octet != b' ') {
            Some(at) => Err(ParseErrorKind::UnexpectedArgument.at(self.at + at)),
            None if rest.is_empty() => Ok(()),
            None => self.note(Quirk::TrailingBlank, self.at),
        }
    }

    fn note(&mut self, quirk: Quirk, at: usize) -> Result<(), ParseError> {
        self.seen.insert(quirk);
        match self.tolerated.contains(quirk) {
            true => Ok(()),
            false => Err(ParseErrorKind::BadArgument.at(at)),
        }
    }
}

/// `number = 1*DIGIT`, unless it is too large.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    // `parse` would take a sign.
    let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    str::from_utf8(digits).ok().filter(|_| all_digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn quirks_are_refused_unless_tolerated() {
        for (line, quirk) in [
            ("  QUIT", Quirk::LeadingBlank),
            ("HELO  a b", Quirk::ExtraBlank),
            ("HELO a  b", Quirk::ExtraBlank),
            ("HELO a b ", Quirk::TrailingBlank),
            ("FOLD  a", Quirk::ExtraBlank),
            ("FOLD a ", Quirk::TrailingBlank),
            ("READ ", Quirk::TrailingBlank),
            ("READ  1", Quirk::ExtraBlank),
            ("QUIT ", Quirk::TrailingBlank),
        ] {
            assert!(Command::parse(line.as_bytes(), Quirks::NONE).is_err(), "{line:?}");
            let (_, seen) = Command::parse(line.as_bytes(), Quirks::NONE.with(quirk)).unwrap();
            assert_eq!(seen, Quirks::NONE.with(quirk), "{line:?}");
        }
    }

    #[test]
    fn errors_say_where() {
        for (line, want) in [
            ("", "no command at byte 0"),
            ("   ", "no command at byte 3"),
            ("  FOO", "no command at byte 2"),
            ("  FOOD", "no command at byte 2"),
            ("STAT", "no command at byte 0"),
            ("QUITE", "no command at byte 0"),
            ("HELO", "missing argument at byte 4"),
            ("HELO ", "missing argument at byte 5"),
            ("HELO a", "missing argument at byte 6"),
            ("HELO a ", "missing argument at byte 7"),
            ("HELO a b c", "unexpected argument at byte 9"),
            ("HELO a b\\", "bad argument at byte 8"),
            ("HELO a\tb c", "control octet at byte 6"),
            ("FOLD", "missing argument at byte 4"),
            ("FOLD  ", "missing argument at byte 6"),
            ("READ x", "bad number at byte 5"),
            ("READ -1", "bad number at byte 5"),
            ("READ +1", "bad number at byte 5"),
            ("READ 4294967296", "bad number at byte 5"),
            ("READ 99999999999999999999999", "bad number at byte 5"),
            ("READ 1 2", "unexpected argument at byte 7"),
            ("RETR 1", "unexpected argument at byte 5"),
            ("ACKS all", "unexpected argument at byte 5"),
            ("QUIT\r", "no command at byte 0"),
        ] {
            let error = Command::parse(line.as_bytes(), Quirks::ALL).unwrap_err();
            assert_eq!(error.to_string(), want, "{line:?}");
        }
        let error = Command::parse(b"FOLD a\xff", Quirks::ALL).unwrap_err();
        assert_eq!(error.to_string(), "octets that are not UTF-8 at byte 6");
    }
}
