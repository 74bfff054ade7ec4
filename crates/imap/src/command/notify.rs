//! NOTIFY (RFC 5465).

use crate::{Atom, Cursor, Encoder, Mailbox, ParseError, ParseErrorKind, class::ATOM_CHAR};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// What a client wants to be told without asking.
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

/// Which mailboxes (RFC 5465 §6).
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
    /// `subtree`
    Subtree(Vec<Mailbox>),
    /// `mailboxes`
    Mailboxes(Vec<Mailbox>),
}

/// What is told (RFC 5465 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotifyEvents {
    /// `NONE`
    None,
    /// Names of events, each with what FETCH shall say of a new message, as it was sent.
    Events(Vec<(Atom, Option<Octets>)>),
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
        while cursor.peek() == Some(b' ') {
            cursor.space()?;
            groups.push(group(cursor)?);
            if groups.len() > cursor.options().items {
                return Err(ParseErrorKind::TooMany.at(cursor.at()));
            }
        }
        Ok(Self::Set { status, groups })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        let Self::Set { status, groups } = self else { return out.raw(b"NONE") };
        out.raw(if *status { b"SET STATUS" } else { b"SET" });
        for group in groups {
            out.raw(b" (");
            match &group.mailboxes {
                NotifyMailboxes::Selected => out.raw(b"selected"),
                NotifyMailboxes::SelectedDelayed => out.raw(b"selected-delayed"),
                NotifyMailboxes::Inboxes => out.raw(b"inboxes"),
                NotifyMailboxes::Personal => out.raw(b"personal"),
                NotifyMailboxes::Subscribed => out.raw(b"subscribed"),
                NotifyMailboxes::Subtree(mailboxes) => named(b"subtree ", mailboxes, out),
                NotifyMailboxes::Mailboxes(mailboxes) => named(b"mailboxes ", mailboxes, out),
            }
            out.space();
            match &group.events {
                NotifyEvents::None => out.raw(b"NONE"),
                NotifyEvents::Events(events) => out.list(events, |out, (name, fetch)| {
                    out.atom(name);
                    if let Some(fetch) = fetch {
                        out.space();
                        out.raw(fetch);
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
        _ => out.list(mailboxes, |out, mailbox| out.mailbox(mailbox)),
    }
}

/// `"(" filter-mailboxes SP events ")"`
fn group(cursor: &mut Cursor<'_>) -> Result<NotifyGroup, ParseError> {
    cursor.expect(b'(')?;
    let start = cursor.at();
    let name = cursor.span(&ATOM_CHAR)?;
    let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
    let mailboxes = if is(b"SELECTED") {
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
    } else if is(b"MAILBOXES") {
        NotifyMailboxes::Mailboxes(one_or_more(cursor)?)
    } else {
        return Err(ParseErrorKind::BadArgument.at(start));
    };
    cursor.space()?;
    let events = events(cursor)?;
    cursor.expect(b')')?;
    Ok(NotifyGroup { mailboxes, events })
}

/// `SP (mailbox / "(" mailbox *(SP mailbox) ")")`
fn one_or_more(cursor: &mut Cursor<'_>) -> Result<Vec<Mailbox>, ParseError> {
    cursor.space()?;
    if !cursor.eat(b'(') {
        return Ok(Vec::from([super::parse::mailbox(cursor)?]));
    }
    let mut mailboxes = Vec::new();
    loop {
        mailboxes.push(super::parse::mailbox(cursor)?);
        if cursor.eat(b')') {
            return Ok(mailboxes);
        }
        cursor.space()?;
    }
}

/// `("(" event *(SP event) ")") / "NONE"`, an event with what to fetch behind it
fn events(cursor: &mut Cursor<'_>) -> Result<NotifyEvents, ParseError> {
    if cursor.eat_keyword(b"NONE") {
        return Ok(NotifyEvents::None);
    }
    cursor.expect(b'(')?;
    let mut events = Vec::new();
    loop {
        let name = Atom::from_scanned(cursor.span(&ATOM_CHAR)?);
        let mut fetch = None;
        if cursor.rest().starts_with(b" (") {
            cursor.space()?;
            fetch = Some(Octets::from_ref(cursor.skip_value()?));
        }
        events.push((name, fetch));
        if events.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        if cursor.eat(b')') {
            return Ok(NotifyEvents::Events(events));
        }
        cursor.space()?;
    }
}
