//! Atoms: keywords, capabilities, and whatever is sent bare (RFC 9051 §4.1).

use crate::{InvalidValue, class::ATOM_CHAR};
use core::{fmt, ops::Deref};
use mailwire_core::{BytesRef, Text};

/// One or more characters that need no quotes. Compared without regard to case, as all of IMAP's
/// atoms are.
///
/// ```
/// use mailwire_imap::Atom;
///
/// let atom = Atom::new("X-GM-EXT-1")?;
/// assert_eq!(atom, Atom::new("x-gm-ext-1")?);
/// assert!(Atom::new("two words").is_err() && Atom::new("").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Atom(Text);

impl Atom {
    /// Checks that the text is an atom.
    pub fn new(text: impl Into<Text>) -> Result<Self, InvalidValue> {
        let text = text.into();
        if text.is_empty() || !ATOM_CHAR.covers(text.as_bytes()) {
            return Err(InvalidValue { what: "atom" });
        }
        Ok(Self(text))
    }

    /// Octets that were seen to be an atom.
    pub(crate) fn from_scanned(octets: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(octets))
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Atom {
    /// Whether they are the same in any case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.as_bytes().eq_ignore_ascii_case(name.as_bytes())
    }
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().eq_ignore_ascii_case(other.0.as_bytes())
    }
}

impl Eq for Atom {}

impl core::hash::Hash for Atom {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.as_bytes().iter().for_each(|octet| state.write_u8(octet.to_ascii_lowercase()));
        state.write_u8(0);
    }
}

impl Deref for Atom {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
