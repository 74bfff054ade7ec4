//! Where a session is, seen from outside.
use core::{fmt, time::Duration};

use super::{Client, Phase, Step};

/// Where a session is, for logs and asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Waiting for the greeting.
    Greeting,
    /// Finding out what the server offers.
    Hello,
    /// Changing to TLS.
    StartTls,
    /// Ready for a request.
    Ready,
    /// Authenticating.
    Auth,
    /// Waiting for replies to MAIL, RCPT, DATA.
    Envelope,
    /// The message is going out.
    Body,
    /// Waiting for what the server says to the message.
    End,
    /// Waiting for the reply to another command.
    Command,
    /// Over.
    Closed,
    /// Over, because of an error.
    Failed,
}

impl Client {
    /// Where the session is.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.phase {
            Phase::Greeting => State::Greeting,
            Phase::Hello(_) => State::Hello,
            Phase::StartTls | Phase::Upgrading => State::StartTls,
            Phase::Idle => State::Ready,
            Phase::Auth(_) => State::Auth,
            Phase::Transaction(transaction) => match transaction.step() {
                Step::Body => State::Body,
                Step::End => State::End,
                _ => State::Envelope,
            },
            Phase::Resetting | Phase::Command { .. } => State::Command,
            Phase::Closed => State::Closed,
            Phase::Failed(_) => State::Failed,
        }
    }

    /// How long to wait in this state (RFC 5321 §4.5.3.2): 2 minutes for 354, 3 for a piece of the
    /// message, 10 for the answer to it, else 5.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        let minutes = match &self.phase {
            Phase::Transaction(transaction) => match transaction.step() {
                Step::Data => 2,
                Step::Body => 3,
                Step::End => 10,
                _ => 5,
            },
            _ => 5,
        };
        Duration::from_secs(minutes * 60)
    }
}

/// Shows the state, and nothing of what is on the way: that can be a password.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state())
            .field("tls", &self.session.tls)
            .field("waiting", &self.session.requests.len())
            .finish_non_exhaustive()
    }
}
