//! SMTP, submission and LMTP: one session for all three.
mod received;

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_sasl::ChannelBinding;
use mailwire_smtp::{
    Capability, Error, ForwardPath, Params, Reply, ReversePath,
    server::{Config, Event, HelloVerb, Protocol, Server, State},
};

use super::{
    Host,
    mail::{Account, Arrival, Envelope, MailError},
    options::HostOptions,
    service::Service,
    session::{Failure, Patience, Session, Step},
    store::{Draft, Sealed},
};
use crate::accounts::{Accounts, Answer};
use received::Received;

/// The host's own name.
const NAME: &str = "localhost";

/// What a service offers; `plaintext` says whether passwords may come without TLS.
pub fn config(options: &HostOptions, service: Service, plaintext: bool) -> Result<Config, Failure> {
    let mut config = Config::new(NAME)?;
    config.offers.extend([
        Capability::BinaryMime,
        Capability::Dsn,
        Capability::DeliverBy(None),
        Capability::MtPriority(Params::default()),
        Capability::Vrfy,
        Capability::Help,
        Capability::StartTls,
        Capability::RequireTls,
    ]);
    if service == Service::Lmtp {
        config.protocol = Protocol::Lmtp;
    }
    config.max_message_size = Some(options.max_message);
    // As many as LIMITS can say.
    config.max_transactions = Some(999_999);
    config.auth = Accounts::MECHANISMS.into_iter().chain(Accounts::TOKENS).collect();
    config.plaintext_auth_without_tls = plaintext;
    config.require_auth = matches!(service, Service::Submission | Service::Smtps);
    config.require_tls = options.require_tls;
    config.implicit_tls = service.is_tls();
    Ok(config)
}

/// One connection.
#[derive(Debug)]
pub struct SmtpSession {
    host: Arc<Host>,
    service: Service,
    peer: SocketAddr,
    server: Server,
    channel: ChannelBinding,
    patience: Patience,
    /// The last EHLO, with the name of the client.
    hello: Option<(HelloVerb, String)>,
    user: Option<String>,
    transaction: Transaction,
    /// The message that is coming in; an error once it cannot be stored.
    draft: Option<Result<Draft, MailError>>,
}

#[derive(Debug, Default)]
struct Transaction {
    from: String,
    mail_params: String,
    smtputf8: bool,
    recipients: Vec<Recipient>,
}

#[derive(Debug)]
struct Recipient {
    address: String,
    params: String,
    account: Arc<Account>,
}

impl SmtpSession {
    /// Greets a client.
    #[must_use]
    pub fn new(host: Arc<Host>, config: Arc<Config>, service: Service, peer: SocketAddr) -> Self {
        Self {
            host,
            service,
            peer,
            server: Server::new(config),
            channel: ChannelBinding::None,
            patience: Patience::default(),
            hello: None,
            user: None,
            transaction: Transaction::default(),
            draft: None,
        }
    }

    fn answer(&mut self, event: Event) -> Result<(), Error> {
        let accounts = &self.host.accounts;
        match event {
            Event::Hello { verb, name } => {
                self.forget_transaction();
                self.hello = Some((verb, name.to_string()));
                self.server.accept()
            }
            Event::Mail { from, params, .. } => {
                self.forget_transaction();
                self.transaction.from = sender(&from);
                self.transaction.smtputf8 = params.smtputf8();
                self.transaction.mail_params = params.to_string();
                self.server.accept()
            }
            Event::Rcpt { to, params } => self.add_recipient(&to, params.to_string()),
            Event::Data(_) => match self.begin() {
                Ok(draft) => {
                    self.draft = Some(Ok(draft));
                    self.server.accept()
                }
                Err(error) => {
                    self.complain(&error);
                    self.server.reject(&Reply::LOCAL_ERROR)
                }
            },
            Event::Chunk(octets) => {
                if let Some(Ok(draft)) = &mut self.draft
                    && let Err(error) = draft.write_all(&octets)
                {
                    self.draft = Some(Err(error.into()));
                }
                Ok(())
            }
            Event::End(_) => self.end(),
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
            Event::Authenticated(identity) => {
                self.user = Some(identity.effective().into());
                Ok(())
            }
            Event::Vrfy { name, .. } => {
                let text = String::from_utf8_lossy(name.as_bytes()).into_owned();
                self.verify(&text)
            }
            Event::StartTls => {
                self.forget_transaction();
                (self.hello, self.user) = (None, None);
                Ok(())
            }
            Event::Reset | Event::Discarded { .. } => {
                self.forget_transaction();
                Ok(())
            }
            // Declining does what is right for all that this host has no opinion about: 421 to an excess.
            _ => {
                self.server.decline();
                Ok(())
            }
        }
    }

