//! What can be wrong with a line.
use core::fmt;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// An empty line, or no verb where one must be (500 5.5.2).
    NoVerb,
    /// A control octet: CR, NUL, HT or another (500 5.5.2).
    ControlOctet,
    /// Octets that are not UTF-8 (500 5.5.2).
    NotUtf8,
    /// No argument where one is needed (501 5.5.4).
    MissingArgument,
    /// An argument that the command cannot have (501 5.5.4).
    BadArgument,
    /// An argument too many (501 5.5.4).
    UnexpectedArgument,
    /// A sender that is not a path (501 5.1.7).
    BadReversePath,
    /// A recipient that is not a path, `<>` included (501 5.1.3).
    BadForwardPath,
    /// Something else than a mailbox, where no command says whose it is (501 5.1.3).
    BadMailbox,
    /// A path, local part or domain longer than RFC 5321 §4.5.3.1 allows (501 5.1.3 or 5.1.7).
    PathTooLong,
    /// What follows a path is no parameter, or its value is not of the right form (501 5.5.4).
    BadParameter,
    /// A parameter that was there before (501 5.5.4).
    DuplicateParameter,
    /// More parameters than any command needs (501 5.5.4).
    TooManyParameters,
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

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoVerb => "no command",
            Self::ControlOctet => "control octet",
            Self::NotUtf8 => "octets that are not UTF-8",
            Self::MissingArgument => "missing argument",
            Self::BadArgument => "bad argument",
            Self::UnexpectedArgument => "unexpected argument",
            Self::BadReversePath => "bad reverse path",
            Self::BadForwardPath => "bad forward path",
            Self::BadMailbox => "bad mailbox",
            Self::PathTooLong => "path too long",
            Self::BadParameter => "bad parameter",
            Self::DuplicateParameter => "duplicate parameter",
            Self::TooManyParameters => "too many parameters",
        })
    }
}
