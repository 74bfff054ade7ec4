//! Annotations of mailboxes and of the account ([RFC 5464]).
//!
//! [RFC 5464]: https://www.rfc-editor.org/rfc/rfc5464
use std::collections::{BTreeMap, BTreeSet};

use mailwire_core::Octets;
use mailwire_imap::{
    AString, Atom, CodeMetadata, Data, Error, Metadata, ResponseCode, WordCode, server::Server,
};

use super::{
    names::{answer, bad, find, reject_unknown},
    special_use,
};
use crate::host::mail::{Account, Mailbox, State};

/// The longest value, and as many of a mailbox or of the account.
const LONGEST: usize = 60 * 1024;
const MOST: usize = 100;

/// An annotation of the account that nobody can change (§3.2.1.1).
const ADMIN: &str = "/shared/admin";

/// Answers GETMETADATA.
pub(super) fn get(
    server: &mut Server,
    account: &Account,
    mailbox: &mailwire_imap::Mailbox,
    entries: &[AString],
    (max_size, depth): (Option<u64>, Option<&Atom>),
) -> Result<(), Error> {
    let levels = match depth.map(|depth| &**depth) {
        None | Some("0") => 0,
        Some("1") => 1,
        Some(word) if word.eq_ignore_ascii_case("infinity") => usize::MAX,
        Some(_) => return bad(server, "DEPTH is 0, 1 or infinity"),
    };
    if !entries.iter().all(is_entry) {
        return bad(server, "No such entry");
    }
    let found = account.look(|state| {
        let of = match is_account(mailbox) {
            true => None,
            false => Some(state.mailbox(find(state, mailbox)?)?),
        };
        Some(match levels {
            0 => values(of, state, entries),
            _ => values_below(&annotations(of, state), entries, levels),
        })
    });
    let Some(mut found) = found else { return reject_unknown(server) };
    let fits = |octets: usize| max_size.is_none_or(|max_size| octets as u64 <= max_size);
    let sizes = found.iter().map(|(_, value)| value.as_ref().map_or(0, |value| value.len()));
    let longest = sizes.filter(|size| !fits(*size)).max();
    found.retain(|(_, value)| value.as_ref().is_none_or(|value| fits(value.len())));
    if !found.is_empty() {
        server.send(Data::Metadata(Metadata::new(mailbox.clone(), found)))?;
    }
    match longest {
        Some(octets) => {
            let code = CodeMetadata::LongEntries(octets as u64);
            server.accept_with(ResponseCode::Metadata(code))
        }
        None => server.accept(),
    }
}

/// Answers SETMETADATA: all of it is done, or nothing.
pub(super) fn set(
    server: &mut Server,
    account: &Account,
    mailbox: &mailwire_imap::Mailbox,
    entries: &[(AString, Option<Octets>)],
) -> Result<(), Error> {
    if !entries.iter().all(|(entry, _)| is_entry(entry) && is_whole(&key(entry))) {
        return bad(server, "No such entry");
    }
    let of_account = is_account(mailbox);
    let id = account.look(|state| find(state, mailbox));
    if id.is_none() && !of_account {
        return reject_unknown(server);
    }
    let mut changes = Vec::new();
    for (entry, value) in entries {
        let (entry, mut value) = (key(entry), value.as_ref().map(|value| value.to_vec()));
        if of_account && entry == ADMIN {
            return server.reject(WordCode::NoPerm, "That cannot be changed");
        }
        if value.as_ref().is_some_and(|value| value.len() > LONGEST) {
            let code = ResponseCode::Metadata(CodeMetadata::MaxSize(LONGEST as u64));
            return server.reject(code, "The value is too long");
        }
        if !of_account && entry == special_use::ENTRY {
            let text = value.unwrap_or_default();
            let uses = String::from_utf8_lossy(&text).into_owned();
            let checked =
                account.look(|state| special_use::check(state, id, uses.split_ascii_whitespace()));
            match checked {
                // Empty, and not taken away: it may have been made for something.
                Ok(checked) => value = Some(checked.into_bytes()),
                Err(reason) => return server.reject(WordCode::UseAttr, &reason),
            }
        }
        changes.push((entry, value));
    }
    let too_many = account.look(|state| {
        let of = id.and_then(|id| state.mailbox(id));
        let now = of.map_or(state.metadata(), |mailbox| &mailbox.metadata);
        let mut names: BTreeSet<_> = now.keys().collect();
        for (entry, value) in &changes {
            match value {
                Some(_) => names.insert(entry),
                None => names.remove(entry),
            };
        }
        names.len() > MOST.max(now.len())
    });
    if too_many {
        let code = ResponseCode::Metadata(CodeMetadata::TooMany);
        return server.reject(code, "There are too many annotations");
    }
    answer(server, account.annotate(id.filter(|_| !of_account), &changes))
}

/// Whether this names annotations (§3.2).
pub(super) fn is_entry(entry: &AString) -> bool {
    let key = key(entry);
    let scoped = ["/private", "/shared"].into_iter().any(|scope| {
        key.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let bad = |octet: u8| matches!(octet, b'*' | b'%' | 0x7f..) || octet < 0x20;
    scoped && !key.bytes().any(bad) && !key.contains("//") && !key.ends_with('/')
}

/// The values of these annotations of a mailbox or, if none is given, of the account.
pub(super) fn values(
    of: Option<&Mailbox>,
    state: &State,
    entries: &[AString],
) -> Vec<(AString, Option<Octets>)> {
    let all = annotations(of, state);
    let mut seen = BTreeSet::new();
    let asked = entries.iter().filter(|entry| seen.insert(key(entry)));
    asked.map(|entry| (entry.clone(), all.get(&key(entry)).map(|v| Octets::from(&**v)))).collect()
}

/// The values of these annotations, as far as there are any, and of those so many levels below.
fn values_below(
    all: &BTreeMap<String, Vec<u8>>,
    entries: &[AString],
    levels: usize,
) -> Vec<(AString, Option<Octets>)> {
    let keys: Vec<_> = entries.iter().map(key).collect();
    let covers = |key: &str, name: &str| {
        let below = name.strip_prefix(key).and_then(|rest| rest.strip_prefix('/'));
        name == key || below.is_some_and(|rest| rest.split('/').count() <= levels)
    };
    all.iter()
        .filter(|(name, _)| keys.iter().any(|key| covers(key, name)))
        .filter_map(|(name, value)| Some((AString::new(name).ok()?, Some(Octets::from(&**value)))))
        .collect()
}

/// All annotations of a mailbox or of the account, with what is known otherwise.
fn annotations(of: Option<&Mailbox>, state: &State) -> BTreeMap<String, Vec<u8>> {
    let Some(mailbox) = of else { return state.metadata().clone() };
    let mut all = mailbox.metadata.clone();
    let uses: Vec<_> = special_use::of(mailbox).collect();
    if uses.is_empty() {
        all.remove(special_use::ENTRY);
    } else {
        all.insert(special_use::ENTRY.into(), uses.join(" ").into_bytes());
    }
    all
}

/// Whether the annotations of the account are meant.
fn is_account(mailbox: &mailwire_imap::Mailbox) -> bool {
    mailbox.as_str() == Some("")
}

/// Whether it names one annotation and not only what is above some (§3.2).
fn is_whole(key: &str) -> bool {
    let mut levels = key.split('/').skip(2);
    match levels.next() {
        None => false,
        Some("vendor") => levels.count() >= 2,
        Some(_) => true,
    }
}

/// The entry as it is kept: case does not matter.
fn key(entry: &AString) -> String {
    String::from_utf8_lossy(entry).to_ascii_lowercase()
}
