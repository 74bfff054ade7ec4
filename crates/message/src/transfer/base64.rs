//! base64 ([RFC 2045 §6.8]).
//!
//! - White space is skipped. Every other character outside the alphabet is skipped and reported, once
//!   for each run of them.
//! - Padding ends the data. What follows it is decoded as if it began anew, or ignored, as
//!   [`Policy::base64_after_padding`] has it; it is reported either way.
//! - Missing padding is reported, and what can be made of the last group is given.
//!
//! [RFC 2045 §6.8]: https://www.rfc-editor.org/rfc/rfc2045#section-6.8

mod clean;

use crate::{DefectCode, Findings, Policy};
use alloc::vec::Vec;

/// The longest line (RFC 2045 §6.8).
const LINE: usize = 76;

/// Undoes base64, chunk by chunk. At most 18 bits are held back.
///
/// ```
/// use mailwire_message::{Findings, Policy, transfer::base64};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let mut decoder = base64::Decoder::new(Policy::default());
/// let mut out = Vec::new();
/// for chunk in ["SGV", "sb\r", "\nG8"] {
///     decoder.decode(chunk.as_bytes(), &mut out, &mut findings);
/// }
/// decoder.finish(&mut out, &mut findings);
/// assert_eq!(out, b"Hello");
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    goes_on: bool,
    phase: Phase,
    /// The bits of the group so far, and of how many characters.
    bits: u32,
    count: u8,
    /// Whether the character before was none of the alphabet.
    in_junk: bool,
    /// Octets of the line so far.
    column: usize,
    /// Octets of the body so far.
    offset: usize,
    /// How many octets to take one by one before looking for clean lines again.
    dirty: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Data,
    /// Behind an equals sign, when so many more are to come.
    Padding(u8),
    /// Behind the end; nothing counts any more.
    Stopped,
}

impl Decoder {
    /// Starts before the first octet of a body.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            goes_on: policy.base64_after_padding,
            phase: Phase::Data,
            bits: 0,
            count: 0,
            in_junk: false,
            column: 0,
            offset: 0,
            dirty: 0,
        }
    }

    /// Decodes the next octets of the body and appends what they give.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        let mut rest = input;
        while !rest.is_empty() {
            if self.phase == Phase::Stopped {
                self.offset += rest.len();
                return;
            }
            let clean = self.clean(rest, out);
            rest = &rest[clean..];
            // What is not clean goes to the end of its line octet by octet, and so does what has no
            // lines, for a while.
            let dirty = rest.len().min(1024);
            let dirty = memchr::memchr(b'\n', &rest[..dirty]).map_or(dirty, |lf| lf + 1);
            self.decode_dirty(&rest[..dirty], out, findings);
            rest = &rest[dirty..];
        }
    }

    /// Ends the body and appends what can be made of an unfinished group.
    pub fn finish(&mut self, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if self.count > 0 || matches!(self.phase, Phase::Padding(1..)) {
            findings.report(DefectCode::B64Truncated, self.offset);
        }
        self.flush(out);
        self.phase = Phase::Stopped;
    }

    /// Decodes a line of something larger, which stands at `offset` there.
    pub(super) fn decode_line(
        &mut self,
        line: &[u8],
        offset: usize,
        out: &mut Vec<u8>,
        findings: &mut Findings<'_>,
    ) {
        (self.offset, self.column) = (offset, 0);
        self.decode_dirty(line, out, findings);
    }

    fn decode_dirty(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        self.dirty = self.dirty.saturating_sub(input.len());
        let mut rest = input;
        while let Some((&octet, behind)) = rest.split_first() {
            if self.count == 0
                && self.phase == Phase::Data
                && let Some((group, behind)) = rest.split_first_chunk()
                && let Some(octets) = whole_group(*group)
                && (self.column + 4 <= LINE || self.column > LINE)
            {
                out.extend_from_slice(&octets);
                self.in_junk = false;
                self.column += 4;
                self.offset += 4;
                rest = behind;
                continue;
            }
            self.take(octet, out, findings);
            self.offset += 1;
            rest = behind;
        }
    }

    fn take(&mut self, octet: u8, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if self.phase == Phase::Stopped {
            return;
        }
        match octet {
            b'\n' => self.column = 0,
            b'\r' => {}
            _ => {
                self.column += 1;
                if self.column == LINE + 1 {
                    findings.report(DefectCode::B64LineTooLong, self.offset);
                }
            }
        }
        let junk = match VALUES[usize::from(octet)] {
            value @ 0..PAD => {
                self.symbol(value, out, findings);
                false
            }
            PAD => {
                self.pad(out, findings);
                false
            }
            SPACE => false,
            _ => {
                if !self.in_junk {
                    findings.report(DefectCode::B64InvalidChar, self.offset);
                }
                true
            }
        };
        self.in_junk = junk;
    }

    fn symbol(&mut self, value: u8, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        if self.phase != Phase::Data {
            findings.report(DefectCode::B64DataAfterEnd, self.offset);
            self.phase = if self.goes_on { Phase::Data } else { Phase::Stopped };
            if !self.goes_on {
                return;
            }
        }
        self.bits = self.bits << 6 | u32::from(value);
        self.count += 1;
        if self.count == 4 {
            let [_, octets @ ..] = self.bits.to_be_bytes();
            out.extend_from_slice(&octets);
            (self.bits, self.count) = (0, 0);
        }
    }

    fn pad(&mut self, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        self.phase = match (self.phase, self.count) {
            (Phase::Data, 2..) => Phase::Padding(3 - self.count),
            (Phase::Padding(owed @ 1..), _) => Phase::Padding(owed - 1),
            (Phase::Data | Phase::Padding(_) | Phase::Stopped, _) => {
                findings.report(DefectCode::B64PaddingInside, self.offset);
                Phase::Padding(0)
            }
        };
        self.flush(out);
    }

    /// Gives the whole octets of an unfinished group.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let [_, _, first, second] = match self.count {
            2 => self.bits >> 4,
            3 => self.bits >> 2,
            _ => 0,
        }
        .to_be_bytes();
        match self.count {
            2 => out.push(second),
            3 => out.extend_from_slice(&[first, second]),
            _ => {}
        }
        (self.bits, self.count) = (0, 0);
    }
}

/// Decodes a whole body; nobody hears of its defects.
///
/// ```
/// assert_eq!(mailwire_message::transfer::base64::decode(b"SGVs\r\nbG8="), b"Hello");
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
/// use mailwire_message::{Findings, Policy, transfer::base64};
///
/// let mut out = b"> ".to_vec();
/// base64::decode_into(b"SGVsbG8", &mut out, &mut Findings::ignored(Policy::default()));
/// assert_eq!(out, b"> Hello");
/// ```
pub fn decode_into(body: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
    let mut decoder = Decoder::new(findings.policy());
    decoder.decode(body, out, findings);
    decoder.finish(out, findings);
}

/// What four characters give, if all of them are of the alphabet.
fn whole_group(group: [u8; 4]) -> Option<[u8; 3]> {
    let [a, b, c, d] = group.map(|octet| VALUES[usize::from(octet)]);
    if (a | b | c | d) >= PAD {
        return None;
    }
    Some([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d])
}

const PAD: u8 = 64;
const SPACE: u8 = 65;
const JUNK: u8 = 66;

const VALUES: [u8; 256] = {
    let alphabet =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n\x0b\x0c";
    let mut values = [JUNK; 256];
    let mut value = 0u8;
    while (value as usize) < alphabet.len() {
        values[alphabet[value as usize] as usize] = if value > SPACE { SPACE } else { value };
        value += 1;
    }
    values
};
