//! The six laws for the server machine, on dialogues that a hostile peer would make.
use mailwire_core::{BareLineEnds, Machine};
use mailwire_sasl::{
    Mechanism,
    server::{Config as SaslConfig, Exchange, Question},
};
use mailwire_smtp::{
    Capability, Error, Reply,
    server::{Config, Event, Protocol, Server, State},
};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::laws::{self, End, Subject};

struct Caller(Config);

impl Subject for Caller {
    type Machine = Server;

    fn start(&self) -> Server {
        Server::new(self.0.clone())
    }

    /// Every kind of answer, chosen by what the event holds.
    fn answer(&self, server: &mut Server, event: &Event) {
        let result = match event {
            Event::Mail { from, .. } if from.to_string().contains("no") => {
                server.reject(&Reply::REFUSED)
            }
            Event::Rcpt { to, .. } if to.to_string().contains("no") => {
                server.reject(&Reply::NO_SUCH_USER)
            }
            Event::Rcpt { to, .. } if to.to_string().contains("421") => {
                server.reject(&Reply::SHUTTING_DOWN)
            }
            Event::Hello { .. } | Event::Mail { .. } | Event::Rcpt { .. } | Event::Data(_) => {
                server.accept()
            }
            Event::End(summary) if summary.size % 3 == 0 => {
                server.reject(&Reply::TRANSACTION_FAILED)
            }
            Event::End(_) => server.accept(),
            Event::Auth(mechanism) => {
                let config =
                    SaslConfig::new("nonce").with_hostname("mx.example").with_dummy("key", 4096);
                server.authenticate(Exchange::new(*mechanism, config).unwrap())
            }
            Event::Ask(Question::Password { authcid, .. }) if authcid == "tim" => server.accept(),
            Event::Ask(_) => server.reject(&Reply::AUTH_FAILED),
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
        // Nothing waits any more: every answer is misuse now, and changes nothing.
        if server.state() != State::Deciding {
            assert_eq!(server.accept(), Err(Error::Misuse));
            assert_eq!(server.reject(&Reply::REFUSED), Err(Error::Misuse));
            assert_eq!(server.reply(&Reply::OK), Err(Error::Misuse));
            assert_eq!(server.supply(None), Err(Error::Misuse));
            assert_eq!(server.upgraded(), Err(Error::Misuse));
            server.decline();
        }
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        match event {
            Event::Chunk(octets) => Some(octets),
            _ => None,
        }
    }
}

fn config(protocol: Protocol, bare_line_ends: BareLineEnds) -> Config {
    let mut config = Config::new("mx.example").unwrap();
    config.protocol = protocol;
    config.bare_line_ends = bare_line_ends;
    config.max_message_size = Some(40);
    config.max_recipients = 3;
    config.limits.line = 60;
    config.limits.sasl_line = 30;
    config.limits.owed = 300;
    config.max_errors = 6;
    config.historic_commands = true;
    config.auth = vec![Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5];
    config.plaintext_auth_without_tls = true;
    config.offers.push(Capability::StartTls);
    config.offers.push(Capability::BinaryMime);
    config.offers.push(Capability::Etrn);
    config.offers.push(Capability::XClient(mailwire_smtp::Params::from_static("ADDR")));
    config
}

/// Lines and half lines of a client that knows the protocol and means no good.
const PIECES: &[&str] = &[
    "EHLO a.example\r\n",
    "HELO a\r\n",
    "LHLO a.example\r\n",
    "MAIL FROM:<a@b.example>\r\n",
    "mail from: a@b.example BODY=BINARYMIME\r\n",
    "MAIL FROM:<no@b.example> SIZE=3\r\n",
    "MAIL FROM:<> SIZE=41\r\n",
    "RCPT TO:<c@d.example>\r\n",
    "RCPT TO:<c@d.example>\n",
    "RCPT TO:<no@d.example>\r\n",
    "RCPT TO:<421@d.example>\r\n",
    "DATA\r\n",
    "BDAT 4\r\n",
    "BDAT 7 LAST\r\n",
    "BDAT 0 LAST\r\n",
    "BDAT 99 LAST\r\n",
    "BDAT x\r\n",
    "line\r\n",
    "..\r\n",
    ".\r\n",
    "\r\n.\r\n",
    "\n.\n",
    "\r.\r",
    ".\r",
    "\0\u{fc}",
    "AUTH PLAIN\r\n",
    "AUTH PLAIN AHRpbQBwdw==\r\n",
    "AUTH LOGIN\r\n",
    "AUTH CRAM-MD5\r\n",
    "dGlt\r\n",
    "*\r\n",
    "=\r\n",
    "STARTTLS\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    "VRFY a\r\n",
    "EXPN a\r\n",
    "HELP\r\n",
    "ETRN a\r\n",
    "TURN\r\n",
    "XCLIENT ADDR=1.2.3.4\r\n",
    "SOML FROM:<a@b.example>\r\n",
    "QUIT\r\n",
    "X\r\n",
    "a line that is far too long for this server and so is dropped to its end\r\n",
    "GET / HTTP/1.1\r\n",
];

/// A client that at least gets into the middle of things.
const STARTS: &[&str] = &[
    "",
    "EHLO a.example\r\n",
    "EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n",
    "LHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n",
    "EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n",
    "EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nBDAT 5\r\n12345",
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
        lmtp in any::<bool>(),
        bare in select(vec![BareLineEnds::Reject, BareLineEnds::Normalize, BareLineEnds::Keep]),
    ) {
        let protocol = if lmtp { Protocol::Lmtp } else { Protocol::Smtp };
        laws::check(&Caller(config(protocol, bare)), &[&first, &second]);
    }
}

