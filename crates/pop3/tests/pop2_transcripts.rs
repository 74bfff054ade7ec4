//! Dialogues with the POP2 machines: `tests/pop2/{server,client}/*.txt`, replayed in three cuts.
//!
//! The server's caller answers with the lines `# reply: ...` in their order, and with `decline` when
//! there are no more; messages are what [`message`] makes of the length announced. The client is asked
//! for what stands in the `A:` lines; `A: timeout` is the end of T1 or T2.
use std::{cell::Cell, collections::VecDeque, fs, path::Path};

use bytes::Bytes;
use mailwire_pop3::{
    Quirks,
    pop2::{
        Command, Reply,
        client::{self, Client},
        server::{self, Server},
    },
};
use testkit::transcript::{Player, Side, replay_all};

#[test]
fn server_transcripts() {
    replay_all(dir("server"), |path| {
        let script = fs::read_to_string(path).unwrap();
        let line = |prefix: &'static str| {
            script.lines().filter_map(move |line| line.strip_prefix(prefix)).map(str::to_owned)
        };
        Serving {
            words: line("# config: ").collect::<Vec<_>>().join(" "),
            replies: line("# reply: ").collect(),
        }
    });
}

#[test]
fn client_transcripts() {
    replay_all(dir("client"), |path| {
        let script = fs::read_to_string(path).unwrap();
        let words = script.lines().find_map(|line| line.strip_prefix("# config: ")).unwrap_or("");
        Calling { words: words.to_owned(), received: Cell::new(0) }
    });
}

fn dir(which: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pop2").join(which)
}

/// A text of exactly so many octets.
fn message(octets: u64) -> Bytes {
    let line = "The quick brown fox jumps over the lazy dog, and the dog does not care.\r\n";
    let len = usize::try_from(octets).unwrap();
    let mut text = line.repeat(len / line.len() + 1).into_bytes();
    text.truncate(len.saturating_sub(2));
    text.extend_from_slice(b"\r\n");
    text.truncate(len);
    text.into()
}

struct Serving {
    words: String,
    replies: VecDeque<String>,
}

impl Player for Serving {
    type Machine = Server;
    const SIDE: Side = Side::Server;

    fn start(&self) -> Server {
        let mut config = server_config();
        for word in self.words.split_whitespace() {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            match key {
                "host" => {
                    config = server::Config::new(value).unwrap();
                    config.plaintext_auth_without_tls = true;
                }
                "no-plaintext" => config.plaintext_auth_without_tls = false,
                "tls" => config.implicit_tls = true,
                "greeting" => {
                    let text = value.replace('_', " ");
                    config.greeting = mailwire_pop3::pop2::ReplyText::new(text).unwrap();
                }
                "close-on-empty" => config.close_on_empty = true,
                "strict" => config.tolerated = Quirks::NONE,
                "line" => config.limits.line = value.parse().unwrap(),
                other => panic!("no such word: {other}"),
            }
        }
        Server::new(config)
    }

    fn answer(&mut self, server: &mut Server, event: &server::Event) {
        use server::Event;

        match event {
            Event::Retrieve { octets, .. } => {
                let message = message(*octets);
                let half = message.len() / 2;
                server.send_body(message.slice(..half)).unwrap();
                server.send_body(message.slice(half..)).unwrap();
                server.finish_body().unwrap();
            }
            Event::Hello { .. } | Event::Fold { .. } | Event::Size(_) | Event::Quit { .. } => {
                match self.replies.pop_front() {
                    Some(reply) => server.reply(&Reply::parse(reply.as_bytes()).unwrap()).unwrap(),
                    None => server.decline(),
                }
            }
            _ => {}
        }
    }

    fn act(&mut self, server: &mut Server, what: &str) {
        assert_eq!(what, "timeout");
        server.send(&Reply::TIMED_OUT).unwrap();
    }

    fn describe(&self, event: &server::Event) -> Option<String> {
        use server::Event;

        let list = |messages: &[mailwire_pop3::MessageNumber]| {
            messages.iter().map(|message| format!(" {message}")).collect::<String>()
        };
        Some(match event {
            Event::Hello { user, password } => {
                let password = password.secret().as_str().unwrap();
                format!("hello {:?} {password:?}", user.as_str())
            }
            Event::Fold { mailbox, expunge } => {
                format!("fold {:?}, expunge{}", mailbox.as_str(), list(expunge))
            }
            Event::Size(message) => format!("size {message}"),
            Event::Retrieve { message, octets } => format!("retrieve {message}, {octets} octets"),
            Event::Quit { expunge } => format!("quit, expunge{}", list(expunge)),
            Event::Acknowledged { message, how } => format!("acknowledged {message}, {how:?}"),
            Event::Tolerated(quirks) => format!("tolerated {quirks:?}"),
            other => format!("{other:?}"),
        })
    }
}

struct Calling {
    words: String,
    received: Cell<usize>,
}

impl Player for Calling {
    type Machine = Client;
    const SIDE: Side = Side::Client;

    fn start(&self) -> Client {
        let mut config = client_config();
        for word in self.words.split_whitespace() {
            match word {
                "strict" => config.tolerated = Quirks::NONE,
                "no-plaintext" => config.plaintext_auth_without_tls = false,
                "tls" => config.implicit_tls = true,
                other => panic!("no such word: {other}"),
            }
        }
        Client::new(config)
    }

    fn answer(&mut self, _: &mut Client, event: &client::Event) {
        if let client::Event::Chunk(octets) = event {
            self.received.set(self.received.get() + octets.len());
        }
    }

    fn act(&mut self, client: &mut Client, what: &str) {
        if what == "timeout" {
            return client.timed_out().unwrap();
        }
        let (command, _) = Command::parse(what.as_bytes(), Quirks::NONE).unwrap();
        client.send(command).unwrap();
    }

    fn describe(&self, event: &client::Event) -> Option<String> {
        use client::{Event, Outcome};

        let wire = |reply: &Reply| {
            let mut out = bytes::BytesMut::new();
            reply.encode(&mut out);
            str::from_utf8(&out).unwrap().trim_end().to_owned()
        };
        Some(match event {
            Event::Chunk(_) => return None,
            Event::Greeting(reply) => format!("greeting from {}", reply.greeting().unwrap().host),
            Event::Done { outcome, .. } => match outcome {
                Outcome::Accepted(reply) => format!("accepted {}", wire(reply)),
                Outcome::Received { octets } => {
                    assert_eq!(self.received.take() as u64, *octets);
                    format!("received {octets} octets")
                }
                Outcome::Refused(reply) => format!("refused {}", wire(reply)),
                Outcome::NotSent(reason) => format!("not sent: {reason}"),
                Outcome::Lost => "lost".to_owned(),
                other => format!("{other:?}"),
            },
            Event::Closing(reply) => format!("closing {}", wire(reply)),
            other => format!("{other:?}"),
        })
    }
}

fn server_config() -> server::Config {
    let mut config = server::Config::new("mx.example").unwrap();
    config.plaintext_auth_without_tls = true;
    config
}

fn client_config() -> client::Config {
    let mut config = client::Config::default();
    config.plaintext_auth_without_tls = true;
    config
}
