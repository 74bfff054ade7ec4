//! Which response it is.

use super::{
    Acl, Condition, Continue, Data, ESearch, List, MailboxStatus, Metadata, Namespaces, Parsed,
    Quota, Response, ResponseCode, SearchResult, Status, Threads, Unparsed, UrlContent, code,
    list::mailbox, store::astrings,
};
use crate::{
    Atom, Capabilities, Cursor, Frame, ParseError, ParseErrorKind, Quirk, ReadOptions,
    ResponseText, Tag,
    class::{ATOM_CHAR, TAG_CHAR, uppercase},
    command::id,
    fetch::{Fetch, read_flags},
    frame::may_hold_literals,
};
use alloc::vec::Vec;
use core::num::NonZeroU32;
use mailwire_core::{BytesRef, Octets};

/// What was read, made where it belongs: it is too large to be handed on from function to function.
type Read = Result<Parsed<Response>, ParseError>;

pub(super) fn response(frame: &Frame, options: ReadOptions) -> Read {
    let cursor = &mut Cursor::new(frame, options);
    cursor.check_line_end()?;
    if cursor.peek() == Some(0) {
        let padding = cursor.rest().iter().take_while(|octet| **octet == 0).count();
        cursor.tolerate(Quirk::NulPadding, 0)?;
        cursor.advance(padding);
    }
    match cursor.peek() {
        Some(b'*') => {
            cursor.advance(1);
            untagged(cursor)
        }
        Some(b'+') => {
            cursor.advance(1);
            let read = continuation(cursor)?;
            done(cursor, Response::Continue(read))
        }
        Some(b'[') if !is_tagged(cursor) => {
            // `[COPYUID …]` alone on a line, from Exchange.
            cursor.tolerate(Quirk::BareCode, cursor.at())?;
            bare_code(cursor)
        }
        Some(b')') if cursor.rest().trim_ascii() == b")" => {
            // The end of a FETCH whose literal was longer than it said (MailKit#361).
            cursor.tolerate(Quirk::ExtraParentheses, cursor.at())?;
            unparsed(cursor)
        }
        _ => tagged(cursor),
    }
}

#[inline(always)]
fn done(cursor: &mut Cursor<'_>, value: Response) -> Read {
    Ok(Parsed { value, repairs: cursor.take_repairs() })
}

/// `response-tagged = tag SP resp-cond-state CRLF`
fn tagged(cursor: &mut Cursor<'_>) -> Read {
    let start = cursor.at();
    let tag = cursor.span(&TAG_CHAR).map_err(|_| ParseErrorKind::BadTag.at(start))?;
    cursor.space()?;
    let at = cursor.at();
    let name = cursor.span(&ATOM_CHAR)?;
    let condition = Condition::from_name(&name).ok_or(ParseErrorKind::BadArgument.at(at))?;
    if matches!(condition, Condition::Bye | Condition::PreAuth) {
        cursor.tolerate(Quirk::TaggedBye, at)?;
    }
    status(cursor, Some(tag), condition)
}

/// Whether a tag and a condition come next: a tag may begin with a bracket.
fn is_tagged(cursor: &Cursor<'_>) -> bool {
    let rest = cursor.rest();
    let Some((b' ', behind)) = rest[TAG_CHAR.span(rest)..].split_first() else { return false };
    Condition::from_name(&behind[..ATOM_CHAR.span(behind)]).is_some()
}

/// Behind the condition: `SP resp-text`
fn status(cursor: &mut Cursor<'_>, tag: Option<BytesRef<'_>>, condition: Condition) -> Read {
    let (mut code, mut text) = (None, ResponseText::EMPTY);
    if cursor.eat(b' ') {
        (code, text) = resp_text(cursor)?;
    } else if cursor.is_at_end() {
        cursor.tolerate(Quirk::MissingText, cursor.at())?;
    } else {
        return Err(cursor.error());
    }
    let tag = tag.map(Tag::from_scanned);
    done(cursor, Response::Status(Status { tag, condition, code, text }))
}

/// `resp-text = ["[" resp-text-code "]" SP] [text]` (RFC 9051 §9; RFC 3501 has no empty text)
fn resp_text(cursor: &mut Cursor<'_>) -> Result<(Option<ResponseCode>, ResponseText), ParseError> {
    let mut code = None;
    if cursor.peek() == Some(b'[') {
        code = code::read(cursor)?;
    }
    if code.is_some() && !cursor.eat(b' ') {
        let quirk = if cursor.is_at_end() { Quirk::MissingText } else { Quirk::MissingSpace };
        cursor.tolerate(quirk, cursor.at())?;
    }
    Ok((code, text(cursor)?))
}

