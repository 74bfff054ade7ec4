//! Text of a header as it may stand in an envelope: ASCII, with encoded words (RFC 2047).

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt::Write;

/// How many octets of text one encoded word holds, so that it has at most 75 characters.
const LONGEST: usize = 20;

/// The text itself, or encoded words that give it when they are decoded.
pub(super) fn encode(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() && !text.contains("=?") {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut out = String::new();
    let mut room = 0;
    for character in text.chars() {
        if room < character.len_utf8() {
            out.push_str(if out.is_empty() { "=?utf-8?q?" } else { "?= =?utf-8?q?" });
            room = LONGEST;
        }
        room -= character.len_utf8();
        match character {
            ' ' => out.push('_'),
            '0'..='9' | 'A'..='Z' | 'a'..='z' | '-' | '.' => out.push(character),
            _ => {
                let mut octets = [0; 4];
                for octet in character.encode_utf8(&mut octets).bytes() {
                    write!(out, "={octet:02X}").expect("strings grow");
                }
            }
        }
    }
    out.push_str("?=");
    Cow::Owned(Vec::from(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailwire_message::header::decode_text;

    #[test]
    fn encoded_words_decode_to_the_text() {
        for text in
            ["plain", "Jürgen Groß", "=?utf-8?q?a?=", "日本語の名前がここにあります、とても長い"]
        {
            let encoded = encode(text);
            assert!(encoded.is_ascii());
            assert!(encoded.split(|octet| *octet == b' ').all(|word| word.len() <= 75));
            assert_eq!(decode_text(&encoded), text);
        }
    }
}
