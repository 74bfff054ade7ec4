//! The arguments of commands that have no module of their own.

use super::{AppendMessage, Command};
use crate::{
    AString, Atom, Attribute, Cursor, InitialResponse, Mailbox, OneOrMore, ParseError,
    ParseErrorKind, Password, Quirk, Tag, class::ATOM_CHAR,
};
use alloc::vec::Vec;
use mailwire_core::Octets;
use mailwire_sasl::Secret;

/// `mailbox`
pub(super) fn mailbox(cursor: &mut Cursor<'_>) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    let name: Octets = cursor.astring()?;
    if memchr::memchr3(0, b'\r', b'\n', &name).is_some() {
        return Err(ParseErrorKind::BadArgument.at(start));
    }
    cursor.mailbox_of(name, start)
}

pub(super) fn atom(cursor: &mut Cursor<'_>) -> Result<Atom, ParseError> {
    Ok(Atom::from_scanned(cursor.span(&ATOM_CHAR)?))
}

/// `atom *(SP atom)`
pub(super) fn atoms(cursor: &mut Cursor<'_>) -> Result<OneOrMore<Atom>, ParseError> {
    some(cursor, atom)
}

/// The same as a function of any cursor.
pub(super) fn checked_astring(cursor: &mut Cursor<'_>) -> Result<AString, ParseError> {
    cursor.checked_astring()
}

