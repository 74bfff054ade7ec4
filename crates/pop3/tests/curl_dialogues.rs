//! What curl says to POP3 servers, our client says too: curl's own test cases, played against it.
//!
//! What our client does not have is in [`NOT_PLAYED`], where it differs on purpose in [`DEVIATIONS`].
#[path = "curl/call.rs"]
mod call;
#[path = "curl/server.rs"]
mod server;

use mailwire_core::Output;
use mailwire_pop3::{
    Command, Error,
    client::{Client, Config, Event, Item, Outcome, TlsPolicy},
};
use testkit::curl::Case;

use call::Call;
use server::Server;

/// The cases that are about something which is not here.
const NOT_PLAYED: &[(&str, &str)] = &[
    ("445", "an HTTP proxy"),
    ("868", "NTLM"),
    ("869", "DIGEST-MD5"),
    ("873", "NTLM"),
    ("877", "NTLM"),
    ("878", "DIGEST-MD5"),
    ("880", "NTLM"),
    ("881", "DIGEST-MD5"),
    ("882", "two sessions in one run"),
    ("1319", "an HTTP proxy"),
];

/// The cases where something else is sent.
const DEVIATIONS: &[(&str, &str)] =
    &[("891", "an empty challenge of CRAM-MD5 is cancelled, not answered")];

/// The cases where an argument would inject commands: it does not even become one here.
const INJECTIONS: &[&str] = &["480", "875", "894"];

/// Where TLS is required and not to be had.
const NO_TLS: &[&str] = &["982", "985"];

#[test]
fn dialogues() {
    let files = testkit::shared::files("vectors/curl");
    if files.is_empty() {
        return;
    }
    let (mut played, mut not_played, mut injections) = (Vec::new(), Vec::new(), Vec::new());
    for (name, octets) in &files {
        let Some(number) = name.strip_prefix("test") else { continue };
        let Ok(text) = std::str::from_utf8(octets) else { continue };
        if !text.lines().any(|line| line == "pop3") || !text.contains("pop3://") {
            continue;
        }
        if let Some((_, reason)) = NOT_PLAYED.iter().find(|(listed, _)| *listed == number) {
            not_played.push(format!("{number}: {reason}"));
            continue;
        }
        let case = Case::new(number, octets);
        let whole = play(&case, usize::MAX);
        assert_eq!(whole, play(&case, 1), "test {number} in pieces");
        if whole.argument_refused {
            injections.push(number);
        }
        compare(&case, &whole);
        played.push(number);
    }
    println!("{} played, {} not played: {not_played:#?}", played.len(), not_played.len());
    println!("{} with deviations: {DEVIATIONS:#?}", DEVIATIONS.len());
    assert_eq!(injections, INJECTIONS);
    assert_eq!(not_played.len(), NOT_PLAYED.len());
    assert!(played.len() >= 43, "only {} played", played.len());
}

/// How a session went.
#[derive(Debug, Default, PartialEq)]
struct Played {
    lines: Vec<String>,
    /// What came of RETR or TOP, or the lines of a listing.
    data: Vec<u8>,
    /// An argument was none.
    argument_refused: bool,
    logged_in: bool,
    outcome: Option<Outcome>,
    error: Option<Error>,
}

impl Played {
    fn succeeded(&self) -> bool {
        self.logged_in
            && self.error.is_none()
            && self.outcome.as_ref().is_some_and(Outcome::is_accepted)
    }
}

/// Has the client do what curl was told to do; each side gets what the other sends in such pieces.
fn play(case: &Case, piece: usize) -> Played {
    let mut played = Played::default();
    let call = Call::new(case);
    let Ok(command) = call.command() else {
        return Played { argument_refused: true, ..played };
    };
    let Ok(login) = call.login() else {
        return Played { argument_refused: true, ..played };
    };
    let mut server = Server::new(case, call.initial_response);
    let mut config = Config::default();
    config.plaintext_auth_without_tls = true;
    config.apop_without_tls = true;
    config.capa_after_login = false;
    config.tls = if call.tls { TlsPolicy::Require } else { TlsPolicy::Never };
    let mut client = Client::new(config);
    client.send(login).unwrap();
    let mut asked = None;
    let mut said = server.greeting();
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => match event {
                Event::LoggedIn { .. } => {
                    played.logged_in = true;
                    asked = Some(client.send(command.clone()).unwrap());
                }
                Event::LoginFailed { outcome, .. } => {
                    played.outcome = Some(outcome);
                    // The session may be over.
                    let _ = client.send(Command::Quit);
                }
                Event::Chunk { octets, .. } => played.data.extend_from_slice(&octets),
                Event::Item { item, .. } => {
                    let line = match item {
                        Item::Scan(scan) => format!("{} {}\r\n", scan.number, scan.octets),
                        Item::UniqueId(listing) => format!("{} {}\r\n", listing.number, listing.id),
                        _ => String::new(),
                    };
                    played.data.extend_from_slice(line.as_bytes());
                }
                Event::Done { request, outcome } if Some(request) == asked => {
                    played.outcome = Some(outcome);
                    let _ = client.send(Command::Quit);
                }
                _ => {}
            },
            Ok(Output::Transmit(bytes)) => {
                bytes.chunks(piece).for_each(|bytes| said.extend(server.take(bytes)));
            }
            Ok(Output::NeedInput) => {
                assert!(!said.is_empty(), "test {}: nobody speaks", case.number);
                let now: Vec<u8> = said.drain(..piece.min(said.len())).collect();
                client.handle_input(now.into());
            }
            Ok(Output::Closed) => break,
            Ok(other) => panic!("test {}: {other:?}", case.number),
            Err(error) => {
                played.error = Some(error);
                break;
            }
        }
    }
    Played { lines: server.lines, ..played }
}

/// Holds what the client did against what curl must do.
fn compare(case: &Case, played: &Played) {
    let number = case.number.as_str();
    let fails = !matches!(case.text("errorcode").trim(), "" | "0");
    assert_eq!(played.succeeded(), !fails, "test {number}: {played:?}");
    let no_tls = (played.error == Some(Error::NoTls)).then_some(number);
    assert_eq!(no_tls, NO_TLS.iter().copied().find(|listed| *listed == number), "test {number}");
    let data = case.section("datacheck").or_else(|| case.section("data")).unwrap_or_default();
    if !fails && !data.is_empty() {
        assert_eq!(
            played.data.escape_ascii().to_string(),
            data.escape_ascii().to_string(),
            "{number}"
        );
    }
    let (mut want, mut got) = (lines(case), played.lines.clone());
    if fails && !want.iter().any(|line| line == "QUIT") {
        // curl hangs up without.
        got.retain(|line| line != "QUIT");
    }
    if DEVIATIONS.iter().any(|(listed, _)| *listed == number) {
        assert_eq!(got.pop().as_deref(), Some("*"), "test {number}: {played:?}");
        want.pop();
    }
    assert_eq!(got, want, "test {number}: {played:?}");
}

/// What curl must send, responses as lines of their own.
fn lines(case: &Case) -> Vec<String> {
    let protocol = case.text("protocol");
    let lines = protocol.lines().flat_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        ["AUTH", mechanism, "="] => vec![format!("AUTH {mechanism}"), String::new()],
        ["AUTH", mechanism, initial] => vec![format!("AUTH {mechanism}"), initial.to_owned()],
        _ => vec![line.to_owned()],
    });
    lines.collect()
}
