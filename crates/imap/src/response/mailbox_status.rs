//! STATUS: counts of a mailbox that need not be selected (RFC 9051 §7.3.2).

use super::list::{mailbox, unquoted};
use crate::{Atom, Cursor, Encoder, Mailbox, ObjectId, ParseError, Raw, class::ATOM_CHAR};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// An answer to STATUS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailboxStatus {
    /// Of which mailbox.
    pub mailbox: Mailbox,
    /// What was asked, as far as the server says it.
    pub items: Vec<StatusItem>,
}

/// One thing that STATUS says of a mailbox (RFC 9051 §6.3.11 and the extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusItem {
    /// `MESSAGES`: how many there are.
    Messages(u32),
    /// `RECENT` (RFC 3501).
    Recent(u32),
    /// `UIDNEXT`
    UidNext(u32),
    /// `UIDVALIDITY`
    UidValidity(u32),
    /// `UNSEEN`: how many are not seen.
    Unseen(u32),
    /// `DELETED`: how many are marked as deleted.
    Deleted(u32),
    /// `SIZE`: octets of all messages (RFC 8438).
    Size(u64),
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq(u64),
    /// `APPENDLIMIT`; `None` for no limit (RFC 7889).
    AppendLimit(Option<u64>),
    /// `MAILBOXID` (RFC 8474).
    MailboxId(ObjectId),
    /// `DELETED-STORAGE`: octets that an expunge would free (RFC 9208).
    DeletedStorage(u64),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
        value: Raw,
    },
    /// An item that makes no sense. Those around it do. It is never sent.
    Invalid {
        /// Its name, as it was written.
        name: Octets,
        /// What came, as far as it can be told from the next item.
        raw: Octets,
        /// Why.
        why: ParseError,
    },
}

/// The names that have variants.
const KNOWN: [&[u8]; 11] = [
    b"MESSAGES",
    b"UIDNEXT",
    b"UIDVALIDITY",
    b"UNSEEN",
    b"RECENT",
    b"DELETED",
    b"SIZE",
    b"HIGHESTMODSEQ",
    b"DELETED-STORAGE",
    b"APPENDLIMIT",
    b"MAILBOXID",
];

impl MailboxStatus {
    /// What a mailbox has.
    #[must_use]
    pub const fn new(mailbox: Mailbox, items: Vec<StatusItem>) -> Self {
        Self { mailbox, items }
    }

    /// `"STATUS" SP mailbox SP "(" [status-att-list] ")"`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let start = cursor.at();
        let is_quoted = cursor.is_at_string();
        let named = mailbox(cursor).ok().filter(|_| cursor.rest().starts_with(b" ("));
        let repairs = cursor.repairs().clone();
        let (behind, read) = match named {
            Some(mailbox) => (cursor.at(), Self::behind(cursor, mailbox)),
            None => {
                cursor.back_to(start);
                (start, Err(cursor.error()))
            }
        };
        let is_certain = behind > start && (is_quoted || !cursor.is_lenient());
        if is_certain || (read.is_ok() && cursor.rest().trim_ascii().is_empty()) {
            return read;
        }
        // `STATUS Sent Items (`, `STATUS Sent (old) (`: the list is the last thing in parentheses.
        let end = cursor.at();
        cursor.back_to(start);
        let Some(len) = before_last_list(cursor.rest()).filter(|len| start + len > behind) else {
            cursor.back_to(end);
            return read;
        };
        cursor.restore_repairs(repairs);
        let mailbox = unquoted(cursor, len)?;
        Self::behind(cursor, mailbox)
    }

    /// Behind the name of the mailbox.
    fn behind(cursor: &mut Cursor<'_>, mailbox: Mailbox) -> Result<Self, ParseError> {
        cursor.space()?;
        let items = cursor.list_of_any(is_known, StatusItem::read, |name, raw, why| {
            StatusItem::Invalid { name, raw, why }
        })?;
        Ok(Self { mailbox, items })
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Mailbox, MailboxStatus, Peer, StatusItem};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// MailboxStatus::new(Mailbox::INBOX, vec![StatusItem::Messages(231)]).encode(&mut out);
    /// assert_eq!(out.finish().wire, "INBOX (MESSAGES 231)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        out.mailbox(&self.mailbox);
        out.space();
        let items = self.items.iter().filter(|item| item.can_be_sent());
        out.list(items, |out, item| item.encode(out));
    }
}

