//! What can be wrong with what was read, with a value that is to be sent, and with a session.

use crate::FrameError;

/// Where the grammar was broken, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} at octet {offset}")]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where, in octets from the beginning of the command or response.
    pub offset: usize,
}

/// What is wrong with a command or a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// No tag where one belongs (RFC 9051 §2.2.1).
    #[error("bad tag")]
    BadTag,
    /// Something that is not what the grammar has here.
    #[error("bad argument")]
    BadArgument,
    /// An argument is missing.
    #[error("missing argument")]
    MissingArgument,
    /// A number that is none, or too large, or zero where that is not allowed.
    #[error("bad number")]
    BadNumber,
    /// A quoted string or literal that is none.
    #[error("bad string")]
    BadString,
    /// Text behind the end.
    #[error("text behind the end")]
    TrailingText,
    /// Parentheses deeper than the limit.
    #[error("nested too deeply")]
    TooDeep,
    /// More items than the limit.
    #[error("too many items")]
    TooMany,
}

impl ParseErrorKind {
    pub(crate) const fn at(self, offset: usize) -> ParseError {
        ParseError { kind: self, offset }
    }
}

/// Why a session cannot go on.
///
/// [`Misuse`](Self::Misuse) is the caller's fault, changes nothing and ends nothing; every other error
/// is the peer's, and is returned for ever once it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Octets came behind STARTTLS, or behind the answer to it, and before the handshake: somebody wants
    /// them to be taken for protected ones (RFC 9051 §11.1, CVE-2011-0411).
    #[error("plaintext between STARTTLS and the handshake")]
    PlaintextAfterStartTls,
    /// Octets came behind COMPRESS, or behind the answer to it, and nobody has decompressed them (RFC
    /// 4978 §3).
    #[error("octets between COMPRESS and the compressed stream")]
    BytesBeforeCompression,
    /// A line or a frame was longer than the limit, where nothing can be skipped.
    #[error(transparent)]
    Limit(#[from] FrameError),
    /// What the server sent first is no greeting, or what it sent later makes no sense where nothing but
    /// the answer can come.
    #[error("not IMAP: {0}")]
    BadResponse(ParseError),
    /// The client speaks HTTP or TLS.
    #[error("the client does not speak IMAP")]
    NotImap,
    /// The server sent something that cannot come now.
    #[error("unexpected response")]
    UnexpectedResponse,
    /// The server completed a command that was not sent, or was completed before (RFC 9051 §2.2.2).
    #[error("a tag that no command has")]
    UnknownTag,
    /// The server accepted a command before all of it was sent (CVE-2026-42246).
    #[error("a command was accepted before it was sent")]
    PrematureOk,
    /// The server sent `+`, and nothing waits for it.
    #[error("a continuation that nothing waits for")]
    UnexpectedContinue,
    /// TLS is required, and the server does not offer STARTTLS, refused it, or sent PREAUTH.
    #[error("no TLS although it is required")]
    NoTls,
    /// The server announced a success of AUTHENTICATE that the mechanism does not bear out: it has not
    /// proved that it knows the user, for example.
    #[error("the server's success of AUTHENTICATE cannot be believed")]
    Distrusted,
    /// The peer closed the connection in the middle of something.
    #[error("connection closed in the middle of something")]
    Disconnected,
    /// The caller did what the state does not allow. Nothing changed.
    #[error("not possible in this state")]
    Misuse,
}

/// A value that cannot be sent: it has characters that its place in the grammar does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not a {what}")]
pub struct InvalidValue {
    /// What it was to be, in the words of the grammar.
    pub what: &'static str,
}
