//! The server's side of SCRAM ([RFC 5802 §5]).
//!
//! [RFC 5802 §5]: https://www.rfc-editor.org/rfc/rfc5802#section-5

use alloc::{format, string::String};

use super::{Asked, Exchange, Question, ScramKeys, State, Step, Waiting};
use crate::{
    BindingError, Error, Identity, ParseErrorKind,
    scram::{
        check_iterations,
        message::{self, Gs2Flag, Gs2Header},
    },
};

/// What is kept of the client's first message.
#[derive(Debug)]
pub(super) struct First {
    identity: Identity,
    bare: String,
    /// The whole `c=` that the client has to send.
    binding: String,
    /// The client's, then ours.
    nonce: String,
}

/// The same once the challenge is out.
#[derive(Debug)]
pub(super) struct Sent {
    first: First,
    server_first: String,
    keys: ScramKeys,
    known: bool,
}

/// The client is authenticated.
#[derive(Debug)]
pub(super) struct Authorized {
    pub(super) identity: Identity,
    server_final: String,
}

impl Exchange {
    pub(super) fn scram_first(&mut self, message: &[u8]) -> Result<Step, Error> {
        let hash = self.mechanism.scram_hash().ok_or(Error::Misuse)?;
        let client_first = message::client_first(message)?;
        let binding = self.expected_binding(&client_first.header)?;
        let identity = Identity {
            authcid: self.config.prepare(&client_first.user)?,
            authzid: self.config.prepare_authzid(&client_first.header.authzid)?,
        };
        let question = Question::ScramKeys {
            hash,
            authcid: identity.authcid.clone(),
            authzid: identity.authzid.clone(),
        };
        self.state = State::Asked(Asked::ScramKeys(First {
            identity,
            bare: client_first.bare.into(),
            binding,
            nonce: format!("{}{}", client_first.nonce, self.config.nonce()),
        }));
        Ok(Step::Ask(question))
    }

    /// RFC 5802 §6: what the flag allows, and the `c=` that has to follow
    fn expected_binding(&self, header: &Gs2Header<'_>) -> Result<String, Error> {
        let data = match (header.flag, self.mechanism.is_plus()) {
            (Gs2Flag::Bound(name), true) => {
                self.config.binding(name).ok_or(BindingError::UnsupportedType)
            }
            (Gs2Flag::Bound(_), false) => Err(BindingError::NotPlus),
            (Gs2Flag::Unused, plus) if plus || self.config.plus_offered() => {
                Err(BindingError::Downgrade)
            }
            (Gs2Flag::Unable, true) => Err(BindingError::Missing),
            (Gs2Flag::Unused | Gs2Flag::Unable, _) => Ok(&[][..]),
        };
        data.map(|data| message::write_binding(header.raw, data)).map_err(Error::ChannelBinding)
    }

    pub(super) fn scram_challenge(
        &mut self,
        first: First,
        keys: Option<ScramKeys>,
    ) -> Result<Step, Error> {
        let known = keys.is_some();
        let hash = self.mechanism.scram_hash().ok_or(Error::Misuse)?;
        let (key, iterations) = self.config.dummy().ok_or(Error::Misuse)?;
        // Made for known users too, so that it takes as long.
        let dummy = ScramKeys::dummy(hash, &first.identity.authcid, key, iterations);
        let keys = keys.unwrap_or(dummy);
        check_iterations(keys.iterations(), self.config.iterations())?;
        let server_first =
            message::write_server_first(&first.nonce, keys.salt(), keys.iterations());
        let challenge = server_first.clone().into_bytes();
        let sent = Sent { first, server_first, keys, known };
        Ok(self.challenge(challenge, Waiting::ScramFinal(sent)))
    }

    pub(super) fn scram_final(&mut self, sent: Sent, response: &[u8]) -> Result<Step, Error> {
        let Sent { first, server_first, keys, known } = sent;
        let client_final = message::client_final(response)?;
        if client_final.proof.len() != keys.hash().output_len() {
            let offset = client_final.without_proof.len() + ",p=".len();
            return Err(Error::parse(ParseErrorKind::Digest, offset));
        }
        if client_final.nonce != first.nonce {
            return Err(Error::Nonce);
        }
        if first.binding.strip_prefix("c=") != Some(client_final.binding) {
            return Err(Error::ChannelBinding(BindingError::Mismatch));
        }
        let auth_message = format!("{},{server_first},{}", first.bare, client_final.without_proof);
        let right = keys.verify(&client_final.proof, auth_message.as_bytes());
        let signature = keys.server_signature(auth_message.as_bytes());
        if !right || !known {
            return Ok(Step::Failed);
        }
        let server_final = message::write_base64("v=", &signature);
        let authorized = Authorized { identity: first.identity, server_final };
        let Identity { authcid, authzid } = &authorized.identity;
        if authzid.is_empty() || authzid == authcid {
            return Ok(self.scram_success(authorized));
        }
        let question = Question::Authorize { authcid: authcid.clone(), authzid: authzid.clone() };
        self.state = State::Asked(Asked::ScramAuthorize(authorized));
        Ok(Step::Ask(question))
    }

    pub(super) fn scram_success(&mut self, authorized: Authorized) -> Step {
        let Authorized { identity, server_final } = authorized;
        self.challenge(server_final.into_bytes(), Waiting::ScramEnd(identity))
    }
}