impl StatusItem {
    /// `status-att-val`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.span(&ATOM_CHAR)?;
        cursor.space()?;
        match Self::read_known(cursor, &name)? {
            Some(item) => Ok(item),
            None => Ok(Self::Other { name: Atom::from_scanned(name), value: cursor.raw()? }),
        }
    }

    fn read_known(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Self>, ParseError> {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(Some(if is(b"MESSAGES") {
            Self::Messages(cursor.number()?)
        } else if is(b"UIDNEXT") {
            Self::UidNext(cursor.odd_nz_number()?)
        } else if is(b"UIDVALIDITY") {
            Self::UidValidity(cursor.odd_nz_number()?)
        } else if is(b"UNSEEN") {
            Self::Unseen(cursor.number()?)
        } else if is(b"RECENT") {
            Self::Recent(cursor.number()?)
        } else if is(b"DELETED") {
            Self::Deleted(cursor.number()?)
        } else if is(b"SIZE") {
            Self::Size(cursor.number64()?)
        } else if is(b"HIGHESTMODSEQ") {
            Self::HighestModSeq(cursor.number64()?)
        } else if is(b"DELETED-STORAGE") {
            Self::DeletedStorage(cursor.number64()?)
        } else if is(b"APPENDLIMIT") {
            let none = cursor.eat_keyword(b"NIL");
            Self::AppendLimit(if none { None } else { Some(cursor.number64()?) })
        } else if is(b"MAILBOXID") {
            Self::MailboxId(cursor.object_id_in_parentheses()?)
        } else {
            return Ok(None);
        }))
    }

    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Messages(number) => out.write(format_args!("MESSAGES {number}")),
            Self::Recent(number) => out.write(format_args!("RECENT {number}")),
            Self::UidNext(number) => out.write(format_args!("UIDNEXT {number}")),
            Self::UidValidity(number) => out.write(format_args!("UIDVALIDITY {number}")),
            Self::Unseen(number) => out.write(format_args!("UNSEEN {number}")),
            Self::Deleted(number) => out.write(format_args!("DELETED {number}")),
            Self::Size(number) => out.write(format_args!("SIZE {number}")),
            Self::HighestModSeq(number) => out.write(format_args!("HIGHESTMODSEQ {number}")),
            Self::DeletedStorage(number) => out.write(format_args!("DELETED-STORAGE {number}")),
            Self::AppendLimit(Some(number)) => out.write(format_args!("APPENDLIMIT {number}")),
            Self::AppendLimit(None) => out.raw(b"APPENDLIMIT NIL"),
            Self::MailboxId(id) => {
                out.raw(b"MAILBOXID (");
                out.raw(id.as_bytes());
                out.raw(b")");
            }
            Self::Other { name, value } => {
                out.atom(name);
                out.space();
                value.encode(out);
            }
            Self::Invalid { .. } => {}
        }
    }

    const fn can_be_sent(&self) -> bool {
        !matches!(self, Self::Invalid { .. })
    }
}

fn is_known(name: &[u8]) -> bool {
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Where the list begins that the text ends with, the space before it included.
fn before_last_list(text: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    for (at, octet) in text.trim_ascii_end().iter().enumerate().rev() {
        match octet {
            b')' => depth += 1,
            b'(' if depth == 1 => return at.checked_sub(1).filter(|space| text[*space] == b' '),
            b'(' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
