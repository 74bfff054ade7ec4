//! The vocabulary that every mailwire machine speaks, and the framing they share.
//!
//! A *machine* is one end of one connection with no I/O in it: bytes from the peer go in by
//! [`Machine::handle_input`], and [`Machine::poll_output`] says what to do next. The caller owns the
//! socket, the clock and the TLS stack. This loop drives any of them:
//!
//! ```
//! use bytes::Bytes;
//! use mailwire_core::{Machine, Output};
//! use std::io::{self, Read, Write};
//!
//! # #[allow(dead_code)]
//! fn drive<M: Machine>(
//!     machine: &mut M,
//!     stream: &mut (impl Read + Write),
//!     mut answer: impl FnMut(&mut M, M::Event),
//! ) -> io::Result<()>
//! where
//!     M::Error: std::error::Error + Send + Sync + 'static,
//! {
//!     let mut buf = [0; 16 * 1024];
//!     loop {
//!         match machine.poll_output().map_err(io::Error::other)? {
//!             Output::Event(event) => answer(machine, event),
//!             Output::Transmit(bytes) => stream.write_all(&bytes)?,
//!             Output::NeedInput => match stream.read(&mut buf)? {
//!                 0 => machine.handle_eof(),
//!                 n => machine.handle_input(Bytes::copy_from_slice(&buf[..n])),
//!             },
//!             Output::YourTurn => return Err(io::Error::other("an event went unanswered")),
//!             Output::Upgrade(_) => return Err(io::Error::other("no TLS here")),
//!             Output::Closed => return Ok(()),
//!         }
//!     }
//! }
//! ```
//!
//! Below the vocabulary are the parts that machines are made of: [`InputQueue`] and [`OutputQueue`]
//! over [`Bytes`], lines with a limit that no chunking evades, [`DotReader`] and
//! [`DotWriter`], [`ByteSet`]s for grammars, the [`Quirk`]s they may tolerate, and [`Text`].
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod argument;
mod byte_set;
mod bytes_ref;
mod census;
mod dot_reader;
mod dot_writer;
mod input;
mod limits;
mod line;
mod machine;
mod octets;
mod output;
mod quirk;
mod scan;
mod text;

pub use bytes::Bytes;

pub use argument::{Argument, ArgumentError, ArgumentErrorKind, InitialResponse, Word};
pub use byte_set::ByteSet;
pub use bytes_ref::BytesRef;
pub use census::{Census, Summary};
pub use dot_reader::{DotReader, Piece};
pub use dot_writer::{BareLineEnd, DotWriter};
pub use input::InputQueue;
pub use limits::Limits;
pub use line::{Line, LineEnd, LineError, LineRef};
pub use machine::{Machine, Output, Upgrade};
pub use octets::Octets;
pub use output::OutputQueue;
pub use quirk::{Quirk, QuirkSet, Tolerance};
pub use scan::BareLineEnds;
pub use text::Text;
