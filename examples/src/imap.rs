//! What `imap_fetch`, `imap_idle` and `imap_append` share.
//!
//! A [`connection::Connection`] moves the bytes and hands over what the machine tells; the rest is what each of
//! the programs makes of it.
pub mod account;
pub mod append;
pub mod connection;
pub mod copy;
pub mod describe;
pub mod download;
pub mod fetch;
pub mod follow;
pub mod lines;
