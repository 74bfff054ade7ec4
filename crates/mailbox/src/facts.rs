//! What a mailbox knows of a message.

use crate::Index;
use alloc::borrow::Cow;
use bytes::Bytes;
use core::ops::Range;
use mailwire_imap::{DateTime, Flags};

/// A message in a mailbox, as searches, sorts and threads ask for it: each thing only if it is needed,
/// what is cheap before what is not.
///
/// Flags and dates come from the mailbox, the index from beside the message, octets from the message
/// itself: only keys that ask for text that is not in the envelope need them, and then only the ranges
/// that may hold it.
///
/// ```
/// use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, ops::Range};
/// use mailwire_imap::{DateTime, Flags, search::SearchKey};
/// use mailwire_mailbox::{Facts, Index, Search, SearchContext, date_time};
///
/// /// What a database has of a message; octets and index are read when they are asked for.
/// struct Row<'d> {
///     number: u32,
///     uid: u32,
///     flags: Flags,
///     arrived: i64,
///     files: &'d BTreeMap<u32, (Vec<u8>, Vec<u8>)>,
///     read: &'d RefCell<Vec<Range<u64>>>,
/// }
///
/// impl Facts for Row<'_> {
///     fn number(&self) -> u32 {
///         self.number
///     }
///
///     fn uid(&self) -> u32 {
///         self.uid
///     }
///
///     fn flags(&self) -> Cow<'_, Flags> {
///         Cow::Borrowed(&self.flags)
///     }
///
///     fn internal_date(&self) -> DateTime {
///         date_time(self.arrived, 0)
///     }
///
///     fn index(&self) -> Option<Cow<'_, Index>> {
///         let (_, kept) = self.files.get(&self.uid)?;
///         Index::parse(kept.clone().into()).ok().map(Cow::Owned)
///     }
///
///     fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>> {
///         self.read.borrow_mut().push(range.clone());
///         let (octets, _) = self.files.get(&self.uid)?;
///         octets.get(range.start as usize..range.end as usize).map(Cow::Borrowed)
///     }
/// }
///
/// let message = b"Subject: lunch\r\n\r\nAt noon?\r\n".to_vec();
/// let kept = Index::of(&message).as_bytes().to_vec();
/// let (files, read) = (BTreeMap::from([(7, (message, kept))]), RefCell::default());
/// let row = Row { number: 1, uid: 7, flags: Flags::none(), arrived: 0, files: &files, read: &read };
/// let search = |key: SearchKey| Search::new(&key.into(), None, &SearchContext::new(0, 1, 7)).unwrap();
/// assert!(search(SearchKey::Larger(10)).matches(&row));
/// assert!(read.borrow().is_empty(), "the index says how large it is");
/// assert!(search(SearchKey::Body("noon".try_into()?)).matches(&row));
/// assert_eq!(*read.borrow(), [18..28], "the body, and nothing else");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
pub trait Facts {
    /// Its sequence number.
    fn number(&self) -> u32;

    /// Its UID.
    fn uid(&self) -> u32;

    /// Its flags, `\Recent` too if it is.
    fn flags(&self) -> Cow<'_, Flags>;

    /// When it arrived.
    fn internal_date(&self) -> DateTime;

    /// Its index. `None` if it cannot be had.
    fn index(&self) -> Option<Cow<'_, Index>>;

    /// Octets of the message as it is stored. `None` if they cannot be had.
    fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>>;

    /// When it was put into this mailbox, if that is kept (RFC 8514).
    fn save_date(&self) -> Option<DateTime> {
        None
    }

    /// Its mod-sequence (RFC 7162).
    fn mod_seq(&self) -> u64 {
        0
    }

    /// The mod-sequence of a metadata entry as `/flags/\\draft`, of the kind `priv`, `shared` or `all`.
    /// Where none are kept, that of the message (RFC 7162 §3.1.5).
    fn mod_seq_of(&self, entry: &[u8], kind: &str) -> u64 {
        let _ = (entry, kind);
        self.mod_seq()
    }

    /// Whether it is in `$`, what the last search found (RFC 5182).
    fn is_saved(&self) -> bool {
        false
    }

