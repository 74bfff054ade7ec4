//! Sequence numbers while EXPUNGE is held back ([RFC 9051 §7.5.1]).
//!
//! The caller lives in the present: a message that it said is gone has no number any more. The client
//! lives in the past until it may be told. [`Held`] is the difference between the two.
//!
//! [RFC 9051 §7.5.1]: https://www.rfc-editor.org/rfc/rfc9051#section-7.5.1

use crate::{SeqNumber, SeqRange, SequenceSet};
use alloc::{collections::VecDeque, vec::Vec};
use core::num::NonZeroU32;

/// Messages that are gone, and the client does not know it.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// By the numbers that the client has for them: ascending, with a message between any two. Whoever
    /// expunges many goes upwards or downwards: at both ends this grows without effort.
    gone: VecDeque<Gone>,
    /// To be added to every [`Gone::before`].
    base: u32,
    /// Their UIDs, in the order in which they went, neighbours joined.
    uids: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gone {
    from: u32,
    to: u32,
    /// How many are gone before `from`, less [`Held::base`].
    before: u32,
}

impl Gone {
    const fn count(self) -> u32 {
        self.to - self.from + 1
    }
}

/// A set in numbers of the present.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Present {
    /// `None` if no message of it is left.
    pub(super) set: Option<SequenceSet>,
    /// Whether messages of it are gone.
    pub(super) lost: bool,
}

impl Held {
    pub(super) const NOTHING: Self = Self { gone: VecDeque::new(), base: 0, uids: Vec::new() };

    pub(super) fn is_empty(&self) -> bool {
        self.gone.is_empty()
    }

    pub(super) fn count(&self) -> u32 {
        self.up_to_range(self.gone.len())
    }

    /// How many are gone before this range.
    fn before(&self, gone: &Gone) -> u32 {
        gone.before.wrapping_add(self.base)
    }

    /// How many are gone in so many ranges.
    fn up_to_range(&self, ranges: usize) -> u32 {
        let last = ranges.checked_sub(1).and_then(|at| self.gone.get(at));
        last.map_or(0, |last| self.before(last) + last.count())
    }

    /// The number that the client has for a message that is there.
    pub(super) fn to_client(&self, number: u32) -> u32 {
        let ranges = self.gone.partition_point(|gone| gone.from - self.before(gone) <= number);
        number.saturating_add(self.up_to_range(ranges))
    }

    /// How many messages that are there the client has up to this number, and whether it is there.
    fn up_to(&self, number: u32) -> (u32, bool) {
        let ranges = self.gone.partition_point(|gone| gone.from <= number);
        let Some(gone) = ranges.checked_sub(1).and_then(|at| self.gone.get(at)) else {
            return (number, true);
        };
        let lost = self.before(gone) + number.min(gone.to) - gone.from + 1;
        (number - lost, number > gone.to)
    }

    /// Takes note that a message is gone, by its number until now.
    pub(super) fn remove(&mut self, number: u32, uid: u32) {
        let number = self.to_client(number);
        let at = self.gone.partition_point(|gone| gone.from < number);
        let joins_next = self.gone.get(at).is_some_and(|next| next.from == number + 1);
        let joins_last = at > 0 && self.gone[at - 1].to + 1 == number;
        match (joins_last, joins_next) {
            (true, true) => {
                self.gone[at - 1].to = self.gone[at].to;
                self.gone.remove(at);
            }
            (true, false) => self.gone[at - 1].to = number,
            (false, true) => self.gone[at].from = number,
            (false, false) => {
                let before = self.up_to_range(at).wrapping_sub(self.base);
                self.gone.insert(at, Gone { from: number, to: number, before });
            }
        }
        // All behind it have one more before them: whichever side is shorter is changed.
        let behind = if joins_last { at } else { at + 1 };
        if self.gone.len() - behind <= behind {
            let more = |gone: &mut Gone| gone.before = gone.before.wrapping_add(1);
            self.gone.range_mut(behind..).for_each(more);
        } else {
            self.base = self.base.wrapping_add(1);
            let less = |gone: &mut Gone| gone.before = gone.before.wrapping_sub(1);
            self.gone.range_mut(..behind).for_each(less);
        }
        join(&mut self.uids, uid);
    }

    /// The numbers that the client has for what is gone, highest first: as they stand, one EXPUNGE each.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.gone.iter().rev().flat_map(|gone| (gone.from..=gone.to).rev())
    }

    /// The UIDs of what is gone, in the order in which it went.
    pub(super) fn into_uids(self) -> Vec<(u32, u32)> {
        self.uids
    }

    /// The set in numbers of the present, when the client has `told` messages. A number beyond is `Err`.
    pub(super) fn present(&self, asked: &SequenceSet, told: u32) -> Result<Present, ()> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        let mut lost = false;
        for range in asked.ranges() {
            let (from, to) = range.resolve(told);
            if to > told || from == 0 {
                return Err(());
            }
            let (before, _) = self.up_to(from - 1);
            let (last, _) = self.up_to(to);
            lost |= last - before != to - from + 1;
            match ranges.last_mut() {
                _ if last == before => {}
                Some((_, to)) if *to == before => *to = last,
                _ => ranges.push((before + 1, last)),
            }
        }
        Ok(Present { set: set(ranges), lost })
    }

    /// The set, in numbers of the present, as the client numbers it.
    pub(super) fn past(&self, set_now: &SequenceSet) -> SequenceSet {
        if self.is_empty() {
            return set_now.clone();
        }
        let mut ranges = Vec::new();
        for range in set_now.ranges() {
            let (from, to) = range.resolve(u32::MAX);
            let (mut from, to) = (self.to_client(from), self.to_client(to));
            let first = self.gone.partition_point(|gone| gone.from < from);
            for gone in self.gone.range(first..).take_while(|gone| gone.from < to) {
                ranges.push((from, gone.from - 1));
                from = gone.to + 1;
            }
            ranges.push((from, to));
        }
        set(ranges).unwrap_or_else(|| set_now.clone())
    }
}

