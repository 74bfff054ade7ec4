//! SMTP and LMTP as pure state machines: bytes in, events out, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod capabilities;
mod capability;
pub mod client;
mod command;
mod enhanced;
mod error;
mod params;
mod path;
mod quirks;
mod reply;
mod reply_fixed;
mod reply_line;
mod reply_read;
pub mod server;
mod xtext;

pub use capabilities::Capabilities;
pub use capability::{
    Capability, Extension, FutureReleaseDate, OtherCapability, Params, SessionLimits,
};
pub use command::{
    Argument, AttributeValue, Attributes, Command, DomainList, EtrnNode, EtrnScope,
    InitialResponse, Word,
};
pub use enhanced::EnhancedCode;
pub use error::{Error, ParseError, ParseErrorKind};
pub use params::{
    AuthParam, BodyType, ByMode, DeliverBy, MailParam, MailParams, Notify, Orcpt, OtherParam,
    RcptParam, RcptParams, Ret, Rrvs, RrvsAction, Timestamp, Unitext,
};
pub use path::{AddressLiteral, ClientName, Domain, ForwardPath, Mailbox, ReversePath};
pub use quirks::{Quirk, Quirks};
pub use reply::{Reply, Severity};
pub use reply_line::{ReplyLine, ReplyLines};
pub use reply_read::ReplyReadError;
pub use server::{Protocol, Transfer};
pub use xtext::Xtext;
