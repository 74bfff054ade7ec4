//! A curl command line, and what it means to our client.
use mailwire_pop3::{
    Command, Name, ParseError, Quirks,
    client::{Login, Method},
};
use mailwire_sasl::{Credentials, Error};
use testkit::curl::{Case, percent_decoded, words};

#[derive(Default)]
pub(crate) struct Call {
    user: Option<String>,
    authzid: Option<String>,
    token: Option<String>,
    /// The only mechanism to try.
    mechanism: Option<String>,
    /// Whether the server expects the client to speak first in AUTH.
    pub(crate) initial_response: bool,
    pub(crate) tls: bool,
    custom: Option<String>,
    list: bool,
    path: String,
}

impl Call {
    pub(crate) fn new(case: &Case) -> Self {
        let mut call = Self::default();
        let mut words = words(&case.text("command")).into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("a value");
            match word.as_str() {
                "-u" => call.user = Some(value()),
                "--sasl-authzid" => call.authzid = Some(value()),
                "--oauth2-bearer" => call.token = Some(value()),
                "--sasl-ir" => call.initial_response = true,
                "--ssl" | "--ssl-reqd" => call.tls = true,
                "-X" => call.custom = Some(value()),
                "-l" => call.list = true,
                "--netrc-file" => call.netrc(case, &value()),
                // About curl's own output.
                "--libcurl" => drop(value()),
                "-I" | "--netrc" => {}
                url => call.url(url.strip_prefix("pop3://").unwrap_or_else(|| panic!("{url}"))),
            }
        }
        call
    }

    fn url(&mut self, url: &str) {
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        self.path = percent_decoded(path);
        if let Some((login, _)) = host.rsplit_once('@') {
            let (user, options) = login.split_once(';').unwrap_or((login, ""));
            self.user = Some(percent_decoded(user));
            self.mechanism = options.strip_prefix("AUTH=").map(str::to_owned);
        }
    }

    fn netrc(&mut self, case: &Case, file: &str) {
        let text = String::from_utf8(case.file(file).expect("the file")).unwrap();
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.trim_start().strip_prefix(key));
            let value = line.expect(key).trim().trim_matches('"');
            value.replace("\\r", "\r").replace("\\n", "\n")
        };
        self.user = Some(format!("{}:{}", value("login"), value("password")));
    }

    pub(crate) fn login(&self) -> Result<Login, Error> {
        let user = self.user.as_deref().expect("a user");
        if self.mechanism.as_deref() == Some("EXTERNAL") {
            let credentials = Credentials::external();
            let credentials = match user {
                "" => credentials,
                user => credentials.with_authzid(user)?,
            };
            return Ok(Login::new(credentials, ""));
        }
        if let Some(token) = &self.token {
            let credentials = Credentials::bearer(user, token.as_str())?;
            return Ok(Login::new(credentials.with_endpoint("127.0.0.1", 2110)?, ""));
        }
        let (user, password) = user.split_once(':').expect("user and password");
        let login = match &self.authzid {
            Some(authzid) => {
                let credentials = Credentials::password(user, password)?;
                Login::new(credentials.with_authzid(authzid.as_str())?, "")
            }
            None => Login::password(user, password, "")?,
        };
        // A name or password that no line can hold is found out here; the machine would not send it.
        Name::new(user).and(mailwire_pop3::Password::new(password)).map_err(|_| Error::Misuse)?;
        Ok(match &self.mechanism {
            Some(mechanism) => login.only(Method::Sasl(mechanism.parse().unwrap())),
            None => login,
        })
    }

    pub(crate) fn command(&self) -> Result<Command, ParseError> {
        let line = match (&self.custom, self.path.as_str()) {
            (Some(custom), "") => custom.clone(),
            (Some(custom), path) => format!("{custom} {path}"),
            (None, "") => "LIST".into(),
            (None, path) if self.list => format!("LIST {path}"),
            (None, path) => format!("RETR {path}"),
        };
        Command::parse(line.into(), Quirks::NONE).map(|(command, _)| command)
    }
}
