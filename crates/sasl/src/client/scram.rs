use alloc::{format, string::String, vec::Vec};
use core::{mem, ops::RangeInclusive};

use crate::{
    BindingError, ChannelBinding, Error, Hash, MAX_ITERATIONS, MIN_ITERATIONS, Mechanism, Secret,
    scram::{
        ClientKeys, check_iterations,
        message::{self, escape, is_nonce},
    },
};

/// The client's side of SCRAM ([RFC 5802 §5]).
///
/// [RFC 5802 §5]: https://www.rfc-editor.org/rfc/rfc5802#section-5
#[derive(Debug)]
pub(super) struct Scram {
    hash: Hash,
    /// GS2 header
    header: String,
    binding: Vec<u8>,
    nonce: String,
    /// `client-first-message-bare`
    bare: String,
    iterations: RangeInclusive<u32>,
    state: State,
}

#[derive(Debug)]
enum State {
    ServerFirst { password: Secret },
    ServerFinal { signature: Secret },
    Verified,
}

impl Scram {
    /// The names and the password are prepared already.
    pub(super) fn new(
        mechanism: Mechanism,
        user: &str,
        authzid: &str,
        password: Secret,
        nonce: &str,
        binding: &ChannelBinding,
    ) -> Result<Self, Error> {
        let hash = mechanism.scram_hash().ok_or(Error::Misuse)?;
        if !is_nonce(nonce) {
            return Err(Error::Argument("nonce"));
        }
        let name = binding.name().filter(|_| binding.is_usable());
        let (flag, data) = match (mechanism.is_plus(), name) {
            (true, Some(name)) => (format!("p={name}"), binding.data().into()),
            (true, None) => return Err(Error::ChannelBinding(BindingError::Missing)),
            (false, Some(_)) => ("y".into(), Vec::new()),
            (false, None) => ("n".into(), Vec::new()),
        };
        let authzid = match authzid {
            "" => String::new(),
            authzid => format!("a={}", escape(authzid)),
        };
        Ok(Self {
            hash,
            header: format!("{flag},{authzid},"),
            binding: data,
            nonce: nonce.into(),
            bare: format!("n={},r={nonce}", escape(user)),
            iterations: MIN_ITERATIONS..=MAX_ITERATIONS,
            state: State::ServerFirst { password },
        })
    }

    pub(super) fn set_iterations(&mut self, bounds: RangeInclusive<u32>) {
        self.iterations = bounds;
    }

    /// `client-first-message`
    pub(super) fn first(&self) -> String {
        format!("{}{}", self.header, self.bare)
    }

    pub(super) fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        match mem::replace(&mut self.state, State::Verified) {
            State::ServerFirst { password } => self.prove(challenge, &password),
            State::ServerFinal { signature } => verify(challenge, &signature).map(|()| Vec::new()),
            State::Verified => Err(Error::Unexpected),
        }
    }

    /// `server-first-message` in, `client-final-message` out
    fn prove(&mut self, challenge: &[u8], password: &Secret) -> Result<Vec<u8>, Error> {
        let first = message::server_first(challenge)?;
        match first.nonce.strip_prefix(&*self.nonce) {
            None | Some("") => return Err(Error::Nonce),
            Some(_) => {}
        }
        check_iterations(first.iterations, &self.iterations)?;
        let keys = ClientKeys::derive(self.hash, password, &first.salt, first.iterations);

        let binding = message::write_binding(&self.header, &self.binding);
        let without_proof = format!("{binding},r={}", first.nonce);
        let auth_message = format!("{},{},{without_proof}", self.bare, first.text);
        let proof = message::write_base64("p=", &keys.proof(auth_message.as_bytes()));
        let signature = keys.server_signature(auth_message.as_bytes());
        self.state = State::ServerFinal { signature };
        Ok(format!("{without_proof},{proof}").into_bytes())
    }

    /// Success counts only once the server has proved itself, be it in the data that came with it.
    pub(super) fn check(&self, final_data: &[u8]) -> Result<(), Error> {
        match &self.state {
            State::Verified if final_data.is_empty() => Ok(()),
            State::Verified => Err(Error::Unexpected),
            State::ServerFinal { signature } if !final_data.is_empty() => {
                verify(final_data, signature)
            }
            State::ServerFinal { .. } | State::ServerFirst { .. } => Err(Error::Premature),
        }
    }
}

fn verify(server_final: &[u8], signature: &Secret) -> Result<(), Error> {
    let verifier = Secret::from(message::server_final(server_final)?);
    if verifier == *signature { Ok(()) } else { Err(Error::ServerSignature) }
}
