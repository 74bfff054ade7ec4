//! Where a session is, and what it waits for.

use super::{Event, append::Upload, header::HeaderScan, login::Attempt, numbers::Held};
use crate::{Error, Mailbox, SequenceSet, Tag};
use alloc::{boxed::Box, vec::Vec};
use bytes::BytesMut;
use mailwire_core::Upgrade;
use mailwire_sasl as sasl;

/// Where the session is, for logs and asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Greeted, nobody is logged in (RFC 9051 §3.1).
    NotAuthenticated,
    /// In an AUTHENTICATE exchange.
    Authenticating,
    /// Logged in, no mailbox is selected (§3.2).
    Authenticated,
    /// A mailbox is selected (§3.3).
    Selected,
    /// Waiting for TLS or compression.
    Upgrading,
    /// The session is over (§3.4).
    Closed,
    /// The session failed.
    Failed,
}

/// Where the session is.
#[derive(Debug)]
pub(super) enum Phase {
    NotAuthenticated,
    /// AUTHENTICATE goes on.
    Authenticating(Box<Attempt>),
    Authenticated,
    Selected(Box<Open>),
    Closed,
    Failed(Box<Error>),
}

/// The mailbox that is selected, as the client sees it.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// How many messages the client was told of, those not counted that it was told are gone.
    pub(super) told: u32,
    /// Messages that are gone, which the client was not told yet.
    /// Nothing, most of the time.
    pub(super) held: Option<Box<Held>>,
    /// UIDs of messages that are gone, which the client is told before anything else.
    pub(super) vanished: Vec<(u32, u32)>,
    /// `$`, as UIDs; `None` if it is empty.
    pub(super) saved: Option<SequenceSet>,
    /// The highest mod-sequence that is known; `None` if the mailbox keeps none (RFC 7162).
    pub(super) highest_mod_seq: Option<u64>,
    pub(super) read_only: bool,
}

/// What the client enabled (RFC 5161), and what follows from it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Enabled {
    pub(super) rev2: bool,
    pub(super) cond_store: bool,
    pub(super) q_resync: bool,
    pub(super) utf8: bool,
    pub(super) uid_only: bool,
}

/// What NOTIFY asks for (RFC 5465).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notified {
    /// Anything at all.
    pub(super) any: bool,
    /// EXPUNGE too, at any time: `selected`, and not `selected-delayed` (§6.1.1).
    pub(super) expunge: bool,
}

/// What outlives a command.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) tls: bool,
    pub(super) compressed: bool,
    pub(super) eof: bool,
    pub(super) enabled: Enabled,
    /// What the client wants to be told at any time.
    pub(super) notified: Notified,
    /// The last command was refused in the middle: what comes of it is dropped.
    pub(super) dropping: bool,
    pub(super) upgrading: Option<Upgrade>,
    pub(super) errors: u32,
    /// The first octet that came, until it was looked at.
    pub(super) first: Option<u8>,
    pub(super) begun: bool,
    /// The tag of the IDLE that goes on.
    pub(super) idle: Option<Box<Tag>>,
    /// A command that waits for its literals.
    pub(super) incoming: Option<Box<Incoming>>,
    /// A FETCH response that is not closed yet.
    pub(super) response: Option<Box<OpenResponse>>,
}

/// A command with literals, of which not all has come.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) tag: Tag,
    /// Whether its literals are messages.
    pub(super) upload: Option<Upload>,
    /// Whether the literal that comes is handed on.
    pub(super) streaming: bool,
    /// Whether a literal came without being asked for, although that is not offered.
    pub(super) unasked: bool,
    /// The headers of messages that are handed on.
    pub(super) header: HeaderScan,
}

/// A FETCH response whose octets the caller is sending.
#[derive(Debug)]
pub(super) struct OpenResponse {
    pub(super) written: Written,
    /// How many octets of the literal are still to come; `None` between two literals.
    pub(super) left: Option<u64>,
    /// What must not stand in the middle of a response.
    pub(super) behind: BytesMut,
}

/// What a FETCH response has so far, and what must still be added.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    pub(super) any: bool,
    pub(super) uid_value: u32,
    pub(super) uid: bool,
    pub(super) mod_seq: bool,
    /// What MODSEQ says if it has to be there.
    pub(super) owes_mod_seq: Option<u64>,
    /// Whether it has to be there once there are FLAGS.
    pub(super) flags_owe: Option<u64>,
}

/// The question behind the last event.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) tag: Option<Tag>,
    /// What the command is called in its answer.
    pub(super) name: &'static str,
    /// Whether the client named messages by UID.
    pub(super) uid: bool,
    /// Whether EXPUNGE must wait until the command is over (RFC 9051 §7.5.1).
    pub(super) holds_expunge: bool,
    pub(super) kind: Kind,
}

/// What is asked, as far as the answer depends on it.
#[derive(Debug)]
pub(super) enum Kind {
    Login,
    Auth {
        mechanism: sasl::Mechanism,
        initial: Option<Box<sasl::Secret>>,
    },
    Ask,
    /// A literal of a message is offered: whether the client waits, and how many octets it has.
    Offer {
        synchronizing: bool,
    },
    Select {
        mailbox: Mailbox,
        opened: Option<Box<Open>>,
    },
    Close,
    /// EXPUNGE: the highest mod-sequence of what went.
    Expunge {
        mod_seq: Option<u64>,
    },
    Notify(Notified),
    Fetch {
        mod_seq: bool,
    },
    Store {
        silent: bool,
    },
    Search(Box<super::search::Asked>),
    Thread,
    List(super::list::Form),
    Noop,
    Unknown,
    Excess,
    Other,
}

/// An event that waits behind another one.
#[derive(Debug)]
pub(super) struct Later {
    pub(super) event: Event,
    pub(super) pending: Option<Box<Pending>>,
}

/// What came of reading on.
#[derive(Debug)]
pub(super) enum Step {
    Event(Event),
    GoOn,
    /// Nothing happens without more input, or without the caller.
    Wait,
}
