//! The six laws for the client machine, on servers that are confused or mean no good; and one outcome
//! for each request, whatever they say.
use std::collections::BTreeMap;

use bytes::Bytes;
use mailwire_core::{Machine, Output};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use mailwire_smtp::{
    Command, Error, Mailbox,
    client::{Client, Config, Envelope, Event, NotSent, Outcome, RequestId, State, TlsPolicy},
    server::{Protocol, Transfer},
};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::laws::{self, End, Subject};

/// A caller with a list of things to do.
#[derive(Debug)]
struct Caller {
    config: Config,
    /// What is asked for at the start, and again what is asked for when all that is done.
    asked: Vec<Ask>,
    then: Vec<Ask>,
    body: &'static [&'static str],
}

#[derive(Clone, Copy, Debug)]
enum Ask {
    Message(Transfer, usize),
    Plain,
    Cram,
    Noop,
    Reset,
    Quit,
}

fn ask(client: &mut Client, ask: Ask) -> Option<(RequestId, usize)> {
    let mailbox = |name: &str| Mailbox::new(name, "b.example").unwrap();
    let auth = |mechanism| {
        let tim = Credentials::password("tim", "tanstaaf").unwrap();
        Exchange::new(mechanism, &tim, "", &ChannelBinding::None).unwrap()
    };
    let (id, recipients) = match ask {
        Ask::Message(transfer, recipients) => {
            let envelope = Envelope::new(mailbox("a")).with_transfer(transfer);
            let envelope =
                (0..recipients).fold(envelope, |envelope, _| envelope.with_recipient(mailbox("c")));
            (client.send(envelope), recipients)
        }
        Ask::Plain => (client.send(auth(Mechanism::Plain)), 0),
        Ask::Cram => (client.send(auth(Mechanism::CramMd5)), 0),
        Ask::Noop => (client.send(Command::Noop(None)), 0),
        Ask::Reset => (client.send(Command::Rset), 0),
        Ask::Quit => (client.send(Command::Quit), 0),
    };
    id.ok().map(|id| (id, recipients))
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
            Event::SendBody(_) => {
                for piece in self.body {
                    client.send_body(Bytes::from_static(piece.as_bytes())).unwrap();
                }
                client.finish_body().unwrap();
                assert_eq!(client.finish_body(), Err(Error::Misuse));
            }
            // Misuse at any time changes nothing.
            _ => assert!(client.send(Command::Data).is_err()),
        }
    }

    fn body<'e>(&self, _: &'e Event) -> Option<&'e [u8]> {
        None
    }
}

fn config(protocol: Protocol, tls: TlsPolicy, plaintext: bool) -> Config {
    let mut config = Config::new("a.example").unwrap();
    config.protocol = protocol;
    config.tls = tls;
    config.plaintext_auth_without_tls = plaintext;
    config.limits.line = 60;
    config.limits.sasl_line = 70;
    config.limits.reply = 150;
    config
}

const GREETINGS: &[&str] = &["220 mx.example\r\n", "220-mx\r\n220 example\n", "554 no\r\n", ""];
const HELLOS: &[&str] = &[
    "250-mx\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-AUTH PLAIN CRAM-MD5\r\n250 SIZE\r\n",
    "250-mx\r\n250-CHUNKING\r\n250 AUTH=PLAIN CRAM-MD5\r\n",
    "250-mx\r\n250-STARTTLS\r\n250 PIPELINING\r\n",
    "500 what\r\n250 mx\r\n",
    "250-mx\r\n250 LIMITS MAILMAX=1 RCPTMAX=2 RCPTDOMAINMAX=1\r\n",
    "",
];
const REPLIES: &[&str] = &[
    "250 Ok\r\n",
    "250 Ok\r\n",
    "250 Ok\r\n",
    "250-Ok\r\n250 2.1.5 Ok\n",
    "354 go\r\n",
    "354 go\r\n",
    "354 go\r\n250 Ok\r\n",
    "235 2.7.0 Ok\r\n",
    "334 \r\n",
    "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n",
    "220 go ahead\r\n",
    "550 5.1.1 no\r\n",
    "450 later\r\n",
    "503 no\r\n",
    "421 bye\r\n",
    "221 bye\r\n",
    "250\r\n",
    "250-a\r\n550 b\r\n",
    "25",
    "x\r\n",
    "\r\n",
    "250-a line that is far too long for this client, which has to say so\r\n",
];

