//! imap-proto: its parser, and a walk over what it read.

use super::Sink;
use bytes::Bytes;
use imap_proto::{
    Address, AttributeValue, BodyContentCommon, BodyContentSinglePart, BodyParams, BodyStructure,
    Capability, ContentEncoding, Envelope, MailboxDatum, MessageSection, NameAttribute, Outcome,
    Response, ResponseCode, SectionPath, Status, StatusAttribute, rfc2087::QuotaResourceName,
    rfc4314::AclRight, rfc4315::UidSetMember,
};
use mailwire_imap::Date;
use std::borrow::Cow;

/// Reads all responses that lie in one buffer. Says how many there were.
pub fn read(mut wire: &[u8], sink: &mut impl Sink) -> usize {
    let mut responses = 0;
    while !wire.is_empty() {
        match &Response::parse(wire) {
            Ok((rest, read)) => {
                response(read, sink);
                wire = rest;
            }
            Err(error) => panic!("{error:?}"),
        }
        responses += 1;
    }
    responses
}

/// Collects chunks until the parser is content, from the first octet each time, as its users do.
pub fn reparse(chunks: &[Bytes], sink: &mut impl Sink) -> usize {
    let (mut buffer, mut responses) = (Vec::new(), 0);
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        let mut wire = &buffer[..];
        loop {
            match Response::parse(wire) {
                Ok((rest, read)) => {
                    response(&read, sink);
                    responses += 1;
                    wire = rest;
                }
                Err(error) if error.is_incomplete() => break,
                Err(error) => panic!("{error:?}"),
            }
        }
        let done = buffer.len() - wire.len();
        buffer.drain(..done);
    }
    responses
}

/// Walks over a response.
pub fn response(response: &Response<'_>, sink: &mut impl Sink) {
    match response {
        Response::Fetch(number, items) => {
            sink.word(b"FETCH");
            sink.number(Some((*number).into()));
            items.iter().for_each(|item| fetch_item(item, sink));
        }
        Response::MailboxData(read) => mailbox_data(read, sink),
        Response::Expunge(number) => {
            sink.word(b"EXPUNGE");
            sink.number(Some((*number).into()));
        }
        Response::Done { tag, status, outcome } => {
            status_of(Some(tag.as_bytes()), status, outcome, sink)
        }
        Response::Data { status, outcome } => status_of(None, status, outcome, sink),
        Response::Continue(outcome) => {
            sink.word(b"+");
            outcome_of(outcome, sink);
        }
        Response::Capabilities(names) => {
            sink.word(b"CAPABILITY");
            names.iter().for_each(|name| sink.item(|| capability(name)));
        }
        Response::Vanished { earlier, uids } => {
            sink.word(b"VANISHED");
            sink.number(Some((*earlier).into()));
            for range in uids {
                sink.number(Some((*range.start()).into()));
                sink.number(Some((*range.end()).into()));
            }
        }
        Response::Quota(quota) => {
            sink.word(b"QUOTA");
            sink.text(Some(quota.root_name.as_bytes()));
            for resource in &quota.resources {
                sink.word(match &resource.name {
                    QuotaResourceName::Storage => b"STORAGE",
                    QuotaResourceName::Message => b"MESSAGE",
                    QuotaResourceName::Atom(name) => name.as_bytes(),
                });
                sink.number(Some(resource.usage));
                sink.number(Some(resource.limit));
            }
        }
        Response::QuotaRoot(read) => {
            sink.word(b"QUOTAROOT");
            sink.text(Some(read.mailbox_name.as_bytes()));
            read.quota_root_names.iter().for_each(|root| sink.text(Some(root.as_bytes())));
        }
        Response::Id(params) => {
            sink.word(b"ID");
            let text = |name: &str, value: &str| format!("{name:?} {value:?}");
            sink.unordered(|sink| {
                params.iter().flatten().for_each(|(name, value)| sink.item(|| text(name, value)));
            });
        }
        Response::Acl(acl) => {
            sink.word(b"ACL");
            sink.text(Some(acl.mailbox.as_bytes()));
            for entry in &acl.acls {
                sink.text(Some(entry.identifier.as_bytes()));
                rights(&entry.rights, sink);
            }
        }
        Response::ListRights(read) => {
            sink.word(b"LISTRIGHTS");
            sink.text(Some(read.mailbox.as_bytes()));
            sink.text(Some(read.identifier.as_bytes()));
            rights(&read.required, sink);
            rights(&read.optional, sink);
        }
        Response::MyRights(read) => {
            sink.word(b"MYRIGHTS");
            sink.text(Some(read.mailbox.as_bytes()));
            rights(&read.rights, sink);
        }
        other => {
            sink.word(b"OTHER");
            sink.item(|| format!("{other:?}"));
        }
    }
}

