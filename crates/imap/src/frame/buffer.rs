//! What has come and was not given out: the frame in the making, and what follows it.

use alloc::collections::VecDeque;
use bytes::{Buf, Bytes, BytesMut};
use core::fmt;

/// A line is longer than it may be.
#[derive(Debug)]
pub(super) struct Full;

/// The frame is `held`, then `front`: as long as it lies in one chunk nothing is copied. Positions
/// count from the beginning of the frame.
#[derive(Default)]
pub(super) struct Buffer {
    /// The beginning of the frame, which came in earlier chunks.
    held: BytesMut,
    front: Bytes,
    rest: VecDeque<Bytes>,
    /// How much of the frame is known: what follows is an unfinished line.
    known: usize,
}

/// How much is allocated for frames that came in pieces: many short ones share it.
const BLOCK: usize = 4096;

/// How much of a line that is dropped must be kept to see a literal announced at its end.
pub(super) const TAIL: usize = 64;

/// How much there is: there may be passwords in it.
impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { held, front, rest, known } = self;
        f.debug_struct("Buffer")
            .field("held", &held.len())
            .field("front", &front.len())
            .field("rest", &rest.iter().map(Bytes::len).sum::<usize>())
            .field("known", known)
            .finish()
    }
}

impl Buffer {
    pub(super) fn push(&mut self, chunk: Bytes) {
        if chunk.is_empty() {
        } else if self.front.is_empty() {
            self.front = chunk;
        } else {
            self.rest.push_back(chunk);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.front.is_empty()
    }

    /// Everything, in one piece.
    pub(super) fn take_all(&mut self) -> Bytes {
        self.known = 0;
        if self.held.is_empty() && self.rest.is_empty() {
            return core::mem::take(&mut self.front);
        }
        let mut all = core::mem::take(&mut self.held);
        for chunk in [core::mem::take(&mut self.front)].into_iter().chain(self.rest.drain(..)) {
            all.extend_from_slice(&chunk);
        }
        all.freeze()
    }

    /// A whole frame of one line, if it lies in one chunk and announces no literal.
    #[inline]
    pub(super) fn take_plain_line(&mut self, limit: usize) -> Option<Bytes> {
        if !self.held.is_empty() || self.known > 0 {
            return None;
        }
        let end = memchr::memchr(b'\n', &self.front)? + 1;
        let announces = matches!(self.front[..end], [.., b'}', b'\n'] | [.., b'}', b'\r', b'\n']);
        (!announces && end <= limit).then(|| self.split(end))
    }

    /// Where the unfinished line ends, line feed included, if that has come. Each octet is looked at
    /// once.
    pub(super) fn find_line_end(&mut self, limit: usize) -> Result<Option<usize>, Full> {
        while !self.front.is_empty() {
            let from = self.known.saturating_sub(self.held.len());
            let room = limit.saturating_sub(self.held.len().saturating_sub(self.known));
            let window = (self.front.len() - from).min(room);
            if let Some(lf) = memchr::memchr(b'\n', &self.front[from..from + window]) {
                return Ok(Some(self.held.len() + from + lf + 1));
            }
            if window == room {
                return Err(Full);
            }
            self.hold(self.front.len());
        }
        Ok(None)
    }

    /// The same for a line that is dropped, of any length: only its last octets are kept.
    pub(super) fn find_line_end_dropping(&mut self) -> Option<usize> {
        while !self.front.is_empty() {
            if let Some(lf) = memchr::memchr(b'\n', &self.front) {
                return Some(self.held.len() + lf + 1);
            }
            self.hold(self.front.len());
            self.held.advance(self.held.len().saturating_sub(TAIL));
        }
        None
    }

    /// The line that ends there, in one piece.
    pub(super) fn line(&mut self, end: usize) -> &[u8] {
        if self.known >= self.held.len() {
            let offset = self.held.len();
            return &self.front[self.known - offset..end - offset];
        }
        self.hold(end - self.held.len());
        &self.held[self.known..]
    }

    /// The line that ends there belongs to the frame, which goes on.
    pub(super) fn keep_line(&mut self, end: usize) {
        self.known = end;
    }

    /// Takes octets of a literal into the frame, at most `left`, and says how many there were.
    pub(super) fn extend(&mut self, left: usize) -> usize {
        let mut taken = 0;
        while taken < left && !self.front.is_empty() {
            let from = self.known.saturating_sub(self.held.len());
            let more = (self.front.len() - from).min(left - taken);
            self.known += more;
            taken += more;
            if taken < left {
                self.hold(self.front.len());
            }
        }
        taken
    }

    /// Takes octets of a literal that does not belong in the frame.
    pub(super) fn pass(&mut self, left: u64) -> Option<Bytes> {
        self.hold(self.known.saturating_sub(self.held.len()));
        let there = self.front.len();
        let len = usize::try_from(left).map_or(there, |left| there.min(left));
        (len > 0).then(|| self.split(len))
    }

    /// The whole frame, which ends there. What follows begins the next one.
    pub(super) fn take(&mut self, end: usize) -> Bytes {
        self.known = 0;
        if self.held.is_empty() {
            return self.split(end);
        }
        self.hold(end - self.held.len());
        let frame = self.held.split().freeze();
        if self.front.is_empty() {
            // Between two frames a session may be idle for long.
            self.held = BytesMut::new();
        }
        frame
    }

    /// What is known of the frame.
    pub(super) fn head(&self) -> Bytes {
        self.known_from(0)
    }

    /// The same without its first octets.
    pub(super) fn known_from(&self, from: usize) -> Bytes {
        let held = self.held.len();
        let (start, end) = (from.min(self.known), self.known);
        if start >= held {
            return self.front.slice(start - held..end - held);
        }
        let mut head = BytesMut::from(&self.held[start..held.min(end)]);
        head.extend_from_slice(&self.front[..end.saturating_sub(held)]);
        head.freeze()
    }

    /// The first octets of the frame.
    pub(super) fn start(&self, limit: usize) -> Bytes {
        let octets = self.held.iter().chain(&self.front[..]).copied();
        octets.take(limit.min(TAIL)).take_while(|octet| !matches!(octet, b'\r' | b'\n')).collect()
    }

    pub(super) fn known(&self) -> usize {
        self.known
    }

    /// Forgets what is known of the frame. Its unfinished line is dropped from its beginning.
    pub(super) fn drop_known(&mut self) {
        let known = core::mem::take(&mut self.known);
        let of_held = known.min(self.held.len());
        self.held.advance(of_held);
        self.front.advance(known - of_held);
        self.refill();
        if self.held.is_empty() {
            self.held = BytesMut::new();
        }
    }

    /// Drops the line that ends there, of a frame of which nothing is known.
    pub(super) fn drop_line(&mut self, end: usize) {
        self.front.advance(end - self.held.len());
        self.held.clear();
        self.refill();
    }

    /// Moves the first octets of `front` to what is held.
    fn hold(&mut self, len: usize) {
        if len > 0 {
            if self.held.capacity() - self.held.len() < len {
                self.held.reserve(len.max(BLOCK));
            }
            self.held.extend_from_slice(&self.front[..len]);
            self.front.advance(len);
            self.refill();
        }
    }

    /// The first octets of `front`. What is used up needs no count of references.
    fn split(&mut self, len: usize) -> Bytes {
        if len < self.front.len() {
            return self.front.split_to(len);
        }
        let next = self.rest.pop_front().unwrap_or_default();
        core::mem::replace(&mut self.front, next)
    }

    fn refill(&mut self) {
        if self.front.is_empty() {
            self.front = self.rest.pop_front().unwrap_or_default();
        }
    }
}
