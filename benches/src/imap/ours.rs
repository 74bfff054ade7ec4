//! mailwire: framing, and a walk over what was read.

use super::{Sink, Sum};
use bytes::Bytes;
use mailwire_imap::{
    Command, Data, Encoder, Frame, FrameLimits, Framer, Mailbox, MetadataEntries, Peer, Piece,
    ReadOptions, Response, ResponseCode, SequenceSet, Side, Status, StatusItem, TaggedCommand,
    fetch::{
        Addresses, BodyKind, BodyPart, BodyStructure, Envelope, Fetch, FetchData, FetchItem, Params,
    },
};
use std::hint::black_box;

/// Reads all responses; literals that are offered are streamed. Says how many there were.
pub fn read(chunks: &[Bytes], sink: &mut impl Sink) -> usize {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    let mut responses = 0;
    for chunk in chunks {
        framer.push(chunk.clone());
        while let Some(piece) = framer.next_piece().expect("within limits") {
            match piece {
                Piece::Frame(frame) => {
                    responses += 1;
                    parsed(&frame, sink);
                }
                Piece::Literal { .. } => framer.stream(),
                Piece::Chunk(octets) => sink.text(Some(&octets)),
                _ => {}
            }
        }
    }
    responses
}

fn parsed(frame: &Frame, sink: &mut impl Sink) {
    match &Response::parse(frame, ReadOptions::default()) {
        Ok(read) => response(&read.value, sink),
        Err(error) => panic!("{error}"),
    }
}

/// Reads what may be bad, in pieces of `step`, to its last field. Says how many frames there were.
#[must_use]
pub fn survive(wire: &Bytes, step: usize) -> u64 {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    let mut frames = 0;
    for at in (0..wire.len()).step_by(step) {
        framer.push(wire.slice(at..wire.len().min(at.saturating_add(step))));
        while let Ok(Some(piece)) = framer.next_piece() {
            match piece {
                Piece::Frame(frame) => {
                    frames += 1;
                    if let Ok(read) = Response::parse(&frame, ReadOptions::default()) {
                        response(&read.value, &mut Sum::default());
                        black_box(read);
                    }
                }
                Piece::Literal { .. } => framer.stream(),
                _ => {}
            }
        }
    }
    frames
}

/// Reads all commands; literals that are offered are streamed. Says how many there were.
#[must_use]
pub fn serve(chunks: &[Bytes]) -> u64 {
    let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    let mut commands = 0;
    for chunk in chunks {
        framer.push(chunk.clone());
        while let Some(piece) = framer.next_piece().expect("within limits") {
            match piece {
                Piece::Frame(frame) => {
                    black_box(Command::parse(&frame, ReadOptions::default()).expect("a command"));
                    commands += 1;
                }
                Piece::Literal { .. } => framer.stream(),
                other => {
                    black_box(other);
                }
            }
        }
    }
    commands
}

/// All responses, as values.
#[must_use]
pub fn collect(wire: &[u8]) -> Vec<Response> {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push(Bytes::copy_from_slice(wire));
    let mut responses = Vec::new();
    while let Some(Piece::Frame(frame)) = framer.next_piece().expect("within limits") {
        let read = Response::parse(&frame, ReadOptions::default());
        responses.push(read.expect("a good response").value);
    }
    responses
}

/// Writes all responses into one buffer. Says how many there were.
#[must_use]
pub fn write(responses: &[Response]) -> u64 {
    let mut out = Encoder::new(Peer::CLIENT);
    responses.iter().for_each(|response| response.encode(&mut out));
    black_box(out.finish());
    responses.len() as u64
}

/// A command, as a value.
#[must_use]
pub fn command(wire: &[u8]) -> TaggedCommand {
    let frame = Frame::new(Bytes::copy_from_slice(wire));
    Command::parse(&frame, ReadOptions::default()).expect("a good command").value
}

/// Writes the command.
#[must_use]
pub fn write_command(command: &TaggedCommand) -> u64 {
    let mut out = Encoder::new(Peer::SERVER);
    command.command.encode(&command.tag, &mut out);
    black_box(out.finish());
    1
}

/// Walks over a response.
pub fn response(response: &Response, sink: &mut impl Sink) {
    match response {
        Response::Status(read) => status(read, sink),
        Response::Continue(read) => {
            sink.word(b"+");
            sink.text(Some(&read.text));
        }
        Response::Data(read) => data(read, sink),
        _ => unreachable!("no other response"),
    }
}

fn status(status: &Status, sink: &mut impl Sink) {
    sink.word(status.condition.name().as_bytes());
    sink.text(status.tag.as_ref().map(|tag| tag.as_bytes()));
    if let Some(read) = &status.code {
        code(read, sink);
    }
    sink.text(Some(&status.text));
}

