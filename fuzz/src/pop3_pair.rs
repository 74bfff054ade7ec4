//! Both POP3 machines, and what goes from one to the other.
use std::collections::VecDeque;

use arbitrary::Arbitrary;
use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Capability, Command, DropListing, MessageNumber, ResponseCode, ScanListing, Timestamp,
    client::{self, Client, Item, Login, Method, NotSent, Outcome, RequestId, TlsPolicy},
    server::{self, Due, Flow, Maildrop, Server, WireSize},
};
use mailwire_sasl::{Mechanism, Secret, server as sasl};
use testkit::naive;

use crate::{
    mix, piece,
    pop3_server::{exchange, unique_id},
    server::keys,
};

/// What both ends can do, and what is asked for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    method: u8,
    /// A command for each octet that is not zero.
    commands: [u8; 12],
    seed: u64,
}

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    fn server(&self) -> Server {
        let mut config = server::Config::new("POP3 server ready").expect("a greeting");
        if self.on(0) {
            config.offers.push(Capability::Stls);
        }
        if self.on(1) {
            config.offers.retain(|offer| *offer != Capability::Pipelining);
        }
        config.implicit_tls = self.on(2);
        config.plaintext_auth_without_tls = true;
        config.auth = Mechanism::ALL.into_iter().filter(|mechanism| !mechanism.is_plus()).collect();
        if self.on(3) {
            config.auth.clear();
        }
        if self.on(4) {
            config.limits.owed = 1;
        }
        config.historic_commands = true;
        let timestamp = "<1896.697170952@dbc.mtview.ca.us>";
        Server::with_apop(config, Timestamp::new(timestamp).expect("a timestamp"))
    }

    fn client(&self) -> Client {
        let mut config = client::Config::default();
        config.tls = if self.on(0) { TlsPolicy::Require } else { TlsPolicy::Never };
        config.implicit_tls = self.on(2);
        config.plaintext_auth_without_tls = true;
        config.apop_without_tls = true;
        config.pipelining = !self.on(5);
        config.capa_after_login = !self.on(6);
        Client::new(config)
    }

    fn login(&self) -> Login {
        let login = Login::password("tim", "tanstaaf", "fyko").expect("good credentials");
        match self.method % 4 {
            // Behind STLS there is no timestamp, and no APOP.
            1 if !self.on(0) || self.on(2) => login.only(Method::Apop),
            2 => login.only(Method::UserPass),
            3 if !self.on(3) => login.only(Method::Sasl(Mechanism::ScramSha256)),
            _ => login,
        }
    }
}

fn command(kind: u8) -> Command {
    let number = MessageNumber::new(u32::from(kind >> 5) + 1).expect("not zero");
    match kind % 14 {
        1 | 2 => Command::Retr(number),
        3 => Command::Top { number, lines: u64::from(kind >> 7) * 2 },
        4 => Command::Dele(number),
        5 => Command::Rset,
        6 => Command::Stat,
        7 => Command::List(None),
        8 => Command::List(Some(number)),
        9 => Command::Uidl(None),
        10 => Command::Uidl(Some(number)),
        11 => Command::Capa,
        12 => Command::Last,
        13 => Command::Quit,
        _ => Command::Noop,
    }
}

/// What came of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Answer {
    accepted: bool,
    items: Vec<Item>,
    body: Vec<u8>,
}

/// What should come of them, done the obvious way.
struct Model<'a> {
    messages: &'a [&'a [u8]],
    deleted: Vec<u32>,
    last: u32,
}

