//! Which messages a client knows of: sequence numbers and UIDs.
use mailwire_imap::SequenceSet;

/// The UIDs of the messages of a mailbox in the order of their numbers. Neighbours take no room: an idle session
/// on a large mailbox stays small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uids(Vec<Run>);

/// Messages whose UIDs follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    last: u32,
    /// How many messages there are before.
    before: u32,
}

impl Run {
    const fn len(self) -> u32 {
        self.last - self.first + 1
    }
}

impl Uids {
    /// How many messages there are.
    pub(super) fn len(&self) -> u32 {
        self.0.last().map_or(0, |run| run.before + run.len())
    }

    /// The last UID, 0 if there is none.
    pub(super) fn last(&self) -> u32 {
        self.0.last().map_or(0, |run| run.last)
    }

    /// Adds a message with a UID above all others.
    pub(super) fn push(&mut self, uid: u32) {
        let before = self.len();
        match self.0.last_mut() {
            Some(run) if run.last + 1 == uid => run.last = uid,
            _ => self.0.push(Run { first: uid, last: uid, before }),
        }
    }

    /// The number of the message with this UID.
    pub(super) fn number(&self, uid: u32) -> Option<u32> {
        let behind = self.0.partition_point(|run| run.first <= uid);
        let run = self.0.get(behind.checked_sub(1)?)?;
        (uid <= run.last).then(|| run.before + (uid - run.first) + 1)
    }

    /// The UID of the message with this number.
    pub(super) fn uid(&self, number: u32) -> Option<u32> {
        let behind = self.0.partition_point(|run| run.before < number);
        let run = self.0.get(behind.checked_sub(1)?)?;
        (number <= run.before + run.len()).then(|| run.first + (number - run.before - 1))
    }

    /// How many messages have UIDs from one to another, both included.
    pub(super) fn count(&self, from: u32, to: u32) -> u32 {
        let up_to = |uid: u32| {
            let behind = self.0.partition_point(|run| run.first <= uid);
            let run = behind.checked_sub(1).and_then(|at| self.0.get(at));
            run.map_or(0, |run| run.before + run.last.min(uid) - run.first + 1)
        };
        up_to(to).saturating_sub(up_to(from.saturating_sub(1)))
    }

    /// All UIDs in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|run| run.first..=run.last)
    }

    /// The UIDs of the messages in a set of numbers, or of UIDs: ascending, each once.
    pub(super) fn select(&self, set: &SequenceSet, by_uid: bool) -> Vec<u32> {
        let mut uids = Vec::new();
        let last = if by_uid { self.last() } else { self.len() };
        for (from, to) in ranges(set, last) {
            if by_uid {
                let behind = self.0.partition_point(|run| run.last < from);
                for run in self.0[behind..].iter().take_while(|run| run.first <= to) {
                    uids.extend(run.first.max(from)..=run.last.min(to));
                }
            } else {
                let behind = self.0.partition_point(|run| run.before + run.len() < from);
                for run in self.0[behind..].iter().take_while(|run| run.before < to) {
                    let start = run.first + from.saturating_sub(run.before + 1);
                    uids.extend(start..=run.last.min(run.first + (to - run.before - 1)));
                }
            }
        }
        uids
    }

    /// Takes messages away: UIDs in ascending order.
    pub(super) fn remove(&mut self, gone: &[u32]) {
        let mut left = Self::default();
        let mut gone = gone.iter().copied().peekable();
        for run in &self.0 {
            let mut first = run.first;
            while let Some(uid) = gone.next_if(|uid| *uid <= run.last) {
                if uid > first {
                    left.add(first, uid - 1);
                }
                first = first.max(uid + 1);
            }
            if first <= run.last {
                left.add(first, run.last);
            }
        }
        left.0.shrink_to_fit();
        *self = left;
    }

    fn add(&mut self, first: u32, last: u32) {
        let before = self.len();
        match self.0.last_mut() {
            Some(run) if run.last + 1 == first => run.last = last,
            _ => self.0.push(Run { first, last, before }),
        }
    }
}

