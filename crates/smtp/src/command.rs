//! Commands ([RFC 5321 §4.1.1] and the extensions).
//!
//! [RFC 5321 §4.1.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1
mod attributes;
mod common;
mod encode;
mod parse;
mod turn;
mod verb;

pub use attributes::{AttributeValue, Attributes};
pub use mailwire_core::{Argument, InitialResponse, Word};
pub(crate) use parse::check_octets;
pub use turn::{DomainList, EtrnNode, EtrnScope};

use crate::{
    ClientName, ForwardPath, MailParams, ParseError, ParseErrorKind, RcptParams, ReversePath,
};

/// A command of SMTP, LMTP or an extension.
///
/// Every value in it was checked when it was built: a command can always be written, and is one line
/// when it is.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use mailwire_smtp::{Command, Quirk, Quirks};
///
/// let line = Bytes::from("mail from: <a@example.org> SIZE=42");
/// let (command, seen) = Command::parse(line, Quirks::ALL)?;
/// let Command::Mail { from, params } = &command else { panic!() };
/// assert_eq!((from.to_string().as_str(), params.size()), ("<a@example.org>", Some(42)));
/// assert_eq!(seen, Quirks::NONE.with(Quirk::SpaceAfterColon));
///
/// let mut wire = BytesMut::new();
/// command.encode(&mut wire);
/// assert_eq!(wire, "MAIL FROM:<a@example.org> SIZE=42\r\n");
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
// A tag of one octet makes the compiler copy what follows at odd addresses, which stalls.
#[repr(u64)]
pub enum Command {
    /// `HELO`: who the client is, without extensions (RFC 5321 §4.1.1.1).
    Helo(ClientName),
    /// `EHLO`: who the client is, and what can the server do?
    Ehlo(ClientName),
    /// `LHLO`: EHLO of LMTP (RFC 2033 §4.1).
    Lhlo(ClientName),
    /// `MAIL`: starts a transaction (RFC 5321 §4.1.1.2).
    Mail {
        /// Who sends.
        from: ReversePath,
        /// And how.
        params: MailParams,
    },
    /// `SEND`: to the recipient's terminal (RFC 821 §3.4; obsolete).
    Send {
        /// Who sends.
        from: ReversePath,
        /// And how.
        params: MailParams,
    },
    /// `SOML`: to the terminal or else the mailbox (RFC 821 §3.4; obsolete).
    Soml {
        /// Who sends.
        from: ReversePath,
        /// And how.
        params: MailParams,
    },
    /// `SAML`: to the terminal and the mailbox (RFC 821 §3.4; obsolete).
    Saml {
        /// Who sends.
        from: ReversePath,
        /// And how.
        params: MailParams,
    },
    /// `RCPT`: one recipient (RFC 5321 §4.1.1.3).
    Rcpt {
        /// Who receives.
        to: ForwardPath,
        /// And how.
        params: RcptParams,
    },
    /// `DATA`: the message follows, up to a lone dot (RFC 5321 §4.1.1.4).
    Data,
    /// `BDAT`: so many octets of the message follow (RFC 3030 §2).
    Bdat {
        /// How many.
        size: u64,
        /// Whether they are the last.
        last: bool,
    },
    /// `RSET`: forgets the transaction (RFC 5321 §4.1.1.5).
    Rset,
    /// `VRFY`: who is that? (RFC 5321 §4.1.1.6)
    Vrfy {
        /// A user or a mailbox, as written.
        name: Argument,
        /// Whether the answer may be UTF-8 (RFC 6531 §3.7.4.2).
        smtputf8: bool,
    },
    /// `EXPN`: who is on that list? (RFC 5321 §4.1.1.7)
    Expn {
        /// A mailing list, as written.
        name: Argument,
        /// Whether the answer may be UTF-8 (RFC 6531 §3.7.4.2).
        smtputf8: bool,
    },
    /// `HELP` (RFC 5321 §4.1.1.8).
    Help(Option<Argument>),
    /// `NOOP`, whose argument means nothing (RFC 5321 §4.1.1.9).
    Noop(Option<Argument>),
    /// `QUIT` (RFC 5321 §4.1.1.10).
    Quit,
    /// `STARTTLS` (RFC 3207 §4).
    StartTls,
    /// `AUTH` (RFC 4954 §4).
    Auth {
        /// The SASL mechanism, in the case it was written in.
        mechanism: Word,
        /// What the client says first, if it does.
        initial: Option<InitialResponse>,
    },
    /// `ETRN`: start the queue for a node (RFC 1985 §5).
    Etrn(EtrnNode),
    /// `ATRN`: let us change sides (RFC 2645 §5.2.1).
    Atrn(DomainList),
    /// `TURN`: let us change sides, whoever I am (RFC 821 §3.8; obsolete, not safe).
    Turn,
    /// `BURL`: fetch the message, or a part of it, from there (RFC 4468 §3.2).
    Burl {
        /// Where from.
        url: Word,
        /// Whether it is the last part.
        last: bool,
    },
    /// `XCLIENT`: take me for this client (Postfix).
    Xclient(Attributes),
    /// `XFORWARD`: log this client (Postfix).
    Xforward(Attributes),
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
    /// use mailwire_smtp::Command;
    ///
    /// assert_eq!(Command::unknown("XPING", None)?.verb(), "XPING");
    /// assert!(Command::unknown("DATA", None).is_err());
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn unknown(verb: &str, argument: Option<&str>) -> Result<Self, ParseError> {
        let offset = verb.len() + 1;
        let argument = argument.map(Argument::new).transpose();
        let verb = Word::new(verb)?;
        if verb::is_known(verb.as_str().as_bytes()) {
            return Err(ParseErrorKind::BadArgument.at(0));
        }
        Ok(Self::Unknown { verb, argument: argument.map_err(|error| error.shifted(offset))? })
    }

    /// What the command is called, in upper case unless it is unknown.
    #[must_use]
    pub fn verb(&self) -> &str {
        match self {
            Self::Helo(_) => "HELO",
            Self::Ehlo(_) => "EHLO",
            Self::Lhlo(_) => "LHLO",
            Self::Mail { .. } => "MAIL",
            Self::Send { .. } => "SEND",
            Self::Soml { .. } => "SOML",
            Self::Saml { .. } => "SAML",
            Self::Rcpt { .. } => "RCPT",
            Self::Data => "DATA",
            Self::Bdat { .. } => "BDAT",
            Self::Rset => "RSET",
            Self::Vrfy { .. } => "VRFY",
            Self::Expn { .. } => "EXPN",
            Self::Help(_) => "HELP",
            Self::Noop(_) => "NOOP",
            Self::Quit => "QUIT",
            Self::StartTls => "STARTTLS",
            Self::Auth { .. } => "AUTH",
            Self::Etrn(_) => "ETRN",
            Self::Atrn(_) => "ATRN",
            Self::Turn => "TURN",
            Self::Burl { .. } => "BURL",
            Self::Xclient(_) => "XCLIENT",
            Self::Xforward(_) => "XFORWARD",
            Self::Unknown { verb, .. } => verb.as_str(),
        }
    }
}