impl Model<'_> {
    fn there(&self) -> impl Iterator<Item = MessageNumber> + '_ {
        let all = 1..=u32::try_from(self.messages.len()).expect("few");
        all.filter(|number| !self.deleted.contains(number)).filter_map(MessageNumber::new)
    }

    fn text(&self, number: MessageNumber) -> Vec<u8> {
        naive::normalize(self.messages[number.get() as usize - 1])
    }

    fn scan(&self, number: MessageNumber) -> ScanListing {
        ScanListing { number, octets: self.text(number).len() as u64 }
    }

    fn named(&self, number: MessageNumber) -> Item {
        let id = unique_id(number);
        Item::UniqueId(mailwire_pop3::UniqueIdListing { number, id })
    }

    fn answer(&mut self, command: &Command) -> Answer {
        let mut answer = Answer { accepted: true, ..Answer::default() };
        match command {
            Command::Retr(number)
            | Command::Top { number, .. }
            | Command::Dele(number)
            | Command::List(Some(number))
            | Command::Uidl(Some(number))
                if !self.there().any(|there| there == *number) =>
            {
                answer.accepted = false;
            }
            Command::Retr(number) => {
                answer.body = self.text(*number);
                self.last = self.last.max(number.get());
            }
            Command::Top { number, lines } => {
                answer.body = top(&self.text(*number), *lines);
            }
            Command::Dele(number) => {
                self.deleted.push(number.get());
                self.last = self.last.max(number.get());
            }
            Command::Rset => {
                self.deleted.clear();
                self.last = 0;
            }
            Command::Stat => {
                let octets = self.there().map(|number| self.scan(number).octets).sum();
                let count = u32::try_from(self.there().count()).expect("few");
                answer.items.push(Item::Stat(DropListing { count, octets }));
            }
            Command::List(None) => {
                answer.items = self.there().map(|number| Item::Scan(self.scan(number))).collect();
            }
            Command::List(Some(number)) => answer.items.push(Item::Scan(self.scan(*number))),
            Command::Uidl(None) => {
                answer.items = self.there().map(|number| self.named(number)).collect();
            }
            Command::Uidl(Some(number)) => answer.items.push(self.named(*number)),
            Command::Last => answer.items.push(Item::Last(self.last)),
            _ => {}
        }
        answer
    }
}

/// The header, the empty line, and so many lines of the body.
fn top(text: &[u8], lines: u64) -> Vec<u8> {
    let mut body = None;
    let mut top = Vec::new();
    for line in text.split_inclusive(|&octet| octet == b'\n') {
        match &mut body {
            Some(0) => break,
            Some(left) => *left -= 1,
            None if line == b"\r\n" => body = Some(lines),
            None => {}
        }
        top.extend_from_slice(line);
    }
    top
}

/// Lets both talk until they have nothing more to say, and compares.
pub fn talk(setup: Setup, messages: &[&[u8]]) {
    let mut client = setup.client();
    let mut server = setup.server();
    let login = client.send(setup.login()).expect("the session begins");
    let mut commands: Vec<_> =
        setup.commands.into_iter().filter(|&kind| kind != 0).map(command).collect();
    commands.push(Command::Quit);
    let mut ids: VecDeque<RequestId> = VecDeque::new();
    for command in &commands {
        ids.push_back(client.send(command.clone()).expect("the session begins"));
    }
    let asked: Vec<_> = ids.iter().copied().collect();
    let mut answers: Vec<Answer> = Vec::new();
    let mut answer = Answer::default();
    let mut logged_in = false;
    let mut over = false;

    let mut end = Serving { setup, messages, sent: 0, body: Bytes::new(), updated: None };
    let (mut to_server, mut to_client) = (VecDeque::new(), VecDeque::new());
    let (mut client_upgrades, mut client_closed) = (false, false);
    let most = 20_000 + 400 * messages.iter().map(|message| message.len()).sum::<usize>();
    for moves in 0.. {
        assert!(moves < most, "stuck: {client:?} {server:?}");
        match client.poll_output().expect("client") {
            Output::Event(event) => match event {
                client::Event::LoggedIn { request, .. } => {
                    assert_eq!(request, login);
                    logged_in = true;
                }
                client::Event::Item { request, item } => {
                    assert_eq!(ids.front(), Some(&request));
                    // What the server can do is not compared.
                    if !matches!(item, Item::Capability(_)) {
                        answer.items.push(item);
                    }
                }
                client::Event::Chunk { request, octets } => {
                    assert_eq!(ids.front(), Some(&request));
                    answer.body.extend_from_slice(&octets);
                }
                client::Event::Done { request, outcome } => {
                    assert_eq!(ids.pop_front(), Some(request));
                    answer.accepted = match outcome {
                        Outcome::Accepted(_) => true,
                        Outcome::Refused(reply) => {
                            assert!(reply.code() != Some(ResponseCode::Auth));
                            false
                        }
                        Outcome::NotSent(NotSent::SessionOver) if over => continue,
                        other => panic!("{other:?}"),
                    };
                    over |= commands[asked.len() - ids.len() - 1] == Command::Quit;
                    answers.push(std::mem::take(&mut answer));
                }
                client::Event::Greeting(_)
                | client::Event::Ready { .. }
                | client::Event::MethodRefused { .. } => {}
                other => panic!("the server is at fault: {other:?}"),
            },
            Output::Transmit(octets) => to_server.extend(octets),
            Output::NeedInput => {
                let len = piece(setup.seed, moves).min(to_client.len());
                client.handle_input(to_client.drain(..len).collect());
            }
            Output::Upgrade(_) => client_upgrades = to_client.is_empty(),
            Output::YourTurn => panic!("it is never the client's turn"),
            Output::Closed => {
                client_closed = true;
                server.handle_eof();
            }
        }
        match server.poll_output().expect("server") {
            Output::Event(event) => end.answer(&mut server, event),
            Output::YourTurn => end.send(&mut server),
            Output::Transmit(octets) => to_client.extend(octets),
            Output::NeedInput => {
                let len = piece(setup.seed, moves + 1).min(to_server.len());
                server.handle_input(to_server.drain(..len).collect());
            }
            Output::Upgrade(_) if client_upgrades && to_server.is_empty() => {
                client_upgrades = false;
                server.upgraded().expect("asked for");
                client.upgraded().expect("asked for");
            }
            Output::Upgrade(_) => {}
            Output::Closed if client_closed => break,
            Output::Closed => {}
        }
    }
    assert!(logged_in && ids.is_empty(), "every command has its outcome");
    let mut model = Model { messages, deleted: Vec::new(), last: 0 };
    let quit = commands.iter().position(|command| *command == Command::Quit).expect("the last");
    let expected: Vec<_> = commands[..=quit].iter().map(|command| model.answer(command)).collect();
    assert_eq!(answers, expected);
    model.deleted.sort_unstable();
    assert_eq!(end.updated, Some(model.deleted), "what is to be deleted");
}

