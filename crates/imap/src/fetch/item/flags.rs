//! Lists of flags (RFC 9051 §9 `flag-list`).

use crate::{Atom, Cursor, Flag, Flags, ParseError, Quirk, SystemFlag, class::ASTRING_CHAR};
use mailwire_core::ByteSet;

/// What servers put in lists of flags, with more in it than the grammar has.
pub(super) const FLAG: ByteSet = ByteSet::EMPTY.with_range(0x21, 0xff).without(b"()\"{\x7f");

/// `"(" [flag-fetch *(SP flag-fetch)] ")"`; `\*` is no flag of a message
pub(crate) fn flags(cursor: &mut Cursor<'_>) -> Result<Flags, ParseError> {
    let start = cursor.at();
    let flags = permanent_flags(cursor)?;
    if flags.has(SystemFlag::Any) {
        let at = memchr::memmem::find(&cursor.since(start), b"\\*").unwrap_or_default();
        cursor.tolerate(Quirk::OddFlag, start + at)?;
    }
    Ok(flags)
}

/// `"(" [flag-perm *(SP flag-perm)] ")"`: `\*` may be among them
pub(crate) fn permanent_flags(cursor: &mut Cursor<'_>) -> Result<Flags, ParseError> {
    cursor.expect(b'(')?;
    if cursor.peek() == Some(b' ') {
        cursor.tolerate(Quirk::ExtraSpace, cursor.at())?;
    }
    let mut flags = Flags::none();
    loop {
        match cursor.peek() {
            Some(b')') => {
                cursor.advance(1);
                return Ok(flags);
            }
            Some(b' ') => {
                let at = cursor.at();
                cursor.advance(1);
                if matches!(cursor.peek(), Some(b' ' | b')')) {
                    cursor.tolerate(Quirk::ExtraSpace, at)?;
                }
            }
            _ => match SystemFlag::usual(cursor.rest()) {
                Some((flag, len)) => {
                    flags.set(flag);
                    cursor.advance(len);
                }
                None => {
                    flag(cursor, &mut flags)?;
                    cursor.limit(flags.others().len())?;
                }
            },
        }
    }
}

/// `flag *(SP flag)`, as STORE may have it
pub(crate) fn bare_flags(cursor: &mut Cursor<'_>) -> Result<Flags, ParseError> {
    let start = cursor.at();
    let mut flags = Flags::none();
    flag(cursor, &mut flags)?;
    while cursor.has_next()? {
        flag(cursor, &mut flags)?;
        cursor.limit(flags.others().len())?;
    }
    if flags.has(SystemFlag::Any) {
        cursor.tolerate(Quirk::OddFlag, start)?;
    }
    Ok(flags)
}

fn flag(cursor: &mut Cursor<'_>, flags: &mut Flags) -> Result<(), ParseError> {
    let start = cursor.at();
    let name = cursor.span(&FLAG)?;
    if let Some(flag) = SystemFlag::from_name(&name) {
        flags.set(flag);
        return Ok(());
    }
    match core::str::from_utf8(&name).ok().and_then(|name| Flag::new(name).ok()) {
        Some(flag) => flags.insert(flag),
        None => {
            cursor.tolerate(Quirk::OddFlag, start)?;
            // `OIB-Seen-[Gmail]/All` is a keyword all the same, if it is the server that has it.
            if cursor.is_response() && ASTRING_CHAR.covers(&name) {
                flags.insert(Flag::Keyword(Atom::from_scanned(name)));
            }
        }
    }
    Ok(())
}
