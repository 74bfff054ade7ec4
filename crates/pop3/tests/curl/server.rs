//! A server that says what a test case has it say, and otherwise what curl's test server says.
use std::collections::BTreeMap;

use testkit::curl::{Case, words};

pub(crate) struct Server {
    /// What is said to a line, or to a verb.
    replies: BTreeMap<String, String>,
    capabilities: Vec<String>,
    mechanisms: Vec<String>,
    /// What RETR, TOP and listings bring, as it goes on the wire.
    data: Vec<u8>,
    /// Whether the replies to AUTH suppose that the client speaks first.
    initial_response: bool,
    /// The next line is a response. It is answered with this, if not by what it says.
    response: Option<Option<String>>,
    input: Vec<u8>,
    /// What came, an initial response as a line of its own.
    pub(crate) lines: Vec<String>,
}

impl Server {
    pub(crate) fn new(case: &Case, initial_response: bool) -> Self {
        let mut server = Self {
            replies: BTreeMap::new(),
            capabilities: Vec::new(),
            mechanisms: Vec::new(),
            data: case.section("data").unwrap_or_default(),
            initial_response,
            response: None,
            input: Vec::new(),
            lines: Vec::new(),
        };
        for line in case.text("servercmd").lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("CAPA", names) => server.capabilities.extend(words(names)),
                ("AUTH", names) => server.mechanisms.extend(words(names)),
                // `REPLYLF` ends its line in LF alone.
                ("REPLY", rest) => server.script(rest, "\r\n"),
                ("REPLYLF", rest) => server.script(rest, "\n"),
                // How slow the server is makes no difference here: every case is played octet by octet.
                ("SLOWDOWN", _) => {}
                _ => panic!("no such command of the server: {line}"),
            }
        }
        server
    }

    fn script(&mut self, rest: &str, end: &str) {
        let (what, reply) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\" "),
            None => rest.split_once(' '),
        }
        .expect("a reply");
        let reply = reply.replace("\\r\\n", "\r\n").replace("\\@", "@") + end;
        self.replies.insert(what.to_owned(), reply);
    }

    pub(crate) fn greeting(&self) -> Vec<u8> {
        let greeting = self.replies.get("welcome").map(String::as_str);
        greeting.unwrap_or("+OK curl POP3 server ready to serve\r\n").into()
    }

    /// Takes what the client sent, returns what it is told.
    pub(crate) fn take(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut said = Vec::new();
        for part in octets.split_inclusive(|&octet| octet == b'\n') {
            self.input.extend_from_slice(part);
            if !part.ends_with(b"\n") {
                break;
            }
            let line = String::from_utf8(std::mem::take(&mut self.input)).expect("UTF-8");
            said.extend(self.answer(line.strip_suffix("\r\n").expect("no bare LF")));
        }
        said
    }

    fn answer(&mut self, line: &str) -> Vec<u8> {
        if let Some(due) = self.response.take() {
            self.lines.push(line.to_owned());
            let reply = due.or_else(|| self.replies.get(line).cloned());
            return self.challenge(reply.unwrap_or_else(|| "-ERR unexpected\r\n".into()));
        }
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        if verb == "AUTH" {
            return self.auth(argument);
        }
        self.lines.push(line.to_owned());
        if let Some(reply) = self.replies.get(line).or_else(|| self.replies.get(verb)) {
            // curl's client takes the answer to LIST of one message for a listing, and so its server
            // sends an end of one. Nobody else does.
            let single = verb == "LIST" && !argument.is_empty();
            let reply = reply.strip_suffix(".\r\n").filter(|_| single).unwrap_or(reply);
            return reply.into();
        }
        let default = |text: &str| {
            let data = if self.data.is_empty() { text.as_bytes() } else { &self.data };
            [b"+OK\r\n", data, b".\r\n"].concat()
        };
        match verb {
            "CAPA" => self.capa(),
            "USER" | "PASS" | "APOP" | "DELE" | "NOOP" | "RSET" | "QUIT" => b"+OK\r\n".into(),
            "STAT" => b"+OK 2 4294967800\r\n".into(),
            "RETR" | "TOP" => default(""),
            "LIST" => default("1 100\r\n2 4294967400\r\n3 200\r\n"),
            "UIDL" => default("1 1\r\n2 2\r\n3 4\r\n"),
            _ => b"-ERR Unrecognized command\r\n".into(),
        }
    }

    fn capa(&self) -> Vec<u8> {
        // There is no capability of this name (RFC 2449 §6).
        let mut lines: Vec<_> =
            self.capabilities.iter().filter(|name| *name != "APOP").cloned().collect();
        if !self.mechanisms.is_empty() {
            lines.push(format!("SASL {}", self.mechanisms.join(" ")));
        }
        if lines.is_empty() {
            return b"-ERR Unrecognized command\r\n".into();
        }
        format!("+OK List of capabilities follows\r\n{}\r\n.\r\n", lines.join("\r\n")).into()
    }

    /// The same exchange, whether the client speaks first where it may or not.
    fn auth(&mut self, argument: &str) -> Vec<u8> {
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
                assert_eq!(scripted, "+\r\n");
                let reply = self.replies.get(initial).cloned();
                self.challenge(reply.unwrap_or_else(|| "-ERR unexpected\r\n".into()))
            }
            None if self.initial_response => {
                self.response = Some(Some(scripted));
                b"+ \r\n".into()
            }
            _ => self.challenge(scripted),
        }
    }

    fn challenge(&mut self, reply: String) -> Vec<u8> {
        if reply.starts_with("+ ") || reply.starts_with("+\r") || reply.starts_with("+\n") {
            self.response = Some(None);
        }
        reply.into()
    }
}
