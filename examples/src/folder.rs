//! The messages of a folder, as POP3 sees them.
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{
            AtomicBool,
            Ordering::{AcqRel, Release},
        },
    },
};

use bytes::{Bytes, BytesMut};
use mailwire_pop3::{UniqueId, server::WireSize};
use sha2::{Digest, Sha256};

/// A folder of `.eml` files, which one session may have at a time.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
    taken: Arc<AtomicBool>,
}

/// What the folder held when a session began. Dropped, it lets go of the folder.
#[derive(Debug)]
pub struct Snapshot {
    messages: Vec<Message>,
    taken: Arc<AtomicBool>,
}

/// A message that was there.
#[derive(Clone, Debug)]
pub struct Message {
    path: PathBuf,
    /// Its size on the wire.
    pub octets: u64,
    /// The same in every session as long as neither the file's name nor what is in it changes.
    pub id: UniqueId,
}

/// A message that is being read.
#[derive(Debug)]
pub struct Reading {
    file: File,
    buffer: BytesMut,
}

/// How much of a file is read at once.
const BLOCK: usize = 64 * 1024;

impl Folder {
    /// A folder that is there.
    pub fn new(dir: &Path) -> io::Result<Self> {
        fs::read_dir(dir)?;
        Ok(Self { dir: dir.into(), taken: Arc::default() })
    }

    /// Takes the folder and looks at its messages, in the order of their names; `None` if another session
    /// has it.
    pub fn take(&self) -> io::Result<Option<Snapshot>> {
        if self.taken.swap(true, AcqRel) {
            return Ok(None);
        }
        let mut snapshot = Snapshot { messages: Vec::new(), taken: Arc::clone(&self.taken) };
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "eml") && path.is_file() {
                paths.push(path);
            }
        }
        // 10.eml behind 9.eml
        paths.sort_by_cached_key(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (stem.parse::<u64>().unwrap_or(u64::MAX), stem)
        });
        for path in paths {
            match Message::look(&path) {
                Ok(message) => snapshot.messages.push(message),
                // Gone meanwhile: so it is not there.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // It stays where it is, and the others can be had.
                Err(error) => eprintln!("left out: {}: {error}", path.display()),
            }
        }
        Ok(Some(snapshot))
    }
}

impl Snapshot {
    /// The messages in their order.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The message of a number.
    #[must_use]
    pub fn message(&self, number: u32) -> Option<&Message> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.messages.get(at)
    }

    /// Removes messages. Says whether they are all gone.
    pub fn remove(&self, numbers: impl Iterator<Item = u32>) -> bool {
        let numbers: HashSet<_> = numbers.collect();
        let mut all = true;
        for message in numbers.into_iter().filter_map(|number| self.message(number)) {
            match fs::remove_file(&message.path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    eprintln!("cannot remove {}: {error}", message.path.display());
                    all = false;
                }
                _ => {}
            }
        }
        all
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        self.taken.store(false, Release);
    }
}

impl Message {
    fn look(path: &Path) -> io::Result<Self> {
        let mut size = WireSize::default();
        let mut hash = Sha256::new();
        hash.update(path.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update([0]);
        let mut reading = Reading::new(path)?;
        while let Some(block) = reading.block()? {
            size.add(&block);
            hash.update(&block);
        }
        let id: String = hash.finalize()[..16].iter().map(|octet| format!("{octet:02x}")).collect();
        let id = UniqueId::new(&id).expect("32 hexadecimal digits");
        Ok(Self { path: path.into(), octets: size.octets(), id })
    }

    /// Opens the message.
    pub fn open(&self) -> io::Result<Reading> {
        Reading::new(&self.path)
    }
}

impl Reading {
    fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, buffer: BytesMut::new() })
    }

    /// The next block; `None` at the end.
    pub fn block(&mut self) -> io::Result<Option<Bytes>> {
        self.buffer.resize(BLOCK, 0);
        loop {
            match self.file.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => return Ok(Some(self.buffer.split_to(count).freeze())),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
