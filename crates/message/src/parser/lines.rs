//! Line ends, counted as they go by.

use memchr::{memchr, memchr_iter, memrchr};

use super::Lines;
use crate::DefectCode;

/// The longest line, its line end not counted (RFC 5322 §2.1.1).
const LONGEST: usize = 998;
/// How much is looked at in one go: little enough to stay in the fastest cache between two looks.
const BLOCK: usize = 8 * 1024;

/// What went by so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    crlf: u64,
    lf: u64,
    cr: u64,
}

/// Counts line ends and notes what is odd about lines and octets.
#[derive(Debug, Default)]
pub(super) struct LineCounter {
    counts: Counts,
    last: Option<u8>,
    /// Whether the first line end of all was CRLF.
    first_is_crlf: Option<bool>,
    /// Octets of the line that is not over.
    line: usize,
}

/// What is said once of a part only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    bare_cr: bool,
    mixed: bool,
    nul: bool,
    long: bool,
}

/// Something odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Oddity {
    pub(super) code: DefectCode,
    /// How many octets of the piece had to be seen to know.
    pub(super) known: usize,
    /// How far behind these it is.
    pub(super) back: usize,
}

impl LineCounter {
    /// What was counted so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The line ends since then.
    pub(super) fn since(&self, then: &Counts, any: bool) -> Lines {
        let crlf = self.counts.crlf - then.crlf;
        Lines {
            crlf,
            lf: (self.counts.lf - then.lf).saturating_sub(crlf),
            bare_cr: (self.counts.cr - then.cr).saturating_sub(crlf),
            unfinished: any && self.last != Some(b'\n'),
        }
    }

    /// Counts a piece whose lines are not looked at.
    pub(super) fn add(&mut self, piece: &[u8]) {
        let found = count(self.last, piece);
        self.note_first(piece, &found);
        self.add_counted(piece, &found);
    }

    /// Counts a short piece in which every CR stands before an LF.
    pub(super) fn add_plain(&mut self, piece: &[u8]) {
        let mut found = Counts::default();
        for lf in memchr_iter(b'\n', piece) {
            found.lf += 1;
            found.crlf += u64::from(self.is_crlf(piece, lf));
        }
        // The CR of a line end that is first was counted before.
        found.cr = found.crlf - u64::from(piece.first() == Some(&b'\n') && self.is_crlf(piece, 0));
        self.note_first(piece, &found);
        self.add_counted(piece, &found);
    }

    /// Counts a piece of a body up to the first thing that is odd and was not said before.
    pub(super) fn add_until_odd(&mut self, piece: &[u8], said: &mut Said) -> Option<Oddity> {
        let mut done = 0;
        for block in piece.chunks(BLOCK) {
            if let Some(odd) = self.add_block(block, said) {
                return Some(Oddity { known: done + odd.known, ..odd });
            }
            done += block.len();
        }
        None
    }

    fn add_block(&mut self, piece: &[u8], said: &mut Said) -> Option<Oddity> {
        let found = count(self.last, piece);
        self.note_first(piece, &found);
        let mut first = self.bare_cr(piece, &found, said.bare_cr);
        keep_first(&mut first, self.mixed(piece, &found, said.mixed));
        if !said.nul
            && let Some(at) = memchr(0, piece)
        {
            keep_first(&mut first, Some(Oddity { code: DefectCode::NulByte, known: at, back: 0 }));
        }
        let long = if said.long { None } else { self.long_line(piece) };
        keep_first(&mut first, long);
        if let Some(Oddity { code, known, .. }) = first {
            match code {
                DefectCode::BareCr => said.bare_cr = true,
                DefectCode::BareLf => said.mixed = true,
                DefectCode::NulByte => said.nul = true,
                _ => said.long = true,
            }
            self.add(&piece[..known]);
        } else {
            self.add_counted(piece, &found);
        }
        first
    }

    /// A CR at the very end of what was counted, if it is odd and was not said before.
    pub(super) fn end(&self, said: &mut Said, any: bool) -> bool {
        let bare = any && self.last == Some(b'\r') && !said.bare_cr;
        said.bare_cr |= bare;
        bare
    }

