//! USER and PASS, APOP ([RFC 1939 §7]), RPOP, and AUTH ([RFC 5034]).
//!
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
//! [RFC 5034]: https://www.rfc-editor.org/rfc/rfc5034
use alloc::{boxed::Box, string::String, vec::Vec};
use core::mem;

use mailwire_sasl::{
    Fault, Mechanism, Secret,
    line::{self, Response},
    saslprep,
    server::{Exchange, ScramKeys, Step as SaslStep},
};

use super::{Event, Login, Maildrop, Method, Pending, Phase, Server, Step, maildrop::Open};
use crate::{Digest, Error, InitialResponse, Name, Password, Reply};

/// An AUTH exchange that goes on.
#[derive(Debug)]
pub(super) struct Attempt {
    exchange: Exchange,
    /// What the client is told in the end; until then there may be an error challenge to answer.
    refusal: Option<Reply>,
}

impl Server {
    /// Answers [`Event::Open`]: the maildrop is locked, and the session enters TRANSACTION.
    ///
    /// As an answer to [`Event::Xtnd`] it puts this maildrop, which is read-only, in the place of the one
    /// before (RFC 1082), and the lines of the answer are due as a body. RFC 1082 would remove what was
    /// marked in the one before; here nothing is removed but by QUIT, and the marks are forgotten.
    pub fn open(&mut self, maildrop: Maildrop) -> Result<(), Error> {
        match self.pending {
            _ if !maildrop.welcome.is_ok() => return Err(Error::Misuse),
            Some(Pending::Open) => {}
            Some(Pending::Xtnd) => {
                self.phase = Phase::Transaction(Open::new(&maildrop));
                self.start_body(&maildrop.welcome, None);
                return Ok(());
            }
            _ => return Err(Error::Misuse),
        }
        self.pending = None;
        self.session.user = None;
        self.session.timestamp = None;
        self.session.errors = 0;
        self.phase = Phase::Transaction(Open::new(&maildrop));
        self.say(&maildrop.welcome);
        Ok(())
    }

