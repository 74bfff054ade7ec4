//! THREADID ([RFC 8474 §5.2]): made of the identifier of the message that a thread began with, which all of its
//! messages name. So it is the same in all mailboxes, and never changes.
//!
//! [RFC 8474 §5.2]: https://www.rfc-editor.org/rfc/rfc8474#section-5.2
use mailwire_imap::ObjectId;
use mailwire_mailbox::Index;
use mailwire_message::header::MessageIds;
use sha2::{Digest, Sha256};

use crate::host::mail::Message;

/// The identifier of a message's thread. One that names no other, and has no name, is alone.
pub(super) fn thread_id(message: &Message, index: &Index) -> ObjectId {
    let first = index.references().next().map(Vec::from).or_else(|| own(index));
    let first = first.unwrap_or_else(|| message.facts.email_id.clone().into_bytes());
    let octets = &Sha256::digest(first)[..12];
    let id = octets.iter().fold(String::from("T"), |id, octet| id + &format!("{octet:02x}"));
    ObjectId::new(id).expect("letters and digits")
}

/// The message's own identifier.
fn own(index: &Index) -> Option<Vec<u8>> {
    let envelope = index.envelope();
    let id = envelope.message_id()?;
    MessageIds::parse(&id).iter().next().map(Vec::from)
}
