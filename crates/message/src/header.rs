//! Typed header fields: from the octets of a field's value to what they mean.
//!
//! A *value* is what stands behind the colon, folds included, without the line end that ends the
//! field. Every reader takes one and never fails: what deviates is told to [`Findings`] by the twin
//! whose name ends in `_with`, with offsets from the beginning of the value, and what cannot be
//! understood stays visible.
//!
//! ```
//! use mailwire_message::header::{AddressList, Date, MessageIds, decode_text};
//!
//! assert_eq!(decode_text(b" =?utf-8?q?Gr=C3=BC=C3=9Fe?= aus Wien"), "Grüße aus Wien");
//! let to = AddressList::parse(b" Mary Smith <mary@x.test>, jdoe@example.org");
//! assert!(to.mailboxes().filter_map(|mailbox| mailbox.address()).eq(["mary@x.test", "jdoe@example.org"]));
//! assert_eq!(Date::parse(b" Fri, 21 Nov 1997 09:55:06 -0600").unix(), 880_127_706);
//! assert_eq!(MessageIds::parse(b" <1@x> <2@x>").iter().last(), Some("2@x"));
//! ```
//!
//! Structure comes first and decoding after: an encoded word (RFC 2047) never takes part in the
//! syntax of an address, whatever it decodes to.
//!
//! [`Findings`]: crate::Findings

mod address;
mod authentication;
mod automatic;
mod date;
mod few;
mod keywords;
mod list;
mod message_id;
mod raw;
mod received;
mod resent;
mod return_path;
mod run;
mod text;
mod word;

pub use address::{AddrSpec, Address, AddressList, Group, Mailbox};
pub use authentication::{AuthenticationProperty, AuthenticationResult, AuthenticationResults};
pub use automatic::{
    AutoSubmitted, NotificationOption, notification_options, notification_options_with,
};
pub use date::Date;
pub use keywords::Keywords;
pub use list::{ListId, ListUrl, ListUrls, is_one_click};
pub use message_id::MessageIds;
pub(crate) use raw::Raw;
pub use received::{Clause, ClauseKind, Received};
pub use resent::Sending;
pub use return_path::ReturnPath;
pub use text::{decode_text, decode_text_with};
