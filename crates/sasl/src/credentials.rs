use alloc::string::String;
use core::num::NonZeroU16;

use crate::{Error, Mechanism, Secret, text};

/// What a client has to show. It may hold several things, a password and a token for example;
/// [`choose`](crate::choose) takes the strongest mechanism they allow.
///
/// Names hold no control characters, passwords no NUL, tokens only printable ASCII: nothing that is
/// accepted here can break out of the message it is put into.
///
/// ```
/// use mailwire_sasl::{Credentials, Mechanism};
///
/// let tim = Credentials::password("tim", "tanstaaf")?.with_authzid("postmaster")?;
/// assert!(tim.support(Mechanism::ScramSha256) && !tim.support(Mechanism::XOAuth2));
/// assert!(!format!("{tim:?}").contains("tanstaaf"));
///
/// let mail = Credentials::bearer("user@example.com", "vF9dft4qmT")?
///     .with_endpoint("server.example.com", 143)?;
/// assert!(mail.support(Mechanism::OAuthBearer));
///
/// assert!(Credentials::password("tim\0", "x").is_err());
/// # Ok::<(), mailwire_sasl::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) authcid: String,
    pub(crate) authzid: String,
    pub(crate) password: Option<Secret>,
    pub(crate) token: Option<Secret>,
    pub(crate) endpoint: Option<(String, NonZeroU16)>,
    pub(crate) external: bool,
    pub(crate) trace: Option<String>,
}

impl Credentials {
    /// A user name and a password.
    pub fn password(user: impl Into<String>, password: impl Into<Secret>) -> Result<Self, Error> {
        Self::default().with_user(user)?.with_password(password)
    }

    /// A user name and an OAuth 2 access token ([RFC 6750]).
    ///
    /// [RFC 6750]: https://www.rfc-editor.org/rfc/rfc6750
    pub fn bearer(user: impl Into<String>, token: impl Into<Secret>) -> Result<Self, Error> {
        Self::default().with_user(user)?.with_token(token)
    }

    /// What the connection proves already, by a client certificate for example (RFC 4422 App. A).
    ///
    /// ```
    /// use mailwire_sasl::{Credentials, Mechanism};
    ///
    /// assert!(Credentials::external().support(Mechanism::External));
    /// ```
    pub fn external() -> Self {
        Self::default().with_external()
    }

    /// Nothing but trace information: an address, or up to 255 characters without `@`, or nothing
    /// ([RFC 4505 §2]).
    ///
    /// ```
    /// use mailwire_sasl::Credentials;
    ///
    /// assert!(Credentials::anonymous("sirhc").is_ok());
    /// assert!(Credentials::anonymous("no @ address").is_err());
    /// ```
    ///
    /// [RFC 4505 §2]: https://www.rfc-editor.org/rfc/rfc4505#section-2
    pub fn anonymous(trace: impl Into<String>) -> Result<Self, Error> {
        Self::default().with_anonymous(trace)
    }

    /// Sets the name whose credentials these are (authcid).
    pub fn with_user(mut self, user: impl Into<String>) -> Result<Self, Error> {
        self.authcid = name(user.into(), "user name")?;
        Ok(self)
    }

    /// Sets whom to act as (authzid); without it the server derives it from the user name.
    pub fn with_authzid(mut self, authzid: impl Into<String>) -> Result<Self, Error> {
        self.authzid = name(authzid.into(), "authorization identity")?;
        Ok(self)
    }

    /// Adds a password: UTF-8, not empty, without NUL (RFC 4616 §2).
    pub fn with_password(mut self, password: impl Into<Secret>) -> Result<Self, Error> {
        let password = password.into();
        match password.as_str() {
            Some(text) if !text.is_empty() && !text.contains('\0') => {}
            _ => return Err(Error::Argument("password")),
        }
        self.password = Some(password);
        Ok(self)
    }

    /// Adds an access token: printable ASCII without spaces, not empty.
    pub fn with_token(mut self, token: impl Into<Secret>) -> Result<Self, Error> {
        let token = token.into();
        if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
            return Err(Error::Argument("token"));
        }
        self.token = Some(token);
        Ok(self)
    }

    /// Adds the host and port the client connected to, which `OAUTHBEARER` passes on
    /// ([RFC 7628 §3.1]).
    ///
    /// [RFC 7628 §3.1]: https://www.rfc-editor.org/rfc/rfc7628#section-3.1
    pub fn with_endpoint(mut self, host: impl Into<String>, port: u16) -> Result<Self, Error> {
        let host = host.into();
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::Argument("host"));
        }
        let port = NonZeroU16::new(port).ok_or(Error::Argument("port"))?;
        self.endpoint = Some((host, port));
        Ok(self)
    }

    /// Allows `EXTERNAL`.
    pub fn with_external(mut self) -> Self {
        self.external = true;
        self
    }

    /// Allows `ANONYMOUS`, with trace information.
    pub fn with_anonymous(mut self, trace: impl Into<String>) -> Result<Self, Error> {
        let trace = trace.into();
        text::check_trace(&trace).map_err(|_| Error::Argument("trace"))?;
        self.trace = Some(trace);
        Ok(self)
    }

    /// Whether they hold what the mechanism needs.
    ///
    /// `CRAM-MD5` and `LOGIN` cannot carry an authorization identity, so they are not supported with
    /// one (RFC 4422 §5, 3).
    pub fn support(&self, mechanism: Mechanism) -> bool {
        let named = !self.authcid.is_empty();
        match mechanism {
            Mechanism::Plain
            | Mechanism::ScramSha1
            | Mechanism::ScramSha1Plus
            | Mechanism::ScramSha256
            | Mechanism::ScramSha256Plus => named && self.password.is_some(),
            Mechanism::Login | Mechanism::CramMd5 => {
                named && self.password.is_some() && self.authzid.is_empty()
            }
            Mechanism::XOAuth2 => self.token.is_some() && !self.token_user().is_empty(),
            Mechanism::OAuthBearer => self.token.is_some(),
            Mechanism::External => self.external,
            Mechanism::Anonymous => self.trace.is_some(),
        }
    }

    /// Whose mailbox a token is for.
    pub(crate) fn token_user(&self) -> &str {
        if self.authzid.is_empty() { &self.authcid } else { &self.authzid }
    }
}

fn name(name: String, what: &'static str) -> Result<String, Error> {
    if name.is_empty() || name.bytes().any(|b| b.is_ascii_control()) {
        return Err(Error::Argument(what));
    }
    Ok(name)
}
