//! The six laws for both POP2 machines, one outcome for each command, and print∘parse.
use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use mailwire_core::{Machine, Output};
use mailwire_pop3::{
    Error, MessageNumber, Quirk, Quirks,
    pop2::{
        Acknowledgement, Argument, Command, Password, Reply, ReplyText,
        client::{self, Client, RequestId},
        server::{self, Server},
    },
};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::laws::{self, Subject};

/// A caller of the server with a mailbox of these sizes.
#[derive(Clone, Debug)]
struct Serving {
    sizes: Vec<u8>,
    strict: bool,
    small: bool,
}

fn body(message: MessageNumber, octets: u64) -> Bytes {
    format!("{message}\r\n.\r\n").bytes().cycle().take(usize::try_from(octets).unwrap()).collect()
}

impl Serving {
    fn size(&self, message: MessageNumber) -> u64 {
        u64::from(self.sizes[message.get() as usize - 1])
    }

    fn count(&self) -> Reply {
        Reply::count(u32::try_from(self.sizes.len()).unwrap())
    }
}

impl Subject for Serving {
    type Machine = Server;

    fn start(&self) -> Server {
        let mut config = server_config();
        config.close_on_empty = self.strict;
        if self.strict {
            config.tolerated = Quirks::NONE;
        }
        if self.small {
            config.limits.line = 20;
            config.limits.owed = 1;
        }
        Server::new(config)
    }

    fn answer(&self, server: &mut Server, event: &server::Event) {
        use server::Event;

        let before = format!("{server:?}");
        let is_quit = matches!(event, Event::Quit { .. });
        assert_eq!(server.reply(&Reply::Ok(ReplyText::default())).is_ok(), is_quit);
        if is_quit {
            return;
        }
        assert_eq!(server.finish_body(), Err(Error::Misuse));
        assert_eq!(server.reject(&Reply::OK), Err(Error::Misuse));
        assert_eq!(server.send(&Reply::OK), Err(Error::Misuse));
        assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
        match event {
            Event::Hello { user, .. } if user.as_str() == "bad" => {
                server.reject(&Reply::NOT_AUTHORIZED).unwrap();
            }
            Event::Hello { .. } => server.reply(&self.count()).unwrap(),
            Event::Fold { mailbox, .. } if mailbox.as_str() == "none" => server.decline(),
            Event::Fold { .. } => server.reply(&self.count()).unwrap(),
            Event::Size(message) => server.reply(&Reply::length(self.size(*message))).unwrap(),
            Event::Retrieve { message, octets } => {
                assert_eq!(*octets, self.size(*message));
                let body = body(*message, *octets);
                let more = [&body[..], b"x"].concat();
                assert_eq!(server.send_body(more.into()), Err(Error::Misuse), "too much");
                if self.strict && body.len() == 13 {
                    return server.abandon_body().unwrap();
                }
                for piece in body.chunks(7) {
                    assert_eq!(server.finish_body(), Err(Error::Misuse), "octets are missing");
                    server.send_body(Bytes::copy_from_slice(piece)).unwrap();
                }
                server.finish_body().unwrap();
                assert_eq!(server.finish_body(), Err(Error::Misuse));
            }
            _ => {
                assert_eq!(server.accept(), Err(Error::Misuse));
                server.decline();
            }
        }
    }

    fn body<'e>(&self, _: &'e server::Event) -> Option<&'e [u8]> {
        None
    }
}

const COMMANDS: &[&str] = &[
    "HELO fred secret\r\n",
    "helo bad secret\r\n",
    "HELO fr\\ ed se\\\\cret\r\n",
    "FOLD box\r\n",
    "FOLD none\n",
    "READ\r\n",
    "READ 1\r\n",
    "READ  2 \r\n",
    "READ 0\r\n",
    "READ 9\r\n",
    "RETR\r\n",
    "RETR\r\n",
    "RETR\r\nACKD\r\n",
    "RETR\r\nACKS\r\n",
    "NACK\r\n",
    "ACKS\r\n",
    "QUIT\r\n",
    "QUIT",
    "NOOP\r\n",
    "\r\n",
    "FOLD a line that is far too long for a small server\r\n",
    "FOLD \0\r\n",
    "FOLD \\\r\n",
    "\r",
    "\\",
];

fn wire(parts: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        9 => select(parts).prop_map(|part| part.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ];
    vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn servings() -> impl Strategy<Value = Serving> {
    let sizes = vec(select(vec![0u8, 1, 7, 13, 40]), 0..4);
    (sizes, any::<bool>(), any::<bool>()).prop_map(|(sizes, strict, small)| Serving {
        sizes,
        strict,
        small,
    })
}

/// A caller of the client with a list of commands, some of which come late.
#[derive(Clone, Debug)]
struct Calling {
    asked: Vec<Command>,
    then: Vec<Command>,
    strict: bool,
}

impl Subject for Calling {
    type Machine = Client;

    fn start(&self) -> Client {
        let mut config = client_config();
        config.limits.line = 60;
        if self.strict {
            config.tolerated = Quirks::NONE;
        }
        let mut client = Client::new(config);
        for command in &self.asked {
            client.send(command.clone()).unwrap();
        }
        client
    }

    fn answer(&self, client: &mut Client, event: &client::Event) {
        if let client::Event::Greeting(_) = event {
            for command in &self.then {
                client.send(command.clone()).unwrap();
            }
        }
        let long = Command::fold(&"x".repeat(60)).unwrap();
        assert!(client.send(long).is_err());
    }

    fn body<'e>(&self, event: &'e client::Event) -> Option<&'e [u8]> {
        match event {
            client::Event::Chunk(octets) => Some(octets),
            _ => None,
        }
    }
}

