use alloc::{borrow::Cow, string::String, vec::Vec};
use core::ops::RangeInclusive;

use crate::{
    BindingError, ChannelBinding, Error, MAX_ITERATIONS, MIN_ITERATIONS, Mechanism, Secret, cram,
    saslprep,
    scram::{check_iterations, message::is_nonce},
    text,
};

/// What an exchange needs to know beforehand. The default does for `PLAIN`, `LOGIN`, `EXTERNAL`,
/// `ANONYMOUS` and the OAuth mechanisms.
///
/// ```
/// use mailwire_sasl::{ChannelBinding, server::Config};
///
/// let config = Config::new(mailwire_sasl::nonce(b"16 random octets"))
///     .with_hostname("mx.example.org")              // CRAM-MD5
///     .with_dummy("per-site secret", 10_000)        // SCRAM
///     .with_binding(ChannelBinding::TlsExporter(vec![7; 32]));
/// assert!(!format!("{config:?}").contains("per-site"));
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    nonce: String,
    hostname: String,
    bindings: Vec<ChannelBinding>,
    plus_offered: Option<bool>,
    iterations: RangeInclusive<u32>,
    dummy: Option<(Secret, u32)>,
    saslprep: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self::new("")
    }
}

impl Config {
    /// With a nonce: fresh and unpredictable printable ASCII without comma, from
    /// [`nonce`](crate::nonce) for example (RFC 5802 §5.1). In `CRAM-MD5` it becomes the left half of
    /// a `msg-id` and may be made of letters, digits, dots and ``!#$%&'*+-/=?^_`{|}~``.
    pub fn new(nonce: impl Into<String>) -> Self {
        Self {
            nonce: nonce.into(),
            hostname: String::new(),
            bindings: Vec::new(),
            plus_offered: None,
            iterations: MIN_ITERATIONS..=MAX_ITERATIONS,
            dummy: None,
            saslprep: true,
        }
    }

    /// Sets the primary host name of the server, which `CRAM-MD5` shows (RFC 2195 §2).
    pub fn with_hostname(mut self, hostname: impl Into<String>) -> Self {
        self.hostname = hostname.into();
        self
    }

    /// Adds a channel binding; the client picks among those added (RFC 5802 §6.1). The server then
    /// counts as offering `-PLUS`.
    pub fn with_binding(mut self, binding: ChannelBinding) -> Self {
        self.bindings.push(binding);
        self
    }

    /// Says whether `-PLUS` was offered, should that not follow from there being a binding. When it
    /// was, a client that says it was not (`y`) is the victim of a downgrade (RFC 5802 §6).
    pub fn with_plus_offered(mut self, offered: bool) -> Self {
        self.plus_offered = Some(offered);
        self
    }

    /// Bounds the iteration counts of [`ScramKeys`](super::ScramKeys);
    /// [`MIN_ITERATIONS`] to [`MAX_ITERATIONS`] unless set, and never below the former.
    pub fn with_iterations(mut self, bounds: RangeInclusive<u32>) -> Self {
        self.iterations = bounds;
        self
    }

    /// Sets what unknown users look like in SCRAM: salts made from a secret of the site, the same for
    /// all its exchanges, and the iteration count its users usually have. SCRAM does not start
    /// without, since it could not hide who exists.
    pub fn with_dummy(mut self, key: impl Into<Secret>, iterations: u32) -> Self {
        self.dummy = Some((key.into(), iterations));
        self
    }

    /// Switches `SASLprep` off for a user base that was made without (RFC 4616 §2 recommends it, for
    /// the names and passwords of `PLAIN`; here it also covers `LOGIN`, SCRAM names and authorization
    /// identities). What it changes is only ever non-ASCII text; what it refuses is control characters
    /// too.
    pub fn without_saslprep(mut self) -> Self {
        self.saslprep = false;
        self
    }

    pub(super) fn check(&self, mechanism: Mechanism) -> Result<(), Error> {
        if mechanism == Mechanism::CramMd5 {
            cram::challenge(&self.nonce, &self.hostname)?;
        }
        if mechanism.scram_hash().is_some() {
            if !is_nonce(&self.nonce) {
                return Err(Error::Argument("nonce"));
            }
            let (key, iterations) = self.dummy.as_ref().ok_or(Error::Argument("dummy key"))?;
            if key.is_empty() {
                return Err(Error::Argument("dummy key"));
            }
            check_iterations(*iterations, &self.iterations)?;
        }
        if mechanism.is_plus() && !self.bindings.iter().any(ChannelBinding::is_usable) {
            return Err(Error::ChannelBinding(BindingError::Missing));
        }
        Ok(())
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(super) fn hostname(&self) -> &str {
        &self.hostname
    }

    pub(super) fn iterations(&self) -> &RangeInclusive<u32> {
        &self.iterations
    }

    pub(super) fn dummy(&self) -> Option<(&Secret, u32)> {
        self.dummy.as_ref().map(|(key, iterations)| (key, *iterations))
    }

    pub(super) fn plus_offered(&self) -> bool {
        self.plus_offered.unwrap_or_else(|| self.bindings.iter().any(ChannelBinding::is_usable))
    }

    /// The data for a type of binding.
    pub(super) fn binding(&self, name: &str) -> Option<&[u8]> {
        let usable =
            |binding: &&ChannelBinding| binding.is_usable() && binding.name() == Some(name);
        self.bindings.iter().find(usable).map(ChannelBinding::data)
    }

    pub(super) fn prepares(&self) -> bool {
        self.saslprep
    }

    pub(super) fn prepare(&self, name: &str) -> Result<String, Error> {
        if !self.saslprep {
            return Ok(name.into());
        }
        Ok(saslprep::query_non_empty(name).map(Cow::into_owned)?)
    }

    pub(super) fn prepare_authzid(&self, authzid: &str) -> Result<String, Error> {
        if self.saslprep { text::prepared_authzid(authzid) } else { Ok(authzid.into()) }
    }
}
