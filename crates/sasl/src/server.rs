//! The server's side of an exchange.

use alloc::{string::String, vec::Vec};
use core::mem;

pub use crate::scram::ScramKeys;
use crate::{Error, Identity, Mechanism, OAuthError, Secret, cram, oauth, text};
pub use config::Config;
pub use question::{Question, Step};
use scram::{Authorized, First, Sent};

mod config;
mod password;
mod question;
mod scram;

/// One authentication attempt of a client, as the server sees it; a new one for every `AUTH`.
///
/// 1. [`new`](Self::new), then [`start`](Self::start) with the initial response, if one came;
/// 2. every verb returns the next [`Step`]: send a challenge and [`respond`](Self::respond) with what
///    comes back, or answer a [`Question`] with [`accept`](Self::accept), [`reject`](Self::reject),
///    [`supply`](Self::supply) or [`supply_scram`](Self::supply_scram);
/// 3. until [`Step::Done`] or [`Step::Failed`], or an error, which [`Error::fault`] sorts.
///
/// A verb that does not fit returns [`Error::Misuse`] and changes nothing. The exchange knows no
/// passwords: whether one is right is for the caller to say, and it should take the same time to say
/// no for a user that does not exist.
///
/// ```
/// use mailwire_sasl::{Mechanism, Secret, server::{Config, Exchange, Question, Step}};
///
/// let mut exchange = Exchange::new(Mechanism::Plain, Config::default())?;
/// let Step::Ask(Question::Password { authcid, password, .. }) =
///     exchange.start(Some(b"\0tim\0tanstaaftanstaaf"))? else { panic!() };
/// let right = authcid == "tim" && password == Secret::from("tanstaaftanstaaf");
/// let step = if right { exchange.accept() } else { exchange.reject() };
/// assert!(matches!(step?, Step::Done(identity) if identity.effective() == "tim"));
/// # Ok::<(), mailwire_sasl::Error>(())
/// ```
#[derive(Debug)]
pub struct Exchange {
    mechanism: Mechanism,
    config: Config,
    state: State,
}

#[derive(Debug)]
enum State {
    New,
    /// A challenge is out.
    Waiting(Waiting),
    /// A question is out.
    Asked(Asked),
    /// `Done` or `Failed` was returned.
    Over,
    Broken(Error),
}

#[derive(Debug)]
enum Waiting {
    /// The first message of a client-first mechanism, after an empty challenge.
    First,
    LoginUser,
    LoginPassword {
        user: String,
    },
    Cram {
        challenge: String,
    },
    ScramFinal(Sent),
    /// The empty answer to `v=`.
    ScramEnd(Identity),
    /// The answer to the error challenge.
    TokenRefused,
}

#[derive(Debug)]
enum Asked {
    Verdict(Identity),
    Token(Identity),
    CramSecret { user: String, digest: [u8; 32], challenge: String },
    ScramKeys(First),
    ScramAuthorize(Authorized),
}

