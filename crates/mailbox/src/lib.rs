//! What an IMAP or POP3 server answers from a message: pure functions, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

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
pub use subject::BaseSubject;
pub use thread::{ThreadAlgorithm, thread};
