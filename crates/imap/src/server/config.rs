//! What a server offers, and how much it takes.

use super::FrameLimits;
use crate::{Atom, Capabilities, InvalidValue, Leniency};
use alloc::{string::String, vec::Vec};
use mailwire_sasl::{Mechanism, line};

/// What a server offers, and how much it takes: one for all its sessions.
///
/// ```
/// use mailwire_imap::server::Config;
/// use mailwire_sasl::Mechanism;
///
/// let mut config = Config::new("IMAP server ready")
///     .offering("IMAP4rev2 STARTTLS NAMESPACE UIDPLUS MOVE CONDSTORE QRESYNC")?;
/// config.auth = vec![Mechanism::ScramSha256, Mechanism::Plain];
/// config.append_limit = Some(50 << 20);
/// assert!(config.offers.has("QRESYNC"));
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The text of the greeting.
    pub greeting: String,
    /// Whether clients need not log in: the greeting is PREAUTH (RFC 9051 §7.1.4).
    pub preauth: bool,
    /// What the server can do: everything that is to be understood has to stand here, since what is not
    /// offered is refused. Which of it is listed follows from the state of the session: STARTTLS only
    /// before TLS and the login, `COMPRESS=DEFLATE` until it is active, UNAUTHENTICATE behind the login.
    ///
    /// `AUTH=` comes from [`auth`](Self::auth), `LOGINDISABLED` from what is allowed without TLS,
    /// `APPENDLIMIT=` from [`append_limit`](Self::append_limit).
    ///
    /// By default those that need nothing of the caller: `IMAP4rev1`, `LITERAL+`, `SASL-IR`, `ENABLE`,
    /// `IDLE`, `UNSELECT`. With `LITERAL-` in the place of `LITERAL+` clients have to ask before they send
    /// more than 4096 octets.
    pub offers: Capabilities,
    /// The mechanisms for AUTHENTICATE, best first; none by default. Those with channel binding (-PLUS)
    /// are offered under TLS only.
    pub auth: Vec<Mechanism>,
    /// Whether LOGIN is offered; it is by default, under TLS.
    pub login: bool,
    /// Whether LOGIN, and mechanisms that show the password, are offered without TLS; they are not by
    /// default (RFC 9051 §6.2.3, §11.3).
    pub plaintext_auth_without_tls: bool,
    /// Whether every command but CAPABILITY, NOOP, ID, STARTTLS and LOGOUT needs TLS before.
    pub require_tls: bool,
    /// Whether the connection is under TLS from the start (RFC 8314).
    pub implicit_tls: bool,
    /// Whether what the RFCs do not allow is understood.
    pub leniency: Leniency,
    /// Whether keys, items and parameters of extensions that the machine does not know come to the caller,
    /// who must refuse those that it does not know either; they are BAD by default (RFC 4466 §2).
    pub unknown_parts: bool,
    /// How long lines, commands and their literals may be before the login.
    pub before_login: FrameLimits,
    /// The same behind the login. Messages of APPEND and REPLACE have a [limit](Self::append_limit) of
    /// their own and count for neither.
    pub after_login: FrameLimits,
    /// The longest line of an authentication exchange: 12,288 octets.
    pub sasl_line: usize,
    /// How many octets a message may have that is appended, or a part of one that is put together; no
    /// limit by default (RFC 7889). What is longer is refused before it comes.
    pub append_limit: Option<u64>,
    /// How many messages one APPEND may bring: 1,000 (RFC 3502).
    pub append_messages: u32,
    /// How many octets may be owed to the client before the machine reads on: 16,384.
    pub owed: usize,
    /// After how many commands that were refused, in a row and by the machine,
    /// [`Event::Excess`](super::Event::Excess) comes: 20.
    pub max_errors: u32,
}

/// What needs nothing of the caller.
const DEFAULTS: &str = "IMAP4rev1 LITERAL+ SASL-IR ENABLE IDLE UNSELECT";

impl Config {
    /// The defaults, for a server that greets like this.
    #[must_use]
    pub fn new(greeting: impl Into<String>) -> Self {
        Self {
            greeting: greeting.into(),
            preauth: false,
            offers: DEFAULTS.split(' ').filter_map(|name| Atom::new(name).ok()).collect(),
            auth: Vec::new(),
            login: true,
            plaintext_auth_without_tls: false,
            require_tls: false,
            implicit_tls: false,
            leniency: Leniency::Lenient,
            unknown_parts: false,
            before_login: FrameLimits { line: 16 << 10, inline: 4096, frame: 32 << 10 },
            after_login: FrameLimits { line: 256 << 10, inline: 64 << 10, frame: 1 << 20 },
            sasl_line: line::MAX_LINE,
            append_limit: None,
            append_messages: 1_000,
            owed: 16_384,
            max_errors: 20,
        }
    }

    /// Offers these capabilities too, given with spaces between.
    ///
    /// ```
    /// use mailwire_imap::server::Config;
    ///
    /// assert!(Config::new("ready").offering("MOVE THREAD=REFERENCES")?.offers.has("MOVE"));
    /// assert!(Config::new("ready").offering("(").is_err());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If one is no atom.
    pub fn offering(mut self, names: &str) -> Result<Self, InvalidValue> {
        for name in names.split_ascii_whitespace() {
            self.offers.insert(Atom::new(name)?);
        }
        Ok(self)
    }

    /// Does not offer this one, of the defaults for example.
    ///
    /// ```
    /// use mailwire_imap::server::Config;
    ///
    /// let config = Config::new("ready").without("LITERAL+").offering("LITERAL-")?;
    /// assert!(!config.offers.has("LITERAL+"));
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        let left = self.offers.as_slice().iter().filter(|offer| !offer.eq_ignore_ascii_case(name));
        self.offers = left.cloned().collect();
        self
    }

    /// Whether one of these is offered.
    pub(super) fn offers_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.offers.has(name))
    }

    /// The mechanisms that AUTHENTICATE may use.
    pub(super) fn mechanisms(&self, tls: bool) -> impl Iterator<Item = Mechanism> {
        let plaintext = tls || self.plaintext_auth_without_tls;
        let any = tls || !self.require_tls;
        self.auth.iter().copied().filter(move |mechanism| {
            any && (plaintext || !mechanism.is_plaintext()) && (tls || !mechanism.is_plus())
        })
    }

    pub(super) fn allows_login(&self, tls: bool) -> bool {
        self.login && (tls || (self.plaintext_auth_without_tls && !self.require_tls))
    }
}
