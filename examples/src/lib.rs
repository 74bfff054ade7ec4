//! What the examples share: everything about them that is not moving bytes.
//!
//! `smtp_sink` and `smtp_sink_tokio` are the same server: [`sink`] decides, [`store`] keeps, and the two
//! programs only read and write.

pub mod accounts;
pub mod blocking;
pub mod options;
pub mod sink;
pub mod store;
pub mod tls;
