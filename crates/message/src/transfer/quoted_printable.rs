//! quoted-printable ([RFC 2045 §6.7]).
//!
//! - An equals sign that begins no escape is reported and stays in the text.
//! - Blanks at the end of a line, and between an equals sign and the end of its line, are reported and
//!   removed, unless there are more than a thousand of them.
//! - Line ends stay as they are. A line ends in CRLF or LF; a bare CR is an octet like any other.
//!
//! [RFC 2045 §6.7]: https://www.rfc-editor.org/rfc/rfc2045#section-6.7

use crate::{DefectCode, Findings, Policy};
use alloc::vec::Vec;

/// The longest line (RFC 2045 §6.7).
const LINE: usize = 76;
/// How many blanks are held back to see whether a line ends behind them.
const BLANKS: usize = 1000;

/// Undoes quoted-printable, chunk by chunk. At most about a thousand octets are held back.
///
/// ```
/// use mailwire_message::{Findings, Policy, transfer::quoted_printable};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let mut decoder = quoted_printable::Decoder::new();
/// let mut out = Vec::new();
/// for chunk in ["a=", "3", "Db \r", "\n"] {
///     decoder.decode(chunk.as_bytes(), &mut out, &mut findings);
/// }
/// decoder.finish(&mut out, &mut findings);
/// assert_eq!(out, b"a=b\r\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    state: State,
    /// What was read and is not decided yet.
    held: Vec<u8>,
    /// Octets of the line so far, and whether a CR stands behind them.
    column: usize,
    after_cr: bool,
    /// Octets of the body so far.
    offset: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// Holds blanks.
    Blanks,
    /// Holds blanks and a CR.
    BlanksCr,
    /// Holds an equals sign.
    Equals,
    /// Holds an equals sign and a hexadecimal digit.
    Digit,
    /// Holds an equals sign and blanks.
    EqualsBlanks,
    /// Holds an equals sign, maybe blanks, and a CR.
    EqualsCr,
}