const REPLIES: &[&str] = &[
    "#2\r\n",
    "#2 messages\r\n",
    "#0\n",
    "=5\r\n",
    "=5 octets\r\n12345",
    "=5\n12345=5\r\n12345",
    "=0\r\n",
    "12345",
    "+ OK\r\n",
    "+\r\n",
    "- no\r\n",
    "#\r\n",
    "=99999999999999999999\r\n",
    "\r\n",
    "+ a line that is far too long for this client, which has to say QUIT\r\n",
    "x",
];

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let command = select(vec![
        Command::helo("fred", "secret").unwrap(),
        Command::fold("box").unwrap(),
        Command::Read(None),
        Command::Read(Some(2)),
        Command::Retr,
        Command::Retr,
        Command::Acknowledge(Acknowledgement::Save),
        Command::Acknowledge(Acknowledgement::Delete),
        Command::Acknowledge(Acknowledgement::Again),
        Command::Quit,
    ]);
    let start = [Command::helo("fred", "secret").unwrap(), Command::Read(None), Command::Retr];
    (0..4usize, vec(command, 0..6))
        .prop_map(move |(len, more)| start.iter().take(len).cloned().chain(more).collect())
}

/// Plays to the end of the stream and counts outcomes.
fn outcomes(calling: &Calling, wire: &[u8]) -> (usize, BTreeMap<RequestId, usize>) {
    let mut client = calling.start();
    let mut asked = calling.asked.len();
    let mut told = BTreeMap::new();
    client.handle_input(Bytes::copy_from_slice(wire));
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => {
                if let client::Event::Greeting(_) = event {
                    asked += calling.then.len();
                }
                calling.answer(&mut client, &event);
                if let client::Event::Done { request, .. } = event {
                    assert!(told.keys().all(|&before| before <= request), "in their order");
                    *told.entry(request).or_default() += 1;
                }
            }
            Ok(Output::Transmit(_)) => {}
            Ok(Output::NeedInput) => client.handle_eof(),
            Ok(Output::Closed) | Err(_) => return (asked, told),
            Ok(other) => panic!("{other:?}"),
        }
    }
}

