//! imap-codec: its decoder, and a walk over what it read.

use super::Sink;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use imap_codec::{
    CommandCodec, ResponseCodec,
    decode::{Decoder, ResponseDecodeError},
    encode::Encoder,
    fragmentizer::Fragmentizer,
    imap_types::{
        body::{BasicFields, BodyStructure, Disposition, SpecificFields},
        command::Command,
        core::{IString, NString, NString8, Text},
        envelope::{Address, Envelope},
        extensions::{
            metadata::MetadataResponse,
            uidplus::{UidElement, UidSet},
        },
        fetch::{MessageDataItem, Section},
        flag::{FlagFetch, FlagPerm},
        mailbox::Mailbox,
        response::{
            Code, CommandContinuationRequest, Data, Response, Status, StatusBody, StatusKind,
        },
        sequence::{SeqOrUid, Sequence, SequenceSet},
        status::StatusDataItem,
    },
};
use std::{hint::black_box, num::NonZeroU32};

/// Reads all responses that lie in one buffer, as borrowed values. Says how many there were.
pub fn read(mut wire: &[u8], sink: &mut impl Sink) -> usize {
    let mut responses = 0;
    while !wire.is_empty() {
        match &ResponseCodec::default().decode(wire) {
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

/// The same as values that own what they hold, as one keeps them.
pub fn read_static(mut wire: &[u8], sink: &mut impl Sink) -> usize {
    let mut responses = 0;
    while !wire.is_empty() {
        let (rest, read) = ResponseCodec::default().decode_static(wire).expect("a good response");
        response(&read, sink);
        responses += 1;
        wire = rest;
    }
    responses
}

/// Cuts chunks into messages with imap-codec's own fragmentizer, and reads those as borrowed values.
pub fn read_chunks(chunks: &[Bytes], sink: &mut impl Sink) -> usize {
    let mut fragmentizer = Fragmentizer::new(100 << 20);
    let mut responses = 0;
    for chunk in chunks {
        fragmentizer.enqueue_bytes(chunk);
        while fragmentizer.progress().is_some() {
            if fragmentizer.is_message_complete() {
                let read = fragmentizer.decode_message(&ResponseCodec::default());
                response(&read.expect("a good response"), sink);
                responses += 1;
            }
        }
    }
    responses
}

/// Collects chunks until the decoder is content, from the first octet each time.
pub fn reparse(chunks: &[Bytes], sink: &mut impl Sink) -> usize {
    let (mut buffer, mut responses) = (Vec::new(), 0);
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        let mut wire = &buffer[..];
        loop {
            match ResponseCodec::default().decode(wire) {
                Ok((rest, read)) => {
                    response(&read, sink);
                    responses += 1;
                    wire = rest;
                }
                Err(ResponseDecodeError::Incomplete | ResponseDecodeError::LiteralFound { .. }) => {
                    break;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        let done = buffer.len() - wire.len();
        buffer.drain(..done);
    }
    responses
}

/// Reads all commands with the fragmentizer. Says how many there were.
#[must_use]
pub fn serve(chunks: &[Bytes]) -> u64 {
    let mut fragmentizer = Fragmentizer::new(100 << 20);
    let mut commands = 0;
    for chunk in chunks {
        fragmentizer.enqueue_bytes(chunk);
        while fragmentizer.progress().is_some() {
            if fragmentizer.is_message_complete() {
                let read = fragmentizer.decode_message(&CommandCodec::default());
                black_box(read.expect("a good command"));
                commands += 1;
            }
        }
    }
    commands
}

/// All responses, as values.
#[must_use]
pub fn collect(mut wire: &[u8]) -> Vec<Response<'_>> {
    let mut responses = Vec::new();
    while !wire.is_empty() {
        let (rest, read) = ResponseCodec::default().decode(wire).expect("a good response");
        responses.push(read);
        wire = rest;
    }
    responses
}

/// Writes all responses into one buffer, each from one of its own: there is no other way. Says how
/// many there were.
#[must_use]
pub fn write(responses: &[Response<'_>]) -> u64 {
    let mut out = Vec::new();
    for response in responses {
        out.extend_from_slice(&ResponseCodec::default().encode(response).dump());
    }
    black_box(out);
    responses.len() as u64
}

/// A command, as a value.
#[must_use]
pub fn command(wire: &[u8]) -> Command<'_> {
    CommandCodec::default().decode(wire).expect("a good command").1
}

/// Writes the command.
#[must_use]
pub fn write_command(command: &Command<'_>) -> u64 {
    black_box(CommandCodec::default().encode(command).dump());
    1
}

/// Walks over a response.
pub fn response(response: &Response<'_>, sink: &mut impl Sink) {
    match response {
        Response::Status(read) => status(read, sink),
        Response::Data(read) => data(read, sink),
        Response::CommandContinuationRequest(read) => {
            sink.word(b"+");
            match read {
                CommandContinuationRequest::Basic(read) => {
                    if let Some(read) = read.code() {
                        code(read, sink);
                    }
                    sink.text(Some(read.text().inner().as_bytes()));
                }
                CommandContinuationRequest::Base64(octets) => {
                    sink.text(Some(STANDARD.encode(octets).as_bytes()));
                }
            }
        }
    }
}

fn status(status: &Status<'_>, sink: &mut impl Sink) {
    let kind = |body: &StatusBody<'_>| match body.kind {
        StatusKind::Ok => "OK",
        StatusKind::No => "NO",
        StatusKind::Bad => "BAD",
    };
    sink.word(match status {
        Status::Untagged(body) => kind(body).as_bytes(),
        Status::Tagged(tagged) => kind(&tagged.body).as_bytes(),
        Status::Bye(_) => b"BYE",
    });
    sink.text(status.tag().map(|tag| tag.inner().as_bytes()));
    if let Some(read) = status.code() {
        code(read, sink);
    }
    sink.text(Some(status.text().inner().as_bytes()));
}

fn code(code: &Code<'_>, sink: &mut impl Sink) {
    let mut number = |name: &str, value: u64| {
        sink.item(|| name.into());
        sink.number(Some(value));
    };
    match code {
        Code::UidNext(value) => number("UIDNEXT", value.get().into()),
        Code::UidValidity(value) => number("UIDVALIDITY", value.get().into()),
        Code::Unseen(value) => number("UNSEEN", value.get().into()),
        Code::HighestModSeq(value) => number("HIGHESTMODSEQ", value.get()),
        Code::PermanentFlags(flags) => {
            sink.item(|| "PERMANENTFLAGS".into());
            let text = |flag: &FlagPerm<'_>| match flag {
                FlagPerm::Flag(flag) => flag.to_string(),
                FlagPerm::Asterisk => "\\*".into(),
            };
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| text(flag))));
        }
        Code::Capability(names) => {
            sink.item(|| "CAPABILITY".into());
            names.as_ref().iter().for_each(|name| sink.item(|| name.to_string()));
        }
        Code::AppendUid { uid_validity, uid } => {
            number("APPENDUID", uid_validity.get().into());
            number_range(*uid, *uid, sink);
        }
        Code::CopyUid { uid_validity, source, destination } => {
            number("COPYUID", uid_validity.get().into());
            uid_set(source, sink);
            uid_set(destination, sink);
        }
        Code::BadCharset { allowed } => {
            sink.item(|| "BADCHARSET".into());
            allowed.iter().for_each(|name| sink.text(Some(name.as_ref().as_bytes())));
        }
        Code::Modified(uids) => {
            sink.item(|| "MODIFIED".into());
            set(uids, sink);
        }
        Code::Other(other) => sink.item(|| String::from_utf8_lossy(other.inner()).into_owned()),
        other => sink.item(|| {
            let text = Text::try_from("text").expect("a text");
            let body = StatusBody { kind: StatusKind::Ok, code: Some(other.clone()), text };
            let wire = printed(&Response::Status(Status::Untagged(body)));
            wire.trim_start_matches("* OK [").trim_end_matches("] text").to_owned()
        }),
    }
}

