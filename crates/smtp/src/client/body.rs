//! A message on its way out: as dot-stuffed text, or in chunks ([RFC 3030 §2]).
//!
//! [RFC 3030 §2]: https://www.rfc-editor.org/rfc/rfc3030#section-2
use alloc::collections::VecDeque;

use bytes::Bytes;
use mailwire_core::OutputQueue;

use crate::Command;

/// BDAT: every piece is a chunk, and the last one says so. Nothing is stuffed.
#[derive(Debug)]
pub(super) struct Chunks {
    /// Pieces that were not sent. The newest waits for the next, or for the end: it may be the last.
    waiting: VecDeque<Bytes>,
    pub(super) finished: bool,
    pub(super) last_sent: bool,
    /// How many chunks have no reply yet.
    pub(super) unanswered: usize,
    /// How many may have none.
    window: usize,
}

/// Enough to keep a connection busy. The replies are so short that they fit in any receive buffer, so
/// a caller that writes without reading cannot lock up both ends.
const WINDOW: usize = 8;

impl Chunks {
    /// With `pipelined`, chunks do not wait for the reply to the one before.
    pub(super) fn new(pipelined: bool) -> Self {
        Self {
            waiting: VecDeque::new(),
            finished: false,
            last_sent: false,
            unanswered: 0,
            window: if pipelined { WINDOW } else { 1 },
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes, output: &mut OutputQueue) {
        if !chunk.is_empty() {
            self.waiting.push_back(chunk);
        }
        self.send(output);
    }

    pub(super) fn finish(&mut self, output: &mut OutputQueue) {
        self.finished = true;
        self.send(output);
    }

    /// Forgets what was not sent.
    pub(super) fn stop(&mut self) {
        self.waiting = VecDeque::new();
        self.finished = true;
        self.last_sent = true;
    }

    /// Whether the caller may add to the message.
    pub(super) fn wants_more(&self) -> bool {
        !self.finished && self.unanswered < self.window
    }

    /// Sends what may be sent now.
    pub(super) fn send(&mut self, output: &mut OutputQueue) {
        while self.unanswered < self.window
            && (self.waiting.len() > 1 || (self.finished && !self.last_sent))
        {
            let chunk = self.waiting.pop_front().unwrap_or_default();
            let last = self.finished && self.waiting.is_empty();
            let command = Command::Bdat { size: chunk.len() as u64, last };
            output.encode(|out| command.encode(out));
            output.push(chunk);
            self.last_sent = last;
            self.unanswered += 1;
        }
    }
}
