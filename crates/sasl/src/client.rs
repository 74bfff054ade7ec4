//! The client's side of an exchange.

use alloc::{string::String, vec::Vec};
use core::{mem, ops::RangeInclusive};

use crate::{
    ChannelBinding, Credentials, Error, Mechanism, OAuthError, ParseErrorKind, Secret, cram, oauth,
    saslprep, text,
};
use scram::Scram;

mod scram;

/// One authentication attempt of a client; a new one for every `AUTH`.
///
/// 1. [`new`](Self::new);
/// 2. [`initial_response`](Self::initial_response), sent along with the command if there is one and the
///    protocol and its line length allow it;
/// 3. [`respond`](Self::respond) to every challenge; on an error cancel with `*`;
/// 4. when the protocol announces success, [`finish`](Self::finish) has the last word. When it announces
///    failure, [`server_error`](Self::server_error) may say more.
///
/// ```
/// use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
///
/// let tim = Credentials::password("tim", "tanstaaftanstaaf")?;
/// let mut exchange = Exchange::new(Mechanism::CramMd5, &tim, "", &ChannelBinding::None)?;
/// assert_eq!(exchange.initial_response(), None);
/// let response = exchange.respond(b"<1896.697170952@postoffice.reston.mci.net>")?;
/// assert_eq!(response, b"tim b913a602c7eda7a495b4e6e7334d3890");
/// exchange.finish(None)?;
/// # Ok::<(), mailwire_sasl::Error>(())
/// ```
#[derive(Debug)]
pub struct Exchange {
    mechanism: Mechanism,
    /// What a client-first mechanism begins with, until it has been sent for certain.
    first: Option<Secret>,
    /// Whether the caller has it and may have sent it.
    taken: bool,
    state: State,
    server_error: Option<(Vec<u8>, Option<OAuthError>)>,
}

#[derive(Debug)]
enum State {
    /// Nothing is said after the first message.
    Outcome,
    /// The same, except that the server may say why not.
    Token,
    /// It did.
    TokenRefused,
    Scram(Scram),
    Cram {
        user: String,
        secret: Secret,
    },
    LoginUser {
        user: String,
        password: Secret,
    },
    LoginPassword {
        password: Secret,
    },
    Finished,
    Broken(Error),
}

impl Exchange {
    /// Starts an exchange.
    ///
    /// The nonce matters to SCRAM only: fresh and unpredictable printable ASCII without comma, from
    /// [`nonce`](crate::nonce) for example; `""` for the others. The binding too: a `-PLUS` mechanism
    /// needs one, and with one a mechanism without `-PLUS` tells the server that it was not offered
    /// ([RFC 5802 §6]).
    ///
    /// Names go through `SASLprep` where they are authorization identities or SCRAM user names,
    /// passwords where SCRAM hashes them; `PLAIN` leaves that to the server ([RFC 4616 §2]).
    ///
    /// ```
    /// use mailwire_sasl::{ChannelBinding, Credentials, Error, Mechanism, client::Exchange};
    ///
    /// let tim = Credentials::password("tim", "tanstaaf")?;
    /// let got = Exchange::new(Mechanism::XOAuth2, &tim, "", &ChannelBinding::None);
    /// assert_eq!(got.unwrap_err(), Error::Argument("credential"));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// [RFC 5802 §6]: https://www.rfc-editor.org/rfc/rfc5802#section-6
    /// [RFC 4616 §2]: https://www.rfc-editor.org/rfc/rfc4616#section-2
    pub fn new(
        mechanism: Mechanism,
        credentials: &Credentials,
        nonce: &str,
        binding: &ChannelBinding,
    ) -> Result<Self, Error> {
        if !credentials.support(mechanism) {
            return Err(Error::Argument("credential"));
        }
        let user = || credentials.authcid.clone();
        let password = || credentials.password.clone().unwrap_or_default();
        let (first, state) = match mechanism {
            Mechanism::Plain => {
                let authzid = text::prepared_authzid(&credentials.authzid)?;
                let fields = [authzid.as_bytes(), credentials.authcid.as_bytes(), &password()];
                (Some(fields.join(&0).into()), State::Outcome)
            }
            Mechanism::External => {
                let authzid = text::prepared_authzid(&credentials.authzid)?;
                (Some(authzid.into()), State::Outcome)
            }
            Mechanism::Anonymous => {
                let trace = credentials.trace.as_deref().unwrap_or_default();
                (Some(trace.into()), State::Outcome)
            }
            Mechanism::XOAuth2 | Mechanism::OAuthBearer => {
                (Some(oauth::message(mechanism, credentials)), State::Token)
            }
            Mechanism::Login => (None, State::LoginUser { user: user(), password: password() }),
            Mechanism::CramMd5 => (None, State::Cram { user: user(), secret: password() }),
            Mechanism::ScramSha1
            | Mechanism::ScramSha1Plus
            | Mechanism::ScramSha256
            | Mechanism::ScramSha256Plus => {
                let user = saslprep::query_non_empty(&credentials.authcid)?;
                let authzid = text::prepared_authzid(&credentials.authzid)?;
                let password = password();
                let password = saslprep::stored_non_empty(password.as_str().unwrap_or_default())?;
                let password = Secret::from(password.into_owned());
                let scram = Scram::new(mechanism, &user, &authzid, password, nonce, binding)?;
                (Some(scram.first().into()), State::Scram(scram))
            }
        };
        Ok(Self { mechanism, first, taken: false, state, server_error: None })
    }

