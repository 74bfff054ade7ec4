//! AUTH ([RFC 4954 §4]).
//!
//! [RFC 4954 §4]: https://www.rfc-editor.org/rfc/rfc4954#section-4
use alloc::vec::Vec;

use mailwire_core::OutputQueue;
use mailwire_sasl::{self as sasl, client::Exchange, line};

use super::{Event, NotSent, Outcome, RequestId, Step};
use crate::{Capabilities, Error, Reply, Severity};

/// One exchange that is under way.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) id: RequestId,
    exchange: Exchange,
    /// Why `*` was sent.
    cancelled: Option<sasl::Error>,
}

/// What the answer to AUTH, or to a response, means.
pub(super) enum Progress {
    /// A response was sent.
    Continues,
    Succeeded,
    Failed(Outcome),
    /// The server says yes, and must not be believed.
    Distrusted(sasl::Error),
}

/// The longest command line, CRLF included (RFC 5321 §4.5.3.1.4).
const MAX_LINE: usize = 512;

/// Whether the exchange may begin.
pub(super) fn check(
    exchange: &Exchange,
    offers: &Capabilities,
    may_show_secrets: bool,
) -> Result<(), NotSent> {
    let mechanism = exchange.mechanism();
    if mechanism.is_plaintext() && !may_show_secrets {
        return Err(NotSent::NeedsTls);
    }
    let offered = offers.auth_mechanisms().any(|name| name.eq_ignore_ascii_case(mechanism.name()));
    if offered { Ok(()) } else { Err(NotSent::MechanismNotOffered) }
}

impl Attempt {
    /// Sends AUTH.
    pub(super) fn start(id: RequestId, mut exchange: Exchange, output: &mut OutputQueue) -> Self {
        let mechanism = exchange.mechanism();
        let initial = mechanism.allows_initial_response().then(|| exchange.initial_response());
        // What does not fit goes as the answer to an empty challenge.
        let fits = |initial: &Vec<u8>| {
            let len = "AUTH  \r\n".len() + mechanism.name().len() + line::initial_len(initial);
            len <= MAX_LINE
        };
        let initial = initial.flatten().filter(fits);
        output.encode(|out| {
            out.extend_from_slice(b"AUTH ");
            out.extend_from_slice(mechanism.name().as_bytes());
            if let Some(initial) = initial {
                out.extend_from_slice(b" ");
                line::encode_initial(&initial, out);
            }
            out.extend_from_slice(b"\r\n");
        });
        Self { id, exchange, cancelled: None }
    }

    /// Takes the server's reply.
    pub(super) fn advance(
        &mut self,
        reply: &Reply,
        output: &mut OutputQueue,
    ) -> Result<Progress, Error> {
        match (reply.severity(), self.cancelled.take()) {
            (Severity::Intermediate, None) if reply.code() == 334 => {
                self.respond(reply, output);
                Ok(Progress::Continues)
            }
            (Severity::Intermediate, _) => Err(Error::UnexpectedReply { code: reply.code() }),
            (Severity::Positive, Some(error)) => Ok(Progress::Distrusted(error)),
            (Severity::Positive, None) => Ok(match self.exchange.finish(None) {
                Ok(()) => Progress::Succeeded,
                Err(error) => Progress::Distrusted(error),
            }),
            (_, Some(error)) => Ok(Progress::Failed(Outcome::Distrusted(error))),
            (_, None) => {
                let reply = reply.clone();
                Ok(Progress::Failed(Outcome::Refused { at: Step::Auth, reply }))
            }
        }
    }

    /// Answers a challenge, or cancels with `*` if there is no answer.
    fn respond(&mut self, reply: &Reply, output: &mut OutputQueue) {
        // A challenge of more lines than one is no base64.
        let text = reply.text();
        let challenge = line::decode_challenge(text.as_bytes()).map_err(sasl::Error::from);
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
    }

    /// How the exchange ends if not by success.
    pub(super) fn failed(&self, outcome: Outcome) -> Event {
        let server_error = self.exchange.server_error().cloned();
        Event::AuthFailed { request: self.id, outcome, server_error }
    }
}
