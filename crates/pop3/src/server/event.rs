//! What a client can do.
use mailwire_sasl::{Identity, Mechanism, server::Question};

use crate::{
    Argument, LanguageRange, MessageNumber, Name, ParseError, Password, Quirks, Reply, Word, Xtnd,
};

/// What the client did.
///
/// The first group wants an answer: [`accept`](super::Server::accept),
/// [`reject`](super::Server::reject) or, for whatever the caller does not care for,
/// [`decline`](super::Server::decline), and others where it says so. Until it has come the machine reads
/// no further. The second group only informs.
///
/// Message numbers are those of messages that are there and not marked as deleted.
///
/// Texts are slices of what was read and keep the read buffer alive: `detach()` what is kept for long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// USER and PASS: is this the password?
    ///
    /// To say no should take the same time whether there is such a user or not.
    Pass {
        /// The user.
        name: Name,
        /// The password; its [`secret`](Password::secret) is compared in constant time.
        password: Password,
    },
    /// APOP: what is the secret? [`supply`](super::Server::supply) it; the machine compares.
    Apop {
        /// The user.
        name: Name,
    },
    /// RPOP (RFC 1081): may that user of the host that the client is on come in as this one? A yes asks
    /// for a client whose address and reserved port can be trusted.
    Rpop {
        /// The user of the maildrop.
        name: Name,
        /// Who the client says it is.
        remote: Name,
    },
    /// AUTH: start with [`authenticate`](super::Server::authenticate), or reject. The mechanism is
    /// offered, and allowed without TLS if there is none.
    Auth(Mechanism),
    /// The mechanism needs the caller's word. Besides the usual answers there are
    /// [`supply`](super::Server::supply), [`supply_scram`](super::Server::supply_scram) and
    /// [`accept_as`](super::Server::accept_as).
    Ask(Question),
    /// The client is who it says. Lock the maildrop and [`open`](super::Server::open) it, or reject:
    /// with [`Reply::IN_USE`] if somebody else has the lock.
    Open(Login),
    /// STAT: answer with [`send_total`](super::Server::send_total).
    Stat,
    /// LIST of all messages: accept, then [`send_size`](super::Server::send_size) for every message that
    /// is [`due`](super::Server::due).
    Sizes,
    /// LIST of one message: answer with [`send_size`](super::Server::send_size).
    Size(MessageNumber),
    /// UIDL of all messages: accept, then [`send_unique_id`](super::Server::send_unique_id) for every
    /// message that is [`due`](super::Server::due).
    UniqueIds,
    /// UIDL of one message: answer with [`send_unique_id`](super::Server::send_unique_id).
    UniqueId(MessageNumber),
    /// RETR: accept, or say yes in own words with [`reply`](super::Server::reply), then send the message
    /// with [`send_body`](super::Server::send_body) and [`finish_body`](super::Server::finish_body).
    Retrieve(MessageNumber),
    /// TOP: the same. The machine takes of the message what is wanted, and says when it has it all.
    Top {
        /// Which message.
        number: MessageNumber,
        /// How many lines of its body.
        lines: u64,
    },
    /// DELE: to accept is to mark the message; it stays until [`Update`](Self::Update).
    Delete(MessageNumber),
    /// LANG: answer with [`accept_language`](super::Server::accept_language).
    Language(LanguageRange),
    /// XTND (RFC 1082): accept, or [`open`](super::Server::open) the maildrop that it names, then send the
    /// lines of the answer as a body.
    Xtnd(Xtnd),
    /// A command that this crate does not know.
    Unknown {
        /// What it is called, as it was written.
        verb: Word,
        /// What follows the blank.
        argument: Option<Argument>,
    },
    /// QUIT of a client that is logged in, everything it was owed being handed out: the only event on
    /// which anything may be deleted (RFC 1939 §6). Remove the [`deleted`](super::Server::deleted)
    /// messages and let go of the lock; then accept, or reject with [`Reply::NOT_REMOVED`]. Either way the
    /// session is over.
    Update,
    /// Too many errors. To accept is to let the client go on, to reject or decline is to close the
    /// session.
    Excess(u32),

    /// An authentication failed or was cancelled; already answered.
    AuthFailed(Method),
    /// A command that could not be understood or must not come now; already answered.
    Refused {
        /// What the client was told.
        reply: Reply,
        /// What was wrong with the line, if it was the line.
        error: Option<ParseError>,
    },
    /// The next event, or the command that was answered without one, departed from the grammar.
    Tolerated(Quirks),
    /// RSET: no message is marked as deleted any more; already answered.
    Reset,
    /// UTF8: messages may hold UTF-8 in their headers; already answered.
    Utf8,
    /// STLS; already answered. What was learned so far must be forgotten (RFC 2595 §4).
    Stls,
    /// QUIT of a client that is not logged in; already answered.
    Quit,
}

/// Who logs in, and how that was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Login {
    /// By USER and PASS.
    Pass(Name),
    /// By APOP.
    Apop(Name),
    /// By RPOP.
    Rpop(Name),
    /// By AUTH.
    Auth(Mechanism, Identity),
}

impl Login {
    /// Whose maildrop is to be opened.
    #[must_use]
    pub fn user(&self) -> &str {
        match self {
            Self::Pass(name) | Self::Apop(name) | Self::Rpop(name) => name.as_str(),
            Self::Auth(_, identity) => identity.effective(),
        }
    }
}

/// How a client tried to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// APOP.
    Apop,
    /// AUTH with this mechanism.
    Auth(Mechanism),
}

/// What the caller owes next, as [`due`](super::Server::due) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Due {
    /// The size of this message, by [`send_size`](super::Server::send_size).
    Size(MessageNumber),
    /// The unique-id of this message, by [`send_unique_id`](super::Server::send_unique_id).
    UniqueId(MessageNumber),
    /// The next octets of a body, by [`send_body`](super::Server::send_body), or its
    /// [end](super::Server::finish_body).
    Body,
}

/// Whether more of a body is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "yes or no")]
pub enum Flow {
    /// Go on to the end of the message.
    More,
    /// TOP has its lines: what comes behind them is passed over, so the caller may as well
    /// [finish](super::Server::finish_body).
    Enough,
}
