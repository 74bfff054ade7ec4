//! Cuts a stream into frames.

use super::{
    Frame, FrameError, FrameLimits, Literal, Piece, Side,
    buffer::{Buffer, Full, TAIL},
    place::Place,
};
use alloc::vec::Vec;
use bytes::Bytes;

/// Cuts what comes into commands or responses.
///
/// It looks at every octet once, however the input is cut, and follows the grammar as far as it must:
/// `{9}` at the end of free text is text, and is no literal within base64 or a DONE line.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{FrameLimits, Framer, Piece, Side};
///
/// let mut framer = Framer::new(Side::Responses, FrameLimits::default());
/// framer.push(Bytes::from("* OK hello {9}\r\n* LIST () \"/\" {3}\r\nb"));
/// framer.push(Bytes::from("ox\r\n"));
/// let mut wires = vec![];
/// while let Some(Piece::Frame(frame)) = framer.next_piece()? {
///     wires.push(frame.wire().clone());
/// }
/// assert_eq!(wires, ["* OK hello {9}\r\n", "* LIST () \"/\" {3}\r\nbox\r\n"]);
/// # Ok::<(), mailwire_imap::FrameError>(())
/// ```
///
/// `Debug` shows how much there is, and none of it.
#[derive(Debug)]
pub struct Framer {
    side: Side,
    limits: FrameLimits,
    buffer: Buffer,
    state: State,
    place: Place,
    streamed: Vec<usize>,
    /// The frame is too long, and dropped as it comes.
    dropping: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Within a line.
    Line,
    /// A literal is announced, and nobody has said what becomes of it.
    Offered(Literal),
    /// Within a literal that belongs to the frame.
    Inline { left: usize },
    /// Within a literal that is handed on.
    Streamed { left: u64 },
    /// Within a literal that nobody wants.
    Skipped { left: u64 },
}

/// What a line is to its frame.
enum Line {
    /// More of it must come.
    Unfinished,
    /// The frame goes on behind it.
    WithinFrame,
    /// The frame ends with it, there.
    EndOfFrame(usize),
}

impl Framer {
    /// A framer for one direction of a connection.
    #[must_use]
    pub fn new(side: Side, limits: FrameLimits) -> Self {
        Self {
            side,
            limits,
            buffer: Buffer::default(),
            state: State::Line,
            place: Place::default(),
            streamed: Vec::new(),
            dropping: false,
        }
    }

    /// Takes octets from the peer; looks at none of them.
    pub fn push(&mut self, chunk: Bytes) {
        self.buffer.push(chunk);
    }

    /// Other limits, from now on: after login, for example. They hold for what is unfinished, too.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Side};
    ///
    /// let mut framer = Framer::new(Side::Commands, FrameLimits::UNAUTHENTICATED);
    /// // When the user is known:
    /// framer.set_limits(FrameLimits::SERVER);
    /// ```
    pub fn set_limits(&mut self, limits: FrameLimits) {
        self.limits = limits;
    }

