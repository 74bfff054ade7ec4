//! The fields of an envelope: read once from a header, kept in the index, written for ENVELOPE
//! (RFC 9051 §7.5.2).
//!
//! ```text
//! envelope = text text 6list text text ; in the order of the wire
//! list     = number *address           ; how many octets, none if there is nothing to say
//! address  = text text text text       ; name, route, mailbox, host
//! ```

mod address;
mod encoded_word;
mod fields;

pub(crate) use fields::{Fields, Known, one_line, unfolded};

use crate::stored::{Reader, put_block, put_text};
use alloc::vec::Vec;

/// What stands for a domain that is not there. A host of NIL would begin a group.
pub(crate) const MISSING_DOMAIN: &[u8] = b"MISSING_DOMAIN";
/// What stands for a local part that is not there.
pub(crate) const MISSING_MAILBOX: &[u8] = b"MISSING_MAILBOX";

/// Keeps the envelope of a message with these fields, with so many addresses as are left at most.
pub(crate) fn put(fields: &Fields<'_>, left: &mut usize, out: &mut Vec<u8>) {
    let text = |known, out: &mut Vec<u8>| put_text(fields.text(known).as_deref(), out);
    text(Known::Date, out);
    text(Known::Subject, out);
    let list = |known, left: &mut usize| {
        let mut addresses = Vec::new();
        fields.all(known).for_each(|value| address::put(value, left, &mut addresses));
        addresses
    };
    let from = list(Known::From, left);
    put_block(out, |out| out.extend_from_slice(&from));
    for known in [Known::Sender, Known::ReplyTo, Known::To, Known::Cc, Known::Bcc] {
        let before = *left;
        let mut addresses = list(known, left);
        if matches!(known, Known::Sender | Known::ReplyTo) && addresses == from {
            // None of these is From.
            addresses.clear();
            *left = before;
        }
        put_block(out, |out| out.extend_from_slice(&addresses));
    }
    text(Known::InReplyTo, out);
    text(Known::MessageId, out);
}

/// An envelope as it is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct View<'s> {
    pub(crate) date: Option<&'s [u8]>,
    pub(crate) subject: Option<&'s [u8]>,
    lists: [&'s [u8]; 6],
    pub(crate) in_reply_to: Option<&'s [u8]>,
    pub(crate) message_id: Option<&'s [u8]>,
}

/// The lists of an envelope, in the order of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
}

impl List {
    const ALL: [Self; 6] = [Self::From, Self::Sender, Self::ReplyTo, Self::To, Self::Cc, Self::Bcc];
}

impl<'s> View<'s> {
    pub(crate) fn read(reader: &mut Reader<'s>) -> Option<Self> {
        let (date, subject) = (reader.text()?, reader.text()?);
        let mut lists = [&[][..]; 6];
        for list in &mut lists {
            *list = reader.block()?;
            let mut addresses = Addresses(Reader::new(list));
            while addresses.next().is_some() {}
            if !addresses.0.is_at_end() {
                return None;
            }
        }
        Some(Self { date, subject, lists, in_reply_to: reader.text()?, message_id: reader.text()? })
    }

    /// The addresses of a list. Sender and Reply-To are From where the message has none.
    pub(crate) fn addresses(&self, list: List) -> Addresses<'s> {
        let [from, sender, reply_to, to, cc, bcc] = self.lists;
        Addresses(Reader::new(match list {
            List::Sender if !sender.is_empty() => sender,
            List::ReplyTo if !reply_to.is_empty() => reply_to,
            List::From | List::Sender | List::ReplyTo => from,
            List::To => to,
            List::Cc => cc,
            List::Bcc => bcc,
        }))
    }

    /// Appends it as it goes on the wire.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'(');
        write_text(self.date, out);
        out.push(b' ');
        write_text(self.subject, out);
        for list in List::ALL {
            out.push(b' ');
            let mut addresses = self.addresses(list).peekable();
            if addresses.peek().is_none() {
                out.extend_from_slice(b"NIL");
                continue;
            }
            out.push(b'(');
            for address in addresses {
                out.push(b'(');
                let fields = [address.name, address.route, address.mailbox, address.host];
                for (i, field) in fields.into_iter().enumerate() {
                    if i > 0 {
                        out.push(b' ');
                    }
                    write_text(field, out);
                }
                out.push(b')');
            }
            out.push(b')');
        }
        out.push(b' ');
        write_text(self.in_reply_to, out);
        out.push(b' ');
        write_text(self.message_id, out);
        out.push(b')');
    }
}

/// Addresses as they are kept.
#[derive(Clone, Debug)]
pub(crate) struct Addresses<'s>(Reader<'s>);

/// An address, or the beginning or the end of a group, as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address<'s> {
    pub(crate) name: Option<&'s [u8]>,
    pub(crate) route: Option<&'s [u8]>,
    pub(crate) mailbox: Option<&'s [u8]>,
    pub(crate) host: Option<&'s [u8]>,
}

impl Address<'_> {
    /// The mailbox, if one stands in the message.
    pub(crate) fn real_mailbox(&self) -> Option<&[u8]> {
        self.mailbox.filter(|mailbox| *mailbox != MISSING_MAILBOX)
    }

    /// The host, if one stands in the message.
    pub(crate) fn real_host(&self) -> Option<&[u8]> {
        self.host.filter(|host| *host != MISSING_DOMAIN)
    }
}

impl<'s> Iterator for Addresses<'s> {
    type Item = Address<'s>;

    fn next(&mut self) -> Option<Address<'s>> {
        if self.0.is_at_end() {
            return None;
        }
        let mut reader = self.0;
        let mut text = || reader.text();
        let (name, route, mailbox, host) = (text()?, text()?, text()?, text()?);
        self.0 = reader;
        Some(Address { name, route, mailbox, host })
    }
}

/// Appends `nstring`, quoted. There is no CR, LF or NUL in what is kept; others' would be dropped.
pub(crate) fn write_text(text: Option<&[u8]>, out: &mut Vec<u8>) {
    let Some(text) = text else { return out.extend_from_slice(b"NIL") };
    out.push(b'"');
    for octet in text {
        match octet {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *octet]),
            b'\r' | b'\n' | 0 => {}
            _ => out.push(*octet),
        }
    }
    out.push(b'"');
}