fn arguments() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{1,20}", "[a\\\\ \\t\\x7fé]{1,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn server_laws(serving in servings(), wire in wire(COMMANDS), helo in any::<bool>()) {
        let start: &[u8] = if helo { b"HELO fred secret\r\n" } else { b"" };
        laws::check(&serving, &[&[start, &wire].concat()]);
    }

    #[test]
    fn client_laws(asked in commands(), then in commands(), strict in any::<bool>(), wire in wire(REPLIES)) {
        let calling = Calling { asked, then, strict };
        let wire = [b"+ POP2 mx\r\n", &wire[..]].concat();
        laws::check(&calling, &[&wire]);
    }

    #[test]
    fn every_command_has_one_outcome(
        asked in commands(), then in commands(), greets in any::<bool>(), wire in wire(REPLIES),
    ) {
        let calling = Calling { asked, then, strict: false };
        let greeting: &[u8] = if greets { b"+ POP2 mx\r\n" } else { b"" };
        let (asked, told) = outcomes(&calling, &[greeting, &wire].concat());
        prop_assert_eq!(told.len(), asked);
        prop_assert!(told.values().all(|&times| times == 1));
    }

    /// What is written is one line and is read back as it was, with no tolerance.
    #[test]
    fn commands_survive_the_wire(
        user in arguments(), password in arguments(), mailbox in arguments(), number in any::<Option<u32>>(),
    ) {
        for command in [
            Command::helo(&user, &password).unwrap(),
            Command::fold(&mailbox).unwrap(),
            Command::Read(number),
        ] {
            let mut wire = BytesMut::new();
            command.encode(&mut wire);
            let line = wire.strip_suffix(b"\r\n").unwrap();
            prop_assert!(!line.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
            prop_assert_eq!(Command::parse(line, Quirks::NONE), Ok((command, Quirks::NONE)));
        }
    }

    /// What is read is written as one line, which means the same.
    #[test]
    fn any_line_that_is_read_is_written_well(line in vec(select(b"FOLD HELOx\\ \\ a\t\x01\xc3\xa9".to_vec()), 0..24)) {
        for line in [line.clone(), [b"FOLD ", &line[..]].concat(), [b"HELO ", &line[..]].concat()] {
            match Command::parse(&line, Quirks::ALL) {
                Ok((command, _)) => {
                    let mut wire = BytesMut::new();
                    command.encode(&mut wire);
                    let line = wire.strip_suffix(b"\r\n").unwrap();
                    prop_assert_eq!(Command::parse(line, Quirks::NONE), Ok((command, Quirks::NONE)));
                }
                Err(error) => prop_assert!(error.offset <= line.len()),
            }
        }
    }

    #[test]
    fn replies_survive_the_wire(text in "[ -~\té]{0,40}", messages in any::<u32>(), octets in any::<u64>()) {
        for reply in [Reply::OK, Reply::NOT_AUTHORIZED, Reply::count(messages), Reply::length(octets)] {
            let reply = reply.with_text(&text).unwrap();
            let mut wire = BytesMut::new();
            reply.encode(&mut wire);
            prop_assert!(wire.len() <= 512);
            prop_assert_eq!(Reply::parse(wire.strip_suffix(b"\r\n").unwrap()), Ok(reply));
        }
    }
}

/// Neither machine shows a password, whatever it holds.
#[test]
fn passwords_are_not_shown() {
    let mut shown = String::new();
    let mut client = Client::new(client_config());
    client.send(Command::helo("fred", "tanstaaf").unwrap()).unwrap();
    // The answer is there before HELO is handed out.
    client.handle_input("+ POP2 mx\r\n#1\r\n".into());
    while let Ok(Output::Event(event)) = client.poll_output() {
        shown.push_str(&format!("{event:?} {client:?}"));
    }
    let mut server = Server::new(server_config());
    server.handle_input("HELO fred tanstaaf\r\n".into());
    shown.push_str(&format!("{server:?}"));
    let Ok(Output::Event(event)) = server.poll_output() else { panic!("no HELO") };
    shown.push_str(&format!("{event:?} {server:?} {:?}", Command::helo("a", "tanstaaf")));
    assert!(shown.contains("fred") && !shown.contains("tanstaaf"), "{shown}");
    assert_eq!(Password::new("a").unwrap(), Password::new("a").unwrap());
    assert_ne!(Password::new("a").unwrap(), Password::new("b").unwrap());
}

/// T1 and T2 are the caller's.
#[test]
fn timeouts_are_those_of_the_configuration() {
    let mut config = server_config();
    config.command_timeout = std::time::Duration::from_secs(7);
    assert_eq!(Machine::timeout(&Server::new(config)).as_secs(), 7);
    let mut config = client_config();
    config.reply_timeout = std::time::Duration::from_secs(8);
    assert_eq!(Machine::timeout(&Client::new(config)).as_secs(), 8);
}

/// The message comes as it is read, in slices of what was read.
#[test]
fn a_message_is_not_copied() {
    let mut client = Client::new(client_config());
    for command in [Command::helo("a", "b").unwrap(), Command::Read(None), Command::Retr] {
        client.send(command).unwrap();
    }
    for line in ["+ POP2 mx\r\n", "#1\r\n", "=200000\r\n"] {
        client.handle_input(line.into());
        while !matches!(client.poll_output().unwrap(), Output::NeedInput) {}
    }
    let read = Bytes::from(vec![b'x'; 100_000]);
    for _ in 0..2 {
        client.handle_input(read.clone());
        let Ok(Output::Event(client::Event::Chunk(octets))) = client.poll_output() else {
            panic!("no chunk");
        };
        assert_eq!((octets.as_ptr(), octets.len()), (read.as_ptr(), read.len()));
    }
    assert!(matches!(client.poll_output(), Ok(Output::Event(client::Event::Done { .. }))));
}

/// A caller may give up a message, by closing: the client must not take it for complete.
#[test]
fn a_message_can_be_given_up() {
    for sent in ["", "12"] {
        let mut server = Server::new(server_config());
        server.handle_input("HELO a b\r\nREAD\r\nRETR\r\nACKD\r\nQUIT\r\n".into());
        let mut said = Vec::new();
        loop {
            match server.poll_output().unwrap() {
                Output::Event(server::Event::Hello { .. }) => {
                    server.reply(&Reply::count(1)).unwrap();
                }
                Output::Event(server::Event::Size(_)) => server.reply(&Reply::length(5)).unwrap(),
                Output::Event(server::Event::Retrieve { .. }) => {
                    server.send_body(sent.into()).unwrap();
                }
                Output::YourTurn => server.abandon_body().unwrap(),
                Output::Transmit(octets) => said.extend_from_slice(&octets),
                Output::Closed => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(said.ends_with(format!("=5\r\n{sent}").as_bytes()), "{said:?}");
    }
}

/// The machine's argument types are what its events hold.
#[test]
fn arguments_are_checked_when_built() {
    assert!(Argument::new("a\nb").is_err() && Password::new("a\rb").is_err());
    let (_, seen) = Command::parse(b"READ  1 ", Quirks::ALL).unwrap();
    assert_eq!(seen, Quirks::NONE.with(Quirk::ExtraBlank).with(Quirk::TrailingBlank));
}

fn server_config() -> server::Config {
    let mut config = server::Config::new("mx.example").unwrap();
    config.plaintext_auth_without_tls = true;
    config
}

fn client_config() -> client::Config {
    let mut config = client::Config::default();
    config.plaintext_auth_without_tls = true;
    config
}
