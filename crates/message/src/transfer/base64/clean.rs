//! The fast path: lines of equal length that hold nothing but base64.
//!
//! The lines are handed to a vector decoder many at a time, and measured. It passes over white space and
//! padding, so that the number of octets it gives tells whether there was any within the lines.

use super::{Decoder, LINE, Phase};
use alloc::vec::Vec;

/// How many octets go to the decoder at a time: few enough to stay in the fastest cache between two
/// looks.
const WINDOW: usize = 32 * 1024;

impl Decoder {
    /// Decodes as many clean lines as there are at the start of `input`; returns their octets.
    pub(super) fn clean(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        if self.phase != Phase::Data || self.count > 0 || self.dirty > 0 {
            return 0;
        }
        let inside = self.column > 0;
        if inside && self.column <= LINE {
            return 0;
        }
        let mut at = 0;
        loop {
            let window = &input[at..input.len().min(at + WINDOW)];
            let region = if inside { Region::run(window) } else { Region::lines(window) };
            let Some(region) = region else { break };
            let Clean { taken, wasted } = region.decode(out);
            at += taken;
            self.dirty = wasted;
            if taken == 0 || taken + 2 * LINE < window.len() {
                break;
            }
        }
        self.offset += at;
        if inside {
            self.column += at;
        }
        at
    }
}

struct Clean {
    /// Octets of the lines that were clean.
    taken: usize,
    /// Octets that were looked at in vain.
    wasted: usize,
}

/// Where something odd may stand, and how much was read.
struct Odd {
    at: usize,
    read: usize,
}

/// What may be lines of the same length, or the inside of a line of any length: then as lines of four.
struct Region<'a> {
    octets: &'a [u8],
    /// The length of a line, with and without its end.
    line: usize,
    content: usize,
    /// The line end, if there is one.
    crlf: Option<bool>,
}

impl<'a> Region<'a> {
    /// The lines at the start of a window that are as long as the first one. Only whole groups of four
    /// characters will do.
    fn lines(window: &'a [u8]) -> Option<Self> {
        let first = &window[..window.len().min(LINE + 2)];
        let line = memchr::memchr(b'\n', first)? + 1;
        let crlf = first[..line].ends_with(b"\r\n");
        let content = line - 1 - usize::from(crlf);
        if content == 0 || content > LINE || !content.is_multiple_of(4) {
            return None;
        }
        // Usually all of them are; then measuring is faster when they are decoded.
        let all = window.len() / line * line;
        let seem_same = all > 0 && window[all - 1] == b'\n';
        let len = if seem_same { all } else { same_lines(window, line, crlf) };
        Some(Self { octets: &window[..len], line, content, crlf: Some(crlf) })
    }

    /// What stands before the next line end, if it is worth the effort.
    fn run(window: &'a [u8]) -> Option<Self> {
        const WORTH: usize = 128;

        let len = memchr::memchr2(b'\n', b'\r', window).unwrap_or(window.len()) / 4 * 4;
        (len >= WORTH).then_some(Self { octets: &window[..len], line: 4, content: 4, crlf: None })
    }

    fn decode(self, out: &mut Vec<u8>) -> Clean {
        let before = out.len();
        let Err(Odd { at, read }) = self.decode_lines(self.octets, out) else {
            return Clean { taken: self.octets.len(), wasted: 0 };
        };
        // The lines before that one may be clean.
        let octets = &self.octets[..at / self.line * self.line];
        out.truncate(before);
        if self.decode_lines(octets, out).is_ok() {
            return Clean { taken: octets.len(), wasted: read - octets.len() };
        }
        out.truncate(before);
        Clean { taken: 0, wasted: read }
    }

    /// Decodes lines if they are clean and of one length; otherwise says where something stands that may be
    /// the reason.
    fn decode_lines(&self, octets: &[u8], out: &mut Vec<u8>) -> Result<(), Odd> {
        let before = out.len();
        let read = decode_symbols(octets, out);
        let same = self.crlf.map_or(octets.len(), |crlf| same_lines(octets, self.line, crlf));
        if read < octets.len() {
            return Err(Odd { at: read.min(same), read });
        }
        // The decoder passes over padding and white space, and then gives fewer octets.
        let given = octets.len() / self.line * self.content / 4 * 3;
        if out.len() - before == given && same == octets.len() {
            return Ok(());
        }
        let padding = memchr::memchr(b'=', octets).unwrap_or(octets.len());
        Err(Odd { at: padding.min(same), read })
    }
}

/// How many octets at the start of a window are lines of this length.
fn same_lines(window: &[u8], line: usize, crlf: bool) -> usize {
    let wrong = |line: &[u8]| match line {
        [.., before, last] => (last ^ b'\n') | if crlf { before ^ b'\r' } else { 0 },
        _ => 1,
    };
    // Several at a time, so that there are fewer branches than lines.
    let mut end = 0;
    for lines in window.chunks_exact(4 * line) {
        let (one, rest) = lines.split_at(line);
        let (two, rest) = rest.split_at(line);
        let (three, four) = rest.split_at(line);
        if wrong(one) | wrong(two) | wrong(three) | wrong(four) != 0 {
            break;
        }
        end += lines.len();
    }
    let rest = window[end..].chunks_exact(line).take_while(|line| wrong(line) == 0);
    end + rest.count() * line
}

/// Appends what the characters of the alphabet give, white space skipped; returns how many octets it
/// read before the first other one.
#[cfg(feature = "std")]
fn decode_symbols(region: &[u8], out: &mut Vec<u8>) -> usize {
    match encodify::base64::MIME.decode_append(region, out) {
        Ok(_) => region.len(),
        Err(error) => error.offset().unwrap_or_default(),
    }
}

/// The same without vector instructions.
#[cfg(not(feature = "std"))]
fn decode_symbols(region: &[u8], out: &mut Vec<u8>) -> usize {
    use super::{PAD, SPACE, VALUES};

    out.reserve(region.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for (at, &octet) in region.iter().enumerate() {
        match VALUES[usize::from(octet)] {
            SPACE => {}
            value if value < PAD => {
                bits = bits << 6 | u32::from(value);
                count += 1;
                if count % 4 == 0 {
                    let [_, octets @ ..] = bits.to_be_bytes();
                    out.extend_from_slice(&octets);
                }
            }
            _ => return at,
        }
    }
    region.len()
}
