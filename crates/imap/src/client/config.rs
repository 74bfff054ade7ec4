//! How a client behaves.

use crate::{Atom, FrameLimits, Leniency, Tag};
use alloc::vec::Vec;

/// When to ask for TLS by STARTTLS (RFC 9051 §6.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three ways that there are")]
pub enum TlsPolicy {
    /// Always. If it is not offered or refused, or the greeting is PREAUTH so that it cannot be asked
    /// for, the session ends with [`Error::NoTls`](crate::Error::NoTls): nothing but CAPABILITY and
    /// STARTTLS is ever sent in the clear.
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
/// use mailwire_imap::{Tag, client::{Client, Config, TlsPolicy}};
///
/// let mut config = Config::new(Tag::new("qx7f")?); // from a random number
/// assert_eq!(config.tls, TlsPolicy::Require);
/// config.implicit_tls = true; // port 993 (RFC 8314)
/// assert!(Client::new(config).is_tls());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// When to ask for TLS; [`TlsPolicy::Require`] by default.
    pub tls: TlsPolicy,
    /// Whether the connection is under TLS from the start (RFC 8314): then [`tls`](Self::tls) is of no
    /// matter.
    pub implicit_tls: bool,
    /// Whether LOGIN, and mechanisms that show the password, may be used without TLS; they may not by
    /// default.
    pub plaintext_auth_without_tls: bool,
    /// What tags begin with; a number follows. `A` by default. A prefix that nobody can guess keeps
    /// somebody who can inject octets, but not read, from completing commands.
    pub tag_prefix: Tag,
    /// Whether what the RFCs do not allow is understood, and reported by
    /// [`Event::Repaired`](super::Event::Repaired); it is by default.
    pub leniency: Leniency,
    /// How much a server can make the session hold; [`FrameLimits::CLIENT`] by default. Its
    /// [`inline`](FrameLimits::inline) is of no matter: [`stream_above`](Self::stream_above) takes its
    /// place.
    pub limits: FrameLimits,
    /// The same before somebody is logged in: 64 KiB a line, 256 KiB a response.
    pub early_limits: FrameLimits,
    /// How deep parentheses may nest in a response: 100.
    pub depth: usize,
    /// How many items a list in a response may have: 1,000,000.
    pub items: usize,
    /// Texts of messages with more octets than this come in [chunks](super::Event::Chunk): 4,096.
    pub stream_above: u64,
    /// Capabilities that the client does not want to know of. `IMAP4rev2` for example, where a server
    /// has it and does not do it well.
    pub ignored: Vec<Atom>,
    /// What to ENABLE after the login, as far as the server offers it (RFC 5161); nothing by default.
    pub enable: Vec<Atom>,
    /// Whether to ask for compression after the login, where that is offered (RFC 4978); not by default.
    pub compress: bool,
    /// Whether to send commands before those before them are through, where that is not ambiguous (RFC
    /// 9051 §5.5); yes by default.
    pub pipelining: bool,
}

impl Config {
    /// The defaults, with a prefix for the tags that should not be guessable.
    #[must_use]
    pub fn new(tag_prefix: Tag) -> Self {
        let early_limits = FrameLimits { line: 64 << 10, inline: 4096, frame: 256 << 10 };
        Self {
            tls: TlsPolicy::Require,
            implicit_tls: false,
            plaintext_auth_without_tls: false,
            tag_prefix,
            leniency: Leniency::Lenient,
            limits: FrameLimits::CLIENT,
            early_limits,
            depth: 100,
            items: 1_000_000,
            stream_above: 4096,
            ignored: Vec::new(),
            enable: Vec::new(),
            compress: false,
            pipelining: true,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new(Tag::new("A").expect("a tag"))
    }
}
