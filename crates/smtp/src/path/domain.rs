//! Domains and address literals.
use core::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use mailwire_core::ByteSet;

/// What stands behind the `@`, or names a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum Domain<'a> {
    /// A name as written, of A-labels, U-labels or both.
    Name(&'a str),
    /// An address in brackets.
    Literal(AddressLiteral<'a>),
}

/// An address in brackets ([RFC 5321 §4.1.3]).
///
/// ```
/// use mailwire_smtp::{AddressLiteral, Domain, Mailbox};
///
/// let mailbox = Mailbox::parse("root@[IPv6:::1]")?;
/// let Some(Domain::Literal(AddressLiteral::V6(address))) = mailbox.domain() else { panic!() };
/// assert!(address.is_loopback());
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 5321 §4.1.3]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum AddressLiteral<'a> {
    /// `[192.0.2.1]`
    V4(Ipv4Addr),
    /// `[IPv6:2001:db8::1]`
    V6(Ipv6Addr),
    /// `[tag:content]`
    General {
        /// What kind of address it is.
        tag: &'a str,
        /// The address.
        content: &'a str,
    },
}

impl<'a> Domain<'a> {
    /// Takes a domain that was checked before.
    pub(crate) fn from_checked(text: &'a str) -> Self {
        let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        inside.and_then(AddressLiteral::parse).map_or(Self::Name(text), Self::Literal)
    }
}

const LDH: ByteSet = ByteSet::ALPHANUMERIC.with(b"-");
/// Graphic ASCII less `[`, `\` and `]`.
const DCONTENT: ByteSet = ByteSet::EMPTY.with_range(33, 90).with_range(94, 126);

impl<'a> AddressLiteral<'a> {
    /// `IPv4-address-literal / IPv6-address-literal / General-address-literal`, without brackets.
    ///
    /// Zeros in front of an IPv4 number are refused: some readers take them for octal.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let Some((tag, content)) = text.split_once(':') else {
            return text.parse().ok().map(Self::V4);
        };
        if tag.eq_ignore_ascii_case("IPv6") {
            return content.parse().ok().map(Self::V6);
        }
        let valid = LDH.covers(tag.as_bytes())
            && tag.ends_with(|last: char| last.is_ascii_alphanumeric())
            && !content.is_empty()
            && DCONTENT.covers(content.as_bytes());
        valid.then_some(Self::General { tag, content })
    }
}

impl fmt::Display for Domain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Literal(literal) => literal.fmt(f),
        }
    }
}

impl fmt::Display for AddressLiteral<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => write!(f, "[{address}]"),
            Self::V6(address) => write!(f, "[IPv6:{address}]"),
            Self::General { tag, content } => write!(f, "[{tag}:{content}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_typed() {
        for (text, want) in [
            ("1.2.3.4", Some(AddressLiteral::V4(Ipv4Addr::new(1, 2, 3, 4)))),
            ("IPv6:::1", Some(AddressLiteral::V6(Ipv6Addr::LOCALHOST))),
            ("ipv6:::1", Some(AddressLiteral::V6(Ipv6Addr::LOCALHOST))),
            ("x-400:a/b", Some(AddressLiteral::General { tag: "x-400", content: "a/b" })),
            ("1.2.3", None),
            ("1.2.3.256", None),
            ("1.2.3.04", None),
            ("::1", None),
            ("IPv6:fe80::1%eth0", None),
            ("IPv6:1.2.3.4", None),
            ("x-:a", None),
            ("x:", None),
            ("x:[", None),
            ("", None),
        ] {
            assert_eq!(AddressLiteral::parse(text), want, "literal {text:?}");
        }
    }
}
