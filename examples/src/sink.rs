//! The server that takes everything, without its I/O.
//!
//! A [`Session`] owns a machine and answers its events; what is left for the driver is in [`Next`].
use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use mailwire_core::{BareLineEnds, Output, Summary};
use mailwire_sasl::ChannelBinding;
use mailwire_smtp::{
    Capability, Params, Reply,
    server::{Config, Event, Protocol, Server, State},
};
use rustls::ServerConfig;

use crate::{
    Next,
    accounts::{Accounts, Answer},
    options::SinkOptions,
    store::{Draft, Record, Store},
    tls,
};

/// What all sessions share.
#[derive(Debug)]
pub struct Sink {
    config: Arc<Config>,
    accounts: Accounts,
    store: Store,
    tls: Option<Arc<ServerConfig>>,
}

/// One connection.
#[derive(Debug)]
pub struct Session {
    sink: Arc<Sink>,
    server: Server,
    /// What SCRAM can be bound to.
    channel: ChannelBinding,
    /// A command, or a block of a message, has to be there whole by then, however it is cut.
    deadline: Instant,
    /// Whether there was anything since the deadline was set that earns a new one.
    progress: bool,
    /// How many octets of a message came since then.
    octets: usize,
    /// What is known of the session and of the transaction so far.
    record: Record,
    /// The message that is coming in; an error once it cannot be stored.
    draft: Option<io::Result<Draft>>,
}

/// How much of a message earns a new deadline: about a line at its longest (RFC 5321 §4.5.3.1.6).
const BLOCK: usize = 1_000;

impl Sink {
    /// Prepares a sink that listens at `local`.
    pub fn new(
        options: &SinkOptions,
        local: SocketAddr,
    ) -> Result<Arc<Self>, Box<dyn Error + Send + Sync>> {
        let mut config = Config::new("localhost")?;
        config.offers.extend([
            Capability::BinaryMime,
            Capability::Dsn,
            Capability::DeliverBy(None),
            Capability::MtPriority(Params::default()),
        ]);
        if options.lmtp {
            config.protocol = Protocol::Lmtp;
        }
        config.max_message_size = options.max_size;
        // What comes is to be seen, not to be mended; the end of a message is CRLF.CRLF all the same.
        config.bare_line_ends = BareLineEnds::Keep;
        if !options.users.is_empty() {
            config.auth = Accounts::MECHANISMS.to_vec();
            config.plaintext_auth_without_tls = local.ip().is_loopback();
        }
        let tls = options.tls.map(|_| tls::self_signed()).transpose()?;
        if tls.is_some() {
            config.offers.extend([Capability::StartTls, Capability::RequireTls]);
        }
        Ok(Arc::new(Self {
            config: config.into(),
            accounts: Accounts::new(&options.users)?,
            store: Store::new(options.dir.clone())?,
            tls,
        }))
    }

    /// What a handshake needs.
    #[must_use]
    pub fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.tls.clone()
    }
}

impl Session {
    /// Greets a client.
    #[must_use]
    pub fn new(sink: Arc<Sink>, peer: SocketAddr) -> Self {
        let server = Server::new(Arc::clone(&sink.config));
        let record = Record { peer: peer.to_string(), ..Record::default() };
        Self {
            sink,
            server,
            channel: ChannelBinding::None,
            deadline: Instant::now(),
            progress: true,
            octets: 0,
            record,
            draft: None,
        }
    }

    /// Answers what the client did, and says what the driver has to do then.
    ///
    /// Writes files meanwhile.
    pub fn poll(&mut self) -> Result<Next, mailwire_smtp::Error> {
        loop {
            match self.server.poll_output()? {
                Output::Event(event) => {
                    self.progress |= !matches!(event, Event::Chunk(_));
                    self.answer(event)?;
                }
                Output::Transmit(bytes) => {
                    self.progress = true;
                    return Ok(Next::Write(bytes));
                }
                Output::NeedInput => return Ok(Next::Read(self.time_left())),
                Output::YourTurn => self.server.decline(),
                Output::Upgrade(_) => return Ok(Next::Handshake),
                Output::Closed => return Ok(Next::Close),
            }
        }
    }

    /// Takes what was read.
    pub fn handle_input(&mut self, input: Bytes) {
        if self.server.state() == State::Body {
            // Also of one that is refused already: all of it must come before its client hears of that.
            self.octets += input.len();
            self.progress |= self.octets >= BLOCK;
        }
        self.server.handle_input(input);
    }

    /// Takes note that the client sends no more.
    pub fn handle_eof(&mut self) {
        self.server.handle_eof();
    }

    /// Takes note that nothing came for too long.
    pub fn handle_timeout(&mut self) -> Result<(), mailwire_smtp::Error> {
        self.server.send(&Reply::TIMEOUT)
    }

