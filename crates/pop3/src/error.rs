//! What can be wrong: with a line ([`ParseError`]), with a session ([`Error`]).
use mailwire_core::{ArgumentError, ArgumentErrorKind, LineError};

/// Why a line was refused, and where.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_pop3::{Command, ParseErrorKind, Quirks};
///
/// let error = Command::parse(Bytes::from("RETR 0"), Quirks::ALL).unwrap_err();
/// assert_eq!((error.kind, error.offset), (ParseErrorKind::BadNumber, 5));
/// assert_eq!(error.to_string(), "bad number at byte 5");
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

/// What is wrong with a line or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// An empty line, or no keyword where one must be.
    #[error("no command")]
    NoVerb,
    /// A control octet: CR, NUL or another.
    #[error("control octet")]
    ControlOctet,
    /// Octets that are not UTF-8 (RFC 6856 §2.2 wants them refused).
    #[error("octets that are not UTF-8")]
    NotUtf8,
    /// No argument where one is needed.
    #[error("missing argument")]
    MissingArgument,
    /// An argument that the command cannot have.
    #[error("bad argument")]
    BadArgument,
    /// An argument too many.
    #[error("unexpected argument")]
    UnexpectedArgument,
    /// Not a plain decimal number, or one that starts with a zero or is too large; as a message number,
    /// zero.
    #[error("bad number")]
    BadNumber,
    /// A line starts with neither `+OK` nor `-ERR`.
    #[error("bad status")]
    BadStatus,
    /// A response code is not made of levels of printable ASCII (RFC 2449 §3).
    #[error("bad response code")]
    BadResponseCode,
    /// A capability holds what it must not.
    #[error("bad capability")]
    BadCapability,
    /// A unique-id is empty, too long or holds more than printable ASCII (RFC 1939 §7).
    #[error("bad unique-id")]
    BadUniqueId,
    /// A timestamp is not one msg-id in ASCII (RFC 1939 §7, CVE-2007-1558).
    #[error("bad timestamp")]
    BadTimestamp,
    /// A digest is not 32 hexadecimal digits (RFC 1939 §7).
    #[error("bad digest")]
    BadDigest,
    /// A language tag or range is not one (RFC 6856 §3, RFC 4647 §2.1).
    #[error("bad language")]
    BadLanguage,
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
    /// The same error in a text that starts `offset` octets earlier.
    pub(crate) const fn shifted(self, offset: usize) -> Self {
        Self { kind: self.kind, offset: self.offset + offset }
    }
}

/// Why a session cannot go on.
///
/// [`Misuse`](Self::Misuse) is the caller's fault, changes nothing and ends nothing; every other error
/// is the peer's, and is returned for ever once it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes came behind STLS, or behind the reply to it, and before the handshake: somebody wants them
    /// to be taken for protected ones (RFC 2595 §4, CVE-2011-0411).
    #[error("plaintext between STLS and the handshake")]
    PlaintextAfterStls,
    /// The client speaks HTTP or TLS.
    #[error("the client does not speak POP3")]
    NotPop3,
    /// The peer sent something that is no reply where one is due.
    #[error("not a reply: {0}")]
    BadReply(ParseError),
    /// A line, or the lines of a listing, broke a limit.
    #[error(transparent)]
    Limit(#[from] LineError),
    /// A listing has more lines than the configuration allows.
    #[error("a listing of more than {limit} lines")]
    EndlessListing {
        /// How many are allowed.
        limit: u32,
    },
    /// The server sent a reply that cannot be the answer to the command, or one too many.
    #[error("unexpected reply")]
    UnexpectedReply,
    /// TLS is required, and the server does not offer STLS or refused it.
    #[error("no TLS although it is required")]
    NoTls,
    /// The server announced a success of AUTH that the mechanism does not bear out: it has not proved
    /// that it knows the user, for example.
    #[error("the server's success of AUTH cannot be believed")]
    Distrusted,
    /// The peer closed the connection in the middle of something.
    #[error("connection closed in the middle of something")]
    Disconnected,
    /// The caller did what the state does not allow. Nothing changed.
    #[error("not possible in this state")]
    Misuse,
}
