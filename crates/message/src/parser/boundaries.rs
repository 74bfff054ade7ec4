//! Which lines are delimiters ([RFC 2046 §5.1.1]).
//!
//! ```text
//! dash-boundary   := "--" boundary
//! delimiter       := CRLF dash-boundary transport-padding CRLF
//! close-delimiter := CRLF dash-boundary "--" transport-padding (CRLF / end of input)
//! ```
//!
//! All boundaries that matter at a time are kept in order, so that a line is held against sixty of
//! them in the time of a few comparisons.
//!
//! [RFC 2046 §5.1.1]: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1

use alloc::{boxed::Box, vec::Vec};

/// How many blanks may follow a boundary: as many as fit into a line.
const PADDING: usize = 998;

/// The boundaries of the multiparts that are open, and of some that are not.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    /// In the order of their octets, those that are equal in that of their levels.
    entries: Vec<Entry>,
    /// One bit for each number of dashes that a boundary begins with.
    dashes: u64,
    /// The octets that follow these dashes.
    starts: Octets,
}

#[derive(Debug)]
struct Entry {
    boundary: Box<[u8]>,
    /// The place of its part on the stack.
    level: usize,
    use_: Use,
    /// The longest other boundary that this one begins with.
    prefix: Option<usize>,
}

/// What a boundary is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Its multipart is open.
    Open,
    /// Its multipart was closed by its own delimiter; another one is worth a note.
    Closed,
    /// Its part is no multipart.
    Watched,
}

/// How a new boundary relates to those that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    None,
    Reused,
    Prefix,
}

/// What a line is that begins with two dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A delimiter of the multipart at this level.
    Delimiter(Delimiter),
    /// It would be one, if the boundary were in use.
    Idle(Use),
    /// A boundary that is open, and then text.
    Text { level: usize },
    /// Nothing of the kind.
    No,
    /// That depends on what follows.
    Wait,
}

/// A delimiter line, measured behind its two dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiter {
    pub(super) level: usize,
    pub(super) close: bool,
    /// Octets up to its line end.
    pub(super) content: usize,
    /// Octets with its line end.
    pub(super) end: usize,
}

impl Boundaries {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How the boundary relates to those of open multiparts.
    pub(super) fn relation(&self, boundary: &[u8]) -> Relation {
        let mut open = self.entries.iter().filter(|entry| entry.use_ == Use::Open);
        if open.clone().any(|entry| *entry.boundary == *boundary) {
            Relation::Reused
        } else if open.any(|entry| {
            entry.boundary.starts_with(boundary) || boundary.starts_with(&entry.boundary)
        }) {
            Relation::Prefix
        } else {
            Relation::None
        }
    }

    /// Adds the boundary of the part at this level, the highest so far.
    pub(super) fn push(&mut self, boundary: &[u8], level: usize, use_: Use) {
        let at = self.entries.partition_point(|entry| *entry.boundary <= *boundary);
        let entry = Entry { boundary: boundary.into(), level, use_, prefix: None };
        self.entries.insert(at, entry);
        self.relate();
    }

    /// The multipart at this level was closed by its own delimiter.
    pub(super) fn close(&mut self, level: usize) {
        self.entries
            .iter_mut()
            .filter(|entry| entry.level == level)
            .for_each(|entry| entry.use_ = Use::Closed);
    }