    /// What identifies its content (RFC 8474).
    fn email_id(&self) -> Option<Cow<'_, [u8]>> {
        None
    }

    /// What identifies its thread (RFC 8474).
    fn thread_id(&self) -> Option<Cow<'_, [u8]>> {
        None
    }
}

impl<F: Facts + ?Sized> Facts for &F {
    fn number(&self) -> u32 {
        (**self).number()
    }

    fn uid(&self) -> u32 {
        (**self).uid()
    }

    fn flags(&self) -> Cow<'_, Flags> {
        (**self).flags()
    }

    fn internal_date(&self) -> DateTime {
        (**self).internal_date()
    }

    fn index(&self) -> Option<Cow<'_, Index>> {
        (**self).index()
    }

    fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>> {
        (**self).octets(range)
    }

    fn save_date(&self) -> Option<DateTime> {
        (**self).save_date()
    }

    fn mod_seq(&self) -> u64 {
        (**self).mod_seq()
    }

    fn mod_seq_of(&self, entry: &[u8], kind: &str) -> u64 {
        (**self).mod_seq_of(entry, kind)
    }

    fn is_saved(&self) -> bool {
        (**self).is_saved()
    }

    fn email_id(&self) -> Option<Cow<'_, [u8]>> {
        (**self).email_id()
    }

    fn thread_id(&self) -> Option<Cow<'_, [u8]>> {
        (**self).thread_id()
    }
}

/// A message that is in memory with all that is known of it: for tests, and for mailboxes that live in
/// memory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MemoryMessage {
    /// Its sequence number.
    pub number: u32,
    /// Its UID.
    pub uid: u32,
    /// Its flags.
    pub flags: Flags,
    /// When it arrived.
    pub internal_date: DateTime,
    /// When it was put into this mailbox.
    pub save_date: Option<DateTime>,
    /// Its mod-sequence.
    pub mod_seq: u64,
    /// Whether it is in `$`.
    pub is_saved: bool,
    /// EMAILID and THREADID, if it has them.
    pub object_ids: Option<[Bytes; 2]>,
    /// Its index.
    pub index: Index,
    /// Its octets.
    pub octets: Bytes,
}

impl MemoryMessage {
    /// A message without flags.
    ///
    /// ```
    /// use mailwire_imap::SystemFlag;
    /// use mailwire_mailbox::{Facts, MemoryMessage, date_time};
    ///
    /// let mut message = MemoryMessage::new(1, 7, "Subject: hi\r\n\r\n".into(), date_time(0, 0));
    /// message.flags.insert(SystemFlag::Seen.into());
    /// assert!(message.flags().has(SystemFlag::Seen));
    /// ```
    #[must_use]
    pub fn new(number: u32, uid: u32, octets: Bytes, internal_date: DateTime) -> Self {
        Self {
            number,
            uid,
            flags: Flags::none(),
            internal_date,
            save_date: None,
            mod_seq: 0,
            is_saved: false,
            object_ids: None,
            index: Index::of(&octets),
            octets,
        }
    }
}

impl Facts for MemoryMessage {
    fn number(&self) -> u32 {
        self.number
    }

    fn uid(&self) -> u32 {
        self.uid
    }

    fn flags(&self) -> Cow<'_, Flags> {
        Cow::Borrowed(&self.flags)
    }

    fn internal_date(&self) -> DateTime {
        self.internal_date
    }

    fn index(&self) -> Option<Cow<'_, Index>> {
        Some(Cow::Borrowed(&self.index))
    }

    fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>> {
        self.octets.get(crate::section::range(range)).map(Cow::Borrowed)
    }

    fn save_date(&self) -> Option<DateTime> {
        self.save_date
    }

    fn mod_seq(&self) -> u64 {
        self.mod_seq
    }

    fn is_saved(&self) -> bool {
        self.is_saved
    }

    fn email_id(&self) -> Option<Cow<'_, [u8]>> {
        self.object_ids.as_ref().map(|[id, _]| Cow::Borrowed(&id[..]))
    }

    fn thread_id(&self) -> Option<Cow<'_, [u8]>> {
        self.object_ids.as_ref().map(|[_, id]| Cow::Borrowed(&id[..]))
    }
}