/// A response as imap-codec writes it, less its line end.
fn printed(response: &Response<'_>) -> String {
    let wire = ResponseCodec::default().encode(response).dump();
    String::from_utf8_lossy(&wire).trim_end().to_owned()
}

fn number_range(from: NonZeroU32, to: NonZeroU32, sink: &mut impl Sink) {
    sink.number(Some(from.min(to).get().into()));
    sink.number(Some(to.max(from).get().into()));
}

fn uid_set(set: &UidSet, sink: &mut impl Sink) {
    for range in set.0.as_ref() {
        match range {
            UidElement::Single(uid) => number_range(*uid, *uid, sink),
            UidElement::Range(from, to) => number_range(*from, *to, sink),
        }
    }
}

fn set(set: &SequenceSet, sink: &mut impl Sink) {
    let number = |number: &SeqOrUid| match number {
        SeqOrUid::Value(number) => *number,
        SeqOrUid::Asterisk => NonZeroU32::MAX,
    };
    for range in set.0.as_ref() {
        match range {
            Sequence::Single(one) => number_range(number(one), number(one), sink),
            Sequence::Range(from, to) => number_range(number(from), number(to), sink),
        }
    }
}

fn mailbox(mailbox: &Mailbox<'_>, sink: &mut impl Sink) {
    match mailbox {
        Mailbox::Inbox => sink.text(Some(b"INBOX")),
        Mailbox::Other(other) => sink.text(Some(other.inner().as_ref())),
    }
}

