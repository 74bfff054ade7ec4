//! A connection to an IMAP server: the machine, and the socket under it.
use std::{
    io::{self, ErrorKind},
    sync::Arc,
    time::{Duration, Instant},
};

use mailwire_core::{Output, Upgrade};
use mailwire_imap::{
    Error, ResponseCode, Status, WordCode,
    client::{Client, Event, Handle, Outcome, Request, State},
};
use mailwire_sasl::ChannelBinding;
use rustls::{ClientConnection, pki_types::ServerName};

use super::account::Account;
use crate::{
    blocking::{self, Stream},
    submit::Tls,
    tls,
};

/// A session on a socket.
#[derive(Debug)]
pub struct Connection {
    account: Arc<Account>,
    client: Client,
    stream: Stream,
    loopback: bool,
    /// Why nothing more can be read or written.
    broken: Option<String>,
}

/// What happened.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Turn {
    /// The server did something.
    Event(Event),
    /// The machine wants the next piece of a text.
    Yours,
    /// Nothing, for as long as was waited.
    Quiet,
}

/// Why there is no session any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Failure {
    /// It would go the same way again: no login, no TLS, a certificate that is not trusted.
    Refused(String),
    /// The network or the server: another time it may go well.
    Broken(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Refused(why) | Self::Broken(why)) = self;
        f.write_str(why)
    }
}

/// RFC 9051 §5.4 lets servers wait for half an hour. Nobody waits so long for a connection.
const CONNECT: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(10 * 60);

impl Connection {
    /// Connects and logs in.
    pub fn open(account: &Arc<Account>) -> Result<Self, Failure> {
        let socket = blocking::connect(&account.server, account.patience(CONNECT))
            .map_err(|error| Failure::Broken(format!("cannot connect: {error}")))?;
        let loopback = socket.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        let stream = Stream::new(socket, account.patience(PATIENCE));
        let stream = stream.map_err(|error| Failure::Broken(error.to_string()))?;
        let client = Client::new(account.config(loopback));
        let account = Arc::clone(account);
        let mut connection = Self { account, client, stream, loopback, broken: None };
        if connection.account.tls == Tls::Implicit {
            connection.handshake()?;
        }
        connection.log_in()?;
        Ok(connection)
    }

    /// Does as the server offers, and returns when requests have their turn.
    fn log_in(&mut self) -> Result<(), Failure> {
        let (mut login, mut bound) = (None, false);
        loop {
            match self.event()? {
                Event::Ready { authenticated: true, .. } => return Ok(()),
                Event::Ready { tls, .. } => {
                    let binding = if tls { self.stream.binding() } else { ChannelBinding::None };
                    let request = self.login(&binding)?;
                    bound = is_bound(&request);
                    login = Some(self.send(request)?);
                }
                Event::Done { handle, result } if Some(handle) == login && !result.is_ok() => {
                    if !bound || !self.may_be_about_the_binding(&result) {
                        return Err(not_logged_in(&result));
                    }
                    let request = self.login(&ChannelBinding::None)?;
                    bound = false;
                    login = Some(self.send(request)?);
                }
                _ => {}
            }
        }
    }

    fn login(&self, binding: &ChannelBinding) -> Result<Request, Failure> {
        let client = &self.client;
        let login =
            self.account.login(client.capabilities(), client.is_tls(), self.loopback, binding);
        login.map_err(|error| Failure::Refused(format!("cannot log in: {error}")))
    }

    /// Some servers bind to what TLS 1.3 does not have any more, and refuse everybody who binds to what it
    /// has. Who knows the certificate can do without.
    fn may_be_about_the_binding(&self, outcome: &Outcome) -> bool {
        let code = outcome.status().and_then(|status| status.code.as_ref());
        let wrong = Some(&ResponseCode::Word(WordCode::AuthenticationFailed));
        matches!(outcome, Outcome::No(_))
            && code != wrong
            && !self.account.insecure
            && self.account.auth.is_none()
    }

