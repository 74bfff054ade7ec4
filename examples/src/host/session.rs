//! What a driver knows of a protocol.
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use mailwire_core::Upgrade;
use mailwire_sasl::ChannelBinding;

use super::mail::Watch;

/// Why a session or a connection broke, for the log.
pub type Failure = Box<dyn Error + Send + Sync>;

/// One end of one connection, with all that the host does in it and no I/O on the network: a machine, and
/// the answers to its events.
///
/// The vocabulary is that of the machines, less the events, which stay inside. A driver never sees a session:
/// a [`Connection`](super::connection::Connection) puts TLS and DEFLATE between the two.
pub trait Session: Send {
    /// Takes what the client sent.
    fn handle_input(&mut self, input: Bytes);

    /// Takes note that the client sends no more.
    fn handle_eof(&mut self);

    /// Answers what the client did and says what to do then. May read and write the store.
    fn poll(&mut self) -> Result<Step, Failure>;

    /// Takes note that the layer is in place that [`Step::Upgrade`] asked for, or that the connection was
    /// under TLS before the session began; and of what SCRAM can be bound to now.
    fn upgraded(&mut self, binding: &ChannelBinding) -> Result<(), Failure>;

    /// How long to wait for input, from now. Asked once for each wait.
    fn timeout(&mut self) -> Duration;

    /// Takes note that this time is over.
    fn handle_timeout(&mut self);

    /// What the session wants to be woken for while it waits, if for anything.
    fn watch(&self) -> Option<Arc<Watch>> {
        None
    }

    /// Takes note that something of that has happened.
    fn wake(&mut self) {}
}

/// What a session wants next. All but the first repeat until something is done about them.
#[derive(Debug)]
pub enum Step {
    /// Send these octets.
    Transmit(Bytes),
    /// Wait for input, for the time to be over, or for what is watched.
    NeedInput,
    /// Put this layer under the session.
    Upgrade(Upgrade),
    /// Close the connection.
    Closed,
}

/// How long a client may take that is not silent, but sends octet after octet of nothing.
///
/// A command, or a block of a message, has to be there whole within the time; only then it starts again.
#[derive(Debug)]
pub struct Patience {
    deadline: Instant,
    progress: bool,
    octets: usize,
}

/// How much of a message counts: about a line at its longest (RFC 5321 §4.5.3.1.6).
const BLOCK: usize = 1_000;

impl Default for Patience {
    fn default() -> Self {
        Self { deadline: Instant::now(), progress: true, octets: 0 }
    }
}

impl Patience {
    /// Something whole has come or gone.
    pub fn renew(&mut self) {
        self.progress = true;
    }

    /// So many octets of a message have come.
    pub fn add(&mut self, octets: usize) {
        self.octets += octets;
        self.progress |= self.octets >= BLOCK;
    }

    /// What is left, of so much time if it has just begun.
    pub fn left(&mut self, whole: Duration) -> Duration {
        let now = Instant::now();
        if self.progress {
            self.deadline = now + whole;
            (self.progress, self.octets) = (false, 0);
        }
        self.deadline.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_progress_earns_time() {
        let whole = Duration::from_secs(100);
        let mut patience = Patience::default();
        let first = patience.left(whole);
        std::thread::sleep(Duration::from_millis(5));
        patience.add(BLOCK - 1);
        assert!(patience.left(whole) < first);
        patience.add(1);
        assert_eq!(patience.left(whole), whole);
        std::thread::sleep(Duration::from_millis(5));
        patience.add(BLOCK - 1);
        assert!(patience.left(whole) < whole);
        patience.renew();
        assert_eq!(patience.left(whole), whole);
    }
}
