//! Replies out of a stream.
use mailwire_core::{InputQueue, LineError};

use crate::{Error, ParseError, Reply, reply_line::continues};

/// Why no reply could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyReadError {
    /// What came is no reply.
    #[error("not a reply: {0}")]
    Parse(#[from] ParseError),
    /// A line, or all lines together, broke a limit.
    #[error(transparent)]
    Limit(#[from] LineError),
}

impl Reply {
    /// Takes the next reply from the input, or `None` if it is not complete yet.
    ///
    /// `line` and `total` are the most octets that a line and the whole reply may have. After an error
    /// the input cannot be trusted any more: where the next reply starts is not known.
    ///
    /// ```
    /// use mailwire_core::InputQueue;
    /// use mailwire_smtp::Reply;
    ///
    /// let mut input = InputQueue::default();
    /// input.push("2".into());
    /// assert_eq!(Reply::read(&mut input, 512, 4096)?, None);
    /// input.push("50-mx\r\n250 HELP\r\n".into());
    /// assert_eq!(Reply::read(&mut input, 512, 4096)?.unwrap().text(), "mx\nHELP");
    /// # Ok::<(), mailwire_smtp::ReplyReadError>(())
    /// ```
    pub fn read(
        input: &mut InputQueue,
        line: usize,
        total: usize,
    ) -> Result<Option<Self>, ReplyReadError> {
        match input.take_frame(line, total, |line| !continues(line))? {
            Some(lines) => Ok(Some(Self::parse(lines)?)),
            None => Ok(None),
        }
    }
}

impl From<ReplyReadError> for Error {
    fn from(error: ReplyReadError) -> Self {
        match error {
            ReplyReadError::Parse(error) => Self::BadReply(error),
            ReplyReadError::Limit(error) => Self::Limit(error),
        }
    }
}
