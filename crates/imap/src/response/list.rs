//! LIST and its kin, STATUS, NAMESPACE (RFC 9051 §7.3, RFC 5258, RFC 2342).

use crate::{Atom, Cursor, Encoder, Mailbox, ParseError, Quirk};
use alloc::vec::Vec;
use mailwire_core::{ByteSet, Octets};

/// A mailbox in an answer to LIST, LSUB or XLIST.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct List {
    /// `\Noselect`, `\HasChildren`, `\Sent` …, with their backslash, as they were written.
    pub attributes: Vec<Octets>,
    /// What stands between the levels of a name; `None` if there are none.
    pub delimiter: Option<char>,
    /// The name.
    pub mailbox: Mailbox,
    /// What an extended LIST adds (RFC 5258), in order.
    pub extended: Vec<ListItem>,
}

/// What an extended LIST adds to a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListItem {
    /// `CHILDINFO`: which selection options the mailboxes below match (RFC 5258 §3.5).
    ChildInfo(Vec<Octets>),
    /// `OLDNAME`: what the mailbox was called before (RFC 9051 §6.3.9.7, RFC 5465 §5.4).
    OldName(Mailbox),
    /// Something else; the value as it was sent.
    Other {
        /// The name.
        name: Octets,
        /// The value, parentheses and all.
        value: Octets,
    },
}

/// Characters of attributes as servers write them.
const ATTRIBUTE: ByteSet = ByteSet::EMPTY.with_range(0x21, 0xff).without(b"()\"{\x7f");
/// Names that should be quoted and are not: anything up to the end.
const UNQUOTED: ByteSet = ByteSet::EMPTY.with_range(0x01, 0xff).without(b"\r\n");

impl List {
    /// A mailbox without attributes.
    #[must_use]
    pub fn new(mailbox: Mailbox, delimiter: Option<char>) -> Self {
        Self { attributes: Vec::new(), delimiter, mailbox, extended: Vec::new() }
    }

    /// Whether the mailbox has this attribute: `\Noselect`.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|found| found.eq_ignore_ascii_case(attribute.as_bytes()))
    }

    /// `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
    /// [SP mbox-list-extended]`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let attributes = words(cursor)?;
        cursor.space()?;
        let start = cursor.at();
        let delimiter = match cursor.nstring()? {
            None => None,
            Some(text) => {
                let mut characters = core::str::from_utf8(&text).unwrap_or_default().chars();
                let first = characters.next();
                if first.is_none() || characters.next().is_some() {
                    cursor.tolerate(Quirk::WrongShape, start)?;
                }
                first
            }
        };
        cursor.space()?;
        let mailbox = last_mailbox(cursor)?;
        let mut extended = Vec::new();
        if cursor.rest().starts_with(b" (") {
            cursor.space()?;
            cursor.expect(b'(')?;
            while !cursor.eat(b')') {
                extended.push(ListItem::read(cursor)?);
                cursor.eat(b' ');
            }
        }
        Ok(Self { attributes, delimiter, mailbox, extended })
    }

    /// Appends it behind the name of the response.
    pub fn encode(&self, out: &mut Encoder) {
        out.list(&self.attributes, |out, attribute| out.raw(attribute));
        match self.delimiter {
            Some(delimiter) => {
                out.space();
                out.string(delimiter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => out.raw(b" NIL"),
        }
        out.space();
        out.mailbox(&self.mailbox);
        if !self.extended.is_empty() {
            out.space();
            out.list(&self.extended, |out, item| item.encode(out));
        }
    }

    /// Adds an attribute, backslash included.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn add(&mut self, attribute: &str) -> Result<(), crate::InvalidValue> {
        let name =
            attribute.strip_prefix('\\').ok_or(crate::InvalidValue { what: "mbx-list-flag" })?;
        Atom::new(name)?;
        self.attributes.push(attribute.as_bytes().into());
        Ok(())
    }
}

