//! What a client can do.
use alloc::vec::Vec;

use super::super::{Acknowledgement, Argument, Password};
use crate::{MessageNumber, ParseError, Quirks};

/// What the client did.
///
/// The first group wants an answer, and until it has come the machine reads no further. The second group
/// only informs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// HELO: answer with [`Reply::Count`](crate::pop2::Reply::Count) for the default mailbox, or reject
    /// and so close.
    Hello {
        /// The login account.
        user: Argument,
        /// Its password.
        password: Password,
    },
    /// FOLD: first delete what was marked in the mailbox that was open, if the user may, then answer with
    /// [`Reply::Count`](crate::pop2::Reply::Count) for the new one: none if it does not exist. To reject
    /// is to close.
    Fold {
        /// The mailbox to open. It may be the same: its messages are numbered anew.
        mailbox: Argument,
        /// What ACKD has marked in the old one, in ascending order.
        expunge: Vec<MessageNumber>,
    },
    /// READ, or an acknowledgement, has made this message the current one: answer with
    /// [`Reply::Length`](crate::pop2::Reply::Length). It is in the mailbox and not marked; for any other
    /// the machine says `=0` itself.
    Size(MessageNumber),
    /// RETR: [`send_body`](super::Server::send_body) exactly as many octets as were announced, then
    /// [`finish_body`](super::Server::finish_body). To reject or decline is to close, without a word.
    Retrieve {
        /// The message.
        message: MessageNumber,
        /// Its length in octets.
        octets: u64,
    },
    /// QUIT: delete what was marked, if the user may, then accept. To reject closes as well.
    Quit {
        /// What ACKD has marked, in ascending order.
        expunge: Vec<MessageNumber>,
    },

    /// The message that was sent is acknowledged. After [`Acknowledgement::Delete`] it is only marked.
    Acknowledged {
        /// The message.
        message: MessageNumber,
        /// What becomes of it.
        how: Acknowledgement,
    },
    /// The next event, or the command that was answered without one, departed from the grammar.
    Tolerated(Quirks),
    /// Something was out of place; already answered, and the session is over. Nothing is to be deleted.
    Refused(Refusal),
}

/// What was out of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// A line that is no command.
    NotUnderstood(ParseError),
    /// A line longer than the limit.
    TooLong,
    /// A command that must not come in this state.
    OutOfPlace {
        /// Its keyword.
        verb: &'static str,
    },
    /// HELO without TLS, unless the [configuration](super::Config::plaintext_auth_without_tls) allows that.
    NeedsTls,
    /// RETR of a message that does not exist, is deleted or empty: closed without a word.
    NothingToRetrieve,
    /// READ in an empty mailbox, if the [configuration](super::Config::close_on_empty) says so: closed
    /// without a word.
    NothingToRead,
}
