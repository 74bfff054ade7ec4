//! `local-part@domain` (RFC 5322 §3.4.1).

use alloc::{borrow::Cow, string::String};
use core::fmt;

use mailwire_core::ByteSet;
use memchr::memchr;

use super::scan::CONTROL;
use crate::lex::ATOM;

/// `local-part@domain` in its canonical form ([RFC 5322 §3.4.1]).
///
/// Two of them are equal if they are written alike; whether they mean the same is for the host that
/// holds them to say.
///
/// ```
/// use mailwire_message::header::AddrSpec;
///
/// let address = AddrSpec::new("john smith", Some("x.test")).unwrap();
/// assert_eq!(address.as_str(), r#""john smith"@x.test"#);
/// assert_eq!((address.local_part().as_ref(), address.domain()), ("john smith", Some("x.test")));
/// ```
///
/// [RFC 5322 §3.4.1]: https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddrSpec<'a> {
    text: Cow<'a, str>,
    /// Where the at sign stands, or the end.
    at: usize,
}

impl<'a> AddrSpec<'a> {
    /// Puts an address together. The local part is meant literally and quoted if it must be; the
    /// domain is a name, or a literal in its brackets.
    ///
    /// `None` if no such address can be written: with a line end in it, or a domain that is none.
    ///
    /// ```
    /// use mailwire_message::header::AddrSpec;
    ///
    /// assert!(AddrSpec::new("a\r\nRCPT TO:<b@c.test>", Some("x.test")).is_none());
    /// assert!(AddrSpec::new("a", Some("x.test>, <b@c.test")).is_none());
    /// ```
    #[must_use]
    pub fn new(local_part: &str, domain: Option<&str>) -> Option<AddrSpec<'static>> {
        let is_sound = !local_part.contains(['\r', '\n'])
            && domain.is_none_or(|domain| is_domain(domain.as_bytes()));
        is_sound.then(|| Self::join(local_part, domain))
    }

    /// Puts an address together of what was read.
    pub(in crate::header) fn join(local_part: &str, domain: Option<&str>) -> AddrSpec<'static> {
        let mut text = String::with_capacity(local_part.len() + domain.map_or(0, str::len) + 3);
        if is_bare(local_part.as_bytes()) {
            text.push_str(local_part);
        } else {
            text.push('"');
            for character in local_part.chars() {
                if matches!(character, '"' | '\\') {
                    text.push('\\');
                }
                text.push(character);
            }
            text.push('"');
        }
        let at = text.len();
        if let Some(domain) = domain {
            text.push('@');
            text.push_str(domain);
        }
        AddrSpec { text: Cow::Owned(text), at }
    }

    /// Takes text that is canonical, with its at sign, or its end, at `at`.
    pub(crate) fn canonical(text: Cow<'a, str>, at: usize) -> Self {
        Self { text, at }
    }

    /// The whole address: no comments, no blanks but quoted ones.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the local part means: without quotes and backslashes.
    #[must_use]
    pub fn local_part(&self) -> Cow<'_, str> {
        let written = &self.text[..self.at];
        let quoted = written.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let Some(quoted) = quoted else { return Cow::Borrowed(written) };
        if memchr(b'\\', quoted.as_bytes()).is_none() {
            return Cow::Borrowed(quoted);
        }
        let mut escaped = false;
        let plain = quoted.chars().filter(|&character| {
            escaped = character == '\\' && !escaped;
            !escaped
        });
        Cow::Owned(plain.collect())
    }

    /// The domain, or a literal in its brackets. None if only a local part stands in the field.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.text.get(self.at + 1..)
    }

    /// Whether the address can be sent without SMTPUTF8 (RFC 6531).
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> AddrSpec<'static> {
        AddrSpec { text: Cow::Owned(self.text.into_owned()), at: self.at }
    }
}

impl fmt::Display for AddrSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a local part is written without quotes. One that begins as an encoded word does is not,
/// so that nobody takes it for one.
pub(in crate::header) fn is_bare(local_part: &[u8]) -> bool {
    is_dot_atom(local_part) && !local_part.starts_with(b"=?")
}

/// `1*atext *("." 1*atext)`
pub(in crate::header) fn is_dot_atom(text: &[u8]) -> bool {
    let mut after_stop = true;
    for &octet in text {
        let is_stop = octet == b'.';
        if (is_stop && after_stop) || !(is_stop || ATOM.contains(octet)) {
            return false;
        }
        after_stop = is_stop;
    }
    !after_stop
}

/// Whether nothing else can be read from it than a domain.
fn is_domain(domain: &[u8]) -> bool {
    const NAME: ByteSet = ATOM.with(b".").with_all(&CONTROL);
    const LITERAL: ByteSet = ByteSet::EMPTY.with_range(0x00, 0xff).without(b"[]\\ \t\r\n");
    match domain.strip_prefix(b"[") {
        None => !domain.is_empty() && NAME.covers(domain),
        Some(literal) => literal.strip_suffix(b"]").is_some_and(|inner| {
            let mut octets = inner.iter();
            while let Some(&octet) = octets.next() {
                let quotes =
                    octet == b'\\' && octets.next().is_some_and(|next| b"[]\\".contains(next));
                if !quotes && !LITERAL.contains(octet) {
                    return false;
                }
            }
            true
        }),
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for AddrSpec<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
