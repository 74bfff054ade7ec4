//! The transitions: what the state and the server's response lead to.

use super::{
    Client, Event, Handle, Outcome, Phase, Session, TlsPolicy,
    auth::{Attempt, End},
    body,
    event::Unreadable,
    flight::Traits,
    sending::Sending,
};
use crate::{
    Atom, Capabilities, Command, Condition, Data, Encoder, Error, Frame, FrameError,
    LiteralSupport, Mailbox, OneOrMore, ParseError, Peer, Piece, ReadOptions, Response,
    ResponseCode, Side, Status, Tag, WordCode,
};
use alloc::boxed::Box;
use bytes::Bytes;
use mailwire_core::Upgrade;

/// A command that was sent, at least in part, and not completed.
pub(super) struct Pending {
    /// What stands behind the prefix in its tag.
    pub(super) number: u32,
    /// `None` if the machine itself asked.
    pub(super) handle: Option<Handle>,
    pub(super) traits: Traits,
    pub(super) then: Then,
}

/// What follows when a command is through.
pub(super) enum Then {
    GoOn,
    Capability,
    StartTls,
    Login,
    Authenticate(Box<Attempt>),
    Select(Box<Mailbox>),
    Deselect,
    Enable,
    Idle(Idle),
    Compress,
    Logout,
    Unauthenticate,
}

/// How far IDLE is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idle {
    /// The server has not said that it waits. The caller may have said already that it has enough.
    Asked {
        done: bool,
    },
    Going,
    Ended,
}

impl Client {
    /// Does the next thing that can be done; returns whether there was any.
    pub(super) fn advance(&mut self) -> bool {
        match &self.phase {
            Phase::Closed | Phase::Failed(_) => return false,
            Phase::Upgrading(Upgrade::Tls) if !self.framer.is_empty() => {
                return self.fail(Error::PlaintextAfterStartTls);
            }
            Phase::Upgrading(_) if self.session.eof => return self.fail(Error::Disconnected),
            Phase::Upgrading(_) => return false,
            Phase::Greeting | Phase::Preparing | Phase::Open | Phase::Closing => {}
        }
        if !self.session.eof {
            if self.body_left().is_some() {
                // What the server says now it says behind the text: nobody reads while the caller sends.
                return false;
            }
            if matches!(self.phase, Phase::Open) && self.session.may_start {
                if self.output.len() >= OWED {
                    // First what is owed already: whatever comes in meanwhile comes later.
                    return false;
                }
                if self.start_next() {
                    return true;
                }
            }
        }
        self.read()
    }

    /// Reads what came, or takes note that nothing will.
    fn read(&mut self) -> bool {
        let result = match self.framer.next_piece() {
            Ok(Some(piece)) => self.take(piece),
            Ok(None) if self.session.eof => return self.hang_up(),
            Ok(None) => return false,
            Err(error) => self.take_too_long(error),
        };
        result.unwrap_or_else(|error| {
            self.fail(error);
        });
        true
    }

    fn take(&mut self, piece: Piece) -> Result<(), Error> {
        match piece {
            Piece::Frame(frame) => return self.take_frame(&frame),
            Piece::Literal { literal } => {
                let takes_texts = matches!(self.phase, Phase::Open | Phase::Closing);
                let options = self.read_options();
                let body =
                    takes_texts.then(|| body::announced(&self.framer, literal, options)).flatten();
                match body {
                    Some(body) => {
                        self.framer.stream();
                        self.session.events.push_back(Event::Body(body));
                    }
                    None => {
                        if let Err(error) = self.framer.inline() {
                            return self.take_too_long(error);
                        }
                    }
                }
            }
            Piece::Chunk(octets) => self.session.events.push_back(Event::Chunk(octets)),
            Piece::LiteralEnd => self.session.events.push_back(Event::BodyEnd),
        }
        Ok(())
    }

