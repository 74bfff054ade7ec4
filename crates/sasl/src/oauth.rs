//! The messages of `OAUTHBEARER` ([RFC 7628 §3.1]) and `XOAUTH2`.
//!
//! ```text
//! OAUTHBEARER = gs2-header kvsep *kvpair kvsep
//! kvpair      = key "=" value kvsep
//! kvsep       = %x01
//! XOAUTH2     = "user=" user kvsep "auth=Bearer " token kvsep kvsep
//! ```
//!
//! [RFC 7628 §3.1]: https://www.rfc-editor.org/rfc/rfc7628#section-3.1

use alloc::{string::String, vec::Vec};
use core::num::NonZeroU16;

use crate::{
    BindingError, Credentials, Error, Mechanism, ParseErrorKind, Secret,
    scram::message::{Gs2Flag, escape, gs2_header},
    text,
};

mod json;

/// Why a token was refused: the error challenge ([RFC 7628 §3.2.2]), for which `XOAUTH2` set the example.
///
/// ```
/// use mailwire_sasl::OAuthError;
///
/// let error = OAuthError::new("invalid_token").with_scope("example_scope");
/// let json = br#"{"status":"invalid_token","scope":"example_scope"}"#;
/// assert_eq!(error.to_json(), json);
/// assert_eq!(OAuthError::parse(json), Some(error));
/// ```
///
/// [RFC 7628 §3.2.2]: https://www.rfc-editor.org/rfc/rfc7628#section-3.2.2
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub struct OAuthError {
    /// The error code, `invalid_token` for example; `XOAUTH2` servers send an HTTP status like `401`.
    pub status: String,
    /// `schemes`: what kinds of token the server takes, in `XOAUTH2` and the example of RFC 7628 §4.4.
    pub schemes: Option<String>,
    /// `scope`: what a token must be good for.
    pub scope: Option<String>,
    /// `openid-configuration`: where to find out how to get one.
    pub openid_configuration: Option<String>,
}

impl OAuthError {
    /// An error with a code and nothing else.
    pub fn new(status: impl Into<String>) -> Self {
        Self { status: status.into(), ..Self::default() }
    }

    /// Sets `schemes`.
    pub fn with_schemes(mut self, schemes: impl Into<String>) -> Self {
        self.schemes = Some(schemes.into());
        self
    }

    /// Sets `scope`.
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sets `openid-configuration`.
    pub fn with_openid_configuration(mut self, url: impl Into<String>) -> Self {
        self.openid_configuration = Some(url.into());
        self
    }

    /// The JSON text of the challenge.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = String::from("{\"status\":");
        json::write_string(&self.status, &mut out);
        for (key, value) in [
            ("schemes", &self.schemes),
            ("scope", &self.scope),
            ("openid-configuration", &self.openid_configuration),
        ] {
            if let Some(value) = value {
                out.push_str(",\"");
                out.push_str(key);
                out.push_str("\":");
                json::write_string(value, &mut out);
            }
        }
        out.push('}');
        out.into_bytes()
    }

    /// Reads a challenge; `None` if it is no JSON object. Members it does not know are skipped,
    /// a `status` that is a number is taken as text.
    pub fn parse(json: &[u8]) -> Option<Self> {
        let mut error = Self::default();
        for (key, value) in json::members(core::str::from_utf8(json).ok()?)? {
            match (key.as_str(), value) {
                ("status", Some(value)) => error.status = value,
                ("schemes", value @ Some(_)) => error.schemes = value,
                ("scope", value @ Some(_)) => error.scope = value,
                ("openid-configuration", value @ Some(_)) => error.openid_configuration = value,
                _ => {}
            }
        }
        Some(error)
    }
}

const KVSEP: u8 = 1;
/// What the client answers to the error challenge of `OAUTHBEARER` (RFC 7628 §3.2.3).
pub(crate) const DUMMY: &[u8] = &[KVSEP];

/// What a client presents, taken apart.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(crate) authzid: String,
    pub(crate) token: Secret,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<NonZeroU16>,
}

/// The client's message.
pub(crate) fn message(mechanism: Mechanism, credentials: &Credentials) -> Secret {
    let token = credentials.token.as_deref().unwrap_or_default();
    let user = credentials.token_user();
    let mut out = Vec::with_capacity(64 + user.len() + token.len());
    if mechanism == Mechanism::XOAuth2 {
        out.extend_from_slice(b"user=");
        out.extend_from_slice(user.as_bytes());
        out.push(KVSEP);
    } else {
        out.extend_from_slice(b"n,");
        if !user.is_empty() {
            out.extend_from_slice(b"a=");
            out.extend_from_slice(escape(user).as_bytes());
        }
        out.extend_from_slice(&[b',', KVSEP]);
        if let Some((host, port)) = &credentials.endpoint {
            for part in ["host=", host, "\x01port=", &alloc::format!("{port}"), "\x01"] {
                out.extend_from_slice(part.as_bytes());
            }
        }
    }
    out.extend_from_slice(b"auth=Bearer ");
    out.extend_from_slice(token);
    out.extend_from_slice(&[KVSEP, KVSEP]);
    out.into()
}

