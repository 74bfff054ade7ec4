//! `SASLprep` ([RFC 4013]): user names and passwords made comparable.
//!
//! Printable ASCII passes untouched and without allocation. The rest is mapped, normalised (NFKC) and
//! checked for prohibited characters and mixed directions, with the tables of [RFC 3454], that is with
//! Unicode 3.2: newer characters are "unassigned", kept as they are in a query and refused in a string
//! to be stored. Normalisation is that of today, which differs for old characters in five ideographs
//! only (Unicode Corrigendum 4).
//!
//! [RFC 4013]: https://www.rfc-editor.org/rfc/rfc4013
//! [RFC 3454]: https://www.rfc-editor.org/rfc/rfc3454

use alloc::{borrow::Cow, string::String};

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

mod tables;

/// Why a string cannot be prepared.
///
/// It does not say which character: the string may be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PrepError {
    /// A control, private use or otherwise prohibited character (RFC 4013 §2.3).
    #[error("prohibited character")]
    Prohibited,
    /// Right-to-left text mixed with left-to-right text, or not at both ends (RFC 3454 §6).
    #[error("mixed writing directions")]
    Bidi,
    /// A character that Unicode 3.2 did not have, in a string to be stored (RFC 4013 §2.5).
    #[error("unassigned character")]
    Unassigned,
    /// Nothing is left (RFC 4616 §2, RFC 5802 §5.1).
    #[error("empty string")]
    Empty,
}

/// Prepares a string that is looked up or compared: unassigned characters may appear.
///
/// ```
/// use mailwire_sasl::saslprep::{PrepError, query};
///
/// assert_eq!(query("I\u{ad}X")?, "IX");
/// assert_eq!(query("\u{2168}")?, "IX");
/// assert_eq!(query("\u{7}"), Err(PrepError::Prohibited));
/// assert_eq!(query("\u{627}1"), Err(PrepError::Bidi));
/// # Ok::<(), PrepError>(())
/// ```
pub fn query(text: &str) -> Result<Cow<'_, str>, PrepError> {
    prepare(text, Unassigned::Kept)
}

/// Prepares a string that is stored, or of which a hash is stored: unassigned characters are refused.
///
/// ```
/// use mailwire_sasl::saslprep::{PrepError, query, stored};
///
/// assert_eq!(stored("\u{aa}")?, "a");
/// assert_eq!(stored("\u{1f600}"), Err(PrepError::Unassigned));
/// assert_eq!(query("\u{1f600}")?, "\u{1f600}");
/// # Ok::<(), PrepError>(())
/// ```
pub fn stored(text: &str) -> Result<Cow<'_, str>, PrepError> {
    prepare(text, Unassigned::Refused)
}

/// Checks trace information against the `trace` profile ([RFC 4505 §3]); it changes nothing.
///
/// ```
/// use mailwire_sasl::saslprep::{PrepError, trace};
///
/// assert_eq!(trace("sirhc"), Ok(()));
/// assert_eq!(trace("two\nlines"), Err(PrepError::Prohibited));
/// ```
///
/// [RFC 4505 §3]: https://www.rfc-editor.org/rfc/rfc4505#section-3
pub fn trace(text: &str) -> Result<(), PrepError> {
    if text.chars().any(|c| contains(&tables::PROHIBITED_IN_TRACE, c)) {
        return Err(PrepError::Prohibited);
    }
    check_directions(text)
}

/// As [`query`], and the result must not be empty.
pub(crate) fn query_non_empty(text: &str) -> Result<Cow<'_, str>, PrepError> {
    query(text).and_then(non_empty)
}

/// As [`stored`], and the result must not be empty.
pub(crate) fn stored_non_empty(text: &str) -> Result<Cow<'_, str>, PrepError> {
    stored(text).and_then(non_empty)
}

