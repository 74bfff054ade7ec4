//! LIST in all its forms, LSUB and XLIST ([RFC 9051 §6.3.9], RFC 5258 and its extensions, RFC 3501 §6.3.9).
//!
//! [RFC 9051 §6.3.9]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.9
use std::collections::{BTreeMap, BTreeSet};

use mailwire_imap::{
    AString, Attribute, Data, Error, List, ListItem, Mailbox, MailboxStatus, Metadata,
    command::{ListCommand, ListPatterns, ListReturn, ListSelection},
    server::Server,
};

use super::{
    acl, metadata,
    names::{DELIMITER, above, bad, wire},
    pattern::Pattern,
    special_use, status,
};
use crate::host::mail::{Account, MailboxId, State};

/// Answers LIST.
pub(super) fn list(
    server: &mut Server,
    account: &Account,
    append_limit: u64,
    command: &ListCommand,
) -> Result<(), Error> {
    let returns = command.returns.as_deref().unwrap_or_default();
    let Some(selection) = Selection::new(command.selection.as_deref().unwrap_or_default()) else {
        return bad(server, "Unknown selection option");
    };
    let known = returns.iter().all(|option| match option {
        ListReturn::Status(items) => status::is_known(items),
        ListReturn::Metadata(entries) => entries.iter().all(metadata::is_entry),
        ListReturn::Subscribed
        | ListReturn::Children
        | ListReturn::SpecialUse
        | ListReturn::MyRights => true,
        _ => false,
    });
    if !known {
        return bad(server, "Unknown return option");
    }
    let patterns = command.patterns.as_slice();
    let basic = command.selection.is_none() && command.returns.is_none();
    if basic && matches!(&command.patterns, ListPatterns::One(pattern) if pattern.is_empty()) {
        return root(server);
    }
    let utf8 = server.takes_utf8();
    let pattern = |pattern: &AString| Pattern::new(&command.reference, pattern, utf8);
    let patterns: Vec<_> =
        patterns.iter().filter(|pattern| !pattern.is_empty()).filter_map(pattern).collect();
    let said = account.look(|state| {
        let mut said = Vec::new();
        for (name, place, meets) in selection.pick(state, &patterns) {
            let Some(mailbox) = wire(name) else { continue };
            let mut listed = place.list(state, mailbox.clone());
            if let Some(options) = selection.below(&place) {
                listed = listed.with_extended(ListItem::ChildInfo(options));
            }
            said.push(Data::List(listed));
            if let (Some(id), true) = (place.mailbox, meets) {
                let about = About { state, id, mailbox: &mailbox, append_limit };
                said.extend(returns.iter().filter_map(|option| about.answer(option)));
            }
        }
        said
    });
    said.into_iter().try_for_each(|data| server.send(data))?;
    server.accept()
}

/// Answers XLIST, which is LIST to old clients: special uses have names of their own.
pub(super) fn xlist(
    server: &mut Server,
    account: &Account,
    reference: &Mailbox,
    pattern: &AString,
) -> Result<(), Error> {
    let command = ListCommand::new(reference.clone(), pattern.clone());
    list(server, account, 0, &command)
}

/// Answers LSUB: names that are subscribed to. `%` stops at a level, and what is subscribed to below it stands
/// for it, as a name that cannot be selected (RFC 3501 §6.3.9).
pub(super) fn lsub(
    server: &mut Server,
    account: &Account,
    reference: &Mailbox,
    pattern: &AString,
) -> Result<(), Error> {
    if pattern.is_empty() {
        return root(server);
    }
    let Some(pattern) = Pattern::new(reference, pattern, server.takes_utf8()) else {
        return server.accept();
    };
    let said = account.look(|state| {
        let mut found = BTreeMap::new();
        for name in state.subscribed() {
            if pattern.fits(name) {
                found.insert(name, true);
            } else if pattern.has_percent() {
                for upper in above(name).filter(|upper| pattern.fits(upper)) {
                    found.entry(upper).or_insert(false);
                }
            }
        }
        let list = |(name, subscribed)| {
            let list = List::new(wire(name)?, Some(DELIMITER));
            Some(if subscribed { list } else { list.with(attribute("\\Noselect")) })
        };
        found.into_iter().filter_map(list).collect::<Vec<_>>()
    });
    said.iter().try_for_each(|list| server.send_list(list))?;
    server.accept()
}

/// Names with their attributes as they are now, for those who are told of a change.
pub(super) fn these<'n>(
    state: &State,
    names: impl IntoIterator<Item = &'n str>,
) -> impl Iterator<Item = (&'n str, List)> {
    let tree = tree(state);
    names.into_iter().filter_map(move |name| {
        Some((name, tree.get(name).copied().unwrap_or_default().list(state, wire(name)?)))
    })
}

/// What stands between the levels, and that there is nothing above the first (RFC 9051 §6.3.9).
fn root(server: &mut Server) -> Result<(), Error> {
    let Some(nothing) = wire("") else { return server.accept() };
    server.send_list(&List::new(nothing, Some(DELIMITER)).with(attribute("\\Noselect")))?;
    server.accept()
}

