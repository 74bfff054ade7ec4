//! Fetches the new mail of an IMAP server: one `.eml` file for each message, a line of JSON for each file.
//!
//! ```text
//! cargo run --release --example imap_fetch -- --server localhost:143 --tls starttls --insecure \
//!     --user tim --password secret --all --out mail
//! ```
//!
//! The files are `DIR/MAILBOX/UIDVALIDITY/UID.eml`, octet by octet as the server sends them, and what is there is
//! not fetched again. A mailbox that gets another UIDVALIDITY is another mailbox: it has a folder of its own.
//! Nothing changes on the server, but that new messages are no longer `\Recent`.
//!
//! The exit status is 0 if all that is new was stored, 1 if not, 2 if the command line is wrong. What the
//! session does is in `src/imap/fetch.rs` and `src/imap/download.rs`, the files are in `src/imap/copy.rs`.
use std::process::ExitCode;

use examples::imap::fetch::{FetchOptions, fetch};

fn main() -> ExitCode {
    let options = FetchOptions::read();
    match fetch(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{}: {failure}", options.account.server);
            ExitCode::FAILURE
        }
    }
}
