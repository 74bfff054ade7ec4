//! The parser takes a letter apart.
use std::io::{self, Write};

use mailwire_message::Message;

use crate::tree;

/// Shows the tree of the parts, and what is in them once they are decoded.
pub fn show(out: &mut dyn Write, letter: &[u8]) -> io::Result<()> {
    let message = Message::parse(letter);
    tree::write(out, &message)?;
    for part in message.text_body().chain(message.attachments()) {
        writeln!(out)?;
        for line in part.text().unwrap_or_default().lines() {
            writeln!(out, "{}: {line}", part.id())?;
        }
    }
    Ok(())
}
