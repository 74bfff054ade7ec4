//! The server's end of POP3 ([RFC 1939]).
//!
//! ```text
//!  AUTHORIZATION ──USER PASS, APOP, AUTH──► TRANSACTION ──QUIT──► UPDATE ──► closed
//!       └───────────── QUIT, lost ─────────────┴──── lost: nothing is deleted ──►
//! ```
//!
//! A [`Server`] reads what a client sends, refuses what must not be, and turns the rest into
//! [`Event`]s. It owns everything that can be got wrong without a policy: framing, the states, message
//! numbers and which of them are deleted, dot-stuffing, limits, what is forgotten at STLS. What needs a
//! policy or the maildrop is an event that waits for an answer.
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_pop3::server::{Config, Event, Maildrop, Server};
//!
//! let messages = ["Subject: hi\n\n.\n"];
//! let mut config = Config::new("POP3 server ready")?;
//! config.plaintext_auth_without_tls = true;
//! let mut server = Server::new(config);
//! server.handle_input("USER mrose\r\nPASS tanstaaf\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n".into());
//! let mut said = Vec::new();
//! loop {
//!     match server.poll_output()? {
//!         Output::Event(Event::Pass { password, .. })
//!             if password.secret().as_bytes() == b"tanstaaf" => server.accept()?,
//!         Output::Event(Event::Open(_)) => server.open(Maildrop::new(1))?,
//!         Output::Event(Event::Retrieve(number)) => {
//!             server.accept()?;
//!             server.send_body(messages[number.get() as usize - 1].into())?;
//!             server.finish_body()?;
//!         }
//!         Output::Event(Event::Delete(_)) => server.accept()?,
//!         Output::Event(Event::Update) => {
//!             assert_eq!(server.deleted().count(), 1); // now it may go
//!             server.accept()?;
//!         }
//!         Output::Event(_) | Output::YourTurn => server.decline(),
//!         Output::Transmit(bytes) => said.extend_from_slice(&bytes),
//!         Output::NeedInput | Output::Upgrade(_) | Output::Closed => break,
//!     }
//! }
//! assert!(said.ends_with(
//!     b"Subject: hi\r\n\r\n..\r\n.\r\n+OK Message 1 deleted\r\n+OK Bye\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 1939]: https://www.rfc-editor.org/rfc/rfc1939
use alloc::{boxed::Box, sync::Arc};
use core::{mem, time::Duration};

use bytes::Bytes;
use mailwire_core::{InputQueue, Machine, Output, OutputQueue, Upgrade};

pub use config::Config;
pub use event::{Due, Event, Flow, Login, Method};
pub use maildrop::Maildrop;
pub use phase::State;
pub use size::WireSize;

use crate::{Error, MAX_REPLY_LINE, MessageNumber, Reply, Timestamp};
use body::Body;
use maildrop::Open;
use phase::{Pending, Phase, Session, Step};

mod answer;
mod body;
mod command;
mod config;
mod event;
mod login;
mod maildrop;
mod phase;
mod send;
mod size;

/// The server's end of one session.
///
/// Call [`poll_output`](Self::poll_output) until it says to read or to close; answer events on the way;
/// hand in what was read with [`handle_input`](Self::handle_input).
#[derive(Debug)]
pub struct Server {
    config: Arc<Config>,
    input: InputQueue,
    output: OutputQueue,
    phase: Phase,
    /// What the caller owes an answer to.
    pending: Option<Pending>,
    /// An event that waits behind the report of what was tolerated in it.
    later: Option<Box<(Event, Option<Pending>)>>,
    session: Session,
}

