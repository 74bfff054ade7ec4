//! Header blocks: line by line, up to whatever ends them.

use alloc::boxed::Box;
use core::cmp::Ordering;

use memchr::{memchr, memchr_iter};

use super::{
    HeaderEnd, Role,
    boundaries::{Verdict, is_delimiter},
    field::{self, Line},
    scanner::{Scanner, Shared, Signal, Sink, State, Step},
    singles::{Seen, Single, Singles},
};
use crate::{DefectCode, Findings, TransferEncoding, mime::ContentType};

/// How many empty lines before a header are looked past.
const LEADING_BLANKS: usize = 1_000;
const BOM: &[u8] = b"\xef\xbb\xbf";
const FROM_LINE: &[u8] = b"From ";

/// The header that is read, or was read last.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// What may stand before the first field.
    prolog: Prolog,
    /// Octets so far.
    used: usize,
    /// Lines that are no fields.
    others: usize,
    fields: usize,
    pub(super) mixed_said: bool,
    /// Whether the lines of the field have to be looked at one by one.
    odd_lines: bool,
    pub(super) singles: Singles,
    /// The boundary of the Content-Type so far, if it was asked for.
    own: Option<Option<Box<[u8]>>>,
    /// What the body is read by.
    pub(super) boundary: Option<Box<[u8]>>,
    pub(super) encoding: TransferEncoding,
    /// Whether the body is a multipart that has to be decoded first.
    pub(super) decodes: bool,
    /// Whether the parts of the body are messages by default.
    pub(super) digest: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Prolog {
    Bom,
    Blank,
    FromLine,
    #[default]
    Over,
}

impl Header {
    pub(super) fn start(&mut self, is_message_root: bool) {
        self.prolog = if is_message_root { Prolog::Bom } else { Prolog::Over };
        (self.used, self.others, self.fields, self.mixed_said) = (0, 0, 0, false);
        self.singles.clear();
        self.own = None;
        self.boundary = None;
        self.encoding = TransferEncoding::SevenBit;
    }
}

/// What the beginning of the window is.
enum Found {
    Need,
    /// A field of this length.
    Field {
        len: usize,
        name_end: usize,
        value: usize,
        odd: Option<(DefectCode, usize)>,
    },
    /// The beginning of a field that is too long.
    Truncated {
        len: usize,
        name_end: usize,
        value: usize,
        odd: Option<(DefectCode, usize)>,
    },
    /// A line that is no field.
    Other {
        len: usize,
        role: Role,
        code: DefectCode,
    },
    /// The end of the header, and the length of the line that ends it.
    End(HeaderEnd, usize, Option<DefectCode>),
}

/// What follows a line.
enum Next {
    Need,
    Field,
    Blank,
    Other,
}

/// Where a line with its folds ends.
enum Extent {
    Need,
    To(usize),
    TooLong,
}

impl Scanner {
    pub(super) fn header_step<S: Sink>(
        &mut self,
        shared: &mut Shared,
        window: &[u8],
        at_end: bool,
        sink: &mut S,
    ) -> Step {
        let mut pos = 0;
        for _ in 0..S::LINES {
            let rest = &window[pos..];
            let len = match self.header_line(shared, rest, at_end) {
                Found::Need if pos > 0 => return Step::Moved(pos, Signal::None),
                Found::Need => return Step::Need,
                Found::Field { len, name_end, value, odd } => {
                    self.field(shared, rest, len, (name_end, value, odd), sink);
                    len
                }
                Found::Truncated { len, name_end, value, odd } => {
                    self.field(shared, rest, len, (name_end, value, odd), sink);
                    let part = self.at().part;
                    shared.report(sink, DefectCode::FieldBytesLimit, part, self.offset);
                    self.state = State::FieldRest;
                    return Step::Moved(pos + len, Signal::None);
                }
                Found::Other { len, role, code } => {
                    let (part, offset) = (self.at().part, self.offset);
                    self.take(shared, part, role, &rest[..len], sink);
                    shared.report(sink, code, part, offset);
                    if role == Role::NonField {
                        self.header.used += len;
                        self.header.others += 1;
                    } else if let Some(top) = self.stack.last_mut() {
                        top.header = self.offset..self.offset;
                    }
                    len
                }
                Found::End(end, len, code) => {
                    self.finish_header(shared, end, &rest[..len], code, sink);
                    return Step::Moved(pos + len, Signal::None);
                }
            };
            pos += len;
        }
        Step::Moved(pos, Signal::None)
    }

