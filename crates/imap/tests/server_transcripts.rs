//! Dialogues with the server machine: `tests/server/*.txt`, replayed in three cuts.
//!
//! A line `# config: words` sets the server and its mailboxes up; see [`config`] and [`Caller::new`]. The
//! greeting is passed over unless the words have `greeting`; so are the answers to the ENABLE of
//! `enable=A,B` and to the SELECT of `selected`.
//!
//! ```text
//! A: gone 3          the third message goes, by another session
//! A: new             a message comes
//! A: seen 2          the second message gets \Seen
//! A: bye text        the server says BYE
//! A: state Selected  the session is there
//! ```

#[path = "support/memory.rs"]
mod memory;

use mailwire_core::Output;
use mailwire_imap::{
    Condition, Error, Flags, FrameLimits, Leniency, SystemFlag, WordCode,
    server::{Config, Event, Server},
};
use mailwire_sasl::{
    Mechanism, Secret,
    server::{Config as SaslConfig, Exchange, Question, ScramKeys},
};
use memory::Memory;
use std::{fs, path::Path};
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

struct Caller {
    words: String,
    memory: Memory,
}

impl Caller {
    /// `messages=5` fills INBOX, `box=Name` makes a mailbox.
    fn new(words: &str) -> Self {
        let mut count = 0;
        let mut boxes = Vec::new();
        for word in words.split_whitespace() {
            match word.split_once('=') {
                Some(("messages", value)) => count = value.parse().unwrap(),
                Some(("box", value)) => boxes.push(value.to_owned()),
                _ => {}
            }
        }
        let has = |wanted: &str| words.split_whitespace().any(|word| word == wanted);
        let mut memory = Memory::new(count);
        for name in boxes {
            memory.boxes.insert(name, memory::Box { messages: Vec::new(), next: 1 });
        }
        if has("selected") {
            memory.selected = Some("INBOX".into());
        }
        memory.streams = has("streams");
        memory.mod_seqs = has("mod-seqs");
        let piece = words.split_whitespace().find_map(|word| word.strip_prefix("piece="));
        memory.piece = piece.map(|piece| piece.parse().unwrap());
        Self { words: words.into(), memory }
    }

    fn has(&self, wanted: &str) -> bool {
        self.words.split_whitespace().any(|word| word == wanted)
    }
}

/// `offer=A,B` adds capabilities, `without=A` takes some away.
fn config(words: &str) -> Config {
    let mut config = Config::new("IMAP server ready");
    config.plaintext_auth_without_tls = true;
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "offer" => config = config.offering(&value.replace(',', " ")).unwrap(),
            "without" => {
                config = value.split(',').fold(config, Config::without);
            }
            "auth" => config.auth = value.split(',').map(|name| name.parse().unwrap()).collect(),
            "no-plaintext" => config.plaintext_auth_without_tls = false,
            "no-login" => config.login = false,
            "preauth" => config.preauth = true,
            "require-tls" => config.require_tls = true,
            "implicit-tls" => config.implicit_tls = true,
            "strict" => config.leniency = Leniency::Strict,
            "limit" => config.append_limit = Some(value.parse().unwrap()),
            "errors" => config.max_errors = value.parse().unwrap(),
            "sasl-line" => config.sasl_line = value.parse().unwrap(),
            "line" => {
                config.before_login.line = value.parse().unwrap();
                config.after_login.line = value.parse().unwrap();
            }
            "literal" => {
                config.before_login.inline = value.parse().unwrap();
                config.after_login.inline = value.parse().unwrap();
            }
            "frame" => config.after_login.frame = value.parse().unwrap(),
            "few" => config.append_messages = value.parse().unwrap(),
            // Those are the caller's.
            "messages" | "box" | "selected" | "enable" | "streams" | "piece" | "mod-seqs"
            | "greeting" | "refusing" | "unsaved" => {}
            other => panic!("no such word: {other}"),
        }
    }
    let _: FrameLimits = config.before_login;
    config
}

impl Player for Caller {
    type Machine = Server;
    const SIDE: Side = Side::Server;

    fn start(&self) -> Server {
        let config = config(&self.words);
        if self.has("refusing") {
            return Server::refusing(config, "Too many connections");
        }
        let mut server = Server::new(config);
        if !self.has("greeting") {
            let Ok(Output::Transmit(_)) = server.poll_output() else { panic!("no greeting") };
        }
        let enabled = self.words.split_whitespace().find_map(|word| word.strip_prefix("enable="));
        if let Some(names) = enabled {
            let names = names.replace(',', " ");
            server.handle_input(format!("y ENABLE {names}\r\n").into());
        }
        if self.has("selected") {
            server.handle_input("z SELECT inbox\r\n".into());
        }
        if enabled.is_some() || self.has("selected") {
            let mut memory = self.memory.clone();
            while let Ok(Output::Event(event)) = server.poll_output() {
                memory.answer(&mut server, &event).unwrap();
            }
        }
        server
    }

