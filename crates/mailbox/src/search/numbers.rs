//! Sets of numbers, ready to be looked into.

use alloc::vec::Vec;
use mailwire_imap::SequenceSet;

/// Ranges in ascending order that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers(Vec<(u32, u32)>);

impl Numbers {
    pub(super) fn of(set: &SequenceSet, last: u32) -> Self {
        let mut ranges: Vec<(u32, u32)> =
            set.ranges().iter().map(|range| range.resolve(last)).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match merged.last_mut() {
                Some((_, end)) if from <= end.saturating_add(1) => *end = to.max(*end),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    pub(super) fn range(from: u32, to: u32) -> Self {
        Self(if from <= to { Vec::from([(from, to)]) } else { Vec::new() })
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        let behind = self.0.partition_point(|(from, _)| *from <= number);
        behind > 0 && self.0.get(behind - 1).is_some_and(|(_, to)| number <= *to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_contain_what_they_say() {
        for set in ["1", "*", "2:4,3,9:7,12:*", "*:8", "20:*", "4294967295"] {
            let set: SequenceSet = set.parse().unwrap();
            let numbers = Numbers::of(&set, 15);
            for number in (1..30).chain([u32::MAX]) {
                assert_eq!(numbers.contains(number), set.contains(number, 15), "{number} in {set}");
            }
        }
        assert!(!Numbers::range(3, 2).contains(3));
    }
}
