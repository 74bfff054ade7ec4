//! STATUS: counts of a mailbox that need not be selected (RFC 9051 §7.3.2).

use super::list::{mailbox, unquoted};
use crate::{Atom, Cursor, Encoder, Mailbox, ObjectId, ParseError, Quirk, Raw, class::ATOM_CHAR};
use alloc::vec::Vec;

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
}

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
        let (behind, error) = match named {
            Some(mailbox) => {
                let behind = cursor.at();
                match Self::behind(cursor, mailbox) {
                    Ok(status) => return Ok(status),
                    Err(error) if is_quoted || !cursor.is_lenient() => return Err(error),
                    Err(error) => (behind, error),
                }
            }
            None => {
                cursor.back_to(start);
                (start, cursor.error())
            }
        };
        // `STATUS Sent Items (`, `STATUS Sent (old) (`: the list is the last thing in parentheses.
        cursor.back_to(start);
        let len = before_last_list(cursor.rest()).filter(|len| start + len > behind);
        let mailbox = unquoted(cursor, len.ok_or(error)?)?;
        Self::behind(cursor, mailbox)
    }

    /// Behind the name of the mailbox.
    fn behind(cursor: &mut Cursor<'_>, mailbox: Mailbox) -> Result<Self, ParseError> {
        cursor.space()?;
        Ok(Self { mailbox, items: cursor.list(StatusItem::read)? })
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
        out.list(&self.items, |out, item| item.encode(out));
    }
}

impl StatusItem {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.span(&ATOM_CHAR)?;
        cursor.space()?;
        let start = cursor.at();
        let known = Self::read_known(cursor, &name);
        match known {
            Ok(Some(item)) => return Ok(item),
            Ok(None) => {}
            Err(error) if !cursor.is_lenient() => return Err(error),
            Err(_) => cursor.tolerate(Quirk::Other, start)?,
        }
        cursor.back_to(start);
        Ok(Self::Other { name: Atom::from_scanned(name), value: cursor.raw()? })
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
        }
    }
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
