//! The client's end of SMTP and LMTP ([RFC 5321], [RFC 2033]).
//!
//! A [`Client`] greets, asks for TLS as its [`Config`] says, and then does what it was asked by
//! [`send`](Client::send), one request after the other: messages, AUTH, other commands. Whatever the
//! server does, each request has exactly one outcome, and each recipient too.
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_smtp::{Command, Mailbox, client::{Client, Config, Envelope, Event, TlsPolicy}};
//!
//! let mut config = Config::new("client.example")?;
//! config.tls = TlsPolicy::Never; // this server is our neighbour
//! let mut client = Client::new(config);
//! let envelope = Envelope::new(Mailbox::new("a", "client.example")?)
//!     .with_recipient(Mailbox::new("b", "mx.example")?);
//! client.send(envelope)?;
//! client.send(Command::Quit)?;
//!
//! // What a server might say, each line in answer to what was sent before.
//! let mut server = [
//!     "220 mx.example ESMTP\r\n", "250 mx.example\r\n", "250 Ok\r\n", "250 Ok\r\n", "354 Go\r\n",
//!     "250 Queued\r\n", "221 Bye\r\n",
//! ].into_iter();
//! let mut sent = Vec::new();
//! let mut accepted = 0;
//! loop {
//!     match client.poll_output()? {
//!         Output::Event(Event::SendBody(_)) => {
//!             client.send_body("Subject: hi\n\n.".into())?;
//!             client.finish_body()?;
//!         }
//!         Output::Event(Event::Recipient { outcome, .. }) => {
//!             accepted += u32::from(outcome.is_accepted());
//!         }
//!         Output::Event(_) => {}
//!         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
//!         Output::NeedInput => client.handle_input(server.next().unwrap().into()),
//!         Output::YourTurn | Output::Upgrade(_) => unreachable!(),
//!         Output::Closed => break,
//!     }
//! }
//! assert_eq!(accepted, 1);
//! assert!(sent.starts_with(b"EHLO client.example\r\nMAIL FROM:<a@client.example>\r\n"));
//! assert!(sent.ends_with(b"Subject: hi\r\n\r\n..\r\n.\r\nQUIT\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321
//! [RFC 2033]: https://www.rfc-editor.org/rfc/rfc2033
use alloc::{
    boxed::Box,
    collections::{BTreeSet, VecDeque},
    string::String,
    sync::Arc,
};
use core::time::Duration;

use bytes::Bytes;
use mailwire_core::{InputQueue, Machine, Output, OutputQueue, Upgrade};

pub use config::{Config, TlsPolicy};
pub use event::{Event, NotSent, Outcome, Step};
pub use request::{Envelope, Request, RequestId};
pub use state::State;

use crate::{Capabilities, Command, Error, server::HelloVerb};
use auth::Attempt;
use transaction::Transaction;

mod auth;
mod body;
mod check;
mod config;
mod end;
mod event;
mod request;
mod session;
mod state;
mod transaction;

/// The client's end of one session.
///
/// Ask for something with [`send`](Self::send) at any time; call [`poll_output`](Self::poll_output)
/// until it says to read or to close; hand in what was read with [`handle_input`](Self::handle_input).
/// When [`Event::SendBody`] came it is the caller's turn to send the message.
///
/// If writing fails, read what is left, hand it in, then call [`handle_eof`](Self::handle_eof): the
/// server may have said why.
pub struct Client {
    config: Arc<Config>,
    input: InputQueue,
    output: OutputQueue,
    phase: Phase,
    session: Session,
}

/// What outlives a request.
#[derive(Default)]
struct Session {
    offers: Box<Capabilities>,
    tls: bool,
    authenticated: bool,
    eof: bool,
    /// MAIL was accepted, and RSET has to come before the next.
    open_transaction: bool,
    transactions: u32,
    last_id: u32,
    requests: VecDeque<(RequestId, Request)>,
    events: VecDeque<Event>,
    /// The recipients' domains so far, kept only if their number is limited (RFC 9422 §4.3).
    domains: BTreeSet<String>,
}

/// Where the session is. But for `Idle` and what follows `Transaction`, a reply is due.
enum Phase {
    Greeting,
    Hello(HelloVerb),
    StartTls,
    /// 220 was said to STARTTLS.
    Upgrading,
    /// Ready for the next request.
    Idle,
    /// RSET was sent before the next request.
    Resetting,
    Auth(Box<Attempt>),
    Transaction(Box<Transaction>),
    Command {
        id: RequestId,
        then: Then,
    },
    Closed,
    Failed(Error),
}

/// What follows the reply to a command.
#[derive(Clone, Copy)]
enum Then {
    GoOn,
    StartOver,
    Close,
}

