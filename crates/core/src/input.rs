//! Bytes received and not yet understood.
use alloc::collections::VecDeque;
use core::mem;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memchr;

use crate::{BytesRef, Line, LineError, LineRef, line::without_line_end};

/// The input side of a machine: lines, frames of lines, and counted octets out of chunks.
///
/// What lies within one chunk is handed out as a slice of that chunk; only what straddles two is
/// copied. Every octet is searched once, however the input is cut.
///
/// ```
/// use mailwire_core::{InputQueue, LineEnd};
///
/// let mut input = InputQueue::default();
/// input.push("NOOP\r\nQU".into());
/// let line = input.take_line(512)?.expect("a whole line is there");
/// assert_eq!((&line.content[..], line.end), (&b"NOOP"[..], LineEnd::CrLf));
/// assert_eq!(input.take_line(512)?, None);
/// input.push("IT\n".into());
/// assert_eq!(input.take_line(512)?.map(|line| line.end), Some(LineEnd::Lf));
/// # Ok::<(), mailwire_core::LineError>(())
/// ```
#[derive(Debug, Default)]
pub struct InputQueue {
    /// What the next read takes from; empty only if `rest` is empty too.
    front: Bytes,
    rest: VecDeque<Bytes>,
    /// The start of a line or frame that straddles chunks; never holds a complete one.
    partial: BytesMut,
    /// Where the last, unfinished line of a frame starts in `partial`.
    line_start: usize,
    /// The rest of an over-long line is being dropped.
    skipping: bool,
    /// How that line began.
    skipped_start: [u8; 8],
}

impl InputQueue {
    /// Appends a chunk.
    pub fn push(&mut self, chunk: Bytes) {
        if chunk.is_empty() {
        } else if self.front.is_empty() {
            self.front = chunk;
        } else {
            self.rest.push_back(chunk);
        }
    }

