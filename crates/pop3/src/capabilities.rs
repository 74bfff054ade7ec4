//! What a server offers, all together ([RFC 2449 §5]).
//!
//! [RFC 2449 §5]: https://www.rfc-editor.org/rfc/rfc2449#section-5
use alloc::vec::Vec;

use bytes::BytesMut;

use crate::{Capability, Expiry};

/// The capabilities of a server, in the order of its listing.
///
/// They are those of one state: before TLS, before the login and after it there may be others.
///
/// ```
/// use mailwire_pop3::{Capabilities, Capability};
///
/// let lines = ["TOP", "SASL CRAM-MD5 KERBEROS_V4", "LOGIN-DELAY 900", "UTF8 USER"];
/// let offers: Capabilities = lines.into_iter().map(|l| Capability::parse(l.into())).collect();
/// assert!(offers.has("top") && !offers.has("UIDL"));
/// assert!(offers.mechanisms().eq(["CRAM-MD5", "KERBEROS_V4"]));
/// assert_eq!((offers.login_delay(), offers.utf8()), (Some((900, false)), Some(true)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Adds a capability behind the others.
    pub fn push(&mut self, capability: Capability) {
        self.0.push(capability);
    }

    /// The capabilities in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Capability> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is a capability of this name, in any case and whatever its parameters.
    #[must_use]
    pub fn has(&self, tag: &str) -> bool {
        self.0.iter().any(|capability| capability.tag().eq_ignore_ascii_case(tag))
    }

    /// The names of the SASL mechanisms.
    pub fn mechanisms(&self) -> impl Iterator<Item = &str> {
        let sasl = self.0.iter().filter_map(|capability| match capability {
            Capability::Sasl(names) => Some(names.iter()),
            _ => None,
        });
        sasl.flatten()
    }

    /// The fewest seconds between two logins, and whether they may be less for this user.
    #[must_use]
    pub fn login_delay(&self) -> Option<(u32, bool)> {
        self.0.iter().find_map(|capability| match capability {
            Capability::LoginDelay { seconds, per_user } => Some((*seconds, *per_user)),
            _ => None,
        })
    }

    /// How long messages are kept, and whether that may be longer for this user.
    #[must_use]
    pub fn expire(&self) -> Option<(Expiry, bool)> {
        self.0.iter().find_map(|capability| match capability {
            Capability::Expire { after, per_user } => Some((*after, *per_user)),
            _ => None,
        })
    }

    /// Whether UTF8 is offered, and if so, whether names and passwords may be UTF-8 too.
    #[must_use]
    pub fn utf8(&self) -> Option<bool> {
        self.0.iter().find_map(|capability| match capability {
            Capability::Utf8 { user } => Some(*user),
            _ => None,
        })
    }

    /// What the server calls itself. It must not change what the client does (RFC 2449 §6.9).
    #[must_use]
    pub fn implementation(&self) -> Option<&str> {
        self.0.iter().find_map(|capability| match capability {
            Capability::Implementation(words) => Some(words.as_str()),
            _ => None,
        })
    }

    /// Appends the lines of the listing, without the status line before and the dot behind them.
    pub fn encode(&self, out: &mut BytesMut) {
        self.0.iter().for_each(|capability| capability.encode(out));
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().collect())
    }
}

impl Extend<Capability> for Capabilities {
    fn extend<I: IntoIterator<Item = Capability>>(&mut self, capabilities: I) {
        self.0.extend(capabilities);
    }
}
