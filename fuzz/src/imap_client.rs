//! A caller of the IMAP client that asks for anything, and counts what comes of it.
use std::cell::{Cell, RefCell};

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::Machine;
use mailwire_imap::{
    Atom, Command, Frame, Leniency, Mailbox, ReadOptions,
    client::{Client, Config, Event, Handle, Outcome, Request, State, TlsPolicy, View},
    command::{AppendData, AppendMessage, CatenatePart, LiteralForm},
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use testkit::laws::{End, Record, Subject};

use crate::mix;

/// How a client is set up, and what it is asked for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    line: u8,
    stream_above: u8,
    /// A request for each octet that is not zero; all zeros is LOGIN, SELECT and FETCH.
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
        config.pipelining = !self.on(4);
        if self.on(5) {
            config.leniency = Leniency::Strict;
        }
        if self.on(6) {
            let names = ["QRESYNC", "UTF8=ACCEPT", "UIDONLY"].map(Atom::new);
            config.enable = names.into_iter().flatten().collect();
        }
        config.stream_above = self.stream_above.into();
        if self.line != 0 {
            for limits in [&mut config.limits, &mut config.early_limits] {
                limits.line = self.line.into();
                limits.frame = usize::from(self.line) * 3;
            }
        }
        config
    }
}

/// The caller, and what it waits for.
pub struct Caller {
    setup: Setup,
    open: RefCell<Vec<Handle>>,
    view: RefCell<View>,
    asked_more: Cell<bool>,
    tls: Cell<bool>,
    in_body: Cell<bool>,
    sends_body: Cell<Option<Handle>>,
}

impl Caller {
    /// A caller that asks for what the setup says.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            open: RefCell::default(),
            view: RefCell::default(),
            asked_more: Cell::new(false),
            tls: Cell::new(false),
            in_body: Cell::new(false),
            sends_body: Cell::new(None),
        }
    }

    /// What must be true at the end of a run.
    pub fn check(&self, record: &Record) {
        assert!(self.open.borrow().is_empty(), "requests without an outcome");
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
        let sent = &record.sent;
        let config = self.setup.config();
        if self.tls.get() || config.implicit_tls {
            return;
        }
        let has = |text: &[u8]| sent.windows(text.len()).any(|window| window == text);
        if config.tls == TlsPolicy::Require {
            let good = |line: &[u8]| {
                line.is_empty()
                    || line.ends_with(b" CAPABILITY\r")
                    || line.ends_with(b" STARTTLS\r")
            };
            assert!(
                sent.split(|&octet| octet == b'\n').all(good),
                "{:?}",
                Bytes::copy_from_slice(sent)
            );
        }
        if !config.plaintext_auth_without_tls {
            // As it is, and as PLAIN and LOGIN have it.
            assert!(!has(b"tanstaaf") && !has(b"dGFuc3RhYWY") && !has(b"AHRpbQB0YW5zdGFhZ"));
        }
    }

    fn ask(&self, client: &mut Client, kind: u8) {
        if let Ok(handle) = client.send(request(kind)) {
            self.open.borrow_mut().push(handle);
        }
    }
}

impl Subject for Caller {
    type Machine = Client;

    fn start(&self) -> Client {
        self.open.borrow_mut().clear();
        *self.view.borrow_mut() = View::new();
        self.asked_more.set(false);
        self.tls.set(false);
        self.in_body.set(false);
        self.sends_body.set(None);
        let mut client = Client::new(self.setup.config());
        let mut asked = self.setup.requests;
        if asked == [0; 8] {
            asked[..3].copy_from_slice(&[1, 2, 3]);
        }
        for kind in asked.into_iter().filter(|&kind| kind != 0) {
            self.ask(&mut client, kind);
        }
        client
    }

