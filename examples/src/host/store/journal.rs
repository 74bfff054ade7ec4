//! A file of records, each on a line of its own with a check sum: only whole records count.
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// The file, open to append to.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<Appender>,
}

#[derive(Debug)]
struct Appender {
    file: File,
    len: u64,
    /// Whether there is something behind `len` that could not be taken back.
    broken: bool,
}

impl Journal {
    /// Opens the file, or makes it.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
        let len = file.metadata()?.len();
        Ok(Self { path, file: Mutex::new(Appender { file, len, broken: false }) })
    }

    /// Reads all records. What is left of one that was being written when the host was killed is cut off;
    /// damage in any other place is an error.
    pub(super) fn read<T: DeserializeOwned>(&self) -> io::Result<Vec<T>> {
        let mut appender = self.lock();
        let mut text = Vec::new();
        appender.file.seek(SeekFrom::Start(0))?;
        appender.file.read_to_end(&mut text)?;
        let mut records = Vec::new();
        let mut rest = &text[..];
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let Some(json) = checked(&rest[..end]) else { break };
            // Whole, and still not to be read: another version wrote it. Nothing is cut off then.
            let record = serde_json::from_slice(json).map_err(|error| {
                let line = records.len() + 1;
                let message = format!("{}: line {line}: {error}", self.path.display());
                io::Error::new(ErrorKind::InvalidData, message)
            })?;
            records.push(record);
            rest = &rest[end + 1..];
        }
        let good = text.len() - rest.len();
        // Of several lines only the last can be one that was being written.
        if memchr::memchr(b'\n', rest).is_some_and(|end| end + 1 < rest.len()) {
            let line = records.len() + 1;
            let message = format!("{}: line {line} is damaged", self.path.display());
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        appender.file.set_len(good as u64)?;
        appender.len = good as u64;
        Ok(records)
    }

    /// Appends a record, and says how long the file is then. After an error it is as it was.
    pub(super) fn append<T: Serialize>(&self, record: &T) -> io::Result<u64> {
        let line = encode(record)?;
        let mut appender = self.lock();
        if appender.broken {
            return Err(io::Error::other("an earlier write failed and could not be undone"));
        }
        if let Err(error) = appender.file.write_all(&line) {
            appender.broken = appender.file.set_len(appender.len).is_err();
            return Err(error);
        }
        appender.len += line.len() as u64;
        Ok(appender.len)
    }

    /// Waits until all that was appended so far is on the disk, and says how long the file was then.
    pub(super) fn sync(&self) -> io::Result<u64> {
        let (file, len) = {
            let appender = self.lock();
            (appender.file.try_clone()?, appender.len)
        };
        file.sync_data()?;
        Ok(len)
    }

    /// Puts other records in the place of all, at once. Nothing may be appended meanwhile.
    pub(super) fn replace<T: Serialize>(&self, records: &[T]) -> io::Result<()> {
        let mut appender = self.lock();
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        let mut text = Vec::new();
        for record in records {
            text.extend_from_slice(&encode(record)?);
        }
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        sync_dir(self.path.parent().unwrap_or(Path::new(".")))?;
        appender.file = OpenOptions::new().read(true).append(true).open(&self.path)?;
        appender.len = text.len() as u64;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Appender> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until what was made, renamed and removed in a folder is on the disk.
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    // Not every system lets a folder be opened.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

fn encode<T: Serialize>(record: &T) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(record)?;
    let mut line = sum(&json).into_bytes();
    line.push(b' ');
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

/// A record, if it is whole.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (check, json) = (line.get(..16)?, line.get(17..)?);
    (check == sum(json).as_bytes()).then_some(json)
}

fn sum(json: &[u8]) -> String {
    Sha256::digest(json)[..8].iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path =
            std::env::temp_dir().join(format!("mailwire-journal-{}-{name}", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    #[test]
    fn a_record_cut_anywhere_is_none_and_does_no_harm() {
        let path = scratch("cut");
        let journal = Journal::open(path.clone()).unwrap();
        journal.append(&"one").unwrap();
        let good = journal.append(&"two").unwrap();
        journal.append(&"three").unwrap();
        let whole = fs::read(&path).unwrap();
        for cut in usize::try_from(good).unwrap()..=whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let journal = Journal::open(path.clone()).unwrap();
            let records: Vec<String> = journal.read().unwrap();
            assert_eq!(records.len(), 2 + usize::from(cut == whole.len()), "cut at {cut}");
            journal.append(&"four").unwrap();
            journal.sync().unwrap();
            let records: Vec<String> = Journal::open(path.clone()).unwrap().read().unwrap();
            assert_eq!(records.last().unwrap(), "four", "cut at {cut}");
        }
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn damage_is_an_error() {
        let path = scratch("damage");
        let journal = Journal::open(path.clone()).unwrap();
        journal.append(&"one").unwrap();
        journal.append(&"two").unwrap();
        let mut text = fs::read(&path).unwrap();
        text[20] ^= 1;
        fs::write(&path, text).unwrap();
        let error = Journal::open(path.clone()).unwrap().read::<String>().unwrap_err();
        assert!(error.to_string().ends_with("line 1 is damaged"), "{error}");
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_record_of_another_version_is_not_cut_off() {
        let path = scratch("version");
        let journal = Journal::open(path.clone()).unwrap();
        journal.append(&"one").unwrap();
        let before = fs::read(&path).unwrap();
        let error = Journal::open(path.clone()).unwrap().read::<i32>().unwrap_err();
        assert!(error.to_string().contains("line 1: invalid type"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn records_can_be_replaced() {
        let path = scratch("replace");
        let journal = Journal::open(path.clone()).unwrap();
        journal.append(&1).unwrap();
        journal.replace(&[2, 3]).unwrap();
        journal.append(&4).unwrap();
        assert_eq!(Journal::open(path.clone()).unwrap().read::<i32>().unwrap(), [2, 3, 4]);
        fs::remove_file(path).unwrap();
    }
}
