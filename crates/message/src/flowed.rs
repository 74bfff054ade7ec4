//! format=flowed text ([RFC 3676]): paragraphs out of lines.
//!
//! A line that ends in a space goes on in the next one, unless that one is quoted to another depth or is the
//! line before a signature. With `DelSp=yes` the space goes too. A space at the start of a line was put
//! there and goes. Any transfer encoding is undone before.
//!
//! ```
//! use mailwire_message::flowed;
//!
//! let text = "> Shall we \r\n> meet?\r\n\r\nYes, \r\nlet us.\r\n-- \r\nMe\r\n";
//! assert_eq!(
//!     flowed::decode(text, false),
//!     "> Shall we meet?\r\n\r\nYes, let us.\r\n-- \r\nMe\r\n",
//! );
//! ```
//!
//! [RFC 3676]: https://www.rfc-editor.org/rfc/rfc3676

use alloc::{string::String, vec::Vec};

/// The line before a signature (RFC 3676 §4.3).
const SIGNATURE: &str = "-- ";

/// Joins the lines of flowed text, chunk by chunk. Nothing is held back but counts.
///
/// Every paragraph becomes one line, with as many `>` as it is quoted deep, and a space behind them.
///
/// ```
/// let mut decoder = mailwire_message::flowed::Decoder::new(true);
/// let mut text = String::new();
/// for chunk in ["ab", "c \r", "\ndef\r\n"] {
///     decoder.decode(chunk, &mut text);
/// }
/// decoder.finish(&mut text);
/// assert_eq!(text, "abcdef\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct Decoder(Machine);

impl Decoder {
    /// Starts before the first line; `del_sp` is the parameter `DelSp`.
    #[must_use]
    pub fn new(del_sp: bool) -> Self {
        Self(Machine::new(del_sp))
    }

    /// Reads the next piece of the text and appends what it gives.
    pub fn decode(&mut self, input: &str, out: &mut String) {
        self.0.decode(input, out);
    }

    /// Ends the text, and with it the last paragraph.
    pub fn finish(&mut self, out: &mut String) {
        self.0.finish(out);
    }
}

/// Joins the lines of a whole text.
///
/// ```
/// assert_eq!(mailwire_message::flowed::decode("a \nb\n", false), "a b\n");
/// ```
#[must_use]
pub fn decode(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut machine = Machine::new(del_sp);
    machine.decode(text, &mut out);
    machine.finish(&mut out);
    out
}

/// A paragraph, or a line that stands for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paragraph {
    /// How deep it is quoted.
    pub depth: usize,
    /// Its text, without quote marks and line end.
    pub text: String,
}

/// The paragraphs of a whole text. Only the last one may end without a line end.
///
/// ```
/// let paragraphs = mailwire_message::flowed::paragraphs(">> deep \n>> down\nup\n", false);
/// assert_eq!((paragraphs[0].depth, &*paragraphs[0].text), (2, "deep down"));
/// assert_eq!((paragraphs[1].depth, &*paragraphs[1].text), (0, "up"));
/// ```
#[must_use]
pub fn paragraphs(text: &str, del_sp: bool) -> Vec<Paragraph> {
    let mut out = Vec::new();
    let mut machine = Machine::new(del_sp);
    machine.decode(text, &mut out);
    machine.finish(&mut out);
    out
}

/// Where paragraphs go.
trait Sink {
    /// A paragraph begins; whether text follows.
    fn begin(&mut self, depth: usize, has_text: bool);
    fn text(&mut self, text: &str);
    fn end(&mut self, line_end: &str);
}

impl Sink for String {
    fn begin(&mut self, depth: usize, has_text: bool) {
        self.extend(core::iter::repeat_n('>', depth));
        if depth > 0 && has_text {
            self.push(' ');
        }
    }

    fn text(&mut self, text: &str) {
        self.push_str(text);
    }

    fn end(&mut self, line_end: &str) {
        self.push_str(line_end);
    }
}

impl Sink for Vec<Paragraph> {
    fn begin(&mut self, depth: usize, _has_text: bool) {
        self.push(Paragraph { depth, text: String::new() });
    }