    /// Forgets the boundary of the part at this level, if it has one.
    pub(super) fn pop(&mut self, level: usize) {
        if let Some(at) = self.entries.iter().position(|entry| entry.level == level) {
            self.entries.remove(at);
            self.relate();
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What a line is that begins with two dashes, followed by `rest`. Where several boundaries fit,
    /// the one of the innermost multipart does.
    pub(super) fn line(&self, rest: &[u8], at_end: bool) -> Verdict {
        let (longest, longer) = self.prefixes(rest);
        let mut verdict = Verdict::No;
        let mut next = longest;
        while let Some(entry) = next.and_then(|at| self.entries.get(at)) {
            let seen = match tail(rest.get(entry.boundary.len()..).unwrap_or_default(), at_end) {
                Tail::No if entry.use_ == Use::Open => Verdict::Text { level: entry.level },
                Tail::No => Verdict::No,
                Tail::Wait => Verdict::Wait,
                Tail::Match { close, content, end } => {
                    let len = entry.boundary.len();
                    let (content, end) = (len + content, len + end);
                    match entry.use_ {
                        Use::Open => {
                            let level = entry.level;
                            Verdict::Delimiter(Delimiter { level, close, content, end })
                        }
                        idle => Verdict::Idle(idle),
                    }
                }
            };
            verdict = verdict.or(seen);
            next = self.before_equal(next).or(entry.prefix);
        }
        if longer && !at_end { Verdict::Wait } else { verdict }
    }

    /// Whether `rest`, which follows two dashes within a line, begins with a boundary that is open;
    /// `None` if that depends on what follows. With the length of the boundary.
    pub(super) fn within_line(&self, rest: &[u8], at_end: bool) -> Option<Option<usize>> {
        let (mut next, longer) = self.prefixes(rest);
        if longer && !at_end {
            return None;
        }
        while let Some(entry) = next.and_then(|at| self.entries.get(at)) {
            if entry.use_ == Use::Open {
                return Some(Some(entry.boundary.len()));
            }
            next = self.before_equal(next).or(entry.prefix);
        }
        Some(None)
    }

    /// The numbers of dashes that boundaries begin with.
    pub(super) fn leading_dashes(&self) -> impl Iterator<Item = usize> + use<> {
        let mut left = self.dashes;
        core::iter::from_fn(move || {
            (left != 0).then(|| {
                let lowest = left.trailing_zeros();
                left &= left - 1;
                lowest as usize
            })
        })
    }

    /// The highest of these numbers.
    pub(super) fn most_dashes(&self) -> usize {
        63usize.saturating_sub(self.dashes.leading_zeros() as usize)
    }

    /// Whether a boundary may go on with this octet behind its dashes.
    pub(super) fn may_follow_dashes(&self, octet: u8) -> bool {
        self.starts.contains(octet)
    }

    /// The longest boundary that `rest` begins with (of equal ones the innermost), and whether there
    /// is one that begins with all of `rest`.
    fn prefixes(&self, rest: &[u8]) -> (Option<usize>, bool) {
        let behind = self.entries.partition_point(|entry| *entry.boundary <= *rest);
        let longer = self.entries.get(behind).is_some_and(|entry| entry.boundary.starts_with(rest));
        let mut longest = behind.checked_sub(1);
        // Whatever `rest` begins with, its neighbour in the order begins with too.
        while let Some(entry) = longest.and_then(|at| self.entries.get(at))
            && !rest.starts_with(&entry.boundary)
        {
            longest = entry.prefix;
        }
        (longest, longer)
    }

    /// The boundary equal to this one, of the next outer part.
    fn before_equal(&self, at: Option<usize>) -> Option<usize> {
        let at = at?;
        let before = at.checked_sub(1)?;
        (self.entries.get(before)?.boundary == self.entries.get(at)?.boundary).then_some(before)
    }

    /// Finds the prefixes again.
    fn relate(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        (self.dashes, self.starts) = (0, Octets::default());
        for at in 0..self.entries.len() {
            let (before, rest) = self.entries.split_at_mut(at);
            let Some(entry) = rest.first_mut() else { break };
            while let Some(&outer) = open.last()
                && !(entry.boundary.starts_with(&before[outer].boundary)
                    && entry.boundary.len() > before[outer].boundary.len())
            {
                open.pop();
            }
            entry.prefix = open.last().copied();
            let dashes = entry.boundary.iter().take_while(|&&octet| octet == b'-').count();
            self.dashes |= 1 << dashes.min(63);
            match entry.boundary.get(dashes) {
                Some(&octet) => self.starts.insert(octet),
                // It is dashes only: anything may follow.
                None => self.starts = Octets::ALL,
            }
            open.push(at);
        }
    }
}

impl Verdict {
    /// The one of the innermost multipart; a delimiter before all that is none.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Delimiter(a), Self::Delimiter(b)) if b.level > a.level => other,
            (Self::Delimiter(_), _) => self,
            (_, Self::Delimiter(_)) => other,
            (Self::Wait, _) | (_, Self::Wait) => Self::Wait,
            (Self::Idle(_), _) => self,
            (_, Self::Idle(_)) => other,
            (Self::Text { .. }, _) => self,
            (Self::No, _) => other,
        }
    }
}

