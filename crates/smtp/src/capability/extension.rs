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
        let mut upper = [0; 19];
        let upper = upper.get_mut(..keyword.len())?;
        upper.copy_from_slice(keyword);
        upper.make_ascii_uppercase();
        Some(match &*upper {
            b"SIZE" => Self::Size,
            b"AUTH" => Self::Auth,
            b"PIPELINING" => Self::Pipelining,
            b"CHUNKING" => Self::Chunking,
            b"BINARYMIME" => Self::BinaryMime,
            b"8BITMIME" => Self::EightBitMime,
            b"SMTPUTF8" => Self::SmtpUtf8,
            b"DSN" => Self::Dsn,
            b"STARTTLS" => Self::StartTls,
            b"ENHANCEDSTATUSCODES" => Self::EnhancedStatusCodes,
            b"DELIVERBY" => Self::DeliverBy,
            b"FUTURERELEASE" => Self::FutureRelease,
            b"MT-PRIORITY" => Self::MtPriority,
            b"REQUIRETLS" => Self::RequireTls,
            b"RRVS" => Self::Rrvs,
            b"LIMITS" => Self::Limits,
            b"ETRN" => Self::Etrn,
            b"ATRN" => Self::Atrn,
            b"VRFY" => Self::Vrfy,
            b"EXPN" => Self::Expn,
            b"HELP" => Self::Help,
            b"XCLIENT" => Self::XClient,
            b"XFORWARD" => Self::XForward,
            b"BURL" => Self::Burl,
            _ => return None,
        })
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

    /// The place of this extension in a set of bits.
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
