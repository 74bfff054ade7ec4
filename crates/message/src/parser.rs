//! The push parser: octets in, events out, memory bounded ([RFC 5322 §2], [RFC 2045], [RFC 2046]).
//!
//! The [page of the crate](crate) teaches it.
//!
//! ```text
//! message   = Begin *(Field / Raw) Headers content End
//! content   = *Raw                      ; a leaf, or what is not looked into
//!           / *Raw *(Raw message) *Raw  ; a multipart: preamble, delimiters with parts, epilogue
//!           / message                   ; a message within a message
//! ```
//!
//! [RFC 5322 §2]: https://www.rfc-editor.org/rfc/rfc5322#section-2
//! [RFC 2045]: https://www.rfc-editor.org/rfc/rfc2045
//! [RFC 2046]: https://www.rfc-editor.org/rfc/rfc2046

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
///
/// Hand in what there is with [`handle_input`](Self::handle_input), ask with
/// [`poll_event`](Self::poll_event) until there is nothing more to say, and so on until
/// [`handle_eof`](Self::handle_eof). Memory is bounded by the depth of the message and
/// [`Limits::field_octets`](crate::Limits::field_octets), whatever its size.
///
/// ```
/// use mailwire_message::parser::{Config, Event, Parser, Role};
///
/// let mut parser = Parser::new(Config::default());
/// parser.handle_input("Subject: hi\r\n\r\nHel".into());
/// parser.handle_input("lo\r\n".into());
/// parser.handle_eof();
/// let mut body = Vec::new();
/// while let Some(event) = parser.poll_event()? {
///     if let Event::Raw(raw) = event
///         && raw.role == Role::Body
///     {
///         body.extend_from_slice(&raw.octets);
///     }
/// }
/// assert_eq!(body, b"Hello\r\n");
/// # Ok::<(), mailwire_message::parser::Error>(())
/// ```
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

    /// Takes octets of the message. Stores them, looks at none, never fails; no octets are nothing.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, Parser};
    ///
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_input("Subject: h".into());
    /// assert!(parser.poll_event()?.is_some(), "a part begins");
    /// assert!(parser.poll_event()?.is_none(), "the field is not over");
    /// assert_eq!(parser.held_back(), 10);
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
    pub fn handle_input(&mut self, input: Bytes) {
        self.misused |= !self.input.push(input);
    }

    /// Takes note that the message is over; what was held back comes with the next polls.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, Event, Parser};
    ///
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_eof();
    /// let mut last = None;
    /// while let Some(event) = parser.poll_event()? {
    ///     last = Some(event);
    /// }
    /// assert!(matches!(last, Some(Event::End(_))), "an empty message is one, too");
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
    pub fn handle_eof(&mut self) {
        self.input.end();
    }

    /// Says what comes next: `None` if that takes more octets, or if everything was said.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, Event, Parser};
    ///
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_input("Subject: hi\n\n".into());
    /// assert!(matches!(parser.poll_event()?, Some(Event::Begin(_))));
    /// assert!(matches!(parser.poll_event()?, Some(Event::Field(_))));
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
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
    /// ```
    /// use mailwire_message::parser::{Config, Event, Parser, Role};
    ///
    /// let message = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n";
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_input(message.into());
    /// parser.handle_eof();
    /// let (mut parts, mut octets) = (0, 0);
    /// while let Some(event) = parser.poll_event()? {
    ///     match event {
    ///         Event::Headers(_) => parser.descend()?,
    ///         Event::Raw(raw) if raw.role == Role::Body => octets += raw.octets.len(),
    ///         Event::End(_) => parts += 1,
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!((parts, octets), (2, 5));
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if another event came last.
    pub fn descend(&mut self) -> Result<(), Error> {
        self.choose(Choice::Descend)
    }

    /// Hands over the body of that part as it stands: no parts within.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, Event, Parser, Role};
    ///
    /// let message = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n";
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_input(message.into());
    /// parser.handle_eof();
    /// let (mut parts, mut octets) = (0, 0);
    /// while let Some(event) = parser.poll_event()? {
    ///     match event {
    ///         Event::Headers(_) => parser.opaque()?,
    ///         Event::Raw(raw) if raw.role == Role::Body => octets += raw.octets.len(),
    ///         Event::End(_) => parts += 1,
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!((parts, octets), (1, 17));
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if another event came last.
    pub fn opaque(&mut self) -> Result<(), Error> {
        self.choose(Choice::Opaque)
    }

    /// Says nothing of the body of that part but where it ends.
    ///
    /// ```
    /// use mailwire_message::parser::{Config, Event, Parser, Role};
    ///
    /// let message = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n";
    /// let mut parser = Parser::new(Config::default());
    /// parser.handle_input(message.into());
    /// parser.handle_eof();
    /// let (mut parts, mut octets) = (0, 0);
    /// while let Some(event) = parser.poll_event()? {
    ///     match event {
    ///         Event::Headers(_) => parser.skip()?,
    ///         Event::Raw(raw) if raw.role == Role::Body => octets += raw.octets.len(),
    ///         Event::End(_) => parts += 1,
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!((parts, octets), (1, 0));
    /// # Ok::<(), mailwire_message::parser::Error>(())
    /// ```
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
