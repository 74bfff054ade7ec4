//! What can be wrong: with a line ([`ParseError`]), with a session ([`Error`]).
use mailwire_core::{ArgumentError, ArgumentErrorKind, LineError};

/// Why a line was refused, and where.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_smtp::{Command, ParseErrorKind, Quirks};
///
/// let error = Command::parse(Bytes::from("RCPT TO:<>"), Quirks::ALL).unwrap_err();
/// assert_eq!((error.kind, error.offset), (ParseErrorKind::BadForwardPath, 9));
/// assert_eq!(error.to_string(), "bad forward path at byte 9");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} at byte {offset}")]
#[expect(clippy::exhaustive_structs, reason = "an error is this and nothing else")]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The first octet that is wrong, counted from the start of what was parsed.
    pub offset: usize,
}

/// What is wrong, fine enough to choose the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// An empty line, or no verb where one must be (500 5.5.2).
    #[error("no command")]
    NoVerb,
    /// A control octet: CR, NUL, HT or another (500 5.5.2).
    #[error("control octet")]
    ControlOctet,
    /// Octets that are not UTF-8 (500 5.5.2).
    #[error("octets that are not UTF-8")]
    NotUtf8,
    /// No argument where one is needed (501 5.5.4).
    #[error("missing argument")]
    MissingArgument,
    /// An argument that the command cannot have (501 5.5.4).
    #[error("bad argument")]
    BadArgument,
    /// An argument too many (501 5.5.4).
    #[error("unexpected argument")]
    UnexpectedArgument,
    /// A sender that is not a path (501 5.1.7).
    #[error("bad reverse path")]
    BadReversePath,
    /// A recipient that is not a path, `<>` included (501 5.1.3).
    #[error("bad forward path")]
    BadForwardPath,
    /// Something else than a mailbox, where no command says whose it is (501 5.1.3).
    #[error("bad mailbox")]
    BadMailbox,
    /// A path, local part or domain longer than RFC 5321 §4.5.3.1 allows (501 5.1.3 or 5.1.7).
    #[error("path too long")]
    PathTooLong,
    /// What follows a path is no parameter, or its value is not of the right form (501 5.5.4).
    #[error("bad parameter")]
    BadParameter,
    /// A parameter that was there before (501 5.5.4).
    #[error("duplicate parameter")]
    DuplicateParameter,
    /// More parameters than any command needs (501 5.5.4).
    #[error("too many parameters")]
    TooManyParameters,
    /// A reply code is not three digits from 200 to 599.
    #[error("bad reply code")]
    BadReplyCode,
    /// A reply stops in the middle of a line or goes on after its last one.
    #[error("bad reply lines")]
    BadReplyLines,
    /// An enhanced status code does not have the form `class.subject.detail`, or not the class that
    /// the reply code asks for.
    #[error("bad enhanced status code")]
    BadEnhancedCode,
    /// A keyword or parameter of an EHLO reply holds what it must not.
    #[error("bad capability")]
    BadCapability,
    /// CR, LF, NUL or another octet that must not stand there.
    #[error("forbidden octet")]
    ForbiddenOctet,
    /// More octets than the protocol allows.
    #[error("too long")]
    TooLong,
}

impl From<ArgumentError> for ParseError {
    #[inline]
    fn from(error: ArgumentError) -> Self {
        let kind = match error.kind {
            ArgumentErrorKind::ControlOctet => ParseErrorKind::ControlOctet,
            ArgumentErrorKind::NotUtf8 => ParseErrorKind::NotUtf8,
            ArgumentErrorKind::Missing => ParseErrorKind::MissingArgument,
            ArgumentErrorKind::Bad => ParseErrorKind::BadArgument,
        };
        kind.at(error.offset)
    }
}

impl ParseErrorKind {
    pub(crate) const fn at(self, offset: usize) -> ParseError {
        ParseError { kind: self, offset }
    }
}

impl ParseError {
    pub(crate) const fn new(kind: ParseErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// The same error in a text that starts `offset` octets earlier.
    pub(crate) const fn shifted(self, offset: usize) -> Self {
        Self { kind: self.kind, offset: self.offset + offset }
    }
}

/// Why a session cannot go on.
///
/// [`Misuse`](Self::Misuse) is the caller's fault, changes nothing and ends nothing; every other error
/// is the peer's, but for [`BareLineEnd`](Self::BareLineEnd), and is returned for ever once it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes came behind STARTTLS, or behind the reply to it, and before the handshake: somebody wants
    /// them to be taken for protected ones (RFC 3207 §4, CVE-2011-0411).
    #[error("plaintext between STARTTLS and the handshake")]
    PlaintextAfterStartTls,
    /// The client speaks HTTP or TLS.
    #[error("the client does not speak SMTP")]
    NotSmtp,
    /// Where the header of the PROXY protocol must be, something else came.
    #[error("not a PROXY header")]
    BadProxyHeader,
    /// The client sent on without waiting for the reply, and PIPELINING is not offered.
    #[error("input before the reply although PIPELINING is not offered")]
    EarlyInput,
    /// The peer sent something that is no reply where one is due.
    #[error("not a reply: {0}")]
    BadReply(ParseError),
    /// A line, or the lines of a reply, broke a limit.
    #[error(transparent)]
    Limit(#[from] LineError),
    /// The server sent a reply that cannot be the answer to the command, or one too many.
    #[error("unexpected reply {code}")]
    UnexpectedReply {
        /// Its code.
        code: u16,
    },
    /// TLS is required, and the server does not offer STARTTLS or refused it.
    #[error("no TLS although it is required")]
    NoTls,
    /// The server announced a success of AUTH that the mechanism does not bear out: it has not proved
    /// that it knows the user, for example.
    #[error("the server's success of AUTH cannot be believed")]
    Distrusted,
    /// The message holds a CR without LF or LF without CR, which the configuration refuses. As the
    /// message cannot be ended, the session is.
    #[error("bare CR or LF at octet {offset} of the message")]
    BareLineEnd {
        /// Which octet of the message, counted from 0.
        offset: u64,
    },
    /// The peer closed the connection in the middle of something.
    #[error("connection closed in the middle of something")]
    Disconnected,
    /// The caller did what the state does not allow. Nothing changed.
    #[error("not possible in this state")]
    Misuse,
}
