//! A message read as a whole.
use bytes::Bytes;
use mailwire_message::{
    Findings, Message, charset, message,
    parser::{Config, PartKind},
};

use super::{
    draft::{Content, Draft, Part},
    head::{Envelope, Found, Head},
};

pub(super) fn read(octets: Bytes, config: Config) -> Draft {
    let message = Message::from_bytes_with(octets, config);
    let mut envelope = Envelope::default();
    for field in message.fields() {
        envelope.field(field.name_octets(), field.value());
    }
    Draft {
        envelope,
        parts: message.parts().map(|part| read_part(part, config)).collect(),
        defects: message.defects().to_vec(),
        limit: config.limits.defects,
    }
}

fn read_part(part: message::Part<'_>, config: Config) -> Part {
    let is_message = part.parent().is_none_or(|parent| parent.kind() == PartKind::Message);
    let mut head = Head::new(is_message, config.policy);
    for field in part.fields() {
        head.field(field.name_octets(), field.value(), field.value_range().start);
    }
    let content_type = part.content_type().into_owned();
    let facts = head.finish(content_type, part.disposition().as_ref(), part.encoding());

    let base = part.body_range().start;
    let mut found = Found::new();
    let mut sink = |code, at: usize| found.push((code, base + at as u64));
    let octets = part.decoded_with(&mut Findings::new(config.policy, &mut sink));
    let is_text = part.kind() == PartKind::Leaf && facts.content_type.media_type() == "text";
    let text = is_text.then(|| {
        let label = facts.content_type.charset().map(str::as_bytes);
        let scale = u64::from(part.encoding().is_identity());
        let mut sink = |code, at: usize| found.push((code, base + scale * at as u64));
        let findings = &mut Findings::new(config.policy, &mut sink);
        Content::of(charset::body_text(label, &octets, findings).as_bytes()).digest()
    });
    Part {
        parent: part.parent().map(|parent| parent.id()),
        within_decoded: part.source().is_some(),
        kind: part.kind(),
        facts,
        header: pair(part.header_range()),
        body: pair(part.body_range()),
        content: Content::of(&octets),
        text,
        found,
    }
}

pub(super) fn pair(range: std::ops::Range<u64>) -> [u64; 2] {
    [range.start, range.end]
}
