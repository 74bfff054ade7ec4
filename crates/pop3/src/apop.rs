//! APOP: the timestamp of the greeting and the digest that answers it ([RFC 1939 §7]).
//!
//! ```text
//! timestamp = "<" local "@" domain ">"           ; one msg-id of RFC 822, ASCII, no blank
//! digest    = MD5( timestamp shared-secret )     ; 32 lower-case hexadecimal digits
//! ```
//!
//! A server that may choose the timestamp freely learns characters of the password from a few hundred
//! logins (CVE-2007-1558): its trick needs octets that no msg-id has. Nothing else is taken for a
//! timestamp here.
//!
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
use core::{fmt, str::FromStr};

use bytes::Bytes;
use mailwire_core::{ByteSet, BytesRef, Text};
use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq;

use crate::{MAX_REPLY_LINE, ParseError, ParseErrorKind};

/// What a server that speaks APOP puts into its greeting, angle brackets included: it must never be the
/// same twice.
///
/// ```
/// use mailwire_pop3::Timestamp;
///
/// let found = Timestamp::find(b"POP3 server ready <1896.697170952@dbc.mtview.ca.us>").unwrap();
/// assert_eq!(found.as_str(), "<1896.697170952@dbc.mtview.ca.us>");
/// assert_eq!(Timestamp::new("<1896.697170952@dbc.mtview.ca.us>")?, found);
/// assert!(Timestamp::find(b"ready <caf\xe9@host>").is_none());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Text);

/// The digest of APOP. `Debug` does not show it, as a password can be guessed from it; comparing takes
/// constant time.
///
/// ```
/// use mailwire_pop3::{Digest, Timestamp};
///
/// let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>")?;
/// let digest = Digest::compute(&timestamp, b"tanstaaf");
/// assert_eq!(digest.to_string(), "c4c9334bac560ecc979e58001b3e22fb");
/// assert_eq!("c4c9334bac560ecc979e58001b3e22fb".parse(), Ok(digest));
/// assert_eq!(format!("{digest:?}"), "Digest(..)");
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Digest([u8; 16]);

/// As much as a greeting can hold: `+OK`, a blank and the line end go off its 512 octets.
const MAX: usize = MAX_REPLY_LINE - 6;

/// The domain may also be a literal.
static DOMAIN: ByteSet = ByteSet::ATEXT.with(b"[]:");
const HEX: &[u8; 16] = b"0123456789abcdef";

impl Timestamp {
    /// Checks and copies a timestamp, angle brackets included.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        Self::parse(BytesRef::from(&text))
    }

    /// Looks for the timestamp of a greeting, wherever in its text it stands.
    ///
    /// There must be exactly one msg-id: of two nobody can say which the server means.
    #[must_use]
    pub fn find(greeting: &[u8]) -> Option<Self> {
        let mut found = None;
        for (at, _) in greeting.iter().enumerate().filter(|(_, octet)| **octet == b'<') {
            let candidate = &greeting[at..];
            // A second `<` makes it none, so every octet is looked at once.
            let stop = |octet: &u8| matches!(octet, b'<' | b'>');
            let Some(len) = candidate[1..].iter().position(stop) else { break };
            let candidate = Bytes::copy_from_slice(&candidate[..len + 2]);
            if let Ok(timestamp) = Self::parse(BytesRef::from(&candidate)) {
                if found.is_some() {
                    return None;
                }
                found = Some(timestamp);
            }
        }
        found
    }

    fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        let bad = |offset: usize| ParseErrorKind::BadTimestamp.at(offset);
        let inner = text.strip_prefix(b"<").ok_or(bad(0))?;
        let inner = inner.strip_suffix(b">").ok_or(bad(text.len()))?;
        let local = dotted(inner, &ByteSet::ATEXT);
        if local == 0 || inner.get(local) != Some(&b'@') {
            return Err(bad(1 + local));
        }
        let domain = local + 1 + dotted(&inner[local + 1..], &DOMAIN);
        if domain == local + 1 || domain < inner.len() {
            return Err(bad(1 + domain));
        }
        if text.len() > MAX {
            return Err(ParseErrorKind::TooLong.at(MAX));
        }
        Ok(Self(Text::from_ascii(text)))
    }

    /// The timestamp, angle brackets included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// How much of the text is `1*set *("." 1*set)`.
fn dotted(text: &[u8], set: &ByteSet) -> usize {
    let mut end = set.span(text);
    while end > 0 && text.get(end) == Some(&b'.') {
        match set.span(&text[end + 1..]) {
            0 => break,
            len => end += 1 + len,
        }
    }
    end
}

impl Digest {
    /// What a client answers that knows the secret.
    ///
    /// Where names and passwords may be UTF-8 both must have gone through `SASLprep` before (RFC 6856
    /// §2.2).
    #[must_use]
    pub fn compute(timestamp: &Timestamp, secret: &[u8]) -> Self {
        let md5 = Md5::new().chain_update(timestamp.as_str()).chain_update(secret);
        Self(md5.finalize().into())
    }

    /// `digest = 32( DIGIT / "a"-"f" )`, and upper case, of which the second half speaks.
    pub(crate) fn parse(text: &[u8]) -> Result<(Self, bool), ParseError> {
        let mut digest = [0; 16];
        if let Some(at) = text.iter().position(|octet| !octet.is_ascii_hexdigit()) {
            return Err(ParseErrorKind::BadDigest.at(at));
        }
        let (pairs, rest) = text.as_chunks::<2>();
        if pairs.len() != digest.len() || !rest.is_empty() {
            return Err(ParseErrorKind::BadDigest.at(text.len()));
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => digit - b'0',
            _ => (digit | 0x20) - b'a' + 10,
        };
        for (octet, [high, low]) in digest.iter_mut().zip(pairs) {
            *octet = value(*high) << 4 | value(*low);
        }
        Ok((Self(digest), text.iter().any(u8::is_ascii_uppercase)))
    }

    pub(crate) fn to_hex(self) -> [u8; 32] {
        let mut hex = [0; 32];
        for (pair, octet) in hex.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]];
        }
        hex
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl FromStr for Digest {
    type Err = ParseError;

    /// Reads 32 digits in lower case.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match Self::parse(text.as_bytes())? {
            (digest, false) => Ok(digest),
            (_, true) => Err(ParseErrorKind::BadDigest.at(0)),
        }
    }
}

impl FromStr for Timestamp {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.to_hex()).expect("hexadecimal digits are ASCII"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
