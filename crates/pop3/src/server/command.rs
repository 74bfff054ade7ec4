//! The client's commands: which may come when, and what comes of them.
use alloc::boxed::Box;
use core::mem;

use mailwire_core::LineEnd;
use mailwire_sasl::Mechanism;

use super::{Error, Event, Pending, Phase, Server, Step};
use crate::{Command, MessageNumber, ParseError, ParseErrorKind, Quirk, Quirks, Reply, number};

impl Server {
    pub(super) fn read_command(&mut self) -> Step {
        if self.session.errors >= self.config.max_errors.max(1) {
            self.pending = Some(Pending::Excess);
            return Step::Event(Event::Excess(self.session.errors));
        }
        if self.input.first_octet() == Some(TLS_HANDSHAKE) {
            return self.cut_off(&Reply::NOT_POP3, Error::NotPop3);
        }
        let line = match self.input.peek_line(self.config.limits.line) {
            Ok(Some(line)) => line,
            Ok(None) => return Step::Wait,
            Err(_) => return Step::Event(self.refuse(Reply::LINE_TOO_LONG, None)),
        };
        let end = line.end;
        let is_http = is_http(&line.content);
        let len = line.wire_len();
        let parsed = Command::parse_ref(line.content, self.config.tolerated);
        self.input.skip_line(len);
        if is_http {
            return self.cut_off(&Reply::NOT_POP3, Error::NotPop3);
        }
        let Some(seen) = self.tolerate(end) else {
            return Step::Event(self.refuse(Reply::BARE_LF, None));
        };
        match parsed {
            Ok((command, quirks)) => {
                let step = self.dispatch(command);
                self.report(step, quirks.union(seen))
            }
            Err(error) => {
                let unknown =
                    matches!(error.kind, ParseErrorKind::NoVerb | ParseErrorKind::ControlOctet);
                let reply = if unknown { Reply::UNKNOWN_COMMAND } else { Reply::BAD_ARGUMENT };
                Step::Event(self.refuse(reply, Some(error)))
            }
        }
    }

    /// What is to be reported of how a line ended; `None` if that must not be.
    pub(super) fn tolerate(&self, end: LineEnd) -> Option<Quirks> {
        match end {
            LineEnd::CrLf => Some(Quirks::NONE),
            LineEnd::Lf if !self.config.tolerated.contains(Quirk::BareLf) => None,
            LineEnd::Lf => Some(Quirks::NONE.with(Quirk::BareLf)),
        }
    }

    /// Puts the report of what was tolerated before what came of the command.
    pub(super) fn report(&mut self, step: Step, quirks: Quirks) -> Step {
        if quirks.is_empty() {
            return step;
        }
        if let Step::Event(event) = step {
            self.later = Some(Box::new((event, self.pending.take())));
        }
        Step::Event(Event::Tolerated(quirks))
    }

    /// Every command in every phase. What is not named here must not come there.
    fn dispatch(&mut self, command: Command) -> Step {
        if let Some(reply) = self.barred(&command) {
            return Step::Event(self.refuse(reply, None));
        }
        match (command, &mut self.phase) {
            (Command::Quit, Phase::Authorization) => {
                self.say(&Reply::BYE);
                self.close();
                Step::Event(Event::Quit)
            }
            (Command::Quit, Phase::Transaction(_)) => {
                match mem::replace(&mut self.phase, Phase::Closed) {
                    Phase::Transaction(maildrop) => self.phase = Phase::Quitting(maildrop),
                    other => self.phase = other,
                }
                Step::GoOn
            }
            (Command::Capa, _) => {
                self.capa();
                Step::GoOn
            }
            (Command::User(name), Phase::Authorization) => self.user(&name),
            (Command::Pass(password), Phase::Authorization) => self.pass(password),
            (Command::Apop { name, digest }, Phase::Authorization) => self.apop(name, digest),
            (Command::Rpop(remote), Phase::Authorization) => self.rpop(remote),
            (Command::Auth { mechanism, initial }, Phase::Authorization) => {
                self.auth(mechanism.as_str(), initial.as_ref())
            }
            (Command::AuthList, Phase::Authorization) => {
                self.list_mechanisms();
                Step::GoOn
            }
            // RFC 6856 §2.1: no STLS behind UTF8.
            (Command::Stls, Phase::Authorization) if !self.session.utf8 => {
                self.say(&Reply::BEGIN_TLS);
                self.phase = Phase::Upgrading;
                Step::Event(Event::Stls)
            }
            (Command::Utf8, Phase::Authorization) => {
                self.session.utf8 = true;
                self.say(&Reply::UTF8_ENABLED);
                Step::Event(Event::Utf8)
            }
            (Command::Lang(None), _) => {
                self.list_languages();
                Step::GoOn
            }
            (Command::Lang(Some(range)), _) => self.ask(Pending::Language, Event::Language(range)),
            (Command::Noop, Phase::Transaction(_)) => {
                self.say(&Reply::OK);
                Step::GoOn
            }
            (Command::Rset, Phase::Transaction(maildrop)) => {
                maildrop.reset();
                self.say(&Reply::OK);
                Step::Event(Event::Reset)
            }
            (Command::Last, Phase::Transaction(maildrop)) => {
                let last = maildrop.last;
                self.output.encode(|out| {
                    out.extend_from_slice(b"+OK ");
                    number::put(last.into(), out);
                    out.extend_from_slice(b"\r\n");
                });
                Step::GoOn
            }
            (Command::Stat, Phase::Transaction(_)) => self.ask(Pending::Stat, Event::Stat),
            (Command::List(None), Phase::Transaction(maildrop)) if maildrop.left() > 0 => {
                self.ask(Pending::Sizes, Event::Sizes)
            }
            (Command::Uidl(None), Phase::Transaction(maildrop)) if maildrop.left() > 0 => {
                self.ask(Pending::UniqueIds, Event::UniqueIds)
            }
            // There is nothing to ask for.
            (Command::List(None) | Command::Uidl(None), Phase::Transaction(_)) => {
                self.start_listing(Pending::NextSize);
                Step::GoOn
            }
            (Command::List(Some(number)), Phase::Transaction(_)) => {
                self.about(number, Pending::Size(number), Event::Size(number))
            }
            (Command::Uidl(Some(number)), Phase::Transaction(_)) => {
                self.about(number, Pending::UniqueId(number), Event::UniqueId(number))
            }
            (Command::Retr(number), Phase::Transaction(_)) => {
                self.about(number, Pending::Retrieve(number), Event::Retrieve(number))
            }
            (Command::Top { number, lines }, Phase::Transaction(_)) => {
                self.about(number, Pending::Top(lines), Event::Top { number, lines })
            }
            (Command::Dele(number), Phase::Transaction(_)) => {
                self.about(number, Pending::Delete(number), Event::Delete(number))
            }
            (Command::Xtnd(xtnd), Phase::Transaction(_)) => {
                self.ask(Pending::Xtnd, Event::Xtnd(xtnd))
            }
            (Command::Unknown { verb, argument, .. }, _) => {
                self.ask(Pending::Unknown, Event::Unknown { verb, argument })
            }
            _ => Step::Event(self.refuse(Reply::BAD_STATE, None)),
        }
    }

