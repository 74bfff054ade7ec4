//! A file as a message to be sent.
use std::{fs, io, path::Path};

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
    /// Reads a file, whose lines may end in LF.
    pub fn read(file: &Path) -> io::Result<Self> {
        let text = with_crlf(fs::read(file)?);
        Ok(Self { eight_bit: !text.is_ascii(), text: text.into() })
    }
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
            ("a\rb\r\r\n\r", "a\rb\r\r\n\r"),
        ] {
            assert_eq!(with_crlf(text.into()), want.as_bytes(), "text {text:?}");
        }
    }
}
