//! ENVELOPE: the header fields of a message, parsed by the server (RFC 9051 §7.5.2).

mod builder;

pub use builder::EnvelopeBuilder;

use crate::{
    Cursor, Encoder, Frame, ParseError, Quirk, ReadOptions,
    cursor::{StringSpan, simple_address},
};
use core::fmt;
use mailwire_core::Octets;

/// The fields of an envelope, in the order in which they are sent.
const FIELDS: usize = 10;
/// Where a field would be that was not sent.
const MISSING: u32 = u32::MAX;

/// The envelope of a message. Its fields are read when they are asked for.
///
/// Texts are octets as the server sent them: usually with encoded words (RFC 2047) in them, and UTF-8
/// only where that was enabled.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Frame, fetch::Envelope};
///
/// let wire = "(NIL \"minutes\" ((\"Terry\" NIL \"gray\" \"example.org\")) NIL NIL NIL NIL NIL NIL \"<1@x>\")";
/// let envelope = Envelope::try_from(&Frame::new(Bytes::from(wire)))?;
/// assert_eq!(envelope.subject().as_deref(), Some(&b"minutes"[..]));
/// let author = envelope.from().next().expect("there is one");
/// assert_eq!((author.mailbox.as_deref(), author.host.as_deref()), (Some(&b"gray"[..]), Some(&b"example.org"[..])));
/// assert_eq!(envelope.to().count(), 0);
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Envelope {
    frame: Frame,
    fields: [u32; FIELDS],
}

impl Envelope {
    /// An envelope without fields: what a server sends is made of it.
    #[must_use]
    pub fn builder() -> EnvelopeBuilder {
        EnvelopeBuilder::default()
    }

    /// `envelope = "(" env-date SP env-subject SP env-from SP … SP env-message-id ")"`
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.expect_small()?;
        cursor.expect(b'(')?;
        let mut fields = [MISSING; FIELDS];
        for (i, field) in fields.iter_mut().enumerate() {
            if i > 0 && cursor.peek() != Some(b')') {
                cursor.space()?;
            }
            if cursor.peek() == Some(b')') {
                // Some servers leave out In-Reply-To and Message-ID.
                cursor.tolerate(Quirk::MissingField, cursor.at())?;
                break;
            }
            *field = cursor.offset();
            if is_address_list(i) {
                if !cursor.skip_simple_addresses() {
                    skip_addresses(cursor)?;
                }
            } else if !cursor.skip_simple() {
                skip_text(cursor)?;
            }
        }
        cursor.skip_extra_spaces();
        cursor.expect(b')')?;
        Ok(Self { frame: cursor.frame().clone(), fields })
    }

    /// The Date field, as it was written.
    #[must_use]
    pub fn date(&self) -> Option<Octets> {
        self.text(0)
    }

    /// The Subject field.
    #[must_use]
    pub fn subject(&self) -> Option<Octets> {
        self.text(1)
    }

    /// From: the authors.
    #[must_use]
    pub fn from(&self) -> Addresses<'_> {
        self.addresses(2)
    }

    /// Sender; where the message has none, the server puts From here.
    #[must_use]
    pub fn sender(&self) -> Addresses<'_> {
        self.addresses(3)
    }

    /// Reply-To; where the message has none, the server puts From here.
    #[must_use]
    pub fn reply_to(&self) -> Addresses<'_> {
        self.addresses(4)
    }

    /// To.
    #[must_use]
    pub fn to(&self) -> Addresses<'_> {
        self.addresses(5)
    }

    /// Cc.
    #[must_use]
    pub fn cc(&self) -> Addresses<'_> {
        self.addresses(6)
    }

    /// Bcc.
    #[must_use]
    pub fn bcc(&self) -> Addresses<'_> {
        self.addresses(7)
    }

    /// The In-Reply-To field.
    #[must_use]
    pub fn in_reply_to(&self) -> Option<Octets> {
        self.text(8)
    }

    /// The Message-ID field.
    #[must_use]
    pub fn message_id(&self) -> Option<Octets> {
        self.text(9)
    }

    /// Appends it with its parentheses, each value in the smallest form.
    pub fn encode(&self, out: &mut Encoder) {
        out.raw(b"(");
        for field in 0..FIELDS {
            if field > 0 {
                out.space();
            }
            if !is_address_list(field) {
                out.nstring(self.text(field).as_deref());
                continue;
            }
            encode_addresses(self.addresses(field), out);
        }
        out.raw(b")");
    }

    fn text(&self, field: usize) -> Option<Octets> {
        self.frame.string_at(&mut self.place(field)?)
    }

    fn addresses(&self, field: usize) -> Addresses<'_> {
        let Some(mut at) = self.place(field) else { return Addresses::default() };
        let is_list = self.frame.eat_at(&mut at, b'(');
        Addresses { frame: is_list.then_some(&self.frame), at }
    }

    fn place(&self, field: usize) -> Option<usize> {
        let at = self.fields[field];
        (at != MISSING).then_some(at as usize)
    }
}

/// `"(" 1*address ")" / nil`
fn encode_addresses(addresses: impl Iterator<Item = Address>, out: &mut Encoder) {
    let mut addresses = addresses.peekable();
    if addresses.peek().is_none() {
        return out.raw(b"NIL");
    }
    out.raw(b"(");
    addresses.for_each(|address| address.encode(out));
    out.raw(b")");
}

