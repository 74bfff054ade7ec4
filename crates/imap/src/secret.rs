//! What proves who a user is, fit to be sent (RFC 9051 §6.2.2, §6.2.3, RFC 4959).

use crate::InvalidValue;
use alloc::vec::Vec;
use core::fmt;
use mailwire_core::ByteSet;
use mailwire_sasl::{Secret, line};

/// The password of LOGIN: any octets but NUL. Hidden in `Debug`, wiped when dropped.
///
/// ```
/// use mailwire_imap::Password;
///
/// let password = Password::new("pencil")?;
/// assert_eq!(format!("{password:?}"), "Secret(..)");
/// assert_eq!(password.as_bytes(), b"pencil");
/// assert!(Password::new("a\0b").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Secret);

impl Password {
    /// Checks that there is no NUL among the octets.
    ///
    /// # Errors
    ///
    /// If there is.
    pub fn new(password: impl Into<Secret>) -> Result<Self, InvalidValue> {
        let password = password.into();
        match memchr::memchr(0, password.as_bytes()) {
            None => Ok(Self(password)),
            Some(_) => Err(InvalidValue { what: "password without NUL" }),
        }
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The secret itself.
    #[must_use]
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The characters of base64.
const BASE64: ByteSet = ByteSet::EMPTY
    .with_range(b'A', b'Z')
    .with_range(b'a', b'z')
    .with_range(b'0', b'9')
    .with(b"+/=");

/// The first response of AUTHENTICATE as it is sent: base64, or `=` for an empty one (RFC 4959 §3).
/// Hidden in `Debug`, wiped when dropped.
///
/// ```
/// use mailwire_imap::InitialResponse;
///
/// let response = InitialResponse::encode(b"\0user\0pencil");
/// assert_eq!(response.as_bytes(), b"AHVzZXIAcGVuY2ls");
/// assert_eq!(InitialResponse::encode(b"").as_bytes(), b"=");
/// assert!(InitialResponse::new("{5}").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct InitialResponse(Secret);

impl InitialResponse {
    /// Checks that the text has no characters but those of base64. Whether it decodes is for the
    /// mechanism to say.
    ///
    /// # Errors
    ///
    /// If it has others, or none at all.
    pub fn new(text: impl Into<Secret>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if text.as_bytes().is_empty() || !BASE64.covers(text.as_bytes()) {
            return Err(InvalidValue { what: "initial-resp" });
        }
        Ok(Self(text))
    }

    /// Encodes what the mechanism says.
    #[must_use]
    pub fn encode(response: &[u8]) -> Self {
        let mut text = Vec::with_capacity(line::initial_len(response));
        line::encode_initial(response, &mut text);
        Self(text.into())
    }

    /// The text, in base64.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for InitialResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Octets as `Debug` may show them: nothing of what follows LOGIN or AUTHENTICATE, from whatever line on.
pub(crate) struct Shown<'w>(pub(crate) &'w [u8]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..public_len(self.0)];
        let rest = if shown.len() < self.0.len() { ".." } else { "" };
        write!(f, "b\"{}\"{rest}", shown.escape_ascii())
    }
}

/// How much comes before the first secret.
fn public_len(wire: &[u8]) -> usize {
    let mut at = 0;
    for line in wire.split_inclusive(|octet| *octet == b'\n') {
        let mut words = line.split(|octet| octet.is_ascii_whitespace() || *octet == 0);
        let mut end = 0;
        let mut next = || {
            let word =
                words.by_ref().inspect(|word| end += word.len() + 1).find(|word| !word.is_empty());
            (word.unwrap_or_default(), end)
        };
        let (_tag, (name, behind)) = (next(), next());
        if ["LOGIN", "AUTHENTICATE"].iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        {
            return (at + behind).min(wire.len());
        }
        at += line.len();
    }
    wire.len()
}
