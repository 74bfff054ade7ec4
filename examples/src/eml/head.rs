//! Headers: each field as it comes, and what the fields of MIME say.
use mailwire_message::{
    DefectCode, Findings, Policy, TransferEncoding,
    header::{Address, AddressList, Date, Mailbox, MessageIds, decode_text},
    message::{HeaderCheck, Outline, inspect_field},
    mime::{ContentId, ContentType, Disposition, file_name_with},
};

use super::json;

/// Defects of one part: what and where.
pub(super) type Found = Vec<(DefectCode, u64)>;

/// The header of a part, as far as it was read.
pub(super) struct Head {
    policy: Policy,
    check: HeaderCheck,
    found: Found,
    content_type_at: Option<u64>,
    encoding: Option<String>,
    content_id: Option<String>,
}

/// What a header says about its part.
pub(super) struct Facts {
    pub(super) content_type: ContentType<'static>,
    pub(super) disposition: Option<String>,
    pub(super) encoding: String,
    pub(super) file_name: Option<String>,
    pub(super) content_id: Option<String>,
    pub(super) found: Found,
}

impl Head {
    pub(super) fn new(is_message: bool, policy: Policy) -> Self {
        Self {
            policy,
            check: HeaderCheck::new(is_message),
            found: Found::new(),
            content_type_at: None,
            encoding: None,
            content_id: None,
        }
    }

    pub(super) fn field(&mut self, name: &[u8], value: &[u8], offset: u64) {
        self.check.field(name, value, offset);
        let found = &mut self.found;
        let mut sink = |code, at: usize| found.push((code, offset + at as u64));
        inspect_field(name, value, &mut Findings::new(self.policy, &mut sink));
        if name.eq_ignore_ascii_case(b"Content-Type") {
            self.content_type_at.get_or_insert(offset);
        } else if name.eq_ignore_ascii_case(b"Content-Transfer-Encoding") {
            self.encoding.get_or_insert_with(|| decode_text(value).to_ascii_lowercase());
        } else if name.eq_ignore_ascii_case(b"Content-ID") && self.content_id.is_none() {
            self.content_id = ContentId::parse(value).map(|id| id.as_str().to_owned());
        }
    }

    pub(super) fn finish(
        self,
        content_type: ContentType<'static>,
        disposition: Option<&Disposition<'_>>,
        encoding: TransferEncoding,
    ) -> Facts {
        let Self { policy, check, mut found, content_type_at, .. } = self;
        check.finish(&mut |code, at| found.push((code, at)));
        let base = content_type_at.unwrap_or_default();
        let mut sink = |code, at: usize| found.push((code, base + at as u64));
        let findings = &mut Findings::new(policy, &mut sink);
        let file_name = file_name_with(disposition, Some(&content_type), findings)
            .map(|name| name.as_str().to_owned());
        let encoding = match encoding {
            TransferEncoding::Unknown => self.encoding.unwrap_or_default(),
            known => known.name().to_owned(),
        };
        Facts {
            content_type,
            disposition: disposition.map(|disposition| disposition.kind().to_owned()),
            encoding,
            file_name,
            content_id: self.content_id,
            found,
        }
    }
}

impl Facts {
    pub(super) fn outline(&self, parent: Option<mailwire_message::PartId>) -> Outline {
        let media = (self.content_type.media_type(), self.content_type.subtype());
        Outline::new(parent, media, self.disposition.as_deref(), self.file_name.is_some())
    }
}

/// What is printed of the message's own header.
#[derive(Default)]
pub(super) struct Envelope {
    pub(super) headers: Vec<json::Header>,
    pub(super) subject: Option<String>,
    pub(super) addresses: [Option<Vec<json::Mailbox>>; 6],
    pub(super) date: Option<json::Date>,
    pub(super) message_id: Option<String>,
    pub(super) in_reply_to: Option<Vec<String>>,
    pub(super) references: Option<Vec<String>>,
}

/// The fields of addresses, in the order of [`Envelope::addresses`].
const ADDRESSES: [&[u8]; 6] = [b"From", b"Sender", b"Reply-To", b"To", b"Cc", b"Bcc"];

impl Envelope {
    /// Takes the next field. Of several with one name the first counts.
    pub(super) fn field(&mut self, name: &[u8], value: &[u8]) {
        let text = decode_text(value);
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        if let Some(index) = ADDRESSES.iter().position(|known| is(known)) {
            self.addresses[index].get_or_insert_with(|| mailboxes(value));
        } else if is(b"Subject") {
            self.subject.get_or_insert_with(|| text.clone().into_owned());
        } else if is(b"Date") {
            self.date.get_or_insert_with(|| date(value));
        } else if is(b"Message-ID") && self.message_id.is_none() {
            self.message_id = MessageIds::parse(value).into_first().map(Into::into);
        } else if is(b"In-Reply-To") {
            self.in_reply_to.get_or_insert_with(|| ids(value));
        } else if is(b"References") {
            self.references.get_or_insert_with(|| ids(value));
        }
        self.headers.push(json::Header {
            name: as_text(name),
            raw: as_text(value),
            value: text.into_owned(),
        });
    }
}

fn mailboxes(value: &[u8]) -> Vec<json::Mailbox> {
    let list = AddressList::parse(value);
    let items = list.items().iter().flat_map(|item| {
        let group = match item {
            Address::Group(group) => Some(group.name().to_owned()),
            _ => None,
        };
        item.mailboxes().iter().map(move |mailbox| json::Mailbox {
            name: name(mailbox),
            address: mailbox.address().map(str::to_owned),
            group: group.clone(),
        })
    });
    items.collect()
}

/// The display name, or where there is none the comment behind the address, in which names stood
/// before there were display names (RFC 5322 §3.4). What is neither name nor address is shown too.
fn name(mailbox: &Mailbox<'_>) -> Option<String> {
    let comment = || mailbox.comments().next().filter(|_| mailbox.comments().len() == 1);
    let rest = || mailbox.rest().filter(|_| mailbox.address().is_none());
    mailbox.name().or_else(comment).or_else(rest).map(str::to_owned)
}

fn date(value: &[u8]) -> json::Date {
    let date = Date::parse(value);
    json::Date { unix: date.unix(), offset_minutes: date.offset_minutes(), valid: date.is_valid() }
}

fn ids(value: &[u8]) -> Vec<String> {
    MessageIds::parse(value).iter().map(str::to_owned).collect()
}

/// Octets as they stand, for JSON has none: UTF-8, and each octet that is not as windows-1252 has it.
fn as_text(octets: &[u8]) -> String {
    octets.utf8_chunks().fold(String::with_capacity(octets.len()), |mut text, chunk| {
        text.push_str(chunk.valid());
        text.push_str(&mailwire_message::charset::Charset::WINDOWS_1252.decode(chunk.invalid()));
        text
    })
}
