//! Reads one item after the other.

use super::{
    FetchData, FetchItem, annotation,
    flags::{FLAG, flags},
    name::Name,
};
use crate::{
    AString, Cursor, DateTime, ItemName, ObjectId, ParseError, ParseErrorKind, Quirk, Section,
    SectionText,
    cursor::StringSpan,
    fetch::{BodyStructure, Envelope},
};
use alloc::vec::Vec;
use core::num::NonZeroU32;
use mailwire_core::Octets;

/// The next item, or nothing behind the last, which `done` says then.
pub(super) fn next(cursor: &mut Cursor<'_>, done: &mut bool) -> Option<FetchItem> {
    // In place: an item is too large to be handed on from function to function.
    let mut item = None;
    *done = !next_into(cursor, &mut item);
    item
}

/// Says whether there is one.
#[inline(always)]
fn next_into(cursor: &mut Cursor<'_>, item: &mut Option<FetchItem>) -> bool {
    let is_first = cursor.byte_before(cursor.at()) == Some(b'(');
    separator(cursor, is_first);
    let first_at = cursor.at();
    // Some servers close the list early, or put another list around it.
    while let Some(parenthesis @ (b'(' | b')')) = cursor.peek() {
        let at = cursor.at();
        cursor.advance(1);
        if parenthesis == b')' && cursor.rest().iter().all(u8::is_ascii_whitespace) {
            if is_first && at == first_at {
                cursor.note(Quirk::EmptyList, at);
            }
            return false;
        }
        cursor.note(Quirk::ExtraParentheses, at);
        while cursor.peek() == Some(b' ') {
            cursor.advance(1);
        }
    }
    if cursor.is_at_end() {
        cursor.note(Quirk::MissingParenthesis, cursor.at());
        return false;
    }
    let start = cursor.at();
    let (name, len) = Name::usual(cursor.rest()).unwrap_or_else(|| any_name(cursor.rest()));
    cursor.advance(len);
    let behind = cursor.at();
    let read = match name {
        Name::Other => other(cursor, start, item),
        known => read(cursor, known, item),
    };
    if let Err(why) = read {
        cursor.back_to(behind);
        let name = Octets::from_ref(cursor.since(start));
        let is_name = |word: &[u8]| !matches!(Name::of(word), Name::Other);
        *item = Some(FetchItem::Invalid { name, raw: cursor.rest_of_item(is_name), why });
    }
    true
}

/// The name that comes next, and its length.
fn any_name(text: &[u8]) -> (Name, usize) {
    let len = ItemName::WORD.span(text);
    (Name::of(&text[..len]), len)
}

/// All that is left, as one item: there are more than the limit. Nothing if there is nothing left.
#[cold]
pub(super) fn too_many(cursor: &mut Cursor<'_>) -> Option<FetchItem> {
    let why = ParseErrorKind::TooMany.at(cursor.at());
    let raw = cursor.rest_of_list();
    let has_items = !raw.iter().all(|octet| b" ()".contains(octet));
    has_items.then_some(FetchItem::Invalid { name: Octets::default(), raw, why })
}

/// The space between two items, and none where there are not two.
#[inline]
fn separator(cursor: &mut Cursor<'_>, is_first: bool) {
    let start = cursor.at();
    while cursor.peek() == Some(b' ') {
        cursor.advance(1);
    }
    let expected = usize::from(!is_first && !matches!(cursor.peek(), None | Some(b'(' | b')')));
    if cursor.at() > start + expected {
        cursor.note(Quirk::ExtraSpace, start + expected);
    } else if cursor.at() < start + expected {
        cursor.note(Quirk::MissingSpace, start);
    }
}

