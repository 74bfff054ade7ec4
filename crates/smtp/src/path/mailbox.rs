//! `local-part@domain`.
use alloc::{borrow::Cow, string::String};
use core::{fmt, str::FromStr};

use bytes::{BufMut, BytesMut};
use mailwire_core::{BytesRef, Text};
use memchr::memchr;

use super::{Domain, scan};
use crate::{ParseError, ParseErrorKind, Quirks, command::check_octets, quirks::Tolerance};

/// A mailbox, exactly as written ([RFC 5321 §4.1.2]).
///
/// Cloning is cheap. Two mailboxes are equal if they are written alike; whether they mean the same
/// is for the host that holds them to say. A long mailbox that was read shares its buffer with the
/// rest of what was read: [`detach`](Self::detach) what is kept for long.
///
/// ```
/// use mailwire_smtp::{Domain, Mailbox};
///
/// let mailbox = Mailbox::parse(r#""a@b"@example.org"#)?;
/// assert_eq!(mailbox.local_part(), r#""a@b""#);
/// assert_eq!(mailbox.unquoted_local_part(), "a@b");
/// assert_eq!(mailbox.domain(), Some(Domain::Name("example.org")));
/// assert_eq!(Mailbox::new("a@b", "example.org")?, mailbox);
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 5321 §4.1.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox(Text);

impl Mailbox {
    /// Puts a mailbox together. The local part is meant literally and quoted if it must be.
    pub fn new(local_part: &str, domain: &str) -> Result<Self, ParseError> {
        let mut text = String::with_capacity(local_part.len() + domain.len() + 3);
        if scan::is_dot_string(local_part) {
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
        text.push('@');
        text.push_str(domain);
        Self::parse(&text)
    }

    /// Reads a mailbox as it stands between the brackets of a path.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut tolerance = Tolerance::new(Quirks::NONE);
        let at = check(text.as_bytes(), &mut tolerance)?;
        if at == text.len() {
            return Err(ParseErrorKind::BadMailbox.at(at));
        }
        Ok(Self(text.into()))
    }

    /// Takes the text of a mailbox that was scanned.
    pub(crate) fn from_scanned(text: BytesRef<'_>) -> Self {
        Self(Text::from_utf8_ref(text).expect("only UTF-8 is scanned"))
    }

    /// Takes a mailbox of ASCII that was checked before.
    #[inline]
    pub(crate) fn from_ascii(text: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(text))
    }

    /// The whole mailbox as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The octets of the mailbox as written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The local part as written, with its quotes if it has some.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.as_str()[..self.at()]
    }

    /// What the local part means: without quotes and backslashes.
    #[must_use]
    pub fn unquoted_local_part(&self) -> Cow<'_, str> {
        let local_part = self.local_part();
        let quoted = local_part.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let Some(quoted) = quoted else { return Cow::Borrowed(local_part) };
        if !quoted.contains('\\') {
            return Cow::Borrowed(quoted);
        }
        let mut escaped = false;
        let unescaped = quoted.chars().filter(|&character| {
            escaped = character == '\\' && !escaped;
            !escaped
        });
        Cow::Owned(unescaped.collect())
    }

    /// The domain. Only a lenient parse of a command can give a mailbox without one.
    #[must_use]
    pub fn domain(&self) -> Option<Domain<'_>> {
        self.as_str().get(self.at() + 1..).map(Domain::from_checked)
    }

    /// Whether the mailbox can be sent without SMTPUTF8 ([RFC 6531]).
    ///
    /// [RFC 6531]: https://www.rfc-editor.org/rfc/rfc6531
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.as_bytes().is_ascii()
    }

    /// Appends the mailbox as written, without brackets.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.as_bytes());
    }

    /// Copies the mailbox out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }

    /// Where the `@` before the domain is; the length of the text if there is none.
    fn at(&self) -> usize {
        let text = self.as_bytes();
        if text.first() == Some(&b'"') {
            return scan::quoted_string(text, 0).unwrap_or(text.len());
        }
        memchr(b'@', text).unwrap_or(text.len())
    }
}

/// Whether all of the text is one mailbox; gives where its `@` is.
pub(crate) fn check(text: &[u8], tolerance: &mut Tolerance) -> Result<usize, ParseError> {
    const MAX: usize = super::MAX_PATH - "<>".len();
    check_octets(text)?;
    let scanned = scan::mailbox(text, 0, ParseErrorKind::BadMailbox, tolerance)?;
    if scanned.end != text.len() {
        return Err(ParseErrorKind::BadMailbox.at(scanned.end));
    }
    if text.len() > MAX {
        return Err(ParseErrorKind::PathTooLong.at(0));
    }
    Ok(scanned.at)
}

impl FromStr for Mailbox {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Mailbox {
    type Error = ParseError;

    fn try_from(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
