//! The bodies of parts: transfer encodings and character sets undone.

use super::Part;
use crate::{Findings, charset, mime::ContentType, parser::PartKind, transfer};
use alloc::{borrow::Cow, string::String, vec::Vec};

impl<'m> Part<'m> {
    /// The body with its transfer encoding undone. What needs no decoding is borrowed; a multipart
    /// is not encoded (RFC 2045 §6.4), its body is as it stands.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n");
    /// assert_eq!(&message.root().decoded()[..], b"Hello");
    /// ```
    #[must_use]
    pub fn decoded(&self) -> Cow<'m, [u8]> {
        self.decoded_with(&mut self.findings())
    }

    /// The same, telling what it found; offsets count from the beginning of the body.
    ///
    /// ```
    /// use mailwire_message::{DefectCode, Findings, Message, Policy};
    ///
    /// let message = Message::parse(b"Content-Transfer-Encoding: base64\r\n\r\nSGVs!bG8=\r\n");
    /// let mut found = Vec::new();
    /// let mut sink = |code, offset| found.push((code, offset));
    /// let octets = message.root().decoded_with(&mut Findings::new(Policy::STANDARD, &mut sink));
    /// assert_eq!(&octets[..], b"Hello");
    /// assert_eq!(found, [(DefectCode::B64InvalidChar, 4)]);
    /// ```
    #[must_use]
    pub fn decoded_with(&self, findings: &mut Findings<'_>) -> Cow<'m, [u8]> {
        match self.kind() {
            PartKind::Multipart => Cow::Borrowed(self.raw_body()),
            PartKind::Leaf | PartKind::Message => {
                transfer::decode(self.encoding(), self.raw_body(), findings)
            }
        }
    }

    /// Appends what [`decoded`](Self::decoded) gives.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"\r\nHello\r\n");
    /// let mut out = Vec::from("> ");
    /// message.root().decode_into(&mut out);
    /// assert_eq!(out, b"> Hello\r\n");
    /// ```
    pub fn decode_into(&self, out: &mut Vec<u8>) {
        if self.is_as_it_stands() {
            return out.extend_from_slice(self.raw_body());
        }
        let findings = &mut self.findings();
        let mut decoder = transfer::Decoder::new(self.encoding(), findings.policy());
        decoder.decode(self.raw_body(), out, findings);
        decoder.finish(out, findings);
    }

    /// How many octets [`decoded`](Self::decoded) gives, exactly; nothing is kept for it.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9=\n!");
    /// assert_eq!(message.root().decoded_len(), 6);
    /// ```
    #[must_use]
    pub fn decoded_len(&self) -> usize {
        if self.is_as_it_stands() {
            return self.raw_body().len();
        }
        transfer::decoded_len(self.encoding(), self.raw_body(), self.findings().policy())
    }

    /// The text of a `text` part: transfer encoding and character set undone, line ends as they are.
    /// `None` for parts of other types.
    ///
    /// What the character set does not have becomes U+FFFD. Text of an unknown or undeclared
    /// character set is read as UTF-8 if it is UTF-8, otherwise as windows-1252.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9");
    /// assert_eq!(message.root().text().as_deref(), Some("café"));
    /// ```
    #[must_use]
    pub fn text(&self) -> Option<Cow<'m, str>> {
        self.text_with(&mut self.findings())
    }

    /// The same, telling what it found; offsets count from the beginning of the decoded octets.
    ///
    /// ```
    /// use mailwire_message::{DefectCode, Findings, Message, Policy};
    ///
    /// let message = Message::parse(b"Content-Type: text/plain; charset=x-own\n\nHello");
    /// let mut found = Vec::new();
    /// let mut sink = |code, _| found.push(code);
    /// let text = message.root().text_with(&mut Findings::new(Policy::STANDARD, &mut sink));
    /// assert_eq!(text.as_deref(), Some("Hello"));
    /// assert_eq!(found, [DefectCode::UnknownCharset]);
    /// ```
    #[must_use]
    pub fn text_with(&self, findings: &mut Findings<'_>) -> Option<Cow<'m, str>> {
        let content_type = self.content_type();
        if !self.is_text(&content_type) {
            return None;
        }
        let label = content_type.charset().map(str::as_bytes);
        Some(match self.decoded() {
            Cow::Borrowed(octets) => charset::body_text(label, octets, findings),
            Cow::Owned(octets) => owned_text(label, octets, findings),
        })
    }

    pub(super) fn is_text(&self, content_type: &ContentType<'_>) -> bool {
        self.kind() == PartKind::Leaf && content_type.media_type() == "text"
    }

    fn is_as_it_stands(&self) -> bool {
        self.kind() == PartKind::Multipart || self.encoding().is_identity()
    }
}

/// The text of octets that are nobody else's.
fn owned_text(
    label: Option<&[u8]>,
    octets: Vec<u8>,
    findings: &mut Findings<'_>,
) -> Cow<'static, str> {
    match charset::body_text(label, &octets, findings) {
        Cow::Owned(text) => Cow::Owned(text),
        // the octets are the text, so this does not fail and copies nothing
        Cow::Borrowed(text) if text.len() == octets.len() => {
            Cow::Owned(String::from_utf8(octets).unwrap_or_default())
        }
        Cow::Borrowed(text) => Cow::Owned(text.into()),
    }
}
