//! What a server did about what a client was asked.
use bytes::Bytes;
use mailwire_core::Text;
use mailwire_sasl::{self as sasl, OAuthError};

use super::{Method, RequestId};
use crate::{
    Capabilities, Capability, DropListing, LanguageListing, ParseError, Quirk, Reply, ScanListing,
    UniqueIdListing,
};

/// What the server did.
///
/// Every request ends with exactly one [`Done`](Self::Done), [`LoggedIn`](Self::LoggedIn) or
/// [`LoginFailed`](Self::LoginFailed), whatever the server does, in the order in which they were asked
/// for. What an answer holds comes before that, piece by piece.
///
/// Replies, items and octets of messages are slices of what was read and keep the read buffer alive:
/// `detach()` what is kept for long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The server greets.
    Greeting(Reply),
    /// The session is ready for requests: CAPA, and STLS where it is due, are through. Comes again after
    /// the login.
    Ready {
        /// What the server offers now; nothing if it does not know CAPA.
        offers: Capabilities,
        /// Whether the connection is under TLS.
        tls: bool,
        /// Whether somebody is logged in.
        logged_in: bool,
    },
    /// Somebody is logged in, and the server has proved itself if the mechanism provides that.
    LoggedIn {
        /// The request.
        request: RequestId,
        /// How.
        method: Method,
        /// What the server said.
        reply: Reply,
    },
    /// Nobody is logged in by this request.
    LoginFailed {
        /// The request.
        request: RequestId,
        /// How it ended, the last attempt if there were several.
        outcome: Outcome,
        /// Why the server refused the token, if it said so (RFC 7628 §3.2.2).
        server_error: Option<OAuthError>,
    },
    /// A way to log in was refused, and another one is tried.
    MethodRefused {
        /// The request.
        request: RequestId,
        /// What was tried.
        method: Method,
        /// What came of it.
        outcome: Outcome,
    },
    /// The next part of an answer.
    Item {
        /// The request.
        request: RequestId,
        /// What it says.
        item: Item,
    },
    /// A line of a listing that cannot be read; the others can.
    Damaged {
        /// The request; `None` if the machine itself asked, by CAPA.
        request: Option<RequestId>,
        /// The line, empty if it was too long to be kept.
        line: Bytes,
        /// What is wrong with it.
        error: ParseError,
    },
    /// The next octets of a message, dots unstuffed, never none.
    Chunk {
        /// RETR or TOP.
        request: RequestId,
        /// A slice of what was read.
        octets: Bytes,
    },
    /// The server departs from the protocol in a way that was tolerated. Told once for each answer.
    Quirk {
        /// In the answer to what, if it is the answer to a request.
        request: Option<RequestId>,
        /// How.
        quirk: Quirk,
    },
    /// A command is through.
    Done {
        /// Which.
        request: RequestId,
        /// How it ended.
        outcome: Outcome,
    },
    /// The server said this unasked, which ends the session: as a refusal in place of a greeting, or
    /// before it hangs up. All outcomes have been told.
    Closing(Reply),
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// STAT: how many messages, and how large they are together.
    Stat(DropListing),
    /// LIST: the size of a message.
    Scan(ScanListing),
    /// UIDL: what a message is called.
    UniqueId(UniqueIdListing),
    /// LANG: a language.
    Language(LanguageListing),
    /// CAPA: something the server offers.
    Capability(Capability),
    /// LAST: the highest message number that was accessed, 0 if there is none.
    Last(u32),
    /// AUTH without argument, XTND, or a command that this crate does not know: a line.
    Line(Text),
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server said yes, and all lines of its answer have been told.
    Accepted(Reply),
    /// The server said no.
    Refused(Reply),
    /// The server said yes, and what else it must say there cannot be read.
    Unreadable {
        /// What it said.
        reply: Reply,
        /// What is wrong with it, counted from the start of its text.
        error: ParseError,
    },
    /// Nothing of the request was sent.
    NotSent(NotSent),
    /// The session ended before the answer did. What was told of it may be incomplete.
    Lost,
    /// The client cancelled AUTH, or does not believe the server's success.
    Distrusted(sasl::Error),
}

impl Outcome {
    /// Whether the server said yes.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// What the server said, if it said anything.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Accepted(reply) | Self::Refused(reply) | Self::Unreadable { reply, .. } => {
                Some(reply)
            }
            Self::NotSent(_) | Self::Lost | Self::Distrusted(_) => None,
        }
    }
}

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// What the server offers and the credentials are good for would show a secret in the clear, and that
    /// is not allowed.
    #[error("not without TLS")]
    NeedsTls,
    /// The server offers no way to log in that the credentials are good for, or not the one that was
    /// asked for.
    #[error("no way to log in that both sides have")]
    NoMethod,
    /// Somebody is logged in already.
    #[error("already logged in")]
    LoggedIn,
    /// Nobody is logged in yet.
    #[error("not logged in")]
    NotLoggedIn,
    /// The user name or password is not ASCII, and the server does not say that it takes UTF-8
    /// (RFC 6856 §2.2).
    #[error("user name or password is not ASCII, and the server does not offer UTF8 USER")]
    NeedsUtf8,
    /// The line would be longer than the 255 octets of RFC 2449 §4, or hold what it must not.
    #[error("does not fit a command line")]
    DoesNotFit,
    /// The credentials are not fit for the mechanism.
    #[error("{0}")]
    Credentials(sasl::Error),
    /// The session ended before it was the request's turn.
    #[error("the session is over")]
    SessionOver,
}
