//! What can be wrong with what was read, and with a value that is to be sent.

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

/// A value that cannot be sent: it has characters that its place in the grammar does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not a {what}")]
pub struct InvalidValue {
    /// What it was to be, in the words of the grammar.
    pub what: &'static str,
}
