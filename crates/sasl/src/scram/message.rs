//! The messages of SCRAM ([RFC 5802 §7]), read strictly.
//!
//! [RFC 5802 §7]: https://www.rfc-editor.org/rfc/rfc5802#section-7

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

use crate::{Error, ParseErrorKind, ScramError, line, text};

/// What the client says about channel binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gs2Flag<'a> {
    /// `n`: it cannot
    Unable,
    /// `y`: it could, and believes the server cannot
    Unused,
    /// `p=`: it does, with this type
    Bound(&'a str),
}

/// `gs2-header = gs2-cbind-flag "," [ authzid ] ","`
#[derive(Debug)]
pub(crate) struct Gs2Header<'a> {
    pub(crate) flag: Gs2Flag<'a>,
    pub(crate) authzid: String,
    /// As it stood, for `c=`.
    pub(crate) raw: &'a str,
}

/// Reads the header; the rest of the message follows it.
pub(crate) fn gs2_header(message: &str) -> Result<(Gs2Header<'_>, &str), Error> {
    let bad = |offset| Error::parse(ParseErrorKind::Gs2Header, offset);
    let (flag, rest) = message.split_once(',').ok_or(bad(message.len()))?;
    let authzid_at = flag.len() + 1;
    let flag = match flag {
        "n" => Gs2Flag::Unable,
        "y" => Gs2Flag::Unused,
        _ => match flag.strip_prefix("p=") {
            Some(name) if is_cb_name(name) => Gs2Flag::Bound(name),
            _ => return Err(bad(0)),
        },
    };
    let (field, rest) = rest.split_once(',').ok_or(bad(message.len()))?;
    let authzid = match field.strip_prefix("a=") {
        _ if field.is_empty() => String::new(),
        Some(name) => unescape(name, authzid_at + 2)?,
        None => return Err(bad(authzid_at)),
    };
    let raw = &message[..message.len() - rest.len()];
    Ok((Gs2Header { flag, authzid, raw }, rest))
}

/// `cb-name = 1*(ALPHA / DIGIT / "." / "-")`
fn is_cb_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

/// A name as `saslname`: `=` and `,` are escaped.
pub(crate) fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['=', ',']) {
        Cow::Owned(name.replace('=', "=3D").replace(',', "=2C"))
    } else {
        Cow::Borrowed(name)
    }
}

/// `saslname = 1*(value-safe-char / "=2C" / "=3D")`
fn unescape(field: &str, offset: usize) -> Result<String, Error> {
    text::non_empty(field.as_bytes(), offset)?;
    text::name(field.as_bytes(), offset)?;
    let mut pieces = field.split('=');
    let mut name = String::from(pieces.next().unwrap_or_default());
    let mut at = offset + name.len();
    for piece in pieces {
        let (c, rest) = match (piece.strip_prefix("2C"), piece.strip_prefix("3D")) {
            (Some(rest), _) => (',', rest),
            (_, Some(rest)) => ('=', rest),
            (None, None) => return Err(Error::parse(ParseErrorKind::Character, at)),
        };
        name.push(c);
        name.push_str(rest);
        at += piece.len() + 1;
    }
    Ok(name)
}

/// `printable = %x21-2B / %x2D-7E`
pub(crate) fn is_nonce(nonce: &str) -> bool {
    !nonce.is_empty() && nonce.bytes().all(|b| b.is_ascii_graphic() && b != b',')
}

/// `client-first-message = gs2-header username "," nonce ["," extensions]`
#[derive(Debug)]
pub(crate) struct ClientFirst<'a> {
    pub(crate) header: Gs2Header<'a>,
    pub(crate) bare: &'a str,
    pub(crate) user: String,
    pub(crate) nonce: &'a str,
}

pub(crate) fn client_first(message: &[u8]) -> Result<ClientFirst<'_>, Error> {
    let message = text::utf8(message, 0)?;
    let (header, bare) = gs2_header(message)?;
    let mut attributes = Attributes::new(bare, header.raw.len());
    let (user, at) = attributes.next("n=")?;
    let user = unescape(user, at)?;
    let nonce = attributes.nonce()?;
    attributes.extensions()?;
    Ok(ClientFirst { header, bare, user, nonce })
}

/// `server-first-message = nonce "," salt "," iteration-count ["," extensions]`
#[derive(Debug)]
pub(crate) struct ServerFirst<'a> {
    pub(crate) text: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) salt: Vec<u8>,
    /// Saturated.
    pub(crate) iterations: u32,
}

pub(crate) fn server_first(message: &[u8]) -> Result<ServerFirst<'_>, Error> {
    let text = text::utf8(message, 0)?;
    refusal(text)?;
    let mut attributes = Attributes::new(text, 0);
    let nonce = attributes.nonce()?;
    let salt = attributes.base64("s=")?;
    let (count, at) = attributes.next("i=")?;
    attributes.extensions()?;
    if count.starts_with('0') || count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::parse(ParseErrorKind::Number, at));
    }
    Ok(ServerFirst { text, nonce, salt, iterations: count.parse().unwrap_or(u32::MAX) })
}

