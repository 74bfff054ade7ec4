//! What an IMAP or POP3 server answers from a message: pure functions, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod envelope;
mod index;
mod line_ends;
mod mime;
mod stored;
mod thread;

pub use index::{Builder, Index, IndexError, Part, PartKind, SentDate};
pub use line_ends::LineEnds;
