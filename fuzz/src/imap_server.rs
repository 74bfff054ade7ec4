//! A caller of the IMAP server that does anything, but always the same about the same event.
use std::cell::{Cell, RefCell};

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::Machine;
use mailwire_imap::{
    Command, Condition, Data, Error, Flags, FrameLimits, Leniency, List, Mailbox, MailboxStatus,
    Messages, ResponseCode, Section, SequenceSet, StatusItem, SystemFlag, WordCode,
    fetch::{FetchData, FetchItem},
    server::{Config, Event, MessageRef, Selected, Server, State},
};
use mailwire_sasl::{Mechanism, Secret, server as sasl};
use testkit::laws::{End, Record, Subject};

use crate::{mix, pop3_server::exchange, server::keys};

#[path = "../../crates/imap/tests/support/view.rs"]
mod view;

/// How a server is set up: a bit for every switch, and numbers small enough to be reached.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    /// Which capabilities are not offered.
    offers: u64,
    mechanisms: u16,
    messages: u8,
    line: u8,
    literal: u8,
    owed: u8,
    errors: u8,
    limit: u8,
    /// How the caller decides.
    pub seed: u64,
}

const OFFERS: &[&str] = &[
    "IMAP4rev2",
    "STARTTLS",
    "COMPRESS=DEFLATE",
    "UNAUTHENTICATE",
    "CONDSTORE",
    "QRESYNC",
    "UIDONLY",
    "ESEARCH",
    "SEARCHRES",
    "PARTIAL",
    "SORT",
    "ESORT",
    "THREAD=REFERENCES",
    "MULTIAPPEND",
    "CATENATE",
    "REPLACE",
    "UIDPLUS",
    "MOVE",
    "BINARY",
    "UTF8=ACCEPT",
    "NOTIFY",
    "ID",
    "NAMESPACE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "SPECIAL-USE",
    "XLIST",
    "OBJECTID",
    "WITHIN",
    "QUOTA",
    "ACL",
    "METADATA",
    "LANGUAGE",
    "MULTISEARCH",
    "LITERAL-",
    "PREVIEW",
    "SAVEDATE",
    "CONTEXT=SEARCH",
];

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    /// The configuration.
    pub fn config(&self) -> Config {
        let mut config = Config::new("IMAP server ready");
        config.plaintext_auth_without_tls = !self.on(0);
        config.login = !self.on(1);
        config.require_tls = self.on(2);
        config.implicit_tls = self.on(3);
        config.preauth = !self.on(4);
        if self.on(5) {
            config.leniency = Leniency::Strict;
        }
        if self.on(6) {
            config = config.without("LITERAL+");
        }
        if self.on(7) {
            config = config.without("IMAP4rev1");
        }
        let offers = OFFERS.iter().enumerate();
        for (_, name) in offers.filter(|(at, _)| self.offers >> at & 1 == 0) {
            config = config.offering(name).expect("atoms");
        }
        config.auth = Mechanism::ALL
            .into_iter()
            .enumerate()
            .filter(|(at, _)| self.mechanisms >> at & 1 == 0)
            .map(|(_, mechanism)| mechanism)
            .collect();
        let small = |byte: u8, usual: usize| if byte == 0 { usual } else { byte.into() };
        let limits = |mut limits: FrameLimits| {
            limits.line = small(self.line, limits.line);
            limits.frame = small(self.line, limits.frame).saturating_mul(2);
            limits.inline = small(self.literal, 4096) as u64;
            limits
        };
        config.before_login = limits(config.before_login);
        config.after_login = limits(config.after_login);
        config.sasl_line = small(self.line, config.sasl_line);
        config.owed = small(self.owed, config.owed);
        config.max_errors = small(self.errors % 8, 20) as u32;
        config.append_limit = (self.limit > 0).then_some(self.limit.into());
        config
    }
}

/// The caller, and what it knows of the session.
pub struct Caller {
    setup: Setup,
    /// The UIDs of the messages that are there, and the next one.
    there: RefCell<(Vec<u32>, u32)>,
    /// Numbers of messages whose bodies are still to be sent.
    queue: RefCell<Vec<u32>>,
    /// What is left of the body that is being sent.
    body: Cell<usize>,
    /// How many octets of a message are still to come.
    chunks: Cell<Option<u64>>,
}

const BODY: &[u8] = b"Subject: x\r\n\r\n)\r\na OK FETCH completed\r\n{5}\r\n";

