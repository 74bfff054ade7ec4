//! Client and server wired to each other, the octets between them cut at random: what arrives is what
//! was sent, for the recipients that were told so.
use std::collections::BTreeMap;

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_sasl::{
    ChannelBinding, Credentials, Mechanism, Secret,
    client::Exchange,
    server::{Config as SaslConfig, Exchange as ServerExchange, Question, ScramKeys},
};
use mailwire_smtp::{
    BodyType, Capability, Command, Extension, Mailbox, Reply,
    client::{self, Client, Envelope, RequestId, TlsPolicy},
    server::{self, Protocol, Server, Transfer},
};
use proptest::{collection::vec, prelude::*, sample::select};

#[derive(Clone, Debug)]
struct Message {
    transfer: Transfer,
    /// Whether each recipient is good, and in LMTP whether the message is refused for it.
    recipients: Vec<(bool, bool)>,
    sender: bool,
    pieces: Vec<Vec<u8>>,
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let octets = select(vec![b'.', b'\r', b'\n', b'x', b'\n', b'.']);
    let message = (
        select(vec![Transfer::Data, Transfer::Bdat]),
        vec((prop::bool::weighted(0.7), prop::bool::weighted(0.2)), 1..5),
        prop::bool::weighted(0.8),
        vec(vec(octets, 0..20), 0..12),
    );
    vec(
        message.prop_map(|(transfer, recipients, sender, pieces)| Message {
            transfer,
            recipients,
            sender,
            pieces,
        }),
        0..5,
    )
}

/// A server's caller who remembers what came.
#[derive(Default)]
struct Mailbag {
    lmtp: bool,
    pipelining: bool,
    recipients: Vec<String>,
    body: Vec<u8>,
    /// Recipients and body of every message that was accepted for any.
    taken: Vec<(Vec<String>, Vec<u8>)>,
    authenticated: bool,
}