    fn text(&mut self, text: &str) {
        if let Some(paragraph) = self.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn end(&mut self, _line_end: &str) {}
}

#[derive(Clone, Debug)]
struct Machine {
    del_sp: bool,
    place: Place,
    /// Quote marks of this line.
    depth: usize,
    /// Spaces that may be the last of the line.
    spaces: usize,
    after_cr: bool,
    /// Whether anything of this line was given.
    begun: bool,
    /// The paragraph that this line may go on with: its depth, and the line end that was kept back.
    open: Option<(usize, &'static str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before or within quote marks.
    Quotes,
    /// Behind so many characters of what may be a signature line.
    Signature(usize),
    Text,
}

impl Machine {
    fn new(del_sp: bool) -> Self {
        Self {
            del_sp,
            place: Place::Quotes,
            depth: 0,
            spaces: 0,
            after_cr: false,
            begun: false,
            open: None,
        }
    }

    fn decode(&mut self, mut input: &str, out: &mut impl Sink) {
        while let Some(&octet) = input.as_bytes().first() {
            if self.place == Place::Text && !self.after_cr && !matches!(octet, b' ' | b'\r' | b'\n')
            {
                let end = memchr::memchr2(b'\r', b'\n', input.as_bytes()).unwrap_or(input.len());
                let run = input[..end].trim_end_matches(' ');
                self.text(run, out);
                input = &input[run.len()..];
                continue;
            }
            let taken = self.take(octet, out);
            input = &input[usize::from(taken)..];
        }
    }

    /// Takes an octet, or makes way for it: then it comes again.
    fn take(&mut self, octet: u8, out: &mut impl Sink) -> bool {
        if self.after_cr && octet != b'\n' {
            self.bare_cr(out);
            return false;
        }
        match (self.place, octet) {
            (_, b'\r') => self.after_cr = true,
            (_, b'\n') => self.line_end(if self.after_cr { "\r\n" } else { "\n" }, out),
            (Place::Quotes, b'>') => self.depth += 1,
            (Place::Quotes, b' ') => self.place = Place::Signature(0),
            (Place::Quotes, _) => {
                self.place = Place::Signature(0);
                return false;
            }
            (Place::Signature(seen), _) if SIGNATURE.as_bytes().get(seen) == Some(&octet) => {
                self.place = Place::Signature(seen + 1);
            }
            (Place::Signature(_), _) => {
                self.settle(out);
                return false;
            }
            (Place::Text, _) => self.spaces += 1,
        }
        true
    }

    fn finish(&mut self, out: &mut impl Sink) {
        if self.after_cr {
            self.bare_cr(out);
        }
        if self.place != Place::Quotes || self.depth > 0 {
            self.line_end("", out);
        }
        // The end of the text ends a paragraph too.
        if let Some((_, end)) = self.open.take() {
            out.end(end);
        }
    }

    fn bare_cr(&mut self, out: &mut impl Sink) {
        self.after_cr = false;
        self.settle(out);
        self.text("\r", out);
    }

    /// This is no signature line.
    fn settle(&mut self, out: &mut impl Sink) {
        if let Place::Signature(seen @ 1..) = self.place {
            self.text(&SIGNATURE[..seen.min(2)], out);
            self.spaces = usize::from(seen > 2);
        }
        self.place = Place::Text;
    }

    fn text(&mut self, text: &str, out: &mut impl Sink) {
        self.begin(true, out);
        self.give_spaces(self.spaces, out);
        out.text(text);
    }

    fn give_spaces(&mut self, mut count: usize, out: &mut impl Sink) {
        const SPACES: &str = "                                ";

        while count > 0 {
            let some = count.min(SPACES.len());
            out.text(&SPACES[..some]);
            count -= some;
        }
        self.spaces = 0;
    }

    /// Begins the line, unless it goes on with a paragraph.
    fn begin(&mut self, has_text: bool, out: &mut impl Sink) {
        if self.begun {
            return;
        }
        self.begun = true;
        match self.open.take() {
            Some((depth, _)) if depth == self.depth => return,
            Some((_, end)) => out.end(end),
            None => {}
        }
        out.begin(self.depth, has_text);
    }

    fn line_end(&mut self, end: &'static str, out: &mut impl Sink) {
        if self.place == Place::Signature(SIGNATURE.len()) {
            if let Some((_, end)) = self.open.take() {
                out.end(end);
            }
            self.begin(true, out);
            out.text(SIGNATURE);
            out.end(end);
        } else {
            self.settle(out);
            let is_flowed = self.spaces > 0;
            self.begin(is_flowed, out);
            self.give_spaces(self.spaces - usize::from(is_flowed && self.del_sp), out);
            if is_flowed {
                self.open = Some((self.depth, end));
            } else {
                out.end(end);
            }
        }
        *self = Self { open: self.open, ..Self::new(self.del_sp) };
    }
}
