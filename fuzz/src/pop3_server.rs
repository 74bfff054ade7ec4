//! A caller of the POP3 server that does anything, but always the same about the same event.
use std::cell::{Cell, RefCell};

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::Machine;
use mailwire_pop3::{
    Capability, Error, LanguageListing, LanguageTag, MessageNumber, Quirks, Reply, Timestamp,
    UniqueId,
    server::{Config, Due, Event, Flow, Maildrop, Server, State},
};
use mailwire_sasl::{ChannelBinding, Mechanism, Secret, server as sasl};
use testkit::laws::{Record, Subject};

use crate::{mix, server::keys};

/// How a server is set up: a bit for every switch, and numbers small enough to be reached.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    offers: u8,
    mechanisms: u16,
    messages: u8,
    line: u8,
    owed: u8,
    errors: u8,
    /// How the caller decides.
    pub seed: u64,
}

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    /// The configuration.
    pub fn config(&self) -> Config {
        let mut config = Config::new("POP3 server ready").expect("a greeting");
        config.plaintext_auth_without_tls = !self.on(0);
        config.user_pass = !self.on(1);
        config.require_tls = self.on(2);
        config.implicit_tls = self.on(3);
        config.historic_commands = !self.on(4);
        if self.on(5) {
            let bits = if self.on(6) { self.seed } else { 0 };
            let tolerated = Quirks::ALL.iter().filter(|&quirk| bits >> quirk as u8 & 1 != 0);
            config.tolerated = tolerated.collect();
        }
        let mut offers = config.offers.clone();
        offers.extend([Capability::Stls, Capability::Lang, Capability::Utf8 { user: self.on(7) }]);
        config.offers = (0..offers.len())
            .filter(|&at| self.offers >> at & 1 == 0)
            .map(|at| offers[at].clone())
            .collect();
        config.auth = Mechanism::ALL
            .into_iter()
            .enumerate()
            .filter(|(at, _)| self.mechanisms >> at & 1 == 0)
            .map(|(_, mechanism)| mechanism)
            .collect();
        config.languages = vec![language()];
        let small = |byte: u8, usual: usize| if byte == 0 { usual } else { byte.into() };
        config.limits.line = small(self.line, config.limits.line);
        config.limits.sasl_line = small(self.line, config.limits.sasl_line);
        config.limits.owed = small(self.owed, config.limits.owed);
        config.max_errors = small(self.errors % 8, 20) as u32;
        config
    }
}

/// The caller, and what it knows of the session.
pub struct Caller {
    setup: Setup,
    /// How far the body that is being sent has come.
    sent: Cell<usize>,
    marked: RefCell<Vec<MessageNumber>>,
    open: Cell<bool>,
    updated: Cell<bool>,
}

impl Caller {
    /// A caller that decides as the setup says.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            sent: Cell::new(0),
            marked: RefCell::default(),
            open: Cell::new(false),
            updated: Cell::new(false),
        }
    }

    /// What must be true at the end of a run.
    pub fn check(&self, record: &Record) {
        let has = |text: &[u8]| record.sent.windows(text.len()).any(|window| window == text);
        assert!(!has(b"tanstaaf") || has(b"+OK tanstaaf"), "the server tells a password");
    }

    fn maildrop(&self) -> Maildrop {
        Maildrop::new(u32::from(self.setup.messages % 40))
    }

    fn decide(&self, server: &mut Server, event: &Event, decision: u64) -> Result<(), Error> {
        let size = |number: MessageNumber| mix(self.setup.seed, number.get()) % 100_000;
        // Yes is more likely than no: otherwise nothing gets far.
        match (event, decision % 12) {
            (_, 0) => server.reject(&Reply::REFUSED),
            (_, 1) if decision >> 60 == 0 => server.send(&Reply::SHUTTING_DOWN),
            (_, 1) if decision >> 60 == 1 => {
                server.abort();
                Ok(())
            }
            (_, 2) if decision >> 60 < 4 => {
                server.decline();
                Ok(())
            }
            (Event::Auth(mechanism), _) => server.authenticate(exchange(*mechanism)),
            (Event::Ask(question), _) => match question {
                sasl::Question::Secret { .. } => server.supply(Some(Secret::from("tanstaaf"))),
                sasl::Question::ScramKeys { hash, .. } => server.supply_scram(Some(keys(*hash))),
                _ => server.accept_as("tim"),
            },
            (Event::Apop { .. }, 1) => server.supply(None),
            (Event::Apop { .. }, _) => server.supply(Some(Secret::from("tanstaaf"))),
            (Event::Open(_), 1) => server.reject(&Reply::IN_USE),
            (Event::Open(_), _) => server.open(self.maildrop()),
            (Event::Stat, _) => server.send_total(size(MessageNumber::FIRST)),
            (Event::Size(number), _) => server.send_size(size(*number)),
            (Event::UniqueId(number), _) => server.send_unique_id(&unique_id(*number)),
            (Event::Language(_), _) => server.accept_language(&language()),
            (
                Event::Retrieve(_) | Event::Top { .. } | Event::Xtnd(_) | Event::Unknown { .. },
                2,
            ) => server.reply(&Reply::ok("here it comes").expect("a text")),
            _ => server.accept(),
        }
    }
}