    fn take_frame(&mut self, frame: &Frame) -> Result<(), Error> {
        let parsed = match Response::parse(frame, self.read_options()) {
            Ok(parsed) => parsed,
            Err(why) => return self.take_unreadable(frame.wire(), why),
        };
        if !parsed.repairs.is_empty() {
            self.session.events.push_back(Event::Repaired(parsed.repairs));
        }
        match &self.phase {
            Phase::Greeting => match parsed.value {
                Response::Status(status) if status.tag.is_none() => self.take_greeting(status),
                _ => Err(Error::UnexpectedResponse),
            },
            Phase::Preparing if self.is_before_tls() => self.take_before_tls(parsed.value),
            _ => self.take_response(parsed.value),
        }
    }

    /// One that is too long was skipped; who asked for it must know.
    fn take_too_long(&mut self, error: FrameError) -> Result<(), Error> {
        let FrameError::TooLong { start, .. } = &error;
        let start = start.clone();
        if matches!(self.phase, Phase::Greeting) || self.is_before_tls() {
            return Err(error.into());
        }
        self.take_odd(start, Unreadable::TooLong(error))
    }

    fn take_unreadable(&mut self, raw: &Bytes, why: ParseError) -> Result<(), Error> {
        if matches!(self.phase, Phase::Greeting) || self.is_before_tls() {
            return Err(Error::BadResponse(why));
        }
        self.take_odd(raw.clone(), why.into())
    }

    /// A response that cannot be understood. If it has the tag of a command, that is over.
    fn take_odd(&mut self, raw: Bytes, why: Unreadable) -> Result<(), Error> {
        let end = memchr::memchr(b' ', &raw).unwrap_or(raw.len());
        let tag = core::str::from_utf8(raw.get(..end).unwrap_or_default()).unwrap_or_default();
        let Some(index) = self.find(tag) else {
            self.session.events.push_back(Event::Invalid { raw, why });
            return Ok(());
        };
        let Some(pending) = self.take_pending(index) else { return Ok(()) };
        match pending.handle {
            Some(handle) => {
                let result = Outcome::Unreadable { raw, why };
                self.session.events.push_back(Event::Done { handle, result });
                Ok(())
            }
            None => match why {
                Unreadable::Grammar(error) => Err(Error::BadResponse(error)),
                Unreadable::TooLong(error) => Err(error.into()),
            },
        }
    }

    fn take_greeting(&mut self, status: Status) -> Result<(), Error> {
        let capabilities = match &status.code {
            Some(ResponseCode::Capability(capabilities)) => Some(capabilities.clone()),
            _ => None,
        };
        match status.condition {
            Condition::Ok => {}
            Condition::PreAuth if self.wants_tls() && self.config.tls == TlsPolicy::Require => {
                self.session.events.push_back(Event::Greeting(status));
                return Err(Error::NoTls);
            }
            Condition::PreAuth => {
                self.session.authenticated = true;
                self.set_limits();
            }
            Condition::Bye => {
                self.session.events.push_back(Event::Greeting(status.clone()));
                self.take_bye(status);
                return Ok(());
            }
            Condition::No | Condition::Bad => return Err(Error::UnexpectedResponse),
        }
        self.session.events.push_back(Event::Greeting(status));
        if let Some(capabilities) = capabilities {
            self.learn(&capabilities);
        }
        self.prepare()
    }

    /// RFC 9051 §11.1: what comes in the clear may be anybody's. Only what leads to TLS is looked at.
    fn take_before_tls(&mut self, response: Response) -> Result<(), Error> {
        match response {
            Response::Data(Data::Capability(capabilities)) => self.learn(&capabilities),
            Response::Status(status) => match (&status.tag, status.condition) {
                (Some(_), _) => return self.complete(status),
                (None, Condition::Bye) => self.take_bye(status),
                (None, Condition::PreAuth) => return Err(Error::UnexpectedResponse),
                (None, _) => self.session.events.push_back(Event::Discarded(status)),
            },
            Response::Continue(_) => return Err(Error::UnexpectedContinue),
            Response::Data(_) => return Err(Error::UnexpectedResponse),
        }
        Ok(())
    }

