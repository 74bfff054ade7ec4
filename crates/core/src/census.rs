//! What is worth knowing of a body that went by.
use memchr::memchr_iter;

use crate::scan::{self, Findings};

/// Facts about a finished body, for logs, policies and the choice of an outgoing encoding.
///
/// Counted on the content: stuffed dots are not in it. The bare line ends are those that came in, before
/// [`BareLineEnds`](crate::BareLineEnds) did something about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Summary {
    /// Octets.
    pub size: u64,
    /// CRs that no LF follows.
    pub bare_cr: u64,
    /// LFs that no CR precedes.
    pub bare_lf: u64,
    /// Lines of a single dot beside a bare LF, which were dropped: the mark of SMTP smuggling.
    pub stray_dots: u64,
    /// NUL octets.
    pub nul: u64,
    /// Whether any octet is above 127.
    pub eight_bit: bool,
    /// Octets of the longest line, its line end counted (RFC 5321 §4.5.3.1.6 allows 1,000).
    pub longest_line: u64,
}

/// Counts a body as it goes by, in pieces of any size.
///
/// ```
/// let mut census = mailwire_core::Census::default();
/// census.add(b"caf\xc3\xa9\r");
/// census.add(b"\n\0");
/// let summary = census.summary();
/// assert_eq!((summary.size, summary.nul, summary.eight_bit), (8, 1, true));
/// assert_eq!((summary.longest_line, summary.bare_cr), (7, 0));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Census {
    pub(crate) summary: Summary,
    /// Octets of the line that is not finished yet.
    line: u64,
    last: u8,
}

impl Census {
    /// Counts the next piece.
    pub fn add(&mut self, octets: &[u8]) {
        let Some(&last) = octets.last() else { return };
        let found = scan::inspect(self.last, octets);
        if found.bare {
            self.add_bare(octets);
        }
        self.last = last;
        self.add_inspected(octets, found);
    }

    /// Counts the octets of a piece and looks at none of them.
    pub fn add_unseen(&mut self, octets: u64) {
        self.summary.size += octets;
    }

    /// Counts a piece whose bare line ends are counted elsewhere.
    pub(crate) fn add_inspected(&mut self, octets: &[u8], found: Findings) {
        self.summary.size += octets.len() as u64;
        self.summary.eight_bit |= found.eight_bit;
        if found.nul {
            self.summary.nul += memchr_iter(0, octets).count() as u64;
        }
        self.add_lines(octets);
    }

    /// What was counted so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let bare_cr = self.summary.bare_cr + u64::from(self.last == b'\r');
        Summary { bare_cr, ..self.summary }
    }

    fn add_bare(&mut self, octets: &[u8]) {
        let mut last = self.last;
        for &octet in octets {
            self.summary.bare_lf += u64::from(octet == b'\n' && last != b'\r');
            self.summary.bare_cr += u64::from(octet != b'\n' && last == b'\r');
            last = octet;
        }
    }

    fn add_lines(&mut self, octets: &[u8]) {
        let longest = &mut self.summary.longest_line;
        let mut start = 0;
        for lf in memchr_iter(b'\n', octets) {
            *longest = (*longest).max(self.line + (lf + 1 - start) as u64);
            self.line = 0;
            start = lf + 1;
        }
        self.line += (octets.len() - start) as u64;
        *longest = (*longest).max(self.line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};

    fn naive(body: &[u8]) -> Summary {
        let lines = body.split_inclusive(|&b| b == b'\n');
        let count = |octet| body.iter().filter(|&&b| b == octet).count() as u64;
        let crlf = body.windows(2).filter(|w| w == b"\r\n").count() as u64;
        Summary {
            size: body.len() as u64,
            bare_cr: count(b'\r') - crlf,
            bare_lf: count(b'\n') - crlf,
            stray_dots: 0,
            nul: count(0),
            eight_bit: !body.is_ascii(),
            longest_line: lines.map(|line| line.len() as u64).max().unwrap_or(0),
        }
    }

    proptest! {
        /// However the body is cut, the counts are those of the obvious implementation.
        #[test]
        fn counts_match_naive(body in vec(select(b"\r\n\0x\xff".to_vec()), 0..60), step in 1..9usize) {
            let mut census = Census::default();
            body.chunks(step).for_each(|piece| census.add(piece));
            prop_assert_eq!(census.summary(), naive(&body));
        }

        #[test]
        fn lines_match_naive(lens in vec(0..200usize, 0..20), step in 1..400usize) {
            let body: std::vec::Vec<u8> =
                lens.iter().flat_map(|&n| core::iter::repeat_n(b'x', n).chain(*b"\r\n")).collect();
            let mut census = Census::default();
            body.chunks(step).for_each(|piece| census.add(piece));
            prop_assert_eq!(census.summary(), naive(&body));
        }
    }
}
