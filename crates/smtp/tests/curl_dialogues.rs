//! What curl says to SMTP servers, our client says too: curl's own test cases, played against it.
//!
//! Where our client differs on purpose is in [`DEVIATIONS`], what it does not have in [`NOT_PLAYED`].
#[path = "curl/call.rs"]
mod call;
#[path = "curl/server.rs"]
mod server;

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_sasl::{ChannelBinding, Mechanism, Policy, choose, client::Exchange};
use mailwire_smtp::{
    ClientName, Command, Error,
    client::{Client, Config, Event, Outcome, Step, TlsPolicy},
};

use call::Call;
use server::Server;
use testkit::curl::Case;

/// The cases that are about something which is not here.
const NOT_PLAYED: &[(&str, &str)] = &[
    ("646", "a multipart message that curl makes"),
    ("648", "a multipart message that curl makes"),
    ("652", "a multipart message that curl makes"),
    ("906", "NTLM"),
    ("907", "DIGEST-MD5"),
    ("921", "NTLM"),
    ("933", "NTLM"),
    ("934", "DIGEST-MD5"),
    ("936", "NTLM"),
    ("937", "DIGEST-MD5"),
    ("938", "two sessions in one run"),
    ("1187", "a multipart message that curl makes"),
    ("1320", "an HTTP proxy"),
];

/// The failures that come at another place here.
const DEVIATIONS: &[(&str, &str)] = &[
    ("913", TOLD_BEFORE),
    ("918", "given up behind the last recipient, not behind the first that is refused"),
    ("955", TOLD_BEFORE),
    ("956", TOLD_BEFORE),
    ("959", TOLD_BEFORE),
    ("960", TOLD_BEFORE),
];
const TOLD_BEFORE: &str = "not sent at all, because of what the server offers";

/// The cases where curl cannot go on with the message.
const ABANDONED: &[&str] = &["649", "1507"];

/// The cases where an argument would inject commands: it does not even become one here.
const INJECTIONS: &[&str] = &["2110", "931"];

/// Where replies are injected behind a STARTTLS that is refused.
///
/// curl goes on in the clear if TLS is refused, and so has to see the injection. Here it is played with
/// TLS required, and ends before that. With `TlsPolicy::IfOffered` what was injected would be taken for
/// the replies to what is sent next.
const STARTTLS_INJECTION: &str = "980";

#[test]
fn dialogues() {
    let files = testkit::shared::files("vectors/curl");
    if files.is_empty() {
        return;
    }
    let mut played = Vec::new();
    let mut not_played = Vec::new();
    let mut injections = Vec::new();
    let mut deviations = Vec::new();
    for (name, octets) in &files {
        let Some(number) = name.strip_prefix("test") else { continue };
        let case = Case::new(number, octets);
        if !case.text("server").lines().any(|line| line == "smtp") {
            continue;
        }
        if let Some((_, reason)) = NOT_PLAYED.iter().find(|(listed, _)| *listed == number) {
            not_played.push(format!("{number}: {reason}"));
            continue;
        }
        let whole = play(&case, usize::MAX);
        let in_pieces = play(&case, 1);
        assert_eq!(whole, in_pieces, "test {number} in pieces");
        if whole.argument_refused {
            injections.push(number);
        }
        let deviation = DEVIATIONS.iter().find(|(listed, _)| *listed == number);
        compare(&case, &whole, deviation.is_some());
        deviations.extend(deviation.map(|(_, reason)| format!("{number}: {reason}")));
        played.push(number);
    }
    println!("{} played, {} not played: {not_played:#?}", played.len(), not_played.len());
    println!("{} with deviations: {deviations:#?}", deviations.len());
    assert_eq!(injections, INJECTIONS);
    assert_eq!(not_played.len(), NOT_PLAYED.len());
    assert_eq!(deviations.len(), DEVIATIONS.len());
    assert!(played.len() >= 75, "only {} played", played.len());
}

