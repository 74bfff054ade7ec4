//! THREAD: which message answers which (RFC 5256 §4).

use crate::{Cursor, Encoder, ParseError, ParseErrorKind, Quirk};
use alloc::vec::Vec;

/// The threads of a mailbox, as a flat list in which each message knows how deep it is.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Data, Frame, ReadOptions, Response};
///
/// let frame = Frame::new(Bytes::from("* THREAD (2)(3 6 (4 23)(44))\r\n"));
/// let Response::Data(Data::Thread(threads)) = Response::parse(&frame, ReadOptions::default())?.value else {
///     panic!("no THREAD");
/// };
/// let shown: Vec<_> = threads.nodes.iter().map(|node| (node.depth, node.number)).collect();
/// let want = [(0, 2), (0, 3), (1, 6), (2, 4), (3, 23), (2, 44)];
/// assert_eq!(shown, want.map(|(depth, number)| (depth, Some(number))));
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Threads {
    /// All messages, each before those that answer it.
    pub nodes: Vec<Thread>,
}

/// A message in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Thread {
    /// How many messages are above it: 0 begins a thread.
    pub depth: u32,
    /// Its number. `None` if those below are siblings without a message that they answer.
    pub number: Option<u32>,
}

impl Thread {
    /// A message at this depth.
    #[must_use]
    pub const fn new(depth: u32, number: Option<u32>) -> Self {
        Self { depth, number }
    }
}

/// A list whose parenthesis is open.
#[derive(Debug)]
struct Open {
    /// How deep its first message is.
    depth: u32,
    /// How many lists are in it.
    lists: u32,
    /// Where the first of them begins.
    first: Option<usize>,
}

/// What was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    Open,
    Close,
    Number,
}

impl Before {
    /// The spaces between this and what comes next: one between messages, and before the first list.
    fn space(self, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        let start = cursor.at();
        let spaces = cursor.rest().iter().take_while(|octet| **octet == b' ').count();
        cursor.advance(spaces);
        let expected = match (self, cursor.peek()) {
            (Self::Nothing, next) => usize::from(next.is_some()),
            (Self::Number, next) => usize::from(matches!(next, Some(b'(' | b'0'..=b'9'))),
            (Self::Open | Self::Close, _) => 0,
        };
        if spaces < expected {
            return cursor.tolerate(Quirk::MissingSpace, start);
        }
        if spaces == expected {
            return Ok(());
        }
        let quirk = if cursor.is_at_end() { Quirk::TrailingSpace } else { Quirk::ExtraSpace };
        cursor.tolerate(quirk, start + expected)
    }
}

impl Threads {
    /// These messages, each before those that answer it.
    ///
    /// A node without a number stands only where several answer what is not there: where there are
    /// fewer, they take its place. None is deeper than one level below the one before it.
    ///
    /// ```
    /// use mailwire_imap::{Thread, Threads};
    ///
    /// let threads = Threads::new(vec![Thread::new(0, None), Thread::new(1, Some(3))]);
    /// assert_eq!(threads.nodes, [Thread::new(0, Some(3))]);
    /// ```
    #[must_use]
    pub fn new(mut nodes: Vec<Thread>) -> Self {
        let mut before = None;
        for node in &mut nodes {
            node.depth = node.depth.min(before.map_or(0, |depth: u32| depth + 1));
            node.number = node.number.filter(|number| *number > 0);
            before = Some(node.depth);
        }
        let keep = with_something_below(&nodes);
        retain(&mut nodes, &keep);
        let keep = with_siblings(&nodes);
        retain(&mut nodes, &keep);
        Self { nodes }
    }

