//! The parameters of MAIL.
use alloc::string::ToString;
use core::fmt;

use bytes::BytesMut;
use mailwire_core::BytesRef;

use super::{AuthParam, BodyType, DeliverBy, List, OtherParam, Ret, Timestamp, delivery::digits};
use crate::{ParseError, Xtext, quirks::Tolerance};

/// The parameters of MAIL, in their order, each once.
///
/// ```
/// use mailwire_smtp::{BodyType, MailParam, MailParams};
///
/// let mut params = MailParams::default();
/// params.push(&MailParam::Size(1_000_000))?;
/// params.push(&MailParam::Body(BodyType::EightBitMime))?;
/// assert_eq!(params.to_string(), "SIZE=1000000 BODY=8BITMIME");
/// assert_eq!((params.size(), params.smtputf8()), (Some(1_000_000), false));
/// assert!(params.push(&MailParam::Size(5)).is_err());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct MailParams(List);

/// One parameter of MAIL.
///
/// What a type cannot rule out is checked by [`MailParams::push`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailParam<'a> {
    /// `SIZE`: how large the message is, in octets (RFC 1870 §6).
    Size(u64),
    /// `BODY`: what the message holds (RFC 6152, RFC 3030).
    Body(BodyType),
    /// `SMTPUTF8`: the envelope or the message needs UTF-8 (RFC 6531 §3.4).
    SmtpUtf8,
    /// `AUTH`: who submitted the message (RFC 4954 §5).
    Auth(AuthParam<'a>),
    /// `RET`: how much of the message a bounce returns (RFC 3461 §4.3).
    Ret(Ret),
    /// `ENVID`: the sender's name for the envelope, printable ASCII, at most 100 octets (§4.4).
    EnvId(Xtext<'a>),
    /// `BY`: until when to deliver (RFC 2852 §4).
    By(DeliverBy),
    /// `HOLDFOR`: for how many seconds to hold, at most 999,999,999 (RFC 4865 §3). Not with
    /// `HOLDUNTIL`.
    HoldFor(u32),
    /// `HOLDUNTIL`: until when to hold, in UTC (RFC 4865 §3). Not with `HOLDFOR`.
    HoldUntil(Timestamp<'a>),
    /// `MT-PRIORITY`: from -9 to 9 (RFC 6710 §3).
    MtPriority(i8),
    /// `REQUIRETLS`: bounce rather than send without TLS (RFC 8689 §2).
    RequireTls,
    /// Any other, a parameter of RCPT among them.
    Other(OtherParam<'a>),
}

impl MailParams {
    pub(crate) fn parse(text: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<Self, ParseError> {
        List::parse(text, check, tolerance).map(Self)
    }

    /// Takes ASCII that was checked before.
    #[inline(always)]
    pub(crate) fn from_ascii(text: BytesRef<'_>) -> Self {
        Self(List::from_ascii(text))
    }

    /// Puts parameters together; the first bad or repeated one is the error.
    pub fn try_from_iter<'a>(
        params: impl IntoIterator<Item = MailParam<'a>>,
    ) -> Result<Self, ParseError> {
        let mut list = Self::default();
        params.into_iter().try_for_each(|param| list.push(&param))?;
        Ok(list)
    }

    /// Adds a parameter, whose keyword must be new.
    pub fn push(&mut self, param: &MailParam<'_>) -> Result<(), ParseError> {
        self.0.push(&param.to_string(), check)
    }

    /// The parameters in their order.
    pub fn iter(&self) -> impl Iterator<Item = MailParam<'_>> {
        self.0.iter().filter_map(|(keyword, value)| MailParam::read(keyword, value))
    }

    /// The value of a keyword in any case; empty if it stands alone.
    #[must_use]
    pub fn get(&self, keyword: &str) -> Option<&str> {
        self.0.get(keyword).map(Option::unwrap_or_default)
    }

    /// Whether there is no parameter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `SIZE`
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.get("SIZE").and_then(|value| digits(value, 20))
    }

    /// `BODY`
    #[must_use]
    pub fn body(&self) -> Option<BodyType> {
        self.get("BODY").and_then(BodyType::read)
    }

    /// `SMTPUTF8`
    #[must_use]
    pub fn smtputf8(&self) -> bool {
        self.get("SMTPUTF8").is_some()
    }

    /// `AUTH`
    #[must_use]
    pub fn auth(&self) -> Option<AuthParam<'_>> {
        self.get("AUTH").and_then(AuthParam::read)
    }

    /// `RET`
    #[must_use]
    pub fn ret(&self) -> Option<Ret> {
        self.get("RET").and_then(Ret::read)
    }

    /// `ENVID`
    #[must_use]
    pub fn envid(&self) -> Option<Xtext<'_>> {
        self.get("ENVID").and_then(|value| Xtext::parse(value).ok())
    }

    /// `BY`
    #[must_use]
    pub fn by(&self) -> Option<DeliverBy> {
        self.get("BY").and_then(DeliverBy::read)
    }

    /// `HOLDFOR`, in seconds
    #[must_use]
    pub fn hold_for(&self) -> Option<u32> {
        self.get("HOLDFOR").and_then(hold_for)
    }

    /// `HOLDUNTIL`
    #[must_use]
    pub fn hold_until(&self) -> Option<Timestamp<'_>> {
        self.get("HOLDUNTIL").and_then(Timestamp::read_utc)
    }

    /// `MT-PRIORITY`
    #[must_use]
    pub fn mt_priority(&self) -> Option<i8> {
        self.get("MT-PRIORITY").and_then(mt_priority)
    }

    /// `REQUIRETLS`
    #[must_use]
    pub fn require_tls(&self) -> bool {
        self.get("REQUIRETLS").is_some()
    }

    /// Appends the parameters, one blank between two.
    pub fn encode(&self, out: &mut BytesMut) {
        out.extend_from_slice(self.0.as_bytes());
    }

    /// Copies the parameters out of the buffer they share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl<'a> MailParam<'a> {
    /// The parameter of a keyword in any case, or `None` if the value is wrong for it.
    fn read(keyword: &'a str, value: Option<&'a str>) -> Option<Self> {
        let is = |name: &str| keyword.eq_ignore_ascii_case(name);
        match keyword.len() {
            2 if is("BY") => DeliverBy::read(value?).map(Self::By),
            3 if is("RET") => Ret::read(value?).map(Self::Ret),
            4 if is("SIZE") => digits(value?, 20).map(Self::Size),
            4 if is("BODY") => BodyType::read(value?).map(Self::Body),
            4 if is("AUTH") => AuthParam::read(value?).map(Self::Auth),
            5 if is("ENVID") => envid(value?).map(Self::EnvId),
            7 if is("HOLDFOR") => hold_for(value?).map(Self::HoldFor),
            8 if is("SMTPUTF8") => value.is_none().then_some(Self::SmtpUtf8),
            9 if is("HOLDUNTIL") => Timestamp::read_utc(value?).map(Self::HoldUntil),
            10 if is("REQUIRETLS") => value.is_none().then_some(Self::RequireTls),
            11 if is("MT-PRIORITY") => mt_priority(value?).map(Self::MtPriority),
            _ => Some(Self::Other(OtherParam { keyword, value })),
        }
    }
}