fn data(data: &Data<'_>, sink: &mut impl Sink) {
    let mut numbered = |name: &[u8], number: u32| {
        sink.word(name);
        sink.number(Some(number.into()));
    };
    match data {
        Data::Fetch { seq, items } => {
            numbered(b"FETCH", seq.get());
            items.as_ref().iter().for_each(|item| fetch_item(item, sink));
        }
        Data::Exists(number) => numbered(b"EXISTS", *number),
        Data::Recent(number) => numbered(b"RECENT", *number),
        Data::Expunge(number) => numbered(b"EXPUNGE", number.get()),
        Data::Capability(names) => {
            sink.word(b"CAPABILITY");
            names.as_ref().iter().for_each(|name| sink.item(|| name.to_string()));
        }
        Data::Enabled { capabilities } => {
            sink.word(b"ENABLED");
            capabilities.iter().for_each(|name| sink.item(|| name.to_string()));
        }
        Data::List { items, delimiter, mailbox: name }
        | Data::Lsub { items, delimiter, mailbox: name } => {
            sink.word(b"LIST");
            sink.unordered(|sink| items.iter().for_each(|item| sink.item(|| item.to_string())));
            let mut text = [0; 4];
            let delimiter = delimiter.map(|char| &*char.inner().encode_utf8(&mut text));
            sink.text(delimiter.map(str::as_bytes));
            mailbox(name, sink);
        }
        Data::Status { mailbox: name, items } => {
            sink.word(b"STATUS");
            mailbox(name, sink);
            items.iter().for_each(|item| status_item(item, sink));
        }
        Data::Search(numbers, mod_seq) | Data::Sort(numbers, mod_seq) => {
            sink.word(if matches!(data, Data::Search(..)) { b"SEARCH" } else { b"SORT" });
            numbers.iter().for_each(|number| sink.number(Some(number.get().into())));
            sink.number(mod_seq.map(Into::into));
        }
        Data::Flags(flags) => {
            sink.word(b"FLAGS");
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        Data::Vanished { earlier, known_uids } => {
            numbered(b"VANISHED", (*earlier).into());
            set(known_uids, sink);
        }
        Data::Namespace { personal, other, shared } => {
            sink.word(b"NAMESPACE");
            for kind in [personal, other, shared] {
                sink.word(b"(");
                for namespace in kind {
                    sink.text(Some(namespace.prefix.as_ref()));
                    let delimiter = namespace.delimiter.as_ref();
                    sink.item(|| delimiter.map_or("NIL".into(), |char| char.inner().to_string()));
                }
                sink.word(b")");
            }
        }
        Data::Id { parameters } => {
            sink.word(b"ID");
            let text = |name: &[u8], value: Option<&[u8]>| {
                let shown = |text: &[u8]| format!("{:?}", String::from_utf8_lossy(text));
                format!("{} {}", shown(name), value.map_or("NIL".into(), shown))
            };
            sink.unordered(|sink| {
                for (name, value) in parameters.iter().flatten() {
                    sink.item(|| text(name.as_ref(), value.0.as_ref().map(AsRef::as_ref)));
                }
            });
        }
        Data::Quota { root, quotas } => {
            sink.word(b"QUOTA");
            sink.text(Some(root.as_ref()));
            for resource in quotas.as_ref() {
                sink.word(resource.resource.to_string().as_bytes());
                sink.number(Some(resource.usage));
                sink.number(Some(resource.limit));
            }
        }
        Data::QuotaRoot { mailbox: name, roots } => {
            sink.word(b"QUOTAROOT");
            mailbox(name, sink);
            roots.iter().for_each(|root| sink.text(Some(root.as_ref())));
        }
        Data::Metadata { mailbox: name, items } => {
            sink.word(b"METADATA");
            mailbox(name, sink);
            match items {
                MetadataResponse::WithValues(entries) => {
                    for entry in entries.as_ref() {
                        sink.text(Some(entry.entry.as_ref()));
                        binary(&entry.value, sink);
                    }
                }
                MetadataResponse::WithoutValues(entries) => {
                    entries.as_ref().iter().for_each(|entry| sink.text(Some(entry.as_ref())));
                }
            }
        }
        other => {
            sink.word(b"OTHER");
            sink.item(|| printed(&Response::Data(other.clone())));
        }
    }
}

fn binary(text: &NString8<'_>, sink: &mut impl Sink) {
    match text {
        NString8::NString(read) => self::text(read, sink),
        NString8::Literal8(literal) => sink.text(Some(&literal.data)),
    }
}

fn status_item(item: &StatusDataItem, sink: &mut impl Sink) {
    let (name, number) = match item {
        StatusDataItem::Messages(number) => ("MESSAGES", u64::from(*number)),
        StatusDataItem::Recent(number) => ("RECENT", (*number).into()),
        StatusDataItem::UidNext(number) => ("UIDNEXT", number.get().into()),
        StatusDataItem::UidValidity(number) => ("UIDVALIDITY", number.get().into()),
        StatusDataItem::Unseen(number) => ("UNSEEN", (*number).into()),
        StatusDataItem::Deleted(number) => ("DELETED", (*number).into()),
        StatusDataItem::DeletedStorage(number) => ("DELETED-STORAGE", *number),
        StatusDataItem::Size(number) => ("SIZE", *number),
        StatusDataItem::HighestModSeq(number) => ("HIGHESTMODSEQ", *number),
    };
    sink.word(name.as_bytes());
    sink.number(Some(number));
}

fn fetch_item(item: &MessageDataItem<'_>, sink: &mut impl Sink) {
    let mut number = |name: &[u8], value: u64| {
        sink.word(name);
        sink.number(Some(value));
    };
    match item {
        MessageDataItem::Uid(uid) => number(b"UID", uid.get().into()),
        MessageDataItem::Rfc822Size(size) => number(b"RFC822.SIZE", (*size).into()),
        MessageDataItem::ModSeq(value) => number(b"MODSEQ", value.get()),
        MessageDataItem::InternalDate(date) => {
            number(b"INTERNALDATE", date.as_ref().timestamp().cast_unsigned());
        }
        MessageDataItem::Flags(flags) => {
            sink.word(b"FLAGS");
            let text = |flag: &FlagFetch<'_>| match flag {
                FlagFetch::Flag(flag) => flag.to_string(),
                FlagFetch::Recent => "\\Recent".into(),
            };
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| text(flag))));
        }
        MessageDataItem::Envelope(read) => {
            sink.word(b"ENVELOPE");
            envelope(read, sink);
        }
        MessageDataItem::BodyStructure(read) | MessageDataItem::Body(read) => {
            sink.word(b"BODYSTRUCTURE");
            structure(read, sink);
        }
        MessageDataItem::BodyExt { section: read, origin, data } => {
            sink.word(b"BODY[]");
            sink.item(|| section(read.as_ref()));
            sink.number(origin.map(Into::into));
            text(data, sink);
        }
        MessageDataItem::Binary { section, value } => {
            sink.word(b"BINARY");
            sink.item(|| format!("{section:?}"));
            binary(value, sink);
        }
        MessageDataItem::BinarySize { section, size } => {
            sink.word(b"BINARY.SIZE");
            sink.item(|| format!("{section:?}"));
            sink.number(Some((*size).into()));
        }
        MessageDataItem::Rfc822(data)
        | MessageDataItem::Rfc822Header(data)
        | MessageDataItem::Rfc822Text(data) => text(data, sink),
    }
}

