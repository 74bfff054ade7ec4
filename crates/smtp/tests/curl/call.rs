//! A curl command line, and what it means to our client.
use mailwire_sasl::Credentials;
use mailwire_smtp::{
    Argument, Capabilities, Command, Extension, Mailbox, ParseError, Quirks,
    client::{Envelope, Request},
};
use testkit::curl::{Case, percent_decoded, words};

#[derive(Default)]
pub(crate) struct Call {
    /// What to say in EHLO.
    pub(crate) name: String,
    from: Option<String>,
    to: Vec<String>,
    /// Whether refused recipients are no failure, as long as there are others.
    pub(crate) allow_fails: bool,
    pub(crate) login: Login,
    /// Whether the server expects the client to speak first in AUTH.
    pub(crate) initial_response: bool,
    pub(crate) tls: bool,
    custom: Option<String>,
    /// The message.
    pub(crate) body: Option<Vec<u8>>,
    size: Option<u64>,
}

#[derive(Default)]
pub(crate) struct Login {
    user: Option<String>,
    authzid: Option<String>,
    token: Option<String>,
    /// The only mechanism to try.
    pub(crate) mechanism: Option<String>,
}

impl Call {
    pub(crate) fn new(case: &Case) -> Self {
        let mut call = Self::default();
        let mut words = words(&case.text("command")).into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("a value");
            match word.as_str() {
                "--mail-from" => call.from = Some(value()),
                "--mail-rcpt" => call.to.push(value()),
                "--mail-rcpt-allowfails" => call.allow_fails = true,
                "-u" => call.login.user = Some(value()),
                "--sasl-authzid" => call.login.authzid = Some(value()),
                "--oauth2-bearer" => call.login.token = Some(value()),
                "--login-options" => call.login.options(&value()),
                "--sasl-ir" => call.initial_response = true,
                "--ssl" => call.tls = true,
                "-X" | "--request" => call.custom = Some(value()),
                "-T" => call.upload(case, &value()),
                "-K" => call.configure(case, &value()),
                // About curl's own output, multipart messages that are given up, and line ends that
                // this client sends in any case.
                "--libcurl" | "-F" | "-H" => drop(value()),
                "-I" | "--crlf" => {}
                url => call.url(url.strip_prefix("smtp://").expect("an option or a URL")),
            }
        }
        call.let_tool_speak(case);
        call.convert_domains(case);
        call
    }

    fn url(&mut self, url: &str) {
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        self.name = percent_decoded(path);
        if let Some((login, _)) = host.rsplit_once('@') {
            let (user, options) = login.split_once(';').unwrap_or((login, ""));
            self.login.user = Some(user.to_owned());
            self.login.options(options);
        }
    }

    fn upload(&mut self, case: &Case, from: &str) {
        let body = match from {
            "-" => case.section("stdin").unwrap_or_default(),
            file => case.file(file).expect("the file to upload"),
        };
        // Of what comes by a pipe curl does not know the size.
        self.size = (from != "-").then_some(body.len() as u64);
        self.body = Some(body);
    }

    fn configure(&mut self, case: &Case, file: &str) {
        let text = String::from_utf8(case.file(file).expect("the configuration")).unwrap();
        let (option, value) = text.trim_end().split_once(" = ").expect("an option");
        assert_eq!(option, "mail-from");
        let value = value.trim_matches('"').replace("\\r", "\r").replace("\\n", "\n");
        self.from = Some(value);
    }

    /// Where a program or `-F` makes the message, the envelope is what must be sent.
    fn let_tool_speak(&mut self, case: &Case) {
        let protocol = case.text("protocol");
        let from = protocol.lines().find_map(|line| line.strip_prefix("MAIL FROM:"));
        let (None, Some(from)) = (&self.body, from) else { return };
        self.from = Some(from.to_owned());
        let to = protocol.lines().filter_map(|line| line.strip_prefix("RCPT TO:"));
        self.to = to.map(str::to_owned).collect();
        self.upload(case, "-");
    }

    /// A-labels are the caller's business: the domain is as the case wants it sent.
    fn convert_domains(&mut self, case: &Case) {
        if !case.text("features").lines().any(|line| line == "IDN") {
            return;
        }
        let protocol = case.text("protocol");
        let is_end =
            |character: char| !character.is_ascii_alphanumeric() && !"-.".contains(character);
        let Some(at) = protocol.find("xn--") else { return };
        let domain = protocol[at..].split(is_end).next().expect("a domain");
        for address in self.from.iter_mut().chain(&mut self.to) {
            if let Some((user, _)) = address.rsplit_once('@').filter(|(_, host)| !host.is_ascii()) {
                *address = format!("{user}@{domain}");
            }
        }
    }

    /// What the server has to offer so that the call can be made.
    pub(crate) fn needs(&self) -> &'static [&'static str] {
        let with_params = |address: &String| address.contains("> ");
        if self.from.iter().chain(&self.to).any(with_params) { &["DSN"] } else { &[] }
    }

    /// What is asked for behind AUTH.
    pub(crate) fn request(&self, offers: &Capabilities) -> Result<Request, ParseError> {
        if self.body.is_some() {
            return self.envelope().map(Request::from);
        }
        let smtputf8 = offers.has(Extension::SmtpUtf8);
        let name = self.to.first().map(|name| Argument::new(name)).transpose()?;
        let custom = self.custom.as_deref().map(str::to_ascii_uppercase);
        Ok(Request::from(match (custom.as_deref(), name) {
            (Some("VRFY") | None, Some(name)) => Command::Vrfy { name, smtputf8 },
            (Some("EXPN"), Some(name)) => Command::Expn { name, smtputf8 },
            (Some("NOOP"), None) => Command::Noop(None),
            (Some("RSET"), None) => Command::Rset,
            (None, None) => Command::Help(None),
            other => panic!("no such command: {other:?}"),
        }))
    }

    fn envelope(&self) -> Result<Envelope, ParseError> {
        let from = self.from.as_deref().unwrap_or("<>");
        let mut envelope = match path(from)? {
            Ok(mailbox) => Envelope::new(mailbox),
            Err(path) => {
                let Command::Mail { from, params } = command(&format!("MAIL FROM:{path}"))? else {
                    panic!("no MAIL")
                };
                Envelope::new(from).with_params(params)
            }
        };
        for to in &self.to {
            envelope = match path(to)? {
                Ok(mailbox) => envelope.with_recipient(mailbox),
                Err(path) => {
                    let Command::Rcpt { to, params } = command(&format!("RCPT TO:{path}"))? else {
                        panic!("no RCPT")
                    };
                    envelope.with_recipient_params(to, params)
                }
            };
        }
        Ok(match self.size {
            Some(size) => envelope.with_size(size),
            None => envelope,
        })
    }
}

