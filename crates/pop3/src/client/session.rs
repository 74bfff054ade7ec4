//! The transitions: what the state and the server's words lead to.
use alloc::boxed::Box;
use core::mem;

use mailwire_core::{LineEnd, Output, OutputQueue, Piece};

use super::{
    Client, Event, Item, NotSent, Outcome, Phase, Request, RequestId, TlsPolicy,
    answer::{self, Due, Form},
    auth::End,
    login::{Attempt, Stage, Terms},
    text::{Body, Entry, Kind, Listing},
};
use crate::{
    AuthLine, Capabilities, Command, Error, ParseErrorKind, Quirk, Quirks, Reply, Timestamp,
};

/// What is being read behind a `+OK`.
#[derive(Debug)]
pub(super) struct Text {
    /// The first line.
    reply: Reply,
    what: What,
}

#[derive(Debug)]
enum What {
    Body(Body),
    Listing(Listing),
    /// The answer to CAPA, and what is offered in it so far.
    Offers(Listing, Capabilities),
}

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
    fn tell(&mut self, seen: Quirks) {
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
                self.session.text = Some(Box::new(Text { reply, what: What::offers() }));
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
    fn become_ready(&mut self, asking: Asking) -> Result<(), Error> {
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

    fn open(&mut self) {
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

    fn start_login(
        &mut self,
        request: RequestId,
        start: impl FnOnce(Terms<'_>, &mut OutputQueue) -> Result<Attempt, NotSent>,
    ) {
        let terms = Terms {
            config: &self.config,
            offers: &self.session.offers,
            capa: self.session.capa,
            timestamp: self.session.timestamp.as_ref(),
            tls: self.session.tls,
        };
        let attempt = if self.session.logged_in {
            Err(NotSent::LoggedIn)
        } else {
            start(terms, &mut self.output)
        };
        match attempt {
            Ok(attempt) => self.phase = Phase::Login(Box::new(attempt)),
            Err(reason) => self.session.events.push_back(Event::LoginFailed {
                request,
                outcome: Outcome::NotSent(reason),
                server_error: None,
            }),
        }
    }

    /// Takes a line within AUTH.
    fn handle_auth(&mut self, line: AuthLine) -> Result<(), Error> {
        let Phase::Login(attempt) = &mut self.phase else { return Err(Error::UnexpectedReply) };
        let Stage::Auth(auth) = &mut attempt.stage else { return Err(Error::UnexpectedReply) };
        match line {
            AuthLine::Challenge(_) if auth.is_cancelled() => return Err(Error::UnexpectedReply),
            AuthLine::Challenge(challenge) => auth.respond(&challenge, &mut self.output),
            AuthLine::Reply(reply)
                if reply.is_ok()
                    && auth.must_go_on()
                    && self.config.quirks.contains(Quirk::OkForChallenge) =>
            {
                let (request, quirk) = (Some(attempt.id), Quirk::OkForChallenge);
                self.session.events.push_back(Event::Quirk { request, quirk });
                let challenge = auth.challenge_in(reply.raw_text());
                auth.respond(challenge, &mut self.output);
            }
            AuthLine::Reply(reply) => {
                let end = auth.end(reply.is_ok());
                attempt.server_error = auth.exchange.server_error().cloned();
                match end {
                    End::Succeeded => return self.finish_login(Outcome::Accepted(reply)),
                    End::Refused => return self.finish_login(Outcome::Refused(reply)),
                    End::Cancelled(error) => {
                        return self.finish_login(Outcome::Distrusted(error));
                    }
                    End::Distrusted(error) => {
                        self.end_login(Outcome::Distrusted(error));
                        return Err(Error::Distrusted);
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes the answer to APOP, USER or PASS.
    fn handle_login(&mut self, reply: Reply) -> Result<(), Error> {
        let Phase::Login(attempt) = &mut self.phase else { return Err(Error::UnexpectedReply) };
        if !reply.is_ok() {
            return self.finish_login(Outcome::Refused(reply));
        }
        match mem::replace(&mut attempt.stage, Stage::Pass) {
            Stage::User(password) => {
                let command = Command::Pass(password);
                self.output.encode(|out| command.encode(out));
                Ok(())
            }
            Stage::Apop | Stage::Pass => self.finish_login(Outcome::Accepted(reply)),
            Stage::Auth(_) => Err(Error::UnexpectedReply),
        }
    }

    /// One way to log in has come to its end.
    fn finish_login(&mut self, outcome: Outcome) -> Result<(), Error> {
        let Phase::Login(attempt) = &mut self.phase else { return Err(Error::UnexpectedReply) };
        if let Outcome::Accepted(_) = outcome {
            self.session.logged_in = true;
            self.session.timestamp = None;
            self.end_login(outcome);
            if self.session.capa && self.config.capa_after_login {
                self.ask(Asking::LoggedIn);
            } else {
                self.open();
            }
            return Ok(());
        }
        let terms = Terms {
            config: &self.config,
            offers: &self.session.offers,
            capa: self.session.capa,
            timestamp: self.session.timestamp.as_ref(),
            tls: self.session.tls,
        };
        let (request, method) = (attempt.id, attempt.method);
        if attempt.try_next(&outcome, terms, &mut self.output) {
            let refused = Event::MethodRefused { request, method, outcome };
            self.session.events.push_back(refused);
        } else {
            self.end_login(outcome);
        }
        Ok(())
    }

    /// Ends the login with this outcome; the session is open then.
    pub(super) fn end_login(&mut self, outcome: Outcome) {
        let Phase::Login(attempt) = mem::replace(&mut self.phase, Phase::Open) else { return };
        let (request, method) = (attempt.id, attempt.method);
        let server_error = attempt.server_error;
        self.session.events.push_back(match outcome {
            Outcome::Accepted(reply) => Event::LoggedIn { request, method, reply },
            outcome => Event::LoginFailed { request, outcome, server_error },
        });
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
        let what = match due.form {
            Form::Listing(Kind::Capabilities) => What::offers(),
            Form::Listing(kind) => What::Listing(Listing::new(kind, self.session.deleted)),
            Form::Body => What::Body(Body::new(&self.config)),
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
        self.session.text = Some(Box::new(Text { reply, what }));
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

    /// Takes the next entry of a listing that was asked for, past the queue of events, if there is nothing
    /// else to be told.
    #[inline(always)]
    pub(super) fn plain_entry(&mut self) -> Option<Output<Event>> {
        let text = self.session.text.as_deref_mut()?;
        let What::Listing(listing) = &mut text.what else { return None };
        if !self.session.events.is_empty() {
            return None;
        }
        let request = self.session.due.front()?.id;
        // Each built where it is returned: to move it costs as much as to read it.
        if let Some(scan) = listing.plain_scan(&mut self.input, &self.config) {
            return Some(Output::Event(Event::Item { request, item: Item::Scan(scan) }));
        }
        let listing = listing.plain_unique_id(&mut self.input, &self.config)?;
        Some(Output::Event(Event::Item { request, item: Item::UniqueId(listing) }))
    }

    /// Reads on in a message or listing, as far as the next piece is there.
    fn read_text(&mut self) -> Result<bool, Error> {
        let Some(text) = &mut self.session.text else { return Ok(false) };
        // None if the machine itself has asked.
        let request = match &self.phase {
            Phase::Open => self.session.due.front().map(|due| due.id),
            _ => None,
        };
        let events = &mut self.session.events;
        let (listing, offers) = match (&mut text.what, request) {
            (What::Listing(listing), _) => (listing, None),
            (What::Offers(listing, offers), _) => (listing, Some(offers)),
            (What::Body(body), Some(request)) => {
                match body.read(&mut self.input) {
                    None => return Ok(false),
                    Some(Piece::Body(octets)) => {
                        events.push_back(Event::Chunk { request, octets });
                    }
                    Some(Piece::End) => {
                        let quirks = body.quirks();
                        self.tell(quirks);
                        self.finish_text()?;
                    }
                }
                return Ok(true);
            }
            // Only requests have messages for an answer.
            (What::Body(_), None) => return Err(Error::UnexpectedReply),
        };
        let Some((entry, seen)) = listing.read(&mut self.input, &self.config)? else {
            return Ok(false);
        };
        let new = seen.iter().filter(|quirk| !listing.seen.contains(*quirk));
        events.extend(new.map(|quirk| Event::Quirk { request, quirk }));
        listing.seen = listing.seen.union(seen);
        match entry {
            Entry::End => self.finish_text()?,
            Entry::Damaged(line, error) => {
                events.push_back(Event::Damaged { request, line, error });
            }
            Entry::Item(item) => {
                if let (Some(offers), Item::Capability(capability)) = (offers, &item) {
                    offers.push(capability.detach());
                }
                events.extend(request.map(|request| Event::Item { request, item }));
            }
        }
        Ok(true)
    }

    /// The lone dot came.
    fn finish_text(&mut self) -> Result<(), Error> {
        let Some(text) = self.session.text.take() else { return Ok(()) };
        if let What::Offers(_, offers) = text.what {
            *self.session.offers = offers;
            self.session.capa = true;
        }
        match self.phase {
            Phase::Capa(asking) => self.become_ready(asking),
            _ => {
                self.finish_command(Outcome::Accepted(text.reply));
                Ok(())
            }
        }
    }

    pub(super) fn send_command(&mut self, command: &Command) {
        self.output.encode(|out| command.encode(out));
    }
}

impl What {
    fn offers() -> Self {
        Self::Offers(Listing::new(Kind::Capabilities, true), Capabilities::default())
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
