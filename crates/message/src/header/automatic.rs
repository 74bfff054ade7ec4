//! Messages that no human sent, and receipts that humans want ([RFC 3834], [RFC 8098]).
//!
//! [RFC 3834]: https://www.rfc-editor.org/rfc/rfc3834
//! [RFC 8098]: https://www.rfc-editor.org/rfc/rfc8098

use alloc::{borrow::Cow, vec::Vec};

use super::{list::owned, raw::Raw};
use crate::{
    DefectCode, Findings, Limits, Policy,
    lex::{TOKEN, skip_cfws, skip_fws, unquote},
    mime::{Behind, Params, lower},
};

/// Whether a machine sent a message: the value of `Auto-Submitted` ([RFC 3834 §5]).
///
/// ```
/// use mailwire_message::header::AutoSubmitted;
///
/// let field = AutoSubmitted::parse(b" auto-replied (vacation); owner-email=\"a@example.org\"");
/// assert!(field.is_automatic());
/// assert_eq!(field.keyword(), "auto-replied");
/// assert_eq!(field.params().get("owner-email"), Some("a@example.org"));
/// assert!(!AutoSubmitted::parse(b" no").is_automatic());
/// ```
///
/// [RFC 3834 §5]: https://www.rfc-editor.org/rfc/rfc3834#section-5
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoSubmitted<'a> {
    keyword: Cow<'a, str>,
    params: Params<'a>,
}

impl<'a> AutoSubmitted<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let start = skip_cfws(value, 0, findings);
        let end = start + TOKEN.span(&value[start..]);
        if start == end {
            findings.report(DefectCode::InvalidFieldSyntax, start);
        }
        // Comments give reasons here (RFC 3834 §5.2): they are no deviation.
        let behind = skip_cfws(value, end, findings);
        let params =
            Params::parse_with(value, behind, Behind::Word, Limits::STANDARD.params, findings);
        Self { keyword: lower(&value[start..end]), params }
    }

    /// The keyword in lower case: `no`, `auto-generated`, `auto-replied`, or another.
    #[must_use]
    pub fn keyword(&self) -> &str {
        &self.keyword
    }

    /// Whether no human sent it: every keyword but `no` says so (RFC 3834 §5.2). An empty one says
    /// nothing.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        !matches!(&*self.keyword, "no" | "")
    }

    /// The parameters in their order.
    #[must_use]
    pub fn params(&self) -> &Params<'a> {
        &self.params
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> AutoSubmitted<'static> {
        AutoSubmitted {
            keyword: Cow::Owned(self.keyword.into_owned()),
            params: self.params.into_owned(),
        }
    }
}

/// One wish of `Disposition-Notification-Options` ([RFC 8098 §2.2]).
///
/// [RFC 8098 §2.2]: https://www.rfc-editor.org/rfc/rfc8098#section-2.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NotificationOption<'a> {
    attribute: Cow<'a, str>,
    required: bool,
    values: Vec<Cow<'a, str>>,
}

impl NotificationOption<'_> {
    /// The name in lower case.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// Whether no receipt is wanted from a reader that does not know it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &str> {
        self.values.iter().map(AsRef::as_ref)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> NotificationOption<'static> {
        NotificationOption {
            attribute: Cow::Owned(self.attribute.into_owned()),
            required: self.required,
            values: owned(self.values),
        }
    }
}

/// Reads the value of `Disposition-Notification-Options`. (`Disposition-Notification-To` is an
/// [`AddressList`](super::AddressList).)
///
/// ```
/// use mailwire_message::header::notification_options;
///
/// let value = b" signed-receipt-protocol=optional,pkcs7-signature;\r\n signed-receipt-micalg=required,sha1,md5";
/// let options = notification_options(value);
/// assert_eq!(options[1].attribute(), "signed-receipt-micalg");
/// assert!(options[1].is_required() && options[1].values().eq(["sha1", "md5"]));
/// ```
#[must_use]
pub fn notification_options(value: &[u8]) -> Vec<NotificationOption<'_>> {
    notification_options_with(value, &mut Findings::ignored(Policy::STANDARD))
}

/// [`notification_options`], telling what it found.
#[must_use]
pub fn notification_options_with<'a>(
    value: &'a [u8],
    findings: &mut Findings<'_>,
) -> Vec<NotificationOption<'a>> {
    let raw = Raw::of(value, findings);
    let mut options = Vec::new();
    let mut at = 0;
    for piece in value.split(|&octet| octet == b';') {
        let start = at + skip_fws(piece, 0);
        at += piece.len() + 1;
        let Some(equals) = memchr::memchr(b'=', piece) else {
            findings.report(DefectCode::InvalidFieldSyntax, start);
            continue;
        };
        let attribute = piece[..equals].trim_ascii();
        let mut words = piece[equals + 1..].split(|&octet| octet == b',').map(<[u8]>::trim_ascii);
        let importance = words.next().unwrap_or_default();
        let required = importance.eq_ignore_ascii_case(b"required");
        if attribute.is_empty() || !required && !importance.eq_ignore_ascii_case(b"optional") {
            findings.report(DefectCode::InvalidFieldSyntax, start);
        }
        let values = words.map(|word| {
            match word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\"")).map(unquote) {
                Some(Cow::Borrowed(plain)) => raw.text(plain),
                Some(Cow::Owned(plain)) => Cow::Owned(raw.text(&plain).into_owned()),
                None => raw.text(word),
            }
        });
        options.push(NotificationOption {
            attribute: lower(attribute),
            required,
            values: values.collect(),
        });
    }
    options
}
