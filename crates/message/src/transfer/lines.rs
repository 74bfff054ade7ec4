//! Lines out of chunks, for the encodings that are read line by line.

use alloc::vec::Vec;

/// How much of a line is kept; the rest of it is passed over.
const MOST: usize = 1024;

/// Puts lines together.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    held: Vec<u8>,
    /// Octets of the line so far, those included that were not kept.
    len: usize,
    /// Octets of the lines that are complete.
    offset: usize,
}

impl Lines {
    /// Hands the complete lines to `take`, without their ends, and where they begin.
    pub(super) fn push(&mut self, mut input: &[u8], mut take: impl FnMut(&[u8], usize)) {
        while let Some(lf) = memchr::memchr(b'\n', input) {
            let (line, rest) = input.split_at(lf + 1);
            input = rest;
            if self.len == 0 {
                take(content(&line[..lf.min(MOST)]), self.offset);
                self.offset += line.len();
            } else {
                self.hold(&line[..lf]);
                take(content(&self.held), self.offset);
                self.offset += self.len + 1;
                self.len = 0;
                self.held.clear();
            }
        }
        self.hold(input);
    }

    /// Hands over the last line, if it has no end, and says how many octets there were.
    pub(super) fn finish(&mut self, take: impl FnOnce(&[u8], usize)) -> usize {
        if self.len > 0 {
            take(content(&self.held), self.offset);
        }
        self.offset + self.len
    }

    fn hold(&mut self, octets: &[u8]) {
        let room = MOST - self.held.len();
        self.held.extend_from_slice(&octets[..octets.len().min(room)]);
        self.len += octets.len();
    }
}

/// A line without the CR of its end.
pub(super) fn content(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
