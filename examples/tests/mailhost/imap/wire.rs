//! A client machine on the other end, through all layers but the socket.
use std::{
    collections::BTreeMap,
    sync::Arc,
    task::{Context, Waker},
};

use bytes::Bytes;
use examples::host::{connection::Action, deflate::Deflate, drive::Serve, service::Service};
use mailwire_core::{Output, Upgrade};
use mailwire_imap::{
    Command, Frame, Mailbox, Password, ReadOptions, SystemFlag,
    client::{Client, Config, Event, Handle, Outcome, State, TlsPolicy, View},
};

use super::Talk;

/// A client machine and the host's end of its connection.
struct Wired {
    client: Client,
    host: examples::host::connection::Connection,
    deflate: Option<Deflate>,
    view: View,
    ends: Vec<(Handle, Outcome)>,
}

impl Wired {
    fn new(talk: &Talk, compress: bool) -> Self {
        let mut config = Config::default();
        (config.tls, config.plaintext_auth_without_tls) = (TlsPolicy::Never, true);
        config.compress = compress;
        let near = "127.0.0.1:1".parse().unwrap();
        let host = Arc::clone(&talk.host).connection(Service::Imap, near, near);
        let client = Client::new(config);
        let mut wired = Self { client, host, deflate: None, view: View::new(), ends: Vec::new() };
        wired.run();
        wired
    }

    fn log_in(&mut self) {
        let password = Password::new("test".to_owned()).unwrap();
        let user = "test".try_into().unwrap();
        self.ask(Command::Login { user, password });
    }

    /// Carries octets to and fro until both ends wait.
    fn run(&mut self) {
        loop {
            match self.client.poll_output().unwrap() {
                Output::Event(event) => {
                    self.view.handle(&event);
                    if let Event::Done { handle, result } = event {
                        self.ends.push((handle, result));
                    }
                }
                Output::Transmit(octets) => {
                    let wire = match &mut self.deflate {
                        Some(deflate) => deflate.compress(&octets).unwrap(),
                        None => octets,
                    };
                    self.host.handle_input(&wire);
                }
                Output::Upgrade(Upgrade::Deflate) => {
                    let mut deflate = Deflate::default();
                    deflate.push(self.client.take_compressed().unwrap());
                    self.deflate = Some(deflate);
                    self.client.upgraded().unwrap();
                    self.inflate();
                }
                Output::Upgrade(_) => {
                    self.deflate = None;
                    self.client.upgraded().unwrap();
                }
                Output::NeedInput => {
                    if !self.listen() {
                        return;
                    }
                }
                Output::YourTurn | Output::Closed => return,
            }
        }
    }

    /// What the host says, if it says something.
    fn listen(&mut self) -> bool {
        let watch = self.host.watch();
        if watch.is_some_and(|it| it.poll(&mut Context::from_waker(Waker::noop())).is_ready()) {
            self.host.wake();
        }
        match self.host.poll() {
            Action::Write(octets) => {
                match &mut self.deflate {
                    Some(deflate) => deflate.push(octets),
                    None => self.client.handle_input(octets),
                }
                self.inflate();
                true
            }
            Action::Wait(_) => false,
            Action::Close(None) => {
                self.client.handle_eof();
                false
            }
            Action::Close(Some(why)) => panic!("{why}"),
        }
    }

    fn inflate(&mut self) {
        if let Some(deflate) = &mut self.deflate {
            while let Some(octets) = deflate.next().unwrap() {
                self.client.handle_input(octets);
            }
        }
    }

    /// Asks for something that the host does.
    fn ask(&mut self, command: Command) {
        let outcome = self.try_to(command.clone());
        assert!(outcome.is_ok(), "{command:?}: {outcome:?}");
    }

    fn try_to(&mut self, command: Command) -> Outcome {
        let handle = self.client.send(command).unwrap();
        self.run();
        let at = self.ends.iter().position(|(ended, _)| *ended == handle).expect("an end");
        self.ends.remove(at).1
    }

    fn say(&mut self, line: &str) -> Outcome {
        self.try_to(command(line))
    }

    /// Selects a mailbox, and learns all that there is to know of it, or all that is new.
    fn select(&mut self, name: &str) {
        let mailbox = Mailbox::new(name.to_owned()).unwrap();
        let enabled = self.client.enabled();
        // Whoever has enabled nothing knows nothing of modification sequences.
        let params = self.view.select_params(enabled, enabled);
        self.view.begin();
        self.ask(Command::Select { mailbox, params });
        let _ = self.view.selected();
        self.learn();
    }

    /// Asks for what is not known yet.
    fn learn(&mut self) {
        while let Some(command) = self.view.next_command() {
            self.ask(command);
        }
    }

    /// UIDs and flags, as the client knows them.
    fn knows(&self) -> BTreeMap<u32, String> {
        let messages = self.view.messages();
        let flags = |flags: &mailwire_imap::Flags| {
            let mut flags = flags.clone();
            flags.remove(&SystemFlag::Recent.into());
            let mut names: Vec<_> = flags.iter().map(|flag| flag.to_string()).collect();
            names.sort();
            names.join(" ")
        };
        let known = messages.filter_map(|it| Some((it.uid?, it.flags.as_ref().map(flags)?)));
        known.collect()
    }
}

