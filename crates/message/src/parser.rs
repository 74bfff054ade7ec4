//! The push parser: octets in, events out, memory bounded.

mod config;
mod event;
mod stand_in;
mod structure;

use bytes::Bytes;
use core::fmt;

pub use config::Config;
pub use event::{Begin, End, Event, Field, HeaderEnd, Headers, Lines, Mime, PartKind, Raw, Role};
pub use structure::{FieldRecord, Part, Structure};

/// Takes a message apart as it comes in.
#[derive(Debug)]
pub struct Parser {
    config: Config,
}

impl Parser {
    /// A parser at the beginning of a message.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    /// Takes octets of the message. Stores them, looks at none, never fails.
    pub fn handle_input(&mut self, input: Bytes) {
        let _ = (input, &self.config);
    }

    /// Takes note that the message is over.
    pub fn handle_eof(&mut self) {}

    /// Says what comes next: `None` if that takes more octets, or if everything was said.
    pub fn poll_event(&mut self) -> Result<Option<Event>, Error> {
        Ok(None)
    }

    /// Looks into the part whose [`Event::Headers`] came last; what happens if nothing is chosen.
    pub fn descend(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Hands over the body of that part as it stands: no parts within.
    pub fn opaque(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Says nothing of the body of that part but where it ends.
    pub fn skip(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

/// What went wrong. No message is an error: it takes a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A choice at another time than behind [`Event::Headers`]; input behind the end of input.
    Misuse,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misuse => f.write_str("there is no part to choose for, or the input was over"),
        }
    }
}

impl core::error::Error for Error {}
