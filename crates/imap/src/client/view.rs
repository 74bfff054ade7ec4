//! What is known of the mailbox that is selected: numbers, UIDs, flags and mod-sequences, right through
//! EXPUNGE, VANISHED, EXISTS and FETCH ([RFC 9051 §7.5], [RFC 7162], [RFC 9586]).
//!
//! A [`View`] is beside the machine, and optional: it is shown the [events](super::Event) and says what
//! has changed. It can be filled from what was stored after an earlier session, and says what to ask
//! so that it is up to date again: QRESYNC where that is enabled, else CONDSTORE or what there is.
//!
//! ```
//! use mailwire_imap::{Command, Data};
//! use mailwire_imap::client::{Change, Event, View};
//!
//! let mut view = View::new();
//! view.begin(); // SELECT is sent
//! view.handle(&Event::Data(Data::Exists(172)));
//! assert!(view.selected().is_empty()); // and is through
//! let Some(Command::Fetch { messages, .. }) = view.next_command() else { panic!() };
//! assert_eq!(format!("{messages:?}"), "Set(1:172)");
//!
//! let changes = view.handle(&Event::Data(Data::Expunge(170.try_into()?)));
//! assert_eq!(changes, [Change::Expunged { number: Some(170), uid: None }]);
//! assert_eq!(view.exists(), 171);
//! # Ok::<(), core::num::TryFromIntError>(())
//! ```
//!
//! [RFC 9051 §7.5]: https://www.rfc-editor.org/rfc/rfc9051#section-7.5
//! [RFC 7162]: https://www.rfc-editor.org/rfc/rfc7162
//! [RFC 9586]: https://www.rfc-editor.org/rfc/rfc9586

mod ask;
mod gone;
mod update;

use super::{Event, Outcome};
use crate::{Data, Flag, Flags, ResponseCode, Status, WordCode};
use alloc::{collections::BTreeMap, vec::Vec};
use core::ops::RangeInclusive;
use gone::Gone;

/// What is known of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Its UID.
    pub uid: Option<u32>,
    /// Its flags.
    pub flags: Option<Flags>,
    /// Its mod-sequence (RFC 7162).
    pub mod_seq: Option<u64>,
}

impl Message {
    /// A message of which that is known.
    #[must_use]
    pub const fn new(uid: u32, flags: Flags, mod_seq: Option<u64>) -> Self {
        Self { uid: Some(uid), flags: Some(flags), mod_seq }
    }
}

/// What has changed in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Messages with these numbers came.
    Arrived(RangeInclusive<u32>),
    /// A message is gone.
    Expunged {
        /// The number that it had; `None` if it went while nobody looked.
        number: Option<u32>,
        /// Its UID, if it was known.
        uid: Option<u32>,
    },
    /// So many messages are gone of which nothing was known.
    Vanished(u32),
    /// The flags or the mod-sequence of a message are other than those that were known, if any were.
    Changed {
        /// Its number, if it is known.
        number: Option<u32>,
        /// Its UID, if it is known.
        uid: Option<u32>,
    },
    /// The UIDs that were known mean nothing any more: UIDVALIDITY changed (RFC 9051 §2.3.1.1).
    UidsVoid,
    /// What the server says does not go together. Numbers have to be asked for again.
    OutOfSync,
}

/// What is known of the mailbox that is selected.
///
/// 1. [`restore`](Self::restore) what was stored, or [`new`](Self::new);
/// 2. SELECT with [`select_params`](Self::select_params), and say [`begin`](Self::begin);
/// 3. [`handle`](Self::handle) every event;
/// 4. when SELECT is through say [`selected`](Self::selected), and then send
///    [`next_command`](Self::next_command) as long as there is one, one after the other.
///
/// Of a STORE with `.SILENT` the server does not say what flags there are now: with mod-sequences those that
/// were known are forgotten, and [`next_command`](Self::next_command) asks for them; without, only the form
/// that is not silent is seen.
///
/// It costs memory for each message that the server speaks of, none for those that it only counts.
#[derive(Clone, Debug, Default)]
pub struct View {
    uid_validity: Option<u32>,
    uid_next: Option<u32>,
    /// The highest that the server spoke of since the mailbox was selected.
    mod_seq: Option<u64>,
    /// Up to where everything is known from an earlier session.
    restored: Option<u64>,
    permanent_flags: Option<Flags>,
    read_only: bool,
    /// SELECT has QRESYNC: the server tells what has changed since.
    asked_qresync: bool,
    /// SELECT is through.
    selected: bool,
    resyncs: bool,
    /// Nobody speaks of numbers (RFC 9586).
    uid_only: bool,
    changes: Changes,
    /// The place that the next message gets.
    end: u64,
    gone: Gone,
    /// What is known of messages at their places; with UIDONLY, at their UIDs.
    places: BTreeMap<u64, Message>,
    /// The places of those whose UID is known.
    uids: BTreeMap<u32, u64>,
    /// Messages that the server has not spoken of since the mailbox was selected.
    loose: BTreeMap<u32, Message>,
}

