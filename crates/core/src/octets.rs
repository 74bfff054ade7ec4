//! Octets that were read: few of them in place, many as a slice of what was read.
use alloc::vec::Vec;
use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
};

use bytes::Bytes;

use crate::BytesRef;

/// Any octets, without an allocation: held in place if they are few, else a slice of the buffer they
/// arrived in. Those that are UTF-8 are a [`Text`](crate::Text).
///
/// Cloning is cheap. Many octets share their buffer and keep all of it alive, so call
/// [`detach`](Self::detach) on what is kept for long.
///
/// ```
/// use mailwire_core::Octets;
/// use bytes::Bytes;
///
/// let read = Bytes::from(vec![0xff; 16 * 1024]);
/// let name = Octets::from(read.slice(..100));
/// let kept = name.detach(); // once `name` is gone the 16 KiB can go too
/// assert_eq!((kept.len(), &kept), (100, &name));
/// ```
#[derive(Clone)]
pub struct Octets(Repr);

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

/// Which bits of a block belong to its first octets, by their number.
static MASKS: [[u64; 4]; INLINE + 1] = {
    let mut masks = [[0; 4]; INLINE + 1];
    let mut len = 0;
    while len <= INLINE {
        let mut at = 0;
        while at < len {
            masks[len][at / 8] |= 0xff << (at % 8 * 8);
            at += 1;
        }
        len += 1;
    }
    masks
};

impl Octets {
    /// Octets known when the program is written.
    #[must_use]
    pub const fn from_static(octets: &'static [u8]) -> Self {
        Self(Repr::Shared(Bytes::from_static(octets)))
    }

    /// Takes octets from where they lie: the buffer is shared only if they are many.
    #[inline(always)]
    #[must_use]
    pub fn from_ref(octets: BytesRef<'_>) -> Self {
        if let (Some(block), Some(mask)) = (octets.block(), MASKS.get(octets.len())) {
            return Self(Repr::masked(block, mask, octets.len()));
        }
        Self::from_end_of_buffer(octets)
    }

    /// Many octets, or less than a block before the end of the buffer.
    #[inline(never)]
    fn from_end_of_buffer(octets: BytesRef<'_>) -> Self {
        Self(Repr::inline(&octets).unwrap_or_else(|| Repr::Shared(octets.to_bytes())))
    }

    /// The octets.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline(Inline(words)) => &words.as_flattened()[..usize::from(words[3][7])],
            Repr::Shared(octets) => octets,
        }
    }

    /// The octets. If they are many they still share the buffer.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Repr::Inline(_) => Bytes::copy_from_slice(self.as_bytes()),
            Repr::Shared(octets) => octets,
        }
    }

    /// Copies the octets out of the buffer they may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.as_bytes().into()
    }
}

impl Repr {
    /// The first octets of a block. It is read whole, which needs no branch on how many they are.
    #[inline(always)]
    fn masked(block: &[u8; INLINE + 1], mask: &[u64; 4], len: usize) -> Self {
        let (words, _) = block.as_chunks();
        let word = |at: usize| u64::from_le_bytes(words[at]) & mask[at];
        let end = word(3) | (len as u64) << 56;
        Self::Inline(Inline([
            word(0).to_le_bytes(),
            word(1).to_le_bytes(),
            word(2).to_le_bytes(),
            end.to_le_bytes(),
        ]))
    }

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

impl Default for Octets {
    #[inline]
    fn default() -> Self {
        Self(Repr::Inline(Inline([[0; 8]; 4])))
    }
}

impl PartialEq for Octets {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Octets {}

impl PartialOrd for Octets {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Octets {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Octets {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Deref for Octets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Bytes> for Octets {
    fn from(octets: Bytes) -> Self {
        Self(Repr::inline(&octets).unwrap_or(Repr::Shared(octets)))
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self(Repr::inline(&octets).unwrap_or_else(|| Repr::Shared(octets.into())))
    }
}

impl From<&[u8]> for Octets {
    fn from(octets: &[u8]) -> Self {
        let copy = || Repr::Shared(Bytes::copy_from_slice(octets));
        Self(Repr::inline(octets).unwrap_or_else(copy))
    }
}

impl PartialEq<[u8]> for Octets {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes() == other
    }
}

impl PartialEq<&[u8]> for Octets {
    fn eq(&self, other: &&[u8]) -> bool {
        self == *other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for Octets {
    fn eq(&self, other: &&[u8; N]) -> bool {
        self.as_bytes() == *other
    }
}

/// As a byte string: `b"a\xff"`.
impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Octets {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Octets {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Bytes::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Octets {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        <&[u8]>::arbitrary(u).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn octets_of_every_length_are_equal_however_they_are_held() {
        assert_eq!(size_of::<Octets>(), 40);
        let long = "0123456789".repeat(5);
        for len in 0..long.len() {
            let octets = &long.as_bytes()[..len];
            let buffer = Bytes::copy_from_slice(long.as_bytes());
            let held = Octets::from_ref(BytesRef::from(&buffer).slice(..len));
            assert_eq!(
                (held.as_bytes(), &held),
                (octets, &Octets(Repr::Shared(buffer.slice(..len))))
            );
            assert_eq!(held.as_ptr() == buffer.as_ptr(), len > INLINE, "{len} octets");
            assert_eq!(Octets::from(buffer.slice(..len)), held);
            assert_eq!(
                (held.detach().into_bytes(), Octets::from(octets)),
                (buffer.slice(..len), held)
            );
        }
    }

    #[test]
    fn octets_are_the_same_wherever_they_lie() {
        let buffer = Bytes::from("0123456789".repeat(8));
        for from in 0..=buffer.len() {
            for to in from..=buffer.len() {
                let held = Octets::from_ref(BytesRef::from(&buffer).slice(from..to));
                assert_eq!(held, buffer[from..to]);
                let inline = |octets: &Octets| match octets.0 {
                    Repr::Inline(Inline(words)) => Some(words),
                    Repr::Shared(_) => None,
                };
                assert_eq!(inline(&held), inline(&Octets::from(&buffer[from..to])));
            }
        }
    }

    #[test]
    fn octets_show_as_a_byte_string() {
        assert_eq!(format!("{:?}", Octets::from_static(b"a\"\xff")), r#"b"a\"\xff""#);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn octets_are_read_from_formats_that_have_octets_and_from_those_that_have_lists() {
        use serde::{
            Deserialize,
            de::value::{BytesDeserializer, Error, SeqDeserializer},
        };

        let octets = BytesDeserializer::<Error>::new(b"\xffa");
        assert_eq!(Octets::deserialize(octets).unwrap(), b"\xffa");
        let list = SeqDeserializer::<_, Error>::new([0xff_u8, b'a'].into_iter());
        assert_eq!(Octets::deserialize(list).unwrap(), b"\xffa");
    }
}
