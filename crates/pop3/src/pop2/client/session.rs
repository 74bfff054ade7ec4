//! What the machine does about a reply: the RFC's Client Decision Table.
use alloc::collections::VecDeque;
use core::mem;

use mailwire_core::LineEnd;

use super::{
    super::{Command, Reply},
    Client, Event, NotSent, Outcome, Phase,
};
use crate::{Error, ParseErrorKind, Quirk, Quirks};

impl Client {
    /// Sends the next command or reads on; whether something was done.
    pub(super) fn advance(&mut self) -> bool {
        match self.phase {
            Phase::Closed | Phase::Failed(_) => false,
            Phase::Transfer { size, left } => self.receive(size, left),
            Phase::Greeting | Phase::Exit(_) => self.read_reply(),
            _ if self.current.is_some() => self.read_reply(),
            _ => self.start_next() || self.read_reply(),
        }
    }

    fn start_next(&mut self) -> bool {
        let Some((id, command)) = self.requests.pop_front() else { return false };
        if self.requests.is_empty() {
            // An idle session holds no memory.
            self.requests = VecDeque::new();
        }
        let shown = !self.config.implicit_tls && !self.config.plaintext_auth_without_tls;
        let reason = match (&command, self.phase) {
            (Command::Helo { .. }, Phase::Auth) => shown.then_some(NotSent::NeedsTls),
            (Command::Fold(_) | Command::Read(_), Phase::Mbox | Phase::Item { .. })
            | (Command::Retr, Phase::Item { size: 1.. })
            | (Command::Acknowledge(_), Phase::Next)
            | (Command::Quit, Phase::Auth | Phase::Mbox | Phase::Item { .. }) => None,
            (Command::Retr, Phase::Item { size: 0 }) => Some(NotSent::NothingToRetrieve),
            _ => Some(NotSent::OutOfPlace),
        };
        if let Some(reason) = reason {
            let outcome = Outcome::NotSent(reason);
            self.events.push_back(Event::Done { request: id, outcome });
            return true;
        }
        self.output.encode(|out| command.encode(out));
        match (&command, self.phase) {
            (Command::Quit, _) => self.phase = Phase::Exit(None),
            (Command::Retr, Phase::Item { size }) => {
                self.phase = Phase::Transfer { size, left: size };
            }
            _ => {}
        }
        self.current = Some((id, command));
        true
    }

    /// Exactly so many octets as were announced, whatever they are.
    fn receive(&mut self, size: u64, left: u64) -> bool {
        let Some(octets) = self.input.take_octets(left) else {
            if self.eof {
                self.fail(Error::Disconnected);
            }
            return self.eof;
        };
        let left = left - octets.len() as u64;
        self.events.push_back(Event::Chunk(octets));
        self.phase = Phase::Transfer { size, left };
        if left == 0 {
            self.phase = Phase::Next;
            self.settle(Outcome::Received { octets: size });
        }
        true
    }

    fn read_reply(&mut self) -> bool {
        let line = match self.input.take_line(self.config.limits.line) {
            Ok(Some(line)) => line,
            Ok(None) if self.eof => {
                self.hear_close();
                return true;
            }
            Ok(None) => return false,
            Err(error) => {
                self.garbage(Error::Limit(error));
                return true;
            }
        };
        let bare = line.end == LineEnd::Lf;
        if bare && !self.config.tolerated.contains(Quirk::BareLf) {
            let at = line.content.len();
            self.garbage(Error::BadReply(ParseErrorKind::ForbiddenOctet.at(at)));
            return true;
        }
        match Reply::parse(&line.content) {
            Ok(reply) => {
                if bare {
                    self.events.push_back(Event::Tolerated(Quirks::NONE.with(Quirk::BareLf)));
                }
                self.hear(reply);
            }
            Err(error) => self.garbage(Error::BadReply(error)),
        }
        true
    }

    /// The table.
    fn hear(&mut self, reply: Reply) {
        let command = self.current.as_ref().map(|(_, command)| command);
        let next = match (self.phase, command, &reply) {
            (Phase::Exit(error), ..) => {
                self.settle(match reply {
                    Reply::Ok(_) => Outcome::Accepted(reply),
                    _ => Outcome::Refused(reply),
                });
                return self.finish(error);
            }
            (Phase::Greeting, _, Reply::Ok(_)) if reply.greeting().is_some() => {
                self.events.push_back(Event::Greeting(reply));
                self.phase = Phase::Auth;
                return;
            }
            (_, Some(_), Reply::Error(_)) => {
                self.settle(Outcome::Refused(reply));
                return self.quit(None);
            }
            (_, None, Reply::Error(_)) => {
                self.events.push_back(Event::Closing(reply));
                return self.quit(None);
            }
            (_, Some(Command::Helo { .. } | Command::Fold(_)), Reply::Count { .. }) => Phase::Mbox,
            (_, Some(Command::Read(_) | Command::Acknowledge(_)), Reply::Length { octets, .. }) => {
                Phase::Item { size: *octets }
            }
            _ => return self.garbage(Error::UnexpectedReply),
        };
        self.phase = next;
        self.settle(Outcome::Accepted(reply));
    }

    /// "This is garbage. Send QUIT, and go to EXIT state." There, whatever it is, it is the end.
    fn garbage(&mut self, error: Error) {
        match self.phase {
            Phase::Exit(before) => self.finish(before),
            _ => self.quit(Some(error)),
        }
    }

    /// The server sends no more, and no whole line is left: nobody is there who could be told QUIT.
    fn hear_close(&mut self) {
        match self.phase {
            Phase::Exit(error) => self.finish(error),
            _ => self.fail(Error::Disconnected),
        }
    }

    /// Says QUIT on the machine's own account.
    pub(super) fn quit(&mut self, because: Option<Error>) {
        self.settle(Outcome::Lost);
        self.drop_requests();
        self.output.encode(|out| Command::Quit.encode(out));
        self.phase = Phase::Exit(because);
    }

    /// Ends a session that is in EXIT state.
    pub(super) fn finish(&mut self, error: Option<Error>) {
        match error {
            Some(error) => self.fail(error),
            None => self.end(Phase::Closed),
        }
    }

    fn fail(&mut self, error: Error) {
        self.end(Phase::Failed(error));
    }

    fn end(&mut self, phase: Phase) {
        self.settle(Outcome::Lost);
        self.drop_requests();
        self.input.clear();
        self.phase = phase;
    }

    /// Gives the command that is under way this outcome, if there is one.
    fn settle(&mut self, outcome: Outcome) {
        if let Some((request, _)) = self.current.take() {
            self.events.push_back(Event::Done { request, outcome });
        }
    }

    fn drop_requests(&mut self) {
        for (request, _) in mem::take(&mut self.requests) {
            let outcome = Outcome::NotSent(NotSent::SessionOver);
            self.events.push_back(Event::Done { request, outcome });
        }
    }
}
