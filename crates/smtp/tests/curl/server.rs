//! A server that says what a test case has it say, and otherwise what curl's test server says.
use std::collections::BTreeMap;

use testkit::curl::{Case, words};

pub(crate) struct Server {
    /// What is said to a line, or to a verb.
    replies: BTreeMap<String, String>,
    capabilities: Vec<String>,
    /// What is said to VRFY, EXPN and HELP.
    data: String,
    /// Whether the replies to AUTH suppose that the client speaks first.
    initial_response: bool,
    state: State,
    input: Vec<u8>,
    /// What came, an initial response as a line of its own.
    pub(crate) lines: Vec<String>,
    /// What came behind DATA.
    pub(crate) message: Vec<u8>,
}

enum State {
    Commands,
    /// The next line is a response. It is answered with this, if not by what it says.
    Response(Option<String>),
    Message,
}

impl Server {
    pub(crate) fn new(case: &Case, initial_response: bool, more: &[&str]) -> Self {
        let mut server = Self {
            replies: BTreeMap::new(),
            capabilities: more.iter().map(|&name| name.to_owned()).collect(),
            data: case.text("data"),
            initial_response,
            state: State::Commands,
            input: Vec::new(),
            lines: Vec::new(),
            message: Vec::new(),
        };
        for line in case.text("servercmd").lines() {
            let (verb, rest) = line.split_once(' ').expect("a command of the server");
            match verb {
                "CAPA" => server.capabilities.extend(words(rest)),
                "AUTH" => server.capabilities.push(line.to_owned()),
                "REPLY" => {
                    let (what, reply) = match rest.strip_prefix('"') {
                        Some(quoted) => quoted.split_once("\" "),
                        None => rest.split_once(' '),
                    }
                    .expect("a reply");
                    let reply = reply.replace("\\r\\n", "\r\n") + "\r\n";
                    server.replies.insert(what.to_owned(), reply);
                }
                _ => panic!("no such command of the server: {line}"),
            }
        }
        server
    }

    /// Takes what the client sent, returns what it is told.
    pub(crate) fn take(&mut self, octets: &[u8]) -> String {
        let mut said = String::new();
        for part in octets.split_inclusive(|&octet| octet == b'\n') {
            self.input.extend_from_slice(part);
            if !part.ends_with(b"\n") {
                break;
            }
            let line = std::mem::take(&mut self.input);
            if let State::Message = self.state {
                self.message.extend_from_slice(&line);
                if line == b".\r\n" {
                    self.state = State::Commands;
                    said.push_str("250 OK, data received!\r\n");
                }
                continue;
            }
            let line = String::from_utf8(line).expect("commands are UTF-8");
            let line = line.strip_suffix("\r\n").expect("no bare LF");
            let reply = self.answer(line);
            if reply.starts_with("354") {
                self.state = State::Message;
            }
            said.push_str(&reply);
        }
        said
    }

    fn answer(&mut self, line: &str) -> String {
        if let State::Response(due) = std::mem::replace(&mut self.state, State::Commands) {
            self.lines.push(line.to_owned());
            let reply = due.or_else(|| self.replies.get(line).cloned());
            return self.challenge(reply.unwrap_or_else(|| "535 unexpected\r\n".into()));
        }
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        if verb == "AUTH" {
            return self.auth(argument);
        }
        self.lines.push(line.to_owned());
        let scripted = self.replies.get(line).or_else(|| self.replies.get(verb));
        if let Some(reply) = scripted {
            return reply.clone();
        }
        let utf8 = self.capabilities.iter().any(|name| name == "SMTPUTF8");
        match verb {
            "EHLO" => {
                let lines: Vec<_> = ["ESMTP"]
                    .into_iter()
                    .chain(self.capabilities.iter().map(String::as_str))
                    .collect();
                let (last, others) = lines.split_last().expect("never empty");
                others.iter().map(|line| format!("250-{line}\r\n")).collect::<String>()
                    + &format!("250 {last}\r\n")
            }
            "RCPT" if !is_good(between_brackets(argument), utf8) => "501 Invalid\r\n".into(),
            "HELO" | "MAIL" | "RCPT" | "NOOP" | "RSET" => "250 OK\r\n".into(),
            "DATA" => "354 Show me the mail\r\n".into(),
            "QUIT" => "221 bye\r\n".into(),
            "VRFY" | "EXPN" | "HELP" if !self.data.is_empty() => self.data.clone(),
            "VRFY" | "EXPN" => {
                let name = argument.split(' ').next().unwrap_or_default();
                let user = is_word(name, utf8, b"._%+-");
                if user || is_good(name, utf8) { "250 OK\r\n" } else { "501 Invalid\r\n" }.into()
            }
            _ => "500 Unknown\r\n".into(),
        }
    }

    /// The same exchange, whether the client speaks first where it may or not.
    fn auth(&mut self, argument: &str) -> String {
        let (mechanism, initial) = match argument.split_once(' ') {
            Some((mechanism, initial)) => {
                (mechanism, Some(if initial == "=" { "" } else { initial }))
            }
            None => (argument, None),
        };
        let command = format!("AUTH {mechanism}");
        let scripted = self.replies.get(&command).or_else(|| self.replies.get("AUTH"));
        let scripted = scripted.cloned().expect("AUTH is scripted");
        self.lines.push(command);
        self.lines.extend(initial.map(str::to_owned));
        match initial {
            Some(initial) if !self.initial_response => {
                assert!(scripted.starts_with("334"), "{scripted}");
                let reply = self.replies.get(initial).cloned();
                self.challenge(reply.unwrap_or_else(|| "535 unexpected\r\n".into()))
            }
            None if self.initial_response => {
                self.state = State::Response(Some(scripted));
                "334 \r\n".into()
            }
            _ => self.challenge(scripted),
        }
    }

    fn challenge(&mut self, reply: String) -> String {
        if reply.starts_with("334") {
            self.state = State::Response(None);
        }
        reply
    }
}

fn between_brackets(path: &str) -> &str {
    path.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(inner, _)| inner)
}

/// What curl's server takes for an address.
fn is_good(address: &str, utf8: bool) -> bool {
    let Some((user, domain)) = address.rsplit_once('@') else { return false };
    let labels = domain.split('.').all(|label| is_word(label, false, b"-"));
    labels && domain.contains('.') && is_word(user, utf8, b"._%+-")
}

fn is_word(word: &str, utf8: bool, also: &[u8]) -> bool {
    let good = |octet: u8| {
        octet.is_ascii_alphanumeric() || also.contains(&octet) || utf8 && !octet.is_ascii()
    };
    !word.is_empty() && word.bytes().all(good)
}
