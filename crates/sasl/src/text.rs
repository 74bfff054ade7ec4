//! What identities may hold.

use alloc::{borrow::Cow, string::String};

use crate::{Error, ParseErrorKind, saslprep};

/// The text of a field that begins at `offset` of its message.
pub(crate) fn utf8(field: &[u8], offset: usize) -> Result<&str, Error> {
    core::str::from_utf8(field)
        .map_err(|e| Error::parse(ParseErrorKind::Utf8, offset + e.valid_up_to()))
}

/// The text of a field that must not be empty.
pub(crate) fn non_empty(field: &[u8], offset: usize) -> Result<&str, Error> {
    if field.is_empty() {
        return Err(Error::parse(ParseErrorKind::Empty, offset));
    }
    utf8(field, offset)
}

/// A name without control characters, as a peer sends it.
pub(crate) fn name(field: &[u8], offset: usize) -> Result<&str, Error> {
    let text = utf8(field, offset)?;
    match text.bytes().position(|b| b.is_ascii_control()) {
        Some(at) => Err(Error::parse(ParseErrorKind::Character, offset + at)),
        None => Ok(text),
    }
}

/// An authorization identity, prepared; empty only when it was (RFC 4954 §4).
pub(crate) fn prepared_authzid(authzid: &str) -> Result<String, Error> {
    if authzid.is_empty() {
        return Ok(String::new());
    }
    Ok(saslprep::query_non_empty(authzid).map(Cow::into_owned)?)
}

/// Characters of trace information that is no address (RFC 4505 §2).
const MAX_TRACE: usize = 255;
/// Octets of an address: local part, `@`, domain (RFC 5321 §4.5.3.1).
const MAX_ADDRESS: usize = 64 + 1 + 255;

/// `message = [ email / token ]`, prepared with the `trace` profile (RFC 4505 §2)
pub(crate) fn check_trace(trace: &str) -> Result<(), Error> {
    saslprep::trace(trace)?;
    let sound = match trace.rsplit_once('@') {
        None => trace.chars().count() <= MAX_TRACE,
        Some((local, domain)) => {
            trace.len() <= MAX_ADDRESS && is_local_part(local) && is_domain(domain)
        }
    };
    if sound { Ok(()) } else { Err(Error::parse(ParseErrorKind::Trace, 0)) }
}

/// `dot-atom / quoted-string`, without looking into the quotes
fn is_local_part(text: &str) -> bool {
    let quoted = text.len() > 2 && text.starts_with('"') && text.ends_with('"');
    quoted || is_domain(text)
}

/// `dot-atom / domain-literal`, the atoms taken widely
fn is_domain(text: &str) -> bool {
    let literal = text.len() > 2 && text.starts_with('[') && text.ends_with(']');
    literal
        || text.split('.').all(|atom| {
            !atom.is_empty() && !atom.contains(|c: char| c == ' ' || "@()<>[]:;,\\\"".contains(c))
        })
}