    fn add_counted(&mut self, piece: &[u8], found: &Counts) {
        let Some(&last) = piece.last() else { return };
        self.line = match memrchr(b'\n', piece) {
            Some(lf) => piece.len() - lf - 1,
            None => self.line + piece.len(),
        };
        self.counts.crlf += found.crlf;
        self.counts.lf += found.lf;
        self.counts.cr += found.cr;
        self.last = Some(last);
    }

    fn note_first(&mut self, piece: &[u8], found: &Counts) {
        if self.first_is_crlf.is_none() && found.lf > 0 {
            self.first_is_crlf = memchr(b'\n', piece).map(|lf| self.is_crlf(piece, lf));
        }
    }

    fn is_crlf(&self, piece: &[u8], lf: usize) -> bool {
        self.before(piece, lf) == Some(b'\r')
    }

    fn before(&self, piece: &[u8], at: usize) -> Option<u8> {
        at.checked_sub(1).map_or(self.last, |at| piece.get(at).copied())
    }

    fn bare_cr(&self, piece: &[u8], found: &Counts, said: bool) -> Option<Oddity> {
        // A CR at the end of the piece is not known to be bare; one before it may be.
        let last = u64::from(piece.last() == Some(&b'\r'));
        let before = u64::from(self.last == Some(b'\r'));
        if said || piece.is_empty() || found.cr - last + before == found.crlf {
            return None;
        }
        let odd = |known| Oddity { code: DefectCode::BareCr, known, back: 1 };
        if before > 0 && piece.first() != Some(&b'\n') {
            return Some(odd(0));
        }
        memchr_iter(b'\r', piece)
            .find(|cr| piece.get(cr + 1).is_some_and(|&octet| octet != b'\n'))
            .map(|cr| odd(cr + 1))
    }

    fn mixed(&self, piece: &[u8], found: &Counts, said: bool) -> Option<Oddity> {
        let crlf = self.first_is_crlf?;
        let odd_ends = if crlf { found.lf - found.crlf } else { found.crlf };
        if said || odd_ends == 0 {
            return None;
        }
        memchr_iter(b'\n', piece).find(|&lf| self.is_crlf(piece, lf) != crlf).map(|known| Oddity {
            code: DefectCode::BareLf,
            known,
            back: 0,
        })
    }

    /// The first line of more than 998 octets. Leaps to the last line end within reach, and on.
    fn long_line(&self, piece: &[u8]) -> Option<Oddity> {
        let (mut start, mut line) = (0, self.line);
        loop {
            let rest = piece.get(start..)?;
            let Some(reach) = (LONGEST + 1).checked_sub(line) else {
                // Known to be too long already.
                (start, line) = (start + memchr(b'\n', rest)? + 1, 0);
                continue;
            };
            let window = rest.get(..reach)?;
            if let Some(lf) = memrchr(b'\n', window) {
                (start, line) = (start + lf + 1, 0);
                continue;
            }
            if self.before(piece, start + reach) == Some(b'\r') && *rest.get(reach)? == b'\n' {
                (start, line) = (start + reach + 1, 0);
                continue;
            }
            let known = start + reach;
            return Some(Oddity { code: DefectCode::LineTooLong, known, back: LONGEST + 1 });
        }
    }
}

/// Counts line ends, `last` being the octet before the piece.
///
/// The inner loop has no branches and sums that fit an octet, so that it becomes vector code.
fn count(last: Option<u8>, piece: &[u8]) -> Counts {
    const LANES: usize = 32;
    let mut counts = Counts::default();
    let Some(&first) = piece.first() else { return counts };
    let lf = u64::from(first == b'\n');
    counts.lf += lf;
    counts.cr += u64::from(first == b'\r');
    counts.crlf += lf & u64::from(last == Some(b'\r'));
    let (before, octets) = (&piece[..piece.len() - 1], &piece[1..]);
    for (before, octets) in before.chunks(LANES * 255).zip(octets.chunks(LANES * 255)) {
        let (mut lf, mut cr, mut crlf) = ([0u8; LANES], [0u8; LANES], [0u8; LANES]);
        let (befores, before_rest) = before.as_chunks::<LANES>();
        let (octets, octets_rest) = octets.as_chunks::<LANES>();
        for (before, octets) in befores.iter().zip(octets) {
            for lane in 0..LANES {
                let is_lf = u8::from(octets[lane] == b'\n');
                lf[lane] += is_lf;
                cr[lane] += u8::from(octets[lane] == b'\r');
                crlf[lane] += is_lf & u8::from(before[lane] == b'\r');
            }
        }
        for (&before, &octet) in before_rest.iter().zip(octets_rest) {
            let is_lf = u64::from(octet == b'\n');
            counts.lf += is_lf;
            counts.cr += u64::from(octet == b'\r');
            counts.crlf += is_lf & u64::from(before == b'\r');
        }
        let sum = |lanes: [u8; LANES]| lanes.iter().map(|&lane| u64::from(lane)).sum::<u64>();
        counts.lf += sum(lf);
        counts.cr += sum(cr);
        counts.crlf += sum(crlf);
    }
    counts
}

