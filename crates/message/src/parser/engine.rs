//! The scanners of one message: one for the input, and one for every message within that has to be
//! decoded first.

use alloc::vec::Vec;

use super::{
    Config,
    scanner::{Choice, Frame, Scanner, Shared, Signal, Sink, State, Step},
};
use crate::{DefectCode, Findings, PartId, TransferEncoding, transfer::Decoder};

/// Drives the scanners over a window of the input.
#[derive(Debug)]
pub(super) struct Engine {
    shared: Shared,
    input: Scanner,
    /// Each one decodes a part of the one before.
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    scanner: Scanner,
    decoder: Decoder,
    part: PartId,
    /// Where the body begins that is decoded.
    begin: u64,
    /// Decoded, and not done with.
    octets: Vec<u8>,
    done: usize,
    /// How many octets were decoded.
    total: u64,
    /// No more will be decoded.
    over: bool,
    /// What it decodes is over.
    flushed: bool,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Need,
    /// So many octets of the window are done with.
    Moved(usize),
    Done,
}

impl Engine {
    pub(super) fn new(config: Config) -> Self {
        Self { shared: Shared::new(config), input: Scanner::new(None), layers: Vec::new() }
    }

    pub(super) fn defects(&self) -> u64 {
        self.shared.defects
    }

    /// Whether the header that was shown last waits for a choice; makes it.
    pub(super) fn choose(&mut self, choice: Choice) -> bool {
        let scanners = self.layers.iter_mut().map(|layer| &mut layer.scanner).rev();
        let waiting = scanners
            .chain([&mut self.input])
            .find(|scanner| matches!(scanner.state, State::Choose(_)));
        let Some(scanner) = waiting else { return false };
        scanner.choice = choice;
        true
    }

    /// Goes on to the next finding.
    pub(super) fn step<S: Sink>(&mut self, window: &[u8], at_end: bool, sink: &mut S) -> Progress {
        // What was decoded is taken apart before more is decoded.
        for at in (0..self.layers.len()).rev() {
            let (before, behind) = self.layers.split_at_mut(at + 1);
            let Some(layer) = before.last_mut() else { break };
            let octets = layer.octets.get(layer.done..).unwrap_or_default();
            match layer.scanner.step(&mut self.shared, octets, layer.over, sink) {
                Step::Need => {}
                Step::Done if !layer.flushed => {}
                Step::Done => {
                    self.layers.truncate(at);
                    self.shared.encoded_depth = at;
                    return Progress::Moved(0);
                }
                Step::Moved(len, signal) => {
                    let taken = layer.done..layer.done + len;
                    layer.done += len;
                    let octets = layer.octets.get(taken).unwrap_or_default();
                    act(&mut self.shared, behind.first_mut(), octets, &signal, sink);
                    if let Signal::Open(part, encoding, frame) = signal {
                        self.open(part, encoding, frame);
                    }
                    if let Some(layer) = self.layers.get_mut(at) {
                        layer.forget();
                    }
                    return Progress::Moved(0);
                }
            }
        }
        match self.input.step(&mut self.shared, window, at_end, sink) {
            Step::Need => Progress::Need,
            Step::Done => Progress::Done,
            Step::Moved(len, signal) => {
                let octets = window.get(..len).unwrap_or_default();
                act(&mut self.shared, self.layers.first_mut(), octets, &signal, sink);
                if let Signal::Open(part, encoding, frame) = signal {
                    self.open(part, encoding, frame);
                }
                Progress::Moved(len)
            }
        }
    }

    fn open(&mut self, part: PartId, encoding: TransferEncoding, frame: Option<Frame>) {
        let outer = self.layers.last().map_or(&self.input, |layer| &layer.scanner);
        let begin = outer.offset;
        self.layers.push(Layer {
            scanner: frame
                .map_or_else(|| Scanner::new(Some(part)), |frame| Scanner::within(part, &frame)),
            decoder: Decoder::new(encoding, self.shared.config.policy),
            part,
            begin,
            octets: Vec::new(),
            done: 0,
            total: 0,
            over: false,
            flushed: false,
        });
        self.shared.encoded_depth = self.layers.len();
    }
}

/// Hands octets on to the scanner of the message that they encode.
fn act<S: Sink>(
    shared: &mut Shared,
    layer: Option<&mut Layer>,
    octets: &[u8],
    signal: &Signal,
    sink: &mut S,
) {
    let Some(layer) = layer else { return };
    let before = layer.octets.len();
    // What is wrong with the encoding is found by whoever reads the body as such.
    let mut findings = Findings::ignored(shared.config.policy);
    match signal {
        Signal::Feed(range) if !layer.over => {
            let octets = octets.get(range.clone()).unwrap_or_default();
            layer.decoder.decode(octets, &mut layer.octets, &mut findings);
        }
        Signal::Flush => {
            if layer.over {
                let code = DefectCode::DecodedBytesLimit;
                shared.report(sink, code, layer.part, layer.begin);
            } else {
                layer.decoder.finish(&mut layer.octets, &mut findings);
            }
            (layer.over, layer.flushed) = (true, true);
        }
        Signal::None | Signal::Open(..) | Signal::Feed(_) => {}
    }
    let room = shared.config.limits.decoded_octets.saturating_sub(layer.total);
    let fresh = layer.octets.len() - before;
    layer.total += fresh as u64;
    if fresh as u64 > room {
        layer.octets.truncate(before + usize::try_from(room).unwrap_or(fresh));
        if layer.flushed {
            let code = DefectCode::DecodedBytesLimit;
            shared.report(sink, code, layer.part, layer.begin);
        }
        layer.over = true;
    }
}

impl Layer {
    /// Forgets what is done with, when that is most of it.
    fn forget(&mut self) {
        if self.done * 2 >= self.octets.len() {
            self.octets.drain(..self.done);
            self.done = 0;
        }
    }
}
