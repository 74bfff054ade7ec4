//! How sessions end: every request gets its outcome first.

use super::{Client, Event, NotSent, Outcome, Phase, session::Then};
use crate::{Error, Status};
use core::mem;

impl Client {
    /// Ends the session with an error. Always `true`: something was done.
    pub(super) fn fail(&mut self, error: Error) -> bool {
        self.lose_requests();
        self.framer.clear();
        self.phase = Phase::Failed(error);
        true
    }

    /// Ends the session in order.
    pub(super) fn close(&mut self) {
        self.lose_requests();
        self.framer.clear();
        self.phase = Phase::Closed;
    }

    /// The server says that it closes. What it was asked before it may still answer.
    pub(super) fn take_bye(&mut self, status: Status) {
        self.session.events.push_back(Event::Bye(status));
        self.drop_waiting();
        // Some servers go on saying so for ever.
        let again = mem::replace(&mut self.session.bye, true);
        if again || self.session.pending.iter().all(|pending| pending.handle.is_none()) {
            self.close();
        } else {
            self.phase = Phase::Closing;
        }
    }

    /// The server sends no more, and nothing whole is left.
    pub(super) fn hang_up(&mut self) -> bool {
        let pending = &self.session.pending;
        let is_between = pending.is_empty() && self.framer.is_empty();
        let logs_out = pending.iter().any(|pending| matches!(pending.then, Then::Logout));
        match &self.phase {
            Phase::Closing => self.close(),
            Phase::Open if is_between || logs_out => self.close(),
            _ => return self.fail(Error::Disconnected),
        }
        true
    }

    /// Gives every request the outcome that the end of the session has for it.
    fn lose_requests(&mut self) {
        self.session.sending = None;
        for pending in mem::take(&mut self.session.pending) {
            if let Some(handle) = pending.handle {
                let done = Event::Done { handle, result: Outcome::Lost };
                self.session.events.push_back(done);
            }
        }
        self.drop_waiting();
    }

    fn drop_waiting(&mut self) {
        for waiting in mem::take(&mut self.session.waiting) {
            let result = Outcome::NotSent(NotSent::SessionOver);
            self.session.events.push_back(Event::Done { handle: waiting.handle, result });
        }
    }
}
