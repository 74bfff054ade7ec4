//! Reads codes.

use super::{CodeAnnotate, CodeAnnotations, CodeMetadata, ResponseCode, UrlMechanism, WordCode};
use crate::{
    AString, Atom, Capabilities, CodeText, Cursor, Frame, ParseError, ParseErrorKind, Quirk,
    ReadOptions, Tag,
    class::{ATOM_CHAR, uppercase},
};
use alloc::vec::Vec;
use bytes::Bytes;
use mailwire_core::{ByteSet, Octets};

/// What the name of a mechanism for URLs may hold (RFC 4467 §9).
const MECHANISM: ByteSet = ATOM_CHAR.without(b"=");

/// Codes that say nothing without a value.
const WITH_VALUE: [&[u8]; 19] = [
    b"PERMANENTFLAGS",
    b"UIDNEXT",
    b"UIDVALIDITY",
    b"UNSEEN",
    b"APPENDUID",
    b"COPYUID",
    b"HIGHESTMODSEQ",
    b"MODIFIED",
    b"MAILBOXID",
    b"METADATA",
    b"BADURL",
    b"REFERRAL",
    b"MESSAGELIMIT",
    b"NOUPDATE",
    b"UNDEFINED-FILTER",
    b"URLMECH",
    b"ANNOTATIONS",
    b"ANNOTATE",
    b"BADEVENT",
];

/// `"[" resp-text-code "]"`, the bracket already seen. `None` if what is between brackets is no code: it is
/// text then, and the cursor is where it was.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Option<ResponseCode>, ParseError> {
    let start = cursor.at();
    let code = code(cursor);
    if code.is_ok() && cursor.eat(b']') {
        return code.map(Some);
    }
    // The known ones may come damaged: what is between the brackets is kept as it is.
    cursor.back_to(start + 1);
    let Ok(name) = cursor.span(&ATOM_CHAR) else {
        cursor.back_to(start);
        cursor.tolerate(Quirk::BracketInText, start)?;
        return Ok(None);
    };
    let name = Atom::from_scanned(name);
    let value = if cursor.eat(b' ') { text(cursor).map(Some) } else { Ok(None) };
    let (Ok(value), true) = (value, cursor.eat(b']')) else {
        cursor.back_to(start);
        cursor.tolerate(Quirk::BracketInText, start)?;
        return Ok(None);
    };
    cursor.tolerate(Quirk::Other, start)?;
    Ok(Some(ResponseCode::Other { name, value }))
}

/// Whether text would be read as a code.
pub(crate) fn begins(text: &[u8]) -> bool {
    if text.first() != Some(&b'[') {
        return false;
    }
    let frame = Frame::new(Bytes::copy_from_slice(text));
    matches!(read(&mut Cursor::new(&frame, ReadOptions::STANDARD)), Ok(Some(_)))
}

/// A code without its closing bracket; an error for everything that is not known.
fn code(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    cursor.expect(b'[')?;
    let name = cursor.span(&ATOM_CHAR)?;
    if let Some(word) = WordCode::from_name(&name) {
        return Ok(ResponseCode::Word(word));
    }
    let mut upper = [0; 20];
    let upper = uppercase(&name, &mut upper);
    match upper {
        b"CAPABILITY" => return Ok(ResponseCode::Capability(Capabilities::read(cursor)?)),
        b"BADCHARSET" => return bad_charset(cursor),
        b"INPROGRESS" => return in_progress(cursor),
        _ => {}
    }
    if cursor.peek() != Some(b' ') && !WITH_VALUE.contains(&upper) {
        return Ok(ResponseCode::Other { name: Atom::from_scanned(name), value: None });
    }
    match upper {
        b"BADURL" | b"REFERRAL" => {
            cursor.expect(b' ')?;
            let url = text(cursor)?;
            let is_bad = upper == b"BADURL";
            return Ok(if is_bad {
                ResponseCode::BadUrl(url)
            } else {
                ResponseCode::Referral(url)
            });
        }
        _ => {}
    }
    let at_name = cursor.at();
    cursor.space()?;
    let start = cursor.at();
    Ok(match upper {
        b"PERMANENTFLAGS" => {
            ResponseCode::PermanentFlags(crate::fetch::read_permanent_flags(cursor)?)
        }
        b"UIDNEXT" => ResponseCode::UidNext(cursor.odd_nz_number()?),
        b"UIDVALIDITY" => ResponseCode::UidValidity(cursor.odd_nz_number()?),
        b"UNSEEN" => ResponseCode::Unseen(cursor.odd_nz_number()?),
        b"APPENDUID" => {
            let uid_validity = cursor.odd_nz_number()?;
            cursor.space()?;
            ResponseCode::AppendUid { uid_validity, uids: cursor.uid_set()? }
        }
        b"COPYUID" => copy_uid(cursor)?,
        b"HIGHESTMODSEQ" => ResponseCode::HighestModSeq(cursor.mod_sequence()?),
        b"MODIFIED" => ResponseCode::Modified(cursor.sequence_set()?),
        b"MAILBOXID" => ResponseCode::MailboxId(cursor.object_id_in_parentheses()?),
        b"METADATA" => ResponseCode::Metadata(metadata(cursor)?),
        b"APPENDLIMIT" => ResponseCode::AppendLimit(cursor.number64()?),
        b"MESSAGELIMIT" => {
            let limit = cursor.odd_nz_number()?;
            let uid = if cursor.eat(b' ') { Some(cursor.nz_number()?) } else { None };
            ResponseCode::MessageLimit { limit, uid }
        }
        b"NOUPDATE" => {
            let tag = Tag::from_octets(&cursor.string()?);
            ResponseCode::NoUpdate(tag.ok_or(ParseErrorKind::BadTag.at(start))?)
        }
        b"UNDEFINED-FILTER" => ResponseCode::UndefinedFilter(cursor.filter_name()?),
        b"URLMECH" => url_mech(cursor)?,
        b"ANNOTATIONS" => ResponseCode::Annotations(CodeAnnotations::read(cursor)?),
        b"ANNOTATE" => ResponseCode::Annotate(CodeAnnotate::read(cursor)?),
        b"BADEVENT" => ResponseCode::BadEvent(cursor.list_of_some(atom)?),
        _ => {
            cursor.back_to(at_name + 1);
            ResponseCode::Other { name: Atom::from_scanned(name), value: Some(text(cursor)?) }
        }
    })
}

