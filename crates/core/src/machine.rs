//! What a driver and a machine say to each other.
use core::time::Duration;

use bytes::Bytes;

/// What a machine wants from its driver next.
///
/// Owed bytes come first: every variant below [`Transmit`](Self::Transmit), and every error, comes
/// only once all earlier transmits have been handed out. Events come before transmits, so that the
/// answers to a pipelined batch leave in one write.
///
/// The last four repeat when polled again without anything being done about them.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every variant")]
pub enum Output<E> {
    /// The peer did something. The event's documentation says whether it wants an answer.
    Event(E),
    /// Write these bytes to the peer, all of them and in this order.
    Transmit(Bytes),
    /// Put this layer under the connection, then call [`Machine::upgraded`].
    Upgrade(Upgrade),
    /// Nothing happens until bytes come or the caller starts something: read, then call
    /// [`Machine::handle_input`] or [`Machine::handle_eof`].
    NeedInput,
    /// The caller owes an answer or the next piece of a body: act, do not read. This is the
    /// back-pressure.
    YourTurn,
    /// The session is over: close the connection.
    Closed,
}

/// A layer that both ends agreed to put under the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Upgrade {
    /// Run the TLS handshake (STARTTLS, STLS).
    Tls,
    /// Compress both directions with raw DEFLATE (RFC 4978).
    Deflate,
    /// Compress neither direction any more (RFC 8437 §4.1): octets go as they are.
    EndDeflate,
}

/// One end of one connection, without I/O.
///
/// The machines' inherent methods have the same names, so this trait is needed only by code that
/// drives any machine. Six laws hold for every implementation:
///
/// 1. *cut*: any chunking of the input gives the same events and the same bytes out (adjacent body
///    chunks joined);
/// 2. *owed bytes first*: see [`Output`];
/// 3. *level-triggered*: a waiting output repeats until something is done about it;
/// 4. *latch*: after an error, the same error for ever;
/// 5. *bounded*: memory stays within [`Limits`](crate::Limits), finitely many outputs per input, time
///    linear in the input;
/// 6. *no panic* whatever the peer sends; misuse by the caller is an error and changes nothing.
pub trait Machine {
    /// What the peer did.
    type Event;
    /// Why the session cannot go on.
    type Error;

    /// Takes bytes from the peer. Stores them, parses nothing, never fails.
    ///
    /// An empty input does nothing; it is not the end of the stream.
    fn handle_input(&mut self, input: Bytes);

    /// Takes note that the peer sends no more.
    fn handle_eof(&mut self);

    /// Says what to do next.
    fn poll_output(&mut self) -> Result<Output<Self::Event>, Self::Error>;

    /// Reports that what [`Output::Upgrade`] asked for is in place; an error if nothing was asked.
    fn upgraded(&mut self) -> Result<(), Self::Error>;

    /// How long the protocol's specification says to wait for the peer in this state.
    ///
    /// The machine has no clock: what happens when the time is over is the caller's to say.
    fn timeout(&self) -> Duration;
}
