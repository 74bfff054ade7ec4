//! What is said of a message.
use std::{borrow::Cow, collections::VecDeque};

use mailwire_imap::{
    AString, Flags, ObjectId, Partial, Peer, Section, SectionText,
    command::FetchAttribute,
    fetch::{FetchData, FetchItem},
};
use mailwire_mailbox::{FetchError, Index, date_time};

use super::{
    body::{self, Body, BodyError},
    index,
    selected::Selected,
    thread_id::thread_id,
};
use crate::host::{
    mail::{Account, MailError, Message},
    store::Text,
};

/// A part of what is said.
#[derive(Debug)]
pub(super) enum Piece {
    Flags(Flags),
    ModSeq,
    Item(FetchItem),
    /// An item whose octets are read as they go out, from this text.
    Stream(FetchItem, Body, Text),
}

impl Piece {
    /// How many octets of the message it holds.
    const fn octets(&self) -> u64 {
        match self {
            Self::Item(
                FetchItem::Section { data: FetchData::Octets(it), .. }
                | FetchItem::Binary { data: FetchData::Octets(it), .. }
                | FetchItem::Rfc822(FetchData::Octets(it))
                | FetchItem::Rfc822Header(FetchData::Octets(it))
                | FetchItem::Rfc822Text(FetchData::Octets(it)),
            ) => it.len() as u64,
            _ => 0,
        }
    }
}

/// Knows messages.
pub(super) struct Teller<'s> {
    pub(super) account: &'s Account,
    pub(super) selected: &'s Selected,
    pub(super) utf8: bool,
}

/// So many octets of a message are read before they go out.
const SMALL: u64 = 64 * 1024;

/// What is said of a message, as far as it is put together before it goes out.
pub(super) struct Said {
    pub(super) pieces: VecDeque<Piece>,
    /// About how many octets that is, without what is streamed.
    pub(super) octets: u64,
    /// Which attribute is the next.
    pub(super) next: usize,
}

