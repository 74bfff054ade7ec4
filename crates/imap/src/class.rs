//! Classes of octets (RFC 9051 §9).

use mailwire_core::ByteSet;

/// `CHAR`: ASCII but NUL.
pub(crate) const CHAR: ByteSet = ByteSet::EMPTY.with_range(0x01, 0x7f);
/// ASCII that can be seen.
pub(crate) const VISIBLE: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e);
/// `ATOM-CHAR`: any `CHAR` but `(`, `)`, `{`, space, control characters, wildcards, quoted-specials and `]`.
pub(crate) const ATOM_CHAR: ByteSet = VISIBLE.without(b"(){%*\"\\]");
/// `ASTRING-CHAR`: `ATOM-CHAR` and `]`.
pub(crate) const ASTRING_CHAR: ByteSet = ATOM_CHAR.with(b"]");
/// `list-char`: `ATOM-CHAR`, the wildcards and `]`.
pub(crate) const LIST_CHAR: ByteSet = ATOM_CHAR.with(b"%*]");
/// `tag` characters: `ASTRING-CHAR` but `+`.
pub(crate) const TAG_CHAR: ByteSet = ASTRING_CHAR.without(b"+");
/// What a quoted string may hold besides `\"` and `\\`: any `CHAR` but CR, LF and quoted-specials.
pub(crate) const QUOTED_CHAR: ByteSet = CHAR.without(b"\r\n\"\\");
/// What ends a bare word: spaces, parentheses, quotes. A bracket is part of it: `BODY[HEADER]`.
pub(crate) const WORD: ByteSet = ByteSet::EMPTY.with_range(0x21, 0xff).without(b"()\"\x7f");

/// The name in upper case, to be matched with those that are known; nothing if it is longer than all of
/// them.
pub(crate) fn uppercase<'u, const LONGEST: usize>(
    name: &[u8],
    upper: &'u mut [u8; LONGEST],
) -> &'u [u8] {
    let Some(upper) = upper.get_mut(..name.len()) else { return &[] };
    upper.copy_from_slice(name);
    upper.make_ascii_uppercase();
    upper
}
