//! Accounts, their mailboxes and their messages: what all sessions share.
//!
//! An [`Account`] does what sessions want done, one change after the other: each is written down in the
//! [`Store`](super::store::Store), then done to the [`State`] in memory, then synced, and then whoever
//! [watches](Watch) is woken. Sessions look at the state with [`Account::look`].
use std::{
    collections::BTreeMap,
    io::{self, ErrorKind},
    sync::Arc,
};

pub use account::{Account, Maildrop, now};
pub use change::{Change, Envelope, Facts, MailboxId, Message};
pub use flags::{FlagChange, Flags};
pub use messages::{Arrival, Copied, Stored};
pub use state::{Changed, Mailbox, State, normal};
pub use watch::{Interest, Watch};

mod account;
mod change;
mod flags;
mod mailboxes;
mod messages;
mod open;
mod state;
mod watch;

/// Why something was not done. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// There is no such mailbox: `TRYCREATE`, `NONEXISTENT`.
    #[error("there is no such mailbox")]
    NoSuchMailbox,
    /// There is one already: `ALREADYEXISTS`.
    #[error("there is such a mailbox already")]
    AlreadyExists,
    /// There is no such message (any more): `EXPUNGEISSUED`.
    #[error("there is no such message")]
    NoSuchMessage,
    /// There would be more than the quota allows: `OVERQUOTA`.
    #[error("there would be more than the quota allows")]
    OverQuota,
    /// That cannot be done, for this reason: `CANNOT`.
    #[error("{0}")]
    Cannot(&'static str),
    /// The store cannot: `SERVERBUG`.
    #[error("the store failed: {0}")]
    Store(#[from] io::Error),
}

/// All accounts by their names.
#[derive(Debug, Default)]
pub struct Mail {
    accounts: BTreeMap<String, Arc<Account>>,
    /// The name of the first.
    first: String,
}

impl Mail {
    /// Holds these accounts, of which the first takes what is for nobody else.
    #[must_use]
    pub fn new(accounts: Vec<Account>) -> Self {
        let first = accounts.first().map(|account| account.name().into()).unwrap_or_default();
        let accounts = accounts.into_iter().map(|account| (account.name().into(), account.into()));
        Self { accounts: accounts.collect(), first }
    }

    /// The account of a user who has logged in.
    #[must_use]
    pub fn account(&self, user: &str) -> Option<&Arc<Account>> {
        self.accounts.get(user)
    }

    /// All accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(|account| &**account)
    }

    /// The account that takes what is for nobody else.
    #[must_use]
    pub fn first(&self) -> Option<&Arc<Account>> {
        self.accounts.get(&self.first)
    }

    /// The account that an address leads to: by all of it, by its local part, or by that up to a `+`; in any
    /// case.
    #[must_use]
    pub fn recipient(&self, local_part: &str, domain: Option<&str>) -> Option<&Arc<Account>> {
        let whole = domain.map(|domain| format!("{local_part}@{domain}"));
        let plain = local_part.split('+').next();
        let names = [whole.as_deref(), Some(local_part), plain];
        names.into_iter().flatten().find_map(|name| {
            let same =
                |account: &&Arc<Account>| account.name().to_lowercase() == name.to_lowercase();
            self.accounts.get(name).or_else(|| self.accounts.values().find(same))
        })
    }
}

impl MailError {
    /// Whether the message is not there any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        match self {
            Self::NoSuchMessage => true,
            Self::Store(error) => error.kind() == ErrorKind::NotFound,
            _ => false,
        }
    }
}
