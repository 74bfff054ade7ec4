//! A mail server for development and testing: SMTP, submission, LMTP, POP3 and IMAP around one store.
//!
//! ```text
//! cargo run --release --example mailhost -- --ca-out /tmp/ca.pem
//! swaks --server 127.0.0.1:2525 --to test@localhost
//! curl --cacert /tmp/ca.pem pop3s://localhost:2995/1 --user test:test
//! ```
//!
//! Messages are kept in memory, or with `--maildir DIR` in a Maildir++ tree that survives a kill at any moment, and
//! into which other programs can deliver.
//! Says where it listens, a line for each service, and then `ready`. Of each message that comes in it says on
//! standard error what came with it, DSN parameters included, unless it is to be `--quiet`; that is also stored.
//!
//! Everything is in `src/host`: see `src/host.rs` for what is where.
use std::{
    convert::Infallible,
    io::{self, Write},
    process::{self, ExitCode},
};

use clap::Parser;
use examples::host::{Host, drive, listen, options::HostOptions, session::Failure};

fn main() -> ExitCode {
    let Err(error) = run(&HostOptions::parse());
    eprintln!("mailhost: {error}");
    ExitCode::FAILURE
}

fn run(options: &HostOptions) -> Result<Infallible, Failure> {
    // What is acknowledged is stored: there is nothing to be tidied up.
    ctrlc::set_handler(|| process::exit(0))?;
    let host = Host::new(options)?;
    let listeners = listen(options)?;
    let mut lines = String::new();
    for (service, listener) in &listeners {
        lines += &format!("{service} {}\n", listener.local_addr()?);
    }
    lines += "ready\n";
    drive::run(options.runtime, host, listeners, || {
        let mut out = io::stdout().lock();
        // Nobody need listen.
        let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
    })
}
