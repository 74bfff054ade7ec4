//! The client's end of POP2.
//!
//! A [`Client`] waits for the greeting and then does what it was asked by [`send`](Client::send), one
//! command after the other, as POP2 has no pipelining. Whatever the server does, each command has
//! exactly one [`Outcome`], and in their order. A command that would be out of place when its turn comes is not sent, RETR of
//! an empty message among them; so a session can be asked for in advance.
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_pop3::pop2::{Acknowledgement, Command, client::{Client, Config, Event}};
//!
//! let mut config = Config::default();
//! config.plaintext_auth_without_tls = true; // this server is our neighbour
//! let mut client = Client::new(config);
//! client.send(Command::helo("fred", "secret")?)?;
//! client.send(Command::Read(Some(13)))?;
//! client.send(Command::Retr)?;
//! client.send(Command::Acknowledge(Acknowledgement::Save))?;
//! client.send(Command::Quit)?;
//!
//! // What a server might say, each in answer to what was sent before.
//! let mut server = [
//!     "+ POP2 mx.example\r\n", "#13 messages for you\r\n", "=11 characters\r\n", "the message",
//!     "=0 no more messages\r\n", "+ OK\r\n",
//! ].into_iter();
//! let mut message = Vec::new();
//! loop {
//!     match client.poll_output()? {
//!         Output::Event(Event::Chunk(octets)) => message.extend_from_slice(&octets),
//!         Output::Event(Event::Done { outcome, .. }) => assert!(outcome.is_accepted()),
//!         Output::Event(_) => {}
//!         Output::Transmit(bytes) => println!("{bytes:?}"),
//!         Output::NeedInput => client.handle_input(server.next().unwrap().into()),
//!         _ => break,
//!     }
//! }
//! assert_eq!(message, b"the message");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use alloc::{collections::VecDeque, sync::Arc};
use core::{fmt, time::Duration};

use bytes::{Bytes, BytesMut};
use mailwire_core::{InputQueue, Limits, Machine, Output, OutputQueue};

pub use event::{Event, NotSent, Outcome, RequestId};

use super::{Command, limits};
use crate::{Error, Quirks};

mod event;
mod session;

/// How a client is set up.
///
/// ```
/// use std::time::Duration;
/// use mailwire_pop3::pop2::client::Config;
///
/// let mut config = Config::default();
/// config.reply_timeout = Duration::from_secs(30);
/// assert_eq!(config.limits.line, 512);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// How long to wait for a reply, and for each piece of a message, T1 of the RFC: two minutes by
    /// default. Never zero.
    pub reply_timeout: Duration,
    /// Whether the connection is under TLS, which POP2 itself knows nothing of.
    pub implicit_tls: bool,
    /// Whether HELO, which shows the password, may be sent without TLS; it may not by default.
    pub plaintext_auth_without_tls: bool,
    /// What of the grammar may be broken: everything by default, which here is bare LF.
    pub tolerated: Quirks,
    /// The framing limits: lines of 512 octets by default (RFC 937, Sizes). Commands keep to them too.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reply_timeout: Duration::from_secs(120),
            implicit_tls: false,
            plaintext_auth_without_tls: false,
            tolerated: Quirks::ALL,
            limits: limits(),
        }
    }
}

/// The client's end of one session.
///
/// Ask for something with [`send`](Self::send) at any time; call [`poll_output`](Self::poll_output)
/// until it says to read or to close; hand in what was read with [`handle_input`](Self::handle_input).
///
/// To leave a message that is being received there is only one way: to close the connection. Nothing is
/// deleted then.
pub struct Client {
    config: Arc<Config>,
    input: InputQueue,
    output: OutputQueue,
    phase: Phase,
    /// The command that waits for its reply.
    current: Option<(RequestId, Command)>,
    requests: VecDeque<(RequestId, Command)>,
    events: VecDeque<Event>,
    last_id: u32,
    eof: bool,
}

/// Where a session is: the states of the RFC's diagram, and those in which nothing is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// `CALL`: the greeting is due.
    Greeting,
    /// It is the caller's turn to ask for something.
    Ready,
    /// `NMBR`: the number of messages is due.
    Count,
    /// `SIZE`: the length of a message is due.
    Length,
    /// `XFER`: the message is due.
    Transfer,
    /// `EXIT`: QUIT was sent.
    Exit,
    /// Over.
    Closed,
    /// Over, because of an error.
    Failed,
}

/// Where the server is in its diagram, as far as was heard from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Greeting,
    Auth,
    Mbox,
    /// The current message has so many octets.
    Item {
        size: u64,
    },
    /// Of these octets so many are still to come.
    Transfer {
        size: u64,
        left: u64,
    },
    Next,
    /// QUIT was sent, because it was asked for or because of this error.
    Exit(Option<Error>),
    Closed,
    Failed(Error),
}