/// The server's caller.
struct Serving<'a> {
    setup: Setup,
    messages: &'a [&'a [u8]],
    sent: usize,
    body: Bytes,
    updated: Option<Vec<u32>>,
}

impl Serving<'_> {
    fn message(&self, number: MessageNumber) -> &[u8] {
        self.messages[number.get() as usize - 1]
    }

    fn size(&self, number: MessageNumber) -> u64 {
        let mut size = WireSize::default();
        for piece in self.message(number).chunks(piece(self.setup.seed, 7)) {
            size.add(piece);
        }
        size.octets()
    }

    fn answer(&mut self, server: &mut Server, event: server::Event) {
        use server::Event;

        let result = match event {
            Event::Pass { name, password } => {
                assert_eq!(name.as_str(), "tim");
                assert!(*password.secret() == Secret::from("tanstaaf"));
                server.accept()
            }
            Event::Apop { .. } => server.supply(Some(Secret::from("tanstaaf"))),
            Event::Auth(mechanism) => server.authenticate(exchange(mechanism)),
            Event::Ask(question) => match question {
                sasl::Question::Secret { .. } => server.supply(Some(Secret::from("tanstaaf"))),
                sasl::Question::ScramKeys { hash, .. } => server.supply_scram(Some(keys(hash))),
                _ => server.accept_as("tim"),
            },
            Event::Open(login) => {
                assert_eq!(login.user(), "tim");
                server.open(Maildrop::new(u32::try_from(self.messages.len()).expect("few")))
            }
            Event::Stat => {
                let octets = server.messages().map(|number| self.size(number)).sum();
                server.send_total(octets)
            }
            Event::Size(number) => server.send_size(self.size(number)),
            Event::UniqueId(number) => server.send_unique_id(&unique_id(number)),
            Event::Retrieve(number) | Event::Top { number, .. } => {
                self.body = Bytes::copy_from_slice(self.message(number));
                self.sent += 1;
                server.accept()
            }
            Event::Update => {
                let deleted = server.deleted().map(MessageNumber::get).collect();
                assert_eq!(self.updated.replace(deleted), None, "one update");
                server.accept()
            }
            Event::Sizes | Event::UniqueIds | Event::Delete(_) => server.accept(),
            // A message that is not there.
            Event::Refused { error: None, .. } | Event::Reset | Event::Stls => Ok(()),
            // Too many of these are errors too.
            Event::Excess(_) => server.accept(),
            other => panic!("the client is at fault: {other:?}"),
        };
        result.expect("the answer fits");
    }

    fn send(&mut self, server: &mut Server) {
        let result = match server.due().expect("it is the caller's turn") {
            Due::Size(number) => server.send_size(self.size(number)),
            Due::UniqueId(number) => server.send_unique_id(&unique_id(number)),
            Due::Body if self.body.is_empty() => server.finish_body(),
            Due::Body => {
                let random = mix(self.setup.seed, (self.sent, self.body.len()));
                let piece = self.body.split_to(piece(random, 0).min(self.body.len()));
                match server.send_body(piece) {
                    // To go on or not is the same.
                    Ok(Flow::Enough) if random & 1 == 0 => {
                        self.body.clear();
                        Ok(())
                    }
                    result => result.map(|_| ()),
                }
            }
            other => panic!("unknown: {other:?}"),
        };
        result.expect("it was due");
    }
}
