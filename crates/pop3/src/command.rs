//! Commands ([RFC 1939] and the extensions).
//!
//! ```text
//! command = keyword *( SP param ) CRLF          ; 255 octets at most (RFC 2449 §4)
//! ```
//!
//! The 40 octets of an argument in RFC 1939 §3 are history where CAPA is known: only the length of the
//! line counts, and framing sees to that.
//!
//! [RFC 1939]: https://www.rfc-editor.org/rfc/rfc1939
mod encode;
mod name;
mod parse;
mod xtnd;

pub use mailwire_core::{Argument, InitialResponse, Word};
pub use name::{Name, Password};
pub(crate) use parse::check_octets;
pub use xtnd::Xtnd;

use crate::{Digest, LanguageRange, MessageNumber, ParseError, ParseErrorKind};

/// A command of POP3 or an extension.
///
/// Every value in it was checked when it was built: a command can always be written, and is one line
/// when it is. `Debug` shows no password, digest or response.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use mailwire_pop3::{Command, Quirk, Quirks};
///
/// let (command, seen) = Command::parse(Bytes::from("top  3 10"), Quirks::ALL)?;
/// let Command::Top { number, lines } = &command else { panic!() };
/// assert_eq!((number.get(), *lines), (3, 10));
/// assert_eq!(seen, Quirks::NONE.with(Quirk::ExtraBlank));
///
/// let mut wire = BytesMut::new();
/// command.encode(&mut wire);
/// assert_eq!(wire, "TOP 3 10\r\n");
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// `USER`: who logs in (RFC 1939 §7).
    User(Name),
    /// `PASS`: and the password, which is the rest of the line, blanks included (RFC 1939 §7).
    Pass(Password),
    /// `APOP`: who logs in, and the proof (RFC 1939 §7).
    Apop {
        /// The user.
        name: Name,
        /// MD5 over the timestamp of the greeting and the shared secret.
        digest: Digest,
    },
    /// `AUTH` (RFC 5034 §4).
    Auth {
        /// The SASL mechanism, in the case it was written in.
        mechanism: Word,
        /// What the client says first, if it does.
        initial: Option<InitialResponse>,
    },
    /// `AUTH` alone: which mechanisms are there? No RFC has it; clients of before CAPA send it.
    AuthList,
    /// `STLS` (RFC 2595 §4).
    Stls,
    /// `CAPA`: what can the server do? (RFC 2449 §5)
    Capa,
    /// `STAT`: how many messages, how many octets? (RFC 1939 §5)
    Stat,
    /// `LIST`: how large are all messages, or is one? (RFC 1939 §5)
    List(Option<MessageNumber>),
    /// `RETR`: a message (RFC 1939 §5).
    Retr(MessageNumber),
    /// `DELE`: marks a message as deleted (RFC 1939 §5).
    Dele(MessageNumber),
    /// `NOOP` (RFC 1939 §5).
    Noop,
    /// `RSET`: takes all marks back (RFC 1939 §5).
    Rset,
    /// `TOP`: the header and some lines of the body (RFC 1939 §7).
    Top {
        /// Of which message.
        number: MessageNumber,
        /// How many lines of the body; 0 is allowed.
        lines: u64,
    },
    /// `UIDL`: what are all messages called, or is one? (RFC 1939 §7)
    Uidl(Option<MessageNumber>),
    /// `QUIT` (RFC 1939 §4, §6).
    Quit,
    /// `UTF8`: messages may come in UTF-8 (RFC 6856 §2.1).
    Utf8,
    /// `LANG`: texts in this language, or which are there? (RFC 6856 §3)
    Lang(Option<LanguageRange>),
    /// `RPOP`: a user of a host that is trusted (RFC 1081, RFC 1225; removed in RFC 1460).
    Rpop(Name),
    /// `LAST`: the highest message number that was accessed (RFC 1081; removed in RFC 1725).
    Last,
    /// `XTND`: discussion groups (RFC 1082), and what others made of it.
    Xtnd(Xtnd),
    /// Any other command. [`Command::unknown`] builds it.
    #[non_exhaustive]
    Unknown {
        /// What it is called, in the case it was written in.
        verb: Word,
        /// The rest of the line.
        argument: Option<Argument>,
    },
}

impl Command {
    /// A command that this crate does not know.
    ///
    /// ```
    /// use mailwire_pop3::Command;
    ///
    /// assert_eq!(Command::unknown("XPING", None)?.verb(), "XPING");
    /// assert!(Command::unknown("RETR", None).is_err());
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn unknown(verb: &str, argument: Option<&str>) -> Result<Self, ParseError> {
        let offset = verb.len() + 1;
        let argument = argument.map(Argument::new).transpose();
        let verb = Word::new(verb)?;
        if parse::is_known(verb.as_str().as_bytes()) {
            return Err(ParseErrorKind::BadArgument.at(0));
        }
        Ok(Self::Unknown { verb, argument: argument.map_err(|error| error.shifted(offset))? })
    }

    /// What the command is called, in upper case unless it is unknown.
    #[must_use]
    pub fn verb(&self) -> &str {
        match self {
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Apop { .. } => "APOP",
            Self::Auth { .. } | Self::AuthList => "AUTH",
            Self::Stls => "STLS",
            Self::Capa => "CAPA",
            Self::Stat => "STAT",
            Self::List(_) => "LIST",
            Self::Retr(_) => "RETR",
            Self::Dele(_) => "DELE",
            Self::Noop => "NOOP",
            Self::Rset => "RSET",
            Self::Top { .. } => "TOP",
            Self::Uidl(_) => "UIDL",
            Self::Quit => "QUIT",
            Self::Utf8 => "UTF8",
            Self::Lang(_) => "LANG",
            Self::Rpop(_) => "RPOP",
            Self::Last => "LAST",
            Self::Xtnd(_) => "XTND",
            Self::Unknown { verb, .. } => verb.as_str(),
        }
    }

    /// Whether a `+OK` to this command has lines behind it, up to a lone dot.
    ///
    /// Nothing but the command says so, least of all the text of the reply. A command that is not known
    /// counts as one whose answer is a single line.
    ///
    /// ```
    /// use mailwire_pop3::{Command, MessageNumber};
    ///
    /// assert!(Command::List(None).is_multi_line());
    /// assert!(!Command::List(MessageNumber::new(1)).is_multi_line());
    /// ```
    #[must_use]
    pub fn is_multi_line(&self) -> bool {
        match self {
            Self::AuthList
            | Self::Capa
            | Self::List(None)
            | Self::Retr(_)
            | Self::Top { .. }
            | Self::Uidl(None)
            | Self::Lang(None)
            | Self::Xtnd(_) => true,
            Self::User(_)
            | Self::Pass(_)
            | Self::Apop { .. }
            | Self::Auth { .. }
            | Self::Stls
            | Self::Stat
            | Self::List(Some(_))
            | Self::Dele(_)
            | Self::Noop
            | Self::Rset
            | Self::Uidl(Some(_))
            | Self::Quit
            | Self::Utf8
            | Self::Lang(Some(_))
            | Self::Rpop(_)
            | Self::Last
            | Self::Unknown { .. } => false,
        }
    }
}
