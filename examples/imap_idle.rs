//! Follows a mailbox of an IMAP server, and prints a line of JSON for each change.
//!
//! ```text
//! cargo run --release --example imap_idle -- --server localhost:143 --tls starttls --insecure \
//!     --user tim --password secret
//! ```
//!
//! It waits by IDLE, which it begins anew every 29 minutes (RFC 2177 §3), or asks every two minutes where there
//! is no IDLE. When the connection is lost it waits longer before each try, up to five minutes, and then tells
//! what has changed meanwhile: by QRESYNC or CONDSTORE where the server has them.
//!
//! The exit status is 0 if the time that was given is over, 1 if there was no session or can be none any more, 2 if
//! the command line is wrong. What the session does is in `src/imap/follow.rs`.
use std::process::ExitCode;

use examples::imap::follow::{FollowOptions, follow};

fn main() -> ExitCode {
    let options = FollowOptions::read();
    match follow(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}: {failure}", options.account.server);
            ExitCode::FAILURE
        }
    }
}
