//! NOTIFY ([RFC 5465]): what clients are told without asking.
//!
//! ```text
//! wishes  what the client wants to be told, and of which mailboxes
//! known   what it knows, and what is new since
//! ```
//!
//! [RFC 5465]: https://www.rfc-editor.org/rfc/rfc5465
use mailwire_imap::{Condition, Data, Error, ResponseCode, command, server::Server};

use crate::host::mail::{Account, MailboxId, State};
use known::Known;
use wishes::{Refusal, Wishes};

pub(super) use wishes::OfSelected;

mod known;
mod wishes;

/// What a client that has said NOTIFY is told at any time.
#[derive(Debug, Default)]
pub(super) struct Notifications {
    wishes: Wishes,
    known: Known,
}

/// Answers NOTIFY. What happened in the mailbox that is selected has been told before (§3.1).
pub(super) fn notify(
    server: &mut Server,
    account: &Account,
    selected: Option<MailboxId>,
    command: &command::Notify,
    notifications: &mut Option<Box<Notifications>>,
) -> Result<(), Error> {
    let command::Notify::Set { status, groups } = command else {
        *notifications = Some(Box::default());
        return server.accept();
    };
    let wishes = match Wishes::new(groups) {
        Ok(wishes) => wishes,
        Err(Refusal::BadEvent) => {
            let code = ResponseCode::BadEvent(wishes::events());
            return server.reject(code, "Unknown event");
        }
        Err(Refusal::Bad(text)) => return server.reply(Condition::Bad, None, text),
    };
    let (known, said) = account.look(|state| {
        let known = Known::new(state);
        let said = if *status { known.all(state, selected, &wishes) } else { Vec::new() };
        (known, said)
    });
    said.into_iter().try_for_each(|data| server.send(data))?;
    *notifications = Some(Box::new(Notifications { wishes, known }));
    server.accept()
}

impl Notifications {
    /// What is told of the mailbox that is selected.
    pub(super) fn of_selected(&self) -> Option<&OfSelected> {
        self.wishes.selected.as_ref()
    }

    /// Whether anything is told of other mailboxes.
    pub(super) fn of_others(&self) -> bool {
        self.wishes.of_others()
    }

    /// Tells what is new, but for the messages of the mailbox that is selected.
    pub(super) fn tell(
        &mut self,
        server: &mut Server,
        account: &Account,
        selected: Option<MailboxId>,
    ) -> Result<(), Error> {
        if !self.of_others() {
            return Ok(());
        }
        let mod_seqs = server.knows_mod_seqs();
        let said =
            account.look(|state| self.known.catch_up(state, selected, &self.wishes, mod_seqs));
        said.into_iter().try_for_each(|data: Data| server.send(data))
    }

    /// Takes note that the client has done something to this name itself, and need not be told (§5): to the
    /// mailbox, those that were made above it, and those below; to the account, if the name is empty.
    pub(super) fn own(&mut self, state: &State, name: &str) {
        self.known.take_over(state, name);
    }

    /// The same of messages that it has put there.
    pub(super) fn own_messages(&mut self, state: &State, name: &str) {
        self.known.take_over_messages(state, name);
    }
}