    /// Whether nothing is held, not even an unfinished line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.front.is_empty() && self.partial.is_empty() && !self.skipping
    }

    /// The octet that the next line starts with, if it is there and no part of that line was taken.
    pub fn first_octet(&mut self) -> Option<u8> {
        // What is left of an over-long line may be there already, or come later: no difference.
        self.finish_skipping();
        self.front.first().copied().filter(|_| self.partial.is_empty())
    }

    /// What is there in one piece of the line that comes next, and of what is behind it; nothing if a part
    /// of that line was taken. For readers that see the end of a line while they read it:
    /// [`skip_line`](Self::skip_line) goes on.
    ///
    /// ```
    /// use mailwire_core::InputQueue;
    ///
    /// let mut input = InputQueue::default();
    /// input.push("1 120\r\n2 2".into());
    /// assert_eq!(&input.line_start()[..], b"1 120\r\n2 2");
    /// input.skip_line(7);
    /// assert_eq!(&input.line_start()[..], b"2 2");
    /// assert_eq!(input.take_line(512)?, None);
    /// input.push("00\r\n".into());
    /// assert!(input.line_start().is_empty());
    /// # Ok::<(), mailwire_core::LineError>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn line_start(&self) -> BytesRef<'_> {
        let front = BytesRef::from(&self.front);
        if self.partial.is_empty() && !self.skipping { front } else { front.slice(..0) }
    }

    /// The first eight octets of the line that was over-long last.
    #[must_use]
    pub fn skipped_start(&self) -> &[u8] {
        &self.skipped_start
    }

    /// Forgets everything that was received.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The contiguous octets at the front that no unfinished line has claimed.
    pub(crate) fn front(&self) -> &[u8] {
        &self.front
    }

    /// Takes the first `len` octets of [`front`](Self::front).
    pub(crate) fn take_front(&mut self, len: usize) -> Bytes {
        let taken = self.front.split_to(len);
        self.refill();
        taken
    }

    /// Drops the first `len` octets of [`front`](Self::front).
    #[inline]
    pub(crate) fn skip_front(&mut self, len: usize) {
        self.front.advance(len);
        self.refill();
    }

    #[inline]
    fn refill(&mut self) {
        if self.front.is_empty() {
            self.next_chunk();
        }
    }

    #[cold]
    fn next_chunk(&mut self) {
        // Also lets go of the finished buffer, and of the queue's own memory.
        self.front = self.rest.pop_front().unwrap_or_default();
        if self.rest.is_empty() && self.rest.capacity() > 0 {
            self.rest = VecDeque::new();
        }
    }

    /// Takes one line of at most `limit` octets, its line end counted.
    ///
    /// Returns `None` if the line is not complete yet. A longer line is reported once, as soon as its
    /// octet `limit` is there and is no LF; the rest of it is dropped on the way to the next line.
    pub fn take_line(&mut self, limit: usize) -> Result<Option<Line>, LineError> {
        let Some(end) = self.find_line(limit)? else { return Ok(None) };
        let tail = self.take_front(end);
        let mut content = self.complete(tail);
        let LineRef { content: shown, end } = LineRef::new(BytesRef::from(&content));
        content.truncate(shown.len());
        Ok(Some(Line { content, end }))
    }

    /// Shows the line that [`take_line`](Self::take_line) would take, without a share in its buffer.
    /// [`skip_line`](Self::skip_line) goes on to the next.
    ///
    /// ```
    /// use mailwire_core::InputQueue;
    ///
    /// let mut input = InputQueue::default();
    /// input.push("NOOP\r\n".into());
    /// let line = input.peek_line(512)?.expect("a whole line is there");
    /// assert_eq!(&line.content[..], b"NOOP");
    /// let len = line.wire_len();
    /// input.skip_line(len);
    /// assert!(input.is_empty());
    /// # Ok::<(), mailwire_core::LineError>(())
    /// ```
    #[inline]
    pub fn peek_line(&mut self, limit: usize) -> Result<Option<LineRef<'_>>, LineError> {
        let Some(mut end) = self.find_line(limit)? else { return Ok(None) };
        if !self.partial.is_empty() {
            end = self.join(end);
        }
        Ok(Some(LineRef::new(BytesRef::from(&self.front).slice(..end))))
    }

    /// Drops the line that [`peek_line`](Self::peek_line) has just shown, whose
    /// [`wire_len`](LineRef::wire_len) this is, or that was read in
    /// [`line_start`](Self::line_start).
    ///
    /// # Panics
    ///
    /// If it is more.
    #[inline]
    pub fn skip_line(&mut self, wire_len: usize) {
        self.skip_front(wire_len);
    }

    /// Makes the line that straddles chunks, and ends at `end`, a chunk of its own; gives its length.
    #[cold]
    fn join(&mut self, end: usize) -> usize {
        self.partial.extend_from_slice(&self.front[..end]);
        self.skip_front(end);
        let line = mem::take(&mut self.partial).freeze();
        let behind = mem::replace(&mut self.front, line);
        if !behind.is_empty() {
            self.rest.push_front(behind);
        }
        self.front.len()
    }

    /// Where in `front` the line ends, its line end included; what came of it before is in
    /// `partial`.
    fn find_line(&mut self, limit: usize) -> Result<Option<usize>, LineError> {
        self.finish_skipping();
        while !self.front.is_empty() {
            let room = limit.saturating_sub(self.partial.len());
            let window = self.front.len().min(room);
            if let Some(lf) = memchr(b'\n', &self.front[..window]) {
                return Ok(Some(lf + 1));
            }
            if window == room {
                return Err(self.start_skipping(window, limit));
            }
            self.hold(window);
        }
        Ok(None)
    }

    /// Takes whole lines, up to and including the first one that `is_last`.
    ///
    /// Each line is shown once, without its line end, to `is_last`; the frame comes with all its line
    /// ends as they were. `line` limits every line and `total` the frame, in octets.
    pub fn take_frame(
        &mut self,
        line: usize,
        total: usize,
        mut is_last: impl FnMut(&[u8]) -> bool,
    ) -> Result<Option<Bytes>, LineError> {
        self.finish_skipping();
        // The unfinished line is partial[line_start..] and then front[start..].
        let mut start = 0;
        while !self.front.is_empty() {
            let held = self.partial.len() - self.line_start;
            let room =
                line.saturating_sub(held).min(total.saturating_sub(self.partial.len() + start));
            let window = (self.front.len() - start).min(room);
            let Some(lf) = memchr(b'\n', &self.front[start..start + window]) else {
                if window == room {
                    let limit = if room + held == line { line } else { total };
                    return Err(self.start_skipping(start + window, limit));
                }
                if start > 0 {
                    self.line_start = self.partial.len() + start;
                }
                self.hold(self.front.len());
                start = 0;
                continue;
            };
            let end = start + lf + 1;
            let last = if held > 0 {
                // It straddles two chunks, and has to be put together to be shown.
                self.hold(end);
                start = 0;
                is_last(without_line_end(&self.partial[self.line_start..]))
            } else {
                let last = is_last(without_line_end(&self.front[start..end]));
                start = end;
                last
            };
            if last {
                let frame = self.take_front(start);
                self.line_start = 0;
                return Ok(Some(self.complete(frame)));
            }
            if start == self.front.len() {
                self.hold(start);
                start = 0;
            }
            if start == 0 {
                self.line_start = self.partial.len();
            }
        }
        Ok(None)
    }

    /// Takes the octets that are there, at most `max` and never none.
    pub fn take_octets(&mut self, max: u64) -> Option<Bytes> {
        let there = self.front.len();
        let len = usize::try_from(max).map_or(there, |max| there.min(max));
        (len > 0).then(|| self.take_front(len))
    }

    /// Moves the first `len` octets of `front` to the unfinished line.
    fn hold(&mut self, len: usize) {
        self.partial.extend_from_slice(&self.front[..len]);
        self.skip_front(len);
    }

    /// Puts the unfinished line and its `tail` together.
    fn complete(&mut self, tail: Bytes) -> Bytes {
        if self.partial.is_empty() {
            return tail;
        }
        self.partial.extend_from_slice(&tail);
        mem::take(&mut self.partial).freeze()
    }

    fn start_skipping(&mut self, len: usize, limit: usize) -> LineError {
        let line = self.partial[self.line_start..].iter().chain(&self.front[..len]);
        self.skipped_start = [0; 8];
        self.skipped_start.iter_mut().zip(line).for_each(|(kept, octet)| *kept = *octet);
        self.skip_front(len);
        self.partial = BytesMut::new();
        self.line_start = 0;
        self.skipping = true;
        LineError::TooLong { limit }
    }

    fn finish_skipping(&mut self) {
        while self.skipping && !self.front.is_empty() {
            let lf = memchr(b'\n', &self.front);
            self.skipping = lf.is_none();
            self.skip_front(lf.map_or(self.front.len(), |lf| lf + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LineEnd;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::vec::Vec;

    /// Everything that `take_line`, and `peek_line` alike, say about `wire`, cut into pieces of
    /// `step`.
    fn lines(wire: &[u8], step: usize, limit: usize) -> Vec<Result<Line, LineError>> {
        let (mut taken, mut read) = (InputQueue::default(), InputQueue::default());
        let mut said = Vec::new();
        for chunk in wire.chunks(step) {
            taken.push(Bytes::copy_from_slice(chunk));
            read.push(Bytes::copy_from_slice(chunk));
            while let Some(line) = taken.take_line(limit).transpose() {
                let shown = read.peek_line(limit).map(Option::unwrap).map(|shown| {
                    let content = shown.content.to_bytes();
                    (shown.wire_len(), Line { content, end: shown.end })
                });
                if let Ok((len, _)) = shown {
                    read.skip_line(len);
                }
                assert_eq!(shown.map(|(_, shown)| shown), line);
                said.push(line);
            }
            assert!(read.peek_line(limit).is_ok_and(|line| line.is_none()));
            assert_eq!(read.partial, taken.partial);
            assert!(taken.partial.len() < limit.max(1));
        }
        said
    }

    #[test]
    fn limit_counts_the_line_end_and_does_not_depend_on_the_cut() {
        let too_long = Err(LineError::TooLong { limit: 6 });
        let line = |content: &'static str| Ok(Line { content: content.into(), end: LineEnd::CrLf });
        for step in 1..30 {
            let got = lines(b"1234\r\n12345\r\n123456789\r\n\r\nab\r\n", step, 6);
            assert_eq!(
                got,
                [line("1234"), too_long.clone(), too_long.clone(), line(""), line("ab")]
            );
        }
    }

    #[test]
    fn slices_share_the_chunk_they_came_in() {
        let chunk = Bytes::from(std::vec![b'\n'; 8]);
        let start = chunk.as_ptr();
        let mut input = InputQueue::default();
        input.push(chunk);
        let line = input.take_line(9).unwrap().unwrap();
        assert_eq!(line.content.as_ptr(), start);
        assert_eq!(input.take_octets(3).unwrap().len(), 3);
        assert_eq!(input.take_octets(u64::MAX).unwrap().len(), 4);
        assert_eq!((input.take_octets(1), input.is_empty()), (None, true));
    }

    #[test]
    fn frame_ends_with_the_line_that_says_so() {
        for step in 1..20 {
            let mut input = InputQueue::default();
            let mut shown = 0;
            let mut frames = Vec::new();
            for chunk in b"-a\r\n-b\n.c\r\n.\r\n".chunks(step) {
                input.push(Bytes::copy_from_slice(chunk));
                while let Some(frame) = input
                    .take_frame(4, 11, |line| {
                        shown += 1;
                        line.starts_with(b".")
                    })
                    .unwrap()
                {
                    frames.push(frame);
                }
            }
            assert_eq!(frames, ["-a\r\n-b\n.c\r\n", ".\r\n"], "step {step}");
            assert_eq!(shown, 4, "every line once, step {step}");
        }
    }

    #[test]
    fn frame_has_both_limits() {
        for step in 1..20 {
            for (line, total, limit) in [(3, 99, 3), (9, 5, 5)] {
                let mut input = InputQueue::default();
                let mut result = Ok(None);
                for chunk in b"a\nb\ncdefg\n".chunks(step) {
                    input.push(Bytes::copy_from_slice(chunk));
                    result = result.and_then(|_| input.take_frame(line, total, |_| false));
                }
                assert_eq!(result, Err(LineError::TooLong { limit }), "step {step}");
            }
        }
    }

    proptest! {
        /// However the bytes are cut, frames are those of the whole.
        #[test]
        fn frames_do_not_depend_on_the_cut(
            wire in vec(select(b".a\r\n".to_vec()), 0..40),
            step in 1..9usize,
            line in 1..9usize,
            total in 1..20usize,
        ) {
            let frames = |step: usize| {
                let mut input = InputQueue::default();
                let mut said = Vec::new();
                for chunk in wire.chunks(step) {
                    input.push(Bytes::copy_from_slice(chunk));
                    let frame = |input: &mut InputQueue| input.take_frame(line, total, |l| l.starts_with(b"."));
                    while let Some(frame) = frame(&mut input).transpose() {
                        said.push(frame);
                    }
                }
                said
            };
            prop_assert_eq!(frames(step), frames(100));
            prop_assert_eq!(lines(&wire, step, line), lines(&wire, 100, line));
        }
    }
}