impl Mailbag {
    fn answer(&mut self, server: &mut Server, event: server::Event) {
        use server::Event;
        let result = match event {
            Event::Mail { from, .. } if from.to_string().starts_with("<bad") => {
                server.reject(&Reply::REFUSED)
            }
            Event::Rcpt { to, .. } if to.to_string().starts_with("<bad") => {
                server.reject(&Reply::NO_SUCH_USER)
            }
            Event::Rcpt { to, .. } => {
                self.recipients.push(to.to_string());
                server.accept()
            }
            Event::Mail { .. } => {
                self.recipients.clear();
                self.body.clear();
                server.accept()
            }
            Event::Chunk(octets) => {
                self.body.extend_from_slice(&octets);
                Ok(())
            }
            Event::End(summary) => {
                assert_eq!(summary.size, self.body.len() as u64);
                let body = std::mem::take(&mut self.body);
                let recipients = std::mem::take(&mut self.recipients);
                let full = |name: &String| name.starts_with("<full");
                if self.lmtp {
                    for name in &recipients {
                        let reply =
                            if full(name) { Reply::MAILBOX_BUSY } else { Reply::MESSAGE_ACCEPTED };
                        server.reply(&reply).unwrap();
                    }
                    let taken = recipients.into_iter().filter(|name| !full(name)).collect();
                    self.taken.push((taken, body));
                } else {
                    self.taken.push((recipients, body));
                    server.accept().unwrap();
                }
                Ok(())
            }
            Event::Hello { .. } | Event::Data(_) => server.accept(),
            Event::Auth(mechanism) => {
                let config = SaslConfig::new("nonce").with_dummy("key", 4096);
                server.authenticate(ServerExchange::new(mechanism, config).unwrap())
            }
            Event::Ask(Question::ScramKeys { hash, .. }) => {
                server.supply_scram(Some(ScramKeys::derive(hash, "pencil", b"salt", 4096).unwrap()))
            }
            Event::Ask(Question::Password { password, .. }) => {
                assert_eq!(password, Secret::from("pencil"));
                server.accept()
            }
            Event::Ask(_) => server.accept(),
            Event::Authenticated(_) => {
                self.authenticated = true;
                Ok(())
            }
            // What was pipelined behind a command that was refused.
            Event::Refused { reply, .. }
                if self.pipelining && matches!(reply.code(), 503 | 554) =>
            {
                Ok(())
            }
            Event::Refused { reply, .. } => panic!("the client is at fault: {reply}"),
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap();
    }
}

#[derive(Clone, Debug)]
struct Setup {
    lmtp: bool,
    starttls: bool,
    pipelining: bool,
    auth: Option<Mechanism>,
    cuts: Vec<usize>,
}

fn setups() -> impl Strategy<Value = Setup> {
    let auth = select(vec![
        None,
        Some(Mechanism::Plain),
        Some(Mechanism::Login),
        Some(Mechanism::ScramSha256),
    ]);
    (any::<[bool; 3]>(), auth, vec(1..40usize, 1..8)).prop_map(
        |([lmtp, starttls, pipelining], auth, cuts)| Setup {
            lmtp,
            starttls,
            pipelining,
            auth,
            cuts,
        },
    )
}

/// What the client was told, and what the server got.
struct Outcome {
    told: BTreeMap<RequestId, (BTreeMap<usize, bool>, Option<bool>)>,
    mailbag: Mailbag,
    authenticated: bool,
}

fn run(setup: &Setup, messages: &[Message]) -> (Vec<RequestId>, Outcome) {
    let protocol = if setup.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
    let mut config = server::Config::new("mx.example").unwrap();
    config.protocol = protocol;
    config.auth = Mechanism::ALL.into_iter().filter(|mechanism| !mechanism.is_plus()).collect();
    config.plaintext_auth_without_tls = true;
    config.offers.push(Capability::StartTls);
    config.offers.push(Capability::BinaryMime);
    if !setup.pipelining {
        config.offers.retain(|offer| offer.extension() != Some(Extension::Pipelining));
    }
    let mut server = Server::new(config);
    let mut config = client::Config::new("client.example").unwrap();
    config.protocol = protocol;
    config.tls = if setup.starttls { TlsPolicy::Require } else { TlsPolicy::Never };
    config.plaintext_auth_without_tls = true;
    let mut client = Client::new(config);

    if let Some(mechanism) = setup.auth {
        let user = Credentials::password("user", "pencil").unwrap();
        let exchange = Exchange::new(mechanism, &user, "fyko", &ChannelBinding::None).unwrap();
        client.send(exchange).unwrap();
    }
    let ids: Vec<_> = messages.iter().map(|m| client.send(envelope(m)).unwrap()).collect();
    client.send(Command::Quit).unwrap();

    let mut outcome = Outcome {
        told: BTreeMap::new(),
        mailbag: Mailbag { lmtp: setup.lmtp, pipelining: setup.pipelining, ..Mailbag::default() },
        authenticated: false,
    };
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    let mut cuts = setup.cuts.iter().copied().cycle();
    let mut body: Option<std::vec::IntoIter<Vec<u8>>> = None;
    let (mut client_closed, mut client_upgrades) = (false, false);
    while !client_closed {
        // The client does all it can, then gets a little.
        match client.poll_output().unwrap() {
            Output::Event(event) => match event {
                client::Event::SendBody(id) => {
                    let at = ids.iter().position(|&other| other == id).unwrap();
                    body = Some(messages[at].pieces.clone().into_iter());
                }
                client::Event::Recipient { request, index, outcome: verdict } => {
                    let told = &mut outcome.told.entry(request).or_default().0;
                    assert_eq!(told.insert(index, verdict.is_accepted()), None);
                }
                client::Event::Done { request, outcome: verdict } => {
                    let told = &mut outcome.told.entry(request).or_default().1;
                    assert_eq!(told.replace(verdict.is_accepted()), None);
                }
                client::Event::Authenticated { .. } => outcome.authenticated = true,
                client::Event::AuthFailed { outcome, .. } => panic!("{outcome:?}"),
                _ => {}
            },
            Output::Transmit(bytes) => to_server.extend_from_slice(&bytes),
            Output::YourTurn => match body.as_mut().and_then(Iterator::next) {
                Some(piece) => client.send_body(piece.into()).unwrap(),
                None => client.finish_body().unwrap(),
            },
            Output::NeedInput => {
                give(&mut to_client, cuts.next(), |octets| client.handle_input(octets));
            }
            Output::Upgrade(_) => {
                assert!(to_client.is_empty());
                client_upgrades = true;
            }
            Output::Closed => client_closed = true,
        }
        // So does the server.
        loop {
            match server.poll_output().unwrap() {
                Output::Event(event) => outcome.mailbag.answer(&mut server, event),
                Output::Transmit(bytes) => to_client.extend_from_slice(&bytes),
                Output::Upgrade(_) => {
                    if client_upgrades {
                        client_upgrades = false;
                        server.upgraded().unwrap();
                        client.upgraded().unwrap();
                    }
                    break;
                }
                Output::NeedInput => break,
                Output::Closed => break,
                Output::YourTurn => panic!("an event went unanswered"),
            }
        }
        give(&mut to_server, cuts.next(), |octets| server.handle_input(octets));
    }
    (ids, outcome)
}

/// Hands over the first octets.
fn give(wire: &mut Vec<u8>, cut: Option<usize>, take: impl FnOnce(Bytes)) {
    let len = cut.unwrap_or(1).min(wire.len());
    take(wire.drain(..len).collect());
}

fn envelope(message: &Message) -> Envelope {
    let mailbox = |name: &str| Mailbox::new(name, "mx.example").unwrap();
    let from = mailbox(if message.sender { "good" } else { "bad" });
    let envelope = Envelope::new(from).with_transfer(message.transfer);
    let envelope = match message.transfer {
        Transfer::Data => envelope,
        Transfer::Bdat => envelope.with_body(BodyType::BinaryMime).unwrap(),
    };
    message
        .recipients
        .iter()
        .fold(envelope, |envelope, recipient| envelope.with_recipient(mailbox(name(*recipient))))
}

fn name((good, full): (bool, bool)) -> &'static str {
    match (good, full) {
        (false, _) => "bad",
        (true, true) => "full",
        (true, false) => "good",
    }
}

