//! Reads a structure without recursion: open multiparts and messages are on a stack.

use super::node::{Count, MISSING, Node};
use crate::{Cursor, ParseError, ParseErrorKind, Quirk, cursor::StringSpan, fetch::Envelope};
use alloc::vec::Vec;

/// As many parts as most multiparts have at most, themselves included.
const USUAL_PARTS: usize = 6;

/// `body = "(" (body-type-1part / body-type-mpart) ")"`
pub(super) fn body(cursor: &mut Cursor<'_>) -> Result<Vec<Node>, ParseError> {
    cursor.expect_small()?;
    let mut nodes: Vec<Node> = Vec::new();
    // The innermost multipart or message that is not at its end, and how many there are.
    let (mut open, mut depth) = (MISSING, 0);
    loop {
        // A body begins here.
        if depth >= cursor.options().depth {
            return Err(ParseErrorKind::TooDeep.at(cursor.at()));
        }
        if nodes.len() >= cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        cursor.expect(b'(')?;
        let index =
            u32::try_from(nodes.len()).map_err(|_| ParseErrorKind::TooMany.at(cursor.at()))?;
        let place = nodes.get_mut(open as usize).map_or(0, |holder| {
            holder.parts += 1;
            holder.parts
        });
        let is_multipart = cursor.peek() == Some(b'(');
        if nodes.is_empty() {
            nodes.reserve_exact(if is_multipart { USUAL_PARTS } else { 1 });
        }
        nodes.push(Node { is_multipart, ..Node::new(open, place) });
        let node = nodes.last_mut().expect("pushed");
        if node.is_multipart || single(cursor, node)? {
            open = index;
            depth += 1;
            continue;
        }
        // A body has ended here; so may those around it.
        loop {
            let end = u32::try_from(nodes.len()).unwrap_or(MISSING);
            let Some(node) = nodes.get_mut(open as usize) else { return Ok(nodes) };
            if node.is_multipart {
                cursor.skip_extra_spaces_before(b'(');
                if cursor.peek() == Some(b'(') {
                    break;
                }
                behind_parts(cursor, node)?;
            } else {
                lines(cursor, node)?;
                behind_single(cursor, node)?;
            }
            node.end = end;
            open = node.parent;
            depth -= 1;
        }
    }
}

