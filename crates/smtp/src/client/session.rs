//! The transitions: what the state and the server's reply lead to.
use alloc::boxed::Box;
use core::mem;

use mailwire_sasl::client::Exchange;

use super::{
    Client, Envelope, Event, NotSent, Outcome, Phase, Request, RequestId, Step, Then, TlsPolicy,
    auth::{self, Attempt, Progress},
    check::{Situation, domains},
    transaction::{Manner, Transaction},
};
use crate::{Capabilities, Command, Error, Extension, Reply, Severity, server::HelloVerb};

impl Client {
    /// Does the next thing that can be done; returns whether there was any.
    pub(super) fn advance(&mut self) -> bool {
        if matches!(self.phase, Phase::Idle) && !self.session.eof && self.start_next() {
            return true;
        }
        match &self.phase {
            Phase::Closed | Phase::Failed(_) => false,
            Phase::Upgrading if !self.input.is_empty() => self.fail(Error::PlaintextAfterStartTls),
            Phase::Upgrading if self.session.eof => self.fail(Error::Disconnected),
            Phase::Upgrading => false,
            Phase::Transaction(transaction) if transaction.wants_body() && !self.session.eof => {
                // What the server says now it says to the end of the message.
                false
            }
            _ => self.read(),
        }
    }

    /// Reads one reply, or takes note that none will come.
    fn read(&mut self) -> bool {
        let limits = &self.config.limits;
        let line = match &self.phase {
            // RFC 4954 §4: challenges can be much longer than other replies.
            Phase::Auth(_) => limits.sasl_line.max(limits.line),
            _ => limits.line,
        };
        match Reply::read(&mut self.input, line, limits.reply) {
            Ok(Some(reply)) => {
                let result = self.handle(reply);
                result.unwrap_or_else(|error| {
                    self.fail(error);
                });
                true
            }
            Ok(None) if self.session.eof => self.hang_up(),
            Ok(None) => false,
            Err(error) => self.fail(error.into()),
        }
    }

    /// Takes a reply.
    fn handle(&mut self, reply: Reply) -> Result<(), Error> {
        // RFC 5321 §3.8: the server may say so in answer to any command, or to none.
        if reply.code() == 421 {
            self.shut_down(reply, false);
            return Ok(());
        }
        let unexpected = Err(Error::UnexpectedReply { code: reply.code() });
        match (&mut self.phase, reply.severity()) {
            (Phase::Greeting, Severity::Positive) if reply.code() == 220 => {
                self.session.events.push_back(Event::Greeting(reply));
                self.send_hello(if self.config.is_lmtp() {
                    HelloVerb::Lhlo
                } else {
                    HelloVerb::Ehlo
                });
            }
            (Phase::Greeting, Severity::Positive)
            | (Phase::Greeting | Phase::Hello(_), Severity::Intermediate) => return unexpected,
            (Phase::Greeting, _) => {
                self.session.events.push_back(Event::Greeting(reply.clone()));
                self.shut_down(reply, true);
            }
            (Phase::Hello(verb), Severity::Positive) => {
                let offers = *verb != HelloVerb::Helo;
                *self.session.offers =
                    if offers { reply.detach().into() } else { Capabilities::default() };
                return self.finish_hello();
            }
            (Phase::Hello(HelloVerb::Ehlo), _) if matches!(reply.code(), 500 | 502 | 504 | 550) => {
                // RFC 5321 §3.2: a server that does not know EHLO knows HELO.
                self.send_hello(HelloVerb::Helo);
            }
            (Phase::Hello(_), _) => self.shut_down(reply, true),
            (Phase::StartTls, Severity::Positive) => self.phase = Phase::Upgrading,
            (Phase::StartTls, Severity::Intermediate) => return unexpected,
            (Phase::StartTls, _) if self.config.tls == TlsPolicy::Require => {
                return Err(Error::NoTls);
            }
            (Phase::StartTls, _) => self.become_ready(),
            (Phase::Idle, _) => return unexpected,
            (Phase::Resetting | Phase::Command { .. }, Severity::Intermediate) => {
                return unexpected;
            }
            (Phase::Resetting, _) => self.phase = Phase::Idle,
            (Phase::Command { .. }, _) => self.finish_command(reply),
            (Phase::Auth(attempt), _) => {
                let progress = attempt.advance(&reply, &mut self.output)?;
                return self.finish_auth(progress, reply);
            }
            (Phase::Transaction(transaction), _) if transaction.wants_body() => {
                // The server has closed, and this is why.
                self.end_request(Outcome::Refused { at: Step::Body, reply });
                return Err(Error::Disconnected);
            }
            (Phase::Transaction(transaction), _) => {
                transaction.advance(reply, &mut self.output, &mut self.session.events)?;
                self.finish_transaction();
            }
            (Phase::Upgrading | Phase::Closed | Phase::Failed(_), _) => return unexpected,
        }
        Ok(())
    }

    pub(super) fn send_hello(&mut self, verb: HelloVerb) {
        let name = self.config.name.clone();
        let command = match verb {
            HelloVerb::Helo => Command::Helo(name),
            HelloVerb::Ehlo => Command::Ehlo(name),
            HelloVerb::Lhlo => Command::Lhlo(name),
        };
        self.send_command(&command);
        self.phase = Phase::Hello(verb);
    }

    /// The server has said what it offers: ask for TLS, or be ready.
    fn finish_hello(&mut self) -> Result<(), Error> {
        let offered = self.session.offers.has(Extension::StartTls);
        match self.config.tls {
            _ if self.session.tls => self.become_ready(),
            TlsPolicy::Require if !offered => return Err(Error::NoTls),
            TlsPolicy::Require | TlsPolicy::IfOffered if offered => {
                self.send_command(&Command::StartTls);
                self.phase = Phase::StartTls;
            }
            TlsPolicy::Require | TlsPolicy::IfOffered | TlsPolicy::Never => self.become_ready(),
        }
        Ok(())
    }

