//! One line of the reply to EHLO or LHLO ([RFC 5321 §4.1.1.1]).
//!
//! ```text
//! ehlo-line    = ehlo-keyword *( SP ehlo-param )
//! ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
//! ehlo-param   = 1*(%d33-126)
//! ```
//!
//! [RFC 5321 §4.1.1.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1
mod extension;
mod needed;
mod params;

use alloc::string::ToString;
use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use mailwire_core::{ByteSet, Text};
use memchr::memchr3;

pub use extension::Extension;
pub(crate) use params::number;
pub(crate) use params::words;
pub use params::{Params, SessionLimits};

use crate::{ParseError, ParseErrorKind};

/// Something that a server offers.
///
/// ```
/// use mailwire_smtp::{Capability, Extension};
///
/// let size = Capability::parse("size 36700160".into());
/// assert_eq!(size, Capability::Size(Some(36_700_160)));
/// assert_eq!(size.to_string(), "SIZE 36700160");
///
/// let old = Capability::parse("AUTH=LOGIN PLAIN".into());
/// assert_eq!(old.extension(), Some(Extension::Auth));
/// assert_eq!(old.to_string(), "AUTH=LOGIN PLAIN");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// `SIZE`, with the most octets a message may have; 0 says that there is no fixed limit (RFC 1870
    /// §4).
    Size(Option<u64>),
    /// `AUTH`, with the names of the mechanisms (RFC 4954 §3).
    Auth(Params),
    /// `AUTH=`, the form of before RFC 2554 that old servers repeat for old clients.
    LegacyAuth(Params),
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
    /// `DELIVERBY`, with the fewest seconds that may be asked for (RFC 2852 §3).
    DeliverBy(Option<u32>),
    /// `FUTURERELEASE` (RFC 4865 §4): how long, and until when, a message may be held.
    FutureRelease {
        /// The most seconds.
        max_interval: u32,
        /// The latest time, as in `2026-08-10T03:00:00Z`.
        max_date_time: FutureReleaseDate,
    },
    /// `MT-PRIORITY`, with the names of the profile, if any (RFC 6710 §4.1).
    MtPriority(Params),
    /// `REQUIRETLS` (RFC 8689).
    RequireTls,
    /// `RRVS` (RFC 7293).
    Rrvs,
    /// `LIMITS` (RFC 9422).
    Limits(SessionLimits),
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
    /// `XCLIENT`, with the names of the attributes (Postfix).
    XClient(Params),
    /// `XFORWARD`, with the names of the attributes (Postfix).
    XForward(Params),
    /// `BURL`, with `imap` and the like (RFC 4468 §3).
    Burl(Params),
    /// Another keyword, or one of those above with parameters that do not fit it.
    Other(OtherCapability),
}

/// A line of an EHLO reply that has no type of its own, as it came.
///
/// It never holds a CR, LF or NUL.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherCapability(Bytes);

/// The time of `FUTURERELEASE`: one word.
#[derive(Clone, PartialEq, Eq)]
pub struct FutureReleaseDate(Text);

const KEYWORD: ByteSet = ByteSet::ALPHANUMERIC.with(b"-");

impl Capability {
    /// Reads what stands behind the code of a line.
    ///
    /// Never fails: what has no meaning here is kept as [`Other`](Self::Other). A CR, LF or NUL is read
    /// as a blank.
    #[must_use]
    pub fn parse(line: Bytes) -> Self {
        let line = without_line_ends(line);
        let (keyword, params) = split(&line);
        // With a blank between, the sign belongs to the first word.
        let legacy = line[keyword.len()..].starts_with(b"=");
        let params = line.slice_ref(if legacy { &params[1..] } else { params });
        let known = offered(&line).filter(|&extension| !legacy || extension == Extension::Auth);
        known
            .and_then(|extension| Self::typed(extension, legacy, params))
            .unwrap_or_else(|| Self::Other(OtherCapability(line)))
    }