/// Whether the rest of an over-long line is dropped already must not show in what follows.
#[test]
fn tls_behind_an_over_long_line() {
    let caller = Caller(config(Protocol::Smtp, BareLineEnds::Normalize));
    let wire = ["x".repeat(70).as_bytes(), b"\r\n\x16\x03\x01\r\n"].concat();
    laws::check(&caller, &[&wire]);
    let record = laws::run(&caller, &[&wire], |_| usize::MAX);
    assert_eq!(record.end, End::Failed("the client does not speak SMTP".into()));
}

#[test]
fn an_error_latches_and_nothing_is_sent_behind_it() {
    let caller = Caller(config(Protocol::Smtp, BareLineEnds::Normalize));
    let record = laws::run(&caller, &[b"STARTTLS\r\nQUIT\r\n"], |_| usize::MAX);
    assert_eq!(record.end, End::Failed("plaintext between STARTTLS and the handshake".into()));
    assert!(record.sent.ends_with(b"220 2.0.0 Ready to start TLS\r\n"));
}

#[test]
fn a_client_that_never_reads_cannot_make_answers_pile_up() {
    let caller = Caller(config(Protocol::Smtp, BareLineEnds::Normalize));
    let mut server = caller.start();
    server.handle_input(b"RSET\r\n".repeat(50_000).into());
    let mut largest = 0;
    loop {
        match server.poll_output().unwrap() {
            mailwire_core::Output::Event(event) => caller.answer(&mut server, &event),
            mailwire_core::Output::Transmit(bytes) => largest = largest.max(bytes.len()),
            _ => break,
        }
    }
    assert!(largest < 400, "{largest} octets were owed at once");
}

#[test]
fn timeouts_are_those_of_the_rfc() {
    let mut server = Server::new(config(Protocol::Smtp, BareLineEnds::Normalize));
    assert_eq!(Machine::timeout(&server).as_secs(), 300);
    server.handle_input("HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nx".into());
    let caller = Caller(config(Protocol::Smtp, BareLineEnds::Normalize));
    while let Ok(mailwire_core::Output::Event(event)) = server.poll_output() {
        caller.answer(&mut server, &event);
    }
    assert_eq!((server.state(), server.timeout().as_secs()), (State::Body, 180));
}

/// What the server says, and how it ends, if it is told this in one go after its greeting was read.
fn without_pipelining(wire: &str) -> (String, Result<(), Error>) {
    let mut config = Config::new("mx.example").unwrap();
    config.offers.retain(|offer| *offer != Capability::Pipelining);
    let caller = Caller(config);
    let mut server = caller.start();
    let mut said = Vec::new();
    let mut input = Some(wire.to_owned());
    loop {
        match server.poll_output() {
            Ok(mailwire_core::Output::Event(event)) => caller.answer(&mut server, &event),
            Ok(mailwire_core::Output::Transmit(bytes)) => said.extend_from_slice(&bytes),
            Ok(_) => match input.take() {
                Some(wire) => server.handle_input(wire.into()),
                None => return (String::from_utf8(said).unwrap(), Ok(())),
            },
            Err(error) => return (String::from_utf8(said).unwrap(), Err(error)),
        }
    }
}

#[test]
fn commands_before_the_reply_end_the_session_where_pipelining_is_not_offered() {
    for wire in ["NOOP\r\nNOOP\r\n", "NOOP\r\nNO", "BDAT 2 LAST\r\nxxQUIT\r\n"] {
        let (said, end) = without_pipelining(wire);
        assert_eq!(end, Err(Error::EarlyInput), "{wire:?}");
        assert!(said.ends_with("554 5.5.0 Input before the reply, PIPELINING is not offered\r\n"));
    }
    for wire in ["NOOP\r\n", "BDAT 2 LAST\r\nxx", "NO"] {
        assert_eq!(without_pipelining(wire).1, Ok(()), "{wire:?}");
    }
}

#[test]
fn nothing_behind_the_end_of_data_is_a_command_where_pipelining_is_not_offered() {
    let mut config = Config::new("mx.example").unwrap();
    config.offers.retain(|offer| *offer != Capability::Pipelining);
    let caller = Caller(config);
    let mut server = caller.start();
    let mut last = Ok(());
    for line in [
        "HELO a.example\r\n",
        "MAIL FROM:<a@b.example>\r\n",
        "RCPT TO:<c@d.example>\r\n",
        "DATA\r\n",
        "x\r\n.\r\nMAIL FROM:<evil@b.example>\r\n",
    ] {
        assert_eq!(last, Ok(()), "before {line:?}");
        while let Ok(mailwire_core::Output::Event(_) | mailwire_core::Output::Transmit(_)) =
            server.poll_output()
        {}
        server.handle_input(line.into());
        last = loop {
            match server.poll_output() {
                Ok(mailwire_core::Output::Event(event)) => {
                    assert!(
                        !matches!(&event, Event::Mail { from, .. } if from.to_string().contains("evil"))
                    );
                    caller.answer(&mut server, &event);
                }
                Ok(mailwire_core::Output::Transmit(_)) => {}
                Ok(_) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
    }
    assert_eq!(last, Err(Error::EarlyInput));
}
