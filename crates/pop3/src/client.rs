//! The client's end of POP3 ([RFC 1939], [RFC 2449], [RFC 2595], [RFC 5034], [RFC 6856]).
//!
//! A [`Client`] waits for the greeting, asks what the server offers, asks for TLS as its [`Config`] says,
//! and then does what it was asked by [`send`](Client::send): first of all to [log in](Login), then
//! commands, pipelined where the server offers that. Whatever the server does, each request has exactly
//! one outcome.
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_pop3::{Command, MessageNumber};
//! use mailwire_pop3::client::{Client, Config, Event, Login, TlsPolicy};
//!
//! let mut config = Config::default();
//! config.tls = TlsPolicy::Never; // this server is our neighbour
//! config.plaintext_auth_without_tls = true;
//! let mut client = Client::new(config);
//! client.send(Login::password("mrose", "tanstaaf", "a fresh nonce")?)?;
//! let retr = client.send(Command::Retr(MessageNumber::FIRST))?;
//! client.send(Command::Quit)?;
//!
//! // What a server might say, each piece in answer to what was sent before.
//! let mut server = [
//!     "+OK POP3 server ready\r\n",
//!     "+OK\r\nUSER\r\nUIDL\r\n.\r\n",
//!     "+OK\r\n",
//!     "+OK mrose's maildrop has 1 message\r\n",
//!     "+OK\r\nUSER\r\nUIDL\r\n.\r\n",
//!     "+OK 21 octets\r\nSubject: hi\r\n\r\n..\r\n.\r\n",
//!     "+OK dewey POP3 server signing off\r\n",
//! ].into_iter();
//! let (mut sent, mut message, mut whole) = (Vec::new(), Vec::new(), false);
//! loop {
//!     match client.poll_output()? {
//!         Output::Event(Event::Chunk { octets, .. }) => message.extend_from_slice(&octets),
//!         Output::Event(Event::Done { request, outcome }) if request == retr => {
//!             whole = outcome.is_accepted();
//!         }
//!         Output::Event(_) => {}
//!         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
//!         Output::NeedInput => client.handle_input(server.next().unwrap().into()),
//!         Output::YourTurn | Output::Upgrade(_) => unreachable!(),
//!         Output::Closed => break,
//!     }
//! }
//! assert_eq!(sent, b"CAPA\r\nUSER mrose\r\nPASS tanstaaf\r\nCAPA\r\nRETR 1\r\nQUIT\r\n");
//! assert_eq!((message, whole), (b"Subject: hi\r\n\r\n.\r\n".to_vec(), true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 1939]: https://www.rfc-editor.org/rfc/rfc1939
//! [RFC 2449]: https://www.rfc-editor.org/rfc/rfc2449
//! [RFC 2595]: https://www.rfc-editor.org/rfc/rfc2595
//! [RFC 5034]: https://www.rfc-editor.org/rfc/rfc5034
//! [RFC 6856]: https://www.rfc-editor.org/rfc/rfc6856
use alloc::{boxed::Box, collections::VecDeque, sync::Arc};
use core::time::Duration;

use bytes::Bytes;
use mailwire_core::{InputQueue, Machine, Output, OutputQueue, Upgrade};

pub use config::{Config, EndOfText, TlsPolicy};
pub use event::{Event, Item, NotSent, Outcome};
pub use request::{Login, Method, Request, RequestId};
pub use state::State;

use crate::{Capabilities, Command, Error, MAX_COMMAND_LINE, Timestamp};
use answer::{Due, Form};
use login::Attempt;
use reading::Text;
use session::Asking;

mod answer;
mod auth;
mod config;
mod end;
mod event;
mod login;
mod reading;
mod request;
mod session;
mod state;
mod text;

/// The client's end of one session.
///
/// Ask for something with [`send`](Self::send) at any time; call [`poll_output`](Self::poll_output)
/// until it says to read or to close; hand in what was read with [`handle_input`](Self::handle_input).
/// It is never the caller's turn.
///
/// If writing fails, read what is left, hand it in, then call [`handle_eof`](Self::handle_eof): the
/// server may have said why.
///
/// Deleted messages are gone only if QUIT was accepted. A session that ends in any other way deletes
/// nothing (RFC 1939 §6).
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
    /// Whether the server knows CAPA.
    capa: bool,
    /// What APOP is to answer.
    timestamp: Option<Timestamp>,
    tls: bool,
    logged_in: bool,
    /// Some message is marked as deleted.
    deleted: bool,
    eof: bool,
    last_id: u32,
    requests: VecDeque<(RequestId, Request)>,
    /// The commands that were sent and not answered, in their order.
    due: VecDeque<Due>,
    /// What is being read of the answer to the first of them.
    text: Option<Box<Text>>,
    events: VecDeque<Event>,
}