    fn take_response(&mut self, response: Response) -> Result<(), Error> {
        match response {
            Response::Status(status) if status.tag.is_some() => return self.complete(status),
            Response::Status(status) => match status.condition {
                Condition::Bye => self.take_bye(status),
                Condition::PreAuth => return Err(Error::UnexpectedResponse),
                Condition::Ok | Condition::No | Condition::Bad => {
                    self.take_code(&status);
                    self.session.events.push_back(Event::Status(status));
                }
            },
            Response::Continue(continuation) => return self.take_continue(&continuation.text),
            Response::Data(data) => {
                match &data {
                    Data::Capability(capabilities) => self.learn(capabilities),
                    Data::Enabled(capabilities) => self.take_enabled(capabilities),
                    _ => {}
                }
                self.session.events.push_back(Event::Data(data));
            }
        }
        Ok(())
    }

    fn take_code(&mut self, status: &Status) {
        match &status.code {
            Some(ResponseCode::Capability(capabilities)) => self.learn(capabilities),
            // RFC 7162 §3.2.11: behind it comes what is of the next mailbox.
            Some(ResponseCode::Word(WordCode::Closed)) => self.session.selected = None,
            _ => {}
        }
    }

    fn take_continue(&mut self, text: &[u8]) -> Result<(), Error> {
        let (output, events) = (&mut self.output, &mut self.session.events);
        if let Some(sending) = &mut self.session.sending {
            if !sending.waits_for_continue() {
                return Err(Error::UnexpectedContinue);
            }
            sending.continued(output, events);
            if sending.is_over() {
                self.session.sending = None;
                self.session.may_start = true;
            }
            return Ok(());
        }
        // Both are in progress alone.
        match self.session.pending.back_mut() {
            Some(Pending { then: Then::Authenticate(attempt), .. }) => {
                attempt.respond(text, output)
            }
            Some(Pending { then: Then::Idle(idle @ Idle::Asked { .. }), handle, .. }) => {
                let done = *idle == Idle::Asked { done: true };
                *idle = if done { Idle::Ended } else { Idle::Going };
                if done {
                    output.put(DONE);
                } else if let Some(handle) = *handle {
                    events.push_back(Event::Idling(handle));
                }
                Ok(())
            }
            _ => Err(Error::UnexpectedContinue),
        }
    }

    /// RFC 2177 §3: the line that ends IDLE.
    pub(super) fn end_idle(&mut self) -> Result<(), Error> {
        let Some(Pending { then: Then::Idle(idle), .. }) = self.session.pending.back_mut() else {
            return Err(Error::Misuse);
        };
        match idle {
            Idle::Asked { done } if !*done => *done = true,
            Idle::Going => {
                *idle = Idle::Ended;
                self.output.put(DONE);
            }
            Idle::Asked { .. } | Idle::Ended => return Err(Error::Misuse),
        }
        Ok(())
    }

    /// A command is through.
    fn complete(&mut self, status: Status) -> Result<(), Error> {
        let tag = status.tag.as_ref().map(Tag::as_str).unwrap_or_default();
        let index = self.find(tag).ok_or(Error::UnknownTag)?;
        if status.condition == Condition::PreAuth {
            return Err(Error::UnexpectedResponse);
        }
        let condition = status.condition;
        let ok = condition == Condition::Ok;
        if ok && self.is_unsent(index) {
            return Err(Error::PrematureOk);
        }
        let Some(pending) = self.take_pending(index) else { return Err(Error::UnknownTag) };
        let Pending { handle, mut then, .. } = pending;
        if ok {
            self.take_before_effect(&then);
            if !matches!(then, Then::StartTls) {
                self.take_code(&status);
            }
        } else if let (
            Then::Login | Then::Authenticate(_),
            Some(ResponseCode::Capability(offers)),
        ) = (&then, &status.code)
        {
            // Some servers allow less after a failure.
            self.learn(offers);
        }
        self.finish(handle, &mut then, status.clone())?;
        if condition == Condition::Bye {
            self.take_bye(status);
            return Ok(());
        }
        self.follow(then, condition)
    }

