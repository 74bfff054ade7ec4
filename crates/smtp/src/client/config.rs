//! How a client behaves.
use mailwire_core::{BareLineEnds, Limits};

use crate::{ClientName, ParseError, server::Protocol};

/// When to ask for TLS by STARTTLS (RFC 3207).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three ways that there are")]
pub enum TlsPolicy {
    /// Always. If it is not offered or refused the session ends with
    /// [`Error::NoTls`](crate::Error::NoTls): nothing but EHLO and STARTTLS is ever sent in the clear.
    #[default]
    Require,
    /// If it is offered; go on in the clear if it is not, or is refused. An attacker on the way can see
    /// to that.
    IfOffered,
    /// Never.
    Never,
}

/// How a client behaves: made once, shared by all sessions in an `Arc`.
///
/// ```
/// use mailwire_smtp::client::{Config, TlsPolicy};
///
/// let mut config = Config::new("[127.0.0.1]")?;
/// config.tls = TlsPolicy::IfOffered;
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// What the client calls itself in EHLO, HELO or LHLO.
    pub name: ClientName,
    /// SMTP by default.
    pub protocol: Protocol,
    /// When to ask for TLS; [`TlsPolicy::Require`] by default.
    pub tls: TlsPolicy,
    /// Whether the connection is under TLS from the start (RFC 8314): then [`tls`](Self::tls) is of no
    /// matter.
    pub implicit_tls: bool,
    /// How much a server can make the session hold.
    pub limits: Limits,
    /// What is done about bare CRs and LFs in a message that goes by DATA; `Normalize` by default. None
    /// is ever sent: `Keep` means `Normalize`.
    pub bare_line_ends: BareLineEnds,
    /// Whether mechanisms that show the password may be used without TLS; they may not by default.
    pub plaintext_auth_without_tls: bool,
    /// Whether to pipeline where PIPELINING is offered (RFC 2920); yes by default.
    pub pipelining: bool,
    /// Whether to ask by EHLO again after AUTH, because the server may offer something else then; no by
    /// default.
    pub hello_after_auth: bool,
}

impl Config {
    /// The defaults, for a client with this name: a domain or an address literal.
    pub fn new(name: &str) -> Result<Self, ParseError> {
        Ok(Self {
            name: ClientName::new(name)?,
            protocol: Protocol::Smtp,
            tls: TlsPolicy::Require,
            implicit_tls: false,
            limits: Limits::default(),
            bare_line_ends: BareLineEnds::Normalize,
            plaintext_auth_without_tls: false,
            pipelining: true,
            hello_after_auth: false,
        })
    }

    pub(super) fn is_lmtp(&self) -> bool {
        self.protocol == Protocol::Lmtp
    }
}
