//! CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE ([RFC 9051 §6.3.4] to §6.3.8).
//!
//! [RFC 9051 §6.3.4]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.4
use mailwire_imap::{Attribute, Error, ListItem, Mailbox, ResponseCode, WordCode, server::Server};

use super::{
    list, mailbox_id,
    names::{DELIMITER, above, answer, stored, wire},
    refuse,
    selected::Selected,
    special_use,
};
use crate::host::mail::{Account, MailError, MailboxId, normal};

const NO_NAME: MailError = MailError::Cannot("that is no name for a mailbox");

/// Answers CREATE, with special uses if there are any (RFC 6154 §3).
pub(super) fn create(
    server: &mut Server,
    account: &Account,
    mailbox: &Mailbox,
    uses: &[Attribute],
) -> Result<(), Error> {
    let Some(asked) = stored(mailbox) else { return refuse(server, &NO_NAME) };
    let asked = asked.strip_suffix(DELIMITER).unwrap_or(asked);
    if asked.ends_with(DELIMITER) {
        return refuse(server, &NO_NAME);
    }
    let name = normal(asked);
    if account.look(|state| state.find(&name)).is_some() {
        return refuse(server, &MailError::AlreadyExists);
    }
    let uses = account.look(|state| special_use::check(state, None, uses.iter().map(|one| &**one)));
    let uses = match uses {
        Ok(uses) => uses,
        Err(reason) => return server.reject(WordCode::UseAttr, &reason),
    };
    match account.create(&name, Some(&*uses).filter(|uses| !uses.is_empty())) {
        Ok(id) => {
            if let Err(error) = inherit(account, id, &name) {
                return refuse(server, &error);
            }
            tell_normal(server, account, asked, &name)?;
            server.accept_with(ResponseCode::MailboxId(mailbox_id(id)))
        }
        Err(error) => refuse(server, &error),
    }
}

/// Answers DELETE. A mailbox with others below it leaves its name, which cannot be deleted as long as they are
/// there. If it is the one that is selected, none is any more; other sessions that have it are told to go.
pub(super) fn delete(
    server: &mut Server,
    account: &Account,
    selected: &mut Option<Box<Selected>>,
    mailbox: &Mailbox,
) -> Result<(), Error> {
    let Some(name) = stored(mailbox) else { return refuse(server, &NO_NAME) };
    let id = account.look(|state| state.find(name));
    match account.delete(name) {
        Ok(()) if selected.take_if(|it| Some(it.id) == id).is_some() => {
            server.close_mailbox()?;
            server.accept()
        }
        Err(MailError::NoSuchMailbox)
            if account.look(|state| state.below(name).next().is_some()) =>
        {
            server.reject(WordCode::HasChildren, "There are mailboxes below")
        }
        result => answer(server, result),
    }
}

/// Answers RENAME. Of the INBOX only the messages go; its annotations stay and go (RFC 5464 §4.1).
pub(super) fn rename(
    server: &mut Server,
    account: &Account,
    from: &Mailbox,
    to: &Mailbox,
) -> Result<(), Error> {
    let Some(name) = stored(from) else { return refuse(server, &MailError::NoSuchMailbox) };
    let Some(new) = stored(to) else { return refuse(server, &NO_NAME) };
    let result = account.rename(name, new).and_then(|()| {
        if !from.is_inbox() {
            return Ok(());
        }
        let (id, annotations) = account.look(|state| {
            let inbox = state.find("INBOX").and_then(|id| state.mailbox(id));
            let annotations = inbox.map(|inbox| inbox.metadata.clone()).unwrap_or_default();
            (state.find(new), annotations)
        });
        let Some(id) = id else { return Ok(()) };
        let kept = annotations.into_iter().filter(|(entry, _)| entry != special_use::ENTRY);
        let kept: Vec<_> = kept.map(|(entry, value)| (entry, Some(value))).collect();
        account.annotate(Some(id), &kept)
    });
    if result.is_ok() {
        tell_normal(server, account, new, &normal(new))?;
    }
    answer(server, result)
}

/// Answers SUBSCRIBE, also to what is not there, and UNSUBSCRIBE.
pub(super) fn subscribe(
    server: &mut Server,
    account: &Account,
    mailbox: &Mailbox,
    subscribed: bool,
) -> Result<(), Error> {
    let Some(name) = stored(mailbox) else { return refuse(server, &NO_NAME) };
    answer(server, account.subscribe(name, subscribed))
}

/// Gives a new mailbox the rights that the one above it has (RFC 4314 §4).
fn inherit(account: &Account, id: MailboxId, name: &str) -> Result<(), MailError> {
    let rights = account.look(|state| {
        let parent = above(name).filter_map(|name| state.find(name)).last()?;
        Some(state.mailbox(parent)?.rights.clone())
    });
    let mut rights = rights.unwrap_or_default().into_iter();
    rights.try_for_each(|(who, what)| account.allow(id, &who, Some(&what)))
}

/// Tells a client of IMAP4rev2 under which name it gets what it asked for, if that is another (RFC 9051
/// §6.3.9.7).
fn tell_normal(
    server: &mut Server,
    account: &Account,
    asked: &str,
    name: &str,
) -> Result<(), Error> {
    if asked == name || !server.is_rev2() {
        return Ok(());
    }
    let list = account.look(|state| list::these(state, [name]).next());
    let (Some((_, list)), Some(asked)) = (list, wire(asked)) else { return Ok(()) };
    server.send_list(&list.with_extended(ListItem::OldName(asked)))
}
