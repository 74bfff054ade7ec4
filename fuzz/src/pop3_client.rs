//! A caller of the POP3 client that asks for anything, and counts what comes of it.
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::Machine;
use mailwire_pop3::{
    Command, MessageNumber, Quirks,
    client::{
        Client, Config, EndOfText, Event, Item, Login, Method, Outcome, Request, RequestId, State,
        TlsPolicy,
    },
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use testkit::laws::{End, Record, Subject};

use crate::mix;

/// How a client is set up, and what it is asked for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    line: u8,
    listing: u8,
    /// A request for each octet that is not zero; all zeros is a login and a RETR.
    requests: [u8; 8],
    /// How the caller decides.
    pub seed: u64,
}

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    fn config(&self) -> Config {
        let mut config = Config::default();
        config.tls = match (self.on(0), self.on(1)) {
            (false, false) => TlsPolicy::IfOffered,
            (true, _) => TlsPolicy::Require,
            (false, true) => TlsPolicy::Never,
        };
        config.implicit_tls = self.on(2);
        config.plaintext_auth_without_tls = !self.on(3);
        config.apop_without_tls = !self.on(4);
        config.pipelining = !self.on(5);
        config.capa_after_login = !self.on(6);
        config.end_of_text = if self.on(7) { EndOfText::Lenient } else { EndOfText::Strict };
        if self.on(8) {
            let bits = if self.on(9) { self.seed } else { 0 };
            let tolerated = Quirks::ALL.iter().filter(|&quirk| bits >> quirk as u8 & 1 != 0);
            config.quirks = tolerated.collect();
        }
        if self.line != 0 {
            config.limits.line = self.line.into();
            config.limits.sasl_line = self.line.into();
            config.limits.reply = usize::from(self.line) * 2;
        }
        if self.listing != 0 {
            config.listing = self.listing.into();
        }
        config
    }
}

/// The caller, and what it waits for.
pub struct Caller {
    setup: Setup,
    open: RefCell<VecDeque<RequestId>>,
    asked_more: Cell<bool>,
    tls: Cell<bool>,
    closing: Cell<bool>,
}

impl Caller {
    /// A caller that asks for what the setup says.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            open: RefCell::default(),
            asked_more: Cell::new(false),
            tls: Cell::new(false),
            closing: Cell::new(false),
        }
    }

    /// What must be true at the end of a run.
    pub fn check(&self, record: &Record) {
        assert!(self.open.borrow().is_empty(), "requests without an outcome");
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
        let sent = &record.sent;
        assert!(sent.is_empty() || sent.ends_with(b"\r\n"));
        let lines = || sent.split(|&octet| octet == b'\n');
        let config = self.setup.config();
        if self.tls.get() || config.implicit_tls {
            return;
        }
        let has = |text: &[u8]| sent.windows(text.len()).any(|window| window == text);
        if config.tls == TlsPolicy::Require {
            let good: [&[u8]; 4] = [b"CAPA\r", b"STLS\r", b"QUIT\r", b""];
            assert!(lines().all(|line| good.contains(&line)), "{:?}", Bytes::copy_from_slice(sent));
        }
        if !config.plaintext_auth_without_tls {
            // As it is, and as PLAIN and LOGIN have it.
            assert!(!has(b"tanstaaf") && !has(b"dGFuc3RhYWY") && !has(b"AHRpbQB0YW5zdGFhZ"));
            assert!(lines().all(|line| !line.starts_with(b"PASS ")));
        }
        if !config.apop_without_tls {
            assert!(lines().all(|line| !line.starts_with(b"APOP ")));
        }
    }

    fn ask(&self, client: &mut Client, kind: u8) {
        if let Ok(id) = client.send(request(kind)) {
            self.open.borrow_mut().push_back(id);
        }
    }

    fn close(&self, id: RequestId) {
        assert!(!self.closing.get(), "an outcome behind the end");
        assert_eq!(self.open.borrow_mut().pop_front(), Some(id), "outcomes are in order");
    }

    fn belongs(&self, id: Option<RequestId>) {
        let open = self.open.borrow();
        assert!(id.is_none() || id == open.front().copied(), "a part of another answer");
    }
}

