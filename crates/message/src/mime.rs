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

mod boundary;
mod content_type;
mod disposition;
mod file_name;
mod identity;
mod params;
mod transfer_encoding;

pub use content_type::ContentType;
pub use disposition::Disposition;
pub use file_name::{FileName, file_name, file_name_with};
pub use identity::{
    ContentId, content_description, content_language, content_location, content_location_with,
    content_md5, mime_version,
};
pub(crate) use params::{Behind, lower};
pub use params::{Param, Params};
