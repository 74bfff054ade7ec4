//! The six laws for the client machine, on servers that are confused or mean no good; and one outcome
//! for each request, whatever they say.
use std::collections::BTreeMap;

use bytes::Bytes;
use mailwire_core::{BareLineEnds, Output};
use mailwire_pop3::{
    Command, Error, MessageNumber,
    client::{
        Client, Config, EndOfText, Event, Login, Outcome, Request, RequestId, State, TlsPolicy,
    },
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::{
    laws::{self, Subject},
    naive,
};

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
    Login,
    Cram,
    Command(&'static str),
    Lines,
}

fn ask(client: &mut Client, ask: Ask) -> Option<RequestId> {
    let request: Request = match ask {
        Ask::Login => Login::password("tim", "tanstaaf", "nonce").unwrap().into(),
        Ask::Cram => {
            let tim = Credentials::password("tim", "tanstaaf").unwrap();
            Exchange::new(Mechanism::CramMd5, &tim, "", &ChannelBinding::None).unwrap().into()
        }
        Ask::Command(line) => command(line).into(),
        Ask::Lines => Request::Lines(Command::unknown("XLINES", None).unwrap()),
    };
    client.send(request).ok()
}

fn command(line: &str) -> Command {
    Command::parse(line.to_owned().into(), mailwire_pop3::Quirks::NONE).unwrap().0
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
            // Misuse at any time changes nothing.
            _ => assert!(client.send(Command::Stls).is_err()),
        }
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        match event {
            Event::Chunk { octets, .. } => Some(octets),
            _ => None,
        }
    }
}

fn config(tls: TlsPolicy, flags: [bool; 4]) -> Config {
    let mut config = Config::default();
    config.tls = tls;
    [
        config.plaintext_auth_without_tls,
        config.apop_without_tls,
        config.capa_after_login,
        config.pipelining,
    ] = flags;
    config.limits.line = 60;
    config.limits.sasl_line = 70;
    config.limits.reply = 150;
    config.listing = 5;
    config
}

const GREETINGS: &[&str] =
    &["+OK ready\r\n", "+OK <1896.697170952@dbc.mtview.ca.us>\n", "-ERR\r\n", ""];
const CAPAS: &[&str] = &[
    "+OK\r\nTOP\r\nUSER\r\nSASL CRAM-MD5 PLAIN\r\nPIPELINING\r\nRESP-CODES\r\n.\r\n",
    "+OK\r\nUSER\r\n.\r\n",
    "+OK\r\nSTLS\r\nPIPELINING\r\n.\r\n",
    "-ERR what\r\n",
    "+OK\nSASL LOGIN\n.\n.\r\n",
    "",
];
const REPLIES: &[&str] = &[
    "+OK\r\n",
    "+OK\r\n",
    "+OK\r\n",
    "+OK\r\n",
    "+OK 1 2\r\n",
    "+OK 2 abc def\n",
    "-ERR no\r\n",
    "-ERR [AUTH] no\r\n",
    "-ERR [IN-USE] no\r\n",
    "+ \r\n",
    "+\r\n",
    "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n",
    "+OK\r\n1 1\r\n3 3\r\n.\r\n",
    "+OK\r\n..\r\n.x\r\n.\n\n.\r\n.\r\n",
    ".\r\n",
    ".\r\n",
    ".\r\n",
    ".\r",
    "1 2\r\n",
    "+o",
    "x\r\n",
    "\r\n",
    "+OK a line that is far too long for this client, which has to say so\r\n",
    "1 a line that is far too long for this client, which has to say so\r\n",
];
const COMMANDS: &[&str] = &[
    "STAT",
    "LIST",
    "LIST 1",
    "RETR 1",
    "RETR 2",
    "DELE 1",
    "NOOP",
    "RSET",
    "TOP 1 0",
    "UIDL",
    "UIDL 2",
    "CAPA",
    "LANG",
    "LANG en",
    "UTF8",
    "QUIT",
    "LAST",
    "AUTH",
    "XTND BBOARDS",
    "XPING",
];