    /// Makes a capability of any keyword and parameters.
    ///
    /// ```
    /// use mailwire_smtp::{Capability, Params};
    ///
    /// let exps = Capability::other("X-EXPS", &Params::from_static("NTLM LOGIN"))?;
    /// assert_eq!(exps.to_string(), "X-EXPS NTLM LOGIN");
    /// assert!(Capability::other("X EXPS", &Params::default()).is_err());
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn other(keyword: &str, params: &Params) -> Result<Self, ParseError> {
        let good = KEYWORD.span(keyword.as_bytes());
        if keyword.is_empty() || good < keyword.len() || keyword.starts_with('-') {
            return Err(ParseError::new(
                ParseErrorKind::BadCapability,
                good % keyword.len().max(1),
            ));
        }
        let blank = if params.is_empty() { "" } else { " " };
        Ok(Self::parse(alloc::format!("{keyword}{blank}{params}").into()))
    }

    /// What a known keyword with these parameters means, if they fit it.
    fn typed(extension: Extension, legacy: bool, params: Bytes) -> Option<Self> {
        let blank = params.iter().all(|&octet| octet == b' ' || octet == b'\t');
        let plain = match extension {
            Extension::Size if blank => Self::Size(None),
            Extension::Size => {
                return single(&params).and_then(number).map(|n| Self::Size(Some(n)));
            }
            Extension::DeliverBy if blank => Self::DeliverBy(None),
            Extension::DeliverBy => {
                let seconds = u32::try_from(single(&params).and_then(number)?).ok()?;
                return Some(Self::DeliverBy(Some(seconds)));
            }
            Extension::Auth if legacy => return Params::read(params).map(Self::LegacyAuth),
            Extension::Auth => return Params::read(params).map(Self::Auth),
            Extension::MtPriority => return Params::read(params).map(Self::MtPriority),
            Extension::XClient => return Params::read(params).map(Self::XClient),
            Extension::XForward => return Params::read(params).map(Self::XForward),
            Extension::Burl => return Params::read(params).map(Self::Burl),
            Extension::Limits => {
                return Params::read(params).map(|params| Self::Limits(SessionLimits::of(params)));
            }
            Extension::FutureRelease => {
                let params = Params::read(params)?;
                let mut words = params.iter();
                let (Some(interval), Some(time), None) = (words.next(), words.next(), words.next())
                else {
                    return None;
                };
                return Some(Self::FutureRelease {
                    max_interval: u32::try_from(number(interval.as_bytes())?).ok()?,
                    max_date_time: FutureReleaseDate(time.into()),
                });
            }
            Extension::Pipelining => Self::Pipelining,
            Extension::Chunking => Self::Chunking,
            Extension::BinaryMime => Self::BinaryMime,
            Extension::EightBitMime => Self::EightBitMime,
            Extension::SmtpUtf8 => Self::SmtpUtf8,
            Extension::Dsn => Self::Dsn,
            Extension::StartTls => Self::StartTls,
            Extension::EnhancedStatusCodes => Self::EnhancedStatusCodes,
            Extension::RequireTls => Self::RequireTls,
            Extension::Rrvs => Self::Rrvs,
            Extension::Etrn => Self::Etrn,
            Extension::Atrn => Self::Atrn,
            Extension::Vrfy => Self::Vrfy,
            Extension::Expn => Self::Expn,
            Extension::Help => Self::Help,
        };
        blank.then_some(plain)
    }

    /// Which extension this offers; `None` if its keyword has no meaning here.
    #[must_use]
    pub fn extension(&self) -> Option<Extension> {
        Some(match self {
            Self::Size(_) => Extension::Size,
            Self::Auth(_) | Self::LegacyAuth(_) => Extension::Auth,
            Self::Pipelining => Extension::Pipelining,
            Self::Chunking => Extension::Chunking,
            Self::BinaryMime => Extension::BinaryMime,
            Self::EightBitMime => Extension::EightBitMime,
            Self::SmtpUtf8 => Extension::SmtpUtf8,
            Self::Dsn => Extension::Dsn,
            Self::StartTls => Extension::StartTls,
            Self::EnhancedStatusCodes => Extension::EnhancedStatusCodes,
            Self::DeliverBy(_) => Extension::DeliverBy,
            Self::FutureRelease { .. } => Extension::FutureRelease,
            Self::MtPriority(_) => Extension::MtPriority,
            Self::RequireTls => Extension::RequireTls,
            Self::Rrvs => Extension::Rrvs,
            Self::Limits(_) => Extension::Limits,
            Self::Etrn => Extension::Etrn,
            Self::Atrn => Extension::Atrn,
            Self::Vrfy => Extension::Vrfy,
            Self::Expn => Extension::Expn,
            Self::Help => Extension::Help,
            Self::XClient(_) => Extension::XClient,
            Self::XForward(_) => Extension::XForward,
            Self::Burl(_) => Extension::Burl,
            Self::Other(other) => return offered(&other.0),
        })
    }