impl Caller {
    /// A caller that decides as the setup says.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            there: RefCell::default(),
            queue: RefCell::default(),
            body: Cell::new(0),
            chunks: Cell::new(None),
        }
    }

    /// What must be true at the end of a run.
    pub fn check(&self, record: &Record) {
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
        view::check(&record.sent);
    }

    fn message(&self, number: u32) -> MessageRef {
        let there = self.there.borrow();
        let message = MessageRef::new(number, there.0[number as usize - 1]);
        if self.setup.on(8) { message } else { message.with_mod_seq(u64::from(number) + 7) }
    }

    fn count(&self) -> u32 {
        self.there.borrow().0.len() as u32
    }

    fn find(&self, messages: &Messages, uid: bool) -> Vec<u32> {
        let Messages::Set(set) = messages else { panic!("the machine knows what $ is") };
        let there = self.there.borrow();
        let last = there.0.last().copied().unwrap_or(0);
        let all = (1..).zip(&there.0);
        all.filter(
            |(number, of)| if uid { set.contains(**of, last) } else { set.contains(*number, 0) },
        )
        .map(|(number, _)| number)
        .collect()
    }

    fn expunge(&self, server: &mut Server, number: u32) -> Result<(), Error> {
        let message = self.message(number);
        server.expunge(message)?;
        self.there.borrow_mut().0.remove(number as usize - 1);
        Ok(())
    }

    /// Another session changes something.
    fn meanwhile(&self, server: &mut Server, random: u64) {
        let count = self.count();
        if server.state() != State::Selected {
            return;
        }
        match random % 8 {
            0 if count > 0 => {
                self.expunge(server, 1 + (random >> 8) as u32 % count).expect("it is there");
            }
            1 if count < 60 => {
                let mut there = self.there.borrow_mut();
                let next = there.1;
                there.0.push(next);
                there.1 += 1 + (random >> 8) as u32 % 3;
                server.exists(count + 1).expect("a mailbox is selected");
            }
            2 if count > 0 => {
                let message = self.message(1 + (random >> 8) as u32 % count);
                server.flags(message, &SystemFlag::Seen.into()).expect("it is there");
            }
            3 => server.send_status(Condition::Ok, WordCode::Alert, "{3}").expect("at any time"),
            _ => {}
        }
    }

    fn start_body(&self, server: &mut Server) -> Result<(), Error> {
        let Some(number) = self.queue.borrow_mut().pop() else { return server.accept() };
        let data = FetchData::Streamed(BODY.len() as u64);
        let item = FetchItem::Section { section: Section::WHOLE, origin: None, data };
        self.body.set(BODY.len());
        // Meanwhile it may be gone.
        if number > self.count() {
            self.body.set(0);
            return server.accept();
        }
        let mut writer = server.fetch(self.message(number))?;
        writer.uid();
        writer.stream(&item)
    }

    fn command(&self, server: &mut Server, command: &Command, random: u64) -> Result<(), Error> {
        let count = self.count();
        match command {
            Command::Select { .. } | Command::Examine { .. } => {
                let next = self.there.borrow().1;
                let mut selected = Selected::new(count, 1, next);
                selected.highest_mod_seq = (!self.setup.on(8)).then_some(99);
                server.select(&selected)?;
                if count > 0 && random >> 63 == 0 {
                    server.fetch(self.message(count))?.flags(&Flags::none());
                }
                server.accept()
            }
            Command::Fetch { messages, uid, .. } => {
                let chosen = self.find(messages, *uid);
                if random >> 62 == 0 {
                    *self.queue.borrow_mut() = chosen;
                    return self.start_body(server);
                }
                for number in chosen {
                    server.fetch(self.message(number))?.uid().flags(&Flags::none());
                }
                server.accept()
            }
            Command::Store { messages, uid, .. } => {
                for number in self.find(messages, *uid) {
                    server.stored(self.message(number), &Flags::none())?;
                }
                if random >> 62 == 0 && count > 0 {
                    let modified = self.message(count);
                    let number = if *uid { modified.uid } else { modified.number };
                    let set = SequenceSet::from_numbers([number]).expect("a number");
                    return server.accept_with(ResponseCode::Modified(set));
                }
                server.accept()
            }
            Command::Search(_) | Command::Sort(_) => {
                let found: Vec<_> = (1..=count).filter(|n| random >> (n % 40) & 1 == 0).collect();
                server.send_found(found.into_iter().map(|number| self.message(number)))?;
                server.accept()
            }
            Command::List(_) | Command::Lsub { .. } | Command::XList { .. } => {
                let mut list = List::new(Mailbox::INBOX, Some('/'));
                list.add("\\NonExistent").expect("an attribute");
                server.send_list(&list)?;
                server.accept()
            }
            Command::Status { mailbox, .. } => {
                let status = MailboxStatus::new(mailbox.clone(), vec![StatusItem::Messages(3)]);
                server.send(Data::Status(status))?;
                server.accept()
            }
            Command::Expunge(_) | Command::Move { .. } => {
                for number in (1..=count).rev().filter(|n| random >> (n % 40) & 3 == 0) {
                    self.expunge(server, number)?;
                }
                server.accept()
            }
            _ if random % 3 == 0 => {
                server.decline();
                Ok(())
            }
            _ => server.accept(),
        }
    }

    fn decide(&self, server: &mut Server, event: &Event, random: u64) -> Result<(), Error> {
        // Yes is more likely than no: otherwise nothing gets far.
        match (event, random % 14) {
            (_, 0) => server.reject(WordCode::Unavailable, "no\r\nno"),
            (_, 1) if random >> 60 == 0 => server.bye("{3}"),
            (_, 1) if random >> 60 == 1 => {
                server.abort();
                Ok(())
            }
            (_, 2) if random >> 60 < 4 => {
                server.decline();
                Ok(())
            }
            (Event::Auth(mechanism), _) => server.authenticate(exchange(*mechanism)),
            (Event::Ask(question), _) => match question {
                sasl::Question::Secret { .. } => server.supply(Some(Secret::from("tanstaaf"))),
                sasl::Question::ScramKeys { hash, .. } => server.supply_scram(Some(keys(*hash))),
                _ => server.accept_as("tim"),
            },
            (Event::Append(_), 3..8) => server.accept_stream(),
            (Event::Command(command), _) => self.command(server, command, random),
            _ => server.accept(),
        }
    }
}

