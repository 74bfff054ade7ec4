//! OK, NO, BAD, BYE, PREAUTH, and `+` (RFC 9051 §7.1, §7.6).

use super::ResponseCode;
use crate::{ResponseText, Tag};

/// How something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §7.1 has no other")]
pub enum Condition {
    /// Well; without a tag, for your information.
    Ok,
    /// Not done; without a tag, a warning.
    No,
    /// Not understood.
    Bad,
    /// The server closes the connection.
    Bye,
    /// As a greeting: nobody has to log in.
    PreAuth,
}

impl Condition {
    /// The word on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Bye => "BYE",
            Self::PreAuth => "PREAUTH",
        }
    }

    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        let condition = match name {
            [b'O' | b'o', _] => Self::Ok,
            [_, _] => Self::No,
            [_, b'A' | b'a', _] => Self::Bad,
            [_, _, _] => Self::Bye,
            [_, _, _, _, _, _, _] => Self::PreAuth,
            _ => return None,
        };
        condition.name().as_bytes().eq_ignore_ascii_case(name).then_some(condition)
    }
}

/// A status response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Which command it ends; `None` for `*`.
    pub tag: Option<Tag>,
    /// How it went.
    pub condition: Condition,
    /// What a program should know.
    pub code: Option<ResponseCode>,
    /// What a person should know.
    pub text: ResponseText,
}

impl Status {
    /// A status without a code.
    ///
    /// A `&str` as text is [cleaned](ResponseText::clean) of what cannot stand in a line.
    ///
    /// ```
    /// use mailwire_imap::{Condition, Encoder, Peer, Response, ResponseCode, Status, WordCode};
    ///
    /// let greeting = Status::new(None, Condition::Ok, "ready\r\n");
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// Response::Status(greeting.with_code(ResponseCode::Word(WordCode::Alert))).encode(&mut out);
    /// assert_eq!(out.finish().wire, "* OK [ALERT] ready\r\n");
    /// ```
    #[must_use]
    pub fn new(tag: Option<Tag>, condition: Condition, text: impl Into<ResponseText>) -> Self {
        Self { tag, condition, code: None, text: text.into() }
    }

    /// The same with a code.
    #[must_use]
    pub fn with_code(self, code: ResponseCode) -> Self {
        Self { code: Some(code), ..self }
    }
}

/// A continuation: `+ text`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Continue {
    /// What a program should know. One that would need a literal (character sets with odd names) is not
    /// sent: there is none behind `+`.
    pub code: Option<ResponseCode>,
    /// A text for people, or a challenge in base64. Which of them depends on what was sent.
    pub text: ResponseText,
}

impl Continue {
    /// A continuation with this text, or a challenge in base64.
    ///
    /// ```
    /// use mailwire_imap::{Continue, Encoder, Peer, Response};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// Response::Continue(Continue::new("go on")).encode(&mut out);
    /// assert_eq!(out.finish().wire, "+ go on\r\n");
    /// ```
    #[must_use]
    pub fn new(text: impl Into<ResponseText>) -> Self {
        Self { code: None, text: text.into() }
    }

    /// The same with a code.
    ///
    /// ```
    /// use mailwire_imap::{Continue, Encoder, Peer, Response, ResponseCode, WordCode};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let warning = Continue::new("going down soon").with_code(ResponseCode::Word(WordCode::Alert));
    /// Response::Continue(warning).encode(&mut out);
    /// assert_eq!(out.finish().wire, "+ [ALERT] going down soon\r\n");
    /// ```
    #[must_use]
    pub fn with_code(self, code: ResponseCode) -> Self {
        Self { code: Some(code), ..self }
    }
}