/// A name: of a mailbox, of what is only above one, or of what is only subscribed to.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    mailbox: Option<MailboxId>,
    subscribed: bool,
    /// Whether there is a mailbox below.
    children: bool,
    /// Whether there is a name below that meets the selection.
    below: bool,
    /// Whether one of those does not fit the pattern.
    below_unseen: bool,
}

/// All names that there are.
fn tree(state: &State) -> BTreeMap<&str, Place> {
    let mut tree: BTreeMap<_, Place> = BTreeMap::new();
    for (id, mailbox) in state.mailboxes() {
        tree.entry(&*mailbox.name).or_default().mailbox = Some(id);
    }
    for (_, mailbox) in state.mailboxes() {
        for upper in above(&mailbox.name) {
            tree.entry(upper).or_default().children = true;
        }
    }
    for name in state.subscribed() {
        tree.entry(name).or_default().subscribed = true;
        for upper in above(name) {
            tree.entry(upper).or_default();
        }
    }
    tree
}

impl Place {
    fn list(&self, state: &State, mailbox: Mailbox) -> List {
        let mut list = List::new(mailbox, Some(DELIMITER));
        let mut say = |name: &str| list.attributes.extend(Attribute::new(name));
        match self.mailbox.and_then(|id| state.mailbox(id)) {
            Some(mailbox) => special_use::of(mailbox).for_each(&mut say),
            None => say("\\NonExistent"),
        }
        say(if self.children { "\\HasChildren" } else { "\\HasNoChildren" });
        if self.subscribed {
            say("\\Subscribed");
        }
        list
    }
}

/// Which names are looked at (RFC 5258 §3.1).
#[derive(Clone, Copy, Debug, Default)]
struct Selection {
    subscribed: bool,
    special_use: bool,
    recursive: bool,
}

impl Selection {
    /// None if there is an option that is not known.
    fn new(options: &[ListSelection]) -> Option<Self> {
        let mut selection = Self::default();
        for option in options {
            match option {
                ListSelection::Subscribed => selection.subscribed = true,
                ListSelection::SpecialUse => selection.special_use = true,
                ListSelection::RecursiveMatch => selection.recursive = true,
                // There are no mailboxes elsewhere.
                ListSelection::Remote => {}
                _ => return None,
            }
        }
        Some(selection)
    }

    /// The names that are told, with whether they meet the selection themselves.
    fn pick<'a>(self, state: &'a State, patterns: &[Pattern]) -> Vec<(&'a str, Place, bool)> {
        let mut tree = tree(state);
        let met: BTreeSet<_> = tree
            .iter()
            .filter(|(_, place)| self.is_met(state, place))
            .map(|(name, _)| *name)
            .collect();
        let fits = |name: &str| patterns.iter().any(|pattern| pattern.fits(name));
        if self.recursive {
            for name in &met {
                let unseen = !fits(name);
                for upper in above(name) {
                    let place = tree.entry(upper).or_default();
                    place.below = true;
                    place.below_unseen |= unseen;
                }
            }
        }
        tree.into_iter()
            .map(|(name, place)| (name, place, met.contains(name)))
            .filter(|(name, place, meets)| (*meets || place.below_unseen) && fits(name))
            .collect()
    }

    fn is_met(self, state: &State, place: &Place) -> bool {
        let mailbox = place.mailbox.and_then(|id| state.mailbox(id));
        let used = || mailbox.is_some_and(|mailbox| special_use::of(mailbox).next().is_some());
        // Who asks for subscriptions is told of those to nothing, too.
        let there = self.subscribed || mailbox.is_some() || place.children;
        there && (place.subscribed || !self.subscribed) && (!self.special_use || used())
    }

    /// What some name below a place meets (RFC 5258 §3.5).
    fn below(self, place: &Place) -> Option<Vec<AString>> {
        let options = [(self.subscribed, "SUBSCRIBED"), (self.special_use, "SPECIAL-USE")];
        let options = options.into_iter().filter(|(asked, _)| *asked);
        place.below.then(|| options.filter_map(|(_, name)| AString::new(name).ok()).collect())
    }
}

/// A mailbox of which more is to be said than that it is there.
struct About<'a> {
    state: &'a State,
    id: MailboxId,
    mailbox: &'a Mailbox,
    append_limit: u64,
}

impl About<'_> {
    fn answer(&self, option: &ListReturn) -> Option<Data> {
        let mailbox = self.state.mailbox(self.id)?;
        let name = self.mailbox.clone();
        Some(match option {
            ListReturn::Status(wanted) => {
                let items = status::items(self.id, mailbox, self.append_limit, wanted);
                Data::Status(MailboxStatus::new(name, items))
            }
            ListReturn::MyRights => acl::mine(name),
            ListReturn::Metadata(entries) => Data::Metadata(Metadata::new(
                name,
                metadata::values(Some(mailbox), self.state, entries),
            )),
            _ => return None,
        })
    }
}

fn attribute(name: &str) -> Attribute {
    Attribute::new(name).expect("a backslash and letters")
}
