//! Framing: where a command or response ends, literals included (RFC 9051 §4.3).
//!
//! A [`Framer`] looks at every octet once, however the input is cut. It follows the grammar as far as
//! it must: `{9}` at the end of free text is text, and is no literal within base64 or a DONE line.
//!
//! ```
//! use bytes::Bytes;
//! use mailwire_imap::{FrameLimits, Framer, Piece, Side};
//!
//! let mut framer = Framer::new(Side::Responses, FrameLimits::default());
//! framer.push(Bytes::from("* OK hello {9}\r\n* LIST () \"/\" {3}\r\nb"));
//! framer.push(Bytes::from("ox\r\n"));
//! let mut wires = vec![];
//! while let Some(Piece::Frame(frame)) = framer.next_piece()? {
//!     wires.push(frame.wire().clone());
//! }
//! assert_eq!(wires, ["* OK hello {9}\r\n", "* LIST () \"/\" {3}\r\nbox\r\n"]);
//! # Ok::<(), mailwire_imap::FrameError>(())
//! ```

mod buffer;
mod literal;
mod place;

pub use literal::Literal;

use buffer::{Buffer, TAIL};
use bytes::Bytes;
use place::Place;

/// What is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two ends")]
pub enum Side {
    /// What a server sends.
    Responses,
    /// What a client sends.
    Commands,
}

/// How much may come. Nothing is allocated from a length that the peer declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameLimits {
    /// Octets of one line, its line end included.
    pub line: usize,
    /// Octets of a literal that is put in its frame without asking; longer ones are offered.
    pub inline: u64,
    /// Octets of a whole frame, inline literals included and streamed ones not.
    pub frame: usize,
}

impl FrameLimits {
    /// For a client: servers send long lines, a SEARCH result for example.
    pub const CLIENT: Self = Self { line: 16 << 20, inline: 4096, frame: 64 << 20 };
    /// For a server (RFC 9051 §4 has commands of at most 8192 octets, 64 KiB are usual).
    pub const SERVER: Self = Self { line: 64 << 10, inline: 4096, frame: 512 << 10 };
    /// For a server before login.
    pub const UNAUTHENTICATED: Self = Self { line: 8 << 10, inline: 4096, frame: 16 << 10 };
}

impl Default for FrameLimits {
    fn default() -> Self {
        Self::CLIENT
    }
}

/// A whole command or response.
///
/// The octets are those of the wire, with the line ends and with `{n}` before each literal, but
/// without the octets of literals that were streamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    wire: Bytes,
    /// Where in `wire` the octets of the streamed literals would be, in order.
    streamed: alloc::vec::Vec<usize>,
}

impl Frame {
    /// A frame that lies in one buffer, no literal of it streamed.
    #[must_use]
    pub const fn new(wire: Bytes) -> Self {
        Self { wire, streamed: alloc::vec::Vec::new() }
    }

    /// The same with one literal streamed, whose octets would be at this place.
    pub(crate) fn with_streamed(wire: Bytes, at: usize) -> Self {
        Self { wire, streamed: alloc::vec::Vec::from([at]) }
    }

    /// The octets, as described above.
    #[must_use]
    pub const fn wire(&self) -> &Bytes {
        &self.wire
    }

    /// Whether the literal whose octets would be at this place of [`wire`](Self::wire) was streamed.
    #[must_use]
    pub fn is_streamed(&self, at: usize) -> bool {
        !self.streamed.is_empty() && self.streamed.binary_search(&at).is_ok()
    }
}

impl Frame {
    /// A frame of which the octets of these literals are sent otherwise.
    pub(crate) const fn with_streams(wire: Bytes, streamed: alloc::vec::Vec<usize>) -> Self {
        Self { wire, streamed }
    }

    /// Whether the octets of a literal are missing there.
    pub(crate) fn is_streamed_within(&self, range: core::ops::RangeInclusive<usize>) -> bool {
        let first = self.streamed.partition_point(|at| at < range.start());
        self.streamed.get(first).is_some_and(|at| at <= range.end())
    }
}