    fn add_recipient(&mut self, to: &ForwardPath, params: String) -> Result<(), Error> {
        let (address, account) = match to.mailbox() {
            // The domain-less Postmaster, whom every host has (RFC 5321 §4.5.1).
            None => ("postmaster".into(), self.host.mail.first()),
            Some(mailbox) => {
                let domain = mailbox.domain().map(|domain| domain.to_string());
                let local_part = mailbox.unquoted_local_part();
                let postmaster = local_part.eq_ignore_ascii_case("postmaster");
                let known = self.host.recipient(&local_part, domain.as_deref());
                let first = self.host.mail.first().filter(|_| postmaster);
                (mailbox.to_string(), known.or(first))
            }
        };
        let Some(account) = account else { return self.server.reject(&Reply::NO_SUCH_USER) };
        let account = Arc::clone(account);
        self.transaction.recipients.push(Recipient { address, params, account });
        self.server.accept()
    }

    /// Begins the text, with the fields of this host on top (RFC 5321 §4.4).
    fn begin(&mut self) -> Result<Draft, MailError> {
        let recipients = &self.transaction.recipients;
        let first = recipients.first().ok_or(MailError::Cannot("there is no recipient"))?;
        let mut draft = first.account.draft()?;
        let received = Received {
            hello: self.hello.as_ref().map(|(verb, name)| (*verb, &**name)),
            peer: self.peer.ip(),
            name: NAME,
            lmtp: self.service == Service::Lmtp,
            tls: self.server.is_tls(),
            authenticated: self.server.is_authenticated(),
            smtputf8: self.transaction.smtputf8,
            id: draft.name(),
            // Of several each would learn of the others.
            recipient: (recipients.len() == 1).then_some(&first.address),
        };
        // Return-Path fields that the message brings along may be taken out (RFC 5321 §4.4), and stay: what came is
        // what is kept.
        let fields = format!("Return-Path: <{}>\r\n{received}\r\n", self.transaction.from);
        draft.write_all(fields.as_bytes())?;
        Ok(draft)
    }

    /// The message is all there: it is in every mailbox when the client hears of it.
    fn end(&mut self) -> Result<(), Error> {
        let missing = Err(MailError::Cannot("there is no message"));
        let sealed = self.draft.take().unwrap_or(missing).and_then(|draft| Ok(draft.seal()?));
        let transaction = std::mem::take(&mut self.transaction);
        let text = match sealed {
            Ok(text) => Arc::new(text),
            Err(error) => {
                self.complain(&error);
                return self.server.reject(&refusal(&error));
            }
        };
        let mut replies: Vec<(Arc<Account>, Reply)> = Vec::new();
        for Recipient { account, .. } in &transaction.recipients {
            // Once for each account, however many of its addresses are among the recipients.
            if !replies.iter().any(|(done, _)| Arc::ptr_eq(done, account)) {
                let reply = self.deliver(&transaction, account, &text);
                replies.push((Arc::clone(account), reply));
            }
        }
        if self.service != Service::Lmtp {
            // What failed for one the client sends again: better twice than not at all.
            let failed = replies.iter().map(|(_, reply)| reply).find(|reply| !reply.is_positive());
            return match failed {
                Some(reply) => self.server.reject(reply),
                None => self.server.accept(),
            };
        }
        for Recipient { account, .. } in &transaction.recipients {
            let reply = replies.iter().find(|(done, _)| Arc::ptr_eq(done, account));
            self.server.reply(reply.map_or(&Reply::LOCAL_ERROR, |(_, reply)| reply))?;
        }
        Ok(())
    }

