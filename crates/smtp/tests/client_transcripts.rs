//! Dialogues of the client machine: `tests/client/*.txt`, replayed in three cuts.
//!
//! A line `# config: words` sets the client up, see [`config`]; `A:` lines say what the caller does, see
//! [`Caller::act`].
use std::{fs, path::Path};

use bytes::Bytes;
use mailwire_core::BareLineEnds;
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use mailwire_smtp::{
    Command, Error, Quirks,
    client::{Client, Config, Envelope, Event, Outcome, TlsPolicy},
    server::{Protocol, Transfer},
};
use testkit::transcript::{Player, Side, replay_all};

#[test]
fn transcripts() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/client");
    replay_all(dir, |path| {
        let script = fs::read_to_string(path).unwrap();
        let words = script.lines().find_map(|line| line.strip_prefix("# config: ")).unwrap_or("");
        Caller { words: words.into() }
    });
}

struct Caller {
    words: String,
}

/// Plain SMTP without TLS unless told otherwise.
fn config(words: &str) -> Config {
    let mut config = Config::new("client.example").unwrap();
    config.tls = TlsPolicy::Never;
    for word in words.split_whitespace() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("lmtp", _) => config.protocol = Protocol::Lmtp,
            ("name", name) => config.name = name.parse().unwrap(),
            ("require-tls", _) => config.tls = TlsPolicy::Require,
            ("tls-if-offered", _) => config.tls = TlsPolicy::IfOffered,
            ("implicit-tls", _) => config.implicit_tls = true,
            ("plaintext-auth", _) => config.plaintext_auth_without_tls = true,
            ("no-pipelining", _) => config.pipelining = false,
            ("hello-after-auth", _) => config.hello_after_auth = true,
            ("reject", _) => config.bare_line_ends = BareLineEnds::Reject,
            ("line", octets) => config.limits.line = octets.parse().unwrap(),
            ("reply", octets) => config.limits.reply = octets.parse().unwrap(),
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

    /// Bodies come by `A:` lines.
    fn answer(&mut self, _: &mut Client, _: &Event) {}

    /// - `message MAIL .. | RCPT .. | RCPT .. | bdat | size N`: commands as they go on the wire;
    /// - `auth MECHANISM [USER]`: with the password `tanstaaftanstaaf`, which is also the token;
    /// - `body TEXT`, `finish`, `abandon`;
    /// - `misuse COMMAND`: a command that must be refused;
    /// - any other: a command as it goes on the wire.
    fn act(&mut self, client: &mut Client, what: &str) {
        let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
        match verb {
            "message" => {
                client.send(envelope(rest)).unwrap();
            }
            "auth" => {
                client.send(exchange(rest)).unwrap();
            }
            "body" => {
                let text = rest.replace("\\r", "\r").replace("\\n", "\n");
                // The machine says in its own time what is wrong with it.
                let _ = client.send_body(Bytes::from(text));
            }
            "finish" => client.finish_body().unwrap(),
            "abandon" => client.abandon_body().unwrap(),
            "misuse" => {
                let before = format!("{client:?}");
                assert_eq!(client.send(command(rest)), Err(Error::Misuse));
                assert_eq!(client.finish_body(), Err(Error::Misuse));
                assert_eq!(client.abandon_body(), Err(Error::Misuse));
                assert_eq!(format!("{client:?}"), before);
            }
            _ => {
                client.send(command(what)).unwrap();
            }
        }
    }

    fn describe(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Greeting(reply) => format!("Greeting {}", reply.code()),
            Event::Ready { offers, tls } => {
                format!("Ready{} {offers:?}", if *tls { " under TLS" } else { "" })
            }
            Event::SendBody(_) => "SendBody".into(),
            Event::Recipient { index, outcome, .. } => format!("{index} {}", describe(outcome)),
            Event::Done { outcome, .. } => format!("Done {}", describe(outcome)),
            Event::Authenticated { reply, .. } => format!("Authenticated {}", reply.code()),
            Event::AuthFailed { outcome, server_error, .. } => {
                let server_error = server_error.as_ref().map_or("", |error| &error.status);
                format!("AuthFailed {} {server_error}", describe(outcome)).trim_end().into()
            }
            Event::Closing(reply) => format!("Closing {}", reply.code()),
            other => panic!("no such event: {other:?}"),
        })
    }
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(reply) => format!("Accepted {}", reply.code()),
        Outcome::Refused { at, reply } => format!("Refused at {at:?}: {}", reply.code()),
        Outcome::NotSent(reason) => format!("NotSent: {reason}"),
        Outcome::Lost { at } => format!("Lost at {at:?}"),
        Outcome::Abandoned => "Abandoned".into(),
        Outcome::Distrusted(error) => format!("Distrusted: {error}"),
        other => panic!("no such outcome: {other:?}"),
    }
}

fn command(line: &str) -> Command {
    Command::parse(Bytes::copy_from_slice(line.as_bytes()), Quirks::ALL).unwrap().0
}

fn envelope(parts: &str) -> Envelope {
    let mut parts = parts.split(" | ");
    let Command::Mail { from, params } = command(parts.next().unwrap()) else { panic!("no MAIL") };
    let mut envelope = Envelope::new(from).with_params(params);
    for part in parts {
        envelope = match part.split_once(' ') {
            None if part == "bdat" => envelope.with_transfer(Transfer::Bdat),
            Some(("size", size)) => envelope.with_size(size.parse().unwrap()),
            _ => {
                let Command::Rcpt { to, params } = command(part) else { panic!("no RCPT: {part}") };
                envelope.with_recipient_params(to, params)
            }
        };
    }
    envelope
}

fn exchange(words: &str) -> Exchange {
    let (mechanism, user) = words.split_once(' ').unwrap_or((words, "tim"));
    let mechanism: Mechanism = mechanism.parse().unwrap();
    let credentials = match mechanism {
        Mechanism::External => Credentials::external(),
        Mechanism::Anonymous => Credentials::anonymous("sirhc").unwrap(),
        Mechanism::XOAuth2 | Mechanism::OAuthBearer => {
            // Long enough for a line of 512 octets to have no room for it, if the user wants that.
            let token = "x".repeat(if user == "long" { 400 } else { 4 });
            Credentials::bearer(user, token).unwrap()
        }
        Mechanism::ScramSha1 => Credentials::password("user", "pencil").unwrap(),
        _ => Credentials::password(user, "tanstaaftanstaaf").unwrap(),
    };
    let nonce = "fyko+d2lbbFgONRv9qkxdawL";
    Exchange::new(mechanism, &credentials, nonce, &ChannelBinding::None).unwrap()
}
