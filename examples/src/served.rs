//! The server that serves a folder, without its I/O but for the files.
//!
//! A [`Session`] owns a machine and answers its events; what is left for the driver is in [`Next`].
use std::{
    error::Error,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Capability, Expiry, MessageNumber, Reply, Timestamp,
    server::{Config, Due, Event, Flow, Maildrop, Server},
};
use mailwire_sasl::{ChannelBinding, saslprep};
use rustls::ServerConfig;

use crate::{
    Next,
    accounts::{Accounts, Answer, random},
    folder::{Folder, Message, Reading, Snapshot},
    options::DropOptions,
    tls,
};

/// What all sessions share.
#[derive(Debug)]
pub struct Drop {
    config: Arc<Config>,
    accounts: Accounts,
    folder: Folder,
    tls: Option<Arc<ServerConfig>>,
}

/// One connection.
#[derive(Debug)]
pub struct Session {
    drop: Arc<Drop>,
    server: Server,
    peer: SocketAddr,
    /// What SCRAM can be bound to.
    channel: ChannelBinding,
    /// A command has to be there whole by then, however it is cut.
    deadline: Instant,
    /// Whether there was anything since the deadline was set that earns a new one.
    progress: bool,
    /// The folder, once somebody is logged in.
    snapshot: Option<Snapshot>,
    /// The message that is on its way.
    reading: Option<Reading>,
}

impl Drop {
    /// Prepares a server that listens at `local`.
    pub fn new(
        options: &DropOptions,
        local: SocketAddr,
    ) -> Result<Arc<Self>, Box<dyn Error + Send + Sync>> {
        let mut config = Config::new("mailwire pop3_drop ready")?;
        config.auth = Accounts::MECHANISMS.to_vec();
        config.plaintext_auth_without_tls = local.ip().is_loopback();
        config.implicit_tls = options.implicit;
        // Nothing is deleted but by the client.
        config.offers.push(Capability::Expire { after: Expiry::Never, per_user: false });
        let tls = options.tls.map(|_| tls::self_signed()).transpose()?;
        if tls.is_some() {
            config.offers.push(Capability::Stls);
        }
        let folder = Folder::new(&options.dir)
            .map_err(|error| format!("cannot read {}: {error}", options.dir.display()))?;
        let accounts = Accounts::new(&options.users)?;
        Ok(Arc::new(Self { config: config.into(), accounts, folder, tls }))
    }

    /// What a handshake needs.
    #[must_use]
    pub fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.tls.clone()
    }

    /// Whether the handshake comes before everything else.
    #[must_use]
    pub fn is_implicit(&self) -> bool {
        self.config.implicit_tls
    }
}

impl Session {
    /// Greets a client, over TLS on this channel if there is TLS from the start.
    #[must_use]
    pub fn new(drop: Arc<Drop>, peer: SocketAddr, channel: ChannelBinding) -> Self {
        let nonce: String = random::<16>().iter().map(|octet| format!("{octet:02x}")).collect();
        let timestamp = Timestamp::new(&format!("<{nonce}@localhost>")).expect("a msg-id");
        let server = Server::with_apop(Arc::clone(&drop.config), timestamp);
        Self {
            drop,
            server,
            peer,
            channel,
            deadline: Instant::now(),
            progress: true,
            snapshot: None,
            reading: None,
        }
    }

