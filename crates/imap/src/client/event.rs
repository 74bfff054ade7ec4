//! What a server did, about what a client was asked or by itself.

use super::Handle;
use crate::{Capabilities, Data, FrameError, ParseError, Repairs, Status, fetch::FetchItem};
use bytes::Bytes;
use core::num::NonZeroU32;
use mailwire_sasl::{self as sasl, OAuthError};

/// What the server did.
///
/// Every request ends with exactly one [`Done`](Self::Done), whatever the server does. What the server
/// says in between, in answer to a request or not, comes as it comes: IMAP does not tell which command
/// an untagged response belongs to.
///
/// Data are slices of what was read and keep the read buffer alive: `detach()` what is kept for long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The server greets: OK, PREAUTH or BYE. Before TLS nobody knows who said it.
    Greeting(Status),
    /// The session is ready for requests: what the server offers is known, and STARTTLS is through where
    /// it is due. Comes again after a login, and after UNAUTHENTICATE.
    Ready {
        /// What the server offers now.
        capabilities: Capabilities,
        /// Whether the connection is under TLS.
        tls: bool,
        /// Whether somebody is logged in.
        authenticated: bool,
    },
    /// A request is through.
    Done {
        /// Which.
        handle: Handle,
        /// How it ended.
        result: Outcome,
    },
    /// It is the caller's turn to [`send_body`](super::Client::send_body) so many octets, then to
    /// [`finish_body`](super::Client::finish_body).
    SendBody {
        /// The APPEND or REPLACE.
        handle: Handle,
        /// Which of its streamed texts, counted from 0.
        index: usize,
        /// How many octets were announced: no more and no less must come.
        size: u64,
    },
    /// The server waits for changes, after IDLE: [`done`](super::Client::done) ends that.
    Idling(Handle),
    /// The server refuses a token and says why; [`Done`](Self::Done) follows (RFC 7628 §3.2.2).
    TokenRefused {
        /// The AUTHENTICATE.
        handle: Handle,
        /// Why.
        error: OAuthError,
    },
    /// Data, in answer to a command or by itself.
    Data(Data),
    /// An untagged OK, NO or BAD.
    Status(Status),
    /// A text of a message begins that has more octets than
    /// [`stream_above`](super::Config::stream_above). They come in [`Chunk`](Self::Chunk)s, up to
    /// [`BodyEnd`](Self::BodyEnd); the FETCH response as a whole comes behind that, as
    /// [`Data`](Self::Data), with [`FetchData::Streamed`](crate::fetch::FetchData::Streamed) in this
    /// place.
    Body(Body),
    /// Octets of the text, never none.
    Chunk(Bytes),
    /// The text is over.
    BodyEnd,
    /// Something in the response that follows was not as the RFCs have it, and was understood. Of a FETCH
    /// response [`FetchItems::repairs`](crate::fetch::FetchItems::repairs) says what was tolerated in its
    /// items.
    Repaired(Repairs),
    /// A response that cannot be understood. The session goes on.
    Invalid {
        /// The response; of one that is too long, its beginning.
        raw: Bytes,
        /// Why.
        why: Unreadable,
    },
    /// A status that came before TLS. Nobody knows who said it: it is for logs, and nothing follows from
    /// it.
    Discarded(Status),
    /// The server closes the connection.
    Bye(Status),
}

/// A text of a message that comes in chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// Which message: its sequence number, or with [`by_uid`](Self::by_uid) its UID.
    pub number: NonZeroU32,
    /// Whether the number is a UID.
    pub by_uid: bool,
    /// The UID, if the server has said it already: in the same response, before this.
    pub uid: Option<u32>,
    /// Which text: [`FetchItem::Section`] with its section and origin, [`FetchItem::Binary`] or one of
    /// RFC822, RFC822.HEADER and RFC822.TEXT.
    pub item: FetchItem,
    /// How many octets come.
    pub size: u64,
}

/// Why a response cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It breaks the grammar.
    #[error(transparent)]
    Grammar(#[from] ParseError),
    /// It is longer than the limit.
    #[error("{0}")]
    TooLong(FrameError),
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server did it.
    Ok(Status),
    /// The server did not. Some servers say BYE here: the condition of the status tells.
    No(Status),
    /// The server does not understand it, or not now.
    Bad(Status),
    /// The server completed it, and how cannot be understood.
    Unreadable {
        /// What it said.
        raw: Bytes,
        /// Why that cannot be understood.
        why: Unreadable,
    },
    /// Nothing of the request was sent.
    NotSent(NotSent),
    /// The session ended before the server had its say. Whether the command was done is not known.
    Lost,
    /// The caller gave up the text that it was sending.
    Abandoned,
    /// The client cancelled AUTHENTICATE, or does not believe the server's success.
    Distrusted(sasl::Error),
}

impl Outcome {
    /// Whether the server did it.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        matches!(self, Self::Ok(_))
    }

    /// What the server said, if it said anything.
    #[must_use]
    pub const fn status(&self) -> Option<&Status> {
        match self {
            Self::Ok(status) | Self::No(status) | Self::Bad(status) => Some(status),
            Self::Unreadable { .. }
            | Self::NotSent(_)
            | Self::Lost
            | Self::Abandoned
            | Self::Distrusted(_) => None,
        }
    }
}

/// Why nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// It would show a secret in the clear, and that is not allowed.
    #[error("not without TLS")]
    NeedsTls,
    /// The server forbids LOGIN (RFC 9051 §6.2.3).
    #[error("the server has disabled LOGIN")]
    LoginDisabled,
    /// The server does not offer the mechanism.
    #[error("the server does not offer the mechanism")]
    MechanismNotOffered,
    /// Somebody is logged in already.
    #[error("already logged in")]
    Authenticated,
    /// Nobody is logged in.
    #[error("not logged in")]
    NotAuthenticated,
    /// No mailbox is selected.
    #[error("no mailbox is selected")]
    NoMailbox,
    /// A mailbox is selected: ENABLE must come before (RFC 9051 §6.3.1).
    #[error("a mailbox is selected")]
    MailboxSelected,
    /// The server does not offer what the command needs, and would take what follows for other commands.
    #[error("the server does not offer {0}")]
    NotOffered(&'static str),
    /// The message is larger than the server takes (RFC 7889).
    #[error("message exceeds {max} octets")]
    TooBig {
        /// What the server takes.
        max: u64,
    },
    /// Only UIDs may be used, since UIDONLY is enabled (RFC 9586).
    #[error("only UIDs may be used")]
    UidOnly,
    /// The session ended before it was the request's turn.
    #[error("the session is over")]
    SessionOver,
}
