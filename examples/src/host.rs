//! The mail host: every protocol of the workspace around one store.
//!
//! ```text
//! drive      moves octets: one file a runtime
//! connection TLS and DEFLATE, without I/O
//! smtp pop3 imap
//!            what each protocol says and does, without I/O: machines and the answers to their events
//! mail       accounts, mailboxes, messages: what sessions share
//! store      where it is kept: the place for a database
//! ```
#![expect(clippy::exhaustive_enums, reason = "not a library")]
use std::{
    fmt, io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    sync::Arc,
    thread,
    time::Duration,
};

use mailwire_sasl::saslprep;
use rustls::ServerConfig;

use crate::accounts::Accounts;
use connection::Connection;
use drive::Serve;
use mail::{Account, Mail};
use options::HostOptions;
use service::{Service, Services};
use session::Failure;
use store::{Memory, Store, Tree};

pub mod certificate;
pub mod connection;
pub mod deflate;
pub mod drive;
pub mod imap;
pub mod mail;
pub mod options;
pub mod pop3;
pub mod service;
pub mod session;
pub mod smtp;
pub mod store;
pub mod tls;

/// What all sessions share.
#[derive(Debug)]
pub struct Host {
    /// The mailboxes.
    pub mail: Mail,
    /// Who may log in.
    pub accounts: Accounts,
    services: Services,
    tls: Arc<ServerConfig>,
    strict_recipients: bool,
    max_message: u64,
    quiet: bool,
    blocks: bool,
}

/// How long what other programs do may go unseen.
const PAUSE: Duration = Duration::from_secs(1);

impl Host {
    /// Opens the store and gets everything ready but the sockets.
    pub fn new(options: &HostOptions) -> Result<Arc<Self>, Failure> {
        let users = options.users();
        let accounts = Accounts::new(&users)?;
        let tree = match &options.maildir {
            Some(dir) => Some(Tree::open(dir).map_err(|error| say("use", dir.display(), &error))?),
            None => None,
        };
        let mut mailboxes = Vec::new();
        for (user, _) in &users {
            let name = saslprep::stored(user)?;
            let store: Box<dyn Store> = match &tree {
                Some(tree) => Box::new(tree.account(&name)?),
                None => Box::new(Memory::default()),
            };
            let account = Account::open(&name, store);
            mailboxes.push(account.map_err(|error| say("open the account of", user, &error))?);
        }
        if let Some(tree) = &tree {
            tree.tidy()?;
        }
        let host = Arc::new(Self {
            mail: Mail::new(mailboxes),
            accounts,
            services: Services::new(options)?,
            tls: certificate::server(options)?,
            strict_recipients: options.strict_recipients,
            max_message: options.max_message,
            quiet: options.quiet,
            blocks: tree.is_some(),
        });
        if tree.is_some() {
            host.keep_looking()?;
        }
        Ok(host)
    }

    /// Looks now and then what other programs have done, for sessions that wait to be told. All others look when
    /// their clients ask.
    fn keep_looking(self: &Arc<Self>) -> io::Result<()> {
        let host = Arc::downgrade(self);
        let look = move || {
            loop {
                thread::sleep(PAUSE);
                let Some(host) = host.upgrade() else { return };
                host.mail.accounts().filter(|it| it.is_watched()).for_each(|it| host.refresh(it));
            }
        };
        thread::Builder::new().spawn(look).map(drop)
    }

    /// Takes over what other programs have done to the mailboxes of an account.
    pub fn refresh(&self, account: &Account) {
        if let Err(error) = account.refresh() {
            self.log(format_args!("{}: {error}", account.name()));
        }
    }

    /// The account that an address leads to.
    #[must_use]
    pub fn recipient(&self, local_part: &str, domain: Option<&str>) -> Option<&Arc<Account>> {
        let known = self.mail.recipient(local_part, domain);
        known.or_else(|| self.mail.first().filter(|_| !self.strict_recipients))
    }

    /// What a handshake needs.
    #[must_use]
    pub fn tls(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.tls)
    }

    /// Says something on standard error, unless the host is to be quiet.
    pub fn log(&self, words: fmt::Arguments<'_>) {
        if !self.quiet {
            eprintln!("{words}");
        }
    }
}

impl Serve for Arc<Host> {
    fn connection(&self, service: Service, local: SocketAddr, peer: SocketAddr) -> Connection {
        let session = self.services.session(self, service, local, peer);
        Connection::new(session, Arc::clone(&self.tls), service.is_tls())
    }

    fn blocks(&self) -> bool {
        self.blocks
    }

    fn log(&self, words: fmt::Arguments<'_>) {
        Host::log(self, words);
    }
}

/// Opens the sockets of all services that are not off.
pub fn listen(options: &HostOptions) -> Result<Vec<(Service, TcpListener)>, Failure> {
    let mut listeners = Vec::new();
    for (service, address) in options.addresses() {
        let wrong = |error| say("listen on", format_args!("{address} ({service})"), &error);
        let addresses: Vec<_> = address.to_socket_addrs().map_err(wrong)?.collect();
        listeners.push((service, TcpListener::bind(&addresses[..]).map_err(wrong)?));
    }
    Ok(listeners)
}

fn say(what: &str, which: impl fmt::Display, error: &dyn fmt::Display) -> Failure {
    format!("cannot {what} {which}: {error}").into()
}