    /// Appends the line as it stands in the reply, without code and line end.
    pub fn encode(&self, out: &mut BytesMut) {
        match self {
            // Its octets need not be UTF-8.
            Self::Other(other) => out.put_slice(&other.0),
            typed => out.put_slice(typed.to_string().as_bytes()),
        }
    }
}

/// What stands on the line; what is not UTF-8 is shown as `U+FFFD`.
impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(Some(size)) => write!(f, "SIZE {size}"),
            Self::DeliverBy(Some(seconds)) => write!(f, "DELIVERBY {seconds}"),
            Self::FutureRelease { max_interval, max_date_time } => {
                write!(f, "FUTURERELEASE {max_interval} {max_date_time}")
            }
            Self::LegacyAuth(params) => write!(f, "AUTH={params}"),
            Self::Auth(params) => with_params(f, Extension::Auth, params),
            Self::MtPriority(params) => with_params(f, Extension::MtPriority, params),
            Self::Limits(limits) => with_params(f, Extension::Limits, limits.params()),
            Self::XClient(params) => with_params(f, Extension::XClient, params),
            Self::XForward(params) => with_params(f, Extension::XForward, params),
            Self::Burl(params) => with_params(f, Extension::Burl, params),
            Self::Other(other) => other.fmt(f),
            plain => plain.extension().map_or("", Extension::keyword).fmt(f),
        }
    }
}

fn with_params(f: &mut fmt::Formatter<'_>, keyword: Extension, params: &Params) -> fmt::Result {
    let blank = if params.is_empty() { "" } else { " " };
    write!(f, "{keyword}{blank}{params}")
}

impl OtherCapability {
    /// The keyword, as it came; empty if the line begins with something else.
    #[must_use]
    pub fn keyword(&self) -> &str {
        core::str::from_utf8(split(&self.0).0).expect("keywords are ASCII")
    }

    /// What stands behind the keyword, without the blank between them.
    #[must_use]
    pub fn params(&self) -> &[u8] {
        split(&self.0).1
    }
}

impl fmt::Display for OtherCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&alloc::string::String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for OtherCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl FutureReleaseDate {
    /// Takes a time in the form of RFC 3339; that it is one word is all that is checked.
    pub fn new(time: &str) -> Result<Self, ParseError> {
        Params::new([time]).map(|_| Self(time.into()))
    }

    /// The time, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FutureReleaseDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for FutureReleaseDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn without_line_ends(line: Bytes) -> Bytes {
    if memchr3(b'\r', b'\n', 0, &line).is_none() {
        return line;
    }
    line.iter().map(|&b| if matches!(b, b'\r' | b'\n' | 0) { b' ' } else { b }).collect()
}

/// Keyword and the rest of the line. The rest starts behind a blank, or with whatever else ended the
/// keyword.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let (keyword, rest) = line.split_at(KEYWORD.span(line));
    (keyword, rest.strip_prefix(b" ").unwrap_or(rest))
}

/// The extension that a line offers, whatever its parameters are. More lines may follow.
#[inline]
pub(crate) fn offered(text: &[u8]) -> Option<Extension> {
    let (extension, len) = Extension::at_start(text)?;
    match text.get(len) {
        None | Some(b' ' | b'\t' | b'\r' | b'\n' | 0) => Some(extension),
        Some(b'=') if extension == Extension::Auth => Some(extension),
        Some(_) => None,
    }
}

/// The only word of the parameters.
fn single(params: &[u8]) -> Option<&[u8]> {
    let params = params.trim_ascii();
    (!params.contains(&b' ')).then_some(params)
}
