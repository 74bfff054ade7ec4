//! What curl says to IMAP servers, our client says too: curl's own test cases, played against it.
//!
//! What our client does not have is in [`NOT_PLAYED`], where it differs on purpose in [`DEVIATIONS`].
//! It asks for the capabilities once more after the login, which curl does not; that is left out of the
//! comparison.

#[path = "client_curl/call.rs"]
mod call;
#[path = "client_curl/server.rs"]
mod server;

use bytes::Bytes;
use call::{Call, Step};
use mailwire_core::Output;
use mailwire_imap::{
    Command, Data, Error, Frame, ReadOptions, ResponseCode,
    client::{Client, Config, Event, Handle, NotSent, Outcome, TlsPolicy},
    fetch::{FetchData, FetchItem},
};
use server::Server;
use testkit::curl::Case;

/// The cases that are about something which is not here.
const NOT_PLAYED: &[(&str, &str)] = &[
    ("445", "an HTTP proxy"),
    ("647", "curl's own MIME"),
    ("660", "libcurl's CONNECT_ONLY"),
    ("677", "libcurl's CONNECT_ONLY"),
    ("779", "HTTP that leads to IMAP"),
    ("795", "HTTP that leads to IMAP"),
    ("822", "NTLM"),
    ("823", "DIGEST-MD5"),
    ("827", "NTLM"),
    ("831", "NTLM"),
    ("832", "DIGEST-MD5"),
    ("834", "NTLM"),
    ("835", "DIGEST-MD5"),
    ("836", "two sessions in one run"),
    ("896", "an option of curl's own that it does not know"),
    ("1321", "an HTTP proxy"),
    ("1552", "libcurl's multi interface"),
    ("1553", "libcurl's multi interface, no host"),
    ("1560", "libcurl's URLs"),
    ("1590", "libcurl's multi interface, no host"),
    ("1982", "two sessions in one run"),
    ("3206", "a FETCH item that the grammar does not have"),
];

/// The cases where something else is sent.
const DEVIATIONS: &[(&str, &str)] = &[("817", "COPY is not sent while no mailbox is selected")];

/// The cases where an argument would inject commands: it does not even become one here.
const INJECTIONS: &[&str] = &["829"];

/// Where TLS is required and not to be had.
const NO_TLS: &[&str] = &["981", "984"];

