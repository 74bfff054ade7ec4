//! LOGIN and AUTHENTICATE ([RFC 9051 §6.2.2, §6.2.3], RFC 4959).
//!
//! [RFC 9051 §6.2.2, §6.2.3]: https://www.rfc-editor.org/rfc/rfc9051#section-6.2.2

use super::{Event, Kind, Later, Pending, Phase, Refusal, Server, Step};
use crate::{
    AString, Condition, Error, InitialResponse, Password, Response, ResponseCode, Status, Tag,
};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::mem;
use mailwire_core::Text;
use mailwire_sasl::{
    Fault, Mechanism, Secret,
    line::{self, Response as Line},
    server::{Exchange, ScramKeys, Step as SaslStep},
};

/// An AUTHENTICATE exchange that goes on.
#[derive(Debug)]
pub(super) struct Attempt {
    tag: Tag,
    exchange: Exchange,
    /// What the client is told in the end; until then there may be an error challenge to answer.
    refusal: Option<(Option<ResponseCode>, String)>,
}

impl Server {
    /// Starts what [`Event::Auth`] asks for, with the mechanism that it names.
    ///
    /// The exchange is the caller's to make as it holds the nonce and the channel binding.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::server::{Config, Event, Server, State};
    /// use mailwire_sasl::{Mechanism, server::{Config as SaslConfig, Exchange, Question}};
    ///
    /// let mut config = Config::new("ready");
    /// config.auth = vec![Mechanism::Plain];
    /// config.plaintext_auth_without_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a AUTHENTICATE PLAIN AHRpbQBzZWNyZXQ=\r\n".into());
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Auth(mechanism)) => {
    ///             server.authenticate(Exchange::new(mechanism, SaslConfig::default())?)?;
    ///         }
    ///         Output::Event(Event::Ask(Question::Password { authcid, password, .. }))
    ///             if authcid == "tim" && password.as_bytes() == b"secret" => server.accept()?,
    ///         Output::Event(Event::Authenticated(identity)) => {
    ///             assert_eq!(identity.effective(), "tim");
    ///         }
    ///         Output::Event(_) => server.decline(),
    ///         Output::Transmit(_) => {}
    ///         _ => break,
    ///     }
    /// }
    /// assert_eq!(server.state(), State::Authenticated);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authenticate(&mut self, exchange: Exchange) -> Result<(), Error> {
        match self.pending.as_deref() {
            Some(Pending { kind: Kind::Auth { mechanism, .. }, .. })
                if *mechanism == exchange.mechanism() => {}
            _ => return Err(Error::Misuse),
        }
        let Some(pending) = self.pending.take() else { return Err(Error::Misuse) };
        let Kind::Auth { initial, .. } = pending.kind else { return Err(Error::Misuse) };
        let attempt = Attempt { tag: pending.tag.ok_or(Error::Misuse)?, exchange, refusal: None };
        self.phase = Phase::Authenticating(Box::new(attempt));
        self.step(|exchange| exchange.start(initial.as_ref().map(|initial| initial.as_bytes())));
        Ok(())
    }

    /// Answers [`Question::Secret`](mailwire_sasl::server::Question::Secret); `None` for a user that does
    /// not exist, for which the same is done.
    ///
    /// ```
    /// use mailwire_imap::{Error, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("ready"));
    /// assert_eq!(server.supply(None), Err(Error::Misuse)); // nothing was asked
    /// ```
    pub fn supply(&mut self, secret: Option<Secret>) -> Result<(), Error> {
        self.answer_question(|exchange| exchange.supply(secret))
    }

    /// Answers [`Question::ScramKeys`](mailwire_sasl::server::Question::ScramKeys); `None` for a user
    /// that does not exist.
    ///
    /// ```
    /// use mailwire_imap::{Error, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("ready"));
    /// assert_eq!(server.supply_scram(None), Err(Error::Misuse)); // nothing was asked
    /// ```
    pub fn supply_scram(&mut self, keys: Option<ScramKeys>) -> Result<(), Error> {
        self.answer_question(|exchange| exchange.supply_scram(keys))
    }

    /// Says yes to a question, and who it was: the subject of the certificate, the user of the token.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::server::{Config, Event, Server};
    /// use mailwire_sasl::{Mechanism, server::{Config as SaslConfig, Exchange, Question}};
    ///
    /// let mut config = Config::new("ready");
    /// config.auth = vec![Mechanism::External];
    /// config.implicit_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a AUTHENTICATE EXTERNAL =\r\n".into());
    /// while let Output::Event(event) = server.poll_output()? {
    ///     match event {
    ///         Event::Auth(mechanism) => {
    ///             server.authenticate(Exchange::new(mechanism, SaslConfig::default())?)?;
    ///         }
    ///         Event::Ask(Question::External { .. }) => server.accept_as("tim")?,
    ///         Event::Authenticated(identity) => assert_eq!(identity.effective(), "tim"),
    ///         _ => server.decline(),
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept_as(&mut self, authcid: impl Into<String>) -> Result<(), Error> {
        let authcid = authcid.into();
        self.answer_question(|exchange| exchange.accept_as(authcid))
    }

    pub(super) fn log_in(&mut self, tag: Tag, user: AString, password: Password) -> Step {
        if !self.config.allows_login(self.session.tls) {
            let refusal =
                if self.config.login { Refusal::PRIVACY_REQUIRED } else { Refusal::NOT_OFFERED };
            return self.refuse(Some(tag), refusal, None);
        }
        let Ok(user) = Text::from_utf8(user.into_octets().into_bytes()) else {
            return self.refuse(Some(tag), Refusal::AUTH_FAILED, None);
        };
        let mut pending = Pending::new("LOGIN", Kind::Login);
        pending.tag = Some(tag);
        self.pending = Some(Box::new(pending));
        Step::Event(Event::Login { user, password: password.into_secret() })
    }

    pub(super) fn authenticate_with(
        &mut self,
        tag: Tag,
        name: &str,
        initial: Option<InitialResponse>,
    ) -> Step {
        let mechanism = name.parse::<Mechanism>().ok();
        let Some(mechanism) = mechanism.filter(|known| self.config.auth.contains(known)) else {
            let refusal = Refusal::no(crate::WordCode::Cannot, "No such mechanism");
            return self.refuse(Some(tag), refusal, None);
        };
        if !self.config.mechanisms(self.session.tls).any(|offered| offered == mechanism) {
            return self.refuse(Some(tag), Refusal::PRIVACY_REQUIRED, None);
        }
        if initial.is_some()
            && (!mechanism.allows_initial_response() || !self.offers(&["SASL-IR", "IMAP4rev2"]))
        {
            let refusal = Refusal::bad("No initial response here");
            return self.refuse(Some(tag), refusal, None);
        }
        let initial = initial.map(|text| line::decode_initial(text.as_bytes())).transpose();
        let Ok(initial) = initial else {
            return self.refuse(Some(tag), Refusal::bad("Not base64"), None);
        };
        let kind = Kind::Auth { mechanism, initial: initial.map(Box::new) };
        let mut pending = Pending::new("AUTHENTICATE", kind);
        pending.tag = Some(tag);
        self.pending = Some(Box::new(pending));
        Step::Event(Event::Auth(mechanism))
    }

    pub(super) fn answer_question(
        &mut self,
        answer: impl FnOnce(&mut Exchange) -> Result<SaslStep, mailwire_sasl::Error>,
    ) -> Result<(), Error> {
        let asked = matches!(self.pending.as_deref(), Some(Pending { kind: Kind::Ask, .. }));
        let Phase::Authenticating(attempt) = &mut self.phase else { return Err(Error::Misuse) };
        if !asked {
            return Err(Error::Misuse);
        }
        let result = answer(&mut attempt.exchange);
        if result == Err(mailwire_sasl::Error::Misuse) {
            return Err(Error::Misuse);
        }
        self.pending = None;
        self.go_on(result);
        Ok(())
    }

    pub(super) fn refuse_question(&mut self, code: Option<ResponseCode>, text: &str) {
        if let Phase::Authenticating(attempt) = &mut self.phase {
            attempt.refusal = Some((code, text.into()));
            let result = attempt.exchange.reject();
            self.pending = None;
            self.go_on(result);
        }
    }

    pub(super) fn read_response(&mut self) -> Step {
        let line = match self.framer.next_line(self.config.sasl_line) {
            Ok(Some(line)) => line,
            Ok(None) => return Step::Wait,
            Err(_) => return Step::Event(self.end_attempt(Refusal::TOO_LONG)),
        };
        match line::decode_response(&line) {
            Ok(Line::Cancel) => {
                Step::Event(self.end_attempt(Refusal::bad("AUTHENTICATE cancelled")))
            }
            Ok(Line::Data(data)) => {
                self.step(|exchange| exchange.respond(&data));
                match self.later.take() {
                    Some(later) => {
                        self.pending = later.pending;
                        Step::Event(later.event)
                    }
                    None => Step::GoOn,
                }
            }
            Err(_) | Ok(_) => Step::Event(self.end_attempt(Refusal::bad("Not base64"))),
        }
    }

    fn step(&mut self, step: impl FnOnce(&mut Exchange) -> Result<SaslStep, mailwire_sasl::Error>) {
        if let Phase::Authenticating(attempt) = &mut self.phase {
            let result = step(&mut attempt.exchange);
            self.go_on(result);
        }
    }

    /// Does what the exchange says is next.
    fn go_on(&mut self, result: Result<SaslStep, mailwire_sasl::Error>) {
        let (event, pending) = match result {
            Ok(SaslStep::Challenge(challenge)) => return self.challenge(&challenge),
            Ok(SaslStep::Ask(question)) => {
                let pending = Pending::new("AUTHENTICATE", Kind::Ask);
                (Event::Ask(question), Some(Box::new(pending)))
            }
            Ok(SaslStep::Done(identity)) => {
                let Phase::Authenticating(attempt) =
                    mem::replace(&mut self.phase, Phase::Authenticated)
                else {
                    unreachable!("only an attempt that goes on can succeed");
                };
                self.logged_in(attempt.tag);
                (Event::Authenticated(identity), None)
            }
            Ok(_) => (self.end_attempt(Refusal::AUTH_FAILED), None),
            Err(error) => {
                let syntax = error.fault() == Fault::Syntax;
                let refusal =
                    if syntax { Refusal::bad("Bad response") } else { Refusal::AUTH_FAILED };
                (self.end_attempt(refusal), None)
            }
        };
        self.later = Some(Box::new(Later { event, pending }));
    }

    /// Somebody is logged in. The client is told what it can do now (RFC 9051 §6.2.2).
    pub(super) fn logged_in(&mut self, tag: Tag) {
        self.phase = Phase::Authenticated;
        self.set_limits(true);
        let code = ResponseCode::Capability(self.capabilities());
        self.say_ok(tag, Some(code), "Logged in");
    }

    /// `"+" SP [base64] CRLF`
    fn challenge(&mut self, challenge: &[u8]) {
        let mut text = Vec::new();
        line::encode(challenge, &mut text);
        self.output.put(b"+ ");
        self.output.put(&text);
        self.output.put(b"\r\n");
    }

    fn end_attempt(&mut self, usual: Refusal) -> Event {
        let Phase::Authenticating(attempt) = mem::replace(&mut self.phase, Phase::NotAuthenticated)
        else {
            unreachable!("only an attempt that goes on can end");
        };
        let status = match attempt.refusal {
            Some((code, text)) => {
                let mut status = Status::new(Some(attempt.tag), Condition::No, &text);
                status.code = code;
                status
            }
            None => {
                let mut status = Status::new(Some(attempt.tag), usual.condition, usual.text);
                status.code = usual.code;
                status
            }
        };
        self.write(&Response::Status(status));
        self.session.errors = self.session.errors.saturating_add(1);
        Event::AuthFailed(attempt.exchange.mechanism())
    }
}