impl FromIterator<u32> for Uids {
    fn from_iter<T: IntoIterator<Item = u32>>(uids: T) -> Self {
        let mut all = Self::default();
        uids.into_iter().for_each(|uid| all.push(uid));
        all.0.shrink_to_fit();
        all
    }
}

/// The ranges of a set in ascending order, none touching another.
pub(super) fn ranges(set: &SequenceSet, last: u32) -> Vec<(u32, u32)> {
    let mut all: Vec<_> = set.ranges().iter().map(|range| range.resolve(last)).collect();
    all.sort_unstable();
    let mut merged: Vec<(u32, u32)> = Vec::new();
    for (from, to) in all {
        match merged.last_mut() {
            Some((_, end)) if from <= end.saturating_add(1) => *end = to.max(*end),
            _ => merged.push((from.max(1), to)),
        }
    }
    merged
}

/// Whether a number is in ranges as [`ranges`] gives them.
pub(super) fn contains(ranges: &[(u32, u32)], number: u32) -> bool {
    let behind = ranges.partition_point(|(from, _)| *from <= number);
    behind > 0 && number <= ranges[behind - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_uids() {
        let list: Vec<u32> = (1..200).filter(|uid| uid % 7 != 0 && uid % 11 != 3).collect();
        let mut uids: Uids = list.iter().copied().collect();
        let check = |uids: &Uids, list: &[u32]| {
            assert_eq!(uids.iter().collect::<Vec<_>>(), list);
            assert_eq!((uids.len() as usize, uids.last()), (list.len(), *list.last().unwrap()));
            for (from, to) in [(0, 0), (1, 300), (7, 7), (15, 70), (200, 300)] {
                let count = list.iter().filter(|uid| (from..=to).contains(*uid)).count();
                assert_eq!(uids.count(from, to) as usize, count, "{from} to {to}");
            }
            for uid in 0..210 {
                let number = (1..).zip(list).find(|(_, it)| **it == uid).map(|(number, _)| number);
                assert_eq!(uids.number(uid), number, "{uid}");
                assert_eq!(
                    uids.uid(uid),
                    uid.checked_sub(1).and_then(|at| list.get(at as usize)).copied()
                );
            }
            for set in ["1", "3:17", "5,4,6:9,100:*", "*", "150:250", "1:*", "30:40,35:60"] {
                let set: SequenceSet = set.parse().unwrap();
                let last = *list.last().unwrap();
                let want: Vec<_> =
                    list.iter().copied().filter(|uid| set.contains(*uid, last)).collect();
                assert_eq!(uids.select(&set, true), want, "UID {set}");
                let count = u32::try_from(list.len()).unwrap();
                let numbered = (1..).zip(list.iter());
                let want: Vec<_> =
                    numbered.filter(|(n, _)| set.contains(*n, count)).map(|(_, u)| *u).collect();
                assert_eq!(uids.select(&set, false), want, "{set}");
            }
        };
        check(&uids, &list);
        let (gone, left): (Vec<u32>, Vec<u32>) = list.iter().partition(|uid| *uid % 5 < 2);
        uids.remove(&gone);
        check(&uids, &left);
        uids.remove(&left);
        assert_eq!((uids.len(), uids.last(), uids.uid(1)), (0, 0, None));
        assert!(uids.select(&SequenceSet::ALL, true).is_empty());
        uids.push(u32::MAX - 1);
        uids.push(u32::MAX);
        assert_eq!(uids.number(u32::MAX), Some(2));
    }

    #[test]
    fn sets_of_ranges() {
        let merged = ranges(&"9:7,1,3:5,6,12:*".parse().unwrap(), 15);
        assert_eq!(merged, [(1, 1), (3, 9), (12, 15)]);
        let within: Vec<u32> = (0..20).filter(|number| contains(&merged, *number)).collect();
        assert_eq!(within, [1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15]);
    }
}
