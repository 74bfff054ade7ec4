//! Where a session is, and what it waits for.
use alloc::boxed::Box;

use mailwire_sasl as sasl;

use super::{Event, body::Body, login::Attempt, maildrop::Open};
use crate::{Digest, Error, MessageNumber, Name, Timestamp};

/// Where the session is, for logs and asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// AUTHORIZATION: greeted, nobody is logged in (RFC 1939 §4).
    Authorization,
    /// In an AUTH exchange.
    Authenticating,
    /// TRANSACTION: a maildrop is open (RFC 1939 §5).
    Transaction,
    /// UPDATE: QUIT has come (RFC 1939 §6).
    Update,
    /// Waiting for the TLS handshake.
    Upgrading,
    /// The session is over.
    Closed,
    /// The session failed.
    Failed,
}

/// What outlives a command.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) tls: bool,
    pub(super) utf8: bool,
    pub(super) eof: bool,
    pub(super) errors: u32,
    /// Of the greeting, as long as APOP may refer to it.
    pub(super) timestamp: Option<Box<Timestamp>>,
    /// What USER said.
    pub(super) user: Option<Box<Name>>,
}

/// Where the session is.
#[derive(Debug)]
pub(super) enum Phase {
    Authorization,
    /// AUTH goes on.
    Auth(Box<Attempt>),
    /// `+OK` was said to STLS.
    Upgrading,
    Transaction(Open),
    /// QUIT has come, and what is owed goes first.
    Quitting(Open),
    /// The caller removes what is deleted.
    Update(Open),
    Closed,
    Failed(Error),
}

/// The question behind the last event, or what is still owed of its answer.
#[derive(Debug)]
pub(super) enum Pending {
    Pass(Box<Name>),
    Apop(Box<(Name, Digest)>),
    Rpop(Box<Name>),
    Auth {
        mechanism: sasl::Mechanism,
        initial: Option<Box<sasl::Secret>>,
    },
    Ask,
    Open,
    Stat,
    Sizes,
    Size(MessageNumber),
    UniqueIds,
    UniqueId(MessageNumber),
    Retrieve(MessageNumber),
    Top(u64),
    Delete(MessageNumber),
    Language,
    Xtnd,
    Unknown,
    Update,
    Excess,
    /// LIST goes on with this message.
    NextSize(MessageNumber),
    /// UIDL goes on with this message.
    NextUniqueId(MessageNumber),
    /// RETR, TOP or XTND goes on.
    Body(Box<Body>),
}

/// What came of reading on.
#[derive(Debug)]
pub(super) enum Step {
    Event(Event),
    GoOn,
    /// Nothing happens without more input, or without the caller.
    Wait,
}
