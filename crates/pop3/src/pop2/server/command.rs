//! What the machine does about a command: the RFC's Server Decision Table.
use super::{
    super::{Acknowledgement, Command, Reply},
    Event, Pending, Phase, Refusal, Server,
};
use crate::{Error, Quirk};
use mailwire_core::LineEnd;

impl Server {
    /// Takes the next line, if one is there; whether something was done.
    pub(super) fn read_command(&mut self) -> bool {
        if self.is_over() {
            return false;
        }
        let line = match self.input.take_line(self.config.limits.line) {
            Ok(Some(line)) => line,
            Ok(None) if self.eof => {
                self.end(Phase::Failed(Error::Disconnected));
                return true;
            }
            Ok(None) => return false,
            Err(_) => return self.refuse(&Reply::TOO_LONG, Refusal::TooLong),
        };
        let bare = line.end == LineEnd::Lf;
        let tolerated = self.config.tolerated;
        let parsed = match bare && !tolerated.contains(Quirk::BareLf) {
            true => Err(crate::ParseErrorKind::ForbiddenOctet.at(line.content.len())),
            false => Command::parse(&line.content, tolerated),
        };
        match parsed {
            Ok((command, quirks)) => {
                let quirks = if bare { quirks.with(Quirk::BareLf) } else { quirks };
                if !quirks.is_empty() {
                    self.events.push_back(Event::Tolerated(quirks));
                }
                self.obey(command)
            }
            Err(error) => self.refuse(&Reply::NOT_UNDERSTOOD, Refusal::NotUnderstood(error)),
        }
    }

    /// The table. Always `true`: something was done.
    fn obey(&mut self, command: Command) -> bool {
        let verb = command.verb();
        match (command, self.phase) {
            (Command::Helo { user, password }, Phase::Auth) => {
                if !self.config.implicit_tls && !self.config.plaintext_auth_without_tls {
                    return self.refuse(&Reply::NEEDS_TLS, Refusal::NeedsTls);
                }
                self.ask(Pending::Hello, Event::Hello { user, password })
            }
            (Command::Fold(mailbox), Phase::Mbox | Phase::Item { .. }) => {
                let expunge = self.mailbox.release();
                self.ask(Pending::Fold, Event::Fold { mailbox, expunge })
            }
            (Command::Read(number), Phase::Mbox | Phase::Item { .. }) => {
                if self.config.close_on_empty && self.mailbox.is_empty() {
                    return self.hang_up(Refusal::NothingToRead);
                }
                if let Some(number) = number {
                    self.mailbox.select(number);
                }
                self.ask_size(&Reply::NO_SUCH_MESSAGE)
            }
            (Command::Retr, Phase::Item { size }) => match self.mailbox.current() {
                Some(message) if size > 0 => {
                    self.phase = Phase::Transfer { size, left: size };
                    self.ask(Pending::Body, Event::Retrieve { message, octets: size })
                }
                _ => self.hang_up(Refusal::NothingToRetrieve),
            },
            (Command::Acknowledge(how), Phase::Next { size }) => self.acknowledge(how, size),
            (Command::Quit, Phase::Auth | Phase::Mbox | Phase::Item { .. }) => {
                let expunge = self.mailbox.release();
                self.ask(Pending::Quit, Event::Quit { expunge })
            }
            _ => self.refuse(&Reply::OUT_OF_PLACE, Refusal::OutOfPlace { verb }),
        }
    }

    fn acknowledge(&mut self, how: Acknowledgement, size: u64) -> bool {
        if let Some(message) = self.mailbox.current() {
            self.events.push_back(Event::Acknowledged { message, how });
            if how == Acknowledgement::Delete {
                self.mailbox.mark(message);
            }
        }
        if how == Acknowledgement::Again {
            // The length of a message does not change while its mailbox is open.
            self.phase = Phase::Item { size };
            self.say(&Reply::length(size));
            return true;
        }
        self.mailbox.next();
        self.ask_size(&Reply::NO_MORE_MESSAGES)
    }

    /// Tells the length of the current message, which the caller knows if there is one.
    fn ask_size(&mut self, none: &Reply) -> bool {
        self.phase = Phase::Item { size: 0 };
        if let Some(message) = self.mailbox.current() {
            return self.ask(Pending::Size, Event::Size(message));
        }
        self.say(none);
        true
    }

    fn ask(&mut self, pending: Pending, event: Event) -> bool {
        self.events.push_back(event);
        self.pending = Some(pending);
        true
    }

    /// "Send `- error`, and close the connection."
    fn refuse(&mut self, reply: &Reply, refusal: Refusal) -> bool {
        self.say(reply);
        self.hang_up(refusal)
    }

    fn hang_up(&mut self, refusal: Refusal) -> bool {
        self.events.push_back(Event::Refused(refusal));
        self.end(Phase::Done);
        true
    }

    pub(super) fn say(&mut self, reply: &Reply) {
        self.output.encode(|out| reply.encode(out));
    }
}
