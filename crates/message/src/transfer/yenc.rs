//! yEnc (draft 1.3).
//!
//! ```text
//! =ybegin line=128 size=123456 name=mybinary.dat
//! ... data ...
//! =yend size=123456 crc32=abcdef12
//! ```
//!
//! Parts of a file, each with its `=ypart` line, may follow each other. Text outside gives nothing and is
//! reported; so are sizes and checksums that do not fit.

use super::crc;
use crate::{DefectCode, Findings};
use alloc::vec::Vec;

/// How much of a control line is kept.
const LINE: usize = 1024;

/// Undoes yEnc, chunk by chunk. At most 1,024 octets are held back.
///
/// ```
/// use mailwire_message::{Findings, Policy, transfer::yenc};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let mut decoder = yenc::Decoder::new();
/// let mut out = Vec::new();
/// decoder.decode(b"=ybegin line=128 size=2 name=a.bin\r\n=", &mut out, &mut findings);
/// decoder.decode(b"}*\r\n=yend size=2\r\n", &mut out, &mut findings);
/// decoder.finish(&mut out, &mut findings);
/// assert_eq!((&out[..], decoder.name()), (&b"\x13\0"[..], Some(&b"a.bin"[..])));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    state: State,
    place: Place,
    /// The control line so far, its end excluded.
    line: Vec<u8>,
    line_at: usize,
    /// Octets of the body so far.
    offset: usize,
    name: Option<Vec<u8>>,
    part: Part,
    /// Whether text outside was reported.
    outside: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    Data,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    LineStart,
    Inside,
    /// Behind an equals sign at the start of a line.
    StartEquals,
    /// Behind another equals sign.
    Escape,
    /// Within a line that begins with `=y`.
    Control,
}

/// What is known of the part that is read.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    /// The size that its beginning states.
    size: Option<u64>,
    /// Whether it is one of several.
    several: bool,
    given: u64,
    crc: u32,
}

impl Decoder {
    /// Starts before the first octet of a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the file, once its `=ybegin` line is read.
    ///
    /// ```
    /// assert_eq!(mailwire_message::transfer::yenc::Decoder::new().name(), None);
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        self.name.as_deref()
    }

    /// Decodes the next octets of the body and appends what they give.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        let mut rest = input;
        while let Some((&octet, behind)) = rest.split_first() {
            if self.place == Place::Inside {
                let run = match self.state {
                    State::Data => memchr::memchr3(b'=', b'\r', b'\n', rest),
                    State::Outside => memchr::memchr(b'\n', rest),
                };
                let (run, behind) = rest.split_at(run.unwrap_or(rest.len()));
                if !run.is_empty() {
                    if self.state == State::Data {
                        self.give(run, 42, out);
                    }
                    self.offset += run.len();
                    rest = behind;
                    continue;
                }
            }
            self.take(octet, out, findings);
            self.offset += 1;
            rest = behind;
        }
    }

    /// Ends the body.
    pub fn finish(&mut self, _out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if self.place == Place::Control {
            self.control(findings);
        }
        if self.state == State::Data {
            findings.report(DefectCode::YencSyntax, self.offset);
        }
        self.state = State::Outside;
        self.place = Place::LineStart;
    }

    fn take(&mut self, octet: u8, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        self.place = match (self.place, octet) {
            (Place::Control, b'\n') => {
                self.control(findings);
                Place::LineStart
            }
            (Place::Control, _) => {
                if self.line.len() < LINE {
                    self.line.push(octet);
                }
                Place::Control
            }
            (Place::StartEquals, b'y') => {
                self.line.clear();
                self.line_at = self.offset - 1;
                Place::Control
            }
            (place, b'\n') => {
                if self.state == State::Data && matches!(place, Place::StartEquals | Place::Escape)
                {
                    findings.report(DefectCode::YencSyntax, self.offset);
                }
                Place::LineStart
            }
            (Place::LineStart, b'=') => Place::StartEquals,
            (place, b'\r') => place,
            (place, _) if self.state == State::Outside => {
                if !octet.is_ascii_whitespace() || place == Place::StartEquals {
                    self.outside(self.offset, findings);
                }
                Place::Inside
            }
            (Place::Inside, b'=') => Place::Escape,
            (Place::StartEquals | Place::Escape, _) => {
                self.give(&[octet], 42 + 64, out);
                Place::Inside
            }
            (Place::LineStart | Place::Inside, _) => {
                self.give(&[octet], 42, out);
                Place::Inside
            }
        };
    }

    fn give(&mut self, octets: &[u8], shift: u8, out: &mut Vec<u8>) {
        let before = out.len();
        out.extend(octets.iter().map(|octet| octet.wrapping_sub(shift)));
        self.part.crc = crc::update(self.part.crc, &out[before..]);
        self.part.given += octets.len() as u64;
    }

    fn outside(&mut self, at: usize, findings: &mut Findings<'_>) {
        if !self.outside {
            findings.report(DefectCode::YencSyntax, at);
            self.outside = true;
        }
    }

    /// Reads a line that begins with `=y`.
    fn control(&mut self, findings: &mut Findings<'_>) {
        let (line, at) = (core::mem::take(&mut self.line), self.line_at);
        match (self.state, Control::parse(&line)) {
            (State::Outside, Some(Control::Begin(begin))) => {
                self.name.get_or_insert_with(|| begin.name.to_vec());
                let several = begin.part.is_some();
                let size = if several { None } else { begin.size };
                self.part = Part { size, several, given: 0, crc: u32::MAX };
                self.state = State::Data;
            }
            (State::Data, Some(Control::Part(size))) if self.part.given == 0 => {
                self.part.size = size;
                self.part.several = true;
            }
            (State::Data, Some(Control::End(end))) => {
                self.state = State::Outside;
                let Part { size, several, given, crc } = self.part;
                let crc_wanted = end.part_crc.or(if several { None } else { end.crc });
                let fits = |wanted: Option<u64>| wanted.is_none_or(|wanted| wanted == given);
                if !fits(size) || !fits(end.size) || crc_wanted.is_some_and(|wanted| wanted != !crc)
                {
                    findings.report(DefectCode::UuCrcMismatch, at);
                }
            }
            _ => findings.report(DefectCode::YencSyntax, at),
        }
    }
}

