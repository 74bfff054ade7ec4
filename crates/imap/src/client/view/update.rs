//! What the server says of the mailbox.

use super::{Change, Message, View, detached};
use crate::{
    Flags, SequenceSet,
    fetch::{Fetch, FetchItem},
};
use alloc::vec::Vec;

/// What a FETCH response says of a message.
#[derive(Default)]
struct News {
    uid: Option<u32>,
    flags: Option<Flags>,
    mod_seq: Option<u64>,
}

impl News {
    fn of(fetch: &Fetch) -> Self {
        let mut news = Self::default();
        for item in fetch.items() {
            match item {
                // Zero is what some servers send of messages that are gone.
                FetchItem::Uid(uid) if uid > 0 => news.uid = Some(uid),
                FetchItem::Flags(flags) => news.flags = Some(detached(&flags)),
                FetchItem::ModSeq(value) if value > 0 => news.mod_seq = Some(value),
                _ => {}
            }
        }
        if fetch.by_uid {
            news.uid = Some(fetch.number.get());
        }
        news
    }

    /// Whether anything is other than what was known.
    fn apply(self, message: &mut Message) -> bool {
        let mut changed = false;
        let says_flags = self.flags.is_some();
        if says_flags && self.flags != message.flags {
            message.flags = self.flags;
            changed = true;
        }
        if self.mod_seq.is_some() && self.mod_seq != message.mod_seq {
            if !says_flags && message.mod_seq.is_some_and(|known| Some(known) < self.mod_seq) {
                // Changed, and how is not said: STORE with .SILENT (RFC 7162 §3.1.3).
                message.flags = None;
            }
            message.mod_seq = self.mod_seq;
            changed = true;
        }
        changed
    }
}

impl View {
    pub(super) fn take_exists(&mut self, count: u32, changes: &mut Vec<Change>) {
        let before = self.exists();
        if count < before {
            // RFC 9051 §7.4.1: messages do not go without a word. Nobody knows which did.
            self.lose_sync(changes);
        }
        self.end = self.gone.total() + u64::from(count);
        if count > before {
            changes.push(Change::Arrived(before + 1..=count));
        }
    }

    pub(super) fn take_expunge(&mut self, number: u32, changes: &mut Vec<Change>) {
        if number == 0 || number > self.exists() {
            return self.lose_sync(changes);
        }
        if self.uid_only {
            self.end -= 1;
            return push_vanished(1, changes);
        }
        self.remove(self.gone.place_of(u64::from(number - 1)), Some(number), changes);
    }

    pub(super) fn take_vanished(
        &mut self,
        earlier: bool,
        uids: &SequenceSet,
        changes: &mut Vec<Change>,
    ) {
        // RFC 7162 §3.2.10 has no `*` here.
        for (from, to) in uids.ranges().iter().map(|range| range.resolve(u32::MAX)) {
            let loose: Vec<u32> = self.loose.range(from..=to).map(|(uid, _)| *uid).collect();
            // Before SELECT is through it may be of the mailbox before.
            for uid in loose.iter().filter(|_| earlier || self.selected) {
                self.loose.remove(uid);
                changes.push(Change::Expunged { number: None, uid: Some(*uid) });
            }
            if earlier {
                continue;
            }
            let placed: Vec<u64> = self.uids.range(from..=to).map(|(_, place)| *place).collect();
            for place in &placed {
                let number = self.number_at(*place);
                self.remove(*place, number, changes);
            }
            let named = u64::from(to - from) + 1;
            self.vanish_unknown(from, to, named - placed.len() as u64, changes);
        }
    }

    /// As many messages are gone whose UIDs are not known, between those whose UIDs are.
    fn vanish_unknown(&mut self, from: u32, to: u32, count: u64, changes: &mut Vec<Change>) {
        if self.uid_only {
            let count = count.min(self.end.saturating_sub(self.uids.len() as u64));
            self.end -= count;
            return push_vanished(count, changes);
        }
        let below = self.uids.range(..from).next_back().map(|(_, place)| *place);
        let behind = to.checked_add(1).and_then(|next| self.uids.range(next..).next());
        let above = behind.map(|(_, place)| *place);
        let number = |place| self.gone.number_of(place);
        let low = below.and_then(number).map_or(0, |number| number + 1);
        let high = above.and_then(number).unwrap_or(u64::from(self.exists()));
        let count = count.min(high.saturating_sub(low));
        if count == 0 {
            return;
        }
        // Which of them it was cannot be told: what was known of any of them is not known any more.
        let between = below.map_or(0, |place| place + 1)..above.unwrap_or(self.end);
        let forgotten: Vec<u64> = self.places.range(between).map(|(place, _)| *place).collect();
        for place in forgotten {
            self.places.remove(&place);
        }
        let (first, last) = (self.gone.place_of(high - count), self.gone.place_of(high - 1));
        self.gone.insert_span(first, last);
        push_vanished(count, changes);
    }