/// What a message is when it went by DATA: every line ends in CRLF, and no CR is elsewhere.
fn normalized(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for (at, &octet) in body.iter().enumerate() {
        match octet {
            b'\r' if body.get(at + 1) == Some(&b'\n') => {}
            b'\r' => text.push(b' '),
            b'\n' => text.extend_from_slice(b"\r\n"),
            other => text.push(other),
        }
    }
    if !text.is_empty() && !text.ends_with(b"\r\n") {
        text.extend_from_slice(b"\r\n");
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_was_sent_arrives(setup in setups(), messages in messages()) {
        let (ids, outcome) = run(&setup, &messages);
        prop_assert_eq!(outcome.authenticated, setup.auth.is_some());
        prop_assert_eq!(outcome.mailbag.authenticated, setup.auth.is_some());
        let mut taken = outcome.mailbag.taken.into_iter();
        for (id, message) in ids.iter().zip(&messages) {
            let (recipients, done) = &outcome.told[id];
            let want = |&(good, full): &(bool, bool)| message.sender && good && !(setup.lmtp && full);
            let wanted: Vec<_> = message.recipients.iter().map(want).collect();
            prop_assert!(recipients.values().copied().eq(wanted.iter().copied()));
            prop_assert_eq!(*done, Some(wanted.contains(&true)));
            if message.sender && message.recipients.iter().any(|(good, _)| *good) {
                let (names, body) = taken.next().expect("a message arrived");
                prop_assert_eq!(names.len(), wanted.iter().filter(|wanted| **wanted).count());
                let sent = message.pieces.concat();
                let sent = match message.transfer {
                    Transfer::Data => normalized(&sent),
                    Transfer::Bdat => sent,
                };
                prop_assert_eq!(Bytes::from(body), Bytes::from(sent));
            }
        }
        prop_assert!(taken.next().is_none(), "a message that nobody sent");
    }
}
