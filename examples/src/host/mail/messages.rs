//! What is done to messages.
use std::sync::Arc;

use super::{
    Account, Change, Envelope, Facts, FlagChange, Flags, MailError, Mailbox, MailboxId, Message,
    State,
    account::{Plan, now},
};
use crate::{
    accounts::random,
    host::store::{Effect, Sealed, unique},
};

/// A message that comes into a mailbox.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its text.
    pub text: Arc<Sealed>,
    /// Its flags.
    pub flags: Flags,
    /// When it was received, in seconds since 1970 and minutes east of UTC; now, if that is not known.
    pub received: Option<(i64, i16)>,
    /// How it came, if by SMTP or LMTP.
    pub envelope: Option<Envelope>,
}

/// What became of messages that were copied, moved or appended: `APPENDUID`, `COPYUID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The mailbox, and its UIDVALIDITY.
    pub mailbox: MailboxId,
    /// The UID of each before, if it had one, and now, both in ascending order.
    pub uids: Vec<(Option<u32>, u32)>,
}

/// What became of a change of flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The messages whose flags are others now.
    pub changed: Vec<u32>,
    /// The messages that somebody else changed before: `MODIFIED` (RFC 7162).
    pub modified: Vec<u32>,
    /// The modification sequence of this change; that of the mailbox if nothing changed.
    pub modseq: u64,
}

impl Arrival {
    /// A message without flags that has just been received.
    #[must_use]
    pub fn new(text: Arc<Sealed>) -> Self {
        Self { text, flags: Flags::default(), received: None, envelope: None }
    }
}

impl Account {
    /// Puts messages into a mailbox, all of them or none.
    pub fn append(&self, id: MailboxId, arrivals: Vec<Arrival>) -> Result<Copied, MailError> {
        self.change(|state| {
            let mailbox = find(state, id)?;
            check_quota(state, &arrivals)?;
            let mut plan = Plan::new(Copied { mailbox: id, uids: Vec::new() });
            add(&mut plan, mailbox, arrivals, state.modseq() + 1)?;
            Ok(plan)
        })
    }

    /// Puts a message into a mailbox in the place of another, at once (RFC 8508).
    pub fn replace(
        &self,
        (from, uid): (MailboxId, u32),
        to: MailboxId,
        arrival: Arrival,
    ) -> Result<Copied, MailError> {
        self.change(|state| {
            let source = find(state, from)?;
            let old = source.messages().get(&uid).ok_or(MailError::NoSuchMessage)?;
            let arrivals = vec![arrival];
            check_quota(state, &arrivals)?;
            let mut plan = Plan::new(Copied { mailbox: to, uids: Vec::new() });
            add(&mut plan, find(state, to)?, arrivals, state.modseq() + 1)?;
            let modseq = state.modseq() + 2;
            plan.changes.push(Change::Expunged { mailbox: from, uids: vec![uid], modseq });
            plan.effects.push(Effect::Remove { name: Arc::clone(&old.name) });
            Ok(plan)
        })
    }

    /// Copies messages, all of them or none; those that are gone are left out.
    pub fn copy(&self, from: MailboxId, uids: &[u32], to: MailboxId) -> Result<Copied, MailError> {
        self.change(|state| {
            let (source, target) = (find(state, from)?, find(state, to)?);
            let messages = pick(source, uids);
            check(state, messages.len(), messages.iter().map(|m| m.facts.size).sum())?;
            let mut plan = Plan::new(Copied { mailbox: to, uids: Vec::new() });
            for (message, uid) in messages.into_iter().zip(target.uid_next..) {
                let (name, letters) = (unique(), message.flags.letters());
                plan.outcome.uids.push((Some(message.uid), uid));
                plan.effects.push(Effect::Copy {
                    from: Arc::clone(&message.name),
                    name: Arc::clone(&name),
                    mailbox: Arc::clone(&target.name),
                    letters,
                });
                let (modseq, saved) = (state.modseq() + 1, now());
                let message = Message { uid, modseq, saved, name, ..message.clone() };
                plan.changes.push(Change::Added { mailbox: to, message });
            }
            check_uids(target, plan.outcome.uids.len())?;
            Ok(plan)
        })
    }

