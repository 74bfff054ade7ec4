//! What a client knows, and what is new since ([RFC 5465 §5]).
//!
//! [RFC 5465 §5]: https://www.rfc-editor.org/rfc/rfc5465#section-5
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use mailwire_imap::{AString, Data, ListItem, MailboxStatus, Metadata, command::StatusAttribute};

use super::{
    super::{
        list,
        names::{above, is_above, wire},
        status,
    },
    wishes::{Events, Wishes},
};
use crate::host::mail::{Mailbox, MailboxId, State, normal};

/// What a client knows of an account.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Nothing new happened up to here.
    modseq: u64,
    mailboxes: BTreeMap<MailboxId, Seen>,
    subscribed: BTreeSet<Arc<str>>,
    metadata: Annotations,
}

/// What it knows of a mailbox.
#[derive(Debug)]
struct Seen {
    name: Arc<str>,
    modseq: u64,
    uid_next: u32,
    messages: usize,
    unseen: u32,
    metadata: Annotations,
}

/// Entries, and what tells one value from another.
type Annotations = BTreeMap<String, u64>;

/// Names that something happened to, with those that they had before.
type Affected = BTreeMap<Arc<str>, Option<Arc<str>>>;

impl Known {
    pub(super) fn new(state: &State) -> Self {
        Self {
            modseq: state.modseq(),
            mailboxes: state.mailboxes().map(|(id, mailbox)| (id, Seen::new(mailbox))).collect(),
            subscribed: state.subscribed().map(Arc::from).collect(),
            metadata: annotations(state.metadata()),
        }
    }

    /// The state of all mailboxes of whose messages something is to be told (§3.1).
    pub(super) fn all(
        &self,
        state: &State,
        selected: Option<MailboxId>,
        wishes: &Wishes,
    ) -> Vec<Data> {
        let status = |(id, mailbox): (MailboxId, &Mailbox)| {
            let events = wishes.of(&mailbox.name, &self.subscribed);
            if Some(id) == selected || !events.messages {
                return None;
            }
            let mut wanted = MESSAGES.to_vec();
            wanted.push(StatusAttribute::UidValidity);
            wanted.extend(events.flags.then_some(StatusAttribute::HighestModSeq));
            say(id, mailbox, &wanted)
        };
        state.mailboxes().filter_map(status).collect()
    }

    /// What is new since.
    pub(super) fn catch_up(
        &mut self,
        state: &State,
        selected: Option<MailboxId>,
        wishes: &Wishes,
        mod_seqs: bool,
    ) -> Vec<Data> {
        if state.modseq() == self.modseq {
            return Vec::new();
        }
        let now = Self::subscribed_now(state);
        let changed = state.changed();
        let mut affected = Affected::new();
        if changed.names > self.modseq {
            self.find_names(state, wishes, &mut affected);
        }
        if changed.subscriptions > self.modseq {
            let either = &self.subscribed | &now;
            let differ = self.subscribed.symmetric_difference(&now);
            for name in differ.filter(|name| wishes.of(name, &either).subscriptions) {
                affected.entry(Arc::clone(name)).or_default();
            }
        }
        let mut said: Vec<_> = list::these(state, affected.keys().map(|name| &**name))
            .map(|(name, list)| match affected.get(name).and_then(|old| wire(old.as_deref()?)) {
                Some(old) => Data::List(list.with_extended(ListItem::OldName(old))),
                None => Data::List(list),
            })
            .collect();
        if changed.metadata > self.modseq {
            let now = annotations(state.metadata());
            if wishes.of_account() {
                said.extend(differences(&self.metadata, &now, ""));
            }
            self.metadata = now;
        }
        let known: BTreeSet<_> =
            self.mailboxes.values().map(|seen| Arc::clone(&seen.name)).collect();
        for (id, mailbox) in state.mailboxes() {
            let events = wishes.of(&mailbox.name, &now);
            let seen = self.mailboxes.get(&id);
            if seen.is_some_and(|seen| seen.is_current(mailbox, self.modseq)) {
                continue;
            }
            if events.metadata {
                let nothing = Annotations::new();
                let before = seen.map_or(&nothing, |seen| &seen.metadata);
                said.extend(differences(before, &annotations(&mailbox.metadata), &mailbox.name));
            }
            if Some(id) != selected {
                let another = seen.is_none() && known.contains(&mailbox.name);
                let wanted = news(seen, mailbox, events, mod_seqs, another);
                said.extend((!wanted.is_empty()).then(|| say(id, mailbox, &wanted)).flatten());
            }
            self.mailboxes.insert(id, Seen::new(mailbox));
        }
        self.mailboxes.retain(|id, _| state.mailbox(*id).is_some());
        (self.subscribed, self.modseq) = (now, state.modseq());
        said
    }

    /// Takes over what is to be seen of a name, without a word.
    pub(super) fn take_over(&mut self, state: &State, name: &str) {
        if name.is_empty() {
            self.metadata = annotations(state.metadata());
            return;
        }
        let name = normal(name);
        let related =
            |other: &str| other == &*name || is_above(other, &name) || is_above(&name, other);
        self.mailboxes.retain(|id, seen| state.mailbox(*id).is_some() || !related(&seen.name));
        for (id, mailbox) in state.mailboxes() {
            match self.mailboxes.get_mut(&id) {
                Some(seen) if related(&seen.name) || related(&mailbox.name) => {
                    seen.name = Arc::clone(&mailbox.name);
                    seen.metadata = annotations(&mailbox.metadata);
                }
                None if related(&mailbox.name) => {
                    self.mailboxes.insert(id, Seen::new(mailbox));
                }
                _ => {}
            }
        }
        let now = Self::subscribed_now(state);
        self.subscribed.retain(|name| !related(name));
        self.subscribed.extend(now.into_iter().filter(|name| related(name)));
    }

