//! A Maildir++ tree with a journal.
//!
//! ```text
//! DIR/.lock  DIR/.drafts/             one host at a time; texts that come in
//! DIR/USER/{tmp,new,cur}              INBOX
//! DIR/USER/.Sent/{tmp,new,cur}        Sent; a dot before every level
//! DIR/USER/mailwire-journal           every change, a line each
//! ```
//!
//! What is in the journal has happened. A text is synced before its line is written, and is then linked from
//! the drafts to its folder; a line whose files are not where it says is made good at the next start. So it
//! does not matter when the host is killed. Other programs may put messages there or take them away, too. While
//! the host runs they may also move them and change their flags; what was done to flags before it was started
//! does not count.
mod others;
mod settle;

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use mailwire_message::maildir::Flags as Letters;

use super::{
    Draft, Effect, Expected, Found, Position, Store, Text, journal, journal::Journal, names,
};
use crate::host::mail::Change;
use others::Looks;

/// The folder with the Maildirs of all accounts.
#[derive(Debug)]
pub struct Tree {
    dir: PathBuf,
    drafts: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

/// The store of one account.
#[derive(Debug)]
pub struct Maildir {
    tree: Arc<Tree>,
    dir: PathBuf,
    journal: Journal,
    places: Mutex<Places>,
    /// Locked behind the places.
    looks: Mutex<Looks>,
    /// The folders in which something is new since the last sync.
    dirty: Mutex<BTreeSet<PathBuf>>,
    commits: AtomicU64,
    synced: Mutex<u64>,
}

/// Where the texts are, by their names.
type Places = HashMap<Arc<str>, Place>;

/// Where a text is.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// Still in the drafts.
    Drafts,
    /// In `new` of this folder.
    New(Arc<str>),
    /// In `cur` of this folder, with these flags in its name.
    Cur(Arc<str>, Letters),
}

impl Tree {
    /// Opens the tree, which is made if there is none, for this host alone.
    pub fn open(dir: &Path) -> io::Result<Arc<Self>> {
        let drafts = dir.join(".drafts");
        fs::create_dir_all(&drafts)?;
        let lock = File::create(dir.join(".lock"))?;
        lock.try_lock().map_err(|_| io::Error::other("another host is using it"))?;
        Ok(Arc::new(Self { dir: dir.into(), drafts, _lock: lock }))
    }

    /// Opens the store of an account, which is made if there is none.
    pub fn account(self: &Arc<Self>, name: &str) -> io::Result<Maildir> {
        let dir = self.dir.join(names::component(name));
        fs::create_dir_all(&dir)?;
        journal::sync_dir(&self.dir)?;
        Ok(Maildir {
            tree: Arc::clone(self),
            journal: Journal::open(dir.join("mailwire-journal"))?,
            dir,
            places: Mutex::default(),
            looks: Mutex::default(),
            dirty: Mutex::default(),
            commits: AtomicU64::new(0),
            synced: Mutex::new(0),
        })
    }

    /// Removes the texts that were coming in when the host was killed. Called once all accounts are settled,
    /// and before there is any draft.
    pub fn tidy(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.drafts)? {
            fs::remove_file(entry?.path())?;
        }
        Ok(())
    }
}

impl Store for Maildir {
    fn load(&self) -> io::Result<Vec<Change>> {
        Ok(self.journal.read::<Vec<Change>>()?.into_iter().flatten().collect())
    }

    fn settle(&self, expected: Expected) -> io::Result<Found> {
        self.put_in_order(expected)
    }

    fn news(&self) -> io::Result<Found> {
        self.find_news()
    }

    fn draft(&self) -> io::Result<Draft> {
        Draft::file(names::unique(), &self.tree.drafts)
    }

    fn commit(&self, changes: &[Change], effects: &[Effect]) -> io::Result<Position> {
        let mut places = self.places();
        if let Err(error) = self.prepare(&places, effects) {
            self.forget_copies(effects);
            return Err(error);
        }
        if !changes.is_empty()
            && let Err(error) = self.journal.append(&changes)
        {
            self.forget_copies(effects);
            return Err(error);
        }
        for effect in effects {
            self.perform(&mut places, effect).unwrap_or_else(|error| {
                // It has happened all the same, and will be made good at the next start.
                eprintln!("{}: {effect:?}: {error}", self.dir.display());
            });
        }
        Ok(Position(self.commits.fetch_add(1, SeqCst) + 1))
    }

    fn sync(&self, position: Position) -> io::Result<()> {
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if *synced >= position.0 {
            // Somebody else waited for the disk meanwhile, for all.
            return Ok(());
        }
        let upto = self.commits.load(SeqCst);
        let dirty = std::mem::take(&mut *self.dirty());
        for dir in dirty {
            match journal::sync_dir(&dir) {
                // Renamed or deleted since, which is in the journal.
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.journal.sync()?;
        *synced = upto;
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<Text> {
        self.with_file(&self.places(), name, |path| Ok(Text::File(File::open(path)?)))
    }

    fn compact(&self, changes: &[Change]) -> io::Result<()> {
        // A line of them all would be hard to read.
        self.journal.replace(&changes.chunks(1).collect::<Vec<_>>())
    }

    fn blocks(&self) -> bool {
        true
    }
}

impl Maildir {
    /// Does what can fail before it is too late.
    fn prepare(&self, places: &Places, effects: &[Effect]) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Keep { draft, .. } => {
                    draft.path().ok_or(ErrorKind::InvalidInput)?;
                }
                Effect::Copy { from, name, .. } => {
                    let to = self.scratch(name);
                    self.with_file(places, from, |from| {
                        // Where there are no links there are copies.
                        if fs::hard_link(from, &to).is_err() {
                            fs::copy(from, &to)?;
                            File::open(&to)?.sync_all()?;
                        }
                        Ok(())
                    })?;
                }
                Effect::Create { mailbox } => self.create(&names::folder(mailbox))?,
                Effect::Place { .. }
                | Effect::Remove { .. }
                | Effect::Rename { .. }
                | Effect::Delete { .. } => {}
            }
        }
        Ok(())
    }