fn server() -> impl Strategy<Value = Vec<u8>> {
    let start = (select(GREETINGS), select(HELLOS));
    (start, vec(select(REPLIES), 0..16)).prop_map(|((greeting, hello), replies)| {
        [greeting, hello].into_iter().chain(replies).collect::<String>().into_bytes()
    })
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let message = (select(vec![Transfer::Data, Transfer::Bdat]), 0..4usize)
        .prop_map(|(transfer, recipients)| Ask::Message(transfer, recipients));
    let other = select(vec![Ask::Plain, Ask::Cram, Ask::Noop, Ask::Reset, Ask::Quit]);
    vec(prop_oneof![2 => message, 1 => other], 0..5)
}

fn callers() -> impl Strategy<Value = Caller> {
    const BODIES: &[&[&str]] = &[
        &[],
        &["a"],
        &[".\r\n", ".", "\r", "\n.\r\n"],
        &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
    ];
    let protocol = select(vec![Protocol::Smtp, Protocol::Smtp, Protocol::Lmtp]);
    let tls = select(vec![TlsPolicy::Never, TlsPolicy::Never, TlsPolicy::IfOffered]);
    (protocol, tls, any::<bool>(), asks(), asks(), select(BODIES)).prop_map(
        |(protocol, tls, plaintext, asked, then, body)| Caller {
            config: config(protocol, tls, plaintext),
            asked,
            then,
            body,
        },
    )
}

/// How many outcomes there were.
#[derive(Default)]
struct Tally {
    wanted: BTreeMap<RequestId, usize>,
    recipients: BTreeMap<(RequestId, usize), usize>,
    done: BTreeMap<RequestId, usize>,
}

impl Tally {
    fn see(&mut self, event: &Event) {
        match event {
            Event::Recipient { request, index, .. } => {
                *self.recipients.entry((*request, *index)).or_default() += 1;
                assert!(!self.done.contains_key(request), "a recipient behind the end");
            }
            Event::Done { request, .. }
            | Event::Authenticated { request, .. }
            | Event::AuthFailed { request, .. } => *self.done.entry(*request).or_default() += 1,
            _ => {}
        }
    }

    fn check(&self) {
        for (id, recipients) in &self.wanted {
            assert_eq!(self.done.get(id), Some(&1), "{id:?} has one outcome");
            for index in 0..*recipients {
                let outcomes = self.recipients.get(&(*id, index));
                assert_eq!(outcomes, Some(&1), "recipient {index} of {id:?} has one outcome");
            }
        }
        assert_eq!(self.done.len(), self.wanted.len());
        assert_eq!(self.recipients.len(), self.wanted.values().sum::<usize>());
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
                if let Event::Ready { .. } = event {
                    tally.wanted.extend(caller.then.iter().filter_map(|&a| ask(&mut client, a)));
                } else if let Event::SendBody(_) = event {
                    // The end of the stream can come in the middle of the message.
                    for piece in caller.body {
                        client.send_body(Bytes::from_static(piece.as_bytes())).unwrap();
                    }
                    if caller.body.len() != 1 {
                        client.finish_body().unwrap();
                    }
                }
            }
            Ok(Output::Transmit(_)) => {}
            Ok(Output::NeedInput | Output::YourTurn | Output::Upgrade(_)) => client.handle_eof(),
            Ok(Output::Closed) | Err(_) => return tally,
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
        let clear = b"220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n";
        let offer = b"250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n";
        laws::check(&caller, &[clear, &[&offer[..], &server].concat()]);
    }

    /// Exactly one outcome for each request and each recipient, end of stream included.
    #[test]
    fn every_request_has_one_outcome(caller in callers(), server in server()) {
        outcomes(&caller, &server).check();
    }

    /// The same when the server plays along to some point.
    #[test]
    fn every_outcome_at_any_end(
        caller in callers(),
        good in 0..12usize,
        replies in vec(select(REPLIES), 0..8),
    ) {
        let mut server = [GREETINGS[0], HELLOS[0]].concat();
        server.extend(["250 Ok\r\n", "250 Ok\r\n", "354 go\r\n"].iter().cycle().take(good).copied());
        server.extend(replies);
        outcomes(&caller, server.as_bytes()).check();
    }
}

