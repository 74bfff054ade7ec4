//! A caller of the client machine that asks for anything, and counts what comes of it.
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::{BareLineEnds, Machine};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use mailwire_smtp::{
    BodyType, Command, Error, Mailbox, ReversePath,
    client::{Client, Config, Envelope, Event, Outcome, RequestId, State, TlsPolicy},
    server::{Protocol, Transfer},
};
use testkit::laws::{End, Record, Subject};

use crate::{mix, piece};

/// How a client is set up, and what it is asked for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    line: u8,
    /// A request for each octet that is not zero; all zeros is one message.
    requests: [u8; 6],
    /// How the caller decides.
    pub seed: u64,
}

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    /// The configuration.
    pub fn config(&self) -> Config {
        let mut config = Config::new("client.example").expect("a domain");
        config.protocol = if self.on(0) { Protocol::Lmtp } else { Protocol::Smtp };
        config.tls = match (self.on(1), self.on(2)) {
            (false, false) => TlsPolicy::IfOffered,
            (true, false) => TlsPolicy::Never,
            (_, true) => TlsPolicy::Require,
        };
        config.implicit_tls = self.on(3);
        config.bare_line_ends = match (self.on(4), self.on(5)) {
            (false, false) => BareLineEnds::Normalize,
            (true, false) => BareLineEnds::Reject,
            (_, true) => BareLineEnds::Keep,
        };
        config.plaintext_auth_without_tls = self.on(6);
        config.pipelining = !self.on(7);
        config.hello_after_auth = self.on(8);
        if self.line != 0 {
            config.limits.line = self.line.into();
            config.limits.sasl_line = self.line.into();
            config.limits.reply = usize::from(self.line) * 4;
        }
        config
    }

    /// Whether requests follow upon the end of others, instead of all at the start.
    fn one_by_one(&self) -> bool {
        self.on(9)
    }
}

/// What is expected of a request.
#[derive(Clone, Copy, Debug)]
enum Expected {
    Auth(Mechanism),
    Command,
    Message { recipients: usize, told: u64, accepted: bool },
}

/// The caller, with what it has asked for and not been told about.
pub struct Caller<'a> {
    setup: Setup,
    config: Config,
    body: &'a [u8],
    next: Cell<usize>,
    /// The message that is under way, and how much of it was sent.
    sending: Cell<Option<(RequestId, usize)>>,
    tls: Cell<bool>,
    /// Whether the server closes; no event may follow.
    closing: Cell<bool>,
    open: RefCell<BTreeMap<RequestId, Expected>>,
}

impl<'a> Caller<'a> {
    /// A caller that sends this body.
    pub fn new(setup: Setup, body: &'a [u8]) -> Self {
        Self {
            setup,
            config: setup.config(),
            body,
            next: Cell::new(0),
            sending: Cell::new(None),
            tls: Cell::new(false),
            closing: Cell::new(false),
            open: RefCell::default(),
        }
    }

    /// Checks a run that is over.
    pub fn check(&self, record: &Record) {
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
        assert!(self.open.borrow().is_empty(), "no outcome: {:?}", self.open.borrow());
        let sent = &record.sent[..];
        if !sent.windows(5).any(|octets| octets == b"BDAT ") {
            let bare = (0..sent.len()).find(|&at| match sent[at] {
                b'\r' => sent.get(at + 1) != Some(&b'\n'),
                b'\n' => at == 0 || sent[at - 1] != b'\r',
                _ => false,
            });
            // The CR of a message that is given up stays without its LF.
            assert!(bare.is_none_or(|at| at + 1 == sent.len()), "a bare line end");
        }
        let secret = |text: &[u8]| sent.windows(text.len()).any(|octets| octets == text);
        if !self.tls.get() && !self.config.plaintext_auth_without_tls {
            // The password as PLAIN and as LOGIN show it; a message may speak of AUTH, but not know these.
            assert!(
                !secret(b"AHRpbQB0YW5zdGFhZg") && !secret(b"dGFuc3RhYWY"),
                "a password in the clear"
            );
        }
        if !self.tls.get() && self.config.tls == TlsPolicy::Require && !self.config.implicit_tls {
            let harmless = [&b"EHLO "[..], b"LHLO ", b"HELO ", b"STARTTLS\r\n", b"QUIT\r\n"];
            for line in sent.split_inclusive(|&octet| octet == b'\n') {
                assert!(harmless.iter().any(|word| line.starts_with(word)), "in the clear");
            }
        }
    }

