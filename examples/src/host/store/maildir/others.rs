//! While the host runs: what other programs do to the files.
//!
//! A program that delivers puts a file into `new`; one that reads moves it to `cur`, gives it other flags, which
//! is another name, or takes it away. All of that changes when the folder was modified last, so that a look at
//! those times mostly is enough.
use std::{
    collections::HashMap,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{Maildir, Place, Places};
use crate::host::{
    mail::Flags,
    store::{Found, names},
};

/// What was seen of the folders.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// When `new` and `cur` were modified last; unknown if they have to be looked into.
    folders: HashMap<String, Option<[SystemTime; 2]>>,
    /// How many files the last look met.
    files: u32,
    /// No look before that.
    rest: Option<Instant>,
}

/// How long nobody looks again for each file that was looked at: about 20 times as long as that took, so that the
/// work does not grow with the number of sessions.
const REST: Duration = Duration::from_micros(40);

/// What has been modified so recently can be modified again and look the same: clocks of file systems are coarse.
const COARSE: Duration = Duration::from_millis(100);

/// The same where the clock knows whole seconds only, or every other.
const COARSEST: Duration = Duration::from_secs(2);

impl Looks {
    pub(super) fn add(&mut self, folder: String) {
        self.folders.entry(folder).or_default();
    }

    pub(super) fn remove(&mut self, folder: &str) {
        self.folders.remove(folder);
    }
}

impl Maildir {
    pub(super) fn find_news(&self) -> io::Result<Found> {
        let mut found = Found::default();
        if self.looks().rest.is_some_and(|rest| Instant::now() < rest) {
            return Ok(found);
        }
        // As long as the places are locked all changes of the host itself are whole.
        let mut places = self.places();
        let mut looks = self.looks();
        let began = Instant::now();
        looks.files = 0;
        for folder in self.folders()? {
            let visited = self.visit(&folder, &mut places, &mut looks, &mut found);
            visited.unwrap_or_else(|error| {
                // What was found in others counts all the same.
                eprintln!("{}: {error}", self.dir.join(&folder).display());
            });
        }
        // What came while this lasted may not have been seen: if it took too long, the next one looks again.
        looks.rest = Some(began + REST * looks.files);
        // As if they had come one after the other.
        found.texts.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        Ok(found)
    }

    /// Does something with the file of a text; if another program has given it another name, under that.
    pub(super) fn with_file<T>(
        &self,
        places: &Places,
        name: &str,
        act: impl Fn(&Path) -> io::Result<T>,
    ) -> io::Result<T> {
        let place = places.get(name).ok_or(ErrorKind::NotFound)?;
        match act(&self.path(name, place)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                act(&self.search(name, place)?.ok_or(error)?)
            }
            done => done,
        }
    }

    fn visit(
        &self,
        folder: &str,
        places: &mut Places,
        looks: &mut Looks,
        found: &mut Found,
    ) -> io::Result<()> {
        let stamp = self.stamp(folder);
        let seen = looks.folders.get(folder);
        if stamp.is_some() && seen == Some(&stamp) {
            return Ok(());
        }
        if seen.is_none()
            && let Some(mailbox) = names::mailbox(folder)
        {
            self.create(folder)?;
            found.mailboxes.push(mailbox.into());
        }
        looks.files += self.compare(folder, places, found)?;
        looks.folders.insert(folder.into(), stamp);
        Ok(())
    }

    /// Finds out what differs, and says how many files there are.
    fn compare(&self, folder: &str, places: &mut Places, found: &mut Found) -> io::Result<u32> {
        let mut there = Places::new();
        self.look(folder, &mut there)?;
        let files = u32::try_from(there.len()).unwrap_or(u32::MAX);
        let is_here = |place: &Place| place.folder() == Some(folder);
        let missing = |there: &Places| -> Vec<Arc<str>> {
            let here = places.iter().filter(|(_, place)| is_here(place)).map(|(name, _)| name);
            here.filter(|name| !there.contains_key(*name)).cloned().collect()
        };
        let mut gone = missing(&there);
        if !gone.is_empty() {
            // It may have got another name while the folder was being read.
            self.look(folder, &mut there)?;
            gone = missing(&there);
        }
        for name in gone {
            places.remove(&name);
            found.missing.push(name);
        }
        for (name, place) in there {
            let flags = Flags::from_letters(place.letters());
            match places.get(&name) {
                Some(known) if *known == place => continue,
                Some(known) if is_here(known) => {
                    if known.letters() != place.letters() {
                        found.flags.push((Arc::clone(&name), flags));
                    }
                }
                // There is such a file in another folder, too, or it came from there.
                Some(known) if self.path(&name, known).exists() => continue,
                known => {
                    found.missing.extend(known.map(|_| Arc::clone(&name)));
                    let mailbox = names::mailbox(folder).unwrap_or("INBOX".into());
                    found.texts.push((Arc::clone(&name), mailbox.into(), flags));
                }
            }
            places.insert(name, place);
        }
        Ok(files)
    }

    /// Where a text is now, if it is still in its folder.
    fn search(&self, name: &str, place: &Place) -> io::Result<Option<PathBuf>> {
        let Some(folder) = place.folder() else { return Ok(None) };
        let mut there = Places::new();
        self.look(folder, &mut there)?;
        Ok(there.get(name).map(|place| self.path(name, place)))
    }

    /// When the folder was modified last; none if it must be looked into whatever that is.
    fn stamp(&self, folder: &str) -> Option<[SystemTime; 2]> {
        let dir = self.dir.join(folder);
        let modified = |part| fs::metadata(dir.join(part)).and_then(|data| data.modified()).ok();
        let times = [modified("new")?, modified("cur")?];
        let now = SystemTime::now();
        let is_old = |time: &SystemTime| {
            let since = time.duration_since(SystemTime::UNIX_EPOCH);
            let is_whole = since.is_ok_and(|since| since.subsec_nanos() == 0);
            let coarse = if is_whole { COARSEST } else { COARSE };
            now.duration_since(*time).is_ok_and(|age| age > coarse)
        };
        times.iter().all(is_old).then_some(times)
    }
}