fn code(code: &ResponseCode, sink: &mut impl Sink) {
    let mut number = |name: &str, value: u64| {
        sink.item(|| name.into());
        sink.number(Some(value));
    };
    match code {
        ResponseCode::UidNext(value) => number("UIDNEXT", (*value).into()),
        ResponseCode::UidValidity(value) => number("UIDVALIDITY", (*value).into()),
        ResponseCode::Unseen(value) => number("UNSEEN", (*value).into()),
        ResponseCode::HighestModSeq(value) => number("HIGHESTMODSEQ", *value),
        ResponseCode::PermanentFlags(read) => {
            sink.item(|| "PERMANENTFLAGS".into());
            sink.unordered(|sink| read.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        ResponseCode::Capability(read) => {
            sink.item(|| "CAPABILITY".into());
            read.as_slice().iter().for_each(|name| sink.item(|| name.to_string()));
        }
        ResponseCode::AppendUid { uid_validity, uids } => {
            number("APPENDUID", (*uid_validity).into());
            set(uids, sink);
        }
        ResponseCode::CopyUid { uid_validity, uids: Some((source, target)) } => {
            number("COPYUID", (*uid_validity).into());
            set(source, sink);
            set(target, sink);
        }
        ResponseCode::BadCharset(names) => {
            sink.item(|| "BADCHARSET".into());
            names.iter().for_each(|name| sink.text(Some(name.as_ref())));
        }
        ResponseCode::Modified(uids) => {
            sink.item(|| "MODIFIED".into());
            set(uids, sink);
        }
        other => sink.item(|| {
            let mut out = Encoder::new(Peer::CLIENT);
            other.encode(&mut out);
            let wire = String::from_utf8_lossy(&out.finish().wire).into_owned();
            wire.trim_start_matches('[').trim_end_matches(']').to_owned()
        }),
    }
}

fn set(set: &SequenceSet, sink: &mut impl Sink) {
    for range in set.ranges() {
        let (from, to) = range.resolve(u32::MAX);
        sink.number(Some(from.into()));
        sink.number(Some(to.into()));
    }
}

fn mailbox(mailbox: &Mailbox, sink: &mut impl Sink) {
    let name = mailbox.as_wire(false);
    sink.text(Some(if mailbox.is_inbox() { b"INBOX" } else { &name }));
}

fn data(data: &Data, sink: &mut impl Sink) {
    let mut numbered = |name: &[u8], number: u32| {
        sink.word(name);
        sink.number(Some(number.into()));
    };
    match data {
        Data::Fetch(read) => fetch(read, sink),
        Data::Exists(number) => numbered(b"EXISTS", *number),
        Data::Recent(number) => numbered(b"RECENT", *number),
        Data::Expunge(number) => numbered(b"EXPUNGE", number.get()),
        Data::Capability(read) | Data::Enabled(read) => {
            let is_enabled = matches!(data, Data::Enabled(_));
            sink.word(if is_enabled { b"ENABLED" } else { b"CAPABILITY" });
            read.as_slice().iter().for_each(|name| sink.item(|| name.to_string()));
        }
        Data::List(read) | Data::Lsub(read) => {
            sink.word(b"LIST");
            let attribute = |attribute: &[u8]| String::from_utf8_lossy(attribute).into_owned();
            sink.unordered(|sink| {
                read.attributes.iter().for_each(|read| sink.item(|| attribute(read.as_ref())));
            });
            let mut text = [0; 4];
            let delimiter = read.delimiter.map(|char| &*char.encode_utf8(&mut text));
            sink.text(delimiter.map(str::as_bytes));
            mailbox(&read.mailbox, sink);
        }
        Data::Status(read) => {
            sink.word(b"STATUS");
            mailbox(&read.mailbox, sink);
            read.items.iter().for_each(|item| status_item(item, sink));
        }
        Data::Search(read) | Data::Sort(read) => {
            sink.word(if matches!(data, Data::Search(_)) { b"SEARCH" } else { b"SORT" });
            read.numbers.iter().for_each(|number| sink.number(Some(number.into())));
            sink.number(read.mod_seq);
        }
        Data::ESearch(read) => {
            sink.word(b"ESEARCH");
            for item in &read.items {
                if let mailwire_imap::ESearchItem::All(uids) = item {
                    set(uids, sink);
                }
            }
        }
        Data::Flags(read) => {
            sink.word(b"FLAGS");
            sink.unordered(|sink| read.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        Data::Vanished { earlier, uids } => {
            numbered(b"VANISHED", (*earlier).into());
            set(uids, sink);
        }
        Data::Namespace(read) => {
            sink.word(b"NAMESPACE");
            for kind in [&read.personal, &read.other_users, &read.shared] {
                sink.word(b"(");
                for namespace in kind {
                    sink.text(Some(namespace.prefix.as_ref()));
                    sink.item(|| namespace.delimiter.map_or("NIL".into(), String::from));
                }
                sink.word(b")");
            }
        }
        Data::Id(params) => {
            sink.word(b"ID");
            let text = |name: &[u8], value: Option<&[u8]>| {
                let shown = |text: &[u8]| format!("{:?}", String::from_utf8_lossy(text));
                format!("{} {}", shown(name), value.map_or("NIL".into(), shown))
            };
            sink.unordered(|sink| {
                for (name, value) in params {
                    sink.item(|| text(name.as_ref(), value.as_ref().map(AsRef::as_ref)));
                }
            });
        }
        Data::Quota(quota) => {
            sink.word(b"QUOTA");
            sink.text(Some(quota.root.as_ref()));
            for resource in &quota.resources {
                sink.word(resource.name.as_bytes());
                sink.number(Some(resource.usage));
                sink.number(Some(resource.limit));
            }
        }
        Data::QuotaRoot { mailbox: name, roots } => {
            sink.word(b"QUOTAROOT");
            mailbox(name, sink);
            roots.iter().for_each(|root| sink.text(Some(root.as_ref())));
        }
        Data::Acl(acl) => {
            sink.word(b"ACL");
            mailbox(&acl.mailbox, sink);
            for (identifier, granted) in &acl.rights {
                sink.text(Some(identifier.as_ref()));
                rights(granted.as_ref(), sink);
            }
        }
        Data::ListRights { mailbox: name, identifier, required, optional } => {
            sink.word(b"LISTRIGHTS");
            mailbox(name, sink);
            sink.text(Some(identifier.as_ref()));
            rights(required.as_ref(), sink);
            let all: Vec<u8> =
                optional.iter().flat_map(|group| group.as_ref() as &[u8]).copied().collect();
            rights(&all, sink);
        }
        Data::MyRights { mailbox: name, rights: granted } => {
            sink.word(b"MYRIGHTS");
            mailbox(name, sink);
            rights(granted.as_ref(), sink);
        }
        Data::Metadata(read) => {
            sink.word(b"METADATA");
            mailbox(&read.mailbox, sink);
            match &read.entries {
                MetadataEntries::Values(entries) => {
                    for (entry, value) in entries {
                        sink.text(Some(entry.as_ref()));
                        sink.text(value.as_ref().map(AsRef::as_ref));
                    }
                }
                MetadataEntries::Changed(entries) => {
                    entries.iter().for_each(|entry| sink.text(Some(entry.as_ref())));
                }
            }
        }
        other => {
            sink.word(b"OTHER");
            sink.item(|| {
                let mut out = Encoder::new(Peer::CLIENT);
                Response::Data(other.clone()).encode(&mut out);
                String::from_utf8_lossy(&out.finish().wire).trim_end().to_owned()
            });
        }
    }
}

fn rights(rights: &[u8], sink: &mut impl Sink) {
    let text = |right: &u8| char::from(*right).to_string();
    sink.unordered(|sink| rights.iter().for_each(|right| sink.item(|| text(right))));
}

fn status_item(item: &StatusItem, sink: &mut impl Sink) {
    let (name, number) = match item {
        StatusItem::Messages(number) => ("MESSAGES", u64::from(*number)),
        StatusItem::Recent(number) => ("RECENT", (*number).into()),
        StatusItem::UidNext(number) => ("UIDNEXT", (*number).into()),
        StatusItem::UidValidity(number) => ("UIDVALIDITY", (*number).into()),
        StatusItem::Unseen(number) => ("UNSEEN", (*number).into()),
        StatusItem::Deleted(number) => ("DELETED", (*number).into()),
        StatusItem::Size(number) => ("SIZE", *number),
        StatusItem::HighestModSeq(number) => ("HIGHESTMODSEQ", *number),
        StatusItem::DeletedStorage(number) => ("DELETED-STORAGE", *number),
        _ => ("OTHER", 0),
    };
    sink.word(name.as_bytes());
    sink.number(Some(number));
}

fn fetch(fetch: &Fetch, sink: &mut impl Sink) {
    sink.word(b"FETCH");
    sink.number(Some(fetch.number.get().into()));
    for item in fetch.items() {
        fetch_item(&item, sink);
    }
}

fn fetch_item(item: &FetchItem, sink: &mut impl Sink) {
    let mut number = |name: &[u8], value: Option<u64>| {
        sink.word(name);
        sink.number(value);
    };
    match item {
        FetchItem::Uid(uid) => number(b"UID", Some((*uid).into())),
        FetchItem::Size(size) => number(b"RFC822.SIZE", *size),
        FetchItem::ModSeq(value) => number(b"MODSEQ", Some(*value)),
        FetchItem::InternalDate(date) => {
            number(b"INTERNALDATE", date.map(|date| date.unix().cast_unsigned()));
        }
        FetchItem::Flags(flags) => {
            sink.word(b"FLAGS");
            sink.unordered(|sink| flags.iter().for_each(|flag| sink.item(|| flag.to_string())));
        }
        FetchItem::Envelope(read) => {
            sink.word(b"ENVELOPE");
            envelope(read, sink);
        }
        FetchItem::BodyStructure(read) | FetchItem::Body(read) => {
            sink.word(b"BODYSTRUCTURE");
            structure(read, sink);
        }
        FetchItem::Section { section, origin, data } => {
            sink.word(b"BODY[]");
            sink.item(|| section.to_string());
            sink.number(*origin);
            octets(data, sink);
        }
        FetchItem::Invalid { .. } => sink.word(b"INVALID"),
        FetchItem::Binary { part, data, .. } => {
            sink.word(b"BINARY");
            sink.item(|| format!("{part:?}"));
            octets(data, sink);
        }
        FetchItem::BinarySize { part, size } => {
            sink.word(b"BINARY.SIZE");
            sink.item(|| format!("{part:?}"));
            sink.number(Some(*size));
        }
        FetchItem::GmailMessageId(id) => number(b"X-GM-MSGID", Some(*id)),
        FetchItem::GmailThreadId(id) => number(b"X-GM-THRID", Some(*id)),
        FetchItem::GmailLabels(labels) => {
            sink.word(b"X-GM-LABELS");
            labels.iter().for_each(|label| sink.text(Some(label.as_ref())));
        }
        FetchItem::EmailId(id) => {
            sink.word(b"EMAILID");
            sink.text(Some(id.as_bytes()));
        }
        FetchItem::ThreadId(id) => {
            sink.word(b"THREADID");
            sink.text(id.as_ref().map(|id| id.as_bytes()));
        }
        FetchItem::Rfc822(data) => octets(data, sink),
        FetchItem::Rfc822Header(data) => octets(data, sink),
        FetchItem::Rfc822Text(data) => octets(data, sink),
        other => {
            sink.word(b"OTHER");
            sink.item(|| {
                let mut out = Encoder::new(Peer::CLIENT);
                other.encode(&mut out);
                String::from_utf8_lossy(&out.finish().wire).into_owned()
            });
        }
    }
}

/// Streamed ones were counted as they came.
fn octets(data: &FetchData, sink: &mut impl Sink) {
    match data {
        FetchData::Octets(octets) => sink.text(Some(octets)),
        FetchData::Streamed(_) => {}
        _ => sink.text(None),
    }
}

fn envelope(envelope: &Envelope, sink: &mut impl Sink) {
    sink.text(envelope.date().as_deref());
    sink.text(envelope.subject().as_deref());
    addresses(envelope.from(), sink);
    addresses(envelope.sender(), sink);
    addresses(envelope.reply_to(), sink);
    addresses(envelope.to(), sink);
    addresses(envelope.cc(), sink);
    addresses(envelope.bcc(), sink);
    sink.text(envelope.in_reply_to().as_deref());
    sink.text(envelope.message_id().as_deref());
}

fn addresses(addresses: Addresses<'_>, sink: &mut impl Sink) {
    sink.word(b"(");
    for address in addresses {
        sink.text(address.name.as_deref());
        sink.text(address.route.as_deref());
        sink.text(address.mailbox.as_deref());
        sink.text(address.host.as_deref());
    }
    sink.word(b")");
}

fn structure(structure: &BodyStructure, sink: &mut impl Sink) {
    body_part(structure.root(), sink);
}

/// By recursion, as the others are walked over: no structure is deeper than 100.
fn body_part(part: BodyPart<'_>, sink: &mut impl Sink) {
    sink.word(b"(");
    if part.kind() != BodyKind::Multipart {
        sink.word(&part.media_type());
    }
    sink.word(&part.subtype());
    params(part.params(), sink);
    if part.kind() != BodyKind::Multipart {
        sink.text(part.id().as_deref());
        sink.text(part.description().as_deref());
        sink.word(part.encoding().as_deref().unwrap_or_default());
        sink.number(part.octets());
        sink.number(part.lines());
        sink.text(part.md5().as_deref());
    }
    if let Some(read) = part.envelope() {
        envelope(&read, sink);
    }
    if let Some(disposition) = part.disposition() {
        sink.word(&disposition.kind);
        params(disposition.params, sink);
    }
    part.languages().iter().for_each(|language| sink.word(language));
    sink.text(part.location().as_deref());
    part.children().for_each(|child| body_part(child, sink));
    sink.word(b")");
}

fn params(params: Params<'_>, sink: &mut impl Sink) {
    for (name, value) in params {
        sink.word(&name);
        sink.text(Some(&value));
    }
}
