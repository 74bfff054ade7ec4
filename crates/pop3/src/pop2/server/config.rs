//! How a server is set up.
use core::time::Duration;

use mailwire_core::{Limits, Text};

use super::super::{ReplyText, limits};
use crate::{ParseError, ParseErrorKind, Quirks};

/// How a server is set up.
///
/// ```
/// use mailwire_pop3::pop2::{ReplyText, server::Config};
///
/// let mut config = Config::new("ISI-VAXA.ARPA")?;
/// config.greeting = ReplyText::new("server here")?;
/// assert_eq!(config.command_timeout.as_secs(), 600);
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    host: Text,
    /// What the greeting says behind the name of the host; nothing by default.
    pub greeting: ReplyText,
    /// How long to wait for a command, T2 of the RFC: ten minutes by default, which is meant for people
    /// who decide between commands. Never zero.
    pub command_timeout: Duration,
    /// Whether READ closes the connection if the mailbox is empty, as in the third example of the RFC.
    /// By default the answer is `=0`, as its text says.
    pub close_on_empty: bool,
    /// Whether the connection is under TLS, which POP2 itself knows nothing of.
    pub implicit_tls: bool,
    /// Whether HELO, which shows the password, is taken without TLS; it is not by default.
    pub plaintext_auth_without_tls: bool,
    /// What of the grammar may be broken: everything by default.
    pub tolerated: Quirks,
    /// The framing limits: lines of 512 octets by default (RFC 937, Sizes).
    pub limits: Limits,
}

impl Config {
    /// A server that calls itself `host`: printable ASCII without blanks.
    pub fn new(host: &str) -> Result<Self, ParseError> {
        if let Some(at) = host.bytes().position(|octet| !octet.is_ascii_graphic()) {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        if host.is_empty() {
            return Err(ParseErrorKind::MissingArgument.at(0));
        }
        if host.len() > 255 {
            return Err(ParseErrorKind::TooLong.at(255));
        }
        Ok(Self {
            host: host.into(),
            greeting: ReplyText::default(),
            command_timeout: Duration::from_secs(600),
            close_on_empty: false,
            implicit_tls: false,
            plaintext_auth_without_tls: false,
            tolerated: Quirks::ALL,
            limits: limits(),
        })
    }

    /// The server's name for itself.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_cannot_break_the_greeting() {
        for bad in ["", "a b", "a\r\nb", "a\0", "ä"] {
            assert!(Config::new(bad).is_err(), "{bad:?}");
        }
    }
}
