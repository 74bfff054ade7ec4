//! One line, and what can be wrong with its length.
use bytes::Bytes;

use crate::BytesRef;

/// A line without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a line is this and nothing else")]
pub struct Line {
    /// What stands before the line end. May hold any octet but LF, a bare CR or NUL included.
    pub content: Bytes,
    /// How the line ended.
    pub end: LineEnd,
}

/// A line without its line end, where it lies.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a line is this and nothing else")]
pub struct LineRef<'a> {
    /// What stands before the line end. May hold any octet but LF, a bare CR or NUL included.
    pub content: BytesRef<'a>,
    /// How the line ended.
    pub end: LineEnd,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum LineEnd {
    /// CR LF, the only line end of the mail protocols (RFC 5321 §2.3.8).
    CrLf,
    /// LF alone.
    Lf,
}

/// A line broke a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The line, or the frame of lines, is longer than allowed. What is left of the line is skipped.
    #[error("line exceeds {limit} octets")]
    TooLong {
        /// The limit that was passed.
        limit: usize,
    },
}

impl<'a> LineRef<'a> {
    /// Takes a line with its line end.
    #[inline]
    pub(crate) fn new(octets: BytesRef<'a>) -> Self {
        let content = without_line_end(&octets).len();
        let end = if octets.len() - content == 2 { LineEnd::CrLf } else { LineEnd::Lf };
        Self { content: octets.slice(..content), end }
    }

    /// How long the line is with its line end.
    #[inline]
    #[must_use]
    pub fn wire_len(&self) -> usize {
        let end = match self.end {
            LineEnd::CrLf => 2,
            LineEnd::Lf => 1,
        };
        self.content.len() + end
    }
}

/// The line less its CRLF or LF.
pub(crate) fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
