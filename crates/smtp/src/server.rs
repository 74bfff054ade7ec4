//! The server's end of SMTP and LMTP ([RFC 5321], [RFC 2033]).
//!
//! A [`Server`] reads what a client sends, refuses what must not be, and turns the rest into
//! [`Event`]s. It owns everything that can be got wrong without a policy: framing, the order of
//! commands, replies in the order of the commands, the end of data, limits, what is forgotten at
//! STARTTLS. What needs a policy is an event that waits for [`accept`](Server::accept) or
//! [`reject`](Server::reject).
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_smtp::{Reply, server::{Config, Event, Server}};
//!
//! let mut server = Server::new(Config::new("mx.example")?);
//! server.handle_input("EHLO client.example\r\nMAIL FROM:<a@b.example>\r\n".into());
//! server.handle_input("RCPT TO:<nobody@mx.example>\r\nQUIT\r\n".into());
//! let mut said = Vec::new();
//! loop {
//!     match server.poll_output()? {
//!         Output::Event(Event::Hello { .. } | Event::Mail { .. }) => server.accept()?,
//!         Output::Event(Event::Rcpt { .. }) => server.reject(&Reply::NO_SUCH_USER)?,
//!         Output::Event(_) | Output::YourTurn => server.decline(),
//!         Output::Transmit(bytes) => said.extend_from_slice(&bytes),
//!         Output::NeedInput | Output::Upgrade(_) | Output::Closed => break,
//!     }
//! }
//! assert!(said.ends_with(b"250 2.1.0 Sender ok\r\n550 5.1.1 No such user here\r\n221 2.0.0 Bye\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321
//! [RFC 2033]: https://www.rfc-editor.org/rfc/rfc2033
use alloc::{boxed::Box, sync::Arc};
use core::{mem, time::Duration};

use bytes::Bytes;
use mailwire_core::{InputQueue, Machine, Output, OutputQueue, Upgrade};

pub use config::{Config, Protocol};
pub use event::{Event, Excess, HelloVerb, MailVerb, Transfer};
pub use phase::State;
pub use proxy::Proxied;

use crate::{Error, Reply};
use body::Body;
use phase::{Pending, Phase, Session, Step};
use transaction::Transaction;

