//! The shape of what is printed.
#![expect(missing_docs, reason = "the names are those of the JSON")]
#![expect(clippy::exhaustive_structs, reason = "not a library")]
use std::fmt::Write;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A message.
#[derive(Debug, Serialize)]
pub struct Mail {
    pub file: String,
    pub index: usize,
    pub headers: Vec<Header>,
    pub subject: Option<String>,
    pub from: Vec<Mailbox>,
    pub sender: Vec<Mailbox>,
    pub reply_to: Vec<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub bcc: Vec<Mailbox>,
    pub date: Option<Date>,
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub parts: Vec<Part>,
    pub text_body: Vec<usize>,
    pub html_body: Vec<usize>,
    pub attachments: Vec<usize>,
    pub defects: Vec<Defect>,
}

/// A field: its value as it stands, and as text.
#[derive(Debug, Serialize)]
pub struct Header {
    pub name: String,
    pub raw: String,
    pub value: String,
}

/// A mailbox, and the group that it is in.
#[derive(Debug, Serialize)]
pub struct Mailbox {
    pub name: Option<String>,
    pub address: Option<String>,
    pub group: Option<String>,
}

/// A date; 0 if it is none.
#[derive(Debug, Serialize)]
pub struct Date {
    pub unix: i64,
    pub offset_minutes: Option<i16>,
    pub valid: bool,
}

/// A part.
#[derive(Debug, Serialize)]
pub struct Part {
    pub id: usize,
    pub parent: Option<usize>,
    pub kind: &'static str,
    #[serde(rename = "type")]
    pub media_type: String,
    pub params: Params,
    pub charset: Option<String>,
    pub encoding: String,
    pub disposition: Option<String>,
    pub filename: Option<String>,
    pub content_id: Option<String>,
    pub header: Option<[u64; 2]>,
    pub body: Option<[u64; 2]>,
    pub decoded_len: u64,
    pub decoded_sha256: String,
    pub text_sha256: Option<String>,
    pub defects: Vec<&'static str>,
}

/// Parameters in their order, as one object.
#[derive(Debug, Default)]
pub struct Params(pub Vec<(String, String)>);

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// A deviation.
#[derive(Debug, Serialize)]
pub struct Defect {
    pub code: &'static str,
    pub severity: &'static str,
    pub part: usize,
    pub offset: u64,
    pub text: String,
}

/// A digest in hexadecimal.
pub(super) fn hex(digest: Sha256) -> String {
    digest.finalize().iter().fold(String::with_capacity(64), |mut text, octet| {
        let _ = write!(text, "{octet:02x}"); // a String takes everything
        text
    })
}