/// Whether it is known what has changed since an earlier session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Changes {
    #[default]
    Unknown,
    /// They are asked for.
    Asked,
    Known,
}

impl View {
    /// Of a mailbox of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was stored: UIDVALIDITY, the mod-sequence that [`mod_seq`](Self::mod_seq) gave, and the
    /// messages. Those without a UID are left out.
    ///
    /// ```
    /// use mailwire_imap::{Data, Flags, SystemFlag};
    /// use mailwire_imap::client::{Event, Message, View};
    ///
    /// let seen = Flags::from(SystemFlag::Seen);
    /// let stored = [41, 43, 44].map(|uid| Message::new(uid, seen.clone(), Some(12_000)));
    /// let mut view = View::restore(67_890_007, Some(12_345), stored);
    /// view.begin();
    /// view.handle(&Event::Data(Data::Vanished { earlier: true, uids: "43".parse().unwrap() }));
    /// view.handle(&Event::Data(Data::Exists(2)));
    /// assert_eq!(view.by_uid(44).unwrap().flags, Some(seen));
    /// ```
    #[must_use]
    pub fn restore(
        uid_validity: u32,
        mod_seq: Option<u64>,
        messages: impl IntoIterator<Item = Message>,
    ) -> Self {
        let messages = messages.into_iter().filter_map(|message| Some((message.uid?, message)));
        Self {
            uid_validity: Some(uid_validity),
            restored: mod_seq.filter(|value| *value > 0),
            loose: messages.collect(),
            ..Self::default()
        }
    }

    /// The mailbox is selected anew, or another time: what follows is of this selection. What is known
    /// by UID stays.
    ///
    /// What the server still says of the mailbox before, up to the code `CLOSED` (RFC 7162 §3.2.11), does
    /// not count.
    pub fn begin(&mut self) {
        self.restored = self.mod_seq();
        self.forget_numbers();
        self.resyncs = core::mem::take(&mut self.asked_qresync);
        self.changes = Changes::Unknown;
        self.selected = false;
        self.mod_seq = None;
        (self.uid_next, self.permanent_flags, self.read_only) = (None, None, false);
    }

    /// Takes note of an event, and says what has changed. Events that are not about the mailbox change
    /// nothing.
    pub fn handle(&mut self, event: &Event) -> Vec<Change> {
        let mut changes = Vec::new();
        match event {
            Event::Data(data) => self.take_data(data, &mut changes),
            Event::Status(status) => self.take_code(status, &mut changes),
            Event::Done { result: Outcome::Ok(status) | Outcome::No(status), .. } => {
                self.take_code(status, &mut changes);
            }
            _ => {}
        }
        changes
    }

    fn take_data(&mut self, data: &Data, changes: &mut Vec<Change>) {
        match data {
            Data::Exists(count) => self.take_exists(*count, changes),
            Data::Expunge(number) => self.take_expunge(number.get(), changes),
            Data::Vanished { earlier, uids } => self.take_vanished(*earlier, uids, changes),
            Data::Fetch(fetch) => self.take_fetch(fetch, changes),
            Data::Enabled(names) if names.has("UIDONLY") => self.speak_of_uids_only(),
            _ => {}
        }
    }

    fn take_code(&mut self, status: &Status, changes: &mut Vec<Change>) {
        match &status.code {
            Some(ResponseCode::UidValidity(value)) => {
                let before = self.uid_validity.replace(*value);
                if before.is_some_and(|before| before != *value) {
                    // What SELECT has told already is of the mailbox as it is now.
                    let count = self.exists();
                    self.forget_numbers();
                    self.end = u64::from(count);
                    self.loose.clear();
                    self.restored = None;
                    if self.selected {
                        self.mod_seq = None;
                    }
                    changes.push(Change::UidsVoid);
                }
            }
            Some(ResponseCode::UidNext(value)) => self.uid_next = Some(*value),
            Some(ResponseCode::HighestModSeq(value)) => self.raise_mod_seq(*value),
            Some(ResponseCode::PermanentFlags(flags)) => {
                self.permanent_flags = Some(detached(flags));
            }
            Some(ResponseCode::Word(WordCode::NoModSeq)) => {
                (self.mod_seq, self.restored) = (None, None);
            }
            Some(ResponseCode::Word(WordCode::Closed)) if !self.selected => self.start_again(),
            Some(ResponseCode::Word(WordCode::ReadOnly)) => self.read_only = true,
            Some(ResponseCode::Word(WordCode::ReadWrite)) => self.read_only = false,
            _ => {}
        }
    }

