//! AUTHENTICATE ([RFC 9051 §6.2.2], [RFC 4959]).
//!
//! [RFC 9051 §6.2.2]: https://www.rfc-editor.org/rfc/rfc9051#section-6.2.2
//! [RFC 4959]: https://www.rfc-editor.org/rfc/rfc4959

use super::Outcome;
use crate::{Condition, Error, Status};
use mailwire_core::OutputQueue;
use mailwire_sasl::{self as sasl, client::Exchange, line};

/// An exchange that is under way.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) exchange: Exchange,
    /// Why `*` was sent.
    cancelled: Option<sasl::Error>,
}

/// What the end of the command means.
pub(super) enum End {
    Done(Outcome),
    /// The server says yes, and must not be believed.
    Distrusted(sasl::Error),
}

/// Longer first responses follow as the answer to an empty challenge: servers limit their lines (RFC 9051
/// §4 speaks of 8192 octets).
const LONGEST_INITIAL: usize = 8_000;

impl Attempt {
    /// Sends the command.
    pub(super) fn start(
        mut exchange: Exchange,
        tag: &str,
        sasl_ir: bool,
        output: &mut OutputQueue,
    ) -> Self {
        let mechanism = exchange.mechanism();
        let may_begin = sasl_ir && mechanism.allows_initial_response();
        let initial = may_begin.then(|| exchange.initial_response()).flatten();
        let initial = initial.filter(|initial| line::initial_len(initial) <= LONGEST_INITIAL);
        output.encode(|out| {
            out.extend_from_slice(tag.as_bytes());
            out.extend_from_slice(b" AUTHENTICATE ");
            out.extend_from_slice(mechanism.name().as_bytes());
            if let Some(initial) = initial {
                out.extend_from_slice(b" ");
                line::encode_initial(&initial, out);
            }
            out.extend_from_slice(b"\r\n");
        });
        Self { exchange, cancelled: None }
    }

    /// Answers a challenge, or cancels with `*` if there is no answer.
    pub(super) fn respond(
        &mut self,
        challenge: &[u8],
        output: &mut OutputQueue,
    ) -> Result<(), Error> {
        if self.cancelled.is_some() {
            return Err(Error::UnexpectedContinue);
        }
        let challenge = line::decode_challenge(challenge).map_err(sasl::Error::from);
        let response = challenge.and_then(|challenge| self.exchange.respond(&challenge));
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
        Ok(())
    }

    /// The server has completed the command.
    pub(super) fn end(&mut self, status: Status) -> End {
        match (status.condition, self.cancelled.take()) {
            (Condition::Ok, Some(error)) => End::Distrusted(error),
            (Condition::Ok, None) => match self.exchange.finish(None) {
                Ok(()) => End::Done(Outcome::Ok(status)),
                Err(error) => End::Distrusted(error),
            },
            (_, Some(error)) => End::Done(Outcome::Distrusted(error)),
            (Condition::Bad, None) => End::Done(Outcome::Bad(status)),
            (_, None) => End::Done(Outcome::No(status)),
        }
    }
}