/// Whether a line that begins with two dashes, followed by `rest`, is a delimiter of this boundary
/// alone.
pub(super) fn is_delimiter(boundary: &[u8], rest: &[u8], at_end: bool) -> Option<bool> {
    if let Some(behind) = rest.strip_prefix(boundary) {
        match tail(behind, at_end) {
            Tail::Match { .. } => Some(true),
            Tail::No => Some(false),
            Tail::Wait => None,
        }
    } else if !at_end && boundary.starts_with(rest) {
        None
    } else {
        Some(false)
    }
}

enum Tail {
    Match { close: bool, content: usize, end: usize },
    No,
    Wait,
}

/// What follows a boundary: `["--"] *LWSP-char (line end / end of input)`.
fn tail(rest: &[u8], at_end: bool) -> Tail {
    let close = rest.starts_with(b"--");
    let padding = &rest[if close { 2 } else { 0 }..];
    let blanks = padding
        .iter()
        .take(PADDING + 1)
        .take_while(|&&octet| octet == b' ' || octet == b'\t')
        .count();
    let content = rest.len() - padding.len() + blanks;
    match (&padding[blanks..], at_end) {
        _ if blanks > PADDING => Tail::No,
        ([b'\n', ..], _) => Tail::Match { close, content, end: content + 1 },
        ([b'\r', b'\n', ..], _) => Tail::Match { close, content, end: content + 2 },
        ([], true) => Tail::Match { close, content, end: content },
        ([] | [b'\r'], false) => Tail::Wait,
        ([b'-'], false) if !close && blanks == 0 => Tail::Wait,
        _ => Tail::No,
    }
}

/// A set of octets.
#[derive(Clone, Copy, Debug, Default)]
struct Octets([u64; 4]);

impl Octets {
    const ALL: Self = Self([u64::MAX; 4]);

    fn insert(&mut self, octet: u8) {
        self.0[usize::from(octet >> 6)] |= 1 << (octet & 63);
    }

    fn contains(&self, octet: u8) -> bool {
        self.0[usize::from(octet >> 6)] >> (octet & 63) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, string::String};

    fn set(boundaries: &[&str]) -> Boundaries {
        let mut set = Boundaries::default();
        for (level, boundary) in boundaries.iter().enumerate() {
            set.push(boundary.as_bytes(), level, Use::Open);
        }
        set
    }

