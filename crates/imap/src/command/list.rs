//! LIST and STATUS, as they are asked (RFC 9051 §6.3.9, §6.3.11, RFC 5258 and its extensions).

use crate::{
    AString, Atom, Cursor, Encoder, Mailbox, ParseError, ParseErrorKind, Quirk, Raw,
    class::{ATOM_CHAR, LIST_CHAR},
};
use alloc::vec::Vec;
use mailwire_core::ByteSet;

/// LIST, plain or extended.
///
/// ```
/// use mailwire_imap::{
///     AString, Command, Encoder, Mailbox, Peer, Tag,
///     command::{ListCommand, ListReturn, ListSelection, StatusAttribute},
/// };
///
/// let list = ListCommand::new(Mailbox::new("")?, AString::new("*")?)
///     .with_selection(vec![ListSelection::Subscribed])
///     .with_returns(vec![ListReturn::Children, ListReturn::Status(vec![StatusAttribute::Unseen])]);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::List(list).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN STATUS (UNSEEN))\r\n",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListCommand {
    /// Which mailboxes are looked at, if the command says so in parentheses.
    pub selection: Option<Vec<ListSelection>>,
    /// Where to begin.
    pub reference: Mailbox,
    /// What names look like.
    pub patterns: ListPatterns,
    /// What is said of each mailbox, if the command says so.
    pub returns: Option<Vec<ListReturn>>,
}

/// What names of mailboxes look like, as they are sent: `*` stands for anything, `%` for anything within
/// a level (RFC 9051 §6.3.9).
///
/// Nothing is encoded in them. A pattern beyond ASCII is a name with wildcards in it:
///
/// ```
/// use mailwire_imap::{AString, Mailbox, command::ListPatterns};
///
/// // `true` where IMAP4rev2 or UTF8=ACCEPT is enabled.
/// let pattern = AString::new(Mailbox::new("Entwürfe*")?.as_wire(false))?;
/// assert_eq!(ListPatterns::One(pattern).as_slice()[0], "Entw&APw-rfe*");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 5258 §6 `mbox-or-pat` has no third form")]
pub enum ListPatterns {
    /// One pattern.
    One(AString),
    /// Several in parentheses (RFC 5258 §3).
    Several(Vec<AString>),
}

impl ListPatterns {
    /// The patterns.
    #[must_use]
    pub fn as_slice(&self) -> &[AString] {
        match self {
            Self::One(pattern) => core::slice::from_ref(pattern),
            Self::Several(patterns) => patterns,
        }
    }
}

/// Which mailboxes are looked at (RFC 5258 §3.1 and extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListSelection {
    /// `SUBSCRIBED`
    Subscribed,
    /// `REMOTE`
    Remote,
    /// `RECURSIVEMATCH`
    RecursiveMatch,
    /// `SPECIAL-USE` (RFC 6154).
    SpecialUse,
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// What follows it in parentheses.
        values: Option<Vec<Raw>>,
    },
}

/// What is said of each mailbox (RFC 5258 §3.2 and extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListReturn {
    /// `SUBSCRIBED`
    Subscribed,
    /// `CHILDREN`
    Children,
    /// `SPECIAL-USE` (RFC 6154).
    SpecialUse,
    /// `STATUS (…)` (RFC 5819).
    Status(Vec<StatusAttribute>),
    /// `MYRIGHTS` (RFC 8440).
    MyRights,
    /// `METADATA (…)` (RFC 9590).
    Metadata(Vec<AString>),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// What follows it in parentheses.
        values: Option<Vec<Raw>>,
    },
}

/// What STATUS asks of a mailbox (RFC 9051 §6.3.11 and extensions).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusAttribute {
    /// `MESSAGES`
    Messages,
    /// `RECENT` (RFC 3501).
    Recent,
    /// `UIDNEXT`
    UidNext,
    /// `UIDVALIDITY`
    UidValidity,
    /// `UNSEEN`
    Unseen,
    /// `DELETED`
    Deleted,
    /// `SIZE` (RFC 8438).
    Size,
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq,
    /// `APPENDLIMIT` (RFC 7889).
    AppendLimit,
    /// `MAILBOXID` (RFC 8474).
    MailboxId,
    /// `DELETED-STORAGE` (RFC 9208).
    DeletedStorage,
    /// Something else.
    Other(Atom),
}

const STATUS: [(StatusAttribute, &str); 11] = [
    (StatusAttribute::Messages, "MESSAGES"),
    (StatusAttribute::Recent, "RECENT"),
    (StatusAttribute::UidNext, "UIDNEXT"),
    (StatusAttribute::UidValidity, "UIDVALIDITY"),
    (StatusAttribute::Unseen, "UNSEEN"),
    (StatusAttribute::Deleted, "DELETED"),
    (StatusAttribute::Size, "SIZE"),
    (StatusAttribute::HighestModSeq, "HIGHESTMODSEQ"),
    (StatusAttribute::AppendLimit, "APPENDLIMIT"),
    (StatusAttribute::MailboxId, "MAILBOXID"),
    (StatusAttribute::DeletedStorage, "DELETED-STORAGE"),
];

/// What a bare pattern may hold.
const PATTERN: ByteSet = LIST_CHAR.with_all(&ByteSet::NON_ASCII);

impl ListCommand {
    /// LIST as IMAP4rev1 has it.
    #[must_use]
    pub const fn new(reference: Mailbox, pattern: AString) -> Self {
        Self { selection: None, reference, patterns: ListPatterns::One(pattern), returns: None }
    }

    /// The same, of mailboxes that these options select (RFC 5258 §3.1).
    #[must_use]
    pub fn with_selection(self, selection: Vec<ListSelection>) -> Self {
        Self { selection: Some(selection), ..self }
    }

