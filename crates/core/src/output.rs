//! Bytes owed to the peer.
use alloc::collections::VecDeque;
use core::mem;

use bytes::{Bytes, BytesMut};

/// The output side of a machine: small things are gathered into one write, bulk goes out as the slice
/// it came in.
///
/// ```
/// use mailwire_core::OutputQueue;
///
/// let mut output = OutputQueue::default();
/// output.put(b"250 2.1.0 Ok\r\n");
/// output.put(b"250 2.1.5 Ok\r\n");
/// assert_eq!(output.take().unwrap(), "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n");
/// assert_eq!(output.take(), None);
/// ```
#[derive(Debug, Default)]
pub struct OutputQueue {
    /// Finished writes, oldest first; the last of them may still be joined if it is small.
    ready: VecDeque<Bytes>,
    /// A small write alone, not copied yet; comes after `ready` and before `gathering`.
    single: Bytes,
    gathering: BytesMut,
    len: usize,
}

/// From here on a slice is handed on as it is: a write costs more than copying less than this.
const BULK: usize = 1_024;

impl OutputQueue {
    /// Appends a copy.
    pub fn put(&mut self, octets: &[u8]) {
        self.gathering().extend_from_slice(octets);
        self.len += octets.len();
    }

    /// Appends a slice: without a copy if it is large, or if nothing stands before or behind it.
    pub fn push(&mut self, octets: Bytes) {
        if octets.is_empty() {
            return;
        }
        self.len += octets.len();
        if octets.len() >= BULK {
            self.flush();
            self.ready.push_back(octets);
        } else if self.single.is_empty() && self.gathering.is_empty() {
            self.single = octets;
        } else {
            self.gathering().extend_from_slice(&octets);
        }
    }

    /// Appends what `encode` writes.
    pub fn encode(&mut self, encode: impl FnOnce(&mut BytesMut)) {
        let gathering = self.gathering();
        let before = gathering.len();
        encode(gathering);
        self.len += self.gathering.len() - before;
    }

    /// Takes the next write.
    pub fn take(&mut self) -> Option<Bytes> {
        if self.len == 0 {
            return None;
        }
        let next = self.ready.pop_front().unwrap_or_else(|| {
            let single = mem::take(&mut self.single);
            if single.is_empty() { mem::take(&mut self.gathering).freeze() } else { single }
        });
        self.len -= next.len();
        if self.ready.is_empty() && self.ready.capacity() > 0 {
            // An idle connection holds no memory.
            self.ready = VecDeque::new();
        }
        Some(next)
    }

    /// How many octets are owed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is owed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets everything that is owed.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn gathering(&mut self) -> &mut BytesMut {
        if !self.single.is_empty() {
            // Invariant: while `single` is there, `gathering` is empty.
            self.gathering.extend_from_slice(&mem::take(&mut self.single));
        }
        &mut self.gathering
    }

    fn flush(&mut self) {
        let single = mem::take(&mut self.single);
        let small =
            if single.is_empty() { mem::take(&mut self.gathering).freeze() } else { single };
        if !small.is_empty() {
            self.ready.push_back(small);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn order_is_kept_and_only_small_writes_are_joined() {
        let big = Bytes::from(std::vec![b'b'; BULK]);
        let mut output = OutputQueue::default();
        output.push(Bytes::from_static(b"a"));
        output.push(big.clone());
        output.put(b"c");
        output.push(Bytes::from_static(b"d"));
        output.encode(|out| out.extend_from_slice(b"e"));
        assert_eq!(output.len(), BULK + 4);
        let writes: Vec<_> = core::iter::from_fn(|| output.take()).collect();
        assert_eq!(writes, [Bytes::from_static(b"a"), big.clone(), Bytes::from_static(b"cde")]);
        assert_eq!(writes[1].as_ptr(), big.as_ptr());
        assert!(output.is_empty());
    }

    #[test]
    fn a_lone_static_answer_is_not_copied() {
        static ANSWER: &[u8] = b"250 Ok\r\n";
        let mut output = OutputQueue::default();
        output.push(Bytes::from_static(ANSWER));
        assert_eq!(output.take().unwrap().as_ptr(), ANSWER.as_ptr());
    }
}