impl ListItem {
    /// `mbox-list-extended-item = astring SP tagged-ext-val`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.astring()?;
        cursor.space()?;
        let start = cursor.at();
        if name.eq_ignore_ascii_case(b"CHILDINFO") && cursor.eat(b'(') {
            let mut options = Vec::new();
            while !cursor.eat(b')') {
                options.push(cursor.astring()?);
                cursor.eat(b' ');
            }
            return Ok(Self::ChildInfo(options));
        }
        if name.eq_ignore_ascii_case(b"OLDNAME") && cursor.eat(b'(') {
            let mailbox = mailbox(cursor)?;
            cursor.expect(b')')?;
            return Ok(Self::OldName(mailbox));
        }
        cursor.skip_value()?;
        Ok(Self::Other { name, value: Octets::from_ref(cursor.since(start)) })
    }

    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::ChildInfo(options) => {
                out.raw(b"\"CHILDINFO\" ");
                out.list(options, |out, option| out.string(option));
            }
            Self::OldName(mailbox) => {
                out.raw(b"\"OLDNAME\" (");
                out.mailbox(mailbox);
                out.raw(b")");
            }
            Self::Other { name, value } => {
                out.astring(name);
                out.space();
                out.raw(value);
            }
        }
    }
}

/// Words in parentheses, as they are.
fn words(cursor: &mut Cursor<'_>) -> Result<Vec<Octets>, ParseError> {
    cursor.expect(b'(')?;
    let mut words = Vec::new();
    loop {
        match cursor.peek() {
            Some(b')') => {
                cursor.advance(1);
                return Ok(words);
            }
            Some(b' ') => cursor.advance(1),
            _ => words.push(Octets::from_ref(cursor.span(&ATTRIBUTE)?)),
        }
        if words.len() > cursor.options().items {
            return Err(crate::ParseErrorKind::TooMany.at(cursor.at()));
        }
    }
}

/// `mailbox`
pub(super) fn mailbox(cursor: &mut Cursor<'_>) -> Result<Mailbox, ParseError> {
    let name = cursor.astring()?;
    Ok(if cursor.options().utf8 { Mailbox::from_utf8(name) } else { Mailbox::from_wire(name) })
}

/// A mailbox name at the end of a response, which some servers do not quote although they should.
fn last_mailbox(cursor: &mut Cursor<'_>) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    if let Ok(mailbox) = mailbox(cursor) {
        if cursor.rest().trim_ascii().is_empty() || cursor.rest().starts_with(b" (") {
            return Ok(mailbox);
        }
    }
    cursor.back_to(start);
    unquoted(cursor, UNQUOTED.span(cursor.rest()))
}

fn unquoted(cursor: &mut Cursor<'_>, len: usize) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    if len == 0 {
        return Err(cursor.error());
    }
    cursor.tolerate(Quirk::UnquotedMailbox, start)?;
    cursor.advance(len);
    let name = Octets::from_ref(cursor.since(start));
    Ok(if cursor.options().utf8 { Mailbox::from_utf8(name) } else { Mailbox::from_wire(name) })
}

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
    MailboxId(Octets),
    /// `DELETED-STORAGE`: octets that an expunge would free (RFC 9208).
    DeletedStorage(u64),
    /// Something else; the value as it was sent.
    Other {
        /// The name.
        name: Octets,
        /// The value.
        value: Octets,
    },
}

/// The name of a status item.
const STATUS_NAME: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"()\"{");

impl MailboxStatus {
    /// What is said of the mailbox.
    ///
    /// ```
    /// use mailwire_imap::{Mailbox, MailboxStatus, StatusItem};
    ///
    /// let status = MailboxStatus::new(Mailbox::INBOX, vec![StatusItem::Messages(231)]);
    /// assert_eq!(status.items.len(), 1);
    /// ```
    #[must_use]
    pub const fn new(mailbox: Mailbox, items: Vec<StatusItem>) -> Self {
        Self { mailbox, items }
    }

    /// `"STATUS" SP mailbox SP "(" [status-att-list] ")"`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let start = cursor.at();
        let mut named = mailbox(cursor).ok().filter(|_| cursor.rest().starts_with(b" ("));
        if named.is_none() {
            // `STATUS Sent Items (`: the list is the last thing in parentheses.
            cursor.back_to(start);
            let len = memchr::memmem::rfind(cursor.rest(), b" (").ok_or_else(|| cursor.error())?;
            named = Some(unquoted(cursor, len)?);
        }
        let mailbox = named.ok_or_else(|| cursor.error())?;
        cursor.space()?;
        cursor.expect(b'(')?;
        let mut items = Vec::new();
        cursor.skip_extra_spaces();
        while !cursor.eat(b')') {
            items.push(StatusItem::read(cursor)?);
            if items.len() > cursor.options().items {
                return Err(crate::ParseErrorKind::TooMany.at(cursor.at()));
            }
            cursor.eat(b' ');
            cursor.skip_extra_spaces();
        }
        Ok(Self { mailbox, items })
    }

    /// Appends it behind the name of the response.
    pub fn encode(&self, out: &mut Encoder) {
        out.mailbox(&self.mailbox);
        out.space();
        out.list(&self.items, |out, item| item.encode(out));
    }
}