/// How a session went.
#[derive(Debug, Default, PartialEq)]
struct Played {
    lines: Vec<String>,
    message: Vec<u8>,
    /// An argument was none.
    argument_refused: bool,
    /// How the request ended, and the recipients that were refused.
    outcome: Option<Outcome>,
    refused: usize,
    error: Option<Error>,
}

impl Played {
    fn succeeded(&self) -> bool {
        let whole = !self.argument_refused && self.error.is_none();
        whole && self.outcome.as_ref().is_some_and(is_answer)
    }
}

/// curl is content with 551 and 553 too, where it only asks who somebody is.
fn is_answer(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Accepted(_) => true,
        Outcome::Refused { at: Step::Command, reply } => matches!(reply.code(), 551 | 553),
        _ => false,
    }
}

/// Has the client do what curl was told to do; each side gets what the other sends in such pieces.
fn play(case: &Case, piece: usize) -> Played {
    let call = Call::new(case);
    let mut server = Server::new(case, call.initial_response, call.needs());
    let mut caller = Caller {
        abandon: ABANDONED.contains(&case.number.as_str()),
        piece,
        policy: Policy::new(false).with_plaintext_allowed(),
        trying: None,
        call,
        played: Played::default(),
    };
    let Ok(name) = ClientName::new(&caller.call.name) else {
        return Played { argument_refused: true, ..Played::default() };
    };
    let mut config = Config::new("curl.example").unwrap();
    config.name = name;
    config.plaintext_auth_without_tls = true;
    config.tls = if caller.call.tls { TlsPolicy::Require } else { TlsPolicy::Never };
    let mut client = Client::new(config);
    let mut said = "220 curl.example ESMTP\r\n".to_owned();
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => caller.react(&mut client, event),
            Ok(Output::Transmit(bytes)) => {
                for bytes in bytes.chunks(piece) {
                    said.push_str(&server.take(bytes));
                }
            }
            Ok(Output::NeedInput) => {
                assert!(!said.is_empty(), "test {}: nobody speaks", case.number);
                let now: Vec<u8> = said.as_bytes()[..piece.min(said.len())].into();
                said.drain(..now.len());
                client.handle_input(now.into());
            }
            Ok(Output::Closed) => break,
            Ok(other) => panic!("test {}: {other:?}", case.number),
            Err(error) => {
                caller.played.error = Some(error);
                break;
            }
        }
    }
    Played { lines: server.lines, message: server.message, ..caller.played }
}

struct Caller {
    call: Call,
    abandon: bool,
    piece: usize,
    policy: Policy,
    trying: Option<Mechanism>,
    played: Played,
}

impl Caller {
    fn react(&mut self, client: &mut Client, event: Event) {
        match event {
            Event::Ready { .. } => self.log_in(client),
            Event::Authenticated { .. } => self.ask(client),
            Event::AuthFailed { outcome, .. } => {
                if let (Outcome::Distrusted(_), Some(mechanism)) = (&outcome, self.trying) {
                    // A challenge that makes no sense: perhaps another mechanism works.
                    self.policy = self.policy.without(mechanism);
                    if self.try_next(client) {
                        return;
                    }
                }
                self.end(client, outcome);
            }
            Event::SendBody(_)
                if self.abandon || self.played.refused > 0 && !self.call.allow_fails =>
            {
                client.abandon_body().unwrap();
            }
            Event::SendBody(_) => {
                let body = self.call.body.take().expect("a message");
                for octets in body.chunks(self.piece) {
                    client.send_body(Bytes::copy_from_slice(octets)).unwrap();
                }
                client.finish_body().unwrap();
            }
            Event::Recipient { outcome, .. } => {
                self.played.refused += usize::from(!outcome.is_accepted());
            }
            Event::Done { outcome, .. } if self.played.outcome.is_none() => {
                self.end(client, outcome);
            }
            _ => {}
        }
    }

