//! Prints a message as the tree of its parts, with sizes, types, file names and defects.
//!
//! `cargo run --release --example mime_tree -- message.eml`
//!
//! ```text
//! 0 multipart/mixed, 1523 octets
//! ├─ 1 text/plain; charset=utf-8, 8bit, 12 octets: body
//! └─ 2 image/png, base64, 980 octets: attachment "dot.png"
//!       ! B64InvalidChar at 1201: a character outside the base64 alphabet (RFC 2045 §6.8)
//! ```
use std::{fs, io, path::PathBuf, process::ExitCode};

use clap::Parser;
use examples::tree;
use mailwire_message::Message;

/// Prints a message as the tree of its parts.
#[derive(Parser)]
struct Options {
    /// The message.
    file: PathBuf,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let octets = match fs::read(&options.file) {
        Ok(octets) => octets,
        Err(error) => {
            eprintln!("mime_tree: {}: {error}", options.file.display());
            return ExitCode::FAILURE;
        }
    };
    match tree::write(&mut io::stdout().lock(), &Message::parse(&octets)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE, // nobody listens any more
    }
}
