//! What stands behind a `+OK`, as it comes in: whose it is, and what it leads to.
use mailwire_core::{Output, Piece};

use super::{
    Client, Config, Event, Item, Outcome, Phase,
    text::{Body, Entry, Kind, Listing},
};
use crate::{Capabilities, Error, Reply};

/// What is being read behind a `+OK`.
#[derive(Debug)]
pub(super) struct Text {
    /// The first line.
    reply: Reply,
    what: What,
}

#[derive(Debug)]
enum What {
    Body(Body),
    Listing(Listing),
    /// The answer to CAPA, and what is offered in it so far.
    Offers(Listing, Capabilities),
}

impl Text {
    /// A message.
    pub(super) fn body(reply: Reply, config: &Config) -> Self {
        Self { reply, what: What::Body(Body::new(config)) }
    }

    /// A listing of lines; with `gaps` messages may be missing in it, as some were deleted.
    pub(super) fn listing(reply: Reply, kind: Kind, gaps: bool) -> Self {
        let listing = Listing::new(kind, gaps);
        let what = match kind {
            Kind::Capabilities => What::Offers(listing, Capabilities::default()),
            Kind::Scans | Kind::UniqueIds | Kind::Languages | Kind::Lines => What::Listing(listing),
        };
        Self { reply, what }
    }
}

impl Client {
    /// Takes the next entry of a listing that was asked for, past the queue of events, if there is nothing
    /// else to be told.
    #[inline(always)]
    pub(super) fn plain_entry(&mut self) -> Option<Output<Event>> {
        let text = self.session.text.as_deref_mut()?;
        let What::Listing(listing) = &mut text.what else { return None };
        if !self.session.events.is_empty() {
            return None;
        }
        let request = self.session.due.front()?.id;
        // Each built where it is returned: to move it costs as much as to read it.
        if let Some(scan) = listing.plain_scan(&mut self.input, &self.config) {
            return Some(Output::Event(Event::Item { request, item: Item::Scan(scan) }));
        }
        let listing = listing.plain_unique_id(&mut self.input, &self.config)?;
        Some(Output::Event(Event::Item { request, item: Item::UniqueId(listing) }))
    }

    /// Reads on in a message or listing, as far as the next piece is there.
    pub(super) fn read_text(&mut self) -> Result<bool, Error> {
        let Some(text) = &mut self.session.text else { return Ok(false) };
        // None if the machine itself has asked.
        let request = match &self.phase {
            Phase::Open => self.session.due.front().map(|due| due.id),
            _ => None,
        };
        let events = &mut self.session.events;
        let (listing, offers) = match (&mut text.what, request) {
            (What::Listing(listing), _) => (listing, None),
            (What::Offers(listing, offers), _) => (listing, Some(offers)),
            (What::Body(body), Some(request)) => {
                match body.read(&mut self.input) {
                    None => return Ok(false),
                    Some(Piece::Body(octets)) => {
                        events.push_back(Event::Chunk { request, octets });
                    }
                    Some(Piece::End) => {
                        let quirks = body.quirks();
                        self.tell(quirks);
                        self.finish_text()?;
                    }
                }
                return Ok(true);
            }
            // Only requests have messages for an answer.
            (What::Body(_), None) => return Err(Error::UnexpectedReply),
        };
        let Some((entry, seen)) = listing.read(&mut self.input, &self.config)? else {
            return Ok(false);
        };
        let new = seen.iter().filter(|quirk| !listing.seen.contains(*quirk));
        events.extend(new.map(|quirk| Event::Quirk { request, quirk }));
        listing.seen = listing.seen.union(seen);
        match entry {
            Entry::End => self.finish_text()?,
            Entry::Damaged(line, error) => {
                events.push_back(Event::Damaged { request, line, error });
            }
            Entry::Item(item) => {
                if let (Some(offers), Item::Capability(capability)) = (offers, &item) {
                    offers.push(capability.detach());
                }
                events.extend(request.map(|request| Event::Item { request, item }));
            }
        }
        Ok(true)
    }

    /// The lone dot came.
    fn finish_text(&mut self) -> Result<(), Error> {
        let Some(text) = self.session.text.take() else { return Ok(()) };
        if let What::Offers(_, offers) = text.what {
            *self.session.offers = offers;
            self.session.capa = true;
        }
        match self.phase {
            Phase::Capa(asking) => self.become_ready(asking),
            _ => {
                self.finish_command(Outcome::Accepted(text.reply));
                Ok(())
            }
        }
    }
}
