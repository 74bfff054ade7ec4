//! Text that was read: short texts in place, long ones as slices of what was read.
use alloc::string::String;
use core::{fmt, ops::Deref, str};

use bytes::Bytes;

use crate::{BytesRef, Octets};

/// UTF-8 text that costs no allocation: held in place if it is short, else a slice of the buffer it
/// arrived in.
///
/// Cloning is cheap. A long text shares its buffer and keeps all of it alive, so call
/// [`detach`](Self::detach) on what is kept for long.
///
/// ```
/// use mailwire_core::Text;
/// use bytes::Bytes;
///
/// let read = Bytes::from(vec![b'a'; 16 * 1024]);
/// let name = Text::from_utf8(read.slice(..100))?;
/// assert_eq!(name.len(), 100);
/// let kept = name.detach(); // once `name` is gone the 16 KiB can go too
/// assert_eq!(kept, name);
/// # Ok::<(), core::str::Utf8Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Octets);

impl Text {
    /// Text known when the program is written.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Octets::from_static(text.as_bytes()))
    }

    /// Takes octets that are UTF-8.
    pub fn from_utf8(octets: Bytes) -> Result<Self, str::Utf8Error> {
        str::from_utf8(&octets)?;
        Ok(Self(octets.into()))
    }

    /// Takes octets that are UTF-8 from where they lie: the buffer is shared only if they are many.
    pub fn from_utf8_ref(octets: BytesRef<'_>) -> Result<Self, str::Utf8Error> {
        if !octets.is_ascii() {
            str::from_utf8(&octets)?;
        }
        Ok(Self(Octets::from_ref(octets)))
    }

    /// Takes octets that are known to be ASCII from where they lie, without another look at them.
    ///
    /// # Panics
    ///
    /// If they are not, now in a debug build, else when the text is asked for as a `str`.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn from_ascii(octets: BytesRef<'_>) -> Self {
        debug_assert!(octets.is_ascii(), "not ASCII");
        Self(Octets::from_ref(octets))
    }

    /// Takes octets that are known to be ASCII, without another look at them.
    ///
    /// # Panics
    ///
    /// As [`from_ascii`](Self::from_ascii).
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn from_ascii_octets(octets: Octets) -> Self {
        debug_assert!(octets.is_ascii(), "not ASCII");
        Self(octets)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("checked when built")
    }

    /// The octets of the text.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The octets of the text. Those of a long text still share the buffer.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

/// Checks that they are UTF-8.
impl TryFrom<Octets> for Text {
    type Error = str::Utf8Error;

    fn try_from(octets: Octets) -> Result<Self, str::Utf8Error> {
        if !octets.is_ascii() {
            str::from_utf8(&octets)?;
        }
        Ok(Self(octets))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into_bytes().into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Text {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        <&str>::arbitrary(u).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn text_is_utf8_and_shows_as_a_string() {
        assert!(Text::from_utf8(Bytes::from_static(b"\xff")).is_err());
        let text = Text::from("a\"b");
        assert_eq!((format!("{text}"), format!("{text:?}")), ("a\"b".into(), "\"a\\\"b\"".into()));
        assert_eq!(text.detach(), text);
        assert_eq!(Text::from_static("x").into_bytes(), "x");
    }

    #[test]
    fn text_is_the_same_however_it_was_taken() {
        assert_eq!(size_of::<Text>(), 40);
        let long = Bytes::from("0123456789".repeat(5));
        for text in [long.slice(..31), long.slice(..32)] {
            let held = Text::from_utf8_ref(BytesRef::from(&text)).unwrap();
            assert_eq!(held, Text::from_ascii(BytesRef::from(&text)));
            assert_eq!(held, Text::from_utf8(text.clone()).unwrap());
            assert_eq!(held.as_bytes(), text);
        }
        let buffer = Bytes::from_static(b"\xc3\xa9\xff");
        assert_eq!(Text::from_utf8_ref(BytesRef::from(&buffer).slice(..2)).unwrap(), "é");
        assert!(Text::from_utf8_ref(BytesRef::from(&buffer)).is_err());
    }
}
