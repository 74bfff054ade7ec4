//! AUTH ([RFC 5034 §4]).
//!
//! [RFC 5034 §4]: https://www.rfc-editor.org/rfc/rfc5034#section-4
use alloc::vec::Vec;

use mailwire_core::OutputQueue;
use mailwire_sasl::{self as sasl, Mechanism, client::Exchange, line};

use crate::MAX_COMMAND_LINE;

/// An exchange that is under way.
#[derive(Debug)]
pub(super) struct Auth {
    pub(super) exchange: Exchange,
    /// How many challenges were answered, one that an initial response made needless included.
    answered: u32,
    /// Why `*` was sent.
    cancelled: Option<sasl::Error>,
}

/// How an exchange ended.
pub(super) enum End {
    Succeeded,
    Refused,
    /// The client has given it up, and the server knows.
    Cancelled(sasl::Error),
    /// The server says yes, and must not be believed.
    Distrusted(sasl::Error),
}

impl Auth {
    /// Sends AUTH, with what the mechanism says first if it does and that fits the line.
    pub(super) fn start(mut exchange: Exchange, output: &mut OutputQueue) -> Self {
        let mechanism = exchange.mechanism();
        let initial = mechanism.allows_initial_response().then(|| exchange.initial_response());
        // What does not fit goes as the answer to an empty challenge.
        let fits = |initial: &Vec<u8>| {
            let len = "AUTH  \r\n".len() + mechanism.name().len() + line::initial_len(initial);
            len <= MAX_COMMAND_LINE
        };
        let initial = initial.flatten().filter(fits);
        let answered = u32::from(initial.is_some());
        output.encode(|out| {
            out.extend_from_slice(b"AUTH ");
            out.extend_from_slice(mechanism.name().as_bytes());
            if let Some(initial) = initial {
                out.extend_from_slice(b" ");
                line::encode_initial(&initial, out);
            }
            out.extend_from_slice(b"\r\n");
        });
        Self { exchange, answered, cancelled: None }
    }

    /// Whether a `+OK` that comes now can only be meant as a challenge: the client has not said yet what
    /// it must.
    ///
    /// Exchange 2003 answers AUTH so. To SCRAM nobody may say yes early, whatever is meant.
    pub(super) fn must_go_on(&self) -> bool {
        let due = match self.exchange.mechanism() {
            Mechanism::Login => 2,
            Mechanism::Plain
            | Mechanism::External
            | Mechanism::Anonymous
            | Mechanism::XOAuth2
            | Mechanism::OAuthBearer
            | Mechanism::CramMd5 => 1,
            _ => 0,
        };
        self.cancelled.is_none() && self.answered < due
    }

    /// The challenge in the text of such a `+OK`: what the server says in words is none.
    pub(super) fn challenge_in<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        match self.exchange.mechanism() {
            Mechanism::CramMd5 => text,
            _ => b"",
        }
    }

    /// Whether the exchange waits only for `-ERR`.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.is_some()
    }

    /// Answers a challenge, or cancels with `*` if there is no answer.
    pub(super) fn respond(&mut self, challenge: &[u8], output: &mut OutputQueue) {
        let challenge = line::decode_challenge(challenge).map_err(sasl::Error::from);
        let response = challenge.and_then(|challenge| self.exchange.respond(&challenge));
        self.answered = self.answered.saturating_add(1);
        output.encode(|out| {
            match response {
                Ok(response) => line::encode(&response, out),
                Err(error) => {
                    out.extend_from_slice(line::CANCEL);
                    self.cancelled = Some(error);
                }
            }
            out.extend_from_slice(b"\r\n");
        });
    }

    /// Takes the last word of the server.
    pub(super) fn end(&mut self, ok: bool) -> End {
        match (ok, self.cancelled.take()) {
            (true, Some(error)) => End::Distrusted(error),
            (true, None) => match self.exchange.finish(None) {
                Ok(()) => End::Succeeded,
                Err(error) => End::Distrusted(error),
            },
            (false, Some(error)) => End::Cancelled(error),
            (false, None) => End::Refused,
        }
    }
}
