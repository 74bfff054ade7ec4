//! SEARCH, SORT and THREAD.
use std::{
    borrow::Cow,
    ops::Range,
    time::{Duration, Instant},
};

use mailwire_imap::{
    AString, Condition, Data, DateTime, Error, Flags, ResponseCode,
    command::{SearchCommand, SortCommand, SortKey, ThreadCommand},
    search::SearchExpression,
    server::MessageRef,
};
use mailwire_mailbox::{
    Collation, Facts, Index, Search, SearchContext, SearchError, ThreadAlgorithm, date_time, sort,
    thread,
};

use super::{
    ImapSession, body, flags, index,
    job::{Job, Progress, Tools},
    selected::Selected,
    sentence,
    thread_id::thread_id,
};
use crate::host::mail::{Account, Mailbox, Message, now};

/// A search that goes on.
#[derive(Debug)]
pub(super) struct Searching {
    search: Search,
    what: What,
    /// How many messages were looked at.
    done: u32,
    found: Vec<Message>,
    /// When the client last heard how far it is.
    told: Instant,
}

/// What is made of what is found.
#[derive(Debug)]
enum What {
    Search,
    Sort(Vec<(SortKey, bool)>),
    Thread(ThreadAlgorithm, bool),
}

/// How long to search before what is said may go out.
const STEP: Duration = Duration::from_millis(100);
/// How often the client hears how far a search is (RFC 9585).
const PROGRESS: Duration = Duration::from_secs(5);
/// How many messages are looked up at once.
const BATCH: u32 = 256;

impl ImapSession {
    pub(super) fn search(&mut self, command: &SearchCommand) -> Result<(), Error> {
        let charset = command.charset.as_ref();
        self.begin_search(&command.expression, charset, What::Search)
    }

    pub(super) fn sort(&mut self, command: SortCommand) -> Result<(), Error> {
        if command.keys.iter().any(|(key, _)| matches!(key, SortKey::Other(_) | SortKey::Relevancy))
        {
            return self.server.reply(Condition::Bad, None, "Unknown sort key");
        }
        self.begin_search(&command.expression, Some(&command.charset), What::Sort(command.keys))
    }

    pub(super) fn thread(&mut self, command: &ThreadCommand) -> Result<(), Error> {
        let Some(algorithm) = ThreadAlgorithm::for_name(&command.algorithm) else {
            return self.server.reply(Condition::Bad, None, "Unknown algorithm");
        };
        let what = What::Thread(algorithm, command.uid);
        self.begin_search(&command.expression, Some(&command.charset), what)
    }

    fn begin_search(
        &mut self,
        expression: &SearchExpression,
        charset: Option<&AString>,
        what: What,
    ) -> Result<(), Error> {
        let Some(selected) = &self.selected else {
            self.server.decline();
            return Ok(());
        };
        let mut context = SearchContext::new(now(), selected.uids.len(), selected.uids.last());
        context.save_dates = true;
        let charset = charset.map(|charset| &charset[..]);
        match Search::new(expression, charset, &context) {
            Ok(search) => {
                let (done, found, told) = (0, Vec::new(), Instant::now());
                self.begin(Job::Search(Searching { search, what, done, found, told }))
            }
            Err(error) => {
                let text = sentence(&error);
                let (condition, code) = match error {
                    SearchError::BadCharset => {
                        let known = Search::CHARSETS.iter();
                        let known = known.filter_map(|name| AString::new(*name).ok()).collect();
                        (Condition::No, Some(ResponseCode::BadCharset(known)))
                    }
                    SearchError::UnknownKey(_) => (Condition::Bad, None),
                    _ => (Condition::No, None),
                };
                self.server.reply(condition, code, &text)
            }
        }
    }

    pub(super) fn end_search(&mut self, searching: Searching) -> Result<(), Error> {
        let (Some(login), Some(selected)) = (&self.login, &self.selected) else { return Ok(()) };
        let stored = |message| Stored { account: &login.account, selected, message };
        let found = searching.found.iter();
        match searching.what {
            What::Search => {
                let found: Vec<_> = found.map(|message| selected.message_ref(message)).collect();
                self.server.send_found(found)?;
            }
            What::Sort(keys) => match sort(&keys, Collation::default(), found.map(stored)) {
                Ok(found) => {
                    let found = found
                        .messages
                        .iter()
                        .map(|it| MessageRef::new(it.number, it.uid).with_mod_seq(it.mod_seq));
                    self.server.send_found(found)?;
                }
                Err(error) => return self.server.reply(Condition::Bad, None, &sentence(&error)),
            },
            What::Thread(algorithm, uid) => {
                let threads = thread(algorithm, Collation::default(), uid, found.map(stored));
                self.server.send(Data::Thread(threads))?;
            }
        }
        self.finish(None, None)
    }
}

impl Searching {
    pub(super) fn go_on(&mut self, tools: &mut Tools<'_>) -> Result<Progress, Error> {
        let (start, all) = (Instant::now(), tools.selected.uids.len());
        while start.elapsed() < STEP {
            if self.done == all {
                return Ok(Progress::Done);
            }
            let batch = self.done + 1..=all.min(self.done + BATCH);
            self.done = *batch.end();
            let uids = batch.filter_map(|number| tools.selected.uids.uid(number));
            let messages: Vec<Message> = tools.account.look(|state| {
                let messages = state.mailbox(tools.selected.id).map(Mailbox::messages);
                uids.filter_map(|uid| messages?.get(&uid).cloned()).collect()
            });
            for message in messages {
                let (account, selected) = (tools.account, &*tools.selected);
                let stored = Stored { account, selected, message: &message };
                if self.search.matches(&stored) {
                    if !matches!(self.what, What::Search) {
                        // So that sorting does not take long.
                        let _ = stored.index();
                    }
                    self.found.push(message);
                }
            }
        }
        if self.told.elapsed() > PROGRESS && self.done < all {
            self.told = Instant::now();
            tools.server.progress(self.done, Some(all))?;
        }
        Ok(Progress::GoesOn)
    }
}

/// A message of the store, for searches.
struct Stored<'s> {
    account: &'s Account,
    selected: &'s Selected,
    message: &'s Message,
}

impl Facts for Stored<'_> {
    fn number(&self) -> u32 {
        self.selected.uids.number(self.message.uid).unwrap_or(0)
    }

    fn uid(&self) -> u32 {
        self.message.uid
    }

    fn flags(&self) -> Cow<'_, Flags> {
        let recent = self.selected.is_recent(self.message.uid);
        Cow::Owned(flags::to_wire(&self.message.flags, recent))
    }

    fn internal_date(&self) -> DateTime {
        date_time(self.message.facts.received, self.message.facts.zone)
    }

    fn index(&self) -> Option<Cow<'_, Index>> {
        index::index(self.account, self.message).ok().map(Cow::Owned)
    }

    fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>> {
        let octets = body::read(self.account, self.message, range.start, range.end).ok()?;
        Some(Cow::Owned(octets.into()))
    }

    fn save_date(&self) -> Option<DateTime> {
        Some(date_time(self.message.saved, 0))
    }

    fn mod_seq(&self) -> u64 {
        self.message.modseq
    }

    fn email_id(&self) -> Option<Cow<'_, [u8]>> {
        Some(Cow::Borrowed(self.message.facts.email_id.as_bytes()))
    }

    fn thread_id(&self) -> Option<Cow<'_, [u8]>> {
        let id = thread_id(self.message, &*self.index()?);
        Some(Cow::Owned(id.as_str().into()))
    }
}
