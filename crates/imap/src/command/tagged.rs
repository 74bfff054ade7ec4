//! Commands on the wire: each has a tag.

use super::{Command, encode, parse};
use crate::{Encoder, Frame, ParseError, Parsed, ReadOptions, Tag};

/// A command that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaggedCommand {
    /// Its tag.
    pub tag: Tag,
    /// What it says.
    pub command: Command,
}

/// A command that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct CommandError {
    /// Its tag, if it has one: the answer is `BAD`, with this tag or `*`.
    pub tag: Option<Tag>,
    /// What is wrong.
    pub error: ParseError,
}

impl Command {
    /// Reads a command with its tag.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use mailwire_imap::{Command, Frame, ReadOptions};
    ///
    /// let frame = Frame::new(Bytes::from("a1 noop\r\n"));
    /// let read = Command::parse(&frame, ReadOptions::default())?.value;
    /// assert_eq!((read.tag.as_str(), read.command), ("a1", Command::Noop));
    /// # Ok::<(), mailwire_imap::CommandError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong, and the tag to answer with.
    pub fn parse(
        frame: &Frame,
        options: ReadOptions,
    ) -> Result<Parsed<TaggedCommand>, CommandError> {
        parse::command(frame, options)
    }

    /// Appends the command with its tag and line end.
    ///
    /// ```
    /// use mailwire_imap::{Command, Encoder, Mailbox, Peer, Tag};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// Command::Delete(Mailbox::new("Entwürfe")?).encode(&Tag::new("a7")?, &mut out);
    /// assert_eq!(out.finish().wire, "a7 DELETE Entw&APw-rfe\r\n");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, tag: &Tag, out: &mut Encoder) {
        encode::command(self, tag, out);
    }
}
