//! What a search or sort found, and the answers to it (RFC 9051 §7.3.4, RFC 4731, RFC 9394, RFC 5267).

use crate::{Facts, SearchError};
use alloc::vec::Vec;
use core::num::NonZeroU32;
use mailwire_imap::{
    ESearch, ESearchItem, Numbers, SearchResult, SeqNumber, SeqRange, SequenceSet, Tag,
    command::{PartialRange, SearchReturn},
};

/// A message that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Match {
    /// Its sequence number.
    pub number: u32,
    /// Its UID.
    pub uid: u32,
    /// Its mod-sequence.
    pub mod_seq: u64,
}

impl Match {
    pub(crate) fn of(message: &impl Facts) -> Self {
        Self { number: message.number(), uid: message.uid(), mod_seq: message.mod_seq() }
    }

    const fn name(self, uid: bool) -> u32 {
        if uid { self.uid } else { self.number }
    }
}

/// The messages that a search or sort found, in the order of the mailbox or as they were sorted.
///
/// ```
/// use mailwire_imap::{Date, DateTime, Encoder, Peer, Tag, command::SearchReturn, search::SearchKey};
/// use mailwire_mailbox::{MemoryMessage, Search, SearchContext};
///
/// let arrived = DateTime::new(Date::new(2024, 2, 29)?, [12, 0, 0], 0)?;
/// let messages: Vec<MemoryMessage> = (1..=5)
///     .map(|number| MemoryMessage::new(number, number * 10, "Subject: a\r\n\r\n".into(), arrived))
///     .collect();
/// let search = Search::new(&SearchKey::All.into(), None, &SearchContext::new(0, 5, 50)).unwrap();
/// let found = search.run(&messages);
/// let returns = [SearchReturn::Min, SearchReturn::Count];
/// let answer = found.answer(&returns, true, Tag::new("A282")?).unwrap();
/// let mut out = Encoder::new(Peer::CLIENT);
/// answer.data.unwrap().encode(&mut out);
/// assert_eq!(out.finish().wire, r#" (TAG "A282") UID MIN 10 COUNT 5"#);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The messages.
    pub messages: Vec<Match>,
    /// How many messages could not be read, and are not among them for that reason alone perhaps.
    pub unread: usize,
    /// Whether MODSEQ was asked, so that answers say the highest.
    pub has_mod_seq: bool,
    /// Whether FUZZY was asked, so that RELEVANCY may be.
    pub is_fuzzy: bool,
    /// Whether they are in another order than that of the mailbox.
    pub is_sorted: bool,
}

/// The answer to a search with return options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// What is sent. Nothing if SAVE alone was asked for.
    pub data: Option<ESearch>,
    /// What `$` is from now on, if SAVE was asked for: UIDs.
    pub saved: Option<Vec<u32>>,
}

impl Found {
    /// The answer to a search without return options: SEARCH, or SORT.
    ///
    /// ```
    /// assert_eq!(mailwire_mailbox::Found::default().search(false).numbers.iter().count(), 0);
    /// ```
    #[must_use]
    pub fn search(&self, uid: bool) -> SearchResult {
        let names = self.messages.iter().filter_map(|it| NonZeroU32::new(it.name(uid)));
        let mut result = SearchResult::new(Numbers::new(names));
        result.mod_seq = self.highest(&self.messages).filter(|_| self.has_mod_seq);
        result
    }