    /// `[SP 1*thread-list]`, without recursion
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut nodes = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let mut depth = 0u32;
        let mut before = Before::Nothing;
        loop {
            if nodes.len() > cursor.options().items {
                return Err(ParseErrorKind::TooMany.at(cursor.at()));
            }
            before.space(cursor)?;
            let at = cursor.at();
            match cursor.peek() {
                Some(b'(') => {
                    if open.len() >= cursor.options().depth.max(1) {
                        return Err(ParseErrorKind::TooDeep.at(at));
                    }
                    if before == Before::Open {
                        // `((3)(5))`: siblings whose parent is gone.
                        nodes.push(Thread { depth, number: None });
                        depth += 1;
                    }
                    if let Some(around) = open.last_mut() {
                        around.lists += 1;
                        around.first = around.first.or(Some(at));
                    }
                    open.push(Open { depth, lists: 0, first: None });
                    before = Before::Open;
                    cursor.advance(1);
                }
                Some(b')') => {
                    let closed = open.pop().ok_or_else(|| cursor.error())?;
                    if before == Before::Open {
                        cursor.tolerate(Quirk::EmptyList, at)?;
                    }
                    if let (1, Some(first)) = (closed.lists, closed.first) {
                        // One answer alone follows without parentheses.
                        cursor.tolerate(Quirk::ExtraParentheses, first)?;
                    }
                    depth = closed.depth;
                    before = Before::Close;
                    cursor.advance(1);
                }
                Some(b'0'..=b'9') if !open.is_empty() && before != Before::Close => {
                    nodes.push(Thread { depth, number: Some(cursor.nz_number()?.get()) });
                    depth += 1;
                    before = Before::Number;
                }
                None if open.is_empty() => return Ok(Self::new(nodes)),
                _ => return Err(cursor.error()),
            }
        }
    }

    /// Appends them behind the name of the response.
    ///
    /// Each message with one answer is followed by it; several are in parentheses each.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer, Thread, Threads};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// Threads::new(vec![Thread::new(0, Some(2)), Thread::new(1, Some(6))]).encode(&mut out);
    /// assert_eq!(out.finish().wire, " (2 6)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        let Self { nodes } = &Self::new(self.nodes.clone());
        // Which nodes have a later sibling, or are not the only child: those are in parentheses.
        let mut children: Vec<u32> = alloc::vec![0; nodes.len()];
        let mut parents: Vec<usize> = Vec::new();
        let mut parent_of: Vec<Option<usize>> = Vec::with_capacity(nodes.len());
        for (i, node) in nodes.iter().enumerate() {
            parents.truncate(node.depth as usize);
            let parent = parents.last().copied();
            if let Some(parent) = parent {
                children[parent] += 1;
            }
            parent_of.push(parent);
            parents.push(i);
        }
        // The depths at which parentheses are open.
        let mut open: Vec<u32> = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            while open.last().is_some_and(|depth| *depth >= node.depth) {
                out.raw(b")");
                open.pop();
            }
            let grouped = parent_of[i].is_none_or(|parent| children[parent] > 1);
            let answers = parent_of[i]
                .is_some_and(|parent| parent + 1 == i && nodes[parent].number.is_some());
            if i == 0 || answers {
                out.space();
            }
            if grouped {
                out.raw(b"(");
                open.push(node.depth);
            }
            if let Some(number) = node.number {
                out.number(u64::from(number));
            }
        }
        open.iter().for_each(|_| out.raw(b")"));
    }
}

/// Which nodes have a number, or hold two others together.
fn with_something_below(nodes: &[Thread]) -> Vec<bool> {
    let mut keep = alloc::vec![true; nodes.len()];
    // How many are below the next node up, by depth.
    let mut below: Vec<u32> = Vec::new();
    for (node, keep) in nodes.iter().zip(&mut keep).rev() {
        let depth = node.depth as usize;
        below.resize(below.len().max(depth + 2), 0);
        let children = core::mem::take(&mut below[depth + 1]);
        *keep = node.number.is_some() || children > 1;
        below[depth] += if *keep { 1 } else { children };
    }
    keep
}

/// Which nodes have a number, begin a thread, or are not alone below theirs.
fn with_siblings(nodes: &[Thread]) -> Vec<bool> {
    let mut keep = alloc::vec![true; nodes.len()];
    // The last node of each depth.
    let mut last: Vec<usize> = Vec::new();
    for (i, node) in nodes.iter().enumerate() {
        let depth = node.depth as usize;
        let sibling = last.get(depth).copied();
        if let Some(sibling) = sibling {
            keep[sibling] = true;
        }
        last.truncate(depth);
        last.push(i);
        keep[i] = node.number.is_some() || depth == 0 || sibling.is_some();
    }
    keep
}

/// Drops the other nodes; those below them move up.
fn retain(nodes: &mut Vec<Thread>, keep: &[bool]) {
    // How many of those above the next node stay.
    let mut above: Vec<u32> = Vec::new();
    let mut keep = keep.iter();
    nodes.retain_mut(|node| {
        above.truncate(node.depth as usize);
        node.depth = above.last().copied().unwrap_or(0);
        let stays = keep.next().is_some_and(|keep| *keep);
        above.push(node.depth + u32::from(stays));
        stays
    });
}
