//! What an account holds, in memory.
//!
//! Everything here only looks, but for [`State::apply`]. Sessions see each other's changes through
//! modification sequences: each change has one, higher than all before, so what is new to a session is
//! what is above the highest it knows.
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

use super::{Change, MailboxId, Message};

/// The mailboxes of an account and what is known of them.
#[derive(Debug, Default)]
pub struct State {
    modseq: u64,
    last_id: u32,
    mailboxes: BTreeMap<MailboxId, Mailbox>,
    names: BTreeMap<Arc<str>, MailboxId>,
    subscribed: BTreeSet<Arc<str>>,
    metadata: BTreeMap<String, Vec<u8>>,
    quota: BTreeMap<String, u64>,
    /// When a mailbox came, went or had another name; a subscription changed; an annotation did.
    changed: Changed,
}

/// When what changed last, for those who are to be told (RFC 5465).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// A mailbox came, went, or has another name.
    pub names: u64,
    /// A name was subscribed to, or no more.
    pub subscriptions: u64,
    /// An annotation of the account.
    pub metadata: u64,
}

/// A mailbox.
#[derive(Debug)]
pub struct Mailbox {
    /// Its name, with `/` between levels.
    pub name: Arc<str>,
    /// What it is for, as in `\Sent`.
    pub special_use: Option<String>,
    /// The next UID.
    pub uid_next: u32,
    /// The highest modification sequence of anything in it, at least 1.
    pub modseq: u64,
    /// When an annotation of it changed.
    pub metadata_modseq: u64,
    /// Its annotations.
    pub metadata: BTreeMap<String, Vec<u8>>,
    /// What others may do in it.
    pub rights: BTreeMap<String, String>,
    /// How many octets its messages have: the sum of their sizes (RFC 8438).
    pub octets: u64,
    /// How many messages are not `\Seen`.
    pub unseen: u32,
    /// How many messages are `\Deleted`.
    pub deleted: u32,
    /// Messages above this UID are recent.
    pub not_recent: u32,
    messages: BTreeMap<u32, Message>,
    /// The messages in the order of their last change.
    log: BTreeSet<(u64, u32)>,
    /// Those that are gone, in the order in which they went.
    gone: Vec<(u64, u32)>,
    /// Of what went up to here nothing is known any more.
    pub(super) forgotten: u64,
}

/// How many expunged messages are remembered of a mailbox.
const REMEMBERED: usize = 20_000;

impl State {
    /// The highest modification sequence of all.
    #[must_use]
    pub fn modseq(&self) -> u64 {
        self.modseq
    }

    /// The last identifier of a mailbox.
    #[must_use]
    pub fn last_id(&self) -> u32 {
        self.last_id
    }

    /// The mailboxes in the order of their names.
    pub fn mailboxes(&self) -> impl Iterator<Item = (MailboxId, &Mailbox)> {
        self.names.values().map(|id| (*id, &self.mailboxes[id]))
    }

    /// A mailbox, if it is still there.
    #[must_use]
    pub fn mailbox(&self, id: MailboxId) -> Option<&Mailbox> {
        self.mailboxes.get(&id)
    }