    /// The answer to a search with these return options: ESEARCH. None of them are ALL.
    ///
    /// Of what was sorted, the lowest is the first and the highest the last, and ALL and PARTIAL are in
    /// its order (RFC 5267 §3.1). CONTEXT is a hint, and is taken.
    ///
    /// # Errors
    ///
    /// [`SearchError::BadReturn`] for unknown options, UPDATE, more than one of ALL and PARTIAL, and
    /// RELEVANCY of a search that is not FUZZY. The answer is BAD.
    pub fn answer(
        &self,
        returns: &[SearchReturn],
        uid: bool,
        tag: Tag,
    ) -> Result<Answer, SearchError> {
        let asks = |option: &SearchReturn| returns.contains(option);
        let partials: Vec<PartialRange> = returns
            .iter()
            .filter_map(|option| match option {
                SearchReturn::Partial(range) => Some(*range),
                _ => None,
            })
            .collect();
        let known = returns.iter().all(|option| match option {
            SearchReturn::Min
            | SearchReturn::Max
            | SearchReturn::All
            | SearchReturn::Count
            | SearchReturn::Save
            | SearchReturn::Partial(_)
            | SearchReturn::Context => true,
            SearchReturn::Relevancy => self.is_fuzzy,
            _ => false,
        });
        let save = asks(&SearchReturn::Save);
        let (min, max) = (asks(&SearchReturn::Min), asks(&SearchReturn::Max));
        let count = asks(&SearchReturn::Count);
        let nothing_else = !min && !max && !count && partials.is_empty();
        let all =
            asks(&SearchReturn::All) || nothing_else && !save && !asks(&SearchReturn::Relevancy);
        if !known || partials.len() + usize::from(asks(&SearchReturn::All)) > 1 {
            return Err(SearchError::BadReturn);
        }

        let (first, last) = self.ends();
        let mut items = Vec::new();
        let mut returned: Vec<Match> = Vec::new();
        if let Some(first) = first.filter(|_| min) {
            items.push(ESearchItem::Min(first.name(uid)));
            returned.push(first);
        }
        if let Some(last) = last.filter(|_| max) {
            items.push(ESearchItem::Max(last.name(uid)));
            returned.push(last);
        }
        if all && let Some(set) = self.set(&self.messages, uid) {
            items.push(ESearchItem::All(set));
        }
        if count {
            let count = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
            items.push(ESearchItem::Count(count));
        }
        for range in &partials {
            let part = self.partial(*range);
            let set = self.set(part, uid);
            items.push(ESearchItem::Partial { range: *range, set });
            returned.extend_from_slice(part);
        }
        if asks(&SearchReturn::Relevancy) {
            // An exact match is as relevant as can be; scores are those of the messages that are listed.
            let listed = if partials.is_empty() { self.messages.len() } else { returned.len() };
            items.push(ESearchItem::Relevancy(alloc::vec![100; listed]));
        }
        if all || count || nothing_else {
            returned.clone_from(&self.messages);
        }
        if self.has_mod_seq
            && let Some(highest) = self.highest(&returned)
        {
            items.push(ESearchItem::ModSeq(highest));
        }
        let saved = save.then(|| {
            let mut uids: Vec<u32> = returned.iter().map(|it| it.uid).collect();
            uids.sort_unstable();
            uids.dedup();
            uids
        });
        let silent = save && nothing_else && !all && !asks(&SearchReturn::Relevancy);
        let mut data = ESearch::default();
        (data.tag, data.uid, data.items) = (Some(tag), uid, items);
        Ok(Answer { data: (!silent).then_some(data), saved })
    }

    /// The lowest and the highest.
    fn ends(&self) -> (Option<Match>, Option<Match>) {
        if self.is_sorted {
            return (self.messages.first().copied(), self.messages.last().copied());
        }
        let messages = || self.messages.iter().copied();
        (messages().min_by_key(|it| it.number), messages().max_by_key(|it| it.number))
    }

    /// The messages at these places.
    fn partial(&self, range: PartialRange) -> &[Match] {
        let (from, to) =
            (range.from.get().min(range.to.get()), range.from.get().max(range.to.get()));
        let count = self.messages.len();
        let place = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        let (from, to) = if range.from_end {
            (count.saturating_sub(place(to)), count.saturating_sub(place(from) - 1))
        } else {
            ((place(from) - 1).min(count), place(to).min(count))
        };
        self.messages.get(from..to).unwrap_or_default()
    }

    /// The messages as a set, in their order if they are sorted. None are no set.
    fn set(&self, messages: &[Match], uid: bool) -> Option<SequenceSet> {
        let names = messages.iter().map(|it| it.name(uid));
        if !self.is_sorted {
            return SequenceSet::from_numbers(names.filter(|name| *name > 0)).ok();
        }
        let mut ranges: Vec<SeqRange> = Vec::new();
        let mut last = None;
        for name in names.filter_map(NonZeroU32::new) {
            let number = SeqNumber::Number(name);
            match ranges.last_mut() {
                Some(range) if last.and_then(|it: NonZeroU32| it.checked_add(1)) == Some(name) => {
                    range.to = number;
                }
                _ => ranges.push(SeqRange { from: number, to: number }),
            }
            last = Some(name);
        }
        SequenceSet::new(ranges).ok()
    }

    fn highest(&self, messages: &[Match]) -> Option<u64> {
        messages.iter().map(|it| it.mod_seq).max()
    }
}
