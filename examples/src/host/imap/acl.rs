//! Rights ([RFC 4314]).
//!
//! The owner may do everything, always. What others may do is kept and told, and nobody asks for it: there is
//! no way for them to see the mailboxes of somebody else.
//!
//! [RFC 4314]: https://www.rfc-editor.org/rfc/rfc4314
use mailwire_imap::{AString, Acl, Data, Error, Mailbox, WordCode, server::Server};
use mailwire_sasl::saslprep;

use super::names::{answer, bad, find, reject_unknown};
use crate::host::mail::{Account, MailboxId};

/// All rights, in the order in which they are told; `c` and `d` are what RFC 2086 had in the place of `kx` and
/// `te` (§2.1.1).
const ALL: &str = "lrswipkxtecda";

/// Answers GETACL.
pub(super) fn get(server: &mut Server, account: &Account, mailbox: &Mailbox) -> Result<(), Error> {
    let rights = account.look(|state| {
        let mailbox = state.mailbox(find(state, mailbox)?)?;
        Some(mailbox.rights.iter().map(|(who, what)| (who.clone(), told(what))).collect::<Vec<_>>())
    });
    let Some(others) = rights else { return reject_unknown(server) };
    let mut all = vec![(account.name().to_owned(), ALL.to_owned())];
    all.extend(others);
    let rights = all.iter().map(|(who, what)| (text(who), text(what))).collect();
    server.send(Data::Acl(Acl::new(mailbox.clone(), rights)))?;
    server.accept()
}

/// Answers SETACL.
pub(super) fn set(
    server: &mut Server,
    account: &Account,
    mailbox: &Mailbox,
    (identifier, rights): (&AString, &AString),
) -> Result<(), Error> {
    let Some(identifier) = prepared(identifier) else { return bad(server, "No such identifier") };
    let (sign, letters) = match &**rights {
        [sign @ (b'+' | b'-'), letters @ ..] => (Some(*sign), letters),
        letters => (None, letters),
    };
    let Some(letters) = expanded(letters) else { return bad(server, "No such right") };
    let found = account.look(|state| {
        let id = find(state, mailbox)?;
        Some((id, state.mailbox(id)?.rights.get(&identifier).cloned().unwrap_or_default()))
    });
    let Some((id, before)) = found else { return reject_unknown(server) };
    let has = |letter: char| {
        let (had, named) = (before.contains(letter), letters.contains(letter));
        match sign {
            Some(b'+') => had || named,
            Some(_) => had && !named,
            None => named,
        }
    };
    if is_owner(account, &identifier) {
        let stays = match sign {
            Some(b'+') => identifier == account.name(),
            Some(_) => letters.is_empty(),
            None => identifier == account.name() && real().all(has),
        };
        return if stays { server.accept() } else { owner(server) };
    }
    let after: String = real().filter(|letter| has(*letter)).collect();
    let result = account.allow(id, &identifier, Some(&*after).filter(|after| !after.is_empty()));
    answer(server, result)
}

/// Answers DELETEACL.
pub(super) fn delete(
    server: &mut Server,
    account: &Account,
    mailbox: &Mailbox,
    identifier: &AString,
) -> Result<(), Error> {
    let Some(identifier) = prepared(identifier) else { return bad(server, "No such identifier") };
    let Some(id) = account.look(|state| find(state, mailbox)) else {
        return reject_unknown(server);
    };
    if identifier == account.name() {
        return owner(server);
    }
    take_away(server, account, id, &identifier)
}

/// Answers LISTRIGHTS: others can have each right without the others.
pub(super) fn list(
    server: &mut Server,
    account: &Account,
    mailbox: &Mailbox,
    identifier: &AString,
) -> Result<(), Error> {
    let Some(prepared) = prepared(identifier) else { return bad(server, "No such identifier") };
    if account.look(|state| find(state, mailbox)).is_none() {
        return reject_unknown(server);
    }
    let (required, optional) = if prepared == account.name() {
        (text(ALL), Vec::new())
    } else if is_owner(account, &prepared) {
        (AString::default(), Vec::new())
    } else {
        (
            AString::default(),
            ALL.chars().map(|letter| text(letter.encode_utf8(&mut [0; 4]))).collect(),
        )
    };
    let (mailbox, identifier) = (mailbox.clone(), identifier.clone());
    server.send(Data::ListRights { mailbox, identifier, required, optional })?;
    server.accept()
}

/// Answers MYRIGHTS.
pub(super) fn my(server: &mut Server, account: &Account, mailbox: &Mailbox) -> Result<(), Error> {
    if account.look(|state| find(state, mailbox)).is_none() {
        return reject_unknown(server);
    }
    server.send(mine(mailbox.clone()))?;
    server.accept()
}

/// What a user may do in an own mailbox.
pub(super) fn mine(mailbox: Mailbox) -> Data {
    Data::MyRights { mailbox, rights: text(ALL) }
}

fn take_away(
    server: &mut Server,
    account: &Account,
    id: MailboxId,
    identifier: &str,
) -> Result<(), Error> {
    let known = account.look(|state| Some(state.mailbox(id)?.rights.contains_key(identifier)));
    match known {
        Some(false) => server.accept(),
        _ => answer(server, account.allow(id, identifier, None)),
    }
}

fn owner(server: &mut Server) -> Result<(), Error> {
    server.reject(WordCode::Cannot, "The owner has all rights, always")
}

/// Whether this is about the owner: what is to be granted, or, behind a dash, to be taken away.
fn is_owner(account: &Account, identifier: &str) -> bool {
    identifier.strip_prefix('-').unwrap_or(identifier) == account.name()
}

/// The identifier as it is kept; none if it cannot be one (§3).
fn prepared(identifier: &AString) -> Option<String> {
    let prepared = saslprep::stored(identifier.as_str()?).ok()?;
    (!prepared.is_empty()).then(|| prepared.into_owned())
}

/// The rights that are kept.
fn real() -> impl Iterator<Item = char> {
    ALL.chars().filter(|letter| !matches!(letter, 'c' | 'd'))
}

/// Rights as they are kept; none if one is not known, as capitals and digits are not.
fn expanded(letters: &[u8]) -> Option<String> {
    let mut rights = String::new();
    for letter in letters {
        match char::from(*letter) {
            'c' => rights.push_str("kx"),
            'd' => rights.push_str("te"),
            letter if ALL.contains(letter) => rights.push(letter),
            _ => return None,
        }
    }
    Some(rights)
}

/// Rights as they are told.
fn told(rights: &str) -> String {
    let has = |letter: char| match letter {
        'c' => rights.contains(['k', 'x']),
        'd' => rights.contains(['t', 'e']),
        letter => rights.contains(letter),
    };
    ALL.chars().filter(|letter| has(*letter)).collect()
}

fn text(text: &str) -> AString {
    AString::new(text).unwrap_or_default()
}
