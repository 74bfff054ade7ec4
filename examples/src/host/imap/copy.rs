//! COPY, MOVE and EXPUNGE.
use mailwire_imap::{Condition, Error, ResponseCode, SequenceSet, WordCode};

use super::{ImapSession, select::find};
use crate::host::mail::{Account, Copied, Mailbox, MailboxId};

impl ImapSession {
    pub(super) fn copy(
        &mut self,
        account: &Account,
        set: &SequenceSet,
        to: &mailwire_imap::Mailbox,
        uid: bool,
    ) -> Result<(), Error> {
        let Some((from, uids, to)) = self.prepare(account, set, to, uid)? else { return Ok(()) };
        match account.copy(from, &uids, to) {
            Ok(copied) => self.finish_own(&copied, copy_uid(&copied)),
            Err(error) => self.refuse(&error),
        }
    }

    /// RFC 6851: what came of it is said before the messages go.
    pub(super) fn relocate(
        &mut self,
        account: &Account,
        set: &SequenceSet,
        to: &mailwire_imap::Mailbox,
        uid: bool,
    ) -> Result<(), Error> {
        let Some((from, uids, to)) = self.prepare(account, set, to, uid)? else { return Ok(()) };
        match account.relocate(from, &uids, to) {
            Ok(copied) => {
                if let Some(code) = copy_uid(&copied) {
                    self.server.send_status(Condition::Ok, code, "Moved")?;
                }
                self.finish_own(&copied, None)
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// Removes messages that are `\Deleted`, of all or of these.
    pub(super) fn expunge(
        &mut self,
        account: &Account,
        set: Option<&SequenceSet>,
    ) -> Result<(), Error> {
        let Some(selected) = &self.selected else {
            self.server.decline();
            return Ok(());
        };
        let uids = selected.uids.select(set.unwrap_or(&SequenceSet::ALL), true);
        match account.expunge(selected.id, &uids, true) {
            Ok(_) => self.finish(None, None),
            Err(error) => self.refuse(&error),
        }
    }

    /// The mailbox that is selected, messages of it, and the other mailbox; nothing if the answer is given.
    fn prepare(
        &mut self,
        account: &Account,
        set: &SequenceSet,
        to: &mailwire_imap::Mailbox,
        uid: bool,
    ) -> Result<Option<(MailboxId, Vec<u32>, MailboxId)>, Error> {
        let Some(selected) = &self.selected else {
            self.server.decline();
            return Ok(None);
        };
        let Some(to) = find(account, to) else {
            self.server.reject(WordCode::TryCreate, "There is no such mailbox")?;
            return Ok(None);
        };
        let (from, uids) = (selected.id, selected.uids.select(set, uid));
        let all_there = account.look(|state| {
            let messages = state.mailbox(from).map(Mailbox::messages);
            messages.is_some_and(|messages| uids.iter().all(|uid| messages.contains_key(uid)))
        });
        if !all_there {
            // RFC 2180 §4.4: all or none.
            self.sync(None)?;
            if !self.is_over() {
                self.server.reject(WordCode::ExpungeIssued, "Some of the messages are gone")?;
            }
            return Ok(None);
        }
        Ok(Some((from, uids, to)))
    }
}

/// RFC 4315 §3
fn copy_uid(copied: &Copied) -> Option<ResponseCode> {
    let from = SequenceSet::from_numbers(copied.uids.iter().filter_map(|(from, _)| *from));
    let to = SequenceSet::from_numbers(copied.uids.iter().map(|(_, to)| *to));
    let uids = (from.ok()?, to.ok()?);
    Some(ResponseCode::CopyUid { uid_validity: copied.mailbox.0, uids: Some(uids) })
}
