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
        let (extension, len) = Self::at_start(keyword)?;
        (len == keyword.len()).then_some(extension)
    }

    /// The extension whose keyword stands at the start of a text, and how long the keyword is.
    #[inline]
    pub(crate) fn at_start(text: &[u8]) -> Option<(Self, usize)> {
        let &[first, second, ..] = text else { return None };
        let key = &KEYS[usize::from(SLOTS[slot(first, second)])];
        key.is_at_start_of(text).then_some((key.extension, key.keyword.len()))
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
    const COUNT: usize = Self::Burl as usize + 1;

    /// The place of this extension in a set of bits.
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A keyword made ready to be compared in any case, 16 octets at once.
struct Key {
    extension: Extension,
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
        Self { extension, keyword, mask, masked }
    }

    #[inline]
    fn is_at_start_of(&self, text: &[u8]) -> bool {
        let Some((first, rest)) = text.split_first_chunk() else {
            let start = text.get(..self.keyword.len());
            return start.is_some_and(|start| start.eq_ignore_ascii_case(self.keyword));
        };
        u128::from_le_bytes(*first) & self.mask == self.masked
            && self.keyword.get(16..).is_none_or(|more| {
                rest.get(..more.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(more))
            })
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

/// Where the only candidate for two octets is found, in any case.
#[inline]
const fn slot(first: u8, second: u8) -> usize {
    (first as usize % 32 + second as usize % 32 * 60) % 64
}

/// For every [`slot`] the place in [`KEYS`]; 0 too for those that no keyword has.
static SLOTS: [u8; 64] = {
    let mut slots = [0; 64];
    let mut place = 0;
    while (place as usize) < KEYS.len() {
        let keyword = KEYS[place as usize].keyword;
        let slot = slot(keyword[0], keyword[1]);
        assert!(slots[slot] == 0, "two keywords in one slot");
        slots[slot] = place;
        place += 1;
    }
    slots
};

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