    /// The same of the messages in a mailbox.
    pub(super) fn take_over_messages(&mut self, state: &State, name: &str) {
        let mailbox = state.find(name).and_then(|id| Some((id, state.mailbox(id)?)));
        let Some((id, mailbox)) = mailbox else { return };
        if let Some(seen) = self.mailboxes.get_mut(&id) {
            let Seen { name, metadata, .. } = seen;
            let (name, metadata) = (Arc::clone(name), std::mem::take(metadata));
            *seen = Seen { name, metadata, ..Seen::new(mailbox) };
        }
    }

    fn subscribed_now(state: &State) -> BTreeSet<Arc<str>> {
        state.subscribed().map(Arc::from).collect()
    }

    /// Mailboxes that came, went or have another name (§5.4).
    fn find_names(&self, state: &State, wishes: &Wishes, affected: &mut Affected) {
        let told = |name: &str| wishes.of(name, &self.subscribed).names;
        let mut came_or_went = Vec::new();
        let mut renamed = Vec::new();
        for (id, mailbox) in state.mailboxes() {
            match self.mailboxes.get(&id) {
                None => came_or_went.push(&mailbox.name),
                Some(seen) if seen.name != mailbox.name => {
                    renamed.push((&seen.name, &mailbox.name));
                }
                Some(_) => {}
            }
        }
        let gone = |(id, _): &(&MailboxId, &Seen)| state.mailbox(**id).is_none();
        came_or_went.extend(self.mailboxes.iter().filter(gone).map(|(_, seen)| &seen.name));
        for name in came_or_went {
            for affecting in [above(name).last(), Some(&**name)].into_iter().flatten() {
                if told(affecting) {
                    affected.entry(affecting.into()).or_default();
                }
            }
        }
        for (old, new) in &renamed {
            // What is below goes with it.
            let goes_along = renamed.iter().any(|(upper_old, upper_new)| {
                is_above(upper_old, old)
                    && is_above(upper_new, new)
                    && old[upper_old.len()..] == new[upper_new.len()..]
            });
            if !goes_along && (told(old) || told(new)) {
                affected.insert(Arc::clone(new), Some(Arc::clone(old)));
            }
        }
    }
}

impl Seen {
    fn new(mailbox: &Mailbox) -> Self {
        Self {
            name: Arc::clone(&mailbox.name),
            modseq: mailbox.modseq,
            uid_next: mailbox.uid_next,
            messages: mailbox.messages().len(),
            unseen: mailbox.unseen,
            metadata: annotations(&mailbox.metadata),
        }
    }

    /// Whether nothing happened to the mailbox, nothing to its annotations since then.
    fn is_current(&self, mailbox: &Mailbox, since: u64) -> bool {
        self.name == mailbox.name
            && self.modseq == mailbox.modseq
            && mailbox.metadata_modseq <= since
    }
}

const MESSAGES: [StatusAttribute; 2] = [StatusAttribute::UidNext, StatusAttribute::Messages];

/// What STATUS says of what happened to messages (§5.1 to §5.3); nothing if nothing is to be told.
fn news(
    seen: Option<&Seen>,
    mailbox: &Mailbox,
    events: Events,
    mod_seqs: bool,
    another: bool,
) -> Vec<StatusAttribute> {
    let (modseq, uid_next, messages, unseen) =
        seen.map_or((0, 1, 0, 0), |s| (s.modseq, s.uid_next, s.messages, s.unseen));
    let mut wanted = Vec::new();
    let new = mailbox.messages().range(uid_next..).count();
    let came_or_went = mailbox.uid_next != uid_next || messages + new != mailbox.messages().len();
    if events.messages && (came_or_went || another) {
        wanted.extend(MESSAGES);
    }
    let other_flags = || mailbox.changed_since(modseq).any(|message| message.uid < uid_next);
    if events.flags && (another || other_flags()) {
        wanted.extend((unseen != mailbox.unseen).then_some(StatusAttribute::Unseen));
        if mod_seqs || another || !wanted.is_empty() {
            wanted.push(StatusAttribute::UidValidity);
        }
    }
    if mod_seqs && !wanted.is_empty() {
        wanted.push(StatusAttribute::HighestModSeq);
    }
    wanted
}

fn say(id: MailboxId, mailbox: &Mailbox, wanted: &[StatusAttribute]) -> Option<Data> {
    let items = status::items(id, mailbox, 0, wanted);
    Some(Data::Status(MailboxStatus::new(wire(&mailbox.name)?, items)))
}

/// Which annotations differ.
fn differences(before: &Annotations, now: &Annotations, name: &str) -> Option<Data> {
    let names: BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let differ = names.into_iter().filter(|entry| before.get(*entry) != now.get(*entry));
    let entries: Vec<_> = differ.filter_map(|entry| AString::new(entry).ok()).collect();
    let mailbox = wire(name)?;
    (!entries.is_empty()).then(|| Data::Metadata(Metadata::changed(mailbox, entries)))
}

fn annotations(all: &BTreeMap<String, Vec<u8>>) -> Annotations {
    let hash = |value: &[u8]| {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    };
    all.iter().map(|(entry, value)| (entry.clone(), hash(value))).collect()
}