    /// Asks for something.
    pub fn send(&mut self, request: impl Into<Request>) -> Result<Handle, Failure> {
        self.client.send(request).map_err(|error| self.failure(&error))
    }

    /// Ends IDLE.
    pub fn done(&mut self) -> Result<(), Failure> {
        self.client.done().map_err(|error| self.failure(&error))
    }

    /// Asks for something and waits for its end; what else happens goes to `take`.
    pub fn run_with(
        &mut self,
        request: impl Into<Request>,
        mut take: impl FnMut(Event) -> Result<(), Failure>,
    ) -> Result<Outcome, Failure> {
        let sent = self.send(request)?;
        loop {
            match self.event()? {
                Event::Done { handle, result } if handle == sent => return Ok(result),
                event => take(event)?,
            }
        }
    }

    /// Asks for something and waits for its end.
    pub fn run(&mut self, request: impl Into<Request>) -> Result<Outcome, Failure> {
        self.run_with(request, |_| Ok(()))
    }

    /// Waits for something to happen, as long as the protocol says.
    pub fn event(&mut self) -> Result<Event, Failure> {
        match self.turn(None)? {
            Turn::Event(event) => Ok(event),
            Turn::Yours => Err(Failure::Broken("a text is owed that nobody has".into())),
            Turn::Quiet => Err(Failure::Broken("the server does not answer".into())),
        }
    }

    /// Waits for something to happen, or for this long; if none is given, as long as the protocol says.
    ///
    /// Only the time without any octet counts.
    pub fn turn(&mut self, patience: Option<Duration>) -> Result<Turn, Failure> {
        let deadline = patience.map(|patience| Instant::now() + patience);
        loop {
            match self.client.poll_output() {
                Ok(Output::Event(event)) => {
                    self.watch(&event);
                    return Ok(Turn::Event(event));
                }
                Ok(Output::Transmit(bytes)) => {
                    if self.broken.is_none()
                        && let Err(error) = self.stream.send(&bytes)
                    {
                        // The server may have said why it hung up: read on.
                        self.broken = Some(error.to_string());
                    }
                }
                Ok(Output::NeedInput) => {
                    let usual = self.account.patience(self.client.timeout().min(PATIENCE));
                    let now = Instant::now();
                    let left = deadline.map(|deadline| deadline.saturating_duration_since(now));
                    if left.is_some_and(|left| left.is_zero()) {
                        return Ok(Turn::Quiet);
                    }
                    match self.stream.receive(left.unwrap_or(usual)) {
                        Ok(input) if input.is_empty() => self.client.handle_eof(),
                        Ok(input) => self.client.handle_input(input),
                        Err(error) if error.kind() == ErrorKind::TimedOut => {
                            return Ok(Turn::Quiet);
                        }
                        Err(error) => {
                            self.broken.get_or_insert(error.to_string());
                            self.client.handle_eof();
                        }
                    }
                }
                Ok(Output::Upgrade(Upgrade::Deflate)) => {
                    self.stream.compress();
                    self.client.upgraded().map_err(|error| self.failure(&error))?;
                }
                Ok(Output::Upgrade(_)) => {
                    self.handshake()?;
                    self.client.upgraded().map_err(|error| self.failure(&error))?;
                }
                Ok(Output::YourTurn) => return Ok(Turn::Yours),
                Ok(Output::Closed) => return Err(self.failure(&Error::Disconnected)),
                Err(error) => return Err(self.failure(&error)),
            }
        }
    }