    /// Streams what a field has beyond its limit.
    pub(super) fn field_rest_step<S: Sink>(
        &mut self,
        shared: &mut Shared,
        window: &[u8],
        at_end: bool,
        sink: &mut S,
    ) -> Step {
        let part = self.at().part;
        let room = shared.config.limits.header_octets.saturating_sub(self.header.used);
        // What ends in a line end may be over there or not: that depends on the next octet.
        let (mut end, mut over) = (window.len(), at_end);
        if !at_end {
            end -= usize::from(window.last() == Some(&b'\n'));
        }
        for lf in memchr_iter(b'\n', window) {
            if window.get(lf + 1).is_some_and(|&octet| octet != b' ' && octet != b'\t') {
                (end, over) = (lf + 1, true);
                break;
            }
        }
        if end > room {
            self.header.used += room;
            self.take(shared, part, Role::FieldRest, &window[..room], sink);
            let code = Some(DefectCode::HeaderBytesLimit);
            self.finish_header(shared, HeaderEnd::Limit, &[], code, sink);
            return Step::Moved(room, Signal::None);
        }
        if over {
            self.state = State::Header;
        } else if end == 0 {
            return Step::Need;
        }
        self.header.used += end;
        self.take(shared, part, Role::FieldRest, &window[..end], sink);
        self.searched = 0;
        Step::Moved(end, Signal::None)
    }

    fn header_line(&mut self, shared: &Shared, window: &[u8], at_end: bool) -> Found {
        if self.header.prolog != Prolog::Over
            && let Some(found) = self.prolog(window, at_end)
        {
            return found;
        }
        match window {
            [] if at_end => return Found::End(HeaderEnd::EndOfInput, 0, None),
            [] => return Found::Need,
            [b'\n', ..] => return Found::End(HeaderEnd::Blank, 1, None),
            [b'\r', b'\n', ..] => return Found::End(HeaderEnd::Blank, 2, None),
            [b'\r'] | [b'-'] if !at_end => return Found::Need,
            [b'-', b'-', rest @ ..] => match self.ends_header(shared, rest, at_end) {
                Some(true) => {
                    let code = Some(DefectCode::DelimiterEndsHeaders);
                    return Found::End(HeaderEnd::Delimiter, 0, code);
                }
                Some(false) => {}
                None => return Found::Need,
            },
            _ => {}
        }
        let limits = &shared.config.limits;
        if self.header.fields + self.header.others >= limits.fields {
            return Found::End(HeaderEnd::Limit, 0, Some(DefectCode::FieldCountLimit));
        }
        let room = limits.header_octets.saturating_sub(self.header.used);
        let most = limits.field_octets.min(u32::MAX as usize);
        let len = match self.extent(window, at_end, room.min(most)) {
            Extent::Need => return Found::Need,
            Extent::To(len) => len,
            Extent::TooLong if room <= most => {
                return Found::End(HeaderEnd::Limit, 0, Some(DefectCode::HeaderBytesLimit));
            }
            Extent::TooLong => {
                return match field::classify(&window[..most]) {
                    Line::Field { name_end, value, odd } => {
                        Found::Truncated { len: most, name_end, value, odd }
                    }
                    Line::Doubtful { .. } | Line::Other => {
                        Found::End(HeaderEnd::NonField, 0, Some(DefectCode::NonFieldLine))
                    }
                };
            }
        };
        match field::classify(&window[..len]) {
            Line::Field { name_end, value, odd } => Found::Field { len, name_end, value, odd },
            Line::Doubtful { name_end, value, odd } => match self
                .goes_on(shared, window, len, at_end)
            {
                None => Found::Need,
                Some(true) => Found::Field { len, name_end, value, odd: Some(odd) },
                Some(false) => Found::End(HeaderEnd::NonField, 0, Some(DefectCode::NonFieldLine)),
            },
            Line::Other => {
                let is_fold = window.first().is_some_and(|&octet| octet == b' ' || octet == b'\t');
                let code =
                    if is_fold { DefectCode::FirstLineIsFold } else { DefectCode::NonFieldLine };
                match self.goes_on(shared, window, len, at_end) {
                    None => Found::Need,
                    Some(true) => Found::Other { len, role: Role::NonField, code },
                    Some(false) => Found::End(HeaderEnd::NonField, 0, Some(code)),
                }
            }
        }
    }

