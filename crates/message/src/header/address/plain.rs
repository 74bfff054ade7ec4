//! The addresses that nearly every field holds, read in one look: a single one without anything odd.

use alloc::borrow::Cow;
use core::str;

use mailwire_core::ByteSet;
use memchr::{memchr, memmem};

use super::{
    AddrSpec, Mailbox,
    spec::{is_bare, is_dot_atom},
};
use crate::lex;

/// What a name without quotes may be made of.
const NAME: ByteSet = ByteSet::ATEXT.with(b" .");
/// What a name in quotes may be made of: no address, and nothing to undo.
const QUOTED: ByteSet = ByteSet::EMPTY.with_range(0x20, 0x7e).without(b"\"\\@");

/// Reads `name <local@domain>` or `local@domain`, if nothing else stands in the field and nothing is
/// to be said about it. What is not read here is for the whole grammar, which gives the same.
pub(super) fn read(value: &[u8]) -> Option<Mailbox<'_>> {
    let start = lex::skip_fws(value, 0);
    let text = lex::trim(value);
    let mut mailbox = Mailbox { span: start..start + text.len(), ..Mailbox::default() };
    let Some(text) = text.strip_suffix(b">") else {
        mailbox.address = Some(address(text)?);
        return Some(mailbox);
    };
    let open = memchr(b'<', text)?;
    mailbox.address = Some(address(&text[open + 1..])?);
    let name = lex::trim(&text[..open]);
    if !name.is_empty() {
        mailbox.name = Some(Cow::Borrowed(self::name(name)?));
    }
    Some(mailbox)
}

fn address(text: &[u8]) -> Option<AddrSpec<'_>> {
    let at = memchr(b'@', text)?;
    let (local, domain) = (&text[..at], &text[at + 1..]);
    if !is_bare(local) || !is_dot_atom(domain) {
        return None;
    }
    let text = str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
    Some(AddrSpec::canonical(Cow::Borrowed(text), at))
}

fn name(text: &[u8]) -> Option<&str> {
    let quoted = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
    let (plain, set) = quoted.map_or((text, &NAME), |text| (text, &QUOTED));
    if !set.covers(plain) || memmem::find(plain, b"=?").is_some() {
        return None;
    }
    if quoted.is_none() && memmem::find(plain, b"  ").is_some() {
        return None;
    }
    str::from_utf8(plain).ok()
}
