//! IMAP: the session, and where each command is done.
//!
//! The machine says what the client wants; this file hands it on:
//!
//! ```text
//! config    what is offered
//! login     who it is
//! select    SELECT, EXAMINE, CLOSE, UNSELECT
//! selected  the mailbox that is selected, as the client knows it, and what happened to it since
//! fetch     FETCH; message: what is said of one; body: its octets; index: its structure; thread_id: which others belong to it
//! store     STORE
//! copy      COPY, MOVE, EXPUNGE
//! search    SEARCH, SORT, THREAD
//! append    APPEND, REPLACE; catenate, url: messages that are put together
//! manage    commands about mailboxes as such: list, mailboxes, status, metadata, acl, quota, notify
//! job       how commands go on that take more than one step
//! ```
use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_imap::{
    Command, Error, Messages, ObjectId, ResponseCode, WordCode,
    server::{Config, Event, Server, State},
};
use mailwire_sasl::ChannelBinding;

use super::{
    Host,
    mail::{Account, Copied, Interest, MailError, MailboxId, Watch},
    session::{Failure, Patience, Session, Step},
};
use append::Upload;
use job::Job;
use notify::Notifications;
use selected::Selected;

pub use config::config;

mod about;
mod acl;
mod append;
mod body;
mod catenate;
mod config;
mod copy;
mod fetch;
mod flags;
mod index;
mod job;
mod list;
mod login;
mod mailboxes;
mod manage;
mod message;
mod metadata;
mod names;
mod notify;
mod pattern;
mod quota;
mod search;
mod select;
mod selected;
mod special_use;
mod status;
mod store;
mod thread_id;
mod uids;
mod url;

/// One connection.
#[derive(Debug)]
pub struct ImapSession {
    host: Arc<Host>,
    peer: SocketAddr,
    append_limit: u64,
    server: Server,
    channel: ChannelBinding,
    patience: Patience,
    login: Option<Login>,
    selected: Option<Box<Selected>>,
    /// The command that takes more than one step.
    job: Option<Box<Job>>,
    /// The messages that come in.
    upload: Option<Box<Upload>>,
    /// Something that is watched has changed.
    stale: bool,
}

/// Who is logged in.
#[derive(Debug)]
struct Login {
    account: Arc<Account>,
    watch: Arc<Watch>,
    /// What the client is told without asking, if it has said so.
    notifications: Option<Box<Notifications>>,
}

impl ImapSession {
    /// Greets a client.
    #[must_use]
    pub fn new(host: Arc<Host>, config: Arc<Config>, peer: SocketAddr) -> Self {
        Self {
            host,
            peer,
            append_limit: config.append_limit.unwrap_or(u64::MAX),
            server: Server::new(config),
            channel: ChannelBinding::None,
            patience: Patience::default(),
            login: None,
            selected: None,
            job: None,
            upload: None,
            stale: false,
        }
    }

    fn answer(&mut self, event: Event) -> Result<(), Error> {
        // What is said of new messages goes before the answer to whatever comes meanwhile.
        while self.job.is_some() && matches!(event, Event::Command(_) | Event::Append(_)) {
            self.go_on()?;
        }
        match event {
            Event::Login { user, password } => self.log_in(&user, &password),
            Event::Auth(mechanism) => self.authenticate(mechanism),
            Event::Ask(question) => self.answer_question(&question),
            Event::Authenticated(identity) => self.authenticated(&identity),
            Event::Unauthenticate | Event::Logout => {
                self.log_out();
                Ok(())
            }
            Event::Command(command) => self.obey(command),
            Event::Append(upcoming) => self.expect(&upcoming),
            Event::Chunk(octets) => {
                self.receive(&octets);
                Ok(())
            }
            Event::ChunkEnd => {
                self.received();
                Ok(())
            }
            Event::Refused { .. } => {
                self.upload = None;
                Ok(())
            }
            Event::Idle => {
                if let Some(login) = &self.login {
                    self.host.refresh(&login.account);
                }
                self.tell_unasked()
            }
            Event::Done => self.sync(None),
            // Declining does what is right for all that this host has no opinion about.
            _ => {
                self.server.decline();
                Ok(())
            }
        }
    }

    /// Does what the client wants.
    fn obey(&mut self, command: Command) -> Result<(), Error> {
        if let Command::Id(_) = command {
            return about::id(&mut self.server);
        }
        let Some(login) = &self.login else {
            self.server.decline();
            return Ok(());
        };
        let account = Arc::clone(&login.account);
        if asks_for_news(&command) {
            self.host.refresh(&account);
        }
        if login.notifications.is_none() {
            return self.carry_out(&account, command);
        }
        let own = manage::own(&command);
        self.tell_of_others()?;
        self.carry_out(&account, command)?;
        self.take_over(&account, own);
        Ok(())
    }