    /// Bounds the iteration count that SCRAM works off for the server; [`MIN_ITERATIONS`] to
    /// [`MAX_ITERATIONS`] unless set. A lower minimum than [`MIN_ITERATIONS`] is raised to it.
    ///
    /// ```
    /// use mailwire_sasl::{ChannelBinding, Credentials, Error, Mechanism, client::Exchange};
    ///
    /// let tim = Credentials::password("tim", "tanstaaf")?;
    /// let mut phone = Exchange::new(Mechanism::ScramSha256, &tim, "abc", &ChannelBinding::None)?
    ///     .with_iterations(10_000..=50_000);
    /// phone.initial_response();
    /// let error = phone.respond(b"r=abcdef,s=c2FsdA==,i=4096").unwrap_err();
    /// assert_eq!(error, Error::Iterations { count: 4096, min: 10_000, max: 50_000 });
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// [`MIN_ITERATIONS`]: crate::MIN_ITERATIONS
    /// [`MAX_ITERATIONS`]: crate::MAX_ITERATIONS
    pub fn with_iterations(mut self, bounds: RangeInclusive<u32>) -> Self {
        if let State::Scram(scram) = &mut self.state {
            scram.set_iterations(bounds);
        }
        self
    }

    /// The mechanism.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// What may go along with the command ([RFC 4422 §3.3]).
    ///
    /// `None` if the server speaks first. `Some` of nothing is an empty response, `=` on the wire
    /// ([`line::encode_initial`](crate::line::encode_initial)). A caller that cannot send it, because
    /// the line would be too long or the protocol has no room for it, leaves it out: the server then
    /// sends an empty challenge, and [`respond`](Self::respond) returns it.
    ///
    /// ```
    /// use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
    ///
    /// let tim = Credentials::password("tim", "tanstaaf")?;
    /// let mut exchange = Exchange::new(Mechanism::Plain, &tim, "", &ChannelBinding::None)?;
    /// assert_eq!(exchange.initial_response().as_deref(), Some(&b"\0tim\0tanstaaf"[..]));
    /// assert_eq!(exchange.respond(b"")?, b"\0tim\0tanstaaf");
    /// assert!(exchange.respond(b"").is_err());
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    ///
    /// [RFC 4422 §3.3]: https://www.rfc-editor.org/rfc/rfc4422#section-3.3
    pub fn initial_response(&mut self) -> Option<Vec<u8>> {
        let first = self.first.as_ref()?;
        self.taken = true;
        Some(first.to_vec())
    }

