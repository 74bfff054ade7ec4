//! Prints messages as JSON, one object a line: everything that was understood, and every defect.
//!
//! ```text
//! cargo run --release --example eml2json -- message.eml Maildir/cur
//! cargo run --release --example eml2json -- --mbox archive.mbox
//! cargo run --release --example eml2json -- --chunk 1 message.eml
//! ```
//!
//! Of a directory it takes all files, those in directories within it too, in the order of their names.
//! `--chunk N` reads through the push parser, N octets at a time, and prints the same octets as without.
use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use examples::eml;

/// Prints messages as JSON, one object a line.
#[derive(Parser)]
struct Options {
    /// Read through the push parser, this many octets at a time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    chunk: Option<u32>,
    /// The files are mbox files, of many messages each.
    #[arg(long)]
    mbox: bool,
    /// Messages, or directories of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut complete = true;
    for path in eml::files(&options.paths) {
        let printed = path.and_then(|path| {
            eml::each_message(&path, options.mbox, options.chunk, |mail| {
                serde_json::to_writer(&mut out, &mail)?;
                out.write_all(b"\n")
            })
        });
        if let Err(error) = printed {
            if error.kind() == io::ErrorKind::BrokenPipe {
                return ExitCode::FAILURE;
            }
            eprintln!("eml2json: {error}");
            complete = false;
        }
    }
    if out.flush().is_err() || !complete { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
