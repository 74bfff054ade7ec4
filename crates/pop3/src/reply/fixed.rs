//! The replies that servers give every day.
use bytes::Bytes;

use super::{Reply, Status};

impl Reply {
    /// The general yes.
    pub const OK: Self = Self::yes("Ok");
    /// The answer to USER, whether there is such a user or not (RFC 1939 §13).
    pub const SEND_PASSWORD: Self = Self::yes("Send your password");
    /// The client is logged in.
    pub const LOGGED_IN: Self = Self::yes("Maildrop locked and ready");
    /// The answer to STLS (RFC 2595 §4).
    pub const BEGIN_TLS: Self = Self::yes("Begin TLS negotiation");
    /// The answer to UTF8 (RFC 6856 §2.1).
    pub const UTF8_ENABLED: Self = Self::yes("UTF-8 enabled");
    /// The usual answer to RETR and TOP.
    pub const MESSAGE_FOLLOWS: Self = Self::yes("Message follows");
    /// The answer to QUIT.
    pub const BYE: Self = Self::yes("Bye");

    /// `[AUTH]`: wrong credentials, whatever was wrong with them (RFC 3206 §5).
    pub const AUTH_FAILED: Self = Self::no("[AUTH] Authentication failed");
    /// `[IN-USE]`: somebody else has the maildrop open (RFC 2449 §8.1.2).
    pub const IN_USE: Self = Self::no("[IN-USE] Maildrop is in use by another session");
    /// `[LOGIN-DELAY]`: too soon after the last login (RFC 2449 §8.1.1).
    pub const LOGIN_DELAY: Self = Self::no("[LOGIN-DELAY] Too soon after the last login");
    /// `[SYS/TEMP]`: the server's own trouble, likely to pass (RFC 3206 §4).
    pub const LOCAL_ERROR: Self = Self::no("[SYS/TEMP] Local error in processing");
    /// `[SYS/PERM]`: the server's own trouble, which somebody must see to (RFC 3206 §4).
    pub const BROKEN: Self = Self::no("[SYS/PERM] Maildrop cannot be used");
    /// `[SYS/TEMP]`: no verdict on the credentials for now.
    pub const AUTH_UNAVAILABLE: Self = Self::no("[SYS/TEMP] Authentication not available");
    /// `[SYS/TEMP]`: the server goes down, and closes the connection behind this.
    pub const SHUTTING_DOWN: Self = Self::no("[SYS/TEMP] Service shutting down");
    /// `[UTF8]`: the message wants UTF-8 mode (RFC 6856 §5).
    pub const NEEDS_UTF8: Self = Self::no("[UTF8] Message needs UTF-8 mode");

    /// No message has this number.
    pub const NO_SUCH_MESSAGE: Self = Self::no("No such message");
    /// The message is marked as deleted.
    pub const MESSAGE_DELETED: Self = Self::no("Message is deleted");
    /// The answer to QUIT if not all that should be is removed (RFC 1939 §6).
    pub const NOT_REMOVED: Self = Self::no("Some deleted messages not removed");
    /// No such command.
    pub const UNKNOWN_COMMAND: Self = Self::no("Unknown command");
    /// Known and not offered.
    pub const NOT_OFFERED: Self = Self::no("Command not offered");
    /// The command is known, its arguments are bad.
    pub const BAD_ARGUMENT: Self = Self::no("Syntax error in arguments");
    /// Not in this state.
    pub const BAD_STATE: Self = Self::no("Command not valid in this state");
    /// A policy says no.
    pub const REFUSED: Self = Self::no("Refused");
    /// A line beyond the limit.
    pub const LINE_TOO_LONG: Self = Self::no("Line too long");
    /// A line ended in LF alone, which is not tolerated.
    pub const BARE_LF: Self = Self::no("Lines end with CR LF");
    /// Not POP3.
    pub const NOT_POP3: Self = Self::no("This is POP3");
    /// The client's mistakes are too many.
    pub const TOO_MANY_ERRORS: Self = Self::no("Too many errors, closing connection");
    /// Nothing came for too long. RFC 1939 §3 wants the connection closed without a word; a word does no
    /// harm to who listens.
    pub const TIMEOUT: Self = Self::no("Idle for too long, closing connection");
    /// No password without TLS.
    pub const ENCRYPTION_REQUIRED: Self = Self::no("Encryption required, use STLS first");
    /// STLS under TLS (RFC 2595 §4).
    pub const TLS_ACTIVE: Self = Self::no("Command not permitted when TLS active");
    /// No such SASL mechanism.
    pub const UNKNOWN_MECHANISM: Self = Self::no("Authentication mechanism not offered");
    /// The client cancelled the AUTH exchange with `*` (RFC 5034 §4).
    pub const AUTH_CANCELLED: Self = Self::no("Authentication cancelled");
    /// A line of an AUTH exchange is not base64 (RFC 5034 §4).
    pub const BAD_BASE64: Self = Self::no("Cannot decode response");
    /// A response that the mechanism does not allow.
    pub const BAD_RESPONSE: Self = Self::no("Response not valid here");
    /// A line of an AUTH exchange beyond the limit.
    pub const AUTH_LINE_TOO_LONG: Self = Self::no("Authentication line too long");
    /// No such language (RFC 6856 §3).
    pub const UNKNOWN_LANGUAGE: Self = Self::no("Language not available");

    const fn yes(text: &'static str) -> Self {
        Self::fixed(Status::Ok, text)
    }

    const fn no(text: &'static str) -> Self {
        Self::fixed(Status::Err, text)
    }

    const fn fixed(status: Status, text: &'static str) -> Self {
        let text = text.as_bytes();
        let mut code_len = 0;
        if text[0] == b'[' {
            while text[code_len] != b']' {
                code_len += 1;
            }
            code_len += 1;
        }
        Self { status, text: Bytes::from_static(text), code_len }
    }
}
