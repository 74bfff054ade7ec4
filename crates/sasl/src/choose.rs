use crate::{Credentials, Mechanism};

/// What may be used on this connection, by either side.
///
/// ```
/// use mailwire_sasl::{Mechanism, Policy};
///
/// // A server, before and after STARTTLS:
/// let offer = |tls| Mechanism::ALL.into_iter().filter(move |&m| Policy::new(tls).permits(m));
/// assert!(!offer(false).any(|m| m == Mechanism::Plain));
/// assert!(offer(true).any(|m| m == Mechanism::Plain));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    tls: bool,
    plaintext_without_tls: bool,
    channel_binding: bool,
    refused: u16,
}

impl Policy {
    /// The safe policy: no passwords and tokens in the clear unless TLS is in place; no binding.
    pub fn new(tls: bool) -> Self {
        Self { tls, plaintext_without_tls: false, channel_binding: false, refused: 0 }
    }

    /// Allows passwords and tokens to cross the network in the clear.
    ///
    /// ```
    /// use mailwire_sasl::{Mechanism, Policy};
    ///
    /// assert!(!Policy::new(false).permits(Mechanism::Login));
    /// assert!(Policy::new(false).with_plaintext_allowed().permits(Mechanism::Login));
    /// ```
    pub fn with_plaintext_allowed(mut self) -> Self {
        self.plaintext_without_tls = true;
        self
    }

    /// Allows the `-PLUS` mechanisms: there is a [`ChannelBinding`](crate::ChannelBinding).
    pub fn with_channel_binding(mut self, available: bool) -> Self {
        self.channel_binding = available;
        self
    }

    /// Leaves a mechanism out, one that the server has just refused for example.
    ///
    /// ```
    /// use mailwire_sasl::{Credentials, Mechanism, Policy, choose};
    ///
    /// let offered = ["SCRAM-SHA-256", "CRAM-MD5", "PLAIN"];
    /// let tim = Credentials::password("tim", "tanstaaf")?;
    /// let policy = Policy::new(true).without(Mechanism::ScramSha256);
    /// assert_eq!(choose(offered, &tim, &policy), Ok(Mechanism::CramMd5));
    /// # Ok::<(), mailwire_sasl::Error>(())
    /// ```
    pub fn without(mut self, mechanism: Mechanism) -> Self {
        self.refused |= bit(mechanism);
        self
    }

    /// Whether the mechanism may be offered or used.
    pub fn permits(&self, mechanism: Mechanism) -> bool {
        let clear = mechanism.is_plaintext() && !self.tls && !self.plaintext_without_tls;
        let unbound = mechanism.is_plus() && !self.channel_binding;
        !clear && !unbound && self.refused & bit(mechanism) == 0
    }
}

fn bit(mechanism: Mechanism) -> u16 {
    1 << mechanism as u16
}

/// Picks the strongest mechanism that the server offers, the credentials fill and the policy permits.
///
/// The order is that of [`Mechanism::ALL`], whatever the order of the offer. When the server refuses
/// the choice, take it out with [`Policy::without`] and choose again: the policy still holds, so there
/// is no way down to plaintext without TLS. Call it with the list the server gave *after* TLS.
///
/// ```
/// use mailwire_sasl::{Credentials, Mechanism, NoMechanism, Policy, choose};
///
/// let tim = Credentials::password("tim", "tanstaaf")?;
/// let offered = "LOGIN plain GSSAPI CRAM-MD5".split(' ');
/// assert_eq!(choose(offered, &tim, &Policy::new(true)), Ok(Mechanism::CramMd5));
///
/// let no_tls = Policy::new(false);
/// assert_eq!(choose(["PLAIN"], &tim, &no_tls), Err(NoMechanism::NeedsTls));
/// assert_eq!(choose(["GSSAPI"], &tim, &no_tls), Err(NoMechanism::NoneInCommon));
/// # Ok::<(), mailwire_sasl::Error>(())
/// ```
pub fn choose<'a, I>(
    offered: I,
    credentials: &Credentials,
    policy: &Policy,
) -> Result<Mechanism, NoMechanism>
where
    I: IntoIterator<Item = &'a str>,
{
    let offered = offered
        .into_iter()
        .filter_map(|name| name.parse().ok())
        .fold(0, |set, mechanism| set | bit(mechanism));
    let mut common = Mechanism::ALL.into_iter().filter(|&m| {
        offered & bit(m) != 0 && credentials.support(m) && policy.refused & bit(m) == 0
    });
    let best = common.clone().find(|&m| policy.permits(m));
    best.ok_or_else(|| {
        if common.any(Mechanism::is_plaintext) {
            NoMechanism::NeedsTls
        } else {
            NoMechanism::NoneInCommon
        }
    })
}

/// Why there is nothing to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NoMechanism {
    /// What is offered, can be served and was not refused would show a secret in the clear.
    #[error("only plaintext mechanisms are left and there is no TLS")]
    NeedsTls,
    /// The server offers nothing the credentials are good for, or has refused all of it.
    #[error("no mechanism in common")]
    NoneInCommon,
}