    /// Takes note that the connection is under TLS, and of what is special about it.
    pub fn upgraded(&mut self, channel: ChannelBinding) -> Result<(), mailwire_smtp::Error> {
        self.record.tls = true;
        self.channel = channel;
        self.server.upgraded()
    }

    fn time_left(&mut self) -> Duration {
        let now = Instant::now();
        if self.progress {
            self.deadline = now + self.server.timeout();
            (self.progress, self.octets) = (false, 0);
        }
        self.deadline.saturating_duration_since(now)
    }

    fn answer(&mut self, event: Event) -> Result<(), mailwire_smtp::Error> {
        match event {
            Event::Hello { name, .. } => {
                self.forget_transaction();
                self.record.hello = Some(name.to_string());
                self.server.accept()
            }
            Event::Mail { from, params, .. } => {
                self.forget_transaction();
                self.record.from = from.mailbox().map(ToString::to_string).unwrap_or_default();
                self.record.mail_params = params.iter().map(|param| param.to_string()).collect();
                self.server.accept()
            }
            Event::Rcpt { to, params } => {
                let to = to.mailbox().map_or("postmaster".into(), ToString::to_string);
                self.record.to.push(to);
                let params = params.iter().map(|param| param.to_string()).collect();
                self.record.rcpt_params.push(params);
                self.server.accept()
            }
            Event::Data(_) => {
                self.draft = Some(self.sink.store.draft());
                self.server.accept()
            }
            Event::Chunk(octets) => {
                if let Some(Ok(draft)) = &mut self.draft
                    && let Err(error) = draft.write_all(&octets)
                {
                    self.draft = Some(Err(error));
                }
                Ok(())
            }
            Event::End(summary) => match self.keep(summary) {
                Ok(()) => self.server.accept(),
                Err(error) => {
                    eprintln!("cannot store a message of {}: {error}", self.record.peer);
                    self.server.reject(&Reply::LOCAL_ERROR)
                }
            },
            Event::Auth(mechanism) => match self.sink.accounts.exchange(mechanism, &self.channel) {
                Ok(exchange) => self.server.authenticate(exchange),
                Err(_) => self.server.reject(&Reply::AUTH_UNAVAILABLE),
            },
            Event::Ask(question) => match self.sink.accounts.answer(&question) {
                Answer::Verdict(true) => self.server.accept(),
                Answer::Verdict(false) => self.server.reject(&Reply::AUTH_FAILED),
                Answer::Secret(secret) => self.server.supply(secret),
                Answer::ScramKeys(keys) => self.server.supply_scram(keys),
            },
            Event::Authenticated(identity) => {
                self.record.user = Some(identity.effective().into());
                Ok(())
            }
            Event::StartTls => {
                self.forget_transaction();
                (self.record.hello, self.record.user) = (None, None);
                Ok(())
            }
            Event::Reset | Event::Discarded { .. } => {
                self.forget_transaction();
                Ok(())
            }
            // Declining does what is right for all that a sink has no opinion about: 421 to an excess.
            _ => {
                self.server.decline();
                Ok(())
            }
        }
    }

    fn keep(&mut self, summary: Summary) -> io::Result<()> {
        let draft = self.draft.take().unwrap_or_else(|| self.sink.store.draft())?;
        self.record.summary = summary;
        let kept = self.sink.store.keep(draft, &self.record);
        self.forget_transaction();
        kept
    }

    fn forget_transaction(&mut self) {
        self.draft = None;
        let Record { peer, hello, user, tls, .. } = std::mem::take(&mut self.record);
        self.record = Record { peer, hello, user, tls, ..Record::default() };
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// The time left in a session that is fed so.
    fn left(session: &mut Session, input: &'static [u8]) -> Duration {
        session.handle_input(Bytes::from_static(input));
        loop {
            match session.poll().unwrap() {
                Next::Read(left) => return left,
                Next::Write(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn only_progress_earns_time() {
        let local = "127.0.0.1:25".parse().unwrap();
        let sink =
            Sink::new(&SinkOptions::parse_from(["sink", "--max-size", "100"]), local).unwrap();
        let mut session = Session::new(sink, local);
        let mut last = left(&mut session, b"");
        for (input, earns) in [
            (&b"N"[..], false),
            (b"OOP", false),
            (b"\r\n", true),
            (b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n", false), // 3 minutes, not 5
            (b"x", false),
            (b"y\r\n", false),
            (&[b'x'; BLOCK], true),
            (b"too large", false),
            (&[b'x'; BLOCK], true),
        ] {
            std::thread::sleep(Duration::from_millis(2));
            let now = left(&mut session, input);
            assert_eq!(now > last, earns, "{}", input.escape_ascii());
            last = now;
        }
    }
}