    /// What must be known before the code of the status is looked at.
    fn take_before_effect(&mut self, then: &Then) {
        match then {
            Then::Login | Then::Authenticate(_) => self.session.authenticated = true,
            Then::Unauthenticate => {
                self.session.authenticated = false;
                self.session.selected = None;
                self.session.known = false;
                self.session.enabled = Capabilities::default();
                self.session.note_utf8();
                self.session.enable_asked = false;
                self.session.compress_asked = false;
            }
            _ => {}
        }
    }

    /// Tells how the command ended.
    fn finish(
        &mut self,
        handle: Option<Handle>,
        then: &mut Then,
        status: Status,
    ) -> Result<(), Error> {
        let mut distrusted = false;
        let result = match then {
            Then::Authenticate(attempt) => {
                if let (Some(handle), Some(error)) = (handle, attempt.exchange.server_error()) {
                    let error = error.clone();
                    self.session.events.push_back(Event::TokenRefused { handle, error });
                }
                match attempt.end(status) {
                    End::Done(outcome) => outcome,
                    End::Distrusted(error) => {
                        distrusted = true;
                        self.session.authenticated = false;
                        Outcome::Distrusted(error)
                    }
                }
            }
            _ => match status.condition {
                Condition::Ok => Outcome::Ok(status),
                Condition::Bad => Outcome::Bad(status),
                Condition::No | Condition::Bye | Condition::PreAuth => Outcome::No(status),
            },
        };
        if let Some(handle) = handle {
            self.session.events.push_back(Event::Done { handle, result });
        }
        if distrusted { Err(Error::Distrusted) } else { Ok(()) }
    }

    /// What follows from the end of a command.
    fn follow(&mut self, then: Then, condition: Condition) -> Result<(), Error> {
        if matches!(self.phase, Phase::Closing) {
            if self.session.pending.is_empty() || matches!(then, Then::Logout) {
                self.close();
            }
            return Ok(());
        }
        let ok = condition == Condition::Ok;
        match then {
            Then::StartTls if ok => self.phase = Phase::Upgrading(Upgrade::Tls),
            Then::StartTls if self.config.tls == TlsPolicy::Require => return Err(Error::NoTls),
            Then::Compress if ok => {
                self.session.compressed = true;
                self.phase = Phase::Upgrading(Upgrade::Deflate);
            }
            Then::Login | Then::Authenticate(_) | Then::Unauthenticate if ok => {
                self.set_limits();
                if !self.session.known {
                    self.session.offers = Capabilities::default();
                    self.session.note_utf8();
                }
                if matches!(then, Then::Unauthenticate) && self.session.compressed {
                    // RFC 8437 §4.1: that was the last that is compressed.
                    self.phase = Phase::Upgrading(Upgrade::EndDeflate);
                    return Ok(());
                }
                return self.prepare();
            }
            Then::Select(mailbox) if ok => self.session.selected = Some(mailbox),
            // RFC 9051 §6.3.2: nothing is selected then. What was not understood changes nothing.
            Then::Select(_) if condition == Condition::No => self.session.selected = None,
            Then::Deselect if ok => self.session.selected = None,
            Then::Logout if ok => self.close(),
            _ if matches!(self.phase, Phase::Preparing) => return self.prepare(),
            _ => {}
        }
        Ok(())
    }

    /// What the machine itself has to ask before requests have their turn.
    pub(super) fn prepare(&mut self) -> Result<(), Error> {
        self.phase = Phase::Preparing;
        let session = &mut self.session;
        if !session.known && !session.capability_asked {
            session.capability_asked = true;
            self.ask(Command::Capability, Then::Capability);
            return Ok(());
        }
        session.capability_asked = false;
        session.known = true;
        if self.wants_tls() && !self.session.authenticated {
            if self.session.offers.has("STARTTLS") {
                self.session.tls_asked = true;
                self.ask(Command::StartTls, Then::StartTls);
                return Ok(());
            }
            if self.config.tls == TlsPolicy::Require {
                return Err(Error::NoTls);
            }
        }
        self.session.tls_asked = true;
        self.prepare_authenticated();
        Ok(())
    }

