//! Received (RFC 5321 §4.4, RFC 5322 §3.6.7).

mod read;

use alloc::{borrow::Cow, vec::Vec};
use core::net::IpAddr;

use super::{AddrSpec, Date, Mailbox};
use crate::{Findings, Policy};

/// One hop of a message: the clauses of a Received field ([RFC 5321 §4.4]).
///
/// Every word of the field is in some clause, in a comment, or in the `rest` of one or of the field.
///
/// ```
/// use mailwire_message::header::Received;
///
/// let hop = Received::parse(
///     b" from mail.x.test (host.x.test [192.0.2.1])\r\n by mx.y.test (Postfix) with ESMTPS id 4F1\r\n \
///       for <jdoe@y.test>; Fri, 21 Nov 1997 10:05:43 -0600",
/// );
/// let from = hop.from().unwrap();
/// assert_eq!((from.value(), from.host(), from.ip()), ("mail.x.test", Some("host.x.test"), "192.0.2.1".parse().ok()));
/// assert_eq!(hop.by().unwrap().value(), "mx.y.test");
/// assert_eq!((hop.with().unwrap().value(), hop.id().unwrap().value()), ("ESMTPS", "4F1"));
/// assert_eq!(hop.recipient().unwrap().as_str(), "jdoe@y.test");
/// assert_eq!(hop.date().unwrap().unix(), 880_128_343);
/// ```
///
/// [RFC 5321 §4.4]: https://www.rfc-editor.org/rfc/rfc5321#section-4.4
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Received<'a> {
    clauses: Vec<Clause<'a>>,
    comments: Vec<Cow<'a, str>>,
    rest: Option<Cow<'a, str>>,
    date: Option<Date>,
}

/// What a clause of a Received field tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ClauseKind {
    /// `from`: the client, as it called itself.
    From,
    /// `by`: the server.
    By,
    /// `via`: the link, if it is not the Internet.
    Via,
    /// `with`: the protocol.
    With,
    /// `id`: the server's name for the message.
    Id,
    /// `for`: a recipient.
    For,
}

/// One clause of a Received field: a word that says which, its value, and the comments behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Clause<'a> {
    kind: ClauseKind,
    value: Cow<'a, str>,
    comments: Vec<Cow<'a, str>>,
    rest: Option<Cow<'a, str>>,
}

impl<'a> Received<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        read::read(value, findings)
    }

    /// All clauses in order, also those that come twice.
    #[must_use]
    pub fn clauses(&self) -> &[Clause<'a>] {
        &self.clauses
    }

    /// The first clause of a kind.
    #[must_use]
    pub fn clause(&self, kind: ClauseKind) -> Option<&Clause<'a>> {
        self.clauses.iter().find(|clause| clause.kind == kind)
    }

    /// The client.
    #[must_use]
    pub fn from(&self) -> Option<&Clause<'a>> {
        self.clause(ClauseKind::From)
    }

    /// The server.
    #[must_use]
    pub fn by(&self) -> Option<&Clause<'a>> {
        self.clause(ClauseKind::By)
    }

    /// The link.
    #[must_use]
    pub fn via(&self) -> Option<&Clause<'a>> {
        self.clause(ClauseKind::Via)
    }

    /// The protocol, perhaps of several words.
    #[must_use]
    pub fn with(&self) -> Option<&Clause<'a>> {
        self.clause(ClauseKind::With)
    }

    /// The server's name for the message.
    #[must_use]
    pub fn id(&self) -> Option<&Clause<'a>> {
        self.clause(ClauseKind::Id)
    }

    /// The recipient that is named, without brackets and route.
    #[must_use]
    pub fn recipient(&self) -> Option<AddrSpec<'_>> {
        Mailbox::parse(self.clause(ClauseKind::For)?.value.as_bytes())?.into_addr_spec()
    }

    /// When the server had the message. `None` if nothing is there at all.
    #[must_use]
    pub const fn date(&self) -> Option<Date> {
        self.date
    }

    /// The comments before the first clause and behind the date.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// Words before the first clause.
    #[must_use]
    pub fn rest(&self) -> Option<&str> {
        self.rest.as_deref()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Received<'static> {
        Received {
            clauses: self.clauses.into_iter().map(Clause::into_owned).collect(),
            comments: self.comments.into_iter().map(owned).collect(),
            rest: self.rest.map(owned),
            date: self.date,
        }
    }
}

impl Clause<'_> {
    /// What it tells.
    #[must_use]
    pub const fn kind(&self) -> ClauseKind {
        self.kind
    }

    /// Its value, without comments: of `from`, the name that the client gave in EHLO.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The comments behind the value, without their outer parentheses.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// Words behind the value that should not be there, as in `from mail pickup service`.
    #[must_use]
    pub fn rest(&self) -> Option<&str> {
        self.rest.as_deref()
    }

    /// The address of the host: from a comment, as servers write what they saw there, or else from
    /// the value or what is behind it.
    ///
    /// ```
    /// use mailwire_message::header::Received;
    ///
    /// let hop = Received::parse(b"from [192.0.2.9] (helo=x.test ident=u) by y.test; 1 Jan 2020 00:00 +0000");
    /// let from = hop.from().unwrap();
    /// assert_eq!((from.ip(), from.helo()), ("192.0.2.9".parse().ok(), Some("x.test")));
    /// ```
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.comments().chain([self.value()]).chain(self.rest()).find_map(ip)
    }

    /// The name that the server found for the client's address: the word before the address in a
    /// comment (`TCP-info` of RFC 5321 §4.4).
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let comment = self.comments().find(|comment| ip(comment).is_some())?;
        let mut words = comment.split_ascii_whitespace();
        let first = words.next()?;
        let next = if first.eq_ignore_ascii_case("HELO") || first.eq_ignore_ascii_case("EHLO") {
            words.nth(1)?
        } else {
            first
        };
        let host = next.rsplit('@').next()?;
        let is_name = ip(host).is_none() && !host.contains('=') && host.contains('.');
        is_name.then_some(host)
    }

    /// The name that the client gave in HELO or EHLO: as a comment has it, or else the value.
    #[must_use]
    pub fn helo(&self) -> Option<&str> {
        let told = self.comments().find_map(|comment| {
            let mut words = comment.split_ascii_whitespace();
            while let Some(word) = words.next() {
                if let Some(name) = prefixed(word, "helo=").or_else(|| prefixed(word, "ehlo=")) {
                    return Some(name);
                }
                if word.eq_ignore_ascii_case("HELO") || word.eq_ignore_ascii_case("EHLO") {
                    return words.next();
                }
            }
            None
        });
        told.or_else(|| Some(self.value()).filter(|value| !value.is_empty()))
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Clause<'static> {
        Clause {
            kind: self.kind,
            value: owned(self.value),
            comments: self.comments.into_iter().map(owned).collect(),
            rest: self.rest.map(owned),
        }
    }
}

/// What stands behind the prefix, which is read in any case.
fn prefixed<'a>(word: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, name) = word.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(name)
}

/// The first address in a text: `[192.0.2.1]`, `[IPv6:2001:db8::1]`, or a word by itself.
fn ip(text: &str) -> Option<IpAddr> {
    let words = text.split(|character: char| {
        character.is_ascii_whitespace()
            || matches!(character, '[' | ']' | '(' | ')' | '=' | '@' | ',')
    });
    words.filter(|word| !word.is_empty()).find_map(|word| {
        let literal = prefixed(word, "IPv6:").unwrap_or(word);
        literal.parse().ok()
    })
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
