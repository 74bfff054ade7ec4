//! A command on its way out, literal by literal ([RFC 9051 §4.3]).
//!
//! [RFC 9051 §4.3]: https://www.rfc-editor.org/rfc/rfc9051#section-4.3

use super::{Event, Handle};
use crate::{Encoded, Error};
use alloc::{collections::VecDeque, vec::Vec};
use bytes::Bytes;
use mailwire_core::OutputQueue;

/// What is left of a command.
#[derive(Debug)]
pub(super) struct Sending {
    /// Only commands that the caller asked for have texts that the caller sends.
    handle: Option<Handle>,
    wire: Bytes,
    at: usize,
    waits: Vec<usize>,
    /// How many continuations came.
    continued: usize,
    streams: Vec<(usize, u64)>,
    /// How many texts are through.
    streamed: usize,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The server must say that it goes on.
    Continue,
    /// The caller sends so many octets more.
    Body { left: u64 },
    /// All is sent.
    Over,
}

impl Sending {
    /// Sends as much as may be sent now. `None` if that was all.
    pub(super) fn start(
        handle: Option<Handle>,
        encoded: Encoded,
        output: &mut OutputQueue,
        events: &mut VecDeque<Event>,
    ) -> Option<Self> {
        let Encoded { wire, waits, streams } = encoded;
        let mut sending = Self {
            handle,
            wire,
            at: 0,
            waits,
            continued: 0,
            streams,
            streamed: 0,
            stage: Stage::Over,
        };
        sending.go_on(output, events);
        (!sending.is_over()).then_some(sending)
    }

    pub(super) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    pub(super) fn waits_for_continue(&self) -> bool {
        self.stage == Stage::Continue
    }

    /// How many octets the caller must send, if it is the caller's turn.
    pub(super) fn body_left(&self) -> Option<u64> {
        match self.stage {
            Stage::Body { left } => Some(left),
            Stage::Continue | Stage::Over => None,
        }
    }

    /// The server goes on.
    pub(super) fn continued(&mut self, output: &mut OutputQueue, events: &mut VecDeque<Event>) {
        self.continued += 1;
        self.go_on(output, events);
    }

    /// The caller sends a piece.
    pub(super) fn send_body(
        &mut self,
        octets: Bytes,
        output: &mut OutputQueue,
    ) -> Result<(), Error> {
        let Stage::Body { left } = &mut self.stage else { return Err(Error::Misuse) };
        *left = left.checked_sub(octets.len() as u64).ok_or(Error::Misuse)?;
        output.push(octets);
        Ok(())
    }

    /// The caller has sent all of it.
    pub(super) fn finish_body(
        &mut self,
        output: &mut OutputQueue,
        events: &mut VecDeque<Event>,
    ) -> Result<(), Error> {
        if self.stage != (Stage::Body { left: 0 }) {
            return Err(Error::Misuse);
        }
        self.streamed += 1;
        self.go_on(output, events);
        Ok(())
    }

    /// Up to the next place where somebody else has to do something.
    fn go_on(&mut self, output: &mut OutputQueue, events: &mut VecDeque<Event>) {
        let wait = self.waits.get(self.continued).copied();
        let stream = self.streams.get(self.streamed).copied();
        let end = self.wire.len();
        let stop = wait.unwrap_or(end).min(stream.map_or(end, |(at, _)| at));
        output.push(self.wire.slice(self.at..stop));
        self.at = stop;
        self.stage = match stream {
            _ if wait == Some(stop) => Stage::Continue,
            Some((at, size)) if at == stop => {
                if let Some(handle) = self.handle {
                    events.push_back(Event::SendBody { handle, index: self.streamed, size });
                }
                Stage::Body { left: size }
            }
            _ => Stage::Over,
        };
    }
}
