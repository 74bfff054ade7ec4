//! What a client can be asked to do.
use alloc::{boxed::Box, string::String};
use core::fmt;

use mailwire_sasl::{
    self as sasl, ChannelBinding, Credentials, Mechanism, Secret, client::Exchange,
};

use crate::Command;

/// Which request an event is about: what [`Client::send`](super::Client::send) returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(super) u32);

/// Something for the client to do when it is its turn.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request {
    /// Log in, in the best way that the server offers and the configuration allows.
    Login(Box<Login>),
    /// Authenticate by this exchange and no other (RFC 5034).
    Auth(Box<Exchange>),
    /// Send a command that can stand alone. Whether its answer has lines behind the first
    /// [the command says](Command::is_multi_line).
    Command(Command),
    /// The same for a command that this crate does not know, and whose `+OK` has lines behind it, up to
    /// a lone dot: [`Item::Line`](super::Item::Line). Control octets in a line, a bare CR among them, stay
    /// as they came; what is not UTF-8 is replaced.
    Lines(Command),
}

impl From<Login> for Request {
    fn from(login: Login) -> Self {
        Self::Login(Box::new(login))
    }
}

impl From<Exchange> for Request {
    fn from(exchange: Exchange) -> Self {
        Self::Auth(Box::new(exchange))
    }
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self::Command(command)
    }
}

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// AUTH with this mechanism (RFC 5034).
    Sasl(Mechanism),
    /// APOP (RFC 1939 §7).
    Apop,
    /// USER and PASS (RFC 1939 §7).
    UserPass,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sasl(mechanism) => mechanism.fmt(f),
            Self::Apop => f.write_str("APOP"),
            Self::UserPass => f.write_str("USER"),
        }
    }
}

/// Who logs in, and with what.
///
/// The client tries what the server offers, the strongest first: mechanisms that prove the password, APOP
/// where it may be used, then what shows the password, if that may be; under TLS any mechanism comes
/// before APOP, and APOP before USER and PASS. When the server refuses one way the next is tried, but
/// not after a response code that says it would be no use (`IN-USE`, `LOGIN-DELAY`, `SYS/..`). After
/// `AUTH` only ways that show the password are still tried, if they may be and none was; and where a
/// channel binding was refused, the ways without.
///
/// ```
/// use mailwire_pop3::client::{Login, Method};
/// use mailwire_sasl::nonce;
///
/// // The nonce must be fresh and unpredictable: SCRAM needs it.
/// let login = Login::password("mrose", "tanstaaf", nonce(b"18 random octets.."))?;
/// let _by_apop_or_not_at_all = login.only(Method::Apop);
/// # Ok::<(), mailwire_sasl::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Login {
    pub(super) credentials: Credentials,
    /// What APOP, or USER and PASS, take.
    pub(super) account: Option<(String, Secret)>,
    pub(super) nonce: String,
    pub(super) binding: ChannelBinding,
    pub(super) only: Option<Method>,
}

impl Login {
    /// By user name and password, in every way that there is.
    pub fn password(
        user: impl Into<String>,
        password: impl Into<Secret>,
        nonce: impl Into<String>,
    ) -> Result<Self, sasl::Error> {
        let (user, password) = (user.into(), password.into());
        let credentials = Credentials::password(user.as_str(), password.clone())?;
        Ok(Self { account: Some((user, password)), ..Self::new(credentials, nonce) })
    }

    /// By AUTH alone: with a token, as somebody else, by certificate, or as nobody.
    ///
    /// The nonce, fresh and unpredictable, matters to SCRAM only.
    pub fn new(credentials: Credentials, nonce: impl Into<String>) -> Self {
        Self {
            credentials,
            account: None,
            nonce: nonce.into(),
            binding: ChannelBinding::None,
            only: None,
        }
    }

    /// Binds SCRAM to the TLS below, where the server offers that.
    #[must_use]
    pub fn with_binding(self, binding: ChannelBinding) -> Self {
        Self { binding, ..self }
    }

    /// Allows this way and no other. That the configuration must allow it too does not change.
    #[must_use]
    pub fn only(self, method: Method) -> Self {
        Self { only: Some(method), ..self }
    }
}
