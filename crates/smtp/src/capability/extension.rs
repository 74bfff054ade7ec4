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
        let &[first, second, ..] = keyword else { return None };
        // Length and two letters leave one candidate at most.
        let candidate =
            match (keyword.len(), first.to_ascii_uppercase(), second.to_ascii_uppercase()) {
                (3, b'D', _) => Self::Dsn,
                (4, b'A', b'U') => Self::Auth,
                (4, b'A', b'T') => Self::Atrn,
                (4, b'B', _) => Self::Burl,
                (4, b'E', b'T') => Self::Etrn,
                (4, b'E', b'X') => Self::Expn,
                (4, b'H', _) => Self::Help,
                (4, b'R', _) => Self::Rrvs,
                (4, b'S', _) => Self::Size,
                (4, b'V', _) => Self::Vrfy,
                (6, b'L', _) => Self::Limits,
                (7, b'X', _) => Self::XClient,
                (8, b'8', _) => Self::EightBitMime,
                (8, b'C', _) => Self::Chunking,
                (8, b'S', b'M') => Self::SmtpUtf8,
                (8, b'S', b'T') => Self::StartTls,
                (8, b'X', _) => Self::XForward,
                (9, b'D', _) => Self::DeliverBy,
                (10, b'B', _) => Self::BinaryMime,
                (10, b'P', _) => Self::Pipelining,
                (10, b'R', _) => Self::RequireTls,
                (11, b'M', _) => Self::MtPriority,
                (13, b'F', _) => Self::FutureRelease,
                (19, b'E', _) => Self::EnhancedStatusCodes,
                _ => return None,
            };
        keyword.eq_ignore_ascii_case(candidate.keyword().as_bytes()).then_some(candidate)
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

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