impl Decoder {
    /// Starts before the first octet of a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes the next octets of the body and appends what they give.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        let mut rest = input;
        while let Some((&octet, behind)) = rest.split_first() {
            if self.state == State::Text && !self.after_cr {
                let plain = self.plain(rest, out, findings);
                if plain > 0 {
                    rest = &rest[plain..];
                    continue;
                }
            }
            self.count(octet, findings);
            self.take(octet, out, findings);
            self.offset += 1;
            rest = behind;
        }
    }

    /// Ends the body and appends what was held back. The line break before a delimiter belongs to it, so
    /// that a soft line break may end in its equals sign here.
    pub fn finish(&mut self, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if self.after_cr {
            self.count_one(self.offset - 1, findings);
            self.after_cr = false;
        }
        match self.state {
            State::Text => {}
            State::Blanks | State::EqualsBlanks => {
                let blanks = self.held.iter().filter(|&&octet| is_blank(octet)).count();
                findings.report(DefectCode::QpTrailingWs, self.offset - blanks);
            }
            State::Equals => {}
            State::BlanksCr => out.append(&mut self.held),
            State::Digit | State::EqualsCr => self.give_up(out, findings),
        }
        self.held.clear();
        self.state = State::Text;
    }

    /// Copies what needs no decoding, and decodes what comes often; returns how many octets it took.
    fn plain(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) -> usize {
        let mut at = 0;
        let mut dense = false;
        loop {
            let rest = &input[at..];
            let special = special(rest, dense);
            dense = false;
            let text = &rest[..special.unwrap_or(rest.len())];
            match special.map(|special| &rest[special..]) {
                Some(escapes @ [b'=', high, low, ..]) if pair(*high, *low).is_some() => {
                    out.extend_from_slice(text);
                    let len = text.len() + decode_escapes(escapes, out);
                    self.count_run(len, findings);
                    at += len;
                    dense = true;
                }
                Some([b'=', b'\n', ..] | [b'=', b'\r', b'\n', ..]) => {
                    out.extend_from_slice(text);
                    self.count_run(text.len() + 1, findings);
                    let end = 1 + usize::from(rest[text.len() + 1] == b'\r');
                    self.offset += end;
                    self.column = 0;
                    at += text.len() + 1 + end;
                }
                Some([b'=', ..]) => {
                    out.extend_from_slice(text);
                    self.count_run(text.len(), findings);
                    return at + text.len();
                }
                Some(_) if ends_plainly(text) => {
                    out.extend_from_slice(&rest[..=text.len()]);
                    let cr = usize::from(text.ends_with(b"\r"));
                    self.count_run(text.len() - cr, findings);
                    self.offset += cr + 1;
                    self.column = 0;
                    at += text.len() + 1;
                }
                Some(_) | None => {
                    let undecided = text.iter().rev().take_while(|&&octet| is_undecided(octet));
                    let text = &text[..text.len() - undecided.count()];
                    out.extend_from_slice(text);
                    self.count_run(text.len(), findings);
                    return at + text.len();
                }
            }
        }
    }

    /// The whole grammar: one octet, one transition.
    fn take(&mut self, octet: u8, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        match (self.state, octet) {
            (State::Text, b'=') => self.hold(State::Equals, octet),
            (State::Text | State::Blanks, b' ' | b'\t') => {
                if self.held.len() == BLANKS {
                    out.append(&mut self.held);
                }
                self.hold(State::Blanks, octet);
            }
            (State::Text, _) => out.push(octet),
            (State::Blanks, b'\r') => self.hold(State::BlanksCr, octet),
            (State::Blanks, b'\n') => {
                findings.report(DefectCode::QpTrailingWs, self.offset - self.held.len());
                self.line_end(b"\n", out);
            }
            (State::BlanksCr, b'\n') => {
                findings.report(DefectCode::QpTrailingWs, self.offset - self.held.len());
                self.line_end(b"\r\n", out);
            }
            (State::Blanks | State::BlanksCr, _) => {
                out.append(&mut self.held);
                self.state = State::Text;
                self.take(octet, out, findings);
            }
            (State::Equals, b'0'..=b'9' | b'A'..=b'F' | b'a'..=b'f') => {
                self.hold(State::Digit, octet);
            }
            (State::Equals | State::EqualsBlanks, b' ' | b'\t') if self.held.len() <= BLANKS => {
                self.hold(State::EqualsBlanks, octet);
            }
            (State::Equals | State::EqualsBlanks, b'\r') => self.hold(State::EqualsCr, octet),
            (State::Equals | State::EqualsBlanks | State::EqualsCr, b'\n') => {
                if self.held.get(1).is_some_and(|&octet| is_blank(octet)) {
                    findings.report(DefectCode::QpTrailingWs, self.offset + 1 - self.held.len());
                }
                self.line_end(b"", out);
            }
            (State::Digit, b'0'..=b'9' | b'A'..=b'F' | b'a'..=b'f') => {
                let high = self.held[1];
                if high.is_ascii_lowercase() || octet.is_ascii_lowercase() {
                    findings.report(DefectCode::QpLowerHex, self.offset - 2);
                }
                out.extend(pair(high.to_ascii_uppercase(), octet.to_ascii_uppercase()));
                self.held.clear();
                self.state = State::Text;
            }
            (State::Equals | State::EqualsBlanks | State::EqualsCr | State::Digit, _) => {
                self.give_up(out, findings);
                self.take(octet, out, findings);
            }
        }
    }

    fn hold(&mut self, state: State, octet: u8) {
        self.held.push(octet);
        self.state = state;
    }

    fn line_end(&mut self, end: &[u8], out: &mut Vec<u8>) {
        self.held.clear();
        out.extend_from_slice(end);
        self.state = State::Text;
    }

    /// What is held begins with an equals sign and is no escape.
    fn give_up(&mut self, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        findings.report(DefectCode::QpBadEscape, self.offset - self.held.len());
        out.append(&mut self.held);
        self.state = State::Text;
    }

    /// Counts the length of the line; a CR only counts if no LF follows.
    fn count(&mut self, octet: u8, findings: &mut Findings<'_>) {
        if octet == b'\n' {
            (self.column, self.after_cr) = (0, false);
            return;
        }
        if self.after_cr {
            self.count_one(self.offset - 1, findings);
        }
        self.after_cr = octet == b'\r';
        if !self.after_cr {
            self.count_one(self.offset, findings);
        }
    }

    fn count_one(&mut self, offset: usize, findings: &mut Findings<'_>) {
        self.column += 1;
        if self.column == LINE + 1 {
            findings.report(DefectCode::QpLineTooLong, offset);
        }
    }

    /// Counts and passes octets of one line.
    fn count_run(&mut self, len: usize, findings: &mut Findings<'_>) {
        if self.column <= LINE && self.column + len > LINE {
            findings.report(DefectCode::QpLineTooLong, self.offset + LINE - self.column);
        }
        self.column += len;
        self.offset += len;
    }
}