mod answer;
mod auth;
mod body;
mod command;
mod config;
mod event;
mod phase;
mod proxy;
mod transaction;

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
    /// Starts a session and greets the client.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        let config = config.into();
        let tls = config.implicit_tls;
        let mut server = Self {
            config,
            input: InputQueue::default(),
            output: OutputQueue::default(),
            phase: Phase::Idle,
            pending: None,
            later: None,
            session: Session { tls, ..Session::default() },
        };
        if server.config.proxy_protocol {
            server.phase = Phase::Proxy(proxy::Reader::default(), None);
        } else {
            server.greet();
        }
        server
    }

    /// Starts a session that takes no mail: the reply, a 554 or 521, is the greeting, and every command
    /// but QUIT is refused (RFC 5321 §3.1, RFC 7504).
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_smtp::{Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::refusing(Config::new("mx.example")?, &Reply::NO_MAIL_HERE);
    /// assert_eq!(server.poll_output()?, Output::Transmit(Reply::NO_MAIL_HERE.to_wire()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn refusing(config: impl Into<Arc<Config>>, reply: &Reply) -> Self {
        let mut server = Self::new(config);
        if let Phase::Proxy(_, refusal) = &mut server.phase {
            *refusal = Some(reply.clone());
        } else {
            server.output.clear();
            server.say(reply);
            server.phase = Phase::Refusing;
        }
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
        let reads_on = self.pending.is_none() && self.output.len() < self.config.limits.owed.max(1);
        if reads_on && let Some(event) = self.advance() {
            return Ok(Output::Event(event));
        }
        if let Some(bytes) = self.output.take() {
            return Ok(Output::Transmit(bytes));
        }
        match &self.phase {
            Phase::Failed(error) => Err(*error),
            Phase::Closed | Phase::Turned => Ok(Output::Closed),
            Phase::Upgrading => Ok(Output::Upgrade(Upgrade::Tls)),
            _ if self.pending.is_some() => Ok(Output::YourTurn),
            _ => Ok(Output::NeedInput),
        }
    }

    /// Reports that TLS is in place: the session starts over, and nothing that was said before counts
    /// (RFC 3207 §4.2).
    pub fn upgraded(&mut self) -> Result<(), Error> {
        if !matches!(self.phase, Phase::Upgrading)
            || !self.input.is_empty()
            || !self.output.is_empty()
        {
            return Err(Error::Misuse);
        }
        self.phase = Phase::Idle;
        self.session = Session { tls: true, ..Session::default() };
        Ok(())
    }

    /// How long RFC 5321 §4.5.3.2 says to wait for the client here.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(match self.phase {
            Phase::Body(_) | Phase::Drop { .. } => 3 * 60,
            _ => 5 * 60,
        })
    }

    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.phase {
            Phase::Idle if self.session.hello.is_some() => State::Ready,
            Phase::Idle | Phase::Proxy(..) => State::Start,
            Phase::Mail(_) | Phase::Chunks(_) => State::Transaction,
            Phase::Body(_) | Phase::Drop { .. } => State::Body,
            Phase::Deciding { .. } => State::Deciding,
            Phase::Auth(_) => State::Authenticating,
            Phase::Upgrading => State::Upgrading,
            Phase::Refusing | Phase::Closed => State::Closed,
            Phase::Turned => State::Turned,
            Phase::Failed(_) => State::Failed,
        }
    }

    /// Whether the connection is under TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.session.tls
    }

    /// Whether the client is authenticated.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.session.authenticated
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Closed | Phase::Turned | Phase::Failed(_))
    }

    /// Reads on to the next event.
    fn advance(&mut self) -> Option<Event> {
        while self.output.len() < self.config.limits.owed.max(1) {
            let step = match &mut self.phase {
                Phase::Proxy(..) => self.read_proxy_header(),
                Phase::Idle | Phase::Mail(_) | Phase::Chunks(_) | Phase::Refusing => {
                    self.read_command()
                }
                Phase::Auth(_) => self.read_response(),
                Phase::Body(_) => self.read_body(),
                Phase::Drop { left, .. } => {
                    let dropped =
                        self.input.take_octets(*left).map_or(0, |octets| octets.len() as u64);
                    *left -= dropped;
                    if *left == 0 { self.end_drop() } else { Step::more(dropped > 0) }
                }
                Phase::Upgrading => {
                    if !self.input.is_empty() {
                        self.fail(Error::PlaintextAfterStartTls);
                    }
                    Step::Wait
                }
                Phase::Deciding { .. } | Phase::Closed | Phase::Turned | Phase::Failed(_) => {
                    Step::Wait
                }
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

    fn read_proxy_header(&mut self) -> Step {
        let Phase::Proxy(reader, refusal) = &mut self.phase else { return Step::Wait };
        let proxied = match reader.read(&mut self.input) {
            Ok(Some(proxied)) => proxied,
            Ok(None) => return Step::Wait,
            Err(proxy::BadHeader) => {
                self.fail(Error::BadProxyHeader);
                return Step::Wait;
            }
        };
        match refusal.take() {
            Some(reply) => {
                self.say(&reply);
                self.phase = Phase::Refusing;
            }
            None => {
                self.greet();
                self.phase = Phase::Idle;
            }
        }
        proxied.map_or(Step::GoOn, |proxied| Step::Event(Event::Proxied(proxied)))
    }

    fn read_body(&mut self) -> Step {
        let Phase::Body(body) = &mut self.phase else { return Step::Wait };
        match body.read(&mut self.input) {
            Some(body::Step::Octets(octets)) => Step::Event(Event::Chunk(octets)),
            Some(body::Step::ChunkEnd) => self.end_chunk(),
            Some(body::Step::End) => Step::Event(self.end_message()),
            None => Step::Wait,
        }
    }

    /// A BDAT that is not the last has come in whole: it is answered at once (RFC 3030 §2).
    fn end_chunk(&mut self) -> Step {
        let Phase::Body(body) = mem::replace(&mut self.phase, Phase::Idle) else {
            return Step::Wait;
        };
        let reply = body.refused().cloned().unwrap_or(Reply::OK);
        self.say(&reply);
        self.phase = Phase::Chunks(body);
        Step::GoOn
    }

    fn end_message(&mut self) -> Event {
        let Phase::Body(body) = mem::replace(&mut self.phase, Phase::Idle) else {
            unreachable!("called with a body");
        };
        let summary = body.summary();
        let answers = if self.config.is_lmtp() { body.transaction.recipients } else { 1 };
        let Some(reply) = body.refused() else {
            self.phase = Phase::Deciding { answers };
            self.pending = Some(Pending::End);
            return Event::End(summary);
        };
        for _ in 0..answers {
            self.say(reply);
        }
        self.session.count_error();
        Event::Discarded { reply: reply.clone(), summary }
    }

    fn end_drop(&mut self) -> Step {
        let Phase::Drop { reply, back, .. } = mem::replace(&mut self.phase, Phase::Idle) else {
            return Step::Wait;
        };
        self.phase = *back;
        Step::Event(self.refuse(reply, None))
    }

    /// The client is gone and everything that it sent is read.
    fn end(&mut self) {
        let clean = matches!(self.phase, Phase::Idle | Phase::Refusing) && self.input.is_empty();
        if clean && self.pending.is_none() {
            self.phase = Phase::Closed;
        } else if !self.is_over() && self.pending.is_none() {
            self.fail(Error::Disconnected);
        }
    }

    fn greet(&mut self) {
        let protocol = if self.config.is_lmtp() { "LMTP" } else { "ESMTP" };
        let greeting = alloc::format!("220 {} {protocol}\r\n", self.config.name);
        self.output.put(greeting.as_bytes());
    }

    fn say(&mut self, reply: &Reply) {
        self.output.push(reply.to_wire());
    }

    /// Says no to a command on the machine's own account.
    fn refuse(&mut self, reply: Reply, error: Option<crate::ParseError>) -> Event {
        self.say(&reply);
        // To ask for more than is allowed at once is no error (RFC 5321 §4.5.3.1.10).
        if reply.is_permanent() {
            self.session.count_error();
        }
        Event::Refused { reply, error }
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
