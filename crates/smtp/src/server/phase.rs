//! Where a session is, and what it waits for.
use alloc::{boxed::Box, vec::Vec};

use mailwire_core::Text;
use mailwire_sasl as sasl;

use super::{Event, HelloVerb, auth::Attempt, body::Body, proxy, transaction::Transaction};
use crate::{Error, Reply};

/// Where a session is, for logs and asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Greeted; no EHLO yet, or not since TLS.
    Start,
    /// Between transactions.
    Ready,
    /// In a transaction.
    Transaction,
    /// Receiving a message.
    Body,
    /// The message is complete and waits for the caller's answer.
    Deciding,
    /// In an AUTH exchange.
    Authenticating,
    /// Waiting for the TLS handshake.
    Upgrading,
    /// The session is over.
    Closed,
    /// The session is over, and the client takes the server's part (TURN, ATRN).
    Turned,
    /// The session failed.
    Failed,
}

/// What outlives a transaction.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) hello: Option<HelloVerb>,
    pub(super) tls: bool,
    pub(super) authenticated: bool,
    pub(super) eof: bool,
    pub(super) errors: u32,
    pub(super) idle_commands: u32,
    pub(super) transactions: u32,
    pub(super) domains: Vec<Text>,
}

impl Session {
    pub(super) fn count_error(&mut self) {
        self.errors = self.errors.saturating_add(1);
    }

    pub(super) fn count_idle(&mut self) {
        self.idle_commands = self.idle_commands.saturating_add(1);
    }
}

/// Where the session is.
#[derive(Debug)]
pub(super) enum Phase {
    /// A load balancer is to say whom it speaks for; then comes the greeting, or this refusal.
    Proxy(proxy::Reader, Option<Reply>),
    /// Between transactions.
    Idle,
    /// MAIL was accepted.
    Mail(Transaction),
    /// Octets of a message are due.
    Body(Box<Body>),
    /// A BDAT that was not the last was taken; the next one is due.
    Chunks(Box<Body>),
    /// BDAT came where it must not: its octets are dropped, and then this is said.
    Drop {
        left: u64,
        reply: Reply,
        back: Box<Phase>,
    },
    /// A message is complete; this many answers are owed for it.
    Deciding {
        answers: u32,
    },
    /// AUTH goes on.
    Auth(Box<Attempt>),
    /// 220 was said to STARTTLS.
    Upgrading,
    /// The greeting was a refusal: nothing but QUIT works (RFC 5321 §3.1).
    Refusing,
    Closed,
    /// Closed, and the client now wants to be the server.
    Turned,
    Failed(Error),
}

/// The question behind the last event.
#[derive(Debug)]
pub(super) enum Pending {
    Hello(HelloVerb),
    Mail(Transaction),
    Rcpt,
    Data,
    Bdat { size: u64, last: bool },
    Burl { last: bool },
    End,
    Auth { mechanism: sasl::Mechanism, initial: Option<sasl::Secret> },
    Ask,
    Vrfy,
    Expn,
    Help,
    Etrn,
    Turn,
    Xclient,
    Xforward,
    Unknown,
    Excess,
}

/// What came of reading on.
#[derive(Debug)]
pub(super) enum Step {
    Event(Event),
    GoOn,
    /// Nothing happens without more input, or without the caller.
    Wait,
}

impl Step {
    pub(super) fn more(more: bool) -> Self {
        if more { Self::GoOn } else { Self::Wait }
    }
}
