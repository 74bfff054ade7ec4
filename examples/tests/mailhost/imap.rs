//! IMAP sessions of the mail host without sockets: dialogues of one client or several.
//!
//! ```text
//! a> SELECT INBOX        what client `a` says; the tag is added
//! a< * 3 EXISTS          what it hears, `…` stands for anything, the tag is left out
//! a< OK [READ-WRITE]…
//! a< …                   and whatever else
//! ```
//!
//! In what a client says `\n` is a line end, and `{#}` is put in front of what follows as a literal of its size.
mod append;
mod changes;
mod messages;
mod resync;
mod search;
mod wire;

use std::{
    collections::BTreeMap,
    sync::Arc,
    task::{Context, Waker},
};

use bytes::Bytes;
use clap::Parser;
use examples::host::{
    Host,
    imap::{ImapSession, config},
    options::HostOptions,
    service::Service,
    session::{Session, Step},
};

/// A host in memory, and the clients that are connected to it.
pub(crate) struct Talk {
    pub(crate) host: Arc<Host>,
    pub(crate) options: HostOptions,
    clients: BTreeMap<String, Client>,
}

struct Client {
    session: ImapSession,
    commands: usize,
    /// What was not heard yet.
    heard: Vec<String>,
    open: bool,
}

impl Talk {
    pub(crate) fn new(options: &[&str]) -> Self {
        let options = HostOptions::parse_from([&["mailhost", "--quiet"], options].concat());
        Self { host: Host::new(&options).unwrap(), options, clients: BTreeMap::new() }
    }

    /// Puts a text into a mailbox.
    pub(crate) fn deliver(&self, mailbox: &str, text: &str) -> u32 {
        use examples::host::mail::Arrival;
        use std::io::Write;
        let account = self.host.mail.account("test").unwrap();
        let mut draft = account.draft().unwrap();
        draft.write_all(text.as_bytes()).unwrap();
        let arrival = Arrival::new(draft.seal().unwrap().into());
        let id = account.look(|state| state.find(mailbox)).unwrap();
        account.append(id, vec![arrival]).unwrap().uids[0].1
    }

    /// Carries on a dialogue. Whoever is new in it is logged in first.
    pub(crate) fn go(&mut self, script: &str) {
        let mut script =
            script.trim().lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        while let Some(line) = script.next() {
            let (who, line) = line.split_at(line.find(['<', '>']).expect(line));
            let (from_client, text) = line.split_at(1);
            let text = text.strip_prefix(' ').unwrap_or(text);
            if from_client == ">" {
                for (name, client) in &self.clients {
                    assert!(
                        client.heard.is_empty(),
                        "{name} also heard {:?} before {text}",
                        client.heard
                    );
                }
                self.say(who, text);
            } else {
                self.hear(who, text, script.peek().copied());
            }
        }
        for (name, client) in &mut self.clients {
            assert!(client.heard.is_empty(), "{name} also heard {:?}", client.heard);
        }
    }

    /// The number behind a word in the last thing that a client heard: UIDVALIDITY for example.
    pub(crate) fn uid_validity(&self, mailbox: &str) -> u32 {
        let account = self.host.mail.account("test").unwrap();
        account.look(|state| state.find(mailbox)).unwrap().0
    }

    /// Connects a client that says nothing by itself.
    pub(crate) fn connect(&mut self, who: &str) {
        let config = config(&self.options, Service::Imap, true).unwrap();
        let peer = "127.0.0.1:1".parse().unwrap();
        let session = ImapSession::new(Arc::clone(&self.host), config.into(), peer);
        let mut client = Client { session, commands: 0, heard: Vec::new(), open: true };
        client.listen();
        assert!(client.heard.remove(0).starts_with("* OK [CAPABILITY "));
        self.clients.insert(who.into(), client);
    }

    /// The host's end of a client's session.
    pub(crate) fn session(&mut self, who: &str) -> &mut ImapSession {
        &mut self.client(who).session
    }

    fn client(&mut self, who: &str) -> &mut Client {
        if !self.clients.contains_key(who) {
            self.connect(who);
            let client = self.clients.get_mut(who).unwrap();
            client.say("LOGIN test test");
            assert!(client.heard.remove(0).starts_with("OK [CAPABILITY "));
        }
        self.clients.get_mut(who).unwrap()
    }

    fn say(&mut self, who: &str, text: &str) {
        self.client(who).say(text);
    }

    fn hear(&mut self, who: &str, want: &str, next: Option<&str>) {
        let client = self.client(who);
        client.wake();
        if want == "…" {
            client.heard.clear();
            return;
        }
        if want == "closed" {
            assert!(!client.open && client.heard.is_empty(), "{:?}", client.heard);
            return;
        }
        assert!(!client.heard.is_empty(), "{who} did not hear {want:?}, then {next:?}");
        let got = client.heard.remove(0);
        if !fits(want, &got) {
            let (got, want): (String, String) =
                (got.chars().take(400).collect(), want.chars().take(400).collect());
            panic!("{who} heard {got:?}, not {want:?}, then {:?}", client.heard);
        }
    }
}

