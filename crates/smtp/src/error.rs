//! What can go wrong.

/// A command, an argument or a reply did not match the grammar, or must not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} at byte {offset}")]
#[non_exhaustive]
pub struct ParseError {
    /// What was wrong.
    pub kind: ParseErrorKind,
    /// Where, counted in octets from the start of what was parsed.
    pub offset: usize,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
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

impl ParseError {
    pub(crate) const fn new(kind: ParseErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }
}
