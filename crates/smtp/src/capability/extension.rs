//! The keywords of service extensions.
use core::fmt;

/// A service extension that has a meaning here ([RFC 5321 §2.2]); offered by its keyword in the reply to
/// EHLO or LHLO.
///
/// ```
/// use mailwire_smtp::Extension;
///
/// assert_eq!(Extension::from_keyword(b"8bitmime"), Some(Extension::EightBitMime));
/// assert_eq!(Extension::MtPriority.keyword(), "MT-PRIORITY");
/// assert_eq!(Extension::from_keyword(b"X-EXPS"), None);
/// ```
///
/// [RFC 5321 §2.2]: https://www.rfc-editor.org/rfc/rfc5321#section-2.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Extension {
    /// `SIZE` (RFC 1870).
    Size,
    /// `AUTH` (RFC 4954).
    Auth,
    /// `PIPELINING` (RFC 2920).
    Pipelining,
    /// `CHUNKING`: BDAT (RFC 3030).
    Chunking,
    /// `BINARYMIME` (RFC 3030).
    BinaryMime,
    /// `8BITMIME` (RFC 6152).
    EightBitMime,
    /// `SMTPUTF8` (RFC 6531).
    SmtpUtf8,
    /// `DSN` (RFC 3461).
    Dsn,
    /// `STARTTLS` (RFC 3207).
    StartTls,
    /// `ENHANCEDSTATUSCODES` (RFC 2034).
    EnhancedStatusCodes,
    /// `DELIVERBY` (RFC 2852).
    DeliverBy,
    /// `FUTURERELEASE` (RFC 4865).
    FutureRelease,
    /// `MT-PRIORITY` (RFC 6710).
    MtPriority,
    /// `REQUIRETLS` (RFC 8689).
    RequireTls,
    /// `RRVS` (RFC 7293).
    Rrvs,
    /// `LIMITS` (RFC 9422).
    Limits,
    /// `ETRN` (RFC 1985).
    Etrn,
    /// `ATRN` (RFC 2645).
    Atrn,
    /// `VRFY` (RFC 5321 §3.5).
    Vrfy,
    /// `EXPN` (RFC 5321 §3.5).
    Expn,
    /// `HELP` (RFC 5321 §4.1.1.8).
    Help,
    /// `XCLIENT` (Postfix).
    XClient,
    /// `XFORWARD` (Postfix).
    XForward,
    /// `BURL` (RFC 4468).
    Burl,
}

impl Extension {
    /// The extension with this keyword, in any case.
    #[must_use]
    pub fn from_keyword(keyword: &[u8]) -> Option<Self> {
        let extension = Self::at_start(keyword)?;
        (extension.keyword().len() == keyword.len()).then_some(extension)
    }

    /// The extension whose keyword stands at the start of a text.
    #[inline]
    pub(crate) fn at_start(text: &[u8]) -> Option<Self> {
        let &[first, second, ..] = text else { return None };
        // Two octets leave one candidate.
        let candidate = match [first.to_ascii_uppercase(), second.to_ascii_uppercase()] {
            [b'8', b'B'] => Self::EightBitMime,
            [b'A', b'T'] => Self::Atrn,
            [b'A', b'U'] => Self::Auth,
            [b'B', b'I'] => Self::BinaryMime,
            [b'B', b'U'] => Self::Burl,
            [b'C', b'H'] => Self::Chunking,
            [b'D', b'E'] => Self::DeliverBy,
            [b'D', b'S'] => Self::Dsn,
            [b'E', b'N'] => Self::EnhancedStatusCodes,
            [b'E', b'T'] => Self::Etrn,
            [b'E', b'X'] => Self::Expn,
            [b'F', b'U'] => Self::FutureRelease,
            [b'H', b'E'] => Self::Help,
            [b'L', b'I'] => Self::Limits,
            [b'M', b'T'] => Self::MtPriority,
            [b'P', b'I'] => Self::Pipelining,
            [b'R', b'E'] => Self::RequireTls,
            [b'R', b'R'] => Self::Rrvs,
            [b'S', b'I'] => Self::Size,
            [b'S', b'M'] => Self::SmtpUtf8,
            [b'S', b'T'] => Self::StartTls,
            [b'V', b'R'] => Self::Vrfy,
            [b'X', b'C'] => Self::XClient,
            [b'X', b'F'] => Self::XForward,
            _ => return None,
        };
        KEYS[candidate as usize].is_at_start_of(text).then_some(candidate)
    }

    /// The keyword, in capitals.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Size => "SIZE",
            Self::Auth => "AUTH",
            Self::Pipelining => "PIPELINING",
            Self::Chunking => "CHUNKING",
            Self::BinaryMime => "BINARYMIME",
            Self::EightBitMime => "8BITMIME",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::Dsn => "DSN",
            Self::StartTls => "STARTTLS",
            Self::EnhancedStatusCodes => "ENHANCEDSTATUSCODES",
            Self::DeliverBy => "DELIVERBY",
            Self::FutureRelease => "FUTURERELEASE",
            Self::MtPriority => "MT-PRIORITY",
            Self::RequireTls => "REQUIRETLS",
            Self::Rrvs => "RRVS",
            Self::Limits => "LIMITS",
            Self::Etrn => "ETRN",
            Self::Atrn => "ATRN",
            Self::Vrfy => "VRFY",
            Self::Expn => "EXPN",
            Self::Help => "HELP",
            Self::XClient => "XCLIENT",
            Self::XForward => "XFORWARD",
            Self::Burl => "BURL",
        }
    }

    /// How many there are.
    pub(crate) const COUNT: usize = Self::Burl as usize + 1;
}

/// A keyword made ready to be compared in any case, 16 octets at once.
struct Key {
    keyword: &'static [u8],
    /// Every bit of the first octets that matters: all but those that make a letter small.
    mask: u128,
    masked: u128,
}

impl Key {
    const fn new(extension: Extension) -> Self {
        let keyword = extension.keyword().as_bytes();
        let (mut mask, mut masked) = (0, 0);
        let mut i = if keyword.len() < 16 { keyword.len() } else { 16 };
        while i > 0 {
            i -= 1;
            mask = mask << 8 | if keyword[i].is_ascii_alphabetic() { 0xdf } else { 0xff };
            masked = masked << 8 | keyword[i] as u128;
        }
        Self { keyword, mask, masked }
    }

    #[inline]
    fn is_at_start_of(&self, text: &[u8]) -> bool {
        match text.first_chunk() {
            Some(first) if self.keyword.len() <= 16 => {
                u128::from_le_bytes(*first) & self.mask == self.masked
            }
            _ => text
                .get(..self.keyword.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(self.keyword)),
        }
    }
}

static KEYS: [Key; Extension::COUNT] = {
    use Extension as E;
    [
        Key::new(E::Size),
        Key::new(E::Auth),
        Key::new(E::Pipelining),
        Key::new(E::Chunking),
        Key::new(E::BinaryMime),
        Key::new(E::EightBitMime),
        Key::new(E::SmtpUtf8),
        Key::new(E::Dsn),
        Key::new(E::StartTls),
        Key::new(E::EnhancedStatusCodes),
        Key::new(E::DeliverBy),
        Key::new(E::FutureRelease),
        Key::new(E::MtPriority),
        Key::new(E::RequireTls),
        Key::new(E::Rrvs),
        Key::new(E::Limits),
        Key::new(E::Etrn),
        Key::new(E::Atrn),
        Key::new(E::Vrfy),
        Key::new(E::Expn),
        Key::new(E::Help),
        Key::new(E::XClient),
        Key::new(E::XForward),
        Key::new(E::Burl),
    ]
};

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
