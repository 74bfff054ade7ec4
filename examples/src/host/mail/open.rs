//! An account after a start.
use std::{
    collections::{HashMap, HashSet},
    io::{self, ErrorKind},
    sync::Arc,
};

use super::{
    Account, Change, Facts, MailError, MailboxId, Message, State,
    account::{Plan, now},
    mailboxes::{Next, create},
    messages::email_id,
};
use crate::host::store::{Expected, Found, Sizes, Store};

/// The mailboxes that a new account has, and what they are for.
const FIRST: [(&str, Option<&str>); 6] = [
    ("INBOX", None),
    ("Archive", Some("\\Archive")),
    ("Drafts", Some("\\Drafts")),
    ("Junk", Some("\\Junk")),
    ("Sent", Some("\\Sent")),
    ("Trash", Some("\\Trash")),
];

impl Account {
    /// Opens the account that a store holds, or makes a new one.
    pub fn open(name: &str, store: Box<dyn Store>) -> Result<Self, MailError> {
        let changes = store.load()?;
        let mut state = State::default();
        let mut expected = Expected::default();
        for change in &changes {
            note_gone(&state, change, &mut expected);
            state.apply(change);
        }
        let live: usize = state.mailboxes().map(|(_, mailbox)| mailbox.messages().len()).sum();
        expect(&state, &mut expected);
        let found = store.settle(expected)?;
        let account = Self::with(name, store, state);
        // What the user has deleted since does not come back, but for the INBOX.
        let wanted = if changes.is_empty() { &FIRST[..] } else { &FIRST[..1] };
        for &(name, special_use) in wanted {
            if account.look(|state| state.find(name)).is_none() {
                account.create(name, special_use)?;
                account.subscribe(name, true)?;
            }
        }
        account.adopt(found)?;
        if changes.len() > 1_000 + 4 * live {
            account.compact()?;
        }
        Ok(account)
    }

    /// Makes the store forget how the account became what it is.
    pub fn compact(&self) -> io::Result<()> {
        self.look(|state| self.store.compact(&state.changes()))
    }

    /// Takes over what other programs did to the texts meanwhile: a store that is not the host's alone says so.
    pub fn refresh(&self) -> Result<(), MailError> {
        let found = self.store.news()?;
        if found.is_empty() { Ok(()) } else { self.adopt(found) }
    }

    /// Takes over what others did.
    fn adopt(&self, found: Found) -> Result<(), MailError> {
        let mut read = HashMap::new();
        for (name, ..) in &found.texts {
            match self.measure(name) {
                Ok(facts) => drop(read.insert(Arc::clone(name), facts)),
                // It did not stay for long.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // It cannot be read: a folder, for example. The others can.
                Err(error) => eprintln!("{}: {name}: {error}", self.name()),
            }
        }
        let missing: HashSet<_> = found.missing.iter().collect();
        let flags: HashMap<_, _> = found.flags.iter().map(|(name, flags)| (name, flags)).collect();
        self.change(|state| {
            let mut plan = Plan::new(MailboxId(0));
            let mut next = Next::new(state);
            for name in &found.mailboxes {
                if state.find(name).is_none() {
                    create(&mut plan, state, &mut next, name, None)?;
                }
            }
            for (mailbox, there) in state.mailboxes() {
                let missing = there.messages().values().filter(|m| missing.contains(&m.name));
                let uids: Vec<_> = missing.map(|message| message.uid).collect();
                if !uids.is_empty() {
                    plan.changes.push(Change::Expunged { mailbox, uids, modseq: next.modseq() });
                }
                let changed = there.messages().values().filter_map(|message| {
                    let flags = message.flags.with_system(flags.get(&message.name)?);
                    (flags != message.flags).then_some((message.uid, flags))
                });
                let flags: Vec<_> = changed.collect();
                if !flags.is_empty() {
                    plan.changes.push(Change::Flags { mailbox, flags, modseq: next.modseq() });
                }
            }
            Ok(plan)
        })?;
        self.change(|state| {
            let mut plan = Plan::new(());
            let mut next: HashMap<MailboxId, u32> = HashMap::new();
            let modseq = state.modseq() + 1;
            for (name, mailbox, flags) in found.texts {
                let Some(id) = state.find(&mailbox) else { continue };
                let Some(mailbox) = state.mailbox(id) else { continue };
                let uid = next.entry(id).or_insert(mailbox.uid_next);
                let Some(facts) = read.remove(&name) else { continue };
                let message =
                    Message { uid: *uid, modseq, flags, saved: now(), name, facts: facts.into() };
                plan.changes.push(Change::Added { mailbox: id, message });
                *uid += 1;
            }
            Ok(plan)
        })
    }

    /// What is to be known of a text that somebody else put there.
    fn measure(&self, name: &Arc<str>) -> io::Result<Facts> {
        let mut sizes = Sizes::default();
        loop {
            let at = sizes.stored();
            let block = self.store.read(name, at..at + 64 * 1024)?;
            if block.is_empty() {
                break;
            }
            sizes.add(&block);
        }
        // A name in a Maildir begins with the time of delivery.
        let time = name.split('.').next().and_then(|seconds| seconds.parse().ok());
        Ok(Facts {
            email_id: email_id(),
            received: time.unwrap_or_else(now),
            zone: 0,
            octets: sizes.stored(),
            size: sizes.imap(),
            wire_octets: sizes.pop3(),
            envelope: None,
        })
    }
}

/// Takes note of what goes with a change: it must not come back.
fn note_gone(state: &State, change: &Change, expected: &mut Expected) {
    match change {
        Change::Expunged { mailbox, uids, .. } => {
            if let Some(mailbox) = state.mailbox(*mailbox) {
                let gone = uids.iter().filter_map(|uid| mailbox.messages().get(uid));
                expected.gone.extend(gone.map(|message| Arc::clone(&message.name)));
            }
        }
        Change::Deleted { id, .. } => {
            if let Some(mailbox) = state.mailbox(*id) {
                let gone = mailbox.messages().values().map(|message| Arc::clone(&message.name));
                expected.gone.extend(gone);
                expected.gone_mailboxes.push(Arc::clone(&mailbox.name));
            }
        }
        Change::Renamed { id, .. } => {
            expected.gone_mailboxes.extend(state.mailbox(*id).map(|m| Arc::clone(&m.name)));
        }
        _ => {}
    }
}

fn expect(state: &State, expected: &mut Expected) {
    for (_, mailbox) in state.mailboxes() {
        expected.mailboxes.push(Arc::clone(&mailbox.name));
        expected.texts.extend(mailbox.messages().values().map(|message| {
            (Arc::clone(&message.name), Arc::clone(&mailbox.name), message.flags.letters())
        }));
    }
}
