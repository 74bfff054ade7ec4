//! Dialogues of the client machine: `tests/client/*.txt`, replayed in three cuts.
//!
//! A line `# config: words` sets the client up, see [`config`]; `A:` lines say what the caller does, see
//! [`Caller::act`].
use std::{fs, path::Path};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Command, Error, Quirk, Quirks,
    client::{Client, Config, EndOfText, Event, Item, Login, Method, Outcome, Request, TlsPolicy},
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use testkit::transcript::{Player, Side, replay_all};

#[test]
fn transcripts() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/client");
    replay_all(dir, |path| {
        let script = fs::read_to_string(path).unwrap();
        let words = script.lines().find_map(|line| line.strip_prefix("# config: ")).unwrap_or("");
        Caller { words: words.into(), body: Vec::new() }
    });
}

struct Caller {
    words: String,
    /// The message that is coming in.
    body: Vec<u8>,
}

/// Without TLS unless told otherwise.
fn config(words: &str) -> Config {
    let mut config = Config::default();
    config.tls = TlsPolicy::Never;
    for word in words.split_whitespace() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("require-tls", _) => config.tls = TlsPolicy::Require,
            ("tls-if-offered", _) => config.tls = TlsPolicy::IfOffered,
            ("implicit-tls", _) => config.implicit_tls = true,
            ("plaintext-auth", _) => config.plaintext_auth_without_tls = true,
            ("apop", _) => config.apop_without_tls = true,
            ("no-pipelining", _) => config.pipelining = false,
            ("one-capa", _) => config.capa_after_login = false,
            ("lenient-end", _) => config.end_of_text = EndOfText::Lenient,
            ("no-quirks", _) => config.quirks = Quirks::NONE,
            ("no-bare-lf", _) => config.quirks = Quirks::ALL.without(Quirk::BareLf),
            ("no-ok-challenge", _) => config.quirks = Quirks::ALL.without(Quirk::OkForChallenge),
            ("line", octets) => config.limits.line = octets.parse().unwrap(),
            ("sasl-line", octets) => config.limits.sasl_line = octets.parse().unwrap(),
            ("reply", octets) => config.limits.reply = octets.parse().unwrap(),
            ("listing", lines) => config.listing = lines.parse().unwrap(),
            other => panic!("no such word: {other:?}"),
        }
    }
    config
}

impl Player for Caller {
    type Machine = Client;
    const SIDE: Side = Side::Client;

    fn start(&self) -> Client {
        Client::new(config(&self.words))
    }

    fn answer(&mut self, _: &mut Client, event: &Event) {
        match event {
            Event::Chunk { octets, .. } => {
                assert!(!octets.is_empty());
                self.body.extend_from_slice(octets);
            }
            Event::Done { .. } => self.body.clear(),
            _ => {}
        }
    }

    /// - `login [WAY] [USER] [PASSWORD]`: by default in any way, as mrose, with the password tanstaaf;
    /// - `bound`: the same with a channel binding;
    /// - `token WAY USER TOKEN`, `external USER`, `anonymous`: logins by AUTH alone;
    /// - `auth MECHANISM`: an exchange of its own;
    /// - `lines COMMAND`: an unknown command with lines for an answer;
    /// - `misuse COMMAND`: a command that must be refused;
    /// - any other: a command as it goes on the wire.
    fn act(&mut self, client: &mut Client, what: &str) {
        let words: Vec<_> = what.split(' ').collect();
        let request = match words[..] {
            ["login", ..] => {
                let user = words.get(2).copied().unwrap_or("mrose");
                let password = words.get(3).copied().unwrap_or("tanstaaf");
                let login = Login::password(user, password, NONCE).unwrap();
                let ways = words.get(1).copied();
                Request::from(match ways.filter(|way| *way != "any") {
                    Some(way) => login.only(method(way)),
                    None => login,
                })
            }
            ["bound"] => {
                let login = Login::password("mrose", "tanstaaf", NONCE).unwrap();
                login.with_binding(ChannelBinding::TlsExporter([7; 32].into())).into()
            }
            ["token", way, user, token] => {
                let credentials = Credentials::bearer(user, token).unwrap();
                Login::new(credentials, "").only(method(way)).into()
            }
            ["external", user] => {
                let credentials = Credentials::external().with_authzid(user).unwrap();
                Login::new(credentials, "").into()
            }
            ["anonymous"] => Login::new(Credentials::anonymous("sirhc").unwrap(), "").into(),
            ["auth", mechanism] => {
                let mechanism: Mechanism = mechanism.parse().unwrap();
                let user = Credentials::password("user", "pencil").unwrap();
                Exchange::new(mechanism, &user, NONCE, &ChannelBinding::None).unwrap().into()
            }
            ["lines", ..] => Request::Lines(command(&what["lines ".len()..])),
            ["misuse", ..] => {
                let before = format!("{client:?}");
                assert_eq!(client.send(command(&what["misuse ".len()..])), Err(Error::Misuse));
                assert_eq!(client.send(Request::Lines(Command::Noop)), Err(Error::Misuse));
                assert_eq!(client.upgraded(), Err(Error::Misuse));
                assert_eq!(format!("{client:?}"), before);
                return;
            }
            _ => command(what).into(),
        };
        client.send(request).unwrap();
    }

