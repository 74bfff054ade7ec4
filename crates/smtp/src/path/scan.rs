//! Finds where mailboxes and domains end. Nothing is cut or copied here.
//!
//! The octets are known to hold no control octet and to be UTF-8, so that whatever is not ASCII is
//! part of a character that [RFC 6531 §3.3] allows.
//!
//! [RFC 6531 §3.3]: https://www.rfc-editor.org/rfc/rfc6531#section-3.3
use mailwire_core::ByteSet;

use super::AddressLiteral;
use crate::{
    ParseError, ParseErrorKind,
    quirks::{Quirk, Tolerance},
};

/// A mailbox in a text: `text[start..at]` `@` `text[at + 1..end]`, or no domain if `at == end`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanned {
    pub(crate) start: usize,
    pub(crate) at: usize,
    pub(crate) end: usize,
}

impl Scanned {
    pub(crate) const fn has_domain(&self) -> bool {
        self.at < self.end
    }
}

const MAX_LOCAL_PART: usize = 64;
const MAX_DOMAIN: usize = 255;

const DOT_STRING: ByteSet = ByteSet::ATEXT.with(b".").with_all(&ByteSet::NON_ASCII);
static DOT_STRING_OCTETS: ByteSet = DOT_STRING;

/// `Mailbox = Local-part "@" ( Domain / address-literal )`
///
/// A local part alone is found too; whether it may stand is the caller's decision.
#[inline(always)]
pub(crate) fn mailbox(
    text: &[u8],
    start: usize,
    bad: ParseErrorKind,
    tolerance: &mut Tolerance,
) -> Result<Scanned, ParseError> {
    let at = if text.get(start) == Some(&b'"') {
        quoted_string(text, start).map_err(|offset| bad.at(offset))?
    } else {
        dot_string(text, start, tolerance).map_err(|offset| bad.at(offset))?
    };
    if at - start > MAX_LOCAL_PART && !tolerance.allows(Quirk::LongLocalPart) {
        return Err(ParseErrorKind::PathTooLong.at(start));
    }
    if text.get(at) != Some(&b'@') {
        return Ok(Scanned { start, at, end: at });
    }
    let end = domain(text, at + 1, tolerance).map_err(|offset| bad.at(offset))?;
    if end - at > MAX_DOMAIN + 1 {
        return Err(ParseErrorKind::PathTooLong.at(at + 1));
    }
    Ok(Scanned { start, at, end })
}

/// `Dot-string = Atom *("." Atom)`; gives its end, or the octet that is wrong.
#[inline(always)]
fn dot_string(text: &[u8], start: usize, tolerance: &mut Tolerance) -> Result<usize, usize> {
    let mut previous = b'.';
    let mut odd = false;
    let mut end = start;
    for &octet in &text[start..] {
        if !DOT_STRING_OCTETS.contains(octet) {
            break;
        }
        odd |= (octet == b'.') & (previous == b'.');
        previous = octet;
        end += 1;
    }
    odd |= previous == b'.';
    if end == start || odd && !tolerance.allows(Quirk::OddDots) {
        return Err(end);
    }
    Ok(end)
}

/// `Quoted-string = DQUOTE *QcontentSMTP DQUOTE`; gives its end, or where it is wrong.
#[cold]
pub(crate) fn quoted_string(text: &[u8], start: usize) -> Result<usize, usize> {
    let mut at = start + 1;
    loop {
        match text.get(at) {
            None => return Err(at),
            Some(b'"') => return Ok(at + 1),
            // A quoted-pair holds one ASCII character.
            Some(b'\\') if text.get(at + 1).is_some_and(u8::is_ascii) => at += 2,
            Some(b'\\') => return Err(at),
            Some(_) => at += 1,
        }
    }
}

/// `Domain / address-literal`; gives its end, or the octet that is wrong.
#[inline(always)]
pub(crate) fn domain(text: &[u8], start: usize, tolerance: &mut Tolerance) -> Result<usize, usize> {
    if text.get(start) == Some(&b'[') {
        return literal(text, start);
    }
    domain_name(text, start, tolerance)
}

