//! `Content-ID`, `Content-Location`, `Content-Language`, `Content-MD5`.

use alloc::{borrow::Cow, vec::Vec};

use crate::{
    DefectCode, Findings, Policy,
    header::{Raw, decode_text_with},
    lex::{FWS, skip_cfws},
    transfer::base64,
};

/// The identifier of a part, to which others refer ([RFC 2045 §7], [RFC 2392]).
///
/// ```
/// use mailwire_message::mime::ContentId;
///
/// let id = ContentId::parse(b" <foo4%25foo1@bar.net>").unwrap();
/// assert_eq!(id.as_str(), "foo4%25foo1@bar.net");
/// assert!(id.is_meant_by("cid:foo4%2525foo1@bar.net"));
/// ```
///
/// [RFC 2045 §7]: https://www.rfc-editor.org/rfc/rfc2045#section-7
/// [RFC 2392]: https://www.rfc-editor.org/rfc/rfc2392
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentId<'a>(Cow<'a, str>);

impl<'a> ContentId<'a> {
    /// Reads the value of a `Content-ID` field; `None` if it is empty.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        Self::parse_with(value, &mut Findings::ignored(Policy::default()))
    }

    /// The same, and says what it found. One without angle brackets is taken as it is.
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Option<Self> {
        let start = skip_cfws(value, 0, findings);
        let rest = value.get(start..)?;
        let id = match rest.strip_prefix(b"<") {
            Some(rest) => match memchr::memchr(b'>', rest) {
                Some(end) => {
                    let behind = skip_cfws(rest, end + 1, findings);
                    if behind < rest.len() {
                        findings.report(DefectCode::InvalidMessageId, start + 1 + behind);
                    }
                    &rest[..end]
                }
                None => {
                    findings.report(DefectCode::UnbalancedAngle, start);
                    rest
                }
            },
            None => {
                findings.report(DefectCode::InvalidMessageId, start);
                rest
            }
        };
        let raw = Raw::of(value, findings);
        let id = match without_blanks(id) {
            Cow::Borrowed(id) => raw.text(id),
            Cow::Owned(id) => Cow::Owned(raw.text(&id).into_owned()),
        };
        (!id.is_empty()).then_some(Self(id))
    }

    /// The identifier without its angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a `cid:` URL refers to this part (RFC 2392 §2: percent escapes are undone first).
    #[must_use]
    pub fn is_meant_by(&self, url: &str) -> bool {
        let Some((scheme, path)) = url.split_once(':') else { return false };
        let mut octets = Vec::with_capacity(path.len());
        super::params::undo_percent(path.as_bytes(), &mut octets);
        scheme.eq_ignore_ascii_case("cid") && octets == self.0.as_bytes()
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> ContentId<'static> {
        ContentId(Cow::Owned(self.0.into_owned()))
    }
}

/// Octets without blanks and line ends.
fn without_blanks(octets: &[u8]) -> Cow<'_, [u8]> {
    if octets.iter().any(|&octet| FWS.contains(octet)) {
        return octets.iter().copied().filter(|&octet| !FWS.contains(octet)).collect();
    }
    Cow::Borrowed(octets)
}

/// The address that stands for a part in links ([RFC 2557 §4.2]): the value of `Content-Location`,
/// encoded words decoded (§4.4.1), then folds and blanks taken out (§4.4.2).
///
/// ```
/// use mailwire_message::mime::content_location;
///
/// let value = b" http://www.example.com/a/very/long/\r\n path.html (comment)";
/// assert_eq!(content_location(value), "http://www.example.com/a/very/long/path.html");
/// assert_eq!(content_location(b"=?us-ascii?q?a=20b.html?="), "a b.html");
/// ```
///
/// [RFC 2557 §4.2]: https://www.rfc-editor.org/rfc/rfc2557#section-4.2
#[must_use]
pub fn content_location(value: &[u8]) -> Cow<'_, str> {
    content_location_with(value, &mut Findings::ignored(Policy::default()))
}

/// The same, and says what it found.
#[must_use]
pub fn content_location_with<'a>(value: &'a [u8], findings: &mut Findings<'_>) -> Cow<'a, str> {
    let start = skip_cfws(value, 0, findings);
    // A comment stands behind a blank; a bracket within the address is part of it.
    let (mut at, mut end) = (start, value.len());
    while let Some(bracket) = memchr::memchr(b'(', &value[at..]).map(|found| at + found) {
        at = bracket + 1;
        if bracket > start && FWS.contains(value[bracket - 1]) {
            at = skip_cfws(value, bracket, findings);
            if at == value.len() {
                end = bracket;
                break;
            }
        }
    }
    let value = value[start..end].trim_ascii();
    if memchr::memmem::find(value, b"=?").is_some() {
        return decode_text_with(value, findings);
    }
    let raw = Raw::of(value, findings);
    match without_blanks(value) {
        Cow::Borrowed(value) => raw.text(value),
        Cow::Owned(value) => Cow::Owned(raw.text(&value).into_owned()),
    }
}