impl Subject for Caller {
    type Machine = Server;

    fn start(&self) -> Server {
        let count = u32::from(self.setup.messages % 40);
        *self.there.borrow_mut() = ((1..=count).map(|number| 100 + number * 2).collect(), 1_000);
        self.queue.take();
        self.body.set(0);
        self.chunks.set(None);
        Server::new(self.setup.config())
    }

    fn answer(&self, server: &mut Server, event: &Event) {
        match event {
            Event::Chunk(octets) => {
                let left = self.chunks.get().expect("a message is taken as it comes");
                let left = left.checked_sub(octets.len() as u64).expect("not more than announced");
                self.chunks.set(Some(left));
            }
            Event::ChunkEnd => assert_eq!(self.chunks.take(), Some(0), "all that was announced"),
            Event::Append(upcoming) => {
                assert_eq!(self.chunks.get(), None);
                let limit = self.setup.config().append_limit;
                assert!(limit.is_none_or(|limit| upcoming.size <= limit), "longer than allowed");
            }
            Event::Command(command) => {
                let state = server.state();
                assert!(matches!(
                    state,
                    State::Authenticated | State::Selected | State::NotAuthenticated
                ));
                if matches!(command, Command::Fetch { .. } | Command::Store { .. }) {
                    assert_eq!(state, State::Selected, "{command:?}");
                }
            }
            _ => {}
        }
        if !wants_answer(event) {
            return no_answer(server, event);
        }
        let before = format!("{server:?}");
        assert!(server.send_body(Bytes::from_static(b"x")).is_err(), "no body is due");
        assert_eq!(server.finish_body(), Err(Error::Misuse), "no body is due");
        assert_eq!(Machine::upgraded(server), Err(Error::Misuse));
        assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
        let random = mix(self.setup.seed, format!("{event:?}"));
        if let Err(error) = self.decide(server, event, random) {
            assert_eq!(error, Error::Misuse, "{event:?}");
            server.decline();
        } else if let (Event::Append(upcoming), 3..8) = (event, random % 14) {
            self.chunks.set(Some(upcoming.size));
        }
        if self.body.get() == 0 {
            self.meanwhile(server, mix(random, "meanwhile"));
        }
    }

    fn act(&self, server: &mut Server) -> bool {
        let left = server.due().expect("something is due when it is the caller's turn");
        let random = mix(self.setup.seed, left);
        assert_eq!(left, self.body.get() as u64);
        if left == 0 {
            server.finish_body().expect("all was sent");
            if random % 3 == 0 {
                server.continue_fetch().expect("it is open").size(5);
            }
            self.start_body(server).expect("a command is at hand");
            return true;
        }
        if random % 40 == 0 {
            server.abort();
            return true;
        }
        let len = (1 + random as usize % 9).min(self.body.get());
        let from = BODY.len() - self.body.get();
        server.send_body(Bytes::from_static(&BODY[from..from + len])).expect("it is due");
        self.body.set(self.body.get() - len);
        // EXISTS and flags wait behind the response; a message may go too.
        if random % 5 == 0 {
            let count = self.count();
            let message = self.message(count);
            server.flags(message, &SystemFlag::Seen.into()).expect("it is there");
        }
        true
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        if let Event::Chunk(octets) = event { Some(octets) } else { None }
    }
}

fn wants_answer(event: &Event) -> bool {
    matches!(
        event,
        Event::Login { .. }
            | Event::Auth(_)
            | Event::Ask(_)
            | Event::Command(_)
            | Event::Append(_)
            | Event::Excess(_)
    )
}

/// Nothing waits: every answer is misuse and changes nothing.
fn no_answer(server: &mut Server, event: &Event) {
    assert_eq!(server.accept(), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.accept_stream(), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.reject(WordCode::Alert, "x"), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.supply(None), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.select(&Selected::new(1, 1, 1)), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.send_found([]), Err(Error::Misuse), "{event:?}");
    server.decline();
}
