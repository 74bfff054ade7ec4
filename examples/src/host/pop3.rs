//! POP3.
use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Capability, Error, Expiry, LanguageListing, LanguageRange, LanguageTag, MessageNumber, Reply,
    Timestamp, UniqueId, Words,
    server::{Config, Due, Event, Flow, Login, Maildrop, Server},
};
use mailwire_sasl::{ChannelBinding, saslprep};

use super::{
    Host,
    mail::{self, Account, MailError, MailboxId, Message},
    options::HostOptions,
    service::Service,
    session::{Failure, Patience, Session, Step},
};
use crate::accounts::{Accounts, Answer, random};

/// What a service offers; `plaintext` says whether passwords may come without TLS.
pub fn config(options: &HostOptions, service: Service, plaintext: bool) -> Result<Config, Failure> {
    let mut config = Config::new("mailhost ready")?;
    config.offers.extend([
        // Nothing is deleted but by the client.
        Capability::Expire { after: Expiry::Never, per_user: false },
        Capability::Utf8 { user: true },
        Capability::Lang,
        Capability::Implementation(Words::new(["mailwire"])?),
        Capability::Stls,
    ]);
    config.languages = vec![english()];
    config.auth = Accounts::MECHANISMS.into_iter().chain(Accounts::TOKENS).collect();
    config.plaintext_auth_without_tls = plaintext;
    config.require_tls = options.require_tls;
    config.implicit_tls = service.is_tls();
    Ok(config)
}

/// One connection.
#[derive(Debug)]
pub struct Pop3Session {
    host: Arc<Host>,
    peer: SocketAddr,
    server: Server,
    channel: ChannelBinding,
    patience: Patience,
    maildrop: Option<Snapshot>,
    /// The message that is on its way, and how much of it is.
    sending: Option<(Message, u64)>,
}

/// What the INBOX held when the client logged in. Others may change it meanwhile, but not by POP3.
#[derive(Debug)]
struct Snapshot {
    account: Arc<Account>,
    inbox: MailboxId,
    messages: Vec<Message>,
    _lock: mail::Maildrop,
}

/// How much of a message is read at once.
const BLOCK: u64 = 128 * 1024;

impl Pop3Session {
    /// Greets a client.
    #[must_use]
    pub fn new(host: Arc<Host>, config: Arc<Config>, peer: SocketAddr) -> Self {
        let nonce: String = random::<16>().iter().map(|octet| format!("{octet:02x}")).collect();
        let timestamp = Timestamp::new(&format!("<{nonce}@localhost>")).expect("a msg-id");
        // The digest of APOP protects the password as CRAM-MD5 does, unless nothing may come before TLS.
        let server = if config.require_tls {
            Server::new(config)
        } else {
            Server::with_apop(config, timestamp)
        };
        Self {
            host,
            peer,
            server,
            channel: ChannelBinding::None,
            patience: Patience::default(),
            maildrop: None,
            sending: None,
        }
    }

