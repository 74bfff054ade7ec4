//! Both machines, and what goes from one to the other.
use std::{collections::VecDeque, mem};

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::{BareLineEnds, Output};
use mailwire_sasl::{
    ChannelBinding, Credentials, Mechanism, Secret, client as sasl_client, server as sasl_server,
};
use mailwire_smtp::{
    BodyType, Capability, Command, ForwardPath, Mailbox, Reply, ReversePath,
    client::{self, Client, Envelope, Outcome, RequestId, Step, TlsPolicy},
    server::{self, Protocol, Server, Transfer},
};
use testkit::naive;

use crate::{mix, piece, server::keys};

/// What both ends can do, and what is sent.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    mechanism: u8,
    /// One for every message, until one is zero; the first one is always there.
    messages: [u8; 4],
    max_size: u8,
    seed: u64,
}

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    /// Whether the server refuses bare line ends.
    fn rejects(&self) -> bool {
        self.on(3) && !self.on(4)
    }

    fn protocol(&self) -> Protocol {
        if self.on(0) { Protocol::Lmtp } else { Protocol::Smtp }
    }

    fn server(&self) -> Server {
        let mut config = server::Config::new("mx.example").expect("a domain");
        config.protocol = self.protocol();
        config.offers.push(Capability::BinaryMime);
        if self.on(1) {
            config.offers.push(Capability::StartTls);
        }
        if self.on(2) {
            config.offers.retain(|offer| *offer != Capability::Pipelining);
            config.refuse_early_input = true;
        }
        config.bare_line_ends = match (self.on(3), self.on(4)) {
            (false, false) => BareLineEnds::Normalize,
            (true, false) => BareLineEnds::Reject,
            (_, true) => BareLineEnds::Keep,
        };
        assert_eq!(config.bare_line_ends == BareLineEnds::Reject, self.rejects());
        config.plaintext_auth_without_tls = true;
        config.auth = Mechanism::ALL.into();
        config.require_auth = self.authenticates();
        config.max_message_size = (self.max_size != 0).then_some(u64::from(self.max_size) * 8);
        if self.on(5) {
            config.limits.owed = 1;
        }
        Server::new(config)
    }

    fn client(&self) -> Client {
        let mut config = client::Config::new("client.example").expect("a domain");
        config.protocol = self.protocol();
        config.tls = if self.on(1) { TlsPolicy::Require } else { TlsPolicy::Never };
        config.plaintext_auth_without_tls = true;
        config.pipelining = !self.on(6);
        config.hello_after_auth = self.on(7);
        Client::new(config)
    }

    fn authenticates(&self) -> bool {
        self.on(8)
    }

    fn mechanism(&self) -> Mechanism {
        // There is nothing to bind to without TLS, and so nothing of that kind is offered.
        let mut usable = Mechanism::ALL.into_iter().filter(|all| self.on(1) || !all.is_plus());
        let count = usable.clone().count();
        usable.nth(usize::from(self.mechanism) % count).expect("one of them")
    }

    fn binding(&self) -> ChannelBinding {
        match self.mechanism().is_plus() {
            true => ChannelBinding::TlsExporter(vec![7; 32]),
            false => ChannelBinding::None,
        }
    }
}

/// A message as it is sent.
struct Sent {
    id: RequestId,
    envelope: Envelope,
    body: Vec<u8>,
    at: usize,
    outcomes: Vec<Option<Outcome>>,
    done: Option<Outcome>,
}

/// A message as it arrives.
#[derive(Debug, Default)]
struct Arrived {
    from: Option<ReversePath>,
    to: Vec<ForwardPath>,
    body: Vec<u8>,
}

const ADDRESSES: [(&str, &str); 8] = [
    ("b", "mx.example"),
    ("no", "mx.example"),
    ("two words", "mx.example"),
    ("\u{fc}", "\u{fc}.example"),
    ("c", "[IPv6:2001:db8::1]"),
    ("", "mx.example"),
    ("later", "mx.example"),
    ("a@b\"\\", "mx.example"),
];

/// Both ends and the wires between them.
struct Pair {
    setup: Setup,
    client: Client,
    server: Server,
    to_server: VecDeque<u8>,
    to_client: VecDeque<u8>,
    sent: Vec<Sent>,
    arriving: Arrived,
    arrived: Vec<Arrived>,
    authenticated: bool,
    moves: usize,
}

