//! AUTH ([RFC 4954]).
//!
//! [RFC 4954]: https://www.rfc-editor.org/rfc/rfc4954
use alloc::{boxed::Box, string::String, vec::Vec};
use core::mem;

use mailwire_sasl::{
    Fault, Identity, Secret,
    line::{self, Response},
    server::{Exchange, ScramKeys, Step as SaslStep},
};

use super::{Event, Pending, Phase, Server, Step};
use crate::{Error, Reply};

/// An exchange that goes on.
#[derive(Debug)]
pub(super) struct Attempt {
    exchange: Exchange,
    /// What the client is told in the end; until then there may be an error challenge to answer.
    refusal: Option<Reply>,
}

impl Server {
    /// Starts what [`Event::Auth`] asks for, with the mechanism that it names.
    ///
    /// The exchange is the caller's to make as it holds the nonce and the channel binding.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_sasl::{Mechanism, server::{Config as SaslConfig, Exchange, Question}};
    /// use mailwire_smtp::server::{Config, Event, Server};
    ///
    /// let mut config = Config::new("mx.example")?;
    /// config.auth = vec![Mechanism::Plain];
    /// config.plaintext_auth_without_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("EHLO client.example\r\nAUTH PLAIN AHRpbQBzZWNyZXQ=\r\n".into());
    /// let mut authenticated = None;
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Auth(mechanism)) => {
    ///             server.authenticate(Exchange::new(mechanism, SaslConfig::default())?)?;
    ///         }
    ///         Output::Event(Event::Ask(Question::Password { authcid, password, .. }))
    ///             if authcid == "tim" && password.as_bytes() == b"secret" => server.accept()?,
    ///         Output::Event(Event::Authenticated(identity)) => authenticated = Some(identity),
    ///         Output::Event(Event::Hello { .. }) => server.accept()?,
    ///         Output::Event(_) => server.decline(),
    ///         Output::Transmit(_) => {}
    ///         _ => break,
    ///     }
    /// }
    /// assert_eq!(authenticated.unwrap().effective(), "tim");
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
        self.step(|exchange| exchange.start(initial.as_ref().map(Secret::as_bytes)));
        Ok(())
    }

    /// Answers [`Question::Secret`](mailwire_sasl::server::Question::Secret); `None` for a user that
    /// does not exist.
    pub fn supply(&mut self, secret: Option<Secret>) -> Result<(), Error> {
        self.answer_question(|exchange| exchange.supply(secret))
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
        match line::decode_response(&line.content) {
            Ok(Response::Cancel) => Step::Event(self.end_attempt(Reply::AUTH_CANCELLED)),
            Ok(Response::Data(data)) => {
                self.step(|exchange| exchange.respond(&data));
                self.take_later()
            }
            Err(_) | Ok(_) => Step::Event(self.end_attempt(Reply::BAD_BASE64)),
        }
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
            Ok(SaslStep::Ask(question)) => {
                self.later = Some(Box::new((Event::Ask(question), Some(Pending::Ask))));
                return;
            }
            Ok(SaslStep::Done(identity)) => self.succeed(identity),
            Ok(_) => self.end_attempt(Reply::AUTH_FAILED),
            Err(error) => {
                let syntax = error.fault() == Fault::Syntax;
                self.end_attempt(if syntax { Reply::BAD_RESPONSE } else { Reply::AUTH_FAILED })
            }
        };
        self.later = Some(Box::new((event, None)));
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

    fn challenge(&mut self, challenge: &[u8]) {
        let mut text = Vec::new();
        line::encode(challenge, &mut text);
        self.output.put(b"334 ");
        self.output.put(&text);
        self.output.put(b"\r\n");
    }

    fn succeed(&mut self, identity: Identity) -> Event {
        self.session.authenticated = true;
        self.phase = Phase::Idle;
        self.say(&Reply::AUTHENTICATED);
        Event::Authenticated(identity)
    }

    fn end_attempt(&mut self, usual: Reply) -> Event {
        let Phase::Auth(attempt) = mem::replace(&mut self.phase, Phase::Idle) else {
            unreachable!("only an attempt that goes on can end");
        };
        self.say(&attempt.refusal.unwrap_or(usual));
        Event::AuthFailed(attempt.exchange.mechanism())
    }
}
