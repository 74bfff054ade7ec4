//! How sessions end: every request gets its outcome first.
use alloc::collections::VecDeque;
use core::mem;

use super::{Client, Event, NotSent, Outcome, Phase, Request, RequestId, Step, Then};
use crate::{Command, Error, Reply};

impl Client {
    /// Ends the session with an error. Always `true`: something was done.
    pub(super) fn fail(&mut self, error: Error) -> bool {
        self.end_request(Outcome::Lost { at: self.step() });
        self.drop_requests(&Outcome::NotSent(NotSent::SessionOver));
        self.input.clear();
        self.phase = Phase::Failed(error);
        true
    }

    /// Ends the session as the server wants it.
    pub(super) fn shut_down(&mut self, reply: Reply, quit: bool) {
        self.end_request(Outcome::Refused { at: self.step(), reply: reply.clone() });
        self.drop_requests(&Outcome::Refused { at: Step::Session, reply: reply.clone() });
        self.session.events.push_back(Event::Closing(reply));
        if quit {
            self.output.encode(|out| Command::Quit.encode(out));
        }
        self.close();
    }

    /// Ends the session in order.
    pub(super) fn close(&mut self) {
        self.drop_requests(&Outcome::NotSent(NotSent::SessionOver));
        self.input.clear();
        self.phase = Phase::Closed;
    }

    /// The server sends no more, and there is no whole reply left.
    pub(super) fn hang_up(&mut self) -> bool {
        match &self.phase {
            Phase::Idle if self.input.is_empty() => self.close(),
            // What it would have said to QUIT is of no importance.
            Phase::Command { then: Then::Close, .. } => {
                self.end_request(Outcome::Lost { at: Step::Command });
                self.close();
            }
            _ => return self.fail(Error::Disconnected),
        }
        true
    }

    /// Gives the request that is under way this outcome, as far as it has none; the session is idle
    /// then.
    pub(super) fn end_request(&mut self, outcome: Outcome) {
        let events = &mut self.session.events;
        match mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Transaction(transaction) => transaction.settle(outcome, events),
            Phase::Command { id, .. } => events.push_back(Event::Done { request: id, outcome }),
            Phase::Auth(attempt) => {
                let event = match outcome {
                    Outcome::Accepted(reply) => Event::Authenticated { request: attempt.id, reply },
                    outcome => attempt.failed(outcome),
                };
                events.push_back(event);
            }
            // Nothing was asked for here.
            Phase::Greeting
            | Phase::Hello(_)
            | Phase::StartTls
            | Phase::Upgrading
            | Phase::Idle
            | Phase::Resetting
            | Phase::Closed
            | Phase::Failed(_) => {}
        }
    }

    /// Gives every request that waits this outcome.
    fn drop_requests(&mut self, outcome: &Outcome) {
        for (id, request) in mem::take(&mut self.session.requests) {
            drop_request(id, &request, outcome, &mut self.session.events);
        }
    }

    /// What the next reply is about.
    fn step(&self) -> Step {
        match &self.phase {
            Phase::Transaction(transaction) => transaction.step(),
            Phase::Auth(_) => Step::Auth,
            Phase::Command { .. } => Step::Command,
            _ => Step::Session,
        }
    }
}

fn drop_request(
    request: RequestId,
    what: &Request,
    outcome: &Outcome,
    events: &mut VecDeque<Event>,
) {
    let outcome = outcome.clone();
    match what {
        Request::Auth(_) => {
            events.push_back(Event::AuthFailed { request, outcome, server_error: None });
        }
        Request::Message(envelope) => {
            for index in 0..envelope.recipients.len() {
                let outcome = outcome.clone();
                events.push_back(Event::Recipient { request, index, outcome });
            }
            events.push_back(Event::Done { request, outcome });
        }
        Request::Command(_) => events.push_back(Event::Done { request, outcome }),
    }
}
