//! LIST and STATUS, as they are asked (RFC 9051 §6.3.9, §6.3.11, RFC 5258 and its extensions).

use crate::{Atom, Cursor, Encoder, Mailbox, ParseError, ParseErrorKind, class::LIST_CHAR};
use alloc::{vec, vec::Vec};
use mailwire_core::{ByteSet, Octets};

/// LIST, plain or extended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListCommand {
    /// Which mailboxes are looked at, if the command says so in parentheses.
    pub selection: Option<Vec<ListSelection>>,
    /// Where to begin.
    pub reference: Mailbox,
    /// What names look like: `*` stands for anything, `%` for anything within a level. As sent.
    pub patterns: Vec<Octets>,
    /// Whether patterns are in parentheses.
    pub several_patterns: bool,
    /// What is said of each mailbox, if the command says so.
    pub returns: Option<Vec<ListReturn>>,
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
    /// Something else, as it was sent.
    Other(Octets),
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
    Metadata(Vec<Octets>),
    /// Something else, as it was sent.
    Other(Octets),
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
/// What an option's name may hold.
const OPTION: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"()\"{%*\\");

impl ListCommand {
    /// LIST as IMAP4rev1 has it.
    #[must_use]
    pub fn new(reference: Mailbox, pattern: impl Into<Octets>) -> Self {
        Self {
            selection: None,
            reference,
            patterns: vec![pattern.into()],
            several_patterns: false,
            returns: None,
        }
    }

    /// `[list-select-opts SP] mailbox SP mbox-or-pat [SP list-return-opts]`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut selection = None;
        if cursor.peek() == Some(b'(') {
            selection = Some(options(cursor, ListSelection::read)?);
            cursor.space()?;
        }
        let reference = super::parse::mailbox(cursor)?;
        cursor.space()?;
        let several_patterns = cursor.eat(b'(');
        let mut patterns = vec![pattern(cursor)?];
        while several_patterns && !cursor.eat(b')') {
            cursor.space()?;
            patterns.push(pattern(cursor)?);
            if patterns.len() > cursor.options().items {
                return Err(ParseErrorKind::TooMany.at(cursor.at()));
            }
        }
        let mut returns = None;
        if cursor.eat_keyword(b" RETURN ") {
            returns = Some(options(cursor, ListReturn::read)?);
        }
        Ok(Self { selection, reference, patterns, several_patterns, returns })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        let Self { selection, reference, patterns, several_patterns, returns } = self;
        if let Some(selection) = selection {
            out.list(selection, |out, option| out.raw(option.name()));
            out.space();
        }
        out.mailbox(reference);
        out.space();
        if *several_patterns || patterns.len() != 1 {
            out.list(patterns, |out, text| encode_pattern(text, out));
        } else {
            patterns.iter().for_each(|text| encode_pattern(text, out));
        }
        if let Some(returns) = returns {
            out.raw(b" RETURN ");
            out.list(returns, |out, option| option.encode(out));
        }
    }
}

/// `list-mailbox = 1*list-char / string`
pub(super) fn pattern(cursor: &mut Cursor<'_>) -> Result<Octets, ParseError> {
    if cursor.is_at_string() {
        return cursor.string();
    }
    Ok(Octets::from_ref(cursor.span(&PATTERN)?))
}

pub(super) fn encode_pattern(pattern: &[u8], out: &mut Encoder) {
    if !pattern.is_empty() && LIST_CHAR.covers(pattern) {
        out.raw(pattern)
    } else {
        out.string(pattern)
    }
}

/// `"(" [option *(SP option)] ")"`
fn options<T>(
    cursor: &mut Cursor<'_>,
    read: impl Fn(&mut Cursor<'_>) -> Result<T, ParseError>,
) -> Result<Vec<T>, ParseError> {
    cursor.expect(b'(')?;
    let mut options = Vec::new();
    if cursor.eat(b')') {
        return Ok(options);
    }
    loop {
        options.push(read(cursor)?);
        if options.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        if cursor.eat(b')') {
            return Ok(options);
        }
        cursor.space()?;
    }
}

impl ListSelection {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let name = cursor.span(&OPTION)?;
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
            Self::Other(with_value(cursor, start)?)
        })
    }

    fn name(&self) -> &[u8] {
        match self {
            Self::Subscribed => b"SUBSCRIBED",
            Self::Remote => b"REMOTE",
            Self::RecursiveMatch => b"RECURSIVEMATCH",
            Self::SpecialUse => b"SPECIAL-USE",
            Self::Other(text) => text,
        }
    }
}

/// An option and its value in parentheses, if there is one.
fn with_value(cursor: &mut Cursor<'_>, start: usize) -> Result<Octets, ParseError> {
    if cursor.rest().starts_with(b" (") {
        cursor.space()?;
        cursor.skip_value()?;
    }
    Ok(Octets::from_ref(cursor.since(start)))
}

impl ListReturn {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let name = cursor.span(&OPTION)?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(if is(b"SUBSCRIBED") {
            Self::Subscribed
        } else if is(b"CHILDREN") {
            Self::Children
        } else if is(b"SPECIAL-USE") {
            Self::SpecialUse
        } else if is(b"MYRIGHTS") {
            Self::MyRights
        } else if is(b"STATUS") && cursor.eat(b' ') {
            Self::Status(StatusAttribute::read_list(cursor)?)
        } else if is(b"METADATA") && cursor.eat(b' ') {
            Self::Metadata(options(cursor, |cursor| cursor.astring())?)
        } else {
            Self::Other(with_value(cursor, start)?)
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
            Self::Other(text) => out.raw(text),
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
        options(cursor, |cursor| {
            let name = cursor.span(&crate::class::ATOM_CHAR)?;
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
