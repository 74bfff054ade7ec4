//! The fields of mailing lists ([RFC 2369], [RFC 2919], [RFC 8058]).
//!
//! [RFC 2369]: https://www.rfc-editor.org/rfc/rfc2369
//! [RFC 2919]: https://www.rfc-editor.org/rfc/rfc2919
//! [RFC 8058]: https://www.rfc-editor.org/rfc/rfc8058

use alloc::{borrow::Cow, vec::Vec};

use super::{decode_text_with, raw::Raw};
use crate::{
    DefectCode, Findings, Policy,
    lex::{FWS, comment_end, quoted_end, skip_fws, unquote},
};

/// The value of `List-Help`, `List-Subscribe`, `List-Unsubscribe`, `List-Post`, `List-Owner` or
/// `List-Archive`: URLs, the most wanted first (RFC 2369 §2).
///
/// Whatever follows an item that is no URL in angle brackets is not looked at (§2, rule 3).
///
/// ```
/// use mailwire_message::header::ListUrls;
///
/// let unsubscribe = ListUrls::parse(
///     b" (Use this command to get off the list)\r\n \
///       <http://www.host.com/list.cgi?cmd=unsub&lst=list>, <mailto:list-request@host.com>",
/// );
/// let urls: Vec<_> = unsubscribe.iter().map(|item| item.url()).collect();
/// assert_eq!(urls, ["http://www.host.com/list.cgi?cmd=unsub&lst=list", "mailto:list-request@host.com"]);
/// assert_eq!(unsubscribe.comments().next(), Some("Use this command to get off the list"));
/// assert!(ListUrls::parse(b" NO (posting not allowed on this list)").is_no());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListUrls<'a> {
    items: Vec<ListUrl<'a>>,
    comments: Vec<Cow<'a, str>>,
    no: bool,
}

/// One URL of a list field, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListUrl<'a> {
    url: Cow<'a, str>,
    comments: Vec<Cow<'a, str>>,
}

impl<'a> ListUrl<'a> {
    /// The URL as written, blanks taken out (RFC 2369 §2).
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The comments behind it.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> ListUrl<'static> {
        ListUrl { url: Cow::Owned(self.url.into_owned()), comments: owned(self.comments) }
    }
}

impl<'a> ListUrls<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let raw = Raw::of(value, findings);
        let mut list = Self::default();
        let mut at = 0;
        loop {
            list.comments.append(&mut comments(raw, value, &mut at, findings));
            match value.get(at) {
                None => break,
                Some(b'<') => {}
                Some(b',') => {
                    findings.report(DefectCode::InvalidFieldSyntax, at);
                    at += 1;
                    continue;
                }
                Some(_) => {
                    list.no = list.items.is_empty() && is_no(&value[at..]);
                    if list.no {
                        at += 2;
                        list.comments.append(&mut comments(raw, value, &mut at, findings));
                    }
                    if at < value.len() {
                        findings.report(DefectCode::InvalidFieldSyntax, at);
                    }
                    break;
                }
            }
            let start = at + 1;
            let Some(len) = memchr::memchr(b'>', &value[start..]) else {
                findings.report(DefectCode::UnbalancedAngle, at);
                list.items.push(ListUrl { url: url(raw, &value[start..]), comments: Vec::new() });
                break;
            };
            at = start + len + 1;
            let behind = comments(raw, value, &mut at, findings);
            list.items
                .push(ListUrl { url: url(raw, &value[start..start + len]), comments: behind });
            match value.get(at) {
                None => break,
                Some(b',') => at += 1,
                Some(_) => {
                    // Rule 2: what follows a URL does not count unless a comma comes first.
                    findings.report(DefectCode::InvalidFieldSyntax, at);
                    break;
                }
            }
        }
        list
    }

    /// The URLs, the most wanted first.
    pub fn iter(&self) -> core::slice::Iter<'_, ListUrl<'a>> {
        self.items.iter()
    }

    /// Whether it says `NO`: the list takes no posts (RFC 2369 §3.4).
    #[must_use]
    pub fn is_no(&self) -> bool {
        self.no
    }

    /// The comments before the URLs, or those of `NO`.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> ListUrls<'static> {
        let items = self.items.into_iter().map(ListUrl::into_owned);
        ListUrls { items: items.collect(), comments: owned(self.comments), no: self.no }
    }
}

