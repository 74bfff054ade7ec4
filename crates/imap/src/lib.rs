//! IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051): octets in, typed commands and responses out, no I/O.
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
