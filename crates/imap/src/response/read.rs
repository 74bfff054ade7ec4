//! Which response it is.

use super::{
    Acl, Condition, Continue, Data, ESearch, List, MailboxStatus, Metadata, Namespaces, Parsed,
    Quota, Response, SearchResult, Status, Threads, code, list::mailbox, store::astrings,
};
use crate::{
    Capabilities, Cursor, Frame, ParseError, ParseErrorKind, Quirk, ReadOptions, Tag,
    class::TAG_CHAR,
    fetch::{Fetch, read_flags},
};
use alloc::vec::Vec;
use core::num::NonZeroU32;
use mailwire_core::{ByteSet, BytesRef, Octets};

/// What the name of a response may hold.
const NAME: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"()[]\"{");

/// What was read, made where it belongs: it is too large to be handed on from function to function.
type Read = Result<Parsed<Response>, ParseError>;

pub(super) fn response(frame: &Frame, options: ReadOptions) -> Read {
    let cursor = &mut Cursor::new(frame, options);
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
        Some(b'[') => {
            // `[COPYUID …]` alone on a line, from Exchange.
            cursor.tolerate(Quirk::BareCode, cursor.at())?;
            bare_code(cursor)
        }
        Some(b')') if cursor.rest().trim_ascii() == b")" => {
            // The end of a FETCH whose literal was longer than it said (MailKit#361).
            cursor.tolerate(Quirk::ExtraParentheses, cursor.at())?;
            let value = rest(cursor);
            let name = Octets::default();
            done(cursor, Response::Data(Data::Other { number: None, name, value }))
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
    let name = cursor.span(&NAME)?;
    let condition = Condition::from_name(&name).ok_or(ParseErrorKind::BadArgument.at(at))?;
    if matches!(condition, Condition::Bye | Condition::PreAuth) {
        cursor.tolerate(Quirk::TaggedBye, at)?;
    }
    status(cursor, Some(tag), condition)
}

/// Behind the condition: `SP resp-text`
fn status(cursor: &mut Cursor<'_>, tag: Option<BytesRef<'_>>, condition: Condition) -> Read {
    let start = cursor.at();
    let (mut code, mut text) = (None, Octets::default());
    if cursor.eat(b' ') {
        if cursor.peek() == Some(b'[') {
            code = code::read(cursor)?;
        }
        if code.is_some() {
            cursor.eat(b' ');
        }
        text = self::text(cursor)?;
        if text.is_empty() && cursor.is_lenient() {
            cursor.note(Quirk::MissingText, start);
        }
    } else if cursor.is_at_end() {
        cursor.tolerate(Quirk::MissingText, start)?;
    } else {
        return Err(cursor.error());
    }
    let tag = tag.map(Tag::from_scanned);
    done(cursor, Response::Status(Status { tag, condition, code, text }))
}

/// `continue-req = "+" SP (resp-text / base64) CRLF`
fn continuation(cursor: &mut Cursor<'_>) -> Result<Continue, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b' ') {
        let quirk = if cursor.is_at_end() { Quirk::MissingText } else { Quirk::MissingSpace };
        cursor.tolerate(quirk, start)?;
    }
    Ok(Continue { text: text(cursor)? })
}

/// `text`, up to the end
fn text(cursor: &mut Cursor<'_>) -> Result<Octets, ParseError> {
    let start = cursor.at();
    let text = rest(cursor);
    if let Some(at) = memchr::memchr2(0, b'\r', &text) {
        cursor.tolerate(Quirk::ControlInText, start + at)?;
    }
    Ok(text)
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
    rest(cursor);
    done(cursor, Response::Data(Data::Code(code)))
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
    let name = cursor.span(&NAME)?;
    if let Some(condition) = Condition::from_name(&name) {
        return status(cursor, None, condition);
    }
    let from = cursor.at();
    let Some(data) = data(cursor, &name)? else { return other(cursor, from, None, &name) };
    cursor.end()?;
    done(cursor, Response::Data(data))
}

/// Something that is not known, from behind its name.
fn other(cursor: &mut Cursor<'_>, from: usize, number: Option<u32>, name: &[u8]) -> Read {
    cursor.back_to(from);
    if !matches!(cursor.peek(), Some(b' ') | None) {
        return Err(cursor.error());
    }
    cursor.eat(b' ');
    let value = rest(cursor);
    done(cursor, Response::Data(Data::Other { number, name: name.into(), value }))
}