/// `continue-req = "+" SP (resp-text / base64) CRLF`
fn continuation(cursor: &mut Cursor<'_>) -> Result<Continue, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b' ') {
        let quirk = if cursor.is_at_end() { Quirk::MissingText } else { Quirk::MissingSpace };
        cursor.tolerate(quirk, start)?;
    }
    let (code, text) = resp_text(cursor)?;
    Ok(Continue { code, text })
}

/// `text`, up to the end
fn text(cursor: &mut Cursor<'_>) -> Result<ResponseText, ParseError> {
    let start = cursor.at();
    let text = rest(cursor);
    // Line feeds cannot be among them but behind a literal, nor are they reported.
    let Some(at) = memchr::memchr3(0, b'\r', b'\n', &text) else {
        return Ok(ResponseText::from_scanned(text));
    };
    if let Some(at) = memchr::memchr2(0, b'\r', &text[at..]).map(|behind| at + behind) {
        cursor.tolerate(Quirk::ControlInText, start + at)?;
    }
    let text = ResponseText::from_wire(text);
    // What is no code with them must not become one without them, nor announce a literal at its end.
    let is_misread = code::begins(&text) || may_hold_literals(&text);
    Ok(if is_misread { ResponseText::clean(&*text) } else { text })
}

/// Everything up to the end.
fn rest(cursor: &mut Cursor<'_>) -> Octets {
    let start = cursor.at();
    let len = cursor.rest().len();
    cursor.advance(len);
    Octets::from_ref(cursor.since(start))
}

fn bare_code(cursor: &mut Cursor<'_>) -> Read {
    let start = cursor.at();
    let code = code::read(cursor)?.ok_or(ParseErrorKind::BadArgument.at(start))?;
    cursor.eat(b' ');
    let text = text(cursor)?;
    done(cursor, Response::Data(Data::Code { code, text }))
}

/// Behind `*`.
fn untagged(cursor: &mut Cursor<'_>) -> Read {
    let start = cursor.at();
    cursor.space()?;
    match cursor.peek() {
        Some(b'0'..=b'9') => return numbered(cursor),
        Some(b'[') => {
            cursor.tolerate(Quirk::BareCode, start)?;
            return bare_code(cursor);
        }
        _ => {}
    }
    let Ok(name) = cursor.span(&ATOM_CHAR) else { return unparsed(cursor) };
    if let Some(condition) = Condition::from_name(&name) {
        return status(cursor, None, condition);
    }
    let from = cursor.at();
    let Some(data) = data(cursor, &name)? else {
        cursor.back_to(from);
        return other(cursor, None, name);
    };
    cursor.end()?;
    done(cursor, Response::Data(data))
}

/// Something that is not known, from behind its name.
fn other(cursor: &mut Cursor<'_>, number: Option<u32>, name: BytesRef<'_>) -> Read {
    match cursor.raws().and_then(|values| cursor.end().map(|()| values)) {
        Ok(values) => {
            let name = Atom::from_scanned(name);
            done(cursor, Response::Data(Data::Other { number, name, values }))
        }
        Err(_) => unparsed(cursor),
    }
}

/// A line that makes no sense, kept as it came; one with a literal in it is an error.
fn unparsed(cursor: &mut Cursor<'_>) -> Read {
    let error = cursor.error();
    cursor.back_to(0);
    cursor.tolerate(Quirk::Other, error.offset)?;
    let line = Unparsed::new(rest(cursor)).ok_or(error)?;
    done(cursor, Response::Data(Data::Unparsed(line)))
}

/// `message-data`, `mailbox-data`: a number first.
#[inline]
fn numbered(cursor: &mut Cursor<'_>) -> Read {
    let start = cursor.at();
    let number = cursor.number()?;
    let zero_first = number > 0 && cursor.since(start).first() == Some(&b'0');
    cursor.space()?;
    let Ok(name) = cursor.span(&ATOM_CHAR) else { return unparsed(cursor) };
    let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
    let not_zero = || NonZeroU32::new(number).ok_or(ParseErrorKind::BadNumber.at(start));
    if zero_first && (is(b"FETCH") || is(b"UIDFETCH") || is(b"EXPUNGE")) {
        cursor.tolerate(Quirk::LeadingZero, start)?;
    }
    if is(b"FETCH") || is(b"UIDFETCH") {
        let by_uid = name.len() > 5;
        let fetch = Fetch::read(cursor, not_zero()?, by_uid)?;
        return done(cursor, Response::Data(Data::Fetch(fetch)));
    }
    let data = if is(b"EXISTS") {
        Data::Exists(number)
    } else if is(b"EXPUNGE") {
        Data::Expunge(not_zero()?)
    } else if is(b"RECENT") {
        Data::Recent(number)
    } else {
        return other(cursor, Some(number), name);
    };
    cursor.end()?;
    done(cursor, Response::Data(data))
}

