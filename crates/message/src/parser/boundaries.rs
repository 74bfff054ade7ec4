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
use core::ops::Range;

/// How many blanks may follow a boundary: as many as fit into a line.
const PADDING: usize = 998;

/// The boundaries of the multiparts that are open, and of some that are not.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    /// From the outermost to the innermost.
    entries: Vec<Entry>,
    /// The same in the order of their octets; those that are equal from the outermost on.
    order: Vec<usize>,
    start: Starts,
}

#[derive(Debug)]
struct Entry {
    boundary: Box<[u8]>,
    /// The place of its part on the stack.
    level: usize,
    use_: Use,
    /// The longest shorter one that this one begins with; of equal ones the innermost.
    prefix: Option<usize>,
    /// The next equal one further out.
    outer_equal: Option<usize>,
    /// How the ones before begin.
    outer: Starts,
}

/// How boundaries begin.
#[derive(Clone, Copy, Debug, Default)]
struct Starts {
    /// One bit for each number of dashes.
    dashes: u64,
    /// The octets that follow these dashes.
    octets: Octets,
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
        let behind = self.behind(boundary);
        let mut relation = Relation::None;
        let mut next = self.longest_prefix(behind, boundary);
        while let Some(entry) = next.and_then(|at| self.entries.get(at)) {
            if entry.use_ == Use::Open {
                if *entry.boundary == *boundary {
                    return Relation::Reused;
                }
                relation = Relation::Prefix;
            }
            next = self.outer_or_prefix(next);
        }
        let longer = self.longer(behind, boundary);
        let is_open = |&at: &usize| self.entries[at].use_ == Use::Open;
        if self.order[longer].iter().any(is_open) { Relation::Prefix } else { relation }
    }

    /// Adds the boundary of the part at this level, the highest so far.
    pub(super) fn push(&mut self, boundary: &[u8], level: usize, use_: Use) {
        let behind = self.behind(boundary);
        let longest = self.longest_prefix(behind, boundary);
        let (outer_equal, prefix) = match longest.and_then(|at| self.entries.get(at)) {
            Some(entry) if entry.boundary.len() == boundary.len() => (longest, entry.prefix),
            _ => (None, longest),
        };
        let at = self.entries.len();
        for longer in self.longer(behind, boundary) {
            let longer = self.order[longer];
            let known = self.entries[longer].prefix;
            if known.is_none_or(|known| self.entries[known].boundary.len() <= boundary.len()) {
                self.entries[longer].prefix = Some(at);
            }
        }
        let outer = self.start;
        self.start.add(boundary);
        self.entries.push(Entry {
            boundary: boundary.into(),
            level,
            use_,
            prefix,
            outer_equal,
            outer,
        });
        self.order.insert(behind, at);
    }

    /// The multipart at this level was closed by its own delimiter.
    pub(super) fn close(&mut self, level: usize) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.level == level) {
            entry.use_ = Use::Closed;
        }
    }

    /// Forgets the boundary of the part at this level, the highest, if it has one.
    pub(super) fn pop(&mut self, level: usize) {
        let Some(entry) = self.entries.pop_if(|entry| entry.level == level) else { return };
        let at = self.entries.len();
        let behind = self.order.partition_point(|&other| {
            other != at && self.entries.get(other).is_some_and(|it| it.boundary <= entry.boundary)
        });
        self.order.remove(behind);
        for longer in self.longer(behind, &entry.boundary) {
            let longer = self.order[longer];
            if self.entries[longer].prefix == Some(at) {
                self.entries[longer].prefix = entry.outer_equal.or(entry.prefix);
            }
        }
        self.start = entry.outer;
    }

    /// The places in the order, from this one on, of those that begin with a boundary.
    fn longer(&self, behind: usize, boundary: &[u8]) -> Range<usize> {
        let all = self.order[behind..].iter();
        let count = all.take_while(|&&at| self.entries[at].boundary.starts_with(boundary)).count();
        behind..behind + count
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
            next = self.outer_or_prefix(next);
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
            next = self.outer_or_prefix(next);
        }
        Some(None)
    }

    /// The numbers of dashes that boundaries begin with.
    pub(super) fn leading_dashes(&self) -> impl Iterator<Item = usize> + use<> {
        let mut left = self.start.dashes;
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
        63usize.saturating_sub(self.start.dashes.leading_zeros() as usize)
    }

    /// Whether a boundary may go on with this octet behind its dashes.
    pub(super) fn may_follow_dashes(&self, octet: u8) -> bool {
        self.start.octets.contains(octet)
    }

    /// The longest boundary that `rest` begins with (of equal ones the innermost), and whether there
    /// is one that begins with all of `rest`.
    fn prefixes(&self, rest: &[u8]) -> (Option<usize>, bool) {
        let behind = self.behind(rest);
        let next = self.order.get(behind).and_then(|&at| self.entries.get(at));
        let longer = next.is_some_and(|entry| entry.boundary.starts_with(rest));
        (self.longest_prefix(behind, rest), longer)
    }

    /// The place in the order behind all that are not greater.
    fn behind(&self, octets: &[u8]) -> usize {
        self.order.partition_point(|&at| {
            self.entries.get(at).is_some_and(|entry| *entry.boundary <= *octets)
        })
    }

    /// The longest boundary that the octets begin with, which have this place in the order. Whatever
    /// they begin with, their neighbour in the order begins with too.
    fn longest_prefix(&self, behind: usize, octets: &[u8]) -> Option<usize> {
        let mut longest = behind.checked_sub(1).and_then(|before| self.order.get(before)).copied();
        while let Some(entry) = longest.and_then(|at| self.entries.get(at))
            && !octets.starts_with(&entry.boundary)
        {
            longest = entry.prefix;
        }
        longest
    }

    /// The next one to try behind one that fits: an equal one further out, or a shorter one.
    fn outer_or_prefix(&self, at: Option<usize>) -> Option<usize> {
        let entry = self.entries.get(at?)?;
        entry.outer_equal.or(entry.prefix)
    }
}

impl Starts {
    fn add(&mut self, boundary: &[u8]) {
        let dashes = boundary.iter().take_while(|&&octet| octet == b'-').count();
        self.dashes |= 1 << dashes.min(63);
        match boundary.get(dashes) {
            Some(&octet) => self.octets.insert(octet),
            // It is dashes only: anything may follow.
            None => self.octets = Octets::ALL,
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
mod tests;