    /// Whether nothing has come that was not given out: between two frames.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.state == State::Line && self.buffer.is_empty()
    }

    /// The next piece, or `None` until more has come.
    ///
    /// # Errors
    ///
    /// [`FrameError::TooLong`], once for each frame that is; the framer goes on behind it.
    #[inline]
    pub fn next_piece(&mut self) -> Result<Option<Piece>, FrameError> {
        // Most frames are a line that lies in what was just read. Where the caller is known, they need
        // not be handed on from function to function.
        if self.state == State::Line && !self.dropping && self.streamed.is_empty() {
            let limit = self.limits.line.min(self.limits.frame);
            if let Some(wire) = self.buffer.take_plain_line(limit) {
                return Ok(Some(Piece::Frame(Frame::new(wire))));
            }
        }
        self.next_of_any()
    }

    fn next_of_any(&mut self) -> Result<Option<Piece>, FrameError> {
        loop {
            match self.state {
                State::Line => match self.read_line()? {
                    Line::Unfinished => return Ok(None),
                    Line::WithinFrame => {}
                    Line::EndOfFrame(end) => return Ok(Some(Piece::Frame(self.take(end)))),
                },
                State::Offered(literal) => return Ok(Some(Piece::Literal { literal })),
                State::Inline { left } => {
                    let taken = self.buffer.extend(left);
                    if taken < left {
                        self.state = State::Inline { left: left - taken };
                        return Ok(None);
                    }
                    self.state = State::Line;
                }
                State::Streamed { left: 0 } | State::Skipped { left: 0 } => {
                    self.state = State::Line;
                    if !self.dropping {
                        return Ok(Some(Piece::LiteralEnd));
                    }
                }
                State::Streamed { left } => {
                    let Some(chunk) = self.buffer.pass(left) else { return Ok(None) };
                    self.state = State::Streamed { left: left - chunk.len() as u64 };
                    return Ok(Some(Piece::Chunk(chunk)));
                }
                State::Skipped { left } => {
                    let Some(chunk) = self.buffer.pass(left) else { return Ok(None) };
                    self.state = State::Skipped { left: left - chunk.len() as u64 };
                }
            }
        }
    }

    /// A line that is no command: base64, or DONE. Gives it without its line end.
    ///
    /// To be asked for between two frames: while a literal is offered or comes there is none.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Side};
    ///
    /// let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    /// framer.push("DONE {9}\r\n".into());
    /// assert_eq!(framer.next_line(100)?.as_deref(), Some(&b"DONE {9}"[..]));
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FrameError::TooLong`], once for a line of more than `limit` octets.
    pub fn next_line(&mut self, limit: usize) -> Result<Option<Bytes>, FrameError> {
        if self.state != State::Line {
            return Ok(None);
        }
        loop {
            let Some(end) = self.find_line_end(limit)? else { return Ok(None) };
            if !self.dropping {
                let line = self.buffer.take(end);
                return Ok(Some(line.slice(..content_len(&line))));
            }
            self.buffer.drop_line(end);
            self.dropping = false;
        }
    }

    /// What came before the literal that is offered, its announcement included: to those who read it, the
    /// literal is a streamed one. `None` while none is offered.
    ///
    /// It may cost a copy: who asks at each of many literals in a frame copies it as often.
    ///
    /// ```
    /// use mailwire_imap::{Command, FrameLimits, Framer, Piece, ReadOptions, Side};
    ///
    /// let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    /// framer.push("a1 APPEND INBOX {310}\r\n".into());
    /// let Some(Piece::Literal { literal }) = framer.next_piece()? else { panic!("no literal") };
    /// assert_eq!(literal.size, 310);
    ///
    /// let head = framer.head().expect("a literal is offered");
    /// assert_eq!(head.wire(), "a1 APPEND INBOX {310}\r\n");
    /// assert!(Command::parse(&head, ReadOptions::default()).is_ok());
    /// framer.stream();
    /// assert!(framer.head().is_none());
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    #[must_use]
    pub fn head(&self) -> Option<Frame> {
        let State::Offered(_) = self.state else { return None };
        let mut streamed = self.streamed.clone();
        streamed.push(self.buffer.known());
        Some(Frame { wire: self.buffer.head(), streamed })
    }

    /// Puts the literal that was offered in its frame.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Piece, Side};
    ///
    /// let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    /// framer.push("a1 LOGIN {4}\r\nfred {6}\r\npencil\r\n".into());
    /// while let Some(Piece::Literal { .. }) = framer.next_piece()? {
    ///     // Here a server sends `+`.
    ///     framer.inline()?;
    /// }
    /// assert!(framer.is_empty());
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FrameError::TooLong`] if the frame would be longer than its limit: it is skipped.
    pub fn inline(&mut self) -> Result<(), FrameError> {
        let State::Offered(literal) = self.state else { return Ok(()) };
        self.keep(literal)
    }

    /// Hands the octets of the literal that was offered on as they come.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Piece, Side};
    ///
    /// let mut limits = FrameLimits::CLIENT;
    /// limits.inline = 3;
    /// let mut framer = Framer::new(Side::Responses, limits);
    /// framer.push("* 1 FETCH (BODY[] {8}\r\nReceived)\r\n".into());
    /// assert!(matches!(framer.next_piece()?, Some(Piece::Literal { .. })));
    /// framer.stream();
    /// assert_eq!(framer.next_piece()?, Some(Piece::Chunk("Received".into())));
    /// assert_eq!(framer.next_piece()?, Some(Piece::LiteralEnd));
    /// assert!(matches!(framer.next_piece()?, Some(Piece::Frame(_))));
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    pub fn stream(&mut self) {
        if let State::Offered(literal) = self.state {
            self.streamed.push(self.buffer.known());
            self.state = State::Streamed { left: literal.size };
        }
    }

    /// Drops the octets of the literal that was offered as they come; in the frame it is a streamed one.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Piece, Side};
    ///
    /// let mut limits = FrameLimits::CLIENT;
    /// limits.inline = 3;
    /// let mut framer = Framer::new(Side::Responses, limits);
    /// framer.push("* 1 FETCH (BODY[] {8}\r\nReceived)\r\n".into());
    /// assert!(matches!(framer.next_piece()?, Some(Piece::Literal { .. })));
    /// framer.skip();
    /// assert_eq!(framer.next_piece()?, Some(Piece::LiteralEnd));
    /// assert!(matches!(framer.next_piece()?, Some(Piece::Frame(_))));
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    pub fn skip(&mut self) {
        if let State::Offered(literal) = self.state {
            self.streamed.push(self.buffer.known());
            self.state = State::Skipped { left: literal.size };
        }
    }

    /// Forgets the frame whose literal was offered: the peer will not send it, since it was told so
    /// (RFC 9051 §4.3: after a refusal of a synchronizing literal the command is over).
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Piece, Side};
    ///
    /// let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    /// framer.push("a1 APPEND INBOX {99999999}\r\n".into());
    /// assert!(matches!(framer.next_piece()?, Some(Piece::Literal { .. })));
    /// framer.abandon(); // and a server sends `a1 NO [TOOBIG]`
    /// framer.push("a2 NOOP\r\n".into());
    /// assert!(matches!(framer.next_piece()?, Some(Piece::Frame(_))));
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    pub fn abandon(&mut self) {
        if let State::Offered(_) = self.state {
            let len = self.buffer.known();
            self.buffer.take(len);
            self.begin();
        }
    }

    /// Gives back everything that has come and was not given out, between two frames: what follows an
    /// upgrade may have come with what is before it.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Side};
    ///
    /// let mut framer = Framer::new(Side::Responses, FrameLimits::default());
    /// framer.push("A1 OK compressed from here\r\n\x04".into());
    /// assert!(framer.next_piece()?.is_some());
    /// assert_eq!(framer.take_rest(), "\x04");
    /// assert!(framer.is_empty());
    /// # Ok::<(), mailwire_imap::FrameError>(())
    /// ```
    pub fn take_rest(&mut self) -> Bytes {
        let rest = self.buffer.take_all();
        self.begin();
        rest
    }

    /// Forgets everything that has come: what follows an upgrade is another stream.
    ///
    /// ```
    /// use mailwire_imap::{FrameLimits, Framer, Side};
    ///
    /// let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    /// framer.push("a1 LOGIN fr".into());
    /// framer.clear();
    /// assert!(framer.is_empty());
    /// ```
    pub fn clear(&mut self) {
        *self = Self::new(self.side, self.limits);
    }

    /// A line of the frame, if all of it has come.
    fn read_line(&mut self) -> Result<Line, FrameError> {
        let Some(end) = self.find_line_end(self.limits.line)? else { return Ok(Line::Unfinished) };
        let mut line = self.buffer.line(end);
        if self.dropping {
            // How much more is there depends on how the input was cut.
            line = &line[line.len().saturating_sub(TAIL)..];
        }
        let content = &line[..content_len(line)];
        let Some(literal) = self.place.literal(self.side, content) else {
            if self.dropping {
                self.buffer.drop_line(end);
                self.begin();
                return Ok(Line::WithinFrame);
            }
            return Ok(Line::EndOfFrame(end));
        };
        if self.dropping {
            self.buffer.drop_line(end);
            self.skip_unless_refused(literal);
            return Ok(Line::WithinFrame);
        }
        self.buffer.keep_line(end);
        if literal.size > self.limits.inline || literal.waits_for(self.side) {
            self.state = State::Offered(literal);
        } else {
            self.keep(literal)?;
        }
        Ok(Line::WithinFrame)
    }

    /// The frame that ends there.
    fn take(&mut self, end: usize) -> Frame {
        let streamed = core::mem::take(&mut self.streamed);
        let frame = Frame { wire: self.buffer.take(end), streamed };
        self.begin();
        frame
    }

    fn keep(&mut self, literal: Literal) -> Result<(), FrameError> {
        let limit = self.limits.frame;
        let room = limit.saturating_sub(self.buffer.known());
        match usize::try_from(literal.size) {
            Ok(left) if left <= room => {
                self.state = State::Inline { left };
                Ok(())
            }
            _ => {
                let start = self.buffer.start(limit);
                self.buffer.drop_known();
                self.dropping = true;
                self.skip_unless_refused(literal);
                Err(FrameError::TooLong { limit, start })
            }
        }
    }

    /// Nobody tells the peer to go on, so that of a synchronizing literal nothing comes.
    fn skip_unless_refused(&mut self, literal: Literal) {
        if literal.waits_for(self.side) {
            self.begin();
        } else {
            self.state = State::Skipped { left: literal.size };
        }
    }

    /// Where the line ends in the buffer.
    fn find_line_end(&mut self, line_limit: usize) -> Result<Option<usize>, FrameError> {
        if self.dropping {
            return Ok(self.buffer.find_line_end_dropping());
        }
        let room = self.limits.frame.saturating_sub(self.buffer.known());
        match self.buffer.find_line_end(line_limit.min(room)) {
            Ok(end) => Ok(end),
            Err(Full) => {
                let start = self.buffer.start(line_limit.min(room) + self.buffer.known());
                self.place.enter(self.side, &start);
                self.buffer.drop_known();
                self.dropping = true;
                let limit = if line_limit <= room { line_limit } else { self.limits.frame };
                Err(FrameError::TooLong { limit, start })
            }
        }
    }

    /// How much of the frame is known, up to the end of what announces a literal.
    pub(crate) fn known(&self) -> usize {
        self.buffer.known()
    }

    /// What is known of the frame from that place on.
    pub(crate) fn known_from(&self, from: usize) -> Bytes {
        self.buffer.known_from(from)
    }

    fn begin(&mut self) {
        self.state = State::Line;
        self.place = Place::default();
        self.streamed.clear();
        self.dropping = false;
    }
}

/// How much of a line comes before its line end, CRLF or LF.
fn content_len(line: &[u8]) -> usize {
    match line {
        [content @ .., b'\r', b'\n'] | [content @ .., b'\n'] => content.len(),
        _ => line.len(),
    }
}

#[cfg(test)]
mod tests;
