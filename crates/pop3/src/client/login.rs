//! Logging in: the ways there are, one after the other ([RFC 1939 §7], [RFC 5034]).
//!
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
//! [RFC 5034]: https://www.rfc-editor.org/rfc/rfc5034
use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::mem;

use mailwire_core::OutputQueue;
use mailwire_sasl::{
    self as sasl, ChannelBinding, Mechanism, OAuthError, Policy, Secret, choose, client::Exchange,
    saslprep,
};

use super::{
    Client, Config, Event, Login, Method, NotSent, Outcome, Phase, RequestId,
    auth::{Auth, End},
    session::Asking,
};
use crate::{
    AuthLine, Capabilities, Command, Digest, Error, MAX_COMMAND_LINE, Name, Password, Quirk, Reply,
    ResponseCode, Timestamp,
};

/// A login that is under way.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) id: RequestId,
    /// What else there is to try; `None` if it is this exchange or none.
    login: Option<Box<Login>>,
    tried: Vec<Method>,
    pub(super) method: Method,
    pub(super) stage: Stage,
    /// Why the server refused a token, if it said so.
    pub(super) server_error: Option<OAuthError>,
}

#[derive(Debug)]
pub(super) enum Stage {
    Auth(Box<Auth>),
    Apop,
    /// USER was sent; this is the password.
    User(Password),
    Pass,
}

/// What a login depends on.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) config: &'a Config,
    pub(super) offers: &'a Capabilities,
    /// Whether the server knows CAPA: else nobody knows what it offers.
    pub(super) capa: bool,
    pub(super) timestamp: Option<&'a Timestamp>,
    pub(super) tls: bool,
}

