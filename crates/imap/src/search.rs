//! What to search for (RFC 9051 §6.4.4 and the extensions).

mod key;
mod parse;
mod tree;

pub use key::{HeaderField, SearchKey};
pub use tree::{SearchExpression, SearchStep};
