//! The push parser: octets in, events out, memory bounded.

mod body;
mod boundaries;
mod config;
mod engine;
mod event;
mod field;
mod header;
mod input;
mod lines;
mod plain;
mod queue;
mod scanner;
mod singles;
mod structure;
mod summary;

use bytes::Bytes;

pub use config::Config;
pub use event::{Begin, End, Event, Field, HeaderEnd, Headers, Lines, Mime, PartKind, Raw, Role};
pub use structure::{FieldRecord, Part, Structure};

use engine::{Engine, Progress};
use input::Input;
use queue::Queue;
use scanner::Choice;

/// Takes a message apart as it comes in.
#[derive(Debug)]
pub struct Parser {
    engine: Engine,
    input: Input,
    events: Queue,
    /// The event that came last was the end of a header.
    may_choose: bool,
    misused: bool,
}

impl Parser {
    /// A parser at the beginning of a message.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            engine: Engine::new(config),
            input: Input::default(),
            events: Queue::default(),
            may_choose: false,
            misused: false,
        }
    }

    /// Takes octets of the message. Stores them, looks at none, never fails.
    pub fn handle_input(&mut self, input: Bytes) {
        self.misused |= !self.input.push(input);
    }

    /// Takes note that the message is over.
    pub fn handle_eof(&mut self) {
        self.input.end();
    }

    /// Says what comes next: `None` if that takes more octets, or if everything was said.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for ever after octets were handed in behind the end.
    pub fn poll_event(&mut self) -> Result<Option<Event>, Error> {
        if self.misused {
            return Err(Error::Misuse);
        }
        loop {
            if let Some(event) = self.events.pop() {
                self.may_choose = matches!(event, Event::Headers(_));
                return Ok(Some(event));
            }
            self.may_choose = false;
            let (window, chunk, at_end) = self.input.window();
            match self.engine.step(window, at_end, &mut self.events.sink(chunk)) {
                Progress::Moved(len) => self.input.advance(len),
                Progress::Need if self.input.extend() => {}
                Progress::Need | Progress::Done => return Ok(None),
            }
        }
    }

    /// Looks into the part whose [`Event::Headers`] came last; what happens if nothing is chosen.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if another event came last.
    pub fn descend(&mut self) -> Result<(), Error> {
        self.choose(Choice::Descend)
    }

    /// Hands over the body of that part as it stands: no parts within.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if another event came last.
    pub fn opaque(&mut self) -> Result<(), Error> {
        self.choose(Choice::Opaque)
    }

    /// Says nothing of the body of that part but where it ends.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if another event came last.
    pub fn skip(&mut self) -> Result<(), Error> {
        self.choose(Choice::Skip)
    }

    /// How many octets are held back: what could be a delimiter, or a field that is not over.
    #[must_use]
    pub fn held_back(&self) -> usize {
        self.input.held()
    }

    fn choose(&mut self, choice: Choice) -> Result<(), Error> {
        if !self.may_choose || !self.engine.choose(choice) {
            return Err(Error::Misuse);
        }
        Ok(())
    }
}

/// What went wrong. No message is an error: it takes a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A choice at another time than behind [`Event::Headers`]; input behind the end of input.
    #[error("no header waits for a choice, or the input was over")]
    Misuse,
}
