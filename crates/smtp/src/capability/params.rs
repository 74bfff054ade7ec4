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

/// The words of a line that are ASCII, as all of them should be.
pub(crate) fn words(line: &[u8]) -> impl Iterator<Item = &str> {
    line.split(|&octet| octet == b' ' || octet == b'\t')
        .filter(|word| !word.is_empty() && word.is_ascii())
        .filter_map(|word| core::str::from_utf8(word).ok())
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

    /// A limit that is no number counts as none: RFC 9422 §3.1.
    fn get(&self, name: &str) -> Option<u32> {
        self.0.iter().find_map(|word| {
            let (has, value) = word.split_once('=')?;
            has.eq_ignore_ascii_case(name).then(|| number(value.as_bytes()))?
        })
    }
}

impl fmt::Display for SessionLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `1*DIGIT`, not above the largest number of its type.
pub(crate) fn number<N: core::str::FromStr>(digits: &[u8]) -> Option<N> {
    // `FromStr` takes a sign too.
    let good = digits.iter().all(u8::is_ascii_digit);
    core::str::from_utf8(digits).ok().filter(|_| good)?.parse().ok()
}