    fn prepare_authenticated(&mut self) {
        let session = &mut self.session;
        if session.authenticated && !session.enable_asked {
            session.enable_asked = true;
            let offers = &session.offers;
            let can = offers.has("ENABLE") || offers.has("IMAP4rev2");
            let is_offered = |name: &&Atom| {
                offers.has(name)
                    || name.eq_ignore_ascii_case("UTF8=ACCEPT") && offers.has("UTF8=ONLY")
                    || name.eq_ignore_ascii_case("CONDSTORE") && offers.has("QRESYNC")
            };
            let mut wanted: alloc::vec::Vec<_> =
                self.config.enable.iter().filter(is_offered).cloned().collect();
            let is_utf8 = |name: &Atom| name.eq_ignore_ascii_case("UTF8=ACCEPT");
            // RFC 9755 §7: nothing goes without it there.
            if offers.has("UTF8=ONLY") && !wanted.iter().any(is_utf8) {
                wanted.extend(Atom::new("UTF8=ACCEPT"));
            }
            if let (true, Ok(wanted)) = (can, OneOrMore::try_from(wanted)) {
                self.ask(Command::Enable(wanted), Then::Enable);
                return;
            }
        }
        let session = &mut self.session;
        let compress = session.authenticated
            && self.config.compress
            && !session.compressed
            && !session.compress_asked
            && session.offers.has("COMPRESS=DEFLATE");
        if compress {
            session.compress_asked = true;
            let algorithm = Atom::new("DEFLATE").expect("an atom");
            self.ask(Command::Compress(algorithm), Then::Compress);
            return;
        }
        self.session.may_start = true;
        self.session.events.push_back(Event::Ready {
            capabilities: self.session.offers.clone(),
            tls: self.session.tls,
            authenticated: self.session.authenticated,
        });
        self.phase = Phase::Open;
    }

    /// Sends a command of the machine's own.
    fn ask(&mut self, command: Command, then: Then) {
        let number = self.next_number();
        let traits = Traits { alone: true, ..Traits::default() };
        self.start(Pending { number, handle: None, traits, then }, &command);
    }

    pub(super) fn start(&mut self, pending: Pending, command: &Command) {
        let tag = self.tag_of(pending.number);
        let mut encoder = Encoder::new(self.peer());
        command.encode(&tag, &mut encoder);
        let (output, events) = (&mut self.output, &mut self.session.events);
        let sending = Sending::start(pending.handle, encoder.finish(), output, events);
        self.session.sending = sending.map(Box::new);
        self.session.pending.push_back(pending);
    }

    /// Takes the next request, if it may begin beside what is in progress.
    fn start_next(&mut self) -> bool {
        let session = &mut self.session;
        let pending = &session.pending;
        let window = if self.config.pipelining { WINDOW } else { 1 };
        let may_start = session.waiting.front().is_some_and(|waiting| {
            session.sending.is_none()
                && pending.len() < window
                && pending.iter().all(|other| waiting.traits.may_join(other.traits))
        });
        let Some(next) = may_start.then(|| session.waiting.pop_front()).flatten() else {
            session.may_start = false;
            return false;
        };
        if session.waiting.is_empty() {
            // An idle session holds no memory.
            session.waiting = Default::default();
        }
        self.begin(next);
        true
    }

    /// Nothing is known any more of what was said before TLS.
    pub(super) fn start_over(&mut self) -> Result<(), Error> {
        self.framer.clear();
        self.session.tls = true;
        self.session.known = false;
        self.session.capability_asked = false;
        self.session.offers = Capabilities::default();
        self.session.note_utf8();
        self.prepare()
    }