impl Exchange {
    /// Prepares an exchange. The caller has checked that it offers the mechanism.
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, server::{Config, Exchange}};
    ///
    /// // SCRAM wants a nonce and a dummy key, CRAM-MD5 a nonce and a host name:
    /// assert!(Exchange::new(Mechanism::ScramSha256, Config::default()).is_err());
    /// let config = Config::new("9FyPbJz4").with_dummy("per-site secret", 4096);
    /// assert!(Exchange::new(Mechanism::ScramSha256, config).is_ok());
    /// ```
    pub fn new(mechanism: Mechanism, config: Config) -> Result<Self, Error> {
        config.check(mechanism)?;
        Ok(Self { mechanism, config, state: State::New })
    }

    /// The mechanism.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// Begins, with the initial response if one came with the command.
    ///
    /// `Some` of nothing is an empty one (`=`), and not the same as `None`: the latter makes a
    /// client-first mechanism send an empty challenge (RFC 4422 §5).
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, server::{Config, Exchange, Question, Step}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::External, Config::default())?;
    /// assert_eq!(exchange.start(None)?, Step::Challenge(vec![]));
    /// assert_eq!(exchange.respond(b"")?, Step::Ask(Question::External { authzid: "".into() }));
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn start(&mut self, initial: Option<&[u8]>) -> Result<Step, Error> {
        match &self.state {
            State::New => {}
            State::Broken(error) => return Err(error.clone()),
            State::Waiting(_) | State::Asked(_) | State::Over => return Err(Error::Misuse),
        }
        let result = match (self.mechanism, initial) {
            (Mechanism::CramMd5, Some(_)) => Err(Error::InitialResponse),
            (Mechanism::CramMd5, None) => self.cram_challenge(),
            (Mechanism::Login, Some(user)) => self.login_user(user),
            (Mechanism::Login, None) => Ok(self.challenge(b"Username:".into(), Waiting::LoginUser)),
            (_, Some(message)) => self.first(message),
            (_, None) => Ok(self.challenge(Vec::new(), Waiting::First)),
        };
        self.latch(result)
    }

    /// Goes on with what the client answered to a challenge.
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, server::{Config, Exchange, Step}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::Login, Config::default())?;
    /// assert_eq!(exchange.start(None)?, Step::Challenge(b"Username:".to_vec()));
    /// assert_eq!(exchange.respond(b"tim")?, Step::Challenge(b"Password:".to_vec()));
    /// assert!(matches!(exchange.respond(b"tanstaaf")?, Step::Ask(_)));
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn respond(&mut self, response: &[u8]) -> Result<Step, Error> {
        let waiting = match mem::replace(&mut self.state, State::Over) {
            State::Waiting(waiting) => waiting,
            other => return self.misuse(other),
        };
        let result = match waiting {
            Waiting::First => self.first(response),
            Waiting::LoginUser => self.login_user(response),
            Waiting::LoginPassword { user } => self.login_password(user, response),
            Waiting::Cram { challenge } => self.cram_response(challenge, response),
            Waiting::ScramFinal(sent) => self.scram_final(sent, response),
            Waiting::ScramEnd(identity) if response.is_empty() => Ok(Step::Done(identity)),
            Waiting::ScramEnd(_) => Err(Error::Unexpected),
            Waiting::TokenRefused
                if self.mechanism == Mechanism::OAuthBearer && response != oauth::DUMMY =>
            {
                Err(Error::Unexpected)
            }
            Waiting::TokenRefused => Ok(Step::Failed),
        };
        self.latch(result)
    }

    /// Ends the exchange because the client sent `*`; the answer is 501, `-ERR` or `BAD`.
    ///
    /// ```
    /// use mailwire_sasl::{Error, Mechanism, server::{Config, Exchange}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::Login, Config::default())?;
    /// exchange.start(None)?;
    /// exchange.cancel()?;
    /// assert_eq!(exchange.respond(b"tim"), Err(Error::Cancelled));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn cancel(&mut self) -> Result<(), Error> {
        match &self.state {
            State::Over => Err(Error::Misuse),
            State::Broken(error) => Err(error.clone()),
            State::New | State::Waiting(_) | State::Asked(_) => {
                self.state = State::Broken(Error::Cancelled);
                Ok(())
            }
        }
    }

    /// Says yes to a question that has a yes: the password or token is right, the identity may be used.
    ///
    /// ```
    /// use mailwire_sasl::{Error, Mechanism, server::{Config, Exchange, Step}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::Plain, Config::default())?;
    /// assert_eq!(exchange.accept(), Err(Error::Misuse)); // nothing was asked
    /// exchange.start(Some(b"boss\0tim\0tanstaaf"))?;
    /// let Step::Done(identity) = exchange.accept()? else { panic!() };
    /// assert_eq!((identity.authcid(), identity.effective()), ("tim", "boss"));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn accept(&mut self) -> Result<Step, Error> {
        self.yes(None)
    }

    /// Says yes and whose credentials they were, where the client did not say or not reliably: the
    /// subject of the certificate, the user of the token.
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, server::{Config, Exchange, Step}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::External, Config::default())?;
    /// exchange.start(Some(b""))?;
    /// let Step::Done(identity) = exchange.accept_as("fred")? else { panic!() };
    /// assert_eq!(identity.effective(), "fred");
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn accept_as(&mut self, authcid: impl Into<String>) -> Result<Step, Error> {
        self.yes(Some(authcid.into()))
    }

    /// Says no to the question, whichever it was.
    ///
    /// A refused token leads to an error challenge first (`invalid_token`, or 401 in `XOAUTH2`);
    /// [`reject_token`](Self::reject_token) says more in it. A lookup goes on as for an unknown user.
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, server::{Config, Exchange, Step}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::Anonymous, Config::default())?;
    /// exchange.start(Some(b"sirhc"))?;
    /// assert_eq!(exchange.reject()?, Step::Failed);
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn reject(&mut self) -> Result<Step, Error> {
        match &self.state {
            State::Asked(Asked::Token(_)) => {
                let xoauth2 = self.mechanism == Mechanism::XOAuth2;
                self.reject_token(&OAuthError::new(if xoauth2 { "401" } else { "invalid_token" }))
            }
            State::Asked(Asked::CramSecret { .. }) => self.supply(None),
            State::Asked(Asked::ScramKeys(_)) => self.supply_scram(None),
            State::Asked(Asked::Verdict(_) | Asked::ScramAuthorize(_)) => {
                self.state = State::Over;
                Ok(Step::Failed)
            }
            State::Broken(error) => Err(error.clone()),
            State::New | State::Waiting(_) | State::Over => Err(Error::Misuse),
        }
    }

    /// Says no to a token, and what would do ([RFC 7628 §3.2.2]).
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, OAuthError, server::{Config, Exchange, Step}};
    ///
    /// let mut exchange = Exchange::new(Mechanism::OAuthBearer, Config::default())?;
    /// exchange.start(Some(b"n,a=user@example.com,\x01auth=Bearer stale\x01\x01"))?;
    /// let error = OAuthError::new("invalid_token").with_scope("mail");
    /// let json = br#"{"status":"invalid_token","scope":"mail"}"#;
    /// assert_eq!(exchange.reject_token(&error)?, Step::Challenge(json.to_vec()));
    /// assert_eq!(exchange.respond(b"\x01")?, Step::Failed);
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    ///
    /// [RFC 7628 §3.2.2]: https://www.rfc-editor.org/rfc/rfc7628#section-3.2.2
    pub fn reject_token(&mut self, error: &OAuthError) -> Result<Step, Error> {
        match &self.state {
            State::Asked(Asked::Token(_)) => {
                Ok(self.challenge(error.to_json(), Waiting::TokenRefused))
            }
            State::Broken(error) => Err(error.clone()),
            State::New | State::Waiting(_) | State::Asked(_) | State::Over => Err(Error::Misuse),
        }
    }

    /// Answers [`Question::Secret`]; `None` for a user that does not exist, which costs the client as
    /// much time and looks the same as a wrong password.
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, server::{Config, Exchange, Step}};
    ///
    /// let config = Config::new("1896.697170952").with_hostname("postoffice.reston.mci.net");
    /// let mut exchange = Exchange::new(Mechanism::CramMd5, config)?;
    /// exchange.start(None)?;
    /// exchange.respond(b"tim b913a602c7eda7a495b4e6e7334d3890")?; // asks for tim's secret
    /// assert!(matches!(exchange.supply(Some("tanstaaftanstaaf".into()))?, Step::Done(_)));
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn supply(&mut self, secret: Option<Secret>) -> Result<Step, Error> {
        match mem::replace(&mut self.state, State::Over) {
            State::Asked(Asked::CramSecret { user, digest, challenge }) => {
                let known = secret.is_some();
                let want = cram::digest(&secret.unwrap_or_default(), challenge.as_bytes());
                let right = Secret::from(&want[..]) == Secret::from(&digest[..]);
                let identity = Identity { authcid: user, authzid: String::new() };
                Ok(if right && known { Step::Done(identity) } else { Step::Failed })
            }
            other => self.misuse(other),
        }
    }

    /// Answers [`Question::ScramKeys`]; `None` for a user that does not exist: the exchange goes on
    /// with a salt that is always the same for this name ([`Config::with_dummy`]) and fails in the end.
    ///
    /// Keys of another hash function are [`Error::Misuse`].
    ///
    /// ```
    /// use mailwire_sasl::{Hash, Mechanism, server::{Config, Exchange, ScramKeys, Step}};
    ///
    /// let config = Config::new("3rfcNHYJ").with_dummy("per-site secret", 4096);
    /// let mut exchange = Exchange::new(Mechanism::ScramSha1, config)?;
    /// exchange.start(Some(b"n,,n=user,r=fyko"))?; // asks for the keys
    /// let keys = ScramKeys::derive(Hash::Sha1, "pencil", b"salt", 4096)?;
    /// let challenge = b"r=fyko3rfcNHYJ,s=c2FsdA==,i=4096".to_vec();
    /// assert_eq!(exchange.supply_scram(Some(keys))?, Step::Challenge(challenge));
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn supply_scram(&mut self, keys: Option<ScramKeys>) -> Result<Step, Error> {
        match mem::replace(&mut self.state, State::Over) {
            State::Asked(Asked::ScramKeys(first))
                if keys
                    .as_ref()
                    .is_none_or(|keys| Some(keys.hash()) == self.mechanism.scram_hash()) =>
            {
                let result = self.scram_challenge(first, keys);
                self.latch(result)
            }
            other => self.misuse(other),
        }
    }

    fn yes(&mut self, authcid: Option<String>) -> Result<Step, Error> {
        match mem::replace(&mut self.state, State::Over) {
            State::Asked(Asked::Verdict(mut identity) | Asked::Token(mut identity)) => {
                identity.authcid = authcid.unwrap_or(identity.authcid);
                Ok(Step::Done(identity))
            }
            State::Asked(Asked::ScramAuthorize(mut authorized)) => {
                let identity = &mut authorized.identity;
                identity.authcid = authcid.unwrap_or(mem::take(&mut identity.authcid));
                Ok(self.scram_success(authorized))
            }
            other => self.misuse(other),
        }
    }

    /// The first message of a client-first mechanism.
    fn first(&mut self, message: &[u8]) -> Result<Step, Error> {
        match self.mechanism {
            Mechanism::Plain => self.plain(message),
            Mechanism::External => {
                let authzid = self.config.prepare_authzid(text::name(message, 0)?)?;
                Ok(self.ask_verdict("", &authzid, Question::External { authzid: authzid.clone() }))
            }
            Mechanism::Anonymous => {
                let trace = text::utf8(message, 0)?;
                text::check_trace(trace)?;
                Ok(self.ask_verdict("", "", Question::Anonymous { trace: trace.into() }))
            }
            mechanism @ (Mechanism::XOAuth2 | Mechanism::OAuthBearer) => {
                let oauth::Presented { authzid, token, host, port } =
                    oauth::parse(mechanism, message)?;
                let identity = Identity { authcid: String::new(), authzid: authzid.clone() };
                self.state = State::Asked(Asked::Token(identity));
                Ok(Step::Ask(Question::Token { mechanism, authzid, token, host, port }))
            }
            Mechanism::ScramSha1
            | Mechanism::ScramSha1Plus
            | Mechanism::ScramSha256
            | Mechanism::ScramSha256Plus => self.scram_first(message),
            Mechanism::Login | Mechanism::CramMd5 => Err(Error::InitialResponse),
        }
    }

    fn challenge(&mut self, challenge: Vec<u8>, waiting: Waiting) -> Step {
        self.state = State::Waiting(waiting);
        Step::Challenge(challenge)
    }

    fn ask_verdict(&mut self, authcid: &str, authzid: &str, question: Question) -> Step {
        let identity = Identity { authcid: authcid.into(), authzid: authzid.into() };
        self.state = State::Asked(Asked::Verdict(identity));
        Step::Ask(question)
    }

    /// Puts the state back.
    fn misuse(&mut self, state: State) -> Result<Step, Error> {
        let error = match &state {
            State::Broken(error) => error.clone(),
            State::New | State::Waiting(_) | State::Asked(_) | State::Over => Error::Misuse,
        };
        self.state = state;
        Err(error)
    }

    fn latch(&mut self, result: Result<Step, Error>) -> Result<Step, Error> {
        if let Err(error) = &result {
            self.state = State::Broken(error.clone());
        }
        result
    }
}
