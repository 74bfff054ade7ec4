use core::{fmt, str::FromStr};

use crate::Hash;

/// The mechanisms this crate speaks.
///
/// Names compare without regard to case. What a peer offers beyond these is for the protocol crate to
/// keep; here it is an [`UnknownMechanism`].
///
/// ```
/// use mailwire_sasl::Mechanism;
///
/// let mechanism: Mechanism = "scram-sha-256-plus".parse()?;
/// assert_eq!(mechanism, Mechanism::ScramSha256Plus);
/// assert_eq!(mechanism.to_string(), "SCRAM-SHA-256-PLUS");
/// assert!("GSSAPI".parse::<Mechanism>().is_err());
/// # Ok::<(), mailwire_sasl::UnknownMechanism>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Mechanism {
    /// `PLAIN` ([RFC 4616](https://www.rfc-editor.org/rfc/rfc4616))
    #[cfg_attr(feature = "serde", serde(rename = "PLAIN"))]
    Plain,
    /// `LOGIN`, which no RFC describes
    #[cfg_attr(feature = "serde", serde(rename = "LOGIN"))]
    Login,
    /// `CRAM-MD5` ([RFC 2195](https://www.rfc-editor.org/rfc/rfc2195))
    #[cfg_attr(feature = "serde", serde(rename = "CRAM-MD5"))]
    CramMd5,
    /// `SCRAM-SHA-1` ([RFC 5802](https://www.rfc-editor.org/rfc/rfc5802))
    #[cfg_attr(feature = "serde", serde(rename = "SCRAM-SHA-1"))]
    ScramSha1,
    /// `SCRAM-SHA-1-PLUS` ([RFC 5802](https://www.rfc-editor.org/rfc/rfc5802))
    #[cfg_attr(feature = "serde", serde(rename = "SCRAM-SHA-1-PLUS"))]
    ScramSha1Plus,
    /// `SCRAM-SHA-256` ([RFC 7677](https://www.rfc-editor.org/rfc/rfc7677))
    #[cfg_attr(feature = "serde", serde(rename = "SCRAM-SHA-256"))]
    ScramSha256,
    /// `SCRAM-SHA-256-PLUS` ([RFC 7677](https://www.rfc-editor.org/rfc/rfc7677))
    #[cfg_attr(feature = "serde", serde(rename = "SCRAM-SHA-256-PLUS"))]
    ScramSha256Plus,
    /// `XOAUTH2`, Google's and Microsoft's
    #[cfg_attr(feature = "serde", serde(rename = "XOAUTH2"))]
    XOAuth2,
    /// `OAUTHBEARER` ([RFC 7628](https://www.rfc-editor.org/rfc/rfc7628))
    #[cfg_attr(feature = "serde", serde(rename = "OAUTHBEARER"))]
    OAuthBearer,
    /// `EXTERNAL` ([RFC 4422 App. A](https://www.rfc-editor.org/rfc/rfc4422#appendix-A))
    #[cfg_attr(feature = "serde", serde(rename = "EXTERNAL"))]
    External,
    /// `ANONYMOUS` ([RFC 4505](https://www.rfc-editor.org/rfc/rfc4505))
    #[cfg_attr(feature = "serde", serde(rename = "ANONYMOUS"))]
    Anonymous,
}

impl Mechanism {
    /// All of them, the strongest first: the order in which [`choose`](crate::choose) looks.
    ///
    /// Bound to the channel, then what the caller asked for by having a certificate or a token, then
    /// passwords that are not sent, then passwords that are, then nobody.
    pub const ALL: [Self; 11] = [
        Self::ScramSha256Plus,
        Self::ScramSha1Plus,
        Self::External,
        Self::OAuthBearer,
        Self::XOAuth2,
        Self::ScramSha256,
        Self::ScramSha1,
        Self::CramMd5,
        Self::Plain,
        Self::Login,
        Self::Anonymous,
    ];

    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::External => "EXTERNAL",
            Self::Anonymous => "ANONYMOUS",
        }
    }

    /// Whether it hands the peer (and anyone who listens) something that can be used again: a
    /// password or a token. Needs TLS (RFC 4616 §1, RFC 7628 §3).
    pub fn is_plaintext(self) -> bool {
        matches!(self, Self::Plain | Self::Login | Self::XOAuth2 | Self::OAuthBearer)
    }

    /// Whether the server speaks first, so that the client has no initial response (RFC 4422 §5).
    ///
    /// `LOGIN` is among them although servers commonly take a user name along with the command.
    pub fn server_first(self) -> bool {
        matches!(self, Self::CramMd5 | Self::Login)
    }

    /// Whether a server takes an initial response: all but `CRAM-MD5`.
    pub fn allows_initial_response(self) -> bool {
        self != Self::CramMd5
    }

    /// Whether the client has to bring a nonce.
    pub fn needs_nonce(self) -> bool {
        self.scram_hash().is_some()
    }

    /// Whether it binds to the channel below.
    pub fn is_plus(self) -> bool {
        matches!(self, Self::ScramSha1Plus | Self::ScramSha256Plus)
    }

    /// The hash function of a SCRAM mechanism.
    pub fn scram_hash(self) -> Option<Hash> {
        match self {
            Self::ScramSha1 | Self::ScramSha1Plus => Some(Hash::Sha1),
            Self::ScramSha256 | Self::ScramSha256Plus => Some(Hash::Sha256),
            Self::Plain
            | Self::Login
            | Self::CramMd5
            | Self::XOAuth2
            | Self::OAuthBearer
            | Self::External
            | Self::Anonymous => None,
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mechanism {
    type Err = UnknownMechanism;

    fn from_str(name: &str) -> Result<Self, UnknownMechanism> {
        Self::ALL.into_iter().find(|m| m.name().eq_ignore_ascii_case(name)).ok_or(UnknownMechanism)
    }
}

/// The name of a mechanism this crate does not speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown SASL mechanism")]
#[non_exhaustive]
pub struct UnknownMechanism;