    fn answer(&mut self, event: Event) -> Result<(), Error> {
        let accounts = &self.host.accounts;
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
            Event::Open(login) => self.open(&login),
            Event::Stat => {
                let sizes = self.server.messages().filter_map(|number| self.message(number));
                let octets = sizes.map(|message| message.facts.wire_octets).sum();
                self.server.send_total(octets)
            }
            Event::Sizes | Event::UniqueIds | Event::Delete(_) => self.server.accept(),
            Event::Size(number) => {
                let octets = self.size(number);
                self.server.send_size(octets)
            }
            Event::UniqueId(number) => {
                let id = self.unique_id(number);
                self.server.send_unique_id(&id)
            }
            Event::Retrieve(number) | Event::Top { number, .. } => self.start(number),
            Event::Language(range) if speaks(&range) => self.server.accept_language(&english()),
            Event::Update => self.update(),
            // Declining does what is right for all that this host has no opinion about.
            _ => {
                self.server.decline();
                Ok(())
            }
        }
    }

    fn open(&mut self, login: &Login) -> Result<(), Error> {
        let user = saslprep::query(login.user()).unwrap_or_default();
        let Some(account) = self.host.mail.account(&user).map(Arc::clone) else {
            return self.server.reject(&Reply::AUTH_FAILED);
        };
        let Some(lock) = account.lock_maildrop() else {
            return self.server.reject(&Reply::IN_USE);
        };
        self.host.refresh(&account);
        let found = account.look(|state| {
            let inbox = state.find("INBOX")?;
            Some((inbox, state.mailbox(inbox)?.messages().values().cloned().collect::<Vec<_>>()))
        });
        let Some((inbox, messages)) = found else { return self.server.reject(&Reply::BROKEN) };
        let Ok(count) = u32::try_from(messages.len()) else {
            return self.server.reject(&Reply::BROKEN);
        };
        let octets: u64 = messages.iter().map(|message| message.facts.wire_octets).sum();
        let mut maildrop = Maildrop::new(count);
        let words = format!("maildrop has {count} messages ({octets} octets)");
        maildrop.welcome = Reply::ok(words).expect("a short line");
        self.maildrop = Some(Snapshot { account, inbox, messages, _lock: lock });
        self.server.open(maildrop)
    }

    fn start(&mut self, number: MessageNumber) -> Result<(), Error> {
        let message = self.message(number).cloned();
        match message.map(|message| self.read(&message, 0).map(|_| message)) {
            Some(Ok(message)) => {
                self.sending = Some((message, 0));
                self.server.accept()
            }
            // Somebody else has expunged it.
            Some(Err(error)) if error.is_gone() => self.server.reject(&Reply::NO_SUCH_MESSAGE),
            _ => self.server.reject(&Reply::LOCAL_ERROR),
        }
    }

    /// The next of what is due: a piece of a message, or as much of a listing as is wanted.
    fn go_on(&mut self) -> Result<(), Error> {
        while let Some(due) = self.server.due() {
            match due {
                Due::Size(number) => {
                    let octets = self.size(number);
                    self.server.send_size(octets)?;
                }
                Due::UniqueId(number) => {
                    let id = self.unique_id(number);
                    self.server.send_unique_id(&id)?;
                }
                _ => self.send_block()?,
            }
        }
        Ok(())
    }

    fn send_block(&mut self) -> Result<(), Error> {
        let block = match &self.sending {
            Some((message, sent)) => self.read(message, *sent),
            None => Ok(Bytes::new()),
        };
        let flow = match block {
            Ok(block) if block.is_empty() => Flow::Enough,
            Ok(block) => {
                if let Some((_, sent)) = &mut self.sending {
                    *sent += block.len() as u64;
                }
                self.server.send_body(block)?
            }
            Err(error) => {
                // Half of a message must not look like all of it.
                self.host.log(format_args!("pop3 {}: cannot read a message: {error}", self.peer));
                self.server.abort();
                return Ok(());
            }
        };
        if flow == Flow::Enough {
            self.sending = None;
            self.server.finish_body()?;
        }
        Ok(())
    }

    fn update(&mut self) -> Result<(), Error> {
        let Some(snapshot) = self.maildrop.take() else { return self.server.accept() };
        let numbers = self.server.deleted();
        let uids: Vec<_> =
            numbers.filter_map(|number| snapshot.message(number)).map(|m| m.uid).collect();
        match snapshot.account.expunge(snapshot.inbox, &uids, false) {
            Ok(_) => self.server.accept(),
            Err(error) => {
                self.host.log(format_args!("pop3 {}: nothing removed: {error}", self.peer));
                self.server.reject(&Reply::NOT_REMOVED)
            }
        }
    }

    fn read(&self, message: &Message, from: u64) -> Result<Bytes, MailError> {
        let maildrop = self.maildrop.as_ref().ok_or(MailError::NoSuchMailbox)?;
        maildrop.account.read(message, from..from + BLOCK)
    }

    fn size(&self, number: MessageNumber) -> u64 {
        self.message(number).map_or(0, |message| message.facts.wire_octets)
    }

    /// Never the same for two messages, and the same in every session.
    fn unique_id(&self, number: MessageNumber) -> UniqueId {
        let inbox = self.maildrop.as_ref().map_or(0, |maildrop| maildrop.inbox.0);
        let uid = self.message(number).map_or(0, |message| message.uid);
        UniqueId::new(&format!("{inbox:08x}{uid:08x}")).expect("16 hexadecimal digits")
    }

    fn message(&self, number: MessageNumber) -> Option<&Message> {
        self.maildrop.as_ref()?.message(number)
    }
}

impl Snapshot {
    fn message(&self, number: MessageNumber) -> Option<&Message> {
        let at = usize::try_from(number.get()).ok()?.checked_sub(1)?;
        self.messages.get(at)
    }
}

impl Session for Pop3Session {
    fn handle_input(&mut self, input: Bytes) {
        self.server.handle_input(input);
    }

    fn handle_eof(&mut self) {
        self.server.handle_eof();
    }

    fn poll(&mut self) -> Result<Step, Failure> {
        loop {
            match self.server.poll_output()? {
                Output::Event(event) => {
                    self.patience.renew();
                    self.answer(event)?;
                }
                Output::Transmit(octets) => {
                    self.patience.renew();
                    return Ok(Step::Transmit(octets));
                }
                Output::NeedInput => return Ok(Step::NeedInput),
                Output::YourTurn => self.go_on()?,
                Output::Upgrade(layer) => return Ok(Step::Upgrade(layer)),
                Output::Closed => return Ok(Step::Closed),
            }
        }
    }

    fn upgraded(&mut self, binding: &ChannelBinding) -> Result<(), Failure> {
        self.channel = binding.clone();
        self.patience.renew();
        if !self.server.is_tls() {
            self.server.upgraded()?;
        }
        Ok(())
    }

    fn timeout(&mut self) -> Duration {
        self.patience.left(self.server.timeout())
    }

    /// There is no more to be said, and nothing is deleted (RFC 1939 §3).
    fn handle_timeout(&mut self) {
        self.server.abort();
    }
}

fn english() -> LanguageListing {
    let tag = LanguageTag::new("en").expect("a language");
    LanguageListing::new(tag, "English").expect("a short word")
}

fn speaks(range: &LanguageRange) -> bool {
    match range {
        LanguageRange::Any => true,
        LanguageRange::Tag(tag) => {
            let tag = tag.as_str().to_ascii_lowercase();
            tag == "en" || tag.starts_with("en-")
        }
    }
}