impl Teller<'_> {
    /// What is asked of a message, from one of the attributes on: up to the first whose octets are read as they
    /// go out. A client may ask for more than fits in memory.
    pub(super) fn pieces(
        &self,
        message: &Message,
        attributes: &[FetchAttribute],
        from: usize,
        says_flags: bool,
    ) -> Result<Said, BodyError> {
        let mut said = Said { pieces: VecDeque::new(), octets: 100, next: from };
        if says_flags && !attributes.contains(&FetchAttribute::Flags) {
            said.pieces.push_back(Piece::Flags(self.selected.flags(message)));
        }
        let (mut kept, mut room) = (None, SMALL);
        for attribute in attributes.get(from..).unwrap_or_default() {
            let piece = match self.easy(message, attribute, room)? {
                Some(piece) => piece,
                None => {
                    let index = match &kept {
                        Some(index) => index,
                        None => kept.insert(index::index(self.account, message)?),
                    };
                    self.piece(message, index, attribute, room)?
                }
            };
            said.next += 1;
            let here = piece.octets();
            said.octets += here;
            room = room.saturating_sub(here);
            let streams = matches!(piece, Piece::Stream(..));
            said.pieces.push_back(piece);
            if streams {
                break;
            }
        }
        Ok(said)
    }

    /// What is known without a look at the message.
    fn easy(
        &self,
        message: &Message,
        attribute: &FetchAttribute,
        room: u64,
    ) -> Result<Option<Piece>, MailError> {
        let facts = &message.facts;
        Ok(Some(Piece::Item(match attribute {
            FetchAttribute::Flags => return Ok(Some(Piece::Flags(self.selected.flags(message)))),
            FetchAttribute::ModSeq => return Ok(Some(Piece::ModSeq)),
            FetchAttribute::Uid => FetchItem::Uid(message.uid),
            FetchAttribute::InternalDate => {
                FetchItem::InternalDate(Some(date_time(facts.received, facts.zone)))
            }
            FetchAttribute::SaveDate => FetchItem::SaveDate(Some(date_time(message.saved, 0))),
            FetchAttribute::EmailId => FetchItem::EmailId(
                ObjectId::new(facts.email_id.clone()).expect("letters and digits"),
            ),
            FetchAttribute::Size => FetchItem::Size(Some(facts.size)),
            FetchAttribute::Section { section, partial: None, .. }
                if *section == Section::WHOLE =>
            {
                let Some(body) = Body::whole(message) else { return Ok(None) };
                let item =
                    |data| FetchItem::Section { section: Section::WHOLE, origin: None, data };
                return Ok(Some(self.body(message, Some(body), room, item)?));
            }
            FetchAttribute::Rfc822 => {
                let Some(body) = Body::whole(message) else { return Ok(None) };
                return Ok(Some(self.body(message, Some(body), room, FetchItem::Rfc822)?));
            }
            _ => return Ok(None),
        })))
    }

    fn piece(
        &self,
        message: &Message,
        index: &Index,
        attribute: &FetchAttribute,
        room: u64,
    ) -> Result<Piece, BodyError> {
        let mut peer = Peer::CLIENT;
        peer.utf8 = self.utf8;
        let text = |text| Section::new(Vec::new(), text).unwrap_or(Section::WHOLE);
        let section = |section: &Section, partial| {
            Body::section(self.account, message, index, section, partial)
        };
        let (body, item): (_, Box<dyn Fn(FetchData) -> FetchItem>) = match attribute {
            FetchAttribute::Section { section: asked, partial, .. } => {
                let (asked, origin) = (asked.clone(), partial.map(Partial::origin));
                let body = section(&asked, *partial)?;
                (
                    body,
                    Box::new(move |data| FetchItem::Section {
                        section: asked.clone(),
                        origin,
                        data,
                    }),
                )
            }
            FetchAttribute::Binary { part, partial, .. } => {
                let body = Body::binary(self.account, message, index, part, *partial)?;
                let (part, origin) = (part.clone(), partial.map(Partial::origin));
                (body, Box::new(move |data| FetchItem::Binary { part: part.clone(), origin, data }))
            }
            FetchAttribute::BinarySize(part) => {
                let body = Body::binary(self.account, message, index, part, None)?;
                let size = body.ok_or(FetchError::NoSuchPart)?.len();
                return Ok(Piece::Item(FetchItem::BinarySize { part: part.clone(), size }));
            }
            FetchAttribute::Rfc822 => {
                (section(&Section::WHOLE, None)?, Box::new(FetchItem::Rfc822))
            }
            FetchAttribute::Rfc822Header => {
                (section(&text(SectionText::Header), None)?, Box::new(FetchItem::Rfc822Header))
            }
            FetchAttribute::Rfc822Text => {
                (section(&text(SectionText::Text), None)?, Box::new(FetchItem::Rfc822Text))
            }
            FetchAttribute::Preview { .. } => {
                let preview = self.preview(message, index);
                let preview = AString::new(preview).unwrap_or_default();
                return Ok(Piece::Item(FetchItem::Preview(Some(preview))));
            }
            FetchAttribute::ThreadId => {
                return Ok(Piece::Item(FetchItem::ThreadId(Some(thread_id(message, index)))));
            }
            // What the index alone knows.
            _ => return Ok(Piece::Item(index.fetch(attribute, &bytes::Bytes::new(), peer)?)),
        };
        Ok(self.body(message, body, room, item)?)
    }

    /// An item with octets, which are read here if there is room for them.
    fn body(
        &self,
        message: &Message,
        body: Option<Body>,
        room: u64,
        item: impl Fn(FetchData) -> FetchItem,
    ) -> Result<Piece, MailError> {
        let Some(body) = body else { return Ok(Piece::Item(item(FetchData::Nil))) };
        let text = self.account.open_text(message)?;
        Ok(if body.len() <= room {
            Piece::Item(item(FetchData::Octets(body.rest(&text)?)))
        } else {
            Piece::Stream(item(FetchData::Streamed(body.len())), body, text)
        })
    }

    /// The first words, which are remembered like the index.
    fn preview(&self, message: &Message, index: &Index) -> String {
        let key = format!("{}/preview", message.facts.email_id);
        if let Some(kept) = self.account.recall(&key) {
            return String::from_utf8_lossy(&kept).into_owned();
        }
        let read = |octets: std::ops::Range<u64>| {
            let octets = body::read(self.account, message, octets.start, octets.end).ok()?;
            Some(Cow::Owned(octets.to_vec()))
        };
        let preview = index.preview_of(read);
        self.account.remember(&key, preview.clone().into());
        preview
    }
}
