//! The index of a message: made when it is first asked for, and remembered.
use std::io;

use mailwire_mailbox::{Builder, Index, LineEnds};

use crate::host::mail::{Account, MailError, Message};

/// How much of a message is read at once.
const BLOCK: u64 = 128 * 1024;

/// The index of a message.
pub(super) fn index(account: &Account, message: &Message) -> Result<Index, MailError> {
    let kept = account.recall(&message.facts.email_id);
    if let Some(index) = kept.and_then(|kept| Index::parse(kept).ok()) {
        return Ok(index);
    }
    let mut builder = Builder::new(LineEnds::Detect);
    let mut at = 0;
    while at < message.facts.octets {
        let block = account.read(message, at..at + BLOCK)?;
        if block.is_empty() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        at += block.len() as u64;
        builder.handle_input(block);
    }
    let index = builder.finish();
    account.remember(&message.facts.email_id, index.as_bytes().clone());
    Ok(index)
}
