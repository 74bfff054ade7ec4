//! One account.
use std::{
    collections::HashMap,
    io,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;

use super::{Change, MailError, MailboxId, Message, State, Watch, watch::Watchers};
use crate::host::store::{Draft, Effect, Store, Text};

/// The mailboxes of one user.
#[derive(Debug)]
pub struct Account {
    name: String,
    pub(super) store: Box<dyn Store>,
    state: Mutex<State>,
    watchers: Watchers,
    /// Whether a POP3 session has the maildrop.
    locked: AtomicBool,
    /// What was made of texts, by their identifiers, and how many octets that is.
    indexes: Mutex<(HashMap<String, Bytes>, usize)>,
}

/// How many octets of indexes are kept.
const INDEXES: usize = 64 * 1024 * 1024;

/// The exclusive lock of POP3 on the INBOX (RFC 1939 §4), as long as it lives.
#[derive(Debug)]
pub struct Maildrop(Arc<Account>);

/// A change that is to be made: what is written down, what it does to the texts, and what comes of it.
pub(super) struct Plan<T> {
    pub(super) changes: Vec<Change>,
    pub(super) effects: Vec<Effect>,
    pub(super) outcome: T,
}

impl Account {
    pub(super) fn with(name: &str, store: Box<dyn Store>, state: State) -> Self {
        Self {
            name: name.into(),
            store,
            state: Mutex::new(state),
            watchers: Watchers::default(),
            locked: AtomicBool::new(false),
            indexes: Mutex::default(),
        }
    }

    /// The name of the user.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Looks at what there is, while nothing changes: not for long.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Begins a text that is to be a message.
    pub fn draft(&self) -> io::Result<Draft> {
        self.store.draft()
    }

    /// Octets of a message, some of them at least if there are any in this range. If it is
    /// [gone](MailError::is_gone), somebody else has expunged it.
    pub fn read(&self, message: &Message, range: Range<u64>) -> Result<Bytes, MailError> {
        Ok(self.store.read(&message.name, range)?)
    }

    /// Opens the text of a message, which can then be read even if somebody expunges it. If it is
    /// [gone](MailError::is_gone), somebody has.
    pub fn open_text(&self, message: &Message) -> Result<Text, MailError> {
        Ok(self.store.open(&message.name)?)
    }

    /// What was made of a text, if it is remembered: such as an index of its structure, so that it need not be
    /// parsed for each answer.
    #[must_use]
    pub fn recall(&self, email_id: &str) -> Option<Bytes> {
        let indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        indexes.0.get(email_id).cloned()
    }

    /// Remembers that, for a while: a database would have a column for it.
    pub fn remember(&self, email_id: &str, index: Bytes) {
        let mut guard = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        let (indexes, octets) = &mut *guard;
        if *octets + index.len() > INDEXES {
            indexes.clear();
            *octets = 0;
        }
        *octets += index.len();
        if let Some(before) = indexes.insert(email_id.into(), index) {
            *octets -= before.len();
        }
    }

    /// Whether the store may take as long as a disk takes.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.store.blocks()
    }

    /// A watch for a session, which is interested in nothing yet.
    #[must_use]
    pub fn watch(&self) -> Arc<Watch> {
        let watch = Arc::default();
        self.watchers.add(Arc::downgrade(&watch));
        watch
    }

    /// Whether a session waits to be told of a change.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.watchers.any()
    }

    /// Locks the maildrop; none if somebody else has.
    #[must_use]
    pub fn lock_maildrop(self: &Arc<Self>) -> Option<Maildrop> {
        let free = !self.locked.swap(true, SeqCst);
        free.then(|| Maildrop(Arc::clone(self)))
    }

    /// Makes a change: plans it on the state as it is, writes it down, does it, waits for the disk, and wakes
    /// who wants to know.
    ///
    /// Others may see it before the disk has it. If the machine, not just the host, fails in between, they
    /// have seen what never was; a client that made the change has heard nothing yet.
    pub(super) fn change<T>(
        &self,
        plan: impl FnOnce(&State) -> Result<Plan<T>, MailError>,
    ) -> Result<T, MailError> {
        let (outcome, mailboxes, position) = {
            let mut state = self.lock();
            let Plan { changes, effects, outcome } = plan(&state)?;
            if changes.is_empty() {
                return Ok(outcome);
            }
            let position = self.store.commit(&changes, &effects)?;
            changes.iter().for_each(|change| state.apply(change));
            (outcome, changes.iter().filter_map(mailbox).collect::<Vec<_>>(), position)
        };
        self.store.sync(position)?;
        self.watchers.fire(&mailboxes);
        Ok(outcome)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Maildrop {
    fn drop(&mut self) {
        self.0.locked.store(false, SeqCst);
    }
}

/// The mailbox in which something changes.
fn mailbox(change: &Change) -> Option<MailboxId> {
    match change {
        Change::Created { id, .. } | Change::Renamed { id, .. } | Change::Deleted { id, .. } => {
            Some(*id)
        }
        Change::Added { mailbox, .. }
        | Change::Flags { mailbox, .. }
        | Change::Expunged { mailbox, .. }
        | Change::Rights { mailbox, .. }
        | Change::Marks { mailbox, .. } => Some(*mailbox),
        Change::Metadata { mailbox, .. } => *mailbox,
        Change::Subscribed { .. } | Change::Quota { .. } | Change::Counted { .. } => None,
    }
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