/// `message-data`, `mailbox-data`: a number first.
#[inline]
fn numbered(cursor: &mut Cursor<'_>) -> Read {
    let start = cursor.at();
    let number = cursor.number()?;
    cursor.space()?;
    let name = cursor.span(&NAME)?;
    let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
    let not_zero = || NonZeroU32::new(number).ok_or(ParseErrorKind::BadNumber.at(start));
    if is(b"FETCH") || is(b"UIDFETCH") {
        let by_uid = name.len() > 5;
        let fetch = Fetch::read(cursor, not_zero()?, by_uid)?;
        return done(cursor, Response::Data(Data::Fetch(fetch)));
    }
    let data = if is(b"EXISTS") {
        Data::Exists(number)
    } else if is(b"EXPUNGE") {
        Data::Expunge(not_zero()?.get())
    } else if is(b"RECENT") {
        Data::Recent(number)
    } else {
        return other(cursor, cursor.at(), Some(number), &name);
    };
    cursor.end()?;
    done(cursor, Response::Data(data))
}

/// Behind the name; nothing if the name is not known.
fn data(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Data>, ParseError> {
    let mut upper = [0; 12];
    let Some(known) = upper.get_mut(..name.len()) else { return Ok(None) };
    known.copy_from_slice(name);
    known.make_ascii_uppercase();
    Ok(Some(match &*known {
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
        b"ID" => id(cursor)?,
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
            Data::MyRights { mailbox, rights: cursor.astring()? }
        }
        b"METADATA" => Data::Metadata(Metadata::read(cursor)?),
        b"LANGUAGE" => {
            cursor.space()?;
            Data::Language(parenthesised(cursor)?)
        }
        b"COMPARATOR" => {
            cursor.space()?;
            let active = cursor.astring()?;
            let matching = if cursor.eat(b' ') { parenthesised(cursor)? } else { Vec::new() };
            Data::Comparator { active, matching }
        }
        b"GENURLAUTH" => Data::GenUrlAuth(astrings(cursor)?),
        b"URLFETCH" => url_fetch(cursor)?,
        b"JMAPACCESS" => {
            cursor.space()?;
            Data::JmapAccess(cursor.string()?)
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
    Ok(Data::Vanished { earlier, uids: cursor.sequence_set()? })
}

/// `"ID" SP id-params-list`, behind the name
fn id(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    cursor.space()?;
    if cursor.eat_keyword(b"NIL") {
        return Ok(Data::Id(None));
    }
    cursor.expect(b'(')?;
    let mut params = Vec::new();
    loop {
        while cursor.eat(b' ') {}
        if cursor.eat(b')') {
            return Ok(Data::Id(Some(params)));
        }
        let name = cursor.string()?;
        cursor.space()?;
        params.push((name, cursor.nstring()?));
        if params.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        cursor.space_or_close()?;
    }
}

/// `"LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)`, behind the name
fn list_rights(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    cursor.space()?;
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    let identifier = cursor.astring()?;
    cursor.space()?;
    let required = cursor.astring()?;
    Ok(Data::ListRights { mailbox, identifier, required, optional: astrings(cursor)? })
}

/// `"(" astring *(SP astring) ")"`
fn parenthesised(cursor: &mut Cursor<'_>) -> Result<Vec<Octets>, ParseError> {
    cursor.expect(b'(')?;
    let mut strings = Vec::new();
    while !cursor.eat(b')') {
        strings.push(cursor.astring()?);
        cursor.space_or_close()?;
    }
    Ok(strings)
}

/// `*(SP url SP nstring)`
fn url_fetch(cursor: &mut Cursor<'_>) -> Result<Data, ParseError> {
    let mut urls = Vec::new();
    while cursor.eat(b' ') {
        let url = cursor.astring()?;
        cursor.space()?;
        urls.push((url, cursor.nstring()?));
        if urls.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
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
    let tag = cursor.astring()?;
    cursor.expect(b')')?;
    let batches = if cursor.eat(b' ') { Some(cursor.sequence_set()?) } else { None };
    Ok(Data::UidBatches { tag, batches })
}