/// A control line.
enum Control<'a> {
    Begin(Begin<'a>),
    /// With the size of the part.
    Part(Option<u64>),
    End(End),
}

/// `=ybegin`
#[derive(Clone, Copy, Debug)]
pub(super) struct Begin<'a> {
    size: Option<u64>,
    part: Option<u64>,
    pub(super) name: &'a [u8],
}

struct End {
    size: Option<u64>,
    crc: Option<u32>,
    part_crc: Option<u32>,
}

impl<'a> Control<'a> {
    /// What stands behind `=y`.
    fn parse(line: &'a [u8]) -> Option<Self> {
        if let Some(fields) = line.strip_prefix(b"begin ") {
            return Begin::parse(fields).map(Self::Begin);
        }
        if let Some(fields) = line.strip_prefix(b"part ") {
            let (begin, end) = (number(fields, b"begin="), number(fields, b"end="));
            let size =
                begin.zip(end).and_then(|(begin, end)| end.checked_sub(begin)?.checked_add(1));
            return Some(Self::Part(size));
        }
        let fields = line.strip_prefix(b"end")?;
        Some(Self::End(End {
            size: number(fields, b"size="),
            crc: checksum(fields, b"crc32="),
            part_crc: checksum(fields, b"pcrc32="),
        }))
    }
}

impl<'a> Begin<'a> {
    /// What stands behind `=ybegin `; the name goes to the end of the line.
    pub(super) fn parse(fields: &'a [u8]) -> Option<Self> {
        let at = memchr::memmem::find(fields, b"name=")?;
        let (fields, name) = fields.split_at(at);
        Some(Self {
            size: number(fields, b"size="),
            part: number(fields, b"part="),
            name: name[b"name=".len()..].trim_ascii(),
        })
    }
}

fn field<'a>(fields: &'a [u8], key: &[u8]) -> Option<&'a str> {
    let mut fields = fields.split(u8::is_ascii_whitespace);
    core::str::from_utf8(fields.find_map(|field| field.strip_prefix(key))?).ok()
}

fn number(fields: &[u8], key: &[u8]) -> Option<u64> {
    field(fields, key)?.parse().ok()
}

/// Some write sixteen digits, of which the last eight count.
fn checksum(fields: &[u8], key: &[u8]) -> Option<u32> {
    let digits = field(fields, key)?;
    u32::from_str_radix(digits.get(digits.len().saturating_sub(8)..)?, 16).ok()
}