    fn learn(&mut self, capabilities: &Capabilities) {
        let wanted = |name: &&Atom| !self.config.ignored.contains(name);
        let offers = capabilities.as_slice().iter().filter(wanted).map(Atom::detach);
        self.session.offers = offers.collect();
        self.session.note_utf8();
        self.session.known = true;
    }

    fn take_enabled(&mut self, capabilities: &Capabilities) {
        let asked = |pending: &Pending| matches!(pending.then, Then::Enable);
        if self.session.pending.iter().any(asked) {
            for name in capabilities.as_slice() {
                self.session.enabled.insert(name.detach());
            }
            self.session.note_utf8();
        }
    }

    /// Whether TLS is still to come.
    fn wants_tls(&self) -> bool {
        !self.session.tls && !self.session.tls_asked && self.config.tls != TlsPolicy::Never
    }

    /// Whether nothing that is said can be trusted, since TLS is to come.
    fn is_before_tls(&self) -> bool {
        let leads_to_tls = |pending: &Pending| matches!(pending.then, Then::StartTls);
        matches!(self.phase, Phase::Preparing)
            && !self.session.authenticated
            && (self.wants_tls() || self.session.pending.iter().any(leads_to_tls))
    }

    pub(super) fn set_limits(&mut self) {
        let early = !self.session.authenticated;
        let limits = if early { self.config.early_limits } else { self.config.limits };
        let inline = if early { limits.inline } else { self.config.stream_above };
        self.framer.set_limits(crate::FrameLimits { inline, ..limits });
    }

    pub(super) fn next_number(&mut self) -> u32 {
        self.session.last = self.session.last.wrapping_add(1);
        self.session.last
    }

    fn read_options(&self) -> ReadOptions {
        ReadOptions {
            leniency: self.config.leniency,
            utf8: self.session.utf8,
            depth: self.config.depth,
            items: self.config.items,
        }
    }

    fn peer(&self) -> Peer {
        let offers = &self.session.offers;
        let literals = if offers.has("LITERAL+") {
            LiteralSupport::Plus
        } else if offers.has("LITERAL-") || offers.has("IMAP4rev2") {
            LiteralSupport::Minus
        } else {
            LiteralSupport::Synchronizing
        };
        let binary = offers.has("BINARY");
        Peer { side: Side::Commands, literals, binary, utf8: self.session.utf8 }
    }

    /// Whether not all of the command was sent.
    fn is_unsent(&self, index: usize) -> bool {
        let session = &self.session;
        let is_last = index + 1 == session.pending.len();
        let in_idle = session.pending.get(index).is_some_and(|pending| {
            matches!(pending.then, Then::Idle(Idle::Asked { .. } | Idle::Going))
        });
        (is_last && session.sending.is_some()) || in_idle
    }

    fn find(&self, tag: &str) -> Option<usize> {
        let number = self.number_of(tag)?;
        self.session.pending.iter().position(|pending| pending.number == number)
    }

    /// The command is over, whether all of it was sent or not.
    fn take_pending(&mut self, index: usize) -> Option<Pending> {
        let session = &mut self.session;
        if index + 1 == session.pending.len() {
            session.sending = None;
        }
        session.may_start = true;
        let pending = session.pending.remove(index);
        if session.pending.is_empty() {
            // An idle session holds no memory.
            session.pending = Default::default();
        }
        pending
    }
}

impl Session {
    /// Whether UTF-8 stands for itself in names and quoted strings (RFC 9051 §5.1, RFC 9755 §3).
    fn note_utf8(&mut self) {
        let (offers, enabled) = (&self.offers, &self.enabled);
        self.utf8 = enabled.has("IMAP4rev2")
            || enabled.has("UTF8=ACCEPT")
            || (offers.has("IMAP4rev2") && !offers.has("IMAP4rev1"));
    }
}

const DONE: &[u8] = b"DONE\r\n";

/// How many commands may be in progress.
const WINDOW: usize = 64;
/// How many octets may be owed before another command is begun.
const OWED: usize = 16 << 10;