fn section(section: Option<&Section<'_>>) -> String {
    let (part, name) = match section {
        None => (None, String::new()),
        Some(Section::Part(part) | Section::Mime(part)) => {
            let mime = matches!(section, Some(Section::Mime(_)));
            (Some(part), if mime { "MIME".to_owned() } else { String::new() })
        }
        Some(Section::Header(part)) => (part.as_ref(), "HEADER".into()),
        Some(Section::Text(part)) => (part.as_ref(), "TEXT".into()),
        Some(Section::HeaderFields(part, names) | Section::HeaderFieldsNot(part, names)) => {
            let not = matches!(section, Some(Section::HeaderFieldsNot(..)));
            let names: Vec<_> =
                names.as_ref().iter().map(|name| String::from_utf8_lossy(name.as_ref())).collect();
            let not = if not { ".NOT" } else { "" };
            (part.as_ref(), format!("HEADER.FIELDS{not} ({})", names.join(" ")))
        }
    };
    let numbers = part.map(|part| part.0.as_ref().iter().map(ToString::to_string).collect());
    let mut words: Vec<String> = numbers.unwrap_or_default();
    words.extend(Some(name).filter(|name| !name.is_empty()));
    words.join(".")
}

fn text(text: &NString<'_>, sink: &mut impl Sink) {
    sink.text(text.0.as_ref().map(AsRef::as_ref));
}

