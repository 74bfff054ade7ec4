//! Framing: where a command or response ends, literals included (RFC 9051 §4.3).

mod buffer;
mod framer;
mod literal;
mod place;

pub use framer::Framer;
pub use literal::Literal;
pub(crate) use place::may_hold_literals;

use crate::secret::Shown;
use alloc::vec::Vec;
use bytes::Bytes;
use core::fmt;

/// What is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two ends")]
pub enum Side {
    /// What a server sends.
    Responses,
    /// What a client sends.
    Commands,
}

/// How much may come. Nothing is allocated from a length that the peer declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameLimits {
    /// Octets of one line, its line end included.
    pub line: usize,
    /// Octets of a literal that is put in its frame without asking; longer ones are offered.
    pub inline: u64,
    /// Octets of a whole frame, inline literals included and streamed ones not.
    pub frame: usize,
}

impl FrameLimits {
    /// For a client: servers send long lines, a SEARCH result for example.
    pub const CLIENT: Self = Self { line: 16 << 20, inline: 4096, frame: 64 << 20 };
    /// For a server (RFC 9051 §4 has commands of at most 8192 octets, 64 KiB are usual).
    pub const SERVER: Self = Self { line: 64 << 10, inline: 4096, frame: 512 << 10 };
    /// For a server before login.
    pub const UNAUTHENTICATED: Self = Self { line: 8 << 10, inline: 4096, frame: 16 << 10 };
}

impl Default for FrameLimits {
    fn default() -> Self {
        Self::CLIENT
    }
}

/// A whole command or response.
///
/// The octets are those of the wire, with the line ends and with `{n}` before each literal, but
/// without the octets of literals that were streamed.
///
/// `Debug` shows nothing of what follows LOGIN or AUTHENTICATE.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    wire: Bytes,
    /// Where in `wire` the octets of the streamed literals would be, in order.
    streamed: Vec<usize>,
}

impl Frame {
    /// A frame that lies in one buffer, no literal of it streamed.
    #[must_use]
    pub const fn new(wire: Bytes) -> Self {
        Self { wire, streamed: Vec::new() }
    }

    /// The same with one literal streamed, whose octets would be at this place.
    pub(crate) fn with_streamed(wire: Bytes, at: usize) -> Self {
        Self { wire, streamed: Vec::from([at]) }
    }

    /// The octets, as described above.
    #[must_use]
    pub const fn wire(&self) -> &Bytes {
        &self.wire
    }

    /// Whether the literal whose octets would be at this place of [`wire`](Self::wire) was streamed.
    #[must_use]
    pub fn is_streamed(&self, at: usize) -> bool {
        !self.streamed.is_empty() && self.streamed.binary_search(&at).is_ok()
    }
}

impl Frame {
    /// A frame of which the octets of these literals are sent otherwise.
    pub(crate) const fn with_streams(wire: Bytes, streamed: Vec<usize>) -> Self {
        Self { wire, streamed }
    }

    /// Whether the octets of a literal are missing there.
    pub(crate) fn is_streamed_within(&self, range: core::ops::RangeInclusive<usize>) -> bool {
        let first = self.streamed.partition_point(|at| at < range.start());
        self.streamed.get(first).is_some_and(|at| at <= range.end())
    }
}

/// What a framer gives, in the order of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece {
    /// A whole command or response.
    Frame(Frame),
    /// A literal is announced that is longer than [`FrameLimits::inline`]. Answer with
    /// [`Framer::inline`], [`Framer::stream`] or [`Framer::skip`]; until then this repeats.
    ///
    /// [`Framer::head`] has what came before it.
    Literal {
        /// The announcement.
        literal: Literal,
    },
    /// Octets of a streamed literal.
    Chunk(Bytes),
    /// The streamed or skipped literal is over; the rest of the frame follows.
    LiteralEnd,
}

/// What was not framed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A line, or a frame, was longer than its limit. It is skipped to its end, its literals with it, so
    /// that the next frame is framed right.
    #[error("longer than {limit} octets")]
    TooLong {
        /// How long it may be.
        limit: usize,
        /// The beginning of the frame, where a tag would be: at most 64 octets.
        start: Bytes,
    },
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wire, streamed } = self;
        f.debug_struct("Frame").field("wire", &Shown(wire)).field("streamed", streamed).finish()
    }
}

impl fmt::Debug for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::TooLong { limit, start } = self;
        f.debug_struct("TooLong").field("limit", limit).field("start", &Shown(start)).finish()
    }
}