/// Where the session is. But for `Upgrading`, and `Open` with nothing due, an answer is awaited.
enum Phase {
    Greeting,
    Capa(Asking),
    Stls,
    /// `+OK` was said to STLS.
    Upgrading,
    Login(Box<Attempt>),
    /// Ready for requests.
    Open,
    Closed,
    Failed(Error),
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
    /// It is misuse once the session is over; if the command is not one that can stand alone: USER, PASS,
    /// APOP, AUTH and RPOP are for a [`Login`], STLS for the [`Config`]; or if it is longer than a command
    /// may be, 255 octets (RFC 2449 §4).
    ///
    /// ```
    /// use mailwire_pop3::{Command, Error, client::{Client, Config}};
    ///
    /// let mut client = Client::new(Config::default());
    /// client.send(Command::Noop)?;
    /// assert_eq!(client.send(Command::Stls), Err(Error::Misuse));
    /// # Ok::<(), Error>(())
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

    /// Whether somebody is logged in.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        self.session.logged_in
    }

    /// How many requests have no outcome yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        let login = usize::from(matches!(self.phase, Phase::Login(_)));
        self.session.requests.len() + self.session.due.len() + login
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
    // Inlined, so that the entries of a long listing are built where they are used.
    #[inline]
    pub fn poll_output(&mut self) -> Result<Output<Event>, Error> {
        match self.plain_entry() {
            Some(entry) => Ok(entry),
            None => self.next_output(),
        }
    }

    fn next_output(&mut self) -> Result<Output<Event>, Error> {
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
            Phase::Greeting | Phase::Capa(_) | Phase::Stls | Phase::Login(_) | Phase::Open => {
                Ok(Output::NeedInput)
            }
        }
    }

    /// Reports that TLS is in place. The session starts over: nothing that was learned before counts.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::client::{Client, Config};
    ///
    /// let mut client = Client::new(Config::default());
    /// let mut server = ["+OK ready\r\n", "+OK\r\nSTLS\r\n.\r\n", "+OK begin\r\n"].into_iter();
    /// let mut sent = Vec::new();
    /// loop {
    ///     match client.poll_output()? {
    ///         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
    ///         Output::NeedInput => match server.next() {
    ///             Some(said) => client.handle_input(said.into()),
    ///             None => break,
    ///         },
    ///         Output::Upgrade(_) => client.upgraded()?, // after the handshake
    ///         _ => {}
    ///     }
    /// }
    /// assert!(client.is_tls());
    /// assert_eq!(sent, b"CAPA\r\nSTLS\r\nCAPA\r\n");
    /// # Ok::<(), mailwire_pop3::Error>(())
    /// ```
    pub fn upgraded(&mut self) -> Result<(), Error> {
        match &self.phase {
            Phase::Failed(error) => return Err(*error),
            Phase::Upgrading if self.output.is_empty() => {}
            _ => return Err(Error::Misuse),
        }
        if !self.input.is_empty() {
            self.fail(Error::PlaintextAfterStls);
            return Err(Error::PlaintextAfterStls);
        }
        self.session.tls = true;
        self.session.timestamp = None;
        self.session.capa = false;
        *self.session.offers = Capabilities::default();
        self.ask(Asking::UnderTls);
        Ok(())
    }
}

/// Whether the machine can send it without losing track of the session.
fn stands_alone(request: &Request) -> bool {
    let command = match request {
        Request::Login(_) | Request::Auth(_) => return true,
        Request::Command(command) => command,
        Request::Lines(command) if matches!(command, Command::Unknown { .. }) => command,
        // Of the others it is known what they are answered with.
        Request::Lines(_) => return false,
    };
    let mut line = bytes::BytesMut::new();
    command.encode(&mut line);
    Form::of(command).is_some() && line.len() <= MAX_COMMAND_LINE
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