fn non_empty(text: Cow<'_, str>) -> Result<Cow<'_, str>, PrepError> {
    if text.is_empty() { Err(PrepError::Empty) } else { Ok(text) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unassigned {
    Kept,
    Refused,
}

fn prepare(text: &str, unassigned: Unassigned) -> Result<Cow<'_, str>, PrepError> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Ok(Cow::Borrowed(text));
    }
    let mapped = Zeroizing::new(text.chars().filter_map(map).collect::<String>());
    if unassigned == Unassigned::Refused && mapped.chars().any(is_unassigned) {
        return Err(PrepError::Unassigned);
    }
    // Room for what rarely grows: a password that moves leaves a copy behind.
    let mut out = String::with_capacity(mapped.len());
    // Unicode 3.2 knows no decomposition of what it has not assigned, and composes nothing across it.
    for piece in mapped.split_inclusive(is_unassigned) {
        let known = piece.trim_end_matches(is_unassigned);
        out.extend(known.nfkc());
        out.push_str(&piece[known.len()..]);
    }
    if out.chars().any(|c| contains(&tables::PROHIBITED, c)) {
        return Err(PrepError::Prohibited);
    }
    check_directions(&out)?;
    Ok(Cow::Owned(out))
}

/// Spaces before nothing, the order of RFC 4013 §2.1: U+200B is in both tables and becomes a space.
fn map(c: char) -> Option<char> {
    if contains(&tables::NON_ASCII_SPACE, c) {
        Some(' ')
    } else if contains(&tables::MAPPED_TO_NOTHING, c) {
        None
    } else {
        Some(c)
    }
}

/// RFC 3454 §6, requirements 2 and 3
fn check_directions(text: &str) -> Result<(), PrepError> {
    let right_to_left = |c| contains(&tables::RIGHT_TO_LEFT, c);
    if !text.chars().any(right_to_left) {
        return Ok(());
    }
    let ends = text.starts_with(right_to_left) && text.ends_with(right_to_left);
    if !ends || text.chars().any(|c| contains(&tables::LEFT_TO_RIGHT, c)) {
        return Err(PrepError::Bidi);
    }
    Ok(())
}

fn is_unassigned(c: char) -> bool {
    contains(&tables::UNASSIGNED, c)
}

/// Whether an odd number of boundaries lie at or below the character.
fn contains(boundaries: &[u32], c: char) -> bool {
    boundaries.partition_point(|&boundary| boundary <= u32::from(c)) % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4013 §3, the whole table.
    #[test]
    fn rfc_examples() {
        for (input, want) in [
            ("I\u{ad}X", Ok("IX")),
            ("user", Ok("user")),
            ("USER", Ok("USER")),
            ("\u{aa}", Ok("a")),
            ("\u{2168}", Ok("IX")),
            ("\u{7}", Err(PrepError::Prohibited)),
            ("\u{627}\u{31}", Err(PrepError::Bidi)),
        ] {
            assert_eq!(query(input).as_deref(), want.as_ref().copied(), "query {input:?}");
            assert_eq!(stored(input).as_deref(), want.as_ref().copied(), "stored {input:?}");
        }
    }

    #[test]
    fn every_step() {
        use PrepError::*;
        for (input, want) in [
            ("", Ok("")),
            ("\u{ad}", Ok("")),
            ("a\u{a0}b", Ok("a b")),   // C.1.2
            ("a\u{3000}b", Ok("a b")), // C.1.2
            ("a\u{200b}b", Ok("a b")), // C.1.2 and B.1
            ("a\u{200d}b", Ok("ab")),  // B.1
            ("\u{1806}\u{fe0f}x\u{feff}", Ok("x")),
            ("e\u{301}", Ok("\u{e9}")),   // composed
            ("\u{bd}", Ok("1\u{2044}2")), // RFC 5802 §3: one half
            ("\u{b4}", Ok(" \u{301}")),   // RFC 5802 §3: acute accent
            ("\u{fb01}", Ok("fi")),
            ("\u{212b}", Ok("\u{c5}")),
            ("\u{ff21}", Ok("A")),
            ("\u{7f}", Err(Prohibited)), // C.2.1
            ("a\0", Err(Prohibited)),
            ("\u{85}", Err(Prohibited)), // C.2.2
            ("\u{6dd}", Err(Prohibited)),
            ("\u{1d175}", Err(Prohibited)),
            ("\u{e000}", Err(Prohibited)), // C.3
            ("\u{10fffd}", Err(Prohibited)),
            ("\u{fdd0}", Err(Prohibited)), // C.4
            ("\u{ffff}", Err(Prohibited)),
            ("\u{fffd}", Err(Prohibited)),  // C.6
            ("\u{2ff0}", Err(Prohibited)),  // C.7
            ("\u{200e}", Err(Prohibited)),  // C.8
            ("\u{340}", Ok("\u{300}")),     // C.8, but decomposed before
            ("\u{e0001}", Err(Prohibited)), // C.9
            ("\u{627}1\u{628}", Ok("\u{627}1\u{628}")),
            ("\u{627}a\u{628}", Err(Bidi)),
            ("1\u{627}", Err(Bidi)),
            ("\u{5d0}\u{5d1}", Ok("\u{5d0}\u{5d1}")),
            ("a\u{5d0}", Err(Bidi)),
        ] {
            assert_eq!(query(input).as_deref(), want.as_ref().copied(), "{input:?}");
        }
    }

    /// New characters are neither decomposed nor composed, and only queries may hold them.
    #[test]
    fn unassigned() {
        for text in ["\u{221}", "\u{1f600}", "\u{1f130}", "x\u{1f100}y", "\u{2c7c}\u{2d6f}"] {
            assert_eq!(query(text).unwrap(), text, "{text:?}");
            assert_eq!(stored(text), Err(PrepError::Unassigned), "{text:?}");
        }
        assert_eq!(query("e\u{301}\u{1f600}e\u{301}").unwrap(), "\u{e9}\u{1f600}\u{e9}");
    }

    #[test]
    fn ascii_is_borrowed() {
        assert!(matches!(query("p3ncil ~!"), Ok(Cow::Borrowed(_))));
        assert!(matches!(stored("p3ncil ~!"), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn traces() {
        for (text, want) in [
            ("", Ok(())),
            ("\u{a0}\u{ad}\u{2ff0}\u{1f600}", Ok(())), // no C.1, no C.7, nothing mapped
            ("\u{1}", Err(PrepError::Prohibited)),
            ("\u{e000}", Err(PrepError::Prohibited)),
            ("\u{202a}", Err(PrepError::Prohibited)),
            ("\u{627}1", Err(PrepError::Bidi)),
        ] {
            assert_eq!(trace(text), want, "{text:?}");
        }
    }

    #[test]
    fn tables_are_sorted() {
        for table in [
            &tables::UNASSIGNED[..],
            &tables::MAPPED_TO_NOTHING,
            &tables::NON_ASCII_SPACE,
            &tables::PROHIBITED,
            &tables::PROHIBITED_IN_TRACE,
            &tables::RIGHT_TO_LEFT,
            &tables::LEFT_TO_RIGHT,
        ] {
            assert!(table.is_sorted_by(|a, b| a < b) && table.len() % 2 == 0);
        }
    }
}
