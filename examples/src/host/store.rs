//! Where messages, and what changes around them, are kept: the place for a database.
//!
//! An account writes each change down in its [`Store`] before it counts, and holds the sum of them in
//! memory. [`Memory`] keeps texts only; [`Maildir`] keeps everything in a Maildir++ tree.
use std::{
    fmt::Debug,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::Arc,
};

use bytes::Bytes;
use mailwire_message::maildir::Flags as Letters;

pub use draft::{Draft, Sealed};
pub use maildir::{Maildir, Tree};
pub use memory::Memory;
pub use names::{folder, unique};
pub use sizes::Sizes;

use super::mail::{Change, Flags};

mod draft;
mod journal;
mod maildir;
mod memory;
mod names;
mod sizes;

/// The store of one account.
///
/// The account calls [`commit`](Self::commit) for one set of changes after the other, in the order in which
/// they happen; everything else may be called at any time from any thread.
pub trait Store: Debug + Send + Sync {
    /// What was committed so far, in its order.
    fn load(&self) -> io::Result<Vec<Change>>;

    /// Makes the texts what they should be after a start, whatever was left undone when the host was killed;
    /// and says what is there that it knows nothing of. Called once, after [`load`](Self::load).
    fn settle(&self, expected: Expected) -> io::Result<Found>;

    /// What other programs have done to the texts since, where they can; after it, nothing of that is news.
    fn news(&self) -> io::Result<Found> {
        Ok(Found::default())
    }

    /// Begins a text, for one account or several of the same kind of store.
    fn draft(&self) -> io::Result<Draft>;

    /// Commits changes, all of them or none, and does to the texts what goes with them.
    ///
    /// They are there again after the host is killed; only behind [`sync`](Self::sync) also after the machine
    /// is. An error says that nothing is changed.
    fn commit(&self, changes: &[Change], effects: &[Effect]) -> io::Result<Position>;

    /// Waits until what was committed up to there outlives the machine. Several sessions may wait at once,
    /// for the same disk.
    fn sync(&self, position: Position) -> io::Result<()>;

    /// Opens a text. `NotFound` if it is gone.
    fn open(&self, name: &str) -> io::Result<Text>;

    /// Octets of a text; fewer if it ends before, or if that is convenient. `NotFound` if it is gone.
    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Bytes> {
        self.open(name)?.read(range)
    }

    /// Replaces all changes by fewer that come to the same.
    fn compact(&self, changes: &[Change]) -> io::Result<()>;

    /// Whether any of this may take as long as a disk takes: if so, it is not for a thread that has other
    /// sessions to serve.
    fn blocks(&self) -> bool;
}

/// A text that is open: it can be read to its end even if somebody takes it away meanwhile.
#[derive(Debug)]
pub enum Text {
    /// It is here.
    Here(Bytes),
    /// It is in a file.
    File(File),
}

impl Text {
    /// Octets of it; fewer if it ends before.
    pub fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        match self {
            Self::Here(text) => {
                let inside = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
                let (start, end) = (inside(range.start), inside(range.end));
                Ok(text.slice(start..end.max(start)))
            }
            Self::File(file) => {
                let mut file = file;
                let wanted = range.end.saturating_sub(range.start);
                file.seek(SeekFrom::Start(range.start))?;
                let room = usize::try_from(wanted.min(1024 * 1024)).unwrap_or(0);
                let mut octets = Vec::with_capacity(room);
                file.take(wanted).read_to_end(&mut octets)?;
                Ok(octets.into())
            }
        }
    }
}

/// How far a store has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

/// What a change does to texts and folders.
#[derive(Clone, Debug)]
pub enum Effect {
    /// A new text.
    Keep {
        /// The text, which is named here too.
        draft: Arc<Sealed>,
        /// The mailbox.
        mailbox: Arc<str>,
        /// The letters of its flags.
        letters: Letters,
    },
    /// A copy.
    Copy {
        /// The text.
        from: Arc<str>,
        /// What the copy is called.
        name: Arc<str>,
        /// Its mailbox.
        mailbox: Arc<str>,
        /// The letters of its flags.
        letters: Letters,
    },
    /// A text that is to be in this mailbox with these flags.
    Place {
        /// The text.
        name: Arc<str>,
        /// The mailbox.
        mailbox: Arc<str>,
        /// The letters of its flags.
        letters: Letters,
    },
    /// A text that is gone.
    Remove {
        /// The text.
        name: Arc<str>,
    },
    /// A mailbox is there.
    Create {
        /// Its name.
        mailbox: Arc<str>,
    },
    /// A mailbox has another name.
    Rename {
        /// Its name before.
        from: Arc<str>,
        /// Its name now.
        to: Arc<str>,
    },
    /// A mailbox, with nothing left in it, is gone.
    Delete {
        /// Its name.
        mailbox: Arc<str>,
    },
}

/// What should be there.
#[derive(Debug, Default)]
pub struct Expected {
    /// The mailboxes.
    pub mailboxes: Vec<Arc<str>>,
    /// The texts, with their mailboxes and the letters of their flags.
    pub texts: Vec<(Arc<str>, Arc<str>, Letters)>,
    /// Texts that are gone, and must not come back.
    pub gone: Vec<Arc<str>>,
    /// The same of mailboxes.
    pub gone_mailboxes: Vec<Arc<str>>,
}

/// What is there beside it, and what is not.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// Mailboxes that somebody else made.
    pub mailboxes: Vec<Arc<str>>,
    /// Texts that somebody else put there: the name of each, its mailbox, and its flags. Their facts are
    /// found out by reading.
    pub texts: Vec<(Arc<str>, Arc<str>, Flags)>,
    /// Texts that somebody else took away.
    pub missing: Vec<Arc<str>>,
    /// Texts that somebody else gave other flags: keywords, which a store may know nothing of, are not among them.
    pub flags: Vec<(Arc<str>, Flags)>,
}

impl Found {
    /// Whether all is as expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
