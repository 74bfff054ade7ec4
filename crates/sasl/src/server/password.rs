//! `PLAIN` ([RFC 4616 §2]), `LOGIN` and `CRAM-MD5` ([RFC 2195 §2]).
//!
//! [RFC 4616 §2]: https://www.rfc-editor.org/rfc/rfc4616#section-2
//! [RFC 2195 §2]: https://www.rfc-editor.org/rfc/rfc2195#section-2

use alloc::string::String;

use super::{Asked, Exchange, Question, State, Step, Waiting};
use crate::{Error, Identity, ParseErrorKind, Secret, cram, saslprep, text};

impl Exchange {
    /// `message = [authzid] NUL authcid NUL passwd` (RFC 4616 §2)
    pub(super) fn plain(&mut self, message: &[u8]) -> Result<Step, Error> {
        let mut fields = message.split(|&b| b == 0);
        let (Some(authzid), Some(authcid), Some(password)) =
            (fields.next(), fields.next(), fields.next())
        else {
            return Err(Error::parse(ParseErrorKind::Missing, message.len()));
        };
        let authcid_at = authzid.len() + 1;
        let password_at = authcid_at + authcid.len() + 1;
        if fields.next().is_some() {
            return Err(Error::parse(ParseErrorKind::Surplus, password_at + password.len()));
        }
        let authzid = text::utf8(authzid, 0)?;
        let authcid = text::non_empty(authcid, authcid_at)?;
        let password = text::non_empty(password, password_at)?;
        self.ask_password(authzid, authcid, password)
    }

    pub(super) fn login_user(&mut self, user: &[u8]) -> Result<Step, Error> {
        text::non_empty(user, 0)?;
        let user = text::name(user, 0)?.into();
        Ok(self.challenge(b"Password:".into(), Waiting::LoginPassword { user }))
    }

    pub(super) fn login_password(&mut self, user: String, password: &[u8]) -> Result<Step, Error> {
        let password = text::non_empty(password, 0)?;
        if let Some(at) = password.find('\0') {
            return Err(Error::parse(ParseErrorKind::Character, at));
        }
        self.ask_password("", &user, password)
    }

    /// Prepared as queries: RFC 4616 §2, and the same for `LOGIN`.
    fn ask_password(
        &mut self,
        authzid: &str,
        authcid: &str,
        password: &str,
    ) -> Result<Step, Error> {
        let authzid = self.config.prepare_authzid(authzid)?;
        let authcid = self.config.prepare(authcid)?;
        let password = match self.config.prepares() {
            true => Secret::from(saslprep::query_non_empty(password)?.into_owned()),
            false => password.into(),
        };
        let identity = Identity { authcid: authcid.clone(), authzid: authzid.clone() };
        self.state = State::Asked(Asked::Verdict(identity));
        Ok(Step::Ask(Question::Password { authzid, authcid, password }))
    }

    pub(super) fn cram_challenge(&mut self) -> Result<Step, Error> {
        let challenge = cram::challenge(self.config.nonce(), self.config.hostname())?;
        Ok(self.challenge(challenge.clone().into_bytes(), Waiting::Cram { challenge }))
    }

    pub(super) fn cram_response(
        &mut self,
        challenge: String,
        response: &[u8],
    ) -> Result<Step, Error> {
        let (user, digest) = cram::parse(response)?;
        let user = String::from(user);
        let question = Question::Secret { authcid: user.clone() };
        self.state = State::Asked(Asked::CramSecret { user, digest, challenge });
        Ok(Step::Ask(question))
    }
}
