//! The six laws for the server machine, on dialogues that a hostile peer would make, with a caller that
//! does what callers do.

#[path = "support/view.rs"]
mod view;

use bytes::Bytes;
use mailwire_core::{Machine, Output};
use mailwire_imap::{
    Command, Condition, Data, Error, Flags, FrameLimits, List, Mailbox, Messages, ResponseCode,
    Section, SystemFlag, WordCode,
    fetch::{FetchData, FetchItem},
    server::{Config, Event, MessageRef, Selected, Server, State},
};
use mailwire_sasl::{
    Mechanism,
    server::{Config as SaslConfig, Exchange, Question},
};
use proptest::{collection::vec, prelude::*, sample::select};
use std::cell::{Cell, RefCell};
use testkit::laws::{self, End, Subject};

/// A caller whose behaviour follows from its whims, and not from the cut.
struct Caller {
    config: Config,
    count: u32,
    /// One bit for each kind of thing to refuse, or to do.
    whims: u32,
    /// How large the pieces of a body are.
    piece: usize,
    /// How many messages there are now, and the UID of the first.
    there: Cell<(u32, u32)>,
    /// Messages whose bodies are still to be sent.
    queue: RefCell<Vec<u32>>,
}

const BODY: &[u8] = b"Subject: x\r\n\r\n)\r\na OK FETCH completed\r\n{5}\r\n";

impl Caller {
    fn whim(&self, bit: u32) -> bool {
        self.whims >> bit & 1 == 1
    }

    fn message(&self, number: u32) -> MessageRef {
        MessageRef::new(number, self.there.get().1 + number).with_mod_seq(7)
    }

    /// Another session expunges the first message, or brings one.
    fn meanwhile(&self, server: &mut Server) {
        let (count, first) = self.there.get();
        if server.state() != State::Selected {
            return;
        }
        if self.whim(8) && count > 0 {
            server.expunge(self.message(1)).unwrap();
            self.there.set((count - 1, first + 1));
        } else if self.whim(9) && count < 50 {
            self.there.set((count + 1, first));
            server.exists(count + 1).unwrap();
        }
        if self.whim(10) && self.there.get().0 > 0 {
            server.flags(self.message(1), &SystemFlag::Seen.into()).unwrap();
        }
    }

    fn start_body(&self, server: &mut Server) -> Result<(), Error> {
        let Some(number) = self.queue.borrow_mut().pop() else { return server.accept() };
        let data = FetchData::Streamed(BODY.len() as u64);
        let item = FetchItem::Section { section: Section::WHOLE, origin: None, data };
        server.fetch(self.message(number))?.stream(&item)
    }

    fn command(&self, server: &mut Server, command: &Command) -> Result<(), Error> {
        let (count, first) = self.there.get();
        match command {
            Command::Select { .. } | Command::Examine { .. } => {
                self.queue.borrow_mut().clear();
                server.select(&Selected::new(count, 1, first + count + 1))?;
                server.accept()
            }
            Command::Fetch { messages: Messages::Set(set), uid, .. } => {
                let last = if *uid { first + count } else { count };
                let chosen = (1..=count).filter(|number| {
                    set.contains(if *uid { first + number } else { *number }, last)
                });
                if self.whim(4) {
                    *self.queue.borrow_mut() = chosen.collect();
                    return self.start_body(server);
                }
                for number in chosen.collect::<Vec<_>>() {
                    server.fetch(self.message(number))?.uid().flags(&Flags::none());
                }
                server.accept()
            }
            Command::Store { .. } if count > 0 => {
                server.stored(self.message(count), &Flags::none())?;
                let code = ResponseCode::Modified("1".parse().unwrap());
                server.accept_with(code)
            }
            Command::Search(_) | Command::Sort(_) => {
                server.send_found((1..=count).map(|number| self.message(number)))?;
                server.accept()
            }
            Command::List(_) | Command::Lsub { .. } => {
                server.send_list(&List::new(Mailbox::INBOX, Some('/')))?;
                server.accept()
            }
            Command::Expunge(_) if count > 0 => {
                server.expunge(self.message(1))?;
                self.there.set((count - 1, first + 1));
                server.accept()
            }
            Command::Append { .. } | Command::Replace { .. } | Command::Close => server.accept(),
            _ => {
                server.decline();
                Ok(())
            }
        }
    }

