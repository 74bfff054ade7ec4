//! What became of a message, as a line of JSON.
use std::{fmt, path::Path};

use mailwire_smtp::{
    ForwardPath,
    client::{Outcome, Step},
};
use serde::Serialize;

/// What became of a message.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Report {
    /// The file.
    pub file: String,
    /// Whether all recipients were accepted.
    pub accepted: bool,
    /// What became of each recipient.
    pub recipients: Vec<Recipient>,
}

/// What became of a recipient.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Recipient {
    /// The address.
    pub to: String,
    /// Whether the server has taken the message for it.
    pub accepted: bool,
    /// The code of the reply, if there was one.
    pub code: Option<u16>,
    /// The enhanced status code, if there was one.
    pub enhanced: Option<String>,
    /// The whole reply, code included.
    pub reply: Option<String>,
    /// What went wrong, if it was not the server that said no.
    pub error: Option<String>,
}

impl Report {
    /// A report on a message of which nothing is known yet.
    #[must_use]
    pub fn new(file: &Path, to: &[ForwardPath]) -> Self {
        let recipients = to.iter().map(|to| Recipient {
            to: to.mailbox().map_or("postmaster".into(), ToString::to_string),
            ..Recipient::default()
        });
        let file = file.display().to_string();
        Self { file, accepted: false, recipients: recipients.collect() }
    }

    /// Takes note of what became of one recipient.
    pub fn set(&mut self, index: usize, outcome: &Outcome) {
        let Some(recipient) = self.recipients.get_mut(index) else { return };
        recipient.accepted = outcome.is_accepted();
        if let Some(reply) = outcome.reply() {
            recipient.code = Some(reply.code());
            recipient.enhanced = reply.enhanced().map(|code| code.to_string());
            recipient.reply = Some(reply.to_string());
        } else {
            recipient.error = Some(explain(outcome));
        }
        self.accepted = self.recipients.iter().all(|recipient| recipient.accepted);
    }

    /// Takes note of what became of all recipients of which nothing is known yet.
    pub fn set_rest(&mut self, outcome: &Outcome) {
        for index in 0..self.recipients.len() {
            if self.recipients[index].is_open() {
                self.set(index, outcome);
            }
        }
    }

    /// Takes note that nothing was sent.
    pub fn fail(&mut self, error: &str) {
        for recipient in self.recipients.iter_mut().filter(|recipient| recipient.is_open()) {
            recipient.error = Some(error.into());
        }
    }
}

impl Recipient {
    fn is_open(&self) -> bool {
        self.reply.is_none() && self.error.is_none()
    }
}

fn explain(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotSent(why) => not_sent(why),
        Outcome::Distrusted(why) => format!("the server is not to be trusted: {why}"),
        Outcome::Lost { at } => format!("connection lost before {}", due(*at)),
        Outcome::Abandoned => "given up".into(),
        // The others have a reply, which says it all.
        _ => "nothing is known of it".into(),
    }
}

/// Why nothing of the message was sent.
pub fn not_sent(why: impl fmt::Display) -> String {
    format!("not sent: {why}")
}

/// What did not come.
#[must_use]
pub fn due(at: Step) -> &'static str {
    match at {
        Step::Auth => "the end of AUTH",
        Step::Mail => "the reply to MAIL",
        Step::Rcpt => "the reply to RCPT",
        Step::Data => "the reply to DATA",
        Step::Body => "the end of the message",
        Step::End => "the reply to the message, which may have been delivered",
        Step::Command => "the reply to a command",
        // `Session`.
        _ => "the start of the session",
    }
}
