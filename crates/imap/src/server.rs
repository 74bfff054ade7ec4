//! The server's end of IMAP ([RFC 9051], [RFC 3501] and the extensions).
//!
//! ```text
//!  NotAuthenticated ──LOGIN, AUTHENTICATE──► Authenticated ──SELECT, EXAMINE──► Selected
//!        ▲  └───────── LOGOUT ──────────────────┴──── CLOSE, UNSELECT ◄───────────┘
//!        └──────────── UNAUTHENTICATE ──────────┘                     LOGOUT: closed
//! ```
//!
//! A [`Server`] reads what a client sends, refuses what must not be, and turns the rest into [`Event`]s.
//! It owns everything that can be got wrong without a policy: framing and literals, the states, what is
//! offered and what is enabled, the form of every answer, when EXPUNGE may be sent and which sequence
//! numbers hold until then, `$`, limits, what is forgotten at STARTTLS. What needs a policy or the
//! mailboxes is an event that waits for an answer.
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_imap::{Command, Flags, SystemFlag};
//! use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
//!
//! let mut config = Config::new("IMAP server ready");
//! config.plaintext_auth_without_tls = true;
//! let mut server = Server::new(config);
//! server.handle_input("a LOGIN tim secret\r\nb SELECT inbox\r\nc FETCH 1:* FLAGS\r\n\
//!     d LOGOUT\r\n".into());
//! let mut said = Vec::new();
//! loop {
//!     match server.poll_output()? {
//!         Output::Event(Event::Login { password, .. })
//!             if password.as_bytes() == b"secret" => server.accept()?,
//!         Output::Event(Event::Command(Command::Select { .. })) => {
//!             server.select(&Selected::new(1, 3857529045, 4392))?;
//!             server.accept()?;
//!         }
//!         Output::Event(Event::Command(Command::Fetch { messages, .. })) => {
//!             assert_eq!(messages.to_string(), "1"); // of one message, `1:*` is the first
//!             server.fetch(MessageRef::new(1, 4391))?.flags(&Flags::from(SystemFlag::Seen));
//!             server.accept()?;
//!         }
//!         Output::Event(_) | Output::YourTurn => server.decline(),
//!         Output::Transmit(bytes) => said.extend_from_slice(&bytes),
//!         Output::NeedInput | Output::Upgrade(_) | Output::Closed => break,
//!     }
//! }
//! assert!(said.ends_with(b"* 1 FETCH (FLAGS (\\Seen))\r\nc OK FETCH completed\r\n\
//!     * BYE Logging out\r\nd OK LOGOUT completed\r\n"));
//! # Ok::<(), mailwire_imap::Error>(())
//! ```
//!
//! [RFC 9051]: https://www.rfc-editor.org/rfc/rfc9051
//! [RFC 3501]: https://www.rfc-editor.org/rfc/rfc3501
use crate::{
    Condition, Encoder, Error, FrameLimits, Framer, Peer, ReadOptions, Response, ResponseCode,
    Side, Status,
};
use alloc::{boxed::Box, sync::Arc};
use bytes::{Bytes, BytesMut};
use core::{fmt, mem, time::Duration};
use mailwire_core::{Machine, Output, OutputQueue, Upgrade};

pub use config::Config;
pub use event::{Event, MessageRef, Upcoming};
pub use fetch::FetchWriter;
pub use phase::State;
pub use select::Selected;

use phase::{Enabled, Incoming, Kind, Later, Notified, Open, Pending, Phase, Session, Step};
use text::Refusal;

mod answer;
mod append;
mod capability;
mod command;
mod config;
mod event;
mod fetch;
mod header;
mod known;
mod list;
mod login;
mod needs;
mod numbers;
mod phase;
mod read;
mod rules;
mod search;
mod select;
mod text;
mod update;

/// The server's end of one session.
///
/// Call [`poll_output`](Self::poll_output) until it says to read or to close; answer events on the way;
/// hand in what was read with [`handle_input`](Self::handle_input).
///
/// # What other sessions do
///
/// Whatever changes in the mailbox that is selected can be told at any time, with
/// [`exists`](Self::exists), [`expunge`](Self::expunge) and [`flags`](Self::flags): the machine keeps it
/// back as long as it must. Clients expect to be told when they ask for something, NOOP at the latest;
/// and at once when [`wants_updates`](Self::wants_updates) says so.
pub struct Server {
    config: Arc<Config>,
    /// IMAP4rev1 is not offered.
    rev2_only: bool,
    /// Nothing goes without UTF-8 (RFC 9755 §7).
    utf8_only: bool,
    framer: Framer,
    output: OutputQueue,
    phase: Phase,
    /// What the caller owes an answer to.
    pending: Option<Box<Pending>>,
    /// An event that waits behind another one.
    later: Option<Box<Later>>,
    session: Session,
}

