//! POP3 and POP2 as pure state machines: bytes in, events out, no I/O.
//!
//! Start with the [`client`] or the [`server`]; [`news`] finds out which messages are new, and [`pop2`] is
//! the protocol before this one. The grammar is public too: [`Command`], [`Reply`], [`Capability`] and the
//! lines of listings.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(any(test, feature = "arbitrary"))]
extern crate std;

mod apop;
mod capabilities;
mod capability;
pub mod client;
mod command;
mod error;
mod language;
mod listing;
pub mod news;
mod number;
pub mod pop2;
mod quirks;
mod reply;
mod response_code;
pub mod server;
mod unique_id;

pub use apop::{Digest, Timestamp};
pub use capabilities::Capabilities;
pub use capability::{Capability, Expiry, OtherCapability, Words};
pub use command::{Argument, Command, InitialResponse, Name, Password, Word, Xtnd};
pub use error::{Error, ParseError, ParseErrorKind};
pub use language::{LanguageRange, LanguageTag};
pub use listing::{DropListing, LanguageListing, ScanListing, UniqueIdListing};
pub use number::MessageNumber;
pub use quirks::{Quirk, Quirks};
pub use reply::{AuthLine, Reply, Status};
pub use response_code::{OtherCode, ResponseCode};
pub use unique_id::UniqueId;

/// The longest command line, its CRLF included (RFC 2449 §4).
pub const MAX_COMMAND_LINE: usize = 255;

/// The longest status line and the longest line of the CAPA listing, CRLF included (RFC 2449 §3, §4).
pub const MAX_REPLY_LINE: usize = 512;
