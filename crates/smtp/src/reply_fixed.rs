//! The replies that servers give every day.
//!
//! Codes: RFC 5321 §4.2.3, RFC 4954 §6, RFC 3207 §4, RFC 7504; enhanced codes: RFC 3463 and RFC 5248.
use crate::Reply;

impl Reply {
    /// `250 2.0.0`: the general yes.
    pub const OK: Self = Self::fixed("250 2.0.0 Ok\r\n");
    /// `220 2.0.0`: the answer to STARTTLS (RFC 3207 §4).
    pub const READY_FOR_TLS: Self = Self::fixed("220 2.0.0 Ready to start TLS\r\n");
    /// `221 2.0.0`: the answer to QUIT.
    pub const CLOSING: Self = Self::fixed("221 2.0.0 Bye\r\n");
    /// `235 2.7.0`: the AUTH exchange succeeded (RFC 4954 §6).
    pub const AUTHENTICATED: Self = Self::fixed("235 2.7.0 Authentication successful\r\n");
    /// `250 2.1.0`: the sender will do.
    pub const SENDER_OK: Self = Self::fixed("250 2.1.0 Sender ok\r\n");
    /// `250 2.1.5`: the recipient will do.
    pub const RECIPIENT_OK: Self = Self::fixed("250 2.1.5 Recipient ok\r\n");
    /// `250 2.6.0`: the message is accepted.
    pub const MESSAGE_ACCEPTED: Self = Self::fixed("250 2.6.0 Message accepted\r\n");
    /// `252 2.5.0`: VRFY neither confirms nor denies (RFC 5321 §3.5.3).
    pub const CANNOT_VERIFY: Self =
        Self::fixed("252 2.5.0 Cannot verify, but will try to deliver\r\n");

    /// `334`: an empty challenge (RFC 4954 §4); the blank has to be there.
    pub const EMPTY_CHALLENGE: Self = Self::fixed("334 \r\n");
    /// `354`: the answer to DATA.
    pub const START_MAIL_INPUT: Self =
        Self::fixed("354 Start mail input; end with <CRLF>.<CRLF>\r\n");

    /// `421 4.3.2`: the server goes down, and closes the connection behind this.
    pub const SHUTTING_DOWN: Self = Self::fixed("421 4.3.2 Service shutting down\r\n");
    /// `421 4.4.2`: nothing came for too long.
    pub const TIMEOUT: Self = Self::fixed("421 4.4.2 Timeout, closing connection\r\n");
    /// `421 4.7.0`: the client's mistakes are too many.
    pub const TOO_MANY_ERRORS: Self =
        Self::fixed("421 4.7.0 Too many errors, closing connection\r\n");
    /// `450 4.2.0`: the mailbox is busy, or the sender is asked to come back (greylisting).
    pub const MAILBOX_BUSY: Self = Self::fixed("450 4.2.0 Mailbox busy, try again later\r\n");
    /// `451 4.3.0`: the server's own trouble.
    pub const LOCAL_ERROR: Self = Self::fixed("451 4.3.0 Local error in processing\r\n");
    /// `452 4.3.1`: no room now.
    pub const NO_STORAGE: Self = Self::fixed("452 4.3.1 Insufficient system storage\r\n");
    /// `452 4.5.3`: the rest goes into another transaction (RFC 5321 §4.5.3.1.10).
    pub const TOO_MANY_RECIPIENTS: Self = Self::fixed("452 4.5.3 Too many recipients\r\n");
    /// `454 4.7.0`: no TLS for now (RFC 3207 §4).
    pub const TLS_UNAVAILABLE: Self =
        Self::fixed("454 4.7.0 TLS not available due to temporary reason\r\n");
    /// `454 4.7.0`: no verdict on the credentials for now (RFC 4954 §6).
    pub const AUTH_UNAVAILABLE: Self =
        Self::fixed("454 4.7.0 Temporary authentication failure\r\n");

