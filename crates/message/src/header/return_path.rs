//! Return-Path (RFC 5322 §3.6.7, RFC 5321 §4.4).

use super::address::{AddrSpec, Mailbox};
use crate::{DefectCode, Findings, Policy};

/// Where a message came from, as the last server was told ([RFC 5322 §3.6.7]).
///
/// ```
/// use mailwire_message::header::ReturnPath;
///
/// let path = ReturnPath::parse(b" <@relay.test:jdoe@machine.example>");
/// assert_eq!(path.address().unwrap().as_str(), "jdoe@machine.example");
/// assert!(ReturnPath::parse(b" < > (bounce)").is_null());
/// ```
///
/// [RFC 5322 §3.6.7]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.7
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ReturnPath<'a> {
    /// `<>`: of a message that nobody is to answer, as bounces are.
    Null,
    /// `<local-part@domain>`
    Address(AddrSpec<'a>),
    /// Something else, or nothing.
    Invalid,
}

impl<'a> ReturnPath<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let policy = findings.policy();
        let mut sink = |code, offset| {
            if code != DefectCode::EmptyAddress {
                findings.report(code, offset);
            }
        };
        let mailbox = Mailbox::parse_with(value, &mut Findings::new(policy, &mut sink));
        let Some(mailbox) = mailbox else {
            findings.report(DefectCode::InvalidFieldSyntax, value.len());
            return Self::Invalid;
        };
        if mailbox.name().is_some() {
            findings.report(DefectCode::InvalidFieldSyntax, mailbox.span().start);
        }
        let is_null = mailbox.name().is_none()
            && mailbox.rest().is_none()
            && value.get(mailbox.span().start) == Some(&b'<');
        match mailbox.into_addr_spec() {
            Some(address) => Self::Address(address),
            None if is_null => Self::Null,
            None => Self::Invalid,
        }
    }

    /// The address, if there is one.
    #[must_use]
    pub const fn address(&self) -> Option<&AddrSpec<'a>> {
        match self {
            Self::Address(address) => Some(address),
            Self::Null | Self::Invalid => None,
        }
    }

    /// Whether this is `<>`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> ReturnPath<'static> {
        match self {
            Self::Null => ReturnPath::Null,
            Self::Address(address) => ReturnPath::Address(address.into_owned()),
            Self::Invalid => ReturnPath::Invalid,
        }
    }
}
