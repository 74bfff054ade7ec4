//! The six laws of [`Machine`], as checks over any machine.
//!
//! A [`Subject`] says how to start a machine and what a caller does about its events; [`check`] plays
//! the peer's octets to it in many cuts and holds what comes out against the laws.
use std::{fmt, iter};

use bytes::Bytes;
use mailwire_core::{Machine, Output};

/// A machine and its caller.
pub trait Subject {
    /// The machine.
    type Machine: Machine<Event: fmt::Debug, Error: fmt::Display>;

    /// A fresh machine, with whatever the caller does at the start already done.
    fn start(&self) -> Self::Machine;

    /// What the caller does about an event. It may depend on the event and on nothing else that the
    /// cut could change.
    fn answer(&self, machine: &mut Self::Machine, event: &<Self::Machine as Machine>::Event);

    /// What the caller does when it is its turn and no event was left to answer.
    ///
    /// Returns whether it did anything; if not, the run ends here.
    fn act(&self, machine: &mut Self::Machine) -> bool {
        let _ = machine;
        false
    }

    /// The octets of a body that the event brings, to be joined with those next to it.
    fn body<'e>(&self, event: &'e <Self::Machine as Machine>::Event) -> Option<&'e [u8]>;
}

/// What a run showed to the outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Every event, body octets joined.
    pub events: Vec<Seen>,
    /// Every octet sent.
    pub sent: Vec<u8>,
    /// How it ended.
    pub end: End,
}

/// An event as a record keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Octets of a body.
    Body(Bytes),
    /// Any other event, as `Debug` shows it.
    Event(String),
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The input was used up.
    #[default]
    Waiting,
    /// It is the caller's turn and the caller does nothing.
    YourTurn,
    /// The machine closed.
    Closed,
    /// The machine failed.
    Failed(String),
}

/// Checks all laws on this input, in every cut worth trying.
///
/// `flights` are what the peer sends, each but the first only after an upgrade that the machine asked for.
/// What is left of a flight when an upgrade is due has arrived before the upgrade.
pub fn check<S: Subject>(subject: &S, flights: &[&[u8]]) {
    let whole = run(subject, flights, |_| usize::MAX);
    for step in [1, 2, 7] {
        assert_eq!(run(subject, flights, |_| step), whole, "cut law, pieces of {step}");
    }
    assert_eq!(
        run_queued(subject, flights, 3),
        whole,
        "cut law, everything handed in before the first poll"
    );
    let total = octets(flights);
    // One cut at every place, as far as that is quick, and at places all over beyond.
    for cut in (1..total).step_by(1 + total / 64) {
        let cut_once = |n| if n == 0 { cut } else { usize::MAX };
        assert_eq!(run(subject, flights, cut_once), whole, "cut law, one cut at {cut}");
    }
}

/// Plays the flights in pieces whose sizes `cut` says, and checks every law but the first on the way.
pub fn run<S: Subject>(subject: &S, flights: &[&[u8]], cut: impl Fn(usize) -> usize) -> Record {
    play(subject, subject.start(), flights, octets(flights), cut)
}

/// The same with the whole first flight in the machine's hands, in small pieces, before it is polled.
fn run_queued<S: Subject>(subject: &S, flights: &[&[u8]], step: usize) -> Record {
    let mut machine = subject.start();
    let mut rest = flights.to_vec();
    if let Some(first) = rest.first_mut() {
        for piece in first.chunks(step) {
            machine.handle_input(Bytes::copy_from_slice(piece));
        }
        *first = &[];
    }
    play(subject, machine, &rest, octets(flights), |_| usize::MAX)
}

fn octets(flights: &[&[u8]]) -> usize {
    flights.iter().map(|flight| flight.len()).sum()
}

