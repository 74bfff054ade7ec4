//! `Content-Disposition` ([RFC 2183]).
//!
//! [RFC 2183]: https://www.rfc-editor.org/rfc/rfc2183

use super::params::{Params, lower};
use crate::{
    DefectCode, Findings, Limits, Policy,
    lex::{TOKEN, skip_cfws, skip_fws},
};
use alloc::borrow::Cow;

/// How a part wants to be shown, and as which file it wants to be kept (RFC 2183).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition<'a> {
    kind: Cow<'a, str>,
    params: Params<'a>,
}

impl<'a> Disposition<'a> {
    /// Reads the value of a `Content-Disposition` field.
    ///
    /// ```
    /// use mailwire_message::mime::Disposition;
    ///
    /// let disposition = Disposition::parse(b"Attachment; filename=genome.jpeg");
    /// assert_eq!(disposition.kind(), "attachment");
    /// assert_eq!(disposition.params().get("filename"), Some("genome.jpeg"));
    /// ```
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::default()))
    }

    /// The same, and says what it found.
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        Self::parse_limited(value, &Limits::STANDARD, findings)
    }

    /// The same with other limits than the [standard](Limits::STANDARD) ones: parameters behind the
    /// limit are not read.
    pub fn parse_limited(value: &'a [u8], limits: &Limits, findings: &mut Findings<'_>) -> Self {
        let start = skip_cfws(value, 0, findings);
        let end = start + TOKEN.span(&value[start..]);
        let (kind, at) = if end == start || value.get(skip_fws(value, end)) == Some(&b'=') {
            findings.report(DefectCode::InvalidFieldSyntax, start);
            (Cow::Borrowed("attachment"), start)
        } else {
            (lower(&value[start..end]), end)
        };
        Self { kind, params: Params::parse_with(value, at, limits.params, findings) }
    }

    /// The disposition in lower case: `inline`, `attachment`, or another word.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether it is to be shown with the message.
    #[must_use]
    pub fn is_inline(&self) -> bool {
        self.kind == "inline"
    }

    /// Whether it is to be shown only when asked for; so is everything that is not `inline`
    /// (RFC 2183 §2.8).
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        !self.is_inline()
    }

    /// The parameters in their order.
    #[must_use]
    pub fn params(&self) -> &Params<'a> {
        &self.params
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Disposition<'static> {
        Disposition { kind: Cow::Owned(self.kind.into_owned()), params: self.params.into_owned() }
    }
}