    fn carry_out(&mut self, account: &Account, command: Command) -> Result<(), Error> {
        match command {
            Command::Select { mailbox, params } => self.select(account, &mailbox, &params, false),
            Command::Examine { mailbox, params } => self.select(account, &mailbox, &params, true),
            Command::Close => self.close(account),
            Command::Unselect => self.unselect(),
            Command::Fetch { messages: Messages::Set(set), attributes, modifiers, uid } => {
                self.fetch(account, &set, attributes, &modifiers, uid)
            }
            Command::Store {
                messages: Messages::Set(set), modifiers, action, what, uid, ..
            } => self.store(account, &set, &modifiers, action, &what, uid),
            Command::Copy { messages: Messages::Set(set), mailbox, uid } => {
                self.copy(account, &set, &mailbox, uid)
            }
            Command::Move { messages: Messages::Set(set), mailbox, uid } => {
                self.relocate(account, &set, &mailbox, uid)
            }
            Command::Expunge(None) => self.expunge(account, None),
            Command::Expunge(Some(Messages::Set(set))) => self.expunge(account, Some(&set)),
            Command::Search(command) => self.search(&command),
            Command::Sort(command) => self.sort(command),
            Command::Thread(command) => self.thread(&command),
            Command::Append { mailbox, messages } => self.append(account, &mailbox, &messages),
            Command::Replace { number, mailbox, message, uid } => {
                self.replace(account, number, &mailbox, &message, uid)
            }
            Command::Noop | Command::Check => self.finish(None, None),
            command => self.manage(account, &command),
        }
    }

    /// Tells what happened in the mailbox that is selected, and that the command is done.
    fn finish(&mut self, own: Option<u64>, code: Option<ResponseCode>) -> Result<(), Error> {
        self.sync(own)?;
        match code {
            _ if self.is_over() => Ok(()),
            Some(code) => self.server.accept_with(code),
            None => self.server.accept(),
        }
    }

    /// The same of messages that the client has put somewhere itself, and knows.
    fn finish_own(&mut self, put: &Copied, code: Option<ResponseCode>) -> Result<(), Error> {
        self.finish(None, code)?;
        if let Some(selected) = self.selected.as_mut().filter(|it| it.id == put.mailbox) {
            selected.fresh.retain(|uid| put.uids.binary_search_by_key(uid, |it| it.1).is_err());
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        matches!(self.server.state(), State::Closed | State::Failed)
    }

    /// Tells what happened in the mailbox that is selected.
    fn sync(&mut self, own: Option<u64>) -> Result<(), Error> {
        self.watch();
        let (Some(login), Some(selected)) = (&self.login, &mut self.selected) else {
            return Ok(());
        };
        let told = login.notifications.as_ref().map(|told| told.of_selected());
        selected.sync(&mut self.server, &login.account, own, true)?;
        if told.flatten().is_none_or(|told| told.fetch.is_empty()) {
            selected.fresh = Vec::new();
        }
        Ok(())
    }

    /// Says what to be woken for: only then is looked what it was, so that nothing is missed.
    fn watch(&mut self) {
        let Some(login) = &self.login else { return };
        let of_others = login.notifications.as_ref().is_some_and(|told| told.of_others());
        let interest = match &self.selected {
            _ if of_others => Interest::Everything,
            Some(selected) if self.server.wants_updates() => Interest::Mailbox(selected.id),
            _ => Interest::Nothing,
        };
        if login.watch.interest() != interest {
            login.watch.set(interest);
        }
    }

    /// Says no, and why.
    fn refuse(&mut self, error: &MailError) -> Result<(), Error> {
        if let MailError::Store(error) = error {
            self.host.log(format_args!("imap {}: {error}", self.peer));
        }
        refuse(&mut self.server, error)
    }
}

/// Whether a client that says this wants to know what has happened.
fn asks_for_news(command: &Command) -> bool {
    matches!(
        command,
        Command::Select { .. }
            | Command::Examine { .. }
            | Command::Noop
            | Command::Check
            | Command::Status { .. }
            | Command::List(_)
    )
}

/// Says no to a command, and why.
fn refuse(server: &mut Server, error: &MailError) -> Result<(), Error> {
    let code = match error {
        MailError::NoSuchMailbox => WordCode::NonExistent,
        MailError::AlreadyExists => WordCode::AlreadyExists,
        MailError::NoSuchMessage => WordCode::ExpungeIssued,
        MailError::OverQuota => WordCode::OverQuota,
        MailError::Cannot(_) => WordCode::Cannot,
        MailError::Store(_) => WordCode::ServerBug,
    };
    server.reject(code, &sentence(error))
}

/// The words of an error as a sentence.
fn sentence(error: &dyn fmt::Display) -> String {
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The identifier of a mailbox (RFC 8474).
fn mailbox_id(id: MailboxId) -> ObjectId {
    ObjectId::new(format!("F{:08x}", id.0)).expect("letters and digits")
}

impl Session for ImapSession {
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
                Output::NeedInput if self.stale => {
                    self.stale = false;
                    self.tell_unasked()?;
                }
                Output::NeedInput if self.job.is_some() => self.go_on()?,
                Output::NeedInput if self.begin_unasked()? => {}
                Output::NeedInput => return Ok(Step::NeedInput),
                Output::YourTurn => self.go_on()?,
                Output::Upgrade(layer) => return Ok(Step::Upgrade(layer)),
                Output::Closed => {
                    self.log_out();
                    return Ok(Step::Closed);
                }
            }
        }
    }

    fn upgraded(&mut self, binding: &ChannelBinding) -> Result<(), Failure> {
        self.channel = binding.clone();
        self.patience.renew();
        if self.server.state() == State::Upgrading {
            self.server.upgraded()?;
        }
        Ok(())
    }

    fn timeout(&mut self) -> Duration {
        self.patience.left(self.server.timeout())
    }

    fn handle_timeout(&mut self) {
        if self.server.bye("Autologout; idle for too long").is_err() {
            self.server.abort();
        }
    }

    fn watch(&self) -> Option<Arc<Watch>> {
        let watch = &self.login.as_ref()?.watch;
        (watch.interest() != Interest::Nothing).then(|| Arc::clone(watch))
    }

    fn wake(&mut self) {
        self.stale = true;
    }
}
