//! Commands that are about mailboxes as such, whether one is selected or not: where each is done.
use mailwire_imap::{Command, Error};

use super::{
    ImapSession, Login, about, acl, list, mailboxes, metadata, notify::notify, quota,
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
        self.tell_of_others()?;
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
            Command::Delete(mailbox) => mailboxes::delete(server, account, mailbox),
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
                return Ok(());
            }
            _ => {
                server.decline();
                return Ok(());
            }
        }?;
        self.own(account, command);
        Ok(())
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
    fn own(&mut self, account: &Account, command: &Command) {
        let Some(Login { notifications: Some(notifications), .. }) = &mut self.login else {
            return;
        };
        let names = match command {
            Command::Create { mailbox, .. }
            | Command::Delete(mailbox)
            | Command::Subscribe(mailbox)
            | Command::Unsubscribe(mailbox)
            | Command::SetMetadata { mailbox, .. } => [Some(mailbox), None],
            Command::Rename { from, to } => [Some(from), Some(to)],
            _ => return,
        };
        for name in names.into_iter().flatten().filter_map(|name| name.as_str()) {
            account.look(|state| notifications.own(state, name));
        }
    }
}
