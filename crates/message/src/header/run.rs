//! The octets of adjacent encoded words, which may share characters although they must not
//! (RFC 2047 §5).

use alloc::vec::Vec;

use crate::charset::Charset;

/// The octets of adjacent words of one character set.
pub(super) struct Run {
    pub(super) charset: Charset,
    pub(super) octets: Vec<u8>,
    /// Where the first word stands.
    pub(super) at: usize,
    kind: Kind,
    /// How far the octets were looked at: up to the end of a character, and perhaps beyond theirs.
    looked: usize,
    /// Whether an escape sequence is in force.
    shifted: bool,
}

/// How characters are made of octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Utf8,
    Single,
    /// By two, and three behind this octet; what is in the range stands alone.
    Double {
        triple: Option<u8>,
        single: (u8, u8),
    },
    Utf16,
    /// Escape sequences change the meaning of what follows, up to the end of the word (RFC 2047 §3).
    Escapes,
    /// Nothing goes on from word to word.
    Closed,
}

impl Run {
    pub(super) fn new(charset: Charset, at: usize) -> Self {
        let kind = match charset.name() {
            "UTF-8" => Kind::Utf8,
            "UTF-7" | "HZ-GB-2312" => Kind::Closed,
            "EUC-JP" => Kind::Double { triple: Some(0x8f), single: (1, 0) },
            "Shift_JIS" => Kind::Double { triple: None, single: (0xa0, 0xdf) },
            "GBK" | "gb18030" | "Big5" | "EUC-KR" => Kind::Double { triple: None, single: (1, 0) },
            name if name.starts_with("UTF-16") => Kind::Utf16,
            name if name.starts_with("ISO-2022-") => Kind::Escapes,
            _ => Kind::Single,
        };
        Self { charset, octets: Vec::new(), at, kind, looked: 0, shifted: false }
    }

    /// Whether a word of this character set goes on here. A word that begins in the first state of
    /// its character set and is back in it is complete: its neighbour begins anew.
    pub(super) fn joins(&self, charset: Charset) -> bool {
        self.charset == charset
            && match self.kind {
                Kind::Closed => false,
                Kind::Escapes => self.shifted,
                Kind::Utf8 | Kind::Single | Kind::Double { .. } | Kind::Utf16 => true,
            }
    }

    /// Whether the octets end within a character, or before the character set is in its first state.
    pub(super) fn is_within_character(&self) -> bool {
        match self.kind {
            Kind::Utf8 => {
                let tail = &self.octets[self.octets.len().saturating_sub(3)..];
                let first = tail.iter().rposition(|&octet| octet & 0xc0 != 0x80);
                first.is_some_and(|first| {
                    core::str::from_utf8(&tail[first..])
                        .is_err_and(|error| error.error_len().is_none())
                })
            }
            Kind::Utf16 => self.octets.len() % 2 == 1,
            Kind::Double { .. } => self.looked > self.octets.len(),
            Kind::Escapes => self.shifted,
            Kind::Single | Kind::Closed => false,
        }
    }

    /// Looks at octets that are new.
    pub(super) fn look(&mut self) {
        match self.kind {
            Kind::Double { triple, single: (first, last) } => {
                while let Some(&octet) = self.octets.get(self.looked) {
                    self.looked += match octet {
                        0..=0x7f => 1,
                        _ if Some(octet) == triple => 3,
                        _ if (first..=last).contains(&octet) => 1,
                        _ => 2,
                    };
                }
            }
            Kind::Escapes => {
                let new = &self.octets[self.looked.saturating_sub(2)..];
                if let Some(at) = memchr::memrchr(0x1b, new) {
                    self.shifted = !matches!(new.get(at + 1..at + 3), Some(b"(B" | b"(J"));
                }
                self.looked = self.octets.len();
            }
            Kind::Utf8 | Kind::Single | Kind::Utf16 | Kind::Closed => {}
        }
    }
}