impl Client {
    /// Starts a login, if it is not done already.
    pub(super) fn start_login(
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
    pub(super) fn handle_auth(&mut self, line: AuthLine) -> Result<(), Error> {
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
    pub(super) fn handle_login(&mut self, reply: Reply) -> Result<(), Error> {
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
}

impl Attempt {
    /// Begins with the best way there is.
    pub(super) fn start(
        id: RequestId,
        login: Box<Login>,
        terms: Terms<'_>,
        output: &mut OutputQueue,
    ) -> Result<Self, NotSent> {
        let mut tried = Vec::new();
        let (method, stage) = begin(&login, &mut tried, terms, output)?;
        Ok(Self { id, login: Some(login), tried, method, stage, server_error: None })
    }

    /// Begins with this exchange, and that is it.
    pub(super) fn start_exchange(
        id: RequestId,
        exchange: Exchange,
        terms: Terms<'_>,
        output: &mut OutputQueue,
    ) -> Result<Self, NotSent> {
        let mechanism = exchange.mechanism();
        let offered = terms.mechanisms().any(|name| name.eq_ignore_ascii_case(mechanism.name()));
        if !offered {
            return Err(NotSent::NoMethod);
        }
        if mechanism.is_plaintext() && !terms.may_show() {
            return Err(NotSent::NeedsTls);
        }
        let stage = Stage::Auth(Box::new(Auth::start(exchange, output)));
        let method = Method::Sasl(mechanism);
        Ok(Self { id, login: None, tried: Vec::new(), method, stage, server_error: None })
    }

    /// Whether an AUTH exchange is under way.
    pub(super) fn is_auth(&self) -> bool {
        matches!(self.stage, Stage::Auth(_))
    }

    /// Goes on with the next way, if there is one and it is worth trying.
    pub(super) fn try_next(
        &mut self,
        refusal: &Outcome,
        terms: Terms<'_>,
        output: &mut OutputQueue,
    ) -> bool {
        let Some(login) = &self.login else { return false };
        match refusal.reply().and_then(Reply::code) {
            // The credentials are good, or nobody looked at them (RFC 2449 §8.1, RFC 3206 §4).
            Some(
                ResponseCode::InUse
                | ResponseCode::LoginDelay
                | ResponseCode::SysTemp
                | ResponseCode::SysPerm,
            ) => return false,
            // RFC 3206 §5: it is the credentials. Many servers can check a password only if they see it, so
            // one who has not seen it may yet, but nobody is asked the same thing twice.
            Some(ResponseCode::Auth) if shows_password(self.method) => return false,
            // Servers know different kinds of channel binding: the same without it may do.
            Some(ResponseCode::Auth) if binds(self.method) => {
                let all = Mechanism::ALL.into_iter().map(Method::Sasl);
                self.tried.extend(all.filter(|method| binds(*method)));
            }
            Some(ResponseCode::Auth) => {
                let all = Mechanism::ALL.into_iter().map(Method::Sasl).chain([Method::Apop]);
                self.tried.extend(all.filter(|method| !shows_password(*method)));
            }
            Some(ResponseCode::Utf8 | ResponseCode::Other(_)) | None => {}
        }
        let Ok((method, stage)) = begin(login, &mut self.tried, terms, output) else {
            return false;
        };
        (self.method, self.stage) = (method, stage);
        true
    }
}

fn binds(method: Method) -> bool {
    matches!(method, Method::Sasl(mechanism) if mechanism.is_plus())
}

fn shows_password(method: Method) -> bool {
    match method {
        Method::Sasl(mechanism) => mechanism.is_plaintext(),
        Method::Apop => false,
        Method::UserPass => true,
    }
}

/// Sends the first command of the next way.
fn begin(
    login: &Login,
    tried: &mut Vec<Method>,
    terms: Terms<'_>,
    output: &mut OutputQueue,
) -> Result<(Method, Stage), NotSent> {
    let mut reason = None;
    loop {
        let method = match next_method(login, tried, terms) {
            Ok(method) => method,
            Err(none) => return Err(reason.unwrap_or(none)),
        };
        let stage = match method {
            Method::Sasl(mechanism) => start_auth(login, mechanism, tried.len(), terms, output),
            Method::Apop => start_apop(login, terms, output),
            Method::UserPass => start_user(login, terms, output),
        };
        tried.push(method);
        match stage {
            Ok(stage) => return Ok((method, stage)),
            Err(unfit) => reason = reason.or(Some(unfit)),
        }
    }
}

/// The best way that was not tried.
fn next_method(login: &Login, tried: &[Method], terms: Terms<'_>) -> Result<Method, NotSent> {
    let allowed =
        |method: Method| !tried.contains(&method) && login.only.is_none_or(|only| only == method);
    let apop = login.account.is_some() && terms.timestamp.is_some() && allowed(Method::Apop);
    let user = login.account.is_some()
        && (!terms.capa || terms.offers.has("USER"))
        && allowed(Method::UserPass);
    let sasl = |policy: Policy| {
        let names = terms.mechanisms();
        let names =
            names.filter(|name| name.parse().is_ok_and(|known| allowed(Method::Sasl(known))));
        let policy = policy.with_channel_binding(login.binding != ChannelBinding::None);
        choose(names, &login.credentials, &policy).ok().map(Method::Sasl)
    };
    let (tls, shows) = (terms.tls, terms.may_show());
    let best = sasl(Policy::new(tls))
        .or((apop && (tls || terms.config.apop_without_tls)).then_some(Method::Apop))
        .or_else(|| shows.then(|| sasl(Policy::new(tls).with_plaintext_allowed())).flatten())
        .or((user && shows).then_some(Method::UserPass));
    best.ok_or_else(|| {
        let hidden = apop || user || sasl(Policy::new(true)).is_some();
        if hidden { NotSent::NeedsTls } else { NotSent::NoMethod }
    })
}

fn start_auth(
    login: &Login,
    mechanism: Mechanism,
    attempts: usize,
    terms: Terms<'_>,
    output: &mut OutputQueue,
) -> Result<Stage, NotSent> {
    // Who could bind and does not must not say that it was not offered (RFC 5802 §6).
    let spurned = !mechanism.is_plus()
        && terms.mechanisms().any(|name| name.parse::<Mechanism>().is_ok_and(Mechanism::is_plus));
    let binding = if spurned { &ChannelBinding::None } else { &login.binding };
    // No two exchanges may have the same.
    let nonce = match attempts {
        0 => login.nonce.clone(),
        _ if login.nonce.is_empty() => String::new(),
        _ => format!("{}{attempts}", login.nonce),
    };
    let exchange = Exchange::new(mechanism, &login.credentials, &nonce, binding);
    let exchange = exchange.map_err(NotSent::Credentials)?;
    Ok(Stage::Auth(Box::new(Auth::start(exchange, output))))
}

fn start_apop(login: &Login, terms: Terms<'_>, output: &mut OutputQueue) -> Result<Stage, NotSent> {
    let ((user, password), Some(timestamp)) = (account(login, terms)?, terms.timestamp) else {
        return Err(NotSent::NoMethod);
    };
    // RFC 6856 §2.2: the name is a query, the password is stored.
    let prep = |error| NotSent::Credentials(sasl::Error::Prep(error));
    let user = saslprep::query(user).map_err(prep)?;
    let text = password.as_str().unwrap_or_default();
    let secret = Secret::from(saslprep::stored(text).map_err(prep)?.into_owned());
    let name = Name::new(&user).map_err(|_| NotSent::DoesNotFit)?;
    let digest = Digest::compute(timestamp, &secret);
    send(&Command::Apop { name, digest }, output)?;
    Ok(Stage::Apop)
}

fn start_user(login: &Login, terms: Terms<'_>, output: &mut OutputQueue) -> Result<Stage, NotSent> {
    let (user, password) = account(login, terms)?;
    let name = Name::new(user).map_err(|_| NotSent::DoesNotFit)?;
    // Before the name is out: a password that cannot follow makes it useless.
    let password = Password::new(password.clone()).map_err(|_| NotSent::DoesNotFit)?;
    if "PASS \r\n".len() + password.secret().len() > MAX_COMMAND_LINE {
        return Err(NotSent::DoesNotFit);
    }
    send(&Command::User(name), output)?;
    Ok(Stage::User(password))
}

fn account<'l>(login: &'l Login, terms: Terms<'_>) -> Result<(&'l str, &'l Secret), NotSent> {
    let Some((user, password)) = &login.account else { return Err(NotSent::NoMethod) };
    if !(user.is_ascii() && password.is_ascii() || terms.offers.utf8() == Some(true)) {
        return Err(NotSent::NeedsUtf8);
    }
    Ok((user, password))
}

/// Sends a command that fits a line.
fn send(command: &Command, output: &mut OutputQueue) -> Result<(), NotSent> {
    let mut line = bytes::BytesMut::new();
    command.encode(&mut line);
    if line.len() > MAX_COMMAND_LINE {
        return Err(NotSent::DoesNotFit);
    }
    output.put(&line);
    Ok(())
}

impl Terms<'_> {
    /// Whether the password may be seen by the server, and by whoever listens.
    fn may_show(&self) -> bool {
        self.tls || self.config.plaintext_auth_without_tls
    }

    fn mechanisms(&self) -> impl Iterator<Item = &str> {
        self.offers.mechanisms()
    }
}
