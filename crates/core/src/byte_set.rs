//! Classes of octets.

/// A set of octets, built in a `const` and asked in one load.
///
/// ```
/// use mailwire_core::ByteSet;
///
/// const DIGIT: ByteSet = ByteSet::EMPTY.with_range(b'0', b'9');
/// const HEX: ByteSet = DIGIT.with(b"abcdefABCDEF");
/// assert!(HEX.contains(b'F') && !DIGIT.contains(b'F'));
/// assert_eq!(DIGIT.span(b"250 ok"), 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteSet([bool; 256]);

impl ByteSet {
    /// No octet.
    pub const EMPTY: Self = Self([false; 256]);
    /// Letters and digits of ASCII.
    pub const ALPHANUMERIC: Self =
        Self::EMPTY.with_range(b'0', b'9').with_range(b'A', b'Z').with_range(b'a', b'z');
    /// `atext` of RFC 5322 §3.2.3: what an atom may hold.
    pub const ATEXT: Self = Self::ALPHANUMERIC.with(b"!#$%&'*+-/=?^_`{|}~");
    /// The octets above ASCII, of which UTF-8's multi-octet characters are made.
    pub const NON_ASCII: Self = Self::EMPTY.with_range(0x80, 0xff);

    /// The set and these octets.
    #[must_use]
    pub const fn with(mut self, octets: &[u8]) -> Self {
        let mut i = 0;
        while i < octets.len() {
            self.0[octets[i] as usize] = true;
            i += 1;
        }
        self
    }

    /// The set and every octet from `first` to `last`, both included.
    #[must_use]
    pub const fn with_range(mut self, first: u8, last: u8) -> Self {
        let mut octet = first as usize;
        while octet <= last as usize {
            self.0[octet] = true;
            octet += 1;
        }
        self
    }

    /// The set and all of another set.
    #[must_use]
    pub const fn with_all(mut self, other: &Self) -> Self {
        let mut octet = 0;
        while octet < 256 {
            self.0[octet] |= other.0[octet];
            octet += 1;
        }
        self
    }

    /// The set less these octets.
    #[must_use]
    pub const fn without(mut self, octets: &[u8]) -> Self {
        let mut i = 0;
        while i < octets.len() {
            self.0[octets[i] as usize] = false;
            i += 1;
        }
        self
    }

    /// Whether the octet is in the set.
    #[inline]
    #[must_use]
    pub const fn contains(&self, octet: u8) -> bool {
        self.0[octet as usize]
    }

    /// How many octets at the start of `text` are all in the set.
    #[inline]
    #[must_use]
    pub fn span(&self, text: &[u8]) -> usize {
        text.iter().position(|&octet| !self.contains(octet)).unwrap_or(text.len())
    }

    /// Whether every octet of `text` is in the set.
    #[inline]
    #[must_use]
    pub fn covers(&self, text: &[u8]) -> bool {
        text.iter().all(|&octet| self.contains(octet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_their_name_says() {
        for octet in 0..=255u8 {
            assert_eq!(ByteSet::ALPHANUMERIC.contains(octet), octet.is_ascii_alphanumeric());
            assert_eq!(ByteSet::NON_ASCII.contains(octet), !octet.is_ascii());
            assert!(!ByteSet::EMPTY.contains(octet));
        }
        let set = ByteSet::ATEXT.without(b"+").with_all(&ByteSet::NON_ASCII);
        assert!(!set.contains(b'+') && set.contains(b'-') && set.contains(0xff));
        assert_eq!((set.span(b"a-b+c"), set.covers(b"a-b"), set.covers(b"a+b")), (3, true, false));
    }
}
