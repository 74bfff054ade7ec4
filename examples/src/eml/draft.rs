//! What is known of a message when it was read, by whichever way.
use std::collections::{HashMap, HashSet};

use mailwire_message::{
    Defect, DefectCode, PartId,
    message::BodyViews,
    mime::{ContentType, Param},
    parser::PartKind,
};
use sha2::{Digest, Sha256};

use super::{
    head::{Envelope, Facts, Found},
    json::{self, Mail, Params},
};

/// A message that was read.
pub(super) struct Draft {
    pub(super) envelope: Envelope,
    pub(super) parts: Vec<Part>,
    /// What the parser noticed.
    pub(super) defects: Vec<Defect>,
    /// How many defects are told.
    pub(super) limit: usize,
}

/// A part of it.
pub(super) struct Part {
    pub(super) parent: Option<PartId>,
    /// Whether it is in a message that had to be decoded, so that it is nowhere in the file.
    pub(super) within_decoded: bool,
    pub(super) kind: PartKind,
    pub(super) facts: Facts,
    pub(super) header: [u64; 2],
    pub(super) body: [u64; 2],
    pub(super) content: Content,
    pub(super) text: Option<String>,
    pub(super) found: Found,
}

/// Octets that were counted and hashed.
#[derive(Clone, Default)]
pub(super) struct Content {
    len: u64,
    hash: Sha256,
}

impl Content {
    pub(super) fn of(octets: &[u8]) -> Self {
        let mut content = Self::default();
        content.push(octets);
        content
    }

    pub(super) fn push(&mut self, octets: &[u8]) {
        self.len += octets.len() as u64;
        self.hash.update(octets);
    }

    pub(super) fn digest(self) -> String {
        json::hex(self.hash)
    }
}

/// Where the octets of a message stand in its file.
#[derive(Default)]
pub(super) struct Places {
    /// An offset in the message and the same in the file, for every gap between.
    starts: Vec<(u64, u64)>,
    len: u64,
}

impl Places {
    pub(super) fn starting_at(offset: u64) -> Self {
        Self { starts: vec![(0, offset)], len: 0 }
    }

    /// The next octets of the message stand there.
    pub(super) fn push(&mut self, offset: u64, len: usize) {
        if self.offset(self.len) != offset {
            self.starts.push((self.len, offset));
        }
        self.len += len as u64;
    }

    fn offset(&self, at: u64) -> u64 {
        let next = self.starts.partition_point(|&(start, _)| start <= at);
        let (start, place) = next.checked_sub(1).map_or((0, 0), |index| self.starts[index]);
        place + (at - start)
    }

    /// A range ends behind its last octet, and not where the next one stands.
    fn range(&self, [start, end]: [u64; 2]) -> [u64; 2] {
        let from = self.offset(start);
        [from, if end > start { self.offset(end - 1) + 1 } else { from }]
    }
}

impl Draft {
    /// All of it as it is printed.
    pub(super) fn into_mail(self, file: String, index: usize, places: &Places) -> Mail {
        let outlines: Vec<_> =
            self.parts.iter().map(|part| part.facts.outline(part.parent)).collect();
        let views = BodyViews::of(PartId::ROOT, &outlines);
        let all = self.all_defects();
        let is_decoded =
            |part: PartId| self.parts.get(part.index()).is_some_and(|part| part.within_decoded);
        let as_json = |defect: &Defect| as_json(*defect, is_decoded(defect.part), places);
        let defects = all.iter().map(as_json).collect();
        let [from, sender, reply_to, to, cc, bcc] =
            self.envelope.addresses.map(Option::unwrap_or_default);
        let parts = self.parts.into_iter().enumerate();
        Mail {
            file,
            index,
            headers: self.envelope.headers,
            subject: self.envelope.subject,
            from,
            sender,
            reply_to,
            to,
            cc,
            bcc,
            date: self.envelope.date,
            message_id: self.envelope.message_id,
            in_reply_to: self.envelope.in_reply_to.unwrap_or_default(),
            references: self.envelope.references.unwrap_or_default(),
            parts: parts.map(|(id, part)| part.into_json(id, &all, places)).collect(),
            text_body: numbers(&views.text),
            html_body: numbers(&views.html),
            attachments: numbers(&views.attachments),
            defects,
        }
    }

    /// The defects by part and offset: those of the structure, and up to the limit those of the
    /// fields and bodies.
    fn all_defects(&self) -> Vec<Defect> {
        let mut defects = self.defects.clone();
        let found = self.parts.iter().zip(0..).flat_map(|(part, id)| {
            let found = part.facts.found.iter().chain(&part.found);
            found.map(move |&(code, offset)| Defect::new(code, PartId::new(id), offset))
        });
        for defect in found {
            if defects.len() < self.limit {
                defects.push(defect);
            } else if defects.last().is_some_and(|last| last.code != DefectCode::DefectsLimit) {
                defects.push(Defect::new(DefectCode::DefectsLimit, defect.part, defect.offset));
            }
        }
        defects.sort_by_key(|defect| (defect.part, defect.offset, defect.code));
        defects.dedup();
        defects
    }
}

impl Part {
    fn into_json(self, id: usize, defects: &[Defect], places: &Places) -> json::Part {
        let Facts { content_type, disposition, encoding, file_name, content_id, .. } = self.facts;
        let range = |range| (!self.within_decoded).then(|| places.range(range));
        let (header, body) = (range(self.header), range(self.body));
        let mut seen = HashSet::new();
        let first = defects.partition_point(|defect| defect.part.index() < id);
        let own = defects[first..].iter().take_while(|defect| defect.part.index() == id);
        json::Part {
            id,
            parent: self.parent.map(PartId::index),
            kind: self.kind.name(),
            media_type: format!("{}/{}", content_type.media_type(), content_type.subtype()),
            charset: content_type.charset().map(str::to_lowercase),
            params: params(&content_type),
            encoding,
            disposition,
            filename: file_name,
            content_id,
            header,
            body,
            decoded_len: self.content.len,
            decoded_sha256: self.content.digest(),
            text_sha256: self.text,
            defects: own
                .map(|defect| defect.code.name())
                .filter(|name| seen.insert(*name))
                .collect(),
        }
    }
}

/// Each parameter once: the one that counts, which is the first or else the first in the form of
/// RFC 2231.
fn params(content_type: &ContentType<'_>) -> Params {
    let mut places = HashMap::new();
    let mut params: Vec<&Param<'_>> = Vec::new();
    for param in content_type.params() {
        let place = *places.entry(param.name()).or_insert(params.len());
        match params.get_mut(place) {
            None => params.push(param),
            Some(before) if param.is_extended() && !before.is_extended() => *before = param,
            Some(_) => {}
        }
    }
    let owned = |param: &Param<'_>| (param.name().to_owned(), param.value().to_owned());
    Params(params.into_iter().map(owned).collect())
}

fn numbers(ids: &[PartId]) -> Vec<usize> {
    ids.iter().map(|id| id.index()).collect()
}

fn as_json(mut defect: Defect, is_decoded: bool, places: &Places) -> json::Defect {
    if !is_decoded {
        defect.offset = places.offset(defect.offset);
    }
    json::Defect {
        code: defect.code.name(),
        severity: defect.severity().name(),
        part: defect.part.index(),
        offset: defect.offset,
        text: defect.to_string(),
    }
}
