//! Dialogues with the server machine: `tests/server/*.txt`, replayed in three cuts.
//!
//! A line `# config: words` sets the server up; see [`config`]. The caller says no to senders that start
//! with `refused`, to recipients that start with `nobody`, and to messages that hold `virus`; the only
//! user is `tim` with `tanstaaftanstaaf` (RFC 2195).
use std::{fs, path::Path};

use mailwire_core::{BareLineEnds, Summary};
use mailwire_sasl::{
    Mechanism, Secret,
    server::{Config as SaslConfig, Exchange, Question, ScramKeys},
};
use mailwire_smtp::{
    Capability, Extension, Quirks, Reply,
    server::{Config, Event, Protocol, Server, Transfer},
};
use testkit::transcript::{Player, Side, replay_all};

#[test]
fn transcripts() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server");
    replay_all(dir, |path| {
        let script = fs::read_to_string(path).unwrap();
        let words = script.lines().find_map(|line| line.strip_prefix("# config: ")).unwrap_or("");
        Caller { words: words.into(), body: Vec::new() }
    });
}

struct Caller {
    words: String,
    body: Vec<u8>,
}

fn config(words: &str) -> Config {
    let mut config = Config::new("mx.example").unwrap();
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let number = || value.parse().unwrap();
        match key {
            "lmtp" => config.protocol = Protocol::Lmtp,
            "size" => config.max_message_size = Some(number()),
            "auth" => {
                config.auth = value.split(',').map(|name| name.parse().unwrap()).collect();
            }
            "plaintext" => config.plaintext_auth_without_tls = true,
            "offer" => config.offers.push(Capability::parse(value.replace('_', " ").into())),
            "without" => {
                let extension = Extension::from_keyword(value.as_bytes());
                config.offers.retain(|offer| offer.extension() != extension);
            }
            "proxy" => config.proxy_protocol = true,
            "early" => config.refuse_early_input = true,
            "require-auth" => config.require_auth = true,
            "require-tls" => config.require_tls = true,
            "historic" => config.historic_commands = true,
            "unknown-parameters" => config.unknown_parameters = true,
            "strict" => config.tolerated = Quirks::NONE,
            "reject" => config.bare_line_ends = BareLineEnds::Reject,
            "keep" => config.bare_line_ends = BareLineEnds::Keep,
            "line" => config.limits.line = value.parse().unwrap(),
            "errors" => config.max_errors = value.parse().unwrap(),
            "idle" => config.max_idle_commands = value.parse().unwrap(),
            "recipients" => config.max_recipients = value.parse().unwrap(),
            "transactions" => config.max_transactions = value.parse().ok(),
            "domains" => config.max_recipient_domains = value.parse().ok(),
            "refusing" => {}
            other => panic!("no such word: {other}"),
        }
    }
    config
}

impl Player for Caller {
    type Machine = Server;
    const SIDE: Side = Side::Server;

    fn start(&self) -> Server {
        let config = config(&self.words);
        if self.words.contains("refusing") {
            return Server::refusing(config, &Reply::NO_MAIL_HERE);
        }
        Server::new(config)
    }

    fn answer(&mut self, server: &mut Server, event: &Event) {
        let virus = self.body.windows(5).any(|window| window == b"virus");
        let result = match event {
            Event::Mail { from, .. } if from.to_string().starts_with("<refused") => {
                server.reject(&Reply::REFUSED)
            }
            Event::Rcpt { to, .. } if to.to_string().starts_with("<nobody") => {
                server.reject(&Reply::NO_SUCH_USER)
            }
            Event::Data(_) => {
                self.body.clear();
                server.accept()
            }
            Event::Chunk(octets) => {
                self.body.extend_from_slice(octets);
                Ok(())
            }
            Event::End(_) if virus => server.reject(&Reply::TRANSACTION_FAILED),
            Event::Hello { .. } | Event::Mail { .. } | Event::Rcpt { .. } | Event::End(_) => {
                server.accept()
            }
            Event::Auth(mechanism) => server.authenticate(exchange(*mechanism)),
            Event::Ask(question) => answer_question(server, question),
            Event::Xclient(_)
            | Event::Xforward(_)
            | Event::Burl { .. }
            | Event::Etrn(_)
            | Event::Atrn(_) => server.accept(),
            Event::Expn { name, .. } if name.as_str() == "staff" => {
                let list = Reply::from_lines(250, ["<a@mx.example>", "<b@mx.example>"]).unwrap();
                server.reply(&list)
            }
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
    }

    fn describe(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Hello { verb, name } => format!("{verb:?} {name}"),
            Event::Mail { verb, from, params } => format!("{verb:?} {from} {params:?}"),
            Event::Rcpt { to, params } => format!("Rcpt {to} {params:?}"),
            Event::Data(Transfer::Data) => "Data".into(),
            Event::Data(Transfer::Bdat) => "Bdat".into(),
            Event::End(Summary { size, .. }) => {
                assert_eq!(*size, self.body.len() as u64);
                format!("End {:?}", bytes::Bytes::from(self.body.clone()))
            }
            Event::Discarded { summary, .. } => format!(
                "Discarded, {} octets, {} bare CR, {} bare LF",
                summary.size, summary.bare_cr, summary.bare_lf
            ),
            Event::Tolerated(quirks) => format!("Tolerated {quirks:?}"),
            Event::Authenticated(identity) => format!("Authenticated {}", identity.effective()),
            Event::Refused { error: Some(error), .. } => format!("Refused: {error}"),
            Event::Chunk(_) | Event::Refused { .. } => return None,
            other => format!("{other:?}"),
        })
    }
}

fn exchange(mechanism: Mechanism) -> Exchange {
    // The nonces of RFC 2195 §2, RFC 5802 §5 and RFC 7677 §3.
    let config = match mechanism {
        Mechanism::CramMd5 => {
            SaslConfig::new("1896.697170952").with_hostname("postoffice.reston.mci.net")
        }
        Mechanism::ScramSha1 => SaslConfig::new("3rfcNHYJY1ZVvWVs7j").with_dummy("site key", 4096),
        _ => SaslConfig::new("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0").with_dummy("site key", 4096),
    };
    Exchange::new(mechanism, config).unwrap()
}

fn answer_question(server: &mut Server, question: &Question) -> Result<(), mailwire_smtp::Error> {
    let right = Secret::from("tanstaaftanstaaf");
    match question {
        Question::Password { authcid, password, .. } if authcid == "tim" && *password == right => {
            server.accept()
        }
        Question::Secret { authcid } => server.supply((authcid == "tim").then_some(right)),
        Question::ScramKeys { hash, authcid, .. } => {
            let salt: &[u8] = b"\x41\x25\xc2\x47\xe4\x3a\xb1\xe9\x3c\x6d\xff\x76";
            let keys = ScramKeys::derive(*hash, "pencil", salt, 4096);
            server.supply_scram((authcid == "user").then(|| keys.unwrap()))
        }
        Question::Authorize { .. } | Question::External { .. } => server.accept(),
        Question::Token { token, .. } if token.as_bytes() == b"good" => server.accept_as("user"),
        _ => server.reject(&Reply::AUTH_FAILED),
    }
}