    /// Moves messages (RFC 6851), all of them at once; those that are gone are left out. Within a mailbox they
    /// get new UIDs.
    pub fn relocate(
        &self,
        from: MailboxId,
        uids: &[u32],
        to: MailboxId,
    ) -> Result<Copied, MailError> {
        self.change(|state| {
            let mut plan = Plan::new(Copied { mailbox: to, uids: Vec::new() });
            relocate(&mut plan, state, (from, find(state, from)?), uids, (to, find(state, to)?))?;
            Ok(plan)
        })
    }

    /// Changes the flags of messages, but not of those that changed after `unchanged_since`.
    pub fn store(
        &self,
        id: MailboxId,
        uids: &[u32],
        change: FlagChange,
        flags: &Flags,
        unchanged_since: Option<u64>,
    ) -> Result<Stored, MailError> {
        self.change(|state| {
            let mailbox = find(state, id)?;
            let mut stored =
                Stored { changed: Vec::new(), modified: Vec::new(), modseq: mailbox.modseq };
            let (mut all, mut effects) = (Vec::new(), Vec::new());
            for message in pick(mailbox, uids) {
                if unchanged_since.is_some_and(|since| message.modseq > since) {
                    stored.modified.push(message.uid);
                    continue;
                }
                let flags = message.flags.changed(change, flags);
                if flags == message.flags {
                    continue;
                }
                stored.changed.push(message.uid);
                effects.push(Effect::Place {
                    name: Arc::clone(&message.name),
                    mailbox: Arc::clone(&mailbox.name),
                    letters: flags.letters(),
                });
                all.push((message.uid, flags));
            }
            let mut changes = Vec::new();
            if !all.is_empty() {
                stored.modseq = state.modseq() + 1;
                let modseq = stored.modseq;
                changes.push(Change::Flags { mailbox: id, flags: all, modseq });
            }
            Ok(Plan { changes, effects, outcome: stored })
        })
    }

    /// Removes messages for good, only those marked as `\Deleted` if so asked, and says which.
    pub fn expunge(
        &self,
        id: MailboxId,
        uids: &[u32],
        only_deleted: bool,
    ) -> Result<Vec<u32>, MailError> {
        self.change(|state| {
            let mut plan = Plan::new(Vec::new());
            for message in pick(find(state, id)?, uids) {
                if !only_deleted || message.flags.is_deleted() {
                    plan.outcome.push(message.uid);
                    plan.effects.push(Effect::Remove { name: Arc::clone(&message.name) });
                }
            }
            if !plan.outcome.is_empty() {
                let (uids, modseq) = (plan.outcome.clone(), state.modseq() + 1);
                plan.changes.push(Change::Expunged { mailbox: id, uids, modseq });
            }
            Ok(plan)
        })
    }

    /// Takes the messages that are recent: they are for this session and no other. Says from which UID on.
    pub fn claim_recent(&self, id: MailboxId) -> Result<u32, MailError> {
        self.change(|state| {
            let mailbox = find(state, id)?;
            let mut plan = Plan::new(mailbox.not_recent + 1);
            let not_recent = mailbox.uid_next - 1;
            if not_recent > mailbox.not_recent {
                plan.changes.push(Change::Marks { mailbox: id, not_recent, forgotten: 0 });
            }
            Ok(plan)
        })
    }
}

impl<T> Plan<T> {
    pub(super) fn new(outcome: T) -> Self {
        Self { changes: Vec::new(), effects: Vec::new(), outcome }
    }
}

