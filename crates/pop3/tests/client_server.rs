//! Client and server wired to each other, the octets between them cut at random: every command has the
//! one outcome that an obvious model of the maildrop says, and messages arrive as they are.
use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Capability, Command, MessageNumber, Reply, Timestamp, UniqueId,
    client::{self, Client, Item, Login, Method, RequestId, TlsPolicy},
    server::{self, Due, Flow, Maildrop, Server, WireSize},
};
use mailwire_sasl::{
    Mechanism, Secret,
    server::{Config as SaslConfig, Exchange, Question, ScramKeys},
};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::naive;

#[derive(Clone, Copy, Debug)]
enum Act {
    Stat,
    List(Option<u32>),
    Uidl(Option<u32>),
    Retr(u32),
    Top(u32, u64),
    Dele(u32),
    Rset,
    Noop,
    Capa,
    Unknown,
}

#[derive(Clone, Debug)]
struct Setup {
    stls: bool,
    pipelining: bool,
    way: Option<Method>,
    /// The messages, and whether each may be read and deleted.
    messages: Vec<(Vec<u8>, bool, bool)>,
    acts: Vec<Act>,
    cuts: Vec<usize>,
    /// How many octets of a message the server's caller has at a time.
    piece: usize,
}

fn setups() -> impl Strategy<Value = Setup> {
    let octets = select(b"..\r\n\n\n\r\nx:\xff\0".to_vec());
    let flag = || prop::bool::weighted(0.8);
    let messages = vec((vec(octets, 0..60), flag(), flag()), 0..5);
    let number = || 1..6u32;
    let act = prop_oneof![
        select(vec![Act::Stat, Act::Rset, Act::Noop, Act::Capa, Act::Unknown]),
        prop::option::of(number()).prop_map(Act::List),
        prop::option::of(number()).prop_map(Act::Uidl),
        number().prop_map(Act::Retr),
        number().prop_map(Act::Retr),
        (number(), 0..4u64).prop_map(|(number, lines)| Act::Top(number, lines)),
        number().prop_map(Act::Dele),
    ];
    let way = select(vec![
        None,
        Some(Method::UserPass),
        Some(Method::Apop),
        Some(Method::Sasl(Mechanism::Plain)),
        Some(Method::Sasl(Mechanism::Login)),
        Some(Method::Sasl(Mechanism::CramMd5)),
        Some(Method::Sasl(Mechanism::ScramSha256)),
    ]);
    (any::<[bool; 2]>(), way, messages, vec(act, 0..14), vec(1..40usize, 1..8), 1..50usize)
        .prop_map(|([stls, pipelining], way, messages, acts, cuts, piece)| Setup {
            // There is no timestamp under TLS that started late.
            stls: stls && way != Some(Method::Apop),
            pipelining,
            way,
            messages,
            acts,
            cuts,
            piece,
        })
}

/// What a command has to come to: the items and octets, or a no.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    accepted: bool,
    items: Vec<String>,
    body: Vec<u8>,
}

fn normal(message: &[u8]) -> Vec<u8> {
    naive::normalize(message)
}

fn size(message: &[u8]) -> u64 {
    let mut size = WireSize::default();
    size.add(message);
    size.octets()
}

/// The header, the blank line and so many lines of the body.
fn top(message: &[u8], lines: u64) -> Vec<u8> {
    let (mut out, mut left) = (Vec::new(), None);
    for line in normal(message).split_inclusive(|&octet| octet == b'\n') {
        match &mut left {
            None if line == b"\r\n" => left = Some(lines),
            Some(0) => break,
            Some(left) => *left -= 1,
            None => {}
        }
        out.extend_from_slice(line);
    }
    out
}

/// The maildrop as anybody would write it down.
fn model(setup: &Setup) -> Vec<Told> {
    let mut deleted = BTreeSet::new();
    let no = Told::default;
    let yes = |items: Vec<String>, body: Vec<u8>| Told { accepted: true, items, body };
    let act = |act: &Act| {
        let there = |number: &u32, deleted: &BTreeSet<u32>| {
            (*number as usize) <= setup.messages.len() && !deleted.contains(number)
        };
        let message = |number: u32| &setup.messages[number as usize - 1];
        let left: Vec<_> = (1..=count(setup)).filter(|n| there(n, &deleted)).collect();
        let scan = |n: u32| format!("{n} {}", size(&message(n).0));
        let name = |n: u32| format!("{n} id-{n}");
        match act {
            Act::Stat => {
                let total: u64 = left.iter().map(|n| size(&message(*n).0)).sum();
                yes(vec![format!("{} {total}", left.len())], Vec::new())
            }
            Act::List(None) => yes(left.iter().map(|n| scan(*n)).collect(), Vec::new()),
            Act::Uidl(None) => yes(left.iter().map(|n| name(*n)).collect(), Vec::new()),
            Act::List(Some(n)) if there(n, &deleted) => yes(vec![scan(*n)], Vec::new()),
            Act::Uidl(Some(n)) if there(n, &deleted) => yes(vec![name(*n)], Vec::new()),
            Act::Retr(n) if there(n, &deleted) && message(*n).1 => {
                yes(Vec::new(), normal(&message(*n).0))
            }
            Act::Top(n, lines) if there(n, &deleted) && message(*n).1 => {
                yes(Vec::new(), top(&message(*n).0, *lines))
            }
            Act::Dele(n) if there(n, &deleted) && message(*n).2 => {
                deleted.insert(*n);
                yes(Vec::new(), Vec::new())
            }
            Act::Rset => {
                deleted.clear();
                yes(Vec::new(), Vec::new())
            }
            Act::Noop | Act::Capa => yes(Vec::new(), Vec::new()),
            Act::List(_)
            | Act::Uidl(_)
            | Act::Retr(_)
            | Act::Top(..)
            | Act::Dele(_)
            | Act::Unknown => no(),
        }
    };
    setup.acts.iter().map(act).collect()
}

