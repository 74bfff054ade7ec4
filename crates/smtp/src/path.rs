//! Who sends and who receives: paths, mailboxes, domains ([RFC 5321 §4.1.2]).
//!
//! [RFC 5321 §4.1.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
mod client_name;
mod domain;
mod mailbox;
pub(crate) mod scan;
pub(crate) mod words;

use core::fmt;

use bytes::{BufMut, BytesMut};
use mailwire_core::BytesRef;

pub use client_name::ClientName;
pub use domain::{AddressLiteral, Domain};
pub use mailbox::Mailbox;
pub(crate) use mailbox::check as check_mailbox;

use crate::{
    ParseError, ParseErrorKind,
    quirks::{Quirk, Tolerance},
};
use scan::Scanned;

/// Where a message comes from: the argument of `MAIL FROM` ([RFC 5321 §4.1.1.2]).
///
/// ```
/// use mailwire_smtp::{Mailbox, ReversePath};
///
/// let path = ReversePath::from(Mailbox::new("john.q", "example.org")?);
/// assert_eq!(path.to_string(), "<john.q@example.org>");
/// assert_eq!(ReversePath::Null.to_string(), "<>");
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 5321 §4.1.1.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum ReversePath {
    /// `<>`: a bounce or another message that must never be answered (§4.5.5).
    Null,
    /// `<local-part@domain>`
    Mailbox(Mailbox),
}

/// Where a message goes: the argument of `RCPT TO` ([RFC 5321 §4.1.1.3]).
///
/// [RFC 5321 §4.1.1.3]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum ForwardPath {
    /// `<postmaster>` in any case: the one recipient that every host has and that needs no domain.
    Postmaster,
    /// `<local-part@domain>`
    Mailbox(Mailbox),
}

impl ReversePath {
    /// The mailbox, unless the path is null.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Null => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// Appends the path as it goes on the wire, brackets included.
    pub fn encode(&self, out: &mut BytesMut) {
        encode(self.mailbox().map_or(b"", Mailbox::as_bytes), out);
    }

    /// Copies the path out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.mailbox().map_or(Self::Null, |mailbox| Self::Mailbox(mailbox.detach()))
    }
}

impl ForwardPath {
    /// The mailbox, unless the path is the bare postmaster.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Postmaster => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// Appends the path as it goes on the wire, brackets included.
    pub fn encode(&self, out: &mut BytesMut) {
        encode(self.mailbox().map_or(b"postmaster", Mailbox::as_bytes), out);
    }

    /// Copies the path out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.mailbox().map_or(Self::Postmaster, |mailbox| Self::Mailbox(mailbox.detach()))
    }
}

fn encode(inner: &[u8], out: &mut BytesMut) {
    out.put_u8(b'<');
    out.put_slice(inner);
    out.put_u8(b'>');
}

impl From<Mailbox> for ReversePath {
    fn from(mailbox: Mailbox) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl From<Mailbox> for ForwardPath {
    fn from(mailbox: Mailbox) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.mailbox().map_or("", Mailbox::as_str))
    }
}

impl fmt::Display for ForwardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.mailbox().map_or("postmaster", Mailbox::as_str))
    }
}

/// A path found in a line, not yet cut out of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoundPath {
    /// `None` is `<>`.
    mailbox: Option<Scanned>,
    /// Where the path ends.
    pub(crate) end: usize,
}

/// `Path = "<" [ A-d-l ":" ] Mailbox ">"`, or `"<>"`, from `start` to the next blank or the end.
#[inline(always)]
pub(crate) fn find(
    line: &[u8],
    start: usize,
    bad: ParseErrorKind,
    tolerance: &mut Tolerance,
) -> Result<FoundPath, ParseError> {
    let mut at = start;
    if line.get(at) == Some(&b' ') {
        if !tolerance.allows(Quirk::SpaceAfterColon) {
            return Err(bad.at(at));
        }
        at += line[at..].iter().take_while(|&&octet| octet == b' ').count();
    }
    let open = match line.get(at) {
        None => return Err(ParseErrorKind::MissingArgument.at(at)),
        Some(b'<') => true,
        Some(_) if tolerance.allows(Quirk::NoBrackets) => false,
        Some(_) => return Err(bad.at(at)),
    };
    let path = at;
    at += usize::from(open);
    if open && line.get(at) == Some(&b'>') {
        at += 1;
        return match line.get(at) {
            None | Some(b' ') => Ok(FoundPath { mailbox: None, end: at }),
            Some(_) => Err(bad.at(at)),
        };
    }
    if line.get(at) == Some(&b'@') {
        if !tolerance.allows(Quirk::SourceRoute) {
            return Err(bad.at(at));
        }
        at = scan::route(line, at, bad, tolerance)?;
    }
    let mailbox = scan::mailbox(line, at, bad, tolerance)?;
    at = mailbox.end;
    if open {
        if line.get(at) != Some(&b'>') {
            return Err(bad.at(at));
        }
        at += 1;
    }
    // Brackets that are missing will be there when it is written.
    if at - path > MAX_PATH - if open { 0 } else { "<>".len() } {
        return Err(ParseErrorKind::PathTooLong.at(path));
    }
    match line.get(at) {
        None | Some(b' ') => Ok(FoundPath { mailbox: Some(mailbox), end: at }),
        Some(_) => Err(bad.at(at)),
    }
}

/// RFC 5321 §4.5.3.1.3, punctuation included.
const MAX_PATH: usize = 256;

impl FoundPath {
    /// Cuts the sender out of the line it was found in.
    #[inline(always)]
    pub(crate) fn into_reverse(
        self,
        line: BytesRef<'_>,
        tolerance: &mut Tolerance,
    ) -> Result<ReversePath, ParseError> {
        let Some(scanned) = self.mailbox else { return Ok(ReversePath::Null) };
        if !scanned.has_domain() && !tolerance.allows(Quirk::NoDomain) {
            return Err(ParseErrorKind::BadReversePath.at(scanned.end));
        }
        Ok(ReversePath::Mailbox(cut(line, scanned)))
    }

    /// Cuts the recipient out of the line it was found in.
    #[inline(always)]
    pub(crate) fn into_forward(
        self,
        line: BytesRef<'_>,
        tolerance: &mut Tolerance,
    ) -> Result<ForwardPath, ParseError> {
        let Some(scanned) = self.mailbox else {
            return Err(ParseErrorKind::BadForwardPath.at(self.end - 1));
        };
        if !scanned.has_domain() {
            if line[scanned.start..scanned.end].eq_ignore_ascii_case(b"postmaster") {
                return Ok(ForwardPath::Postmaster);
            }
            if !tolerance.allows(Quirk::NoDomain) {
                return Err(ParseErrorKind::BadForwardPath.at(scanned.end));
            }
        }
        Ok(ForwardPath::Mailbox(cut(line, scanned)))
    }
}

#[inline(always)]
fn cut(line: BytesRef<'_>, scanned: Scanned) -> Mailbox {
    Mailbox::from_scanned(line.slice(scanned.start..scanned.end))
}
