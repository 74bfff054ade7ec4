//! FETCH.
use std::collections::VecDeque;

use bytes::Bytes;
use mailwire_imap::{
    Error, ObjectId, Peer, SequenceSet, WordCode,
    command::{FetchAttribute, FetchModifier},
    fetch::FetchItem,
};
use mailwire_mailbox::{date_time, sets_seen};

use super::{
    ImapSession,
    index::{index, size},
    job::{Job, Progress, Tools},
};
use crate::host::mail::{Account, FlagChange, Flags, MailError, Message};

/// A FETCH that goes on.
#[derive(Debug)]
pub(super) struct Fetching {
    attributes: Vec<FetchAttribute>,
    /// The messages that are still to come.
    uids: VecDeque<u32>,
    /// Those that became `\Seen` by this, and when.
    seen: Option<u64>,
    /// Why the answer is NO.
    failure: Option<(WordCode, String)>,
}

/// About how many octets are said before they go out.
const ENOUGH: usize = 64 * 1024;

impl ImapSession {
    pub(super) fn fetch(
        &mut self,
        account: &Account,
        set: &SequenceSet,
        attributes: Vec<FetchAttribute>,
        _modifiers: &[FetchModifier],
        uid: bool,
    ) -> Result<(), Error> {
        let Some(selected) = &self.selected else {
            self.server.decline();
            return Ok(());
        };
        let uids = selected.uids.select(set, uid);
        let mut seen = None;
        if !self.server.is_read_only() && attributes.iter().any(sets_seen) {
            let flags = Flags::new(["\\Seen"]);
            match account.store(selected.id, &uids, FlagChange::Add, &flags, None) {
                Ok(stored) => seen = (!stored.changed.is_empty()).then_some(stored.modseq),
                Err(error) => return self.refuse(&error),
            }
        }
        let uids = uids.into();
        self.begin(Job::Fetch(Fetching { attributes, uids, seen, failure: None }))
    }

    pub(super) fn end_fetch(&mut self, fetching: &Fetching) -> Result<(), Error> {
        self.sync(fetching.seen)?;
        match &fetching.failure {
            Some((code, text)) => self.server.reject(*code, text),
            None => self.server.accept(),
        }
    }
}

impl Fetching {
    pub(super) fn go_on(&mut self, tools: &mut Tools<'_>) -> Result<Progress, Error> {
        let mut said = 0;
        while said < ENOUGH {
            let Some(uid) = self.uids.pop_front() else { return Ok(Progress::Done) };
            let id = tools.selected.id;
            let message =
                tools.account.look(|state| state.mailbox(id)?.messages().get(&uid).cloned());
            // Somebody else has expunged it: the client will hear of it.
            let Some(message) = message else { continue };
            said += 100;
            match self.items(tools.account, &message, tools.server.takes_utf8(), &mut said) {
                Ok(items) => self.say(tools, &message, items)?,
                Err(error) if error.is_gone() => {}
                Err(error) => self.failure = Some((WordCode::ServerBug, error.to_string())),
            }
        }
        Ok(Progress::GoesOn)
    }

    fn say(
        &self,
        tools: &mut Tools<'_>,
        message: &Message,
        items: Vec<FetchItem>,
    ) -> Result<(), Error> {
        let flags = tools.selected.flags(message);
        let asked = self.attributes.contains(&FetchAttribute::Flags);
        let mut writer = tools.server.fetch(tools.selected.message_ref(message))?;
        if asked || self.seen.is_some_and(|modseq| message.modseq == modseq) {
            writer.flags(&flags);
        }
        for item in &items {
            match item {
                FetchItem::ModSeq(_) => writer.mod_seq(),
                item => writer.add(item)?,
            };
        }
        Ok(())
    }

    fn items(
        &self,
        account: &Account,
        message: &Message,
        utf8: bool,
        said: &mut usize,
    ) -> Result<Vec<FetchItem>, MailError> {
        let mut items = Vec::new();
        let mut peer = Peer::CLIENT;
        peer.utf8 = utf8;
        for attribute in &self.attributes {
            items.push(match attribute {
                FetchAttribute::Flags => continue,
                FetchAttribute::Uid => FetchItem::Uid(message.uid),
                FetchAttribute::ModSeq => FetchItem::ModSeq(message.modseq),
                FetchAttribute::InternalDate => {
                    let facts = &message.facts;
                    FetchItem::InternalDate(Some(date_time(facts.received, facts.zone)))
                }
                FetchAttribute::SaveDate => FetchItem::SaveDate(Some(date_time(message.saved, 0))),
                FetchAttribute::EmailId => {
                    let id = ObjectId::new(message.facts.email_id.clone());
                    FetchItem::EmailId(id.expect("letters and digits"))
                }
                FetchAttribute::ThreadId => FetchItem::ThreadId(None),
                FetchAttribute::Size => FetchItem::Size(Some(size(account, message)?)),
                attribute => {
                    let octets: Bytes = account.read(message, 0..u64::MAX)?;
                    match index(account, message)?.fetch(attribute, &octets, peer) {
                        Ok(item) => {
                            *said += octets.len();
                            item
                        }
                        Err(_) => continue,
                    }
                }
            });
        }
        Ok(items)
    }
}