/// An item behind its name.
#[inline]
fn read(
    cursor: &mut Cursor<'_>,
    name: Name,
    item: &mut Option<FetchItem>,
) -> Result<(), ParseError> {
    if !matches!(name, Name::Body | Name::Binary | Name::BinarySize) {
        cursor.space()?;
    }
    *item = Some(match name {
        Name::Uid => FetchItem::Uid(cursor.odd_nz_number()?),
        Name::Flags => FetchItem::Flags(flags(cursor)?),
        Name::InternalDate => FetchItem::InternalDate(internal_date(cursor)?),
        Name::Size => FetchItem::Size(cursor.odd_number64()?),
        Name::ModSeq => FetchItem::ModSeq(mod_seq(cursor)?),
        Name::Envelope => FetchItem::Envelope(Envelope::read(cursor)?),
        Name::BodyStructure => FetchItem::BodyStructure(BodyStructure::read(cursor)?),
        Name::Body if cursor.peek() == Some(b'[') => {
            let section = section(cursor)?;
            let origin = origin(cursor)?;
            space_before_data(cursor)?;
            FetchItem::Section { section, origin, data: data(cursor)? }
        }
        Name::Body => {
            cursor.space()?;
            FetchItem::Body(BodyStructure::read(cursor)?)
        }
        Name::Binary => {
            let part = binary_part(cursor)?;
            let origin = origin(cursor)?;
            space_before_data(cursor)?;
            FetchItem::Binary { part, origin, data: data8(cursor)? }
        }
        Name::BinarySize => {
            let part = binary_part(cursor)?;
            cursor.space()?;
            FetchItem::BinarySize { part, size: cursor.number64()? }
        }
        Name::Rfc822 => FetchItem::Rfc822(data(cursor)?),
        Name::Rfc822Header => FetchItem::Rfc822Header(data(cursor)?),
        Name::Rfc822Text => FetchItem::Rfc822Text(data(cursor)?),
        Name::EmailId => {
            let error = ParseErrorKind::BadArgument.at(cursor.at());
            FetchItem::EmailId(object_id(cursor)?.ok_or(error)?)
        }
        Name::ThreadId => FetchItem::ThreadId(object_id(cursor)?),
        Name::Preview => FetchItem::Preview(preview(cursor)?),
        Name::SaveDate => FetchItem::SaveDate(date(cursor)?),
        Name::GmailMessageId => FetchItem::GmailMessageId(cursor.decimal()?),
        Name::GmailThreadId => FetchItem::GmailThreadId(cursor.decimal()?),
        Name::GmailLabels => FetchItem::GmailLabels(labels(cursor)?),
        Name::Annotation => FetchItem::Annotation(annotation::read(cursor)?),
        Name::Other => return Err(cursor.error()),
    });
    Ok(())
}

/// `SP`; a string is known without it
fn space_before_data(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.is_at_string() {
        return cursor.tolerate(Quirk::MissingSpace, cursor.at());
    }
    cursor.space()
}

/// `date-time`. Some servers have NIL.
fn internal_date(cursor: &mut Cursor<'_>) -> Result<Option<DateTime>, ParseError> {
    let start = cursor.at();
    let date = date(cursor)?;
    if date.is_none() {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
    }
    Ok(date)
}

/// A quoted date and time, or NIL.
fn date(cursor: &mut Cursor<'_>) -> Result<Option<DateTime>, ParseError> {
    let start = cursor.at();
    let is_quoted = cursor.peek() == Some(b'"');
    let Some(text) = cursor.nstring()? else { return Ok(None) };
    if let Some(date) = DateTime::parse(&text) {
        if !is_quoted || !DateTime::is_canonical(&text) {
            cursor.tolerate(Quirk::OddDate, start)?;
        }
        return Ok(Some(date));
    }
    // Without a zone the moment is unknown, but for a day.
    let mut with_zone = Vec::from(&*text);
    with_zone.extend_from_slice(b" +0000");
    let date = DateTime::parse(&with_zone).ok_or(ParseErrorKind::BadArgument.at(start))?;
    cursor.tolerate(Quirk::OddDate, start)?;
    Ok(Some(date))
}

/// `"(" permsg-modsequence ")"`
fn mod_seq(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    cursor.expect(b'(')?;
    let start = cursor.at();
    let value = cursor.odd_number64()?.unwrap_or(0);
    if value == 0 {
        cursor.tolerate(Quirk::ZeroNumber, start)?;
    }
    cursor.expect(b')')?;
    Ok(value)
}

/// `"[" [section-spec] "]"`
pub(crate) fn section(cursor: &mut Cursor<'_>) -> Result<Section, ParseError> {
    cursor.expect(b'[')?;
    let mut part = Vec::new();
    while cursor.peek().is_some_and(|octet| octet.is_ascii_digit()) {
        part.push(cursor.nz_number()?);
        if !cursor.eat(b'.') {
            cursor.expect(b']')?;
            return Ok(Section::from_parts(part, SectionText::All));
        }
    }
    let start = cursor.at();
    let text = if cursor.eat_keyword(b"HEADER.FIELDS.NOT") {
        SectionText::HeaderFieldsNot(field_names(cursor)?)
    } else if cursor.eat_keyword(b"HEADER.FIELDS") {
        SectionText::HeaderFields(field_names(cursor)?)
    } else if cursor.eat_keyword(b"HEADER") {
        SectionText::Header
    } else if cursor.eat_keyword(b"TEXT") {
        SectionText::Text
    } else if cursor.eat_keyword(b"MIME") {
        SectionText::Mime
    } else {
        SectionText::All
    };
    cursor.expect(b']')?;
    let is_misplaced = matches!(text, SectionText::Mime if part.is_empty())
        || matches!(text, SectionText::All if !part.is_empty());
    if is_misplaced {
        return Err(ParseErrorKind::BadArgument.at(start));
    }
    Ok(Section::from_parts(part, text))
}

