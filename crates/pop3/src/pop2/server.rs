//! The server's end of POP2.
//!
//! A [`Server`] owns the order of commands, the current message, the marks for deletion, and exact
//! lengths; what needs a mailbox is an [`Event`] that waits for [`reply`](Server::reply),
//! [`reject`](Server::reject) or the message.
//!
//! Messages are only marked by ACKD. What is to be deleted comes with [`Event::Fold`] or
//! [`Event::Quit`], and only with these: a session that ends in any other way deletes nothing.
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_pop3::pop2::{Reply, server::{Config, Event, Server}};
//!
//! let mailbox = ["Subject: one\r\n\r\nfirst\r\n", "Subject: two\r\n\r\nsecond\r\n"];
//! let mut config = Config::new("mx.example")?;
//! config.plaintext_auth_without_tls = true;
//! let mut server = Server::new(config);
//! server.handle_input("HELO fred secret\r\nREAD\r\nRETR\r\nACKD\r\nQUIT\r\n".into());
//! let mut said = Vec::new();
//! let mut deleted = Vec::new();
//! loop {
//!     match server.poll_output()? {
//!         Output::Event(Event::Hello { .. }) => server.reply(&Reply::count(2))?,
//!         Output::Event(Event::Size(message)) => {
//!             server.reply(&Reply::length(mailbox[message.get() as usize - 1].len() as u64))?;
//!         }
//!         Output::Event(Event::Retrieve { message, .. }) => {
//!             server.send_body(mailbox[message.get() as usize - 1].into())?;
//!             server.finish_body()?;
//!         }
//!         Output::Event(Event::Quit { expunge }) => {
//!             deleted = expunge;
//!             server.accept()?;
//!         }
//!         Output::Event(_) => server.decline(),
//!         Output::Transmit(bytes) => said.extend_from_slice(&bytes),
//!         _ => break,
//!     }
//! }
//! assert_eq!(
//!     String::from_utf8(said)?,
//!     "+ POP2 mx.example\r\n#2\r\n=23\r\nSubject: one\r\n\r\nfirst\r\n=24\r\n+ OK\r\n"
//! );
//! assert_eq!(deleted.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use alloc::{collections::VecDeque, sync::Arc};
use core::{fmt, time::Duration};

use bytes::{BufMut, Bytes};
use mailwire_core::{InputQueue, Machine, Output, OutputQueue};

pub use config::Config;
pub use event::{Event, Refusal};

use crate::Error;
use mailbox::Mailbox;

mod answer;
mod command;
mod config;
mod event;
mod mailbox;

/// The server's end of one session.
///
/// Call [`poll_output`](Self::poll_output) until it says to read or to close; answer events on the way;
/// hand in what was read with [`handle_input`](Self::handle_input).
pub struct Server {
    config: Arc<Config>,
    input: InputQueue,
    output: OutputQueue,
    phase: Phase,
    /// What the caller owes, once all events have been handed out.
    pending: Option<Pending>,
    events: VecDeque<Event>,
    mailbox: Mailbox,
    eof: bool,
}

/// Where a session is: the states of the RFC's diagram, less the one before the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// `AUTH`: HELO is due.
    Authorization,
    /// `MBOX`: a mailbox is open.
    Mailbox,
    /// `ITEM`: a message is chosen.
    Item,
    /// The message is being sent.
    Transfer,
    /// `NEXT`: it was sent, and an acknowledgement is due.
    Next,
    /// `DONE`: the session is over.
    Closed,
    /// The session failed.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Auth,
    Mbox,
    /// The current message has so many octets.
    Item {
        size: u64,
    },
    /// Of these octets so many are left to be sent.
    Transfer {
        size: u64,
        left: u64,
    },
    Next {
        size: u64,
    },
    Done,
    Failed(Error),
}

/// What the caller owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    Hello,
    Fold,
    Size,
    Body,
    Quit,
}

impl Server {
    /// Starts a session and greets the client.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        let config = config.into();
        let mut output = OutputQueue::default();
        output.encode(|out| {
            out.put_slice(b"+ POP2 ");
            out.put_slice(config.host().as_bytes());
            if !config.greeting.is_empty() {
                out.put_u8(b' ');
                out.put_slice(config.greeting.as_str().as_bytes());
            }
            out.put_slice(b"\r\n");
        });
        Self {
            config,
            input: InputQueue::default(),
            output,
            phase: Phase::Auth,
            pending: None,
            events: VecDeque::new(),
            mailbox: Mailbox::default(),
            eof: false,
        }
    }

    /// Takes bytes from the client. Stores them, parses nothing, never fails.
    pub fn handle_input(&mut self, input: Bytes) {
        if !self.is_over() {
            self.input.push(input);
        }
    }

    /// Takes note that the client sends no more.
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
            let owed = self.output.len() >= self.config.limits.owed.max(1);
            if self.pending.is_some() || owed || !self.read_command() {
                break;
            }
        }
        if let Some(bytes) = self.output.take() {
            return Ok(Output::Transmit(bytes));
        }
        match self.phase {
            Phase::Failed(error) => Err(error),
            Phase::Done => Ok(Output::Closed),
            _ if self.pending.is_some() => Ok(Output::YourTurn),
            _ => Ok(Output::NeedInput),
        }
    }

    /// POP2 knows no other layer: always [`Error::Misuse`].
    pub fn upgraded(&mut self) -> Result<(), Error> {
        Err(Error::Misuse)
    }

    /// How long to wait for the client: what the RFC calls T2, as the
    /// [configuration](Config::command_timeout) has it. When it is over,
    /// [`send`](Self::send) [`Reply::TIMED_OUT`](super::Reply::TIMED_OUT).
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.config.command_timeout
    }

    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Auth => State::Authorization,
            Phase::Mbox => State::Mailbox,
            Phase::Item { .. } => State::Item,
            Phase::Transfer { .. } => State::Transfer,
            Phase::Next { .. } => State::Next,
            Phase::Done => State::Closed,
            Phase::Failed(_) => State::Failed,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Done | Phase::Failed(_))
    }

    fn end(&mut self, phase: Phase) {
        self.phase = phase;
        self.pending = None;
        self.input.clear();
        self.mailbox = Mailbox::default();
    }
}

/// Shows the state, and nothing of what was read: that can be a password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("phase", &self.phase)
            .field("pending", &self.pending)
            .field("mailbox", &self.mailbox)
            .finish_non_exhaustive()
    }
}

impl Machine for Server {
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
