//! What may follow a keyword.
use alloc::{string::String, vec::Vec};
use core::fmt;

use bytes::Bytes;
use mailwire_core::{ByteSet, Text};

use crate::{ParseError, ParseErrorKind};

/// The parameters of a capability: words with blanks between them, such as the mechanisms of `AUTH`.
///
/// ```text
/// ehlo-param = 1*(%d33-126)
/// ```
///
/// ```
/// use mailwire_smtp::Params;
///
/// let mechanisms = Params::new(["SCRAM-SHA-256", "PLAIN"])?;
/// assert!(mechanisms.contains("plain"));
/// assert_eq!(mechanisms.to_string(), "SCRAM-SHA-256 PLAIN");
/// assert!(Params::new(["PLAIN\r\n250 X"]).is_err());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Default)]
pub struct Params(Text);

const WORD: ByteSet = ByteSet::EMPTY.with_range(33, 126);
const WORDS: ByteSet = WORD.with(b" \t");

impl Params {
    /// Makes parameters of words; none may be empty or hold a blank, a control character or an octet
    /// above ASCII.
    pub fn new<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Result<Self, ParseError> {
        let mut text = String::new();
        for word in words {
            let word = word.as_ref();
            let good = WORD.span(word.as_bytes());
            if word.is_empty() || good < word.len() {
                return Err(ParseError::new(ParseErrorKind::BadCapability, text.len() + good));
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        Ok(Self(text.into()))
    }

    /// Takes words known when the program is written, with single blanks between them.
    ///
    /// Panics, while the program is compiled if this stands in a `const`, if they are not words.
    ///
    /// ```
    /// use mailwire_smtp::{Capability, Params};
    ///
    /// const AUTH: Capability = Capability::Auth(Params::from_static("PLAIN LOGIN"));
    /// # assert_eq!(AUTH.to_string(), "AUTH PLAIN LOGIN");
    /// ```
    #[must_use]
    pub const fn from_static(words: &'static str) -> Self {
        let octets = words.as_bytes();
        let mut i = 0;
        while i < octets.len() {
            assert!(WORDS.contains(octets[i]), "not a parameter");
            i += 1;
        }
        Self(Text::from_static(words))
    }

    /// Takes what stood behind a keyword, if that is nothing but words.
    pub(crate) fn read(octets: Bytes) -> Option<Self> {
        if !WORDS.covers(&octets) {
            return None;
        }
        Text::from_utf8(octets).ok().map(Self)
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        words(self.0.as_bytes())
    }

    /// Whether one of the words is this, in any case.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|has| has.eq_ignore_ascii_case(word))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Copies the parameters out of the read buffer that they share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// The words of a line, as far as it is ASCII, which all of it should be.
pub(crate) fn words(line: &[u8]) -> impl Iterator<Item = &str> {
    let mut good = line;
    if !line.is_ascii() {
        // Up to the blank before the first octet that is not.
        let bad = line.iter().position(|octet| !octet.is_ascii()).unwrap_or(0);
        let blank = line[..bad].iter().rposition(|octet| matches!(octet, b' ' | b'\t'));
        good = &line[..blank.unwrap_or(0)];
    }
    Words(core::str::from_utf8(good).expect("ASCII"))
}

struct Words<'a>(&'a str);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let is_blank = |octet: &u8| matches!(octet, b' ' | b'\t');
        let start = self.0.bytes().position(|octet| !is_blank(&octet))?;
        let rest = &self.0[start..];
        let (word, rest) =
            rest.split_at(rest.as_bytes().iter().position(is_blank).unwrap_or(rest.len()));
        self.0 = rest;
        Some(word)
    }
}

/// The blanks between the words do not count.
impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Params {}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, word) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(word)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What a server allows in one session, the parameters of `LIMITS` (RFC 9422 §4).
///
/// ```
/// use mailwire_smtp::SessionLimits;
///
/// let limits = SessionLimits::new(Some(20), Some(100), None);
/// assert_eq!(limits.to_string(), "MAILMAX=20 RCPTMAX=100");
/// assert_eq!(limits.rcpt_max(), Some(100));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionLimits(Params);

impl SessionLimits {
    /// Says how many transactions a session may have, how many recipients a transaction may have, and
    /// how many domains may be among them.
    #[must_use]
    pub fn new(mail: Option<u32>, rcpt: Option<u32>, rcpt_domain: Option<u32>) -> Self {
        let limits = [("MAILMAX", mail), ("RCPTMAX", rcpt), ("RCPTDOMAINMAX", rcpt_domain)];
        let words: Vec<_> = limits
            .into_iter()
            .filter_map(|(name, limit)| limit.map(|limit| alloc::format!("{name}={limit}")))
            .collect();
        Self(Params::new(words).expect("names and numbers are words"))
    }

    pub(crate) const fn of(params: Params) -> Self {
        Self(params)
    }

    /// `MAILMAX`: how many transactions a session may have.
    #[must_use]
    pub fn mail_max(&self) -> Option<u32> {
        self.get("MAILMAX")
    }

    /// `RCPTMAX`: how many RCPT commands a transaction may have.
    #[must_use]
    pub fn rcpt_max(&self) -> Option<u32> {
        self.get("RCPTMAX")
    }

    /// `RCPTDOMAINMAX`: how many domains the recipients of a transaction may have.
    #[must_use]
    pub fn rcpt_domain_max(&self) -> Option<u32> {
        self.get("RCPTDOMAINMAX")
    }

    /// All limits, those without a meaning here included, as `NAME=VALUE` or `NAME`.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.0
    }

    /// `limit-value = %x31-39 0*5DIGIT`; what is no number, or 0, counts as no limit.
    fn get(&self, name: &str) -> Option<u32> {
        self.0.iter().find_map(|word| {
            let (has, value) = word.split_once('=')?;
            has.eq_ignore_ascii_case(name)
                .then(|| u32::try_from(number(value.as_bytes())?).ok().filter(|&limit| limit > 0))?
        })
    }
}

impl fmt::Display for SessionLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `1*DIGIT`, not above the largest number there is room for.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, digit| match digit {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}
