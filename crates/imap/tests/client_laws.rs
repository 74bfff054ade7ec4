//! The six laws for the client machine, on servers that are confused or mean no good; and one outcome
//! for each request, whatever they say.

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_imap::{
    Command, Error, Frame, Mailbox, ReadOptions,
    client::{Client, Config, Event, Handle, Outcome, Request, TlsPolicy},
    command::{AppendData, AppendMessage, CatenatePart, LiteralForm},
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::laws::{self, Subject};

/// A caller with a list of things to do.
#[derive(Debug)]
struct Caller {
    config: Config,
    /// What is asked for at the start, and again what is asked for when the session is ready.
    asked: Vec<Ask>,
    then: Vec<Ask>,
}

#[derive(Clone, Copy, Debug)]
enum Ask {
    Cram,
    Plain,
    Append(&'static [u64]),
    Catenate,
    Replace,
    Command(&'static str),
}

fn ask(client: &mut Client, ask: Ask) -> Option<Handle> {
    let tim = Credentials::password("tim", "tanstaaf").unwrap();
    let exchange = |mechanism| Exchange::new(mechanism, &tim, "", &ChannelBinding::None).unwrap();
    let append = |messages: Vec<AppendMessage>| Command::Append {
        mailbox: Mailbox::INBOX,
        messages: messages.try_into().unwrap(),
    };
    let request: Request = match ask {
        Ask::Cram => exchange(Mechanism::CramMd5).into(),
        Ask::Plain => exchange(Mechanism::Plain).into(),
        Ask::Append(sizes) => {
            append(sizes.iter().copied().map(AppendMessage::streamed).collect()).into()
        }
        Ask::Catenate => {
            let parts = vec![
                CatenatePart::StreamedText { size: 3, form: LiteralForm::Literal },
                CatenatePart::Text("ab".into()),
                CatenatePart::StreamedText { size: 0, form: LiteralForm::Literal },
            ];
            append(vec![AppendMessage::new(AppendData::Catenate(parts))]).into()
        }
        Ask::Replace => Command::Replace {
            number: 4.try_into().unwrap(),
            mailbox: Mailbox::new("b\u{e4}r").unwrap(),
            message: AppendMessage::streamed(2),
            uid: true,
        }
        .into(),
        Ask::Command(line) => command(line).into(),
    };
    client.send(request).ok()
}

fn command(line: &str) -> Command {
    let frame = Frame::new(format!("x {line}\r\n").into());
    Command::parse(&frame, ReadOptions::default()).unwrap().value.command
}

/// Sends all that is asked for, in two pieces.
fn send_text(client: &mut Client) -> bool {
    let Some(left) = client.body_left() else { return false };
    let octets = vec![b'x'; usize::try_from(left).unwrap()];
    assert_eq!(client.send_body(vec![b'y'; octets.len() + 1].into()), Err(Error::Misuse));
    let (first, second) = octets.split_at(octets.len() / 2);
    client.send_body(Bytes::copy_from_slice(first)).unwrap();
    if !second.is_empty() {
        assert_eq!(client.finish_body(), Err(Error::Misuse));
    }
    client.send_body(Bytes::copy_from_slice(second)).unwrap();
    client.finish_body().unwrap();
    true
}

impl Subject for Caller {
    type Machine = Client;

    fn start(&self) -> Client {
        let mut client = Client::new(self.config.clone());
        self.asked.iter().for_each(|&asked| {
            ask(&mut client, asked);
        });
        client
    }

    fn answer(&self, client: &mut Client, event: &Event) {
        match event {
            Event::Ready { .. } => self.then.iter().for_each(|&asked| {
                ask(client, asked);
            }),
            Event::Idling(_) => client.done().unwrap(),
            // Misuse at any time changes nothing.
            _ => {
                assert!(client.send(Command::StartTls).is_err());
                assert!(client.upgraded().is_err());
            }
        }
    }

    fn act(&self, client: &mut Client) -> bool {
        send_text(client)
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        match event {
            Event::Chunk(octets) => Some(octets),
            _ => None,
        }
    }
}

const GREETINGS: &[&str] = &[
    "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ MULTIAPPEND CATENATE REPLACE] hi\r\n",
    "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL- MULTIAPPEND CATENATE REPLACE] hi\r\n",
    "* PREAUTH [CAPABILITY IMAP4rev1 MULTIAPPEND CATENATE ENABLE QRESYNC] hi\r\n",
    "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=CRAM-MD5] hi\r\n",
    "* OK [CAPABILITY IMAP4rev2] hi\r\n",
    "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
    "* OK\r\n",
    "* BYE\r\n",
    "* NO\r\n",
    "",
];
const RESPONSES: &[&str] = &[
    "A1 OK\r\n",
    "A1 NO\r\n",
    "A2 OK x\r\n",
    "A2 OK x\r\n",
    "A3 OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] x\r\n",
    "A3 OK x\r\n",
    "A4 OK x\r\n",
    "A4 BAD x\r\n",
    "A5 OK x\r\n",
    "A6 OK x\r\n",
    "A7 NO [TRYCREATE] x\r\n",
    "A7 OK x\r\n",
    "A2 BYE\r\n",
    "A3 GARBAGE\r\n",
    "A01 OK\r\n",
    "+ go\r\n",
    "+ go\r\n",
    "+ \r\n",
    "+\r\n",
    "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n",
    "* 3 EXISTS\r\n",
    "* 2 EXPUNGE\r\n",
    "* 1 FETCH (UID 3 BODY[] {12}\r\nhello\r\nthere FLAGS (\\Seen))\r\n",
    "* 1 FETCH (BODY[1]<7> {9}\r\nhello\r\n.. BINARY[2] ~{6}\r\n\0\0\0\r\n\r)\r\n",
    "* 1 FETCH (RFC822.TEXT {6}\r\nA1 OK\n)\r\n",
    "* 2 FETCH (BODY[",
    "* LIST () \"/\" {9}\r\nA1 OK x\r\n\r\n",
    "* OK [CLOSED] x {3}\r\n",
    "* CAPABILITY IMAP4rev1 LITERAL- AUTH=PLAIN\r\n",
    "* CAPABILITY IMAP4rev1 COMPRESS=DEFLATE LOGINDISABLED\r\n",
    "* ENABLED QRESYNC IMAP4rev2\r\n",
    "* SEARCH 1 2 3\r\n",
    "* VANISHED (EARLIER) 1:9\n",
    "* BYE going\r\n",
    "* PREAUTH\r\n",
    "\0\0* 1 RECENT\r\n",
    "x\r\n",
    "\r\n",
    "* OK a line that is far too long for this client, which has to say so, though it goes on\r\n",
    "A2 OK a line that is far too long for this client, which has to say so, though it goes on\r\n",
    "* 1 FETCH (BODY[] {99999}\r\n",
];
const COMMANDS: &[&str] = &[
    "CAPABILITY",
    "NOOP",
    "LOGOUT",
    "ID NIL",
    "LOGIN tim \"a\\\"b\"",
    "ENABLE QRESYNC",
    "SELECT INBOX",
    "EXAMINE b&AOQ-r",
    "CLOSE",
    "UNSELECT",
    "LIST \"\" *",
    "STATUS INBOX (MESSAGES)",
    "IDLE",
    "EXPUNGE",
    "SEARCH 1:3 UNSEEN",
    "UID SEARCH ALL",
    "FETCH 1:* (UID BODY[])",
    "UID FETCH 1:* FLAGS",
    "STORE 1 +FLAGS (\\Seen)",
    "COPY 1 Sent",
    "UID MOVE 2 Trash",
    "UNAUTHENTICATE",
    "XPING",
];

fn config(tls: TlsPolicy, flags: [bool; 3]) -> Config {
    let mut config = Config::default();
    config.tls = tls;
    [config.plaintext_auth_without_tls, config.pipelining, config.compress] = flags;
    // A compressed stream cannot follow what is not compressed: that has its own dialogues.
    config.compress = false;
    config.enable = vec![mailwire_imap::Atom::new("QRESYNC").unwrap()];
    config.stream_above = 5;
    for limits in [&mut config.limits, &mut config.early_limits] {
        limits.line = 80;
        limits.frame = 200;
    }
    config
}

fn responses() -> impl Strategy<Value = Vec<u8>> {
    let response = prop_oneof![
        20 => select(RESPONSES).prop_map(|response| response.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..12),
    ];
    vec(response, 0..18).prop_map(|responses| responses.concat())
}

fn server() -> impl Strategy<Value = Vec<u8>> {
    (select(GREETINGS), responses())
        .prop_map(|(greeting, responses)| [greeting.as_bytes(), &responses].concat())
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let other = select(vec![
        Ask::Cram,
        Ask::Plain,
        Ask::Append(&[7]),
        Ask::Append(&[0, 5000]),
        Ask::Catenate,
        Ask::Replace,
    ]);
    vec(prop_oneof![2 => select(COMMANDS).prop_map(Ask::Command), 1 => other], 0..6)
}

fn callers() -> impl Strategy<Value = Caller> {
    let tls = select(vec![TlsPolicy::Never, TlsPolicy::Never, TlsPolicy::IfOffered]);
    (tls, any::<[bool; 3]>(), asks(), asks()).prop_map(|(tls, flags, asked, then)| Caller {
        config: config(tls, flags),
        asked,
        then,
    })
}

/// How many outcomes there were.
#[derive(Default)]
struct Tally {
    wanted: Vec<Handle>,
    done: Vec<Handle>,
}

impl Tally {
    fn see(&mut self, event: &Event) {
        let handle = match event {
            Event::Done { handle, .. } => {
                assert!(!self.done.contains(handle), "{handle:?} has two outcomes");
                self.done.push(*handle);
                return;
            }
            Event::SendBody { handle, .. }
            | Event::Idling(handle)
            | Event::TokenRefused { handle, .. } => handle,
            _ => return,
        };
        assert!(!self.done.contains(handle), "{event:?} behind the end");
    }
}

/// Runs it to its end and counts.
fn outcomes(caller: &Caller, server: &[u8]) -> Tally {
    let mut client = Client::new(caller.config.clone());
    let mut tally = Tally::default();
    tally.wanted.extend(caller.asked.iter().filter_map(|&asked| ask(&mut client, asked)));
    client.handle_input(Bytes::copy_from_slice(server));
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => {
                tally.see(&event);
                match event {
                    Event::Ready { .. } => {
                        let more = caller.then.iter().filter_map(|&a| ask(&mut client, a));
                        tally.wanted.extend(more);
                    }
                    Event::Idling(_) => client.done().unwrap(),
                    _ => {}
                }
            }
            Ok(Output::Transmit(_)) => {}
            Ok(Output::YourTurn) => assert!(send_text(&mut client)),
            Ok(Output::NeedInput | Output::Upgrade(_)) => client.handle_eof(),
            Ok(Output::Closed) | Err(_) => {
                assert_eq!(client.pending(), 0);
                tally.done.sort_unstable();
                return tally;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn laws_hold_for_any_server(caller in callers(), server in server()) {
        laws::check(&caller, &[&server]);
    }

    #[test]
    fn laws_hold_behind_tls(caller in callers(), responses in responses()) {
        let mut caller = caller;
        caller.config.tls = TlsPolicy::Require;
        caller.asked.insert(0, Ask::Command("LOGIN tim tanstaaf"));
        let number = caller.asked.len() + 1;
        let clear = format!("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\nA{number} OK go\r\n");
        let secure = format!(
            "* CAPABILITY IMAP4rev1 LITERAL+\r\nA{} OK\r\n\
             A1 OK [CAPABILITY IMAP4rev1 LITERAL- MULTIAPPEND CATENATE] hi\r\n",
            number + 1,
        );
        laws::check(&caller, &[clear.as_bytes(), &[secure.as_bytes(), &responses].concat()]);
    }

    /// Exactly one outcome for each request, end of stream included.
    #[test]
    fn every_request_has_one_outcome(caller in callers(), server in server()) {
        let tally = outcomes(&caller, &server);
        prop_assert_eq!(tally.done, tally.wanted);
    }

    /// The same when the server plays along to some point.
    #[test]
    fn every_outcome_at_any_end(
        caller in callers(),
        good in 0..12usize,
        responses in responses(),
    ) {
        let mut server = GREETINGS[0].as_bytes().to_vec();
        for number in 1..=good {
            server.extend_from_slice(format!("A{number} OK\r\n").as_bytes());
        }
        server.extend_from_slice(&responses);
        let tally = outcomes(&caller, &server);
        prop_assert_eq!(tally.done, tally.wanted);
    }

    /// With TLS required nothing but CAPABILITY and STARTTLS is sent before it, whatever the server says.
    #[test]
    fn nothing_leaks_before_tls(caller in callers(), server in server()) {
        let mut config = caller.config.clone();
        config.tls = TlsPolicy::Require;
        config.plaintext_auth_without_tls = true;
        let mut client = Client::new(config);
        caller.asked.iter().for_each(|&asked| { ask(&mut client, asked); });
        client.handle_input(server.into());
        let mut sent = Vec::new();
        loop {
            match client.poll_output() {
                Ok(Output::Event(_)) => {}
                Ok(Output::Transmit(bytes)) => sent.extend_from_slice(&bytes),
                Ok(Output::YourTurn) => panic!("a text in the clear"),
                Ok(Output::NeedInput | Output::Upgrade(_)) => client.handle_eof(),
                Ok(Output::Closed) | Err(_) => break,
            }
        }
        let sent = String::from_utf8(sent).unwrap();
        for line in sent.lines() {
            let command = line.split_once(' ').unwrap().1;
            prop_assert!(["CAPABILITY", "STARTTLS"].contains(&command), "{}", sent);
        }
    }
}

/// A client that has a mailbox selected.
fn selected(config: Config) -> Client {
    let mut config = config;
    config.tls = TlsPolicy::Never;
    let mut client = Client::new(config);
    client.handle_input("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\nA1 OK\r\n".into());
    client.send(command("SELECT INBOX")).unwrap();
    while client.poll_output() != Ok(Output::NeedInput) {}
    assert!(client.mailbox().is_some());
    client
}

/// A text goes through as slices of what was read, and nothing of it stays.
#[test]
fn a_text_is_handed_over_as_it_came() {
    let mut client = selected(Config::default());
    client.send(command("FETCH 1 BODY[]")).unwrap();
    let chunk = Bytes::from("a line of text that needs no change\r\n".repeat(2_000));
    let head = format!("* 1 FETCH (BODY[] {{{}}}\r\n", chunk.len() * 100);
    client.handle_input(head.into());
    loop {
        match client.poll_output().unwrap() {
            Output::Event(Event::Body(body)) => assert_eq!(body.size, chunk.len() as u64 * 100),
            Output::NeedInput => break,
            _ => {}
        }
    }
    for _ in 0..100 {
        client.handle_input(chunk.clone());
        let Ok(Output::Event(Event::Chunk(octets))) = client.poll_output() else { panic!() };
        assert_eq!((octets.as_ptr(), octets.len()), (chunk.as_ptr(), chunk.len()));
    }
    assert_eq!(client.poll_output(), Ok(Output::Event(Event::BodyEnd)));
    assert_eq!(client.poll_output(), Ok(Output::NeedInput));
}

/// What the caller sends goes out as the slices it came in.
#[test]
fn a_text_is_sent_as_it_came() {
    let mut client = selected(Config::default());
    let chunk = Bytes::from(vec![b'x'; 64 << 10]);
    let messages = vec![AppendMessage::streamed(chunk.len() as u64 * 50)];
    let messages = messages.try_into().unwrap();
    client.send(Command::Append { mailbox: Mailbox::INBOX, messages }).unwrap();
    assert!(matches!(client.poll_output(), Ok(Output::Event(Event::SendBody { .. }))));
    assert_eq!(client.poll_output(), Ok(Output::Transmit("A2 APPEND INBOX {3276800+}\r\n".into())));
    for _ in 0..50 {
        assert_eq!(client.poll_output(), Ok(Output::YourTurn));
        client.send_body(chunk.clone()).unwrap();
        let Ok(Output::Transmit(octets)) = client.poll_output() else { panic!() };
        assert_eq!(octets.as_ptr(), chunk.as_ptr());
    }
    client.finish_body().unwrap();
    assert_eq!(client.poll_output(), Ok(Output::Transmit("\r\n".into())));
    assert_eq!(client.poll_output(), Ok(Output::NeedInput));
}

#[test]
fn passwords_are_not_shown() {
    let mut config = Config::default();
    config.tls = TlsPolicy::Never;
    config.plaintext_auth_without_tls = true;
    let mut client = Client::new(config);
    let tim = Credentials::password("tim", "tanstaaf").unwrap();
    let login = command("LOGIN tim tanstaaf");
    let plain = Exchange::new(Mechanism::Plain, &tim, "", &ChannelBinding::None).unwrap();
    let mut shown = format!("{login:?} {:?} {plain:?}", Request::from(login.clone()));
    client.send(plain).unwrap();
    client.send(login).unwrap();
    client.handle_input("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\nA1 NO\r\n".into());
    let mut sent = Vec::new();
    loop {
        shown.push_str(&format!("{client:?}"));
        match client.poll_output().unwrap() {
            Output::Event(event) => shown.push_str(&format!("{event:?}")),
            Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
            _ => break,
        }
    }
    assert!(sent.ends_with(b"A2 LOGIN tim tanstaaf\r\n"), "{}", sent.escape_ascii());
    assert!(sent.starts_with(b"A1 AUTHENTICATE PLAIN AHRpbQB0YW5zdGFhZg==\r\n"));
    assert!(!shown.contains("tanstaaf") && !shown.contains("AHRpbQB0"), "{shown}");
}

#[test]
fn a_session_is_small() {
    assert!(size_of::<Client>() <= 768, "{}", size_of::<Client>());
}

#[test]
fn an_error_stays() {
    let mut client = Client::new(Config::default());
    let handle = client.send(Command::Noop).unwrap();
    client.handle_input("+OK POP3\r\n".into());
    let result = Outcome::NotSent(mailwire_imap::client::NotSent::SessionOver);
    let mut events = Vec::new();
    let error = loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => events.push(event),
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(events.last(), Some(&Event::Done { handle, result }));
    assert_eq!(error, Error::UnexpectedResponse);
    assert_eq!(client.send(Command::Noop), Err(error.clone()));
    client.handle_input("* OK\r\n".into());
    assert_eq!(client.poll_output(), Err(error));
}

#[test]
fn no_layer_is_put_in_before_it_is_asked_for() {
    let mut client = Client::new(Config::default());
    client.handle_input(Bytes::from_static(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"));
    while client.poll_output() != Ok(Output::NeedInput) {}
    // An answer without text is worth an event, which comes first.
    client.handle_input(Bytes::from_static(b"A1 OK\r\n"));
    assert!(matches!(client.poll_output(), Ok(Output::Event(Event::Repaired(_)))));
    assert_eq!(client.upgraded(), Err(Error::Misuse));
    assert_eq!(client.poll_output(), Ok(Output::Upgrade(mailwire_core::Upgrade::Tls)));
    assert_eq!(client.upgraded(), Ok(()));
}

/// However many commands are asked for, they go out in a few writes, and no more than can be kept track
/// of are in progress.
#[test]
fn many_commands_are_in_progress_at_once() {
    let mut client = selected(Config::default());
    let handles: Vec<_> =
        (0..1000).map(|_| client.send(command("FETCH 1 FLAGS")).unwrap()).collect();
    let (mut writes, mut done, mut open) = (0, 0, Vec::new());
    while done < handles.len() {
        match client.poll_output().unwrap() {
            Output::Transmit(bytes) => {
                writes += 1;
                let lines = std::str::from_utf8(&bytes).unwrap().lines();
                open.extend(lines.map(|line| line.split(' ').next().unwrap().to_owned()));
            }
            Output::Event(Event::Done { handle, result }) => {
                assert!(result.is_ok() && handle == handles[done]);
                done += 1;
            }
            Output::NeedInput => {
                let answers: String = open.drain(..).map(|tag| format!("{tag} OK x\r\n")).collect();
                client.handle_input(answers.into());
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(writes <= 40, "{writes} writes");
}
