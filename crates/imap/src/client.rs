//! The client's end of IMAP4rev1 and IMAP4rev2 ([RFC 3501], [RFC 9051]).
//!
//! A [`Client`] waits for the greeting, learns what the server offers, asks for TLS as its [`Config`]
//! says, and then does what it was asked by [`send`](Client::send): many commands at once, as far as that
//! is not ambiguous. Whatever the server does, each request has exactly one [`Outcome`].
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_imap::{Command, Data, Mailbox};
//! use mailwire_imap::client::{Client, Config, Event};
//!
//! let mut config = Config::default();
//! config.implicit_tls = true; // port 993
//! let mut client = Client::new(config);
//! client.send(Command::login("mrc", "secret")?)?;
//! let select = client.send(Command::Select { mailbox: Mailbox::INBOX, params: vec![] })?;
//! client.send(Command::Logout)?;
//!
//! // What a server might say, each piece in answer to what was sent before.
//! let mut server = [
//!     "* OK [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n",
//!     "A1 OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n",
//!     "* 172 EXISTS\r\nA2 OK [READ-WRITE] SELECT completed\r\n",
//!     "* BYE see you\r\nA3 OK LOGOUT completed\r\n",
//! ].into_iter();
//! let (mut sent, mut messages) = (Vec::new(), 0);
//! loop {
//!     match client.poll_output()? {
//!         Output::Event(Event::Data(Data::Exists(count))) => messages = count,
//!         Output::Event(Event::Done { handle, result }) if handle == select => assert!(result.is_ok()),
//!         Output::Event(_) => {}
//!         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
//!         Output::NeedInput => client.handle_input(server.next().unwrap().into()),
//!         Output::YourTurn | Output::Upgrade(_) => unreachable!(),
//!         Output::Closed => break,
//!     }
//! }
//! assert_eq!(sent, b"A1 LOGIN mrc secret\r\nA2 SELECT INBOX\r\nA3 LOGOUT\r\n");
//! assert_eq!(messages, 172);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 3501]: https://www.rfc-editor.org/rfc/rfc3501
//! [RFC 9051]: https://www.rfc-editor.org/rfc/rfc9051

mod auth;
mod begin;
mod body;
mod config;
mod end;
mod event;
mod flight;
mod request;
mod sending;
mod session;
mod state;
mod view;

pub use config::{Config, TlsPolicy};
pub use event::{Body, Event, NotSent, Outcome, Unreadable};
pub use request::{Handle, Request};
pub use state::State;
pub use view::{Change, Message, View};

use crate::{Capabilities, Error, Framer, Mailbox, Side, Tag};
use alloc::{boxed::Box, collections::VecDeque, format, sync::Arc};
use bytes::Bytes;
use core::time::Duration;
use flight::Traits;
use mailwire_core::{Machine, Output, OutputQueue, Upgrade};
use request::Waiting;
use sending::Sending;
use session::Pending;

/// The client's end of one session.
///
/// Ask for something with [`send`](Self::send) at any time; call [`poll_output`](Self::poll_output)
/// until it says to read, to act or to close; hand in what was read with
/// [`handle_input`](Self::handle_input). It is the caller's turn only while a text is owed that APPEND or
/// REPLACE announced: see [`send_body`](Self::send_body).
///
/// If writing fails, read what is left, hand it in, then call [`handle_eof`](Self::handle_eof): the
/// server may have said why.
///
/// Referrals ([`ResponseCode::Referral`](crate::ResponseCode::Referral)) are reported and never
/// followed. Nothing that came before TLS outlives it.
pub struct Client {
    config: Arc<Config>,
    framer: Framer,
    output: OutputQueue,
    phase: Phase,
    session: Session,
}