/// `SP "(" header-fld-name *(SP header-fld-name) ")"`
fn field_names(cursor: &mut Cursor<'_>) -> Result<Vec<AString>, ParseError> {
    cursor.space()?;
    let start = cursor.at();
    let names = cursor.list(Cursor::checked_astring)?;
    // There is no way to ask for no field, nor to get one.
    if names.is_empty() { Err(ParseErrorKind::BadArgument.at(start)) } else { Ok(names) }
}

/// `"[" [section-part] "]"`
pub(crate) fn binary_part(cursor: &mut Cursor<'_>) -> Result<Vec<NonZeroU32>, ParseError> {
    let start = cursor.at();
    let section = section(cursor)?;
    match section.text() {
        SectionText::All => Ok(section.into_part()),
        _ => Err(ParseErrorKind::BadArgument.at(start)),
    }
}

/// `["<" number ">"]`
fn origin(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ParseError> {
    if !cursor.eat(b'<') {
        return Ok(None);
    }
    let origin = cursor.number64()?;
    cursor.expect(b'>')?;
    Ok(Some(origin))
}

/// `nstring`
pub(crate) fn data(cursor: &mut Cursor<'_>) -> Result<FetchData, ParseError> {
    let span = cursor.string_span()?;
    Ok(data_of(cursor, span))
}

/// `nstring / literal8`
pub(crate) fn data8(cursor: &mut Cursor<'_>) -> Result<FetchData, ParseError> {
    let span = cursor.string_span8()?;
    Ok(data_of(cursor, span))
}

fn data_of(cursor: &Cursor<'_>, span: StringSpan) -> FetchData {
    match span {
        StringSpan::Nil => FetchData::Nil,
        StringSpan::Streamed(size) => FetchData::Streamed(size),
        StringSpan::Plain(..) | StringSpan::Escaped(..) => {
            FetchData::Octets(cursor.bulk(span).unwrap_or_default())
        }
    }
}

/// `"(" objectid ")"`, or NIL
fn object_id(cursor: &mut Cursor<'_>) -> Result<Option<ObjectId>, ParseError> {
    if cursor.eat_keyword(b"NIL") {
        return Ok(None);
    }
    cursor.object_id_in_parentheses().map(Some)
}

/// An nstring; of the draft also `(FUZZY "…")`.
fn preview(cursor: &mut Cursor<'_>) -> Result<Option<AString>, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'(') {
        return cursor.checked_nstring();
    }
    cursor.tolerate(Quirk::ExtraParentheses, start)?;
    cursor.bare()?;
    cursor.space()?;
    let text = cursor.checked_nstring()?;
    cursor.expect(b')')?;
    Ok(text)
}

/// `"(" [astring *(SP astring)] ")"`, `\Inbox` and its like among them
pub(crate) fn labels(cursor: &mut Cursor<'_>) -> Result<Vec<AString>, ParseError> {
    let start = cursor.at();
    if cursor.eat_keyword(b"NIL") {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
        return Ok(Vec::new());
    }
    cursor.list(label)
}

/// One of them.
pub(crate) fn label(cursor: &mut Cursor<'_>) -> Result<AString, ParseError> {
    if cursor.is_at_string() {
        return cursor.checked_string();
    }
    let start = cursor.at();
    let label = Octets::from_ref(cursor.span(&FLAG)?);
    label.try_into().map_err(|_| ParseErrorKind::BadString.at(start))
}

/// A name, which begins there and was read, `SP` and any value
fn other(
    cursor: &mut Cursor<'_>,
    name_at: usize,
    item: &mut Option<FetchItem>,
) -> Result<(), ParseError> {
    if cursor.at() == name_at {
        return Err(cursor.error());
    }
    cursor.skip_brackets()?;
    let name = ItemName::from_wire(cursor.since(name_at));
    let name = name.ok_or(ParseErrorKind::BadArgument.at(name_at))?;
    cursor.space()?;
    *item = Some(FetchItem::Other { name, value: cursor.raw()? });
    Ok(())
}
