//! LIST and its kin (RFC 9051 §7.3.1, RFC 5258).

use crate::{
    AString, Attribute, Cursor, Encoder, InvalidValue, Mailbox, ParseError, Quirk, Raw,
    class::ATOM_CHAR,
};
use alloc::vec::Vec;
use mailwire_core::{ByteSet, Octets};

/// A mailbox in an answer to LIST, LSUB or XLIST.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Data, Frame, ReadOptions, Response};
///
/// let frame = Frame::new(Bytes::from("* LIST (\\HasChildren \\Drafts) \"/\" Entw&APw-rfe\r\n"));
/// let Response::Data(Data::List(list)) = Response::parse(&frame, ReadOptions::default())?.value else {
///     panic!("no LIST");
/// };
/// assert!(list.has("\\drafts"));
/// assert_eq!((list.delimiter, list.mailbox.as_str()), (Some('/'), Some("Entwürfe")));
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct List {
    /// `\Noselect`, `\HasChildren`, `\Sent` …
    pub attributes: Vec<Attribute>,
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
    /// `CHILDINFO`: which selection options the mailboxes below match (RFC 5258 §3.5). Without any it is not
    /// sent: the grammar has at least one.
    ChildInfo(Vec<AString>),
    /// `OLDNAME`: what the mailbox was called before (RFC 9051 §6.3.9.7, RFC 5465 §5.4).
    OldName(Mailbox),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: AString,
        /// The value.
        value: Raw,
    },
    /// An item that makes no sense. Those around it do. It is never sent.
    Invalid {
        /// Its name.
        name: Octets,
        /// What came, as far as it can be told from the next item.
        raw: Octets,
        /// Why.
        why: ParseError,
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

    /// The same with this attribute.
    ///
    /// ```
    /// use mailwire_imap::{Attribute, List, Mailbox};
    ///
    /// let sent = List::new(Mailbox::new("Sent")?, Some('/')).with(Attribute::new("\\Sent")?);
    /// assert!(sent.has("\\sent"));
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds an attribute, backslash included.
    ///
    /// ```
    /// use mailwire_imap::{List, Mailbox};
    ///
    /// let mut list = List::new(Mailbox::INBOX, Some('/'));
    /// list.add("\\HasNoChildren")?;
    /// assert!(list.has("\\hasnochildren") && list.add("two words").is_err());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn add(&mut self, attribute: &str) -> Result<(), InvalidValue> {
        self.attributes.push(Attribute::new(attribute)?);
        Ok(())
    }

    /// The same with what an extended LIST adds (RFC 5258).
    #[must_use]
    pub fn with_extended(mut self, item: ListItem) -> Self {
        self.extended.push(item);
        self
    }

    /// Whether the mailbox has this attribute: `\Noselect`.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|found| found.eq_ignore_ascii_case(attribute))
    }

    /// `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
    /// [SP mbox-list-extended]`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        let attributes = attributes(cursor)?;
        cursor.space()?;
        let delimiter = delimiter(cursor)?;
        cursor.space()?;
        let start = cursor.at();
        let mailbox = last_mailbox(cursor)?;
        if !cursor.rest().starts_with(b" (") {
            return Ok(Self { attributes, delimiter, mailbox, extended: Vec::new() });
        }
        cursor.space()?;
        let (list, repairs) = (cursor.at(), cursor.repairs().clone());
        let read = cursor.list_of_any(
            |_| false,
            ListItem::read,
            |name, raw, why| ListItem::Invalid { name, raw, why },
        );
        let end = cursor.at();
        // `Sent (old)`: a name that should be quoted.
        cursor.back_to(list);
        let is_name = cursor.is_lenient()
            && read.as_ref().map_or(true, |items| items.iter().any(ListItem::is_doubtful))
            && cursor.skip_value().is_ok();
        cursor.back_to(start);
        if is_name && !cursor.is_at_string() {
            cursor.restore_repairs(repairs);
            let mailbox = unquoted(cursor, UNQUOTED.span(cursor.rest()))?;
            return Ok(Self { attributes, delimiter, mailbox, extended: Vec::new() });
        }
        cursor.back_to(end);
        Ok(Self { attributes, delimiter, mailbox, extended: read? })
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, List, Mailbox, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// List::new(Mailbox::INBOX, Some('/')).encode(&mut out);
    /// assert_eq!(out.finish().wire, "() \"/\" INBOX");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        out.list(&self.attributes, |out, attribute| out.raw(attribute.as_bytes()));
        out.space();
        encode_delimiter(self.delimiter, out);
        out.space();
        out.mailbox(&self.mailbox);
        if self.extended.iter().any(ListItem::can_be_sent) {
            out.space();
            let items = self.extended.iter().filter(|item| item.can_be_sent());
            out.list(items, |out, item| item.encode(out));
        }
    }
}

impl ListItem {
    /// Whether this is perhaps no item: it makes no sense, and nobody knows its name.
    fn is_doubtful(&self) -> bool {
        match self {
            Self::Invalid { name, .. } => {
                !name.eq_ignore_ascii_case(b"CHILDINFO") && !name.eq_ignore_ascii_case(b"OLDNAME")
            }
            Self::ChildInfo(_) | Self::OldName(_) | Self::Other { .. } => false,
        }
    }

