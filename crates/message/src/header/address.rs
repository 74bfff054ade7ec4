//! Addresses: mailboxes and groups of them (RFC 5322 §3.4, §4.4; RFC 6532 §3.2).

mod element;
mod list;
mod phrase;
mod plain;
mod scan;
mod spec;

use alloc::{borrow::Cow, vec::Vec};
use core::{ops::Range, slice};

use super::few::Few;
use crate::{Findings, Policy};

pub(super) use scan::Scan;
pub use spec::AddrSpec;

/// The value of From, To, Reply-To and their like ([RFC 5322 §3.4]).
///
/// Nothing that stands in the field is lost: what is no address is a [`Mailbox`] without one. No
/// address comes out that does not stand in the field.
///
/// ```
/// use mailwire_message::header::{Address, AddressList};
///
/// let list = AddressList::parse(b" A Group:Ed Jones <joe@where.test>,John <jdoe@one.test>;, x@y.test");
/// let [Address::Group(group), Address::Mailbox(single)] = list.items() else { panic!() };
/// assert_eq!((group.name(), group.mailboxes().len()), ("A Group", 2));
/// assert_eq!(single.address(), Some("x@y.test"));
/// assert_eq!(list.mailboxes().count(), 3);
/// ```
///
/// [RFC 5322 §3.4]: https://www.rfc-editor.org/rfc/rfc5322#section-3.4
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AddressList<'a> {
    pub(super) items: Few<Address<'a>>,
}

/// A mailbox or a group of mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Address<'a> {
    /// `display name <local-part@domain>`, or less.
    Mailbox(Mailbox<'a>),
    /// `display name: mailbox, mailbox;`
    Group(Group<'a>),
}

/// Mailboxes under one name; there may be none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Group<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) mailboxes: Vec<Mailbox<'a>>,
    pub(super) comments: Vec<Cow<'a, str>>,
    pub(super) rest: Option<Cow<'a, str>>,
}

/// Somebody who has mail: a name, an address, and comments, each of which may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Mailbox<'a> {
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) address: Option<AddrSpec<'a>>,
    pub(super) comments: Vec<Cow<'a, str>>,
    pub(super) rest: Option<Cow<'a, str>>,
    pub(super) span: Range<usize>,
}

impl<'a> AddressList<'a> {
    /// How many addresses of a field are read. Those behind them stay visible as text, and a defect
    /// says so.
    pub const LIMIT: usize = 1_000_000;

    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        list::read(value, findings)
    }

    /// Mailboxes and groups in order.
    #[must_use]
    pub fn items(&self) -> &[Address<'a>] {
        self.items.as_slice()
    }

    /// The mailboxes in order, those in groups too.
    pub fn mailboxes(&self) -> impl Iterator<Item = &Mailbox<'a>> {
        self.items().iter().flat_map(Address::mailboxes)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> AddressList<'static> {
        AddressList { items: self.items.map(Address::into_owned) }
    }
}

impl<'a> Address<'a> {
    /// The mailbox itself, or those of the group.
    #[must_use]
    pub fn mailboxes(&self) -> &[Mailbox<'a>] {
        match self {
            Self::Mailbox(mailbox) => slice::from_ref(mailbox),
            Self::Group(group) => &group.mailboxes,
        }
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Address<'static> {
        match self {
            Self::Mailbox(mailbox) => Address::Mailbox(mailbox.into_owned()),
            Self::Group(group) => Address::Group(group.into_owned()),
        }
    }
}

impl<'a> Group<'a> {
    /// The name, decoded.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The mailboxes in order. Those of a group within the group are among them.
    #[must_use]
    pub fn mailboxes(&self) -> &[Mailbox<'a>] {
        &self.mailboxes
    }

    /// The comments beside the name and the end of the group, decoded, without parentheses.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// The names of groups within the group, which is flat, as they stand in the field.
    #[must_use]
    pub fn rest(&self) -> Option<&str> {
        self.rest.as_deref()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Group<'static> {
        Group {
            name: Cow::Owned(self.name.into_owned()),
            mailboxes: self.mailboxes.into_iter().map(Mailbox::into_owned).collect(),
            comments: self.comments.into_iter().map(owned).collect(),
            rest: self.rest.map(owned),
        }
    }
}

impl<'a> Mailbox<'a> {
    /// Reads the value of a field that has a single mailbox, as Sender: the first one that stands
    /// there, or the first with an address if there is one.
    ///
    /// ```
    /// use mailwire_message::header::Mailbox;
    ///
    /// let sender = Mailbox::parse(b" \"xclow3n@gmail.com x\"@internal.domain").unwrap();
    /// assert_eq!(sender.local_part().unwrap(), "xclow3n@gmail.com x");
    /// assert_eq!((sender.name(), sender.domain()), (None, Some("internal.domain")));
    /// ```
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found. More than one mailbox is a defect.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Option<Self> {
        list::read_one(value, findings)
    }

    /// The display name, decoded and without quotes.
    ///
    /// Of a mailbox without address, the words that stand there instead.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `local-part@domain` in the form that RFC 5322 §3.4.1 prefers: without comments, blanks and
    /// route, quoted only if it must be. A local part alone if that is all there is.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_ref().map(AddrSpec::as_str)
    }

    /// The address and its parts.
    #[must_use]
    pub fn addr_spec(&self) -> Option<&AddrSpec<'_>> {
        self.address.as_ref()
    }

    /// The address alone.
    #[must_use]
    pub fn into_addr_spec(self) -> Option<AddrSpec<'a>> {
        self.address
    }

    /// What the local part means, without quotes.
    #[must_use]
    pub fn local_part(&self) -> Option<Cow<'_, str>> {
        self.address.as_ref().map(AddrSpec::local_part)
    }

    /// The domain, without comments and blanks.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.address.as_ref().and_then(AddrSpec::domain)
    }

    /// The comments in order, decoded, without their outer parentheses.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// The name for people to look at: the display name, or the last comment, in which names stood
    /// before there were display names (RFC 5322 §3.4).
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.name().or_else(|| self.comments().next_back())
    }

    /// What stands in the field and is neither name, address nor comment, as it is: text behind the
    /// address, a second one, what is no address between angle brackets.
    #[must_use]
    pub fn rest(&self) -> Option<&str> {
        self.rest.as_deref()
    }

    /// Where it stands in the value, from the first octet of the name or address to the last.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Mailbox<'static> {
        Mailbox {
            name: self.name.map(owned),
            address: self.address.map(AddrSpec::into_owned),
            comments: self.comments.into_iter().map(owned).collect(),
            rest: self.rest.map(owned),
            span: self.span,
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