impl Server {
    /// Starts a session and greets the client.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        let mut server = Self::start(config.into());
        let condition = if server.config.preauth { Condition::PreAuth } else { Condition::Ok };
        let code = ResponseCode::Capability(server.capabilities());
        let greeting = Status::new(None, condition, &server.config.greeting).with_code(code);
        server.write(&Response::Status(greeting));
        server
    }

    /// Starts a session that nobody can use: the greeting is BYE, and the session is over (RFC 9051
    /// §7.1.5).
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::server::{Config, Server};
    ///
    /// let mut server = Server::refusing(Config::new("ready"), "Too many connections");
    /// assert_eq!(server.poll_output()?, Output::Transmit("* BYE Too many connections\r\n".into()));
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    #[must_use]
    pub fn refusing(config: impl Into<Arc<Config>>, text: &str) -> Self {
        let mut server = Self::start(config.into());
        server.last_word(None, text);
        server
    }

    /// Takes bytes from the client. Stores them, parses nothing, never fails.
    pub fn handle_input(&mut self, input: Bytes) {
        if self.is_over() {
            return;
        }
        if !self.session.begun {
            self.session.first = input.first().copied();
            self.session.begun = !input.is_empty();
        }
        self.framer.push(input);
    }

    /// Takes note that the client sends no more.
    pub fn handle_eof(&mut self) {
        self.session.eof = true;
    }

    /// Says what to do next.
    pub fn poll_output(&mut self) -> Result<Output<Event>, Error> {
        if let Some(later) = self.later.take() {
            self.pending = later.pending;
            return Ok(Output::Event(later.event));
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
            Phase::Failed(error) => return Err((**error).clone()),
            Phase::Closed => return Ok(Output::Closed),
            _ => {}
        }
        if let Some(upgrade) = self.session.upgrading {
            return Ok(Output::Upgrade(upgrade));
        }
        let owes = self.pending.is_some() || self.owes_body();
        Ok(if owes { Output::YourTurn } else { Output::NeedInput })
    }

    /// Reports that TLS or the compression is in place. With TLS the session starts over, and nothing that
    /// was said before counts (RFC 9051 §6.2.1).
    ///
    /// ```
    /// use mailwire_core::{Output, Upgrade};
    /// use mailwire_imap::server::{Config, Event, Server};
    ///
    /// let mut server = Server::new(Config::new("ready").offering("STARTTLS")?);
    /// server.handle_input("a STARTTLS\r\n".into());
    /// assert_eq!(server.poll_output()?, Output::Event(Event::StartTls));
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"a OK Begin TLS negotiation\r\n"));
    /// assert_eq!(server.poll_output()?, Output::Upgrade(Upgrade::Tls));
    /// server.upgraded()?; // after the handshake
    /// assert!(server.is_tls());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn upgraded(&mut self) -> Result<(), Error> {
        // Whoever ends the compression may go on at once (RFC 8437 §3).
        let early = !self.framer.is_empty() && self.session.upgrading != Some(Upgrade::EndDeflate);
        if self.is_over() || !self.output.is_empty() || early {
            return Err(Error::Misuse);
        }
        match self.session.upgrading.take() {
            None => return Err(Error::Misuse),
            Some(Upgrade::Deflate) => self.session.compressed = true,
            Some(Upgrade::EndDeflate) => self.session.compressed = false,
            Some(_) => {
                let eof = self.session.eof;
                self.session = Session { tls: true, eof, ..Session::default() };
                self.phase = Phase::NotAuthenticated;
                self.set_limits(false);
            }
        }
        Ok(())
    }

    /// How long to wait for the client: three minutes before the login, then 30, the least that RFC 9051
    /// §5.4 allows. That holds for IDLE too (RFC 2177 §3).
    ///
    /// When they are over the session is closed with [`bye`](Self::bye).
    #[must_use]
    pub fn timeout(&self) -> Duration {
        let minutes = if self.is_before_login() { 3 } else { 30 };
        Duration::from_secs(minutes * 60)
    }

    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.phase {
            Phase::Closed => State::Closed,
            Phase::Failed(_) => State::Failed,
            _ if self.session.upgrading.is_some() => State::Upgrading,
            Phase::NotAuthenticated => State::NotAuthenticated,
            Phase::Authenticating(_) => State::Authenticating,
            Phase::Authenticated => State::Authenticated,
            Phase::Selected(_) => State::Selected,
        }
    }

    /// Whether the connection is under TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.session.tls
    }

    /// Whether the connection is compressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.session.compressed
    }

    fn start(config: Arc<Config>) -> Self {
        let framer = Framer::new(Side::Commands, lean(config.before_login));
        let phase = if config.preauth { Phase::Authenticated } else { Phase::NotAuthenticated };
        let session = Session { tls: config.implicit_tls, ..Session::default() };
        let mut server = Self {
            rev2_only: !config.offers_any(&["IMAP4rev1"]),
            utf8_only: config.offers_any(&["UTF8=ONLY"]),
            config,
            framer,
            output: OutputQueue::default(),
            phase,
            pending: None,
            later: None,
            session,
        };
        server.set_limits(server.config.preauth);
        server
    }

    fn set_limits(&mut self, logged_in: bool) {
        let config = &self.config;
        let limits = if logged_in { config.after_login } else { config.before_login };
        self.framer.set_limits(lean(limits));
    }

    /// How long literals may be that are put into their command.
    fn longest_literal(&self) -> u64 {
        let config = &self.config;
        if self.is_before_login() { config.before_login.inline } else { config.after_login.inline }
    }

    fn read_options(&self) -> ReadOptions {
        ReadOptions {
            leniency: self.config.leniency,
            utf8: self.takes_utf8(),
            ..ReadOptions::STANDARD
        }
    }

    /// Whether UTF-8 may stand in quoted strings and mailbox names: IMAP4rev2 or UTF8=ACCEPT is enabled
    /// (RFC 9051 §5.1, RFC 9755 §3).
    #[must_use]
    pub fn takes_utf8(&self) -> bool {
        self.session.enabled.utf8 || self.is_rev2()
    }

    fn peer(&self) -> Peer {
        Peer { utf8: self.takes_utf8(), ..Peer::CLIENT }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Closed | Phase::Failed(_))
    }

    fn open(&mut self) -> Option<&mut Open> {
        if let Phase::Selected(open) = &mut self.phase { Some(open) } else { None }
    }

    /// Reads on to the next event.
    fn advance(&mut self) -> Option<Event> {
        while self.output.len() < self.config.owed && !self.owes_body() {
            let step = match &self.phase {
                Phase::Closed | Phase::Failed(_) => Step::Wait,
                _ if self.session.upgrading.is_some() => self.refuse_early_octets(),
                Phase::Authenticating(_) => self.read_response(),
                _ if self.session.idle.is_some() => self.read_done(),
                _ => self.read_piece(),
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

    /// The client is gone and everything that it sent is read.
    fn end(&mut self) {
        if self.is_over() || self.pending.is_some() || self.later.is_some() {
            return;
        }
        let between = self.framer.is_empty()
            && self.session.incoming.is_none()
            && self.session.upgrading.is_none()
            && !matches!(self.phase, Phase::Authenticating(_));
        if between { self.close() } else { self.fail(Error::Disconnected) }
    }

    /// Appends a whole response.
    fn write(&mut self, response: &Response) {
        self.encode(|out| response.encode(out));
    }

    /// Appends what `encode` writes: to what is owed, or behind the FETCH response that is not closed.
    fn encode(&mut self, encode: impl FnOnce(&mut Encoder)) {
        let peer = self.peer();
        let into = |buffer: &mut BytesMut| {
            let mut encoder = Encoder::into_buffer(peer, mem::take(buffer));
            encode(&mut encoder);
            *buffer = encoder.into_inner().0;
        };
        match &mut self.session.response {
            Some(response) => into(&mut response.behind),
            None => self.output.encode(into),
        }
    }

    fn fail(&mut self, error: Error) {
        self.phase = Phase::Failed(Box::new(error));
        self.leave();
    }

    fn close(&mut self) {
        self.phase = Phase::Closed;
        self.later = None;
        self.leave();
    }

    fn leave(&mut self) {
        self.framer.clear();
        self.pending = None;
        self.session = Session { tls: self.session.tls, ..Session::default() };
    }

    /// Says BYE, and then no more.
    fn last_word(&mut self, code: Option<ResponseCode>, text: &str) {
        // Half of a FETCH response is not made whole by it.
        if self.session.response.is_none() {
            let mut bye = Status::new(None, Condition::Bye, text);
            bye.code = code;
            self.write(&Response::Status(bye));
        }
        self.close();
    }
}

/// Every literal is offered to the machine.
const fn lean(limits: FrameLimits) -> FrameLimits {
    FrameLimits { inline: 0, ..limits }
}

/// Nothing that was read or is to be sent: there are passwords and mail in it.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("state", &self.state())
            .field("pending", &self.pending.as_ref().map(|pending| pending.name))
            .field("enabled", &self.session.enabled)
            .field("owed", &self.output.len())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tag;

    #[test]
    fn an_idle_session_is_small() {
        // In IDLE: what is on the heap is the mailbox as the client sees it, and a tag.
        let (server, open, tag) = (size_of::<Server>(), size_of::<Open>(), size_of::<Tag>());
        assert!(server + open + tag <= 512, "{server}, {open} and {tag} octets");
    }
}
