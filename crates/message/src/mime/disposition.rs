//! `Content-Disposition` ([RFC 2183]).
//!
//! [RFC 2183]: https://www.rfc-editor.org/rfc/rfc2183

use super::params::{Behind, Params, lower};
use crate::{
    DefectCode, Findings, Limits, Policy,
    header::Date,
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
        let start = skip_fws(value, 0);
        let start = if value.get(start) == Some(&b'(') {
            findings.report(DefectCode::CommentInType, start);
            skip_cfws(value, start, findings)
        } else {
            start
        };
        let quote = usize::from(value.get(start) == Some(&b'"'));
        let word = start + quote;
        let end = word + TOKEN.span(&value[word..]);
        let missing = end == word || value.get(skip_fws(value, end)) == Some(&b'=');
        if missing || quote > 0 {
            findings.report(DefectCode::InvalidFieldSyntax, start);
        }
        let kind = if missing { Cow::Borrowed("attachment") } else { lower(&value[word..end]) };
        let at = if missing { start } else { end + quote };
        // Without a word before it the first parameter needs no semicolon.
        let first = missing && value.get(start).is_some_and(|&octet| octet != b';');
        let behind = if first { Behind::Semicolon } else { Behind::Word };
        Self { kind, params: Params::parse_with(value, at, behind, limits.params, findings) }
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

    /// The name of the file as declared, path and all (§2.3). See
    /// [`file_name`](super::file_name) for what to make of it.
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        self.params.get("filename")
    }

    /// When the file was made (§2.4).
    #[must_use]
    pub fn creation_date(&self) -> Option<Date> {
        self.date("creation-date")
    }

    /// When the file was changed (§2.5).
    #[must_use]
    pub fn modification_date(&self) -> Option<Date> {
        self.date("modification-date")
    }

    /// When the file was last read (§2.6).
    #[must_use]
    pub fn read_date(&self) -> Option<Date> {
        self.date("read-date")
    }

    /// About how many octets the file has (§2.7); nothing may be allocated on its word.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.params.get("size")?.trim().parse().ok()
    }

    fn date(&self, name: &str) -> Option<Date> {
        Some(Date::parse(self.params.param(name)?.octets()))
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Disposition<'static> {
        Disposition { kind: Cow::Owned(self.kind.into_owned()), params: self.params.into_owned() }
    }
}
