//! Callers of both POP2 machines, and the two machines wired to each other.
use std::{cell::RefCell, collections::VecDeque};

use arbitrary::Arbitrary;
use bytes::{Bytes, BytesMut};
use mailwire_core::Output;
use mailwire_pop3::{
    Error, MessageNumber, Quirks,
    pop2::{
        Acknowledgement, Command, Reply,
        client::{self, Client, NotSent, Outcome, RequestId},
        server::{self, Server},
    },
};
use testkit::laws::{End, Record, Subject};

use crate::{mix, piece};

/// How both ends are set up, and what the client is asked for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u8,
    line: u8,
    messages: u8,
    /// A command for each octet that is not zero.
    commands: [u8; 8],
    /// How the callers decide.
    pub seed: u64,
}

impl Setup {
    fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    fn server(&self) -> Server {
        let mut config = server_config();
        config.close_on_empty = self.on(0);
        if self.on(1) {
            config.tolerated = Quirks::NONE;
        }
        if self.line != 0 {
            config.limits.line = self.line.into();
        }
        if self.on(2) {
            config.limits.owed = 1;
        }
        Server::new(config)
    }

    fn client(&self) -> Client {
        let mut config = client_config();
        if self.on(3) {
            config.tolerated = Quirks::NONE;
        }
        if self.line != 0 {
            config.limits.line = usize::from(self.line).max(40);
        }
        Client::new(config)
    }

    fn commands(&self) -> impl Iterator<Item = Command> {
        self.commands.into_iter().filter(|&kind| kind != 0).map(command)
    }
}

fn command(kind: u8) -> Command {
    match kind % 10 {
        0 => Command::helo("fred astaire", "tan\\staaf").expect("good arguments"),
        1 | 2 => Command::Retr,
        3 => Command::Read(None),
        4 => Command::Read(Some((kind >> 5).into())),
        5 => Command::fold("old mail").expect("a good argument"),
        6 => Command::Acknowledge(Acknowledgement::Save),
        7 => Command::Acknowledge(Acknowledgement::Delete),
        8 => Command::Acknowledge(Acknowledgement::Again),
        _ => Command::Quit,
    }
}

/// What is read is written as one line, and is read again as what it was.
pub fn check_grammar(input: &[u8]) {
    for line in input.split(|&octet| octet == b'\n') {
        let mut wire = BytesMut::new();
        match Command::parse(line, Quirks::ALL) {
            Ok((command, seen)) => {
                assert_eq!(Command::parse(line, seen), Ok((command.clone(), seen)));
                command.encode(&mut wire);
                let again = wire.strip_suffix(b"\r\n").expect("a line end");
                assert!(!again.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
                assert_eq!(Command::parse(again, Quirks::NONE), Ok((command, Quirks::NONE)));
            }
            Err(error) => assert!(error.offset <= line.len()),
        }
        wire.clear();
        match Reply::parse(line) {
            Ok(reply) => {
                reply.encode(&mut wire);
                let again = wire.strip_suffix(b"\r\n").expect("a line end");
                assert!(!again.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
                assert_eq!(Reply::parse(again), Ok(reply));
            }
            Err(error) => assert!(error.offset <= line.len()),
        }
    }
}

/// A caller of the server that answers as the setup says.
pub struct Serving {
    setup: Setup,
    marked: RefCell<Vec<MessageNumber>>,
}

impl Serving {
    /// A caller that decides as the setup says.
    pub fn new(setup: Setup) -> Self {
        Self { setup, marked: RefCell::default() }
    }

    fn size(&self, message: MessageNumber) -> u64 {
        mix(self.setup.seed, message.get()) % 40
    }

    fn expunge(&self, messages: &[MessageNumber]) {
        let mut marked = self.marked.take();
        marked.sort_unstable();
        assert_eq!(messages, marked, "what ACKD has marked");
    }
}

impl Subject for Serving {
    type Machine = Server;

    fn start(&self) -> Server {
        self.marked.take();
        self.setup.server()
    }

    fn answer(&self, server: &mut Server, event: &server::Event) {
        use server::Event;

        let before = format!("{server:?}");
        assert_eq!(server.reject(&Reply::OK), Err(Error::Misuse));
        assert_eq!(server.send(&Reply::count(1)), Err(Error::Misuse));
        assert_eq!(server.finish_body(), Err(Error::Misuse));
        assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
        let decision = mix(self.setup.seed, format!("{event:?}")) % 16;
        let count = Reply::count(u32::from(self.setup.messages % 8));
        match event {
            Event::Fold { expunge, .. } | Event::Quit { expunge } => self.expunge(expunge),
            Event::Acknowledged { message, how: Acknowledgement::Delete } => {
                assert!(!self.marked.borrow().contains(message), "a marked one is not sent again");
                self.marked.borrow_mut().push(*message);
            }
            _ => {}
        }
        match (event, decision) {
            (Event::Hello { .. } | Event::Fold { .. } | Event::Size(_) | Event::Quit { .. }, 0) => {
                server.decline();
            }
            (Event::Hello { .. } | Event::Fold { .. } | Event::Size(_) | Event::Quit { .. }, 1) => {
                server.reject(&Reply::NOT_AUTHORIZED).expect("a question");
            }
            (Event::Hello { .. } | Event::Fold { .. }, _) => {
                server.reply(&count).expect("a question");
            }
            (Event::Size(message), _) => {
                assert!(!self.marked.borrow().contains(message));
                server.reply(&Reply::length(self.size(*message))).expect("a question");
            }
            (Event::Quit { .. }, _) => server.accept().expect("a question"),
            (Event::Retrieve { .. }, 0) => server.abandon_body().expect("a message is due"),
            (Event::Retrieve { octets, .. }, _) => {
                let body = vec![b'.'; usize::try_from(*octets).expect("small")];
                let more = [&body[..], b"x"].concat();
                assert_eq!(server.send_body(more.into()), Err(Error::Misuse), "too much");
                for piece in body.chunks(1 + decision as usize) {
                    assert_eq!(server.finish_body(), Err(Error::Misuse), "octets are missing");
                    server.send_body(Bytes::copy_from_slice(piece)).expect("a message is due");
                }
                server.finish_body().expect("all octets are there");
            }
            _ => {
                assert_eq!(server.accept(), Err(Error::Misuse), "{event:?}");
                assert_eq!(server.reply(&count), Err(Error::Misuse), "{event:?}");
                server.decline();
                assert_eq!(format!("{server:?}"), before, "nothing was asked");
            }
        }
    }

    fn body<'e>(&self, _: &'e server::Event) -> Option<&'e [u8]> {
        None
    }
}