/// The name of a mailing list: the value of `List-Id` (RFC 2919 §3).
///
/// ```
/// use mailwire_message::header::ListId;
///
/// let id = ListId::parse(b" \"Lena's Personal Joke List\"\r\n <lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost>");
/// assert_eq!(id.id(), "lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost");
/// assert_eq!(id.description(), Some("Lena's Personal Joke List"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListId<'a> {
    id: Cow<'a, str>,
    description: Option<Cow<'a, str>>,
}

impl<'a> ListId<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found. Without angle brackets all of it is the
    /// identifier.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let raw = Raw::of(value, findings);
        let start = skip_fws(value, 0);
        let Some(open) = memchr::memrchr(b'<', value) else {
            findings.report(DefectCode::InvalidFieldSyntax, start);
            return Self { id: url(raw, &value[start..]), description: None };
        };
        let close = memchr::memchr(b'>', &value[open..]).map(|len| open + len);
        if close.is_none() {
            findings.report(DefectCode::UnbalancedAngle, open);
        }
        if let Some(close) = close
            && skip_fws(value, close + 1) < value.len()
        {
            findings.report(DefectCode::InvalidFieldSyntax, close + 1);
        }
        let id = url(raw, &value[open + 1..close.unwrap_or(value.len())]);
        if id.is_empty() || id.len() > 255 {
            findings.report(DefectCode::InvalidFieldSyntax, open);
        }
        let description = description(&value[..open], start, findings);
        Self { id, description: Some(description).filter(|text| !text.is_empty()) }
    }

    /// The identifier, which compares without regard to case (RFC 2919 §6), as written.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is called by people, decoded.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> ListId<'static> {
        ListId {
            id: Cow::Owned(self.id.into_owned()),
            description: self.description.map(|text| Cow::Owned(text.into_owned())),
        }
    }
}

/// Whether `List-Unsubscribe-Post` says that a POST to the `https` URL of `List-Unsubscribe`
/// unsubscribes at once (RFC 8058 §3.1).
///
/// ```
/// use mailwire_message::header::is_one_click;
///
/// assert!(is_one_click(b" List-Unsubscribe=One-Click"));
/// assert!(!is_one_click(b" List-Unsubscribe=Two-Clicks"));
/// ```
#[must_use]
pub fn is_one_click(value: &[u8]) -> bool {
    value.trim_ascii().eq_ignore_ascii_case(b"List-Unsubscribe=One-Click")
}

fn is_no(value: &[u8]) -> bool {
    value.get(..2).is_some_and(|word| word.eq_ignore_ascii_case(b"NO"))
        && value.get(2).is_none_or(|&octet| FWS.contains(octet) || octet == b'(')
}

/// Blanks go (RFC 2369 §2, RFC 2919 §3).
fn url<'a>(raw: Raw, octets: &'a [u8]) -> Cow<'a, str> {
    if !octets.iter().any(|&octet| FWS.contains(octet)) {
        return raw.text(octets);
    }
    let octets: Vec<u8> = octets.iter().copied().filter(|&octet| !FWS.contains(octet)).collect();
    Cow::Owned(raw.text(&octets).into_owned())
}

fn description<'a>(value: &'a [u8], start: usize, findings: &mut Findings<'_>) -> Cow<'a, str> {
    let phrase = value[start..].trim_ascii_end();
    if phrase.first() != Some(&b'"') || quoted_end(phrase, 0) != Some(phrase.len()) {
        return decode_text_with(phrase, findings);
    }
    match unquote(&phrase[1..phrase.len() - 1]) {
        Cow::Borrowed(plain) => decode_text_with(plain, findings),
        Cow::Owned(plain) => Cow::Owned(decode_text_with(&plain, findings).into_owned()),
    }
}

/// Passes blanks and comments; gives what the comments say.
pub(super) fn comments<'a>(
    raw: Raw,
    value: &'a [u8],
    at: &mut usize,
    findings: &mut Findings<'_>,
) -> Vec<Cow<'a, str>> {
    let mut texts = Vec::new();
    loop {
        *at = skip_fws(value, *at);
        if value.get(*at) != Some(&b'(') {
            return texts;
        }
        let start = *at + 1;
        *at = comment_end(value, *at, findings);
        let closed = *at > start && value[*at - 1] == b')';
        let content = &value[start..if closed { *at - 1 } else { *at }];
        texts.push(match unquote(content) {
            Cow::Borrowed(plain) => raw.text(plain),
            Cow::Owned(plain) => Cow::Owned(raw.text(&plain).into_owned()),
        });
    }
}

pub(super) fn owned(texts: Vec<Cow<'_, str>>) -> Vec<Cow<'static, str>> {
    texts.into_iter().map(|text| Cow::Owned(text.into_owned())).collect()
}
