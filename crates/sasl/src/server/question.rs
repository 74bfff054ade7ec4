use alloc::{string::String, vec::Vec};
use core::num::NonZeroU16;

use crate::{Hash, Identity, Mechanism, Secret};

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Send this challenge (nothing is an empty challenge) and
    /// [`respond`](super::Exchange::respond) with the answer.
    Challenge(Vec<u8>),
    /// The caller has to decide or to look something up.
    Ask(Question),
    /// The client is authenticated: 235, `+OK`, `OK`.
    Done(Identity),
    /// It is not: 535, `-ERR`, `NO`. Wrong secret and unknown user are the same.
    Failed,
}

/// What only the caller knows ([RFC 4422 §3.4.1] for the two identities).
///
/// [RFC 4422 §3.4.1]: https://www.rfc-editor.org/rfc/rfc4422#section-3.4.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question {
    /// `PLAIN`, `LOGIN`: is this the password, and may the user act as `authzid`?
    /// [`accept`](super::Exchange::accept) or [`reject`](super::Exchange::reject).
    Password {
        /// Whom to act as; empty for the user itself.
        authzid: String,
        /// The user.
        authcid: String,
        /// What the user typed; `==` against a [`Secret`] takes constant time.
        password: Secret,
    },
    /// `CRAM-MD5`: what is the password? [`supply`](super::Exchange::supply).
    Secret {
        /// The user.
        authcid: String,
    },
    /// SCRAM: what was stored? [`supply_scram`](super::Exchange::supply_scram).
    ScramKeys {
        /// For which hash function.
        hash: Hash,
        /// The user.
        authcid: String,
        /// Whom to act as; [`Authorize`](Self::Authorize) asks once the user has been authenticated.
        authzid: String,
    },
    /// `OAUTHBEARER`, `XOAUTH2`: is the token good for this user, and this host if it is named?
    /// [`accept`](super::Exchange::accept), [`accept_as`](super::Exchange::accept_as),
    /// [`reject`](super::Exchange::reject) or [`reject_token`](super::Exchange::reject_token).
    Token {
        /// Which of the two.
        mechanism: Mechanism,
        /// The user; may be empty in `OAUTHBEARER`.
        authzid: String,
        /// The token; empty when the client asks what is wanted (RFC 7628 §4.3).
        token: Secret,
        /// Where the client believes to be (RFC 7628 §3.1); to be compared with where it is (§3.2).
        host: Option<String>,
        /// The port of it.
        port: Option<NonZeroU16>,
    },
    /// `EXTERNAL`: do the credentials below allow this?
    /// [`accept_as`](super::Exchange::accept_as) or [`reject`](super::Exchange::reject).
    External {
        /// Whom to act as; empty for whoever the credentials name.
        authzid: String,
    },
    /// `ANONYMOUS`: is anybody let in? [`accept`](super::Exchange::accept) or
    /// [`reject`](super::Exchange::reject).
    Anonymous {
        /// What the client says about itself; not authenticated.
        trace: String,
    },
    /// SCRAM: the user is authenticated and wants to act as somebody else.
    /// [`accept`](super::Exchange::accept) or [`reject`](super::Exchange::reject).
    Authorize {
        /// The user.
        authcid: String,
        /// Whom to act as.
        authzid: String,
    },
}
