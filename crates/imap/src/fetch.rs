//! FETCH: what is asked of messages and what comes back (RFC 9051 §6.4.5, §7.5.2).

mod body_structure;
mod envelope;

pub use body_structure::{BodyKind, BodyPart, BodyStructure, Disposition, Params};
pub use envelope::{Address, AddressRole, Addresses, Envelope};
