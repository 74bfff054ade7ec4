//! SMTP and LMTP as pure state machines: bytes in, events out, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod capabilities;
mod capability;
mod enhanced;
mod error;
mod reply;
mod reply_fixed;
mod reply_line;

pub use capabilities::Capabilities;
pub use capability::{
    Capability, Extension, FutureReleaseDate, OtherCapability, Params, SessionLimits,
};
pub use enhanced::EnhancedCode;
pub use error::{ParseError, ParseErrorKind};
pub use reply::{Reply, ReplyReadError, Severity};
pub use reply_line::{ReplyLine, ReplyLines};
