//! Real mail and other peoples' test data: for running, never for committing.
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The place of `part` in the directory that `MAILWIRE_SHARED` names.
///
/// Without the variable it says that the calling test is skipped and returns `None`. With it, a missing
/// `part` is a failure: a test must not pass because its data is gone.
pub fn path(part: &str) -> Option<PathBuf> {
    let Some(root) = env::var_os("MAILWIRE_SHARED") else {
        eprintln!("skipped: MAILWIRE_SHARED is not set, so {part} is not there");
        return None;
    };
    let path = Path::new(&root).join(part);
    assert!(path.exists(), "MAILWIRE_SHARED has no {part}");
    Some(path)
}

/// The files of a directory below `MAILWIRE_SHARED`, by name, with what is in them.
pub fn files(part: &str) -> Vec<(String, Vec<u8>)> {
    let Some(dir) = path(part) else { return Vec::new() };
    let mut files: Vec<_> = fs::read_dir(dir)
        .expect("readable directory")
        .map(|entry| entry.expect("readable entry").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("readable file"))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{part} is empty");
    files
}