    fn answer(&self, client: &mut Client, event: &Event) {
        let is_open = |handle: &Handle| assert!(self.open.borrow().contains(handle), "{event:?}");
        assert!(
            !self.in_body.get()
                || matches!(event, Event::Chunk(_) | Event::BodyEnd | Event::Done { .. }),
            "within a text: {event:?}"
        );
        match event {
            Event::Ready { tls, authenticated, .. } => {
                self.tls.set(self.tls.get() || *tls);
                assert_eq!((*tls, *authenticated), (client.is_tls(), client.is_authenticated()));
            }
            Event::Done { handle, result } => {
                is_open(handle);
                self.open.borrow_mut().retain(|open| open != handle);
                assert_eq!(result.is_ok(), matches!(result, Outcome::Ok(_)));
                // Something more, sometimes, once.
                if mix(self.setup.seed, 1) & 3 == 0 && !self.asked_more.replace(true) {
                    self.ask(client, mix(self.setup.seed, 2) as u8);
                }
            }
            Event::SendBody { handle, size, .. } => {
                is_open(handle);
                assert_eq!(client.body_left(), Some(*size));
                self.sends_body.set(Some(*handle));
            }
            Event::Idling(handle) => {
                is_open(handle);
                client.done().expect("it is idling");
            }
            Event::TokenRefused { handle, .. } => is_open(handle),
            Event::Body(body) => {
                assert!(body.size > u64::from(self.setup.stream_above));
                assert!(!self.in_body.replace(true));
            }
            Event::Chunk(octets) => assert!(self.in_body.get() && !octets.is_empty()),
            Event::BodyEnd => assert!(self.in_body.replace(false)),
            _ => {}
        }
        let mut view = self.view.borrow_mut();
        view.handle(event);
        let _ = (view.selected(), view.next_command(), view.is_complete(), view.mod_seq());
        assert!(client.send(Command::StartTls).is_err(), "STARTTLS does not stand alone");
        if client.state() != State::StartTls {
            assert!(Machine::upgraded(client).is_err());
        }
        let _ = (client.pending(), format!("{client:?}"));
    }

    fn act(&self, client: &mut Client) -> bool {
        let Some(left) = client.body_left() else { return false };
        let handle = self.sends_body.get().expect("it was announced");
        assert!(self.open.borrow().contains(&handle));
        if mix(self.setup.seed, 3) & 15 == 0 {
            client.abandon_body().expect("it is asked for");
            return true;
        }
        let octets = Bytes::from(vec![b'x'; left as usize]);
        assert!(client.send_body(vec![b'x'; left as usize + 1].into()).is_err(), "too much");
        client.send_body(octets).expect("as much as was announced");
        client.finish_body().expect("as much as was announced");
        true
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        match event {
            Event::Chunk(octets) => Some(octets),
            _ => None,
        }
    }
}

const COMMANDS: &[&str] = &[
    "NOOP",
    "LOGIN tim tanstaaf",
    "SELECT INBOX",
    "FETCH 1:* (UID FLAGS BODY[])",
    "CAPABILITY",
    "LOGOUT",
    "ID NIL",
    "ENABLE QRESYNC",
    "EXAMINE \"a b\"",
    "CLOSE",
    "LIST \"\" *",
    "STATUS INBOX (MESSAGES)",
    "IDLE",
    "EXPUNGE",
    "SEARCH 1:3 UNSEEN",
    "UID SEARCH ALL",
    "UID FETCH 1:* BINARY[1]",
    "STORE 1 +FLAGS (\\Seen)",
    "COPY 1 Sent",
    "UID MOVE 2 Trash",
    "UNAUTHENTICATE",
    "LOGIN tim \"tan\u{e9}staaf\"",
    "XPING",
];

fn request(kind: u8) -> Request {
    let exchange = |mechanism| {
        let credentials = Credentials::password("tim", "tanstaaf").expect("good credentials");
        Exchange::new(mechanism, &credentials, "fyko", &ChannelBinding::None)
            .expect("good credentials")
            .with_iterations(4_096..=4_096)
    };
    let mailbox = || Mailbox::new("b\u{e4}r").expect("a mailbox");
    let text = |size| AppendMessage::streamed(size);
    let kind = usize::from(kind);
    let command = match kind % 32 {
        kind if kind < COMMANDS.len() => {
            let frame = Frame::new(format!("x {}\r\n", COMMANDS[kind]).into());
            Command::parse(&frame, ReadOptions::default()).expect("a command").value.command
        }
        23 => return exchange(Mechanism::Plain).into(),
        24 => return exchange(Mechanism::ScramSha256).into(),
        25 => return exchange(Mechanism::Login).into(),
        26 => return exchange(Mechanism::CramMd5).into(),
        27 => Command::Append { mailbox: mailbox(), messages: text(kind as u64 >> 5).into() },
        28 => Command::Append {
            mailbox: mailbox(),
            messages: vec![text(5_000), text(0)].try_into().expect("two"),
        },
        29 => {
            let parts = vec![
                CatenatePart::StreamedText { size: 3, form: LiteralForm::Literal },
                CatenatePart::Text("ab".into()),
            ];
            let message = AppendMessage::new(AppendData::Catenate(parts.try_into().expect("two")));
            Command::Append { mailbox: mailbox(), messages: message.into() }
        }
        30 => Command::Replace {
            number: 4.try_into().expect("not zero"),
            mailbox: mailbox(),
            message: text(2),
            uid: true,
        },
        _ => {
            let message = AppendMessage::new(AppendData::Octets("a\0b".into()));
            Command::Append { mailbox: mailbox(), messages: message.into() }
        }
    };
    command.into()
}
