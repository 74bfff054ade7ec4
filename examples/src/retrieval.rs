//! A session of `pop3_fetch`, without its I/O on the network.
use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Write},
    mem,
    sync::Arc,
};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Command, Error, UniqueIdListing,
    client::{Client, Event, Outcome, RequestId, State},
    news::{News, WhatIsNew},
};
use mailwire_sasl::ChannelBinding;
use serde::Serialize;

use crate::{
    Next,
    fetch::FetchOptions,
    maildrop::{Draft, Maildrop},
};

/// What became of a new message.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Fetched {
    /// Its number in this session.
    pub number: u32,
    /// Its unique-id.
    pub uidl: String,
    /// Its file, if it is stored.
    pub file: Option<String>,
    /// How large it is.
    pub octets: u64,
    /// Whether it is stored.
    pub stored: bool,
    /// Whether the server has deleted it.
    pub deleted: bool,
    /// What went wrong.
    pub error: Option<String>,
}

/// One connection.
#[derive(Debug)]
pub struct Retrieval {
    options: Arc<FetchOptions>,
    client: Client,
    binding: ChannelBinding,
    maildrop: Maildrop,
    news: News,
    /// What is to be fetched.
    new: VecDeque<UniqueIdListing>,
    /// What was asked for.
    asked: BTreeMap<RequestId, Asked>,
    /// The message that is coming in; what was wrong with storing it.
    draft: Option<io::Result<Draft>>,
    octets: u64,
    /// What is told when QUIT is answered.
    deleted: Vec<Fetched>,
    done: Vec<Fetched>,
    quit: Option<RequestId>,
    /// Whether all went well so far.
    good: bool,
    /// Whether a message was marked as deleted.
    marked: bool,
    /// Whether QUIT was accepted.
    over: bool,
    broken: Option<String>,
}

#[derive(Debug)]
enum Asked {
    Retr(UniqueIdListing),
    /// The message is stored; the report is of one that is new.
    Dele(Option<Fetched>),
}

/// How many messages are asked for ahead.
const AHEAD: usize = 32;

impl Retrieval {
    /// Waits for the server to greet.
    #[must_use]
    pub fn new(options: Arc<FetchOptions>, maildrop: Maildrop, loopback: bool) -> Self {
        Self {
            client: Client::new(options.config(loopback)),
            options,
            binding: ChannelBinding::None,
            maildrop,
            news: News::default(),
            new: VecDeque::new(),
            asked: BTreeMap::new(),
            draft: None,
            octets: 0,
            deleted: Vec::new(),
            done: Vec::new(),
            quit: None,
            good: true,
            marked: false,
            over: false,
            broken: None,
        }
    }