impl Server {
    /// Starts a session and greets the client. There is no APOP.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        Self::start(config.into(), None)
    }

    /// Starts a session that offers APOP, with a timestamp that was never used before and that nobody can
    /// foresee.
    ///
    /// After STLS there is no APOP: the timestamp came before the protection.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::{Timestamp, server::{Config, Event, Maildrop, Server, State}};
    ///
    /// let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>")?;
    /// let mut server = Server::with_apop(Config::new("POP3 server ready")?, timestamp);
    /// server.handle_input("APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n".into());
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Apop { name }) => {
    ///             server.supply((name.as_str() == "mrose").then(|| "tanstaaf".into()))?;
    ///         }
    ///         Output::Event(Event::Open(_)) => server.open(Maildrop::new(0))?,
    ///         Output::Transmit(_) => {}
    ///         _ => break,
    ///     }
    /// }
    /// assert_eq!(server.state(), State::Transaction);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_apop(config: impl Into<Arc<Config>>, timestamp: Timestamp) -> Self {
        Self::start(config.into(), Some(Box::new(timestamp)))
    }

    /// Starts a session that nobody can use: the reply, a no, is the greeting, and the session is over.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::{Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::refusing(Config::new("ready")?, &Reply::SHUTTING_DOWN);
    /// assert_eq!(server.poll_output()?, Output::Transmit(Reply::SHUTTING_DOWN.to_wire()));
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn refusing(config: impl Into<Arc<Config>>, reply: &Reply) -> Self {
        let mut server = Self::new(config);
        server.output.clear();
        server.say(reply);
        server.close();
        server
    }

    /// Takes bytes from the client. Stores them, parses nothing, never fails.
    pub fn handle_input(&mut self, input: Bytes) {
        if !self.is_over() {
            self.input.push(input);
        }
    }

    /// Takes note that the client sends no more.
    pub fn handle_eof(&mut self) {
        self.session.eof = true;
    }

    /// Says what to do next.
    pub fn poll_output(&mut self) -> Result<Output<Event>, Error> {
        if let Some(later) = self.later.take() {
            let (event, pending) = *later;
            self.pending = pending;
            return Ok(Output::Event(event));
        }
        if self.pending.is_none()
            && let Some(event) = self.advance()
        {
            return Ok(Output::Event(event));
        }
        if let Some(bytes) = self.output.take() {
            return Ok(Output::Transmit(bytes));
        }
        match &self.phase {
            Phase::Failed(error) => Err(*error),
            Phase::Closed => Ok(Output::Closed),
            Phase::Upgrading => Ok(Output::Upgrade(Upgrade::Tls)),
            _ if self.pending.is_some() => Ok(Output::YourTurn),
            _ => Ok(Output::NeedInput),
        }
    }

    /// Reports that TLS is in place: the session starts over, and nothing that was said before counts,
    /// the timestamp of the greeting included (RFC 2595 §4).
    ///
    /// ```
    /// use mailwire_core::{Output, Upgrade};
    /// use mailwire_pop3::{Capability, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("POP3 server ready")?;
    /// config.offers.push(Capability::Stls);
    /// let mut server = Server::new(config);
    /// server.handle_input("STLS\r\n".into());
    /// assert_eq!(server.poll_output()?, Output::Event(Event::Stls));
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"+OK Begin TLS negotiation\r\n"));
    /// assert_eq!(server.poll_output()?, Output::Upgrade(Upgrade::Tls));
    /// server.upgraded()?; // after the handshake
    /// assert!(server.is_tls());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn upgraded(&mut self) -> Result<(), Error> {
        if !matches!(self.phase, Phase::Upgrading)
            || !self.input.is_empty()
            || !self.output.is_empty()
        {
            return Err(Error::Misuse);
        }
        self.phase = Phase::Authorization;
        self.session = Session { tls: true, ..Session::default() };
        Ok(())
    }

    /// How long to wait for the client: ten minutes, the least that RFC 1939 §3 allows.
    ///
    /// When they are over the connection is closed and nothing deleted: [`abort`](Self::abort) or
    /// [`send`](Self::send).
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(10 * 60)
    }

    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.phase {
            Phase::Authorization => State::Authorization,
            Phase::Auth(_) => State::Authenticating,
            Phase::Upgrading => State::Upgrading,
            Phase::Transaction(_) => State::Transaction,
            Phase::Quitting(_) | Phase::Update(_) => State::Update,
            Phase::Closed => State::Closed,
            Phase::Failed(_) => State::Failed,
        }
    }

    /// Whether the connection is under TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.session.tls
    }

    /// Whether the client can take messages with UTF-8 in their headers (RFC 6856 §2). If not, such a
    /// message must be changed, or refused with [`Reply::NEEDS_UTF8`].
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        self.session.utf8
    }

    /// The messages that are marked as deleted, in their order. Only with [`Event::Update`] may they go.
    pub fn deleted(&self) -> impl Iterator<Item = MessageNumber> {
        self.maildrop().into_iter().flat_map(Open::deleted)
    }

    /// The messages that are not marked as deleted, in their order.
    pub fn messages(&self) -> impl Iterator<Item = MessageNumber> {
        let maildrop = self.maildrop();
        let mut from = Some(1);
        core::iter::from_fn(move || {
            let number = maildrop?.next(from?)?;
            from = number.get().checked_add(1);
            Some(number)
        })
    }

    fn start(config: Arc<Config>, timestamp: Option<Box<Timestamp>>) -> Self {
        let mut output = OutputQueue::default();
        let greeting = config.greeting.to_wire();
        match &timestamp {
            None => output.push(greeting),
            Some(timestamp) => {
                let timestamp = timestamp.as_str();
                let text = greeting.strip_suffix(b"\r\n").unwrap_or(&greeting);
                let fits = text.len() + timestamp.len() + 3 <= MAX_REPLY_LINE;
                output.put(if fits { text } else { b"+OK" });
                output.put(b" ");
                output.put(timestamp.as_bytes());
                output.put(b"\r\n");
            }
        }
        let session = Session { tls: config.implicit_tls, timestamp, ..Session::default() };
        Self {
            config,
            input: InputQueue::default(),
            output,
            phase: Phase::Authorization,
            pending: None,
            later: None,
            session,
        }
    }

    fn maildrop(&self) -> Option<&Open> {
        match &self.phase {
            Phase::Transaction(maildrop) | Phase::Quitting(maildrop) | Phase::Update(maildrop) => {
                Some(maildrop)
            }
            Phase::Authorization
            | Phase::Auth(_)
            | Phase::Upgrading
            | Phase::Closed
            | Phase::Failed(_) => None,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Closed | Phase::Failed(_))
    }

    /// Reads on to the next event.
    fn advance(&mut self) -> Option<Event> {
        while !self.is_full() {
            let step = match &self.phase {
                Phase::Authorization | Phase::Transaction(_) => self.read_command(),
                Phase::Auth(_) => self.read_response(),
                Phase::Upgrading => {
                    if !self.input.is_empty() {
                        self.fail(Error::PlaintextAfterStls);
                    }
                    Step::Wait
                }
                // What the client asked for before must not be lost when it asked for this too.
                Phase::Quitting(_) if self.output.is_empty() => self.update(),
                Phase::Quitting(_) => return None,
                Phase::Update(_) | Phase::Closed | Phase::Failed(_) => Step::Wait,
            };
            match step {
                Step::Event(event) => return Some(event),
                Step::GoOn => {}
                Step::Wait => {
                    if self.session.eof {
                        self.end();
                    }
                    return None;
                }
            }
        }
        None
    }

    fn update(&mut self) -> Step {
        if let Phase::Quitting(maildrop) = mem::replace(&mut self.phase, Phase::Closed) {
            self.phase = Phase::Update(maildrop);
        }
        self.ask(Pending::Update, Event::Update)
    }

    /// The client is gone and everything that it sent is read. It did not say QUIT.
    fn end(&mut self) {
        let between = matches!(self.phase, Phase::Authorization | Phase::Transaction(_));
        if self.is_over() || self.pending.is_some() {
        } else if between && self.input.is_empty() {
            self.close();
        } else {
            self.fail(Error::Disconnected);
        }
    }

    fn say(&mut self, reply: &Reply) {
        if self.config.offers("RESP-CODES") {
            self.output.encode(|out| reply.encode(out));
        } else {
            self.output.encode(|out| reply.without_code().encode(out));
        }
    }

    fn fail(&mut self, error: Error) {
        self.input.clear();
        self.pending = None;
        self.phase = Phase::Failed(error);
    }

    fn close(&mut self) {
        self.input.clear();
        self.pending = None;
        self.later = None;
        self.phase = Phase::Closed;
    }
}

impl Session {
    fn count_error(&mut self) {
        self.errors = self.errors.saturating_add(1);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What lives on the heap of an idle session is the user's name between USER and PASS, the timestamp
    /// up to the login, and the marks of deleted messages.
    #[test]
    fn an_idle_session_is_small() {
        assert!(size_of::<Server>() <= 400, "{} octets", size_of::<Server>());
    }
}
