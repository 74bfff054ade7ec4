//! STORE.
use mailwire_imap::{
    Condition, Error, ResponseCode, SequenceSet,
    command::{StoreAction, StoreModifier, StoreWhat},
};

use super::{ImapSession, flags::from_wire};
use crate::host::mail::{Account, FlagChange, Mailbox, Message};

impl ImapSession {
    pub(super) fn store(
        &mut self,
        account: &Account,
        set: &SequenceSet,
        modifiers: &[StoreModifier],
        action: StoreAction,
        what: &StoreWhat,
        uid: bool,
    ) -> Result<(), Error> {
        let (Some(selected), StoreWhat::Flags(flags)) = (&mut self.selected, what) else {
            return self.server.reply(Condition::Bad, None, "That cannot be stored");
        };
        if modifiers.iter().any(|modifier| matches!(modifier, StoreModifier::Other { .. })) {
            return self.server.reply(Condition::Bad, None, "Unknown modifier");
        }
        let uids = selected.uids.select(set, uid);
        let unchanged_since = modifiers.iter().find_map(|modifier| match modifier {
            StoreModifier::UnchangedSince(value) => Some(*value),
            _ => None,
        });
        let change = match action {
            StoreAction::Replace => FlagChange::Replace,
            StoreAction::Add => FlagChange::Add,
            StoreAction::Remove => FlagChange::Remove,
        };
        let flags = from_wire(flags);
        let stored = account.store(selected.id, &uids, change, &flags, unchanged_since);
        let stored = match stored {
            Ok(stored) => stored,
            Err(error) => return self.refuse(&error),
        };
        let messages: Vec<Message> = account.look(|state| {
            let mailbox = state.mailbox(selected.id);
            let messages = mailbox.map(Mailbox::messages);
            let said = uids.iter().filter(|uid| stored.modified.binary_search(uid).is_err());
            said.filter_map(|uid| messages?.get(uid).cloned()).collect()
        });
        for message in &messages {
            selected.introduce(&mut self.server, message)?;
            self.server.stored(selected.message_ref(message), &selected.flags(message))?;
        }
        let own = (!stored.changed.is_empty()).then_some(stored.modseq);
        let numbers = stored
            .modified
            .iter()
            .filter_map(|it| if uid { Some(*it) } else { selected.uids.number(*it) });
        let modified = SequenceSet::from_numbers(numbers).ok();
        self.finish(own, modified.map(ResponseCode::Modified))
    }
}