fn count(setup: &Setup) -> u32 {
    u32::try_from(setup.messages.len()).unwrap()
}

fn command(act: Act) -> Command {
    let number = |number| MessageNumber::new(number).unwrap();
    match act {
        Act::Stat => Command::Stat,
        Act::List(n) => Command::List(n.map(number)),
        Act::Uidl(n) => Command::Uidl(n.map(number)),
        Act::Retr(n) => Command::Retr(number(n)),
        Act::Top(n, lines) => Command::Top { number: number(n), lines },
        Act::Dele(n) => Command::Dele(number(n)),
        Act::Rset => Command::Rset,
        Act::Noop => Command::Noop,
        Act::Capa => Command::Capa,
        Act::Unknown => Command::unknown("XPING", None).unwrap(),
    }
}

/// A server's caller with messages.
struct Host<'s> {
    setup: &'s Setup,
    /// What is left of the message that is being sent.
    rest: Vec<u8>,
    updated: Option<Vec<u32>>,
}

impl Host<'_> {
    fn message(&self, number: MessageNumber) -> &(Vec<u8>, bool, bool) {
        &self.setup.messages[number.get() as usize - 1]
    }

    fn answer(&mut self, server: &mut Server, event: server::Event) {
        use server::Event;
        let result = match event {
            Event::Pass { password, .. } => {
                assert_eq!(*password.secret(), Secret::from("pencil"));
                server.accept()
            }
            Event::Apop { .. } => server.supply(Some("pencil".into())),
            Event::Auth(mechanism) => {
                let config =
                    SaslConfig::new("nonce").with_hostname("mx.example").with_dummy("key", 4096);
                server.authenticate(Exchange::new(mechanism, config).unwrap())
            }
            Event::Ask(Question::ScramKeys { hash, .. }) => {
                server.supply_scram(Some(ScramKeys::derive(hash, "pencil", b"salt", 4096).unwrap()))
            }
            Event::Ask(Question::Password { password, .. }) => {
                assert_eq!(password, Secret::from("pencil"));
                server.accept()
            }
            Event::Ask(Question::Secret { .. }) => server.supply(Some("pencil".into())),
            Event::Ask(_) => server.accept(),
            Event::Open(_) => server.open(Maildrop::new(count(self.setup))),
            Event::Stat => {
                let total = server.messages().map(|n| size(&self.message(n).0)).sum();
                server.send_total(total)
            }
            Event::Size(number) => server.send_size(size(&self.message(number).0)),
            Event::UniqueId(number) => {
                server.send_unique_id(&UniqueId::new(&format!("id-{number}")).unwrap())
            }
            Event::Retrieve(number) | Event::Top { number, .. } => {
                let (message, readable, _) = self.message(number).clone();
                if readable {
                    self.rest = message;
                    server.accept()
                } else {
                    server.reject(&Reply::NEEDS_UTF8)
                }
            }
            Event::Delete(number) if !self.message(number).2 => server.reject(&Reply::REFUSED),
            Event::Update => {
                self.updated = Some(server.deleted().map(MessageNumber::get).collect());
                server.accept()
            }
            Event::Sizes | Event::UniqueIds | Event::Delete(_) | Event::Excess(_) => {
                server.accept()
            }
            Event::AuthFailed(method) => panic!("{method:?}"),
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap();
    }

    fn act(&mut self, server: &mut Server) {
        match server.due().expect("something is due") {
            Due::Size(number) => server.send_size(size(&self.message(number).0)).unwrap(),
            Due::UniqueId(number) => {
                server.send_unique_id(&UniqueId::new(&format!("id-{number}")).unwrap()).unwrap();
            }
            Due::Body if self.rest.is_empty() => server.finish_body().unwrap(),
            Due::Body => {
                let piece: Bytes =
                    self.rest.drain(..self.setup.piece.min(self.rest.len())).collect();
                if server.send_body(piece).unwrap() == Flow::Enough {
                    self.rest.clear();
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What the client was told of each command, in order, and which messages the server deleted.
fn run(setup: &Setup) -> (Vec<Told>, Vec<u32>) {
    let mut config = server::Config::new("ready").unwrap();
    config.auth = Mechanism::ALL.into_iter().filter(|mechanism| !mechanism.is_plus()).collect();
    config.plaintext_auth_without_tls = true;
    config.offers.push(Capability::Stls);
    if !setup.pipelining {
        config.offers.retain(|offer| *offer != Capability::Pipelining);
    }
    let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>").unwrap();
    let mut server = Server::with_apop(config, timestamp);
    let mut host = Host { setup, rest: Vec::new(), updated: None };

    let mut config = client::Config::default();
    config.tls = if setup.stls { TlsPolicy::Require } else { TlsPolicy::Never };
    config.plaintext_auth_without_tls = true;
    config.apop_without_tls = true;
    let mut client = Client::new(config);
    let login = Login::password("user", "pencil", "fyko").unwrap();
    let login = client.send(setup.way.into_iter().fold(login, Login::only)).unwrap();
    let ids: Vec<_> = setup.acts.iter().map(|act| client.send(command(*act)).unwrap()).collect();
    let quit = client.send(Command::Quit).unwrap();

    let mut told = HashMap::<RequestId, Told>::new();
    let mut done = Vec::new();
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    let mut cuts = setup.cuts.iter().copied().cycle();
    let mut upgrades = false;
    loop {
        match client.poll_output().unwrap() {
            Output::Event(event) => match event {
                client::Event::LoggedIn { request, method, .. } => {
                    assert_eq!(request, login);
                    assert!(setup.way.is_none_or(|way| way == method));
                    done.push(request);
                }
                client::Event::LoginFailed { outcome, .. } => panic!("{outcome:?}"),
                client::Event::Item { request, item } => {
                    let text = match item {
                        Item::Stat(drop) => format!("{} {}", drop.count, drop.octets),
                        Item::Scan(scan) => format!("{} {}", scan.number, scan.octets),
                        Item::UniqueId(listing) => format!("{} {}", listing.number, listing.id),
                        _ => continue,
                    };
                    told.entry(request).or_default().items.push(text);
                }
                client::Event::Chunk { request, octets } => {
                    told.entry(request).or_default().body.extend_from_slice(&octets);
                }
                client::Event::Done { request, outcome } => {
                    told.entry(request).or_default().accepted = outcome.is_accepted();
                    done.push(request);
                }
                client::Event::Quirk { quirk, .. } => panic!("our server's {quirk:?}"),
                client::Event::Damaged { line, .. } => panic!("our server's {line:?}"),
                _ => {}
            },
            Output::Transmit(bytes) => to_server.extend_from_slice(&bytes),
            Output::YourTurn => panic!("it is never the client's caller's turn"),
            Output::NeedInput => {
                give(&mut to_client, cuts.next(), |octets| client.handle_input(octets));
            }
            Output::Upgrade(_) => {
                assert!(to_client.is_empty());
                upgrades = true;
            }
            Output::Closed => break,
        }
        loop {
            match server.poll_output().unwrap() {
                Output::Event(event) => host.answer(&mut server, event),
                Output::Transmit(bytes) => to_client.extend_from_slice(&bytes),
                Output::YourTurn => host.act(&mut server),
                Output::Upgrade(_) => {
                    if std::mem::take(&mut upgrades) {
                        server.upgraded().unwrap();
                        client.upgraded().unwrap();
                    }
                    break;
                }
                Output::NeedInput | Output::Closed => break,
            }
        }
        give(&mut to_server, cuts.next(), |octets| server.handle_input(octets));
    }
    let order: Vec<_> = [login].into_iter().chain(ids.iter().copied()).chain([quit]).collect();
    assert_eq!(done, order, "one outcome each, in order");
    let told = ids.iter().map(|id| told.remove(id).unwrap()).collect();
    (told, host.updated.expect("QUIT was said"))
}

/// Hands over the first octets.
fn give(wire: &mut Vec<u8>, cut: Option<usize>, take: impl FnOnce(Bytes)) {
    let len = cut.unwrap_or(1).min(wire.len());
    take(wire.drain(..len).collect());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_maildrop_is_what_the_model_says(setup in setups()) {
        let (told, deleted) = run(&setup);
        for (act, (got, want)) in setup.acts.iter().zip(told.iter().zip(model(&setup))) {
            prop_assert_eq!(got, &want, "{:?}", act);
        }
        let mut gone = BTreeSet::new();
        for (act, told) in setup.acts.iter().zip(&told) {
            match act {
                Act::Dele(number) if told.accepted => drop(gone.insert(*number)),
                Act::Rset => gone.clear(),
                _ => {}
            }
        }
        prop_assert_eq!(deleted, gone.into_iter().collect::<Vec<_>>());
    }
}
