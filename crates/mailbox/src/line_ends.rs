//! Line ends: as a message is stored, and as it goes on the wire (RFC 9051 §2.3.4, RFC 5322 §2.3).

use alloc::vec::Vec;
use memchr::{memchr, memchr_iter};

/// How the line ends of a stored message go on the wire.
///
/// IMAP and POP3 know CRLF only. A store that keeps messages as they came keeps that; many file
/// systems hold them with LF, and then sizes, line counts and slices must all be those of the message
/// with CRLF, or clients lose their place in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum LineEnds {
    /// Like [`Crlf`](Self::Crlf) if the first line of the message ends in LF alone, otherwise like
    /// [`Keep`](Self::Keep).
    #[default]
    Detect,
    /// The message goes out octet by octet as it is stored; an LF without CR is data. The choice for
    /// stores that keep what came over the wire, and for BINARY content.
    Keep,
    /// Each LF without a CR before it goes out as CRLF.
    Crlf,
}

/// How far the marks of [`Counter`] are apart.
pub(crate) const MARK: u64 = 64 * 1024;

/// How many line feeds there are up to some place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// All.
    pub(crate) lines: u64,
    /// Those without a CR before them.
    pub(crate) bare: u64,
}

impl Count {
    pub(crate) const fn since(self, start: Self) -> Self {
        Self {
            lines: self.lines.saturating_sub(start.lines),
            bare: self.bare.saturating_sub(start.bare),
        }
    }
}

/// Counts line feeds on the way through a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counter {
    at: u64,
    count: Count,
    behind_cr: bool,
    /// Whether the first line ends in LF alone.
    first_is_bare: Option<bool>,
    /// How many bare ones there are before each multiple of [`MARK`] but the first.
    marks: Vec<u64>,
    line_ends: LineEnds,
}

impl Counter {
    /// Counts bare ones only as far as they may go out as CRLF.
    pub(crate) fn new(line_ends: LineEnds) -> Self {
        Self { line_ends, ..Self::default() }
    }

    pub(crate) const fn count(&self) -> Count {
        self.count
    }

    pub(crate) const fn at(&self) -> u64 {
        self.at
    }

    pub(crate) fn marks(&self) -> &[u64] {
        &self.marks
    }

    /// Whether bare line feeds go out as CRLF.
    pub(crate) fn converts(&self) -> bool {
        match self.line_ends {
            LineEnds::Keep => false,
            LineEnds::Crlf => true,
            LineEnds::Detect => self.first_is_bare == Some(true),
        }
    }

    /// Takes the next octets.
    pub(crate) fn feed(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            let room = usize::try_from(MARK - self.at % MARK).unwrap_or(usize::MAX);
            let (now, later) = octets.split_at(room.min(octets.len()));
            self.take(now);
            octets = later;
            if self.at.is_multiple_of(MARK) {
                self.marks.push(self.count.bare);
            }
        }
    }

    fn take(&mut self, octets: &[u8]) {
        if self.first_is_bare.is_none()
            && let Some(first) = memchr(b'\n', octets)
        {
            self.first_is_bare = Some(!self.is_behind_cr(octets, first));
        }
        let lines = memchr_iter(b'\n', octets).count() as u64;
        self.count.lines += lines;
        if self.converts() {
            let bare = |at: &usize| !self.is_behind_cr(octets, *at);
            self.count.bare += if !self.behind_cr && memchr(b'\r', octets).is_none() {
                lines
            } else {
                memchr_iter(b'\n', octets).filter(bare).count() as u64
            };
        }
        self.behind_cr = octets.last() == Some(&b'\r');
        self.at += octets.len() as u64;
    }

    fn is_behind_cr(&self, octets: &[u8], at: usize) -> bool {
        if at == 0 { self.behind_cr } else { octets.get(at - 1) == Some(&b'\r') }
    }
}

/// How many line feeds of a slice of a message have no CR before them; `before` is the octet before
/// the slice.
pub(crate) fn bare_in(before: Option<u8>, slice: &[u8]) -> u64 {
    let mut counter = Counter::new(LineEnds::Crlf);
    counter.behind_cr = before == Some(b'\r');
    counter.take(slice);
    counter.count.bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_feeds_are_counted_however_they_are_cut() {
        let mut octets = b"a\r\nb\n\r\n\n\rc\r".repeat(20_000);
        octets.push(b'\n');
        let mut whole = Counter::new(LineEnds::Crlf);
        whole.feed(&octets);
        assert_eq!(whole.count(), Count { lines: 80_001, bare: 40_000 });
        assert_eq!(whole.marks().len() as u64, octets.len() as u64 / MARK);
        for size in [1, 7, 65_535, 65_536, 65_537] {
            let mut cut = Counter::new(LineEnds::Crlf);
            octets.chunks(size).for_each(|chunk| cut.feed(chunk));
            assert_eq!((cut.count(), cut.marks()), (whole.count(), whole.marks()));
        }
        let mut detects = Counter::new(LineEnds::Detect);
        detects.feed(&octets);
        assert_eq!(detects.count(), Count { lines: 80_001, bare: 0 }, "the first line has CRLF");
        let mut detects = Counter::new(LineEnds::Detect);
        detects.feed(&octets[3..]);
        assert_eq!(detects.count(), Count { lines: 80_000, bare: 40_000 });
    }
}
