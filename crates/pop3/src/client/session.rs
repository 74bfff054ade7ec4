//! The transitions: what the state and the server's words lead to.
use alloc::boxed::Box;

use mailwire_core::LineEnd;

use super::{
    Client, Event, NotSent, Outcome, Phase, Request, RequestId, TlsPolicy,
    answer::{self, Due, Form},
    login::Attempt,
    reading::Text,
    text::Kind,
};
use crate::{
    AuthLine, Capabilities, Command, Error, ParseErrorKind, Quirk, Quirks, Reply, Timestamp,
};

/// When the machine asks what the server offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    First,
    UnderTls,
    LoggedIn,
}

/// How many commands may have no answer: so few that they fit in any send buffer, and a caller that writes
/// without reading cannot lock up both ends (RFC 2449 §6.6).
const WINDOW: usize = 64;

impl Client {
    /// Does the next thing that can be done; returns whether there was any.
    pub(super) fn advance(&mut self) -> bool {
        if matches!(self.phase, Phase::Open) && !self.session.eof && self.start_next() {
            return true;
        }
        match &self.phase {
            Phase::Closed | Phase::Failed(_) => false,
            Phase::Upgrading if !self.input.is_empty() => self.fail(Error::PlaintextAfterStls),
            Phase::Upgrading if self.session.eof => self.fail(Error::Disconnected),
            Phase::Upgrading => false,
            Phase::Greeting | Phase::Capa(_) | Phase::Stls | Phase::Login(_) | Phase::Open => {
                let result =
                    if self.session.text.is_some() { self.read_text() } else { self.read_line() };
                match result {
                    Ok(true) => true,
                    Ok(false) if self.session.eof => self.hang_up(),
                    Ok(false) => false,
                    Err(error) => self.fail(error),
                }
            }
        }
    }

    /// Reads one status line, if it is there.
    fn read_line(&mut self) -> Result<bool, Error> {
        let limits = &self.config.limits;
        let (limit, auth) = match &self.phase {
            // RFC 5034 §4: challenges can be longer than other lines.
            Phase::Login(attempt) if attempt.is_auth() => (limits.sasl_line.max(limits.line), true),
            _ => (limits.line, false),
        };
        let Some(line) = self.input.take_line(limit)? else { return Ok(false) };
        let quirks = self.config.quirks;
        let mut seen = Quirks::NONE;
        if line.end == LineEnd::Lf {
            seen.insert(Quirk::BareLf);
            if !quirks.contains(Quirk::BareLf) {
                return Err(Error::BadReply(ParseErrorKind::ControlOctet.at(line.content.len())));
            }
        }
        // Nobody knows yet whether the greeting has response codes, but it may (RFC 2449 §3).
        let resp_codes =
            matches!(self.phase, Phase::Greeting) || self.session.offers.has("RESP-CODES");
        if auth {
            let (line, more) =
                AuthLine::parse(line.content, resp_codes, quirks).map_err(Error::BadReply)?;
            self.tell(seen.union(more));
            return self.handle_auth(line).map(|()| true);
        }
        let (reply, more) =
            Reply::parse(line.content, resp_codes, quirks).map_err(Error::BadReply)?;
        self.tell(seen.union(more));
        self.handle(reply).map(|()| true)
    }

    /// Says what was tolerated in a status line.
    pub(super) fn tell(&mut self, seen: Quirks) {
        let request = match &self.phase {
            Phase::Login(attempt) => Some(attempt.id),
            Phase::Open => self.session.due.front().map(|due| due.id),
            _ => None,
        };
        let told = seen.iter().map(|quirk| Event::Quirk { request, quirk });
        self.session.events.extend(told);
    }

    /// Takes a status line.
    fn handle(&mut self, reply: Reply) -> Result<(), Error> {
        match &mut self.phase {
            Phase::Greeting if reply.is_ok() => {
                // Of what came in the clear nothing is kept for TLS, and there it does not come again.
                self.session.timestamp = Timestamp::find(reply.raw_text());
                self.session.events.push_back(Event::Greeting(reply));
                self.ask(Asking::First);
            }
            Phase::Greeting => self.shut_down(reply),
            Phase::Capa(_) if reply.is_ok() => {
                let text = Text::listing(reply, Kind::Capabilities, false);
                self.session.text = Some(Box::new(text));
            }
            Phase::Capa(asking) => {
                // RFC 2449 §5: then the server has no CAPA. What it said before still holds.
                let asking = *asking;
                return self.become_ready(asking);
            }
            Phase::Stls if reply.is_ok() => self.phase = Phase::Upgrading,
            Phase::Stls if self.config.tls == TlsPolicy::Require => return Err(Error::NoTls),
            Phase::Stls => self.open(),
            Phase::Login(_) => return self.handle_login(reply),
            Phase::Open => return self.handle_answer(reply),
            Phase::Upgrading | Phase::Closed | Phase::Failed(_) => {
                return Err(Error::UnexpectedReply);
            }
        }
        Ok(())
    }

    /// Asks what the server offers.
    pub(super) fn ask(&mut self, asking: Asking) {
        self.send_command(&Command::Capa);
        self.phase = Phase::Capa(asking);
    }

