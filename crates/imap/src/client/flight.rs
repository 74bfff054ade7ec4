//! Which commands may be in progress together ([RFC 9051 §5.5]).
//!
//! - A command that changes what the session is waits for all others, and they for it.
//! - A command with sequence numbers waits for everything that allows EXPUNGE, since that changes what
//!   the numbers mean: all but FETCH, STORE, SEARCH and, by [RFC 5256], SORT and THREAD.
//! - A search for flags waits for what changes them.
//! - A command whose text the caller sends waits for all others: a server that has much to say first
//!   would not read, and both ends would wait for ever.
//!
//! [RFC 9051 §5.5]: https://www.rfc-editor.org/rfc/rfc9051#section-5.5
//! [RFC 5256]: https://www.rfc-editor.org/rfc/rfc5256#section-3

use super::request::{self, Request};
use crate::{
    Command, Messages,
    command::FetchAttribute,
    search::{SearchExpression, SearchKey, SearchStep},
};

/// What matters of a command to those in progress beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// Nothing may be in progress beside it.
    pub(super) alone: bool,
    /// Nothing may be in progress when it begins.
    pub(super) first: bool,
    /// It has sequence numbers.
    pub(super) numbers: bool,
    /// The server may say EXPUNGE while it is in progress.
    pub(super) expunge: bool,
    /// It may change flags.
    pub(super) sets_flags: bool,
    /// Its result depends on flags.
    pub(super) asks_flags: bool,
}

impl Traits {
    pub(super) fn of(request: &Request) -> Self {
        let Request::Command(command) = request else {
            return Self { alone: true, ..Self::default() };
        };
        let mut traits = of_command(command);
        traits.first = request::is_streamed(command);
        traits
    }

    /// Whether the command may begin while that one is in progress.
    pub(super) const fn may_join(self, other: Self) -> bool {
        let alone = self.alone || self.first || other.alone;
        let renumbered = self.numbers && other.expunge;
        let marked = self.asks_flags && other.sets_flags;
        !(alone || renumbered || marked)
    }
}

fn of_command(command: &Command) -> Traits {
    let plain = Traits { expunge: true, ..Traits::default() };
    let set = |messages: &Messages| matches!(messages, Messages::Set(_));
    match command {
        Command::Fetch { messages, attributes, uid, .. } => Traits {
            numbers: !uid && set(messages),
            expunge: *uid,
            sets_flags: attributes.iter().any(marks_as_seen),
            ..Traits::default()
        },
        Command::Store { messages, uid, .. } => Traits {
            numbers: !uid && set(messages),
            expunge: *uid,
            sets_flags: true,
            ..Traits::default()
        },
        Command::Search(search) => of_search(&search.expression, search.uid),
        Command::Sort(sort) => of_search(&sort.expression, sort.uid),
        Command::Thread(thread) => of_search(&thread.expression, thread.uid),
        Command::MultiSearch(search) => of_search(&search.search().expression, true),
        Command::Copy { messages, uid, .. } | Command::Move { messages, uid, .. } => {
            Traits { numbers: !uid && set(messages), ..plain }
        }
        Command::Replace { uid, .. } => Traits { numbers: !uid, ..plain },
        Command::Login { .. }
        | Command::Authenticate { .. }
        | Command::StartTls
        | Command::Compress(_)
        | Command::Enable(_)
        | Command::Select { .. }
        | Command::Examine { .. }
        | Command::Close
        | Command::Unselect
        | Command::Idle
        | Command::Logout
        | Command::Unauthenticate
        | Command::Language(_)
        | Command::Comparator(_)
        | Command::Other { .. } => Traits { alone: true, ..plain },
        _ => plain,
    }
}

fn of_search(expression: &SearchExpression, uid: bool) -> Traits {
    let mut traits = Traits { expunge: uid, ..Traits::default() };
    for step in expression.steps() {
        let SearchStep::Key(key) = step else { continue };
        match key {
            SearchKey::Messages(Messages::Set(_)) => traits.numbers = true,
            SearchKey::Other { .. } => {
                (traits.numbers, traits.asks_flags) = (true, true);
            }
            key => traits.asks_flags |= depends_on_flags(key),
        }
    }
    traits
}

fn depends_on_flags(key: &SearchKey) -> bool {
    matches!(
        key,
        SearchKey::Answered
            | SearchKey::Unanswered
            | SearchKey::Deleted
            | SearchKey::Undeleted
            | SearchKey::Draft
            | SearchKey::Undraft
            | SearchKey::Flagged
            | SearchKey::Unflagged
            | SearchKey::Seen
            | SearchKey::Unseen
            | SearchKey::New
            | SearchKey::Keyword(_)
            | SearchKey::Unkeyword(_)
            | SearchKey::ModSeq { .. }
            | SearchKey::Filter(_)
            | SearchKey::GmailRaw(_)
            | SearchKey::GmailLabels(_)
    )
}

/// Whether the server sets `\Seen` (RFC 9051 §6.4.5).
fn marks_as_seen(attribute: &FetchAttribute) -> bool {
    match attribute {
        FetchAttribute::Section { peek, .. } | FetchAttribute::Binary { peek, .. } => !peek,
        FetchAttribute::Rfc822 | FetchAttribute::Rfc822Text | FetchAttribute::Other { .. } => true,
        _ => false,
    }
}