impl Client {
    /// Starts a session on a connection that is established: by waiting for the greeting.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        let config = config.into();
        let session = Session { tls: config.implicit_tls, ..Session::default() };
        Self {
            config,
            input: InputQueue::default(),
            output: OutputQueue::default(),
            phase: Phase::Greeting,
            session,
        }
    }

    /// Asks for something, behind everything that was asked for before.
    ///
    /// It is misuse once the session is over, or if the command is not one that can stand alone.
    ///
    /// ```
    /// use mailwire_smtp::{Command, Error, client::{Client, Config}};
    ///
    /// let mut client = Client::new(Config::new("client.example")?);
    /// client.send(Command::Noop(None))?;
    /// assert_eq!(client.send(Command::Data), Err(Error::Misuse));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&mut self, request: impl Into<Request>) -> Result<RequestId, Error> {
        let request = request.into();
        match &self.phase {
            Phase::Closed => return Err(Error::Misuse),
            Phase::Failed(error) => return Err(*error),
            _ if !stands_alone(&request) => return Err(Error::Misuse),
            _ => {}
        }
        self.session.last_id = self.session.last_id.wrapping_add(1);
        let id = RequestId(self.session.last_id);
        self.session.requests.push_back((id, request));
        Ok(id)
    }

    /// Sends a piece of the message. By BDAT each piece is a chunk, and goes when the next one is there
    /// or the message is finished.
    ///
    /// It is misuse before [`Event::SendBody`] and after [`Event::Done`], which comes early if the
    /// server refuses a chunk. A bare CR or LF that the configuration refuses ends the session: there
    /// is no other way not to send the rest.
    pub fn send_body(&mut self, octets: Bytes) -> Result<(), Error> {
        self.body()?;
        self.with_body(|transaction, output| transaction.send_body(octets, output))
    }

    /// Ends the message.
    pub fn finish_body(&mut self) -> Result<(), Error> {
        self.body()?;
        self.with_body(Transaction::finish_body)
    }

    /// Gives up the message that is being sent.
    ///
    /// A message that goes by DATA cannot be given up but by closing the connection: the session is
    /// over then. One that goes by BDAT can.
    pub fn abandon_body(&mut self) -> Result<(), Error> {
        let transaction = self.body()?;
        if transaction.is_data() {
            self.end_request(Outcome::Abandoned);
            self.close();
        } else if let Phase::Transaction(transaction) = &mut self.phase {
            transaction.abandon(&mut self.session.events);
            self.finish_transaction();
        }
        Ok(())
    }

    /// What the server offers, as far as it has been asked.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.session.offers
    }

    /// Whether the connection is under TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.session.tls
    }

    /// Takes bytes from the server.
    pub fn handle_input(&mut self, input: Bytes) {
        if !matches!(self.phase, Phase::Closed | Phase::Failed(_)) {
            self.input.push(input);
        }
    }

    /// Takes note that the server sends no more.
    pub fn handle_eof(&mut self) {
        self.session.eof = true;
    }

    /// Says what to do next.
    pub fn poll_output(&mut self) -> Result<Output<Event>, Error> {
        loop {
            if let Some(event) = self.session.events.pop_front() {
                return Ok(Output::Event(event));
            }
            if !self.advance() {
                break;
            }
        }
        if self.session.events.capacity() > 0 {
            self.session.events = VecDeque::new();
        }
        if let Some(bytes) = self.output.take() {
            return Ok(Output::Transmit(bytes));
        }
        match &self.phase {
            Phase::Failed(error) => Err(*error),
            Phase::Closed => Ok(Output::Closed),
            Phase::Upgrading => Ok(Output::Upgrade(Upgrade::Tls)),
            Phase::Transaction(transaction) if transaction.wants_body() => Ok(Output::YourTurn),
            _ => Ok(Output::NeedInput),
        }
    }

    /// Reports that TLS is in place. The session starts over: nothing that was learned before counts.
    pub fn upgraded(&mut self) -> Result<(), Error> {
        match &self.phase {
            Phase::Failed(error) => return Err(*error),
            Phase::Upgrading if self.output.is_empty() => {}
            _ => return Err(Error::Misuse),
        }
        if !self.input.is_empty() {
            self.fail(Error::PlaintextAfterStartTls);
            return Err(Error::PlaintextAfterStartTls);
        }
        self.session.tls = true;
        *self.session.offers = Capabilities::default();
        self.send_hello(if self.config.is_lmtp() { HelloVerb::Lhlo } else { HelloVerb::Ehlo });
        Ok(())
    }

    /// The transaction, if the caller may go on with its message.
    fn body(&self) -> Result<&Transaction, Error> {
        let announced = |event: &Event| matches!(event, Event::SendBody(_));
        match &self.phase {
            // Not before the caller has seen that it is due.
            Phase::Transaction(_) if self.session.events.iter().any(announced) => {
                Err(Error::Misuse)
            }
            Phase::Transaction(transaction) if transaction.takes_body() => Ok(transaction),
            Phase::Failed(error) => Err(*error),
            _ => Err(Error::Misuse),
        }
    }

    fn with_body(
        &mut self,
        act: impl FnOnce(&mut Transaction, &mut OutputQueue) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Phase::Transaction(transaction) = &mut self.phase else { return Err(Error::Misuse) };
        let result = act(transaction, &mut self.output);
        if let Err(error) = result {
            // The server must never see the end of it.
            self.end_request(Outcome::Abandoned);
            self.fail(error);
        }
        result
    }
}

/// Whether the machine can send it without losing track of the session.
fn stands_alone(request: &Request) -> bool {
    let Request::Command(command) = request else { return true };
    matches!(
        command,
        Command::Rset
            | Command::Noop(_)
            | Command::Vrfy { .. }
            | Command::Expn { .. }
            | Command::Help(_)
            | Command::Etrn(_)
            | Command::Xclient(_)
            | Command::Xforward(_)
            | Command::Unknown { .. }
            | Command::Quit
    )
}

impl Machine for Client {
    type Event = Event;
    type Error = Error;

    fn handle_input(&mut self, input: Bytes) {
        self.handle_input(input);
    }

    fn handle_eof(&mut self) {
        self.handle_eof();
    }

    fn poll_output(&mut self) -> Result<Output<Event>, Error> {
        self.poll_output()
    }

    fn upgraded(&mut self) -> Result<(), Error> {
        self.upgraded()
    }

    fn timeout(&self) -> Duration {
        self.timeout()
    }
}