fn check(keyword: &str, value: Option<&str>) -> Option<u16> {
    MailParam::read(keyword, value).map(|param| match param {
        MailParam::Size(_) => 1 << 0,
        MailParam::Body(_) => 1 << 1,
        MailParam::SmtpUtf8 => 1 << 2,
        MailParam::Auth(_) => 1 << 3,
        MailParam::Ret(_) => 1 << 4,
        MailParam::EnvId(_) => 1 << 5,
        MailParam::By(_) => 1 << 6,
        // RFC 4865 §4.2: more than one hold-param must be refused.
        MailParam::HoldFor(_) | MailParam::HoldUntil(_) => 1 << 7,
        MailParam::MtPriority(_) => 1 << 8,
        MailParam::RequireTls => 1 << 9,
        MailParam::Other(_) => 0,
    })
}

/// `xtext` of at most 100 octets, which decodes to printable ASCII.
fn envid(value: &str) -> Option<Xtext<'_>> {
    const MAX: usize = 100;
    let envid = Xtext::parse(value).ok()?;
    (value.len() <= MAX && envid.decode().is_ascii()).then_some(envid)
}

/// `1*9DIGIT`
fn hold_for(value: &str) -> Option<u32> {
    digits(value, 9).and_then(|seconds| u32::try_from(seconds).ok())
}

/// `priority-value = (["-"] NZDIGIT) / "0"`
fn mt_priority(value: &str) -> Option<i8> {
    let (sign, digit) = value.strip_prefix('-').map_or((1, value), |digit| (-1, digit));
    match digit.as_bytes() {
        [digit @ b'1'..=b'9'] => i8::try_from(digit - b'0').ok().map(|digit| sign * digit),
        [b'0'] if sign > 0 => Some(0),
        _ => None,
    }
}

impl fmt::Display for MailParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(octets) => write!(f, "SIZE={octets}"),
            Self::Body(body) => write!(f, "BODY={body}"),
            Self::SmtpUtf8 => f.write_str("SMTPUTF8"),
            Self::Auth(auth) => write!(f, "AUTH={auth}"),
            Self::Ret(ret) => write!(f, "RET={ret}"),
            Self::EnvId(envid) => write!(f, "ENVID={envid}"),
            Self::By(by) => write!(f, "BY={by}"),
            Self::HoldFor(seconds) => write!(f, "HOLDFOR={seconds}"),
            Self::HoldUntil(time) => write!(f, "HOLDUNTIL={time}"),
            Self::MtPriority(priority) => write!(f, "MT-PRIORITY={priority}"),
            Self::RequireTls => f.write_str("REQUIRETLS"),
            Self::Other(other) => other.fmt(f),
        }
    }
}

impl fmt::Display for MailParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MailParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
