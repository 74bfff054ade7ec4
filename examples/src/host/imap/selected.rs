//! The mailbox that is selected, as the client knows it, and what happened to it since.
use mailwire_imap::{
    Data, Error,
    server::{MessageRef, Server},
};

use super::{flags::to_wire, uids::Uids};
use crate::host::mail::{Account, Mailbox, MailboxId, Message};

/// What a session remembers of the mailbox that is selected: little, so that it may be idle for long.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) id: MailboxId,
    /// The messages that the client knows of.
    pub(super) uids: Uids,
    /// The client, or the machine, was told of all changes up to here.
    modseq: u64,
    /// From where on flags are still to be told, if that is before.
    flags_from: Option<u64>,
    /// Messages that came, of which the client knows no more than that they are there.
    pub(super) fresh: Vec<u32>,
    /// UIDs of messages that are new to this session and no other.
    recent: Vec<(u32, u32)>,
    /// UIDs and modification sequences of messages whose flags FETCH told since, in ascending order.
    told: Vec<(u32, u64)>,
    /// The keywords that the client was told of, in lower case.
    keywords: Vec<Box<str>>,
}

/// What happened since.
struct News {
    gone: Vec<u32>,
    changed: Vec<Message>,
    added: Vec<u32>,
    modseq: u64,
}

impl Selected {
    pub(super) fn new(id: MailboxId, mailbox: &Mailbox, recent_from: u32) -> Self {
        let uids: Uids = mailbox.messages().keys().copied().collect();
        let recent =
            if recent_from <= uids.last() { vec![(recent_from, uids.last())] } else { Vec::new() };
        Self {
            id,
            uids,
            modseq: mailbox.modseq,
            flags_from: None,
            fresh: Vec::new(),
            recent,
            told: Vec::new(),
            keywords: Vec::new(),
        }
    }

    /// Tells the client what happened, as far as it may be told now: the machine sees to that.
    ///
    /// What has the modification sequence `own` the client did itself, and knows. Flags may be left for later.
    pub(super) fn sync(
        &mut self,
        server: &mut Server,
        account: &Account,
        own: Option<u64>,
        flags: bool,
    ) -> Result<(), Error> {
        let news = account.look(|state| Some(self.news(state.mailbox(self.id)?)));
        let Some(news) = news else {
            return server.bye("The mailbox that is selected was deleted");
        };
        let Some(news) = news else { return Ok(()) };
        // From the last to the first, so that the numbers of those to come hold.
        for uid in news.gone.iter().rev() {
            if let Some(number) = self.uids.number(*uid) {
                server.expunge(MessageRef::new(number, *uid).with_mod_seq(news.modseq))?;
            }
        }
        self.uids.remove(&news.gone);
        let (any_new, count) = (!news.added.is_empty(), self.uids.len());
        for uid in news.added {
            self.uids.push(uid);
            self.fresh.push(uid);
        }
        let since = self.flags_from.take().unwrap_or(self.modseq);
        self.modseq = news.modseq;
        let told = std::mem::take(&mut self.told);
        if any_new {
            server.exists(self.uids.len())?;
            self.claim(server, account)?;
        } else if count > 0 && self.uids.len() == 0 {
            self.recent.clear();
        }
        if !flags {
            self.flags_from = (!news.changed.is_empty()).then_some(since);
            return Ok(());
        }
        for message in news.changed {
            let is_known = told.binary_search(&(message.uid, message.modseq)).is_ok();
            if own != Some(message.modseq) && !is_known {
                self.introduce(server, &message)?;
                server.flags(self.message_ref(&message), &self.flags(&message))?;
            }
        }
        Ok(())
    }

    /// The message for the machine.
    pub(super) fn message_ref(&self, message: &Message) -> MessageRef {
        let number = self.uids.number(message.uid).unwrap_or(0);
        MessageRef::new(number, message.uid).with_mod_seq(message.modseq)
    }

    /// The flags of a message for the client.
    pub(super) fn flags(&self, message: &Message) -> mailwire_imap::Flags {
        to_wire(&message.flags, self.is_recent(message.uid))
    }

    pub(super) fn is_recent(&self, uid: u32) -> bool {
        self.recent.iter().any(|(from, to)| (*from..=*to).contains(&uid))
    }

    /// Takes note that FETCH tells the flags of a message: what happened to it is known then.
    pub(super) fn tells_flags(&mut self, message: &Message) {
        if message.modseq > self.modseq {
            self.told.push((message.uid, message.modseq));
        }
    }

    /// Says which keywords there are, if this message has one that the client was not told of.
    pub(super) fn introduce(
        &mut self,
        server: &mut Server,
        message: &Message,
    ) -> Result<(), Error> {
        let known = self.keywords.len();
        for name in message.flags.keywords() {
            self.know(name);
        }
        if self.keywords.len() > known {
            server.send(Data::Flags(self.all_flags()))
        } else {
            Ok(())
        }
    }

    /// All flags that messages of this mailbox have or can have.
    pub(super) fn all_flags(&self) -> mailwire_imap::Flags {
        const SYSTEM: [&str; 5] = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
        let names = SYSTEM.into_iter().chain(self.keywords.iter().map(|name| &**name));
        names.filter_map(|name| mailwire_imap::Flag::new(name).ok()).collect()
    }

    /// Takes note of a keyword.
    pub(super) fn know(&mut self, name: &str) {
        if !self.keywords.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.keywords.push(name.into());
        }
    }

    fn news(&self, mailbox: &Mailbox) -> Option<News> {
        if mailbox.modseq == self.modseq && self.flags_from.is_none() {
            return None;
        }
        let mut gone = mailbox.vanished_since(self.modseq);
        gone.retain(|uid| self.uids.number(*uid).is_some());
        let last = self.uids.last();
        let mut news =
            News { gone, changed: Vec::new(), added: Vec::new(), modseq: mailbox.modseq };
        for message in mailbox.changed_since(self.flags_from.unwrap_or(self.modseq)) {
            if message.uid > last {
                news.added.push(message.uid);
            } else {
                news.changed.push(message.clone());
            }
        }
        news.added.sort_unstable();
        Some(news)
    }

    /// What came is recent, unless another session has it.
    fn claim(&mut self, server: &mut Server, account: &Account) -> Result<(), Error> {
        if server.is_rev2() {
            return Ok(());
        }
        if !server.is_read_only()
            && let Ok(from) = account.claim_recent(self.id)
            && from <= self.uids.last()
        {
            self.recent.push((from, self.uids.last()));
        }
        server.send(Data::Recent(self.count_recent()))
    }

    pub(super) fn count_recent(&self) -> u32 {
        let count = |(from, to): &(u32, u32)| self.uids.count(*from, *to);
        self.recent.iter().map(count).sum()
    }
}
