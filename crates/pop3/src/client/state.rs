//! Where a session is, seen from outside.
use core::{fmt, time::Duration};

use super::{Client, Phase};

/// Where a session is, for logs and asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Waiting for the greeting.
    Greeting,
    /// Finding out what the server offers.
    Capabilities,
    /// Changing to TLS.
    StartTls,
    /// Ready for requests, nobody is logged in: the AUTHORIZATION state (RFC 1939 §4).
    Authorization,
    /// Logging in.
    Login,
    /// Ready for requests, somebody is logged in: the TRANSACTION state (RFC 1939 §5).
    Transaction,
    /// A message or a listing is coming in.
    Text,
    /// Over.
    Closed,
    /// Over, because of an error.
    Failed,
}

/// RFC 1939 §3: a server may log a client out that was silent for so long, and not earlier.
const AUTOLOGOUT: Duration = Duration::from_secs(10 * 60);

impl Client {
    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.phase {
            Phase::Greeting => State::Greeting,
            Phase::Capa(_) => State::Capabilities,
            Phase::Stls | Phase::Upgrading => State::StartTls,
            Phase::Login(_) => State::Login,
            Phase::Open if self.session.text.is_some() => State::Text,
            Phase::Open if self.session.logged_in => State::Transaction,
            Phase::Open => State::Authorization,
            Phase::Closed => State::Closed,
            Phase::Failed(_) => State::Failed,
        }
    }

    /// How long to wait for the next octets: 10 minutes, in every state.
    ///
    /// RFC 1939 knows one timer only, the server's for clients that are silent (§3). A client that wants
    /// to stay longer says NOOP in time; one that waits for an answer may give up when it is over.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        AUTOLOGOUT
    }
}

/// Shows the state, and nothing of what is on the way: that can be a password.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state())
            .field("tls", &self.session.tls)
            .field("unanswered", &self.session.due.len())
            .field("waiting", &self.session.requests.len())
            .finish_non_exhaustive()
    }
}
