//! What a client can do.

use crate::{Capabilities, Command, Mailbox, ParseError, Repairs, Status, command::AppendMessage};
use bytes::Bytes;
use core::num::NonZeroU32;
use mailwire_core::Text;
use mailwire_sasl::{Identity, Mechanism, Secret, server::Question};

/// What the client did.
///
/// The first group wants an answer: [`accept`](super::Server::accept),
/// [`reject`](super::Server::reject) or, for whatever the caller does not care for,
/// [`decline`](super::Server::decline), and others where it says so. Until it has come the machine reads
/// no further, so that commands are answered one by one in their order. The second group only informs.
///
/// Texts are slices of what was read and keep the read buffer alive: `detach()` what is kept for long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// LOGIN: is this the password?
    ///
    /// To say no should take the same time whether there is such a user or not.
    Login {
        /// The user.
        user: Text,
        /// The password; compared in constant time.
        password: Secret,
    },
    /// AUTHENTICATE: start with [`authenticate`](super::Server::authenticate), or reject. The mechanism is
    /// offered, and allowed without TLS if there is none.
    Auth(Mechanism),
    /// The mechanism needs the caller's word. Besides the usual answers there are
    /// [`supply`](super::Server::supply), [`supply_scram`](super::Server::supply_scram) and
    /// [`accept_as`](super::Server::accept_as).
    Ask(Question),
    /// A command that may come in this state and that is offered.
    ///
    /// What the machine deals with itself never comes here: CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE,
    /// ENABLE, IDLE, COMPRESS, UNAUTHENTICATE and LOGOUT. Of the others these need more than a yes:
    ///
    /// | command | answer |
    /// |---|---|
    /// | SELECT, EXAMINE | [`select`](super::Server::select), then accept |
    /// | FETCH | [`fetch`](super::Server::fetch) for each message, then accept |
    /// | STORE | [`stored`](super::Server::stored) for each message, then accept |
    /// | SEARCH, SORT | [`send_found`](super::Server::send_found), then accept |
    /// | EXPUNGE, MOVE | [`expunge`](super::Server::expunge) for each message, then accept |
    /// | LIST, LSUB, XLIST | [`send_list`](super::Server::send_list) for each mailbox, then accept |
    /// | APPEND, COPY, REPLACE | accept, with a code if there are UIDs |
    /// | STATUS, NAMESPACE, ID, GETQUOTA … | [`send`](super::Server::send), then accept |
    /// | NOOP, CHECK | accept; a good moment to tell what changed |
    ///
    /// Sets of sequence numbers are in the numbers of the mailbox as the caller has told it, without `*`
    /// and without messages that are gone. `$` comes as the UIDs that the last search saved, with `uid`
    /// true. If no message is left the command was answered already, and never comes here.
    Command(Command),
    /// A message of APPEND or REPLACE is announced, or a part of one. Take it into the command with
    /// [`accept`](super::Server::accept), have it handed on as [`Chunk`](Self::Chunk)s with
    /// [`accept_stream`](super::Server::accept_stream), or reject it before it comes.
    ///
    /// Then, when all messages were taken, comes the [`Command`](Self::Command): nothing is appended
    /// before. If a [`Refused`](Self::Refused) comes instead, or the session ends, whatever was put
    /// aside is to be thrown away.
    Append(Upcoming),
    /// Too many commands that made no sense. To accept is to let the client go on, to reject or decline is
    /// to close the session.
    Excess(u32),

    /// Octets of the message that is handed on.
    Chunk(Bytes),
    /// All octets of the message, or of the part, have come.
    ChunkEnd,
    /// IDLE: the client waits to be told what changes; already answered with `+`.
    Idle,
    /// DONE: the client waits no more; already answered.
    Done,
    /// AUTHENTICATE succeeded; already answered.
    Authenticated(Identity),
    /// AUTHENTICATE failed or was cancelled; already answered.
    AuthFailed(Mechanism),
    /// ENABLE; already answered (RFC 5161).
    Enabled(Capabilities),
    /// STARTTLS; already answered. What was learned so far must be forgotten (RFC 9051 §6.2.1).
    StartTls,
    /// COMPRESS; already answered.
    Compress,
    /// UNAUTHENTICATE: nobody is logged in any more; already answered (RFC 8437).
    Unauthenticate,
    /// LOGOUT; already answered.
    Logout,
    /// The next event, or the command that was answered without one, departed from the grammar.
    Tolerated(Repairs),
    /// A command that could not be understood, must not come now or asks for too much; already answered.
    Refused {
        /// What the client was told.
        status: Status,
        /// What was wrong with the command, if it was the grammar.
        error: Option<ParseError>,
    },
}

/// A message that is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upcoming {
    /// To which mailbox.
    pub mailbox: Mailbox,
    /// The message, its flags, its date. Its data says how many octets are announced; of a message that
    /// is put together (RFC 4469) it has the parts so far, the last of which is announced.
    pub message: AppendMessage,
    /// How many messages came before in the same command (RFC 3502).
    pub index: u32,
    /// REPLACE: the message whose place it takes, and whether it is named by UID (RFC 8508).
    pub replaces: Option<(NonZeroU32, bool)>,
    /// How many octets are announced.
    pub size: u64,
}

/// A message of the selected mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MessageRef {
    /// Its sequence number in the mailbox as the caller has told it.
    pub number: u32,
    /// Its UID.
    pub uid: u32,
    /// Its mod-sequence, if the mailbox keeps them (RFC 7162). Where the client has to be told, it is.
    pub mod_seq: Option<u64>,
}

impl MessageRef {
    /// A message in a mailbox without mod-sequences.
    #[must_use]
    pub const fn new(number: u32, uid: u32) -> Self {
        Self { number, uid, mod_seq: None }
    }

    /// The same with its mod-sequence.
    #[must_use]
    pub const fn with_mod_seq(self, mod_seq: u64) -> Self {
        Self { mod_seq: Some(mod_seq), ..self }
    }
}