    fn become_ready(&mut self) {
        let offers = Capabilities::clone(&self.session.offers);
        self.session.events.push_back(Event::Ready { offers, tls: self.session.tls });
        self.phase = Phase::Idle;
    }

    /// Starts the next request, if there is one.
    fn start_next(&mut self) -> bool {
        let Some((id, request)) = self.session.requests.pop_front() else { return false };
        if self.session.requests.is_empty() {
            // An idle session holds no memory.
            self.session.requests = Default::default();
        }
        match request {
            Request::Command(command) => self.start_command(id, &command),
            Request::Auth(exchange) => self.start_auth(id, exchange),
            Request::Message(envelope) => self.start_message(id, envelope),
        }
        true
    }

    fn start_command(&mut self, id: RequestId, command: &Command) {
        if let Err(reason) = self.situation().check_command(command) {
            let outcome = Outcome::NotSent(reason);
            self.session.events.push_back(Event::Done { request: id, outcome });
            return;
        }
        let then = match command {
            Command::Quit => Then::Close,
            Command::Xclient(_) => Then::StartOver,
            Command::Rset => {
                self.session.open_transaction = false;
                Then::GoOn
            }
            _ => Then::GoOn,
        };
        self.send_command(command);
        self.phase = Phase::Command { id, then };
    }

    fn finish_command(&mut self, reply: Reply) {
        let Phase::Command { id, then } = mem::replace(&mut self.phase, Phase::Idle) else {
            return;
        };
        let positive = reply.is_positive();
        let outcome = if positive {
            Outcome::Accepted(reply)
        } else {
            Outcome::Refused { at: Step::Command, reply }
        };
        self.session.events.push_back(Event::Done { request: id, outcome });
        match then {
            Then::GoOn => {}
            Then::Close => self.close(),
            // XCLIENT brings the session back to where it was after the greeting.
            Then::StartOver if positive => {
                self.session.authenticated = false;
                let lmtp = self.config.is_lmtp();
                self.send_hello(if lmtp { HelloVerb::Lhlo } else { HelloVerb::Ehlo });
            }
            Then::StartOver => {}
        }
    }

    fn start_auth(&mut self, id: RequestId, exchange: Box<Exchange>) {
        let may_show = self.session.tls || self.config.plaintext_auth_without_tls;
        let check = if self.session.authenticated {
            Err(NotSent::AlreadyAuthenticated)
        } else {
            auth::check(&exchange, &self.session.offers, may_show)
        };
        if let Err(reason) = check {
            let outcome = Outcome::NotSent(reason);
            let event = Event::AuthFailed { request: id, outcome, server_error: None };
            self.session.events.push_back(event);
        } else if self.reset_first() {
            self.session.requests.push_front((id, Request::Auth(exchange)));
        } else {
            let attempt = Attempt::start(id, *exchange, &mut self.output);
            self.phase = Phase::Auth(Box::new(attempt));
        }
    }

    fn finish_auth(&mut self, progress: Progress, reply: Reply) -> Result<(), Error> {
        let outcome = match progress {
            Progress::Continues => return Ok(()),
            Progress::Failed(outcome) => outcome,
            Progress::Distrusted(error) => {
                self.end_request(Outcome::Distrusted(error));
                return Err(Error::Distrusted);
            }
            Progress::Succeeded => Outcome::Accepted(reply),
        };
        let succeeded = outcome.is_accepted();
        self.end_request(outcome);
        self.session.authenticated |= succeeded;
        if succeeded && self.config.hello_after_auth {
            let lmtp = self.config.is_lmtp();
            self.send_hello(if lmtp { HelloVerb::Lhlo } else { HelloVerb::Ehlo });
        }
        Ok(())
    }

    fn start_message(&mut self, id: RequestId, mut envelope: Box<Envelope>) {
        if let Err(reason) = self.situation().check_message(&mut envelope) {
            let outcome = Outcome::NotSent(reason);
            for index in 0..envelope.recipients.len() {
                let outcome = outcome.clone();
                self.session.events.push_back(Event::Recipient { request: id, index, outcome });
            }
            self.session.events.push_back(Event::Done { request: id, outcome });
            return;
        }
        if self.reset_first() {
            self.session.requests.push_front((id, Request::Message(envelope)));
            return;
        }
        self.session.transactions += 1;
        if self.session.offers.limits().rcpt_domain_max().is_some() {
            self.session.domains.extend(domains(&envelope));
        }
        let manner = Manner {
            pipelining: self.config.pipelining && self.session.offers.has(Extension::Pipelining),
            lmtp: self.config.is_lmtp(),
            bare_line_ends: self.config.bare_line_ends,
        };
        let transaction = Transaction::start(id, *envelope, manner, &mut self.output);
        self.phase = Phase::Transaction(Box::new(transaction));
    }

    /// Goes back to idle if the transaction is over.
    pub(super) fn finish_transaction(&mut self) {
        if let Phase::Transaction(transaction) = &self.phase
            && transaction.is_over()
        {
            self.session.open_transaction = transaction.open;
            self.phase = Phase::Idle;
        }
    }

    /// Sends RSET if the last transaction left something behind.
    fn reset_first(&mut self) -> bool {
        let open = mem::take(&mut self.session.open_transaction);
        if open {
            self.send_command(&Command::Rset);
            self.phase = Phase::Resetting;
        }
        open
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            offers: &self.session.offers,
            tls: self.session.tls,
            transactions: self.session.transactions,
            domains: &self.session.domains,
        }
    }

    fn send_command(&mut self, command: &Command) {
        self.output.encode(|out| command.encode(out));
    }
}