/// Adds a UID to ranges, to the last one if it is next to that.
pub(super) fn join(uids: &mut Vec<(u32, u32)>, uid: u32) {
    match uids.last_mut() {
        Some((_, to)) if to.checked_add(1) == Some(uid) => *to = uid,
        Some((from, _)) if from.checked_sub(1) == Some(uid) => *from = uid,
        _ => uids.push((uid, uid)),
    }
}

/// The ranges in order, as few as possible; `None` if there is none.
pub(super) fn union(mut ranges: Vec<(u32, u32)>) -> Option<SequenceSet> {
    ranges.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (from, upto) in ranges {
        match joined.last_mut() {
            Some((_, to)) if from <= to.saturating_add(1) => *to = upto.max(*to),
            _ => joined.push((from, upto)),
        }
    }
    set(joined)
}

/// The ranges as they stand; `None` if there is none.
pub(super) fn set(ranges: Vec<(u32, u32)>) -> Option<SequenceSet> {
    let number = |number| NonZeroU32::new(number).map(SeqNumber::Number);
    let range = |(from, to)| Some(SeqRange { from: number(from)?, to: number(to)? });
    SequenceSet::new(ranges.into_iter().filter_map(range).collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};
    use std::string::ToString;

    /// Five messages, of which the second and fourth go.
    #[test]
    fn numbers_of_the_past_and_of_the_present() {
        let mut held = Held::default();
        held.remove(2, 102);
        held.remove(3, 104);
        assert_eq!([1, 2, 3].map(|number| held.to_client(number)), [1, 3, 5]);
        assert_eq!((held.count(), held.numbers().collect::<Vec<_>>()), (2, [4, 2].into()));
        for (asked, want) in [
            ("1:5", "1:3"),
            ("1,3,5", "1:3"),
            ("2:3", "2"),
            ("4:*", "3"),
            ("2,4", ""),
            ("5,1", "3,1"),
            ("3:2", "2"),
        ] {
            let present = held.present(&asked.parse().unwrap(), 5).unwrap();
            assert_eq!(present.set.map_or("".into(), |set| set.to_string()), want, "set {asked}");
        }
        assert!(held.present(&"6".parse().unwrap(), 5).is_err());
        assert!(held.present(&"*".parse().unwrap(), 0).is_err());
        assert_eq!(held.past(&"1:3".parse().unwrap()).to_string(), "1,3,5");
    }

    /// Half of a million messages go, from either end: that takes no time.
    #[test]
    fn many_go_in_order() {
        let (mut up, mut down) = (Held::default(), Held::default());
        for number in 1..=500_000 {
            up.remove(number, number * 2 - 1);
            down.remove(1_000_001 - number * 2, 1_000_001 - number * 2);
        }
        for held in [up, down] {
            assert_eq!((held.count(), held.to_client(500_000)), (500_000, 1_000_000));
            assert_eq!(
                held.present(&"3:8".parse().unwrap(), 1_000_000).unwrap().set.unwrap().to_string(),
                "2:4"
            );
        }
    }

    #[test]
    fn unions_are_as_small_as_can_be() {
        let ranges = [(5, 6), (1, 1), (7, 9), (2, 2), (u32::MAX, u32::MAX), (8, 8)];
        assert_eq!(union(ranges.into()).unwrap().to_string(), "1:2,5:9,4294967295");
        assert_eq!(union(Vec::new()), None);
    }

    proptest! {
        /// Both directions agree with a list of messages that is kept the obvious way.
        #[test]
        fn matches_a_list(count in 1..40u32, goes in vec(any::<u32>(), 0..40)) {
            let mut there: Vec<u32> = (1..=count).collect();
            let mut held = Held::default();
            for at in goes {
                if !there.is_empty() {
                    let at = at as usize % there.len();
                    held.remove(u32::try_from(at).unwrap() + 1, 100 + there.remove(at));
                }
            }
            prop_assert_eq!(held.count(), count - u32::try_from(there.len()).unwrap());
            for (at, client) in there.iter().enumerate() {
                prop_assert_eq!(held.to_client(u32::try_from(at).unwrap() + 1), *client);
            }
            let gone: Vec<u32> = (1..=count).filter(|number| !there.contains(number)).collect();
            let mut told: Vec<u32> = held.numbers().collect();
            told.reverse();
            prop_assert_eq!(&told, &gone);
            for from in 1..=count {
                for to in from..=count {
                    let asked: SequenceSet = [from.to_string(), to.to_string()].join(":").parse().unwrap();
                    let present = held.present(&asked, count).unwrap();
                    let now = |at: u32| there.get(at as usize - 1).copied().unwrap_or(0);
                    for at in 1..=u32::try_from(there.len()).unwrap() {
                        let is_in = present.set.as_ref().is_some_and(|set| set.contains(at, 0));
                        prop_assert_eq!(is_in, (from..=to).contains(&now(at)));
                    }
                    if let Some(set) = present.set {
                        let past = held.past(&set);
                        for client in 1..=count {
                            let want = there.contains(&client) && (from..=to).contains(&client);
                            prop_assert_eq!(past.contains(client, 0), want);
                        }
                    }
                }
            }
        }
    }
}