/// Behind the name; nothing if the name is not known.
fn data(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Data>, ParseError> {
    let mut upper = [0; 12];
    Ok(Some(match uppercase(name, &mut upper) {
        b"LIST" => Data::List(List::read(cursor)?),
        b"STATUS" => Data::Status(MailboxStatus::read(cursor)?),
        b"SEARCH" => Data::Search(SearchResult::read(cursor)?),
        b"ESEARCH" => Data::ESearch(ESearch::read(cursor)?),
        b"FLAGS" => {
            cursor.space()?;
            Data::Flags(read_flags(cursor)?)
        }
        b"CAPABILITY" => Data::Capability(Capabilities::read(cursor)?),
        b"ENABLED" => Data::Enabled(Capabilities::read(cursor)?),
        b"VANISHED" => vanished(cursor)?,
        b"LSUB" => Data::Lsub(List::read(cursor)?),
        b"XLIST" => Data::XList(List::read(cursor)?),
        b"SORT" => Data::Sort(SearchResult::read(cursor)?),
        b"THREAD" => Data::Thread(Threads::read(cursor)?),
        b"NAMESPACE" => Data::Namespace(Namespaces::read(cursor)?),
        b"ID" => {
            cursor.space()?;
            Data::Id(id(cursor)?)
        }
        b"QUOTA" => Data::Quota(Quota::read(cursor)?),
        b"QUOTAROOT" => {
            cursor.space()?;
            Data::QuotaRoot { mailbox: mailbox(cursor)?, roots: astrings(cursor)? }
        }
        b"ACL" => Data::Acl(Acl::read(cursor)?),
        b"LISTRIGHTS" => list_rights(cursor)?,
        b"MYRIGHTS" => {
            cursor.space()?;
            let mailbox = mailbox(cursor)?;
            cursor.space()?;
            Data::MyRights { mailbox, rights: cursor.checked_astring()? }
        }
        b"METADATA" => Data::Metadata(Metadata::read(cursor)?),
        b"LANGUAGE" => {
            cursor.space()?;
            Data::Language(cursor.list_of_some(Cursor::checked_astring)?)
        }
        b"COMPARATOR" => {
            cursor.space()?;
            let active = cursor.checked_astring()?;
            let mut matching = Vec::new();
            if cursor.eat(b' ') {
                matching = cursor.list_of_some(Cursor::checked_astring)?;
            }
            Data::Comparator { active, matching }
        }
        b"GENURLAUTH" => {
            let urls = astrings(cursor)?;
            if urls.is_empty() {
                cursor.tolerate(Quirk::MissingField, cursor.at())?;
            }
            Data::GenUrlAuth(urls)
        }
        b"URLFETCH" => url_fetch(cursor)?,
        b"JMAPACCESS" => {
            cursor.space()?;
            Data::JmapAccess(cursor.checked_string()?)
        }
        b"UIDBATCHES" => uid_batches(cursor)?,
        _ => return Ok(None),
    }))
}

/// `"VANISHED" [SP "(EARLIER)"] SP known-uids`, behind the name
fn vanished(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    cursor.space()?;
    let earlier = cursor.eat_keyword(b"(EARLIER)");
    if earlier {
        cursor.space()?;
    }
    Ok(Data::Vanished { earlier, uids: cursor.uid_set()? })
}

/// `"LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)`, behind the name
fn list_rights(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    cursor.space()?;
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    let identifier = cursor.checked_astring()?;
    cursor.space()?;
    let required = cursor.checked_astring()?;
    Ok(Data::ListRights { mailbox, identifier, required, optional: astrings(cursor)? })
}

/// `1*(SP urldata)`
fn url_fetch(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    let mut urls = Vec::new();
    while cursor.peek() == Some(b' ') {
        cursor.space()?;
        urls.push(UrlContent::read(cursor)?);
        cursor.limit(urls.len())?;
    }
    if urls.is_empty() {
        cursor.tolerate(Quirk::MissingField, cursor.at())?;
    }
    Ok(Data::UrlFetch(urls))
}

/// `"UIDBATCHES" SP "(TAG" SP string ")" [SP uid-range *("," uid-range)]`, behind the name
fn uid_batches(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    cursor.space()?;
    cursor.expect(b'(')?;
    if !cursor.eat_keyword(b"TAG ") {
        return Err(cursor.error());
    }
    let start = cursor.at();
    let tag = Tag::from_octets(&cursor.astring()?).ok_or(ParseErrorKind::BadTag.at(start))?;
    cursor.expect(b')')?;
    let batches = if cursor.eat(b' ') { Some(cursor.uid_ranges()?) } else { None };
    Ok(Data::UidBatches { tag, batches })
}
