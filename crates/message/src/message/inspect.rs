//! Everything that can be found by reading all of a message.

use super::{Message, Part};
use crate::{
    Defect, DefectCode, Findings, Policy, charset,
    header::{
        AddressList, AuthenticationResults, AutoSubmitted, Date, Keywords, ListId, ListUrls,
        MessageIds, Received, ReturnPath, decode_text_with, notification_options_with,
    },
    mime::{ContentId, content_location_with, file_name_with},
    parser::{PartKind, Structure},
};
use alloc::{string::String, vec::Vec};

/// What a full check of a message found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Inspection {
    /// The defects, by part and offset; at most [`Limits::defects`](crate::Limits::defects) and one
    /// that says so.
    pub defects: Vec<Defect>,
    /// How many there were.
    pub seen: u64,
}

impl Inspection {
    /// Whether two readers may see two different messages.
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"Content-Transfer-Encoding: base64\n\nSGk=SGk=\n");
    /// assert!(!message.is_ambiguous()); // for nobody has read the body
    /// assert!(message.inspect().is_ambiguous());
    /// ```
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.defects.iter().any(Defect::is_ambiguous)
    }
}

impl Message<'_> {
    /// Reads everything: every octet, every field as what its name says, every body and its text, for
    /// what deviates. It takes as long as decoding the whole message.
    ///
    /// ```
    /// use mailwire_message::{DefectCode, Message};
    ///
    /// let message = Message::parse(b"From: a@x.test, b@x.test\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\n");
    /// let codes: Vec<_> = message.inspect().defects.iter().map(|defect| defect.code).collect();
    /// assert_eq!(codes, [DefectCode::MultipleFromMailboxes, DefectCode::MissingSender]);
    /// ```
    #[must_use]
    pub fn inspect(&self) -> Inspection {
        let mut collected = Collected::new(self.config.limits.defects);
        if self.config.line_statistics {
            collected.extend(&self.structure.defects, self.structure.defects_seen);
        } else {
            let mut config = self.config;
            config.line_statistics = true;
            let structure = Structure::parse(self.raw(), &config);
            collected.extend(&structure.defects, structure.defects_seen);
        }
        for part in self.parts() {
            part.inspect(&mut |code, offset| collected.push(Defect::new(code, part.id(), offset)));
        }
        collected.finish()
    }
}

impl Part<'_> {
    fn inspect(&self, report: &mut dyn FnMut(DefectCode, u64)) {
        let policy = self.message.config.policy;
        let mut check = HeaderCheck::new(self.is_message());
        for field in self.fields() {
            check.field(field.name_octets(), field.value(), field.value_range().start);
            let base = field.value_range().start;
            let mut sink = |code, offset: usize| report(code, base + offset as u64);
            inspect_field(
                field.name_octets(),
                field.value(),
                &mut Findings::new(policy, &mut sink),
            );
        }
        check.finish(report);
        if let Some(field) = self.content_type_field() {
            let base = field.value_range().start;
            let mut sink = |code, offset: usize| report(code, base + offset as u64);
            let (disposition, content_type) = (self.disposition(), self.content_type());
            let findings = &mut Findings::new(policy, &mut sink);
            file_name_with(disposition.as_ref(), Some(&content_type), findings);
        }
        self.inspect_body(policy, report);
    }

    fn inspect_body(&self, policy: Policy, report: &mut dyn FnMut(DefectCode, u64)) {
        if self.kind() == PartKind::Multipart {
            return;
        }
        let base = self.body_range().start;
        let mut sink = |code, offset: usize| report(code, base + offset as u64);
        let octets = self.decoded_with(&mut Findings::new(policy, &mut sink));
        let content_type = self.content_type();
        if self.is_text(&content_type) {
            // an offset in decoded octets says nothing about the input
            let scale = u64::from(self.encoding().is_identity());
            let mut sink = |code, offset: usize| report(code, base + scale * offset as u64);
            let findings = &mut Findings::new(policy, &mut sink);
            drop(charset::body_text(content_type.charset().map(str::as_bytes), &octets, findings));
        }
    }

    /// Whether its header is that of a message.
    fn is_message(&self) -> bool {
        self.parent().is_none_or(|parent| parent.kind() == PartKind::Message)
    }
}

/// Reads a field as what its name says, for its defects only. Content-Type, Content-Disposition and
/// Content-Transfer-Encoding are not among them: the parser has read them.
///
/// ```
/// use mailwire_message::{DefectCode, Findings, Policy, message::inspect_field};
///
/// let mut found = Vec::new();
/// let mut sink = |code, offset| found.push((code, offset));
/// inspect_field(b"date", b" 31 Feb 2021 10:00 +0000", &mut Findings::new(Policy::STANDARD, &mut sink));
/// assert_eq!(found[0].0, DefectCode::InvalidDate);
/// ```
pub fn inspect_field(name: &[u8], value: &[u8], findings: &mut Findings<'_>) {
    let known = READERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
    known.map_or(text as Reader, |(_, reader)| *reader)(value, findings);
}