#[test]
fn dialogues() {
    let files = testkit::shared::files("vectors/curl");
    let (mut played, mut not_played, mut injections) = (Vec::new(), Vec::new(), Vec::new());
    for (name, octets) in &files {
        let Some(number) = name.strip_prefix("test") else { continue };
        let Ok(text) = std::str::from_utf8(octets) else { continue };
        if !text.lines().any(|line| line == "imap") {
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
    if files.is_empty() {
        return;
    }
    println!("{} played, {} not played: {not_played:#?}", played.len(), not_played.len());
    println!("{} with deviations: {DEVIATIONS:#?}", DEVIATIONS.len());
    assert_eq!(injections, INJECTIONS);
    assert_eq!(not_played.len(), NOT_PLAYED.len());
    assert!(played.len() >= 51, "only {} played", played.len());
}

/// How a session went.
#[derive(Debug, Default, PartialEq)]
struct Played {
    lines: Vec<String>,
    /// What came of FETCH.
    data: Vec<u8>,
    /// What went with APPEND.
    uploaded: Vec<u8>,
    /// An argument was none.
    argument_refused: bool,
    /// What was asked for and how it ended, the login first.
    outcomes: Vec<Outcome>,
    /// UIDVALIDITY is not what curl was told.
    other_validity: bool,
    error: Option<Error>,
}

impl Played {
    fn succeeded(&self) -> bool {
        let fine = |outcome: &Outcome| {
            outcome.is_ok() || *outcome == Outcome::NotSent(NotSent::Authenticated)
        };
        self.error.is_none() && !self.other_validity && self.outcomes.last().is_some_and(fine)
    }
}

/// Has the client do what curl was told to do; each side gets what the other sends in such pieces.
fn play(case: &Case, piece: usize) -> Played {
    let mut played = Played::default();
    let call = Call::new(case);
    let Ok(mut steps) = call.steps() else {
        return Played { argument_refused: true, ..played };
    };
    let mut server = Server::new(case);
    let mut config = Config::default();
    config.plaintext_auth_without_tls = true;
    config.tls = if call.tls { TlsPolicy::Require } else { TlsPolicy::Never };
    config.stream_above = 16;
    let mut client = Client::new(config);
    let mut asked: Option<Handle> = None;
    let mut login = call.login();
    let mut said = server.greeting();
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => {
                see(&event, &call, &mut played);
                let through = match event {
                    Event::Ready { .. } => asked.is_none(),
                    Event::Done { handle, result } if Some(handle) == asked => {
                        let cancelled = matches!(result, Outcome::Distrusted(_));
                        login.end(&result);
                        if !(cancelled && login.has_more(&client)) {
                            played.outcomes.push(result);
                        }
                        true
                    }
                    _ => false,
                };
                if through {
                    let over = played.outcomes.last().is_some_and(|last| {
                        !last.is_ok() && *last != Outcome::NotSent(NotSent::Authenticated)
                    });
                    let next = if over || played.other_validity {
                        None
                    } else if login.is_due() {
                        login.next(&client)
                    } else {
                        steps.next().map(Step::into_request)
                    };
                    // The session may be over.
                    asked = client.send(next.unwrap_or(Command::Logout.into())).ok();
                }
            }
            Ok(Output::Transmit(bytes)) => {
                bytes.chunks(piece).for_each(|bytes| said.extend(server.take(bytes)));
            }
            Ok(Output::YourTurn) => {
                let left = usize::try_from(client.body_left().unwrap()).unwrap();
                let at = call.upload.len() - left;
                let more = &call.upload[at..at + left.min(100)];
                if more.is_empty() {
                    client.finish_body().unwrap();
                } else {
                    client.send_body(Bytes::copy_from_slice(more)).unwrap();
                }
            }
            Ok(Output::NeedInput) if said.is_empty() && server.hangs_up => client.handle_eof(),
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
    // That of LOGOUT does not count.
    if played.error.is_none() && played.outcomes.len() > 1 {
        played.outcomes.pop();
    }
    Played { lines: server.lines, uploaded: server.uploaded, ..played }
}

fn see(event: &Event, call: &Call, played: &mut Played) {
    match event {
        Event::Chunk(octets) => played.data.extend_from_slice(octets),
        Event::Data(Data::Fetch(fetch)) => {
            for item in fetch.items() {
                if let FetchItem::Section { data: FetchData::Octets(octets), .. } = item {
                    played.data.extend_from_slice(&octets);
                }
            }
        }
        Event::Status(status) => {
            if let (Some(want), Some(ResponseCode::UidValidity(got))) =
                (call.uid_validity, &status.code)
            {
                played.other_validity = want != format!("{got}").parse::<u32>().unwrap();
            }
        }
        _ => {}
    }
}

/// Holds what the client did against what curl must do.
fn compare(case: &Case, played: &Played) {
    let number = case.number.as_str();
    let fails = !matches!(case.text("errorcode").trim(), "" | "0");
    let deviates = DEVIATIONS.iter().any(|(listed, _)| *listed == number);
    if !deviates {
        assert_eq!(played.succeeded(), !fails, "test {number}: {played:?}");
    }
    let no_tls = (played.error == Some(Error::NoTls)).then_some(number);
    assert_eq!(no_tls, NO_TLS.iter().copied().find(|listed| *listed == number), "test {number}");
    let protocol = case.text("protocol");
    let mut want: Vec<String> = protocol.lines().flat_map(split_initial).collect();
    if !fails && protocol.contains(" BODY[") && case.section("datacheck").is_none() {
        let data = case.section("data").unwrap_or_default();
        let times = protocol.matches(" FETCH ").count();
        let data = data.repeat(times);
        assert_eq!(
            played.data.escape_ascii().to_string(),
            data.escape_ascii().to_string(),
            "{number}"
        );
    }
    if let Some(upload) = case.section("upload") {
        assert_eq!(Bytes::copy_from_slice(&played.uploaded), Bytes::from(upload), "test {number}");
    }
    let mut got = played.lines.clone();
    if !want.iter().any(|line| line.ends_with(" LOGOUT")) {
        // curl hangs up without.
        got.retain(|line| !line.ends_with(" LOGOUT"));
    }
    if number == "817" {
        want.retain(|line| !line.contains(" COPY "));
        want.last_mut().unwrap().replace_range(..4, "A003");
    }
    assert_eq!(want.len(), got.len(), "test {number}: {got:#?}");
    for (want, got) in want.iter().zip(&got) {
        assert!(want == got || same_command(want, got), "test {number}: want {want}, got {got}");
    }
}

/// Whether both say the same, quoted or not, in capitals or not.
fn same_command(want: &str, got: &str) -> bool {
    let parse = |line: &str| {
        let frame = Frame::new(format!("{line}\r\n").into());
        Command::parse(&frame, ReadOptions::default()).ok().map(|parsed| parsed.value)
    };
    let is_append = want.contains(" APPEND ");
    match (parse(want), parse(got)) {
        (Some(want), Some(got)) => want == got,
        // What follows is the message. Flags have no order.
        _ => is_append && words(want) == words(got),
    }
}

fn words(line: &str) -> Vec<&str> {
    let mut words: Vec<_> = line.split([' ', '(', ')']).collect();
    words.sort_unstable();
    words
}

/// What curl must send, responses as lines of their own.
fn split_initial(line: &str) -> Vec<String> {
    match line.split(' ').collect::<Vec<_>>()[..] {
        [tag, "AUTHENTICATE", mechanism, "="] => {
            vec![format!("{tag} AUTHENTICATE {mechanism}"), String::new()]
        }
        [tag, "AUTHENTICATE", mechanism, initial] => {
            vec![format!("{tag} AUTHENTICATE {mechanism}"), initial.to_owned()]
        }
        _ => vec![line.to_owned()],
    }
}
