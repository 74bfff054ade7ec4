//! What the examples share: everything about them that is not moving bytes.
//!
//! `smtp_sink` and `smtp_sink_tokio` are the same server: a [`sink::Session`] decides, a [`store::Store`]
//! keeps, and the two programs only do what [`Next`] says. `smtp_submit` drives a
//! [`submission::Submission`] in the same way, `pop3_fetch` a [`retrieval::Retrieval`], and `pop3_drop` a
//! [`served::Session`]. The IMAP programs move their own bytes, all in the same way: see [`imap`].
use std::time::Duration;

use bytes::Bytes;

pub mod accounts;
pub mod blocking;
pub mod deflate;
pub mod eml;
pub mod fetch;
pub mod folder;
pub mod host;
pub mod imap;
pub mod maildrop;
pub mod message;
mod names;
pub mod options;
pub mod report;
pub mod retrieval;
pub mod served;
pub mod sink;
pub mod store;
pub mod submission;
pub mod submit;
pub mod tls;
pub mod tour;
pub mod tree;

/// What a session wants its driver to do.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every variant")]
pub enum Next {
    /// Write these bytes.
    Write(Bytes),
    /// Read, and hand in what came, or the end of the stream, or that this time is over.
    Read(Duration),
    /// Run the TLS handshake, and say so.
    Handshake,
    /// Close the connection.
    Close,
}
