//! What a client can be asked to do.

use super::flight::Traits;
use crate::{
    Command,
    command::{AppendData, CatenatePart},
};
use alloc::{boxed::Box, vec::Vec};
use mailwire_sasl::client::Exchange;

/// Which request an event is about: what [`Client::send`](super::Client::send) returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub(super) u32);

/// Something for the client to do when it is its turn.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request {
    /// Send a command.
    Command(Box<Command>),
    /// Authenticate by this exchange (RFC 9051 §6.2.2), with its first response in the command where the
    /// server allows that (RFC 4959).
    Authenticate(Box<Exchange>),
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self::Command(Box::new(command))
    }
}

impl From<Exchange> for Request {
    fn from(exchange: Exchange) -> Self {
        Self::Authenticate(Box::new(exchange))
    }
}

/// A request that waits for its turn.
pub(super) struct Waiting {
    pub(super) handle: Handle,
    pub(super) traits: Traits,
    pub(super) request: Request,
}

/// Commands that change what the session is, or what its octets mean. They come by their own variants, so
/// that the machine knows of it.
const NOT_BY_NAME: [&str; 16] = [
    "APPEND",
    "AUTHENTICATE",
    "CLOSE",
    "COMPRESS",
    "DONE",
    "ENABLE",
    "EXAMINE",
    "IDLE",
    "LOGIN",
    "LOGOUT",
    "REPLACE",
    "SELECT",
    "STARTTLS",
    "UID",
    "UNAUTHENTICATE",
    "UNSELECT",
];

/// Whether the machine can send it without losing track of the session.
pub(super) fn stands_alone(request: &Request) -> bool {
    let Request::Command(command) = request else { return true };
    match &**command {
        Command::StartTls | Command::Authenticate { .. } => false,
        Command::Compress(algorithm) => algorithm.eq_ignore_ascii_case("DEFLATE"),
        Command::Other { name, .. } => {
            !NOT_BY_NAME.iter().any(|known| known.eq_ignore_ascii_case(name))
        }
        command => command.is_complete(),
    }
}

/// The data of the messages that a command brings.
pub(super) fn messages(command: &Command) -> Vec<&AppendData> {
    match command {
        Command::Append { messages, .. } => messages.iter().map(|message| &message.data).collect(),
        Command::Replace { message, .. } => Vec::from([&message.data]),
        _ => Vec::new(),
    }
}

/// Whether the caller sends some of it.
pub(super) fn is_streamed(command: &Command) -> bool {
    messages(command).into_iter().any(|data| match data {
        AppendData::Streamed { .. } => true,
        AppendData::Catenate(parts) => {
            parts.iter().any(|part| matches!(part, CatenatePart::StreamedText { .. }))
        }
        AppendData::Octets(_) | AppendData::Utf8(_) | AppendData::Other(_) => false,
    })
}