fn server() -> impl Strategy<Value = Vec<u8>> {
    let start = (select(GREETINGS), select(CAPAS));
    (start, vec(select(REPLIES), 0..16)).prop_map(|((greeting, capa), replies)| {
        [greeting, capa].into_iter().chain(replies).collect::<String>().into_bytes()
    })
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let other = select(vec![Ask::Login, Ask::Login, Ask::Cram, Ask::Lines]);
    vec(prop_oneof![2 => select(COMMANDS).prop_map(Ask::Command), 1 => other], 0..6)
}

fn callers() -> impl Strategy<Value = Caller> {
    let tls = select(vec![TlsPolicy::Never, TlsPolicy::Never, TlsPolicy::IfOffered]);
    (tls, any::<[bool; 4]>(), any::<bool>(), any::<bool>(), asks(), asks()).prop_map(
        |(tls, flags, lenient, login, mut asked, then)| {
            let mut config = config(tls, flags);
            if lenient {
                config.end_of_text = EndOfText::Lenient;
            }
            if login {
                asked.insert(0, Ask::Login);
            }
            Caller { config, asked, then }
        },
    )
}

/// How many outcomes there were, and in which order.
#[derive(Default)]
struct Tally {
    wanted: Vec<RequestId>,
    done: Vec<RequestId>,
    bodies: BTreeMap<RequestId, Vec<u8>>,
}

impl Tally {
    fn see(&mut self, event: &Event) {
        match event {
            Event::Done { request, .. }
            | Event::LoggedIn { request, .. }
            | Event::LoginFailed { request, .. } => {
                assert!(!self.done.contains(request), "{request:?} has two outcomes");
                self.done.push(*request);
            }
            Event::Item { request, .. } => {
                assert!(!self.done.contains(request), "an item behind the end");
            }
            Event::Chunk { request, octets } => {
                assert!(!self.done.contains(request), "a chunk behind the end");
                self.bodies.entry(*request).or_default().extend_from_slice(octets);
            }
            _ => {}
        }
    }
}

/// Runs it to its end and counts.
fn outcomes(caller: &Caller, server: &[u8]) -> Tally {
    let mut client = Client::new(caller.config.clone());
    let mut tally = Tally::default();
    tally.wanted.extend(caller.asked.iter().filter_map(|&asked| ask(&mut client, asked)));
    client.handle_input(Bytes::copy_from_slice(server));
    let mut readies = 0;
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => {
                tally.see(&event);
                if let Event::Ready { .. } = event {
                    readies += 1;
                    assert!(readies <= 2);
                    tally.wanted.extend(caller.then.iter().filter_map(|&a| ask(&mut client, a)));
                }
            }
            Ok(Output::Transmit(_)) => {}
            Ok(Output::NeedInput | Output::YourTurn | Output::Upgrade(_)) => client.handle_eof(),
            Ok(Output::Closed) | Err(_) => {
                assert_eq!(client.pending(), 0);
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
    fn laws_hold_behind_tls(caller in callers(), server in server()) {
        let mut caller = caller;
        caller.config.tls = TlsPolicy::Require;
        let clear = b"+OK\r\n+OK\r\nSTLS\r\n.\r\n+OK go\r\n";
        let offer = b"+OK\r\nUSER\r\nPIPELINING\r\n.\r\n";
        laws::check(&caller, &[clear, &[&offer[..], &server].concat()]);
    }

    /// Exactly one outcome for each request, in the order of asking, end of stream included.
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
        replies in vec(select(REPLIES), 0..8),
    ) {
        let mut server = ["+OK\r\n", CAPAS[0]].concat();
        server.extend(["+OK\r\n", "+OK 1 1\r\n.\r\n"].iter().cycle().take(good).copied());
        server.extend(replies);
        let tally = outcomes(&caller, server.as_bytes());
        prop_assert_eq!(tally.done, tally.wanted);
    }
}

