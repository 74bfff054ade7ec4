//! The base64 line that SMTP, POP3 and IMAP share ([RFC 4954 §4], [RFC 5034 §4], [RFC 9051 §6.2.2]).
//!
//! | on the wire | as initial response | as response | as challenge |
//! |---|---|---|---|
//! | nothing | none given | empty | empty |
//! | `=` | empty | error | error |
//! | `*` | error | cancel | error |
//! | base64 | data | data | data |
//!
//! The alphabet and the padding are strict: no whitespace, no missing `=`, no stray bits. A line comes
//! without its CRLF and without the `334 ` or `+ ` before a challenge.
//!
//! [RFC 4954 §4]: https://www.rfc-editor.org/rfc/rfc4954#section-4
//! [RFC 5034 §4]: https://www.rfc-editor.org/rfc/rfc5034#section-4
//! [RFC 9051 §6.2.2]: https://www.rfc-editor.org/rfc/rfc9051#section-6.2.2

use alloc::vec::Vec;

use base64::{DecodeError, Engine, engine::general_purpose::STANDARD};
use bytes::BufMut;

use crate::{ParseError, ParseErrorKind, Secret};

/// A SASL line this long, CRLF included, is enough for every deployed mechanism (RFC 4954 §4).
///
/// The protocol crates enforce it; nothing here allocates more than the line it is given.
pub const MAX_LINE: usize = 12_288;

/// What cancels an exchange when the client sends it in place of a response (RFC 4954 §4).
pub const CANCEL: &[u8] = b"*";

/// What a client answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Response {
    /// `*`
    Cancel,
    /// The decoded octets, often a password.
    Data(Secret),
}

/// Appends a challenge or response, nothing when it is empty.
///
/// ```
/// let mut out = Vec::new();
/// mailwire_sasl::line::encode(b"\0tim\0tanstaaftanstaaf", &mut out);
/// assert_eq!(out, b"AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
/// ```
pub fn encode(data: &[u8], out: &mut impl BufMut) {
    let mut text = [0; 256];
    for piece in data.chunks(192) {
        let len = STANDARD.encode_slice(piece, &mut text).expect("192 octets make 256");
        out.put_slice(&text[..len]);
    }
}

/// Appends an initial response, `=` when it is empty.
///
/// ```
/// let mut out = b"AUTH EXTERNAL ".to_vec();
/// mailwire_sasl::line::encode_initial(b"", &mut out);
/// assert_eq!(out, b"AUTH EXTERNAL =");
/// ```
pub fn encode_initial(data: &[u8], out: &mut impl BufMut) {
    if data.is_empty() {
        out.put_u8(b'=');
    } else {
        encode(data, out);
    }
}

/// How many octets [`encode_initial`] appends: for the client that must not exceed the length of a
/// command line and leaves the initial response out then (RFC 4954 §4).
///
/// ```
/// assert_eq!(mailwire_sasl::line::initial_len(b"four"), 8);
/// assert_eq!(mailwire_sasl::line::initial_len(b""), 1);
/// ```
pub fn initial_len(data: &[u8]) -> usize {
    data.len().div_ceil(3).saturating_mul(4).max(1)
}

/// Reads what the client sent after a challenge.
///
/// ```
/// use mailwire_sasl::line::{Response, decode_response};
///
/// assert_eq!(decode_response(b"*")?, Response::Cancel);
/// assert_eq!(decode_response(b"")?, Response::Data("".into()));
/// assert_eq!(decode_response(b"AQ==")?, Response::Data("\x01".into()));
/// assert!(decode_response(b"=").is_err());
/// # Ok::<(), mailwire_sasl::ParseError>(())
/// ```
pub fn decode_response(line: &[u8]) -> Result<Response, ParseError> {
    if line == CANCEL {
        return Ok(Response::Cancel);
    }
    decode(line).map(|data| Response::Data(data.into()))
}

/// Reads the initial response that came with the command.
///
/// ```
/// use mailwire_sasl::line::decode_initial;
///
/// assert_eq!(decode_initial(b"=")?.as_bytes(), b"");
/// assert_eq!(decode_initial(b"c2lyaGM=")?.as_bytes(), b"sirhc");
/// assert!(decode_initial(b"").is_err());
/// # Ok::<(), mailwire_sasl::ParseError>(())
/// ```
pub fn decode_initial(argument: &[u8]) -> Result<Secret, ParseError> {
    match argument {
        b"=" => Ok(Secret::default()),
        b"" => Err(ParseError { kind: ParseErrorKind::Empty, offset: 0 }),
        _ => decode(argument).map(Secret::from),
    }
}

/// Reads what the server sent; when that fails the client cancels with [`CANCEL`] (RFC 4954 §4).
///
/// ```
/// use mailwire_sasl::line::decode_challenge;
///
/// assert_eq!(decode_challenge(b"VXNlcm5hbWU6")?, b"Username:");
/// assert_eq!(decode_challenge(b"")?, b"");
/// assert!(decode_challenge(b"go ahead").is_err());
/// # Ok::<(), mailwire_sasl::ParseError>(())
/// ```
pub fn decode_challenge(text: &[u8]) -> Result<Vec<u8>, ParseError> {
    decode(text)
}

/// `base64 = *(4base64-char) [base64-terminal]`, canonical
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, ParseError> {
    STANDARD.decode(text).map_err(|e| {
        let offset = match e {
            DecodeError::InvalidByte(offset, _) | DecodeError::InvalidLastSymbol { offset, .. } => {
                offset
            }
            _ => text.len(),
        };
        ParseError { kind: ParseErrorKind::Base64, offset }
    })
}