fn rights(rights: &[AclRight], sink: &mut impl Sink) {
    sink.unordered(|sink| {
        rights.iter().for_each(|right| sink.item(|| char::from(*right).to_string()));
    });
}

fn capability(name: &Capability<'_>) -> String {
    match name {
        Capability::Imap4rev1 => "IMAP4REV1".into(),
        Capability::Auth(mechanism) => format!("AUTH={mechanism}"),
        Capability::Atom(name) => name.clone().into_owned(),
    }
}

fn status_of(tag: Option<&[u8]>, status: &Status, outcome: &Outcome<'_>, sink: &mut impl Sink) {
    sink.word(match status {
        Status::Ok => b"OK",
        Status::No => b"NO",
        Status::Bad => b"BAD",
        Status::PreAuth => b"PREAUTH",
        Status::Bye => b"BYE",
    });
    sink.text(tag);
    outcome_of(outcome, sink);
}

fn outcome_of(outcome: &Outcome<'_>, sink: &mut impl Sink) {
    if let Some(read) = &outcome.code {
        code(read, sink);
    }
    sink.text(Some(outcome.information.as_deref().unwrap_or_default().as_bytes()));
}

fn code(code: &ResponseCode<'_>, sink: &mut impl Sink) {
    let mut number = |name: &str, value: u64| {
        sink.item(|| name.into());
        sink.number(Some(value));
    };
    match code {
        ResponseCode::UidNext(value) => number("UIDNEXT", (*value).into()),
        ResponseCode::UidValidity(value) => number("UIDVALIDITY", (*value).into()),
        ResponseCode::Unseen(value) => number("UNSEEN", (*value).into()),
        ResponseCode::HighestModSeq(value) => number("HIGHESTMODSEQ", *value),
        ResponseCode::PermanentFlags(flags) => {
            sink.item(|| "PERMANENTFLAGS".into());
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        ResponseCode::Capabilities(names) => {
            sink.item(|| "CAPABILITY".into());
            names.iter().for_each(|name| sink.item(|| capability(name)));
        }
        ResponseCode::AppendUid(uid_validity, uids) => {
            number("APPENDUID", (*uid_validity).into());
            set(uids, sink);
        }
        ResponseCode::CopyUid(uid_validity, source, target) => {
            number("COPYUID", (*uid_validity).into());
            set(source, sink);
            set(target, sink);
        }
        ResponseCode::BadCharset(names) => {
            sink.item(|| "BADCHARSET".into());
            names.iter().flatten().for_each(|name| sink.text(Some(name.as_bytes())));
        }
        other => sink.item(|| match other {
            ResponseCode::ReadOnly => "READ-ONLY".into(),
            ResponseCode::ReadWrite => "READ-WRITE".into(),
            ResponseCode::MetadataLongEntries(size) => format!("METADATA LONGENTRIES {size}"),
            ResponseCode::MetadataMaxSize(size) => format!("METADATA MAXSIZE {size}"),
            ResponseCode::MetadataTooMany => "METADATA TOOMANY".into(),
            ResponseCode::MetadataNoPrivate => "METADATA NOPRIVATE".into(),
            other => format!("{other:?}"),
        }),
    }
}

fn set(set: &[UidSetMember], sink: &mut impl Sink) {
    for range in set {
        let (from, to) = match range {
            UidSetMember::Uid(uid) => (*uid, *uid),
            UidSetMember::UidRange(range) => (*range.start(), *range.end()),
        };
        sink.number(Some(from.into()));
        sink.number(Some(to.into()));
    }
}

fn mailbox_data(data: &MailboxDatum<'_>, sink: &mut impl Sink) {
    let mut numbered = |name: &[u8], number: u32| {
        sink.word(name);
        sink.number(Some(number.into()));
    };
    match data {
        MailboxDatum::Exists(number) => numbered(b"EXISTS", *number),
        MailboxDatum::Recent(number) => numbered(b"RECENT", *number),
        MailboxDatum::List(read) => {
            sink.word(b"LIST");
            sink.unordered(|sink| {
                read.name_attributes.iter().for_each(|read| sink.item(|| attribute(read)));
            });
            sink.text(read.delimiter.as_ref().map(|delimiter| delimiter.as_bytes()));
            sink.text(Some(read.name.as_bytes()));
        }
        MailboxDatum::Status { mailbox, status } => {
            sink.word(b"STATUS");
            sink.text(Some(mailbox.as_bytes()));
            status.iter().for_each(|item| status_item(item, sink));
        }
        MailboxDatum::Search(numbers) | MailboxDatum::Sort(numbers) => {
            let is_search = matches!(data, MailboxDatum::Search(_));
            sink.word(if is_search { b"SEARCH" } else { b"SORT" });
            numbers.iter().for_each(|number| sink.number(Some((*number).into())));
            sink.number(None);
        }
        MailboxDatum::MetadataSolicited { mailbox, values } => {
            sink.word(b"METADATA");
            sink.text(Some(mailbox.as_bytes()));
            for entry in values {
                sink.text(Some(entry.entry.as_bytes()));
                sink.text(entry.value.as_ref().map(String::as_bytes));
            }
        }
        MailboxDatum::MetadataUnsolicited { mailbox, values } => {
            sink.word(b"METADATA");
            sink.text(Some(mailbox.as_bytes()));
            values.iter().for_each(|entry| sink.text(Some(entry.as_bytes())));
        }
        MailboxDatum::Flags(flags) => {
            sink.word(b"FLAGS");
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        other => {
            sink.word(b"OTHER");
            sink.item(|| format!("{other:?}"));
        }
    }
}

fn attribute(attribute: &NameAttribute<'_>) -> String {
    match attribute {
        NameAttribute::Extension(name) => name.clone().into_owned(),
        other => format!("\\{other:?}"),
    }
}

fn status_item(item: &StatusAttribute, sink: &mut impl Sink) {
    let (name, number) = match item {
        StatusAttribute::Messages(number) => ("MESSAGES", u64::from(*number)),
        StatusAttribute::Recent(number) => ("RECENT", (*number).into()),
        StatusAttribute::UidNext(number) => ("UIDNEXT", (*number).into()),
        StatusAttribute::UidValidity(number) => ("UIDVALIDITY", (*number).into()),
        StatusAttribute::Unseen(number) => ("UNSEEN", (*number).into()),
        StatusAttribute::HighestModSeq(number) => ("HIGHESTMODSEQ", *number),
        _ => ("OTHER", 0),
    };
    sink.word(name.as_bytes());
    sink.number(Some(number));
}

fn fetch_item(item: &AttributeValue<'_>, sink: &mut impl Sink) {
    let mut number = |name: &[u8], value: u64| {
        sink.word(name);
        sink.number(Some(value));
    };
    match item {
        AttributeValue::Uid(uid) => number(b"UID", (*uid).into()),
        AttributeValue::Rfc822Size(size) => number(b"RFC822.SIZE", (*size).into()),
        AttributeValue::ModSeq(value) => number(b"MODSEQ", *value),
        AttributeValue::InternalDate(date) => {
            sink.word(b"INTERNALDATE");
            sink.item(|| {
                moment(date).map_or_else(|| date.to_string(), |moment| moment.to_string())
            });
        }
        AttributeValue::Flags(flags) => {
            sink.word(b"FLAGS");
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        AttributeValue::Envelope(read) => {
            sink.word(b"ENVELOPE");
            envelope(read, sink);
        }
        AttributeValue::BodyStructure(read) => {
            sink.word(b"BODYSTRUCTURE");
            structure(read, sink);
        }
        AttributeValue::BodySection { section: read, index, data } => {
            sink.word(b"BODY[]");
            sink.item(|| section(read.as_ref()));
            sink.number(index.map(Into::into));
            sink.text(data.as_deref());
        }
        AttributeValue::GmailMsgId(id) => number(b"X-GM-MSGID", *id),
        AttributeValue::GmailThrId(id) => number(b"X-GM-THRID", *id),
        AttributeValue::GmailLabels(labels) => {
            sink.word(b"X-GM-LABELS");
            labels.iter().for_each(|label| sink.text(Some(label.as_bytes())));
        }
        AttributeValue::EmailId(id) => {
            sink.word(b"EMAILID");
            sink.text(Some(id.as_bytes()));
        }
        AttributeValue::ThreadId(id) => {
            sink.word(b"THREADID");
            sink.text(id.as_ref().map(|id| id.as_bytes()));
        }
        AttributeValue::Rfc822(data)
        | AttributeValue::Rfc822Header(data)
        | AttributeValue::Rfc822Text(data) => sink.text(data.as_deref()),
        other => {
            sink.word(b"OTHER");
            sink.item(|| format!("{other:?}"));
        }
    }
}

/// `17-Jul-1996 02:44:25 -0700` in seconds since 1970, which imap-proto leaves to others.
fn moment(date: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, rest) = date.trim().split_once('-')?;
    let (month, rest) = rest.split_once('-')?;
    let (year, rest) = rest.split_once(' ')?;
    let (time, zone) = rest.split_once(' ')?;
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
    let date = Date::new(year.parse().ok()?, u8::try_from(month).ok()?, day.parse().ok()?).ok()?;
    let time =
        time.split(':').try_fold(0, |time, part| Some(60 * time + part.parse::<i64>().ok()?));
    let zone: i64 = zone.parse().ok()?;
    Some(date.days_since_epoch() * 86_400 + time? - zone / 100 * 3_600 - zone % 100 * 60)
}

fn section(section: Option<&SectionPath>) -> String {
    let name = |text: &MessageSection| match text {
        MessageSection::Header => "HEADER".to_owned(),
        MessageSection::Mime => "MIME".to_owned(),
        MessageSection::Text => "TEXT".to_owned(),
    };
    match section {
        None => String::new(),
        Some(SectionPath::Full(text)) => name(text),
        Some(SectionPath::Part(part, text)) => {
            let mut words: Vec<_> = part.iter().map(ToString::to_string).collect();
            words.extend(text.iter().map(name));
            words.join(".")
        }
    }
}

fn envelope(envelope: &Envelope<'_>, sink: &mut impl Sink) {
    sink.text(envelope.date.as_deref());
    sink.text(envelope.subject.as_deref());
    addresses(envelope.from.as_deref(), sink);
    addresses(envelope.sender.as_deref(), sink);
    addresses(envelope.reply_to.as_deref(), sink);
    addresses(envelope.to.as_deref(), sink);
    addresses(envelope.cc.as_deref(), sink);
    addresses(envelope.bcc.as_deref(), sink);
    sink.text(envelope.in_reply_to.as_deref());
    sink.text(envelope.message_id.as_deref());
}

fn addresses(addresses: Option<&[Address<'_>]>, sink: &mut impl Sink) {
    sink.word(b"(");
    for address in addresses.unwrap_or_default() {
        sink.text(address.name.as_deref());
        sink.text(address.adl.as_deref());
        sink.text(address.mailbox.as_deref());
        sink.text(address.host.as_deref());
    }
    sink.word(b")");
}

/// By recursion, as imap-proto read it.
fn structure(read: &BodyStructure<'_>, sink: &mut impl Sink) {
    sink.word(b"(");
    match read {
        BodyStructure::Basic { common, other, .. } => {
            single(common, other, None, None, sink);
        }
        BodyStructure::Text { common, other, lines, .. } => {
            single(common, other, Some(*lines), None, sink);
        }
        BodyStructure::Message { common, other, envelope, body, lines, .. } => {
            single(common, other, Some(*lines), Some(envelope), sink);
            structure(body, sink);
        }
        BodyStructure::Multipart { common, bodies, .. } => {
            sink.word(common.ty.subtype.as_bytes());
            params(&common.ty.params, sink);
            extensions(common, sink);
            bodies.iter().for_each(|body| structure(body, sink));
        }
    }
    sink.word(b")");
}

fn single(
    common: &BodyContentCommon<'_>,
    other: &BodyContentSinglePart<'_>,
    lines: Option<u32>,
    message: Option<&Envelope<'_>>,
    sink: &mut impl Sink,
) {
    sink.word(common.ty.ty.as_bytes());
    sink.word(common.ty.subtype.as_bytes());
    params(&common.ty.params, sink);
    sink.text(other.id.as_ref().map(|text| text.as_bytes()));
    sink.text(other.description.as_ref().map(|text| text.as_bytes()));
    sink.word(match &other.transfer_encoding {
        ContentEncoding::SevenBit => b"7BIT",
        ContentEncoding::EightBit => b"8BIT",
        ContentEncoding::Binary => b"BINARY",
        ContentEncoding::Base64 => b"BASE64",
        ContentEncoding::QuotedPrintable => b"QUOTED-PRINTABLE",
        ContentEncoding::Other(name) => name.as_bytes(),
    });
    sink.number(Some(other.octets.into()));
    sink.number(lines.map(Into::into));
    sink.text(other.md5.as_ref().map(|text| text.as_bytes()));
    if let Some(message) = message {
        envelope(message, sink);
    }
    extensions(common, sink);
}

fn extensions(common: &BodyContentCommon<'_>, sink: &mut impl Sink) {
    if let Some(disposition) = &common.disposition {
        sink.word(disposition.ty.as_bytes());
        params(&disposition.params, sink);
    }
    let languages: &[Cow<'_, str>] = common.language.as_deref().unwrap_or_default();
    languages.iter().for_each(|language| sink.word(language.as_bytes()));
    sink.text(common.location.as_ref().map(|text| text.as_bytes()));
}

fn params(params: &BodyParams<'_>, sink: &mut impl Sink) {
    for (name, value) in params.iter().flatten() {
        sink.word(name.as_bytes());
        sink.text(Some(value.as_bytes()));
    }
}