/// `item *(SP item)`
pub(super) fn some<T>(
    cursor: &mut Cursor<'_>,
    read: impl Fn(&mut Cursor<'_>) -> Result<T, ParseError>,
) -> Result<OneOrMore<T>, ParseError> {
    let mut items = OneOrMore::from(read(cursor)?);
    while cursor.peek() == Some(b' ') {
        let start = cursor.at();
        cursor.space()?;
        if cursor.is_at_end() {
            cursor.tolerate(Quirk::TrailingSpace, start)?;
            break;
        }
        items = items.and(read(cursor)?);
        cursor.limit(items.len())?;
    }
    Ok(items)
}

pub(super) fn password(cursor: &mut Cursor<'_>) -> Result<Password, ParseError> {
    let start = cursor.at();
    let password = Secret::from(&*cursor.astring()?);
    Password::new(password).map_err(|_| ParseErrorKind::BadString.at(start))
}

/// `base64 / "="`: everything up to the end; whether it decodes is for the mechanism to say.
pub(super) fn initial_response(cursor: &mut Cursor<'_>) -> Result<InitialResponse, ParseError> {
    let start = cursor.at();
    let len = cursor.rest().iter().take_while(|octet| octet.is_ascii_graphic()).count();
    cursor.advance(len);
    if len == 0 {
        return Err(cursor.error());
    }
    let text = Secret::from(&*cursor.since(start));
    InitialResponse::new(text).map_err(|_| ParseErrorKind::BadArgument.at(start))
}

/// A tag, in quotes (RFC 5267 §6).
pub(super) fn tag_string(cursor: &mut Cursor<'_>) -> Result<Tag, ParseError> {
    let start = cursor.at();
    let is_quoted = cursor.peek() == Some(b'"');
    let tag = Tag::from_octets(&cursor.astring()?).ok_or(ParseErrorKind::BadTag.at(start))?;
    if !is_quoted {
        cursor.tolerate(Quirk::WrongShape, start)?;
    }
    Ok(tag)
}

/// `mailbox [SP "(" create-param *(SP create-param) ")"]`, behind the name; nothing if there is another
/// parameter than `USE` (RFC 6154 §6, RFC 4466 §2.2).
pub(super) fn create(cursor: &mut Cursor<'_>) -> Result<Option<Command>, ParseError> {
    let mailbox = mailbox(cursor)?;
    let mut special_use = Vec::new();
    if !cursor.rest().starts_with(b" (") {
        return Ok(Some(Command::Create { mailbox, special_use }));
    }
    cursor.space()?;
    let mut known = true;
    cursor.list_of_some(|cursor| {
        if cursor.span(&ATOM_CHAR)?.eq_ignore_ascii_case(b"USE") {
            cursor.space()?;
            special_use = cursor.list(use_attribute)?;
        } else {
            cursor.tagged_value()?;
            known = false;
        }
        Ok(())
    })?;
    Ok(known.then_some(Command::Create { mailbox, special_use }))
}

/// `use-attr`
fn use_attribute(cursor: &mut Cursor<'_>) -> Result<Attribute, ParseError> {
    let start = cursor.at();
    cursor.expect(b'\\')?;
    cursor.span(&ATOM_CHAR)?;
    Attribute::from_wire(cursor.since(start)).ok_or(ParseErrorKind::BadArgument.at(start))
}

/// `mailbox 1*append-message`
pub(super) fn append(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let mailbox = mailbox(cursor)?;
    let mut messages = OneOrMore::from(AppendMessage::read(cursor)?);
    while !cursor.rest().iter().all(|octet| *octet == b' ') {
        messages = messages.and(AppendMessage::read(cursor)?);
        cursor.limit(messages.len())?;
    }
    Ok(Command::Append { mailbox, messages })
}

/// `"(" [string SP nstring *(SP string SP nstring)] ")" / nil`
pub(crate) fn id(cursor: &mut Cursor<'_>) -> Result<Vec<(AString, Option<AString>)>, ParseError> {
    if cursor.eat_keyword(b"NIL") {
        return Ok(Vec::new());
    }
    cursor.list(|cursor| {
        let name = cursor.checked_string()?;
        cursor.space()?;
        Ok((name, cursor.checked_nstring()?))
    })
}

/// `astring SP "(" [atom SP number *(SP atom SP number)] ")"`
pub(super) fn set_quota(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let root = cursor.checked_astring()?;
    cursor.space()?;
    let limits = cursor.list(|cursor| {
        let name = atom(cursor)?;
        cursor.space()?;
        Ok((name, cursor.number64()?))
    })?;
    Ok(Command::SetQuota { root, limits })
}

pub(super) fn mailbox_and_identifier(
    cursor: &mut Cursor<'_>,
) -> Result<(Mailbox, AString), ParseError> {
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    Ok((mailbox, cursor.checked_astring()?))
}

/// `[getmetadata-options SP] mailbox SP entries`; some clients put the options behind the mailbox, as the
/// examples of RFC 5464 §4.2 do. Nothing if there is an option that is not known.
pub(super) fn get_metadata(cursor: &mut Cursor<'_>) -> Result<Option<Command>, ParseError> {
    let (mut max_size, mut depth) = (None, None);
    if cursor.peek() == Some(b'(') && !metadata_options(cursor, &mut max_size, &mut depth)? {
        return Ok(None);
    }
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    let is_option = [&b"(MAXSIZE "[..], b"(DEPTH "].iter().any(|start| {
        cursor.rest().get(..start.len()).is_some_and(|next| next.eq_ignore_ascii_case(start))
    });
    if is_option && !metadata_options(cursor, &mut max_size, &mut depth)? {
        return Ok(None);
    }
    let entries = if cursor.peek() == Some(b'(') {
        cursor.list_of_some(entry)?
    } else {
        Vec::from([entry(cursor)?])
    };
    Ok(Some(Command::GetMetadata { mailbox, max_size, depth, entries }))
}

/// `entry`: an astring without wildcards (RFC 5464 §5)
fn entry(cursor: &mut Cursor<'_>) -> Result<AString, ParseError> {
    let start = cursor.at();
    let entry = cursor.checked_astring()?;
    if memchr::memchr2(b'*', b'%', &entry).is_some() {
        cursor.tolerate(Quirk::Other, start)?;
    }
    Ok(entry)
}

/// `"(" getmetadata-option *(SP getmetadata-option) ")" SP`. Says whether all are known.
fn metadata_options(
    cursor: &mut Cursor<'_>,
    max_size: &mut Option<u64>,
    depth: &mut Option<Atom>,
) -> Result<bool, ParseError> {
    let mut known = true;
    cursor.list_of_some(|cursor| {
        let name = cursor.span(&ATOM_CHAR)?;
        if name.eq_ignore_ascii_case(b"MAXSIZE") {
            cursor.space()?;
            *max_size = Some(cursor.number64()?);
            return Ok(());
        }
        if !name.eq_ignore_ascii_case(b"DEPTH") {
            known = false;
            return cursor.tagged_value().map(drop);
        }
        cursor.space()?;
        let start = cursor.at();
        let value = atom(cursor)?;
        if !["0", "1", "infinity"].iter().any(|known| value.eq_ignore_ascii_case(known)) {
            cursor.tolerate(Quirk::Other, start)?;
        }
        *depth = Some(value);
        Ok(())
    })?;
    cursor.space()?;
    if cursor.is_at_end() {
        return Err(cursor.error());
    }
    Ok(known)
}

/// `mailbox SP "(" entry-name SP value *(SP entry-name SP value) ")"`
pub(super) fn set_metadata(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    let entries = cursor.list_of_some(|cursor| {
        let entry = entry(cursor)?;
        cursor.space()?;
        Ok((entry, cursor.nstring8()?))
    })?;
    Ok(Command::SetMetadata { mailbox, entries })
}

/// `url SP mechanism`
pub(super) fn url_and_mechanism(cursor: &mut Cursor<'_>) -> Result<(AString, Atom), ParseError> {
    let url = cursor.checked_astring()?;
    cursor.space()?;
    Ok((url, atom(cursor)?))
}