    fn try_everything(server: &mut Server) {
        let code = WordCode::Alert;
        assert_eq!(server.accept(), Err(Error::Misuse));
        assert_eq!(server.accept_with(code), Err(Error::Misuse));
        assert_eq!(server.accept_stream(), Err(Error::Misuse));
        assert_eq!(server.accept_as("x"), Err(Error::Misuse));
        assert_eq!(server.reject(code, "no"), Err(Error::Misuse));
        assert_eq!(server.reply(Condition::Ok, None, "x"), Err(Error::Misuse));
        assert_eq!(server.supply(None), Err(Error::Misuse));
        assert_eq!(server.upgraded(), Err(Error::Misuse));
        assert_eq!(server.select(&Selected::new(1, 1, 1)), Err(Error::Misuse));
        assert_eq!(server.send_found([]), Err(Error::Misuse));
        assert_eq!(server.stored(MessageRef::new(1, 1), &Flags::none()), Err(Error::Misuse));
        assert_eq!(server.expunge(MessageRef::new(0, 1)), Err(Error::Misuse));
        assert!(server.fetch(MessageRef::new(99, 99)).is_err());
        assert_eq!(server.send(Data::Expunge(std::num::NonZeroU32::MIN)), Err(Error::Misuse));
        assert_eq!(server.finish_body(), Err(Error::Misuse));
        assert_eq!(server.send_body("x".into()), Err(Error::Misuse));
        server.decline();
    }
}

impl Subject for Caller {
    type Machine = Server;

    fn start(&self) -> Server {
        self.there.set((self.count, 100));
        self.queue.borrow_mut().clear();
        Server::new(self.config.clone())
    }