/// Lets both talk until they have nothing more to say, and compares.
pub fn talk(setup: Setup, bodies: &[&[u8]]) {
    let mut pair = Pair {
        setup,
        client: setup.client(),
        server: setup.server(),
        to_server: VecDeque::new(),
        to_client: VecDeque::new(),
        sent: Vec::new(),
        arriving: Arrived::default(),
        arrived: Vec::new(),
        authenticated: false,
        moves: 0,
    };
    if setup.authenticates() {
        pair.client.send(exchange(&setup)).expect("the session begins");
    }
    for (number, kind) in setup.messages.into_iter().enumerate() {
        if kind == 0 && number > 0 {
            break;
        }
        let body = bodies.get(number).copied().unwrap_or(b".one\r\n.\r\ntwo");
        pair.send(kind, body);
    }
    pair.client.send(Command::Quit).expect("the session begins");
    while pair.step() {}
    pair.check();
}

impl Pair {
    fn send(&mut self, kind: u8, body: &[u8]) {
        let from = match kind & 8 {
            0 => ReversePath::from(Mailbox::new("a", "client.example").expect("a mailbox")),
            _ => ReversePath::Null,
        };
        let mut envelope = Envelope::new(from);
        for index in 0..=kind >> 4 & 3 {
            let random = mix(self.setup.seed, (kind, index)) as usize;
            let (local_part, domain) = ADDRESSES[random % ADDRESSES.len()];
            let to = Mailbox::new(local_part, domain).expect("a mailbox");
            envelope = envelope.with_recipient(to);
        }
        envelope = match kind & 3 {
            0 | 1 => envelope,
            2 => envelope.with_transfer(Transfer::Bdat),
            _ => envelope
                .with_transfer(Transfer::Bdat)
                .with_body(BodyType::BinaryMime)
                .expect("not declared before"),
        };
        if kind & 4 != 0 {
            envelope = envelope.with_size(body.len() as u64);
        }
        let id = self.client.send(envelope.clone()).expect("the session begins");
        let outcomes = vec![None; envelope.recipients.len()];
        self.sent.push(Sent { id, envelope, body: body.into(), at: 0, outcomes, done: None });
    }

    /// One move of either side, or some octets on the way; `false` if both have closed.
    fn step(&mut self) -> bool {
        self.moves += 1;
        let most = 5_000 + 40 * self.sent.iter().map(|sent| sent.body.len()).sum::<usize>();
        assert!(self.moves < most, "stuck: {:?} {:?}", self.client, self.server.state());
        let random = mix(self.setup.seed, self.moves);
        let (client, server);
        if random >> 32 & 1 == 0 {
            client = self.move_client();
            server = self.move_server();
        } else {
            server = self.move_server();
            client = self.move_client();
        }
        let quiet = self.to_server.is_empty() && self.to_client.is_empty();
        match (client, server) {
            (Want::Over, Want::Over) => return false,
            (Want::Upgrade, Want::Upgrade) if quiet => {
                self.client.upgraded().expect("asked for");
                self.server.upgraded().expect("asked for");
            }
            // Whoever has closed sends no more.
            (_, Want::Over) if self.to_client.is_empty() => self.client.handle_eof(),
            (Want::Over, _) if self.to_server.is_empty() => self.server.handle_eof(),
            _ => {}
        }
        let len = piece(random, 0).min(self.to_server.len());
        if len > 0 && server == Want::Input {
            self.server.handle_input(self.to_server.drain(..len).collect());
        }
        let len = piece(random, 1).min(self.to_client.len());
        if len > 0 && client != Want::Over {
            self.client.handle_input(self.to_client.drain(..len).collect());
        }
        true
    }

    fn move_client(&mut self) -> Want {
        match self.client.poll_output() {
            Ok(Output::Event(event)) => self.hear(event),
            Ok(Output::Transmit(octets)) => self.to_server.extend(octets),
            Ok(Output::YourTurn) => self.send_piece(),
            Ok(Output::NeedInput) => return Want::Input,
            Ok(Output::Upgrade(_)) => return Want::Upgrade,
            Ok(Output::Closed) => return Want::Over,
            Err(error) => panic!("client: {error}"),
        }
        Want::Nothing
    }

