//! Who wants to be sent what is queued for whom: the arguments of ETRN and ATRN.
use alloc::string::String;
use core::{fmt, str};

use bytes::Bytes;
use mailwire_core::{BytesRef, Text};

use super::{Word, check_octets};
use crate::{ParseError, ParseErrorKind, Quirks, path::scan, quirks::Tolerance};

/// The argument of ETRN ([RFC 1985 §5]).
///
/// ```
/// use mailwire_smtp::{EtrnNode, EtrnScope};
///
/// let node = EtrnNode::new("@example.org")?;
/// assert_eq!((node.scope(), node.name()), (EtrnScope::Subdomains, "example.org"));
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 1985 §5]: https://www.rfc-editor.org/rfc/rfc1985#section-5
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EtrnNode(Word);

/// What a node name stands for: the option character in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EtrnScope {
    /// The host of that name; no option character.
    Host,
    /// `@`: the domain and everything below it (§5.3).
    Subdomains,
    /// `#`: a queue of the server (§5.3).
    Queue,
}

impl EtrnNode {
    /// Checks and copies a node name, option character included.
    pub fn new(node: &str) -> Result<Self, ParseError> {
        Self::parse(BytesRef::from(&Bytes::copy_from_slice(node.as_bytes())))
    }

    /// `[<option character>]<node name>`
    pub(crate) fn parse(node: BytesRef<'_>) -> Result<Self, ParseError> {
        let node = Self(Word::parse(node)?);
        let start = node.as_str().len() - node.name().len();
        let end = match node.scope() {
            EtrnScope::Queue if node.name().is_empty() => Err(start),
            EtrnScope::Queue => Ok(node.as_str().len()),
            EtrnScope::Host | EtrnScope::Subdomains => {
                scan::domain(node.as_str().as_bytes(), start, &mut Tolerance::new(Quirks::NONE))
            }
        };
        match end {
            Ok(end) if end == node.as_str().len() => Ok(node),
            Ok(offset) | Err(offset) => Err(ParseErrorKind::BadArgument.at(offset)),
        }
    }

    /// What the name stands for.
    #[must_use]
    pub fn scope(&self) -> EtrnScope {
        match self.as_str().as_bytes().first() {
            Some(b'@') => EtrnScope::Subdomains,
            Some(b'#') => EtrnScope::Queue,
            _ => EtrnScope::Host,
        }
    }

    /// The name without the option character.
    #[must_use]
    pub fn name(&self) -> &str {
        let option = usize::from(self.scope() != EtrnScope::Host);
        &self.as_str()[option..]
    }

    /// The argument as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the node out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

/// The domains of ATRN, none meaning all that the client may have ([RFC 2645 §5.2.1]).
///
/// ```
/// use mailwire_smtp::DomainList;
///
/// let domains = DomainList::new(["example.org", "example.com"])?;
/// assert_eq!(domains.to_string(), "example.org,example.com");
/// assert_eq!(domains.iter().count(), 2);
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 2645 §5.2.1]: https://www.rfc-editor.org/rfc/rfc2645#section-5.2.1
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct DomainList(Text);

impl DomainList {
    /// Checks and copies domains.
    pub fn new<'a>(domains: impl IntoIterator<Item = &'a str>) -> Result<Self, ParseError> {
        let mut text = String::new();
        for domain in domains {
            if !text.is_empty() {
                text.push(',');
            }
            if domain.is_empty() {
                return Err(ParseErrorKind::BadArgument.at(text.len()));
            }
            text.push_str(domain);
        }
        check_octets(text.as_bytes())?;
        Self::parse(BytesRef::from(&Bytes::from(text)))
    }

    /// `[ domain *("," domain) ]`, of octets without control octets.
    pub(crate) fn parse(list: BytesRef<'_>) -> Result<Self, ParseError> {
        let mut at = 0;
        while at < list.len() {
            let end = scan::domain_name(&list, at, &mut Tolerance::new(Quirks::NONE));
            at = match end {
                Ok(end) if end == list.len() => break,
                Ok(end) if list[end] == b',' && end + 1 < list.len() => end + 1,
                Ok(offset) | Err(offset) => return Err(ParseErrorKind::BadArgument.at(offset)),
            };
        }
        Text::from_utf8_ref(list)
            .map(Self)
            .map_err(|error| ParseErrorKind::NotUtf8.at(error.valid_up_to()))
    }

    /// The domains in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.as_str().split(',').filter(|domain| !domain.is_empty())
    }

    /// Whether no domain is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_bytes().is_empty()
    }

    /// The list as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the list out of the buffer it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl fmt::Display for EtrnNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DomainList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for DomainList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