const fn is_address_list(field: usize) -> bool {
    matches!(field, 2..=7)
}

fn skip_text(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    let start = cursor.at();
    match cursor.string_span()? {
        StringSpan::Streamed(_) => Err(crate::ParseErrorKind::BadString.at(start)),
        StringSpan::Nil | StringSpan::Plain(..) | StringSpan::Escaped(..) => Ok(()),
    }
}

/// `"(" 1*address ")" / nil`
fn skip_addresses(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'(') {
        return match cursor.string_span()? {
            StringSpan::Nil => Ok(()),
            _ => cursor.tolerate(Quirk::WrongShape, start),
        };
    }
    if cursor.eat(b')') {
        return cursor.tolerate(Quirk::EmptyList, start);
    }
    loop {
        skip_address(cursor)?;
        cursor.skip_extra_spaces();
        if cursor.eat(b')') {
            return Ok(());
        }
    }
}

/// `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`
fn skip_address(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    cursor.expect(b'(')?;
    for i in 0..4 {
        if i > 0 {
            cursor.space()?;
        }
        skip_text(cursor)?;
    }
    cursor.expect(b')')
}

/// The addresses of a field, read one by one.
///
/// A group is sent as an address without a host that names it, its members, and an address without
/// host and mailbox (RFC 9051 §7.5.2): see [`Address::role`].
#[derive(Clone, Debug, Default)]
pub struct Addresses<'e> {
    /// None behind the last.
    frame: Option<&'e Frame>,
    at: usize,
}

impl Iterator for Addresses<'_> {
    type Item = Address;

    #[inline]
    fn next(&mut self) -> Option<Address> {
        let frame = self.frame?;
        if frame.wire().get(self.at) == Some(&b')') {
            self.frame = None;
            return None;
        }
        let Some(places) = simple_address(frame.wire(), self.at) else { return self.odd_next() };
        self.at = places[4] + 1;
        // Nothing is made before all is known: an address is too large to be moved about.
        let field = |field: usize| frame.simple_text(places[field] + 1, places[field + 1]);
        Some(Address { name: field(0), route: field(1), mailbox: field(2), host: field(3) })
    }
}

impl Addresses<'_> {
    /// An address that is not simple, or none.
    #[inline(never)]
    fn odd_next(&mut self) -> Option<Address> {
        let (frame, at) = (self.frame?, &mut self.at);
        while frame.eat_at(at, b' ') {}
        if !frame.eat_at(at, b'(') {
            self.frame = None;
            return None;
        }
        let mut field = || {
            let text = frame.string_at(at);
            while frame.eat_at(at, b' ') {}
            text
        };
        let (name, route, mailbox, host) = (field(), field(), field(), field());
        if !frame.eat_at(at, b')') {
            self.frame = None;
        }
        Some(Address { name, route, mailbox, host })
    }
}

/// An address, or the beginning or end of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Address {
    /// The display name, as it was written.
    pub name: Option<Octets>,
    /// The source route of old (`at-domain-list`).
    pub route: Option<Octets>,
    /// The local part; or the name of the group that begins.
    pub mailbox: Option<Octets>,
    /// The domain. None marks the beginning or the end of a group.
    pub host: Option<Octets>,
}

/// What an [`Address`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §7.5.2 has no other")]
pub enum AddressRole {
    /// A mailbox.
    Mailbox,
    /// A group begins, whose name is in [`Address::mailbox`].
    GroupStart,
    /// The group ends.
    GroupEnd,
}

impl Address {
    fn encode(&self, out: &mut Encoder) {
        let fields = [&self.name, &self.route, &self.mailbox, &self.host];
        out.list(fields, |out, field| out.nstring(field.as_deref()));
    }

    /// What it stands for.
    #[must_use]
    pub const fn role(&self) -> AddressRole {
        match (&self.host, &self.mailbox) {
            (Some(_), _) => AddressRole::Mailbox,
            (None, Some(_)) => AddressRole::GroupStart,
            (None, None) => AddressRole::GroupEnd,
        }
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |addresses: Addresses<'_>| addresses.collect::<alloc::vec::Vec<_>>();
        f.debug_struct("Envelope")
            .field("date", &self.date())
            .field("subject", &self.subject())
            .field("from", &list(self.from()))
            .field("sender", &list(self.sender()))
            .field("reply_to", &list(self.reply_to()))
            .field("to", &list(self.to()))
            .field("cc", &list(self.cc()))
            .field("bcc", &list(self.bcc()))
            .field("in_reply_to", &self.in_reply_to())
            .field("message_id", &self.message_id())
            .finish()
    }
}

/// What they say is compared, not how it was sent.
impl PartialEq for Envelope {
    fn eq(&self, other: &Self) -> bool {
        (0..FIELDS).all(|field| {
            if is_address_list(field) {
                self.addresses(field).eq(other.addresses(field))
            } else {
                self.text(field) == other.text(field)
            }
        })
    }
}

impl Eq for Envelope {}

/// Reads an envelope from its octets, `(…)`.
impl TryFrom<&Frame> for Envelope {
    type Error = ParseError;

    fn try_from(frame: &Frame) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(frame, ReadOptions::default());
        let envelope = Self::read(&mut cursor)?;
        cursor.end()?;
        Ok(envelope)
    }
}
