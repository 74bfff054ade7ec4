//! What both sides of SCRAM share ([RFC 5802], [RFC 7677]): the keys and their arithmetic.
//!
//! [RFC 5802]: https://www.rfc-editor.org/rfc/rfc5802
//! [RFC 7677]: https://www.rfc-editor.org/rfc/rfc7677

use alloc::{string::String, vec::Vec};
use core::ops::RangeInclusive;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::{Error, Secret, saslprep};

pub(crate) mod message;

/// The smallest iteration count that is taken or announced (RFC 5802 §5.1, RFC 7677 §3).
pub const MIN_ITERATIONS: u32 = 4096;

/// The largest iteration count a client works off unless told otherwise.
///
/// The count comes from the server and buys it CPU time on the client (RFC 5802 §9). A million rounds
/// are well above what servers announce and about half a second of work.
pub const MAX_ITERATIONS: u32 = 1_000_000;

/// A nonce from random octets of the caller, 16 or more: printable ASCII without comma, as
/// [RFC 5802 §5.1] wants it.
///
/// ```
/// assert_eq!(mailwire_sasl::nonce(b"from the OS, say"), "ZnJvbSB0aGUgT1MsIHNheQ");
/// ```
///
/// [RFC 5802 §5.1]: https://www.rfc-editor.org/rfc/rfc5802#section-5.1
pub fn nonce(random: &[u8]) -> String {
    let mut nonce = STANDARD.encode(random);
    nonce.truncate(nonce.trim_end_matches('=').len());
    nonce
}

/// The hash function of a SCRAM mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Hash {
    /// SHA-1 (RFC 5802)
    Sha1,
    /// SHA-256 (RFC 7677)
    Sha256,
}

impl Hash {
    /// Octets in a digest and in every key.
    pub fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// `H(str)`
    fn digest(self, data: &[u8]) -> Secret {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec().into(),
            Self::Sha256 => Sha256::digest(data).to_vec().into(),
        }
    }

    /// `HMAC(key, str)`
    pub(crate) fn hmac(self, key: &[u8], data: &[u8]) -> Secret {
        match self {
            Self::Sha1 => mac::<Hmac<Sha1>>(key, data),
            Self::Sha256 => mac::<Hmac<Sha256>>(key, data),
        }
    }

    /// `Hi(str, salt, i)`
    fn salted_password(self, password: &[u8], salt: &[u8], iterations: u32) -> Secret {
        match self {
            Self::Sha1 => hi::<Hmac<Sha1>>(password, salt, iterations),
            Self::Sha256 => hi::<Hmac<Sha256>>(password, salt, iterations),
        }
    }
}

fn keyed<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn mac<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Secret {
    keyed::<M>(key).chain_update(data).finalize().into_bytes().to_vec().into()
}

/// `Hi`: PBKDF2 with one block of output (RFC 5802 §2.2)
fn hi<M: Mac + KeyInit + Clone>(password: &[u8], salt: &[u8], iterations: u32) -> Secret {
    let keyed = keyed::<M>(password);
    let first = keyed.clone().chain_update(salt).chain_update([0, 0, 0, 1]);
    let mut u = first.finalize().into_bytes();
    let mut sum = u.to_vec();
    for _ in 1..iterations {
        u = keyed.clone().chain_update(&u).finalize().into_bytes();
        xor(&mut sum, &u);
    }
    sum.into()
}

fn xor(sum: &mut [u8], with: &[u8]) {
    for (a, b) in sum.iter_mut().zip(with) {
        *a ^= b;
    }
}

/// What the password becomes on the client (RFC 5802 §3).
#[derive(Debug)]
pub(crate) struct ClientKeys {
    hash: Hash,
    client_key: Secret,
    server_key: Secret,
}

impl ClientKeys {
    /// The password is prepared already.
    pub(crate) fn derive(hash: Hash, password: &[u8], salt: &[u8], iterations: u32) -> Self {
        let salted = hash.salted_password(password, salt, iterations);
        let client_key = hash.hmac(&salted, b"Client Key");
        Self { hash, client_key, server_key: hash.hmac(&salted, b"Server Key") }
    }

    /// `ClientProof`
    pub(crate) fn proof(&self, auth_message: &[u8]) -> Vec<u8> {
        let stored_key = self.hash.digest(&self.client_key);
        let mut proof = self.client_key.to_vec();
        xor(&mut proof, &self.hash.hmac(&stored_key, auth_message));
        proof
    }