    fn says(set: &Boundaries, rest: &str, at_end: bool) -> String {
        match set.line(rest.as_bytes(), at_end) {
            Verdict::Delimiter(Delimiter { level, close, content, end }) => {
                format!("{level}{} {content} {end}", if close { " close" } else { "" })
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn delimiters_are_whole_lines() {
        let set = set(&["B"]);
        for (rest, at_end, want) in [
            ("B\n", false, "0 1 2"),
            ("B\r\n", false, "0 1 3"),
            ("B \t \r\nx", false, "0 4 6"),
            ("B--\n", false, "0 close 3 4"),
            ("B--  \r\n", false, "0 close 5 7"),
            ("B", true, "0 1 1"),
            ("B--", true, "0 close 3 3"),
            ("B ", true, "0 2 2"),
            ("B", false, "Wait"),
            ("", false, "Wait"),
            ("B\r", false, "Wait"),
            ("B-", false, "Wait"),
            ("B--", false, "Wait"),
            ("B  ", false, "Wait"),
            ("B\r", true, "Text { level: 0 }"),
            ("B\rx", false, "Text { level: 0 }"),
            ("B-", true, "Text { level: 0 }"),
            ("B-\n", false, "Text { level: 0 }"),
            ("B -", false, "Text { level: 0 }"),
            ("B---\n", false, "Text { level: 0 }"),
            ("B --\n", false, "Text { level: 0 }"),
            ("BB\n", false, "Text { level: 0 }"),
            ("B x\n", false, "Text { level: 0 }"),
            ("b\n", false, "No"),
            (" B\n", false, "No"),
            ("", true, "No"),
        ] {
            assert_eq!(says(&set, rest, at_end), want, "rest {rest:?}, at the end: {at_end}");
        }
    }

    #[test]
    fn padding_is_limited() {
        let set = set(&["B"]);
        let line = |blanks| format!("B{}\n", " ".repeat(blanks));
        assert_eq!(says(&set, &line(PADDING), false), "0 999 1000");
        assert_eq!(says(&set, &line(PADDING + 1), false), "Text { level: 0 }");
        assert_eq!(says(&set, &"B".repeat(1_000), false), "Text { level: 0 }");
    }

    #[test]
    fn inner_before_outer_and_whole_before_prefix() {
        let set = set(&["ab", "abc", "ab--", "x"]);
        for (rest, want) in [
            ("ab\n", "0 2 3"),
            ("abc\n", "1 3 4"),
            ("abc--\n", "1 close 5 6"),
            // A delimiter of the inner one, a closing one of the outer one.
            ("ab--\n", "2 4 5"),
            ("ab----\n", "2 close 6 7"),
            ("abd\n", "Text { level: 0 }"),
            ("abcd\n", "Text { level: 1 }"),
            ("x--\n", "3 close 3 4"),
            ("a\n", "No"),
            ("a", "Wait"),
            ("ab", "Wait"),
            ("y", "No"),
        ] {
            assert_eq!(says(&set, rest, false), want, "rest {rest:?}");
        }
        assert_eq!(says(&set, "ab", true), "0 2 2");
    }

    #[test]
    fn a_reused_boundary_is_that_of_the_innermost() {
        let mut set = set(&["B", "B"]);
        assert_eq!(says(&set, "B\n", false), "1 1 2");
        set.close(1);
        assert_eq!(says(&set, "B\n", false), "0 1 2");
        set.close(0);
        assert_eq!(says(&set, "B\n", false), "Idle(Closed)");
        set.pop(1);
        set.pop(0);
        assert!(set.is_empty());
        assert_eq!(says(&set, "B\n", false), "No");
    }

    #[test]
    fn relations() {
        let set = set(&["abc"]);
        for (boundary, want) in [
            ("abc", Relation::Reused),
            ("abcd", Relation::Prefix),
            ("ab", Relation::Prefix),
            ("abd", Relation::None),
        ] {
            assert_eq!(set.relation(boundary.as_bytes()), want, "boundary {boundary:?}");
        }
    }

    #[test]
    fn the_innermost_is_found_among_many() {
        let names: Vec<_> = (0..60).map(|level| format!("bnd{level}")).collect();
        let names: Vec<_> = names.iter().map(|name| &name[..]).collect();
        let set = set(&names);
        for (level, name) in names.iter().enumerate() {
            let want = format!("{level} {} {}", name.len(), name.len() + 1);
            assert_eq!(says(&set, &format!("{name}\n"), false), want);
        }
        assert_eq!(says(&set, "bnd5x\n", false), "Text { level: 5 }");
        assert_eq!(says(&set, "bnx\n", false), "No");
    }

    #[test]
    fn boundaries_within_lines() {
        let set = set(&["--x", "y"]);
        assert_eq!(set.leading_dashes().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(set.most_dashes(), 2);
        for (rest, want) in
            [("y z", Some(Some(1))), ("--x", Some(Some(3))), ("--", None), ("z", Some(None))]
        {
            assert_eq!(set.within_line(rest.as_bytes(), false), want, "rest {rest:?}");
        }
        assert_eq!(set.within_line(b"--", true), Some(None));
    }
}