/// Plans to move messages.
pub(super) fn relocate(
    plan: &mut Plan<Copied>,
    state: &State,
    (from, source): (MailboxId, &Mailbox),
    uids: &[u32],
    (to, target): (MailboxId, &Mailbox),
) -> Result<(), MailError> {
    let messages = pick(source, uids);
    check_uids(target, messages.len())?;
    let mut gone = Vec::new();
    for (message, uid) in messages.into_iter().zip(target.uid_next..) {
        plan.outcome.uids.push((Some(message.uid), uid));
        plan.effects.push(Effect::Place {
            name: Arc::clone(&message.name),
            mailbox: Arc::clone(&target.name),
            letters: message.flags.letters(),
        });
        gone.push(message.uid);
        let (modseq, saved) = (state.modseq() + 1, now());
        let message = Message { uid, modseq, saved, ..message.clone() };
        plan.changes.push(Change::Added { mailbox: to, message });
    }
    if !gone.is_empty() {
        let modseq = state.modseq() + 2;
        plan.changes.push(Change::Expunged { mailbox: from, uids: gone, modseq });
    }
    Ok(())
}

/// The messages of these UIDs that are there, each once and in ascending order.
fn pick<'a>(mailbox: &'a Mailbox, uids: &[u32]) -> Vec<&'a Message> {
    let mut uids = uids.to_vec();
    uids.sort_unstable();
    uids.dedup();
    uids.iter().filter_map(|uid| mailbox.messages().get(uid)).collect()
}

pub(super) fn find(state: &State, id: MailboxId) -> Result<&Mailbox, MailError> {
    state.mailbox(id).ok_or(MailError::NoSuchMailbox)
}

fn add(
    plan: &mut Plan<Copied>,
    mailbox: &Mailbox,
    arrivals: Vec<Arrival>,
    modseq: u64,
) -> Result<(), MailError> {
    check_uids(mailbox, arrivals.len())?;
    let id = plan.outcome.mailbox;
    for (arrival, uid) in arrivals.into_iter().zip(mailbox.uid_next..) {
        let saved = now();
        let (received, zone) = arrival.received.unwrap_or((saved, 0));
        let facts = Facts {
            email_id: email_id(),
            received,
            zone,
            octets: arrival.text.octets,
            size: arrival.text.size,
            wire_octets: arrival.text.wire_octets,
            envelope: arrival.envelope,
        };
        let name = Arc::clone(arrival.text.name());
        let message =
            Message { uid, modseq, flags: arrival.flags, saved, name, facts: facts.into() };
        plan.effects.push(Effect::Keep {
            draft: arrival.text,
            mailbox: Arc::clone(&mailbox.name),
            letters: message.flags.letters(),
        });
        plan.outcome.uids.push((None, uid));
        plan.changes.push(Change::Added { mailbox: id, message });
    }
    Ok(())
}

/// An identifier that no text had before (RFC 8474 §5.1).
pub(super) fn email_id() -> String {
    random::<12>().iter().fold(String::from("M"), |id, octet| id + &format!("{octet:02x}"))
}

fn check_quota(state: &State, arrivals: &[Arrival]) -> Result<(), MailError> {
    check(state, arrivals.len(), arrivals.iter().map(|arrival| arrival.text.size).sum())
}

fn check(state: &State, messages: usize, octets: u64) -> Result<(), MailError> {
    let more = [("STORAGE", octets.div_ceil(1024)), ("MESSAGE", messages as u64)];
    let over = more.into_iter().any(|(resource, more)| {
        let limit = state.quota().get(resource);
        limit.is_some_and(|limit| state.usage(resource) + more > *limit)
    });
    if over && messages > 0 { Err(MailError::OverQuota) } else { Ok(()) }
}

fn check_uids(mailbox: &Mailbox, more: usize) -> Result<(), MailError> {
    let left = u32::MAX - mailbox.uid_next;
    if more as u64 > u64::from(left) {
        Err(MailError::Cannot("there are no UIDs left"))
    } else {
        Ok(())
    }
}
