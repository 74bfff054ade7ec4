use alloc::string::String;

use crate::saslprep::PrepError;

/// Why an exchange cannot go on.
///
/// An exchange that returned an error other than [`Misuse`](Self::Misuse) is over: it returns the same
/// error from then on, and a new attempt needs a new exchange. A wrong password is no error on the
/// server side but [`Step::Failed`](crate::server::Step::Failed). [`fault`](Self::fault) tells what to
/// answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer sent a message that does not follow the grammar of the mechanism.
    #[error("{0}")]
    Malformed(#[from] ParseError),
    /// The peer sent a message where the mechanism has none, or a non-empty one where it must be empty.
    #[error("message where the mechanism has none")]
    Unexpected,
    /// The client sent an initial response with a mechanism in which the server speaks first
    /// (RFC 4954 §4: 501 and 5.7.0).
    #[error("initial response with a mechanism in which the server speaks first")]
    InitialResponse,
    /// The client gave up with `*` (RFC 4954 §4).
    #[error("exchange cancelled")]
    Cancelled,
    /// The peer did not carry on with the nonce it was given (RFC 5802 §5.1).
    #[error("nonce changed, shortened or not extended")]
    Nonce,
    /// The iteration count lies outside the bounds (RFC 5802 §5.1 and §9).
    #[error("iteration count {count} is not between {min} and {max}")]
    Iterations {
        /// What was announced; saturated when it does not fit.
        count: u32,
        /// The smallest count taken.
        min: u32,
        /// The largest count taken.
        max: u32,
    },
    /// The channel bindings of the two sides do not agree (RFC 5802 §6).
    #[error("channel binding: {0}")]
    ChannelBinding(BindingError),
    /// The server does not know the password: its signature is wrong (RFC 5802 §5).
    #[error("server signature does not verify")]
    ServerSignature,
    /// The protocol announced success before the mechanism was through (RFC 5802 §5: not before `v=`).
    #[error("success announced before the exchange was complete")]
    Premature,
    /// The server ended a SCRAM exchange with `e=` (RFC 5802 §7).
    #[error("server says: {0}")]
    Server(ScramError),
    /// The server refused the token and then announced success (RFC 7628 §3.2.3).
    #[error("success announced after the token was refused")]
    TokenRefused,
    /// A user name or password that `SASLprep` refuses or empties (RFC 4013).
    #[error("SASLprep: {0}")]
    Prep(#[from] PrepError),
    /// The caller gave a name, password, token, nonce or binding that the mechanism cannot carry.
    #[error("{0} is missing or cannot be sent")]
    Argument(&'static str),
    /// The caller called what the exchange is not waiting for; nothing has changed.
    #[error("the exchange is not waiting for that")]
    Misuse,
}

impl Error {
    /// Whose fault it is, and so what a server answers.
    ///
    /// ```
    /// use mailwire_sasl::{Error, Fault};
    ///
    /// assert_eq!(Error::Nonce.fault(), Fault::Refused);
    /// assert_eq!(Error::Cancelled.fault(), Fault::Syntax);
    /// ```
    pub fn fault(&self) -> Fault {
        match self {
            Self::Malformed(_) | Self::Unexpected | Self::InitialResponse | Self::Cancelled => {
                Fault::Syntax
            }
            Self::Nonce
            | Self::Iterations { .. }
            | Self::ChannelBinding(_)
            | Self::ServerSignature
            | Self::Premature
            | Self::Server(_)
            | Self::TokenRefused
            | Self::Prep(_) => Fault::Refused,
            Self::Argument(_) | Self::Misuse => Fault::Caller,
        }
    }

    pub(crate) fn parse(kind: ParseErrorKind, offset: usize) -> Self {
        Self::Malformed(ParseError { kind, offset })
    }
}

/// Whose fault an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The peer broke the grammar or cancelled: 501 in SMTP, `-ERR` in POP3, `BAD` in IMAP.
    Syntax,
    /// The exchange was sound and is refused: 535 in SMTP, `-ERR` in POP3, `NO` in IMAP.
    Refused,
    /// The caller's own.
    Caller,
}

/// Where a message stopped making sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} at byte {offset}")]
#[non_exhaustive]
pub struct ParseError {
    /// What was wrong.
    pub kind: ParseErrorKind,
    /// Bytes before the offence; before decoding for base64, after decoding otherwise.
    pub offset: usize,
}

/// What was wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Not in the alphabet, not canonical, or padded in the wrong place (RFC 4648 §4, RFC 4954 §4).
    #[error("bad base64")]
    Base64,
    /// Not UTF-8.
    #[error("bad UTF-8")]
    Utf8,
    /// A character that this field cannot hold.
    #[error("character not allowed")]
    Character,
    /// A field is missing.
    #[error("missing field")]
    Missing,
    /// A field is there twice, or there are more fields than the message has.
    #[error("too many fields")]
    Surplus,
    /// A field is empty that must not be.
    #[error("empty field")]
    Empty,
    /// A number is not one, or has leading zeros.
    #[error("bad number")]
    Number,
    /// A digest is not one: length or alphabet.
    #[error("bad digest")]
    Digest,
    /// A GS2 header that starts with none of `n`, `y`, `p=` or does not end (RFC 5801 §4).
    #[error("bad GS2 header")]
    Gs2Header,
    /// The reserved attribute `m=`, a mandatory extension (RFC 5802 §5.1).
    #[error("mandatory extension")]
    MandatoryExtension,
    /// Not a bearer token (RFC 6750 §2.1).
    #[error("bad token")]
    Token,
    /// Trace information that is neither an address nor a token (RFC 4505 §2).
    #[error("bad trace")]
    Trace,
}

