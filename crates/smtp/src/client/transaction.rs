//! One message: MAIL, RCPT, DATA or BDAT, and what the server says to each.
//!
//! With PIPELINING the envelope goes out as one group (RFC 2920 §3.1), else command by command. Replies
//! are matched by counting, never by what they say.
use alloc::collections::VecDeque;
use core::mem;

use mailwire_core::{BareLineEnds, DotWriter, OutputQueue};

use super::{Envelope, Event, Outcome, RequestId, Step, body::Chunks};
use crate::{Command, Error, Reply, Severity, server::Transfer};

/// How the session treats its transactions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) pipelining: bool,
    pub(super) lmtp: bool,
    pub(super) bare_line_ends: BareLineEnds,
}

#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) id: RequestId,
    envelope: Envelope,
    manner: Manner,
    /// How many commands of the envelope were sent, and answered.
    sent: usize,
    answered: usize,
    /// The recipients that were accepted and wait for the end.
    accepted: VecDeque<usize>,
    /// How many recipients the server accepted, even if nothing came of it.
    taken: usize,
    stage: Stage,
    /// Why nothing can come of it any more. Every recipient has been told.
    failure: Option<Outcome>,
    /// What the last recipient that was refused was told.
    refusal: Option<Reply>,
    /// MAIL was accepted, and neither the end of the message nor RSET has undone it.
    pub(super) open: bool,
}

#[derive(Debug)]
enum Stage {
    Envelope,
    Data(DotWriter),
    Chunks(Chunks),
    /// The message is complete; so many replies are due.
    End {
        due: usize,
        best: Option<Outcome>,
    },
    Over,
}

/// A command of the envelope.
enum Line {
    Mail,
    Rcpt(usize),
    Data,
}

/// How many commands may be without a reply: their replies fit in any receive buffer, so a caller that
/// writes without reading cannot lock up both ends (RFC 2920 §3.1).
const WINDOW: usize = 100;

impl Transaction {
    pub(super) fn start(
        id: RequestId,
        envelope: Envelope,
        manner: Manner,
        output: &mut OutputQueue,
    ) -> Self {
        let mut transaction = Self {
            id,
            envelope,
            manner,
            sent: 0,
            answered: 0,
            accepted: VecDeque::new(),
            taken: 0,
            stage: Stage::Envelope,
            failure: None,
            refusal: None,
            open: false,
        };
        transaction.send_envelope(output);
        transaction
    }

    /// What the next reply is about.
    pub(super) fn step(&self) -> Step {
        match &self.stage {
            Stage::Envelope => match self.line(self.answered) {
                Line::Mail => Step::Mail,
                Line::Rcpt(_) => Step::Rcpt,
                Line::Data => Step::Data,
            },
            Stage::Chunks(chunks) if chunks.last_sent => Step::End,
            Stage::Data(_) | Stage::Chunks(_) => Step::Body,
            Stage::End { .. } | Stage::Over => Step::End,
        }
    }

    /// Whether it is the caller's turn to go on with the message.
    pub(super) fn wants_body(&self) -> bool {
        match &self.stage {
            Stage::Data(_) => true,
            Stage::Chunks(chunks) => chunks.wants_more(),
            Stage::Envelope | Stage::End { .. } | Stage::Over => false,
        }
    }

    /// Whether the caller may go on with the message.
    pub(super) fn takes_body(&self) -> bool {
        match &self.stage {
            Stage::Data(_) => true,
            Stage::Chunks(chunks) => !chunks.finished,
            Stage::Envelope | Stage::End { .. } | Stage::Over => false,
        }
    }

    /// Whether nothing is left to come.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// Whether the message is going out as text, so that there is no way back.
    pub(super) fn is_data(&self) -> bool {
        matches!(self.stage, Stage::Data(_))
    }

    pub(super) fn send_body(
        &mut self,
        octets: bytes::Bytes,
        output: &mut OutputQueue,
    ) -> Result<(), Error> {
        match &mut self.stage {
            Stage::Data(writer) => writer
                .write(octets, output)
                .map_err(|bare| Error::BareLineEnd { offset: bare.offset }),
            Stage::Chunks(chunks) => {
                chunks.push(octets, output);
                Ok(())
            }
            Stage::Envelope | Stage::End { .. } | Stage::Over => Err(Error::Misuse),
        }
    }

    pub(super) fn finish_body(&mut self, output: &mut OutputQueue) -> Result<(), Error> {
        let due = self.replies_due();
        match mem::replace(&mut self.stage, Stage::End { due, best: None }) {
            Stage::Data(writer) => {
                writer.finish(output).map_err(|bare| Error::BareLineEnd { offset: bare.offset })
            }
            mut stage => {
                if let Stage::Chunks(chunks) = &mut stage {
                    chunks.finish(output);
                }
                self.stage = stage;
                Ok(())
            }
        }
    }

