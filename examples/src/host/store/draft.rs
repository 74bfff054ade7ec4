//! A text that comes in.
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bytes::Bytes;

use super::Sizes;

/// A text that is not all there. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    name: Arc<str>,
    body: Body,
    sizes: Sizes,
}

/// A text that is all there and outlives the machine, and belongs to no mailbox yet. Dropped, it is gone, but
/// for the mailboxes that it was put into.
#[derive(Debug)]
pub struct Sealed {
    name: Arc<str>,
    body: Body,
    /// Its octets.
    pub octets: u64,
    /// As many as IMAP sends.
    pub size: u64,
    /// As many as POP3 sends.
    pub wire_octets: u64,
}

#[derive(Debug)]
enum Body {
    Memory(Vec<u8>),
    Shared(Bytes),
    File(Scratch, Option<BufWriter<File>>),
}

/// A file that goes when this does, unless it is to stay.
#[derive(Debug)]
struct Scratch(PathBuf, AtomicBool);

impl Draft {
    /// A text in memory.
    #[must_use]
    pub fn memory(name: Arc<str>) -> Self {
        Self::new(name, Body::Memory(Vec::new()))
    }

    /// A text in a file of its name in this folder.
    pub fn file(name: Arc<str>, folder: &Path) -> io::Result<Self> {
        let path = folder.join(&*name);
        let file = File::create_new(&path)?;
        let file = BufWriter::with_capacity(64 * 1024, file);
        Ok(Self::new(name, Body::File(Scratch(path, AtomicBool::new(false)), Some(file))))
    }

    /// What it is called, and will be.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How many octets there are so far.
    #[must_use]
    pub fn octets(&self) -> u64 {
        self.sizes.stored()
    }

    /// Ends the text.
    pub fn seal(self) -> io::Result<Sealed> {
        let body = match self.body {
            Body::Memory(text) => Body::Shared(text.into()),
            Body::File(path, Some(file)) => {
                file.into_inner()?.sync_all()?;
                Body::File(path, None)
            }
            sealed => sealed,
        };
        Ok(Sealed {
            name: self.name,
            body,
            octets: self.sizes.stored(),
            size: self.sizes.imap(),
            wire_octets: self.sizes.pop3(),
        })
    }

    fn new(name: Arc<str>, body: Body) -> Self {
        Self { name, body, sizes: Sizes::default() }
    }
}

impl Sealed {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Lets the file stay where it is.
    pub fn retain(&self) {
        if let Body::File(path, _) = &self.body {
            path.1.store(true, Relaxed);
        }
    }

    /// The text, if it is in memory.
    #[must_use]
    pub fn text(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Shared(text) => Some(text),
            Body::Memory(_) | Body::File(..) => None,
        }
    }

    /// The file, if it is in one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.body {
            Body::File(path, _) => Some(&path.0),
            Body::Memory(_) | Body::Shared(_) => None,
        }
    }
}

impl Write for Draft {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let count = match &mut self.body {
            Body::Memory(text) => text.write(octets)?,
            Body::File(_, Some(file)) => file.write(octets)?,
            Body::File(_, None) | Body::Shared(_) => 0,
        };
        self.sizes.add(&octets[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.body {
            Body::File(_, Some(file)) => file.flush(),
            _ => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is kept of it has other names.
        if !self.1.load(Relaxed) {
            let _ = fs::remove_file(&self.0);
        }
    }
}
