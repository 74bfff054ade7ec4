//! Items as most servers write them: read at once, and made where the caller wants them.

use super::FetchItem;
use crate::{Cursor, Flags, SystemFlag, cursor::leading_number};

/// The next item if it is a UID, flags of the RFCs, a mod-sequence or a size without anything odd, with a
/// space or the closing parenthesis behind it. Else nothing, and the cursor stays where it is.
#[inline(always)]
pub(super) fn next(cursor: &mut Cursor<'_>) -> Option<FetchItem> {
    let text = match cursor.rest() {
        // Two spaces, or one behind the opening parenthesis, would be odd.
        [b' ', text @ ..] if cursor.byte_before(cursor.at()) != Some(b'(') => text,
        [b' ', ..] => return None,
        text if cursor.byte_before(cursor.at()) == Some(b'(') => text,
        _ => return None,
    };
    let (item, rest) = match text.first()? {
        b'U' => {
            let (uid, rest) = number(text.strip_prefix(b"UID ")?)?;
            (FetchItem::Uid(u32::try_from(uid).ok()?), rest)
        }
        b'F' => {
            let (flags, rest) = flags(text.strip_prefix(b"FLAGS (")?)?;
            (FetchItem::Flags(flags), rest)
        }
        b'M' => {
            let (value, rest) = number(text.strip_prefix(b"MODSEQ (")?)?;
            (FetchItem::ModSeq(value), rest.strip_prefix(b")")?)
        }
        b'R' => {
            let (size, rest) = number(text.strip_prefix(b"RFC822.SIZE ")?)?;
            (FetchItem::Size(Some(size)), rest)
        }
        _ => return None,
    };
    if !matches!(rest.first(), Some(b' ' | b')')) {
        return None;
    }
    cursor.advance(cursor.rest().len() - rest.len());
    Some(item)
}

/// A number that is not zero, begins with no zero and is less than 2^63; and what is behind it.
#[inline(always)]
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (value, len) = leading_number(text);
    let value = value.filter(|value| (1..=i64::MAX as u64).contains(value))?;
    if text.first() == Some(&b'0') { None } else { Some((value, &text[len..])) }
}

/// `[flag *(SP flag)] ")"`, none of them a keyword; and what is behind it.
#[inline(always)]
fn flags(mut text: &[u8]) -> Option<(Flags, &[u8])> {
    let mut flags = Flags::none();
    if let [b')', rest @ ..] = text {
        return Some((flags, rest));
    }
    loop {
        let (flag, len) = SystemFlag::usual(text)?;
        flags.set(flag);
        match &text[len..] {
            [b')', rest @ ..] => return Some((flags, rest)),
            [_, rest @ ..] => text = rest,
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Frame, ReadOptions, Repairs, fetch::item::read};
    use alloc::{string::String, vec, vec::Vec};
    use bytes::Bytes;
    use proptest::prelude::*;

    /// All items and what was noted, the usual ones read at once or not.
    fn items(frame: &Frame, at_once: bool) -> (Vec<FetchItem>, Repairs) {
        let mut cursor = Cursor::new(frame, ReadOptions::default());
        cursor.advance(1);
        let (mut items, mut done) = (Vec::new(), false);
        while !done {
            let usual = if at_once { next(&mut cursor) } else { None };
            items.extend(usual.or_else(|| read::next(&mut cursor, &mut done)));
        }
        (items, cursor.take_repairs())
    }

    proptest! {
        /// Whatever the items, they are the same, and so is what is noted.
        #[test]
        fn items_are_the_same_read_at_once(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("UID "), Just("FLAGS ("), Just("MODSEQ ("), Just("RFC822.SIZE "), Just("X "),
                    Just("\\Seen"), Just("\\Answered"), Just("\\seen"), Just("$Junk"), Just("\\*"),
                    Just("1"), Just("0"), Just("4294967296"), Just("9223372036854775808"), Just("-"),
                    Just(" "), Just(" "), Just(" "), Just(")"), Just(")"), Just("("), Just("."),
                    Just("UID 5"), Just("FLAGS (\\Seen)"), Just("MODSEQ (7)"), Just("RFC822.SIZE 9"),
                ],
                0..16,
            ),
        ) {
            let frame = Frame::new(Bytes::from(["(", &words.concat() as &str, "\r\n"].concat()));
            prop_assert_eq!(items(&frame, true), items(&frame, false));
        }
    }

    #[test]
    fn usual_items_are_read_at_once() {
        let text =
            String::from("(UID 5 FLAGS (\\Seen \\Draft) MODSEQ (7) RFC822.SIZE 9 FLAGS ())\r\n");
        let frame = Frame::new(Bytes::from(text));
        let mut cursor = Cursor::new(&frame, ReadOptions::default());
        cursor.advance(1);
        for i in 0..5 {
            assert!(next(&mut cursor).is_some(), "item {i}");
        }
        assert_eq!(cursor.rest(), b")");
    }
}