    /// Stops sending chunks; the replies to those that were sent are still to come.
    pub(super) fn abandon(&mut self, events: &mut VecDeque<Event>) {
        self.fail(Outcome::Abandoned, events);
        if let Stage::Chunks(chunks) = &mut self.stage {
            chunks.stop();
            if chunks.unanswered == 0 {
                self.finish(events);
            }
        }
    }

    /// Takes the reply that is due. An error says that it cannot be the answer.
    pub(super) fn advance(
        &mut self,
        reply: Reply,
        output: &mut OutputQueue,
        events: &mut VecDeque<Event>,
    ) -> Result<(), Error> {
        match &mut self.stage {
            Stage::Envelope => self.advance_envelope(reply, output, events)?,
            Stage::Data(_) | Stage::Over => return unexpected(&reply),
            Stage::Chunks(chunks) if chunks.last_sent && chunks.unanswered == 1 => {
                if self.failure.is_none() {
                    self.stage = Stage::End { due: self.replies_due(), best: None };
                    self.advance_end(reply, events)?;
                } else {
                    self.finish(events);
                }
            }
            Stage::Chunks(chunks) => {
                chunks.unanswered -= 1;
                self.advance_chunk(reply, output, events)?;
            }
            Stage::End { .. } => self.advance_end(reply, events)?,
        }
        Ok(())
    }

    fn advance_envelope(
        &mut self,
        reply: Reply,
        output: &mut OutputQueue,
        events: &mut VecDeque<Event>,
    ) -> Result<(), Error> {
        let line = self.line(self.answered);
        if let (Line::Mail | Line::Rcpt(_), Severity::Intermediate)
        | (Line::Data, Severity::Positive) = (&line, reply.severity())
        {
            return unexpected(&reply);
        }
        self.answered += 1;
        match (line, reply.severity()) {
            (Line::Mail, Severity::Positive) => self.open = true,
            (Line::Mail, _) => self.fail(Outcome::Refused { at: Step::Mail, reply }, events),
            (Line::Rcpt(index), Severity::Positive) => {
                self.taken += 1;
                if self.failure.is_none() {
                    self.accepted.push_back(index);
                }
            }
            (Line::Rcpt(index), _) => {
                if self.failure.is_none() {
                    self.refusal = Some(reply.clone());
                    let outcome = Outcome::Refused { at: Step::Rcpt, reply };
                    events.push_back(Event::Recipient { request: self.id, index, outcome });
                }
            }
            (Line::Data, Severity::Intermediate) => return self.start_data(&reply, output, events),
            (Line::Data, _) => {
                if !self.accepted.is_empty() {
                    self.fail(Outcome::Refused { at: Step::Data, reply }, events);
                }
            }
        }
        self.send_envelope(output);
        if self.answered < self.sent {
            return Ok(());
        }
        // Everything that was sent is answered, and nothing more is to be sent.
        if self.envelope.transfer == Transfer::Bdat && !self.accepted.is_empty() {
            // In LMTP the last chunk has a reply for each recipient: nothing else must be under way.
            let pipelined = self.manner.pipelining && !self.manner.lmtp;
            self.stage = Stage::Chunks(Chunks::new(pipelined));
            events.push_back(Event::SendBody(self.id));
        } else {
            self.finish(events);
        }
        Ok(())
    }

    /// 354 was said.
    fn start_data(
        &mut self,
        reply: &Reply,
        output: &mut OutputQueue,
        events: &mut VecDeque<Event>,
    ) -> Result<(), Error> {
        if !self.accepted.is_empty() {
            self.stage = Stage::Data(DotWriter::new(self.manner.bare_line_ends));
            events.push_back(Event::SendBody(self.id));
            return Ok(());
        }
        // Nobody is there to receive it: end it at once (RFC 2920 §3.1).
        let due = if self.manner.lmtp { self.taken } else { 1 };
        if due == 0 {
            // LMTP would have no reply to the end (RFC 2033 §4.2 demands 503 instead of 354).
            return unexpected(reply);
        }
        output.put(b".\r\n");
        if self.failure.is_none() {
            self.failure =
                self.refusal.take().map(|reply| Outcome::Refused { at: Step::Rcpt, reply });
        }
        self.stage = Stage::End { due, best: None };
        Ok(())
    }