    /// Numbers are of no use any more (RFC 9586): UIDs take the place of places.
    pub(super) fn speak_of_uids_only(&mut self) {
        if self.uid_only {
            return;
        }
        let count = self.exists();
        let known: Vec<u32> = self.uids.keys().copied().collect();
        self.forget_numbers();
        self.uid_only = true;
        self.end = u64::from(count);
        for uid in known {
            self.place(uid, u64::from(uid));
        }
    }

    /// What the server says does not go together.
    fn lose_sync(&mut self, changes: &mut Vec<Change>) {
        let count = self.exists();
        self.forget_numbers();
        self.end = u64::from(count);
        changes.push(Change::OutOfSync);
    }

    fn remove(&mut self, place: u64, number: Option<u32>, changes: &mut Vec<Change>) {
        let uid = self.places.remove(&place).and_then(|message| message.uid);
        if let Some(uid) = uid {
            self.uids.remove(&uid);
        }
        if self.uid_only {
            self.end = self.end.saturating_sub(1);
        } else {
            self.gone.insert(place);
        }
        changes.push(Change::Expunged { number, uid });
    }

    pub(super) fn take_fetch(&mut self, fetch: &Fetch, changes: &mut Vec<Change>) {
        let news = News::of(fetch);
        if let Some(value) = news.mod_seq {
            self.raise_mod_seq(value);
        }
        if fetch.by_uid {
            self.speak_of_uids_only();
        }
        if self.uid_only {
            return self.take_fetch_by_uid(news, changes);
        }
        let number = fetch.number.get();
        if number > self.exists() {
            // Some servers tell of a message before they say that it is there.
            self.take_exists(number, changes);
        }
        let place = self.gone.place_of(u64::from(number - 1));
        if let Some(uid) = news.uid
            && !self.place(uid, place)
        {
            self.lose_sync(changes);
            self.place(uid, u64::from(number - 1));
        }
        let place = self.gone.place_of(u64::from(number - 1));
        let message = self.places.entry(place).or_default();
        let uid = message.uid;
        if news.apply(message) {
            changes.push(Change::Changed { number: Some(number), uid });
        }
        self.drop_stale(changes);
    }

    /// If all that are there are known, the others are gone.
    pub(super) fn drop_stale(&mut self, changes: &mut Vec<Change>) {
        if self.selected && self.uids.len() as u64 == u64::from(self.exists()) {
            for (uid, _) in core::mem::take(&mut self.loose) {
                changes.push(Change::Expunged { number: None, uid: Some(uid) });
            }
        }
    }

    fn take_fetch_by_uid(&mut self, news: News, changes: &mut Vec<Change>) {
        let Some(uid) = news.uid else { return };
        self.place(uid, u64::from(uid));
        self.end = self.end.max(self.uids.len() as u64);
        let message = self.places.entry(u64::from(uid)).or_default();
        if news.apply(message) {
            changes.push(Change::Changed { number: None, uid: Some(uid) });
        }
        self.drop_stale(changes);
    }

    /// The message at this place has this UID. `false` if that cannot be.
    pub(super) fn place(&mut self, uid: u32, place: u64) -> bool {
        if let Some(message) = self.places.get(&place)
            && let Some(known) = message.uid
        {
            return known == uid;
        }
        let below = self.uids.range(..uid).next_back().is_none_or(|(_, before)| *before < place);
        let above = self.uids.range(uid..).next().is_none_or(|(_, behind)| *behind > place);
        if !(below && above) {
            return false;
        }
        let known = self.places.remove(&place).unwrap_or_default();
        let mut message = self.loose.remove(&uid).unwrap_or_default();
        message.flags = known.flags.or(message.flags);
        message.mod_seq = known.mod_seq.or(message.mod_seq);
        message.uid = Some(uid);
        self.places.insert(place, message);
        self.uids.insert(uid, place);
        true
    }
}

fn push_vanished(count: u64, changes: &mut Vec<Change>) {
    if let Ok(count @ 1..) = u32::try_from(count) {
        changes.push(Change::Vanished(count));
    }
}