    /// What may stand before a message: a byte order mark, empty lines, a line of mbox.
    fn prolog(&mut self, window: &[u8], at_end: bool) -> Option<Found> {
        let other = |len, role, code| Some(Found::Other { len, role, code });
        if self.header.prolog == Prolog::Bom {
            if window.starts_with(BOM) {
                self.header.prolog = Prolog::Blank;
                return other(BOM.len(), Role::Bom, DefectCode::Bom);
            }
            if BOM.starts_with(window) && !at_end {
                return Some(Found::Need);
            }
            self.header.prolog = Prolog::Blank;
        }
        if self.header.prolog == Prolog::Blank {
            let (blanks, lines) = blank_lines(window);
            if blanks > 0 {
                let behind = &window[blanks..];
                let is_field = field::begins_as_field(behind, at_end);
                let goes_on = if lines > LEADING_BLANKS || behind == b"\r" && at_end {
                    Some(false)
                } else if behind == b"\r" {
                    None
                } else if behind.starts_with(FROM_LINE) {
                    Some(true)
                } else if FROM_LINE.starts_with(behind) && !at_end {
                    None
                } else {
                    is_field
                };
                return match goes_on {
                    None => Some(Found::Need),
                    Some(true) => {
                        self.header.prolog = Prolog::FromLine;
                        other(blanks, Role::LeadingBlank, DefectCode::LeadingBlankLine)
                    }
                    Some(false) => {
                        self.header.prolog = Prolog::Over;
                        None
                    }
                };
            }
            if matches!(window, [] | b"\r") && !at_end {
                return Some(Found::Need);
            }
            self.header.prolog = Prolog::FromLine;
        }
        let line = &window[..window.len().min(field::LONGEST_NAME)];
        if line.starts_with(FROM_LINE) {
            match memchr(b'\n', line) {
                Some(lf) => {
                    self.header.prolog = Prolog::Over;
                    return other(lf + 1, Role::MboxFrom, DefectCode::MboxFromLine);
                }
                None if at_end || line.len() < window.len() => {}
                None => return Some(Found::Need),
            }
        } else if FROM_LINE.starts_with(line) && !at_end {
            return Some(Found::Need);
        }
        self.header.prolog = Prolog::Over;
        None
    }

    /// Whether a line that begins with two dashes is a delimiter, of an open multipart or of the one
    /// whose header this is.
    fn ends_header(&mut self, shared: &Shared, rest: &[u8], at_end: bool) -> Option<bool> {
        match self.boundaries.line(rest, at_end) {
            Verdict::Delimiter(_) => return Some(true),
            Verdict::Wait => return None,
            Verdict::Idle(_) | Verdict::Text { .. } | Verdict::No => {}
        }
        if self.frozen {
            return Some(false);
        }
        let header = &mut self.header;
        let own = header.own.get_or_insert_with(|| {
            let value = header.singles.value(Single::CONTENT_TYPE)?;
            let mut findings = Findings::ignored(shared.config.policy);
            let it = ContentType::parse_limited(value, &shared.config.limits, &mut findings);
            it.boundary().filter(|_| it.is_multipart()).map(Box::from)
        });
        own.as_ref().map_or(Some(false), |own| is_delimiter(own, rest, at_end))
    }

    /// Where the line and its folds end.
    fn extent(&mut self, window: &[u8], at_end: bool, most: usize) -> Extent {
        let reach = window.len().min(most.saturating_add(1));
        let mut at = self.searched.min(reach);
        loop {
            let Some(lf) = memchr(b'\n', &window[at..reach]) else {
                self.header.odd_lines = true;
                return match (window.len().cmp(&most), at_end) {
                    (Ordering::Greater, _) => Extent::TooLong,
                    (_, true) => Extent::To(window.len()),
                    (_, false) => {
                        self.searched = window.len();
                        Extent::Need
                    }
                };
            };
            let end = at + lf + 1;
            if end > most {
                self.header.odd_lines = true;
                return Extent::TooLong;
            }
            let is_crlf = end > 1 && window[end - 2] == b'\r';
            self.header.odd_lines |= self.crlf != Some(is_crlf);
            match window.get(end) {
                Some(b' ' | b'\t') => {
                    // A fold of one blank and then text is not looked at again.
                    self.header.odd_lines |= window.get(end + 1).is_none_or(|&octet| octet <= b' ');
                    at = end;
                }
                None if !at_end => {
                    self.searched = end - 1;
                    return Extent::Need;
                }
                Some(_) | None => {
                    // What follows may have to be waited for: not to be searched again.
                    self.searched = end - 1;
                    return Extent::To(end);
                }
            }
        }
    }