/// Reads the client's message.
pub(crate) fn parse(mechanism: Mechanism, message: &[u8]) -> Result<Presented, Error> {
    if mechanism == Mechanism::XOAuth2 { parse_xoauth2(message) } else { parse_bearer(message) }
}

/// `"user=" user kvsep "auth=Bearer " token kvsep kvsep`
fn parse_xoauth2(message: &[u8]) -> Result<Presented, Error> {
    let end = message.len();
    let missing = |at| Error::parse(ParseErrorKind::Missing, at);
    let rest = message.strip_prefix(b"user=").ok_or(missing(0))?;
    let sep = rest.iter().position(|&b| b == KVSEP).ok_or(missing(end))?;
    let (user, pairs) = (&rest[..sep], &rest[sep + 1..]);
    let auth_at = end - pairs.len();
    if user.is_empty() {
        return Err(Error::parse(ParseErrorKind::Empty, 5));
    }
    let authzid = text::name(user, 5)?.into();
    let auth = pairs.strip_prefix(b"auth=").ok_or(missing(auth_at))?;
    let auth = auth.strip_suffix(&[KVSEP, KVSEP]).ok_or(missing(end))?;
    Ok(Presented { authzid, token: bearer(auth, auth_at + 5)?, host: None, port: None })
}

/// `client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep`, the second form not being valid here
fn parse_bearer(message: &[u8]) -> Result<Presented, Error> {
    let end = message.len();
    let missing = |at| Error::parse(ParseErrorKind::Missing, at);
    let (header, rest) = gs2_header(text::utf8(message, 0)?)?;
    if let Gs2Flag::Bound(_) = header.flag {
        return Err(Error::ChannelBinding(BindingError::NotPlus));
    }
    let mut at = header.raw.len() + 1;
    let rest = rest.as_bytes().strip_prefix(&[KVSEP]).ok_or(missing(header.raw.len()))?;
    let mut pairs = rest.strip_suffix(&[KVSEP]).ok_or(missing(end))?;

    let (mut auth, mut host, mut port) = (None, None, None);
    while !pairs.is_empty() {
        let sep = pairs.iter().position(|&b| b == KVSEP).ok_or(missing(end))?;
        let pair = &pairs[..sep];
        let eq = pair.iter().position(|&b| b == b'=').ok_or(missing(at))?;
        let (key, value, value_at) = (&pair[..eq], &pair[eq + 1..], at + eq + 1);
        if key.is_empty() || !key.iter().all(u8::is_ascii_alphabetic) {
            return Err(Error::parse(ParseErrorKind::Character, at));
        }
        if let Some(bad) = value.iter().position(|&b| !is_value(b)) {
            return Err(Error::parse(ParseErrorKind::Character, value_at + bad));
        }
        let slot = match key {
            b"auth" => Some(&mut auth),
            b"host" => Some(&mut host),
            b"port" => Some(&mut port),
            _ => None, // unknown and reserved keys are ignored
        };
        if slot.is_some_and(|slot| slot.replace((value, value_at)).is_some()) {
            return Err(Error::parse(ParseErrorKind::Surplus, at));
        }
        pairs = &pairs[sep + 1..];
        at += sep + 1;
    }
    let (auth, auth_at) = auth.ok_or(missing(end))?;
    Ok(Presented {
        authzid: header.authzid,
        // An empty value asks what the server wants (RFC 7628 §4.3).
        token: if auth.is_empty() { Secret::default() } else { bearer(auth, auth_at)? },
        host: host.map(|(host, at)| text::non_empty(host, at).map(String::from)).transpose()?,
        port: port.map(|(port, at)| parse_port(port, at)).transpose()?,
    })
}

/// `value = *(VCHAR / SP / HTAB / CR / LF)`
fn is_value(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

/// `"Bearer" 1*SP token`, the scheme without regard to case (RFC 7628 §4, RFC 6750 §2.1)
fn bearer(auth: &[u8], at: usize) -> Result<Secret, Error> {
    const SCHEME: usize = "Bearer".len();
    let token = match auth.split_at_checked(SCHEME) {
        Some((scheme, [b' ', token @ ..])) if scheme.eq_ignore_ascii_case(b"Bearer") => {
            let spaces = token.iter().take_while(|&&b| b == b' ').count();
            &token[spaces..]
        }
        _ => return Err(Error::parse(ParseErrorKind::Token, at)),
    };
    if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
        return Err(Error::parse(ParseErrorKind::Token, at + SCHEME));
    }
    Ok(token.into())
}

/// A decimal positive integer without leading zeros (RFC 7628 §3.1)
fn parse_port(port: &[u8], at: usize) -> Result<NonZeroU16, Error> {
    let digits = port.first() != Some(&b'0') && port.iter().all(u8::is_ascii_digit);
    let number = digits.then(|| text::utf8(port, at).ok()?.parse().ok()).flatten();
    number.ok_or(Error::parse(ParseErrorKind::Number, at))
}