/// Decodes a whole body; nobody hears of its defects.
///
/// ```
/// use mailwire_message::transfer::quoted_printable;
///
/// assert_eq!(quoted_printable::decode(b"caf=C3=A9=\r\n=20"), "café ".as_bytes());
/// ```
#[must_use]
pub fn decode(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    decode_into(body, &mut out, &mut Findings::ignored(Policy::default()));
    out
}

/// Decodes a whole body and appends what it gives.
///
/// ```
/// use mailwire_message::{Findings, Policy, transfer::quoted_printable};
///
/// let mut out = b"> ".to_vec();
/// let mut findings = Findings::ignored(Policy::default());
/// quoted_printable::decode_into(b"1 =3D 1", &mut out, &mut findings);
/// assert_eq!(out, b"> 1 = 1");
/// ```
pub fn decode_into(body: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
    out.reserve(body.len());
    let mut decoder = Decoder::new();
    decoder.decode(body, out, findings);
    decoder.finish(out, findings);
}

/// Where the next equals sign or line end stands. In dense text it is near, and a vector search not worth
/// its while.
fn special(rest: &[u8], dense: bool) -> Option<usize> {
    let near = if dense { rest.len().min(8) } else { 0 };
    let is_special = |octet: &u8| matches!(octet, b'=' | b'\n');
    rest[..near].iter().position(is_special).or_else(|| {
        let special = memchr::memchr2(b'=', b'\n', &rest[near..])?;
        Some(near + special)
    })
}

/// Decodes the escapes at the start of `rest`, none of them in lower case; returns their octets.
fn decode_escapes(rest: &[u8], out: &mut Vec<u8>) -> usize {
    const MOST: usize = 64;

    let mut few = [0; MOST];
    let mut len = 0;
    for (octet, escape) in few.iter_mut().zip(rest.chunks_exact(3)) {
        let [b'=', high, low] = escape else { break };
        let Some(value) = pair(*high, *low) else { break };
        *octet = value;
        len += 1;
    }
    out.extend_from_slice(&few[..len]);
    3 * len
}

fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// What cannot be decided on before the line goes on.
fn is_undecided(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r')
}

/// Whether no blanks stand at the end of a line.
fn ends_plainly(line: &[u8]) -> bool {
    !line.strip_suffix(b"\r").unwrap_or(line).last().is_some_and(|&octet| is_blank(octet))
}

/// The octet that two digits stand for, none of them in lower case.
fn pair(high: u8, low: u8) -> Option<u8> {
    let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
    (high < 16 && low < 16).then_some(high << 4 | low)
}

const DIGITS: [u8; 256] = {
    let mut values = [16; 256];
    let mut digit = 0u8;
    while digit < 16 {
        values[b"0123456789ABCDEF"[digit as usize] as usize] = digit;
        digit += 1;
    }
    values
};