/// Anything up to the bracket. A value in quotes or parentheses may hold one.
fn text(cursor: &mut Cursor<'_>) -> Result<CodeText, ParseError> {
    let start = cursor.at();
    if !matches!(cursor.peek(), Some(b'"' | b'('))
        || cursor.skip_value().is_err()
        || cursor.peek() != Some(b']')
    {
        cursor.back_to(start);
        cursor.advance(CodeText::span(cursor.rest()));
    }
    CodeText::from_wire(Octets::from_ref(cursor.since(start)))
        .ok_or(ParseErrorKind::BadArgument.at(start))
}

fn atom(cursor: &mut Cursor<'_>) -> Result<Atom, ParseError> {
    cursor.span(&ATOM_CHAR).map(Atom::from_scanned)
}

/// `"BADCHARSET" [SP "(" charset *(SP charset) ")" ]`
fn bad_charset(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let mut charsets = Vec::new();
    if cursor.eat(b' ') {
        charsets = cursor.list_of_some(|cursor| match cursor.peek() {
            Some(b'"' | b'{') => cursor.checked_string(),
            _ => atom(cursor).map(AString::from),
        })?;
    }
    Ok(ResponseCode::BadCharset(charsets))
}

/// `"COPYUID" SP nz-number SP uid-set SP uid-set`
fn copy_uid(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let uid_validity = cursor.odd_nz_number()?;
    let start = cursor.at();
    cursor.skip_extra_spaces_before(b']');
    if cursor.peek() == Some(b']') {
        // Nothing was copied.
        cursor.tolerate(Quirk::MissingField, start)?;
        return Ok(ResponseCode::CopyUid { uid_validity, uids: None });
    }
    cursor.space()?;
    let source = cursor.uid_set()?;
    cursor.space()?;
    let target = cursor.uid_set()?;
    Ok(ResponseCode::CopyUid { uid_validity, uids: Some((source, target)) })
}

/// `"METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")`
fn metadata(cursor: &mut Cursor<'_>) -> Result<CodeMetadata, ParseError> {
    let mut with_number = |keyword: &[u8]| -> Result<Option<u64>, ParseError> {
        if !cursor.eat_keyword(keyword) {
            return Ok(None);
        }
        cursor.space()?;
        cursor.number64().map(Some)
    };
    if let Some(octets) = with_number(b"LONGENTRIES")? {
        return Ok(CodeMetadata::LongEntries(octets));
    }
    if let Some(octets) = with_number(b"MAXSIZE")? {
        return Ok(CodeMetadata::MaxSize(octets));
    }
    if cursor.eat_keyword(b"TOOMANY") {
        return Ok(CodeMetadata::TooMany);
    }
    if cursor.eat_keyword(b"NOPRIVATE") { Ok(CodeMetadata::NoPrivate) } else { Err(cursor.error()) }
}

/// `"URLMECH" SP "INTERNAL" *(SP mechanism ["=" base64])`
fn url_mech(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    if !cursor.eat_keyword(b"INTERNAL") {
        return Err(cursor.error());
    }
    let mut mechanisms = Vec::new();
    while cursor.peek() != Some(b']') {
        cursor.space()?;
        let start = cursor.at();
        let name = Atom::from_scanned(cursor.span(&MECHANISM)?);
        let value = if cursor.eat(b'=') { Some(atom(cursor)?) } else { None };
        let mechanism = UrlMechanism::new(name, value);
        mechanisms.push(mechanism.map_err(|_| ParseErrorKind::BadArgument.at(start))?);
        cursor.limit(mechanisms.len())?;
    }
    Ok(ResponseCode::UrlMech(mechanisms))
}

/// `"INPROGRESS" [SP "(" (quoted / nil) SP (number / nil) SP (nz-number / nil) ")"]`
fn in_progress(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    if !cursor.eat(b' ') {
        return Ok(ResponseCode::InProgress { tag: None, done: None, total: None });
    }
    cursor.expect(b'(')?;
    let start = cursor.at();
    let tag = match cursor.nstring()? {
        Some(text) => {
            let tag = Tag::from_octets(&text);
            if tag.is_none() {
                cursor.tolerate(Quirk::Other, start)?;
            }
            tag
        }
        None => None,
    };
    cursor.space()?;
    let start = cursor.at();
    let done = if cursor.eat_keyword(b"NIL") { None } else { Some(cursor.number()?) };
    cursor.space()?;
    let total = if cursor.eat_keyword(b"NIL") { None } else { Some(cursor.odd_nz_number()?) };
    if done.is_none() && total.is_some() {
        cursor.tolerate(Quirk::WrongShape, start)?;
    }
    cursor.expect(b')')?;
    Ok(ResponseCode::InProgress { tag, done, total })
}