type Reader = fn(&[u8], &mut Findings<'_>);

/// Which fields are read as what; all others are text.
const READERS: [(&str, Reader); 37] = [
    ("Content-Type", |_, _| {}),
    ("Content-Disposition", |_, _| {}),
    ("Content-Transfer-Encoding", |_, _| {}),
    ("From", addresses),
    ("Sender", addresses),
    ("Reply-To", addresses),
    ("To", addresses),
    ("Cc", addresses),
    ("Bcc", addresses),
    ("Resent-From", addresses),
    ("Resent-Sender", addresses),
    ("Resent-Reply-To", addresses),
    ("Resent-To", addresses),
    ("Resent-Cc", addresses),
    ("Resent-Bcc", addresses),
    ("Disposition-Notification-To", addresses),
    ("Date", date),
    ("Resent-Date", date),
    ("Received", |value, findings| drop(Received::parse_with(value, findings))),
    ("Return-Path", |value, findings| drop(ReturnPath::parse_with(value, findings))),
    ("Keywords", |value, findings| drop(Keywords::parse_with(value, findings))),
    ("Message-ID", message_ids),
    ("In-Reply-To", message_ids),
    ("References", message_ids),
    ("Resent-Message-ID", message_ids),
    ("Content-ID", |value, findings| drop(ContentId::parse_with(value, findings))),
    ("Content-Location", |value, findings| drop(content_location_with(value, findings))),
    ("List-Archive", list_urls),
    ("List-Help", list_urls),
    ("List-Owner", list_urls),
    ("List-Post", list_urls),
    ("List-Subscribe", list_urls),
    ("List-Unsubscribe", list_urls),
    ("List-ID", |value, findings| drop(ListId::parse_with(value, findings))),
    ("Auto-Submitted", |value, findings| drop(AutoSubmitted::parse_with(value, findings))),
    ("Disposition-Notification-Options", |value, findings| {
        drop(notification_options_with(value, findings));
    }),
    ("Authentication-Results", |value, findings| {
        drop(AuthenticationResults::parse_with(value, findings));
    }),
];

fn addresses(value: &[u8], findings: &mut Findings<'_>) {
    drop(AddressList::parse_with(value, findings));
}

fn date(value: &[u8], findings: &mut Findings<'_>) {
    let _ = Date::parse_with(value, findings);
}

fn message_ids(value: &[u8], findings: &mut Findings<'_>) {
    drop(MessageIds::parse_with(value, findings));
}

fn list_urls(value: &[u8], findings: &mut Findings<'_>) {
    drop(ListUrls::parse_with(value, findings));
}

fn text(value: &[u8], findings: &mut Findings<'_>) {
    drop(decode_text_with(value, findings));
}

/// What is wrong with a header as a whole, though with none of its fields. Give it every field and
/// then ask.
///
/// ```
/// use mailwire_message::{DefectCode, message::HeaderCheck};
///
/// let mut check = HeaderCheck::new(true);
/// check.field(b"From", b" boss@x.test", 5);
/// check.field(b"Sender", b" agent@x.test", 26);
/// let mut found = Vec::new();
/// check.finish(&mut |code, offset| found.push((code, offset)));
/// assert_eq!(found, [(DefectCode::FromSenderMismatch, 26)]);
/// ```
#[derive(Clone, Debug)]
pub struct HeaderCheck {
    is_message: bool,
    from: Option<Authors>,
    sender: Option<Authors>,
}

#[derive(Clone, Debug)]
struct Authors {
    offset: u64,
    count: usize,
    first: Option<String>,
}

impl HeaderCheck {
    /// Starts before the first field of the header of a message, or of a part.
    #[must_use]
    pub fn new(is_message: bool) -> Self {
        Self { is_message, from: None, sender: None }
    }

    /// Takes the next field. The offset is where its value begins.
    pub fn field(&mut self, name: &[u8], value: &[u8], offset: u64) {
        if !self.is_message {
            return;
        }
        match name.len() {
            4 if self.from.is_none() && name.eq_ignore_ascii_case(b"from") => {
                self.from = Some(Authors::of(value, offset));
            }
            6 if self.sender.is_none() && name.eq_ignore_ascii_case(b"sender") => {
                self.sender = Some(Authors::of(value, offset));
            }
            _ => {}
        }
    }

    /// Says what it found.
    pub fn finish(&self, report: &mut dyn FnMut(DefectCode, u64)) {
        if let Some(from) = &self.from {
            if from.count > 1 {
                report(DefectCode::MultipleFromMailboxes, from.offset);
                if self.sender.is_none() {
                    report(DefectCode::MissingSender, from.offset);
                }
            }
            if let Some(sender) = &self.sender
                && let (1, Some(author), Some(agent)) = (from.count, &from.first, &sender.first)
                && author != agent
            {
                report(DefectCode::FromSenderMismatch, sender.offset);
            }
        }
    }
}

impl Authors {
    fn of(value: &[u8], offset: u64) -> Self {
        let list = AddressList::parse(value);
        let mut addresses = list.mailboxes().filter_map(|mailbox| mailbox.address());
        let first = addresses.next().map(str::to_ascii_lowercase);
        let count = usize::from(first.is_some()) + addresses.count();
        Self { offset, count, first }
    }
}

/// Defects up to the limit.
struct Collected {
    limit: usize,
    defects: Vec<Defect>,
    seen: u64,
}

impl Collected {
    fn new(limit: usize) -> Self {
        Self { limit, defects: Vec::new(), seen: 0 }
    }

    fn extend(&mut self, defects: &[Defect], seen: u64) {
        self.defects.extend_from_slice(defects);
        self.seen += seen;
    }

    fn push(&mut self, defect: Defect) {
        self.seen += 1;
        if self.defects.len() < self.limit {
            self.defects.push(defect);
        } else if self.defects.last().is_some_and(|last| last.code != DefectCode::DefectsLimit) {
            self.defects.push(Defect::new(DefectCode::DefectsLimit, defect.part, defect.offset));
        }
    }

    fn finish(self) -> Inspection {
        let Self { mut defects, seen, .. } = self;
        defects.sort_by_key(|defect| (defect.part, defect.offset, defect.code));
        defects.dedup(); // what the parser and a reader of the field both noticed
        Inspection { defects, seen }
    }
}
