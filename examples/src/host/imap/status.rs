//! STATUS ([RFC 9051 §6.3.11] and the extensions).
//!
//! [RFC 9051 §6.3.11]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.11
use mailwire_imap::{
    Data, Error, MailboxStatus, StatusItem, command::StatusAttribute, server::Server,
};

use super::{
    mailbox_id,
    names::{bad, find, reject_unknown},
};
use crate::host::mail::{Account, Mailbox, MailboxId};

/// Answers STATUS.
pub(super) fn status(
    server: &mut Server,
    account: &Account,
    append_limit: u64,
    mailbox: &mailwire_imap::Mailbox,
    wanted: &[StatusAttribute],
) -> Result<(), Error> {
    if !is_known(wanted) {
        return bad(server, "Unknown STATUS item");
    }
    let found = account.look(|state| {
        let id = find(state, mailbox)?;
        Some(items(id, state.mailbox(id)?, append_limit, wanted))
    });
    let Some(items) = found else { return reject_unknown(server) };
    server.send(Data::Status(MailboxStatus::new(mailbox.clone(), items)))?;
    server.accept()
}

/// Whether there is an answer to all of it.
pub(super) fn is_known(wanted: &[StatusAttribute]) -> bool {
    !wanted.iter().any(|item| matches!(item, StatusAttribute::Other(_)))
}

/// What STATUS says of a mailbox.
pub(super) fn items(
    id: MailboxId,
    mailbox: &Mailbox,
    append_limit: u64,
    wanted: &[StatusAttribute],
) -> Vec<StatusItem> {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let item = |wanted: &StatusAttribute| {
        Some(match wanted {
            StatusAttribute::Messages => StatusItem::Messages(count(mailbox.messages().len())),
            StatusAttribute::Recent => StatusItem::Recent(count(mailbox.recent())),
            StatusAttribute::UidNext => StatusItem::UidNext(mailbox.uid_next),
            StatusAttribute::UidValidity => StatusItem::UidValidity(id.0),
            StatusAttribute::Unseen => StatusItem::Unseen(mailbox.unseen),
            StatusAttribute::Deleted => StatusItem::Deleted(mailbox.deleted),
            StatusAttribute::Size => StatusItem::Size(mailbox.octets),
            StatusAttribute::HighestModSeq => StatusItem::HighestModSeq(mailbox.modseq),
            StatusAttribute::AppendLimit => StatusItem::AppendLimit(Some(append_limit)),
            StatusAttribute::MailboxId => StatusItem::MailboxId(mailbox_id(id)),
            StatusAttribute::DeletedStorage => {
                let messages = mailbox.messages().values();
                let deleted = messages.filter(|message| message.flags.is_deleted());
                StatusItem::DeletedStorage(deleted.map(|message| message.facts.size).sum())
            }
            _ => return None,
        })
    };
    wanted.iter().filter_map(item).collect()
}