    /// Why a command may not come in this session at all, or not yet.
    fn barred(&self, command: &Command) -> Option<Reply> {
        let tls = self.session.tls;
        let missing = match command {
            Command::Stls if tls => return Some(Reply::TLS_ACTIVE),
            Command::Stls => !self.config.offers("STLS"),
            Command::Top { .. } => !self.config.offers("TOP"),
            Command::Uidl(_) => !self.config.offers("UIDL"),
            Command::Utf8 => !self.config.offers("UTF8"),
            Command::Lang(_) => !self.config.offers("LANG"),
            Command::AuthList => self.config.mechanisms(tls).next().is_none(),
            Command::Rpop(_) | Command::Last | Command::Xtnd(_) => !self.config.historic_commands,
            _ => false,
        };
        if missing {
            return Some(Reply::NOT_OFFERED);
        }
        let before_tls = matches!(command, Command::Capa | Command::Stls | Command::Quit);
        (self.config.require_tls && !tls && !before_tls).then_some(Reply::ENCRYPTION_REQUIRED)
    }

    /// Asks about a message, if there is such a message.
    fn about(&mut self, number: MessageNumber, pending: Pending, event: Event) -> Step {
        let Phase::Transaction(maildrop) = &self.phase else { return Step::Wait };
        if let Err(reply) = maildrop.check(number) {
            self.say(&reply);
            return Step::Event(Event::Refused { reply, error: None });
        }
        self.ask(pending, event)
    }

    pub(super) fn ask(&mut self, pending: Pending, event: Event) -> Step {
        self.pending = Some(pending);
        Step::Event(event)
    }

    fn capa(&mut self) {
        let (config, tls) = (&self.config, self.session.tls);
        let maildrop = match &self.phase {
            Phase::Transaction(maildrop) => Some(maildrop),
            _ => None,
        };
        self.output.encode(|out| config.capabilities(tls, maildrop, out));
    }

    /// No RFC has it: the form that CAPA's predecessors knew.
    fn list_mechanisms(&mut self) {
        let (config, tls) = (&self.config, self.session.tls);
        self.output.encode(|out| {
            out.extend_from_slice(b"+OK Mechanisms follow\r\n");
            for name in config.mechanisms(tls).map(Mechanism::name) {
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(b".\r\n");
        });
    }

    fn list_languages(&mut self) {
        let config = &self.config;
        self.output.encode(|out| {
            out.extend_from_slice(b"+OK Language listing follows\r\n");
            for language in &config.languages {
                language.encode(out);
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(b".\r\n");
        });
    }

    /// Says no to a command on the machine's own account.
    pub(super) fn refuse(&mut self, reply: Reply, error: Option<ParseError>) -> Event {
        self.say(&reply);
        self.session.count_error();
        Event::Refused { reply, error }
    }

    /// Ends the session at once, with a last word.
    fn cut_off(&mut self, reply: &Reply, error: Error) -> Step {
        self.say(reply);
        self.fail(error);
        Step::Wait
    }
}

/// The first octet of a TLS record that holds a handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// A browser, or somebody who makes one post to this port.
fn is_http(line: &[u8]) -> bool {
    line.len() > 9 && line[line.len() - 9..].starts_with(b" HTTP/") && line[line.len() - 2] == b'.'
}
