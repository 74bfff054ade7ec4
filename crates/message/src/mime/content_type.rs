//! `Content-Type` ([RFC 2045 §5]).
//!
//! [RFC 2045 §5]: https://www.rfc-editor.org/rfc/rfc2045#section-5

use super::{
    boundary,
    params::{Behind, Params, lower},
};
use crate::{
    DefectCode, Findings, Limits, Policy,
    lex::{TOKEN, skip_cfws, skip_fws},
};
use alloc::borrow::Cow;

/// What a body is: type, subtype and parameters (RFC 2045 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType<'a> {
    media_type: Cow<'a, str>,
    subtype: Cow<'a, str>,
    params: Params<'a>,
    valid: bool,
}

impl<'a> ContentType<'a> {
    /// `text/plain`, what a body is that does not say (RFC 2045 §5.2).
    #[must_use]
    pub fn text_plain() -> Self {
        Self::new("text", "plain")
    }

    /// `message/rfc822`, what a part of a digest is that does not say (RFC 2046 §5.1.5).
    #[must_use]
    pub fn message_rfc822() -> Self {
        Self::new("message", "rfc822")
    }

    fn new(media_type: &'static str, subtype: &'static str) -> Self {
        Self {
            media_type: Cow::Borrowed(media_type),
            subtype: Cow::Borrowed(subtype),
            params: Params::default(),
            valid: true,
        }
    }

    /// Reads the value of a `Content-Type` field.
    ///
    /// What has no type and subtype is `text/plain` (RFC 2045 §5.2), and is not
    /// [valid](Self::is_valid).
    ///
    /// ```
    /// use mailwire_message::mime::ContentType;
    ///
    /// let content_type = ContentType::parse(b" MULTIPART/Mixed;\r\n boundary=\"simple boundary\"");
    /// assert_eq!((content_type.media_type(), content_type.subtype()), ("multipart", "mixed"));
    /// assert_eq!(content_type.boundary(), Some(&b"simple boundary"[..]));
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
        let Some((media_type, subtype, at)) = essence(value, findings) else {
            findings.report(DefectCode::InvalidContentType, 0);
            let at = memchr::memchr(b';', value).unwrap_or(value.len());
            let params = Params::parse_with(value, at, Behind::Word, limits.params, findings);
            return Self { params, valid: false, ..Self::text_plain() };
        };
        let params = Params::parse_with(value, at, Behind::Word, limits.params, findings);
        let media_type = lower(media_type);
        if media_type == "multipart" {
            boundary::check(params.param("boundary"), findings);
        }
        Self { media_type, subtype: lower(subtype), params, valid: true }
    }

    /// The type in lower case: `text`, `multipart`.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The subtype in lower case: `plain`, `mixed`.
    #[must_use]
    pub fn subtype(&self) -> &str {
        &self.subtype
    }

    /// Whether the field had a type and a subtype; otherwise it is taken for `text/plain`.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.valid
    }

    /// Whether it is this type and subtype; both in lower case.
    #[must_use]
    pub fn is(&self, media_type: &str, subtype: &str) -> bool {
        self.media_type == media_type && self.subtype == subtype
    }

    /// Whether it is a `multipart` of any kind.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.media_type == "multipart"
    }

    /// The parameters in their order.
    #[must_use]
    pub fn params(&self) -> &Params<'a> {
        &self.params
    }

    /// The boundary between parts, as octets (RFC 2046 §5.1.1); blanks at its end are none of it.
    /// `None` if there is none or it is empty.
    #[must_use]
    pub fn boundary(&self) -> Option<&[u8]> {
        boundary::usable(self.params.param("boundary")?)
    }

    /// The declared character set as written (RFC 2046 §4.1.2), without stray quotes.
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        let charset = self
            .params
            .get("charset")?
            .trim_matches(|c: char| matches!(c, '"' | '\'' | ' ' | '\t'));
        (!charset.is_empty()).then_some(charset)
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> ContentType<'static> {
        ContentType {
            media_type: Cow::Owned(self.media_type.into_owned()),
            subtype: Cow::Owned(self.subtype.into_owned()),
            params: self.params.into_owned(),
            valid: self.valid,
        }
    }
}

/// `type "/" subtype`, and the position behind them and what is glued to them.
fn essence<'a>(
    value: &'a [u8],
    findings: &mut Findings<'_>,
) -> Option<(&'a [u8], &'a [u8], usize)> {
    let start = skip_fws(value, 0);
    let slash = start + TOKEN.span(&value[start..]);
    let end = slash + 1 + TOKEN.span(value.get(slash + 1..).unwrap_or_default());
    let clean = slash > start && value.get(slash) == Some(&b'/') && end > slash + 1;
    if clean && matches!(value.get(end), None | Some(b';' | b' ' | b'\t' | b'\r' | b'\n')) {
        return Some((&value[start..slash], &value[slash + 1..end], end));
    }
    damaged_essence(value, start, findings)
}

/// The same of a field with blanks, comments or quotes where none should be, or with more slashes.
fn damaged_essence<'a>(
    value: &'a [u8],
    start: usize,
    findings: &mut Findings<'_>,
) -> Option<(&'a [u8], &'a [u8], usize)> {
    let start = skip_cfws(value, start, findings);
    let start = start + usize::from(value.get(start) == Some(&b'"'));
    let type_end = start + TOKEN.span(value.get(start..)?);
    let slash = skip_cfws(value, type_end, findings);
    let subtype = skip_cfws(value, slash + 1, findings);
    let mut end = subtype + TOKEN.span(value.get(subtype..).unwrap_or_default());
    if value.get(slash) != Some(&b'/') || type_end == start || end <= subtype {
        return None;
    }
    if memchr::memchr(b'(', &value[..end]).is_some() {
        findings.report(DefectCode::CommentInType, 0);
    }
    let words = (&value[start..type_end], &value[subtype..end]);
    let glued = |octet: &u8| !b"; \t\r\n(,".contains(octet);
    let strange = start > 0 && value[start - 1] == b'"' || value.get(end).is_some_and(glued);
    if strange || slash != type_end || subtype != slash + 1 {
        findings.report(DefectCode::InvalidContentType, start);
    }
    end += value[end..].iter().take_while(|octet| glued(octet)).count();
    Some((words.0, words.1, end))
}
