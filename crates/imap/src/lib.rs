//! IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051): octets in, typed commands and responses out, no I/O.
//!
//! [`client::Client`] and [`server::Server`] are the two ends of a session. What they are made of stands
//! alone too: a [`Framer`] cuts what comes into commands or responses, literals included, [`Command`] and
//! [`Response`] read one, and an [`Encoder`] collects what goes out.
//!
//! ```
//! use mailwire_imap::{
//!     Command, Data, Encoder, FrameLimits, Framer, Peer, Piece, ReadOptions, Response, SequenceSet, Side,
//!     Tag, command::FetchAttribute, fetch::FetchItem,
//! };
//!
//! let mut out = Encoder::new(Peer::SERVER);
//! let wanted = vec![FetchAttribute::Uid, FetchAttribute::Size];
//! Command::fetch("1:5".parse::<SequenceSet>()?, wanted, false).encode(&Tag::new("a1")?, &mut out);
//! assert_eq!(out.finish().wire, "a1 FETCH 1:5 (UID RFC822.SIZE)\r\n");
//!
//! let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
//! framer.push("* 1 FETCH (UID 7 RFC822.SIZE 9.3736e+06)\r\n".into());
//! while let Some(Piece::Frame(frame)) = framer.next_piece()? {
//!     let read = Response::parse(&frame, ReadOptions::default())?;
//!     let Response::Data(Data::Fetch(fetch)) = read.value else { continue };
//!     let mut items = fetch.items();
//!     assert_eq!(items.next(), Some(FetchItem::Uid(7)));
//!     assert_eq!(items.next(), Some(FetchItem::Size(Some(9_373_600))));
//!     // What the RFCs do not allow was understood, and is told.
//!     assert_eq!(items.repairs().as_slice().len(), 1);
//! }
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! - Framing: [`Framer`] and its [`FrameLimits`]; [`Piece`] is what it gives, a [`Frame`] or a part of a
//!   literal that is too long for one.
//! - What clients send: [`Command`], its parts in [`command`], and in [`search`] what they search for.
//! - What servers send: [`Response`], which is a [`Status`] with its [`ResponseCode`], a [`Continue`] or
//!   [`Data`]; in [`fetch`] what they say of messages.
//! - What neither this crate nor an RFC that it knows has a type for: a variant `Other` with its name, and
//!   its value as [`Raw`]. An item that makes no sense among others that do is `Invalid`, for example
//!   [`fetch::FetchItem::Invalid`] or [`StatusItem::Invalid`].
//! - What was not as the RFCs have it and was understood: [`Repairs`], beside the value in [`Parsed`];
//!   [`Leniency`] refuses it.
//! - Sending: an [`Encoder`], told by [`Peer`] what the other end understands, gives [`Encoded`]: octets, and
//!   where to wait for the server.
//!
//! # Features
//!
//! - `std` (default): faster searches for octets; nothing else depends on it.
//! - `serde`: `Serialize` for values that stand alone, for logs and test data: names, strings, flags,
//!   sets, capabilities, texts, [`Raw`]. Nothing is deserialized, since values are checked when they are
//!   built. Commands, responses and secrets are not serialized.
//! - `arbitrary`: `Arbitrary` for [`AString`], [`Atom`], [`Attribute`], [`Mailbox`], [`ObjectId`],
//!   [`SequenceSet`] and [`Tag`].
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod atom;
mod capability;
mod class;
pub mod client;
pub mod command;
mod cursor;
mod date;
mod encode;
mod error;
pub mod fetch;
mod flag;
mod frame;
mod mailbox;
mod messages;
mod names;
mod one_or_more;
mod quirk;
mod raw;
mod response;
pub mod search;
mod secret;
mod section;
mod sequence;
pub mod server;
mod string;
mod tag;
mod text;

pub use atom::Atom;
pub use capability::Capabilities;
pub use command::{Command, CommandError, TaggedCommand};
use cursor::Cursor;
pub use cursor::ReadOptions;
pub use date::{Date, DateTime};
pub use encode::{Encoded, Encoder, LiteralSupport, Peer};
pub use error::{Error, InvalidValue, ParseError, ParseErrorKind};
pub use flag::{Flag, Flags, SystemFlag};
pub use frame::{Frame, FrameError, FrameLimits, Framer, Literal, Piece, Side};
pub use mailbox::Mailbox;
pub use messages::Messages;
pub use names::{Attribute, ItemName, ObjectId};
pub use one_or_more::OneOrMore;
pub use quirk::{Leniency, Quirk, Repair, Repairs};
pub use raw::{Raw, RawToken, TaggedValue};
pub use response::{
    Acl, CodeAnnotate, CodeAnnotations, CodeMetadata, Condition, Continue, Data, ESearch,
    ESearchItem, List, ListItem, MailboxStatus, Metadata, MetadataEntries, Namespace, Namespaces,
    Numbers, Parsed, Quota, QuotaResource, Response, ResponseCode, SearchResult, Status,
    StatusItem, Thread, Threads, Unparsed, UrlContent, UrlData, UrlMechanism, UrlPart, WordCode,
};
pub use secret::{InitialResponse, Password};
pub use section::{Partial, Section, SectionText};
pub use sequence::{SeqNumber, SeqRange, SequenceSet};
pub use string::AString;
pub use tag::Tag;
pub use text::{CodeText, ResponseText};
