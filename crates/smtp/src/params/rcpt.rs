//! The parameters of RCPT.
use alloc::string::ToString;
use core::fmt;

use bytes::BytesMut;
use mailwire_core::BytesRef;

use super::{List, Notify, Orcpt, OtherParam, Timestamp};
use crate::{ParseError, quirks::Tolerance};

/// The parameters of RCPT, in their order, each once.
///
/// ```
/// use mailwire_smtp::{Notify, RcptParam, RcptParams};
///
/// let params = RcptParams::try_from_iter([RcptParam::Notify(Notify::NEVER)])?;
/// assert_eq!(params.to_string(), "NOTIFY=NEVER");
/// assert_eq!(params.notify(), Some(Notify::NEVER));
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RcptParams(List);

/// One parameter of RCPT.
///
/// What a type cannot rule out is checked by [`RcptParams::push`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RcptParam<'a> {
    /// `NOTIFY`: when to report (RFC 3461 §4.1).
    Notify(Notify),
    /// `ORCPT`: whom the sender meant, at most 500 octets (RFC 3461 §4.2, RFC 6533 §3).
    Orcpt(Orcpt<'a>),
    /// `RRVS`: since when the mailbox must have had its owner (RFC 7293 §3.1).
    Rrvs(Rrvs<'a>),
    /// Any other, a parameter of MAIL among them.
    Other(OtherParam<'a>),
}

/// Since when the mailbox must have had its owner: the value of `RRVS` ([RFC 7293 §3.1]).
///
/// [RFC 7293 §3.1]: https://www.rfc-editor.org/rfc/rfc7293#section-3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the grammar is closed")]
pub struct Rrvs<'a> {
    /// When the sender last knew whose mailbox it was.
    pub since: Timestamp<'a>,
    /// What to do where a relay does not know this extension.
    pub action: Option<RrvsAction>,
}

/// What to do with a message whose next hop does not know RRVS (RFC 7293 §5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum RrvsAction {
    /// `C`: send it without.
    Continue,
    /// `R`: reject it.
    Reject,
}

impl RcptParams {
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
        params: impl IntoIterator<Item = RcptParam<'a>>,
    ) -> Result<Self, ParseError> {
        let mut list = Self::default();
        params.into_iter().try_for_each(|param| list.push(&param))?;
        Ok(list)
    }

    /// Adds a parameter, whose keyword must be new.
    pub fn push(&mut self, param: &RcptParam<'_>) -> Result<(), ParseError> {
        self.0.push(&param.to_string(), check)
    }

    /// The parameters in their order.
    pub fn iter(&self) -> impl Iterator<Item = RcptParam<'_>> {
        self.0.iter().filter_map(|(keyword, value)| RcptParam::read(keyword, value))
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

    /// `NOTIFY`
    #[must_use]
    pub fn notify(&self) -> Option<Notify> {
        self.get("NOTIFY").and_then(Notify::read)
    }

    /// `ORCPT`
    #[must_use]
    pub fn orcpt(&self) -> Option<Orcpt<'_>> {
        self.get("ORCPT").and_then(Orcpt::read)
    }

    /// `RRVS`
    #[must_use]
    pub fn rrvs(&self) -> Option<Rrvs<'_>> {
        self.get("RRVS").and_then(Rrvs::read)
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

impl<'a> RcptParam<'a> {
    /// The parameter of a keyword in any case, or `None` if the value is wrong for it.
    fn read(keyword: &'a str, value: Option<&'a str>) -> Option<Self> {
        let is = |name: &str| keyword.eq_ignore_ascii_case(name);
        match keyword.len() {
            4 if is("RRVS") => Rrvs::read(value?).map(Self::Rrvs),
            5 if is("ORCPT") => Orcpt::read(value?).map(Self::Orcpt),
            6 if is("NOTIFY") => Notify::read(value?).map(Self::Notify),
            _ => Some(Self::Other(OtherParam { keyword, value })),
        }
    }
}

fn check(keyword: &str, value: Option<&str>) -> Option<u16> {
    RcptParam::read(keyword, value).map(|param| match param {
        RcptParam::Notify(_) => 1 << 0,
        RcptParam::Orcpt(_) => 1 << 1,
        RcptParam::Rrvs(_) => 1 << 2,
        RcptParam::Other(_) => 0,
    })
}

impl<'a> Rrvs<'a> {
    /// `date-time [ ";" ( "C" / "R" ) ]`
    fn read(value: &'a str) -> Option<Self> {
        let (time, action) = match value.split_once(';') {
            None => (value, None),
            Some((time, "C" | "c")) => (time, Some(RrvsAction::Continue)),
            Some((time, "R" | "r")) => (time, Some(RrvsAction::Reject)),
            Some(_) => return None,
        };
        Some(Self { since: Timestamp::read(time)?, action })
    }
}

impl fmt::Display for Rrvs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            None => "",
            Some(RrvsAction::Continue) => ";C",
            Some(RrvsAction::Reject) => ";R",
        };
        write!(f, "{}{action}", self.since)
    }
}

impl fmt::Display for RcptParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notify(notify) => write!(f, "NOTIFY={notify}"),
            Self::Orcpt(orcpt) => write!(f, "ORCPT={orcpt}"),
            Self::Rrvs(rrvs) => write!(f, "RRVS={rrvs}"),
            Self::Other(other) => other.fmt(f),
        }
    }
}

impl fmt::Display for RcptParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for RcptParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