    /// `500 5.5.2`: no such command.
    pub const UNKNOWN_COMMAND: Self = Self::fixed("500 5.5.2 Command not recognized\r\n");
    /// `500 5.5.2`: a line beyond the limit.
    pub const LINE_TOO_LONG: Self = Self::fixed("500 5.5.2 Line too long\r\n");
    /// `501 5.5.4`: the command is known, its arguments are bad.
    pub const BAD_ARGUMENT: Self = Self::fixed("501 5.5.4 Syntax error in arguments\r\n");
    /// `501 5.5.2`: a line of an AUTH exchange is not base64 (RFC 4954 §4).
    pub const BAD_BASE64: Self = Self::fixed("501 5.5.2 Cannot decode response\r\n");
    /// `501 5.5.2`: a response that the mechanism does not allow (RFC 4954 §4).
    pub const BAD_RESPONSE: Self = Self::fixed("501 5.5.2 Response not valid here\r\n");
    /// `501 5.7.0`: the client cancelled the AUTH exchange with `*` (RFC 4954 §4).
    pub const AUTH_CANCELLED: Self = Self::fixed("501 5.7.0 Authentication cancelled\r\n");
    /// `502 5.5.1`: known and not offered.
    pub const NOT_IMPLEMENTED: Self = Self::fixed("502 5.5.1 Command not implemented\r\n");
    /// `503 5.5.1`: not at this point.
    pub const BAD_SEQUENCE: Self = Self::fixed("503 5.5.1 Bad sequence of commands\r\n");
    /// `504 5.5.4`: the parameter's value is not offered; for AUTH, the mechanism.
    pub const BAD_PARAMETER: Self = Self::fixed("504 5.5.4 Parameter not implemented\r\n");
    /// `521 5.3.2`: this host takes no mail (RFC 7504).
    pub const NO_MAIL_HERE: Self = Self::fixed("521 5.3.2 Server does not accept mail\r\n");
    /// `530 5.7.0`: encryption first (RFC 3207 §4).
    pub const TLS_REQUIRED: Self = Self::fixed("530 5.7.0 Must issue a STARTTLS command first\r\n");
    /// `530 5.7.0`: authentication first (RFC 4954 §6).
    pub const AUTH_REQUIRED: Self = Self::fixed("530 5.7.0 Authentication required\r\n");
    /// `534 5.7.9`: the mechanism is too weak for this user (RFC 4954 §6).
    pub const MECHANISM_TOO_WEAK: Self =
        Self::fixed("534 5.7.9 Authentication mechanism is too weak\r\n");
    /// `535 5.7.8`: wrong credentials (RFC 4954 §6).
    pub const AUTH_FAILED: Self = Self::fixed("535 5.7.8 Authentication credentials invalid\r\n");
    /// `538 5.7.11`: the mechanism needs encryption (RFC 4954 §6).
    pub const ENCRYPTION_REQUIRED: Self =
        Self::fixed("538 5.7.11 Encryption required for requested authentication mechanism\r\n");
    /// `550 5.1.1`: no such mailbox.
    pub const NO_SUCH_USER: Self = Self::fixed("550 5.1.1 No such user here\r\n");
    /// `550 5.7.1`: refused as a matter of policy.
    pub const REFUSED: Self = Self::fixed("550 5.7.1 Refused by policy\r\n");
    /// `550 5.6.0`: the message holds a bare CR or LF.
    pub const BARE_LINE_END: Self = Self::fixed("550 5.6.0 Message contains bare CR or LF\r\n");
    /// `552 5.3.4`: larger than this server takes (RFC 1870 §6.1).
    pub const TOO_BIG: Self = Self::fixed("552 5.3.4 Message size exceeds fixed limit\r\n");
    /// `553 5.1.3`: not the form of an address.
    pub const BAD_MAILBOX: Self = Self::fixed("553 5.1.3 Mailbox name not allowed\r\n");
    /// `553 5.6.7`: an address beyond ASCII without SMTPUTF8 (RFC 6531 §3.5).
    pub const NON_ASCII_ADDRESS: Self =
        Self::fixed("553 5.6.7 Non-ASCII address needs SMTPUTF8\r\n");
    /// `554 5.5.0`: the transaction failed.
    pub const TRANSACTION_FAILED: Self = Self::fixed("554 5.5.0 Transaction failed\r\n");
    /// `554 5.5.1`: DATA, and no recipient was accepted.
    pub const NO_VALID_RECIPIENTS: Self = Self::fixed("554 5.5.1 No valid recipients\r\n");
    /// `555 5.5.4`: a parameter that is not known.
    pub const UNKNOWN_PARAMETER: Self =
        Self::fixed("555 5.5.4 MAIL FROM/RCPT TO parameters not recognized\r\n");

    /// `421 4.7.0`: the client speaks another protocol.
    pub const NOT_SMTP: Self = Self::fixed("421 4.7.0 This is not SMTP, closing connection\r\n");
    /// `452 4.5.3`: as many transactions as `MAILMAX` allows were made (RFC 9422 §4.1).
    pub const TOO_MANY_TRANSACTIONS: Self =
        Self::fixed("452 4.5.3 Too many transactions in this session\r\n");
    /// `500 5.5.2`: a line that ended in LF alone (RFC 5321 §2.3.8).
    pub const BARE_LF: Self = Self::fixed("500 5.5.2 Line ends in LF without CR\r\n");
    /// `500 5.5.6`: a line of an AUTH exchange beyond the limit (RFC 4954 §6).
    pub const AUTH_LINE_TOO_LONG: Self =
        Self::fixed("500 5.5.6 Authentication exchange line is too long\r\n");
    /// `501 5.1.7`: the argument of MAIL is no path.
    pub const BAD_SENDER: Self = Self::fixed("501 5.1.7 Bad sender address syntax\r\n");
    /// `501 5.1.3`: the argument of RCPT is no path.
    pub const BAD_RECIPIENT: Self = Self::fixed("501 5.1.3 Bad recipient address syntax\r\n");
    /// `501 5.1.0`: a path, local part or domain beyond the limit (RFC 5321 §4.5.3.1).
    pub const PATH_TOO_LONG: Self = Self::fixed("501 5.1.0 Path too long\r\n");
    /// `554 5.5.0`: input before the reply (RFC 2920 §3.1).
    pub const EARLY_INPUT: Self =
        Self::fixed("554 5.5.0 Input before the reply, PIPELINING is not offered\r\n");
}