    fn advance_chunk(
        &mut self,
        reply: Reply,
        output: &mut OutputQueue,
        events: &mut VecDeque<Event>,
    ) -> Result<(), Error> {
        match reply.severity() {
            Severity::Intermediate => return unexpected(&reply),
            Severity::Positive => {}
            // RFC 3030 §2: the rest would be refused too.
            _ => self.fail(Outcome::Refused { at: Step::Body, reply }, events),
        }
        let Stage::Chunks(chunks) = &mut self.stage else { return Ok(()) };
        if self.failure.is_none() {
            chunks.send(output);
            return Ok(());
        }
        chunks.stop();
        if chunks.unanswered == 0 {
            self.finish(events);
        }
        Ok(())
    }

    /// Takes a verdict on the message: one for all, or in LMTP one for each recipient (RFC 2033 §4.2).
    fn advance_end(&mut self, reply: Reply, events: &mut VecDeque<Event>) -> Result<(), Error> {
        let outcome = match reply.severity() {
            Severity::Intermediate => return unexpected(&reply),
            Severity::Positive => Outcome::Accepted(reply),
            _ => Outcome::Refused { at: Step::End, reply },
        };
        self.open = false;
        let Stage::End { due, best } = &mut self.stage else { return Ok(()) };
        *due -= 1;
        let over = *due == 0;
        if self.failure.is_none() {
            let told = if over { self.accepted.len() } else { 1 };
            for index in self.accepted.drain(..told) {
                let outcome = outcome.clone();
                events.push_back(Event::Recipient { request: self.id, index, outcome });
            }
            if outcome.is_accepted() || !best.as_ref().is_some_and(Outcome::is_accepted) {
                *best = Some(outcome);
            }
        }
        if over {
            self.failure = self.failure.take().or(best.take());
            self.finish(events);
        }
        Ok(())
    }

    /// Ends it however far it is: tells every recipient that was not told, and the whole.
    pub(super) fn settle(mut self, outcome: Outcome, events: &mut VecDeque<Event>) {
        self.fail(outcome, events);
        self.finish(events);
    }

    /// Tells every recipient that was not told; the first failure counts.
    fn fail(&mut self, outcome: Outcome, events: &mut VecDeque<Event>) {
        if self.failure.is_some() || self.is_over() {
            return;
        }
        let unanswered = self.answered.saturating_sub(1)..self.envelope.recipients.len();
        for index in mem::take(&mut self.accepted).into_iter().chain(unanswered) {
            let outcome = outcome.clone();
            events.push_back(Event::Recipient { request: self.id, index, outcome });
        }
        self.failure = Some(outcome);
    }

    fn finish(&mut self, events: &mut VecDeque<Event>) {
        if self.is_over() {
            return;
        }
        // A recipient that has the message has it, whatever came after.
        let accepted = match mem::replace(&mut self.stage, Stage::Over) {
            Stage::End { best, .. } => best.filter(Outcome::is_accepted),
            Stage::Envelope | Stage::Data(_) | Stage::Chunks(_) | Stage::Over => None,
        };
        let refused = self.refusal.take().map(|reply| Outcome::Refused { at: Step::Rcpt, reply });
        let outcome = accepted.or(self.failure.take()).or(refused);
        let outcome = outcome.expect("an outcome or a refused recipient");
        events.push_back(Event::Done { request: self.id, outcome });
    }

    /// Sends as much of the envelope as may be sent now.
    fn send_envelope(&mut self, output: &mut OutputQueue) {
        let window = if self.manner.pipelining { WINDOW } else { 1 };
        while self.failure.is_none()
            && self.sent < self.lines()
            && self.sent - self.answered < window
        {
            let command = match self.line(self.sent) {
                // Not into the void, if that is known already.
                Line::Data if self.answered == self.sent && self.accepted.is_empty() => return,
                Line::Data => Command::Data,
                Line::Mail => Command::Mail {
                    from: self.envelope.from.clone(),
                    params: self.envelope.params.clone(),
                },
                Line::Rcpt(index) => {
                    let (to, params) = &self.envelope.recipients[index];
                    Command::Rcpt { to: to.clone(), params: params.clone() }
                }
            };
            output.encode(|out| command.encode(out));
            self.sent += 1;
        }
    }

    fn line(&self, number: usize) -> Line {
        match number.checked_sub(1) {
            None => Line::Mail,
            Some(index) if index < self.envelope.recipients.len() => Line::Rcpt(index),
            Some(_) => Line::Data,
        }
    }

    fn lines(&self) -> usize {
        let data = usize::from(self.envelope.transfer == Transfer::Data);
        1 + self.envelope.recipients.len() + data
    }

    /// How many replies the end of the message has.
    fn replies_due(&self) -> usize {
        if self.manner.lmtp { self.accepted.len() } else { 1 }
    }
}

fn unexpected<T>(reply: &Reply) -> Result<T, Error> {
    Err(Error::UnexpectedReply { code: reply.code() })
}