/// What a framer gives, in the order of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece {
    /// A whole command or response.
    Frame(Frame),
    /// A literal is announced that is longer than [`FrameLimits::inline`]. Answer with
    /// [`Framer::inline`], [`Framer::stream`] or [`Framer::skip`]; until then this repeats.
    Literal {
        /// What came before it: the frame so far, the announcement included. To those who read it, the
        /// literal is a streamed one.
        head: Frame,
        /// The announcement.
        literal: Literal,
    },
    /// Octets of a streamed literal.
    Chunk(Bytes),
    /// The streamed or skipped literal is over; the rest of the frame follows.
    LiteralEnd,
}

/// What was not framed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A line, or a frame, was longer than its limit. It is skipped to its end, its literals with it, so
    /// that the next frame is framed right.
    #[error("longer than {limit} octets")]
    TooLong {
        /// How long it may be.
        limit: usize,
        /// The beginning of the frame, where a tag would be: at most 64 octets.
        start: Bytes,
    },
}

/// Cuts what comes into commands or responses.
#[derive(Debug)]
pub struct Framer {
    side: Side,
    limits: FrameLimits,
    buffer: Buffer,
    state: State,
    place: Place,
    streamed: alloc::vec::Vec<usize>,
    /// The frame is too long, and dropped as it comes.
    dropping: bool,
    /// What comes before an offered literal is only looked at when it is asked for.
    lean: bool,
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
            streamed: alloc::vec::Vec::new(),
            dropping: false,
            lean: false,
        }
    }

    /// The same with an empty head in each [`Piece::Literal`]: a command with thousands of literals would
    /// be copied as often.
    pub(crate) fn lean(mut self) -> Self {
        self.lean = true;
        self
    }

    /// Takes octets from the peer; looks at none of them.
    pub fn push(&mut self, chunk: Bytes) {
        self.buffer.push(chunk);
    }

    /// Other limits, from the next frame on: after login, for example.
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
                State::Offered(literal) => {
                    let head = if self.lean { Frame::new(Bytes::new()) } else { self.head() };
                    return Ok(Some(Piece::Literal { head, literal }));
                }
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
    /// # Errors
    ///
    /// [`FrameError::TooLong`], once for a line of more than `limit` octets.
    pub fn next_line(&mut self, limit: usize) -> Result<Option<Bytes>, FrameError> {
        debug_assert!(self.state == State::Line, "between two frames");
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

    /// Puts the literal that was offered in its frame.
    ///
    /// # Errors
    ///
    /// [`FrameError::TooLong`] if the frame would be longer than its limit: it is skipped.
    pub fn inline(&mut self) -> Result<(), FrameError> {
        let State::Offered(literal) = self.state else { return Ok(()) };
        self.keep(literal)
    }

    /// Hands the octets of the literal that was offered on as they come.
    pub fn stream(&mut self) {
        if let State::Offered(literal) = self.state {
            self.streamed.push(self.buffer.known());
            self.state = State::Streamed { left: literal.size };
        }
    }

    /// Drops the octets of the literal that was offered as they come; in the frame it is a streamed one.
    pub fn skip(&mut self) {
        if let State::Offered(literal) = self.state {
            self.streamed.push(self.buffer.known());
            self.state = State::Skipped { left: literal.size };
        }
    }

    /// Forgets the frame whose literal was offered: the peer will not send it, since it was told so
    /// (RFC 9051 §4.3: after a refusal of a synchronizing literal the command is over).
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
    pub fn clear(&mut self) {
        *self = Self { lean: self.lean, ..Self::new(self.side, self.limits) };
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
            Err(buffer::Full) => {
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

    fn head(&self) -> Frame {
        let mut streamed = self.streamed.clone();
        streamed.push(self.buffer.known());
        Frame { wire: self.buffer.head(), streamed }
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
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::{format, string::String, vec::Vec};

    /// What becomes of literals that are offered.
    #[derive(Clone, Copy, Debug)]
    enum Answer {
        Inline,
        Stream,
        Skip,
        Abandon,
    }

    /// Everything the framer says of `wire` cut into pieces of `step`; adjacent chunks joined.
    fn pieces(
        side: Side,
        wire: &[u8],
        step: usize,
        limits: FrameLimits,
        answer: Answer,
    ) -> Vec<String> {
        let mut framer = Framer::new(side, limits);
        let (mut said, mut chunk) = (Vec::new(), Vec::new());
        for part in wire.chunks(step.max(1)) {
            framer.push(Bytes::copy_from_slice(part));
            while let Some(piece) = framer.next_piece().transpose() {
                if let Ok(Piece::Chunk(octets)) = &piece {
                    chunk.extend_from_slice(octets);
                    continue;
                }
                if !chunk.is_empty() {
                    said.push(format!("chunk {}", chunk.escape_ascii()));
                    chunk.clear();
                }
                match piece {
                    Ok(Piece::Frame(frame)) => said.push(format!("{}", frame.wire.escape_ascii())),
                    Ok(Piece::Literal { head, literal }) => {
                        said.push(format!("{} offers {}", head.wire.escape_ascii(), literal.size));
                        match answer {
                            Answer::Inline => {
                                said.extend(
                                    framer.inline().err().map(|error| format!("{error:?}")),
                                );
                            }
                            Answer::Stream => framer.stream(),
                            Answer::Skip => framer.skip(),
                            Answer::Abandon => framer.abandon(),
                        }
                    }
                    Ok(Piece::Chunk(_)) => unreachable!("joined above"),
                    Ok(Piece::LiteralEnd) => said.push("end".into()),
                    Err(error) => said.push(format!("{error:?}")),
                }
            }
        }
        said
    }

    #[test]
    fn literals_are_where_the_grammar_has_them() {
        for (wire, frames) in [
            ("* OK hello {9}\r\n* 3 EXISTS\r\n", 2),
            ("a NO text {1}\r\nb OK\r\n", 2),
            ("+ go on {2}\r\n* X\r\n", 2),
            ("* NO [BADCHARSET ({5}\r\nUTF-8)] no {3}\r\n* X\r\n", 2),
            ("* OK [BADCHARSET (\"]\" {3}\r\na]b] {3}\r\n", 1),
            ("* NO [BADURL a\"b] \" {3}\r\n* X\r\n", 2),
            ("* OK [X] {3}\r\na]b\r\n", 2),
            ("* LIST () \"/\" {3}\r\na\nb\r\n", 1),
            ("* 1 FETCH (BODY[] {0}\r\n FLAGS ({2}\r\n\r\n))\r\n", 1),
            ("\0\0* LIST () \"/\" {3}\r\na\nb\r\n", 1),
            ("* SEARCH\n* LIST () \"/\" {1}\na\n", 2),
            ("* {3}\r\nabc\r\n", 1),
        ] {
            for step in 1..20 {
                let got = pieces(
                    Side::Responses,
                    wire.as_bytes(),
                    step,
                    FrameLimits::CLIENT,
                    Answer::Skip,
                );
                assert_eq!(got.len(), frames, "wire {wire:?} gives {got:#?}");
            }
        }
    }

    #[test]
    fn a_literal_waits_for_an_answer_and_long_ones_stream() {
        let wire = b"a LOGIN {2}\r\nme {3+}\r\nsec\r\nb APPEND x {9+}\r\n123456789 {1+}\r\n2\r\n";
        let limits = FrameLimits { inline: 5, ..FrameLimits::SERVER };
        for step in 1..40 {
            let got = pieces(Side::Commands, wire, step, limits, Answer::Stream);
            assert_eq!(
                got,
                [
                    "a LOGIN {2}\\r\\n offers 2",
                    "chunk me",
                    "end",
                    "a LOGIN {2}\\r\\n {3+}\\r\\nsec\\r\\n",
                    "b APPEND x {9+}\\r\\n offers 9",
                    "chunk 123456789",
                    "end",
                    "b APPEND x {9+}\\r\\n {1+}\\r\\n2\\r\\n",
                ],
                "step {step}"
            );
        }
    }

    #[test]
    fn what_is_too_long_is_skipped_with_its_literals() {
        let limits = FrameLimits { line: 20, inline: 5, frame: 24 };
        let wire = b"a XXXXXXXXXXXXXXXXXXXXXX {3+}\r\na\nb {2+}\r\n\r\n\r\nb NOOP\r\n\
                     c APPEND x {30+}\r\n123456789\n123456789\n123456789\n\r\nd NOOP\r\n";
        for step in 1..40 {
            let got = pieces(Side::Commands, wire, step, limits, Answer::Inline);
            assert_eq!(
                got,
                [
                    "TooLong { limit: 20, start: b\"a XXXXXXXXXXXXXXXXXX\" }",
                    "b NOOP\\r\\n",
                    "c APPEND x {30+}\\r\\n offers 30",
                    "TooLong { limit: 24, start: b\"c APPEND x {30+}\" }",
                    "d NOOP\\r\\n",
                ],
                "step {step}"
            );
        }
    }

    fn wire() -> impl Strategy<Value = Vec<u8>> {
        let word = select(
            [
                "a ",
                "* ",
                "+ ",
                "OK ",
                "X ",
                "[Y ",
                "]",
                "\"",
                "{3}\r\n",
                "{3+}\r\n",
                "~{2}\r\n",
                "{9+}\r\n",
                "{40+}\r\n",
                "\r\n",
                "\n",
                "abc",
                "\r",
                "0123456789",
                " ",
                "(",
            ]
            .to_vec(),
        );
        vec(word, 0..30).prop_map(|words| words.concat().into_bytes())
    }

    proptest! {
        /// However the octets are cut, frames, chunks and errors are the same.
        #[test]
        fn framing_does_not_depend_on_the_cut(
            wire in wire(),
            step in 1..12usize,
            line in 1..60usize,
            frame in 1..100usize,
            answer in select([Answer::Inline, Answer::Stream, Answer::Skip, Answer::Abandon].to_vec()),
            side in select([Side::Commands, Side::Responses].to_vec()),
        ) {
            let limits = FrameLimits { line, inline: 4, frame };
            let whole = pieces(side, &wire, usize::MAX, limits, answer);
            prop_assert_eq!(pieces(side, &wire, step, limits, answer), whole);
        }

        /// What is given out, put together, is what came in.
        #[test]
        fn nothing_is_lost(wire in wire(), step in 1..12usize) {
            let mut framer = Framer::new(Side::Responses, FrameLimits::default());
            let mut given = Vec::new();
            for part in wire.chunks(step) {
                framer.push(Bytes::copy_from_slice(part));
                while let Some(piece) = framer.next_piece().unwrap() {
                    let Piece::Frame(frame) = piece else { unreachable!("all are short") };
                    given.extend_from_slice(frame.wire());
                }
            }
            prop_assert!(wire.starts_with(&given));
            let waiting = &wire[given.len()..];
            prop_assert_eq!(framer.is_empty(), waiting.is_empty());
        }
    }

    /// What the end of a dropped line announces is looked for in as much of it, however it was cut.
    #[test]
    fn dropped_lines_do_not_depend_on_cuts() {
        let limits = FrameLimits { line: 50, inline: 4, frame: 4 };
        let code =
            format!("* BAD [D{}\"{}x {{4+}}\n\0[\0\nrest\r\n", "a".repeat(60), "b".repeat(80));
        for wire in [code.replace('a', "\""), code] {
            let whole =
                pieces(Side::Responses, wire.as_bytes(), wire.len(), limits, Answer::Inline);
            for step in 1..100 {
                let cut = pieces(Side::Responses, wire.as_bytes(), step, limits, Answer::Inline);
                assert_eq!(cut, whole, "in pieces of {step}: {wire:?}");
            }
        }
    }
}