/// A client that asked for message 1, all before the message being through.
fn retrieving(end_of_text: EndOfText) -> (Client, RequestId) {
    let mut config = Config::default();
    config.implicit_tls = true;
    config.end_of_text = end_of_text;
    let mut client = Client::new(config);
    client.send(Login::password("tim", "tanstaaf", "").unwrap()).unwrap();
    let id = client.send(Command::Retr(MessageNumber::FIRST)).unwrap();
    client.handle_input("+OK\r\n-ERR\r\n+OK\r\n+OK\r\n+OK\r\n".into());
    while client.poll_output() != Ok(Output::NeedInput) {}
    (client, id)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What comes out of a message, and where it ends, is what the strict reference says.
    #[test]
    fn bodies_match_the_strict_reference(
        body in vec(select(b"\r\n\r\n.x.".to_vec()), 0..40),
        step in 1..50usize,
    ) {
        let wire = [&body[..], b"\r\n.\r\n"].concat();
        let reference = naive::unstuff(&wire, BareLineEnds::Keep);
        let end = reference.end.expect("it ends");
        let (mut client, id) = retrieving(EndOfText::Strict);
        let (mut got, mut done) = (Vec::new(), false);
        for piece in wire[..end].chunks(step) {
            prop_assert!(!done);
            client.handle_input(Bytes::copy_from_slice(piece));
            loop {
                match client.poll_output().unwrap() {
                    Output::Event(Event::Chunk { request, octets }) => {
                        prop_assert_eq!(request, id);
                        got.extend_from_slice(&octets);
                    }
                    Output::Event(Event::Done { outcome, .. }) => {
                        prop_assert!(outcome.is_accepted());
                        done = true;
                    }
                    Output::NeedInput => break,
                    other => panic!("{other:?}"),
                }
            }
        }
        prop_assert!(done);
        prop_assert_eq!(Bytes::from(got), Bytes::from(reference.content));
        // What is behind it is the server's next word, and nobody asked for one.
        if end < wire.len() {
            client.handle_input(Bytes::copy_from_slice(&wire[end..]));
            client.handle_eof();
            let last = loop {
                match client.poll_output() {
                    Ok(Output::Event(Event::Chunk { .. })) => panic!("a chunk behind the end"),
                    Ok(Output::Event(_)) => {}
                    other => break other,
                }
            };
            prop_assert!(last.is_err());
        }
    }
}

/// A message goes through as slices of what was read, and nothing of it stays.
#[test]
fn a_message_is_handed_over_as_it_came() {
    let (mut client, _) = retrieving(EndOfText::Strict);
    let chunk = Bytes::from("a line of text that needs no change\r\n".repeat(2_000));
    for _ in 0..100 {
        client.handle_input(chunk.clone());
        let Ok(Output::Event(Event::Chunk { octets, .. })) = client.poll_output() else { panic!() };
        assert_eq!((octets.as_ptr(), octets.len()), (chunk.as_ptr(), chunk.len()));
        assert_eq!(client.poll_output(), Ok(Output::NeedInput));
    }
}

#[test]
fn passwords_are_not_shown() {
    let mut config = config(TlsPolicy::Never, [true, true, true, true]);
    config.limits = Config::default().limits;
    let mut client = Client::new(config);
    let login = Login::password("tim", "tanstaaf", "nonce").unwrap();
    let mut shown = format!("{login:?} {:?}", Request::from(login.clone()));
    client.send(login).unwrap();
    client.handle_input("+OK\r\n+OK\r\nSASL PLAIN\r\nUSER\r\n.\r\n-ERR\r\n+OK\r\n".into());
    loop {
        shown.push_str(&format!("{client:?}"));
        match client.poll_output().unwrap() {
            Output::Event(event) => shown.push_str(&format!("{event:?}")),
            Output::Transmit(bytes) => assert!(bytes.ends_with(b"PASS tanstaaf\r\n")),
            _ => break,
        }
    }
    assert_eq!(client.state(), State::Login);
    assert!(!shown.contains("tanstaaf") && shown.contains("Login"), "{shown}");
}

#[test]
fn a_session_is_small() {
    assert!(size_of::<Client>() <= 512, "{}", size_of::<Client>());
}

#[test]
fn an_error_stays() {
    let mut client = Client::new(Config::default());
    let id = client.send(Command::Noop).unwrap();
    client.handle_input("* OK IMAP4rev1\r\n".into());
    let done = Event::Done {
        request: id,
        outcome: Outcome::NotSent(mailwire_pop3::client::NotSent::SessionOver),
    };
    assert_eq!(client.poll_output(), Ok(Output::Event(done)));
    let error = client.poll_output().unwrap_err();
    assert!(matches!(error, Error::BadReply(_)));
    assert_eq!(client.send(Command::Noop), Err(error));
    client.handle_input("+OK\r\n".into());
    assert_eq!(client.poll_output(), Err(error));
}
