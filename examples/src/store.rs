//! Where messages go: `N.eml` and `N.json` in a folder, or standard output.
use std::{
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use mailwire_core::Summary;
use serde::Serialize;

/// What is known of a message beside its text: `N.json`.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Record {
    /// The address of the client.
    pub peer: String,
    /// Who the client said it is.
    pub hello: Option<String>,
    /// The sender, empty if it is null.
    pub from: String,
    /// The accepted recipients.
    pub to: Vec<String>,
    /// The parameters of MAIL.
    pub mail_params: Vec<String>,
    /// The parameters of RCPT, for each recipient.
    pub rcpt_params: Vec<Vec<String>>,
    /// Who is authenticated.
    pub user: Option<String>,
    /// Whether the message came over TLS.
    pub tls: bool,
    /// What the text is like.
    pub summary: Summary,
}

/// A place for messages, shared by all sessions.
#[derive(Debug)]
pub struct Store {
    dir: Option<PathBuf>,
    /// The number of the last message.
    last: AtomicU64,
    /// Makes the names of unfinished files different.
    unfinished: AtomicU64,
}

/// A message that is coming in; dropped, it leaves nothing behind.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Draft {
    /// Goes to a file that is hidden until the message is accepted.
    File {
        /// The hidden file.
        path: PathBuf,
        /// The same, open.
        file: BufWriter<File>,
    },
    /// Goes to standard output.
    Memory(Vec<u8>),
}

impl Store {
    /// Opens the folder, which is made if there is none; numbers go on behind those that are there.
    pub fn new(dir: Option<PathBuf>) -> Result<Self, String> {
        let mut last = 0;
        if let Some(dir) = &dir {
            fs::create_dir_all(dir)
                .map_err(|error| format!("cannot create {}: {error}", dir.display()))?;
            last = tidy(dir).map_err(|error| format!("cannot read {}: {error}", dir.display()))?;
        }
        Ok(Self { dir, last: AtomicU64::new(last), unfinished: AtomicU64::new(0) })
    }

    /// Begins a message.
    pub fn draft(&self) -> io::Result<Draft> {
        let Some(dir) = &self.dir else { return Ok(Draft::Memory(Vec::new())) };
        loop {
            let number = self.unfinished.fetch_add(1, Relaxed);
            let path = dir.join(format!(".{}-{number}.part", process::id()));
            match File::create_new(&path) {
                Ok(file) => {
                    let file = BufWriter::with_capacity(32 * 1024, file);
                    return Ok(Draft::File { path, file });
                }
                // Of a sink in another container, for example.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Keeps a message. When this returns, both files are there and whole.
    ///
    /// Nothing is synced: this store survives its own crash, not that of the machine.
    pub fn keep(&self, mut draft: Draft, record: &Record) -> io::Result<()> {
        draft.flush()?;
        match (&mut draft, &self.dir) {
            (Draft::File { path, .. }, Some(dir)) => {
                let mut json = serde_json::to_vec_pretty(record)?;
                json.push(b'\n');
                let (name, mut file) = self.claim(dir)?;
                // The text last: where there is N.eml, there is all of the message.
                let kept = file
                    .write_all(&json)
                    .and_then(|()| fs::rename(path, name.with_extension("eml")));
                if kept.is_err() {
                    let _ = fs::remove_file(name);
                }
                kept?;
            }
            (Draft::Memory(text), _) => {
                let mut out = io::stdout().lock();
                writeln!(out, "{}", serde_json::to_string(record)?)?;
                out.write_all(text)?;
                writeln!(out)?;
                out.flush()?;
            }
            (Draft::File { .. }, None) => unreachable!("files are made only in a folder"),
        }
        Ok(())
    }

    /// Takes the next number that is free, by making its `N.json`: another sink may use the folder too.
    fn claim(&self, dir: &Path) -> io::Result<(PathBuf, File)> {
        loop {
            let number = self.last.fetch_add(1, Relaxed) + 1;
            let name = dir.join(format!("{number}.json"));
            if name.with_extension("eml").try_exists()? {
                continue;
            }
            match File::create_new(&name) {
                Ok(file) => return Ok((name, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Removes what sinks that were killed left unfinished, and returns the last number in use.
fn tidy(dir: &Path) -> io::Result<u64> {
    /// No sink gets that far: such a file is somebody else's, and must not make the count overflow.
    const ABSURD: u64 = u64::MAX / 2;
    let mut last = 0;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        if let Some(number) = stem.parse().ok().filter(|&number| number < ABSURD) {
            last = last.max(number);
        } else if is_abandoned(&path) {
            // Another sink that starts may have been faster.
            let _ = fs::remove_file(path);
        }
    }
    Ok(last)
}

/// Whether the file is a draft of a process that is gone.
pub(crate) fn is_abandoned(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    path.extension().is_some_and(|extension| extension == "part")
        && stem.strip_prefix('.').and_then(|stem| stem.split_once('-')).is_some_and(is_over)
}

/// Whether the process is gone whose draft it is. Where `/proc` does not say, it counts as running; if
/// it runs in another container, its client is told to try again.
fn is_over((process, number): (&str, &str)) -> bool {
    let (Ok(process), Ok(_)) = (process.parse::<u32>(), number.parse::<u64>()) else {
        return false;
    };
    // This one has not begun any.
    process == process::id()
        || (Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{process}")).exists())
}

impl Write for Draft {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { file, .. } => file.write(octets),
            Self::Memory(text) => text.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { file, .. } => file.flush(),
            Self::Memory(_) => Ok(()),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Self::File { path, .. } = self {
            // Fails if the message was kept, and has another name now.
            let _ = fs::remove_file(path);
        }
    }
}
