//! A server that says what a test case has it say, and otherwise what curl's test server says.

use std::collections::BTreeMap;
use testkit::curl::{Case, words};

#[derive(Default)]
pub(crate) struct Server {
    /// What is said to a line, or to a command.
    replies: BTreeMap<String, String>,
    capabilities: Vec<String>,
    /// What commands bring, as it goes on the wire, one after the other.
    data: Vec<Vec<u8>>,
    post_fetch: Option<String>,
    /// The next line is a response. It is answered with this, if not by what it says.
    response: Option<Option<String>>,
    /// Whether the replies to AUTHENTICATE suppose that the client speaks first.
    initial_response: bool,
    /// How many octets of a message come, and the tag of their command.
    literal: Option<(usize, String)>,
    input: Vec<u8>,
    /// The tags of the commands, in their order; curl counts them from A001.
    tags: Vec<String>,
    logged_in: bool,
    pub(crate) hangs_up: bool,
    pub(crate) uploaded: Vec<u8>,
    /// What came, with curl's tags, an initial response as a line of its own.
    pub(crate) lines: Vec<String>,
}

impl Server {
    pub(crate) fn new(case: &Case) -> Self {
        let mut server = Self::default();
        for name in ["data", "data1", "data2"] {
            server.data.extend(case.section(name));
        }
        for line in case.text("servercmd").lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("CAPA", names) => server.capabilities.extend(words(names)),
                ("AUTH", names) => {
                    let names = words(names).into_iter().map(|name| format!("AUTH={name}"));
                    server.capabilities.extend(names);
                }
                ("REPLY", rest) => server.script(rest),
                ("POSTFETCH", text) => server.post_fetch = Some(text.into()),
                _ => panic!("no such command of the server: {line}"),
            }
        }
        server.initial_response = server.capabilities.iter().any(|name| name == "SASL-IR");
        server
    }

    fn script(&mut self, rest: &str) {
        let (what, reply) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\" "),
            None => rest.split_once(' '),
        }
        .expect("a reply");
        let reply = reply.replace("\\r\\n", "\r\n") + "\r\n";
        self.replies.insert(what.to_owned(), reply);
    }

    pub(crate) fn greeting(&self) -> Vec<u8> {
        let greeting = self.replies.get("welcome").map(String::as_str);
        greeting.unwrap_or("* OK curl IMAP server ready to serve\r\n").into()
    }

    /// Takes what the client sent, returns what it is told.
    pub(crate) fn take(&mut self, octets: &[u8]) -> Vec<u8> {
        self.input.extend_from_slice(octets);
        let mut said = Vec::new();
        loop {
            if let Some((size, tag)) = &self.literal {
                if self.input.len() < size + 2 {
                    return said;
                }
                let rest = self.input.split_off(size + 2);
                self.uploaded = std::mem::replace(&mut self.input, rest);
                assert!(self.uploaded.ends_with(b"\r\n"));
                self.uploaded.truncate(*size);
                said.extend(format!("{tag} OK APPEND completed\r\n").bytes());
                self.literal = None;
                continue;
            }
            let Some(end) = self.input.iter().position(|&octet| octet == b'\n') else {
                return said;
            };
            let rest = self.input.split_off(end + 1);
            let line = std::mem::replace(&mut self.input, rest);
            let line = String::from_utf8(line).expect("UTF-8");
            said.extend(self.line(line.strip_suffix("\r\n").expect("CRLF")));
        }
    }

    fn line(&mut self, line: &str) -> Vec<u8> {
        if let Some(answer) = self.response.take() {
            self.lines.push(line.to_owned());
            let scripted = self.replies.get(line).cloned();
            let reply = answer.or(scripted).unwrap_or_else(|| "A999 BAD\r\n".into());
            return self.challenge(reply);
        }
        let (tag, rest) = line.split_once(' ').expect("a tag");
        let name = rest.split(' ').next().unwrap_or_default();
        if name == "CAPABILITY" && self.logged_in {
            // curl does not ask again.
            return format!("* CAPABILITY IMAP4\r\n{tag} OK\r\n").into();
        }
        self.tags.push(tag.to_owned());
        let own = format!("A{:03}", self.tags.len());
        if name == "AUTHENTICATE" {
            return self.authenticate(&own, rest);
        }
        self.lines.push(format!("{own} {rest}"));
        if let Some(reply) = self.replies.get(rest).or_else(|| self.replies.get(name)).cloned() {
            return self.with_tags(&reply);
        }
        self.answer(tag, name, rest)
    }

    /// What curl's server says of itself.
    fn answer(&mut self, tag: &str, name: &str, rest: &str) -> Vec<u8> {
        let done = format!("{tag} OK {name} completed\r\n").into_bytes();
        match name {
            "CAPABILITY" if self.capabilities.is_empty() => format!("{tag} BAD Command\r\n").into(),
            "CAPABILITY" => {
                let names = self.capabilities.join(" ");
                [format!("* CAPABILITY IMAP4 {names}\r\n").into_bytes(), done].concat()
            }
            "LOGIN" => {
                self.logged_in = true;
                done
            }
            "SELECT" => [
                b"* 172 EXISTS\r\n* 1 RECENT\r\n* OK [UNSEEN 12] Message 12 is first unseen\r\n\
                  * OK [UIDVALIDITY 3857529045] UIDs valid\r\n* OK [UIDNEXT 4392] Predicted next UID\r\n\
                  * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n\
                  * OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited\r\n"
                    .to_vec(),
                format!("{tag} OK [READ-WRITE] SELECT completed\r\n").into_bytes(),
            ]
            .concat(),
            "FETCH" => [self.fetch(rest), done].concat(),
            "UID" if rest.starts_with("UID FETCH") => {
                [self.fetch(&rest["UID ".len()..]), done].concat()
            }
            "APPEND" => {
                let size = rest.rsplit_once('{').expect("a literal").1.trim_end_matches('}');
                self.literal = Some((size.parse().unwrap(), tag.to_owned()));
                b"+ Ready for literal data\r\n".into()
            }
            "LOGOUT" => [&b"* BYE curl IMAP server signing off\r\n"[..], &done].concat(),
            _ if self.data.is_empty() => done,
            _ => [self.data.remove(0), done].concat(),
        }
    }

    fn fetch(&self, rest: &str) -> Vec<u8> {
        let (number, what) = rest["FETCH ".len()..].split_once(' ').expect("a number");
        let number = number.split(':').next().unwrap();
        let what = what.replace("BODY.PEEK[", "BODY[");
        let what = what.strip_prefix('(').and_then(|w| w.strip_suffix(')')).unwrap_or(&what);
        let what =
            what.rsplit_once(" BODY").map_or(what.to_owned(), |(_, last)| format!("BODY{last}"));
        let data = self.data.first().cloned().unwrap_or_default();
        let end = self.post_fetch.as_deref().unwrap_or_default();
        let head = format!("* {number} FETCH ({what} {{{}}}\r\n", data.len());
        [head.as_bytes(), &data, end.as_bytes(), b")\r\n"].concat()
    }

    /// The same exchange, whether the client speaks first where it may or not.
    fn authenticate(&mut self, own: &str, rest: &str) -> Vec<u8> {
        let mut words = rest.split(' ').skip(1);
        let mechanism = words.next().expect("a mechanism");
        let initial = words.next().map(|initial| if initial == "=" { "" } else { initial });
        let command = format!("AUTHENTICATE {mechanism}");
        let scripted =
            self.replies.get(&command).or_else(|| self.replies.get("AUTHENTICATE")).cloned();
        let scripted = scripted.expect("AUTHENTICATE is scripted");
        self.lines.push(format!("{own} {command}"));
        self.lines.extend(initial.map(str::to_owned));
        if initial.is_none() && self.initial_response {
            self.response = Some(Some(scripted));
            return b"+ \r\n".into();
        }
        self.challenge(scripted)
    }

    fn challenge(&mut self, reply: String) -> Vec<u8> {
        if reply.starts_with("+ ") || reply.starts_with("+\r") {
            self.response = Some(None);
        } else {
            self.logged_in |= reply.contains(" OK ");
        }
        self.with_tags(&reply)
    }

    /// The client's tags in place of curl's.
    fn with_tags(&mut self, reply: &str) -> Vec<u8> {
        let mut said = String::new();
        for line in reply.split_inclusive("\r\n") {
            let number =
                line.strip_prefix('A').and_then(|rest| rest.get(..3)?.parse::<usize>().ok());
            match number.and_then(|number| self.tags.get(number - 1)) {
                Some(tag) => {
                    said.push_str(tag);
                    said.push_str(&line[4..]);
                    self.logged_in |= line.contains(" OK LOGIN");
                }
                None => said.push_str(line),
            }
        }
        said.into()
    }
}
