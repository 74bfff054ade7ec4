//! What an IMAP or POP3 server answers from a message: pure functions, no I/O, no storage.
//!
//! A mailbox server keeps messages somewhere, and flags, dates and numbers beside them. What it has to
//! *say* of them is always the same, and is here: from octets and an [`Index`] to the values that
//! [`mailwire_imap`] sends.
//!
//! 1. When a message comes in, make its [`Index`] and keep it beside the message: [`Index::of`], or
//!    [`Builder`] chunk by chunk. It is some 350 octets for a usual message.
//! 2. [`Index::fetch`] answers FETCH. ENVELOPE, BODY, BODYSTRUCTURE and RFC822.SIZE come out of the index
//!    alone; sections are cut out of the message without taking it apart again:
//!    [`section`](Index::section), [`binary`](Index::binary), and [`top`](Index::top) for POP3.
//! 3. [`Search`], [`sort`] and [`thread`] ask for what they need of each message through [`Facts`], a trait
//!    of the store, and give values that are sent as they are.
//!
//! ```
//! use bytes::Bytes;
//! use mailwire_imap::{Command, Data, Encoder, Frame, Peer, ReadOptions, Response, fetch::FetchItem};
//! use mailwire_mailbox::{MemoryMessage, Search, SearchContext, date_time};
//!
//! let octets = Bytes::from("From: Fred <fred@example.org>\r\nSubject: lunch\r\n\r\nAt noon?\r\n");
//! let message = MemoryMessage::new(1, 4711, octets, date_time(1_700_000_000, 60));
//!
//! // What a client says, as the machine of the server reads it.
//! let command = |line: &'static str| {
//!     let frame = Frame::new(Bytes::from(line));
//!     Command::parse(&frame, ReadOptions::default()).map(|parsed| parsed.value.command)
//! };
//!
//! let Ok(Command::Search(asked)) = command("a SEARCH FROM fred TEXT noon\r\n") else { panic!() };
//! let context = SearchContext::new(1_700_000_060, 1, 4711);
//! let search = Search::new(&asked.expression, asked.charset.as_deref(), &context)?;
//! let mut out = Encoder::new(Peer::CLIENT);
//! Response::Data(Data::Search(search.run([&message]).search(asked.uid))).encode(&mut out);
//!
//! let Ok(Command::Fetch { attributes, .. }) = command("b FETCH 1 BODY.PEEK[TEXT]<3.4>\r\n") else { panic!() };
//! let item: FetchItem = message.index.fetch(&attributes[0], &message.octets, Peer::CLIENT)?;
//! item.encode(&mut out);
//!
//! assert_eq!(out.finish().wire, "* SEARCH 1\r\nBODY[TEXT]<3> {4}\r\nnoon");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Rules
//!
//! - **Line ends.** Messages go out with CRLF, and all sizes, line counts, partials and slices are those of
//!   the message with CRLF, however it is stored: [`LineEnds`].
//! - **Odd messages have answers.** Any octets are a message. What its header says and what cannot be
//!   understood is answered as RFC 2045 §5.2 says; structures fit the grammar whatever is in the message.
//! - **Text is compared decoded**, by [`Collation`]: encoded words, transfer encodings and character sets
//!   undone. Without the feature `charset` only UTF and sets of single octets are known.
//! - **Work** is linear in what is looked at, n log n for sorts and threads; nothing recurses on what peers
//!   sent. What is stored and damaged is an error, and what was made up is harmless.
//! - **NUL.** IMAP has no way to send one in a section (RFC 9051 §4.3.1); stores that take such messages
//!   keep them from clients, or offer BINARY.
//!
//! # Features
//!
//! - `std` (default): faster searches for octets; nothing else depends on it.
//! - `charset`: texts in all character sets of the web.
//! - `serde`: `Serialize` for values that stand alone; [`Index`], [`Collation`], [`LineEnds`] and
//!   [`ThreadAlgorithm`] are read again too. An index is its octets, and is checked when it is read.
//! - `arbitrary`: `Arbitrary` for those four.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod collation;
mod content;
mod envelope;
mod facts;
mod fetch;
mod found;
mod index;
mod internal_date;
mod line_ends;
mod mime;
mod preview;
mod search;
mod section;
mod sort;
mod span;
mod stored;
mod subject;
mod text;
mod thread;

pub use collation::Collation;
pub use content::Content;
pub use facts::{Facts, MemoryMessage};
pub use fetch::sets_seen;
pub use found::{Answer, Found, Match};
pub use index::{Builder, Index, IndexError, Part, PartKind, Parts, SentDate};
pub use internal_date::{arrival, date_time};
pub use line_ends::LineEnds;
pub use search::{Filter, Search, SearchContext, SearchError};
pub use section::FetchError;
pub use sort::sort;
pub use span::{Decoder, Decoding, Place, Span};
pub use subject::BaseSubject;
pub use thread::{ThreadAlgorithm, thread};
