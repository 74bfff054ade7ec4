//! Which messages are new: what UIDL lists against what was seen before ([RFC 1939 §7]).
//!
//! Message numbers hold for one session only; unique-ids hold for ever. A client that leaves mail on the
//! server keeps those that it has, and asks in every session what it does not have yet:
//!
//! ```
//! use mailwire_core::Output;
//! use mailwire_pop3::{UniqueId, client::{Client, Config, Login}, news::News};
//!
//! let mut config = Config::default();
//! config.implicit_tls = true;
//! let mut client = Client::new(config);
//! client.send(Login::password("mrose", "tanstaaf", "a fresh nonce")?)?;
//! let mut news = News::new([UniqueId::new("old")?, UniqueId::new("gone")?]);
//! news.ask(&mut client)?;
//!
//! let mut server = ["+OK\r\n", "-ERR\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n1 old\r\n2 new\r\n.\r\n"].into_iter();
//! let result = loop {
//!     match client.poll_output()? {
//!         Output::Event(event) => {
//!             if let Some(result) = news.handle(&event) {
//!                 break result?;
//!             }
//!         }
//!         Output::NeedInput => client.handle_input(server.next().unwrap().into()),
//!         _ => {}
//!     }
//! };
//! assert_eq!((result.new[0].number.get(), result.new[0].id.as_str()), (2, "new"));
//! assert_eq!(result.vanished, [UniqueId::new("gone")?]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use crate::{
    Command, Error, Quirk, Reply, UniqueId, UniqueIdListing,
    client::{Client, Event, Item, NotSent, Outcome, RequestId},
};

/// Finds out what is new.
///
/// Holds the unique-ids that were seen and those that are listed, and nothing else: how many may be
/// listed [the client's configuration](crate::client::Config::listing) says.
#[derive(Clone, Debug, Default)]
pub struct News {
    request: Option<RequestId>,
    /// What was seen before, and whether it is listed now.
    seen: BTreeMap<UniqueId, bool>,
    listed: Vec<UniqueIdListing>,
    incomplete: bool,
}

/// What is new, and what became of the rest.
///
/// Every line of the listing that can be read is in one of the four lists, each in the order of the
/// server, which is commonly that of arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WhatIsNew {
    /// Messages that were not seen before.
    pub new: Vec<UniqueIdListing>,
    /// Messages that were.
    pub known: Vec<UniqueIdListing>,
    /// Messages whose unique-id stands with another message before them. RFC 1939 §7 allows that for
    /// identical copies, so there should be nothing in them that is not in the other one.
    pub copies: Vec<UniqueIdListing>,
    /// Lines that give the same message different unique-ids: nobody can say which message has which.
    pub unclear: Vec<UniqueIdListing>,
    /// What was seen before and is not there any more: no need to remember it. Empty unless the listing
    /// is [complete](Self::complete).
    pub vanished: Vec<UniqueId>,
    /// Whether every message has its line: none was damaged, missing or unclear.
    pub complete: bool,
}

/// Why nobody can say what is new.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoNews {
    /// The server has no UIDL, or none for now. Without it the messages themselves would have to be
    /// compared.
    #[error("the server does not tell unique-ids: {0}")]
    NotOffered(Reply),
    /// UIDL was not sent.
    #[error("{0}")]
    NotSent(NotSent),
    /// The session ended before the listing did. What was listed may be anything.
    #[error("the session ended before the list of unique-ids")]
    Lost,
}

impl News {
    /// Starts from what was seen before.
    pub fn new(seen: impl IntoIterator<Item = UniqueId>) -> Self {
        let seen = seen.into_iter().map(|id| (id, false)).collect();
        Self { seen, ..Self::default() }
    }

    /// Asks the server, behind everything that the client was asked for before.
    pub fn ask(&mut self, client: &mut Client) -> Result<RequestId, Error> {
        let request = client.send(Command::Uidl(None))?;
        self.request = Some(request);
        self.listed.clear();
        self.incomplete = false;
        Ok(request)
    }

    /// Takes note of an event of that client; returns the result once it is there. Events that are about
    /// something else are passed over.
    pub fn handle(&mut self, event: &Event) -> Option<Result<WhatIsNew, NoNews>> {
        let asked = self.request?;
        match event {
            Event::Item { request, item: Item::UniqueId(listing) } if *request == asked => {
                self.add(listing);
                None
            }
            Event::Damaged { request: Some(request), .. }
            | Event::Quirk { request: Some(request), quirk: Quirk::SkippedNumber }
                if *request == asked =>
            {
                self.incomplete = true;
                None
            }
            Event::Done { request, outcome } if *request == asked => {
                self.request = None;
                Some(match outcome {
                    Outcome::Accepted(_) => Ok(self.finish()),
                    Outcome::Refused(reply) => Err(NoNews::NotOffered(reply.clone())),
                    Outcome::NotSent(reason) => Err(NoNews::NotSent(reason.clone())),
                    Outcome::Unreadable { .. } | Outcome::Lost | Outcome::Distrusted(_) => {
                        Err(NoNews::Lost)
                    }
                })
            }
            _ => None,
        }
    }

    /// Takes a line of a listing, for who has it from elsewhere than a [`Client`].
    pub fn add(&mut self, listing: &UniqueIdListing) {
        self.listed.push(UniqueIdListing { number: listing.number, id: listing.id.detach() });
    }

    /// Says what is new, given that all lines of the listing were [added](Self::add). What was seen stays
    /// as it was.
    ///
    /// ```
    /// use mailwire_pop3::{Quirks, UniqueId, UniqueIdListing, news::News};
    ///
    /// let mut news = News::new([UniqueId::new("b")?]);
    /// for line in ["1 a", "2 b", "3 a"] {
    ///     news.add(&UniqueIdListing::parse(line.into(), Quirks::NONE)?.0);
    /// }
    /// let result = news.finish();
    /// assert_eq!((result.new.len(), result.known.len(), result.copies.len()), (1, 1, 1));
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn finish(&mut self) -> WhatIsNew {
        let listed = core::mem::take(&mut self.listed);
        let mut lines = BTreeMap::<_, u32>::new();
        for listing in &listed {
            *lines.entry(listing.number).or_default() += 1;
        }
        self.seen.values_mut().for_each(|there| *there = false);
        let mut result = WhatIsNew { complete: !self.incomplete, ..WhatIsNew::default() };
        let mut told = BTreeSet::new();
        for listing in listed {
            let known = self.seen.get_mut(&listing.id).map(|there| *there = true).is_some();
            if lines.get(&listing.number).is_some_and(|lines| *lines > 1) {
                result.complete = false;
                result.unclear.push(listing);
            } else if !told.insert(listing.id.clone()) {
                result.copies.push(listing);
            } else if known {
                result.known.push(listing);
            } else {
                result.new.push(listing);
            }
        }
        if result.complete {
            let gone = self.seen.iter().filter(|(_, there)| !**there);
            result.vanished.extend(gone.map(|(id, _)| id.clone()));
        }
        result
    }
}