    /// `mbox-list-extended-item = astring SP tagged-ext-val`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.checked_astring()?;
        cursor.space()?;
        if name.eq_ignore_ascii_case(b"CHILDINFO") {
            let start = cursor.at();
            if cursor.peek() == Some(b'(') {
                return cursor.list_of_some(Cursor::checked_astring).map(Self::ChildInfo);
            }
            let option = cursor.checked_astring()?;
            cursor.tolerate(Quirk::WrongShape, start)?;
            return Ok(Self::ChildInfo(Vec::from([option])));
        }
        if name.eq_ignore_ascii_case(b"OLDNAME") {
            let start = cursor.at();
            if !cursor.eat(b'(') {
                let mailbox = mailbox(cursor)?;
                cursor.tolerate(Quirk::WrongShape, start)?;
                return Ok(Self::OldName(mailbox));
            }
            let mailbox = mailbox(cursor)?;
            cursor.expect(b')')?;
            return Ok(Self::OldName(mailbox));
        }
        Ok(Self::Other { name, value: cursor.raw()? })
    }

    const fn can_be_sent(&self) -> bool {
        match self {
            Self::ChildInfo(options) => !options.is_empty(),
            Self::OldName(_) | Self::Other { .. } => true,
            Self::Invalid { .. } => false,
        }
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
                value.encode(out);
            }
            Self::Invalid { .. } => {}
        }
    }
}

/// `DQUOTE QUOTED-CHAR DQUOTE / nil`: one character that is no control character
pub(super) fn delimiter(cursor: &mut Cursor<'_>) -> Result<Option<char>, ParseError> {
    if let [b'"', char @ (b'/' | b'.'), b'"', b' ', ..] = cursor.rest() {
        cursor.advance(3);
        return Ok(Some(char::from(*char)));
    }
    let start = cursor.at();
    let Some(text) = cursor.nstring()? else { return Ok(None) };
    let mut characters = core::str::from_utf8(&text).unwrap_or_default().chars();
    let first = characters.next().filter(|first| !first.is_control());
    if first.is_none() || characters.next().is_some() {
        cursor.tolerate(Quirk::WrongShape, start)?;
    }
    Ok(first)
}

/// What stands between the levels of a name. A control character cannot.
pub(super) fn encode_delimiter(delimiter: Option<char>, out: &mut Encoder) {
    match delimiter {
        Some(delimiter) if !delimiter.is_control() => {
            out.string(delimiter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        _ => out.raw(b"NIL"),
    }
}

/// Attributes in parentheses, as they are.
fn attributes(cursor: &mut Cursor<'_>) -> Result<Vec<Attribute>, ParseError> {
    let mut attributes = Vec::new();
    cursor.list(|cursor| {
        let start = cursor.at();
        if let Some(attribute) = usual_attribute(cursor) {
            attributes.push(attribute);
            return Ok(());
        }
        let word = cursor.span(&ATTRIBUTE)?;
        let is_flag =
            word.strip_prefix(b"\\").is_some_and(|name| !name.is_empty() && ATOM_CHAR.covers(name));
        let attribute = if is_flag {
            Some(Attribute::from_scanned(word))
        } else {
            cursor.tolerate(Quirk::OddFlag, start)?;
            Attribute::from_wire(word)
        };
        attributes.extend(attribute);
        Ok(())
    })?;
    Ok(attributes)
}

/// `"\\" atom`, and what can follow it
#[inline]
fn usual_attribute(cursor: &mut Cursor<'_>) -> Option<Attribute> {
    let start = cursor.at();
    let name = cursor.rest().strip_prefix(b"\\")?;
    let len = ATOM_CHAR.span(name);
    if len == 0 || !matches!(name.get(len), Some(b' ' | b')')) {
        return None;
    }
    cursor.advance(1 + len);
    Some(Attribute::from_scanned(cursor.since(start)))
}

/// `mailbox`
pub(super) fn mailbox(cursor: &mut Cursor<'_>) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    let name = cursor.astring()?;
    cursor.mailbox_of(name, start)
}

/// A mailbox name at the end of a response, which some servers do not quote although they should.
fn last_mailbox(cursor: &mut Cursor<'_>) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    if let Ok(mailbox) = mailbox(cursor)
        && (cursor.rest().trim_ascii().is_empty() || cursor.rest().starts_with(b" ("))
    {
        return Ok(mailbox);
    }
    cursor.back_to(start);
    unquoted(cursor, UNQUOTED.span(cursor.rest()))
}

pub(super) fn unquoted(cursor: &mut Cursor<'_>, len: usize) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    if len == 0 {
        return Err(cursor.error());
    }
    cursor.tolerate(Quirk::UnquotedMailbox, start)?;
    cursor.advance(len);
    let name = Octets::from_ref(cursor.since(start));
    cursor.mailbox_of(name, start)
}
