//! How sessions end: every request gets its outcome first.
use core::mem;

use super::{Client, Event, NotSent, Outcome, Phase, Request, RequestId, answer::Form};
use crate::{Error, Reply};

impl Client {
    /// Ends the session with an error. Always `true`: something was done.
    pub(super) fn fail(&mut self, error: Error) -> bool {
        self.lose_requests();
        self.input.clear();
        self.phase = Phase::Failed(error);
        true
    }

    /// Ends the session as the server wants it, in place of a greeting.
    pub(super) fn shut_down(&mut self, reply: Reply) {
        self.drop_requests(&Outcome::Refused(reply.clone()));
        self.session.events.push_back(Event::Closing(reply));
        self.close();
    }

    /// Ends the session in order.
    pub(super) fn close(&mut self) {
        self.lose_requests();
        self.input.clear();
        self.phase = Phase::Closed;
    }

    /// The server sends no more, and there is no whole line left.
    pub(super) fn hang_up(&mut self) -> bool {
        let due = self.session.due.front().map(|due| due.form);
        match (&self.phase, due) {
            (Phase::Open, None) if self.input.is_empty() => self.close(),
            // What it would have said to QUIT: whether it has deleted what it was to delete.
            (Phase::Open, Some(Form::Quit)) => self.close(),
            _ => return self.fail(Error::Disconnected),
        }
        true
    }

    /// Gives every request the outcome that the end of the session has for it.
    fn lose_requests(&mut self) {
        self.session.text = None;
        for due in mem::take(&mut self.session.due) {
            let event = Event::Done { request: due.id, outcome: Outcome::Lost };
            self.session.events.push_back(event);
        }
        self.end_login(Outcome::Lost);
        self.drop_requests(&Outcome::NotSent(NotSent::SessionOver));
    }

    /// Gives every request that waits this outcome.
    fn drop_requests(&mut self, outcome: &Outcome) {
        for (request, what) in mem::take(&mut self.session.requests) {
            self.session.events.push_back(unsent(request, &what, outcome.clone()));
        }
    }
}

fn unsent(request: RequestId, what: &Request, outcome: Outcome) -> Event {
    match what {
        Request::Login(_) | Request::Auth(_) => {
            Event::LoginFailed { request, outcome, server_error: None }
        }
        Request::Command(_) | Request::Lines(_) => Event::Done { request, outcome },
    }
}
