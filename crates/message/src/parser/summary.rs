//! What a header says about its body.

use alloc::boxed::Box;

use super::{
    HeaderEnd, PartKind, Role,
    boundaries::Relation,
    scanner::{HeadersFound, Scanner, Shared, Sink, State},
    singles::{Single, Singles},
};
use crate::{
    DefectCode, Findings, PartId, TransferEncoding, lex,
    mime::{ContentType, Disposition},
};

/// No delimiter with a longer boundary fits into a line (RFC 5322 §2.1.1).
const LONGEST_BOUNDARY: usize = 996;

impl Scanner {
    /// The header is over: `separator` is the empty line, if one ends it.
    pub(super) fn finish_header<S: Sink>(
        &mut self,
        shared: &mut Shared,
        end: HeaderEnd,
        separator: &[u8],
        code: Option<DefectCode>,
        sink: &mut S,
    ) {
        let at = self.at();
        self.searched = 0;
        if let Some(code) = code {
            shared.report(sink, code, at.part, at.offset);
        }
        if end == HeaderEnd::NonField {
            shared.report(sink, DefectCode::MissingBlankLine, at.part, at.offset);
        }
        if !separator.is_empty() {
            let crlf = separator.len() == 2;
            if *self.crlf.get_or_insert(crlf) != crlf && !self.header.mixed_said {
                shared.report(sink, DefectCode::BareLf, at.part, at.offset);
            }
        }
        self.take(shared, at.part, Role::Separator, separator, sink);
        let Some(top) = self.stack.last_mut() else { return };
        top.header.end = at.offset;
        top.body = self.offset;
        let (header, is_root, in_digest) = (top.header.clone(), top.is_message_root, top.in_digest);
        let singles = &self.header.singles;
        if self.source.is_none() && self.stack.len() == 1 {
            for (single, code) in
                [(Single::FROM, DefectCode::MissingFrom), (Single::DATE, DefectCode::MissingDate)]
            {
                if !singles.has(single) {
                    shared.report(sink, code, at.part, at.offset);
                }
            }
        }
        let first_mime = [Single::CONTENT_TYPE, Single::ENCODING, Single::DISPOSITION]
            .into_iter()
            .find(|&single| singles.has(single));
        if let Some(single) = first_mime
            && is_root
            && !singles.has(Single::MIME_VERSION)
        {
            let offset = singles.offset(single);
            shared.report(sink, DefectCode::MissingMimeVersion, at.part, offset);
        }

        let config = shared.config;
        let encoding = read(shared, sink, singles, Single::ENCODING, at.part, |value, findings| {
            TransferEncoding::parse_with(value, findings)
        });
        let content_type =
            read(shared, sink, singles, Single::CONTENT_TYPE, at.part, |value, findings| {
                ContentType::parse_limited(value, &config.limits, findings)
            });
        let disposition =
            read(shared, sink, singles, Single::DISPOSITION, at.part, |value, findings| {
                Disposition::parse_limited(value, &config.limits, findings)
            });
        // One without a word says nothing; it does not make an attachment of a body.
        let says_nothing = |value: &[u8]| lex::skip_fws(value, 0) == value.len();
        let disposition =
            disposition.filter(|_| !singles.value(Single::DISPOSITION).is_some_and(says_nothing));
        let declared = content_type.is_some();
        let encoding = encoding.unwrap_or_default();
        let content_type = content_type.unwrap_or_else(|| {
            if in_digest { ContentType::message_rfc822() } else { ContentType::text_plain() }
        });

        let boundary = content_type.boundary().filter(|boundary| {
            boundary.len() <= LONGEST_BOUNDARY && memchr::memchr2(b'\r', b'\n', boundary).is_none()
        });
        let mut kind = if content_type.is_multipart() && boundary.is_some() {
            PartKind::Multipart
        } else if content_type.is("message", "rfc822") || content_type.is("message", "global") {
            PartKind::Message
        } else {
            PartKind::Leaf
        };
        let place = |single| if singles.has(single) { singles.offset(single) } else { at.offset };
        if !encoding.is_identity() || encoding == TransferEncoding::Unknown {
            let code = match kind {
                PartKind::Multipart => Some(DefectCode::CteOnMultipart),
                PartKind::Message if content_type.is("message", "rfc822") => {
                    Some(DefectCode::CteOnMessage)
                }
                PartKind::Message | PartKind::Leaf => None,
            };
            if let Some(code) = code {
                shared.report(sink, code, at.part, place(Single::ENCODING));
            }
        }
        if kind != PartKind::Leaf && shared.depth >= config.limits.depth {
            shared.report(sink, DefectCode::DepthLimit, at.part, self.offset);
            kind = PartKind::Leaf;
        }
        if let (PartKind::Multipart, Some(boundary)) = (kind, boundary) {
            let code = match self.boundaries.relation(boundary) {
                Relation::None => None,
                Relation::Reused => Some(DefectCode::BoundaryReusedOpen),
                Relation::Prefix => Some(DefectCode::BoundaryPrefixOfOpen),
            };
            if let Some(code) = code {
                shared.report(sink, code, at.part, place(Single::CONTENT_TYPE));
            }
        }
        let decodes = match kind {
            PartKind::Message => !encoding.is_identity(),
            PartKind::Multipart => !encoding.is_identity() && config.policy.decode_multipart,
            PartKind::Leaf => false,
        };
        if decodes && shared.encoded_depth >= config.limits.encoded_depth {
            shared.report(sink, DefectCode::EncodedDepthLimit, at.part, self.offset);
            kind = PartKind::Leaf;
        }
        // Of a multipart that is not looked into, the boundary is of no interest.
        let watched =
            kind == PartKind::Multipart || kind == PartKind::Leaf && !content_type.is_multipart();
        self.header.boundary = boundary.filter(|_| watched).map(Box::from);
        self.header.encoding = encoding;
        self.header.decodes = decodes && kind == PartKind::Multipart;
        self.state = State::Choose(kind);
        self.header.digest = content_type.is("multipart", "digest");
        sink.headers(HeadersFound {
            part: at.part,
            end,
            header,
            body: self.offset,
            kind,
            declared,
            content_type,
            encoding,
            content_type_field: singles.field(Single::CONTENT_TYPE),
            disposition_field: singles.field(Single::DISPOSITION).filter(|_| disposition.is_some()),
            disposition,
        });
    }
}

/// Reads the field that counts, if there is one; what is found is reported in its place.
fn read<'a, S: Sink, T>(
    shared: &mut Shared,
    sink: &mut S,
    singles: &'a Singles,
    single: Single,
    part: PartId,
    parse: impl FnOnce(&'a [u8], &mut Findings<'_>) -> T,
) -> Option<T> {
    let value = singles.value(single)?;
    let (policy, offset) = (shared.config.policy, singles.offset(single));
    let mut report = |code, place: usize| shared.report(sink, code, part, offset + place as u64);
    Some(parse(value, &mut Findings::new(policy, &mut report)))
}
