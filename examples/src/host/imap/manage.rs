//! Commands that are about mailboxes as such, whether one is selected or not: where each is done.
use std::mem;

use mailwire_imap::{Command, Error, Mailbox};

use super::{
    ImapSession, Login, about, acl,
    fetch::Fetching,
    job::Job,
    list, mailboxes, metadata,
    notify::{OfSelected, notify},
    quota,
    status::status,
};
use crate::host::mail::Account;

impl ImapSession {
    /// Does what the client wants with mailboxes.
    pub(super) fn manage(&mut self, account: &Account, command: &Command) -> Result<(), Error> {
        self.sync(None)?;
        if self.is_over() {
            return Ok(());
        }
        let (server, limit) = (&mut self.server, self.append_limit);
        match command {
            Command::List(command) => list::list(server, account, limit, command),
            Command::Lsub { reference, pattern } => list::lsub(server, account, reference, pattern),
            Command::XList { reference, pattern } => {
                list::xlist(server, account, reference, pattern)
            }
            Command::Namespace => about::namespace(server),
            Command::Create { mailbox, special_use } => {
                mailboxes::create(server, account, mailbox, special_use)
            }
            Command::Delete(mailbox) => {
                mailboxes::delete(server, account, &mut self.selected, mailbox)
            }
            Command::Rename { from, to } => mailboxes::rename(server, account, from, to),
            Command::Subscribe(mailbox) => mailboxes::subscribe(server, account, mailbox, true),
            Command::Unsubscribe(mailbox) => mailboxes::subscribe(server, account, mailbox, false),
            Command::Status { mailbox, items } => status(server, account, limit, mailbox, items),
            Command::GetMetadata { mailbox, max_size, depth, entries } => {
                metadata::get(server, account, mailbox, entries, (*max_size, depth.as_ref()))
            }
            Command::SetMetadata { mailbox, entries } => {
                metadata::set(server, account, mailbox, entries)
            }
            Command::GetAcl(mailbox) => acl::get(server, account, mailbox),
            Command::SetAcl { mailbox, identifier, rights } => {
                acl::set(server, account, mailbox, (identifier, rights))
            }
            Command::DeleteAcl { mailbox, identifier } => {
                acl::delete(server, account, mailbox, identifier)
            }
            Command::ListRights { mailbox, identifier } => {
                acl::list(server, account, mailbox, identifier)
            }
            Command::MyRights(mailbox) => acl::my(server, account, mailbox),
            Command::GetQuota(root) => quota::get(server, account, root),
            Command::GetQuotaRoot(mailbox) => quota::get_root(server, account, mailbox),
            Command::SetQuota { root, limits } => quota::set(server, account, root, limits),
            Command::Notify(command) => {
                let selected = self.selected.as_ref().map(|selected| selected.id);
                let Some(login) = &mut self.login else { return server.accept() };
                notify(server, account, selected, command, &mut login.notifications)?;
                self.watch();
                Ok(())
            }
            _ => {
                server.decline();
                Ok(())
            }
        }
    }

    /// Tells what happened while no command goes on, as far as the client wants to be told (RFC 5465 §3, §4).
    pub(super) fn tell_unasked(&mut self) -> Result<(), Error> {
        let told = self.login.as_ref().and_then(|login| login.notifications.as_ref());
        match told.map(|told| told.of_selected()) {
            None => return self.sync(None),
            Some(None) => self.watch(),
            Some(Some(OfSelected { flags: true, .. })) => self.sync(None)?,
            Some(Some(OfSelected { flags: false, .. })) => {
                self.watch();
                if let (Some(login), Some(selected)) = (&self.login, &mut self.selected) {
                    selected.sync(&mut self.server, &login.account, None, false)?;
                }
            }
        }
        if self.is_over() { Ok(()) } else { self.tell_of_others() }
    }

    /// Begins to say what the client wants to know of new messages, if there is something to say.
    pub(super) fn begin_unasked(&mut self) -> Result<bool, Error> {
        let (Some(login), Some(selected)) = (&self.login, &mut self.selected) else {
            return Ok(false);
        };
        let told = login.notifications.as_ref().and_then(|told| told.of_selected());
        let uids = mem::take(&mut selected.fresh);
        let Some(told) = told.filter(|told| !told.fetch.is_empty() && !uids.is_empty()) else {
            return Ok(false);
        };
        let fetching = Fetching::unasked(told.fetch.clone(), uids);
        self.begin(Job::Fetch(fetching))?;
        Ok(true)
    }

    /// Tells what is new in other mailboxes than the one that is selected, if the client wants to know.
    pub(super) fn tell_of_others(&mut self) -> Result<(), Error> {
        let selected = self.selected.as_ref().map(|selected| selected.id);
        match &mut self.login {
            Some(Login { account, notifications: Some(notifications), .. }) => {
                notifications.tell(&mut self.server, account, selected)
            }
            _ => Ok(()),
        }
    }

    /// The client need not be told what it has just done itself.
    pub(super) fn take_over(&mut self, account: &Account, own: Vec<Own>) {
        let Some(Login { notifications: Some(notifications), .. }) = &mut self.login else {
            return;
        };
        account.look(|state| {
            for own in own {
                match own {
                    Own::Mailbox(name) => notifications.own(state, &name),
                    Own::Messages(name) => notifications.own_messages(state, &name),
                }
            }
        });
    }
}

/// What a client does itself.
pub(super) enum Own {
    /// Something to a mailbox.
    Mailbox(String),
    /// It puts messages into one.
    Messages(String),
}

/// What a command does.
pub(super) fn own(command: &Command) -> Vec<Own> {
    let text = |mailbox: &Mailbox| mailbox.as_str().map(Into::into);
    let (mailboxes, messages) = match command {
        Command::Create { mailbox, .. }
        | Command::Delete(mailbox)
        | Command::Subscribe(mailbox)
        | Command::Unsubscribe(mailbox)
        | Command::SetMetadata { mailbox, .. } => ([Some(mailbox), None], None),
        Command::Rename { from, to } => ([Some(from), Some(to)], None),
        Command::Append { mailbox, .. }
        | Command::Replace { mailbox, .. }
        | Command::Copy { mailbox, .. }
        | Command::Move { mailbox, .. } => ([None, None], Some(mailbox)),
        _ => return Vec::new(),
    };
    let mailboxes = mailboxes.into_iter().flatten().filter_map(text).map(Own::Mailbox);
    mailboxes.chain(messages.and_then(text).map(Own::Messages)).collect()
}
