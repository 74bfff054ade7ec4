//! Text that is a slice of what was read.
use alloc::string::String;
use core::{fmt, ops::Deref, str};

use bytes::Bytes;

/// UTF-8 text without a copy: a slice of the buffer it arrived in.
///
/// Cloning is cheap and shares the buffer. A slice keeps its whole buffer alive, so call
/// [`detach`](Self::detach) on what is kept for long.
///
/// ```
/// use mailwire_core::Text;
/// use bytes::Bytes;
///
/// let read = Bytes::from(vec![b'a'; 16 * 1024]);
/// let name = Text::from_utf8(read.slice(..3))?;
/// assert_eq!(name, "aaa");
/// let kept = name.detach(); // once `name` is gone the 16 KiB can go too
/// assert_eq!(kept, name);
/// # Ok::<(), core::str::Utf8Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Bytes);

impl Text {
    /// Text known when the program is written.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// Takes octets that are UTF-8.
    pub fn from_utf8(octets: Bytes) -> Result<Self, str::Utf8Error> {
        str::from_utf8(&octets)?;
        Ok(Self(octets))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("checked when built")
    }

    /// The octets of the text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets of the text, still sharing the buffer.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Copies the text out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(Bytes::copy_from_slice(&self.0))
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

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
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
}