    /// The mailbox of a name; `INBOX` is the same in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<MailboxId> {
        self.names.get(&*normal(name)).copied()
    }

    /// The mailboxes below a name.
    pub fn below<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, MailboxId)> {
        let prefix = format!("{}/", normal(name));
        let from = (Excluded(Arc::from(&*prefix)), Unbounded);
        self.names
            .range::<Arc<str>, _>(from)
            .take_while(move |(name, _)| name.starts_with(&*prefix))
            .map(|(name, id)| (&**name, *id))
    }

    /// The names that are subscribed to.
    pub fn subscribed(&self) -> impl Iterator<Item = &str> {
        self.subscribed.iter().map(|name| &**name)
    }

    /// The annotations of the account.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.metadata
    }

    /// The limits of resources: `STORAGE` in units of 1,024 octets, `MESSAGE`, `MAILBOX`.
    #[must_use]
    pub fn quota(&self) -> &BTreeMap<String, u64> {
        &self.quota
    }

    /// How much of a resource is used.
    #[must_use]
    pub fn usage(&self, resource: &str) -> u64 {
        let all = self.mailboxes.values();
        match resource {
            "STORAGE" => all.map(|mailbox| mailbox.octets).sum::<u64>().div_ceil(1024),
            "MESSAGE" => all.map(|mailbox| mailbox.messages.len() as u64).sum(),
            "MAILBOX" => self.mailboxes.len() as u64,
            _ => 0,
        }
    }

    /// When what changed.
    #[must_use]
    pub fn changed(&self) -> Changed {
        self.changed
    }

    /// Does what a change says. One that makes no sense does nothing.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Created { id, name, uid_next, special_use, modseq } => {
                let mut mailbox = Mailbox::new(Arc::clone(name), *uid_next, *modseq);
                mailbox.special_use.clone_from(special_use);
                self.names.insert(Arc::clone(name), *id);
                self.mailboxes.insert(*id, mailbox);
                self.last_id = self.last_id.max(id.0);
                self.count(*modseq).names = *modseq;
            }
            Change::Renamed { id, name, modseq } => {
                let Some(mailbox) = self.mailboxes.get_mut(id) else { return };
                self.names.remove(&mailbox.name);
                mailbox.name = Arc::clone(name);
                self.names.insert(Arc::clone(name), *id);
                self.count(*modseq).names = *modseq;
            }
            Change::Deleted { id, modseq } => {
                let Some(mailbox) = self.mailboxes.remove(id) else { return };
                self.names.remove(&mailbox.name);
                self.count(*modseq).names = *modseq;
            }
            Change::Subscribed { name, subscribed, modseq } => {
                if *subscribed {
                    self.subscribed.insert(Arc::clone(name));
                } else {
                    self.subscribed.remove(name);
                }
                self.count(*modseq).subscriptions = *modseq;
            }
            Change::Added { mailbox, message } => {
                self.count(message.modseq);
                if let Some(mailbox) = self.mailboxes.get_mut(mailbox) {
                    mailbox.add(message.clone());
                }
            }
            Change::Flags { mailbox, flags, modseq } => {
                self.count(*modseq);
                if let Some(mailbox) = self.mailboxes.get_mut(mailbox) {
                    for (uid, flags) in flags {
                        if let Some(message) = mailbox.take(*uid) {
                            let flags = flags.clone();
                            mailbox.put(Message { modseq: *modseq, flags, ..message });
                        }
                    }
                    mailbox.modseq = *modseq;
                }
            }
            Change::Expunged { mailbox, uids, modseq } => {
                self.count(*modseq);
                if let Some(mailbox) = self.mailboxes.get_mut(mailbox) {
                    mailbox.expunge(uids, *modseq);
                }
            }
            Change::Metadata { mailbox, entry, value, modseq } => {
                self.count(*modseq);
                let (metadata, changed) = match mailbox {
                    None => (&mut self.metadata, &mut self.changed.metadata),
                    Some(id) => match self.mailboxes.get_mut(id) {
                        Some(mailbox) => (&mut mailbox.metadata, &mut mailbox.metadata_modseq),
                        None => return,
                    },
                };
                *changed = *modseq;
                match value {
                    Some(value) => metadata.insert(entry.clone(), value.clone()),
                    None => metadata.remove(entry),
                };
            }
            Change::Rights { mailbox, identifier, rights, modseq } => {
                self.count(*modseq);
                let Some(mailbox) = self.mailboxes.get_mut(mailbox) else { return };
                match rights {
                    Some(rights) => mailbox.rights.insert(identifier.clone(), rights.clone()),
                    None => mailbox.rights.remove(identifier),
                };
            }
            Change::Quota { resource, limit } => {
                match limit {
                    Some(limit) => self.quota.insert(resource.clone(), *limit),
                    None => self.quota.remove(resource),
                };
            }
            Change::Marks { mailbox, not_recent, forgotten } => {
                if let Some(mailbox) = self.mailboxes.get_mut(mailbox) {
                    mailbox.not_recent = mailbox.not_recent.max(*not_recent);
                    mailbox.forgotten = mailbox.forgotten.max(*forgotten);
                }
            }
            Change::Counted { id, modseq } => {
                self.last_id = self.last_id.max(*id);
                self.count(*modseq);
            }
        }
    }

    /// The changes that would make this state of nothing.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (&id, mailbox) in &self.mailboxes {
            mailbox.changes(id, &mut changes);
        }
        let modseq = self.changed.subscriptions;
        changes.extend(self.subscribed.iter().map(|name| Change::Subscribed {
            name: Arc::clone(name),
            subscribed: true,
            modseq,
        }));
        changes.extend(self.metadata.iter().map(|(entry, value)| Change::Metadata {
            mailbox: None,
            entry: entry.clone(),
            value: Some(value.clone()),
            modseq: self.changed.metadata,
        }));
        changes.extend(self.quota.iter().map(|(resource, limit)| Change::Quota {
            resource: resource.clone(),
            limit: Some(*limit),
        }));
        changes.push(Change::Counted { id: self.last_id, modseq: self.modseq });
        changes
    }

    fn count(&mut self, modseq: u64) -> &mut Changed {
        self.modseq = self.modseq.max(modseq);
        &mut self.changed
    }
}

