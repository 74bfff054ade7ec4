//! Where a session is, seen from outside.

use super::{Client, Phase, session::Then};
use core::{fmt, time::Duration};

/// Where a session is, for logs and asserts (RFC 9051 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Waiting for the greeting.
    Greeting,
    /// Finding out what the server offers, or agreeing on something before requests have their turn.
    Preparing,
    /// Changing to TLS.
    StartTls,
    /// Changing to a compressed stream (RFC 4978).
    Compress,
    /// Nobody is logged in.
    NotAuthenticated,
    /// Somebody is logged in, no mailbox is selected.
    Authenticated,
    /// A mailbox is selected.
    Selected,
    /// Waiting for changes: IDLE.
    Idle,
    /// The client logs out, or the server has said BYE.
    Logout,
    /// Over.
    Closed,
    /// Over, because of an error.
    Failed,
}

/// RFC 9051 §5.4: a server waits for at least so long.
const AUTOLOGOUT: Duration = Duration::from_secs(30 * 60);
/// RFC 2177 §3: IDLE is to be ended and begun again before a server could lose its patience.
const IDLE: Duration = Duration::from_secs(29 * 60);
/// Nothing is lost if the end of a session is not awaited.
const END: Duration = Duration::from_secs(60);

impl Client {
    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        let session = &self.session;
        let is = |wanted: fn(&Then) -> bool| session.pending.iter().any(|p| wanted(&p.then));
        match &self.phase {
            Phase::Greeting => State::Greeting,
            Phase::Preparing if is(|then| matches!(then, Then::StartTls)) => State::StartTls,
            Phase::Preparing => State::Preparing,
            Phase::Upgrading(mailwire_core::Upgrade::Tls) => State::StartTls,
            Phase::Upgrading(_) => State::Compress,
            Phase::Closing => State::Logout,
            Phase::Open if is(|then| matches!(then, Then::Logout)) => State::Logout,
            Phase::Open if is(|then| matches!(then, Then::Idle(_))) => State::Idle,
            Phase::Open if session.selected.is_some() => State::Selected,
            Phase::Open if session.authenticated => State::Authenticated,
            Phase::Open => State::NotAuthenticated,
            Phase::Closed => State::Closed,
            Phase::Failed(_) => State::Failed,
        }
    }

    /// How long to wait for the next octets: 30 minutes (RFC 9051 §5.4); 29 minutes within IDLE, after
    /// which [`done`](Self::done) and another IDLE keep the session alive (RFC 2177 §3); one minute when
    /// it is about to end.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        match self.state() {
            State::Idle => IDLE,
            State::Logout | State::Closed | State::Failed => END,
            _ => AUTOLOGOUT,
        }
    }
}

/// Shows the state, and nothing of what is on the way: that can be a password.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state())
            .field("tls", &self.session.tls)
            .field("in_progress", &self.session.pending.len())
            .field("waiting", &self.session.waiting.len())
            .finish_non_exhaustive()
    }
}