    /// Answers a challenge.
    ///
    /// The error challenge of an OAuth mechanism is answered as the mechanism wants it, with `%x01` or
    /// with nothing, and kept for [`server_error`](Self::server_error); the failure comes next
    /// ([RFC 7628 §3.2.3]). SCRAM computes here, for as long as the iteration count takes.
    ///
    /// ```
    /// use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
    ///
    /// let tim = Credentials::password("tim", "tanstaaf")?;
    /// let mut exchange = Exchange::new(Mechanism::Login, &tim, "", &ChannelBinding::None)?;
    /// assert_eq!(exchange.respond(b"Username:")?, b"tim");
    /// assert_eq!(exchange.respond(b"Passwort, bitte:")?, b"tanstaaf"); // counted, not read
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    ///
    /// [RFC 7628 §3.2.3]: https://www.rfc-editor.org/rfc/rfc7628#section-3.2.3
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.state {
            State::Finished => return Err(Error::Misuse),
            State::Broken(error) => return Err(error.clone()),
            _ => {}
        }
        let result = self.answer(challenge);
        self.latch(result)
    }

    /// Checks what the protocol's success is worth, given the data that came with it, if any.
    ///
    /// An error means that the client must not believe it: the exchange was not through, the server
    /// did not prove itself, or it had refused the token.
    ///
    /// ```
    /// use mailwire_sasl::{ChannelBinding, Credentials, Error, Mechanism, client::Exchange};
    ///
    /// let user = Credentials::password("user", "pencil")?;
    /// let mut exchange = Exchange::new(Mechanism::ScramSha1, &user, "abc", &ChannelBinding::None)?;
    /// exchange.initial_response();
    /// assert_eq!(exchange.finish(None), Err(Error::Premature));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn finish(&mut self, final_data: Option<&[u8]>) -> Result<(), Error> {
        match &self.state {
            State::Finished => return Err(Error::Misuse),
            State::Broken(error) => return Err(error.clone()),
            _ => {}
        }
        let result = self.check(final_data.unwrap_or_default());
        self.latch(result)?;
        self.state = State::Finished;
        Ok(())
    }

    /// Why the server refused the token, if it said so in a way that can be read.
    ///
    /// ```
    /// use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
    ///
    /// let user = Credentials::bearer("user", "stale")?;
    /// let mut exchange = Exchange::new(Mechanism::OAuthBearer, &user, "", &ChannelBinding::None)?;
    /// exchange.initial_response();
    /// assert_eq!(exchange.respond(br#"{"status":"invalid_token"}"#)?, b"\x01");
    /// assert_eq!(exchange.server_error().unwrap().status, "invalid_token");
    /// assert!(exchange.finish(None).is_err());
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn server_error(&self) -> Option<&OAuthError> {
        self.server_error.as_ref()?.1.as_ref()
    }

    /// The same as it came, usually JSON.
    pub fn server_error_text(&self) -> Option<&[u8]> {
        self.server_error.as_ref().map(|(text, _)| text.as_slice())
    }

    fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        if let Some(first) = self.first.take() {
            if challenge.is_empty() {
                return Ok(first.to_vec());
            } else if !self.taken {
                return Err(Error::Unexpected);
            }
        }
        match mem::replace(&mut self.state, State::Outcome) {
            State::Token => {
                self.state = State::TokenRefused;
                self.server_error = Some((challenge.into(), OAuthError::parse(challenge)));
                let bearer = self.mechanism == Mechanism::OAuthBearer;
                Ok(if bearer { oauth::DUMMY.into() } else { Vec::new() })
            }
            State::Scram(mut scram) => {
                let response = scram.respond(challenge)?;
                self.state = State::Scram(scram);
                Ok(response)
            }
            State::Cram { .. } if challenge.is_empty() => {
                Err(Error::parse(ParseErrorKind::Empty, 0))
            }
            State::Cram { user, secret } => Ok(cram::response(&user, &secret, challenge)),
            // The prompts are free text: they are counted and never read.
            State::LoginUser { user, password } => {
                self.state = State::LoginPassword { password };
                Ok(user.into_bytes())
            }
            State::LoginPassword { password } => Ok(password.to_vec()),
            State::Outcome | State::TokenRefused | State::Finished | State::Broken(_) => {
                Err(Error::Unexpected)
            }
        }
    }

    fn check(&self, final_data: &[u8]) -> Result<(), Error> {
        if self.first.is_some() && !self.taken {
            return Err(Error::Premature);
        }
        match &self.state {
            State::Scram(scram) => scram.check(final_data),
            State::TokenRefused => Err(Error::TokenRefused),
            State::Cram { .. } | State::LoginUser { .. } | State::LoginPassword { .. } => {
                Err(Error::Premature)
            }
            _ if !final_data.is_empty() => Err(Error::Unexpected),
            State::Outcome | State::Token | State::Finished | State::Broken(_) => Ok(()),
        }
    }

    fn latch<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.first = None;
            self.state = State::Broken(error.clone());
        }
        result
    }
}
