//! A folder with one `.eml` file for each message, named by its unique-id.
use std::{
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
};

use mailwire_pop3::{Quirks, UniqueId, UniqueIdListing};

use crate::{names, store};

/// The folder. A file in it is all of a message, whatever happened while it came in.
#[derive(Debug)]
pub struct Maildrop {
    dir: PathBuf,
    /// Makes the names of unfinished files different.
    unfinished: u64,
}

/// A message that is coming in; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Maildrop {
    /// Opens the folder, which is made if there is none. Removes what a run that was killed left behind.
    pub fn open(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if store::is_abandoned(&path) {
                // Another run that starts may have been faster.
                let _ = fs::remove_file(path);
            }
        }
        Ok(Self { dir: dir.into(), unfinished: 0 })
    }

    /// The messages that are there, but for those whose unique-ids are [too long](Self::has_long).
    pub fn stored(&self) -> io::Result<Vec<UniqueId>> {
        let mut stored = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_file()
                && path.extension().is_some_and(|extension| extension == "eml")
                && let Some(id) = path.file_stem().and_then(|stem| decode(stem.to_str()?))
            {
                stored.push(id);
            }
        }
        Ok(stored)
    }

    /// Whether the message is there, and its unique-id is too long to be told by the name of its file.
    #[must_use]
    pub fn has_long(&self, id: &UniqueId) -> bool {
        let name = names::encode(id.as_bytes());
        name.starts_with("%%") && self.dir.join(name + ".eml").is_file()
    }

    /// The file of a message.
    #[must_use]
    pub fn path(&self, id: &UniqueId) -> PathBuf {
        self.dir.join(names::encode(id.as_bytes()) + ".eml")
    }

    /// Begins a message.
    pub fn draft(&mut self) -> io::Result<Draft> {
        loop {
            let path = self.dir.join(format!(".{}-{}.part", process::id(), self.unfinished));
            self.unfinished += 1;
            match File::create_new(&path) {
                Ok(file) => {
                    return Ok(Draft { path, file: BufWriter::with_capacity(32 * 1024, file) });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Keeps a message. When this returns it is on the disk, and the server may forget it.
    pub fn keep(&self, mut draft: Draft, id: &UniqueId) -> io::Result<()> {
        draft.file.flush()?;
        draft.file.get_ref().sync_all()?;
        let path = self.path(id);
        // Where upper and lower case are the same two unique-ids can have one file.
        if path.try_exists()? {
            return Err(ErrorKind::AlreadyExists.into());
        }
        fs::rename(&draft.path, path)?;
        File::open(&self.dir)?.sync_all()
    }
}

impl Write for Draft {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.file.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Fails if the message was kept, and has another name now.
        let _ = fs::remove_file(&self.path);
    }
}

/// The unique-id that has this name.
fn decode(name: &str) -> Option<UniqueId> {
    let mut text = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if first == '%' {
            text.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?.into());
            rest = &rest[3..];
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    // Longer ones than the RFC allows count too.
    let line = format!("1 {text}");
    let (listing, _) = UniqueIdListing::parse(line.into(), Quirks::ALL).ok()?;
    (names::encode(listing.id.as_bytes()) == name).then_some(listing.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::encode;

    #[test]
    fn names_are_safe_and_tell_the_unique_id() {
        for (id, name) in [
            ("whqtswO00WBw418f9t5JxYwZ", "whqtswO00WBw418f9t5JxYwZ"),
            ("QhdPYR:00WBw1Ph7x7", "QhdPYR%3A00WBw1Ph7x7"),
            (".", "%2E"),
            ("..", "%2E."),
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
            ("/", "%2F"),
            ("-rf", "%2Drf"),
            ("a%2Fb", "a%252Fb"),
            ("a\\b|c<d>e\"f*g?h", "a%5Cb%7Cc%3Cd%3Ee%22f%2Ag%3Fh"),
        ] {
            let id = UniqueId::new(id).unwrap();
            assert_eq!(encode(id.as_bytes()), name);
            assert_eq!(decode(name), Some(id));
        }
        for name in ["%2f", "%", "%4", "%%", "%%41", "%41", "a b", ".x", "", "é", "%C3%A9"] {
            assert_eq!(decode(name), None, "{name}");
        }
    }

    #[test]
    fn names_are_never_too_long_and_never_the_same() {
        let id = |text: &str| {
            UniqueIdListing::parse(format!("1 {text}").into(), Quirks::ALL).unwrap().0.id
        };
        let (fits, long) = (id(&"x".repeat(251)), id(&"x".repeat(252)));
        assert_eq!(encode(fits.as_bytes()).len(), 251);
        assert_eq!(decode(&encode(fits.as_bytes())), Some(fits));
        let slashes = id(&"/".repeat(84));
        for id in [&long, &slashes] {
            assert_eq!((encode(id.as_bytes()).len(), decode(&encode(id.as_bytes()))), (66, None));
        }
        assert_ne!(encode(long.as_bytes()), encode(slashes.as_bytes()));
    }
}
