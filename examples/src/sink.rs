//! The server that takes everything, without its I/O.
//!
//! A [`Session`] owns a machine and answers its events; what is left for the driver is in [`Next`].
use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
};

use bytes::Bytes;
use mailwire_core::{BareLineEnds, Output, Summary};
use mailwire_smtp::{
    Capability, Params, Reply,
    server::{Config, Event, Protocol, Server},
};
use rustls::ServerConfig;

use crate::{
    Next,
    accounts::Accounts,
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
    /// What is known of the session and of the transaction so far.
    record: Record,
    /// The message that is coming in; an error once it cannot be stored.
    draft: Option<io::Result<Draft>>,
}

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
        Self { sink, server, record, draft: None }
    }

    /// Answers what the client did, and says what the driver has to do then.
    ///
    /// Writes files meanwhile.
    pub fn poll(&mut self) -> Result<Next, mailwire_smtp::Error> {
        loop {
            match self.server.poll_output()? {
                Output::Event(event) => self.answer(event)?,
                Output::Transmit(bytes) => return Ok(Next::Write(bytes)),
                Output::NeedInput => return Ok(Next::Read(self.server.timeout())),
                Output::YourTurn => self.server.decline(),
                Output::Upgrade(_) => return Ok(Next::Handshake),
                Output::Closed => return Ok(Next::Close),
            }
        }
    }

    /// Takes what was read.
    pub fn handle_input(&mut self, input: Bytes) {
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

    /// Takes note that the connection is under TLS.
    pub fn upgraded(&mut self) -> Result<(), mailwire_smtp::Error> {
        self.record.tls = true;
        self.server.upgraded()
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
            Event::Auth(mechanism) => match self.sink.accounts.exchange(mechanism) {
                Ok(exchange) => self.server.authenticate(exchange),
                Err(_) => self.server.reject(&Reply::AUTH_UNAVAILABLE),
            },
            Event::Ask(question) => self.sink.accounts.answer(&question, &mut self.server),
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
            // Declining does what is right for all that a sink has no opinion about.
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
        kept.map(drop)
    }

    fn forget_transaction(&mut self) {
        self.draft = None;
        let Record { peer, hello, user, tls, .. } = std::mem::take(&mut self.record);
        self.record = Record { peer, hello, user, tls, ..Record::default() };
    }
}
