//! uuencode (POSIX `uuencode`), its variant in base64 included.
//!
//! ```text
//! begin 644 name
//! M<61-octets-a-line...
//! `
//! end
//! ```
//!
//! A space and a backtick are both zero. A line that is too short is filled up with zeros, as the spaces at
//! its end may have got lost; what is beyond its length is ignored. Both are reported, one character of
//! checksum excepted. Text before `begin` and behind `end` gives nothing and is reported.

use super::{base64, lines::Lines};
use crate::{DefectCode, Findings, Policy};
use alloc::vec::Vec;

/// Undoes uuencode, chunk by chunk. At most one line is held back, and no more than 1,024 octets of it.
///
/// ```
/// use mailwire_message::{Findings, Policy, transfer::uuencode};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let mut decoder = uuencode::Decoder::new();
/// let mut out = Vec::new();
/// for chunk in ["begin 644 a.txt\n#86", "%A\n`\nend\n"] {
///     decoder.decode(chunk.as_bytes(), &mut out, &mut findings);
/// }
/// decoder.finish(&mut out, &mut findings);
/// assert_eq!((&out[..], decoder.name()), (&b"aaa"[..], Some(&b"a.txt"[..])));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    lines: Lines,
    reader: Reader,
}

#[derive(Clone, Debug, Default)]
struct Reader {
    state: State,
    name: Option<Vec<u8>>,
    /// Whether text outside was reported.
    outside: bool,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Before,
    Data,
    /// Behind a line of no octets.
    Zero,
    /// Within base64.
    Base64(base64::Decoder),
    After,
}

impl Decoder {
    /// Starts before the first octet of a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the file, once its `begin` line is read.
    ///
    /// ```
    /// assert_eq!(mailwire_message::transfer::uuencode::Decoder::new().name(), None);
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        self.reader.name.as_deref()
    }

    /// Decodes the next octets of the body and appends what they give.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        self.lines.push(input, |line, at| self.reader.take(line, at, out, findings));
    }

    /// Ends the body.
    pub fn finish(&mut self, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        let len = self.lines.finish(|line, at| self.reader.take(line, at, out, findings));
        match self.reader.state {
            State::Data | State::Zero | State::Base64(_) => {
                findings.report(DefectCode::UuSyntax, len);
            }
            State::Before | State::After => {}
        }
        self.reader.state = State::After;
    }
}

impl Reader {
    /// Reads one line, without its end.
    fn take(&mut self, line: &[u8], at: usize, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        match &mut self.state {
            State::Before => self.begin(line, at, out, findings),
            State::Data if line == b"end" => self.state = State::After,
            State::Data => self.data(line, at, out, findings),
            State::Zero if line == b"end" => self.state = State::After,
            State::Zero if line.is_empty() => {}
            State::Zero => {
                findings.report(DefectCode::UuSyntax, at);
                self.state = State::Data;
                self.data(line, at, out, findings);
            }
            State::Base64(_) if line == b"====" => self.state = State::After,
            State::Base64(decoder) => {
                decoder.decode_line(line, at, out, findings);
            }
            State::After => self.outside(line, at, findings),
        }
    }

    fn begin(&mut self, line: &[u8], at: usize, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if let Some(begin) = Begin::parse(line) {
            self.name = Some(begin.name.to_vec());
            self.state = match begin.base64 {
                true => State::Base64(base64::Decoder::new(Policy::STANDARD)),
                false => State::Data,
            };
        } else if !self.outside && is_data(line) {
            // The beginning is lost, but this can be nothing else.
            findings.report(DefectCode::UuSyntax, at);
            self.state = State::Data;
            self.data(line, at, out, findings);
        } else {
            self.outside(line, at, findings);
        }
    }

    fn outside(&mut self, line: &[u8], at: usize, findings: &mut Findings<'_>) {
        if !self.outside && !line.trim_ascii().is_empty() {
            findings.report(DefectCode::UuSyntax, at);
            self.outside = true;
        }
    }

    fn data(&mut self, line: &[u8], at: usize, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        let Some((&first, data)) = line.split_first() else {
            self.state = State::Zero;
            return;
        };
        let Some(len) = value(first) else {
            findings.report(DefectCode::UuSyntax, at);
            return;
        };
        if len == 0 {
            self.state = State::Zero;
            return;
        }
        let len = usize::from(len);
        let symbols = len.div_ceil(3) * 4;
        if data.len() < symbols || data.len() > symbols + 1 {
            findings.report(DefectCode::UuBadLength, at);
        }
        let data = &data[..data.len().min(symbols)];
        if let Some(odd) = data.iter().position(|&octet| value(octet).is_none()) {
            findings.report(DefectCode::UuSyntax, at + 1 + odd);
        }
        let end = out.len() + len;
        for group in data.chunks(4) {
            let mut four = [b' '; 4];
            four[..group.len()].copy_from_slice(group);
            let [a, b, c, d] = four.map(|octet| octet.wrapping_sub(b' ') & 0x3f);
            out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        }
        out.resize(end, 0);
    }
}

/// The line that a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begin<'a> {
    pub(super) base64: bool,
    pub(super) name: &'a [u8],
}

impl<'a> Begin<'a> {
    /// `begin 644 name`, or `begin-base64 644 name`
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"begin")?;
        let (base64, rest) = match rest.strip_prefix(b"-base64 ") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(b" ")?),
        };
        let digits = rest.iter().take_while(|octet| matches!(octet, b'0'..=b'7')).count();
        let name = rest[digits..].strip_prefix(b" ")?.trim_ascii();
        ((3..=6).contains(&digits) && !name.is_empty()).then_some(Self { base64, name })
    }
}

/// Whether a line can be nothing but data.
pub(super) fn is_data(line: &[u8]) -> bool {
    let Some((&first, data)) = line.split_first() else { return false };
    let Some(len) = value(first) else { return false };
    let symbols = usize::from(len).div_ceil(3) * 4;
    len > 0
        && (symbols..=symbols + 1).contains(&data.len())
        && data.iter().all(|&octet| value(octet).is_some())
}

/// What a character stands for.
pub(super) fn value(octet: u8) -> Option<u8> {
    matches!(octet, b' '..=b'`').then(|| (octet - b' ') & 0x3f)
}