    /// Answers what the client did, and says what the driver has to do then.
    ///
    /// Reads and removes files meanwhile.
    pub fn poll(&mut self) -> Result<Next, mailwire_pop3::Error> {
        loop {
            match self.server.poll_output()? {
                Output::Event(event) => {
                    self.progress = true;
                    self.answer(event)?;
                }
                Output::Transmit(bytes) => {
                    self.progress = true;
                    return Ok(Next::Write(bytes));
                }
                Output::NeedInput => return Ok(Next::Read(self.time_left())),
                Output::YourTurn => self.go_on()?,
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

    /// Takes note that nothing came for too long: there is no more to be said (RFC 1939 §3).
    pub fn handle_timeout(&mut self) {
        self.server.abort();
    }

    /// Takes note that the connection is under TLS, and of what is special about it.
    pub fn upgraded(&mut self, channel: ChannelBinding) -> Result<(), mailwire_pop3::Error> {
        self.channel = channel;
        self.server.upgraded()
    }

    fn time_left(&mut self) -> Duration {
        let now = Instant::now();
        if self.progress {
            self.deadline = now + self.server.timeout();
            self.progress = false;
        }
        self.deadline.saturating_duration_since(now)
    }

    fn answer(&mut self, event: Event) -> Result<(), mailwire_pop3::Error> {
        let accounts = &self.drop.accounts;
        match event {
            Event::Pass { name, password } => {
                let name = saslprep::query(&name).unwrap_or_default();
                let password = password.secret().as_str().map(saslprep::query);
                let password = password.and_then(Result::ok).unwrap_or_default();
                if accounts.knows(&name, &(&*password).into()) {
                    self.server.accept()
                } else {
                    self.server.reject(&Reply::AUTH_FAILED)
                }
            }
            Event::Apop { name } => self.server.supply(accounts.secret(&name)),
            Event::Auth(mechanism) => match accounts.exchange(mechanism, &self.channel) {
                Ok(exchange) => self.server.authenticate(exchange),
                Err(_) => self.server.reject(&Reply::AUTH_UNAVAILABLE),
            },
            Event::Ask(question) => match accounts.answer(&question) {
                Answer::Verdict(true) => self.server.accept(),
                Answer::Verdict(false) => self.server.reject(&Reply::AUTH_FAILED),
                Answer::Secret(secret) => self.server.supply(secret),
                Answer::ScramKeys(keys) => self.server.supply_scram(keys),
            },
            Event::Open(_) => self.open(),
            Event::Stat => {
                let sizes = self.server.messages().filter_map(|number| self.message(number));
                let octets = sizes.map(|message| message.octets).sum();
                self.server.send_total(octets)
            }
            Event::Sizes | Event::UniqueIds | Event::Delete(_) => self.server.accept(),
            Event::Size(number) => match self.message(number).map(|message| message.octets) {
                Some(octets) => self.server.send_size(octets),
                None => self.server.reject(&Reply::LOCAL_ERROR),
            },
            Event::UniqueId(number) => match self.message(number).map(|message| message.id.clone())
            {
                Some(id) => self.server.send_unique_id(&id),
                None => self.server.reject(&Reply::LOCAL_ERROR),
            },
            Event::Retrieve(number) | Event::Top { number, .. } => self.start(number),
            Event::Update => self.update(),
            // Declining does what is right for all that this server has no opinion about.
            _ => {
                self.server.decline();
                Ok(())
            }
        }
    }

    fn open(&mut self) -> Result<(), mailwire_pop3::Error> {
        let snapshot = match self.drop.folder.take() {
            Ok(Some(snapshot)) => snapshot,
            Ok(None) => return self.server.reject(&Reply::IN_USE),
            Err(error) => {
                eprintln!("{}: cannot read the folder: {error}", self.peer);
                return self.server.reject(&Reply::LOCAL_ERROR);
            }
        };
        let Ok(count) = u32::try_from(snapshot.messages().len()) else {
            return self.server.reject(&Reply::BROKEN);
        };
        let octets: u64 = snapshot.messages().iter().map(|message| message.octets).sum();
        let mut maildrop = Maildrop::new(count);
        let words = format!("maildrop has {count} messages ({octets} octets)");
        maildrop.welcome = Reply::ok(words).expect("a short line");
        self.snapshot = Some(snapshot);
        self.server.open(maildrop)
    }

    fn start(&mut self, number: MessageNumber) -> Result<(), mailwire_pop3::Error> {
        match self.message(number).map(Message::open) {
            Some(Ok(reading)) => {
                self.reading = Some(reading);
                self.server.accept()
            }
            _ => self.server.reject(&Reply::LOCAL_ERROR),
        }
    }

    /// The next of what is due: a piece of a message, or as much of a listing as is wanted.
    fn go_on(&mut self) -> Result<(), mailwire_pop3::Error> {
        while let Some(due) = self.server.due() {
            match due {
                Due::Size(number) => {
                    let octets = self.message(number).map_or(0, |message| message.octets);
                    self.server.send_size(octets)?;
                }
                Due::UniqueId(number) => match self.message(number).map(|m| m.id.clone()) {
                    Some(id) => self.server.send_unique_id(&id)?,
                    None => self.server.abort(),
                },
                _ => self.send_block()?,
            }
        }
        Ok(())
    }

    fn send_block(&mut self) -> Result<(), mailwire_pop3::Error> {
        let block = match &mut self.reading {
            Some(reading) => reading.block(),
            None => Ok(None),
        };
        let flow = match block {
            Ok(Some(block)) => self.server.send_body(block)?,
            Ok(None) => Flow::Enough,
            Err(error) => {
                // Half of a message must not look like all of it.
                eprintln!("{}: cannot read a message: {error}", self.peer);
                self.server.abort();
                return Ok(());
            }
        };
        if flow == Flow::Enough {
            self.reading = None;
            self.server.finish_body()?;
        }
        Ok(())
    }

    fn update(&mut self) -> Result<(), mailwire_pop3::Error> {
        let Some(snapshot) = self.snapshot.take() else { return self.server.accept() };
        if snapshot.remove(self.server.deleted().map(MessageNumber::get)) {
            self.server.accept()
        } else {
            self.server.reject(&Reply::NOT_REMOVED)
        }
    }

    fn message(&self, number: MessageNumber) -> Option<&Message> {
        self.snapshot.as_ref()?.message(number.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::env;

    /// RFC 1939 §3: the connection is closed without any response, and nothing is removed.
    #[test]
    fn who_is_silent_for_too_long_is_told_nothing() {
        let dir = env::temp_dir().display().to_string();
        let options = DropOptions::parse_from(["pop3_drop", "--user", "tim:secret", "--dir", &dir]);
        let local = SocketAddr::from(([127, 0, 0, 1], 2110));
        let drop = Drop::new(&options, local).unwrap();
        let mut session = Session::new(drop, local, ChannelBinding::None);
        assert!(
            matches!(session.poll(), Ok(Next::Write(greeting)) if greeting.starts_with(b"+OK"))
        );
        assert!(matches!(session.poll(), Ok(Next::Read(wait)) if wait > Duration::from_secs(599)));
        session.handle_timeout();
        assert!(matches!(session.poll(), Ok(Next::Close)));
    }
}