/// A caller of the client that asks for what the setup says.
pub struct Calling {
    setup: Setup,
    open: RefCell<VecDeque<RequestId>>,
}

impl Calling {
    /// A caller that asks for what the setup says.
    pub fn new(setup: Setup) -> Self {
        Self { setup, open: RefCell::default() }
    }

    /// What must be true at the end of a run.
    pub fn check(&self, record: &Record) {
        assert!(self.open.borrow().is_empty(), "commands without an outcome");
        assert!(matches!(record.end, End::Closed | End::Failed(_)), "hangs: {:?}", record.end);
    }
}

impl Subject for Calling {
    type Machine = Client;

    fn start(&self) -> Client {
        let mut client = self.setup.client();
        let ids = self.setup.commands().map(|command| client.send(command).expect("short"));
        *self.open.borrow_mut() = ids.collect();
        client
    }

    fn answer(&self, client: &mut Client, event: &client::Event) {
        if let client::Event::Done { request, .. } = event {
            assert_eq!(self.open.borrow_mut().pop_front().as_ref(), Some(request), "in order");
        }
        let long = Command::fold(&"x".repeat(600)).expect("a good argument");
        assert!(client.send(long).is_err());
    }

    fn body<'e>(&self, event: &'e client::Event) -> Option<&'e [u8]> {
        match event {
            client::Event::Chunk(octets) => Some(octets),
            _ => None,
        }
    }
}

