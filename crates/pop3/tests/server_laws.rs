//! The six laws for the server machine, on dialogues that a hostile peer would make, with a caller that
//! does what callers do.
use std::cell::Cell;

use mailwire_core::{Machine, Output};
use mailwire_pop3::{
    Capability, Error, Reply, Timestamp, UniqueId,
    server::{Config, Due, Event, Flow, Maildrop, Server, State},
};
use mailwire_sasl::{
    Mechanism,
    server::{Config as SaslConfig, Exchange, Question},
};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::laws::{self, End, Subject};

/// A caller whose behaviour follows from its whims, and not from the cut.
struct Caller {
    config: Config,
    count: u32,
    /// One bit for each kind of thing to refuse.
    whims: u32,
    /// How large the pieces of a message are.
    piece: usize,
    /// How much of the message that is due was sent. It starts over with every message.
    sent: Cell<usize>,
}

const MESSAGE: &[u8] = b"Subject: x\r\n\n..\n.\r\n\r.\r\rlast\n\n.";

impl Caller {
    fn refuses(&self, bit: u32) -> bool {
        self.whims >> bit & 1 == 1
    }

    fn try_everything(server: &mut Server) {
        let id = UniqueId::new("x").unwrap();
        assert_eq!(server.accept(), Err(Error::Misuse));
        assert_eq!(server.reject(&Reply::REFUSED), Err(Error::Misuse));
        assert_eq!(server.reply(&Reply::OK), Err(Error::Misuse));
        assert_eq!(server.supply(None), Err(Error::Misuse));
        assert_eq!(server.upgraded(), Err(Error::Misuse));
        assert_eq!(server.open(Maildrop::new(1)), Err(Error::Misuse));
        assert_eq!(server.send_total(1), Err(Error::Misuse));
        assert_eq!(server.send(&Reply::OK), Err(Error::Misuse));
        if server.due().is_none() {
            assert_eq!(server.send_size(1), Err(Error::Misuse));
            assert_eq!(server.send_unique_id(&id), Err(Error::Misuse));
            assert_eq!(server.send_body("x".into()), Err(Error::Misuse));
        }
        server.decline();
    }
}

impl Subject for Caller {
    type Machine = Server;

    fn start(&self) -> Server {
        self.sent.set(0);
        let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>").unwrap();
        Server::with_apop(self.config.clone(), timestamp)
    }

    fn answer(&self, server: &mut Server, event: &Event) {
        let result = match event {
            Event::Pass { .. } if self.refuses(0) => server.reject(&Reply::AUTH_FAILED),
            Event::Pass { .. } => server.accept(),
            Event::Apop { .. } => server.supply((!self.refuses(1)).then(|| "tanstaaf".into())),
            Event::Open(_) if self.refuses(2) => server.reject(&Reply::IN_USE),
            Event::Open(_) => server.open(Maildrop::new(self.count)),
            Event::Auth(mechanism) => {
                let config =
                    SaslConfig::new("nonce").with_hostname("mx.example").with_dummy("key", 4096);
                server.authenticate(Exchange::new(*mechanism, config).unwrap())
            }
            Event::Ask(Question::Password { authcid, .. }) if authcid == "tim" => server.accept(),
            Event::Ask(_) => server.reject(&Reply::AUTH_FAILED),
            Event::Stat => server.send_total(7),
            Event::Size(_) => server.send_size(7),
            Event::UniqueId(_) => server.send_unique_id(&UniqueId::new("x").unwrap()),
            Event::Retrieve(_) | Event::Top { .. } if self.refuses(3) => {
                server.reject(&Reply::NEEDS_UTF8)
            }
            Event::Sizes | Event::UniqueIds if self.refuses(4) => {
                server.reject(&Reply::LOCAL_ERROR)
            }
            Event::Delete(_) if self.refuses(5) => server.reject(&Reply::REFUSED),
            Event::Retrieve(_)
            | Event::Top { .. }
            | Event::Sizes
            | Event::UniqueIds
            | Event::Delete(_) => {
                self.sent.set(0);
                server.accept()
            }
            Event::Update if self.refuses(6) => server.reject(&Reply::NOT_REMOVED),
            Event::Update => server.accept(),
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
        // What is answered cannot be answered again, and trying changes nothing.
        Self::try_everything(server);
    }

    fn act(&self, server: &mut Server) -> bool {
        match server.due() {
            Some(Due::Size(number)) => {
                server.send_size(u64::from(number.get()) * 1_000).unwrap();
            }
            Some(Due::UniqueId(number)) => {
                let id = UniqueId::new(&format!("id-{number}")).unwrap();
                server.send_unique_id(&id).unwrap();
            }
            Some(Due::Body) => {
                let rest = &MESSAGE[self.sent.get()..];
                if rest.is_empty() && self.refuses(7) {
                    server.abort();
                } else if rest.is_empty() {
                    server.finish_body().unwrap();
                } else {
                    let piece = &rest[..self.piece.min(rest.len())];
                    let flow = server.send_body(bytes::Bytes::from_static(piece)).unwrap();
                    self.sent.set(self.sent.get() + piece.len());
                    if flow == Flow::Enough {
                        server.finish_body().unwrap();
                    }
                }
            }
            other => panic!("the caller's turn, and {other:?} is due"),
        }
        Self::try_everything(server);
        true
    }

    fn body<'e>(&self, _: &'e Event) -> Option<&'e [u8]> {
        None
    }
}