    /// The same, with this said of each mailbox (RFC 5258 §3.2).
    #[must_use]
    pub fn with_returns(self, returns: Vec<ListReturn>) -> Self {
        Self { returns: Some(returns), ..self }
    }

    /// `[list-select-opts SP] mailbox SP mbox-or-pat [SP list-return-opts]`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut selection = None;
        if cursor.peek() == Some(b'(') {
            let start = cursor.at();
            let options = cursor.list(ListSelection::read)?;
            if !ListSelection::go_together(&options) {
                cursor.tolerate(Quirk::WrongShape, start)?;
            }
            selection = Some(options);
            cursor.space()?;
        }
        let reference = super::arguments::mailbox(cursor)?;
        cursor.space()?;
        let patterns = if cursor.peek() == Some(b'(') {
            ListPatterns::Several(cursor.list_of_some(pattern)?)
        } else {
            ListPatterns::One(pattern(cursor)?)
        };
        let mut returns = None;
        if cursor.eat_keyword(b" RETURN ") {
            returns = Some(cursor.list(ListReturn::read)?);
        }
        Ok(Self { selection, reference, patterns, returns })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        let Self { selection, reference, patterns, returns } = self;
        if let Some(selection) = selection {
            out.list(selection, |out, option| option.encode(out));
            out.space();
        }
        out.mailbox(reference);
        out.space();
        match patterns {
            ListPatterns::One(pattern) => encode_pattern(pattern, out),
            ListPatterns::Several(patterns) => {
                out.list(patterns, |out, pattern| encode_pattern(pattern, out));
            }
        }
        if let Some(returns) = returns {
            out.raw(b" RETURN ");
            out.list(returns, |out, option| option.encode(out));
        }
    }
}

/// `list-mailbox = 1*list-char / string`
pub(super) fn pattern(cursor: &mut Cursor<'_>) -> Result<AString, ParseError> {
    if cursor.is_at_string() {
        return cursor.checked_string();
    }
    let start = cursor.at();
    let pattern = cursor.span(&PATTERN)?;
    if !pattern.is_ascii() {
        cursor.tolerate(Quirk::UnquotedMailbox, start)?;
    }
    AString::new(&*pattern).map_err(|_| ParseErrorKind::BadString.at(start))
}

pub(super) fn encode_pattern(pattern: &[u8], out: &mut Encoder) {
    if !pattern.is_empty() && LIST_CHAR.covers(pattern) {
        out.raw(pattern);
    } else {
        out.string(pattern);
    }
}

impl ListSelection {
    /// RECURSIVEMATCH needs another option, and REMOTE is none that will do (RFC 5258 §3.1).
    fn go_together(options: &[Self]) -> bool {
        let needs_another = |option: &Self| matches!(option, Self::Remote | Self::RecursiveMatch);
        !options.contains(&Self::RecursiveMatch) || !options.iter().all(needs_another)
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.span(&ATOM_CHAR)?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(if is(b"SUBSCRIBED") {
            Self::Subscribed
        } else if is(b"REMOTE") {
            Self::Remote
        } else if is(b"RECURSIVEMATCH") {
            Self::RecursiveMatch
        } else if is(b"SPECIAL-USE") {
            Self::SpecialUse
        } else {
            Self::Other { name: Atom::from_scanned(name), values: cursor.raw_list()? }
        })
    }

    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Subscribed => out.raw(b"SUBSCRIBED"),
            Self::Remote => out.raw(b"REMOTE"),
            Self::RecursiveMatch => out.raw(b"RECURSIVEMATCH"),
            Self::SpecialUse => out.raw(b"SPECIAL-USE"),
            Self::Other { name, values } => {
                out.atom(name);
                out.raw_list(values.as_deref());
            }
        }
    }
}

impl ListReturn {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.span(&ATOM_CHAR)?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(if is(b"SUBSCRIBED") {
            Self::Subscribed
        } else if is(b"CHILDREN") {
            Self::Children
        } else if is(b"SPECIAL-USE") {
            Self::SpecialUse
        } else if is(b"MYRIGHTS") {
            Self::MyRights
        } else if is(b"STATUS") {
            cursor.space()?;
            Self::Status(StatusAttribute::read_list(cursor)?)
        } else if is(b"METADATA") {
            cursor.space()?;
            Self::Metadata(cursor.list_of_some(Cursor::checked_astring)?)
        } else {
            Self::Other { name: Atom::from_scanned(name), values: cursor.raw_list()? }
        })
    }

    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Subscribed => out.raw(b"SUBSCRIBED"),
            Self::Children => out.raw(b"CHILDREN"),
            Self::SpecialUse => out.raw(b"SPECIAL-USE"),
            Self::MyRights => out.raw(b"MYRIGHTS"),
            Self::Status(items) => {
                out.raw(b"STATUS ");
                StatusAttribute::encode_list(items, out);
            }
            Self::Metadata(entries) => {
                out.raw(b"METADATA ");
                out.list(entries, |out, entry| out.astring(entry));
            }
            Self::Other { name, values } => {
                out.atom(name);
                out.raw_list(values.as_deref());
            }
        }
    }
}

impl StatusAttribute {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => STATUS.iter().find(|(item, _)| item == known).map_or("", |(_, name)| name),
        }
    }

    /// `"(" status-att *(SP status-att) ")"`
    pub(super) fn read_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        cursor.list_of_some(|cursor| {
            let name = cursor.span(&ATOM_CHAR)?;
            let known =
                STATUS.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(&name));
            Ok(known
                .map_or_else(|| Self::Other(Atom::from_scanned(name)), |(item, _)| item.clone()))
        })
    }

    pub(super) fn encode_list(items: &[Self], out: &mut Encoder) {
        out.list(items, |out, item| out.raw(item.name().as_bytes()));
    }
}
