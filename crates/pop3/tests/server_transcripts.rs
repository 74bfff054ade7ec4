//! Dialogues with the server machine: `tests/server/*.txt`, replayed in three cuts.
//!
//! A line `# config: words` sets the server and the maildrop up; see [`config`] and [`Caller::new`].
//! Message n is [`message`], unless sizes are given. The users are in [`PASSWORDS`]; those whose names say
//! so find their maildrop locked, were here just now, or have a broken one.
use std::{fs, path::Path};

use mailwire_pop3::{
    Capability, LanguageListing, LanguageRange, LanguageTag, MessageNumber, Quirks, Reply,
    Timestamp, UniqueId, Xtnd,
    server::{Config, Due, Event, Maildrop, Server, WireSize},
};
use mailwire_sasl::{
    Mechanism, Secret,
    server::{Config as SaslConfig, Exchange, Question, ScramKeys},
};
use testkit::transcript::{Player, Side, replay_all};

#[test]
fn transcripts() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server");
    replay_all(dir, |path| {
        let script = fs::read_to_string(path).unwrap();
        let words = script.lines().find_map(|line| line.strip_prefix("# config: ")).unwrap_or("");
        Caller::new(words)
    });
}

const PASSWORDS: &[(&str, &str)] = &[
    ("mrose", "tanstaaf"),
    ("tim", "tanstaaftanstaaf"),
    ("jzwang", "cpsc360"),
    ("myuser", "mypass"),
    ("jeff", "password"),
    ("karen", "password"),
    ("blank", " two  words "),
    ("caf\u{e9}", "\u{2168}"),
    ("locked", "x"),
    ("hasty", "x"),
    ("broken", "x"),
];

struct Caller {
    words: String,
    /// The messages: what LIST says, and what RETR sends.
    messages: Vec<(u64, String)>,
    /// What was removed in UPDATE.
    removed: Option<Vec<u32>>,
}

/// A message whose body starts with a dot, and whose last line is not ended.
fn message(number: usize) -> String {
    format!("Subject: message {number}\n\n.dot\n\n..\nlast {number}")
}

impl Caller {
    /// `sizes=120,200` gives the messages' sizes, `count=3` makes three; there are none otherwise.
    fn new(words: &str) -> Self {
        let value = |key: &str| words.split(' ').find_map(|word| word.strip_prefix(key));
        let mut messages = Vec::new();
        if let Some(sizes) = value("sizes=") {
            for (at, size) in sizes.split(',').enumerate() {
                messages.push((size.parse().unwrap(), message(at + 1)));
            }
        }
        for number in 1..=value("count=").map_or(0, |count| count.parse().unwrap()) {
            let mut size = WireSize::default();
            size.add(message(number).as_bytes());
            messages.push((size.octets(), message(number)));
        }
        Self { words: words.into(), messages, removed: None }
    }

    fn fill(&self, server: &mut Server) {
        while let Some(due) = server.due() {
            match due {
                Due::Size(number) => {
                    server.send_size(self.messages[number.get() as usize - 1].0).unwrap();
                }
                Due::UniqueId(number) => server.send_unique_id(&unique_id(number.get())).unwrap(),
                _ => panic!("bodies are sent at once"),
            }
        }
    }

    fn send(&self, server: &mut Server, text: &str) {
        for piece in text.as_bytes().chunks(11) {
            server.send_body(bytes::Bytes::copy_from_slice(piece)).unwrap();
        }
        server.finish_body().unwrap();
    }
}

/// Those of RFC 1939 §7, and others.
fn unique_id(number: u32) -> UniqueId {
    let id = match number {
        1 => "whqtswO00WBw418f9t5JxYwZ".into(),
        2 => "QhdPYR:00WBw1Ph7x7".into(),
        _ => format!("id-{number}"),
    };
    UniqueId::new(&id).unwrap()
}

fn config(words: &str) -> Config {
    let mut config = Config::new("POP3 server ready").unwrap();
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "auth" => {
                config.auth = value.split(',').map(|name| name.parse().unwrap()).collect();
            }
            "plaintext" => config.plaintext_auth_without_tls = true,
            "offer" => config.offers.push(Capability::parse(value.replace('_', " ").into())),
            "without" => config.offers.retain(|offer| offer.tag() != value),
            "without-user" => config.user_pass = false,
            "require-tls" => config.require_tls = true,
            "implicit-tls" => config.implicit_tls = true,
            "historic" => config.historic_commands = true,
            "strict" => config.tolerated = Quirks::NONE,
            "sasl-line" => config.limits.sasl_line = value.parse().unwrap(),
            "errors" => config.max_errors = value.parse().unwrap(),
            "languages" => {
                for line in ["en English", "es Espa\u{f1}ol"] {
                    config.languages.push(LanguageListing::parse(line.into()).unwrap());
                }
            }
            "greeting" => config.greeting = Reply::ok(value.replace('_', " ")).unwrap(),
            // Those are the caller's.
            "apop" | "sizes" | "count" | "last" | "read-only" | "stuck" | "personal" => {}
            other => panic!("no such word: {other}"),
        }
    }
    config
}

fn secret(user: &str) -> Option<Secret> {
    PASSWORDS.iter().find(|(name, _)| *name == user).map(|(_, password)| Secret::from(*password))
}

impl Player for Caller {
    type Machine = Server;
    const SIDE: Side = Side::Server;

    fn start(&self) -> Server {
        let config = config(&self.words);
        if self.words.contains("apop") {
            let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>").unwrap();
            return Server::with_apop(config, timestamp);
        }
        Server::new(config)
    }