    fn describe(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Greeting(_) => "Greeting".into(),
            Event::Ready { offers, tls, logged_in } => {
                let offers: Vec<_> = offers.iter().map(ToString::to_string).collect();
                let tls = if *tls { " under TLS" } else { "" };
                let logged_in = if *logged_in { ", logged in" } else { "" };
                format!("Ready{tls}{logged_in}: {}", offers.join("|"))
            }
            Event::LoggedIn { method, .. } => format!("LoggedIn by {method}"),
            Event::LoginFailed { outcome, server_error, .. } => {
                let server_error = server_error.as_ref().map_or("", |error| &error.status);
                format!("LoginFailed {} {server_error}", describe(outcome)).trim_end().into()
            }
            Event::MethodRefused { method, outcome, .. } => {
                format!("MethodRefused {method}: {}", describe(outcome))
            }
            Event::Item { item, .. } => format!("Item {}", describe_item(item)),
            Event::Damaged { line, error, .. } => {
                format!("Damaged '{}': {error}", line.escape_ascii())
            }
            Event::Chunk { .. } => return None,
            Event::Quirk { quirk, .. } => format!("Quirk {quirk:?}"),
            Event::Done { outcome, .. } if self.body.is_empty() => {
                format!("Done {}", describe(outcome))
            }
            Event::Done { outcome, .. } => {
                format!("Done {}, '{}'", describe(outcome), self.body.escape_ascii())
            }
            Event::Closing(reply) => format!("Closing {reply}"),
            other => panic!("no such event: {other:?}"),
        })
    }
}

const NONCE: &str = "fyko+d2lbbFgONRv9qkxdawL";

fn method(name: &str) -> Method {
    match name {
        "apop" => Method::Apop,
        "userpass" => Method::UserPass,
        mechanism => Method::Sasl(mechanism.parse().unwrap()),
    }
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(reply) => format!("Accepted {reply}"),
        Outcome::Refused(reply) => {
            let code = reply.code().map(|code| format!(" ({code})")).unwrap_or_default();
            format!("Refused{code} {reply}")
        }
        Outcome::Unreadable { reply, error } => format!("Unreadable {reply}: {error}"),
        Outcome::NotSent(reason) => format!("NotSent: {reason}"),
        Outcome::Lost => "Lost".into(),
        Outcome::Distrusted(error) => format!("Distrusted: {error}"),
        other => panic!("no such outcome: {other:?}"),
    }
}

fn describe_item(item: &Item) -> String {
    match item {
        Item::Stat(drop) => format!("Stat {} {}", drop.count, drop.octets),
        Item::Scan(scan) => format!("Scan {} {}", scan.number, scan.octets),
        Item::UniqueId(listing) => format!("UniqueId {} {}", listing.number, listing.id),
        Item::Language(listing) => format!("Language {} {}", listing.tag(), listing.description()),
        Item::Capability(capability) => format!("Capability {capability}"),
        Item::Last(number) => format!("Last {number}"),
        Item::Line(line) => format!("Line {line}"),
        other => panic!("no such item: {other:?}"),
    }
}

fn command(line: &str) -> Command {
    Command::parse(Bytes::copy_from_slice(line.as_bytes()), Quirks::ALL).unwrap().0
}

/// What is sent before TLS is CAPA and STLS, whatever was asked for.
#[test]
fn nothing_leaks_before_tls() {
    for capa in ["-ERR no\r\n", "+OK\r\nSASL PLAIN\r\nUSER\r\n.\r\n", "+OK\r\nSTLS\r\n.\r\n"] {
        for stls in ["-ERR no\r\n", "+OK\r\n+OK\r\n+OK\r\n", ""] {
            let mut client = Client::new(Config::default());
            client.send(Login::password("mrose", "tanstaaf", NONCE).unwrap()).unwrap();
            client.send(Command::Stat).unwrap();
            client.send(Command::Quit).unwrap();
            let server = ["+OK <1896.697170952@dbc.mtview.ca.us>\r\n", capa, stls].concat();
            client.handle_input(server.into());
            let mut sent = Vec::new();
            let mut outcomes = 0;
            loop {
                match client.poll_output() {
                    Ok(Output::Event(Event::LoginFailed { .. } | Event::Done { .. })) => {
                        outcomes += 1;
                    }
                    Ok(Output::Event(_)) => {}
                    Ok(Output::Transmit(bytes)) => sent.extend_from_slice(&bytes),
                    Ok(_) => client.handle_eof(),
                    Err(_) => break,
                }
            }
            assert!([&b"CAPA\r\n"[..], b"CAPA\r\nSTLS\r\n"].contains(&&sent[..]), "{sent:?}");
            assert_eq!(outcomes, 3);
        }
    }
}
