//! IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051): octets in, typed commands and responses out, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

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
mod quirk;
mod response;
pub mod search;
mod section;
mod sequence;
mod tag;

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
pub use quirk::{Leniency, Quirk, Repair, Repairs};
pub use response::{
    Acl, CodeAnnotate, CodeAnnotations, CodeMetadata, Condition, Continue, Data, ESearch,
    ESearchItem, List, ListItem, MailboxStatus, Metadata, Namespace, Namespaces, Numbers, Parsed,
    Quota, QuotaResource, Response, ResponseCode, SearchResult, Status, StatusItem, Thread,
    Threads, WordCode,
};
pub use section::{Partial, Section, SectionText};
pub use sequence::{SeqNumber, SeqRange, SequenceSet};
pub use tag::Tag;
