//! Text that was read: short texts in place, long ones as slices of what was read.
use alloc::string::String;
use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    str,
};

use bytes::Bytes;

use crate::BytesRef;

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
#[derive(Clone)]
pub struct Text(Repr);

/// A reference count costs two atomic operations; copying a few octets costs less, and an address
/// does not keep a read buffer alive.
// Tag and octets are aligned: what lies at odd addresses stalls when it is moved.
#[derive(Clone)]
#[repr(u64)]
enum Repr {
    Inline(Inline),
    Shared(Bytes),
}

/// Up to [`INLINE`] octets, zeros behind them, and in the last octet how many they are. Made of
/// words, which stay in registers until the text is where it belongs.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Inline([[u8; 8]; 4]);

/// As many octets as make a text no longer than one that is shared.
const INLINE: usize = 31;

impl Text {
    /// Text known when the program is written.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Repr::Shared(Bytes::from_static(text.as_bytes())))
    }

    /// Takes octets that are UTF-8.
    pub fn from_utf8(octets: Bytes) -> Result<Self, str::Utf8Error> {
        str::from_utf8(&octets)?;
        Ok(Self(Repr::inline(&octets).unwrap_or(Repr::Shared(octets))))
    }

    /// Takes octets that are UTF-8 from where they lie: the buffer is shared only if they are many.
    pub fn from_utf8_ref(octets: BytesRef<'_>) -> Result<Self, str::Utf8Error> {
        if !octets.is_ascii() {
            str::from_utf8(&octets)?;
        }
        Ok(Self(Repr::inline(&octets).unwrap_or_else(|| Repr::Shared(octets.to_bytes()))))
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
        match Repr::inline(&octets) {
            Some(inline) => Self(inline),
            None => Self(Repr::Shared(octets.to_bytes())),
        }
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
        match &self.0 {
            Repr::Inline(Inline(words)) => &words.as_flattened()[..usize::from(words[3][7])],
            Repr::Shared(octets) => octets,
        }
    }

    /// The octets of the text. Those of a long text still share the buffer.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Repr::Inline(_) => Bytes::copy_from_slice(self.as_bytes()),
            Repr::Shared(octets) => octets,
        }
    }

    /// Copies the text out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.as_str().into()
    }
}

impl Repr {
    #[inline(always)]
    fn inline(text: &[u8]) -> Option<Self> {
        if text.len() > INLINE {
            return None;
        }
        let (whole, rest) = text.as_chunks::<8>();
        let last = match text.last_chunk() {
            Some(end) if !rest.is_empty() => u64::from_le_bytes(*end) >> ((8 - rest.len()) * 8),
            _ => rest.iter().rev().fold(0, |word, &octet| word << 8 | u64::from(octet)),
        };
        let word = |at: usize| match whole.get(at) {
            Some(word) => *word,
            None if at == whole.len() => last.to_le_bytes(),
            None => [0; 8],
        };
        let len = (text.len() as u64) << 56;
        let end = (u64::from_le_bytes(word(3)) | len).to_le_bytes();
        Some(Self::Inline(Inline([word(0), word(1), word(2), end])))
    }
}

impl Default for Text {
    #[inline]
    fn default() -> Self {
        Self(Repr::Inline(Inline([[0; 8]; 4])))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
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
        Self(Repr::inline(text.as_bytes()).unwrap_or_else(|| Repr::Shared(text.into())))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let copy = || Repr::Shared(Bytes::copy_from_slice(text.as_bytes()));
        Self(Repr::inline(text.as_bytes()).unwrap_or_else(copy))
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
    fn texts_of_every_length_are_equal_however_they_are_held() {
        assert_eq!(size_of::<Text>(), 40);
        let long = "0123456789".repeat(5);
        for len in 0..long.len() {
            let text = &long[..len];
            let buffer = Bytes::copy_from_slice(long.as_bytes());
            let held = Text::from_utf8_ref(BytesRef::from(&buffer).slice(..len)).unwrap();
            assert_eq!((held.as_str(), &held), (text, &Text(Repr::Shared(buffer.slice(..len)))));
            assert_eq!(held.as_bytes().as_ptr() == buffer.as_ptr(), len > INLINE, "{len} octets");
            assert_eq!(Text::from_utf8(buffer.slice(..len)).unwrap(), held);
            assert_eq!(Text::from_ascii(BytesRef::from(&buffer).slice(..len)), held);
            assert_eq!((held.detach().into_bytes(), Text::from(text)), (buffer.slice(..len), held));
        }
        let buffer = Bytes::from_static(b"\xc3\xa9\xff");
        assert_eq!(Text::from_utf8_ref(BytesRef::from(&buffer).slice(..2)).unwrap(), "é");
        assert!(Text::from_utf8_ref(BytesRef::from(&buffer)).is_err());
    }
}