    fn move_server(&mut self) -> Want {
        match self.server.poll_output() {
            Ok(Output::Event(event)) => self.serve(event),
            Ok(Output::Transmit(octets)) => self.to_client.extend(octets),
            Ok(Output::YourTurn) => panic!("every event was answered"),
            Ok(Output::NeedInput) => return Want::Input,
            Ok(Output::Upgrade(_)) => return Want::Upgrade,
            Ok(Output::Closed) => return Want::Over,
            Err(error) => panic!("server: {error}"),
        }
        Want::Nothing
    }

    fn message(&mut self, id: RequestId) -> &mut Sent {
        self.sent.iter_mut().find(|sent| sent.id == id).expect("a message")
    }

    fn hear(&mut self, event: client::Event) {
        match event {
            client::Event::Recipient { request, index, outcome } => {
                let before = self.message(request).outcomes[index].replace(outcome);
                assert_eq!(before, None, "one outcome, not two");
            }
            client::Event::Done { request, outcome } => {
                if let Some(sent) = self.sent.iter_mut().find(|sent| sent.id == request) {
                    assert_eq!(sent.done.replace(outcome), None, "one outcome, not two");
                }
            }
            client::Event::AuthFailed { outcome, .. } => panic!("{outcome:?}"),
            client::Event::Closing(reply) => panic!("{reply:?}"),
            _ => {}
        }
    }

    /// Sends on with the only message that is under way.
    fn send_piece(&mut self) {
        let seed = self.setup.seed;
        let sent = self.sent.iter_mut().find(|sent| sent.done.is_none()).expect("a message");
        let rest = &sent.body[sent.at..];
        if rest.is_empty() {
            return self.client.finish_body().expect("our turn");
        }
        let len = piece(seed, sent.at).min(rest.len());
        let octets = Bytes::copy_from_slice(&rest[..len]);
        sent.at += len;
        self.client.send_body(octets).expect("our turn");
    }

    fn serve(&mut self, event: server::Event) {
        use server::Event;

        let server = &mut self.server;
        let result = match event {
            Event::Hello { name, .. } => {
                assert_eq!(name.as_str(), "client.example");
                server.accept()
            }
            Event::Mail { from, .. } => {
                assert!(!self.setup.authenticates() || self.authenticated);
                self.arriving = Arrived { from: Some(from), ..Arrived::default() };
                server.accept()
            }
            Event::Rcpt { to, .. } => {
                if let Some(reply) = refusal(&to) {
                    server.reject(&reply)
                } else {
                    self.arriving.to.push(to);
                    server.accept()
                }
            }
            Event::Data(_) => server.accept(),
            Event::Chunk(octets) => {
                self.arriving.body.extend_from_slice(&octets);
                Ok(())
            }
            Event::End(summary) => {
                let arrived = mem::take(&mut self.arriving);
                assert_eq!(summary.size, arrived.body.len() as u64);
                if verdict(self.setup.seed, &arrived.body) {
                    self.arrived.push(arrived);
                    server.accept()
                } else {
                    server.reject(&Reply::TRANSACTION_FAILED)
                }
            }
            Event::Auth(mechanism) => {
                assert_eq!(mechanism, self.setup.mechanism());
                let config = sasl_server::Config::new("nonce")
                    .with_hostname("mx.example")
                    .with_dummy("key", 4096)
                    .with_binding(ChannelBinding::TlsExporter(vec![7; 32]));
                let exchange = sasl_server::Exchange::new(mechanism, config);
                server.authenticate(exchange.expect("a good configuration"))
            }
            Event::Ask(question) => match question {
                sasl_server::Question::Secret { .. } => {
                    server.supply(Some(Secret::from("tanstaaf")))
                }
                sasl_server::Question::ScramKeys { hash, .. } => {
                    server.supply_scram(Some(keys(hash)))
                }
                sasl_server::Question::Password { password, .. } => {
                    assert!(password == Secret::from("tanstaaf"));
                    server.accept()
                }
                _ => server.accept_as("tim"),
            },
            Event::Authenticated(_) => {
                self.authenticated = true;
                Ok(())
            }
            Event::StartTls | Event::Quit | Event::Reset => Ok(()),
            Event::Discarded { .. } => {
                self.arriving = Arrived::default();
                Ok(())
            }
            // A message too large, known by its SIZE; one whose recipients are all refused.
            Event::Refused { reply, error } => {
                let known = [552, 554, 503].contains(&reply.code());
                assert!(known && error.is_none(), "{reply:?} {error:?}");
                Ok(())
            }
            // Recipients that are refused are errors too.
            Event::Excess(_) => server.accept(),
            event => panic!("nobody asked for {event:?}"),
        };
        result.expect("the answer fits");
    }