    /// Whether the header goes on behind a line that is no field: with a field, or with the empty line
    /// that ends it.
    fn goes_on(
        &mut self,
        shared: &Shared,
        window: &[u8],
        len: usize,
        at_end: bool,
    ) -> Option<bool> {
        match self.next_line(shared, &window[len..], at_end) {
            Next::Need => None,
            Next::Field => Some(true),
            Next::Blank => Some(self.header.fields > 0),
            Next::Other => Some(false),
        }
    }

    fn next_line(&mut self, shared: &Shared, window: &[u8], at_end: bool) -> Next {
        match window {
            [b'\n', ..] | [b'\r', b'\n', ..] => return Next::Blank,
            [] | [b'\r'] | [b'-'] if !at_end => return Next::Need,
            [b'-', b'-', rest @ ..] => match self.ends_header(shared, rest, at_end) {
                Some(true) => return Next::Other,
                Some(false) => {}
                None => return Next::Need,
            },
            _ => {}
        }
        match field::begins_as_field(window, at_end) {
            Some(true) => Next::Field,
            Some(false) => Next::Other,
            None => Next::Need,
        }
    }

    /// Hands over a field, and says what is odd about it.
    fn field<S: Sink>(
        &mut self,
        shared: &mut Shared,
        window: &[u8],
        len: usize,
        (name_end, value, odd): (usize, usize, Option<(DefectCode, usize)>),
        sink: &mut S,
    ) {
        let at = self.at();
        let field = &window[..len];
        let value = field::value(field, value);
        sink.field(at, field, name_end, value.clone());
        let mut report = |code, place| {
            shared.report(sink, code, at.part, at.offset + place as u64);
        };
        if let Some((code, place)) = odd {
            report(code, place);
        }
        let header = &mut self.header;
        let is_plain = self.plain.covers(window, len, at.offset);
        if !is_plain {
            field::inspect_octets(field, value.clone(), &mut report);
        }
        if header.odd_lines || len > field::LONGEST_LINE {
            field::inspect_lines(field, &mut self.crlf, &mut header.mixed_said, &mut report);
            header.odd_lines = false;
        }
        let is_root = self.stack.last().is_some_and(|top| top.is_message_root);
        if let Some(single) = Single::of(&field[..name_end])
            && (is_root || !single.is_of_message())
        {
            let place = (at.offset + value.start as u64, header.fields);
            let pick = shared.config.policy.duplicate_field;
            let seen = header.singles.note(single, &field[value], place, pick);
            if single == Single::CONTENT_TYPE {
                header.own = None;
            }
            if let Seen::Again { same } = seen {
                shared.report(sink, DefectCode::DuplicateSingleton, at.part, at.offset);
                if !same {
                    shared.report(sink, DefectCode::ConflictingDuplicate, at.part, at.offset);
                }
            }
        }
        header.fields += 1;
        header.used += field.len();
        if let Some(top) = self.stack.last_mut() {
            top.fields += 1;
        }
        if is_plain && shared.config.line_statistics {
            self.lines.add_plain(field);
        } else {
            self.count(shared, field);
        }
        self.moved(field);
        self.searched = 0;
    }
}

/// How many octets of empty lines there are at the beginning; one line more than is looked past, at
/// most.
fn blank_lines(window: &[u8]) -> (usize, usize) {
    let (mut len, mut lines) = (0, 0);
    while lines <= LEADING_BLANKS {
        match &window[len..] {
            [b'\n', ..] => len += 1,
            [b'\r', b'\n', ..] => len += 2,
            _ => break,
        }
        lines += 1;
    }
    (len, lines)
}