    fn answer(&self, server: &mut Server, event: &Event) {
        let result = match event {
            Event::Login { .. } if self.whim(0) => server.reject(WordCode::Expired, "Too old"),
            Event::Login { .. } => server.accept(),
            Event::Auth(mechanism) => {
                let config =
                    SaslConfig::new("nonce").with_hostname("mx.example").with_dummy("key", 4096);
                server.authenticate(Exchange::new(*mechanism, config).unwrap())
            }
            Event::Ask(Question::Password { .. }) if !self.whim(1) => server.accept(),
            Event::Ask(_) => server.reject(WordCode::AuthenticationFailed, "Wrong"),
            Event::Append(_) if self.whim(2) => server.reject(WordCode::OverQuota, "Full"),
            Event::Append(_) if self.whim(3) => server.accept_stream(),
            Event::Append(_) => server.accept(),
            Event::Excess(_) if self.whim(5) => server.accept(),
            Event::Command(command) if self.whim(6) && !matches!(command, Command::Noop) => {
                server.reply(Condition::No, None, "No\r\nno")
            }
            Event::Command(command) => self.command(server, command),
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
        // What is answered cannot be answered again, and trying changes nothing.
        let begins_body = matches!(event, Event::Command(Command::Fetch { .. })) && self.whim(4);
        if !begins_body {
            Self::try_everything(server);
        }
        // How many chunks there are depends on the cut.
        if !matches!(event, Event::Chunk(_)) {
            self.meanwhile(server);
        }
    }

    fn act(&self, server: &mut Server) -> bool {
        let Some(left) = server.due() else { panic!("the caller's turn, and nothing is due") };
        assert_eq!(server.accept(), Err(Error::Misuse));
        server.decline();
        if left == 0 {
            server.finish_body().unwrap();
            self.start_body(server).unwrap();
        } else if self.whim(7) && left < 9 {
            server.abort();
        } else {
            assert_eq!(server.finish_body(), Err(Error::Misuse));
            let from = BODY.len() - usize::try_from(left).unwrap();
            let to = BODY.len().min(from + self.piece);
            server.send_body(Bytes::from_static(&BODY[from..to])).unwrap();
            assert_eq!(server.send_body(Bytes::from_static(&[0; 99])), Err(Error::Misuse));
        }
        true
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        if let Event::Chunk(octets) = event { Some(octets) } else { None }
    }
}

fn config() -> Config {
    let mut config = Config::new("ready")
        .offering(
            "IMAP4rev2 STARTTLS COMPRESS=DEFLATE UNAUTHENTICATE CONDSTORE QRESYNC UIDONLY ESEARCH \
             SEARCHRES MULTIAPPEND CATENATE REPLACE UIDPLUS MOVE SORT BINARY UTF8=ACCEPT NOTIFY",
        )
        .unwrap();
    config.before_login = limits(60, 8, 90);
    config.after_login = limits(80, 8, 120);
    config.sasl_line = 30;
    config.owed = 100;
    config.max_errors = 6;
    config.append_limit = Some(40);
    config.append_messages = 3;
    config.auth = vec![Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5];
    config.plaintext_auth_without_tls = true;
    config
}

fn limits(line: usize, inline: u64, frame: usize) -> FrameLimits {
    let mut limits = FrameLimits::SERVER;
    (limits.line, limits.inline, limits.frame) = (line, inline, frame);
    limits
}

fn caller(count: u32, whims: u32, piece: usize) -> Caller {
    let (there, queue) = (Cell::default(), RefCell::default());
    Caller { config: config(), count, whims, piece, there, queue }
}

/// Lines and half lines of a client that knows the protocol and means no good.
const PIECES: &[&str] = &[
    "a LOGIN tim secret\r\n",
    "b login {3}\r\ntim {6+}\r\nsecret\r\n",
    "c AUTHENTICATE PLAIN\r\n",
    "c AUTHENTICATE PLAIN AHRpbQBwdw==\r\n",
    "c AUTHENTICATE LOGIN\r\n",
    "c AUTHENTICATE CRAM-MD5\r\n",
    "dGlt\r\n",
    "*\r\n",
    "AHRpbQBwdw==\r\n",
    "d STARTTLS\r\n",
    "d COMPRESS DEFLATE\r\n",
    "e CAPABILITY\r\n",
    "e NOOP\r\n",
    "e  noop \n",
    "f SELECT inbox\r\n",
    "f EXAMINE {5+}\r\ninbox\r\n",
    "f ENABLE QRESYNC\r\n",
    "f ENABLE UIDONLY IMAP4rev2\r\n",
    "g FETCH 1:* FLAGS\r\n",
    "g UID FETCH 101:* BODY[]\r\n",
    "g FETCH 3 BODY[]\r\n",
    "g FETCH $ UID\r\n",
    "h STORE 1 +FLAGS (\\Seen)\r\n",
    "h UID STORE 101 -FLAGS.SILENT \\Seen\r\n",
    "i SEARCH ALL\r\n",
    "i UID SEARCH RETURN (SAVE MIN) SUBJECT {3+}\r\nabc\r\n",
    "i SEARCH $ 1 {3}\r\n",
    "j EXPUNGE\r\n",
    "j UID EXPUNGE 101\r\n",
    "k CLOSE\r\n",
    "k UNSELECT\r\n",
    "l LIST \"\" *\r\n",
    "m IDLE\r\n",
    "DONE\r\n",
    "n APPEND inbox {7+}\r\n",
    "n APPEND inbox (\\Seen) {5}\r\n",
    "n APPEND {5}\r\ninbox {4}\r\n",
    "n APPEND inbox CATENATE (URL /x TEXT {3+}\r\n",
    " TEXT {2+}\r\n",
    ") {4+}\r\n",
    "n UID REPLACE 101 inbox ~{3+}\r\n",
    "n APPEND inbox {41+}\r\n",
    "n APPEND inbox {99}\r\n",
    "n APPEND inbox {0}\r\n",
    "abc",
    "abcdefg {3+}\r\n",
    ")\r\n",
    "0123456789012345678901234567890123456789x\r\n",
    "o UNAUTHENTICATE\r\n",
    "p LOGOUT\r\n",
    "X\r\n",
    "\r\n",
    "\n",
    "\r",
    "q a line that is far too long for this server and so is dropped to its end, and on and on it goes\r\n",
    "q {9999999999}\r\n",
    "GET / HTTP/1.1\r\n",
];

/// A client that at least gets into the middle of things.
const STARTS: &[&str] = &[
    "",
    "a LOGIN tim secret\r\n",
    "a LOGIN tim secret\r\nb SELECT inbox\r\n",
    "a LOGIN tim secret\r\nb ENABLE QRESYNC\r\nc SELECT inbox\r\nd FETCH 1:* BODY[]\r\ne NOOP\r\n",
    "a LOGIN tim secret\r\nb SELECT inbox\r\nc UID SEARCH RETURN (SAVE) ALL\r\nd FETCH $ UID\r\n",
    "a LOGIN tim secret\r\nb SELECT inbox\r\nc APPEND inbox {3+}\r\nabc {4+}\r\ndefg\r\n",
    "a LOGIN tim secret\r\nb SELECT inbox\r\nc IDLE\r\n",
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
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn six_laws(
        first in dialogue(),
        second in dialogue(),
        count in 0..9u32,
        // Most callers refuse little.
        whims in (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(a, b, c)| a & b & c),
        piece in 1..40usize,
    ) {
        laws::check(&caller(count, whims, piece), &[&first, &second]);
    }

    /// Whatever happens meanwhile, the numbers that the client is told are those of the UIDs that it is told.
    #[test]
    fn numbers_and_uids_go_together(
        wire in dialogue(),
        count in 0..9u32,
        whims in (any::<u32>(), any::<u32>()).prop_map(|(a, b)| a & b & 0x7f0),
    ) {
        let record = laws::run(&caller(count, whims, 9), &[&wire], |_| usize::MAX);
        view::check(&record.sent);
    }
}

#[test]
fn an_error_latches_and_nothing_is_sent_behind_it() {
    let caller = caller(0, 0, 9);
    let record = laws::run(&caller, &[b"a STARTTLS\r\nb NOOP\r\n"], |_| usize::MAX);
    assert_eq!(record.end, End::Failed("plaintext between STARTTLS and the handshake".into()));
    assert!(record.sent.ends_with(b"a OK Begin TLS negotiation\r\n"));
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
    let caller = caller(3, 1 << 4, 9);
    let mut server = caller.start();
    let commands =
        b"c CAPABILITY\r\nd FETCH 1:* BODY[]\r\ne SEARCH ALL\r\nf NOOP\r\n".repeat(2_000);
    server.handle_input([&b"a LOGIN a b\r\nb SELECT inbox\r\n"[..], &commands].concat().into());
    let (largest, total) = drain(&mut server, &caller);
    // What SELECT says is the largest piece there is.
    assert!(largest < 1_000, "{largest} octets were owed at once");
    assert!(total > 1_000_000);
}

/// Of a message of any length nothing is kept: neither what was taken, nor what was refused.
#[test]
fn long_messages_pass_through() {
    let mut caller = caller(0, 1 << 3, 9);
    caller.config.append_limit = None;
    let mut server = caller.start();
    server.handle_input("a LOGIN a b\r\n".into());
    drain(&mut server, &caller);
    server.handle_input("b APPEND inbox {10000000000+}\r\n".into());
    let mut taken = 0;
    let chunk = Bytes::from(vec![b'x'; 1 << 20]);
    while taken < 10_000_000_000u64 {
        match server.poll_output().unwrap() {
            Output::Event(Event::Chunk(octets)) => taken += octets.len() as u64,
            Output::Event(event) => caller.answer(&mut server, &event),
            Output::NeedInput => server.handle_input(chunk.clone()),
            other => panic!("{other:?}"),
        }
    }
}

/// CVE-2026-42245: what a literal costs does not depend on how many came before.
#[test]
fn many_literals_are_read_once() {
    let mut caller = caller(0, 0, 9);
    caller.config.after_login = limits(100, 8, 1 << 20);
    for literal in ["{0+}\r\n ", "{0}\r\n ", "{1+}\r\nx "] {
        let mut server = caller.start();
        server.handle_input("a LOGIN a b\r\n".into());
        drain(&mut server, &caller);
        let search = format!("b SEARCH {}x\r\n", literal.repeat(100_000));
        server.handle_input(search.into());
        drain(&mut server, &caller);
        assert_eq!(server.state(), State::Authenticated);
    }
}

#[test]
fn a_message_that_is_given_up_does_not_look_whole() {
    let caller = caller(1, 1 << 4, 9);
    let mut server = caller.start();
    server.handle_input("a LOGIN a b\r\nb SELECT inbox\r\nc FETCH 1 BODY[]\r\n".into());
    let mut sent = Vec::new();
    loop {
        match server.poll_output().unwrap() {
            Output::Event(event) => caller.answer(&mut server, &event),
            Output::YourTurn => {
                server.send_body("half".into()).unwrap();
                // No word fits into a message.
                server.bye("Shutting down").unwrap();
            }
            Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
            other => {
                assert_eq!(other, Output::Closed);
                break;
            }
        }
    }
    assert!(sent.ends_with(b"* 1 FETCH (BODY[] {44}\r\nhalf"), "{}", sent.escape_ascii());
}

/// Long data goes out once, whatever it is of: with NUL as literal8, where that may be.
#[test]
fn long_items_are_sent_once() {
    let caller = caller(1, 0, 9);
    for octets in [Bytes::from(vec![b'x'; 5_000]), Bytes::from(vec![0; 5_000])] {
        let data = || FetchData::Octets(octets.clone());
        let part = vec![std::num::NonZeroU32::MIN];
        let mut server = caller.start();
        server.handle_input("a LOGIN a b\r\nb SELECT inbox\r\n".into());
        drain(&mut server, &caller);
        for item in [
            FetchItem::Binary { part, origin: None, data: data() },
            FetchItem::Section { section: Section::WHOLE, origin: None, data: data() },
            FetchItem::Rfc822Text(data()),
        ] {
            server.fetch(MessageRef::new(1, 101)).unwrap().add(&item).unwrap();
            let mut sent = Vec::new();
            while let Ok(Output::Transmit(bytes)) = server.poll_output() {
                sent.extend_from_slice(&bytes);
            }
            let nul = octets[0] == 0 && matches!(item, FetchItem::Binary { .. });
            let literal = if nul { "~{5000}\r\n" } else { " {5000}\r\n" };
            let at = sent.windows(literal.len()).position(|w| w == literal.as_bytes());
            let at = at.unwrap_or_else(|| panic!("{}", sent.escape_ascii())) + literal.len();
            assert_eq!(&sent[at..], [&octets[..], b")\r\n"].concat());
        }
    }
}

/// What is told in the middle of a FETCH response comes behind it.
#[test]
fn updates_do_not_break_a_response() {
    let caller = caller(2, 1 << 4, 99);
    let mut server = caller.start();
    server.handle_input("a LOGIN a b\r\nb SELECT inbox\r\nc FETCH 1 BODY[]\r\n".into());
    let mut sent = Vec::new();
    loop {
        match server.poll_output().unwrap() {
            Output::Event(event) => caller.answer(&mut server, &event),
            Output::YourTurn => {
                if server.due() == Some(BODY.len() as u64) {
                    server.exists(3).unwrap();
                    server.expunge(MessageRef::new(2, 102)).unwrap();
                    server.send_status(Condition::Ok, WordCode::Alert, "careful").unwrap();
                }
                assert!(caller.act(&mut server));
            }
            Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
            _ => break,
        }
    }
    let want = [
        BODY,
        b")\r\n* 3 EXISTS\r\n* OK [ALERT] careful\r\nc OK [EXPUNGEISSUED] FETCH completed\r\n",
    ];
    assert!(sent.ends_with(&want.concat()), "{}", sent.escape_ascii());
}

#[test]
fn the_timers_are_those_of_the_rfc() {
    let caller = caller(0, 0, 9);
    let mut server = caller.start();
    assert!(Machine::timeout(&server).as_secs() < 600);
    server.handle_input("a LOGIN a b\r\nb IDLE\r\n".into());
    drain(&mut server, &caller);
    assert_eq!(server.timeout().as_secs(), 30 * 60);
}

/// Neither a password nor mail shows in what is logged.
#[test]
fn secrets_stay_hidden() {
    let mut server = caller(0, 0, 9).start();
    server.handle_input("a LOGIN tim sesame\r\nb LOGIN tim ses".into());
    let Ok(Output::Transmit(_)) = server.poll_output() else { panic!("a long greeting") };
    let Ok(Output::Event(event)) = server.poll_output() else { panic!("LOGIN asks") };
    assert!(!format!("{event:?} {server:?}").contains("ses"), "{event:?} {server:?}");
}
