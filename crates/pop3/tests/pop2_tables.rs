//! RFC 937's decision tables: what each end does about every input in every state.
//!
//! The numbers are those of the RFC's actions. Where the tables differ from the machines, the test says
//! why.
use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Error,
    pop2::{
        Acknowledgement, Command, Reply,
        client::{self, Client, NotSent, Outcome},
        server::{self, Refusal, Server},
    },
};

/// Plays a server with two messages of five octets.
struct Serving {
    server: Server,
    said: String,
    events: Vec<server::Event>,
    end: Option<Result<(), Error>>,
}

impl Serving {
    /// A session that has come to this state.
    fn at(state: &str) -> Self {
        let server = Server::new(server_config());
        let mut serving = Self { server, said: String::new(), events: Vec::new(), end: None };
        serving.hear(match state {
            "AUTH" => "",
            "MBOX" => "HELO fred secret\r\n",
            "ITEM" => "HELO fred secret\r\nREAD\r\n",
            "NEXT" => "HELO fred secret\r\nREAD\r\nRETR\r\n",
            "DONE" => "QUIT\r\n",
            other => panic!("no such state: {other}"),
        });
        serving.said.clear();
        serving.events.clear();
        serving
    }

    fn hear(&mut self, octets: &str) {
        self.server.handle_input(Bytes::copy_from_slice(octets.as_bytes()));
        self.run();
    }

