//! What is done to mailboxes.
use std::sync::Arc;

use super::{
    Account, Change, Copied, MailError, MailboxId, State,
    account::{Plan, now},
    messages::{find, relocate},
    state::normal,
};
use crate::host::store::{Effect, folder};

impl Account {
    /// Makes a mailbox, and those above it that are missing.
    pub fn create(&self, name: &str, special_use: Option<&str>) -> Result<MailboxId, MailError> {
        let name = normal(name.strip_suffix('/').unwrap_or(name));
        check_name(&name)?;
        self.change(|state| {
            if state.find(&name).is_some() {
                return Err(MailError::AlreadyExists);
            }
            let mut plan = Plan::new(MailboxId(0));
            let mut next = Next::new(state);
            create(&mut plan, state, &mut next, &name, special_use)?;
            Ok(plan)
        })
    }

    /// Deletes a mailbox with all that is in it, but not those below it. The INBOX cannot be deleted.
    pub fn delete(&self, name: &str) -> Result<(), MailError> {
        self.change(|state| {
            let id = state.find(name).ok_or(MailError::NoSuchMailbox)?;
            let mailbox = find(state, id)?;
            if &*mailbox.name == "INBOX" {
                return Err(MailError::Cannot("the INBOX cannot be deleted"));
            }
            let mut plan = Plan::new(());
            plan.changes.push(Change::Deleted { id, modseq: state.modseq() + 1 });
            let names = mailbox.messages().values().map(|message| Arc::clone(&message.name));
            plan.effects.extend(names.map(|name| Effect::Remove { name }));
            plan.effects.push(Effect::Delete { mailbox: Arc::clone(&mailbox.name) });
            Ok(plan)
        })
    }

    /// Gives a mailbox and those below it another name. Of the INBOX the messages go, and it stays.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), MailError> {
        let (from, to) = (normal(from), normal(to));
        check_name(&to)?;
        if to.strip_prefix(&*from).is_some_and(|rest| rest.starts_with('/')) {
            return Err(MailError::Cannot("a mailbox cannot go below itself"));
        }
        self.change(|state| {
            let id = state.find(&from).ok_or(MailError::NoSuchMailbox)?;
            let mut all = vec![(Arc::clone(&from), Arc::clone(&to), id)];
            if &*from != "INBOX" {
                all.extend(state.below(&from).map(|(name, id)| {
                    (name.into(), format!("{to}{}", &name[from.len()..]).into(), id)
                }));
            }
            all.iter().try_for_each(|(_, to, _)| check_name(to))?;
            if all.iter().any(|(_, to, _)| state.find(to).is_some()) {
                return Err(MailError::AlreadyExists);
            }
            let mut plan = Plan::new(MailboxId(0));
            let mut next = Next::new(state);
            if &*from == "INBOX" {
                create(&mut plan, state, &mut next, &to, None)?;
                return empty_inbox(plan, state, (id, &to), &mut next);
            }
            create_above(&mut plan, state, &mut next, &to)?;
            for (from, to, id) in all {
                let modseq = next.modseq();
                plan.changes.push(Change::Renamed { id, name: Arc::clone(&to), modseq });
                plan.effects.push(Effect::Rename { from, to });
            }
            Ok(plan.done())
        })
    }

    /// Subscribes to a name, or no more.
    pub fn subscribe(&self, name: &str, subscribed: bool) -> Result<(), MailError> {
        let name = normal(name);
        check_name(&name)?;
        self.change(|state| {
            let mut plan = Plan::new(());
            if state.subscribed().any(|known| *known == *name) != subscribed {
                let modseq = state.modseq() + 1;
                plan.changes.push(Change::Subscribed { name, subscribed, modseq });
            }
            Ok(plan)
        })
    }

    /// Sets an annotation of a mailbox or of the account, or takes it away (RFC 5464).
    pub fn annotate(
        &self,
        mailbox: Option<MailboxId>,
        entries: &[(String, Option<Vec<u8>>)],
    ) -> Result<(), MailError> {
        self.change(|state| {
            if let Some(id) = mailbox {
                find(state, id)?;
            }
            let mut plan = Plan::new(());
            for (entry, value) in entries {
                let (entry, value) = (entry.clone(), value.clone());
                let modseq = state.modseq() + 1;
                plan.changes.push(Change::Metadata { mailbox, entry, value, modseq });
            }
            Ok(plan)
        })
    }

    /// Sets what somebody may do in a mailbox, or takes it away (RFC 4314). What the owner may do does not
    /// change.
    pub fn allow(
        &self,
        mailbox: MailboxId,
        identifier: &str,
        rights: Option<&str>,
    ) -> Result<(), MailError> {
        self.change(|state| {
            find(state, mailbox)?;
            let (identifier, rights) = (identifier.into(), rights.map(Into::into));
            let modseq = state.modseq() + 1;
            let mut plan = Plan::new(());
            plan.changes.push(Change::Rights { mailbox, identifier, rights, modseq });
            Ok(plan)
        })
    }

    /// Sets the limits of resources (RFC 9208): `STORAGE` in units of 1,024 octets, `MESSAGE`, `MAILBOX`.
    pub fn limit(&self, limits: &[(&str, Option<u64>)]) -> Result<(), MailError> {
        self.change(|_| {
            let mut plan = Plan::new(());
            plan.changes.extend(limits.iter().map(|(resource, limit)| Change::Quota {
                resource: (*resource).into(),
                limit: *limit,
            }));
            Ok(plan)
        })
    }
}