    fn forget_copies(&self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Copy { name, .. } = effect {
                let _ = fs::remove_file(self.scratch(name));
            }
        }
    }

    /// Does to the files what the journal says has happened.
    fn perform(&self, places: &mut Places, effect: &Effect) -> io::Result<()> {
        match effect {
            Effect::Keep { draft, mailbox, letters } => {
                let name = Arc::clone(draft.name());
                let to = Place::of(mailbox, *letters, true);
                // If there is no room for the link, the draft stays where it is.
                let linked = fs::hard_link(self.scratch(&name), self.path(&name, &to));
                if linked.is_err() {
                    draft.retain();
                    places.insert(name, Place::Drafts);
                } else {
                    self.touch(&to);
                    places.insert(name, to);
                }
                linked
            }
            Effect::Copy { name, mailbox, letters, .. } => {
                places.insert(Arc::clone(name), Place::Drafts);
                self.move_to(places, name, Place::of(mailbox, *letters, true))
            }
            Effect::Place { name, mailbox, letters } => {
                let is_new = matches!(places.get(name), Some(Place::New(_)));
                self.move_to(places, name, Place::of(mailbox, *letters, is_new))
            }
            Effect::Remove { name } => {
                let removed = self.with_file(places, name, |path| fs::remove_file(path));
                places.remove(name);
                match removed {
                    // Somebody else was first.
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                    removed => removed,
                }
            }
            Effect::Create { mailbox } => {
                self.looks().add(names::folder(mailbox));
                Ok(())
            }
            Effect::Rename { from, to } => {
                let (from, to) = (names::folder(from), names::folder(to));
                fs::rename(self.dir.join(&from), self.dir.join(&to))?;
                self.looks().remove(&from);
                self.looks().add(to.clone());
                let to: Arc<str> = to.into();
                for place in places.values_mut() {
                    if let Place::New(folder) | Place::Cur(folder, _) = place
                        && **folder == *from
                    {
                        *folder = Arc::clone(&to);
                    }
                }
                journal::sync_dir(&self.dir)
            }
            Effect::Delete { mailbox } => {
                let folder = names::folder(mailbox);
                fs::remove_dir_all(self.dir.join(&folder))?;
                self.looks().remove(&folder);
                journal::sync_dir(&self.dir)
            }
        }
    }

    fn move_to(&self, places: &mut Places, name: &str, to: Place) -> io::Result<()> {
        if places.get(name) != Some(&to) {
            self.with_file(places, name, |path| fs::rename(path, self.path(name, &to)))?;
            self.touch(&to);
            places.insert(name.into(), to);
        }
        Ok(())
    }

    fn create(&self, folder: &str) -> io::Result<()> {
        let dir = self.dir.join(folder);
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(dir.join(part))?;
        }
        if !folder.is_empty() {
            File::create(dir.join("maildirfolder"))?;
        }
        journal::sync_dir(&dir)?;
        journal::sync_dir(&self.dir)
    }

    fn path(&self, name: &str, place: &Place) -> PathBuf {
        match place {
            Place::Drafts => self.scratch(name),
            Place::New(folder) => self.dir.join(&**folder).join("new").join(name),
            Place::Cur(folder, letters) => {
                self.dir.join(&**folder).join("cur").join(format!("{name}:2,{letters}"))
            }
        }
    }

    fn scratch(&self, name: &str) -> PathBuf {
        self.tree.drafts.join(name)
    }

    /// Takes note that something is new there.
    fn touch(&self, place: &Place) {
        let dir = match place {
            Place::Drafts => self.tree.drafts.clone(),
            Place::New(folder) => self.dir.join(&**folder).join("new"),
            Place::Cur(folder, _) => self.dir.join(&**folder).join("cur"),
        };
        self.dirty().insert(dir);
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Arc<str>, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dirty(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Where a text belongs: in `new` as long as nobody has set a flag.
    fn of(mailbox: &str, letters: Letters, is_new: bool) -> Self {
        let folder = names::folder(mailbox).into();
        if is_new && letters == Letters::default() {
            Self::New(folder)
        } else {
            Self::Cur(folder, letters)
        }
    }

    /// Its folder, once it has one.
    fn folder(&self) -> Option<&str> {
        match self {
            Self::Drafts => None,
            Self::New(folder) | Self::Cur(folder, _) => Some(folder),
        }
    }

    /// The letters in its name.
    fn letters(&self) -> Letters {
        match self {
            Self::Drafts | Self::New(_) => Letters::default(),
            Self::Cur(_, letters) => *letters,
        }
    }
}