/// `client-final-message = channel-binding "," nonce ["," extensions] "," proof`
#[derive(Debug)]
pub(crate) struct ClientFinal<'a> {
    /// Still in base64.
    pub(crate) binding: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) without_proof: &'a str,
    pub(crate) proof: Vec<u8>,
}

pub(crate) fn client_final(message: &[u8]) -> Result<ClientFinal<'_>, Error> {
    let message = text::utf8(message, 0)?;
    let (without_proof, proof) =
        message.rsplit_once(',').ok_or(Error::parse(ParseErrorKind::Missing, message.len()))?;
    let mut attributes = Attributes::new(without_proof, 0);
    let (binding, at) = attributes.next("c=")?;
    line::decode(binding.as_bytes()).map_err(|e| Error::parse(e.kind, at + e.offset))?;
    let nonce = attributes.nonce()?;
    attributes.extensions()?;
    let proof = Attributes::new(proof, without_proof.len() + 1).base64("p=")?;
    Ok(ClientFinal { binding, nonce, without_proof, proof })
}

/// `server-final-message = (server-error / verifier) ["," extensions]`
pub(crate) fn server_final(message: &[u8]) -> Result<Vec<u8>, Error> {
    let text = text::utf8(message, 0)?;
    refusal(text)?;
    let mut attributes = Attributes::new(text, 0);
    let verifier = attributes.base64("v=")?;
    attributes.extensions()?;
    Ok(verifier)
}

/// `server-error = "e=" server-error-value`
fn refusal(text: &str) -> Result<(), Error> {
    match text.strip_prefix("e=") {
        None => Ok(()),
        Some(value) => {
            let value = value.split(',').next().unwrap_or_default();
            Err(Error::Server(ScramError::parse(value)))
        }
    }
}

/// The attributes of a message, in their fixed order.
struct Attributes<'a> {
    rest: Option<&'a str>,
    at: usize,
}

impl<'a> Attributes<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self { rest: Some(text), at }
    }

    /// The value of the next attribute, which must have this name, and where it begins.
    fn next(&mut self, name: &str) -> Result<(&'a str, usize), Error> {
        let (field, at) = self.field().ok_or(Error::parse(ParseErrorKind::Missing, self.at))?;
        if field.starts_with("m=") {
            return Err(Error::parse(ParseErrorKind::MandatoryExtension, at));
        }
        let value = field.strip_prefix(name).ok_or(Error::parse(ParseErrorKind::Missing, at))?;
        Ok((value, at + name.len()))
    }

    fn nonce(&mut self) -> Result<&'a str, Error> {
        let (nonce, at) = self.next("r=")?;
        if !is_nonce(nonce) {
            return Err(Error::parse(ParseErrorKind::Character, at));
        }
        Ok(nonce)
    }

    /// A base64 value that is not empty.
    fn base64(&mut self, name: &str) -> Result<Vec<u8>, Error> {
        let (value, at) = self.next(name)?;
        if value.is_empty() {
            return Err(Error::parse(ParseErrorKind::Empty, at));
        }
        line::decode(value.as_bytes()).map_err(|e| Error::parse(e.kind, at + e.offset))
    }

    /// `extensions = attr-val *("," attr-val)`: passed over, except that `m=` is reserved (§5.1).
    fn extensions(&mut self) -> Result<(), Error> {
        while let Some((field, at)) = self.field() {
            let kind = match field.as_bytes() {
                [b'm', b'=', ..] => ParseErrorKind::MandatoryExtension,
                [name, b'=', value @ ..]
                    if name.is_ascii_alphabetic() && !value.is_empty() && !value.contains(&0) =>
                {
                    continue;
                }
                _ => ParseErrorKind::Character,
            };
            return Err(Error::parse(kind, at));
        }
        Ok(())
    }

    fn field(&mut self) -> Option<(&'a str, usize)> {
        let (rest, at) = (self.rest?, self.at);
        let Some((field, rest)) = rest.split_once(',') else {
            (self.rest, self.at) = (None, at + rest.len());
            return Some((rest, at));
        };
        (self.rest, self.at) = (Some(rest), at + field.len() + 1);
        Some((field, at))
    }
}

/// A `server-first-message`.
pub(crate) fn write_server_first(nonce: &str, salt: &[u8], iterations: u32) -> String {
    let mut out = b"r=".to_vec();
    out.extend_from_slice(nonce.as_bytes());
    out.extend_from_slice(b",s=");
    line::encode(salt, &mut out);
    out.extend_from_slice(b",i=");
    out.extend_from_slice(iterations.to_string().as_bytes());
    ascii(out)
}

/// `c=`, the GS2 header and the binding in base64
pub(crate) fn write_binding(header: &str, data: &[u8]) -> String {
    let mut out = b"c=".to_vec();
    line::encode(&[header.as_bytes(), data].concat(), &mut out);
    ascii(out)
}

/// An attribute with a base64 value.
pub(crate) fn write_base64(name: &str, value: &[u8]) -> String {
    let mut out = name.as_bytes().to_vec();
    line::encode(value, &mut out);
    ascii(out)
}

fn ascii(out: Vec<u8>) -> String {
    String::from_utf8(out).expect("base64 and the attributes around it are ASCII")
}
