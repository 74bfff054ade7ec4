//! What the answer to a command looks like: the command says so, and nothing else.
use alloc::collections::VecDeque;

use bytes::Bytes;

use super::{Event, Item, Outcome, RequestId, text::Kind};
use crate::{
    Command, DropListing, LanguageListing, LanguageTag, MessageNumber, ParseError, ParseErrorKind,
    Quirks, Reply, ScanListing, UniqueIdListing, number::decimal,
};

/// A command that was sent and has no answer yet.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) id: RequestId,
    pub(super) form: Form,
}

/// What stands behind the `+OK` to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Words.
    Words,
    /// The same, and the message is gone.
    Deleted,
    /// The same, and no message is gone any more.
    Reset,
    /// The same, and that is the end.
    Quit,
    /// Numbers.
    Stat,
    Scan(MessageNumber),
    UniqueId(MessageNumber),
    Last,
    /// The tag of a language.
    Language,
    /// Lines.
    Listing(Kind),
    /// A message.
    Body,
}

impl Form {
    /// `None` if the command cannot stand alone.
    pub(super) fn of(command: &Command) -> Option<Self> {
        Some(match command {
            Command::Stat => Self::Stat,
            Command::List(None) => Self::Listing(Kind::Scans),
            Command::List(Some(number)) => Self::Scan(*number),
            Command::Uidl(None) => Self::Listing(Kind::UniqueIds),
            Command::Uidl(Some(number)) => Self::UniqueId(*number),
            Command::Retr(_) | Command::Top { .. } => Self::Body,
            Command::Capa => Self::Listing(Kind::Capabilities),
            Command::Lang(None) => Self::Listing(Kind::Languages),
            Command::Lang(Some(_)) => Self::Language,
            Command::AuthList | Command::Xtnd(_) => Self::Listing(Kind::Lines),
            Command::Dele(_) => Self::Deleted,
            Command::Rset => Self::Reset,
            Command::Quit => Self::Quit,
            Command::Last => Self::Last,
            Command::Noop | Command::Utf8 | Command::Unknown { .. } => Self::Words,
            Command::User(_)
            | Command::Pass(_)
            | Command::Apop { .. }
            | Command::Auth { .. }
            | Command::Stls
            | Command::Rpop(_) => return None,
        })
    }
}

/// Reads what a single line says, and tells it; how the command ended then.
pub(super) fn single(
    due: &Due,
    reply: Reply,
    tolerated: Quirks,
    events: &mut VecDeque<Event>,
) -> Outcome {
    let id = due.id;
    match item(due.form, &reply, tolerated) {
        Ok(None) => {}
        Ok(Some((item, seen))) => {
            events.extend(seen.iter().map(|quirk| Event::Quirk { request: Some(id), quirk }));
            events.push_back(Event::Item { request: id, item });
        }
        Err(error) => return Outcome::Unreadable { reply, error },
    }
    Outcome::Accepted(reply)
}

fn item(
    form: Form,
    reply: &Reply,
    tolerated: Quirks,
) -> Result<Option<(Item, Quirks)>, ParseError> {
    let text = reply.text();
    let octets = text.as_bytes();
    // RFC 1939 §5, §7: the line is that of the message that was asked for.
    let same = |got: MessageNumber, asked: MessageNumber| {
        if got == asked { Ok(()) } else { Err(ParseErrorKind::BadNumber.at(0)) }
    };
    Ok(Some(match form {
        Form::Stat => {
            let (drop, seen) = DropListing::parse(octets, tolerated)?;
            (Item::Stat(drop), seen)
        }
        Form::Scan(asked) => {
            let (scan, seen) = ScanListing::parse(octets, tolerated)?;
            same(scan.number, asked)?;
            (Item::Scan(scan), seen)
        }
        Form::UniqueId(asked) => {
            let line = Bytes::copy_from_slice(octets);
            let (listing, seen) = UniqueIdListing::parse(line, tolerated)?;
            same(listing.number, asked)?;
            (Item::UniqueId(listing), seen)
        }
        Form::Last => {
            let digits = octets.split(|octet| *octet == b' ').next().unwrap_or_default();
            let number = u32::try_from(decimal(digits)?);
            (Item::Last(number.map_err(|_| ParseErrorKind::BadNumber.at(0))?), Quirks::NONE)
        }
        Form::Language => {
            // A server that speaks of nothing but its success has chosen something too.
            let tag = text.split(' ').next().unwrap_or_default();
            if LanguageTag::new(tag).is_err() {
                return Ok(None);
            }
            let line = Bytes::copy_from_slice(octets);
            (Item::Language(LanguageListing::parse(line)?), Quirks::NONE)
        }
        Form::Words | Form::Deleted | Form::Reset | Form::Quit | Form::Listing(_) | Form::Body => {
            return Ok(None);
        }
    }))
}