    /// `ServerSignature`
    pub(crate) fn server_signature(&self, auth_message: &[u8]) -> Secret {
        self.hash.hmac(&self.server_key, auth_message)
    }
}

/// What a server keeps instead of a password ([RFC 5802 §3]): enough to check one, not to use it.
///
/// ```
/// use mailwire_sasl::{Hash, server::ScramKeys};
///
/// let keys = ScramKeys::derive(Hash::Sha1, "pencil", b"random, 16 octets", 4096)?;
/// // To and from the database:
/// let again = ScramKeys::new(
///     keys.hash(), keys.salt(), keys.iterations(), keys.stored_key(), keys.server_key())?;
/// assert_eq!(again, keys);
/// # Ok::<(), mailwire_sasl::Error>(())
/// ```
///
/// [RFC 5802 §3]: https://www.rfc-editor.org/rfc/rfc5802#section-3
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScramKeys {
    hash: Hash,
    salt: Vec<u8>,
    iterations: u32,
    stored_key: Secret,
    server_key: Secret,
}

impl ScramKeys {
    /// Makes them from a password, which is prepared as a "stored string" (RFC 5802 §2.2), and a
    /// random salt of the caller. Refuses less than [`MIN_ITERATIONS`].
    pub fn derive(hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Result<Self, Error> {
        if iterations < MIN_ITERATIONS {
            return Err(Error::Iterations {
                count: iterations,
                min: MIN_ITERATIONS,
                max: u32::MAX,
            });
        }
        let password = Secret::from(saslprep::stored_non_empty(password)?.into_owned());
        let keys = ClientKeys::derive(hash, &password, salt, iterations);
        Self::new(hash, salt, iterations, &hash.digest(&keys.client_key), &keys.server_key)
    }

    /// Puts together what was stored.
    pub fn new(
        hash: Hash,
        salt: &[u8],
        iterations: u32,
        stored_key: &[u8],
        server_key: &[u8],
    ) -> Result<Self, Error> {
        if salt.is_empty() {
            return Err(Error::Argument("salt"));
        }
        if stored_key.len() != hash.output_len() || server_key.len() != hash.output_len() {
            return Err(Error::Argument("SCRAM key"));
        }
        let (stored_key, server_key) = (stored_key.into(), server_key.into());
        Ok(Self { hash, salt: salt.into(), iterations, stored_key, server_key })
    }

    /// Keys that nobody has, for a user that nobody is: the same salt whenever the same name is tried.
    pub(crate) fn dummy(hash: Hash, user: &str, key: &Secret, iterations: u32) -> Self {
        let part =
            |label: &str| hash.hmac(key, &[label.as_bytes(), b"\0", user.as_bytes()].concat());
        let salt = part("salt")[..16].into();
        Self { hash, salt, iterations, stored_key: part("stored"), server_key: part("server") }
    }

    /// The hash function they belong to.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The salt, which is sent to whoever asks.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The iteration count.
    pub fn iterations(&self) -> u32 {
        self.iterations
    }

    /// `StoredKey`
    pub fn stored_key(&self) -> &Secret {
        &self.stored_key
    }

    /// `ServerKey`
    pub fn server_key(&self) -> &Secret {
        &self.server_key
    }

    /// Whether the proof is that of the password.
    pub(crate) fn verify(&self, proof: &[u8], auth_message: &[u8]) -> bool {
        let mut client_key = Vec::from(proof);
        xor(&mut client_key, &self.hash.hmac(&self.stored_key, auth_message));
        self.hash.digest(&Secret::from(client_key)) == self.stored_key
    }

    /// `ServerSignature`
    pub(crate) fn server_signature(&self, auth_message: &[u8]) -> Secret {
        self.hash.hmac(&self.server_key, auth_message)
    }
}

/// Bounds with the minimum of the RFC built in.
pub(crate) fn check_iterations(count: u32, bounds: &RangeInclusive<u32>) -> Result<(), Error> {
    let (min, max) = (*bounds.start().max(&MIN_ITERATIONS), *bounds.end());
    if (min..=max).contains(&count) { Ok(()) } else { Err(Error::Iterations { count, min, max }) }
}
