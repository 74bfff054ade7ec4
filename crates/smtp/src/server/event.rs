//! What a client can do.
use bytes::Bytes;
use mailwire_core::Summary;
use mailwire_sasl::{Identity, Mechanism, server::Question};

use super::proxy::Proxied;
use crate::{
    Argument, Attributes, ClientName, DomainList, EtrnNode, ForwardPath, MailParams, ParseError,
    Quirks, RcptParams, Reply, ReversePath, Word,
};

/// What the client did.
///
/// The first group wants an answer: [`accept`](super::Server::accept),
/// [`reject`](super::Server::reject), [`reply`](super::Server::reply) or, for whatever the caller does
/// not care for, [`decline`](super::Server::decline). Until it has come the machine reads no further.
/// The second group only informs.
///
/// Texts and chunks are slices of what was read and keep the read buffer alive: `detach()` what is kept
/// for long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// EHLO, HELO or LHLO: the session starts, or starts over. To accept is to answer with what is
    /// offered.
    Hello {
        /// Which of the three.
        verb: HelloVerb,
        /// Who the client says it is.
        name: ClientName,
    },
    /// MAIL: a transaction starts.
    Mail {
        /// MAIL, or one of its historic sisters.
        verb: MailVerb,
        /// Where bounces go; [`ReversePath::Null`] for what must never bounce.
        from: ReversePath,
        /// The parameters, all of them offered.
        params: MailParams,
    },
    /// RCPT: a recipient.
    Rcpt {
        /// The recipient.
        to: ForwardPath,
        /// The parameters, all of them offered.
        params: RcptParams,
    },
    /// DATA, or the first BDAT: the message is about to come. At least one recipient was accepted.
    Data(Transfer),
    /// The message is complete. To accept it is to take the responsibility for it (RFC 5321 §4.2.5).
    ///
    /// In LMTP an answer is owed for every accepted recipient, in their order:
    /// [`reply`](super::Server::reply) answers one, `accept`, `reject` and `decline` all that are left.
    End(Summary),
    /// BURL (RFC 4468): a part of the message that the server fetches. To accept it is to have it;
    /// with `last`, to take the responsibility for the message too.
    Burl {
        /// The URL.
        url: Word,
        /// Whether the message ends with it.
        last: bool,
    },
    /// AUTH: start with [`authenticate`](super::Server::authenticate), or reject. The mechanism is
    /// offered, and allowed without TLS if there is none.
    Auth(Mechanism),
    /// The mechanism needs the caller's word. Besides the usual answers there are
    /// [`supply`](super::Server::supply), [`supply_scram`](super::Server::supply_scram) and
    /// [`accept_as`](super::Server::accept_as).
    Ask(Question),
    /// VRFY. Accepted or declined it is answered with 252.
    Vrfy {
        /// A user name or mailbox.
        name: Argument,
        /// Whether the answer may be in UTF-8 (RFC 6531 §3.7.4.2).
        smtputf8: bool,
    },
    /// EXPN. Declined it is answered with 502.
    Expn {
        /// The name of a list.
        name: Argument,
        /// Whether the answer may be in UTF-8 (RFC 6531 §3.7.4.2).
        smtputf8: bool,
    },
    /// HELP. Accepted or declined it is answered with the list of commands.
    Help(Option<Argument>),
    /// ETRN (RFC 1985): start to send what waits for this node.
    Etrn(EtrnNode),
    /// ATRN (RFC 2645): send what waits for these domains over this connection. Once accepted the
    /// machine closes with [`State::Turned`](super::State::Turned), and a client machine takes over.
    Atrn(DomainList),
    /// TURN (RFC 821), the same without authentication.
    Turn,
    /// XCLIENT (Postfix): what a trusted proxy knows of its client. To accept it is to start over.
    Xclient(Attributes),
    /// XFORWARD (Postfix): the same, for the log.
    Xforward(Attributes),
    /// A command that this crate does not know. Declined it is answered with 500.
    Unknown {
        /// The verb, as it was written.
        verb: Word,
        /// What follows the blank.
        argument: Option<Argument>,
    },
    /// Too many errors, or too many commands that do nothing. To accept is to let the client go on, to
    /// reject or decline is to close the session, with 421.
    Excess(Excess),

    /// A load balancer said for whom it speaks ([`Config::proxy_protocol`](super::Config::proxy_protocol)).
    Proxied(Proxied),
    /// The next octets of the message, dots unstuffed; never none.
    Chunk(Bytes),
    /// The client is authenticated; already answered.
    Authenticated(Identity),
    /// An authentication failed or was cancelled; already answered.
    AuthFailed(Mechanism),
    /// The message ended, was not wanted any more, and is already answered: too large, or with bare
    /// line ends that are refused. What came of it must be thrown away.
    Discarded {
        /// What the client was told.
        reply: Reply,
        /// What the message was like.
        summary: Summary,
    },
    /// A command that could not be understood or must not come now; already answered.
    Refused {
        /// What the client was told.
        reply: Reply,
        /// What was wrong with the line, if it was the line.
        error: Option<ParseError>,
    },
    /// The next event, or the command that was answered without one, departed from the grammar.
    Tolerated(Quirks),
    /// RSET: what the transaction brought so far must be thrown away; already answered.
    Reset,
    /// STARTTLS; already answered. What was learned so far must be forgotten (RFC 3207 §4.2).
    StartTls,
    /// QUIT; already answered.
    Quit,
}

/// Which command began the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "no fourth will come")]
pub enum HelloVerb {
    /// RFC 821: without extensions.
    Helo,
    /// RFC 5321.
    Ehlo,
    /// RFC 2033.
    Lhlo,
}

/// Which command began the transaction (RFC 821 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "no fifth will come")]
pub enum MailVerb {
    /// To the mailbox.
    Mail,
    /// To the terminal.
    Send,
    /// To the terminal, or else to the mailbox.
    Soml,
    /// To the terminal and to the mailbox.
    Saml,
}

/// How a message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the two ways that there are")]
pub enum Transfer {
    /// As dot-stuffed text.
    Data,
    /// In counted chunks, exactly as it is (RFC 3030).
    Bdat,
}

/// What there was too much of since the last message that was accepted, or since the caller let it pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Excess {
    /// Replies that said no, the caller's own included.
    Errors(u32),
    /// NOOP, RSET, VRFY, EXPN, HELP, ETRN.
    IdleCommands(u32),
}