    fn deliver(
        &self,
        transaction: &Transaction,
        account: &Arc<Account>,
        text: &Arc<Sealed>,
    ) -> Reply {
        let here = || transaction.recipients.iter().filter(|r| Arc::ptr_eq(&r.account, account));
        let envelope = Envelope {
            from: transaction.from.clone(),
            to: here().map(|recipient| recipient.address.clone()).collect(),
            mail_params: transaction.mail_params.clone(),
            rcpt_params: here().map(|recipient| recipient.params.clone()).collect(),
            user: self.user.clone(),
        };
        let said = Said(self, &envelope, account, text.octets).to_string();
        let arrival = Arrival { envelope: Some(envelope), ..Arrival::new(Arc::clone(text)) };
        let inbox = account.look(|state| state.find("INBOX")).ok_or(MailError::NoSuchMailbox);
        match inbox.and_then(|inbox| account.append(inbox, vec![arrival])) {
            Ok(_) => {
                self.host.log(format_args!("{said}"));
                Reply::MESSAGE_ACCEPTED
            }
            Err(error) => {
                self.complain(&error);
                refusal(&error)
            }
        }
    }

    fn verify(&mut self, name: &str) -> Result<(), Error> {
        let bare = name.trim().trim_start_matches('<').trim_end_matches('>');
        let (local_part, domain) = match bare.rsplit_once('@') {
            Some((local_part, domain)) => (local_part, Some(domain)),
            None => (bare, None),
        };
        let known = self.host.mail.recipient(local_part, domain).map(|account| account.name());
        let reply = known.filter(|name| name.is_ascii()).and_then(|name| {
            let address = if name.contains('@') { name.into() } else { format!("{name}@{NAME}") };
            Reply::new(250, format!("2.1.5 <{address}>")).ok()
        });
        match reply {
            Some(reply) => self.server.reply(&reply),
            None if self.host.recipient(local_part, domain).is_none() => {
                self.server.reject(&Reply::NO_SUCH_USER)
            }
            None => self.server.accept(),
        }
    }

    fn complain(&self, error: &MailError) {
        self.host.log(format_args!("{} {}: not stored: {error}", self.service, self.peer));
    }

    fn forget_transaction(&mut self) {
        self.draft = None;
        self.transaction = Transaction::default();
    }
}

impl Session for SmtpSession {
    fn handle_input(&mut self, input: Bytes) {
        if self.server.state() == State::Body {
            self.patience.add(input.len());
        }
        self.server.handle_input(input);
    }

    fn handle_eof(&mut self) {
        self.server.handle_eof();
    }

    fn poll(&mut self) -> Result<Step, Failure> {
        loop {
            match self.server.poll_output()? {
                Output::Event(event) => {
                    if !matches!(event, Event::Chunk(_)) {
                        self.patience.renew();
                    }
                    self.answer(event)?;
                }
                Output::Transmit(octets) => {
                    self.patience.renew();
                    return Ok(Step::Transmit(octets));
                }
                Output::NeedInput => return Ok(Step::NeedInput),
                Output::YourTurn => self.server.decline(),
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

    fn handle_timeout(&mut self) {
        // It is over already if this is misuse.
        let _ = self.server.send(&Reply::TIMEOUT);
    }
}

/// What the log says of a message.
struct Said<'a>(&'a SmtpSession, &'a Envelope, &'a Account, u64);

impl std::fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(session, envelope, account, octets) = self;
        let Envelope { from, to, mail_params, rcpt_params, user } = envelope;
        write!(f, "{} {}: <{from}>", session.service, session.peer)?;
        if !mail_params.is_empty() {
            write!(f, " {mail_params}")?;
        }
        for (to, params) in to.iter().zip(rcpt_params) {
            write!(f, " to <{to}>")?;
            if !params.is_empty() {
                write!(f, " {params}")?;
            }
        }
        if let Some(user) = user {
            write!(f, " by {user}")?;
        }
        write!(f, ": {octets} octets for {}", account.name())
    }
}

fn sender(path: &ReversePath) -> String {
    path.mailbox().map(ToString::to_string).unwrap_or_default()
}

fn refusal(error: &MailError) -> Reply {
    match error {
        MailError::OverQuota => {
            Reply::new(452, "4.2.2 Mailbox is full").unwrap_or(Reply::NO_STORAGE)
        }
        MailError::Store(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            Reply::NO_STORAGE
        }
        _ => Reply::LOCAL_ERROR,
    }
}
