//! The copy of a mailbox on the disk: one `.eml` file for each message, named by its UID.
//!
//! `DIR/MAILBOX/UIDVALIDITY/UID.eml`: as UIDs mean nothing under another UIDVALIDITY (RFC 9051 §2.3.1.1), each
//! has a folder of its own, and what is in one is never taken for what is in another.
use std::{
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
};

use mailwire_imap::Mailbox;
use serde::{Deserialize, Serialize};

use crate::{names, store};

/// The folder. A file in it is all of a message, whatever happened while it came in.
#[derive(Debug)]
pub struct Copy {
    dir: PathBuf,
    state: State,
    /// What of the state is on the disk.
    saved: u32,
    /// Makes the names of unfinished files different.
    unfinished: u64,
}

/// A message that is coming in; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: BufWriter<File>,
}

/// What a later run wants to know.
#[derive(Debug, Deserialize, Serialize)]
struct State {
    mailbox: String,
    uidvalidity: u32,
    /// Every message up to this one is there, or is gone from the server.
    highest_uid: u32,
}

const STATE: &str = "state.json";

impl Copy {
    /// Opens the copy of a mailbox, which is made if there is none. Removes what a run that was killed left
    /// behind.
    pub fn open(root: &Path, mailbox: &Mailbox, uidvalidity: u32) -> io::Result<Self> {
        let name = name(mailbox);
        let dir = root.join(folder(mailbox)).join(uidvalidity.to_string());
        fs::create_dir_all(&dir)?;
        for entry in fs::read_dir(&dir)? {
            let path = entry?.path();
            if store::is_abandoned(&path) {
                // Another run that starts may have been faster.
                let _ = fs::remove_file(path);
            }
        }
        let state = match fs::read(dir.join(STATE)) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                State { mailbox: name.clone(), uidvalidity, highest_uid: 0 }
            }
            Err(error) => return Err(error),
        };
        // Where upper and lower case are the same two mailboxes can have one folder.
        if state.mailbox != name || state.uidvalidity != uidvalidity {
            let text = format!("{} is that of {}", dir.display(), state.mailbox);
            return Err(io::Error::new(ErrorKind::AlreadyExists, text));
        }
        Ok(Self { dir, saved: state.highest_uid, state, unfinished: 0 })
    }

    /// Every message up to this one is there, or is gone from the server.
    #[must_use]
    pub const fn highest(&self) -> u32 {
        self.state.highest_uid
    }

    /// Whether the message is there.
    #[must_use]
    pub fn has(&self, uid: u32) -> bool {
        self.path(uid).is_file()
    }

    /// The file of a message.
    #[must_use]
    pub fn path(&self, uid: u32) -> PathBuf {
        self.dir.join(format!("{uid}.eml"))
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

    /// Keeps a message. Whether it is on the disk is known when [`save`](Self::save) returns.
    pub fn keep(&self, mut draft: Draft, uid: u32) -> io::Result<()> {
        draft.file.flush()?;
        if !SYNC_AT_ONCE {
            draft.file.get_ref().sync_all()?;
        }
        fs::rename(&draft.path, self.path(uid))
    }

    /// Takes note that every message up to this one is there, or is gone from the server.
    pub fn complete(&mut self, uid: u32) {
        self.state.highest_uid = self.state.highest_uid.max(uid);
    }

    /// Writes down what is complete, behind all that was kept.
    pub fn save(&mut self) -> io::Result<()> {
        if self.saved == self.state.highest_uid {
            return Ok(());
        }
        let dir = File::open(&self.dir)?;
        sync(&dir)?;
        let mut draft = self.draft()?;
        serde_json::to_writer(&mut draft, &self.state)?;
        draft.file.flush()?;
        draft.file.get_ref().sync_all()?;
        fs::rename(&draft.path, self.dir.join(STATE))?;
        dir.sync_all()?;
        self.saved = self.state.highest_uid;
        Ok(())
    }
}

/// What names a mailbox here: the same for all ways to write INBOX.
#[must_use]
pub fn name(mailbox: &Mailbox) -> String {
    if mailbox.is_inbox() { "INBOX".into() } else { mailbox.to_string() }
}

/// The folder of a mailbox.
fn folder(mailbox: &Mailbox) -> String {
    match mailbox.as_str() {
        Some(_) => names::encode(name(mailbox).as_bytes()),
        // It may look like the name of another. No name has NUL in it.
        None => names::encode(&[b"\0", &*mailbox.as_wire(false)].concat()),
    }
}

/// Whether a whole file system can be written to the disk at once, instead of each file.
const SYNC_AT_ONCE: bool = cfg!(target_os = "linux");

#[cfg(target_os = "linux")]
fn sync(dir: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(dir)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(dir: &File) -> io::Result<()> {
    dir.sync_all()
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