fn keep_first(first: &mut Option<Oddity>, other: Option<Oddity>) {
    if let Some(other) = other
        && first.is_none_or(|first| other.known < first.known)
    {
        *first = Some(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::vec::Vec;

    /// Everything odd, by its place, when `body` comes in pieces of `step`.
    fn oddities(body: &[u8], step: usize) -> (Vec<(DefectCode, usize)>, Lines) {
        let (mut counter, mut said, mut found) =
            (LineCounter::default(), Said::default(), Vec::new());
        let mut at = 0;
        for mut piece in body.chunks(step) {
            while let Some(odd) = counter.add_until_odd(piece, &mut said) {
                at += odd.known;
                found.push((odd.code, at - odd.back));
                piece = &piece[odd.known..];
            }
            at += piece.len();
        }
        if counter.end(&mut said, !body.is_empty()) {
            found.push((DefectCode::BareCr, at - 1));
        }
        (found, counter.since(&Counts::default(), !body.is_empty()))
    }

    #[test]
    fn oddities_are_found_once() {
        let line = |len: usize, end: &str| ["x".repeat(len).as_str(), end].concat();
        for (body, want) in [
            ("a\r\nb\r\n".into(), None),
            ("a\nb\n".into(), None),
            ("a\rb\rc".into(), Some((DefectCode::BareCr, 1))),
            ("a\r".into(), Some((DefectCode::BareCr, 1))),
            ("a\r\r\n".into(), Some((DefectCode::BareCr, 1))),
            ("a\r\nb\nc\n".into(), Some((DefectCode::BareLf, 4))),
            ("a\nb\r\n".into(), Some((DefectCode::BareLf, 4))),
            ("a\0b\0".into(), Some((DefectCode::NulByte, 1))),
            (line(998, "\r\n"), None),
            (line(998, "\n"), None),
            (line(998, ""), None),
            (line(999, "\n"), Some((DefectCode::LineTooLong, 0))),
            (line(999, "\r\n"), Some((DefectCode::LineTooLong, 0))),
            (line(999, ""), Some((DefectCode::LineTooLong, 0))),
            (["ab\r\n", &line(3_000, "\r\n")].concat(), Some((DefectCode::LineTooLong, 4))),
        ] {
            for step in [1, 2, 7, 997, 998, 999, 1_000, usize::MAX] {
                let found = oddities(body.as_bytes(), step).0;
                assert_eq!(found, Vec::from_iter(want), "body {body:?} by {step}");
            }
        }
    }

    proptest! {
        /// However the body is cut, the same is found, and the counts are those of the obvious way.
        #[test]
        fn cuts_do_not_matter(body in vec(select(b"\r\n\0x".to_vec()), 0..90), step in 1..70usize) {
            let (found, lines) = oddities(&body, step);
            prop_assert_eq!(&found, &oddities(&body, usize::MAX).0);
            let count = |octet| body.iter().filter(|&&b| b == octet).count() as u64;
            let crlf = body.windows(2).filter(|pair| pair == b"\r\n").count() as u64;
            prop_assert_eq!((lines.crlf, lines.lf), (crlf, count(b'\n') - crlf));
            prop_assert_eq!(lines.bare_cr, count(b'\r') - crlf);
            prop_assert_eq!(found.iter().any(|(code, _)| *code == DefectCode::BareCr), lines.bare_cr > 0);
        }
    }
}
