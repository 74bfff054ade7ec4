//! Encoded words (RFC 2047 §2, RFC 2231 §5): where one begins and ends, and its octets.
//!
//! ```text
//! encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
//! ```

use alloc::vec::Vec;

use mailwire_core::ByteSet;
use memchr::memchr;

use crate::{DefectCode, Findings, Policy, lex::FWS, transfer::base64};

/// What the names of character sets and languages are made of: `token` of RFC 2047 §2, and the
/// full stop, which some names have and the grammar forbids.
const NAME: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"()<>@,;:\"/[]?=");
/// The longest encoded word that RFC 2047 §2 allows.
const LONGEST: usize = 75;

/// An encoded word as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    /// The label of its character set, without the language.
    pub(crate) charset: &'a [u8],
    encoding: Encoding,
    text: &'a [u8],
    /// Where the word ends.
    pub(crate) end: usize,
    len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    B,
    Q,
}

impl<'a> Word<'a> {
    /// The word that begins at `at`, if one does.
    ///
    /// Looks no further than the next `=?`, so that looking at all of them is linear.
    pub(crate) fn at(value: &'a [u8], at: usize) -> Option<Self> {
        let name_at = at + 2;
        let name = value.get(name_at..)?;
        if !value[at..].starts_with(b"=?") {
            return None;
        }
        let name = &name[..NAME.span(name)];
        let encoding_at = name_at + name.len() + 1;
        let encoding = match value.get(encoding_at - 1..encoding_at + 2)? {
            [b'?', b'b' | b'B', b'?'] => Encoding::B,
            [b'?', b'q' | b'Q', b'?'] => Encoding::Q,
            _ => return None,
        };
        let text_at = encoding_at + 2;
        let mut mark = text_at;
        loop {
            mark += memchr(b'?', value.get(mark..)?)?;
            if value.get(mark + 1) == Some(&b'=') {
                break;
            }
            if mark > text_at && value[mark - 1] == b'=' {
                return None;
            }
            mark += 1;
        }
        let charset = &name[..memchr(b'*', name).unwrap_or(name.len())];
        let text = &value[text_at..mark];
        Some(Self { charset, encoding, text, end: mark + 2, len: mark + 2 - at })
    }

    /// Whether a word begins at `at` that is encoded in a way that nobody here knows: it stays as it is.
    pub(crate) fn of_unknown_encoding(value: &[u8], at: usize) -> bool {
        let name = value.get(at + 2..).unwrap_or_default();
        let name_len = NAME.span(name);
        let Some([b'?', encoding, b'?', ..]) = name.get(name_len..) else { return false };
        name_len > 0 && encoding.is_ascii_alphabetic() && !b"BbQq".contains(encoding)
    }

    /// Whether blanks stand in it, which then belong to it only by leniency.
    pub(crate) fn has_blanks(&self) -> bool {
        self.text.iter().any(|&octet| FWS.contains(octet))
    }

    /// Whether the text holds one of these.
    pub(crate) fn holds(&self, set: &ByteSet) -> bool {
        self.text.iter().any(|&octet| set.contains(octet))
    }

    /// Appends the octets that are encoded.
    ///
    /// What deviates is reported for the word as a whole, which begins at `at`.
    pub(crate) fn decode(&self, at: usize, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if self.len > LONGEST {
            findings.report(DefectCode::EncodedWordTooLong, at);
        }
        let sound = match self.encoding {
            Encoding::B => based(self.text, out, findings.policy()),
            Encoding::Q => quoted(self.text, out),
        };
        if !sound || self.text.is_empty() || self.charset.is_empty() {
            findings.report(DefectCode::EncodedWordSyntax, at);
        }
    }
}

/// The Q encoding (RFC 2047 §4.2). Says whether all of it followed the rules.
fn quoted(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut sound = true;
    let mut rest = text;
    while let Some((&octet, more)) = rest.split_first() {
        rest = more;
        match octet {
            b'_' => out.push(b' '),
            b'\r' | b'\n' => {}
            b'=' => {
                if let [high, low, more @ ..] = rest
                    && let (Some(high), Some(low)) = (digit(*high), digit(*low))
                {
                    out.push(high << 4 | low);
                    rest = more;
                } else {
                    sound = false;
                    out.push(b'=');
                }
            }
            _ => {
                sound &= octet.is_ascii_graphic() && octet != b'?';
                out.push(octet);
            }
        }
    }
    sound
}

fn digit(octet: u8) -> Option<u8> {
    char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The B encoding (RFC 2047 §4.1): base64. Says whether all of it followed the rules.
fn based(text: &[u8], out: &mut Vec<u8>, policy: Policy) -> bool {
    let mut sound = true;
    let mut sink = |code, _| sound &= code == DefectCode::B64LineTooLong;
    base64::decode_into(text, out, &mut Findings::new(policy, &mut sink));
    sound
}
