//! A client and a server that talk to each other, and a server that knows one user.

use mailwire_sasl::{
    ChannelBinding, Credentials, Error, Hash, Mechanism, Secret, client,
    server::{self, Config, Question, ScramKeys, Step},
};

/// How an exchange ended on either side.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The effective identity, if the server let the client in.
    pub(crate) server: Result<Option<String>, Error>,
    pub(crate) client: Result<(), Error>,
}

impl Outcome {
    /// Whether both sides believe in it.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.server, Ok(Some(_))) && self.client.is_ok()
    }
}

/// What a server knows.
pub(crate) struct Site {
    pub(crate) user: &'static str,
    pub(crate) password: &'static str,
    pub(crate) token: &'static str,
    pub(crate) may_act_as: &'static str,
}

pub(crate) const SITE: Site =
    Site { user: "user", password: "pencil", token: "vF9dft4qmT==", may_act_as: "boss" };

pub(crate) const SALT: &[u8] = b"0123456789abcdef";

impl Site {
    fn allows(&self, authcid: &str, authzid: &str) -> bool {
        authcid == self.user && ["", self.user, self.may_act_as].contains(&authzid)
    }

    /// Answers questions until there is something to send, or the end.
    pub(crate) fn decide(
        &self,
        exchange: &mut server::Exchange,
        mut step: Step,
    ) -> Result<Step, Error> {
        while let Step::Ask(question) = step {
            let right = match question {
                Question::Secret { authcid } => {
                    let secret = (authcid == self.user).then(|| Secret::from(self.password));
                    step = exchange.supply(secret)?;
                    continue;
                }
                Question::ScramKeys { hash, authcid, .. } => {
                    let keys = (authcid == self.user).then(|| keys(hash, self.password));
                    step = exchange.supply_scram(keys)?;
                    continue;
                }
                Question::Password { authzid, authcid, password } => {
                    self.allows(&authcid, &authzid) && password == Secret::from(self.password)
                }
                Question::Token { authzid, token, host, port, .. } => {
                    authzid == self.user
                        && token == Secret::from(self.token)
                        && host.is_none_or(|host| host == "mx.example")
                        && port.is_none_or(|port| port.get() == 587)
                }
                Question::External { authzid } => self.allows(self.user, &authzid),
                Question::Anonymous { .. } => true,
                Question::Authorize { authcid, authzid } => self.allows(&authcid, &authzid),
                other => panic!("{other:?}"),
            };
            step = if right { exchange.accept_as(self.user)? } else { exchange.reject()? };
        }
        Ok(step)
    }

    /// Lets the two talk; `tamper` sees every message, with its number, before it arrives.
    pub(crate) fn talk(
        &self,
        client: &mut client::Exchange,
        server: &mut server::Exchange,
        initial: bool,
        mut tamper: impl FnMut(usize, &mut Vec<u8>),
    ) -> Outcome {
        let mut count = 0;
        let mut wire = |mut message: Vec<u8>| {
            tamper(count, &mut message);
            count += 1;
            message
        };
        let first = client.initial_response().filter(|_| initial).map(&mut wire);
        let mut step = server.start(first.as_deref());
        loop {
            let challenge = match step.and_then(|step| self.decide(server, step)) {
                Ok(Step::Challenge(challenge)) => wire(challenge),
                Ok(Step::Done(identity)) => {
                    let server = Ok(Some(identity.effective().into()));
                    return Outcome { server, client: client.finish(None) };
                }
                Ok(Step::Failed) => return Outcome { server: Ok(None), client: Ok(()) },
                Ok(other) => panic!("{other:?}"),
                Err(error) => return Outcome { server: Err(error), client: Ok(()) },
            };
            match client.respond(&challenge) {
                Ok(response) => step = server.respond(&wire(response)),
                Err(error) => return Outcome { server: Ok(None), client: Err(error) },
            }
        }
    }
}

pub(crate) fn keys(hash: Hash, password: &str) -> ScramKeys {
    ScramKeys::derive(hash, password, SALT, 4096).unwrap()
}

pub(crate) fn binding() -> ChannelBinding {
    ChannelBinding::TlsExporter((0..32).collect())
}

/// A server that offers everything, but `-PLUS` only where it is used.
pub(crate) fn config(mechanism: Mechanism) -> Config {
    let config = Config::new("3rfcNHYJY1ZVvWVs7j")
        .with_hostname("mx.example")
        .with_dummy("per-site secret", 4096);
    if mechanism.is_plus() { config.with_binding(binding()) } else { config }
}

pub(crate) fn server(mechanism: Mechanism) -> server::Exchange {
    server::Exchange::new(mechanism, config(mechanism)).unwrap()
}

pub(crate) fn client(mechanism: Mechanism, credentials: &Credentials) -> client::Exchange {
    let binding = if mechanism.is_plus() { binding() } else { ChannelBinding::None };
    client::Exchange::new(mechanism, credentials, "fyko+d2lbbFgONRv9qkxdawL", &binding).unwrap()
}

/// Credentials for every mechanism.
pub(crate) fn credentials(user: &str, password: &str, token: &str) -> Credentials {
    Credentials::password(user, password)
        .unwrap()
        .with_token(token)
        .unwrap()
        .with_endpoint("mx.example", 587)
        .unwrap()
        .with_external()
        .with_anonymous("sirhc")
        .unwrap()
}

pub(crate) fn right() -> Credentials {
    credentials(SITE.user, SITE.password, SITE.token)
}

/// The whole exchange, untouched.
pub(crate) fn run(mechanism: Mechanism, credentials: &Credentials, initial: bool) -> Outcome {
    let (mut client, mut server) = (client(mechanism, credentials), server(mechanism));
    SITE.talk(&mut client, &mut server, initial, |_, _| {})
}
