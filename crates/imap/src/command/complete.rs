//! Commands that the grammar has: lists in them that are never empty.

use super::{
    AppendData, Command, FetchAttribute, ListCommand, ListPatterns, ListReturn, Notify,
    NotifyEvents, NotifyGroup, NotifyMailboxes, SearchSource,
};
use alloc::vec::Vec;

impl Command {
    /// Whether every list is one that the grammar has: many must hold something, `FETCH 1 ()` and
    /// `CATENATE ()` are no commands. [`Client::send`] takes no other.
    ///
    /// A server may read such a command all the same, and tell [`Quirk::EmptyList`].
    ///
    /// ```
    /// use mailwire_imap::{Command, SequenceSet, command::FetchAttribute};
    ///
    /// let fetch = |attributes| Command::fetch(SequenceSet::ALL, attributes, true);
    /// assert!(fetch(vec![FetchAttribute::Flags]).is_complete());
    /// assert!(!fetch(Vec::new()).is_complete());
    /// ```
    ///
    /// [`Client::send`]: crate::client::Client::send
    /// [`Quirk::EmptyList`]: crate::Quirk::EmptyList
    #[must_use]
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Append { messages, .. } => messages.iter().all(|message| data(&message.data)),
            Self::Replace { message, .. } => data(&message.data),
            Self::Fetch { attributes, .. } => !attributes.is_empty(),
            Self::Status { items, .. } => !items.is_empty(),
            Self::List(list) => self::list(list),
            Self::Sort(sort) => !sort.keys.is_empty(),
            Self::MultiSearch(search) => search.source.as_ref().is_none_or(source),
            Self::SetMetadata { entries, .. } => !entries.is_empty(),
            Self::GetMetadata { entries, .. } => !entries.is_empty(),
            Self::Notify(Notify::Set { groups, .. }) => {
                !groups.is_empty() && groups.iter().all(group)
            }
            _ => true,
        }
    }
}

fn data(data: &AppendData) -> bool {
    !matches!(data, AppendData::Catenate(parts) if parts.is_empty())
}

fn list(list: &ListCommand) -> bool {
    let is_complete = |option: &ListReturn| match option {
        ListReturn::Status(items) => !items.is_empty(),
        ListReturn::Metadata(entries) => !entries.is_empty(),
        _ => true,
    };
    let has_pattern = !matches!(&list.patterns, ListPatterns::Several(all) if all.is_empty());
    has_pattern && list.returns.iter().flatten().all(is_complete)
}

fn source(source: &SearchSource) -> bool {
    !source.mailboxes.is_empty()
        && source.mailboxes.iter().all(mailboxes)
        && source.options.as_ref().is_none_or(|options| !options.is_empty())
}

fn group(group: &NotifyGroup) -> bool {
    let has_events = match &group.events {
        NotifyEvents::None => true,
        NotifyEvents::Events(events) => {
            let asks = |attributes: &Vec<FetchAttribute>| !attributes.is_empty();
            !events.is_empty() && events.iter().all(|(_, fetch)| fetch.as_ref().is_none_or(asks))
        }
    };
    has_events && mailboxes(&group.mailboxes)
}

fn mailboxes(mailboxes: &NotifyMailboxes) -> bool {
    match mailboxes {
        NotifyMailboxes::Subtree(names)
        | NotifyMailboxes::SubtreeOne(names)
        | NotifyMailboxes::Mailboxes(names) => !names.is_empty(),
        NotifyMailboxes::Selected
        | NotifyMailboxes::SelectedDelayed
        | NotifyMailboxes::Inboxes
        | NotifyMailboxes::Personal
        | NotifyMailboxes::Subscribed => true,
    }
}
