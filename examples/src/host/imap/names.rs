//! Names of mailboxes, as clients and as the store have them, and what clients are told if something was not
//! done.
use mailwire_imap::{Condition, Error, Mailbox, server::Server};

use super::refuse;
use crate::host::mail::{MailError, MailboxId, State};

/// What stands between the levels of a name.
pub(super) const DELIMITER: char = '/';

/// The name as the store has it; none if no mailbox can have it.
pub(super) fn stored(mailbox: &Mailbox) -> Option<&str> {
    mailbox.as_str().filter(|name| !name.is_empty())
}

/// The mailbox of a name, if there is one.
pub(super) fn find(state: &State, mailbox: &Mailbox) -> Option<MailboxId> {
    stored(mailbox).and_then(|name| state.find(name))
}

/// The name as clients have it; none for what others than this host may have put into its Maildir.
pub(super) fn wire(name: &str) -> Option<Mailbox> {
    Mailbox::new(name).ok()
}

/// The names above this one, from the top down.
pub(super) fn above(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices(DELIMITER).map(|(at, _)| &name[..at])
}

/// Whether the first name is above the second.
pub(super) fn is_above(upper: &str, name: &str) -> bool {
    name.strip_prefix(upper).is_some_and(|rest| rest.starts_with(DELIMITER))
}

/// Says no because there is no such mailbox.
pub(super) fn reject_unknown(server: &mut Server) -> Result<(), Error> {
    refuse(server, &MailError::NoSuchMailbox)
}

/// Says yes, or why not.
pub(super) fn answer<T>(server: &mut Server, result: Result<T, MailError>) -> Result<(), Error> {
    match result {
        Ok(_) => server.accept(),
        Err(error) => refuse(server, &error),
    }
}

/// Says that the arguments make no sense.
pub(super) fn bad(server: &mut Server, text: &str) -> Result<(), Error> {
    server.reply(Condition::Bad, None, text)
}
