//! SELECT, EXAMINE, CLOSE and UNSELECT.
use std::num::NonZeroU32;

use mailwire_imap::{
    Data, Error, Flag, Mailbox, SequenceSet, SystemFlag, WordCode,
    command::{KnownMessages, QResync, SelectParam},
    server::{self, Server},
};

use super::{
    ImapSession,
    fetch::{Fetching, changes},
    job::Job,
    mailbox_id,
    selected::Selected,
    uids::{self, Uids},
};
use crate::host::mail::{self, Account, MailboxId};

impl ImapSession {
    pub(super) fn select(
        &mut self,
        account: &Account,
        name: &Mailbox,
        params: &[SelectParam],
        examines: bool,
    ) -> Result<(), Error> {
        self.selected = None;
        let found = find(account, name);
        let recent_from = match found {
            // IMAP4rev2 has nothing that is recent.
            Some(_) if self.server.is_rev2() => Ok(u32::MAX),
            Some(id) if !examines => account.claim_recent(id),
            Some(id) => {
                Ok(account.look(|state| state.mailbox(id).map_or(0, |it| it.not_recent + 1)))
            }
            None => return self.server.reject(WordCode::NonExistent, "There is no such mailbox"),
        };
        let recent_from = match recent_from {
            Ok(uid) => uid,
            Err(error) => return self.refuse(&error),
        };
        let opened = account.look(|state| {
            let id = found?;
            Some(open(&self.server, id, state.mailbox(id)?, recent_from))
        });
        let Some((selected, told)) = opened else {
            return self.server.reject(WordCode::NonExistent, "There is no such mailbox");
        };
        self.server.select(&told)?;
        let resync = params.iter().find_map(|param| match param {
            SelectParam::QResync(known) if known.uid_validity.get() == selected.id.0 => Some(known),
            _ => None,
        });
        let changed = match resync {
            Some(known) => self.resync(account, &selected, known)?,
            None => Vec::new(),
        };
        self.selected = Some(Box::new(selected));
        self.begin(Job::Fetch(Fetching::resync(changed)))
    }

    /// Says what vanished since the client knew the mailbox, and which messages changed (RFC 7162 §3.2.5).
    fn resync(
        &mut self,
        account: &Account,
        selected: &Selected,
        known: &QResync,
    ) -> Result<Vec<u32>, Error> {
        let (mut changed, mut gone) = changes(account, selected, known.mod_seq);
        // So far numbers and UIDs are what they were: nothing is gone there.
        let same = known.known_messages.as_ref().map_or(0, |known| matching(&selected.uids, known));
        gone.retain(|uid| *uid > same);
        if let Some(uids) = &known.known_uids {
            let ranges = uids::ranges(uids, u32::MAX);
            gone.retain(|uid| uids::contains(&ranges, *uid));
            changed.retain(|uid| uids::contains(&ranges, *uid));
        }
        changed.retain(|uid| selected.uids.number(*uid).is_some());
        if let Ok(uids) = SequenceSet::from_numbers(gone) {
            self.server.send(Data::Vanished { earlier: true, uids })?;
        }
        Ok(changed)
    }

    /// RFC 9051 §6.4.1: what is `\Deleted` is removed, without a word.
    pub(super) fn close(&mut self, account: &Account) -> Result<(), Error> {
        if let Some(selected) = self.selected.take() {
            let uids: Vec<u32> = selected.uids.iter().collect();
            if let Err(error) = account.expunge(selected.id, &uids, true) {
                self.selected = Some(selected);
                return self.refuse(&error);
            }
        }
        self.server.accept()
    }

    pub(super) fn unselect(&mut self) -> Result<(), Error> {
        self.selected = None;
        self.server.accept()
    }
}

/// Up to which UID the client knows the right numbers.
fn matching(uids: &Uids, known: &KnownMessages) -> u32 {
    let numbers = expand(&known.numbers);
    let matches = numbers.zip(expand(&known.uids));
    let matches = matches.take_while(|(number, uid)| uids.uid(*number) == Some(*uid));
    matches.last().map_or(0, |(_, uid)| uid)
}

fn expand(set: &SequenceSet) -> impl Iterator<Item = u32> {
    set.ranges().iter().flat_map(|range| {
        let (from, to) = range.resolve(u32::MAX);
        from..=to
    })
}

/// The mailbox of a name.
pub(super) fn find(account: &Account, name: &Mailbox) -> Option<MailboxId> {
    let name = name.as_str()?;
    account.look(|state| state.find(name))
}

/// What the session remembers of a mailbox that is opened, and what the client is told.
fn open(
    server: &Server,
    id: MailboxId,
    mailbox: &mail::Mailbox,
    recent_from: u32,
) -> (Selected, server::Selected) {
    let mut selected = Selected::new(id, mailbox, recent_from);
    let messages = mailbox.messages();
    messages
        .values()
        .flat_map(|message| message.flags.keywords())
        .for_each(|name| selected.know(name));
    let mut told = server::Selected::new(selected.uids.len(), id.0, mailbox.uid_next);
    told.flags = selected.all_flags();
    told.permanent_flags = told.flags.iter().chain([Flag::System(SystemFlag::Any)]).collect();
    told.highest_mod_seq = Some(mailbox.modseq);
    told.mailbox_id = Some(mailbox_id(id));
    told.recent = selected.count_recent();
    if !server.is_rev2() && mailbox.unseen > 0 {
        let unseen = messages.values().find(|message| !message.flags.is_seen());
        let number = unseen.and_then(|message| selected.uids.number(message.uid));
        told.unseen = number.and_then(NonZeroU32::new);
    }
    (selected, told)
}