    fn request(&self, client: &mut Client) {
        let at = self.next.replace(self.next.get() + 1);
        let kind = match self.setup.requests.get(at) {
            Some(0) if at == 0 => 1,
            Some(kind) => *kind,
            None => 0,
        };
        let (expected, result) = match kind % 8 {
            0 => return,
            1..=3 => {
                let envelope = envelope(kind, self.body.len() as u64);
                let recipients = envelope.recipients.len();
                let expected = Expected::Message { recipients, told: 0, accepted: false };
                (expected, client.send(envelope))
            }
            4 | 5 => {
                let mechanism = Mechanism::ALL[usize::from(kind >> 3) % Mechanism::ALL.len()];
                (Expected::Auth(mechanism), client.send(exchange(mechanism)))
            }
            _ => (Expected::Command, client.send(command(kind >> 3))),
        };
        match result {
            Ok(id) => {
                let before = self.open.borrow_mut().insert(id, expected);
                assert!(before.is_none(), "an identifier twice");
            }
            Err(_) => assert!(matches!(client.state(), State::Closed | State::Failed)),
        }
    }

    fn request_more(&self, client: &mut Client) {
        if self.setup.one_by_one() {
            self.request(client);
        }
    }

    fn close(&self, id: RequestId, outcome: Option<&Outcome>) {
        let expected = self.open.borrow_mut().remove(&id).expect("one outcome, not two");
        if let Expected::Message { recipients, told, accepted } = expected {
            assert_eq!(told.count_ones() as usize, recipients, "each recipient has an outcome");
            let done = outcome.is_some_and(Outcome::is_accepted);
            assert_eq!(done, accepted, "accepted if it was for any recipient");
        }
        if self.sending.get().is_some_and(|(sending, _)| sending == id) {
            self.sending.set(None);
        }
    }

    /// Sends a piece, or ends the message in one way or another.
    fn go_on(&self, client: &mut Client) {
        let Some((id, at)) = self.sending.get() else { panic!("not our turn") };
        let decision = mix(self.setup.seed, (self.body.len(), at));
        let rest = &self.body[at..];
        let result = if decision.is_multiple_of(16) {
            self.sending.set(None);
            client.abandon_body()
        } else if rest.is_empty() {
            self.sending.set(None);
            client.finish_body()
        } else {
            let len = piece(self.setup.seed, at).min(rest.len());
            self.sending.set(Some((id, at + len)));
            client.send_body(Bytes::copy_from_slice(&rest[..len]))
        };
        match result {
            Ok(()) => {}
            Err(Error::BareLineEnd { offset }) => {
                assert_eq!(self.config.bare_line_ends, BareLineEnds::Reject);
                assert!(matches!(self.body[offset as usize], b'\r' | b'\n'));
                self.sending.set(None);
            }
            Err(error) => panic!("it was our turn: {error}"),
        }
    }
}