    fn run(&mut self) {
        use server::Event;

        loop {
            match self.server.poll_output() {
                Ok(Output::Event(event)) => {
                    let reply = match &event {
                        Event::Hello { .. } | Event::Fold { .. } => Some(Reply::count(2)),
                        Event::Size(_) => Some(Reply::length(5)),
                        Event::Quit { .. } => Some(Reply::OK),
                        _ => None,
                    };
                    if let Some(reply) = reply {
                        self.server.reply(&reply).unwrap();
                    }
                    if let Event::Retrieve { octets, .. } = event {
                        assert_eq!(octets, 5);
                        self.server.send_body("1\r\n2\n".into()).unwrap();
                        self.server.finish_body().unwrap();
                    }
                    self.events.push(event);
                }
                Ok(Output::Transmit(octets)) => {
                    self.said.push_str(str::from_utf8(&octets).unwrap());
                }
                Ok(Output::NeedInput) => return,
                Ok(Output::Closed) => {
                    self.end = Some(Ok(()));
                    return;
                }
                Err(error) => {
                    self.end = Some(Err(error));
                    return;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn deletes_anything(&self) -> bool {
        use server::Event;

        self.events.iter().any(|event| match event {
            Event::Fold { expunge, .. } | Event::Quit { expunge } => !expunge.is_empty(),
            _ => false,
        })
    }
}

/// The columns of the table: LSTN is the time before the machine exists.
const SERVER_STATES: [&str; 5] = ["AUTH", "MBOX", "ITEM", "NEXT", "DONE"];

/// "Open" is no input of a machine that has a connection.
const SERVER_TABLE: [(&str, [u8; 5]); 9] = [
    ("HELO a b\r\n", [3, 1, 1, 1, 1]),
    ("FOLD box\r\n", [1, 5, 5, 1, 1]),
    ("READ 2\r\n", [1, 6, 6, 1, 1]),
    ("RETR\r\n", [1, 1, 7, 1, 1]),
    ("ACKS\r\n", [1, 1, 1, 8, 1]),
    ("ACKD\r\n", [1, 1, 1, 8, 1]),
    ("NACK\r\n", [1, 1, 1, 8, 1]),
    ("QUIT\r\n", [4, 4, 4, 1, 1]),
    ("other\r\n", [1, 1, 1, 1, 1]),
];

#[test]
fn server_decision_table() {
    for (input, row) in SERVER_TABLE {
        for (state, action) in SERVER_STATES.into_iter().zip(row) {
            let mut serving = Serving::at(state);
            serving.hear(input);
            let said = serving.said.as_str();
            let now = serving.server.state();
            let at = format!("{input:?} in {state}: {said:?}, {now:?}");
            match action {
                // What came behind QUIT came too late: the connection is closed, and nothing is said.
                1 if state == "DONE" => assert_eq!((said, serving.end), ("", Some(Ok(()))), "{at}"),
                1 => {
                    assert!(said.starts_with("- ") && said.lines().count() == 1, "{at}");
                    assert_eq!(serving.end, Some(Ok(())), "{at}");
                    let [server::Event::Refused(refusal)] = serving.events[..] else {
                        panic!("{at}: {:?}", serving.events);
                    };
                    match refusal {
                        Refusal::OutOfPlace { verb } => assert!(input.starts_with(verb), "{at}"),
                        Refusal::NotUnderstood(_) => assert_eq!(input, "other\r\n", "{at}"),
                        other => panic!("{at}: {other:?}"),
                    }
                }
                3 => assert_eq!((said, now), ("#2\r\n", server::State::Mailbox), "{at}"),
                4 => {
                    assert_eq!((said, now), ("+ OK\r\n", server::State::Closed), "{at}");
                    assert_eq!(serving.end, Some(Ok(())));
                }
                // The RFC has "+NNN" here, and "#NNN" everywhere else.
                5 => assert_eq!((said, now), ("#2\r\n", server::State::Mailbox), "{at}"),
                6 => assert_eq!((said, now), ("=5\r\n", server::State::Item), "{at}"),
                7 => assert_eq!((said, now), ("1\r\n2\n", server::State::Next), "{at}"),
                8 => assert_eq!((said, now), ("=5\r\n", server::State::Item), "{at}"),
                other => panic!("no such action: {other}"),
            }
            assert!(!serving.deletes_anything(), "{at}");
        }
    }
}

/// Row "Close". The table sends an error to somebody who is not there any more; the third example does
/// not, and the machine neither.
#[test]
fn server_hears_close() {
    for state in SERVER_STATES {
        for rest in ["", "QUI", "QUIT"] {
            let mut serving = Serving::at(state);
            serving.hear(rest);
            serving.server.handle_eof();
            serving.run();
            let want = if state == "DONE" { Ok(()) } else { Err(Error::Disconnected) };
            assert_eq!((serving.said.as_str(), serving.end), ("", Some(want)), "{state} {rest}");
            assert!(serving.events.is_empty());
        }
    }
}

/// Row "Timeout".
#[test]
fn server_times_out() {
    for state in SERVER_STATES {
        let mut serving = Serving::at(state);
        let sent = serving.server.send(&Reply::TIMED_OUT);
        serving.run();
        if state == "DONE" {
            assert_eq!(sent, Err(Error::Misuse));
        } else {
            assert_eq!((serving.said.as_str(), sent), ("- Timed out\r\n", Ok(())), "{state}");
        }
        assert_eq!(serving.end, Some(Ok(())), "{state}");
        assert!(!serving.deletes_anything());
    }
}

/// Action 3 (b).
#[test]
fn server_refuses_who_is_not_authorized() {
    let mut server = Server::new(server_config());
    server.handle_input("HELO fred wrong\r\nREAD\r\n".into());
    let Ok(Output::Event(server::Event::Hello { user, password })) = server.poll_output() else {
        panic!("no HELO");
    };
    assert_eq!((user.as_str(), password.secret().as_bytes()), ("fred", &b"wrong"[..]));
    server.reject(&Reply::error("Login incorrect").unwrap()).unwrap();
    let said = "+ POP2 mx.example\r\n- Login incorrect\r\n";
    assert_eq!(server.poll_output(), Ok(Output::Transmit(said.into())));
    assert_eq!(server.poll_output(), Ok(Output::Closed));
}

/// Action 7, "else close the connection": without a word, and nothing is deleted.
#[test]
fn server_closes_on_retr_of_nothing() {
    for (before, size) in [
        ("READ\r\n", 0),
        ("READ 0\r\n", 5),
        ("READ 3\r\n", 5),
        ("READ 4294967295\r\n", 5),
        ("READ 2\r\nRETR\r\nACKS\r\n", 5),
        ("READ 1\r\nRETR\r\nACKD\r\nREAD 1\r\n", 5),
        ("READ 2\r\nRETR\r\nACKD\r\nREAD 1\r\nRETR\r\nACKS\r\n", 5),
    ] {
        let mut server = Server::new(server_config());
        server.handle_input(["HELO a b\r\n", before, "RETR\r\nQUIT\r\n"].concat().into());
        let (mut said, mut last) = (Vec::new(), None);
        loop {
            match server.poll_output().unwrap() {
                Output::Event(server::Event::Hello { .. }) => {
                    server.reply(&Reply::count(2)).unwrap();
                }
                Output::Event(server::Event::Size(_)) => {
                    server.reply(&Reply::length(size)).unwrap();
                }
                Output::Event(server::Event::Retrieve { .. }) => {
                    server.send_body("12345".into()).unwrap();
                    server.finish_body().unwrap();
                }
                Output::Event(event) => last = Some(event),
                Output::Transmit(octets) => said.extend_from_slice(&octets),
                Output::Closed => break,
                other => panic!("{before:?}: {other:?}"),
            }
        }
        assert_eq!(last, Some(server::Event::Refused(Refusal::NothingToRetrieve)), "{before:?}");
        let said = String::from_utf8(said).unwrap();
        let last = said.rsplit(['\n', '5']).find(|line| !line.is_empty());
        assert!(last.unwrap().starts_with("=0"), "{before:?}: {said:?}");
    }
}

/// A client that has been brought to a state, and what came of it.
struct Calling {
    client: Client,
    said: String,
    events: Vec<client::Event>,
    end: Option<Result<(), Error>>,
}

impl Calling {
    fn at(state: &str) -> Self {
        let client = Client::new(client_config());
        let mut calling = Self { client, said: String::new(), events: Vec::new(), end: None };
        let helo = Command::helo("fred", "secret").unwrap();
        let greet = (None, "+ POP2 mx.example\r\n");
        let dialogue = match state {
            "CALL" => vec![],
            "NMBR" => vec![greet, (Some(helo), "")],
            "SIZE" => vec![greet, (Some(helo), "#2\r\n"), (Some(Command::Read(None)), "")],
            "XFER" => vec![
                greet,
                (Some(helo), "#2\r\n"),
                (Some(Command::Read(None)), "=5\r\n"),
                (Some(Command::Retr), ""),
            ],
            "EXIT" => vec![greet, (Some(Command::Quit), "")],
            other => panic!("no such state: {other}"),
        };
        for (command, answer) in dialogue {
            if let Some(command) = command {
                calling.client.send(command).unwrap();
            }
            calling.run();
            calling.hear(answer);
        }
        calling.said.clear();
        calling.events.clear();
        calling
    }

    fn hear(&mut self, octets: &str) {
        self.client.handle_input(Bytes::copy_from_slice(octets.as_bytes()));
        self.run();
    }

    fn run(&mut self) {
        loop {
            match self.client.poll_output() {
                Ok(Output::Event(event)) => self.events.push(event),
                Ok(Output::Transmit(octets)) => {
                    self.said.push_str(str::from_utf8(&octets).unwrap());
                }
                Ok(Output::NeedInput) => return,
                Ok(Output::Closed) => {
                    self.end = Some(Ok(()));
                    return;
                }
                Err(error) => {
                    self.end = Some(Err(error));
                    return;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn outcome(&self) -> Option<&Outcome> {
        self.events.iter().find_map(|event| match event {
            client::Event::Done { outcome, .. } => Some(outcome),
            _ => None,
        })
    }
}

const CLIENT_STATES: [&str; 5] = ["CALL", "NMBR", "SIZE", "XFER", "EXIT"];

/// In XFER every octet is data: see below.
const CLIENT_TABLE: [(&str, [u8; 5]); 6] = [
    ("+ POP2 mx.example\r\n", [2, 1, 1, 0, 6]),
    ("#2 messages\r\n", [1, 3, 1, 0, 6]),
    ("=5 characters\r\n", [1, 1, 4, 0, 6]),
    ("+ Bye\r\n", [1, 1, 1, 0, 6]),
    ("- no\r\n", [1, 1, 1, 0, 6]),
    ("other\r\n", [1, 1, 1, 0, 6]),
];

#[test]
fn client_decision_table() {
    for (input, row) in CLIENT_TABLE {
        for (state, action) in CLIENT_STATES.into_iter().zip(row) {
            let mut calling = Calling::at(state);
            calling.hear(input);
            let said = calling.said.as_str();
            let now = calling.client.state();
            let at = format!("{input:?} in {state}: {said:?}, {now:?}, {:?}", calling.events);
            match action {
                1 => {
                    assert_eq!((said, now), ("QUIT\r\n", client::State::Exit), "{at}");
                    if state != "CALL" {
                        let refused = matches!(calling.outcome(), Some(Outcome::Refused(_)));
                        assert_eq!(refused, input == "- no\r\n", "{at}");
                        assert!(refused || calling.outcome() == Some(&Outcome::Lost), "{at}");
                    }
                    // In EXIT anything is the end, and says what was wrong.
                    calling.hear("+ Bye\r\n");
                    let end = match input {
                        "- no\r\n" => Ok(()),
                        "other\r\n" => Err("not a reply: bad status at byte 0".to_owned()),
                        _ => Err("unexpected reply".to_owned()),
                    };
                    let got = calling.end.unwrap().map_err(|error| error.to_string());
                    assert_eq!(got, end, "{at}");
                    assert_eq!(calling.said, "QUIT\r\n");
                }
                // Then the caller chooses: HELO, READ, FOLD, RETR, an acknowledgement or QUIT.
                2 => assert_eq!((said, now), ("", client::State::Ready), "{at}"),
                3 | 4 => {
                    assert_eq!((said, now), ("", client::State::Ready), "{at}");
                    assert!(calling.outcome().unwrap().is_accepted(), "{at}");
                }
                6 => {
                    assert_eq!((said, now), ("", client::State::Closed), "{at}");
                    assert_eq!(calling.end, Some(Ok(())), "{at}");
                    let accepted = calling.outcome().unwrap().is_accepted();
                    assert_eq!(accepted, input.starts_with('+'), "{at}");
                }
                0 => {}
                other => panic!("no such action: {other}"),
            }
        }
    }
}

/// Column XFER: until so many octets have come as were announced, all of them are data; behind them,
/// everything is garbage.
#[test]
fn client_in_xfer_takes_any_octets() {
    for (input, _) in CLIENT_TABLE {
        let mut calling = Calling::at("XFER");
        calling.hear(input);
        let (data, rest) = input.split_at(5);
        assert_eq!(calling.events[0], client::Event::Chunk(data.into()), "{input:?}");
        assert_eq!(calling.outcome(), Some(&Outcome::Received { octets: 5 }), "{input:?}");
        assert!(!rest.is_empty());
        assert_eq!(
            (calling.said.as_str(), calling.client.state()),
            ("QUIT\r\n", client::State::Exit)
        );
    }
    // Action 5.
    for (how, verb) in [
        (Acknowledgement::Save, "ACKS\r\n"),
        (Acknowledgement::Delete, "ACKD\r\n"),
        (Acknowledgement::Again, "NACK\r\n"),
    ] {
        let mut calling = Calling::at("XFER");
        calling.hear("- no\r");
        calling.client.send(Command::Acknowledge(how)).unwrap();
        calling.run();
        assert_eq!((calling.said.as_str(), calling.client.state()), (verb, client::State::Length));
        calling.hear("=7\r\n");
        assert_eq!(calling.client.state(), client::State::Ready);
    }
}

/// Row "data": behind anything but RETR it is garbage.
#[test]
fn data_that_was_not_asked_for_is_garbage() {
    for state in ["CALL", "NMBR", "SIZE"] {
        let mut calling = Calling::at(state);
        calling.hear("Subject: hi\r\n");
        assert_eq!(
            (calling.said.as_str(), calling.client.state()),
            ("QUIT\r\n", client::State::Exit)
        );
        calling.hear("more of it\r\n");
        assert!(matches!(calling.end, Some(Err(Error::BadReply(_)))));
        assert_eq!(calling.said, "QUIT\r\n");
    }
}

/// Row "Close", and what the third example does: nothing is said to a server that is gone.
#[test]
fn client_hears_close() {
    for state in CLIENT_STATES {
        for rest in ["", "+ "] {
            let mut calling = Calling::at(state);
            calling.hear(rest);
            calling.client.handle_eof();
            calling.run();
            let want = if state == "EXIT" { Ok(()) } else { Err(Error::Disconnected) };
            assert_eq!((calling.said.as_str(), calling.end.unwrap()), ("", want), "{state}");
            if state != "CALL" {
                assert_eq!(calling.outcome(), Some(&Outcome::Lost), "{state}");
            }
        }
    }
}

/// Row "Timeout".
#[test]
fn client_times_out() {
    for state in CLIENT_STATES {
        let mut calling = Calling::at(state);
        calling.client.timed_out().unwrap();
        calling.run();
        if state != "CALL" {
            assert_eq!(calling.outcome(), Some(&Outcome::Lost), "{state}");
        }
        if state != "EXIT" {
            assert_eq!((calling.said.as_str(), &calling.end), ("QUIT\r\n", &None), "{state}");
            calling.client.timed_out().unwrap();
            calling.run();
        }
        assert_eq!(calling.end, Some(Ok(())), "{state}");
        assert_eq!(calling.client.timed_out(), Err(Error::Misuse));
    }
    // Nothing is waited for.
    let mut calling = Calling::at("CALL");
    calling.hear("+ POP2 mx.example\r\n");
    assert_eq!(calling.client.timed_out(), Err(Error::Misuse));
}

/// Actions 3 (b) and 4 (b): the machine does not send what must not be sent.
#[test]
fn client_never_sends_what_is_out_of_place() {
    let helo = || Command::helo("fred", "secret").unwrap();
    let fold = || Command::fold("box").unwrap();
    let ack = || Command::Acknowledge(Acknowledgement::Delete);
    let (greet, read) = ("+ POP2 mx.example\r\n", Command::Read(None));
    let hears = |octets: &str| {
        let mut calling = Calling::at("CALL");
        let mut commands = [helo(), read.clone(), Command::Retr].into_iter();
        for line in octets.split_inclusive('\n') {
            calling.hear(line);
            if let Some(command) = commands.next() {
                calling.client.send(command).unwrap();
                calling.run();
            }
        }
        calling
    };
    let out = NotSent::OutOfPlace;
    for (before, command, reason) in [
        (greet, helo(), out),
        ("", fold(), out),
        ("", read.clone(), out),
        ("", Command::Retr, out),
        ("", ack(), out),
    ] {
        let mut calling = Calling::at("CALL");
        calling.client.send(command.clone()).unwrap();
        if before == greet {
            calling.client.send(helo()).unwrap();
            calling.hear("+ POP2 mx.example\r\n");
            calling.hear("#2\r\n");
        } else {
            calling.hear(greet);
        }
        let outcomes: Vec<_> =
            calling.events.iter().filter(|e| matches!(e, client::Event::Done { .. })).collect();
        let client::Event::Done { outcome, .. } = outcomes.last().unwrap() else { panic!() };
        assert_eq!(outcome, &Outcome::NotSent(reason), "{command:?}");
    }
    // RETR of nothing.
    let calling = hears("+ POP2 mx.example\r\n#2\r\n=0 no more\r\n");
    let last = calling.events.last();
    assert!(
        matches!(
            last,
            Some(client::Event::Done { outcome: Outcome::NotSent(NotSent::NothingToRetrieve), .. })
        ),
        "{last:?}"
    );
    assert_eq!(calling.said, "HELO fred secret\r\nREAD\r\n");
    assert_eq!(calling.end, None, "the session goes on");
    // Behind a message nothing but an acknowledgement.
    for command in [helo(), fold(), read.clone(), Command::Retr, Command::Quit] {
        let mut calling = Calling::at("XFER");
        calling.hear("12345");
        calling.events.clear();
        calling.client.send(command.clone()).unwrap();
        calling.run();
        assert_eq!(calling.outcome(), Some(&Outcome::NotSent(out)), "{command:?}");
        assert_eq!(calling.said, "");
    }
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