    /// Starts what [`Event::Auth`] asks for, with the mechanism that it names.
    ///
    /// The exchange is the caller's to make as it holds the nonce and the channel binding.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::server::{Config, Event, Maildrop, Server, State};
    /// use mailwire_sasl::{Mechanism, server::{Config as SaslConfig, Exchange, Question}};
    ///
    /// let mut config = Config::new("POP3 server ready")?;
    /// config.auth = vec![Mechanism::Plain];
    /// config.plaintext_auth_without_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n".into());
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Auth(mechanism)) => {
    ///             server.authenticate(Exchange::new(mechanism, SaslConfig::default())?)?;
    ///         }
    ///         Output::Event(Event::Ask(Question::Password { authcid, password, .. }))
    ///             if authcid == "tim" && password.as_bytes() == b"secret" => server.accept()?,
    ///         Output::Event(Event::Open(login)) => {
    ///             assert_eq!(login.user(), "tim");
    ///             server.open(Maildrop::new(0))?;
    ///         }
    ///         Output::Event(_) => server.decline(),
    ///         Output::Transmit(_) => {}
    ///         _ => break,
    ///     }
    /// }
    /// assert_eq!(server.state(), State::Transaction);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authenticate(&mut self, exchange: Exchange) -> Result<(), Error> {
        match &self.pending {
            Some(Pending::Auth { mechanism, .. }) if *mechanism == exchange.mechanism() => {}
            _ => return Err(Error::Misuse),
        }
        let Some(Pending::Auth { initial, .. }) = self.pending.take() else {
            return Err(Error::Misuse);
        };
        self.phase = Phase::Auth(Box::new(Attempt { exchange, refusal: None }));
        self.step(|exchange| exchange.start(initial.as_ref().map(|initial| initial.as_bytes())));
        Ok(())
    }

    /// Answers [`Event::Apop`] and [`Question::Secret`](mailwire_sasl::server::Question::Secret); `None`
    /// for a user that does not exist, for which the same is done.
    pub fn supply(&mut self, secret: Option<Secret>) -> Result<(), Error> {
        if !matches!(self.pending, Some(Pending::Apop(_))) {
            return self.answer_question(|exchange| exchange.supply(secret));
        }
        let Some(Pending::Apop(claim)) = self.pending.take() else { return Err(Error::Misuse) };
        self.check_digest(*claim, secret);
        Ok(())
    }

    /// Answers [`Question::ScramKeys`](mailwire_sasl::server::Question::ScramKeys); `None` for a user
    /// that does not exist.
    pub fn supply_scram(&mut self, keys: Option<ScramKeys>) -> Result<(), Error> {
        self.answer_question(|exchange| exchange.supply_scram(keys))
    }

    /// Says yes to a question, and who it was: the subject of the certificate, the user of the token.
    pub fn accept_as(&mut self, authcid: impl Into<String>) -> Result<(), Error> {
        let authcid = authcid.into();
        self.answer_question(|exchange| exchange.accept_as(authcid))
    }

    /// USER: whether there is such a user is not said here (RFC 1939 §13).
    pub(super) fn user(&mut self, name: &Name) -> Step {
        if let Some(reply) = self.bars_passwords() {
            return Step::Event(self.refuse(reply, None));
        }
        self.session.user = Some(Box::new(name.detach()));
        self.say(&Reply::SEND_PASSWORD);
        Step::GoOn
    }

    pub(super) fn pass(&mut self, password: Password) -> Step {
        let Some(name) = self.session.user.take() else {
            let reply = self.bars_passwords().unwrap_or(Reply::BAD_STATE);
            return Step::Event(self.refuse(reply, None));
        };
        if !self.config.prepares_names() {
            let event = Event::Pass { name: (*name).clone(), password };
            return self.ask(Pending::Pass(name), event);
        }
        let prepared = prepare_name(&name).zip(prepare_password(&password));
        let Some((name, password)) = prepared else {
            return Step::Event(self.refuse(Reply::AUTH_FAILED, None));
        };
        let event = Event::Pass { name: name.clone(), password };
        self.ask(Pending::Pass(Box::new(name)), event)
    }

    fn bars_passwords(&self) -> Option<Reply> {
        if !self.config.user_pass {
            Some(Reply::NOT_OFFERED)
        } else if !self.config.allows_passwords(self.session.tls) {
            Some(Reply::ENCRYPTION_REQUIRED)
        } else {
            None
        }
    }

    pub(super) fn apop(&mut self, name: Name, digest: Digest) -> Step {
        self.session.user = None;
        if self.session.timestamp.is_none() {
            return Step::Event(self.refuse(Reply::NOT_OFFERED, None));
        }
        let prepared = if self.config.prepares_names() { prepare_name(&name) } else { Some(name) };
        let Some(name) = prepared else {
            return Step::Event(self.refuse(Reply::AUTH_FAILED, None));
        };
        let event = Event::Apop { name: name.clone() };
        self.ask(Pending::Apop(Box::new((name, digest))), event)
    }

    /// Computes and compares whether there is such a user or not.
    fn check_digest(&mut self, (name, digest): (Name, Digest), secret: Option<Secret>) {
        let known = secret.is_some();
        let mut secret = secret.unwrap_or_default();
        let mut usable = !secret.is_empty();
        if self.config.prepares_names()
            && let Some(text) = secret.as_str()
        {
            match saslprep::stored(text) {
                Ok(prepared) => secret = Secret::from(&*prepared),
                Err(_) => usable = false,
            }
        }
        let right = match &self.session.timestamp {
            Some(timestamp) => Digest::compute(timestamp, &secret) == digest,
            None => false,
        };
        let event = if right & known & usable {
            (Event::Open(Login::Apop(name)), Some(Pending::Open))
        } else {
            self.say(&Reply::AUTH_FAILED);
            self.session.count_error();
            (Event::AuthFailed(Method::Apop), None)
        };
        self.later = Some(Box::new(event));
    }

    pub(super) fn rpop(&mut self, remote: Name) -> Step {
        let Some(name) = self.session.user.take() else {
            return Step::Event(self.refuse(Reply::BAD_STATE, None));
        };
        let event = Event::Rpop { name: (*name).clone(), remote };
        self.ask(Pending::Rpop(name), event)
    }

    pub(super) fn auth(&mut self, name: &str, initial: Option<&InitialResponse>) -> Step {
        self.session.user = None;
        if self.config.auth.is_empty() {
            return Step::Event(self.refuse(Reply::NOT_OFFERED, None));
        }
        let mechanism = name.parse::<Mechanism>().ok();
        let Some(mechanism) = mechanism.filter(|mechanism| self.config.auth.contains(mechanism))
        else {
            return Step::Event(self.refuse(Reply::UNKNOWN_MECHANISM, None));
        };
        if !self.config.mechanisms(self.session.tls).any(|offered| offered == mechanism) {
            return Step::Event(self.refuse(Reply::ENCRYPTION_REQUIRED, None));
        }
        if initial.is_some() && !mechanism.allows_initial_response() {
            return Step::Event(self.refuse(Reply::BAD_RESPONSE, None));
        }
        let initial = initial.map(|text| line::decode_initial(text.as_str().as_bytes()));
        let Ok(initial) = initial.transpose() else {
            return Step::Event(self.refuse(Reply::BAD_BASE64, None));
        };
        let initial = initial.map(Box::new);
        self.ask(Pending::Auth { mechanism, initial }, Event::Auth(mechanism))
    }

    pub(super) fn answer_question(
        &mut self,
        answer: impl FnOnce(&mut Exchange) -> Result<SaslStep, mailwire_sasl::Error>,
    ) -> Result<(), Error> {
        let (Some(Pending::Ask), Phase::Auth(attempt)) = (&self.pending, &mut self.phase) else {
            return Err(Error::Misuse);
        };
        let result = answer(&mut attempt.exchange);
        if result == Err(mailwire_sasl::Error::Misuse) {
            return Err(Error::Misuse);
        }
        self.pending = None;
        self.go_on(result);
        Ok(())
    }

    pub(super) fn refuse_question(&mut self, reply: &Reply) {
        if let Phase::Auth(attempt) = &mut self.phase {
            attempt.refusal = Some(reply.clone());
            let result = attempt.exchange.reject();
            self.pending = None;
            self.go_on(result);
        }
    }

    pub(super) fn read_response(&mut self) -> Step {
        let line = match self.input.take_line(self.config.limits.sasl_line) {
            Ok(Some(line)) => line,
            Ok(None) => return Step::Wait,
            Err(_) => return Step::Event(self.end_attempt(Reply::AUTH_LINE_TOO_LONG)),
        };
        let Some(seen) = self.tolerate(line.end) else {
            return Step::Event(self.end_attempt(Reply::BARE_LF));
        };
        let step = match line::decode_response(&line.content) {
            Ok(Response::Cancel) => Step::Event(self.end_attempt(Reply::AUTH_CANCELLED)),
            Ok(Response::Data(data)) => {
                self.step(|exchange| exchange.respond(&data));
                self.take_later()
            }
            Err(_) | Ok(_) => Step::Event(self.end_attempt(Reply::BAD_BASE64)),
        };
        self.report(step, seen)
    }

    fn step(&mut self, step: impl FnOnce(&mut Exchange) -> Result<SaslStep, mailwire_sasl::Error>) {
        if let Phase::Auth(attempt) = &mut self.phase {
            let result = step(&mut attempt.exchange);
            self.go_on(result);
        }
    }

    /// Does what the exchange says is next.
    fn go_on(&mut self, result: Result<SaslStep, mailwire_sasl::Error>) {
        let event = match result {
            Ok(SaslStep::Challenge(challenge)) => return self.challenge(&challenge),
            Ok(SaslStep::Ask(question)) => (Event::Ask(question), Some(Pending::Ask)),
            Ok(SaslStep::Done(identity)) => {
                let Phase::Auth(attempt) = mem::replace(&mut self.phase, Phase::Authorization)
                else {
                    unreachable!("only an attempt that goes on can succeed");
                };
                let login = Login::Auth(attempt.exchange.mechanism(), identity);
                (Event::Open(login), Some(Pending::Open))
            }
            Ok(_) => (self.end_attempt(Reply::AUTH_FAILED), None),
            Err(error) => {
                let syntax = error.fault() == Fault::Syntax;
                let reply = if syntax { Reply::BAD_RESPONSE } else { Reply::AUTH_FAILED };
                (self.end_attempt(reply), None)
            }
        };
        self.later = Some(Box::new(event));
    }

    fn take_later(&mut self) -> Step {
        match self.later.take() {
            Some(later) => {
                self.pending = later.1;
                Step::Event(later.0)
            }
            None => Step::GoOn,
        }
    }

    /// `"+" SP [base64] CRLF`: the blank has to be there (RFC 5034 §4).
    fn challenge(&mut self, challenge: &[u8]) {
        let mut text = Vec::new();
        line::encode(challenge, &mut text);
        self.output.put(b"+ ");
        self.output.put(&text);
        self.output.put(b"\r\n");
    }

    fn end_attempt(&mut self, usual: Reply) -> Event {
        let Phase::Auth(attempt) = mem::replace(&mut self.phase, Phase::Authorization) else {
            unreachable!("only an attempt that goes on can end");
        };
        self.say(&attempt.refusal.unwrap_or(usual));
        self.session.count_error();
        Event::AuthFailed(Method::Auth(attempt.exchange.mechanism()))
    }
}

/// As a query string (RFC 6856 §2.2).
fn prepare_name(name: &Name) -> Option<Name> {
    Name::new(&saslprep::query(name).ok()?).ok()
}

fn prepare_password(password: &Password) -> Option<Password> {
    Password::new(&*saslprep::query(password.secret().as_str()?).ok()?).ok()
}