impl Subject for Caller<'_> {
    type Machine = Client;

    fn start(&self) -> Client {
        self.next.set(0);
        self.sending.set(None);
        self.tls.set(self.config.implicit_tls);
        self.closing.set(false);
        self.open.borrow_mut().clear();
        let mut client = Client::new(self.config.clone());
        let at_once = if self.setup.one_by_one() { 1 } else { self.setup.requests.len() };
        (0..at_once).for_each(|_| self.request(&mut client));
        client
    }

    fn answer(&self, client: &mut Client, event: &Event) {
        assert!(!self.closing.get(), "{event:?} behind the last event");
        match event {
            Event::Ready { tls, .. } => {
                let policy = self.config.tls;
                assert!(*tls || policy != TlsPolicy::Require, "TLS is required");
                self.tls.set(self.tls.get() || *tls);
                self.request_more(client);
            }
            Event::SendBody(id) => {
                assert!(self.open.borrow().contains_key(id));
                self.sending.set(Some((*id, 0)));
            }
            Event::Recipient { request, index, outcome } => {
                let mut open = self.open.borrow_mut();
                let Some(Expected::Message { recipients, told, accepted }) = open.get_mut(request)
                else {
                    panic!("a recipient of nothing");
                };
                assert!(index < recipients, "no such recipient");
                assert_eq!(*told >> index & 1, 0, "a recipient has one outcome, not two");
                *told |= 1 << index;
                *accepted |= outcome.is_accepted();
            }
            Event::Done { request, outcome } => {
                self.close(*request, Some(outcome));
                self.request_more(client);
            }
            Event::Authenticated { request, reply } => {
                assert!(reply.is_positive());
                let expected = self.open.borrow().get(request).copied();
                let Some(Expected::Auth(mechanism)) = expected else { panic!("not an AUTH") };
                assert!(mechanism.scram_hash().is_none(), "no server here knows the password");
                self.close(*request, None);
                self.request_more(client);
            }
            Event::AuthFailed { request, .. } => {
                self.close(*request, None);
                self.request_more(client);
            }
            Event::Closing(_) => self.closing.set(true),
            _ => {}
        }
        assert!(client.send(Command::Data).is_err(), "DATA does not stand alone");
        assert!(Machine::upgraded(client).is_err());
        if self.sending.get().is_none() {
            assert!(client.send_body(Bytes::from_static(b"x")).is_err(), "no body is due");
            assert!(client.finish_body().is_err() && client.abandon_body().is_err());
        }
    }

    fn act(&self, client: &mut Client) -> bool {
        self.go_on(client);
        true
    }

    fn body<'e>(&self, _: &'e Event) -> Option<&'e [u8]> {
        None
    }
}

fn envelope(kind: u8, size: u64) -> Envelope {
    let from = match kind >> 7 {
        0 => Mailbox::new("a", "client.example").expect("a mailbox").into(),
        _ => ReversePath::Null,
    };
    let mut envelope = Envelope::new(from);
    // None is possible: nothing is sent then.
    for index in 0..(kind >> 3 & 3) {
        let to = if index == 2 { "\u{fc}" } else { "b" };
        envelope = envelope.with_recipient(Mailbox::new(to, "mx.example").expect("a mailbox"));
    }
    if kind == 1 {
        envelope = envelope.with_recipient(Mailbox::new("b", "mx.example").expect("a mailbox"));
    }
    if kind >> 5 & 1 != 0 {
        envelope = envelope.with_size(size);
    }
    match kind % 8 {
        1 => envelope,
        2 => envelope.with_transfer(Transfer::Bdat),
        _ => {
            let body =
                if kind >> 6 & 1 == 0 { BodyType::BinaryMime } else { BodyType::EightBitMime };
            envelope.with_transfer(Transfer::Bdat).with_body(body).expect("not declared before")
        }
    }
}

fn exchange(mechanism: Mechanism) -> Exchange {
    let credentials = Credentials::password("tim", "tanstaaf")
        .and_then(|credentials| credentials.with_token("vF9dft4qmT=="))
        .and_then(|credentials| credentials.with_endpoint("mx.example", 587))
        .and_then(|credentials| credentials.with_external().with_anonymous("sirhc"))
        .expect("good credentials");
    let binding = match mechanism.is_plus() {
        true => ChannelBinding::TlsExporter(vec![7; 32]),
        false => ChannelBinding::None,
    };
    Exchange::new(mechanism, &credentials, "fyko", &binding)
        .expect("good credentials")
        .with_iterations(4_096..=4_096)
}

fn command(kind: u8) -> Command {
    let parse = |line| {
        Command::parse(Bytes::from_static(line), Default::default()).expect("a good command").0
    };
    match kind % 10 {
        0 => Command::Noop(None),
        1 => Command::Rset,
        2 => Command::Help(None),
        3 => Command::Quit,
        4 => parse(b"VRFY a"),
        5 => parse(b"EXPN a"),
        6 => parse(b"ETRN a.example"),
        7 => parse(b"XCLIENT ADDR=1.2.3.4"),
        8 => parse(b"XFORWARD ADDR=1.2.3.4"),
        _ => parse(b"XPING"),
    }
}
