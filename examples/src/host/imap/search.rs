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
        self.go_on_for(STEP, tools)
    }

    /// Looks at some messages at least, and at more as long as there is time.
    fn go_on_for(&mut self, time: Duration, tools: &mut Tools<'_>) -> Result<Progress, Error> {
        let (start, all) = (Instant::now(), tools.selected.uids.len());
        loop {
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
            if start.elapsed() >= time {
                break;
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

#[cfg(test)]
mod tests {
    use std::{io::Write, sync::Arc};

    use clap::Parser;
    use mailwire_core::Output;
    use mailwire_imap::{Command, server::Event};

    use super::*;
    use crate::host::{
        Host, imap::config, mail::Arrival, options::HostOptions, service::Service, session::Session,
    };

    #[test]
    fn a_long_search_says_how_far_it_is() {
        let options = HostOptions::parse_from(["mailhost", "--quiet"]);
        let host = Host::new(&options).unwrap();
        let account = Arc::clone(host.mail.account("test").unwrap());
        let arrival = || {
            let mut draft = account.draft().unwrap();
            draft.write_all(b"Subject: x\r\n\r\n").unwrap();
            Arrival::new(draft.seal().unwrap().into())
        };
        let inbox = account.look(|state| state.find("INBOX")).unwrap();
        account.append(inbox, (0..600).map(|_| arrival()).collect()).unwrap();
        let config = config(&options, Service::Imap, true).unwrap();
        let mut session = ImapSession::new(host, config.into(), "127.0.0.1:1".parse().unwrap());
        session.handle_input("a LOGIN test test\r\nb SELECT INBOX\r\n".into());
        while let crate::host::session::Step::Transmit(_) = session.poll().unwrap() {}
        session.handle_input("c SEARCH SUBJECT x\r\n".into());
        let event = session.server.poll_output().unwrap();
        let Output::Event(Event::Command(Command::Search(command))) = event else {
            panic!("{event:?}")
        };
        let context = SearchContext::new(now(), 600, 600);
        let search = Search::new(&command.expression, None, &context).unwrap();
        let told = Instant::now().checked_sub(2 * PROGRESS).unwrap();
        let mut searching =
            Searching { search, what: What::Search, done: 0, found: Vec::new(), told };
        let mut tools = Tools {
            server: &mut session.server,
            account: &account,
            selected: session.selected.as_mut().unwrap(),
        };
        for said in
            [Some("* OK [INPROGRESS (\"c\" 256 600)] Still working on this\r\n"), None, None]
        {
            let progress = searching.go_on_for(Duration::ZERO, &mut tools).unwrap();
            assert!(matches!(progress, Progress::GoesOn));
            match tools.server.poll_output().unwrap() {
                Output::Transmit(octets) => assert_eq!(Some(&*octets), said.map(str::as_bytes)),
                _ => assert_eq!(said, None),
            }
        }
        assert!(matches!(searching.go_on(&mut tools).unwrap(), Progress::Done));
        assert_eq!(searching.found.len(), 600);
    }
}