impl StatusItem {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.span(&STATUS_NAME)?;
        cursor.space()?;
        let start = cursor.at();
        let known = Self::read_known(cursor, &name);
        if let Ok(Some(item)) = known {
            return Ok(item);
        }
        cursor.back_to(start);
        cursor.skip_value()?;
        if known.is_err() {
            cursor.tolerate(Quirk::Other, start)?;
        }
        let value = Octets::from_ref(cursor.since(start));
        Ok(Self::Other { name: Octets::from_ref(name), value })
    }

    fn read_known(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Self>, ParseError> {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(Some(if is(b"MESSAGES") {
            Self::Messages(cursor.number()?)
        } else if is(b"UIDNEXT") {
            Self::UidNext(cursor.number()?)
        } else if is(b"UIDVALIDITY") {
            Self::UidValidity(cursor.number()?)
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
            cursor.expect(b'(')?;
            let id = Octets::from_ref(cursor.bare()?);
            cursor.expect(b')')?;
            Self::MailboxId(id)
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
                out.raw(id);
                out.raw(b")");
            }
            Self::Other { name, value } => {
                out.raw(name);
                out.space();
                out.raw(value);
            }
        }
    }
}

/// The namespaces of a user: own, other users', shared (RFC 2342).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespaces {
    /// The user's own.
    pub personal: Vec<Namespace>,
    /// Other users'.
    pub other_users: Vec<Namespace>,
    /// Shared.
    pub shared: Vec<Namespace>,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespace {
    /// What names in it begin with.
    pub prefix: Octets,
    /// What stands between the levels of a name; `None` if there are none.
    pub delimiter: Option<char>,
    /// What extensions add, as it was sent.
    pub extension: Option<Octets>,
}

impl Namespace {
    /// A namespace with this prefix.
    #[must_use]
    pub fn new(prefix: impl Into<Octets>, delimiter: Option<char>) -> Self {
        Self { prefix: prefix.into(), delimiter, extension: None }
    }
}

impl Namespaces {
    /// `SP namespace SP namespace SP namespace`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut kinds = [const { Vec::new() }; 3];
        for kind in &mut kinds {
            cursor.space()?;
            namespace(cursor, kind)?;
        }
        let [personal, other_users, shared] = kinds;
        Ok(Self { personal, other_users, shared })
    }

    /// Appends them behind the name of the response.
    pub fn encode(&self, out: &mut Encoder) {
        for (i, kind) in [&self.personal, &self.other_users, &self.shared].into_iter().enumerate() {
            if i > 0 {
                out.space();
            }
            if kind.is_empty() {
                out.raw(b"NIL");
                continue;
            }
            out.raw(b"(");
            for Namespace { prefix, delimiter, extension } in kind {
                out.raw(b"(");
                out.string(prefix);
                out.space();
                let delimiter = delimiter.map(alloc::string::String::from);
                out.nstring(delimiter.as_ref().map(|delimiter| delimiter.as_bytes()));
                if let Some(extension) = extension {
                    out.space();
                    out.raw(extension);
                }
                out.raw(b")");
            }
            out.raw(b")");
        }
    }
}

/// `namespace = nil / "(" 1*namespace-descr ")"`
fn namespace(cursor: &mut Cursor<'_>, kind: &mut Vec<Namespace>) -> Result<(), ParseError> {
    if cursor.eat_keyword(b"NIL") {
        return Ok(());
    }
    let start = cursor.at();
    cursor.expect(b'(')?;
    while !cursor.eat(b')') {
        cursor.skip_extra_spaces();
        cursor.expect(b'(')?;
        let prefix = cursor.string()?;
        cursor.space()?;
        let delimiter = cursor.nstring()?;
        let delimiter = delimiter.and_then(|text| core::str::from_utf8(&text).ok()?.chars().next());
        let from = cursor.at() + 1;
        while cursor.eat(b' ') {
            cursor.skip_value()?;
        }
        let extension = (cursor.at() > from).then(|| Octets::from_ref(cursor.since(from)));
        cursor.expect(b')')?;
        kind.push(Namespace { prefix, delimiter, extension });
        if kind.len() > cursor.options().items {
            return Err(crate::ParseErrorKind::TooMany.at(cursor.at()));
        }
    }
    if kind.is_empty() {
        cursor.tolerate(Quirk::EmptyList, start)?;
    }
    Ok(())
}
