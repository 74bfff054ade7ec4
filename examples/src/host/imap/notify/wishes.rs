//! What a client wants to be told ([RFC 5465 §5, §6]).
//!
//! [RFC 5465 §5, §6]: https://www.rfc-editor.org/rfc/rfc5465#section-5
use std::{collections::BTreeSet, ops::BitOr, sync::Arc};

use mailwire_imap::{
    Atom, Mailbox,
    command::{FetchAttribute, NotifyEvents, NotifyGroup, NotifyMailboxes},
};

use super::super::names::is_above;
use crate::host::mail::normal;

/// What a client wants to be told.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// Of the mailbox that is selected; none if nothing.
    pub(super) selected: Option<OfSelected>,
    groups: Vec<(Mailboxes, Events)>,
}

/// What is told of the messages of the mailbox that is selected. Whether it may be told at any time that some are
/// gone the machine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::host::imap) struct OfSelected {
    /// What FETCH says of new ones.
    pub(in crate::host::imap) fetch: Vec<FetchAttribute>,
    /// Whether it is told that flags changed.
    pub(in crate::host::imap) flags: bool,
}

/// What is told of a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Events {
    /// That messages came or went.
    pub(super) messages: bool,
    pub(super) flags: bool,
    pub(super) names: bool,
    pub(super) subscriptions: bool,
    pub(super) metadata: bool,
    /// Annotations of the account.
    pub(super) account: bool,
}

/// Which mailboxes are meant.
#[derive(Debug)]
enum Mailboxes {
    /// Those to which messages are delivered.
    Inboxes,
    Personal,
    Subscribed,
    /// These and all below them.
    Subtree(Vec<Arc<str>>),
    /// These and those one level below.
    SubtreeOne(Vec<Arc<str>>),
    These(Vec<Arc<str>>),
}

/// Why a client cannot have what it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    BadEvent,
    Bad(&'static str),
}

const EVENTS: [&str; 7] = [
    "MessageNew",
    "MessageExpunge",
    "FlagChange",
    "MailboxName",
    "SubscriptionChange",
    "MailboxMetadataChange",
    "ServerMetadataChange",
];

/// The events that there are.
pub(super) fn events() -> Vec<Atom> {
    EVENTS.iter().filter_map(|name| Atom::new(*name).ok()).collect()
}

impl Wishes {
    pub(super) fn new(groups: &[NotifyGroup]) -> Result<Self, Refusal> {
        if groups.is_empty() {
            return Err(Refusal::Bad("Of which mailboxes"));
        }
        let (mut wishes, mut selected) = (Self::default(), false);
        for group in groups {
            let (events, fetch) = read(&group.events)?;
            let mailboxes = match &group.mailboxes {
                NotifyMailboxes::Selected | NotifyMailboxes::SelectedDelayed => {
                    if selected {
                        return Err(Refusal::Bad("The selected mailbox can be named once"));
                    }
                    if events.is_of_mailbox() {
                        return Err(Refusal::Bad("Only messages of the selected mailbox"));
                    }
                    selected = true;
                    wishes.selected = events.messages.then(|| OfSelected {
                        fetch: fetch.unwrap_or_default(),
                        flags: events.flags,
                    });
                    continue;
                }
                _ if fetch.is_some() => {
                    return Err(Refusal::Bad("Only of the selected mailbox is there a FETCH"));
                }
                NotifyMailboxes::Inboxes => Mailboxes::Inboxes,
                NotifyMailboxes::Personal => Mailboxes::Personal,
                NotifyMailboxes::Subscribed => Mailboxes::Subscribed,
                NotifyMailboxes::Subtree(names) => Mailboxes::Subtree(stored(names)),
                NotifyMailboxes::SubtreeOne(names) => Mailboxes::SubtreeOne(stored(names)),
                NotifyMailboxes::Mailboxes(names) => Mailboxes::These(stored(names)),
                _ => return Err(Refusal::Bad("Unknown mailboxes")),
            };
            wishes.groups.push((mailboxes, events));
        }
        Ok(wishes)
    }

    pub(super) fn of_others(&self) -> bool {
        self.groups.iter().any(|(_, events)| *events != Events::default())
    }

    /// What is told of a name, and whether it is enough that it was subscribed to.
    pub(super) fn of(&self, name: &str, subscribed: &BTreeSet<Arc<str>>) -> Events {
        let covers = |(mailboxes, _): &&(Mailboxes, Events)| mailboxes.cover(name, subscribed);
        let events = self.groups.iter().filter(covers).map(|(_, events)| *events);
        events.fold(Events::default(), BitOr::bitor)
    }

    /// Whether it is told that annotations of the account changed.
    pub(super) fn of_account(&self) -> bool {
        self.groups.iter().any(|(_, events)| events.account)
    }
}

impl Mailboxes {
    fn cover(&self, name: &str, subscribed: &BTreeSet<Arc<str>>) -> bool {
        let is_child = |upper: &str| name.rsplit_once('/').is_some_and(|(above, _)| above == upper);
        match self {
            Self::Inboxes => name == "INBOX",
            Self::Personal => true,
            Self::Subscribed => subscribed.contains(name),
            Self::Subtree(names) => {
                names.iter().any(|upper| name == &**upper || is_above(upper, name))
            }
            Self::SubtreeOne(names) => {
                names.iter().any(|upper| name == &**upper || is_child(upper))
            }
            Self::These(names) => names.iter().any(|this| name == &**this),
        }
    }
}

impl Events {
    /// Whether there is more among them than what happens to messages.
    fn is_of_mailbox(self) -> bool {
        self.names || self.subscriptions || self.metadata || self.account
    }
}

impl BitOr for Events {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            messages: self.messages || other.messages,
            flags: self.flags || other.flags,
            names: self.names || other.names,
            subscriptions: self.subscriptions || other.subscriptions,
            metadata: self.metadata || other.metadata,
            account: self.account || other.account,
        }
    }
}

/// Events of one group, and what FETCH is to say of new messages.
fn read(events: &NotifyEvents) -> Result<(Events, Option<Vec<FetchAttribute>>), Refusal> {
    let NotifyEvents::Events(named) = events else { return Ok((Events::default(), None)) };
    let (mut events, mut fetch) = (Events::default(), None);
    let (mut new, mut gone) = (false, false);
    for (name, attributes) in named {
        let known = EVENTS.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        match known.ok_or(Refusal::BadEvent)? {
            "MessageNew" => {
                let unknown = |one: &FetchAttribute| matches!(one, FetchAttribute::Other { .. });
                if attributes.iter().flatten().any(unknown) {
                    return Err(Refusal::Bad("That cannot be fetched"));
                }
                new = true;
                fetch = fetch.or_else(|| attributes.clone());
            }
            "MessageExpunge" => gone = true,
            "FlagChange" => events.flags = true,
            "MailboxName" => events.names = true,
            "SubscriptionChange" => events.subscriptions = true,
            "MailboxMetadataChange" => events.metadata = true,
            _ => events.account = true,
        }
    }
    if new != gone || (events.flags && !new) {
        return Err(Refusal::Bad("MessageNew and MessageExpunge go together"));
    }
    events.messages = new;
    Ok((events, fetch))
}

/// The names as the store has them; those that no mailbox can have are none.
fn stored(mailboxes: &[Mailbox]) -> Vec<Arc<str>> {
    mailboxes.iter().filter_map(Mailbox::as_str).map(normal).collect()
}