/// `Domain = sub-domain *("." sub-domain)`; gives its end, or the octet that is wrong.
#[inline(always)]
pub(crate) fn domain_name(
    text: &[u8],
    start: usize,
    tolerance: &mut Tolerance,
) -> Result<usize, usize> {
    // One branch an octet: dots and hyphens come where no branch predictor expects them.
    let mut end = start;
    let mut odd = 0;
    let mut forbidden = SEPARATOR;
    for &octet in text.get(start..).unwrap_or_default() {
        let class = CLASSES.of[usize::from(octet)];
        if class == 0 {
            break;
        }
        odd |= class & (forbidden | UNDERSCORE);
        forbidden = CLASSES.forbidden_after[usize::from(octet)];
        end += 1;
    }
    if odd | forbidden & DOT == 0 { Ok(end) } else { odd_domain_name(text, start, tolerance) }
}

const LET_DIG: u8 = 1;
const HYPHEN: u8 = 2;
const DOT: u8 = 4;
const UNDERSCORE: u8 = 8;
const SEPARATOR: u8 = HYPHEN | DOT;

/// What an octet is in a domain, 0 being its end, and what may not follow it.
struct Classes {
    of: [u8; 256],
    forbidden_after: [u8; 256],
}

static CLASSES: Classes = {
    let mut classes = Classes { of: [0; 256], forbidden_after: [0; 256] };
    // U-labels included.
    let letters = ByteSet::ALPHANUMERIC.with_all(&ByteSet::NON_ASCII);
    let mut octet = 0;
    while octet <= u8::MAX as usize {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        if letters.contains(octet as u8) {
            classes.of[octet] = LET_DIG;
        }
        octet += 1;
    }
    classes.of[b'-' as usize] = HYPHEN;
    classes.of[b'.' as usize] = DOT;
    classes.of[b'_' as usize] = UNDERSCORE;
    classes.forbidden_after[b'-' as usize] = DOT;
    classes.forbidden_after[b'.' as usize] = SEPARATOR;
    classes
};

/// The same with an eye on what is odd.
#[cold]
fn odd_domain_name(text: &[u8], start: usize, tolerance: &mut Tolerance) -> Result<usize, usize> {
    let mut end = start;
    let mut forbidden = SEPARATOR;
    for &octet in &text[start.min(text.len())..] {
        let class = CLASSES.of[usize::from(octet)];
        if class == 0 {
            break;
        }
        let tolerable = class != UNDERSCORE || tolerance.allows(Quirk::Underscore);
        if class & forbidden != 0 || !tolerable {
            return Err(end);
        }
        forbidden = CLASSES.forbidden_after[usize::from(octet)];
        end += 1;
    }
    if forbidden & DOT == 0 { Ok(end) } else { Err(end) }
}

/// `address-literal = "[" .. "]"`; gives its end, or the octet that is wrong.
#[cold]
fn literal(text: &[u8], start: usize) -> Result<usize, usize> {
    let inside = &text[start + 1..];
    let len = inside.iter().position(|&octet| octet == b']').ok_or(text.len())?;
    let end = start + 1 + len;
    let literal = core::str::from_utf8(&inside[..len]).ok().and_then(AddressLiteral::parse);
    if literal.is_some() { Ok(end + 1) } else { Err(start + 1) }
}

/// `A-d-l ":"`, `A-d-l = At-domain *( "," At-domain )`; gives where the mailbox starts.
#[cold]
pub(crate) fn route(
    text: &[u8],
    start: usize,
    bad: ParseErrorKind,
    tolerance: &mut Tolerance,
) -> Result<usize, ParseError> {
    let mut at = start;
    loop {
        if text.get(at) != Some(&b'@') {
            return Err(bad.at(at));
        }
        at = domain(text, at + 1, tolerance).map_err(|offset| bad.at(offset))? + 1;
        match text.get(at - 1) {
            Some(b',') => {}
            Some(b':') => return Ok(at),
            _ => return Err(bad.at(at - 1)),
        }
    }
}

/// Whether the text can stand as a local part without quotes.
pub(crate) fn is_dot_string(text: &str) -> bool {
    DOT_STRING.covers(text.as_bytes()) && text.split('.').all(|atom| !atom.is_empty())
}
