//! What to ask so that everything is known.

use super::{Change, Changes, Message, View};
use crate::{
    Capabilities, Command, SeqNumber, SeqRange, SequenceSet,
    command::{FetchAttribute, FetchModifier, QResync, SelectParam},
};
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroU64};

/// How many ranges a set may have: servers limit their lines.
const RANGES: usize = 500;

impl View {
    /// What SELECT or EXAMINE must have, given what the server offers and what is enabled: QRESYNC with
    /// what was stored, CONDSTORE, or nothing (RFC 7162 §3.1.8, §3.2.5). To be asked before
    /// [`begin`](Self::begin).
    ///
    /// ```
    /// use mailwire_imap::{Atom, Capabilities};
    /// use mailwire_imap::client::View;
    /// use mailwire_imap::command::{QResync, SelectParam};
    ///
    /// let all = Capabilities::from_iter([Atom::new("QRESYNC")?]);
    /// let mut view = View::restore(67_890_007, Some(90_060_115), []);
    /// let known = QResync::new(67_890_007.try_into()?, 90_060_115);
    /// assert_eq!(view.select_params(&all, &all), [SelectParam::QResync(known)]);
    /// assert_eq!(View::new().select_params(&all, &all), [SelectParam::CondStore]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn select_params(
        &mut self,
        offered: &Capabilities,
        enabled: &Capabilities,
    ) -> Vec<SelectParam> {
        if enabled.has("UIDONLY") {
            self.speak_of_uids_only();
        }
        let uid_validity = self.uid_validity.and_then(NonZeroU32::new);
        match (uid_validity, self.mod_seq()) {
            (Some(uid_validity), Some(mod_seq)) if enabled.has("QRESYNC") => {
                self.asked_qresync = true;
                Vec::from([SelectParam::QResync(QResync::new(uid_validity, mod_seq))])
            }
            _ if offered.has("CONDSTORE") || offered.has("QRESYNC") => {
                Vec::from([SelectParam::CondStore])
            }
            _ => Vec::new(),
        }
    }

    /// SELECT is through: after QRESYNC messages get their numbers; where the server keeps no
    /// mod-sequences, or none was stored, flags that were stored may be stale, and are forgotten.
    #[must_use]
    pub fn selected(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.selected = true;
        if self.mod_seq.is_none() {
            (self.resyncs, self.restored) = (false, None);
        }
        if self.restored.is_none() {
            self.loose.values_mut().for_each(|message| message.flags = None);
        }
        if self.resyncs {
            self.settle();
        }
        self.drop_stale(&mut changes);
        changes
    }

    /// The server has said everything that changed: if there are as many as there must be, the order of
    /// the UIDs is that of the numbers.
    fn settle(&mut self) {
        if (self.uids.len() + self.loose.len()) as u64 != u64::from(self.exists()) {
            return;
        }
        let uids: Vec<u32> = self.messages().filter_map(|message| message.uid).collect();
        let place = |(number, uid): (usize, &u32)| match self.uid_only {
            true => u64::from(*uid),
            false => self.gone.place_of(number as u64),
        };
        let places: Vec<u64> = uids.iter().enumerate().map(place).collect();
        let fits = |(uid, place)| self.uids.get(uid).is_none_or(|known| known == place);
        if uids.iter().zip(&places).all(fits) {
            for (uid, place) in uids.into_iter().zip(places) {
                self.place(uid, place);
            }
        }
    }

    /// Whether the number, the UID and the flags of every message are known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let has_flags = |message: &Message| message.flags.is_some();
        self.uids.len() as u64 == u64::from(self.exists())
            && !self.misses_changes()
            && self.places.values().chain(self.loose.values()).all(has_flags)
    }

    fn misses_changes(&self) -> bool {
        let is_behind = self.restored.is_some() && self.restored < self.mod_seq;
        is_behind && !self.resyncs && self.changes != Changes::Known
    }

    /// What to ask next so that everything is known; `None` if it is. Ask again when it is through: if
    /// nothing has changed by then, the server does not say it.
    ///
    /// ```
    /// use mailwire_imap::{Data, Encoder, Peer, Tag};
    /// use mailwire_imap::client::{Event, View};
    ///
    /// let mut view = View::new();
    /// view.begin();
    /// view.handle(&Event::Data(Data::Exists(3)));
    /// assert!(view.selected().is_empty());
    /// let mut out = Encoder::new(Peer::SERVER);
    /// view.next_command().unwrap().encode(&Tag::new("a1")?, &mut out);
    /// assert_eq!(out.finish().wire, "a1 FETCH 1:3 (UID FLAGS)\r\n");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn next_command(&mut self) -> Option<Command> {
        let flags = || {
            let mut attributes = Vec::from([FetchAttribute::Flags]);
            attributes.extend(self.mod_seq.map(|_| FetchAttribute::ModSeq));
            attributes
        };
        if self.uid_only && (self.uids.len() as u64) < u64::from(self.exists()) {
            return Some(fetch(SequenceSet::ALL, flags(), Vec::new(), true));
        }
        if let Some(set) = self.numbers_without_uid().filter(|_| !self.uid_only) {
            let mut attributes = Vec::from([FetchAttribute::Uid]);
            if self.loose.is_empty() {
                attributes.extend(flags());
            }
            return Some(fetch(set, attributes, Vec::new(), false));
        }
        if let (Some(since), true) =
            (self.restored.and_then(NonZeroU64::new), self.misses_changes())
        {
            if self.changes == Changes::Unknown && !self.uids.is_empty() {
                let modifiers = Vec::from([FetchModifier::ChangedSince(since)]);
                let command = fetch(SequenceSet::ALL, flags(), modifiers, true);
                self.changes = Changes::Asked;
                return Some(command);
            }
            self.changes = Changes::Known;
        }
        let without = self.uids.iter().filter(|(_, place)| {
            self.places.get(place).is_some_and(|message| message.flags.is_none())
        });
        let set = ranges(without.map(|(uid, _)| *uid))?;
        Some(fetch(set, flags(), Vec::new(), true))
    }

    fn numbers_without_uid(&self) -> Option<SequenceSet> {
        let mut missing: Vec<(u64, u64)> = Vec::new();
        let mut next = 1;
        let known = self.uids.values().filter_map(|place| self.number_at(*place));
        for number in known.map(u64::from).chain([u64::from(self.exists()) + 1]) {
            if number > next {
                missing.push((next, number - 1));
            }
            next = number + 1;
            if missing.len() >= RANGES {
                break;
            }
        }
        set(&missing)
    }
}

fn fetch(
    set: SequenceSet,
    attributes: Vec<FetchAttribute>,
    modifiers: Vec<FetchModifier>,
    uid: bool,
) -> Command {
    Command::Fetch { messages: set.into(), attributes, modifiers, uid }
}

/// As few ranges as possible of ascending numbers, as many as a command may have.
fn ranges(numbers: impl Iterator<Item = u32>) -> Option<SequenceSet> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    for number in numbers.map(u64::from) {
        let is_full = found.len() >= RANGES;
        match found.last_mut() {
            Some((_, to)) if *to + 1 == number => *to = number,
            _ if is_full => break,
            _ => found.push((number, number)),
        }
    }
    set(&found)
}

fn set(found: &[(u64, u64)]) -> Option<SequenceSet> {
    let number =
        |number: u64| u32::try_from(number).ok().and_then(NonZeroU32::new).map(SeqNumber::Number);
    let range = |(from, to): &(u64, u64)| Some(SeqRange { from: number(*from)?, to: number(*to)? });
    SequenceSet::new(found.iter().filter_map(range).collect()).ok()
}