fn play<S: Subject>(
    subject: &S,
    mut machine: S::Machine,
    flights: &[&[u8]],
    octets: usize,
    cut: impl Fn(usize) -> usize,
) -> Record {
    let mut record = Record::default();
    let mut outputs = 0;
    let mut flights = flights.iter();
    let mut rest = *flights.next().unwrap_or(&&[][..]);
    let mut pieces = 0;
    let mut eof = false;
    loop {
        outputs += 1;
        assert!(
            outputs < 200 + 8 * (octets + record.sent.len()),
            "bounded law: outputs without end"
        );
        match machine.poll_output() {
            Ok(Output::Event(event)) => {
                record.see(subject.body(&event), &event);
                subject.answer(&mut machine, &event);
                continue;
            }
            Ok(Output::Transmit(bytes)) => {
                assert!(!bytes.is_empty(), "an empty transmit");
                record.sent.extend_from_slice(&bytes);
                continue;
            }
            Ok(Output::YourTurn) => {
                assert_repeats(&mut machine, "YourTurn");
                if subject.act(&mut machine) {
                    continue;
                }
                record.end = End::YourTurn;
                return record;
            }
            Ok(Output::NeedInput) => assert_repeats(&mut machine, "NeedInput"),
            Ok(Output::Upgrade(_)) => {
                assert_repeats(&mut machine, "Upgrade");
                if rest.is_empty() {
                    assert!(machine.upgraded().is_ok(), "an upgrade that was asked for");
                    rest = flights.next().unwrap_or(&&[][..]);
                    continue;
                }
            }
            Ok(Output::Closed) => {
                assert_repeats(&mut machine, "Closed");
                machine.handle_input(Bytes::from_static(b"x\r\n"));
                assert_repeats(&mut machine, "Closed");
                record.end = End::Closed;
                return record;
            }
            Err(error) => {
                let error = error.to_string();
                for _ in 0..3 {
                    machine.handle_input(Bytes::from_static(b"QUIT\r\n"));
                    assert_eq!(failure(&mut machine).as_ref(), Some(&error), "latch law");
                }
                machine.handle_eof();
                assert_eq!(failure(&mut machine).as_ref(), Some(&error), "latch law");
                record.end = End::Failed(error);
                return record;
            }
        }
        // Something is waited for, and it is input.
        if rest.is_empty() && eof {
            return record;
        }
        if rest.is_empty() {
            machine.handle_eof();
            eof = true;
            continue;
        }
        let (piece, more) = rest.split_at(cut(pieces).clamp(1, rest.len()));
        pieces += 1;
        rest = more;
        machine.handle_input(Bytes::new());
        machine.handle_input(Bytes::copy_from_slice(piece));
    }
}

/// Laws 2, 3 and 6 at a waiting point: nothing is owed, polling repeats, misuse changes nothing.
fn assert_repeats<M: Machine<Error: fmt::Display>>(machine: &mut M, waiting: &str) {
    let name = |machine: &mut M| match machine.poll_output() {
        Ok(Output::Event(_)) => "Event",
        Ok(Output::Transmit(_)) => "Transmit",
        Ok(Output::YourTurn) => "YourTurn",
        Ok(Output::NeedInput) => "NeedInput",
        Ok(Output::Upgrade(_)) => "Upgrade",
        Ok(Output::Closed) => "Closed",
        Err(_) => "Err",
    };
    assert_eq!(name(machine), waiting, "level-triggered law");
    if waiting != "Upgrade" {
        assert!(machine.upgraded().is_err(), "upgraded() without an upgrade is misuse");
        assert_eq!(name(machine), waiting, "misuse must change nothing");
    }
    assert!(!machine.timeout().is_zero(), "no state waits for no time at all");
}

fn failure<M: Machine<Error: fmt::Display>>(machine: &mut M) -> Option<String> {
    machine.poll_output().err().map(|error| error.to_string())
}

impl Record {
    fn see(&mut self, body: Option<&[u8]>, event: &impl fmt::Debug) {
        match (body, self.events.last_mut()) {
            (Some(octets), Some(Seen::Body(before))) => {
                *before = before.iter().chain(octets).copied().collect();
            }
            (Some(octets), _) => self.events.push(Seen::Body(Bytes::copy_from_slice(octets))),
            (None, _) => self.events.push(Seen::Event(format!("{event:?}"))),
        }
    }

    /// All body octets of the run.
    pub fn bodies(&self) -> Vec<u8> {
        let bodies = self.events.iter().filter_map(|seen| match seen {
            Seen::Body(octets) => Some(&octets[..]),
            Seen::Event(_) => None,
        });
        bodies.flat_map(|octets| iter::empty().chain(octets)).copied().collect()
    }
}
