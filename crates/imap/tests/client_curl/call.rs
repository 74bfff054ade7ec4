//! A curl command line, and what it means to our client.

use mailwire_imap::{
    Command, Flag, Frame, Mailbox, ReadOptions,
    client::{Client, Outcome, Request},
    command::AppendMessage,
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, Policy, choose, client::Exchange};
use testkit::curl::{Case, percent_decoded, words};

pub(crate) struct Call {
    user: Option<String>,
    authzid: Option<String>,
    token: Option<String>,
    /// The only mechanism to try; `+LOGIN` is the command.
    mechanism: Option<String>,
    pub(crate) tls: bool,
    upload_flags: String,
    pub(crate) upload: Vec<u8>,
    uploads: bool,
    pub(crate) uid_validity: Option<u32>,
    transfers: Vec<Transfer>,
}

#[derive(Default)]
struct Transfer {
    mailbox: String,
    custom: Option<String>,
    query: Option<String>,
    number: Option<String>,
    uid: Option<String>,
    section: String,
}

/// Something to ask for.
pub(crate) struct Step(Command);

impl Step {
    pub(crate) fn into_request(self) -> Request {
        self.0.into()
    }
}

impl Call {
    pub(crate) fn new(case: &Case) -> Self {
        let mut call = Self {
            user: None,
            authzid: None,
            token: None,
            mechanism: None,
            tls: false,
            upload_flags: "\\Seen".into(),
            upload: Vec::new(),
            uploads: false,
            uid_validity: None,
            transfers: Vec::new(),
        };
        let mut custom = None;
        let mut words = words(&case.text("command")).into_iter();
        let mut begun = false;
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("a value");
            match word.as_str() {
                "-u" => call.user = Some(value()),
                "--sasl-authzid" => call.authzid = Some(value()),
                "--oauth2-bearer" => call.token = Some(value()),
                "--login-options" => {
                    call.mechanism = value().strip_prefix("AUTH=").map(str::to_owned);
                }
                "--ssl" | "--ssl-reqd" => call.tls = true,
                "--upload-flags" => call.upload_flags = flags(&value()),
                "-X" | "--request" => {
                    custom = Some(value());
                    if begun && let Some(transfer) = call.transfers.last_mut() {
                        transfer.custom = custom.take();
                    }
                }
                "-T" => {
                    call.uploads = true;
                    call.upload = case.file(&value()).unwrap_or_default();
                }
                // Another transfer, in the same session.
                "-:" => begun = false,
                // About curl's own output.
                "--libcurl" | "-D" => drop(value()),
                url => {
                    let url = url.strip_prefix("imap://").unwrap_or_else(|| panic!("{url}"));
                    call.url(url);
                    begun = true;
                    if let Some(transfer) = call.transfers.last_mut() {
                        transfer.custom = custom.take();
                    }
                }
            }
        }
        call
    }

    fn url(&mut self, url: &str) {
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        if let Some((login, _)) = host.rsplit_once('@') {
            let (user, options) = login.split_once(';').unwrap_or((login, ""));
            self.user = Some(percent_decoded(user));
            self.mechanism = options.strip_prefix("AUTH=").map(str::to_owned);
        }
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(percent_decoded(query))),
            None => (path, None),
        };
        let mut transfer = Transfer { query, ..Transfer::default() };
        let mut parts = path.split(';');
        let mailbox = parts.next().unwrap_or_default();
        transfer.mailbox = percent_decoded(mailbox.strip_suffix('/').unwrap_or(mailbox));
        for part in parts {
            let (name, value) = part.trim_end_matches('/').split_once('=').expect("a value");
            match name {
                "UIDVALIDITY" => self.uid_validity = value.parse().ok(),
                "MAILINDEX" => transfer.number = Some(value.into()),
                "UID" => transfer.uid = Some(value.into()),
                "SECTION" => transfer.section = value.into(),
                other => panic!("{other}"),
            }
        }
        self.transfers.push(transfer);
    }

    /// What to ask for once somebody is logged in; an error if an argument is none.
    pub(crate) fn steps(&self) -> Result<impl Iterator<Item = Step> + use<>, ()> {
        let mut steps = Vec::new();
        let mut selected = None;
        for transfer in &self.transfers {
            let mailbox = Mailbox::new(transfer.mailbox.as_str()).map_err(drop)?;
            let lists = transfer.custom.is_none()
                && transfer.number.is_none()
                && transfer.uid.is_none()
                && transfer.query.is_none();
            if self.uploads {
                steps.push(self.append(mailbox));
                continue;
            }
            if lists {
                steps.push(command(&format!("LIST \"{}\" *", transfer.mailbox))?);
                continue;
            }
            if !transfer.mailbox.is_empty() && selected.as_ref() != Some(&transfer.mailbox) {
                selected = Some(transfer.mailbox.clone());
                steps.push(Command::Select { mailbox, params: Vec::new() });
            }
            let section = &transfer.section;
            steps.push(command(&match transfer {
                Transfer { custom: Some(custom), .. } => custom.clone(),
                Transfer { number: Some(number), .. } => format!("FETCH {number} BODY[{section}]"),
                Transfer { uid: Some(uid), .. } => format!("UID FETCH {uid} BODY[{section}]"),
                Transfer { query, .. } => format!("SEARCH {}", query.clone().unwrap_or_default()),
            })?);
        }
        Ok(steps.into_iter().map(Step))
    }

    fn append(&self, mailbox: Mailbox) -> Command {
        let mut message = AppendMessage::streamed(self.upload.len() as u64);
        if !self.upload_flags.is_empty() {
            let names = self.upload_flags.split(' ');
            message.flags = Some(names.map(|name| Flag::new(name).unwrap()).collect());
        }
        Command::Append { mailbox, messages: message.into() }
    }

    pub(crate) fn login(&self) -> Login {
        Login {
            user: self.user.clone().unwrap_or_default(),
            authzid: self.authzid.clone(),
            token: self.token.clone(),
            only: self.mechanism.clone().filter(|name| name != "*"),
            tried: Vec::new(),
            over: false,
        }
    }
}

