//! Numbers that change, and places that do not.
//!
//! Messages only ever come at the end of a mailbox, and go anywhere in it. So each has a *place*,
//! counted from 0 as they came, that it keeps; its number is its place, less the places before it that
//! are gone. Those are kept as ranges, in blocks with a sum each: finding a number takes a look at
//! every block and into one.

use alloc::{vec, vec::Vec};

/// The places that are gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Gone {
    blocks: Vec<Block>,
    total: u64,
}

#[derive(Clone, Debug)]
struct Block {
    /// Where each range begins, and how long it is, ascending; never none.
    ranges: Vec<(u64, u64)>,
    /// All of them together.
    sum: u64,
}

/// How many ranges a block may have.
const BLOCK: usize = 512;

impl Gone {
    /// How many are gone.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The place of the message with this number, counted from 0.
    pub(super) fn place_of(&self, number: u64) -> u64 {
        let mut before = 0;
        for block in &self.blocks {
            let &(start, len) = block.ranges.last().expect("no block is empty");
            if start - (before + block.sum - len) <= number {
                before += block.sum;
                continue;
            }
            for &(start, len) in &block.ranges {
                if start - before > number {
                    break;
                }
                before += len;
            }
            break;
        }
        number + before
    }

    /// The number of the message at this place, counted from 0, if it is not gone.
    pub(super) fn number_of(&self, place: u64) -> Option<u64> {
        let mut before = 0;
        for block in &self.blocks {
            let &(start, len) = block.ranges.last().expect("no block is empty");
            if start + len <= place {
                before += block.sum;
                continue;
            }
            let at = block.ranges.partition_point(|(start, len)| start + len <= place);
            before += block.ranges[..at].iter().map(|(_, len)| len).sum::<u64>();
            if block.ranges[at].0 <= place {
                return None;
            }
            break;
        }
        Some(place - before)
    }

    /// The message at this place, which was there, is gone.
    pub(super) fn insert(&mut self, place: u64) {
        self.total += 1;
        let behind = self.blocks.partition_point(|block| block.ranges[0].0 <= place);
        let index = behind.saturating_sub(1);
        let Some(block) = self.blocks.get_mut(index) else {
            self.blocks.push(Block { ranges: vec![(place, 1)], sum: 1 });
            return;
        };
        block.sum += 1;
        let ranges = &mut block.ranges;
        let at = ranges.partition_point(|(start, _)| *start <= place);
        let touches_next = ranges.get(at).is_some_and(|(start, _)| *start == place + 1);
        let before = at.checked_sub(1).and_then(|before| ranges.get_mut(before));
        match before {
            Some((start, len)) if *start + *len == place => {
                *len += 1;
                if touches_next {
                    let (_, more) = ranges.remove(at);
                    ranges[at - 1].1 += more;
                }
            }
            _ if touches_next => ranges[at] = (place, ranges[at].1 + 1),
            _ => ranges.insert(at, (place, 1)),
        }
        if ranges.len() > BLOCK {
            let ranges = ranges.split_off(BLOCK / 2);
            let sum = ranges.iter().map(|(_, len)| len).sum();
            block.sum -= sum;
            self.blocks.insert(index + 1, Block { ranges, sum });
        }
    }

    /// All messages from this place to that one are gone; at both there was one.
    pub(super) fn insert_span(&mut self, first: u64, last: u64) {
        let is_before =
            |block: &Block| block.ranges.last().is_some_and(|(start, _)| *start < first);
        let from = self.blocks.partition_point(is_before);
        let to = self.blocks.partition_point(|block| block.ranges[0].0 <= last);
        for block in self.blocks.get_mut(from..to).unwrap_or_default() {
            let ranges = &mut block.ranges;
            let from = ranges.partition_point(|(start, _)| *start < first);
            let to = ranges.partition_point(|(start, _)| *start <= last);
            let sum: u64 = ranges.drain(from..to).map(|(_, len)| len).sum();
            block.sum -= sum;
            self.total -= sum;
        }
        self.blocks.retain(|block| !block.ranges.is_empty());
        self.insert(first);
        self.extend(first, last - first);
    }

    /// So many places behind this one, which is gone, are gone too.
    fn extend(&mut self, place: u64, more: u64) {
        let behind = self.blocks.partition_point(|block| block.ranges[0].0 <= place);
        let Some(block) = behind.checked_sub(1).and_then(|index| self.blocks.get_mut(index)) else {
            return;
        };
        let at = block.ranges.partition_point(|(start, _)| *start <= place);
        if let Some((_, len)) = at.checked_sub(1).and_then(|at| block.ranges.get_mut(at)) {
            *len += more;
            block.sum += more;
            self.total += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    proptest! {
        /// Numbers and places are those of the obvious implementation.
        #[test]
        fn numbers_are_those_of_a_list(
            count in 1..3000u64,
            expunged in vec(any::<prop::sample::Index>(), 0..1500),
        ) {
            let mut list: Vec<u64> = (0..count).collect();
            let mut gone = Gone::default();
            for index in expunged {
                if list.is_empty() {
                    break;
                }
                let number = index.index(list.len());
                let place = gone.place_of(number as u64);
                prop_assert_eq!(list.remove(number), place);
                prop_assert_eq!(gone.number_of(place), Some(number as u64));
                gone.insert(place);
                prop_assert_eq!(gone.number_of(place), None);
            }
            prop_assert_eq!(gone.total(), count - list.len() as u64);
            for (number, place) in list.iter().enumerate() {
                prop_assert_eq!(gone.place_of(number as u64), *place);
                prop_assert_eq!(gone.number_of(*place), Some(number as u64));
            }
        }
    }

    proptest! {
        /// The same when whole stretches go at once.
        #[test]
        fn stretches_are_those_of_a_list(
            count in 1..3000u64,
            expunged in vec((any::<prop::sample::Index>(), 1..40usize), 0..600),
        ) {
            let mut list: Vec<u64> = (0..count).collect();
            let mut gone = Gone::default();
            for (index, len) in expunged {
                if list.is_empty() {
                    break;
                }
                let first = index.index(list.len());
                let last = (first + len % 20).min(list.len() - 1);
                if len < 30 {
                    gone.insert_span(list[first], list[last]);
                    list.drain(first..=last);
                } else {
                    gone.insert(list.remove(first));
                }
            }
            prop_assert_eq!(gone.total(), count - list.len() as u64);
            for (number, place) in list.iter().enumerate() {
                prop_assert_eq!(gone.place_of(number as u64), *place);
                prop_assert_eq!(gone.number_of(*place), Some(number as u64));
            }
        }
    }

    #[test]
    fn a_mailbox_that_empties_from_the_front_is_one_range() {
        let mut gone = Gone::default();
        for _ in 0..100_000 {
            gone.insert(gone.place_of(0));
        }
        assert_eq!((gone.blocks.len(), gone.blocks[0].ranges.len()), (1, 1));
        assert_eq!(gone.place_of(7), 100_007);
    }
}
