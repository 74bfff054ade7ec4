//! mbox files as a push machine ([RFC 4155] and its older relatives).
//!
//! Octets go in by [`Reader::handle_input`], messages come out by [`Reader::poll_event`]: their beginnings, octets
//! and ends, with offsets in the file. A message begins behind a line `From `, a sender, and a date; a line without a date is
//! text, whatever it begins with. The empty line before it belongs to neither message.
//!
//! Octets are those of the file, but for the quoting of lines `From ` that the [`Format`] has; they are
//! slices of what was handed in wherever possible. Nothing is held back but an empty line and the
//! beginning of one that may be special, up to 1,000 octets.
//!
//! ```
//! use mailwire_message::mbox::{Event, Format, Reader};
//!
//! let mut reader = Reader::new(Format::Mboxrd);
//! let file = "From a@b.example Sat Nov 21 10:00:00 2026\nSubject: x\n\n>From here\n\n\
//!             From - Sat Nov 21 10:00:01 2026\nSubject: y\n\n";
//! reader.handle_input(file.into());
//! reader.handle_eof();
//! let mut messages = Vec::new();
//! while let Some(event) = reader.poll_event() {
//!     match event {
//!         Event::Begin(_) => messages.push(String::new()),
//!         Event::Octets(piece) => messages.last_mut().unwrap().push_str(std::str::from_utf8(&piece.octets).unwrap()),
//!         _ => {}
//!     }
//! }
//! assert_eq!(messages, ["Subject: x\n\nFrom here\n", "Subject: y\n"]);
//! ```
//!
//! [RFC 4155]: https://www.rfc-editor.org/rfc/rfc4155

mod from_line;
mod header;

pub use from_line::FromLine;

use alloc::{collections::VecDeque, vec::Vec};
use bytes::{Buf as _, Bytes};

/// How much of a line is held back to see whether it is special.
const LINE: usize = 1000;
const FROM: &[u8] = b"From ";

/// Which of the formats, which no file says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// RFC 4155: nothing is quoted.
    Plain,
    /// `From ` was written as `>From `. Whether it was `>From ` before nobody knows.
    Mboxo,
    /// Any number of `>` and `From ` was written with one `>` more; the only form that can be undone.
    #[default]
    Mboxrd,
    /// `Content-Length` says how long a body is, and it is quoted as in mboxo.
    Mboxcl,
    /// `Content-Length` says how long a body is; nothing is quoted.
    Mboxcl2,
}

impl Format {
    /// How many `>` a quoted line may begin with.
    fn marks(self) -> usize {
        match self {
            Self::Plain | Self::Mboxcl2 => 0,
            Self::Mboxo | Self::Mboxcl => 1,
            Self::Mboxrd => LINE - FROM.len(),
        }
    }

    fn counts(self) -> bool {
        matches!(self, Self::Mboxcl | Self::Mboxcl2)
    }
}

/// What stands in an mbox file. Joined, everything but the quote marks that were taken off is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Octets before the first message.
    Outside(Piece),
    /// A message begins.
    Begin(Begin),
    /// The next octets of the message, never none.
    Octets(Piece),
    /// The message ends.
    End(End),
}

/// Octets and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// Where they begin, in octets from the beginning of the file.
    pub offset: u64,
    /// The octets.
    pub octets: Bytes,
}

/// The beginning of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Begin {
    /// Where its `From ` line begins, in octets from the beginning of the file.
    pub offset: u64,
    /// The whole line, with its end.
    pub line: Bytes,
}

impl Begin {
    /// What the line says.
    ///
    /// ```
    /// use mailwire_message::mbox::{Event, Reader};
    ///
    /// let mut reader = Reader::default();
    /// reader.handle_input("From a@b.example Sat Nov 21 10:00:00 2026\n".into());
    /// let Some(Event::Begin(begin)) = reader.poll_event() else { panic!("a beginning") };
    /// assert_eq!(begin.from_line().unwrap().sender, b"a@b.example");
    /// ```
    #[must_use]
    pub fn from_line(&self) -> Option<FromLine<'_>> {
        FromLine::parse(&self.line)
    }
}

/// The end of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct End {
    /// Where its octets end, in octets from the beginning of the file.
    pub offset: u64,
    /// The empty line behind it, as it is; empty if there is none.
    pub blank: Bytes,
    /// Whether the message ends elsewhere than its `Content-Length` says.
    pub is_miscounted: bool,
}