/// `answered,-seen` as flags.
fn flags(words: &str) -> String {
    let words = words.split(',').filter(|word| !word.starts_with('-'));
    let capital = |word: &str| format!("\\{}{}", word[..1].to_uppercase(), &word[1..]);
    words.map(capital).collect::<Vec<_>>().join(" ")
}

fn command(line: &str) -> Result<Command, ()> {
    let frame = Frame::new(format!("x {line}\r\n").into());
    Command::parse(&frame, ReadOptions::default()).map(|parsed| parsed.value.command).map_err(drop)
}

/// The ways to log in, one after the other, as curl takes them.
pub(crate) struct Login {
    user: String,
    authzid: Option<String>,
    token: Option<String>,
    only: Option<String>,
    tried: Vec<Mechanism>,
    over: bool,
}

impl Login {
    pub(crate) fn is_due(&self) -> bool {
        !self.over
    }

    pub(crate) fn end(&mut self, outcome: &Outcome) {
        self.over |= !matches!(outcome, Outcome::Distrusted(_));
    }

    pub(crate) fn has_more(&self, client: &Client) -> bool {
        self.mechanism(client).is_some()
    }

    fn credentials(&self) -> Credentials {
        if self.only.as_deref() == Some("EXTERNAL") {
            let external = Credentials::external();
            return match self.user.as_str() {
                "" => external,
                user => external.with_authzid(user).unwrap(),
            };
        }
        if let Some(token) = &self.token {
            let credentials = Credentials::bearer(self.user.as_str(), token.as_str()).unwrap();
            return credentials.with_endpoint("127.0.0.1", 2143).unwrap();
        }
        let (user, password) = self.user.split_once(':').expect("user and password");
        let credentials = Credentials::password(user, password).unwrap();
        match &self.authzid {
            Some(authzid) => credentials.with_authzid(authzid.as_str()).unwrap(),
            None => credentials,
        }
    }

    fn mechanism(&self, client: &Client) -> Option<Mechanism> {
        if self.only.as_deref() == Some("+LOGIN") {
            return None;
        }
        let mut policy = Policy::new(client.is_tls()).with_plaintext_allowed();
        for mechanism in &self.tried {
            policy = policy.without(*mechanism);
        }
        choose(client.capabilities().values_of("AUTH"), &self.credentials(), &policy).ok()
    }

    pub(crate) fn next(&mut self, client: &Client) -> Option<Request> {
        if let Some(mechanism) = self.mechanism(client) {
            self.tried.push(mechanism);
            let credentials = self.credentials();
            let exchange = Exchange::new(mechanism, &credentials, "nonce", &ChannelBinding::None);
            return Some(exchange.unwrap().into());
        }
        self.over = true;
        let quoted =
            |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let (user, password) = self.user.split_once(':')?;
        command(&format!("LOGIN {} {}", quoted(user), quoted(password))).ok().map(Request::from)
    }
}