    /// Answers what the server did, and says what the driver has to do then.
    ///
    /// An error tells in words how the session broke.
    pub fn poll(&mut self) -> Result<Next, String> {
        loop {
            match self.client.poll_output() {
                Ok(Output::Event(event)) => self.answer(event)?,
                Ok(Output::Transmit(bytes)) => return Ok(Next::Write(bytes)),
                Ok(Output::NeedInput) => {
                    return Ok(Next::Read(self.options.patience(self.client.timeout())));
                }
                Ok(Output::Upgrade(_)) => return Ok(Next::Handshake),
                Ok(Output::Closed | Output::YourTurn) => return Ok(Next::Close),
                Err(Error::Disconnected) => {
                    return Err(self.broken.take().unwrap_or_else(|| "connection lost".into()));
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// Takes what was read.
    pub fn handle_input(&mut self, input: Bytes) {
        self.client.handle_input(input);
    }

    /// Takes note that the server sends no more, or that the connection is broken.
    pub fn handle_eof(&mut self) {
        self.client.handle_eof();
    }

    /// Takes note that reading failed.
    pub fn handle_error(&mut self, error: &io::Error) {
        self.broken = Some(error.to_string());
        self.client.handle_eof();
    }

    /// Takes note that the connection is under TLS, and of what is special about it.
    pub fn upgraded(&mut self, binding: ChannelBinding) -> Result<(), Error> {
        self.binding = binding;
        if self.client.is_tls() { Ok(()) } else { self.client.upgraded() }
    }

    /// What became of messages since the last call.
    pub fn reports(&mut self) -> Vec<Fetched> {
        mem::take(&mut self.done)
    }

    /// What became of the messages of which nothing was said yet, now that it is all over; and whether all
    /// went well.
    #[must_use]
    pub fn finish(mut self, error: Option<&str>) -> (Vec<Fetched>, bool) {
        let why = error.unwrap_or("the session ended before");
        let open = mem::take(&mut self.asked).into_values();
        for asked in open.chain(mem::take(&mut self.new).into_iter().map(Asked::Retr)) {
            self.good = false;
            self.done.extend(match asked {
                Asked::Retr(listing) => {
                    Some(Fetched { error: Some(why.into()), ..report(&listing) })
                }
                Asked::Dele(stored) => stored.map(|stored| not_deleted(stored, why)),
            });
        }
        if !self.over {
            // Some servers hang up without a word. What there was to lose by it are deletions.
            self.good &= self.quit.is_some() && !self.marked;
            let stored = mem::take(&mut self.deleted);
            self.done.extend(stored.into_iter().map(|stored| not_deleted(stored, why)));
        }
        (self.done, self.good)
    }

    fn answer(&mut self, event: Event) -> Result<(), String> {
        if let Some(news) = self.news.handle(&event) {
            return match news {
                Ok(news) => self.begin(news),
                Err(error) => self.give_up(&error.to_string()),
            };
        }
        match event {
            Event::Ready { logged_in: false, .. } => match self.options.login(&self.binding) {
                Ok(login) => self.client.send(login).map(drop).map_err(|e| e.to_string()),
                Err(error) => self.give_up(&format!("cannot log in: {error}")),
            },
            Event::LoggedIn { .. } => self.ask_for_news(),
            Event::LoginFailed { outcome, server_error, .. } => {
                let server_error = server_error.map(|error| format!(" ({})", error.status));
                let server_error = server_error.unwrap_or_default();
                self.give_up(&format!("cannot log in: {}{server_error}", explain(&outcome)))
            }
            Event::Chunk { octets, .. } => {
                self.write(&octets);
                Ok(())
            }
            Event::Done { request, outcome } if self.quit == Some(request) => {
                self.end(&outcome);
                Ok(())
            }
            Event::Done { request, outcome } => self.take_outcome(request, &outcome),
            Event::Damaged { line, error, .. } => {
                self.complain(&format!("cannot read '{}': {error}", line.escape_ascii()));
                Ok(())
            }
            Event::Closing(reply) => {
                self.complain(&reply.to_string());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn ask_for_news(&mut self) -> Result<(), String> {
        let stored = self.maildrop.stored().map_err(|error| error.to_string())?;
        self.news = News::new(stored);
        self.news.ask(&mut self.client).map(drop).map_err(|error| error.to_string())
    }

    /// What is new is known.
    fn begin(&mut self, news: WhatIsNew) -> Result<(), String> {
        if !news.complete {
            self.complain("the list of unique-ids is damaged: some messages may be left out");
        }
        for copy in &news.copies {
            eprintln!(
                "message {} is a copy of another with the unique-id {}",
                copy.number, copy.id
            );
        }
        for unclear in &news.unclear {
            self.complain(&format!("message {} has several unique-ids", unclear.number));
        }
        // Not every file tells its unique-id.
        let (stored, new): (Vec<_>, Vec<_>) =
            news.new.into_iter().partition(|listing| self.maildrop.has_long(&listing.id));
        self.new = new.into();
        if self.options.delete {
            for listing in news.known.into_iter().chain(stored) {
                self.delete(&listing, None)?;
            }
        }
        self.go_on()
    }

    /// Asks for more messages, or ends the session when all are there.
    fn go_on(&mut self) -> Result<(), String> {
        while self.asked.len() < AHEAD
            && let Some(listing) = self.new.pop_front()
        {
            let request = self.client.send(Command::Retr(listing.number));
            let request = request.map_err(|error| error.to_string())?;
            self.asked.insert(request, Asked::Retr(listing));
        }
        if self.asked.is_empty() { self.say_goodbye() } else { Ok(()) }
    }

    fn write(&mut self, octets: &[u8]) {
        self.octets += octets.len() as u64;
        let maildrop = &mut self.maildrop;
        let draft = self.draft.get_or_insert_with(|| maildrop.draft());
        if let Ok(file) = draft
            && let Err(error) = file.write_all(octets)
        {
            *draft = Err(error);
        }
    }

    fn take_outcome(&mut self, request: RequestId, outcome: &Outcome) -> Result<(), String> {
        match self.asked.remove(&request) {
            Some(Asked::Retr(listing)) => self.store(&listing, outcome)?,
            Some(Asked::Dele(stored)) => {
                let good = outcome.is_accepted();
                self.good &= good;
                self.marked |= good;
                match stored {
                    Some(stored) if good => self.deleted.push(stored),
                    Some(stored) => self.done.push(not_deleted(stored, &explain(outcome))),
                    None if good => {}
                    None => self.complain(&format!("not deleted: {}", explain(outcome))),
                }
            }
            None => {}
        }
        if self.is_over() { Ok(()) } else { self.go_on() }
    }

    /// A message is all there, or will not be.
    fn store(&mut self, listing: &UniqueIdListing, outcome: &Outcome) -> Result<(), String> {
        let draft = self.draft.take().unwrap_or_else(|| self.maildrop.draft());
        let mut report = Fetched { octets: mem::take(&mut self.octets), ..report(listing) };
        let stored = match (outcome, draft) {
            (Outcome::Accepted(_), Ok(draft)) => self
                .maildrop
                .keep(draft, &listing.id)
                .map_err(|error| format!("not stored: {error}")),
            (Outcome::Accepted(_), Err(error)) => Err(format!("not stored: {error}")),
            (outcome, _) => Err(explain(outcome)),
        };
        match stored {
            Ok(()) => {
                report.stored = true;
                report.file = Some(self.maildrop.path(&listing.id).display().to_string());
                if self.options.delete && !self.is_over() {
                    return self.delete(listing, Some(report));
                }
            }
            Err(error) => {
                self.good = false;
                report.error = Some(error);
            }
        }
        self.done.push(report);
        Ok(())
    }

    fn delete(&mut self, listing: &UniqueIdListing, report: Option<Fetched>) -> Result<(), String> {
        let request = self.client.send(Command::Dele(listing.number));
        let request = request.map_err(|error| error.to_string())?;
        self.asked.insert(request, Asked::Dele(report));
        Ok(())
    }

    fn say_goodbye(&mut self) -> Result<(), String> {
        if self.quit.is_none() && !self.is_over() {
            self.quit = Some(self.client.send(Command::Quit).map_err(|error| error.to_string())?);
        }
        Ok(())
    }

    /// QUIT is answered, or will not be: only now is anything deleted (RFC 1939 §6).
    fn end(&mut self, outcome: &Outcome) {
        self.over = outcome.is_accepted();
        let stored = mem::take(&mut self.deleted);
        if self.over {
            self.done.extend(stored.into_iter().map(|stored| Fetched { deleted: true, ..stored }));
        } else {
            let why = explain(outcome);
            eprintln!("{}: QUIT: {why}", self.options.server);
            self.done.extend(stored.into_iter().map(|stored| not_deleted(stored, &why)));
        }
    }

    fn give_up(&mut self, why: &str) -> Result<(), String> {
        self.complain(why);
        self.say_goodbye()
    }

    fn complain(&mut self, why: &str) {
        self.good = false;
        eprintln!("{}: {why}", self.options.server);
    }

    /// Whether nothing can be sent any more, although there may be more to be told.
    fn is_over(&self) -> bool {
        matches!(self.client.state(), State::Closed | State::Failed)
    }
}

fn report(listing: &UniqueIdListing) -> Fetched {
    Fetched { number: listing.number.get(), uidl: listing.id.to_string(), ..Fetched::default() }
}

fn not_deleted(stored: Fetched, why: &str) -> Fetched {
    Fetched { error: Some(format!("not deleted: {why}")), ..stored }
}

fn explain(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(reply) | Outcome::Refused(reply) => reply.to_string(),
        Outcome::Unreadable { reply, error } => format!("{reply}: {error}"),
        Outcome::NotSent(why) => why.to_string(),
        Outcome::Distrusted(why) => why.to_string(),
        // `Lost`.
        _ => "connection lost before the answer".into(),
    }
}