/// How channel bindings failed to agree ([RFC 5802 §6]).
///
/// [RFC 5802 §6]: https://www.rfc-editor.org/rfc/rfc5802#section-6
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BindingError {
    /// `c=` does not repeat the GS2 header and the binding: somebody sits in the middle.
    #[error("bindings do not match")]
    Mismatch,
    /// The client said `y`, "you cannot", and the server offered a `-PLUS` mechanism: a downgrade.
    #[error("the server does support channel binding")]
    Downgrade,
    /// The client bound to a channel with a mechanism that has no `-PLUS`.
    #[error("binding without a -PLUS mechanism")]
    NotPlus,
    /// A `-PLUS` mechanism without a binding.
    #[error("-PLUS mechanism without a binding")]
    Missing,
    /// The client named a type of binding that the server has no data for.
    #[error("unsupported type of binding")]
    UnsupportedType,
}

/// Why the server refused, in its own words ([RFC 5802 §7], `server-error-value`).
///
/// [RFC 5802 §7]: https://www.rfc-editor.org/rfc/rfc5802#section-7
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ScramError {
    /// `invalid-encoding`
    #[error("invalid-encoding")]
    InvalidEncoding,
    /// `extensions-not-supported`
    #[error("extensions-not-supported")]
    ExtensionsNotSupported,
    /// `invalid-proof`: the password is wrong
    #[error("invalid-proof")]
    InvalidProof,
    /// `channel-bindings-dont-match`
    #[error("channel-bindings-dont-match")]
    ChannelBindingsDontMatch,
    /// `server-does-support-channel-binding`
    #[error("server-does-support-channel-binding")]
    ServerDoesSupportChannelBinding,
    /// `channel-binding-not-supported`
    #[error("channel-binding-not-supported")]
    ChannelBindingNotSupported,
    /// `unsupported-channel-binding-type`
    #[error("unsupported-channel-binding-type")]
    UnsupportedChannelBindingType,
    /// `unknown-user`
    #[error("unknown-user")]
    UnknownUser,
    /// `invalid-username-encoding`
    #[error("invalid-username-encoding")]
    InvalidUsernameEncoding,
    /// `no-resources`
    #[error("no-resources")]
    NoResources,
    /// `other-error`
    #[error("other-error")]
    OtherError,
    /// A value the RFC does not list; to be treated as `other-error`.
    #[error("{0}")]
    Unknown(String),
}

impl ScramError {
    pub(crate) fn parse(value: &str) -> Self {
        match value {
            "invalid-encoding" => Self::InvalidEncoding,
            "extensions-not-supported" => Self::ExtensionsNotSupported,
            "invalid-proof" => Self::InvalidProof,
            "channel-bindings-dont-match" => Self::ChannelBindingsDontMatch,
            "server-does-support-channel-binding" => Self::ServerDoesSupportChannelBinding,
            "channel-binding-not-supported" => Self::ChannelBindingNotSupported,
            "unsupported-channel-binding-type" => Self::UnsupportedChannelBindingType,
            "unknown-user" => Self::UnknownUser,
            "invalid-username-encoding" => Self::InvalidUsernameEncoding,
            "no-resources" => Self::NoResources,
            "other-error" => Self::OtherError,
            other => Self::Unknown(other.into()),
        }
    }
}