/// A mailbox; or a path, where it is not one: because it has no domain, or comes with parameters.
fn path(text: &str) -> Result<Result<Mailbox, String>, ParseError> {
    if text.starts_with('<') {
        return Ok(Err(text.to_owned()));
    }
    if text.contains('@') { Mailbox::parse(text).map(Ok) } else { Ok(Err(format!("<{text}>"))) }
}

fn command(line: &str) -> Result<Command, ParseError> {
    Command::parse(line.to_owned().into(), Quirks::ALL).map(|(command, _)| command)
}

impl Login {
    fn options(&mut self, options: &str) {
        let mechanism = options.strip_prefix("AUTH=").expect("login options");
        self.mechanism = Some(mechanism.to_owned());
    }

    pub(crate) fn credentials(&self) -> Option<Credentials> {
        let user = self.user.as_deref()?;
        if self.mechanism.as_deref() == Some("EXTERNAL") {
            let credentials = Credentials::external();
            return Some(match user {
                "" => credentials,
                user => credentials.with_authzid(user).unwrap(),
            });
        }
        if let Some(token) = &self.token {
            let credentials = Credentials::bearer(user, token.as_str()).unwrap();
            return Some(credentials.with_endpoint("127.0.0.1", 2525).unwrap());
        }
        let (user, password) = user.split_once(':').expect("user and password");
        let credentials = Credentials::password(user, password).unwrap();
        Some(match &self.authzid {
            Some(authzid) => credentials.with_authzid(authzid.as_str()).unwrap(),
            None => credentials,
        })
    }
}
