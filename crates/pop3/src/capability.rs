//! One line of the answer to CAPA ([RFC 2449 §5]).
//!
//! ```text
//! capability = capa-tag *(SP param) CRLF       ; 512 octets at most
//! capa-tag   = 1*cchar                         ; printable ASCII, no "."
//! param      = 1*VCHAR
//! ```
//!
//! [RFC 2449 §5]: https://www.rfc-editor.org/rfc/rfc2449#section-5
mod words;

use alloc::string::String;
use core::fmt::{self, Write};

use bytes::{BufMut, Bytes, BytesMut};
use mailwire_core::{ByteSet, BytesRef};

pub use words::Words;

use crate::{ParseError, ParseErrorKind, number::decimal};

/// Something that a server offers.
///
/// ```
/// use mailwire_pop3::{Capability, Expiry};
///
/// let expire = Capability::parse("expire 31 USER".into());
/// assert_eq!(expire, Capability::Expire { after: Expiry::Days(31), per_user: true });
/// assert_eq!(expire.to_string(), "EXPIRE 31 USER");
/// assert_eq!(Capability::parse("X-GOOGLE-RICO".into()).tag(), "X-GOOGLE-RICO");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// `TOP` (RFC 2449 §6.1).
    Top,
    /// `USER`: USER and PASS (RFC 2449 §6.2).
    User,
    /// `SASL`, with the names of the mechanisms (RFC 2449 §6.3, RFC 5034).
    Sasl(Words),
    /// `RESP-CODES`: a `[` at the start of a text starts a response code (RFC 2449 §6.4).
    RespCodes,
    /// `AUTH-RESP-CODE`: no refusal of credentials without the code AUTH (RFC 3206 §6).
    AuthRespCode,
    /// `LOGIN-DELAY` (RFC 2449 §6.5).
    LoginDelay {
        /// The fewest seconds between two logins.
        seconds: u32,
        /// Whether it may be less for this user: CAPA says so once logged in.
        per_user: bool,
    },
    /// `PIPELINING` (RFC 2449 §6.6).
    Pipelining,
    /// `EXPIRE` (RFC 2449 §6.7).
    Expire {
        /// How long messages are kept at least.
        after: Expiry,
        /// Whether it may be longer for this user: CAPA says so once logged in.
        per_user: bool,
    },
    /// `UIDL` (RFC 2449 §6.8).
    Uidl,
    /// `IMPLEMENTATION`, with what the server calls itself (RFC 2449 §6.9).
    Implementation(Words),
    /// `STLS` (RFC 2595 §4).
    Stls,
    /// `UTF8` (RFC 6856 §2).
    Utf8 {
        /// Whether names and passwords may be UTF-8 too.
        user: bool,
    },
    /// `LANG` (RFC 6856 §3).
    Lang,
    /// Any other capability, or one of the above with parameters that it cannot have.
    Other(OtherCapability),
}

/// How long a server keeps messages (RFC 2449 §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the two forms that there are")]
pub enum Expiry {
    /// So many days at least. After 0 days, what was retrieved may be gone with QUIT.
    Days(u32),
    /// For ever.
    Never,
}

/// A capability that this crate does not know, as it was written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OtherCapability(Bytes);

static TAG: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b".");

impl Capability {
    /// Reads one line, given without its line end. Nothing is refused: what cannot be understood is
    /// [`Other`](Self::Other).
    #[must_use]
    pub fn parse(line: Bytes) -> Self {
        Self::known(&line).unwrap_or(Self::Other(OtherCapability(line)))
    }

    fn known(line: &Bytes) -> Option<Self> {
        let text = line.trim_ascii_end();
        let len = text.iter().position(|octet| *octet == b' ').unwrap_or(text.len());
        let (tag, params) = text.split_at(len);
        let mut words = params.split(|octet| *octet == b' ').filter(|word| !word.is_empty());
        let is = |name: &str| tag.eq_ignore_ascii_case(name.as_bytes());
        let params = || Words::parse(BytesRef::from(line).slice(len.min(text.len())..text.len()));
        let alone = [
            Self::Top,
            Self::User,
            Self::RespCodes,
            Self::AuthRespCode,
            Self::Pipelining,
            Self::Uidl,
            Self::Stls,
            Self::Lang,
        ];
        if let Some(capability) = alone.into_iter().find(|capability| is(capability.tag())) {
            return words.next().is_none().then_some(capability);
        }
        if is("SASL") {
            return params().ok().map(Self::Sasl);
        }
        if is("IMPLEMENTATION") {
            return params().ok().filter(|words| !words.is_empty()).map(Self::Implementation);
        }
        let mut first = words.next();
        if is("LOGIN-DELAY") {
            let seconds = u32::try_from(decimal(first?).ok()?).ok()?;
            return Some(Self::LoginDelay { seconds, per_user: user(words)? });
        }
        if is("EXPIRE") {
            let after = match first? {
                never if never.eq_ignore_ascii_case(b"NEVER") => Expiry::Never,
                days => Expiry::Days(u32::try_from(decimal(days).ok()?).ok()?),
            };
            return Some(Self::Expire { after, per_user: user(words)? });
        }
        if is("UTF8") {
            return Some(Self::Utf8 { user: user(first.take().into_iter().chain(words))? });
        }
        None
    }

