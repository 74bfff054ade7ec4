//! The stops of the tour.
pub mod imap;
pub mod parts;
pub mod pop3;
pub mod smtp;
mod wire;

pub use wire::Wire;

/// A text in two forms with a line that is only a dot, and an attachment with a Chinese name.
pub const LETTER: &[u8] = include_bytes!("tour/letter.eml");
