//! Reads the stored form, all of it once, so that whatever is read of it later is there.

use super::{Head, PARTS, PartKind, Parts, SentDate};
use crate::{envelope, line_ends::MARK, mime, stored::Reader};

/// Where things are, if all is as it is written.
pub(super) fn head(content: &[u8]) -> Option<Head> {
    let mut reader = Reader::new(content);
    let at = |reader: &Reader<'_>| content.len() - reader.rest().len();
    let _version = reader.octet()?;
    let converts = match reader.octet()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let (size, bare) = (reader.number()?, reader.number()?);
    let sent = match reader.octet()? {
        0 => None,
        1 => Some(SentDate { unix: reader.signed()?, offset: None }),
        2 => {
            let unix = reader.signed()?;
            Some(SentDate { unix, offset: Some(i16::try_from(reader.signed()?).ok()?) })
        }
        _ => return None,
    };
    let block = |reader: &mut Reader<'_>| {
        let len = reader.block()?.len();
        let end = at(reader);
        Some(end - len..end)
    };
    let envelope = block(&mut reader)?;
    let references = block(&mut reader)?;
    let count = reader.len()?;
    let parts = block(&mut reader)?;
    let marks = block(&mut reader)?;
    let head = Head { converts, size, bare, sent, envelope, references, count, parts, marks };
    (reader.is_at_end() && is_sound(content, &head)).then_some(head)
}

fn is_sound(content: &[u8], head: &Head) -> bool {
    let all = |range: &core::ops::Range<usize>| content.get(range.clone()).unwrap_or_default();
    let mut references = Reader::new(all(&head.references));
    while !references.is_at_end() {
        if references.text().flatten().is_none() {
            return false;
        }
    }
    let (mut marks, mut marked) = (Reader::new(all(&head.marks)), 0);
    while !marks.is_at_end() {
        marked += MARK;
        if marked > head.size || marks.number().is_none_or(|bare| bare > MARK) {
            return false;
        }
    }
    let has_parts = (1..=PARTS).contains(&head.count);
    if !is_envelope(all(&head.envelope)) || head.bare > head.size || !has_parts {
        return false;
    }
    let mut parts = Parts::new(all(&head.parts), head.count);
    let sound = parts.by_ref().all(|part| {
        let in_place = part.source.is_some() || part.body_end <= head.size;
        let of_message = part.kind == PartKind::Message;
        in_place
            && mime::View::read(Reader::new(part.mime)).is_some_and(|view| fits(part.kind, &view))
            && of_message != part.envelope.is_empty()
            && (!of_message || is_envelope(part.envelope))
    });
    sound && parts.is_at_end()
}

/// Whether the type is one of that kind: the grammar of structures goes by types.
fn fits(kind: PartKind, view: &mime::View<'_>) -> bool {
    let is_message = view.media_type == b"message" && matches!(view.subtype, b"rfc822" | b"global");
    // What is left out of an answer would make another type of it.
    let is_word = |word: &[u8]| {
        !word.iter().any(|octet| octet.is_ascii_uppercase() || b"\r\n\0".contains(octet))
    };
    is_word(view.media_type)
        && is_word(view.subtype)
        && match kind {
            PartKind::Multipart => view.media_type == b"multipart",
            PartKind::Message => is_message,
            PartKind::Leaf => view.media_type != b"multipart" && !is_message,
        }
}

fn is_envelope(octets: &[u8]) -> bool {
    let mut reader = Reader::new(octets);
    envelope::View::read(&mut reader).is_some() && reader.is_at_end()
}
