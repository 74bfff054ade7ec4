//! POP2, the second post office protocol of 1985 ([RFC 937]), which POP3 replaced.
//!
//! It shares nothing with POP3 but the vocabulary of the machines. The client says `HELO` with a user
//! and a password, opens a mailbox with `FOLD`, chooses a message with `READ`, gets it with `RETR` and
//! must then say what becomes of it: `ACKS` keeps it, `ACKD` marks it for deletion, `NACK` wants it
//! again. A message is sent as exactly as many octets as were announced, without stuffing and without
//! an end mark.
//!
//! ```text
//! command = "HELO" SP user SP password / "FOLD" SP mailbox / "READ" [SP number] / "RETR"
//!         / "ACKS" / "ACKD" / "NACK" / "QUIT"
//! reply   = "+" [SP text] / "-" [SP text] / "#" number [SP text] / "=" number [SP text]
//! ```
//!
//! The password goes over the wire as it is, and there is no STARTTLS: both ends refuse HELO unless they
//! are told that TLS is below, or that the password may be shown.
//!
//! "If anything goes wrong close the connection": the [`server`] answers whatever is out of place with
//! `-` and closes, the [`client`] says `QUIT` and closes. Where the RFC contradicts itself:
//!
//! - The server's table answers FOLD with `+NNN`; the text, the syntax and the examples have `#NNN`.
//! - The third example closes the connection when READ finds an empty mailbox; the text answers `=0`,
//!   and so does the server unless its [configuration](server::Config::close_on_empty) says otherwise.
//!   The client lives with both.
//! - The syntax lets a backslash quote any octet, the text speaks of blanks and backslashes. All but CR,
//!   LF and NUL are read so; blanks, backslashes and control octets are written so.
//! - The tables send something to a peer that has closed the connection. The third example does not, nor
//!   do the machines here.
//!
//! [RFC 937]: https://www.rfc-editor.org/rfc/rfc937
mod argument;
pub mod client;
mod command;
mod reply;
pub mod server;

pub use argument::{Argument, Password, ReplyText};
pub use command::{Acknowledgement, Command};
pub use reply::{Greeting, Reply};

/// The longest command or reply line, line end included (RFC 937, Sizes).
pub const MAX_LINE: usize = 512;

/// The framing limits of a session: lines of 512 octets.
fn limits() -> mailwire_core::Limits {
    let mut limits = mailwire_core::Limits::default();
    limits.line = MAX_LINE;
    limits
}
