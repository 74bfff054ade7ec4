//! Quotas ([RFC 9208]): one root for all mailboxes of a user, whose name is empty.
//!
//! A user may set them: this is a host for tests.
//!
//! [RFC 9208]: https://www.rfc-editor.org/rfc/rfc9208
use mailwire_imap::{
    AString, Atom, Data, Error, Mailbox, Quota, QuotaResource, WordCode, server::Server,
};

use super::refuse;
use crate::host::mail::Account;

/// What can be limited.
const RESOURCES: [&str; 3] = ["STORAGE", "MESSAGE", "MAILBOX"];

/// Answers GETQUOTA.
pub(super) fn get(server: &mut Server, account: &Account, root: &AString) -> Result<(), Error> {
    if !root.is_empty() {
        return unknown(server);
    }
    server.send(Data::Quota(quota(account)))?;
    server.accept()
}

/// Answers GETQUOTAROOT, for mailboxes that are not there yet, too (§4.1.2).
pub(super) fn get_root(
    server: &mut Server,
    account: &Account,
    mailbox: &Mailbox,
) -> Result<(), Error> {
    let roots = vec![AString::default()];
    server.send(Data::QuotaRoot { mailbox: mailbox.clone(), roots })?;
    server.send(Data::Quota(quota(account)))?;
    server.accept()
}

/// Answers SETQUOTA: what is not named is not limited any more (§4.1.3).
pub(super) fn set(
    server: &mut Server,
    account: &Account,
    root: &AString,
    limits: &[(Atom, u64)],
) -> Result<(), Error> {
    if !root.is_empty() {
        return unknown(server);
    }
    let known = |name: &Atom| RESOURCES.iter().any(|known| name.eq_ignore_ascii_case(known));
    if let Some((name, _)) = limits.iter().find(|(name, _)| !known(name)) {
        return server.reject(WordCode::Cannot, &format!("{name} cannot be limited"));
    }
    let limits = RESOURCES.map(|resource| {
        let mut named = limits.iter().filter(|(name, _)| name.eq_ignore_ascii_case(resource));
        (resource, named.next_back().map(|(_, limit)| *limit))
    });
    if let Err(error) = account.limit(&limits) {
        return refuse(server, &error);
    }
    server.send(Data::Quota(quota(account)))?;
    server.accept()
}

fn unknown(server: &mut Server) -> Result<(), Error> {
    server.reject(WordCode::Cannot, "There is no such quota root")
}

/// What is limited, and how much of it is used.
fn quota(account: &Account) -> Quota {
    let resources = account.look(|state| {
        let resource = |name: &&str| {
            let limit = *state.quota().get(*name)?;
            Some(QuotaResource::new(Atom::new(*name).ok()?, state.usage(name), limit))
        };
        RESOURCES.iter().filter_map(resource).collect()
    });
    Quota::new(AString::default(), resources)
}
