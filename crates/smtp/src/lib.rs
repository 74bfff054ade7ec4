//! SMTP and LMTP as state machines: bytes in, events out, no I/O.
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod command;
mod error;
mod params;
mod path;
mod quirks;
mod xtext;

pub use command::{
    Argument, AttributeValue, Attributes, Command, DomainList, EtrnNode, EtrnScope,
    InitialResponse, Word,
};
pub use error::{ParseError, ParseErrorKind};
pub use params::{
    AuthParam, BodyType, ByMode, DeliverBy, MailParam, MailParams, Notify, Orcpt, OtherParam,
    RcptParam, RcptParams, Ret, Rrvs, RrvsAction, Timestamp, Unitext,
};
pub use path::{AddressLiteral, ClientName, Domain, ForwardPath, Mailbox, ReversePath};
pub use quirks::{Quirk, Quirks};
pub use xtext::Xtext;
