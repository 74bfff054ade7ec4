//! RFC 822/5322 and MIME messages: octets in, events out, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod charset;
mod defect;
pub mod flowed;
pub mod header;
mod lex;
mod limits;
pub mod maildir;
pub mod mbox;
pub mod message;
pub mod mime;
pub mod parser;
mod part_id;
pub mod preview;
pub mod report;
pub mod tnef;
pub mod transfer;

pub use bytes::Bytes;
pub use defect::{Defect, DefectCode, Findings, Pick, Policy, Severity};
pub use limits::Limits;
pub use message::Message;
pub use part_id::PartId;
pub use transfer::TransferEncoding;