impl<T> Plan<T> {
    fn done(self) -> Plan<()> {
        Plan { changes: self.changes, effects: self.effects, outcome: () }
    }
}

/// Numbers that were not used before.
pub(super) struct Next {
    id: u32,
    modseq: u64,
}

impl Next {
    pub(super) fn new(state: &State) -> Self {
        Self { id: state.last_id(), modseq: state.modseq() }
    }

    /// The next identifier, which says when the mailbox was made unless there were many at once.
    fn id(&mut self) -> Result<MailboxId, MailError> {
        let now = u32::try_from(now()).unwrap_or(0);
        let next = self.id.checked_add(1).ok_or(MailError::Cannot("there are no UIDs left"))?;
        self.id = next.max(now);
        Ok(MailboxId(self.id))
    }

    pub(super) fn modseq(&mut self) -> u64 {
        self.modseq += 1;
        self.modseq
    }
}

/// Plans a mailbox and those above it that are missing.
pub(super) fn create(
    plan: &mut Plan<MailboxId>,
    state: &State,
    next: &mut Next,
    name: &str,
    special_use: Option<&str>,
) -> Result<(), MailError> {
    create_above(plan, state, next, name)?;
    create_one(plan, state, next, name, special_use)
}

fn create_above(
    plan: &mut Plan<MailboxId>,
    state: &State,
    next: &mut Next,
    name: &str,
) -> Result<(), MailError> {
    for (at, _) in name.match_indices('/') {
        if state.find(&name[..at]).is_none() {
            create_one(plan, state, next, &name[..at], None)?;
        }
    }
    Ok(())
}

fn create_one(
    plan: &mut Plan<MailboxId>,
    state: &State,
    next: &mut Next,
    name: &str,
    special_use: Option<&str>,
) -> Result<(), MailError> {
    let planned = plan.changes.len() as u64;
    let limit = state.quota().get("MAILBOX");
    if limit.is_some_and(|limit| state.usage("MAILBOX") + planned >= *limit) {
        return Err(MailError::OverQuota);
    }
    let (id, name): (_, Arc<str>) = (next.id()?, name.into());
    plan.outcome = id;
    plan.effects.push(Effect::Create { mailbox: Arc::clone(&name) });
    plan.changes.push(Change::Created {
        id,
        name,
        uid_next: 1,
        special_use: special_use.map(Into::into),
        modseq: next.modseq(),
    });
    Ok(())
}

/// Plans to move all messages of the INBOX to a mailbox that is planned already.
fn empty_inbox(
    mut plan: Plan<MailboxId>,
    state: &State,
    (inbox, to): (MailboxId, &Arc<str>),
    next: &mut Next,
) -> Result<Plan<()>, MailError> {
    let mut planned = State::default();
    plan.changes.iter().for_each(|change| planned.apply(change));
    planned.apply(&Change::Counted { id: 0, modseq: next.modseq });
    let target = plan.outcome;
    let mailbox = find(&planned, target)?;
    debug_assert_eq!(&mailbox.name, to);
    let mut moved = Plan::new(Copied { mailbox: target, uids: Vec::new() });
    let source = find(state, inbox)?;
    let uids: Vec<_> = source.messages().keys().copied().collect();
    relocate(&mut moved, &planned, (inbox, source), &uids, (target, mailbox))?;
    plan.changes.append(&mut moved.changes);
    plan.effects.append(&mut moved.effects);
    Ok(plan.done())
}

/// Whether there can be a mailbox of this name: no matter with which store, only of one that fits a folder.
fn check_name(name: &str) -> Result<(), MailError> {
    const MAX: usize = 240;
    let bad = |level: &str| level.is_empty() || level.chars().any(char::is_control);
    if name.split('/').any(bad) {
        return Err(MailError::Cannot("that is no name for a mailbox"));
    }
    if folder(name).len() > MAX || name.split('/').count() > 20 {
        return Err(MailError::Cannot("the name is too long"));
    }
    Ok(())
}