    fn answer(&mut self, server: &mut Server, event: &Event) {
        let has = |word: &str| self.words.split(' ').any(|w| w == word);
        let result = match event {
            Event::Pass { name, password } => {
                let name = if name.as_str() == "caf\u{e9}" { "caf\u{e9}" } else { name.as_str() };
                // SASLprep makes IX of the one character.
                let right = match name {
                    "caf\u{e9}" => Some(Secret::from("IX")),
                    _ => secret(name),
                };
                if right.as_ref() == Some(password.secret()) {
                    server.accept()
                } else {
                    server.reject(&Reply::AUTH_FAILED)
                }
            }
            Event::Apop { name } => server.supply(secret(name)),
            Event::Rpop { remote, .. } if remote.as_str() == "root" => server.accept(),
            Event::Auth(mechanism) => server.authenticate(exchange(*mechanism)),
            Event::Ask(question) => answer_question(server, question),
            Event::Open(login) => match login.user() {
                "locked" => server.reject(&Reply::IN_USE),
                "hasty" => server.reject(&Reply::LOGIN_DELAY),
                "broken" => server.reject(&Reply::BROKEN),
                _ => {
                    let mut maildrop = Maildrop::new(self.messages.len().try_into().unwrap());
                    maildrop.last = u32::from(has("last=1"));
                    if has("personal") {
                        maildrop.expire = Some(mailwire_pop3::Expiry::Never);
                        maildrop.login_delay = Some(5);
                    }
                    server.open(maildrop)
                }
            },
            Event::Stat => {
                let left = server.messages().map(|n| self.messages[n.get() as usize - 1].0);
                let total = left.sum();
                server.send_total(total)
            }
            Event::Sizes | Event::UniqueIds => {
                let accepted = server.accept();
                self.fill(server);
                accepted
            }
            Event::Size(number) => server.send_size(self.messages[number.get() as usize - 1].0),
            Event::UniqueId(number) => server.send_unique_id(&unique_id(number.get())),
            Event::Retrieve(number) => {
                let (octets, text) = self.messages[number.get() as usize - 1].clone();
                let said = server.reply(&Reply::ok(format!("{octets} octets")).unwrap());
                self.send(server, &text);
                said
            }
            Event::Top { number, .. } => {
                let accepted = server.accept();
                self.send(server, &self.messages[number.get() as usize - 1].1.clone());
                accepted
            }
            Event::Delete(_) if has("read-only") => {
                server.reject(&Reply::err("This maildrop is read-only").unwrap())
            }
            Event::Delete(_) => server.accept(),
            Event::Language(LanguageRange::Tag(tag)) if tag.as_str() == "es" => server
                .accept_language(&LanguageListing::parse("es Idioma cambiado".into()).unwrap()),
            Event::Language(LanguageRange::Any) => {
                let english = LanguageTag::new("en").unwrap();
                server.accept_language(&LanguageListing::new(english, "As you like").unwrap())
            }
            Event::Xtnd(Xtnd::Bboards(Some(_))) => {
                let mut maildrop = Maildrop::new(1);
                maildrop.welcome = Reply::ok("XTND").unwrap();
                let opened = server.open(maildrop);
                self.send(server, "system 10\n");
                opened
            }
            Event::Xtnd(Xtnd::Bboards(None)) => {
                let accepted = server.reply(&Reply::ok("XTND").unwrap());
                self.send(server, "system 10\nmh-users 100\n");
                accepted
            }
            Event::Unknown { verb, .. } if verb.as_str() == "XPING" => {
                server.reply(&Reply::ok("pong").unwrap())
            }
            Event::Update if has("stuck") => server.reject(&Reply::NOT_REMOVED),
            Event::Update => {
                self.removed = Some(server.deleted().map(MessageNumber::get).collect());
                server.accept()
            }
            _ => {
                server.decline();
                Ok(())
            }
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
    }

    fn act(&mut self, server: &mut Server, what: &str) {
        match what.split_once(' ').unwrap_or((what, "")) {
            ("removed", numbers) => {
                let want = numbers.split_whitespace().map(|n| n.parse().unwrap()).collect();
                assert_eq!(self.removed, Some(want));
            }
            ("no-update", _) => assert_eq!(self.removed, None),
            ("state", state) => assert_eq!(format!("{:?}", server.state()), state),
            ("timeout", _) => server.send(&Reply::TIMEOUT).unwrap(),
            ("abort", _) => server.abort(),
            (other, _) => panic!("no such act: {other}"),
        }
    }

    fn describe(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Open(login) => format!("Open {}", login.user()),
            Event::Tolerated(quirks) => format!("Tolerated {quirks:?}"),
            Event::Refused { error: Some(error), .. } => format!("Refused: {error}"),
            Event::Refused { .. } => return None,
            Event::AuthFailed(method) => format!("AuthFailed {method:?}"),
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

fn answer_question(server: &mut Server, question: &Question) -> Result<(), mailwire_pop3::Error> {
    match question {
        Question::Password { authcid, password, .. }
            if secret(authcid).as_ref() == Some(password) =>
        {
            server.accept()
        }
        Question::Secret { authcid } => server.supply(secret(authcid)),
        Question::ScramKeys { hash, authcid, .. } => {
            let salt: &[u8] = b"\x41\x25\xc2\x47\xe4\x3a\xb1\xe9\x3c\x6d\xff\x76";
            let keys = ScramKeys::derive(*hash, "pencil", salt, 4096);
            server.supply_scram((authcid == "user").then(|| keys.unwrap()))
        }
        Question::Authorize { .. } => server.accept(),
        Question::External { .. } => server.accept_as("mrose"),
        Question::Token { token, .. } if token.as_bytes() == b"good" => server.accept_as("user"),
        _ => server.reject(&Reply::AUTH_FAILED),
    }
}
