//! Puts messages into a mailbox of an IMAP server, and prints a line of JSON for each.
//!
//! ```text
//! cargo run --release --example imap_append -- --server localhost:143 --tls starttls --insecure \
//!     --user tim --password secret --mailbox Drafts --create --flags '\Draft' message.eml
//! ```
//!
//! However large a file is, little of it is in memory. Its line ends are sent as CRLF. Small messages go
//! together where the server takes several at once (RFC 3502), and without waiting where it takes that (RFC 7888).
//!
//! The exit status is 0 if all messages are in the mailbox, 1 if not, 2 if the command line is wrong. What the
//! session does is in `src/imap/append.rs`.
use std::process::ExitCode;

use examples::imap::append::{AppendOptions, append};

fn main() -> ExitCode {
    let options = AppendOptions::read();
    match append(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{}: {failure}", options.account.server);
            ExitCode::FAILURE
        }
    }
}
