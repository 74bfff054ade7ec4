//! Which files are meant.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files that the paths name: of a directory all that are in it, at any depth, by their names.
pub fn files(paths: &[PathBuf]) -> Vec<io::Result<PathBuf>> {
    let mut found = Vec::new();
    let mut left: Vec<_> = paths.iter().rev().cloned().collect();
    while let Some(path) = left.pop() {
        if !path.is_dir() {
            found.push(Ok(path));
            continue;
        }
        match entries(&path) {
            Ok(entries) => left.extend(entries.into_iter().rev()),
            Err(error) => found.push(Err(about(&path, error))),
        }
    }
    found
}

/// An error that says which file it is about.
pub(crate) fn about(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn entries(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
