//! RFC 822/5322 and MIME messages: octets in, events out, no I/O.
//!
//! # The push parser
//!
//! [`parser::Parser`] takes a message in chunks of any size and says what is in them. It works for
//! messages larger than memory: what it holds back is what could be a delimiter, or a header field that
//! is not over.
//!
//! 1. [`handle_input`](parser::Parser::handle_input) takes a chunk; it parses nothing and never fails.
//! 2. [`poll_event`](parser::Parser::poll_event) gives what was found, until it gives `None`.
//! 3. [`handle_eof`](parser::Parser::handle_eof) ends the message; then poll once more until `None`.
//!
//! ```
//! use mailwire_message::{
//!     Bytes,
//!     parser::{Config, Event, Parser, Role},
//! };
//!
//! let message = "From: Nathaniel <nsb@example.org>\r\n\
//!     Date: Sun, 21 Mar 1993 23:56:48 -0800\r\n\
//!     MIME-Version: 1.0\r\n\
//!     Content-Type: multipart/mixed; boundary=frontier\r\n\
//!     \r\n\
//!     --frontier\r\n\
//!     \r\n\
//!     Hello!\r\n\
//!     --frontier\r\n\
//!     Content-Type: image/png\r\n\
//!     Content-Transfer-Encoding: base64\r\n\
//!     \r\n\
//!     iVBORw0KGgo=\r\n\
//!     --frontier--\r\n";
//!
//! let mut parser = Parser::new(Config::default());
//! let mut said = Vec::new();
//! let mut chunks = message.as_bytes().chunks(7);
//! loop {
//!     while let Some(event) = parser.poll_event()? {
//!         match event {
//!             // A part begins. Part 0 is the message; parts are numbered as they begin.
//!             Event::Begin(_) => {}
//!             // A header field with its folds, byte for byte.
//!             Event::Field(field) if field.name().eq_ignore_ascii_case(b"From") => {
//!                 said.push(format!("from{}", String::from_utf8_lossy(field.value())));
//!             }
//!             // The header is over; this is the time to choose.
//!             Event::Headers(headers) => {
//!                 let it = &headers.mime.content_type;
//!                 said.push(format!("{} is {}/{}", headers.part, it.media_type(), it.subtype()));
//!                 if it.media_type() == "image" {
//!                     parser.skip()?;
//!                 }
//!             }
//!             // Octets of a body, as they stand, in pieces that share the chunk they came in.
//!             Event::Raw(raw) if raw.role == Role::Body => {
//!                 said.push(format!("{}: {} octets", raw.part, raw.octets.len()));
//!             }
//!             // A part ends; now its ranges and lines are known.
//!             Event::End(end) => said.push(format!("{} was {:?}", end.part, end.body)),
//!             // Something deviates, or could be read in two ways.
//!             Event::Defect(defect) => said.push(defect.to_string()),
//!             _ => {}
//!         }
//!     }
//!     match chunks.next() {
//!         Some(chunk) => parser.handle_input(Bytes::copy_from_slice(chunk)),
//!         None if said.last().is_some_and(|line| line.starts_with("0 was")) => break,
//!         None => parser.handle_eof(),
//!     }
//! }
//! assert_eq!(
//!     said,
//!     [
//!         "from Nathaniel <nsb@example.org>",
//!         "0 is multipart/mixed",
//!         "1 is text/plain",
//!         "1: 2 octets", // what came in two chunks comes in two pieces
//!         "1: 4 octets",
//!         "1 was 159..165",
//!         "2 is image/png",
//!         "2 was 241..253",
//!         "0 was 145..269",
//!     ],
//! );
//! # Ok::<(), mailwire_message::parser::Error>(())
//! ```
//!
//! **Nothing is lost.** Every octet of the input is in exactly one event:
//! [`Event::input_octets`](parser::Event::input_octets) of all events, one after the other, are the
//! input. [`Role`](parser::Role) says what octets are for; the line break before a delimiter belongs to
//! it, so a body is what a signature was made over.
//!
//! **Nothing depends on the cuts.** Whole or octet by octet, the events are the same, save that the
//! octets of a body come in other pieces.
//!
//! **Nothing is guessed in silence.** Every deviation and every choice that another reader might make
//! differently is a [`Defect`] with a place and a [`Severity`]; [`Policy`] has the choices.
//!
//! **A choice per part**, right behind [`Event::Headers`](parser::Event::Headers):
//! [`descend`](parser::Parser::descend) looks into it, which multiparts and messages do by themselves;
//! [`opaque`](parser::Parser::opaque) hands over its octets and knows of no parts within;
//! [`skip`](parser::Parser::skip) says no more than where it ends.
//!
//! **Messages within.** A `message/rfc822` or `message/global` is a part whose only child is the root
//! of the message in it. Where it is encoded in base64 or quoted-printable it is decoded on the way:
//! its octets come as they stand, and the events of the parts within have that part as their `source`,
//! and offsets in the decoded octets.
//!
//! **Limits.** All memory and work is bounded by [`Limits`]: what is behind a limit stays as octets of
//! the last part, and a defect says so.
//!
//! # A whole message
//!
//! [`Message`] does the same for a message in memory, by the same rules, and decodes nothing until it is
//! asked to:
//!
//! ```
//! use mailwire_message::Message;
//!
//! let message = Message::parse(
//!     b"From: Ned <ned@example.org>\r\n\
//!       Subject: =?utf-8?q?caf=C3=A9?=\r\n\
//!       Content-Transfer-Encoding: base64\r\n\
//!       \r\n\
//!       SGVsbG8h\r\n",
//! );
//! assert_eq!(message.subject().as_deref(), Some("caf\u{e9}"));
//! assert_eq!(message.root().text().as_deref(), Some("Hello!"));
//! assert_eq!(message.root().raw_body(), b"SGVsbG8h\r\n");
//! ```
//!
//! Its [parts](Message::parts) have ids, and ranges of the input; [`text_body`](Message::text_body),
//! [`html_body`](Message::html_body) and [`attachments`](Message::attachments) say what to show;
//! [`inspect`](Message::inspect) reads all of it for defects. [`parser::Structure`] is what it is built
//! of: the ranges alone.
//!
//! # Pieces
//!
//! Every reader stands alone too: fields in [`header`] and [`mime`], reports in [`report`], transfer
//! encodings in [`transfer`], character sets in [`charset`], `format=flowed` in [`flowed`], [`tnef`],
//! [`mbox`], [`maildir`], and the first words of a text in [`preview`]. Without the feature `charset`
//! only UTF-8, UTF-7, UTF-16 and character sets of single octets are known.
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
