//! Mail protocols without I/O: bytes in, events out, bytes to send out.
#![no_std]

pub use mailwire_core as core;
pub use mailwire_core::{Machine, Output, Upgrade};
pub use mailwire_sasl as sasl;
pub use mailwire_smtp as smtp;