impl Mailbox {
    fn new(name: Arc<str>, uid_next: u32, modseq: u64) -> Self {
        Self {
            name,
            special_use: None,
            uid_next,
            modseq,
            metadata_modseq: modseq,
            metadata: BTreeMap::new(),
            rights: BTreeMap::new(),
            octets: 0,
            unseen: 0,
            deleted: 0,
            not_recent: 0,
            messages: BTreeMap::new(),
            log: BTreeSet::new(),
            gone: Vec::new(),
            forgotten: 0,
        }
    }

    /// The messages in the order of their UIDs.
    #[must_use]
    pub fn messages(&self) -> &BTreeMap<u32, Message> {
        &self.messages
    }

    /// The messages that came or changed since, in the order in which they did.
    pub fn changed_since(&self, modseq: u64) -> impl Iterator<Item = &Message> {
        let since = (Excluded((modseq, u32::MAX)), Unbounded);
        self.log.range(since).filter_map(|(_, uid)| self.messages.get(uid))
    }

    /// The UIDs of messages that went since, in ascending order. If too much happened since, they may also
    /// be of messages that went before, or never were (RFC 7162 §3.2.5.1 allows it).
    #[must_use]
    pub fn vanished_since(&self, modseq: u64) -> Vec<u32> {
        if modseq < self.forgotten {
            return (1..self.uid_next).filter(|uid| !self.messages.contains_key(uid)).collect();
        }
        let from = self.gone.partition_point(|(gone, _)| *gone <= modseq);
        let mut uids: Vec<_> = self.gone[from..].iter().map(|(_, uid)| *uid).collect();
        uids.sort_unstable();
        uids
    }

    /// How many messages are recent.
    #[must_use]
    pub fn recent(&self) -> usize {
        self.messages.range((Excluded(self.not_recent), Unbounded)).count()
    }

    fn add(&mut self, message: Message) {
        self.uid_next = self.uid_next.max(message.uid.saturating_add(1));
        self.modseq = self.modseq.max(message.modseq);
        self.put(message);
    }

    fn put(&mut self, message: Message) {
        self.octets += message.facts.size;
        self.unseen += u32::from(!message.flags.is_seen());
        self.deleted += u32::from(message.flags.is_deleted());
        self.log.insert((message.modseq, message.uid));
        self.messages.insert(message.uid, message);
    }

    fn take(&mut self, uid: u32) -> Option<Message> {
        let message = self.messages.remove(&uid)?;
        self.octets -= message.facts.size;
        self.unseen -= u32::from(!message.flags.is_seen());
        self.deleted -= u32::from(message.flags.is_deleted());
        self.log.remove(&(message.modseq, uid));
        Some(message)
    }

    fn expunge(&mut self, uids: &[u32], modseq: u64) {
        for uid in uids {
            self.take(*uid);
            self.gone.push((modseq, *uid));
        }
        self.modseq = modseq;
        // Twice as much for a while, so that the work stays linear.
        if self.gone.len() > 2 * REMEMBERED {
            let forgotten = self.gone.len() - REMEMBERED;
            self.forgotten = self.gone[forgotten - 1].0;
            self.gone.drain(..forgotten);
        }
    }

    fn changes(&self, id: MailboxId, changes: &mut Vec<Change>) {
        changes.push(Change::Created {
            id,
            name: Arc::clone(&self.name),
            uid_next: self.uid_next,
            special_use: self.special_use.clone(),
            modseq: self.metadata_modseq,
        });
        let mailbox = id;
        changes.extend(
            self.messages.values().cloned().map(|message| Change::Added { mailbox, message }),
        );
        for gone in self.gone.chunk_by(|(one, _), (other, _)| one == other) {
            let uids = gone.iter().map(|(_, uid)| *uid).collect();
            changes.push(Change::Expunged { mailbox, uids, modseq: gone[0].0 });
        }
        // Says how high the modification sequence is, whatever the last change was.
        changes.push(Change::Flags { mailbox, flags: Vec::new(), modseq: self.modseq });
        changes.extend(self.metadata.iter().map(|(entry, value)| Change::Metadata {
            mailbox: Some(id),
            entry: entry.clone(),
            value: Some(value.clone()),
            modseq: self.metadata_modseq,
        }));
        changes.extend(self.rights.iter().map(|(identifier, rights)| Change::Rights {
            mailbox,
            identifier: identifier.clone(),
            rights: Some(rights.clone()),
            modseq: self.modseq,
        }));
        let (not_recent, forgotten) = (self.not_recent, self.forgotten);
        changes.push(Change::Marks { mailbox, not_recent, forgotten });
    }
}

/// The name of a mailbox as it is kept: `INBOX` in capitals, also above others.
#[must_use]
pub fn normal(name: &str) -> Arc<str> {
    match name.split_once('/') {
        None if name.eq_ignore_ascii_case("INBOX") => "INBOX".into(),
        Some((first, rest)) if first.eq_ignore_ascii_case("INBOX") => {
            format!("INBOX/{rest}").into()
        }
        _ => name.into(),
    }
}