/// Lets both talk until they have nothing more to say, and compares.
pub fn talk(setup: Setup, messages: &[&[u8]]) {
    let mut client = Client::new(client_config());
    let mut server = Server::new(server_config());
    client.send(command(10)).expect("the session begins");
    let mut script = vec![Command::Read(None)];
    script.extend(setup.commands().filter(|command| !matches!(command, Command::Helo { .. })));
    for command in &script {
        client.send(command.clone()).expect("the session begins");
    }
    client.send(Command::Quit).expect("the session begins");
    let mut model =
        Model { messages, current: 1, marked: Vec::new(), got: Vec::new(), gone: Vec::new() };
    let left_open = model.run(&script);

    let (mut to_server, mut to_client) = (VecDeque::new(), VecDeque::new());
    let (mut got, mut gone, mut message) = (Vec::new(), Vec::new(), Vec::new());
    for moves in 0.. {
        let most = 5_000 + 40 * messages.iter().map(|message| message.len()).sum::<usize>();
        assert!(moves < most, "stuck: {client:?} {server:?}");
        match client.poll_output().expect("no error") {
            Output::Event(client::Event::Chunk(octets)) => message.extend_from_slice(&octets),
            Output::Event(client::Event::Done { outcome, .. }) => match outcome {
                Outcome::Received { octets } => {
                    assert_eq!(octets, message.len() as u64);
                    got.push(std::mem::take(&mut message));
                }
                Outcome::Accepted(_)
                | Outcome::NotSent(
                    NotSent::NothingToRetrieve | NotSent::OutOfPlace | NotSent::SessionOver,
                ) => {}
                other => panic!("{other:?}"),
            },
            Output::Event(_) => {}
            Output::Transmit(octets) => to_server.extend(octets),
            Output::NeedInput => {
                let len = piece(setup.seed, moves).min(to_client.len());
                client.handle_input(to_client.drain(..len).collect());
                // Behind a message that nobody acknowledges there is nothing to be said.
                let quiet = to_client.is_empty() && to_server.is_empty();
                if left_open && quiet && client.state() == client::State::Ready && len == 0 {
                    break;
                }
            }
            Output::Closed => break,
            other => panic!("{other:?}"),
        }
        match server.poll_output().expect("no error") {
            Output::Event(event) => serve(&mut server, messages, &mut gone, event),
            Output::Transmit(octets) => to_client.extend(octets),
            Output::NeedInput => {
                let len = piece(setup.seed, moves + 1).min(to_server.len());
                server.handle_input(to_server.drain(..len).collect());
            }
            Output::Closed => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((got, gone), (model.got, model.gone));
}

fn serve(server: &mut Server, messages: &[&[u8]], gone: &mut Vec<Vec<u32>>, event: server::Event) {
    use server::Event;

    let numbers = |messages: Vec<MessageNumber>| messages.iter().map(|it| it.get()).collect();
    let message = |number: MessageNumber| messages[number.get() as usize - 1];
    let count = Reply::count(u32::try_from(messages.len()).expect("few"));
    let result = match event {
        Event::Hello { user, password } => {
            assert_eq!(user.as_str(), "fred astaire");
            assert_eq!(password.secret().as_bytes(), b"tan\\staaf");
            server.reply(&count)
        }
        Event::Fold { mailbox, expunge } => {
            assert_eq!(mailbox.as_str(), "old mail");
            gone.push(numbers(expunge));
            server.reply(&count)
        }
        Event::Size(number) => server.reply(&Reply::length(message(number).len() as u64)),
        Event::Retrieve { message: number, .. } => {
            server.send_body(Bytes::copy_from_slice(message(number))).expect("a message is due");
            server.finish_body()
        }
        Event::Quit { expunge } => {
            gone.push(numbers(expunge));
            server.accept()
        }
        Event::Acknowledged { .. } => Ok(()),
        other => panic!("the client is at fault: {other:?}"),
    };
    result.expect("the answer fits");
}

/// What should come of a script, done the obvious way.
struct Model<'a> {
    messages: &'a [&'a [u8]],
    current: usize,
    marked: Vec<u32>,
    got: Vec<Vec<u8>>,
    gone: Vec<Vec<u32>>,
}

impl Model<'_> {
    fn message(&self) -> Option<&[u8]> {
        let marked = self.marked.iter().any(|&number| number as usize == self.current);
        let there = self.current.checked_sub(1).and_then(|at| self.messages.get(at));
        there.copied().filter(|message| !marked && !message.is_empty())
    }

    fn release(&mut self) {
        let mut marked = std::mem::take(&mut self.marked);
        marked.sort_unstable();
        self.gone.push(marked);
    }

    /// Whether the session is left with a message that nobody acknowledged, so that QUIT is not sent.
    fn run(&mut self, script: &[Command]) -> bool {
        // Is a mailbox open only, a message chosen, or sent?
        let (mut chosen, mut sent) = (false, false);
        for command in script {
            match command {
                Command::Fold(_) if !sent => {
                    self.release();
                    self.current = 1;
                    chosen = false;
                }
                Command::Read(number) if !sent => {
                    self.current = number.map_or(self.current, |number| number as usize);
                    chosen = true;
                }
                Command::Retr if chosen && !sent => {
                    if let Some(message) = self.message() {
                        let message = message.to_vec();
                        self.got.push(message);
                        sent = true;
                    }
                }
                Command::Acknowledge(how) if sent => {
                    if *how == Acknowledgement::Delete {
                        self.marked.push(u32::try_from(self.current).expect("small"));
                    }
                    self.current += usize::from(*how != Acknowledgement::Again);
                    sent = false;
                }
                Command::Quit if !sent => {
                    self.release();
                    return false;
                }
                _ => {}
            }
        }
        if !sent {
            self.release();
        }
        sent
    }
}

fn server_config() -> server::Config {
    let mut config = server::Config::new("mx.example").expect("a host");
    config.plaintext_auth_without_tls = true;
    config
}

fn client_config() -> client::Config {
    let mut config = client::Config::default();
    config.plaintext_auth_without_tls = true;
    config
}
