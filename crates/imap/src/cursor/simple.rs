//! Strings as most are: in quotes and with nothing odd between them, or NIL.

use super::Cursor;
use core::num::NonZeroUsize;
use mailwire_core::ByteSet;

/// What is in strings as most are: a `QUOTED-CHAR` that is no control character.
const PLAIN: ByteSet = ByteSet::EMPTY.with_range(b' ', 0x7f).without(b"\"\\");

impl Cursor<'_> {
    /// Goes behind a simple string or NIL, if that comes next.
    #[inline]
    pub(crate) fn skip_simple(&mut self) -> bool {
        self.go_behind(simple_end(self.octets, self.at))
    }

    /// Goes behind a simple list of addresses or NIL, if that comes next.
    #[inline]
    pub(crate) fn skip_simple_addresses(&mut self) -> bool {
        self.go_behind(simple_addresses(self.octets, self.at))
    }

    /// Goes behind a simple list of parameters or NIL, if that comes next.
    #[inline]
    pub(crate) fn skip_simple_params(&mut self) -> bool {
        self.go_behind(simple_params(self.octets, self.at))
    }

    #[inline]
    fn go_behind(&mut self, end: Option<NonZeroUsize>) -> bool {
        let Some(end) = end else { return false };
        self.at = end.get();
        true
    }
}

/// Behind the quoted string that begins there, or behind NIL; nothing if that string is not simple.
#[inline(always)]
pub(super) fn simple_end(octets: &[u8], at: usize) -> Option<NonZeroUsize> {
    match octets.get(at..)? {
        [b'N', b'I', b'L', ..] => Some(behind_of(at + 2)),
        text => simple_quoted_end(octets.len(), text),
    }
}

/// The same of the quoted string that `text` begins with, the end of so many octets.
#[inline(never)]
fn simple_quoted_end(len: usize, text: &[u8]) -> Option<NonZeroUsize> {
    let behind = behind_plain_chars(text.strip_prefix(b"\"")?).strip_prefix(b"\"")?;
    let is_simple = is_behind_string(behind.first().copied());
    NonZeroUsize::new(len - behind.len()).filter(|_| is_simple)
}

/// `"(" 1*address ")" / nil`, with simple strings and no space too many
fn simple_addresses(octets: &[u8], mut at: usize) -> Option<NonZeroUsize> {
    if octets.get(at) != Some(&b'(') {
        return simple_end(octets, at).filter(|_| octets[at] == b'N');
    }
    loop {
        [.., at] = simple_address(octets, at + 1)?;
        if octets.get(at + 1) == Some(&b')') {
            return Some(behind_of(at + 1));
        }
    }
}

/// `"(" string SP string SP string SP string ")"`, each simple or NIL: where what is before, between and
/// behind them is
#[inline(always)]
pub(crate) fn simple_address(octets: &[u8], at: usize) -> Option<[usize; 5]> {
    if octets.get(at) != Some(&b'(') {
        return None;
    }
    let mut places = [at; 5];
    for (field, behind) in [b' ', b' ', b' ', b')'].into_iter().enumerate() {
        let end = simple_end(octets, places[field] + 1)?.get();
        if octets.get(end) != Some(&behind) {
            return None;
        }
        places[field + 1] = end;
    }
    Some(places)
}

/// `string SP string`, both simple and none NIL: where the space is, and what is behind them
#[inline(always)]
pub(crate) fn simple_param(octets: &[u8], at: usize) -> Option<[usize; 2]> {
    let space = simple_end(octets, at)?.get();
    match octets.get(space..)? {
        [b' ', b'"', ..] if octets[at] == b'"' => {
            Some([space, simple_end(octets, space + 1)?.get()])
        }
        _ => None,
    }
}

/// `"(" string SP string *(SP string SP string) ")" / nil`, with simple strings and no space too many
fn simple_params(octets: &[u8], mut at: usize) -> Option<NonZeroUsize> {
    if octets.get(at) != Some(&b'(') {
        return simple_end(octets, at).filter(|_| octets[at] == b'N');
    }
    loop {
        [_, at] = simple_param(octets, at + 1)?;
        match octets.get(at) {
            Some(b' ') => {}
            Some(b')') => return Some(behind_of(at)),
            _ => return None,
        }
    }
}

#[inline]
const fn behind_of(at: usize) -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(at)
}

/// Whether this can follow a quoted string.
pub(super) const fn is_behind_string(octet: Option<u8>) -> bool {
    matches!(octet, None | Some(b' ' | b')' | b'(' | b']' | b'\r' | b'\n'))
}

/// How many octets at the start of the text can stand in a quoted string as they are. It stops at
/// control characters too, which few strings have.
pub(crate) fn plain_chars(text: &[u8]) -> usize {
    text.len() - behind_plain_chars(text).len()
}

/// Eight at a time: strings are short, and to find the end of one octet by octet costs a branch that
/// nobody can foresee.
#[inline(always)]
fn behind_plain_chars(mut text: &[u8]) -> &[u8] {
    while let Some((word, rest)) = text.split_first_chunk::<8>() {
        let others = others_than_plain(u64::from_le_bytes(*word));
        if others != 0 {
            return &text[others.trailing_zeros() as usize / 8..];
        }
        text = rest;
    }
    behind_last_plain_chars(text)
}

/// At the end of a response, where less than eight octets are left.
#[cold]
#[inline(never)]
fn behind_last_plain_chars(text: &[u8]) -> &[u8] {
    &text[PLAIN.span(text)..]
}

/// Sets a bit in the lowest octet that is not [`PLAIN`]; what is above that means nothing.
const fn others_than_plain(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    const QUOTES: u64 = ONES * b'"' as u64;
    const BACKSLASHES: u64 = ONES * b'\\' as u64;
    // What is too small for a subtraction gets its highest bit, and may take one from what is above.
    let quotes = (word ^ QUOTES).wrapping_sub(ONES);
    let backslashes = (word ^ BACKSLASHES).wrapping_sub(ONES);
    let controls = word.wrapping_sub(ONES * b' ' as u64);
    (quotes | backslashes | controls | word) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Eight octets at a time see what one at a time does.
        #[test]
        fn plain_chars_are_those_of_the_class(
            text in proptest::collection::vec(
                prop_oneof![8 => 0x20..=0x7fu8, 1 => any::<u8>(), 1 => Just(b'"'), 1 => Just(0x80)],
                0..40,
            ),
        ) {
            prop_assert_eq!(plain_chars(&text), PLAIN.span(&text));
        }
    }

    #[test]
    fn every_octet_at_every_place_of_a_word() {
        for octet in 0..=u8::MAX {
            for at in 0..8 {
                let mut text = [b'a'; 16];
                text[at] = octet;
                let want = if PLAIN.contains(octet) { 16 } else { at };
                assert_eq!(plain_chars(&text), want, "octet {octet:#x} at {at}");
            }
        }
    }

    #[test]
    fn simple_strings_and_what_is_none() {
        for (text, want) in [
            ("\"\"", Some(2)),
            ("\"a b\" c", Some(5)),
            ("\"a\")", Some(3)),
            ("NIL", Some(3)),
            ("\"a", None),
            ("\"", None),
            ("\"a\"b", None),
            ("\"a\\\"\"", None),
            ("\"\t\"", None),
            ("\"\u{e9}\"", None),
            ("{1}\r\na", None),
            ("NI", None),
            ("nil", None),
            ("", None),
        ] {
            let end = simple_end(text.as_bytes(), 0).map(NonZeroUsize::get);
            assert_eq!(end, want, "text {text:?}");
        }
    }
}