    /// Compares what was sent with what has arrived.
    fn check(&self) {
        let mut arrived = self.arrived.iter();
        let max = u64::from(self.setup.max_size) * 8;
        for sent in &self.sent {
            let done = sent.done.as_ref().expect("an outcome");
            let outcomes =
                sent.outcomes.iter().map(|outcome| outcome.as_ref().expect("an outcome"));
            let accepted = outcomes.clone().any(Outcome::is_accepted);
            assert_eq!(done.is_accepted(), accepted);
            let body = match sent.envelope.transfer {
                Transfer::Data => naive::normalize(&sent.body),
                Transfer::Bdat => sent.body.clone(),
            };
            let declared = sent.envelope.size.is_some_and(|size| max != 0 && size > max);
            let too_big = max != 0 && body.len() as u64 > max;
            let willing = sent.envelope.recipients.iter().any(|(to, _)| refusal(to).is_none());
            let good = verdict(self.setup.seed, &body);
            // A chunk that is not declared binary must keep to the lines of text where that is the policy.
            let binary = sent.envelope.params.body() == Some(BodyType::BinaryMime);
            let bare = self.setup.rejects()
                && sent.envelope.transfer == Transfer::Bdat
                && !binary
                && has_bare_line_end(&body);
            let fits = !too_big && !declared && !bare;
            assert_eq!(accepted, willing && good && fits, "{done:?}");
            if accepted {
                let arrived = arrived.next().expect("what was accepted has arrived");
                assert_eq!(arrived.body, body);
                assert_eq!(arrived.from.as_ref(), Some(&sent.envelope.from));
                let to = sent.envelope.recipients.iter().map(|(to, _)| to);
                let to: Vec<_> = to.filter(|to| refusal(to).is_none()).cloned().collect();
                assert_eq!(arrived.to, to);
            }
            for (outcome, (to, _)) in outcomes.zip(&sent.envelope.recipients) {
                match (outcome, refusal(to)) {
                    (Outcome::Accepted(_), refusal) => assert_eq!(refusal, None),
                    (Outcome::Refused { at: Step::Rcpt, reply }, Some(refusal)) => {
                        assert_eq!(*reply, refusal);
                    }
                    _ => assert!(!accepted || refusal(to).is_some(), "{to}: {outcome:?}"),
                }
            }
        }
        assert!(arrived.next().is_none(), "a message that nobody sent");
        assert_eq!(self.setup.authenticates(), self.authenticated);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    Nothing,
    Input,
    Upgrade,
    Over,
}

/// What the server thinks of a recipient.
fn refusal(to: &ForwardPath) -> Option<Reply> {
    match to.mailbox().map(Mailbox::local_part) {
        Some("no") => Some(Reply::NO_SUCH_USER),
        Some("later") => Some(Reply::MAILBOX_BUSY),
        _ => None,
    }
}

/// What the server thinks of a message.
fn verdict(seed: u64, body: &[u8]) -> bool {
    !mix(seed, body).is_multiple_of(5)
}

fn exchange(setup: &Setup) -> sasl_client::Exchange {
    let credentials = Credentials::password("tim", "tanstaaf")
        .and_then(|credentials| credentials.with_token("vF9dft4qmT=="))
        .and_then(|credentials| credentials.with_endpoint("mx.example", 587))
        .and_then(|credentials| credentials.with_external().with_anonymous("sirhc"))
        .expect("good credentials");
    sasl_client::Exchange::new(setup.mechanism(), &credentials, "fyko", &setup.binding())
        .expect("good credentials")
}

fn has_bare_line_end(body: &[u8]) -> bool {
    let crlf = body.windows(2).filter(|two| two == b"\r\n").count();
    body.iter().filter(|&&octet| octet == b'\n').count() != crlf
        || body.iter().filter(|&&octet| octet == b'\r').count() != crlf
}