impl Client {
    fn say(&mut self, text: &str) {
        let mut text = text.replace("\\n", "\r\n");
        // From the last to the first: each literal goes to the next one that is marked, or to the end.
        while let Some(at) = text.rfind("{#") {
            let end = at + text[at..].find('}').unwrap() + 1;
            let plus = &text[at + 2..end - 1];
            let (literal, rest) = match text[end..].split_once("{/}") {
                Some((literal, rest)) => (literal.to_owned(), rest.to_owned()),
                None => (text[end..].to_owned(), String::new()),
            };
            let literal = format!("{{{}{plus}}}\r\n{literal}", literal.len());
            text.replace_range(at.., &format!("{literal}{rest}"));
        }
        let line = if text == "DONE" {
            "DONE\r\n".to_owned()
        } else {
            self.commands += 1;
            format!("t{} {text}\r\n", self.commands)
        };
        self.session.handle_input(Bytes::from(line));
        self.listen();
    }

    /// Looks whether something happened that the session waits for.
    fn wake(&mut self) {
        if let Some(watch) = self.session.watch()
            && watch.poll(&mut Context::from_waker(Waker::noop())).is_ready()
        {
            self.session.wake();
            self.listen();
        }
    }

    fn listen(&mut self) {
        let mut wire = Vec::new();
        while self.open {
            match self.session.poll().unwrap() {
                Step::Transmit(octets) => wire.extend_from_slice(&octets),
                Step::NeedInput => break,
                Step::Upgrade(layer) => panic!("{layer:?}"),
                Step::Closed => self.open = false,
            }
        }
        let mut wire = String::from_utf8(wire).unwrap();
        while let Some(line) = take_response(&mut wire) {
            let tag = format!("t{} ", self.commands);
            let line = line.strip_prefix(&tag).map_or(line.clone(), str::to_owned);
            self.heard.push(line.replace("\r\n", "\\n"));
        }
        assert_eq!(wire, "");
    }
}

/// The first response, with its literals, but without its line end.
fn take_response(wire: &mut String) -> Option<String> {
    let mut at = 0;
    loop {
        let end = at + wire.get(at..)?.find("\r\n")?;
        let line = &wire[at..end];
        let size = line.ends_with('}').then(|| line.rfind('{')).flatten();
        let size = size.and_then(|open| line[open + 1..line.len() - 1].parse::<usize>().ok());
        match size {
            Some(size) => at = end + 2 + size,
            None => {
                let response = wire[..end].to_owned();
                wire.drain(..end + 2);
                return Some(response);
            }
        }
    }
}

/// Whether a text is as wanted, with anything in the place of `…`.
fn fits(want: &str, got: &str) -> bool {
    let mut pieces = want.split('…');
    let Some(mut rest) = got.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(piece) = last {
            let Some(at) = rest.find(piece) else { return false };
            rest = &rest[at + str::len(piece)..];
        }
        last = Some(piece);
    }
    last.map_or(rest.is_empty(), |piece| rest.ends_with(piece))
}

#[test]
fn logins_and_states() {
    let mut talk = Talk::new(&[]);
    talk.connect("a");
    talk.go(r"a> LOGIN test wrong
          a< NO [AUTHENTICATIONFAILED] …
          a> SELECT INBOX
          a< BAD …
          a> AUTHENTICATE PLAIN AHRlc3QAdGVzdA==
          a< OK [CAPABILITY IMAP4rev1 …
          a> FETCH 1 FLAGS
          a< BAD …
          a> SELECT Nowhere
          a< NO [NONEXISTENT] …
          a> SELECT inbox
          a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
          a< * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] …
          a< * 0 EXISTS
          a< * 0 RECENT
          a< * OK [UIDVALIDITY …] …
          a< * OK [UIDNEXT 1] …
          a< * OK [HIGHESTMODSEQ …] …
          a< * OK [MAILBOXID (F…)] …
          a< OK [READ-WRITE] SELECT completed
          a> SELECT Nowhere
          a< * OK [CLOSED] …
          a< NO [NONEXISTENT] …
          a> CLOSE
          a< BAD …
          a> UNAUTHENTICATE
          a< OK UNAUTHENTICATE completed
          a> SELECT INBOX
          a< BAD …
          a> LOGIN test test
          a< OK …
          a> EXAMINE INBOX
          a< …
          a> STORE 1 +FLAGS \Seen
          a< NO …
          a> UNSELECT
          a< OK …
          a> LOGOUT
          a< * BYE …
          a< OK …
          a< closed");
}

#[test]
fn patterns_fit() {
    for (want, got, fit) in [
        ("a", "a", true),
        ("a", "ab", false),
        ("a…", "ab", true),
        ("…b", "ab", true),
        ("a…b…c", "a1b2c", true),
        ("a…b…c", "a1c", false),
        ("", "", true),
        ("…", "", true),
    ] {
        assert_eq!(fits(want, got), fit, "{want} {got}");
    }
}
