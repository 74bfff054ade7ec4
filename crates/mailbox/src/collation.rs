//! How texts are compared (RFC 4790, RFC 5051).

mod titlecase;

use alloc::{borrow::Cow, vec::Vec};
use core::cmp::Ordering;
use unicode_normalization::char::decompose_compatible;

/// A collation: what counts as the same, and what comes first.
///
/// ```
/// use mailwire_mailbox::Collation;
///
/// assert!(!Collation::UnicodeCasemap.contains("Grüße aus Wien", "GRÜSSE AUS"));
/// assert!(Collation::UnicodeCasemap.contains("Grüße aus Wien", "GRÜßE AUS"));
/// assert!(Collation::AsciiCasemap.contains("Grüße", "gR"));
/// assert!(!Collation::AsciiCasemap.contains("Grüße", "GRÜ"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Collation {
    /// `i;octet`: octet by octet (RFC 4790 §9.3).
    Octet,
    /// `i;ascii-casemap`: the case of ASCII letters does not count (RFC 4790 §9.2).
    AsciiCasemap,
    /// `i;unicode-casemap`: neither does that of others, nor how they are composed (RFC 5051). What
    /// SORT and THREAD use, and SEARCH with I18NLEVEL=1 (RFC 5256 §7, RFC 5255 §4.2).
    #[default]
    UnicodeCasemap,
}

impl Collation {
    /// All of them.
    pub const LIST: [Self; 3] = [Self::Octet, Self::AsciiCasemap, Self::UnicodeCasemap];

    /// The name in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Octet => "i;octet",
            Self::AsciiCasemap => "i;ascii-casemap",
            Self::UnicodeCasemap => "i;unicode-casemap",
        }
    }

    /// The collation of this name.
    ///
    /// ```
    /// use mailwire_mailbox::Collation;
    ///
    /// assert_eq!(Collation::for_name("i;octet"), Some(Collation::Octet));
    /// assert_eq!(Collation::for_name("i;basic"), None);
    /// ```
    #[must_use]
    pub fn for_name(name: &str) -> Option<Self> {
        Self::LIST.into_iter().find(|collation| collation.name() == name)
    }

    /// What a text is compared by, octet by octet: two texts are the same if their keys are, one comes
    /// before another if its key does, and one is in another if its key is.
    ///
    /// ```
    /// use mailwire_mailbox::Collation;
    ///
    /// // RFC 5051 §2
    /// let key = Collation::UnicodeCasemap.key("\u{1c4}");
    /// assert_eq!(&key[..], "Dz\u{30c}".as_bytes());
    /// ```
    #[must_use]
    pub fn key(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Octet => Cow::Borrowed(text.as_bytes()),
            Self::AsciiCasemap => Cow::Owned(text.as_bytes().to_ascii_uppercase()),
            Self::UnicodeCasemap => Cow::Owned(unicode_key(text)),
        }
    }

    /// Which of two texts comes first.
    ///
    /// ```
    /// use mailwire_mailbox::Collation;
    ///
    /// assert!(Collation::UnicodeCasemap.compare("B", "a").is_gt());
    /// assert!(Collation::Octet.compare("B", "a").is_lt());
    /// ```
    #[must_use]
    pub fn compare(self, one: &str, other: &str) -> Ordering {
        self.key(one).cmp(&self.key(other))
    }

    /// Whether a text is in another one. Nothing is in everything.
    ///
    /// ```
    /// use mailwire_mailbox::Collation;
    ///
    /// assert!(Collation::UnicodeCasemap.contains("Lunch at caf\u{e9} one", "CAFE\u{301}"));
    /// assert!(Collation::AsciiCasemap.contains("Lunch", ""));
    /// ```
    #[must_use]
    pub fn contains(self, text: &str, part: &str) -> bool {
        memchr::memmem::find(&self.key(text), &self.key(part)).is_some()
    }
}

/// Each character in title case, and then decomposed.
fn unicode_key(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        let ascii = rest.bytes().take_while(u8::is_ascii).count();
        let start = out.len();
        out.extend_from_slice(&rest.as_bytes()[..ascii]);
        out[start..].make_ascii_uppercase();
        rest = &rest[ascii..];
        let mut behind = rest;
        for character in rest.chars() {
            if character.is_ascii() {
                break;
            }
            behind = &behind[character.len_utf8()..];
            decompose_compatible(titlecase::of(character), |decomposed| {
                let mut octets = [0; 4];
                out.extend_from_slice(decomposed.encode_utf8(&mut octets).as_bytes());
            });
        }
        if behind.is_empty() {
            return out;
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (text, key) in [
            ("", ""),
            ("plain Text", "PLAIN TEXT"),
            ("äÄ a\u{308}", "A\u{308}A\u{308} A\u{308}"),
            ("ß", "ß"),
            ("ﬁ", "fi"),
            ("ǆ", "Dz\u{30c}"),
            ("привет", "ПРИВЕТ"),
            ("Ａ１", "A1"),
            ("ᾳ", "Α\u{345}"),
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("a€b", "A€B"),
        ] {
            assert_eq!(
                core::str::from_utf8(&Collation::UnicodeCasemap.key(text)),
                Ok(key),
                "text {text:?}"
            );
        }
    }

    #[test]
    fn order_is_that_of_the_keys() {
        let order = Collation::UnicodeCasemap.compare("b", "A");
        assert_eq!(order, Ordering::Greater);
        assert_eq!(Collation::Octet.compare("b", "A"), Ordering::Greater);
        assert_eq!(Collation::UnicodeCasemap.compare("é", "É"), Ordering::Equal);
        assert_eq!(Collation::AsciiCasemap.compare("_", "a"), Ordering::Greater, "a is A, 41");
    }
}
