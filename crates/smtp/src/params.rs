//! The parameters of MAIL and RCPT ([RFC 5321 §4.1.2]).
//!
//! ```text
//! Mail-parameters = esmtp-param *(SP esmtp-param)
//! esmtp-param     = esmtp-keyword ["=" esmtp-value]
//! ```
//!
//! They are kept as the text they came in, checked once, and typed when asked for.
//!
//! [RFC 5321 §4.1.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
mod delivery;
mod mail;
mod notification;
mod rcpt;
mod timestamp;

use alloc::{string::String, vec::Vec};
use core::{fmt, str};

use mailwire_core::{ByteSet, BytesRef, Text};

pub use delivery::{AuthParam, BodyType, ByMode, DeliverBy, Ret};
pub use mail::{MailParam, MailParams};
pub use notification::{Notify, Orcpt, Unitext};
pub use rcpt::{RcptParam, RcptParams, Rrvs, RrvsAction};
pub use timestamp::Timestamp;

use crate::{
    ParseError, ParseErrorKind, Quirks,
    quirks::{Quirk, Tolerance},
};

/// A parameter that this crate gives no type.
///
/// ```
/// use mailwire_smtp::{MailParam, MailParams, OtherParam};
///
/// let mut params = MailParams::default();
/// params.push(&MailParam::Other(OtherParam { keyword: "MTRK", value: Some("cGFzcw") }))?;
/// assert_eq!(params.get("mtrk"), Some("cGFzcw"));
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a parameter is this and nothing else")]
pub struct OtherParam<'a> {
    /// What it is called, in the case it was written in.
    pub keyword: &'a str,
    /// What stands behind the `=`; never empty.
    pub value: Option<&'a str>,
}

impl fmt::Display for OtherParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword)?;
        self.value.map_or(Ok(()), |value| write!(f, "={value}"))
    }
}

/// Checked parameters as one text, one blank between two of them, each keyword once.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct List(Text);

/// Says whether a value is right for a keyword: `None` if not, else a bit that only keywords that
/// exclude one another share, or 0 for a keyword that it does not know.
pub(crate) type Check = fn(&str, Option<&str>) -> Option<u16>;

/// How the parameters of a list stand apart.
enum Spacing {
    /// By one blank.
    Single,
    /// By more, somewhere.
    Wider,
}

/// More than that is no honest command, and would make the search for duplicates long.
const MAX_PARAMETERS: usize = 32;

/// `ALPHA / DIGIT / "-"`, of which the first is no hyphen.
static KEYWORD: ByteSet = ByteSet::ALPHANUMERIC.with(b"-");
/// `%d33-60 / %d62-126` and, by RFC 6531 §3.3, whatever is not ASCII.
static VALUE: ByteSet =
    ByteSet::EMPTY.with_range(33, 126).without(b"=").with_all(&ByteSet::NON_ASCII);

impl List {
    /// `esmtp-param *(SP esmtp-param)`, all of the octets, which hold no control octet.
    pub(crate) fn parse(
        text: BytesRef<'_>,
        check: Check,
        tolerance: &mut Tolerance,
    ) -> Result<Self, ParseError> {
        let not_utf8 = |error: str::Utf8Error| ParseErrorKind::NotUtf8.at(error.valid_up_to());
        let params = str::from_utf8(&text).map_err(not_utf8)?;
        Ok(Self(match Self::check(params, check, tolerance)? {
            Spacing::Single => Text::from_utf8_ref(text).map_err(not_utf8)?,
            Spacing::Wider => {
                let params = params.split(' ').filter(|param| !param.is_empty());
                params.collect::<Vec<_>>().join(" ").into()
            }
        }))
    }

    fn check(params: &str, check: Check, tolerance: &mut Tolerance) -> Result<Spacing, ParseError> {
        let mut known = 0;
        let mut count = 0;
        let mut extra_blank = false;
        let mut start = 0;
        while start < params.len() {
            if params.as_bytes()[start] == b' ' {
                extra_blank = true;
                start += 1;
                continue;
            }
            let (keyword, value, end) = param(params, start)?;
            let bit = check(keyword, value).ok_or(ParseErrorKind::BadParameter.at(start))?;
            let duplicate =
                if bit == 0 { find(&params[..start], keyword).is_some() } else { known & bit != 0 };
            if duplicate {
                return Err(ParseErrorKind::DuplicateParameter.at(start));
            }
            if count == MAX_PARAMETERS {
                return Err(ParseErrorKind::TooManyParameters.at(start));
            }
            known |= bit;
            count += 1;
            start = end + 1;
        }
        if !extra_blank {
            return Ok(Spacing::Single);
        }
        if !tolerance.allows(Quirk::ExtraBlank) {
            let double = params.find("  ").map_or(0, |at| at + 1);
            return Err(ParseErrorKind::BadParameter.at(double));
        }
        Ok(Spacing::Wider)
    }

    #[inline(always)]
    pub(crate) fn from_ascii(text: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(text))
    }

    /// Adds what is checked to be one parameter, and not there yet.
    pub(crate) fn push(&mut self, param: &str, check: Check) -> Result<(), ParseError> {
        let mut text = String::from(self.as_str());
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(param);
        if param.is_empty() || param.contains(' ') {
            return Err(ParseErrorKind::BadParameter.at(start));
        }
        crate::command::check_octets(param.as_bytes()).map_err(|error| error.shifted(start))?;
        Self::check(&text, check, &mut Tolerance::new(Quirks::NONE))?;
        self.0 = text.into();
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        split(self.as_str())
    }

    /// The value of a keyword, which may be none.
    pub(crate) fn get(&self, keyword: &str) -> Option<Option<&str>> {
        find(self.as_str(), keyword)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_bytes().is_empty()
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// `esmtp-keyword ["=" esmtp-value]` up to the next blank or the end, and where that is.
fn param(params: &str, start: usize) -> Result<(&str, Option<&str>, usize), ParseError> {
    let octets = params.as_bytes();
    let bad = |at| Err(ParseErrorKind::BadParameter.at(at));
    let mut end = start + KEYWORD.span(&octets[start..]);
    if end == start || octets[start] == b'-' {
        return bad(start);
    }
    let keyword = &params[start..end];
    let mut value = None;
    if octets.get(end) == Some(&b'=') {
        let from = end + 1;
        end = from + VALUE.span(&octets[from..]);
        if end == from {
            return bad(end);
        }
        value = Some(&params[from..end]);
    }
    match octets.get(end) {
        None | Some(b' ') => Ok((keyword, value, end)),
        Some(_) => bad(end),
    }
}

fn find<'a>(params: &'a str, keyword: &str) -> Option<Option<&'a str>> {
    let mut params = split(params);
    params.find(|(other, _)| other.eq_ignore_ascii_case(keyword)).map(|(_, value)| value)
}

fn split(params: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    params.split(' ').filter(|param| !param.is_empty()).map(|param| {
        param.split_once('=').map_or((param, None), |(keyword, value)| (keyword, Some(value)))
    })
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_str().split(' ').filter(|param| !param.is_empty())).finish()
    }
}