/// Without TLS nothing but the way to TLS is sent, whatever the server says.
#[test]
fn nothing_leaks_before_tls() {
    for hello in HELLOS {
        for reply in REPLIES {
            let asked = vec![Ask::Plain, Ask::Message(Transfer::Data, 2), Ask::Quit];
            let config = config(Protocol::Smtp, TlsPolicy::Require, true);
            let caller = Caller { config, asked, then: Vec::new(), body: &[] };
            let server = ["220 mx\r\n", hello, reply].concat();
            let record = laws::run(&caller, &[server.as_bytes()], |_| usize::MAX);
            for line in String::from_utf8(record.sent).unwrap().lines() {
                let good = ["EHLO a.example", "HELO a.example", "STARTTLS", "QUIT"];
                assert!(good.contains(&line), "{line:?} in the clear");
            }
            assert_ne!(record.end, End::YourTurn);
        }
    }
}

#[test]
fn passwords_are_not_shown() {
    let mut shown = String::new();
    let mut client = Client::new(config(Protocol::Smtp, TlsPolicy::Never, true));
    ask(&mut client, Ask::Plain);
    ask(&mut client, Ask::Cram);
    client.handle_input("220 mx\r\n250-mx\r\n250 AUTH PLAIN CRAM-MD5\r\n".into());
    while let Ok(Output::Event(event)) = client.poll_output() {
        shown.push_str(&format!("{event:?} {client:?}"));
    }
    assert_eq!(client.state(), State::Auth);
    let request = mailwire_smtp::client::Request::from(
        Exchange::new(
            Mechanism::Plain,
            &Credentials::password("tim", "tanstaaf").unwrap(),
            "",
            &ChannelBinding::None,
        )
        .unwrap(),
    );
    shown.push_str(&format!("{request:?}"));
    assert!(!shown.contains("tanstaaf") && !shown.contains("dGFuc3RhYW"), "{shown}");
}

/// RFC 5321 §4.5.3.2.
#[test]
fn timeouts_are_those_of_the_rfc() {
    let mut client = Client::new(config(Protocol::Smtp, TlsPolicy::Never, true));
    ask(&mut client, Ask::Message(Transfer::Data, 1));
    let mut minutes = Vec::new();
    for reply in ["220 mx", "250 mx", "250 Ok", "250 Ok", "354 go", "250 Ok"] {
        loop {
            match client.poll_output().unwrap() {
                Output::Event(Event::SendBody(_)) => {
                    minutes.push(client.timeout().as_secs() / 60);
                    client.finish_body().unwrap();
                }
                Output::NeedInput => break,
                _ => {}
            }
        }
        minutes.push(Machine::timeout(&client).as_secs() / 60);
        client.handle_input(format!("{reply}\r\n").into());
    }
    // Greeting, EHLO, MAIL, RCPT, 354, the message, its end.
    assert_eq!(minutes, [5, 5, 5, 5, 2, 3, 10]);
}

/// A thousand recipients do not fill the pipe before a reply is read, and are all told.
#[test]
fn a_long_envelope_goes_in_groups() {
    let mut client = Client::new(config(Protocol::Smtp, TlsPolicy::Never, true));
    ask(&mut client, Ask::Message(Transfer::Data, 1_000));
    client.handle_input("220 mx\r\n250-mx\r\n250 PIPELINING\r\n".into());
    let (mut unanswered, mut told, mut most) = (0usize, 0, 0);
    loop {
        match client.poll_output().unwrap() {
            Output::Transmit(bytes) => {
                unanswered += bytes.iter().filter(|&&octet| octet == b'\n').count();
                // EHLO is answered already.
                unanswered -= usize::from(bytes.starts_with(b"EHLO"));
                most = most.max(unanswered);
            }
            Output::NeedInput if unanswered > 0 => {
                unanswered -= 1;
                client.handle_input("550 no\r\n".into());
            }
            Output::NeedInput => break,
            Output::Event(Event::Recipient { outcome: Outcome::Refused { .. }, .. }) => told += 1,
            _ => {}
        }
    }
    // MAIL was refused, and no more than the group behind it was sent.
    assert_eq!((told, most), (1_000, 100));
}

#[test]
fn a_session_that_is_over_takes_no_requests() {
    let mut client = Client::new(config(Protocol::Smtp, TlsPolicy::Never, true));
    client.handle_input("421 no\r\n".into());
    assert!(matches!(client.poll_output(), Ok(Output::Event(Event::Closing(_)))));
    assert_eq!(client.poll_output(), Ok(Output::Closed));
    assert_eq!(client.send(Command::Quit), Err(Error::Misuse));
    let not_sent = Outcome::NotSent(NotSent::SessionOver);
    assert!(!not_sent.is_accepted() && not_sent.reply().is_none());
}
