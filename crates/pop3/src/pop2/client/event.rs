//! What a server did about what a client was asked.
use bytes::Bytes;

use super::super::Reply;
use crate::Quirks;

/// Which command an event is about: what [`Client::send`](super::Client::send) returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(super) u32);

/// What the server did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The server greets; [`Reply::greeting`] has its name.
    Greeting(Reply),
    /// The next octets of the message that RETR asked for; never none. A slice of what was read, which
    /// keeps the read buffer alive.
    Chunk(Bytes),
    /// A command is through.
    Done {
        /// Which.
        request: RequestId,
        /// How it ended.
        outcome: Outcome,
    },
    /// The server said no before it was asked anything. All outcomes have been told or follow; the client
    /// closes.
    Closing(Reply),
    /// The next event departed from the grammar.
    Tolerated(Quirks),
}

/// How a command ended. Every command has exactly one outcome, in the order in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server did it: [`Reply::Count`] for HELO and FOLD, [`Reply::Length`] for READ and the
    /// acknowledgements, [`Reply::Ok`] for QUIT.
    Accepted(Reply),
    /// RETR: the message has come, as long as it was announced. An acknowledgement is due.
    Received {
        /// Its length.
        octets: u64,
    },
    /// The server said no, and the session ends.
    Refused(Reply),
    /// Nothing was sent.
    NotSent(NotSent),
    /// The session ended before the server had its say. If this is QUIT, whether the marked messages are
    /// deleted is not known.
    Lost,
}

impl Outcome {
    /// Whether the server did it.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_) | Self::Received { .. })
    }
}

/// Why a command was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// The command has no place there: anything but HELO and QUIT before HELO, RETR before READ, anything
    /// but an acknowledgement behind a message.
    #[error("the command is out of place")]
    OutOfPlace,
    /// Not without TLS: HELO shows the password.
    #[error("not without TLS")]
    NeedsTls,
    /// The message does not exist, is deleted or empty: to ask for it would end the session.
    #[error("the message is empty")]
    NothingToRetrieve,
    /// The session ended before it was the command's turn.
    #[error("the session is over")]
    SessionOver,
}