    fn answer(&mut self, server: &mut Server, event: &Event) {
        let result = match event {
            Event::Auth(mechanism) => server.authenticate(exchange(*mechanism)),
            Event::Ask(question) => answer_question(server, question),
            Event::Command(mailwire_imap::Command::Search(_)) if self.has("unsaved") => {
                server.reject(WordCode::NotSaved, "Too many")
            }
            Event::Command(mailwire_imap::Command::Other { name, .. })
                if name.eq_ignore_ascii_case("XPING") =>
            {
                server.reply(Condition::Ok, None, "pong\r\n* BYE \0")
            }
            Event::StartTls => {
                self.memory.selected = None;
                Ok(())
            }
            event => self.memory.answer(server, event),
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
        // A body that is sent in pieces.
        while self.memory.piece.is_some() && server.due().is_some() {
            self.memory.go_on(server).unwrap();
            if server.due().is_none() && !self.memory.fetching.is_empty() {
                self.memory.go_on(server).unwrap();
            }
        }
    }

    fn act(&mut self, server: &mut Server, what: &str) {
        let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
        let index = || rest.parse::<usize>().unwrap() - 1;
        match verb {
            "gone" => self.memory.remove(server, index()).unwrap(),
            "new" => {
                let name = self.memory.selected.clone().unwrap();
                self.memory.add(&name, "new\r\n".into(), Flags::none());
                let count = self.memory.current().messages.len();
                server.exists(u32::try_from(count).unwrap()).unwrap();
            }
            "seen" => {
                let place = self.memory.place(index());
                self.memory.current().messages[index()].flags = SystemFlag::Seen.into();
                server.flags(place, &SystemFlag::Seen.into()).unwrap();
            }
            "bye" => server.bye(rest).unwrap(),
            "abort" => server.abort(),
            "alert" => server.send_status(Condition::Ok, WordCode::Alert, rest).unwrap(),
            "state" => assert_eq!(format!("{:?}", server.state()), rest),
            "minutes" => assert_eq!(server.timeout().as_secs() / 60, rest.parse().unwrap()),
            "misuse" => assert_eq!(server.exists(99), Err(Error::Misuse)),
            "count" => {
                let count = self.memory.boxes["INBOX"].messages.len();
                assert_eq!(count, rest.parse().unwrap());
            }
            "last" => {
                let last = &self.memory.boxes["INBOX"].messages.last().unwrap().octets;
                assert_eq!(last.escape_ascii().to_string(), rest);
            }
            other => panic!("no such act: {other}"),
        }
    }

    fn describe(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Refused { error: Some(error), .. } => format!("Refused: {error}"),
            Event::Tolerated(repairs) => {
                let quirks: Vec<_> =
                    repairs.as_slice().iter().map(|r| format!("{:?}", r.quirk)).collect();
                format!("Tolerated {}", quirks.join(" "))
            }
            Event::Append(upcoming) => {
                format!("Append {} {} {}", upcoming.mailbox, upcoming.index, upcoming.size)
            }
            Event::Authenticated(identity) => format!("Authenticated {}", identity.effective()),
            Event::Refused { .. } | Event::Chunk(_) => return None,
            other => format!("{other:?}"),
        })
    }
}

fn secret(user: &str) -> Option<Secret> {
    (user == "tim").then(|| Secret::from("secret"))
}

fn exchange(mechanism: Mechanism) -> Exchange {
    // The nonces of RFC 2195 §2 and RFC 7677 §3.
    let config = match mechanism {
        Mechanism::CramMd5 => {
            SaslConfig::new("1896.697170952").with_hostname("postoffice.reston.mci.net")
        }
        _ => SaslConfig::new("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0").with_dummy("site key", 4096),
    };
    Exchange::new(mechanism, config).unwrap()
}

fn answer_question(server: &mut Server, question: &Question) -> Result<(), Error> {
    match question {
        Question::Password { authcid, password, .. }
            if secret(authcid).as_ref() == Some(password) =>
        {
            server.accept()
        }
        Question::Secret { authcid } if authcid == "tim" => {
            server.supply(Some("tanstaaftanstaaf".into()))
        }
        Question::Secret { .. } => server.supply(None),
        Question::ScramKeys { hash, authcid, .. } => {
            let salt: &[u8] = b"\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
            let keys = ScramKeys::derive(*hash, "pencil", salt, 4096);
            server.supply_scram((authcid == "user").then(|| keys.unwrap()))
        }
        Question::External { .. } => server.accept_as("tim"),
        Question::Token { token, .. } if token.as_bytes() == b"good" => server.accept_as("tim"),
        _ => server.reject(WordCode::AuthenticationFailed, "Wrong"),
    }
}