    /// What the capability is called, in upper case unless it is unknown.
    #[must_use]
    pub fn tag(&self) -> &str {
        match self {
            Self::Top => "TOP",
            Self::User => "USER",
            Self::Sasl(_) => "SASL",
            Self::RespCodes => "RESP-CODES",
            Self::AuthRespCode => "AUTH-RESP-CODE",
            Self::LoginDelay { .. } => "LOGIN-DELAY",
            Self::Pipelining => "PIPELINING",
            Self::Expire { .. } => "EXPIRE",
            Self::Uidl => "UIDL",
            Self::Implementation(_) => "IMPLEMENTATION",
            Self::Stls => "STLS",
            Self::Utf8 { .. } => "UTF8",
            Self::Lang => "LANG",
            Self::Other(other) => other.tag(),
        }
    }

    /// Appends the capability as it goes on the wire, CR LF included.
    pub fn encode(&self, out: &mut BytesMut) {
        if let Self::Other(other) = self {
            out.put_slice(&other.0);
        } else {
            // Writing to a buffer that grows cannot fail.
            let _ = write!(out, "{self}");
        }
        out.put_slice(b"\r\n");
    }

    /// Copies what the capability shares with the buffer that it was read from.
    #[must_use]
    pub fn detach(&self) -> Self {
        match self {
            Self::Sasl(words) => Self::Sasl(words.detach()),
            Self::Implementation(words) => Self::Implementation(words.detach()),
            Self::Other(other) => Self::Other(OtherCapability(Bytes::copy_from_slice(&other.0))),
            same => same.clone(),
        }
    }
}

/// Whether the rest is the word USER; `None` if it is something else.
fn user<'a>(mut rest: impl Iterator<Item = &'a [u8]>) -> Option<bool> {
    let user = match rest.next() {
        None => return Some(false),
        Some(word) => word.eq_ignore_ascii_case(b"USER"),
    };
    (user && rest.next().is_none()).then_some(true)
}

impl OtherCapability {
    /// A capability of the caller's own.
    ///
    /// ```
    /// use mailwire_pop3::OtherCapability;
    ///
    /// assert_eq!(OtherCapability::new("XTND", ["XMIT"])?.tag(), "XTND");
    /// assert!(OtherCapability::new("a.b", [""; 0]).is_err());
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn new<T: AsRef<str>>(
        tag: &str,
        params: impl IntoIterator<Item = T>,
    ) -> Result<Self, ParseError> {
        let end = TAG.span(tag.as_bytes());
        if tag.is_empty() || end < tag.len() {
            return Err(ParseErrorKind::BadCapability.at(end));
        }
        let params = Words::new(params).map_err(|error| error.shifted(tag.len() + 1))?;
        let mut line = String::from(tag);
        if !params.is_empty() {
            line.push(' ');
            line.push_str(params.as_str());
        }
        Ok(Self(line.into()))
    }

    /// What it is called: the first word, in the case it was written in; empty if that is not ASCII.
    #[must_use]
    pub fn tag(&self) -> &str {
        let len = self.0.iter().position(|octet| *octet == b' ').unwrap_or(self.0.len());
        core::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }

    /// The line as it was, without its line end.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Other(other) = self {
            return f.write_str(&String::from_utf8_lossy(&other.0));
        }
        f.write_str(self.tag())?;
        let per_user = match self {
            Self::Sasl(words) | Self::Implementation(words) => {
                if !words.is_empty() {
                    write!(f, " {words}")?;
                }
                false
            }
            Self::LoginDelay { seconds, per_user } => {
                write!(f, " {seconds}")?;
                *per_user
            }
            Self::Expire { after: Expiry::Days(days), per_user } => {
                write!(f, " {days}")?;
                *per_user
            }
            Self::Expire { after: Expiry::Never, per_user } => {
                f.write_str(" NEVER")?;
                *per_user
            }
            Self::Utf8 { user } => *user,
            Self::Top
            | Self::User
            | Self::RespCodes
            | Self::AuthRespCode
            | Self::Pipelining
            | Self::Uidl
            | Self::Stls
            | Self::Lang
            | Self::Other(_) => false,
        };
        f.write_str(if per_user { " USER" } else { "" })
    }
}

impl fmt::Debug for OtherCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