/// Reads an mbox file, chunk by chunk. However the file is cut, the events are the same, but for how octets
/// are cut into pieces.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    format: Format,
    input: VecDeque<Bytes>,
    events: VecDeque<Event>,
    eof: bool,
    /// Where the next octet of the input stands in the file.
    offset: u64,
    place: Place,
    state: State,
    /// An empty line that may belong to neither message; stands before `line`.
    blank: Vec<u8>,
    /// The beginning of a line that may be special.
    line: Vec<u8>,
    header: header::Header,
    is_miscounted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    LineStart,
    Inside,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before anything but empty lines.
    #[default]
    Before,
    /// In octets before the first message.
    Outside,
    Header,
    /// In a body of which so many octets are to come.
    Counted(u64),
    /// Behind such a body, where the next message has to begin.
    CountedOut,
    Body,
    /// Behind the end of the file.
    Done,
}

/// What a line may still become.
enum Line {
    Undecided,
    /// An empty one.
    Blank,
    /// A complete line `From `.
    From,
    /// A quoted one.
    Quoted,
    Text,
}

impl Reader {
    /// Starts at the beginning of a file.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format, ..Self::default() }
    }

    /// Takes the next octets of the file. Nothing is looked at before the next [`poll_event`](Self::poll_event).
    pub fn handle_input(&mut self, input: Bytes) {
        if !input.is_empty() && !self.eof {
            self.input.push_back(input);
        }
    }

    /// The file ends here.
    pub fn handle_eof(&mut self) {
        self.eof = true;
    }

    /// The next event, or `None` if it takes more input, or if the file ended.
    pub fn poll_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.state == State::Counted(0) {
                self.flush_line();
                (self.state, self.place) = (State::CountedOut, Place::LineStart);
                continue;
            }
            let Some(mut front) = self.input.pop_front() else {
                if !self.eof || self.state == State::Done {
                    return None;
                }
                self.finish();
                continue;
            };
            let budget = match self.state {
                State::Counted(left) => usize::try_from(left).unwrap_or(usize::MAX),
                _ => usize::MAX,
            };
            let readable = front.slice(..front.len().min(budget));
            let taken = match self.place {
                Place::Inside => self.read_text(&readable),
                Place::LineStart => self.read_line_start(&readable),
            };
            self.offset += taken as u64;
            if let State::Counted(left) = &mut self.state {
                // The octets that began the count were not part of it.
                *left -= if budget == usize::MAX { 0 } else { taken as u64 };
            }
            front.advance(taken);
            if !front.is_empty() {
                self.input.push_front(front);
            }
        }
    }

    /// Hands over text up to where something special may begin; returns how many octets it took.
    fn read_text(&mut self, front: &Bytes) -> usize {
        let len = self.text_len(front);
        self.place = match self.state {
            State::Counted(_) if self.format.marks() == 0 => Place::Inside,
            _ if front[..len].ends_with(b"\n") => Place::LineStart,
            _ => Place::Inside,
        };
        self.give(front.slice(..len), self.offset);
        len
    }

    fn text_len(&self, front: &[u8]) -> usize {
        if matches!(self.state, State::Counted(_)) && self.format.marks() == 0 {
            return front.len();
        }
        let mut at = 0;
        while let Some(lf) = memchr::memchr(b'\n', &front[at..]) {
            at += lf + 1;
            // Here a line begins; an empty one may end the message.
            let mut end = at;
            loop {
                match self.classify(&front[at..front.len().min(at + LINE)]) {
                    Line::Text => break,
                    Line::Blank if self.state != State::Header => {
                        end = at;
                        at += if front[at] == b'\r' { 2 } else { 1 };
                    }
                    Line::Blank | Line::Undecided | Line::From | Line::Quoted => return end,
                }
            }
        }
        front.len()
    }

    /// Collects a line until it is clear what it is; returns how many octets it took.
    fn read_line_start(&mut self, front: &[u8]) -> usize {
        for (at, &octet) in front.iter().enumerate() {
            self.line.push(octet);
            // As if the octet were taken already.
            let behind = self.offset + at as u64 + 1;
            match self.classify(&self.line) {
                Line::Undecided => continue,
                Line::Blank => self.blank_line(behind),
                Line::From if self.is_separator() => self.separator(behind),
                Line::Quoted => {
                    self.is_text();
                    self.give_blank(behind - self.line.len() as u64);
                    let text = core::mem::take(&mut self.line);
                    self.give(text[1..].to_vec().into(), behind + 1 - text.len() as u64);
                    self.place = Place::Inside;
                }
                Line::From | Line::Text => self.text_line(behind),
            }
            return at + 1;
        }
        front.len()
    }

    fn classify(&self, line: &[u8]) -> Line {
        let is_counted = matches!(self.state, State::Counted(_));
        match line {
            [b'\r'] | [] => {
                return if is_counted && !line.is_empty() { Line::Text } else { Line::Undecided };
            }
            [b'\n'] | [b'\r', b'\n', ..] | [b'\n', ..] => {
                return if is_counted { Line::Text } else { Line::Blank };
            }
            _ => {}
        }
        let marks = line.iter().take_while(|&&octet| octet == b'>').count();
        let rest = &line[marks..];
        if marks > self.format.marks() || is_counted && marks == 0 {
            return Line::Text;
        }
        if !rest.starts_with(FROM) {
            return if FROM.starts_with(rest) { Line::Undecided } else { Line::Text };
        }
        match marks {
            0 if line.ends_with(b"\n") => Line::From,
            0 if memchr::memchr(b'\n', line).is_some() => Line::From,
            0 if line.len() >= LINE => Line::Text,
            0 => Line::Undecided,
            _ => Line::Quoted,
        }
    }

    /// Whether the line begins a message: it has a date, or the file begins with it.
    fn is_separator(&self) -> bool {
        self.state == State::Before
            || FromLine::parse(&self.line).is_some_and(|line| line.has_date())
    }

    fn separator(&mut self, behind: u64) {
        let offset = behind - self.line.len() as u64;
        self.end_message(offset);
        let line = core::mem::take(&mut self.line).into();
        self.events.push_back(Event::Begin(Begin { offset, line }));
        self.header = header::Header::default();
        (self.state, self.place) = (State::Header, Place::LineStart);
        self.is_miscounted = false;
    }

    /// Ends the message that is read, if any; `offset` is behind the empty line.
    fn end_message(&mut self, offset: u64) {
        if matches!(self.state, State::Before | State::Outside) {
            self.give_blank(offset);
            return;
        }
        let blank = Bytes::from(core::mem::take(&mut self.blank));
        let offset = offset - blank.len() as u64;
        let is_miscounted = self.is_miscounted || matches!(self.state, State::Counted(1..));
        self.events.push_back(Event::End(End { offset, blank, is_miscounted }));
    }

    fn blank_line(&mut self, behind: u64) {
        self.give_blank(behind - self.line.len() as u64);
        self.blank = core::mem::take(&mut self.line);
        if self.state == State::Header {
            self.state = State::Body;
            if self.format.counts()
                && let Some(len) = self.header.content_length()
            {
                self.give_blank(behind);
                (self.state, self.place) = (State::Counted(len), Place::LineStart);
            }
        }
    }

    /// No message begins here.
    fn is_text(&mut self) {
        self.state = match self.state {
            State::Before => State::Outside,
            State::CountedOut => {
                self.is_miscounted = true;
                State::Body
            }
            state => state,
        };
    }

    /// The line is text so far.
    fn text_line(&mut self, behind: u64) {
        self.is_text();
        let offset = behind - self.line.len() as u64;
        self.give_blank(offset);
        let text = core::mem::take(&mut self.line);
        self.place = if text.ends_with(b"\n") { Place::LineStart } else { Place::Inside };
        self.give(text.into(), offset);
    }

    fn flush_line(&mut self) {
        let text = core::mem::take(&mut self.line);
        let offset = self.offset - text.len() as u64;
        self.give(text.into(), offset);
    }

    /// Hands over the empty line, which ends at `behind`.
    fn give_blank(&mut self, behind: u64) {
        let blank = core::mem::take(&mut self.blank);
        let offset = behind - blank.len() as u64;
        self.give(blank.into(), offset);
    }

    fn give(&mut self, octets: Bytes, offset: u64) {
        if octets.is_empty() {
            return;
        }
        if self.state == State::Header {
            self.header.take(&octets);
        }
        let piece = Piece { offset, octets };
        self.events.push_back(match self.state {
            State::Before | State::Outside => Event::Outside(piece),
            _ => Event::Octets(piece),
        });
    }

    fn finish(&mut self) {
        if !self.line.is_empty() {
            let is_from = !matches!(self.state, State::Counted(_)) && self.line.starts_with(FROM);
            if is_from && self.is_separator() {
                self.separator(self.offset);
            } else {
                self.text_line(self.offset);
            }
        }
        self.end_message(self.offset);
        self.state = State::Done;
    }
}