    fn raise_mod_seq(&mut self, value: u64) {
        if value > 0 {
            self.mod_seq = Some(self.mod_seq.unwrap_or(0).max(value));
        }
    }

    /// How many messages there are.
    #[must_use]
    pub fn exists(&self) -> u32 {
        u32::try_from(self.end - self.gone.total()).unwrap_or(u32::MAX)
    }

    /// The UID of the message with this number, if it is known.
    #[must_use]
    pub fn uid(&self, number: u32) -> Option<u32> {
        self.by_number(number)?.uid
    }

    /// The number of the message with this UID, if it is known.
    #[must_use]
    pub fn number(&self, uid: u32) -> Option<u32> {
        self.number_at(*self.uids.get(&uid)?)
    }

    /// What is known of the message with this number.
    #[must_use]
    pub fn by_number(&self, number: u32) -> Option<&Message> {
        let number = number.checked_sub(1).filter(|_| !self.uid_only)?;
        self.places.get(&self.gone.place_of(u64::from(number)))
    }

    /// What is known of the message with this UID.
    #[must_use]
    pub fn by_uid(&self, uid: u32) -> Option<&Message> {
        match self.uids.get(&uid) {
            Some(place) => self.places.get(place),
            None => self.loose.get(&uid),
        }
    }

    /// All messages whose UID is known, in their order: to store them.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let (mut placed, mut loose) = (self.uids.iter().peekable(), self.loose.iter().peekable());
        core::iter::from_fn(move || {
            let placed_first = match (placed.peek(), loose.peek()) {
                (Some((placed, _)), Some((loose, _))) => placed < loose,
                (placed, _) => placed.is_some(),
            };
            if placed_first {
                placed.next().and_then(|(_, place)| self.places.get(place))
            } else {
                loose.next().map(|(_, message)| message)
            }
        })
    }

    /// UIDVALIDITY, if the server has said it or it was stored.
    #[must_use]
    pub const fn uid_validity(&self) -> Option<u32> {
        self.uid_validity
    }

    /// UIDNEXT, as it was when the mailbox was selected.
    #[must_use]
    pub const fn uid_next(&self) -> Option<u32> {
        self.uid_next
    }

    /// The flags that last, if the server has said it.
    #[must_use]
    pub const fn permanent_flags(&self) -> Option<&Flags> {
        self.permanent_flags.as_ref()
    }

    /// Whether the mailbox cannot be changed.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The mod-sequence to store with the messages: what is known has all changes up to it. As long as
    /// not everything is known, that is the one that was stored before (RFC 7162 §3.2.5).
    #[must_use]
    pub fn mod_seq(&self) -> Option<u64> {
        if self.is_complete() { self.mod_seq.or(self.restored) } else { self.restored }
    }

    fn number_at(&self, place: u64) -> Option<u32> {
        if self.uid_only {
            return None;
        }
        u32::try_from(self.gone.number_of(place)? + 1).ok()
    }

    /// What came since [`begin`](Self::begin) was of the mailbox before.
    fn start_again(&mut self) {
        self.places.clear();
        self.forget_numbers();
        (self.mod_seq, self.uid_next, self.permanent_flags) = (None, None, None);
    }

    /// Numbers mean nothing any more; what is known by UID stays.
    fn forget_numbers(&mut self) {
        for (_, message) in core::mem::take(&mut self.places) {
            if let Some(uid) = message.uid {
                self.loose.insert(uid, message);
            }
        }
        self.uids.clear();
        self.gone = Gone::default();
        self.end = 0;
    }
}

/// Flags that share no buffer.
fn detached(flags: &Flags) -> Flags {
    let detached = |flag| match flag {
        Flag::Keyword(name) => Flag::Keyword(name.detach()),
        Flag::Extension(name) => Flag::Extension(name.detach()),
        Flag::System(flag) => Flag::System(flag),
    };
    flags.iter().map(detached).collect()
}
