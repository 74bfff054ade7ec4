//! What a client can be asked to do.
use alloc::{boxed::Box, vec::Vec};

use mailwire_sasl::client::Exchange;

use crate::{
    BodyType, Command, ForwardPath, MailParam, MailParams, ParseError, RcptParams, ReversePath,
    server::Transfer,
};

/// Which request an event is about: what [`Client::send`](super::Client::send) returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(super) u32);

/// Something for the client to do when it is its turn.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request {
    /// Authenticate, by an exchange that is not used for anything else (RFC 4954).
    Auth(Box<Exchange>),
    /// Send a message.
    Message(Box<Envelope>),
    /// Send a command that has one reply: RSET, NOOP, VRFY, EXPN, HELP, ETRN, XCLIENT, XFORWARD, QUIT or
    /// one that this crate does not know.
    Command(Command),
}

impl From<Exchange> for Request {
    fn from(exchange: Exchange) -> Self {
        Self::Auth(Box::new(exchange))
    }
}

impl From<Envelope> for Request {
    fn from(envelope: Envelope) -> Self {
        Self::Message(Box::new(envelope))
    }
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self::Command(command)
    }
}

/// Who sends a message, to whom, and how; not the message itself.
///
/// ```
/// use mailwire_smtp::{BodyType, Mailbox, client::Envelope, server::Transfer};
///
/// let envelope = Envelope::new(Mailbox::new("alice", "example.org")?)
///     .with_recipient(Mailbox::new("bob", "example.net")?)
///     .with_size(40_000)
///     .with_body(BodyType::BinaryMime)?
///     .with_transfer(Transfer::Bdat);
/// assert_eq!(envelope.params.to_string(), "BODY=BINARYMIME");
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// Where bounces go.
    pub from: ReversePath,
    /// The parameters of MAIL: all of them have to be offered, or nothing is sent. `SMTPUTF8` is added
    /// where an address needs it.
    pub params: MailParams,
    /// The recipients, with the parameters of RCPT.
    pub recipients: Vec<(ForwardPath, RcptParams)>,
    /// Whether the message goes by DATA or BDAT; DATA by default.
    pub transfer: Transfer,
    /// About how large the message is: held against the offer, and told if `SIZE` is offered.
    pub size: Option<u64>,
}

impl Envelope {
    /// An envelope without recipients.
    pub fn new(from: impl Into<ReversePath>) -> Self {
        Self {
            from: from.into(),
            params: MailParams::default(),
            recipients: Vec::new(),
            transfer: Transfer::Data,
            size: None,
        }
    }

    /// Adds a recipient.
    #[must_use]
    pub fn with_recipient(self, to: impl Into<ForwardPath>) -> Self {
        self.with_recipient_params(to, RcptParams::default())
    }

    /// Adds a recipient with parameters.
    #[must_use]
    pub fn with_recipient_params(mut self, to: impl Into<ForwardPath>, params: RcptParams) -> Self {
        self.recipients.push((to.into(), params));
        self
    }

    /// Sets the parameters of MAIL.
    #[must_use]
    pub fn with_params(mut self, params: MailParams) -> Self {
        self.params = params;
        self
    }

    /// Declares what the message holds (RFC 6152, RFC 3030); an error if that was done before.
    pub fn with_body(mut self, body: BodyType) -> Result<Self, ParseError> {
        self.params.push(&MailParam::Body(body))?;
        Ok(self)
    }

    /// Chooses DATA or BDAT.
    #[must_use]
    pub fn with_transfer(mut self, transfer: Transfer) -> Self {
        self.transfer = transfer;
        self
    }

    /// Declares the size of the message, in octets (RFC 1870).
    #[must_use]
    pub fn with_size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }
}
