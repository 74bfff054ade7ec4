//! `eml2json` and `mime_tree`: messages read, and what they hold told.
//!
//! A message is read in one of two ways, as a `whole` or `push`ed through in chunks. Both fill the
//! same `draft`, of which the JSON is made; so what they print can be compared.
mod draft;
mod files;
mod head;
mod json;
mod mboxes;
mod push;
mod whole;

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use bytes::Bytes;
use mailwire_message::parser::Config;

pub use files::files;
pub use json::Mail;

use draft::{Draft, Places};
use mboxes::Mboxes;

/// Reads a file and hands over each of its messages.
///
/// The file is one message, or with `mbox` many. With `chunk` it goes through the push parser, so many
/// octets at a time, and only what is to become text is held in memory.
pub fn each_message(
    path: &Path,
    mbox: bool,
    chunk: Option<u32>,
    mut take: impl FnMut(Mail) -> io::Result<()>,
) -> io::Result<()> {
    let about = |error| files::about(path, error);
    let mut file = BufReader::with_capacity(64 * 1024, File::open(path).map_err(about)?);
    let mut index = 0;
    let mut hand_over = |draft: Draft, places: &Places| {
        let mail = draft.into_mail(path.display().to_string(), index, places);
        index += 1;
        take(mail)
    };
    let mut splitter = mbox.then(|| Mboxes::new(chunk.is_some()));
    let mut single = Reading::new(chunk.is_some());
    loop {
        let octets = next(&mut file, chunk).map_err(about)?;
        let at_end = octets.is_empty();
        match &mut splitter {
            Some(splitter) => splitter.input(octets, &mut hand_over)?,
            None => single.input(octets),
        }
        if at_end {
            break;
        }
    }
    match splitter {
        Some(splitter) => splitter.finish(&mut hand_over),
        None => hand_over(single.finish(), &Places::default()),
    }
}

/// The next octets of a file, none at its end; all of them without a size of chunks.
fn next(file: &mut impl Read, chunk: Option<u32>) -> io::Result<Bytes> {
    let mut octets = Vec::new();
    match chunk {
        None => file.read_to_end(&mut octets)?,
        Some(chunk) => file.take(chunk.into()).read_to_end(&mut octets)?,
    };
    Ok(octets.into())
}

/// A message that is being read, in either way.
enum Reading {
    Whole(Vec<u8>),
    Push(Box<push::Reader>),
}

impl Reading {
    fn new(push: bool) -> Self {
        let config = Config::default();
        if push { Self::Push(Box::new(push::Reader::new(config))) } else { Self::Whole(Vec::new()) }
    }

    fn input(&mut self, octets: Bytes) {
        match self {
            Self::Whole(message) => message.extend_from_slice(&octets),
            Self::Push(reader) => reader.input(octets),
        }
    }

    fn finish(self) -> Draft {
        match self {
            Self::Whole(message) => whole::read(message.into(), Config::default()),
            Self::Push(reader) => reader.finish(),
        }
    }
}
