use alloc::{string::String, vec::Vec};
use core::{fmt, ops::Deref};

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A password, token or key: hidden in `Debug`, compared in constant time, wiped when dropped.
///
/// Two secrets of different length compare unequal at once; the length is no secret.
///
/// ```
/// use mailwire_sasl::Secret;
///
/// let password = Secret::from("pencil");
/// assert_eq!(format!("{password:?}"), "Secret(..)");
/// assert_eq!(password.as_bytes(), b"pencil");
/// assert!(password == Secret::from(b"pencil".to_vec()));
/// ```
#[derive(Clone, Default)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, unless it is not UTF-8.
    ///
    /// ```
    /// # use mailwire_sasl::Secret;
    /// assert_eq!(Secret::from("pencil").as_str(), Some("pencil"));
    /// assert_eq!(Secret::from(vec![0xff]).as_str(), None);
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl Deref for Secret {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Secret {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}
