//! How requests begin, and why some do not.

use super::{
    Client, Config, Handle, NotSent, Request, Session,
    auth::Attempt,
    flight::Traits,
    request::{self, Waiting},
    session::{Idle, Pending, Then},
};
use crate::{
    Command,
    command::{AppendData, CatenatePart, LiteralForm},
};
use alloc::boxed::Box;
use mailwire_sasl::client::Exchange;

impl Client {
    /// Sends the request, or says why not.
    pub(super) fn begin(&mut self, next: Waiting) {
        let Waiting { handle, traits, request } = next;
        match request {
            Request::Authenticate(exchange) => {
                if let Err(reason) = self.check_exchange(&exchange) {
                    return self.not_sent(handle, reason);
                }
                let tag = self.tag_of(handle.0);
                let sasl_ir = self.session.offers.has("SASL-IR");
                let attempt = Attempt::start(*exchange, &tag, sasl_ir, &mut self.output);
                let then = Then::Authenticate(Box::new(attempt));
                self.expect_capabilities();
                let pending = Pending { number: handle.0, handle: Some(handle), traits, then };
                self.session.pending.push_back(pending);
            }
            Request::Command(command) => {
                if let Err(reason) = check(&command, traits, &self.session, &self.config) {
                    return self.not_sent(handle, reason);
                }
                if matches!(*command, Command::Login { .. }) {
                    self.expect_capabilities();
                }
                let then = follows(&command);
                let pending = Pending { number: handle.0, handle: Some(handle), traits, then };
                self.start(pending, &command);
            }
        }
    }

    /// RFC 9051 §6.2.3: what the server offers changes with the login, and it may say so by itself.
    fn expect_capabilities(&mut self) {
        self.session.known = false;
    }

    fn check_exchange(&self, exchange: &Exchange) -> Result<(), NotSent> {
        let mechanism = exchange.mechanism();
        if self.session.authenticated {
            return Err(NotSent::Authenticated);
        }
        if mechanism.is_plaintext() && !self.session.may_show(&self.config) {
            return Err(NotSent::NeedsTls);
        }
        let mut offered = self.session.offers.values_of("AUTH");
        if offered.any(|name| name.eq_ignore_ascii_case(mechanism.name())) {
            Ok(())
        } else {
            Err(NotSent::MechanismNotOffered)
        }
    }

    pub(super) fn not_sent(&mut self, handle: Handle, reason: NotSent) {
        let result = super::Outcome::NotSent(reason);
        self.session.events.push_back(super::Event::Done { handle, result });
    }
}

impl Session {
    fn may_show(&self, config: &Config) -> bool {
        self.tls || config.plaintext_auth_without_tls
    }
}

/// Why the command must not be sent now.
fn check(
    command: &Command,
    traits: Traits,
    session: &Session,
    config: &Config,
) -> Result<(), NotSent> {
    match (command, session.authenticated) {
        (Command::Login { .. }, true) => return Err(NotSent::Authenticated),
        (Command::Login { .. }, false) if !session.may_show(config) => {
            return Err(NotSent::NeedsTls);
        }
        (Command::Login { .. }, false) if session.offers.has("LOGINDISABLED") => {
            return Err(NotSent::LoginDisabled);
        }
        (command, false) if needs_login(command) => return Err(NotSent::NotAuthenticated),
        _ => {}
    }
    if needs_mailbox(command) && session.selected.is_none() {
        return Err(NotSent::NoMailbox);
    }
    if matches!(command, Command::Enable(_)) && session.selected.is_some() {
        return Err(NotSent::MailboxSelected);
    }
    if traits.numbers && session.enabled.has("UIDONLY") {
        return Err(NotSent::UidOnly);
    }
    check_messages(command, session)
}

/// RFC 9051 §6.1, §6.2: what may be said before the login.
fn needs_login(command: &Command) -> bool {
    !matches!(
        command,
        Command::Capability
            | Command::Noop
            | Command::Logout
            | Command::Id(_)
            | Command::Login { .. }
            | Command::Language(_)
            | Command::Other { .. }
    )
}

/// RFC 9051 §6.4 and what extensions add to it.
fn needs_mailbox(command: &Command) -> bool {
    matches!(
        command,
        Command::Check
            | Command::Close
            | Command::Unselect
            | Command::Expunge(_)
            | Command::Search(_)
            | Command::Sort(_)
            | Command::Thread(_)
            | Command::Fetch { .. }
            | Command::Store { .. }
            | Command::Copy { .. }
            | Command::Move { .. }
            | Command::Replace { .. }
            | Command::UidBatches { .. }
    )
}

/// A server that does not know what is behind the first literal may take it for commands.
fn check_messages(command: &Command, session: &Session) -> Result<(), NotSent> {
    let messages = request::messages(command);
    let needs =
        |name| if session.offers.has(name) { Ok(()) } else { Err(NotSent::NotOffered(name)) };
    if matches!(command, Command::Replace { .. }) {
        needs("REPLACE")?;
    }
    if messages.len() > 1 {
        needs("MULTIAPPEND")?;
    }
    let limit = session.offers.values_of("APPENDLIMIT").find_map(|limit| limit.parse().ok());
    let max: u64 = limit.unwrap_or(u64::MAX);
    for data in messages {
        let (size, binary) = match data {
            AppendData::Octets(octets) => {
                (octets.len() as u64, memchr::memchr(0, octets).is_some())
            }
            AppendData::Utf8(octets) => (octets.len() as u64, false),
            AppendData::Streamed { size, form } => (*size, *form == LiteralForm::Literal8),
            AppendData::Other(_) => (0, false),
            AppendData::Catenate(parts) => {
                needs("CATENATE")?;
                let sizes = parts.iter().map(|part| match part {
                    CatenatePart::Text(octets) | CatenatePart::Utf8(octets) => octets.len() as u64,
                    CatenatePart::StreamedText { size, .. } => *size,
                    CatenatePart::Url(_) => 0,
                });
                (sizes.fold(0, u64::saturating_add), false)
            }
        };
        if binary && !session.offers.has("IMAP4rev2") {
            needs("BINARY")?;
        }
        if size > max {
            return Err(NotSent::TooBig { max });
        }
    }
    Ok(())
}

/// What follows when the command is through.
fn follows(command: &Command) -> Then {
    match command {
        Command::Capability => Then::Capability,
        Command::Login { .. } => Then::Login,
        Command::Select { mailbox, .. } | Command::Examine { mailbox, .. } => {
            Then::Select(Box::new(mailbox.detach()))
        }
        Command::Close | Command::Unselect => Then::Deselect,
        Command::Enable(_) => Then::Enable,
        Command::Idle => Then::Idle(Idle::Asked { done: false }),
        Command::Compress(_) => Then::Compress,
        Command::Logout => Then::Logout,
        Command::Unauthenticate => Then::Unauthenticate,
        _ => Then::GoOn,
    }
}
