//! Flags, as the store has them and as they go on the wire.
use mailwire_imap::{Flag, SystemFlag};

use crate::host::mail::Flags;

/// The flags of a message for the client; `\Recent` too if it is.
pub(super) fn to_wire(flags: &Flags, recent: bool) -> mailwire_imap::Flags {
    let known = flags.iter().filter_map(|name| Flag::new(name).ok());
    known.chain(recent.then_some(Flag::System(SystemFlag::Recent))).collect()
}

/// The flags that a client names, less what cannot be set: `\Recent`, and what has a backslash and is not known.
pub(super) fn from_wire(flags: &mailwire_imap::Flags) -> Flags {
    let mut kept = Flags::default();
    for flag in flags.iter() {
        if !matches!(flag, Flag::Extension(_) | Flag::System(SystemFlag::Recent | SystemFlag::Any))
        {
            kept.insert(&flag.to_string());
        }
    }
    kept
}
