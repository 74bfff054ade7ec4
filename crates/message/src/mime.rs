//! The fields of MIME: types, parameters, dispositions (RFC 2045, 2183, 2231).
//!
//! ```
//! use mailwire_message::mime::ContentType;
//!
//! let content_type = ContentType::parse(b"Text/Plain; charset=utf-8; format=flowed");
//! assert!(content_type.is("text", "plain"));
//! assert_eq!(content_type.charset(), Some("utf-8"));
//! assert_eq!(content_type.params().get("format"), Some("flowed"));
//! ```

mod content_type;
mod disposition;
mod params;
mod transfer_encoding;

pub use content_type::ContentType;
pub use disposition::Disposition;
pub use params::{Param, Params};
