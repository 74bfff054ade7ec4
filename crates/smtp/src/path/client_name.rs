//! How a client calls itself.
use core::{fmt, str, str::FromStr};

use bytes::{Bytes, BytesMut};
use mailwire_core::{BytesRef, Text};

use super::{Domain, scan};
use crate::{
    ParseError, ParseErrorKind, Quirks,
    command::check_octets,
    quirks::{Quirk, Tolerance},
};

/// The argument of HELO, EHLO and LHLO ([RFC 5321 §4.1.1.1]).
///
/// Clients that are asked strictly give a domain or an address literal. Others give anything:
/// tolerating [`Quirk::OddClientName`] takes every printable text of up to 255 octets.
///
/// ```
/// use mailwire_smtp::{ClientName, Domain};
///
/// let name = ClientName::new("client.example.org")?;
/// assert_eq!(name.domain(), Some(Domain::Name("client.example.org")));
/// assert!(ClientName::new("my_host").is_err());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 5321 §4.1.1.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientName(Text);

impl ClientName {
    /// Takes a domain or an address literal.
    pub fn new(name: &str) -> Result<Self, ParseError> {
        check_octets(name.as_bytes())?;
        let mut tolerance = Tolerance::new(Quirks::NONE);
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(name.as_bytes())), &mut tolerance)
    }

    /// `Domain / address-literal`, all of the octets, which hold no control octet.
    #[inline]
    pub(crate) fn parse(name: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<Self, ParseError> {
        const MAX: usize = 255;
        if name.is_empty() {
            return Err(ParseErrorKind::MissingArgument.at(0));
        }
        if name.len() > MAX {
            return Err(ParseErrorKind::BadArgument.at(MAX));
        }
        if let Err(offset) = check(&name)
            && !tolerance.allows(Quirk::OddClientName)
        {
            return Err(ParseErrorKind::BadArgument.at(offset));
        }
        Text::from_utf8_ref(name)
            .map(Self)
            .map_err(|error| ParseErrorKind::NotUtf8.at(error.valid_up_to()))
    }

    /// Takes ASCII that was checked before.
    #[inline]
    pub(crate) fn from_ascii(name: BytesRef<'_>) -> Self {
        Self(Text::from_ascii(name))
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name as what it should be, or `None` if it is something else.
    #[must_use]
    pub fn domain(&self) -> Option<Domain<'_>> {
        check(self.0.as_bytes()).ok().map(|()| Domain::from_checked(self.as_str()))
    }

    /// Appends the name.
    pub fn encode(&self, out: &mut BytesMut) {
        out.extend_from_slice(self.0.as_bytes());
    }

    /// Copies the name out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// Whether all of the name is a domain or an address literal; else the octet that is wrong.
///
/// Four numbers and three dots pass for a domain in RFC 5321's grammar and never are one.
fn check(name: &[u8]) -> Result<(), usize> {
    let end = scan::domain(name, 0, &mut Tolerance::new(Quirks::NONE))?;
    if end < name.len() {
        return Err(end);
    }
    let bare_address = name.first().is_some_and(u8::is_ascii_digit)
        && str::from_utf8(name).is_ok_and(|name| name.parse::<core::net::Ipv4Addr>().is_ok());
    if bare_address { Err(0) } else { Ok(()) }
}

impl FromStr for ClientName {
    type Err = ParseError;

    fn from_str(name: &str) -> Result<Self, ParseError> {
        Self::new(name)
    }
}

impl TryFrom<&str> for ClientName {
    type Error = ParseError;

    fn try_from(name: &str) -> Result<Self, ParseError> {
        Self::new(name)
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