fn command(line: &str) -> Command {
    let frame = Frame::new(Bytes::from(format!("a {line}\r\n")));
    Command::parse(&frame, ReadOptions::default()).unwrap().value.command
}

/// UIDs and flags, as they are.
fn there(talk: &Talk, mailbox: &str) -> BTreeMap<u32, String> {
    let account = talk.host.mail.account("test").unwrap();
    account.look(|state| {
        let mailbox = state.mailbox(state.find(mailbox).unwrap()).unwrap();
        let flags = |flags: &examples::host::mail::Flags| {
            let mut names: Vec<_> = flags.iter().collect();
            names.sort_unstable();
            names.join(" ")
        };
        mailbox.messages().values().map(|it| (it.uid, flags(&it.flags))).collect()
    })
}

/// Numbers that are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Clients that speak different dialects do whatever they like to one mailbox, some of them idle now and
/// then, and one is away at times: what each knows is what is there, whenever it asks.
#[test]
fn what_clients_know_is_what_is_there() {
    for seed in 0..12 {
        let talk = Talk::new(&[]);
        for number in 0..10 {
            talk.deliver("INBOX", &format!("Subject: {number}\r\n\r\n{number}\r\n"));
        }
        let mut clients: Vec<_> = ["", "ENABLE CONDSTORE", "ENABLE QRESYNC", "ENABLE IMAP4rev2"]
            .into_iter()
            .map(|dialect| {
                let mut wired = Wired::new(&talk, seed % 2 == 1);
                wired.log_in();
                if !dialect.is_empty() {
                    wired.ask(command(dialect));
                }
                wired.select("INBOX");
                wired
            })
            .collect();
        let mut dice = Dice(seed);
        for step in 0..200 {
            let who = dice.roll(clients.len());
            let client = &mut clients[who];
            if client.client.state() == State::Idle {
                client.client.done().unwrap();
                client.run();
            }
            let count = client.view.exists() as usize;
            let (one, other) = (dice.roll(count.max(1)) + 1, dice.roll(count.max(1)) + 1);
            let some = count > 0;
            match dice.roll(12) {
                0 | 1 => {
                    talk.deliver("INBOX", "Subject: new\r\n\r\n");
                }
                2 | 3 if some => {
                    let sign = ["+", "-", ""][dice.roll(3)];
                    let flag = ["\\Seen", "\\Deleted", "$Work", "\\Flagged \\Deleted"];
                    let flag = flag[dice.roll(4)];
                    client.say(&format!("STORE {one}:{other} {sign}FLAGS ({flag})"));
                }
                4 if some => {
                    client.say(&format!("FETCH {one}:{other} (FLAGS BODY[TEXT])"));
                }
                5 if some => {
                    client.say(&format!("UID FETCH {one}:{other} (UID FLAGS)"));
                }
                6 => {
                    client.say("EXPUNGE");
                }
                7 if some => {
                    client.say(&format!("MOVE {one} Archive"));
                }
                8 if some => {
                    client.say(&format!("COPY {one}:{other} INBOX"));
                }
                9 => {
                    client.say("SEARCH UNSEEN");
                }
                10 if who == 2 => {
                    client.say("UNSELECT");
                    client.select("INBOX");
                }
                11 => {
                    client.say("NOOP");
                    client.learn();
                    client.client.send(Command::Idle).unwrap();
                    client.run();
                    let talk = there(&talk, "INBOX");
                    assert_eq!(client.knows(), talk, "client {who} in IDLE, step {step} of {seed}");
                }
                _ => {}
            }
        }
        for (who, client) in clients.iter_mut().enumerate() {
            client.run();
            if client.client.state() == State::Idle {
                client.client.done().unwrap();
                client.run();
            }
            assert!(client.say("NOOP").is_ok());
            client.learn();
            assert_eq!(client.knows(), there(&talk, "INBOX"), "client {who} of {seed}");
            assert_eq!(client.view.exists() as usize, client.knows().len());
        }
    }
}

#[test]
fn compression_begins_and_ends() {
    let talk = Talk::new(&[]);
    talk.deliver("INBOX", &format!("Subject: long\r\n\r\n{}", "0123456789\r\n".repeat(50_000)));
    let mut wired = Wired::new(&talk, true);
    wired.log_in();
    assert!(wired.deflate.is_some());
    wired.select("INBOX");
    assert!(wired.say("FETCH 1 (BODY[] FLAGS)").is_ok());
    assert_eq!(wired.knows()[&1], "\\Seen");
    assert!(wired.say("UNAUTHENTICATE").is_ok());
    assert!(wired.deflate.is_none() && !wired.client.is_authenticated());
    wired.log_in();
    wired.select("INBOX");
    assert_eq!(wired.view.exists(), 1);
    wired.ask(Command::Logout);
    assert_eq!(wired.client.state(), State::Closed);
}