fn config() -> Config {
    let mut config = Config::new("ready").unwrap();
    config.limits.line = 60;
    config.limits.sasl_line = 30;
    config.limits.owed = 100;
    config.max_errors = 6;
    config.historic_commands = true;
    config.auth = vec![Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5];
    config.plaintext_auth_without_tls = true;
    config.offers.push(Capability::Stls);
    config.offers.push(Capability::Lang);
    config.offers.push(Capability::Utf8 { user: true });
    config
}

fn caller(count: u32, whims: u32, piece: usize) -> Caller {
    Caller { config: config(), count, whims, piece, sent: Cell::new(0) }
}

/// Lines and half lines of a client that knows the protocol and means no good.
const PIECES: &[&str] = &[
    "USER mrose\r\n",
    "user caf\u{e9}\n",
    "PASS tanstaaf\r\n",
    "PASS two words \r\n",
    "PASS\r\n",
    "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
    "APOP mrose c4c9334bac560ecc979e58001b3e22fc\r\n",
    "RPOP root\r\n",
    "AUTH\r\n",
    "AUTH PLAIN\r\n",
    "AUTH PLAIN AHRpbQBwdw==\r\n",
    "AUTH LOGIN\r\n",
    "AUTH CRAM-MD5\r\n",
    "dGlt\r\n",
    "*\r\n",
    "=\r\n",
    "STLS\r\n",
    "CAPA\r\n",
    "STAT\r\n",
    "LIST\r\n",
    "LIST 1\r\n",
    "LIST 0\r\n",
    "UIDL\r\n",
    "UIDL 2\r\n",
    "RETR 1\r\n",
    "retr  3 \r\n",
    "RETR 99999999999\r\n",
    "TOP 1 0\r\n",
    "TOP 2 2\r\n",
    "TOP 2 99\r\n",
    "DELE 1\r\n",
    "DELE 2\n",
    "RSET\r\n",
    "NOOP\r\n",
    "LAST\r\n",
    "XTND BBOARDS\r\n",
    "UTF8\r\n",
    "LANG\r\n",
    "LANG en\r\n",
    "QUIT\r\n",
    "X\r\n",
    "\r\n",
    "\r",
    "a line that is far too long for this server and so is dropped to its end\r\n",
    "GET / HTTP/1.1\r\n",
];

/// A client that at least gets into the middle of things.
const STARTS: &[&str] = &[
    "",
    "USER mrose\r\nPASS tanstaaf\r\n",
    "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
    "USER mrose\r\nPASS tanstaaf\r\nRETR 1\r\nLIST\r\nDELE 1\r\n",
    "USER mrose\r\nPASS tanstaaf\r\nDELE 2\r\nUIDL\r\nTOP 1 1\r\nQUIT\r\n",
];

