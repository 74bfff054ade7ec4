//! Mail protocols without I/O: bytes in, events out, bytes to send out.
//!
//! This crate only gives the others one name. Start with the machines, [`smtp::server::Server`],
//! [`smtp::client::Client`], [`pop3::server::Server`], [`pop3::client::Client`],
//! [`imap::server::Server`] and [`imap::client::Client`], or with the vocabulary that all machines
//! share: [`Output`] and [`Machine`]. POP2 is in [`pop3::pop2`], the mechanisms of AUTH are in
//! [`sasl`]. [`message`] reads what they carry, as a whole ([`Message`](message::Message)) or in chunks
//! ([`Parser`](message::parser::Parser)); [`mailbox`] makes a server's answers of it.
#![no_std]
#![doc(test(attr(deny(warnings), allow(dead_code))))]

pub use mailwire_core as core;
pub use mailwire_core::{Bytes, Machine, Output, Upgrade};
pub use mailwire_imap as imap;
pub use mailwire_mailbox as mailbox;
pub use mailwire_message as message;
pub use mailwire_pop3 as pop3;
pub use mailwire_sasl as sasl;
pub use mailwire_smtp as smtp;

/// The examples of the README compile; `tests/readme.rs` runs them.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
