//! What a server did about what a client was asked.
use mailwire_sasl::{self as sasl, OAuthError};

use super::RequestId;
use crate::{Capabilities, Extension, ParseError, Reply};

/// What the server did.
///
/// Every request ends with exactly one [`Done`](Self::Done), [`Authenticated`](Self::Authenticated) or
/// [`AuthFailed`](Self::AuthFailed), whatever the server does; before the `Done` of a message comes
/// exactly one [`Recipient`](Self::Recipient) for each of its recipients.
///
/// Replies are slices of what was read and keep the read buffer alive: `detach()` what is kept for long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The server greets.
    Greeting(Reply),
    /// The session is ready for requests: EHLO, and STARTTLS where it is due, are through. Comes again
    /// after XCLIENT, and after AUTH if the [configuration](super::Config::hello_after_auth) says so.
    Ready {
        /// What the server offers; nothing if it knows only HELO.
        offers: Capabilities,
        /// Whether the connection is under TLS.
        tls: bool,
    },
    /// The server accepts the envelope and waits for the message: it is the caller's turn to
    /// [`send_body`](super::Client::send_body) and [`finish_body`](super::Client::finish_body).
    SendBody(RequestId),
    /// What became of a recipient.
    Recipient {
        /// The message.
        request: RequestId,
        /// Which of its recipients, counted from 0.
        index: usize,
        /// What became of it: refused ones are told at once, the others after the message.
        outcome: Outcome,
    },
    /// A message or a command is through.
    Done {
        /// Which.
        request: RequestId,
        /// For a message: `Accepted` if it was for any recipient.
        outcome: Outcome,
    },
    /// The AUTH exchange succeeded, and the server has proved itself if the mechanism provides that.
    Authenticated {
        /// The request.
        request: RequestId,
        /// 235, most likely.
        reply: Reply,
    },
    /// The AUTH exchange failed, or was not begun.
    AuthFailed {
        /// The request.
        request: RequestId,
        /// How.
        outcome: Outcome,
        /// Why the server refused the token, if it said so (RFC 7628 §3.2.2).
        server_error: Option<OAuthError>,
    },
    /// The server ends the session: by its greeting, by its answer to EHLO, or by 421 at any time
    /// (RFC 5321 §3.8). All outcomes have been told; the client closes.
    Closing(Reply),
}

/// How a request ended, or what became of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server said yes. For a message and its recipients: it has taken the responsibility.
    Accepted(Reply),
    /// The server said no.
    Refused {
        /// To what.
        at: Step,
        /// And why.
        reply: Reply,
    },
    /// Nothing of the request was sent.
    NotSent(NotSent),
    /// The session ended before the server had its say. At [`Step::End`] the message may have been
    /// delivered nevertheless (RFC 1047): to send it again may deliver it twice.
    Lost {
        /// What was not answered.
        at: Step,
    },
    /// The caller gave up the message, or it held what must not be sent.
    Abandoned,
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
            Self::Accepted(reply) | Self::Refused { reply, .. } => Some(reply),
            Self::NotSent(_) | Self::Lost { .. } | Self::Abandoned | Self::Distrusted(_) => None,
        }
    }
}

/// The part of a session that an outcome is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The greeting, EHLO and STARTTLS, or waiting for another request.
    Session,
    /// AUTH.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA, before the message.
    Data,
    /// The message, before its end.
    Body,
    /// The end of the message.
    End,
    /// Another command.
    Command,
}

/// Why nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// The server does not offer what the request needs.
    #[error("the server does not offer {0}")]
    NotOffered(Extension),
    /// The server does not offer the mechanism.
    #[error("the server does not offer the mechanism")]
    MechanismNotOffered,
    /// Not without TLS: a mechanism that shows the password, or `REQUIRETLS`.
    #[error("not without TLS")]
    NeedsTls,
    /// The session is authenticated already (RFC 4954 §4).
    #[error("already authenticated")]
    AlreadyAuthenticated,
    /// The message is larger than the server takes (RFC 1870).
    #[error("message exceeds {max} octets")]
    TooBig {
        /// What the server takes.
        max: u64,
    },
    /// `BODY=BINARYMIME` needs BDAT (RFC 3030 §3).
    #[error("a binary message needs BDAT")]
    BinaryNeedsBdat,
    /// The envelope has no recipient.
    #[error("no recipient")]
    NoRecipient,
    /// The session has had as many transactions as the server allows: open another one (RFC 9422).
    #[error("no more than {max} transactions in a session")]
    TransactionLimit {
        /// What the server allows.
        max: u32,
    },
    /// More recipients than the server allows: split the message (RFC 9422).
    #[error("no more than {max} recipients")]
    RecipientLimit {
        /// What the server allows.
        max: u32,
    },
    /// Recipients in more domains than the server allows in a session: open another one (RFC 9422).
    #[error("no more than {max} recipient domains in a session")]
    DomainLimit {
        /// What the server allows.
        max: u32,
    },
    /// A parameter that had to be added does not fit in.
    #[error("{0}")]
    Params(ParseError),
    /// The session ended before it was the request's turn.
    #[error("the session is over")]
    SessionOver,
}