impl Subject for Caller {
    type Machine = Server;

    fn start(&self) -> Server {
        self.sent.set(0);
        self.marked.take();
        self.open.set(false);
        self.updated.set(false);
        let config = self.setup.config();
        if self.setup.on(8) {
            return Server::new(config);
        }
        let timestamp = "<1896.697170952@dbc.mtview.ca.us>";
        Server::with_apop(config, Timestamp::new(timestamp).expect("a timestamp"))
    }

    fn answer(&self, server: &mut Server, event: &Event) {
        assert!(!self.updated.get(), "{event:?} behind the update");
        match event {
            Event::Size(number)
            | Event::UniqueId(number)
            | Event::Retrieve(number)
            | Event::Top { number, .. }
            | Event::Delete(number) => {
                assert!(self.open.get() && number.get() <= self.maildrop().count);
                assert!(!self.marked.borrow().contains(number), "a deleted message");
            }
            Event::Update => {
                assert!(self.open.get());
                self.updated.set(true);
            }
            Event::Stls => assert!(!self.open.get()),
            Event::Reset => {
                self.marked.take();
            }
            _ => {}
        }
        self.sent.set(0);
        let marked = |server: &Server| server.deleted().collect::<Vec<_>>();
        self.marked.borrow_mut().sort_unstable();
        // What is only reported as tolerated is done already, and told next.
        if self.open.get() && !matches!(event, Event::Tolerated(_)) {
            assert_eq!(marked(server), *self.marked.borrow(), "what is marked");
        }
        if !wants_answer(event) {
            return no_answer(server, event);
        }
        let before = format!("{server:?}");
        assert_eq!(server.reject(&Reply::ok("yes").expect("a text")), Err(Error::Misuse));
        assert!(server.send_body(Bytes::from_static(b"x")).is_err(), "no body is due");
        assert_eq!(server.finish_body(), Err(Error::Misuse), "no body is due");
        assert_eq!(Machine::upgraded(server), Err(Error::Misuse));
        assert!(server.due().is_none(), "the event comes first");
        assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
        let decision = mix(self.setup.seed, format!("{event:?}"));
        if let Err(error) = self.decide(server, event, decision) {
            assert_eq!(error, Error::Misuse, "{event:?}");
            assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
            server.decline();
        }
        match event {
            Event::Open(_) => {
                let open = matches!(server.state(), State::Transaction | State::Update);
                self.open.set(open && !self.open.get());
            }
            Event::Delete(number) if marked(server).contains(number) => {
                self.marked.borrow_mut().push(*number);
            }
            _ => {}
        }
    }

    fn act(&self, server: &mut Server) -> bool {
        let due = server.due().expect("something is due when it is the caller's turn");
        let random = mix(self.setup.seed, self.sent.get());
        match due {
            Due::Size(number) => server.send_size(mix(self.setup.seed, number.get()) % 100_000),
            Due::UniqueId(number) => server.send_unique_id(&unique_id(number)),
            Due::Body if self.sent.get() > 4 || random % 5 == 0 => server.finish_body(),
            Due::Body => {
                self.sent.set(self.sent.get() + 1);
                let pieces = ["Subject: x\n", "\r\n", "\r\n.", ".\r\n", "\r", "\n.\n", "a\rb", ""];
                let piece = pieces[(random >> 8) as usize % pieces.len()];
                match server.send_body(Bytes::from_static(piece.as_bytes())) {
                    Ok(Flow::Enough) if random >> 63 == 0 => server.finish_body(),
                    result => result.map(|_| ()),
                }
            }
            other => panic!("unknown: {other:?}"),
        }
        .expect("it was due");
        true
    }

    fn body<'e>(&self, _: &'e Event) -> Option<&'e [u8]> {
        None
    }
}

fn wants_answer(event: &Event) -> bool {
    !matches!(
        event,
        Event::AuthFailed(_)
            | Event::Refused { .. }
            | Event::Tolerated(_)
            | Event::Reset
            | Event::Utf8
            | Event::Stls
            | Event::Quit
    )
}

/// Nothing waits: every answer is misuse and changes nothing.
fn no_answer(server: &mut Server, event: &Event) {
    assert_eq!(server.accept(), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.reject(&Reply::REFUSED), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.supply(None), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.open(Maildrop::new(1)), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.send_total(1), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.send_size(1), Err(Error::Misuse), "{event:?}");
    server.decline();
}

/// What every message here is called.
pub fn unique_id(number: MessageNumber) -> UniqueId {
    UniqueId::new(&format!("id-{number}")).expect("printable")
}

fn language() -> LanguageListing {
    let tag = LanguageTag::new("es").expect("a tag");
    LanguageListing::new(tag, "Espa\u{f1}ol").expect("a description")
}

/// The server's side of any mechanism.
pub fn exchange(mechanism: Mechanism) -> sasl::Exchange {
    let mut config = sasl::Config::new("nonce").with_hostname("mx.example").with_dummy("key", 4096);
    if mechanism.is_plus() {
        config = config.with_binding(ChannelBinding::TlsExporter(vec![7; 32]));
    }
    sasl::Exchange::new(mechanism, config).expect("a good configuration")
}
