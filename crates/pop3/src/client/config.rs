//! How a client behaves.
use mailwire_core::Limits;

use crate::Quirks;

/// When to ask for TLS by STLS (RFC 2595 §4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three ways that there are")]
pub enum TlsPolicy {
    /// Always. If it is not offered or refused the session ends with
    /// [`Error::NoTls`](crate::Error::NoTls): nothing but CAPA and STLS is ever sent in the clear.
    #[default]
    Require,
    /// If it is offered; go on in the clear if it is not, or is refused. An attacker on the way can see
    /// to that.
    IfOffered,
    /// Never.
    Never,
}

/// What ends a message or a listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "right or as the world does it")]
pub enum EndOfText {
    /// Only CR LF `.` CR LF (RFC 1939 §3). A line of a dot beside a bare LF is text.
    ///
    /// A server that ends its lines in LF alone is waited for until the caller has had enough.
    #[default]
    Strict,
    /// A line of a single dot, whether its neighbours are CRLF or LF. Where it was LF, an event says so:
    /// [`Quirk::BareLfEnd`](crate::Quirk::BareLfEnd).
    ///
    /// If the server does not stuff behind a bare LF, then whoever wrote the message can end it early
    /// and say what comes next in the server's name. For servers that are known to need it.
    Lenient,
}

/// How a client behaves: made once, shared by all sessions in an `Arc`.
///
/// ```
/// use mailwire_pop3::client::{Client, Config, TlsPolicy};
///
/// let mut config = Config::default();
/// assert_eq!(config.tls, TlsPolicy::Require);
/// config.implicit_tls = true; // port 995 (RFC 8314)
/// assert!(Client::new(config).is_tls());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// When to ask for TLS; [`TlsPolicy::Require`] by default.
    pub tls: TlsPolicy,
    /// Whether the connection is under TLS from the start (RFC 8314): then [`tls`](Self::tls) is of no
    /// matter.
    pub implicit_tls: bool,
    /// How much a server can make the session hold: [`line`](Limits::line) octets of a status line or of
    /// a line in a listing, [`sasl_line`](Limits::sasl_line) of a challenge,
    /// [`reply`](Limits::reply) of all capabilities. The lines of messages have no limit, as none is
    /// held.
    pub limits: Limits,
    /// How many lines a listing may have before the session ends with
    /// [`Error::EndlessListing`](crate::Error::EndlessListing): 1,000,000.
    pub listing: u32,
    /// What is tolerated in what the server says, and reported by
    /// [`Event::Quirk`](super::Event::Quirk): everything by default.
    pub quirks: Quirks,
    /// What ends a message or a listing; [`EndOfText::Strict`] by default.
    pub end_of_text: EndOfText,
    /// Whether USER and PASS, and mechanisms that show the password, may be used without TLS; they may
    /// not by default.
    pub plaintext_auth_without_tls: bool,
    /// Whether APOP may be used without TLS; it may not by default. Its MD5 lets whoever listens guess
    /// passwords, and whoever sits in between do worse (CVE-2007-1558).
    pub apop_without_tls: bool,
    /// Whether to pipeline where PIPELINING is offered (RFC 2449 §6.6); yes by default.
    pub pipelining: bool,
    /// Whether to ask by CAPA again after the login, as the server may offer something else then; yes by
    /// default.
    pub capa_after_login: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tls: TlsPolicy::Require,
            implicit_tls: false,
            limits: Limits::default(),
            listing: 1_000_000,
            quirks: Quirks::ALL,
            end_of_text: EndOfText::Strict,
            plaintext_auth_without_tls: false,
            apop_without_tls: false,
            pipelining: true,
            capa_after_login: true,
        }
    }
}