/// What outlives a request.
#[derive(Default)]
struct Session {
    offers: Capabilities,
    /// Whether `offers` is what the server offers now.
    known: bool,
    capability_asked: bool,
    enabled: Capabilities,
    /// Whether UTF-8 stands for itself in names and quoted strings, as follows from these two.
    utf8: bool,
    enable_asked: bool,
    compressed: bool,
    compress_asked: bool,
    tls: bool,
    tls_asked: bool,
    /// The caller has been asked for a layer.
    upgrade_asked: bool,
    authenticated: bool,
    selected: Option<Box<Mailbox>>,
    /// The server has said that it closes.
    bye: bool,
    eof: bool,
    /// The number in the last tag.
    last: u32,
    waiting: VecDeque<Waiting>,
    /// Whether the first that waits may have become free to begin.
    may_start: bool,
    /// In the order in which they were sent.
    pending: VecDeque<Pending>,
    /// What is left of the last of them.
    sending: Option<Box<Sending>>,
    events: VecDeque<Event>,
}

/// Where the session is.
enum Phase {
    Greeting,
    /// The machine itself asks for something.
    Preparing,
    /// The server said OK to STARTTLS or COMPRESS.
    Upgrading(Upgrade),
    /// Ready for requests.
    Open,
    /// The server has said BYE, and may still complete what it was asked.
    Closing,
    Closed,
    Failed(Error),
}

