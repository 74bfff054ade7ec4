//! A file as a message to be sent.
use std::{fs, path::Path};

use bytes::Bytes;
use memchr::memchr_iter;

/// A message in memory.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Message {
    /// The text, with CRLF at the ends of its lines.
    pub text: Bytes,
    /// Whether any octet is above 127.
    pub eight_bit: bool,
}

impl Message {
    /// Reads a file, whose lines may end in LF, or says why it cannot be sent.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = fs::read(file).map_err(|error| format!("cannot read the file: {error}"))?;
        if let Some(at) = bare_cr(&text) {
            // DATA cannot carry it, and what BDAT would make of it is up to the server.
            return Err(format!("bare CR at octet {at}"));
        }
        let text = with_crlf(text);
        Ok(Self { eight_bit: !text.is_ascii(), text: text.into() })
    }
}

/// The first CR that no LF follows, counted from 0.
fn bare_cr(text: &[u8]) -> Option<usize> {
    memchr_iter(b'\r', text).find(|&at| text.get(at + 1) != Some(&b'\n'))
}

/// Puts a CR before every LF that has none.
fn with_crlf(text: Vec<u8>) -> Vec<u8> {
    let bare = |&at: &usize| at == 0 || text[at - 1] != b'\r';
    let mut bare = memchr_iter(b'\n', &text).filter(bare).peekable();
    if bare.peek().is_none() {
        return text;
    }
    let mut mended = Vec::with_capacity(text.len() + text.len() / 32);
    let mut done = 0;
    for at in bare {
        mended.extend_from_slice(&text[done..at]);
        mended.push(b'\r');
        done = at;
    }
    mended.extend_from_slice(&text[done..]);
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_crlf() {
        for (text, want) in [
            ("", ""),
            ("\n", "\r\n"),
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("a\n\nb\r\n\nc", "a\r\n\r\nb\r\n\r\nc"),
        ] {
            assert_eq!(with_crlf(text.into()), want.as_bytes(), "text {text:?}");
        }
    }

    #[test]
    fn bare_crs_are_found() {
        for (text, want) in [
            ("", None),
            ("a\r\n\nb\r\n", None),
            ("\r", Some(0)),
            ("a\r\nb\rc\rd", Some(4)),
            ("a\r\r\n", Some(1)),
            ("a\n\r", Some(2)),
        ] {
            assert_eq!(bare_cr(text.as_bytes()), want, "text {text:?}");
        }
    }
}
