//! LOGIN, AUTHENTICATE and UNAUTHENTICATE.
use std::sync::Arc;

use mailwire_imap::{Error, WordCode};
use mailwire_sasl::{Identity, Mechanism, Secret, saslprep, server::Question};

use super::{ImapSession, Login};
use crate::accounts::Answer;

impl ImapSession {
    pub(super) fn log_in(&mut self, user: &str, password: &Secret) -> Result<(), Error> {
        let name = saslprep::query(user).unwrap_or_default();
        let password = password.as_str().map(saslprep::query);
        let password = password.and_then(Result::ok).unwrap_or_default();
        if self.host.accounts.knows(&name, &(&*password).into()) && self.enter(&name) {
            self.server.accept()
        } else {
            self.server.reject(WordCode::AuthenticationFailed, "Authentication failed")
        }
    }

    pub(super) fn authenticate(&mut self, mechanism: Mechanism) -> Result<(), Error> {
        match self.host.accounts.exchange(mechanism, &self.channel) {
            Ok(exchange) => self.server.authenticate(exchange),
            Err(_) => self.server.reject(WordCode::Unavailable, "Not now"),
        }
    }

    pub(super) fn answer_question(&mut self, question: &Question) -> Result<(), Error> {
        match self.host.accounts.answer(question) {
            Answer::Verdict(true) => self.server.accept(),
            Answer::Verdict(false) => {
                self.server.reject(WordCode::AuthenticationFailed, "Authentication failed")
            }
            Answer::Secret(secret) => self.server.supply(secret),
            Answer::ScramKeys(keys) => self.server.supply_scram(keys),
        }
    }

    pub(super) fn authenticated(&mut self, identity: &Identity) -> Result<(), Error> {
        let name = saslprep::query(identity.effective()).unwrap_or_default();
        // Whoever has a password has an account.
        if self.enter(&name) { Ok(()) } else { self.server.bye("There is no such account") }
    }

    /// Nobody is logged in any more.
    pub(super) fn log_out(&mut self) {
        self.job = None;
        self.upload = None;
        self.selected = None;
        self.login = None;
    }

    fn enter(&mut self, user: &str) -> bool {
        let Some(account) = self.host.mail.account(user) else { return false };
        let (account, watch) = (Arc::clone(account), account.watch());
        self.login = Some(Login { account, watch, notifications: None });
        true
    }
}
