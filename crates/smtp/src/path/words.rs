//! Mailboxes and domains as nearly all are, found eight octets at a time.
//!
//! A word is eight octets of the text, the first of them lowest. A set of its octets is a word in
//! which the highest bit of an octet says whether that is a member, and all other bits are 0.
//! [`scan`](super::scan) is the whole grammar, one octet at a time.

/// `Mailbox`, of ASCII alone, with a plain local part and a domain that is a name; gives its end.
///
/// `None` says nothing about the text.
#[inline]
pub(crate) fn mailbox(text: &[u8], start: usize) -> Option<usize> {
    const MAX_LOCAL_PART: usize = 64;
    const MAX: usize = super::MAX_PATH - "<>".len();
    let at = atoms::<false>(text, start)?;
    if text.get(at) != Some(&b'@') || at - start > MAX_LOCAL_PART {
        return None;
    }
    let end = atoms::<true>(text, at + 1)?;
    (end - start <= MAX).then_some(end)
}

/// `Domain`, of ASCII alone; gives its end.
///
/// `None` says nothing about the text.
#[inline]
pub(crate) fn domain(text: &[u8], start: usize) -> Option<usize> {
    const MAX: usize = 255;
    let end = atoms::<true>(text, start)?;
    (end - start <= MAX).then_some(end)
}

/// Words with single dots between them: a `Domain`, or a `Dot-string` of the usual octets.
#[inline]
fn atoms<const DOMAIN: bool>(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    // A dot may come neither first nor last: so dots stand before the text and behind it.
    let mut dot_before = 0x80;
    let mut hyphen_before = 0;
    loop {
        let word = word(text, at);
        let dots = equal(word, b'.');
        let hyphens = equal(word, b'-');
        let mut members = alphanumeric(word) | dots | hyphens;
        if !DOMAIN {
            members |= equal(word, b'_') | equal(word, b'+') | equal(word, b'=');
        }
        // Of an octet that is not ASCII nothing above holds.
        let others = !members & HIGHEST | word & HIGHEST;
        let end = others & others.wrapping_neg();
        let dots = dots | end;
        let after_dot = dots << 8 | dot_before;
        let mut odd = dots & after_dot;
        if DOMAIN {
            let after_hyphen = hyphens << 8 | hyphen_before;
            odd |= dots & after_hyphen | hyphens & after_dot;
            hyphen_before = hyphens >> 56;
        }
        dot_before = dots >> 56;
        // The octets up to the end: those behind it mean nothing.
        if odd & (end | end.wrapping_sub(1)) != 0 {
            return None;
        }
        if end != 0 {
            return Some(at + end.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
}

const LOWEST: u64 = u64::MAX / 0xff;
const HIGHEST: u64 = LOWEST << 7;

/// The word at an offset, zeros behind the end of the text.
#[inline]
fn word(text: &[u8], at: usize) -> u64 {
    if let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) {
        return u64::from_le_bytes(*word);
    }
    let missing = at + 8 - text.len();
    match text.last_chunk() {
        Some(word) if missing < 8 => u64::from_le_bytes(*word) >> (missing * 8),
        Some(_) => 0,
        None => text.iter().skip(at).rev().fold(0, |word, &octet| word << 8 | u64::from(octet)),
    }
}

/// The octets that are letters or digits.
#[inline]
fn alphanumeric(word: u64) -> u64 {
    let lower = word | (LOWEST * 0x20);
    (at_least(lower, b'a') & !at_least(lower, b'z' + 1)
        | at_least(word, b'0') & !at_least(word, b'9' + 1))
        & HIGHEST
}

/// In the highest bits, which octets are not less. The other bits are of no use.
#[inline]
fn at_least(word: u64, octet: u8) -> u64 {
    (word & !HIGHEST) + LOWEST * u64::from(0x80 - octet)
}

/// The octets that are this one.
#[inline]
fn equal(word: u64, octet: u8) -> u64 {
    let difference = (word & !HIGHEST) ^ (LOWEST * u64::from(octet));
    !(difference + !HIGHEST) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ParseErrorKind, Quirks, path::scan, quirks::Tolerance};
    use proptest::{collection::vec, prelude::*, sample::select};

    #[test]
    fn classes_are_those_of_the_octets() {
        for octet in 0..=u8::MAX {
            let others = if octet & 0x7f == b'x' { b'-' } else { b'x' };
            for place in 0..8 {
                let mut octets = [others; 8];
                octets[place] = octet;
                let word = u64::from_le_bytes(octets);
                let is = |set: u64| set >> (place * 8) & 0xff == 0x80;
                let ascii = octet & 0x7f;
                assert_eq!(is(alphanumeric(word)), ascii.is_ascii_alphanumeric(), "{octet}");
                assert_eq!(equal(word, ascii).count_ones(), 1, "{octet}");
                assert!(is(equal(word, ascii)), "{octet}");
            }
        }
    }

    proptest! {
        /// What is found here is what the grammar finds, and plain names are found.
        #[test]
        fn words_find_what_the_grammar_finds(
            text in vec(select(b"aZ09.-_+=@>[\"\\ \x00\x7f\xc3\xff".to_vec()), 0..40),
            start in 0..9usize,
        ) {
            let start = start.min(text.len());
            let mut tolerance = Tolerance::new(Quirks::NONE);
            if let Some(end) = domain(&text, start) {
                // The word stops where the grammar's domain may go on: before an octet above ASCII.
                if !text.get(end).is_some_and(|octet| !octet.is_ascii() || *octet == b'_') {
                    prop_assert_eq!(scan::domain_name(&text, start, &mut tolerance), Ok(end));
                }
            }
            if let Some(end) = mailbox(&text, start)
                && text.get(end) == Some(&b'>')
            {
                let bad = ParseErrorKind::BadMailbox;
                let found = scan::mailbox(&text, start, bad, &mut tolerance).unwrap();
                prop_assert_eq!(found.end, end);
                prop_assert_eq!(tolerance.seen, Quirks::NONE);
            }
        }

        #[test]
        fn plain_names_are_found(
            local in "[a-zA-Z0-9_+=-]{1,12}(\\.[a-z0-9-]{1,9}){0,3}",
            name in "[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?(\\.[a-z0-9]{1,9}){0,3}",
        ) {
            prop_assert_eq!(domain(name.as_bytes(), 0), Some(name.len()));
            let text = std::format!("<{local}@{name}>");
            prop_assert_eq!(mailbox(text.as_bytes(), 1), Some(text.len() - 1));
        }
    }
}