    /// The server has said what it offers, or that it does not say: ask for TLS, or be ready.
    pub(super) fn become_ready(&mut self, asking: Asking) -> Result<(), Error> {
        let offered = self.session.offers.has("STLS");
        match self.config.tls {
            _ if self.session.tls || asking != Asking::First => self.open(),
            TlsPolicy::Require if !offered => return Err(Error::NoTls),
            TlsPolicy::Require | TlsPolicy::IfOffered if offered => {
                self.send_command(&Command::Stls);
                self.phase = Phase::Stls;
            }
            TlsPolicy::Require | TlsPolicy::IfOffered | TlsPolicy::Never => self.open(),
        }
        Ok(())
    }

    pub(super) fn open(&mut self) {
        self.session.events.push_back(Event::Ready {
            offers: Capabilities::clone(&self.session.offers),
            tls: self.session.tls,
            logged_in: self.session.logged_in,
        });
        self.phase = Phase::Open;
    }

    /// Starts the next request, if there is one and it may go out now.
    fn start_next(&mut self) -> bool {
        let Some((_, next)) = self.session.requests.front() else { return false };
        let piped = || self.config.pipelining && self.session.offers.has("PIPELINING");
        let window = match next {
            // A login changes what everything behind it means.
            Request::Login(_) | Request::Auth(_) => 1,
            // What is not sent is told in its turn.
            Request::Command(command) if self.must_not_send(command).is_some() => 1,
            Request::Command(_) | Request::Lines(_) if piped() => WINDOW,
            Request::Command(_) | Request::Lines(_) => 1,
        };
        let quits = self.session.due.back().is_some_and(|due| due.form == Form::Quit);
        if self.session.due.len() >= window || quits {
            return false;
        }
        let Some((id, request)) = self.session.requests.pop_front() else { return false };
        if self.session.requests.is_empty() {
            // An idle session holds no memory.
            self.session.requests = Default::default();
        }
        match request {
            Request::Command(command) => {
                let form = Form::of(&command).unwrap_or(Form::Words);
                self.start_command(id, &command, form);
            }
            Request::Lines(command) => self.start_command(id, &command, Form::Listing(Kind::Lines)),
            Request::Login(login) => {
                self.start_login(id, |terms, output| Attempt::start(id, login, terms, output));
            }
            Request::Auth(exchange) => self.start_login(id, |terms, output| {
                Attempt::start_exchange(id, *exchange, terms, output)
            }),
        }
        true
    }

    fn start_command(&mut self, id: RequestId, command: &Command, form: Form) {
        match self.must_not_send(command) {
            None => {
                self.send_command(command);
                self.session.due.push_back(Due { id, form });
            }
            Some(reason) => {
                let outcome = Outcome::NotSent(reason);
                self.session.events.push_back(Event::Done { request: id, outcome });
            }
        }
    }

    /// Why the command must not be sent in this state.
    fn must_not_send(&self, command: &Command) -> Option<NotSent> {
        match (self.session.logged_in, command) {
            (false, command) if needs_login(command) => Some(NotSent::NotLoggedIn),
            // RFC 6856 §2.1: in the AUTHORIZATION state only.
            (true, Command::Utf8) => Some(NotSent::LoggedIn),
            _ => None,
        }
    }

    /// Takes the first line of the answer to the oldest command.
    fn handle_answer(&mut self, reply: Reply) -> Result<(), Error> {
        let Some(due) = self.session.due.front() else {
            if !reply.is_ok() {
                // It says why it is about to hang up.
                self.session.events.push_back(Event::Closing(reply));
            }
            return Err(Error::UnexpectedReply);
        };
        if !reply.is_ok() {
            self.finish_command(Outcome::Refused(reply));
            return Ok(());
        }
        let text = match due.form {
            Form::Listing(kind) => Text::listing(reply, kind, self.session.deleted),
            Form::Body => Text::body(reply, &self.config),
            form => {
                match form {
                    Form::Deleted => self.session.deleted = true,
                    Form::Reset => self.session.deleted = false,
                    _ => {}
                }
                let (quirks, events) = (self.config.quirks, &mut self.session.events);
                let outcome = answer::single(due, reply, quirks, events);
                self.finish_command(outcome);
                return Ok(());
            }
        };
        self.session.text = Some(Box::new(text));
        Ok(())
    }

    /// Gives the oldest command its outcome.
    pub(super) fn finish_command(&mut self, outcome: Outcome) {
        let Some(Due { id, form }) = self.session.due.pop_front() else { return };
        if self.session.due.is_empty() {
            self.session.due = Default::default();
        }
        self.session.events.push_back(Event::Done { request: id, outcome });
        if form == Form::Quit {
            self.close();
        }
    }

    pub(super) fn send_command(&mut self, command: &Command) {
        self.output.encode(|out| command.encode(out));
    }
}

/// Whether the command is one of the TRANSACTION state (RFC 1939 §5).
fn needs_login(command: &Command) -> bool {
    matches!(
        command,
        Command::Stat
            | Command::List(_)
            | Command::Retr(_)
            | Command::Dele(_)
            | Command::Rset
            | Command::Top { .. }
            | Command::Uidl(_)
            | Command::Last
            | Command::Xtnd(_)
    )
}