impl Subject for Caller {
    type Machine = Client;

    fn start(&self) -> Client {
        self.open.borrow_mut().clear();
        self.asked_more.set(false);
        self.tls.set(false);
        self.closing.set(false);
        let mut client = Client::new(self.setup.config());
        let mut asked = self.setup.requests;
        if asked == [0; 8] {
            asked[..2].copy_from_slice(&[1, 2]);
        }
        for kind in asked.into_iter().filter(|&kind| kind != 0) {
            self.ask(&mut client, kind);
        }
        client
    }

    fn answer(&self, client: &mut Client, event: &Event) {
        match event {
            Event::Ready { tls, logged_in, .. } => {
                self.tls.set(self.tls.get() || *tls);
                assert_eq!((*tls, *logged_in), (client.is_tls(), client.is_logged_in()));
            }
            Event::LoggedIn { request, reply, .. } => {
                assert!(reply.is_ok());
                self.close(*request);
            }
            Event::LoginFailed { request, outcome, .. } => {
                assert!(!outcome.is_accepted());
                self.close(*request);
            }
            Event::Done { request, outcome } => {
                match outcome {
                    Outcome::Accepted(reply) | Outcome::Unreadable { reply, .. } => {
                        assert!(reply.is_ok());
                    }
                    Outcome::Refused(reply) => assert!(!reply.is_ok()),
                    _ => {}
                }
                self.close(*request);
                // Something more, sometimes, once.
                if mix(self.setup.seed, 1) & 3 == 0 && !self.asked_more.replace(true) {
                    self.ask(client, mix(self.setup.seed, 2) as u8);
                }
            }
            Event::MethodRefused { request, outcome, .. } => {
                assert!(!outcome.is_accepted());
                self.belongs(Some(*request));
            }
            Event::Item { request, item } => {
                self.belongs(Some(*request));
                if let Item::Line(line) = item {
                    assert!(!line.contains('\n'));
                }
            }
            Event::Chunk { request, octets } => {
                self.belongs(Some(*request));
                assert!(!octets.is_empty());
            }
            Event::Damaged { request, .. } | Event::Quirk { request, .. } => {
                self.belongs(*request);
            }
            Event::Closing(_) => self.closing.set(true),
            _ => {}
        }
        assert!(client.send(Command::Stls).is_err(), "STLS does not stand alone");
        if client.state() != State::StartTls {
            assert!(Machine::upgraded(client).is_err());
        }
        let _ = (client.pending(), format!("{client:?}"));
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        match event {
            Event::Chunk { octets, .. } => Some(octets),
            _ => None,
        }
    }
}

fn request(kind: u8) -> Request {
    let number = MessageNumber::new(u32::from(kind >> 6) + 1).expect("not zero");
    let login = || Login::password("tim", "tanstaaf", "fyko").expect("good credentials");
    let exchange = |mechanism| {
        let credentials = Credentials::password("tim", "tanstaaf").expect("good credentials");
        Exchange::new(mechanism, &credentials, "fyko", &ChannelBinding::None)
            .expect("good credentials")
            .with_iterations(4_096..=4_096)
    };
    let command = match kind % 24 {
        1 => return login().into(),
        3 => return login().only(Method::Apop).into(),
        4 => return login().only(Method::UserPass).into(),
        5 => return exchange(Mechanism::Plain).into(),
        6 => return exchange(Mechanism::ScramSha256).into(),
        7 => return exchange(Mechanism::Login).into(),
        8 => return Request::Lines(Command::unknown("XLINES", Some("a b")).expect("a command")),
        2 => Command::Retr(number),
        9 => Command::Capa,
        10 => Command::Stat,
        11 => Command::List(None),
        12 => Command::List(Some(number)),
        13 => Command::Uidl(None),
        14 => Command::Uidl(Some(number)),
        15 => Command::Top { number, lines: 0 },
        16 => Command::Dele(number),
        17 => Command::Rset,
        18 => Command::Lang(None),
        19 => Command::AuthList,
        20 => Command::Last,
        21 => Command::Utf8,
        22 => Command::Quit,
        _ => Command::Noop,
    };
    command.into()
}