/// The languages of a part in the order of the field ([RFC 3282 §2]), as language tags.
///
/// ```
/// use mailwire_message::mime::content_language;
///
/// let tags: Vec<_> = content_language(b" en-US, (the dialect) x-pig-latin,de\r\n").collect();
/// assert_eq!(tags, ["en-US", "x-pig-latin", "de"]);
/// ```
///
/// [RFC 3282 §2]: https://www.rfc-editor.org/rfc/rfc3282#section-2
pub fn content_language(value: &[u8]) -> impl Iterator<Item = &str> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let mut ignored = Findings::ignored(Policy::default());
        loop {
            at = skip_cfws(value, at, &mut ignored);
            let rest = value.get(at..).filter(|rest| !rest.is_empty())?;
            let len =
                rest.iter().position(|octet| b", \t\r\n(;".contains(octet)).unwrap_or(rest.len());
            at += len.max(1);
            if len > 0
                && let Ok(tag) = core::str::from_utf8(&rest[..len])
            {
                return Some(tag);
            }
        }
    })
}

/// The MD5 digest that the decoded part ought to have ([RFC 1864]); `None` if the value is none.
///
/// ```
/// assert_eq!(
///     mailwire_message::mime::content_md5(b" Q2hlY2sgSW50ZWdyaXR5IQ=="),
///     Some(*b"Check Integrity!"),
/// );
/// ```
///
/// [RFC 1864]: https://www.rfc-editor.org/rfc/rfc1864
#[must_use]
pub fn content_md5(value: &[u8]) -> Option<[u8; 16]> {
    let mut ignored = Findings::ignored(Policy::default());
    let start = skip_cfws(value, 0, &mut ignored);
    let rest = value.get(start..)?;
    let end = rest.iter().position(|octet| b" \t\r\n(;".contains(octet)).unwrap_or(rest.len());
    if skip_cfws(rest, end, &mut ignored) < rest.len() {
        return None;
    }
    base64::decode(&rest[..end]).try_into().ok()
}

/// The version of MIME that a message says it follows ([RFC 2045 §4]): `(1, 0)`; `None` if the
/// value is no version. Comments may stand anywhere.
///
/// ```
/// use mailwire_message::mime::mime_version;
///
/// assert_eq!(mime_version(b" 1.(produced by MetaSend Vx.x)0"), Some((1, 0)));
/// assert_eq!(mime_version(b"1"), None);
/// ```
///
/// [RFC 2045 §4]: https://www.rfc-editor.org/rfc/rfc2045#section-4
#[must_use]
pub fn mime_version(value: &[u8]) -> Option<(u32, u32)> {
    let mut ignored = Findings::ignored(Policy::default());
    let mut at = skip_cfws(value, 0, &mut ignored);
    let major = number(value, &mut at)?;
    at = skip_cfws(value, at, &mut ignored);
    if value.get(at) != Some(&b'.') {
        return None;
    }
    at = skip_cfws(value, at + 1, &mut ignored);
    let minor = number(value, &mut at)?;
    (skip_cfws(value, at, &mut ignored) == value.len()).then_some((major, minor))
}

fn number(value: &[u8], at: &mut usize) -> Option<u32> {
    let digits = value.get(*at..)?;
    let len = digits.iter().take_while(|octet| octet.is_ascii_digit()).count();
    *at += len;
    core::str::from_utf8(&digits[..len]).ok()?.parse().ok()
}

/// What a part is about, in words: the value of `Content-Description` (RFC 2045 §8) as text.
///
/// ```
/// let value = b" =?iso-8859-1?q?Ein_Gru=DF?=\r\n aus Wien";
/// assert_eq!(mailwire_message::mime::content_description(value), "Ein Gruß aus Wien");
/// ```
#[must_use]
pub fn content_description(value: &[u8]) -> Cow<'_, str> {
    decode_text_with(value, &mut Findings::ignored(Policy::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2045 §4.
    #[test]
    fn all_forms_of_the_version_are_one() {
        for value in [
            "1.0",
            "1.0 (produced by MetaSend Vx.x)",
            "(produced by MetaSend Vx.x) 1.0",
            "1.(produced by MetaSend Vx.x)0",
            "\r\n 1 . 0\r\n ",
        ] {
            assert_eq!(mime_version(value.as_bytes()), Some((1, 0)), "value {value:?}");
        }
        for value in ["", "1", "1.", ".0", "1.0 x", "1.0.0", "99999999999.0", "(1.0"] {
            assert_eq!(mime_version(value.as_bytes()), None, "value {value:?}");
        }
    }

    #[test]
    fn identifiers() {
        for (value, id) in [
            ("<a@b>", Some("a@b")),
            (" (x) <a@\r\n b> (y)", Some("a@b")),
            ("a@b", Some("a@b")),
            ("<a@b", Some("a@b")),
            ("<>", None),
            ("", None),
        ] {
            let parsed = ContentId::parse(value.as_bytes());
            assert_eq!(parsed.as_ref().map(ContentId::as_str), id, "value {value:?}");
        }
        let id = ContentId::parse(b"<a b@c>").map(ContentId::into_owned);
        assert!(id.is_some_and(|id| id.is_meant_by("CID:ab@c") && !id.is_meant_by("ab@c")));
    }

    #[test]
    fn digests() {
        for value in ["", "Q2hlY2s=", "Q2hlY2sgSW50ZWdyaXR5IQ== junk", "(x)"] {
            assert_eq!(content_md5(value.as_bytes()), None, "value {value:?}");
        }
    }

    #[test]
    fn locations() {
        for (value, location) in [
            ("fiction1/fiction2", "fiction1/fiction2"),
            (" (c) a.gif", "a.gif"),
            ("a(1).gif (c)", "a(1).gif"),
            ("a b.gif", "ab.gif"),
            ("", ""),
        ] {
            assert_eq!(content_location(value.as_bytes()), location, "value {value:?}");
        }
    }
}