    fn log_in(&mut self, client: &mut Client) {
        // Like curl, go on if there is nothing in common.
        if !self.try_next(client) {
            self.ask(client);
        }
    }

    fn try_next(&mut self, client: &mut Client) -> bool {
        let Some(credentials) = self.call.login.credentials() else { return false };
        let only = self.call.login.mechanism.as_deref();
        let offered = client.capabilities().auth_mechanisms();
        let offered = offered.filter(|name| only.is_none_or(|only| only == *name));
        self.trying = choose(offered, &credentials, &self.policy).ok();
        let Some(mechanism) = self.trying else { return false };
        let exchange = Exchange::new(mechanism, &credentials, "", &ChannelBinding::None).unwrap();
        client.send(exchange).unwrap();
        true
    }

    fn ask(&mut self, client: &mut Client) {
        match self.call.request(client.capabilities()) {
            Ok(request) => drop(client.send(request).unwrap()),
            Err(_) => {
                self.played.argument_refused = true;
                client.send(Command::Quit).unwrap();
            }
        }
    }

    fn end(&mut self, client: &mut Client, outcome: Outcome) {
        self.played.outcome = Some(outcome);
        // The session may be over.
        let _ = client.send(Command::Quit);
    }
}

/// Holds what the client did against what curl must do.
fn compare(case: &Case, played: &Played, deviates: bool) {
    let number = &case.number;
    let fails = !matches!(case.text("errorcode").trim(), "" | "0");
    let fails = fails || ABANDONED.contains(&number.as_str());
    assert_eq!(played.succeeded(), !fails, "test {number}: {played:?}");
    if number == STARTTLS_INJECTION {
        assert_eq!(played.error, Some(Error::NoTls), "test {number}");
    }
    if let Some(upload) = case.section("upload") {
        let converts = case.text("command").contains("--crlf");
        let upload = if converts { upload } else { ended_once(upload) };
        let (got, want) = (played.message.escape_ascii(), upload.escape_ascii());
        assert!(played.message == upload, "test {number}: sent {got}, not {want}");
    }
    let (mut want, mut got) = (lines(case), normalized(&played.lines));
    if deviates || fails && !want.iter().any(|line| line == "QUIT") {
        // curl hangs up without, as does whoever gives up a message.
        want.retain(|line| line != "QUIT");
        got.retain(|line| line != "QUIT");
    }
    match &played.outcome {
        Some(Outcome::NotSent(_)) if deviates => assert_eq!(got, want[..1], "test {number}"),
        Some(Outcome::Abandoned) if deviates => {
            assert!(got.len() > want.len() && got.starts_with(&want), "test {number}: {got:?}");
        }
        _ => {
            assert!(!deviates, "test {number}: {played:?}");
            assert_eq!(got, want, "test {number}: {played:?}");
        }
    }
}

/// curl passes on a bare LF at the end of a message and adds CRLF; we make CRLF of it.
fn ended_once(upload: Vec<u8>) -> Vec<u8> {
    match upload.strip_suffix(b"\n\r\n.\r\n") {
        Some(body) if !body.ends_with(b"\r") => [body, b"\r\n.\r\n"].concat(),
        _ => upload,
    }
}

/// What curl must send, responses as lines of their own.
fn lines(case: &Case) -> Vec<String> {
    let protocol = case.text("protocol");
    let lines = protocol.lines().flat_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        ["AUTH", mechanism, "="] => vec![format!("AUTH {mechanism}"), String::new()],
        ["AUTH", mechanism, initial] => vec![format!("AUTH {mechanism}"), initial.to_owned()],
        _ => vec![line.to_owned()],
    });
    normalized(&lines.collect::<Vec<_>>())
}

/// Case of verbs is of no importance.
fn normalized(lines: &[String]) -> Vec<String> {
    let normalized = |line: &String| match line.split_once(' ') {
        Some((verb, argument)) => format!("{} {argument}", verb.to_ascii_uppercase()),
        None => line.clone(),
    };
    lines.iter().map(normalized).collect()
}
