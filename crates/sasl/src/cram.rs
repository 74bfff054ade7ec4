//! `CRAM-MD5` ([RFC 2195]).
//!
//! ```text
//! challenge = "<" nonce "@" host ">"
//! response  = user SP digest          ; 32 lower-case hexadecimal digits
//! ```
//!
//! The user name may hold spaces, so the last space divides.
//!
//! [RFC 2195]: https://www.rfc-editor.org/rfc/rfc2195

use alloc::{format, string::String, vec::Vec};

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

use crate::{Error, ParseErrorKind, Secret, text};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The challenge, a `msg-id`.
pub(crate) fn challenge(nonce: &str, hostname: &str) -> Result<String, Error> {
    if !is_dot_atom(nonce) {
        return Err(Error::Argument("nonce"));
    }
    if !is_dot_atom(hostname) {
        return Err(Error::Argument("host name"));
    }
    Ok(format!("<{nonce}@{hostname}>"))
}

/// What the client answers.
pub(crate) fn response(user: &str, secret: &Secret, challenge: &[u8]) -> Vec<u8> {
    [user.as_bytes(), b" ", &digest(secret, challenge)].concat()
}

/// Divides a response into user name and digest.
pub(crate) fn parse(response: &[u8]) -> Result<(&str, [u8; 32]), Error> {
    let Some(space) = response.iter().rposition(|&b| b == b' ') else {
        return Err(Error::parse(ParseErrorKind::Missing, response.len()));
    };
    let (user, digest) = (&response[..space], &response[space + 1..]);
    if user.is_empty() {
        return Err(Error::parse(ParseErrorKind::Empty, 0));
    }
    let user = text::name(user, 0)?;
    match <[u8; 32]>::try_from(digest) {
        Ok(digest) if digest.iter().all(|b| HEX.contains(b)) => Ok((user, digest)),
        _ => Err(Error::parse(ParseErrorKind::Digest, space + 1)),
    }
}

/// The keyed MD5 in lower-case hexadecimal.
pub(crate) fn digest(secret: &Secret, challenge: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Md5>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(challenge);
    let mut hex = [0; 32];
    for (pair, octet) in hex.chunks_exact_mut(2).zip(mac.finalize().into_bytes()) {
        pair.copy_from_slice(&[HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]]);
    }
    hex
}

/// `dot-atom-text` (RFC 5322 §3.2.3)
fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    const CHALLENGE: &str = "<1896.697170952@postoffice.reston.mci.net>";

    /// RFC 2195 §2
    #[test]
    fn rfc_example() {
        assert_eq!(challenge("1896.697170952", "postoffice.reston.mci.net").unwrap(), CHALLENGE);
        let got = response("tim", &"tanstaaftanstaaf".into(), CHALLENGE.as_bytes());
        assert_eq!(got, b"tim b913a602c7eda7a495b4e6e7334d3890");
    }

    #[test]
    fn divides_at_the_last_space() {
        let (user, digest) = parse(b"tim the  enchanter b913a602c7eda7a495b4e6e7334d3890").unwrap();
        assert_eq!(
            (user, &digest[..]),
            ("tim the  enchanter", &b"b913a602c7eda7a495b4e6e7334d3890"[..])
        );
    }

    #[test]
    fn refuses() {
        for (line, want) in [
            ("", "missing field at byte 0"),
            ("b913a602c7eda7a495b4e6e7334d3890", "missing field at byte 32"),
            (" b913a602c7eda7a495b4e6e7334d3890", "empty field at byte 0"),
            ("tim B913A602C7EDA7A495B4E6E7334D3890", "bad digest at byte 4"),
            ("tim b913a602c7eda7a495b4e6e7334d389", "bad digest at byte 4"),
            ("tim b913a602c7eda7a495b4e6e7334d38900", "bad digest at byte 4"),
            ("tim b913a602c7eda7a495b4e6e7334d3890 ", "bad digest at byte 37"),
            ("tim\0 b913a602c7eda7a495b4e6e7334d3890", "character not allowed at byte 3"),
        ] {
            assert_eq!(parse(line.as_bytes()).unwrap_err().to_string(), want, "line {line:?}");
        }
        assert!(parse(b"t\xffm b913a602c7eda7a495b4e6e7334d3890").is_err());
        for (nonce, host) in
            [("", "h"), ("a@b", "h"), ("a>", "h"), ("a", ""), ("a", "h h"), ("a\r", "h")]
        {
            assert!(challenge(nonce, host).is_err(), "{nonce:?} {host:?}");
        }
    }
}