fn envelope(envelope: &Envelope<'_>, sink: &mut impl Sink) {
    text(&envelope.date, sink);
    text(&envelope.subject, sink);
    addresses(&envelope.from, sink);
    addresses(&envelope.sender, sink);
    addresses(&envelope.reply_to, sink);
    addresses(&envelope.to, sink);
    addresses(&envelope.cc, sink);
    addresses(&envelope.bcc, sink);
    text(&envelope.in_reply_to, sink);
    text(&envelope.message_id, sink);
}

fn addresses(addresses: &[Address<'_>], sink: &mut impl Sink) {
    sink.word(b"(");
    for address in addresses {
        text(&address.name, sink);
        text(&address.adl, sink);
        text(&address.mailbox, sink);
        text(&address.host, sink);
    }
    sink.word(b")");
}

/// What is in a structure is walked over by recursion: imap-codec limits the depth to eight.
fn structure(read: &BodyStructure<'_>, sink: &mut impl Sink) {
    sink.word(b"(");
    match read {
        BodyStructure::Multi { bodies, subtype, extension_data } => {
            sink.word(subtype.as_ref());
            if let Some(extension) = extension_data {
                params(&extension.parameter_list, sink);
            }
            extensions(extension_data.as_ref().and_then(|data| data.tail.as_ref()), sink);
            bodies.as_ref().iter().for_each(|body| structure(body, sink));
        }
        BodyStructure::Single { body, extension_data } => {
            let mut inner = None;
            let (media_type, subtype, lines): (&[u8], &[u8], _) = match &body.specific {
                SpecificFields::Basic { r#type, subtype } => {
                    (r#type.as_ref(), subtype.as_ref(), None)
                }
                SpecificFields::Text { subtype, number_of_lines } => {
                    (b"TEXT", subtype.as_ref(), Some(*number_of_lines))
                }
                SpecificFields::Message { envelope, body_structure, number_of_lines } => {
                    inner = Some((envelope, body_structure));
                    (b"MESSAGE", b"RFC822", Some(*number_of_lines))
                }
            };
            sink.word(media_type);
            sink.word(subtype);
            let BasicFields { parameter_list, id, description, content_transfer_encoding, size } =
                &body.basic;
            params(parameter_list, sink);
            text(id, sink);
            text(description, sink);
            sink.word(content_transfer_encoding.as_ref());
            sink.number(Some((*size).into()));
            sink.number(lines.map(Into::into));
            match extension_data {
                Some(extension) => text(&extension.md5, sink),
                None => sink.text(None),
            }
            if let Some((read, _)) = inner {
                envelope(read, sink);
            }
            extensions(extension_data.as_ref().and_then(|data| data.tail.as_ref()), sink);
            if let Some((_, body)) = inner {
                structure(body, sink);
            }
        }
    }
    sink.word(b")");
}

fn extensions(disposition: Option<&Disposition<'_>>, sink: &mut impl Sink) {
    if let Some((kind, list)) = disposition.and_then(|read| read.disposition.as_ref()) {
        sink.word(kind.as_ref());
        params(list, sink);
    }
    let language = disposition.and_then(|read| read.tail.as_ref());
    language.iter().flat_map(|read| &read.language).for_each(|read| sink.word(read.as_ref()));
    match language.and_then(|read| read.tail.as_ref()) {
        Some(location) => text(&location.location, sink),
        None => sink.text(None),
    }
}

fn params(params: &[(IString<'_>, IString<'_>)], sink: &mut impl Sink) {
    for (name, value) in params {
        sink.word(name.as_ref());
        sink.text(Some(value.as_ref()));
    }
}