fn dialogue() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        9 => select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..9),
    ];
    (select(STARTS.to_vec()), vec(piece, 0..12))
        .prop_map(|(start, pieces)| [start.as_bytes(), &pieces.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn six_laws(
        first in dialogue(),
        second in dialogue(),
        count in 0..40u32,
        // Most callers refuse little.
        whims in (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(a, b, c)| a & b & c),
        piece in 1..40usize,
    ) {
        laws::check(&caller(count, whims, piece), &[&first, &second]);
    }

    /// Whatever a client does, nothing is updated unless a QUIT line stands in what it said, and nothing
    /// that was not marked is ever named.
    #[test]
    fn nothing_is_deleted_without_quit(wire in dialogue(), count in 0..5u32) {
        let caller = caller(count, 0, 9);
        let record = laws::run(&caller, &[&wire], |_| usize::MAX);
        let updated = record.events.iter().any(|seen| {
            matches!(seen, laws::Seen::Event(event) if event == "Update")
        });
        let text = String::from_utf8_lossy(&wire).to_uppercase();
        prop_assert!(!updated || text.contains("QUIT\r\n"));
    }
}

/// Whether the rest of an over-long line is dropped already must not show in what follows.
#[test]
fn tls_behind_an_over_long_line() {
    let caller = caller(0, 0, 9);
    let wire = ["x".repeat(70).as_bytes(), b"\r\n\x16\x03\x01\r\n"].concat();
    laws::check(&caller, &[&wire]);
    let record = laws::run(&caller, &[&wire], |_| usize::MAX);
    assert_eq!(record.end, End::Failed("the client does not speak POP3".into()));
}

#[test]
fn an_error_latches_and_nothing_is_sent_behind_it() {
    let caller = caller(0, 0, 9);
    let record = laws::run(&caller, &[b"STLS\r\nQUIT\r\n"], |_| usize::MAX);
    assert_eq!(record.end, End::Failed("plaintext between STLS and the handshake".into()));
    assert!(record.sent.ends_with(b"+OK Begin TLS negotiation\r\n"));
}

/// Polls until nothing is transmitted, and says how much was at the most.
fn drain(server: &mut Server, caller: &Caller) -> (usize, usize) {
    let (mut largest, mut total) = (0, 0);
    loop {
        match server.poll_output().unwrap() {
            Output::Event(event) => caller.answer(server, &event),
            Output::YourTurn => assert!(caller.act(server)),
            Output::Transmit(bytes) => {
                largest = largest.max(bytes.len());
                total += bytes.len();
            }
            _ => return (largest, total),
        }
    }
}

#[test]
fn a_client_that_never_reads_cannot_make_answers_pile_up() {
    let caller = caller(40, 0, 9);
    let mut server = caller.start();
    let commands = b"LIST\r\nUIDL\r\nCAPA\r\nRETR 1\r\nNOOP\r\n".repeat(2_000);
    server.handle_input([&b"USER mrose\r\nPASS tanstaaf\r\n"[..], &commands].concat().into());
    let (largest, total) = drain(&mut server, &caller);
    // What CAPA says is the largest piece there is.
    assert!(largest < 500, "{largest} octets were owed at once");
    assert!(total > 1_000_000);
}

#[test]
fn listings_of_100_000_messages_are_never_in_one_buffer() {
    let mut caller = caller(100_000, 0, 9);
    caller.config.limits.owed = 16_384;
    let mut server = caller.start();
    server.handle_input(
        "USER mrose\r\nPASS tanstaaf\r\nDELE 7\r\nDELE 100000\r\nLIST\r\nUIDL\r\n".into(),
    );
    let mut sent = Vec::new();
    loop {
        match server.poll_output().unwrap() {
            Output::Event(event) => caller.answer(&mut server, &event),
            Output::YourTurn => while server.due().is_some() && caller.act(&mut server) {},
            Output::Transmit(bytes) => {
                assert!(bytes.len() < 16_384 + 100);
                sent.extend_from_slice(&bytes);
            }
            _ => break,
        }
    }
    let text = String::from_utf8(sent).unwrap();
    let mut lines = text.lines().skip_while(|line| *line != "+OK 99998 messages").skip(1);
    for number in (1..100_000).filter(|number| *number != 7) {
        assert_eq!(lines.next(), Some(&*format!("{number} {}", number * 1_000)));
    }
    assert_eq!((lines.next(), lines.next()), (Some("."), Some("+OK 99998 messages")));
    for number in (1..100_000).filter(|number| *number != 7) {
        assert_eq!(lines.next(), Some(&*format!("{number} id-{number}")));
    }
    assert_eq!((lines.next(), lines.next()), (Some("."), None));
}

/// What a pipelining client asked for is handed out before anything is deleted.
#[test]
fn update_comes_behind_everything_that_is_owed() {
    let caller = caller(1, 0, 99);
    let mut server = caller.start();
    server.handle_input("USER mrose\r\nPASS tanstaaf\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n".into());
    let mut sent = Vec::new();
    loop {
        match server.poll_output().unwrap() {
            Output::Event(Event::Update) => {
                assert!(sent.ends_with(b"\r\n..\r\n.\r\n+OK Message 1 deleted\r\n"));
                assert_eq!((server.state(), server.deleted().count()), (State::Update, 1));
                server.accept().unwrap();
            }
            Output::Event(event) => caller.answer(&mut server, &event),
            Output::YourTurn => assert!(caller.act(&mut server)),
            Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
            _ => break,
        }
    }
    assert!(sent.ends_with(b"+OK Bye\r\n"));
}

#[test]
fn a_message_that_is_given_up_does_not_look_whole() {
    let caller = caller(1, 0, 99);
    let mut server = caller.start();
    server.handle_input("USER mrose\r\nPASS tanstaaf\r\nRETR 1\r\n".into());
    let mut sent = Vec::new();
    loop {
        match server.poll_output().unwrap() {
            Output::Event(event) => caller.answer(&mut server, &event),
            Output::YourTurn => {
                server.send_body("half".into()).unwrap();
                // No word fits into a message.
                server.send(&Reply::SHUTTING_DOWN).unwrap();
            }
            Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
            other => {
                assert_eq!(other, Output::Closed);
                break;
            }
        }
    }
    assert!(sent.ends_with(b"+OK Message follows\r\nhalf"));
}

#[test]
fn the_timer_is_that_of_the_rfc() {
    let server = Server::new(config());
    assert_eq!(Machine::timeout(&server).as_secs(), 600);
}

#[test]
fn a_greeting_always_fits_its_line() {
    let timestamp = Timestamp::new(&format!("<{}@x>", "a".repeat(200))).unwrap();
    let config = Config::new(&"g".repeat(400)).unwrap();
    let mut server = Server::with_apop(config, timestamp.clone());
    let Ok(Output::Transmit(greeting)) = server.poll_output() else { panic!() };
    assert_eq!(greeting, format!("+OK {timestamp}\r\n"));
    assert!(Timestamp::new(&format!("<{}@x>", "a".repeat(505))).is_err());
}