/// A part that is no multipart, its opening parenthesis taken. Says whether the structure of a message
/// follows; otherwise the part is read to its end.
fn single(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<bool, ParseError> {
    let start = cursor.at();
    node.media_type = cursor.offset();
    let media_type = string(cursor)?;
    if media_type == StringSpan::Nil {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
    }
    cursor.space()?;
    let at = cursor.at();
    if cursor.peek() == Some(b'(') {
        // `("mixed" ("boundary" "x") NIL NIL)`: a multipart without parts.
        cursor.tolerate(Quirk::EmptyMultipart, start)?;
        (node.subtype, node.media_type) = (node.media_type, MISSING);
        node.is_multipart = true;
        node.params = cursor.offset();
        params(cursor)?;
        extensions(cursor, node)?;
        return Ok(false);
    }
    node.subtype = cursor.offset();
    let subtype = string(cursor)?;
    if subtype == StringSpan::Nil {
        cursor.tolerate(Quirk::UnexpectedNil, at)?;
    }
    fields(cursor, node)?;
    let is_message = cursor.is_word(media_type, b"MESSAGE")
        && (cursor.is_word(subtype, b"RFC822") || cursor.is_word(subtype, b"GLOBAL"));
    if is_message && message(cursor, node)? {
        return Ok(true);
    }
    if node.is_message || cursor.is_word(media_type, b"TEXT") {
        lines(cursor, node)?;
    }
    behind_single(cursor, node)?;
    Ok(false)
}

/// `body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets`
fn fields(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<(), ParseError> {
    cursor.space()?;
    node.params = cursor.offset();
    params(cursor)?;
    for field in [&mut node.id, &mut node.description] {
        cursor.space()?;
        *field = cursor.offset();
        skip_string(cursor)?;
    }
    cursor.space()?;
    let start = cursor.at();
    node.encoding = cursor.offset();
    if string(cursor)? == StringSpan::Nil {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
    }
    cursor.space()?;
    node.octets = count(cursor)?;
    Ok(())
}

/// Behind the fields of message/rfc822: `SP envelope SP body`, as far as they are there. Says whether
/// the body comes next.
fn message(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<bool, ParseError> {
    let start = cursor.at();
    if cursor.peek() != Some(b' ') {
        cursor.tolerate(Quirk::BareMessage, start)?;
        return Ok(false);
    }
    cursor.space()?;
    if cursor.peek() != Some(b'(') {
        // NIL for envelope and body; or a server that treats it as any other part.
        cursor.tolerate(Quirk::BareMessage, start)?;
        if cursor.eat_keyword(b"NIL") && cursor.rest().starts_with(b" NIL ") && {
            let rest = &cursor.rest()[5..];
            rest.first().is_some_and(u8::is_ascii_digit)
        } {
            cursor.advance(4);
            node.is_message = true;
        } else {
            cursor.back_to(start);
        }
        return Ok(false);
    }
    if cursor.rest().starts_with(b"()") {
        cursor.tolerate(Quirk::EmptyList, cursor.at())?;
        cursor.advance(2);
    } else {
        node.envelope = cursor.offset();
        Envelope::read(cursor)?;
    }
    node.is_message = true;
    cursor.space()?;
    if cursor.rest().starts_with(b"()") {
        cursor.tolerate(Quirk::BareMessage, cursor.at())?;
        cursor.advance(2);
        return Ok(false);
    }
    if cursor.eat_keyword(b"NIL") {
        cursor.tolerate(Quirk::BareMessage, start)?;
        return Ok(false);
    }
    Ok(true)
}

/// `SP body-fld-lines`
fn lines(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<(), ParseError> {
    if cursor.peek() == Some(b')') {
        return cursor.tolerate(Quirk::MissingField, cursor.at());
    }
    cursor.space()?;
    node.lines = count(cursor)?;
    Ok(())
}

/// Behind the fields of a part: `[SP body-ext-1part] ")"`
fn behind_single(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<(), ParseError> {
    if cursor.eat(b')') {
        return Ok(());
    }
    cursor.space()?;
    node.has_extension = true;
    node.md5 = cursor.offset();
    skip_string(cursor)?;
    extensions(cursor, node)
}

/// Behind the parts of a multipart: `SP media-subtype [SP body-ext-mpart] ")"`
fn behind_parts(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<(), ParseError> {
    let start = cursor.at();
    if cursor.eat(b')') {
        return cursor.tolerate(Quirk::MissingField, start);
    }
    if cursor.peek() == Some(b'"') {
        cursor.tolerate(Quirk::MissingSpace, start)?;
    } else {
        cursor.space()?;
    }
    node.subtype = cursor.offset();
    if string(cursor)? == StringSpan::Nil {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
    }
    if cursor.eat(b')') {
        return Ok(());
    }
    cursor.space()?;
    node.has_extension = true;
    node.params = cursor.offset();
    params(cursor)?;
    extensions(cursor, node)
}

/// `[SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]] ")"`
///
/// Some servers have the first two in each other's place: neither reads as what it ought to be then, and
/// that was noted.
fn extensions(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<(), ParseError> {
    // Most have none of them.
    if cursor.rest().starts_with(b" NIL NIL NIL)") {
        let start = cursor.offset();
        (node.disposition, node.language, node.location) = (start + 1, start + 5, start + 9);
        cursor.advance(13);
        return Ok(());
    }
    extension_fields(cursor, node)?;
    if node.language != MISSING && has_disposition_for_language(cursor, node) {
        core::mem::swap(&mut node.disposition, &mut node.language);
    }
    Ok(())
}

/// `("attachment" ("filename" "a"))` behind what is no disposition; or `"en" ("inline" NIL)`, which would
/// be two languages, one of them missing, if there were a disposition before it.
fn has_disposition_for_language(cursor: &Cursor<'_>, node: &Node) -> bool {
    let wire = cursor.frame().wire();
    let before = wire.get(node.disposition as usize);
    if before == Some(&b'(') || wire.get(node.language as usize) != Some(&b'(') {
        return false;
    }
    let mut language = Cursor::resume(cursor.frame(), node.language as usize + 1);
    let is_named =
        matches!(string(&mut language), Ok(StringSpan::Plain(..) | StringSpan::Escaped(..)));
    if !is_named || !language.eat(b' ') {
        return false;
    }
    let is_text = matches!(before, Some(b'"' | b'{'));
    language.peek() == Some(b'(') || is_text && language.eat_keyword(b"NIL") && language.eat(b')')
}

fn extension_fields(cursor: &mut Cursor<'_>, node: &mut Node) -> Result<(), ParseError> {
    let fields: [(&mut u32, Read); 3] = [
        (&mut node.disposition, disposition),
        (&mut node.language, language),
        (&mut node.location, |cursor| string(cursor).map(drop)),
    ];
    for (field, read) in fields {
        if let [b' ', b'N', b'I', b'L', b' ' | b')', ..] = cursor.rest() {
            cursor.advance(1);
            *field = cursor.offset();
            cursor.advance(3);
            continue;
        }
        cursor.skip_extra_spaces_before(b')');
        if cursor.eat(b')') {
            return Ok(());
        }
        cursor.space()?;
        *field = cursor.offset();
        or_any(cursor, read)?;
    }
    loop {
        cursor.skip_extra_spaces_before(b')');
        if cursor.eat(b')') {
            return Ok(());
        }
        cursor.space()?;
        if node.extension == MISSING {
            node.extension = cursor.offset();
        }
        or_any(cursor, body_extension)?;
    }
}

type Read = fn(&mut Cursor<'_>) -> Result<(), ParseError>;

/// Reads what belongs there, or whatever is there.
#[inline]
fn or_any(cursor: &mut Cursor<'_>, read: Read) -> Result<(), ParseError> {
    let start = cursor.at();
    match read(cursor) {
        Ok(()) if matches!(cursor.peek(), Some(b' ' | b')')) => Ok(()),
        Err(error) if !cursor.is_lenient() => Err(error),
        _ => {
            cursor.tolerate(Quirk::WrongShape, start)?;
            cursor.back_to(start);
            cursor.raw().map(drop)
        }
    }
}

/// `body-fld-dsp = "(" string SP body-fld-param ")" / nil`. Some servers send the string alone.
fn disposition(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'(') {
        return match string(cursor)? {
            StringSpan::Nil => Ok(()),
            _ => cursor.tolerate(Quirk::WrongShape, start),
        };
    }
    let start = cursor.at();
    if string(cursor)? == StringSpan::Nil {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
    }
    let end = cursor.at();
    if cursor.eat(b')') {
        return cursor.tolerate(Quirk::MissingField, end);
    }
    cursor.space()?;
    params(cursor)?;
    cursor.expect(b')')
}

/// `body-fld-lang = nstring / "(" string *(SP string) ")"`
fn language(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.peek() != Some(b'(') {
        return string(cursor).map(drop);
    }
    let language = |cursor: &mut Cursor<'_>| {
        let start = cursor.at();
        match string(cursor)? {
            StringSpan::Nil => cursor.tolerate(Quirk::UnexpectedNil, start),
            _ => Ok(()),
        }
    };
    cursor.list_of_some(language).map(drop)
}

/// `body-extension = nstring / number / number64 / "(" body-extension *(SP body-extension) ")"`
fn body_extension(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    let mut depth = 0usize;
    loop {
        if cursor.peek() == Some(b'(') {
            depth += 1;
            if depth > cursor.options().depth {
                return Err(ParseErrorKind::TooDeep.at(cursor.at()));
            }
            let start = cursor.at();
            cursor.advance(1);
            if cursor.peek() != Some(b')') {
                continue;
            }
            cursor.tolerate(Quirk::EmptyList, start)?;
        } else if matches!(cursor.peek(), Some(b'0'..=b'9')) {
            cursor.number64()?;
        } else {
            string(cursor)?;
        }
        while depth > 0 && cursor.eat(b')') {
            depth -= 1;
        }
        if depth == 0 {
            return Ok(());
        }
        cursor.space()?;
    }
}

/// `body-fld-param = "(" string SP string *(SP string SP string) ")" / nil`
#[inline]
fn params(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.skip_simple_params() { Ok(()) } else { odd_params(cursor) }
}

/// The same with what is not simple, or should not be so.
#[inline(never)]
fn odd_params(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'(') {
        return match string(cursor)? {
            StringSpan::Nil => Ok(()),
            _ => cursor.tolerate(Quirk::WrongShape, start),
        };
    }
    cursor.skip_extra_spaces();
    if cursor.eat(b')') {
        return cursor.tolerate(Quirk::EmptyList, start);
    }
    loop {
        let at = cursor.at();
        if string(cursor)? == StringSpan::Nil {
            cursor.tolerate(Quirk::UnexpectedNil, at)?;
        }
        cursor.skip_extra_spaces_before(b')');
        if cursor.eat(b')') {
            return cursor.tolerate(Quirk::MissingField, at);
        }
        cursor.space()?;
        let at = cursor.at();
        if string(cursor)? == StringSpan::Nil {
            // `("boundary" NIL)`
            cursor.tolerate(Quirk::UnexpectedNil, at)?;
        }
        cursor.skip_extra_spaces_before(b')');
        if cursor.eat(b')') {
            return Ok(());
        }
        cursor.space()?;
    }
}

/// `body-fld-octets`, `body-fld-lines`: a number, below zero, NIL or a float where servers do not know
/// better.
fn count(cursor: &mut Cursor<'_>) -> Result<Count, ParseError> {
    let start = cursor.at();
    if matches!(cursor.peek(), Some(b'N' | b'n')) && cursor.eat_keyword(b"NIL") {
        cursor.tolerate(Quirk::UnexpectedNil, start)?;
        return Ok(Count::UNKNOWN);
    }
    Ok(cursor.odd_number64()?.map_or(Count::UNKNOWN, Count::known))
}

/// Over a string or NIL.
#[inline]
fn skip_string(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.skip_simple() { Ok(()) } else { string(cursor).map(drop) }
}

/// A string or NIL, in place.
#[inline]
fn string(cursor: &mut Cursor<'_>) -> Result<StringSpan, ParseError> {
    let start = cursor.at();
    if cursor.peek() == Some(b'3') {
        quoted_printable(cursor)?;
    }
    match cursor.string_span()? {
        StringSpan::Streamed(_) => Err(ParseErrorKind::BadString.at(start)),
        span => Ok(span),
    }
}

/// Some proxies send quoted-printable of strings: `3D"Windows-1252"`.
#[cold]
fn quoted_printable(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.rest().starts_with(b"3D\"") {
        cursor.tolerate(Quirk::Other, cursor.at())?;
        cursor.advance(2);
    }
    Ok(())
}
