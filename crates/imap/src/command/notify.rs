//! NOTIFY (RFC 5465).

use super::{FetchAttribute, fetch};
use crate::{Atom, Cursor, Encoder, Mailbox, ParseError, ParseErrorKind, Quirk, class::ATOM_CHAR};
use alloc::vec::Vec;

/// What a client wants to be told without asking.
///
/// ```
/// use mailwire_imap::{
///     Atom, Command, Encoder, Peer, Tag,
///     command::{FetchAttribute, Notify, NotifyEvents, NotifyGroup, NotifyMailboxes},
/// };
///
/// let events = NotifyEvents::Events(vec![
///     (Atom::new("MessageNew")?, Some(vec![FetchAttribute::Uid, FetchAttribute::Flags])),
///     (Atom::new("MessageExpunge")?, None),
/// ]);
/// let groups = vec![NotifyGroup::new(NotifyMailboxes::Selected, events)];
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::Notify(Notify::Set { status: false, groups }).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge))\r\n",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notify {
    /// `NONE`
    None,
    /// `SET`
    Set {
        /// Whether the state of the mailboxes comes first.
        status: bool,
        /// Which mailboxes, and what of them.
        groups: Vec<NotifyGroup>,
    },
}

/// Mailboxes and what is told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotifyGroup {
    /// Which mailboxes.
    pub mailboxes: NotifyMailboxes,
    /// What is told of them.
    pub events: NotifyEvents,
}

/// Which mailboxes (RFC 5465 §6, RFC 7377 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotifyMailboxes {
    /// `selected`
    Selected,
    /// `selected-delayed`
    SelectedDelayed,
    /// `inboxes`
    Inboxes,
    /// `personal`
    Personal,
    /// `subscribed`
    Subscribed,
    /// `subtree`: these and all below them.
    Subtree(Vec<Mailbox>),
    /// `subtree-one`: these and those one level below them (RFC 7377).
    SubtreeOne(Vec<Mailbox>),
    /// `mailboxes`
    Mailboxes(Vec<Mailbox>),
}

/// What is told (RFC 5465 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotifyEvents {
    /// `NONE`
    None,
    /// Names of events, each with what FETCH shall say of a new message.
    Events(Vec<(Atom, Option<Vec<FetchAttribute>>)>),
}

impl NotifyGroup {
    /// Mailboxes and events.
    #[must_use]
    pub const fn new(mailboxes: NotifyMailboxes, events: NotifyEvents) -> Self {
        Self { mailboxes, events }
    }
}

impl Notify {
    /// `"NONE" / ("SET" [SP "STATUS"] 1*(SP event-group))`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.eat_keyword(b"NONE") {
            return Ok(Self::None);
        }
        if !cursor.eat_keyword(b"SET") {
            return Err(cursor.error());
        }
        let status = cursor.eat_keyword(b" STATUS");
        let mut groups = Vec::new();
        while cursor.has_next()? {
            groups.push(group(cursor)?);
            cursor.limit(groups.len())?;
        }
        if groups.is_empty() {
            cursor.tolerate(Quirk::MissingField, cursor.at())?;
        }
        Ok(Self::Set { status, groups })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        let Self::Set { status, groups } = self else { return out.raw(b"NONE") };
        out.raw(if *status { b"SET STATUS" } else { b"SET" });
        for group in groups {
            out.raw(b" (");
            group.mailboxes.encode(out);
            out.space();
            match &group.events {
                NotifyEvents::None => out.raw(b"NONE"),
                NotifyEvents::Events(events) => out.list(events, |out, (name, fetch)| {
                    out.atom(name);
                    if let Some(attributes) = fetch {
                        out.space();
                        out.list(attributes, |out, attribute| attribute.encode(out));
                    }
                }),
            }
            out.raw(b")");
        }
    }
}

fn named(name: &[u8], mailboxes: &[Mailbox], out: &mut Encoder) {
    out.raw(name);
    match mailboxes {
        [mailbox] => out.mailbox(mailbox),
        _ => out.list(mailboxes, Encoder::mailbox),
    }
}

impl NotifyMailboxes {
    /// `filter-mailboxes`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let name = cursor.span(&ATOM_CHAR)?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(if is(b"SELECTED") {
            NotifyMailboxes::Selected
        } else if is(b"SELECTED-DELAYED") {
            NotifyMailboxes::SelectedDelayed
        } else if is(b"INBOXES") {
            NotifyMailboxes::Inboxes
        } else if is(b"PERSONAL") {
            NotifyMailboxes::Personal
        } else if is(b"SUBSCRIBED") {
            NotifyMailboxes::Subscribed
        } else if is(b"SUBTREE") {
            NotifyMailboxes::Subtree(one_or_more(cursor)?)
        } else if is(b"SUBTREE-ONE") {
            NotifyMailboxes::SubtreeOne(one_or_more(cursor)?)
        } else if is(b"MAILBOXES") {
            NotifyMailboxes::Mailboxes(one_or_more(cursor)?)
        } else {
            return Err(ParseErrorKind::BadArgument.at(start));
        })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Selected => out.raw(b"selected"),
            Self::SelectedDelayed => out.raw(b"selected-delayed"),
            Self::Inboxes => out.raw(b"inboxes"),
            Self::Personal => out.raw(b"personal"),
            Self::Subscribed => out.raw(b"subscribed"),
            Self::Subtree(mailboxes) => named(b"subtree ", mailboxes, out),
            Self::SubtreeOne(mailboxes) => named(b"subtree-one ", mailboxes, out),
            Self::Mailboxes(mailboxes) => named(b"mailboxes ", mailboxes, out),
        }
    }
}

/// `"(" filter-mailboxes SP events ")"`
fn group(cursor: &mut Cursor<'_>) -> Result<NotifyGroup, ParseError> {
    cursor.expect(b'(')?;
    let start = cursor.at();
    let mailboxes = NotifyMailboxes::read(cursor)?;
    if matches!(mailboxes, NotifyMailboxes::SubtreeOne(_)) {
        // Only searches have it (RFC 7377 §2.2).
        cursor.tolerate(Quirk::Other, start)?;
    }
    cursor.space()?;
    let events = events(cursor)?;
    cursor.expect(b')')?;
    Ok(NotifyGroup { mailboxes, events })
}

/// `SP (mailbox / "(" mailbox *(SP mailbox) ")")`
fn one_or_more(cursor: &mut Cursor<'_>) -> Result<Vec<Mailbox>, ParseError> {
    cursor.space()?;
    if cursor.peek() != Some(b'(') {
        return Ok(Vec::from([super::arguments::mailbox(cursor)?]));
    }
    cursor.list_of_some(super::arguments::mailbox)
}

/// `("(" event *(SP event) ")") / "NONE"`, an event with what to fetch behind it
fn events(cursor: &mut Cursor<'_>) -> Result<NotifyEvents, ParseError> {
    if cursor.eat_keyword(b"NONE") {
        return Ok(NotifyEvents::None);
    }
    let events = cursor.list_of_some(|cursor| {
        let name = Atom::from_scanned(cursor.span(&ATOM_CHAR)?);
        if !cursor.rest().starts_with(b" (") {
            return Ok((name, None));
        }
        cursor.space()?;
        if !name.eq_ignore_ascii_case("MessageNew") {
            cursor.tolerate(Quirk::WrongShape, cursor.at())?;
        }
        Ok((name, Some(fetch::attributes(cursor)?)))
    })?;
    Ok(NotifyEvents::Events(events))
}
