//! Threads (RFC 5256 §3).

pub(crate) mod message_ids;