impl Client {
    /// Starts a session on a connection that is established: by waiting for the greeting.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        let config = config.into();
        let session = Session { tls: config.implicit_tls, ..Session::default() };
        let framer = Framer::new(Side::Responses, config.early_limits);
        Self { config, framer, output: OutputQueue::default(), phase: Phase::Greeting, session }
    }

    /// Asks for something, behind everything that was asked for before.
    ///
    /// It is misuse once the session is over, or if the command is not one that the caller sends: STARTTLS
    /// is for the [`Config`], AUTHENTICATE for an [`Exchange`](mailwire_sasl::client::Exchange), and what
    /// changes the session has a variant of its own instead of [`Command::Other`](crate::Command::Other). So is a
    /// command that is not [complete](crate::Command::is_complete).
    ///
    /// ```
    /// use mailwire_imap::{Command, Error, client::{Client, Config}};
    ///
    /// let mut client = Client::new(Config::default());
    /// client.send(Command::Noop)?;
    /// assert_eq!(client.send(Command::StartTls), Err(Error::Misuse));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn send(&mut self, request: impl Into<Request>) -> Result<Handle, Error> {
        let request = request.into();
        match &self.phase {
            Phase::Closed | Phase::Closing => return Err(Error::Misuse),
            Phase::Failed(error) => return Err(error.clone()),
            _ if !request::stands_alone(&request) => return Err(Error::Misuse),
            _ => {}
        }
        let handle = Handle(self.next_number());
        let traits = Traits::of(&request);
        self.session.waiting.push_back(Waiting { handle, traits, request });
        self.session.may_start = true;
        Ok(handle)
    }

    /// Ends IDLE, at the latest 29 minutes after it began (RFC 2177 §3); its [`Event::Done`] follows.
    ///
    /// It may be said before [`Event::Idling`], which does not come then. It is misuse if there is no IDLE
    /// in progress, or if it has been said already.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, client::{Client, Config, Event, TlsPolicy}};
    ///
    /// let mut config = Config::default();
    /// config.tls = TlsPolicy::Never;
    /// let mut client = Client::new(config);
    /// client.send(Command::Idle)?;
    /// let mut server =
    ///     ["* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n", "+ idling\r\n* 4 EXISTS\r\n", "A1 OK\r\n"]
    ///         .into_iter();
    /// let (mut sent, mut done) = (Vec::new(), false);
    /// while !done {
    ///     match client.poll_output()? {
    ///         Output::Event(Event::Data(_)) => client.done()?, // something has changed
    ///         Output::Event(Event::Done { result, .. }) => done = result.is_ok(),
    ///         Output::Event(_) => {}
    ///         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
    ///         _ => client.handle_input(server.next().unwrap().into()),
    ///     }
    /// }
    /// assert_eq!(sent, b"A1 IDLE\r\nDONE\r\n");
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn done(&mut self) -> Result<(), Error> {
        self.check_open()?;
        self.end_idle()
    }

    /// Sends a piece of the text that [`Event::SendBody`] asks for.
    ///
    /// It is misuse if nothing is asked for, or if it is more than was announced.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, Mailbox, client::{Client, Config, Event, TlsPolicy}};
    /// use mailwire_imap::command::AppendMessage;
    ///
    /// let mut config = Config::default();
    /// config.tls = TlsPolicy::Never;
    /// let mut client = Client::new(config);
    /// let messages = AppendMessage::streamed(9).into();
    /// client.send(Command::Append { mailbox: Mailbox::INBOX, messages })?;
    /// let mut server =
    ///     ["* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", "+ go on\r\n", "A1 OK\r\n"].into_iter();
    /// let mut sent = Vec::new();
    /// loop {
    ///     match client.poll_output()? {
    ///         Output::Event(Event::SendBody { size: 9, .. }) => {
    ///             client.send_body("a: b\r\n".into())?; // as much as is at hand
    ///         }
    ///         Output::YourTurn => {
    ///             client.send_body("\r\nc".into())?;
    ///             client.finish_body()?;
    ///         }
    ///         Output::Event(Event::Done { result, .. }) => break assert!(result.is_ok()),
    ///         Output::Event(_) => {}
    ///         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
    ///         _ => client.handle_input(server.next().unwrap().into()),
    ///     }
    /// }
    /// assert_eq!(sent, b"A1 APPEND INBOX {9}\r\na: b\r\n\r\nc\r\n");
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn send_body(&mut self, octets: Bytes) -> Result<(), Error> {
        self.check_body()?;
        let sending = self.session.sending.as_mut().ok_or(Error::Misuse)?;
        sending.send_body(octets, &mut self.output)
    }

    /// Says that the text is whole. It is misuse if fewer octets were sent than were announced.
    pub fn finish_body(&mut self) -> Result<(), Error> {
        self.check_body()?;
        let sending = self.session.sending.as_mut().ok_or(Error::Misuse)?;
        sending.finish_body(&mut self.output, &mut self.session.events)?;
        if sending.is_over() {
            self.session.sending = None;
            self.session.may_start = true;
        }
        Ok(())
    }

    /// Gives up the text that is being sent. The server waits for the octets that were announced, so that
    /// there is no other way than to close the connection: the session is over.
    pub fn abandon_body(&mut self) -> Result<(), Error> {
        self.check_body()?;
        if let Some(Pending { handle: Some(handle), .. }) = self.session.pending.pop_back() {
            let done = Event::Done { handle, result: Outcome::Abandoned };
            self.session.events.push_back(done);
        }
        self.close();
        Ok(())
    }

    /// How many octets are still missing of the text that the caller sends, if one is asked for.
    #[must_use]
    pub fn body_left(&self) -> Option<u64> {
        self.session.sending.as_ref().and_then(|sending| sending.body_left())
    }

    /// What the server offers, as far as that is known. The configuration's
    /// [`ignored`](Config::ignored) are not among it.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.session.offers
    }

    /// What is enabled (RFC 5161).
    #[must_use]
    pub fn enabled(&self) -> &Capabilities {
        &self.session.enabled
    }

    /// Whether the connection is under TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.session.tls
    }

    /// Whether somebody is logged in.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.session.authenticated
    }

    /// The mailbox that is selected.
    #[must_use]
    pub fn mailbox(&self) -> Option<&Mailbox> {
        self.session.selected.as_deref()
    }

    /// How many requests have no outcome yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        let sent = self.session.pending.iter().filter(|pending| pending.handle.is_some());
        self.session.waiting.len() + sent.count()
    }

    /// The tag that the request has on the wire. Some responses name it: ESEARCH for example, and the
    /// code INPROGRESS.
    #[must_use]
    pub fn tag(&self, handle: Handle) -> Tag {
        self.tag_of(handle.0)
    }

    /// Takes bytes from the server.
    pub fn handle_input(&mut self, input: Bytes) {
        if !matches!(self.phase, Phase::Closed | Phase::Failed(_)) {
            self.framer.push(input);
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
            // An idle session holds no memory.
            self.session.events = VecDeque::new();
        }
        if let Some(bytes) = self.output.take() {
            return Ok(Output::Transmit(bytes));
        }
        match &self.phase {
            Phase::Failed(error) => Err(error.clone()),
            Phase::Closed => Ok(Output::Closed),
            Phase::Upgrading(upgrade) => {
                self.session.upgrade_asked = true;
                Ok(Output::Upgrade(*upgrade))
            }
            _ if self.body_left().is_some() => Ok(Output::YourTurn),
            Phase::Greeting | Phase::Preparing | Phase::Open | Phase::Closing => {
                Ok(Output::NeedInput)
            }
        }
    }

    /// Reports that TLS, or the compression, is in place. With TLS the session starts over: nothing that
    /// was learned before counts. With compression see [`take_compressed`](Self::take_compressed) first: if
    /// anything is left there, the session ends with an error.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::client::{Client, Config};
    ///
    /// let mut client = Client::new(Config::default());
    /// let mut server = ["* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n", "A1 OK begin\r\n"].into_iter();
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
    /// assert_eq!(sent, b"A1 STARTTLS\r\nA2 CAPABILITY\r\n");
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn upgraded(&mut self) -> Result<(), Error> {
        let upgrade = match &self.phase {
            Phase::Failed(error) => return Err(error.clone()),
            Phase::Upgrading(upgrade) if self.session.upgrade_asked => *upgrade,
            _ => return Err(Error::Misuse),
        };
        if !self.framer.is_empty() {
            let error = match upgrade {
                Upgrade::Tls => Error::PlaintextAfterStartTls,
                _ => Error::BytesBeforeCompression,
            };
            self.fail(error.clone());
            return Err(error);
        }
        self.session.upgrade_asked = false;
        let result = match upgrade {
            Upgrade::Tls => self.start_over(),
            Upgrade::EndDeflate => {
                self.session.compressed = false;
                self.prepare()
            }
            _ => self.prepare(),
        };
        result.inspect_err(|error| {
            self.fail(error.clone());
        })
    }

    /// What came behind the OK to COMPRESS: it is compressed already, so that it goes to the layer that
    /// decompresses, before [`upgraded`](Self::upgraded) (RFC 4978 §3). It is misuse unless
    /// [`Output::Upgrade`] asks for compression; behind STARTTLS nothing may come.
    ///
    /// ```
    /// use mailwire_core::{Output, Upgrade};
    /// use mailwire_imap::client::{Client, Config};
    ///
    /// let mut config = Config::default();
    /// (config.implicit_tls, config.compress) = (true, true);
    /// let mut client = Client::new(config);
    /// client.handle_input("* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hi\r\n".into());
    /// client.handle_input("A1 OK compressed from here\r\n\x52\x50".into());
    /// while client.poll_output()? != Output::Upgrade(Upgrade::Deflate) {}
    /// assert_eq!(client.take_compressed()?, "\x52\x50");
    /// client.upgraded()?;
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn take_compressed(&mut self) -> Result<Bytes, Error> {
        match &self.phase {
            Phase::Upgrading(Upgrade::Deflate) if self.session.upgrade_asked => {
                Ok(self.framer.take_rest())
            }
            Phase::Failed(error) => Err(error.clone()),
            _ => Err(Error::Misuse),
        }
    }

    fn check_open(&self) -> Result<(), Error> {
        match &self.phase {
            Phase::Open | Phase::Closing => Ok(()),
            Phase::Failed(error) => Err(error.clone()),
            _ => Err(Error::Misuse),
        }
    }

    /// Whether the caller may go on with a text: not before the caller has seen that it is due.
    fn check_body(&self) -> Result<(), Error> {
        self.check_open()?;
        let announced = |event: &Event| matches!(event, Event::SendBody { .. });
        if self.body_left().is_none() || self.session.events.iter().any(announced) {
            return Err(Error::Misuse);
        }
        Ok(())
    }

    fn tag_of(&self, number: u32) -> Tag {
        let tag = format!("{}{number}", self.config.tag_prefix);
        Tag::new(tag).expect("digits behind a tag make a tag")
    }

    /// The number in a tag of ours.
    fn number_of(&self, tag: &str) -> Option<u32> {
        let digits = tag.strip_prefix(self.config.tag_prefix.as_str())?;
        let plain = digits.bytes().all(|octet| octet.is_ascii_digit()) && !digits.starts_with('0');
        if plain { digits.parse().ok() } else { None }
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
