//! Chunks of input as one window after the other.

use alloc::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memchr;

/// The octets that came in and are not done with.
///
/// A window is a chunk, or what is left of chunks before together with as much of the next one as it
/// takes to be done with that: only this is copied.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// What is left of the chunks before, and a piece of `chunk`.
    carry: BytesMut,
    /// How much of `chunk` is at the end of `carry`.
    borrowed: usize,
    chunk: Bytes,
    rest: VecDeque<Bytes>,
    over: bool,
}

impl Input {
    /// Takes a chunk, unless the input is over.
    pub(super) fn push(&mut self, chunk: Bytes) -> bool {
        if chunk.is_empty() {
            return true;
        }
        if self.over {
            return false;
        }
        if self.chunk.is_empty() && self.carry.is_empty() {
            self.chunk = chunk;
        } else {
            self.rest.push_back(chunk);
        }
        true
    }

    pub(super) fn end(&mut self) {
        self.over = true;
    }

    /// What there is to look at, the chunk that it is a slice of, and whether nothing follows.
    pub(super) fn window(&self) -> (&[u8], Option<&Bytes>, bool) {
        let nothing_queued = self.over && self.rest.is_empty();
        if self.carry.is_empty() {
            (&self.chunk, Some(&self.chunk), nothing_queued)
        } else {
            (&self.carry, None, nothing_queued && self.borrowed == self.chunk.len())
        }
    }

    /// So many octets of the window are done with.
    pub(super) fn advance(&mut self, len: usize) {
        if self.carry.is_empty() {
            self.chunk.advance(len);
            if self.chunk.is_empty() {
                self.chunk = self.rest.pop_front().unwrap_or_default();
            }
            return;
        }
        self.carry.advance(len);
        if self.carry.len() <= self.borrowed {
            // The rest of the window is in the chunk, where it can be shared.
            let done = self.borrowed - self.carry.len();
            self.carry.clear();
            self.borrowed = 0;
            self.advance(done);
        }
    }

    /// Makes the window longer, if there is more.
    pub(super) fn extend(&mut self) -> bool {
        if self.borrowed == self.chunk.len() || self.carry.is_empty() {
            let Some(next) = self.rest.pop_front() else { return false };
            if self.carry.is_empty() {
                self.carry.extend_from_slice(&self.chunk);
            }
            self.chunk = next;
            self.borrowed = 0;
        }
        let most = self.carry.len().max(AT_ONCE);
        let fresh = self.chunk.get(self.borrowed..).unwrap_or_default();
        let fresh = &fresh[..fresh.len().min(most)];
        // Whether a field is over shows behind its line end.
        let len = memchr(b'\n', fresh).map_or(fresh.len(), |lf| fresh.len().min(lf + 2));
        self.carry.extend_from_slice(&fresh[..len]);
        self.borrowed += len;
        true
    }

    /// How many octets were looked at and are not done with.
    pub(super) fn held(&self) -> usize {
        if self.carry.is_empty() { self.chunk.len() } else { self.carry.len() }
    }
}

/// How much of a chunk is copied at a time, at least: about a delimiter line.
const AT_ONCE: usize = 256;