impl Client {
    /// Starts a session on a connection that is established: by waiting for the greeting.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        Self {
            config: config.into(),
            input: InputQueue::default(),
            output: OutputQueue::default(),
            phase: Phase::Greeting,
            current: None,
            requests: VecDeque::new(),
            events: VecDeque::new(),
            last_id: 0,
            eof: false,
        }
    }

    /// Asks for something, behind everything that was asked for before.
    ///
    /// It is misuse once QUIT was sent or the session is over, and if the command is longer than a line
    /// may be.
    ///
    /// ```
    /// use mailwire_pop3::{Error, pop2::{Command, client::{Client, Config}}};
    ///
    /// let mut client = Client::new(Config::default());
    /// client.send(Command::helo("fred", "secret")?)?;
    /// let long = Command::fold(&"x".repeat(600))?;
    /// assert_eq!(client.send(long), Err(Error::Misuse));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&mut self, command: Command) -> Result<RequestId, Error> {
        match self.phase {
            Phase::Exit(_) | Phase::Closed => return Err(Error::Misuse),
            Phase::Failed(error) => return Err(error),
            _ => {}
        }
        let mut wire = BytesMut::new();
        command.encode(&mut wire);
        if wire.len() > self.config.limits.line {
            return Err(Error::Misuse);
        }
        self.last_id = self.last_id.wrapping_add(1);
        let id = RequestId(self.last_id);
        self.requests.push_back((id, command));
        Ok(id)
    }

    /// Gives up waiting, when [`timeout`](Self::timeout) is over: the command that waits is lost, and the
    /// client says QUIT and closes at the next input; if it has said so before, at once.
    ///
    /// It is misuse while nothing is waited for.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::pop2::client::{Client, Config};
    ///
    /// let mut client = Client::new(Config::default());
    /// client.timed_out()?; // no greeting
    /// assert_eq!(client.poll_output()?, Output::Transmit("QUIT\r\n".into()));
    /// assert_eq!(client.poll_output()?, Output::NeedInput);
    /// client.timed_out()?;
    /// assert_eq!(client.poll_output()?, Output::Closed);
    /// # Ok::<(), mailwire_pop3::Error>(())
    /// ```
    pub fn timed_out(&mut self) -> Result<(), Error> {
        match self.phase {
            Phase::Exit(error) => self.finish(error),
            Phase::Greeting => self.quit(None),
            _ if self.current.is_some() => self.quit(None),
            _ => return Err(Error::Misuse),
        }
        Ok(())
    }

    /// Takes bytes from the server. Stores them, parses nothing, never fails.
    pub fn handle_input(&mut self, input: Bytes) {
        if !self.is_over() {
            self.input.push(input);
        }
    }

    /// Takes note that the server sends no more.
    pub fn handle_eof(&mut self) {
        self.eof = true;
    }

    /// Says what to do next.
    pub fn poll_output(&mut self) -> Result<Output<Event>, Error> {
        loop {
            if let Some(event) = self.events.pop_front() {
                if self.events.is_empty() {
                    self.events = VecDeque::new();
                }
                return Ok(Output::Event(event));
            }
            if !self.advance() {
                break;
            }
        }
        if let Some(bytes) = self.output.take() {
            return Ok(Output::Transmit(bytes));
        }
        match self.phase {
            Phase::Failed(error) => Err(error),
            Phase::Closed => Ok(Output::Closed),
            _ => Ok(Output::NeedInput),
        }
    }

    /// POP2 knows no other layer: always [`Error::Misuse`].
    pub fn upgraded(&mut self) -> Result<(), Error> {
        Err(Error::Misuse)
    }

    /// How long to wait for the server: what the RFC calls T1, as the
    /// [configuration](Config::reply_timeout) has it. When it is over, call
    /// [`timed_out`](Self::timed_out).
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.config.reply_timeout
    }

    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match (self.phase, &self.current) {
            (Phase::Greeting, _) => State::Greeting,
            (Phase::Exit(_), _) => State::Exit,
            (Phase::Closed, _) => State::Closed,
            (Phase::Failed(_), _) => State::Failed,
            (Phase::Transfer { .. }, _) => State::Transfer,
            (_, None) => State::Ready,
            (_, Some((_, Command::Helo { .. } | Command::Fold(_)))) => State::Count,
            (_, Some(_)) => State::Length,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Closed | Phase::Failed(_))
    }
}

/// Shows the state, and nothing of what is on the way: that can be a password.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("phase", &self.phase)
            .field("current", &self.current.as_ref().map(|(_, command)| command.verb()))
            .field("waiting", &self.requests.len())
            .finish_non_exhaustive()
    }
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