    /// What concerns every program.
    fn watch(&mut self, event: &Event) {
        match event {
            Event::Bye(status) => {
                self.broken.get_or_insert(say(status));
            }
            // RFC 9051 §7.1: whoever sits there must see it.
            Event::Status(status) if has_alert(status) => self.complain(&say(status)),
            Event::Done { result, .. } => {
                if let Some(status) = result.status().filter(|status| has_alert(status))
                    && result.is_ok()
                {
                    self.complain(&say(status));
                }
            }
            Event::Invalid { raw, why } => {
                let start = raw.get(..200).unwrap_or(raw);
                self.complain(&format!("cannot read '{}': {why}", start.escape_ascii()));
            }
            _ => {}
        }
    }

    /// The machine.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Says goodbye. Nothing depends on how the server takes it.
    pub fn close(mut self) {
        if !matches!(self.client.state(), State::Closed | State::Failed) {
            let _ = self.client.send(mailwire_imap::Command::Logout);
            let patience = Some(Duration::from_secs(10));
            while let Ok(Turn::Event(_)) = self.turn(patience) {}
        }
        let _ = self.stream.close();
    }

    /// Tells of something that is not as it should be.
    pub fn complain(&self, why: &str) {
        eprintln!("{}: {why}", self.account.server);
    }

    fn handshake(&mut self) -> Result<(), Failure> {
        let account = &self.account;
        let refused = |error: &dyn std::fmt::Display| Failure::Refused(format!("no TLS: {error}"));
        let config =
            if account.insecure { tls::insecure() } else { tls::trusting(account.ca.as_deref()) };
        let name = ServerName::try_from(account.host().to_owned()).map_err(|e| refused(&e))?;
        let tls = ClientConnection::new(config.map_err(|e| refused(&e))?, name);
        let result = self.stream.handshake(tls.map_err(|e| refused(&e))?);
        result.map_err(|error| {
            // rustls' own errors are about what the server shows; all others are the network's.
            if error.kind() == ErrorKind::InvalidData {
                refused(&error)
            } else {
                Failure::Broken(format!("no TLS: {error}"))
            }
        })
    }

    fn failure(&mut self, error: &Error) -> Failure {
        match error {
            Error::Disconnected => {
                Failure::Broken(self.broken.take().unwrap_or_else(|| "connection lost".into()))
            }
            Error::NoTls | Error::Distrusted => Failure::Refused(error.to_string()),
            error => Failure::Broken(error.to_string()),
        }
    }
}

/// An error of the disk is nobody's else.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

fn has_alert(status: &Status) -> bool {
    matches!(status.code, Some(ResponseCode::Word(WordCode::Alert)))
}

fn is_bound(request: &Request) -> bool {
    matches!(request, Request::Authenticate(exchange) if exchange.mechanism().is_plus())
}

fn not_logged_in(outcome: &Outcome) -> Failure {
    let why = format!("cannot log in: {}", explain(outcome));
    let code = outcome.status().and_then(|status| status.code.as_ref());
    match code {
        Some(ResponseCode::Word(WordCode::Unavailable | WordCode::InUse | WordCode::Limit)) => {
            Failure::Broken(why)
        }
        _ if *outcome == Outcome::Lost => Failure::Broken(why),
        _ => Failure::Refused(why),
    }
}

/// How a request ended, in words.
#[must_use]
pub fn explain(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(status) | Outcome::No(status) | Outcome::Bad(status) => say(status),
        Outcome::Unreadable { raw, why } => format!("'{}': {why}", raw.escape_ascii()),
        Outcome::NotSent(why) => why.to_string(),
        Outcome::Lost => "connection lost before the answer".into(),
        Outcome::Abandoned => "given up".into(),
        Outcome::Distrusted(why) => format!("the server is not to be trusted: {why}"),
        _ => "nothing is known of it".into(),
    }
}

/// What the server says, for people: the text may be anything but a control character.
#[must_use]
pub fn say(status: &Status) -> String {
    let text = String::from_utf8_lossy(&status.text);
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let code = match &status.code {
        Some(ResponseCode::Word(word)) => format!("[{}] ", word.name()),
        _ => String::new(),
    };
    format!("{} {code}{text}", status.condition.name())
}
