//! What the session knows of the maildrop.
use alloc::collections::BTreeMap;

use crate::{Expiry, MessageNumber, Reply};

/// A maildrop that was opened and locked for the session.
///
/// ```
/// use mailwire_pop3::{Reply, server::Maildrop};
///
/// let mut maildrop = Maildrop::new(2);
/// maildrop.welcome = Reply::ok("mrose's maildrop has 2 messages (320 octets)")?;
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Maildrop {
    /// How many messages there are. They are numbered from 1 up, and neither go nor come while the
    /// session lasts (RFC 1939 §4).
    pub count: u32,
    /// What the client is told; [`Reply::LOGGED_IN`] by default.
    pub welcome: Reply,
    /// The highest number that was accessed in earlier sessions, for LAST (RFC 1081); 0 by default.
    pub last: u32,
    /// How long this user's messages are kept, if `EXPIRE` is offered and says `USER`.
    pub expire: Option<Expiry>,
    /// The seconds between this user's logins, if `LOGIN-DELAY` is offered and says `USER`.
    pub login_delay: Option<u32>,
}

impl Maildrop {
    /// A maildrop of so many messages.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        Self { count, welcome: Reply::LOGGED_IN, last: 0, expire: None, login_delay: None }
    }
}

/// The open maildrop: nothing is kept for a message but whether it is marked as deleted.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) count: u32,
    /// The highest number accessed.
    pub(super) last: u32,
    /// What it was at the start, and is again after RSET.
    first_last: u32,
    pub(super) expire: Option<Expiry>,
    pub(super) login_delay: Option<u32>,
    deleted: Deleted,
}

/// Numbers, 256 to a block: what it costs depends on how many there are, not on how large they are.
#[derive(Debug, Default)]
struct Deleted {
    blocks: BTreeMap<u32, [u64; 4]>,
    len: u32,
}

impl Open {
    pub(super) fn new(maildrop: &Maildrop) -> Self {
        Self {
            count: maildrop.count,
            last: maildrop.last,
            first_last: maildrop.last,
            expire: maildrop.expire,
            login_delay: maildrop.login_delay,
            deleted: Deleted::default(),
        }
    }

    /// Why the message cannot be had.
    pub(super) fn check(&self, number: MessageNumber) -> Result<(), Reply> {
        if number.get() > self.count {
            Err(Reply::NO_SUCH_MESSAGE)
        } else if self.deleted.contains(number.get()) {
            Err(Reply::MESSAGE_DELETED)
        } else {
            Ok(())
        }
    }

    /// How many messages are not marked.
    pub(super) fn left(&self) -> u32 {
        self.count - self.deleted.len
    }

    pub(super) fn delete(&mut self, number: MessageNumber) {
        self.access(number);
        self.deleted.insert(number.get());
    }

    pub(super) fn access(&mut self, number: MessageNumber) {
        self.last = self.last.max(number.get());
    }

    pub(super) fn reset(&mut self) {
        self.deleted = Deleted::default();
        self.last = self.first_last;
    }

    /// The first message that is not marked, from this number on.
    pub(super) fn next(&self, from: u32) -> Option<MessageNumber> {
        let mut number = from.max(1);
        while number <= self.count {
            let (block, bit) = (number / 256, number % 256);
            let Some(words) = self.deleted.blocks.get(&block) else { break };
            let word = words[bit as usize / 64] >> (bit % 64);
            // Zeros come in from above, so there is one at the end of the word at the latest.
            let marked = word.trailing_ones();
            if marked < 64 - bit % 64 {
                number = number.checked_add(marked)?;
                break;
            }
            number = number.checked_add(marked)?;
        }
        MessageNumber::new(number).filter(|number| number.get() <= self.count)
    }

    /// The numbers of the marked messages, in their order.
    pub(super) fn deleted(&self) -> impl Iterator<Item = MessageNumber> {
        self.deleted.blocks.iter().flat_map(|(block, words)| {
            (0..256u32).filter_map(move |bit| {
                let marked = words[bit as usize / 64] >> (bit % 64) & 1 == 1;
                if marked { MessageNumber::new(block * 256 + bit) } else { None }
            })
        })
    }
}

impl Deleted {
    fn contains(&self, number: u32) -> bool {
        let bit = number % 256;
        self.blocks
            .get(&(number / 256))
            .is_some_and(|words| words[bit as usize / 64] >> (bit % 64) & 1 == 1)
    }

    fn insert(&mut self, number: u32) {
        if !self.contains(number) {
            let bit = number % 256;
            self.blocks.entry(number / 256).or_default()[bit as usize / 64] |= 1 << (bit % 64);
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::{collections::BTreeSet, vec::Vec};

    proptest! {
        /// The blocks say what a plain set says.
        #[test]
        fn marks_are_a_set(
            numbers in vec(prop_oneof![1..20u32, select(std::vec![63u32, 64, 127, 128, 255, 256, 257, 511, 512, 600])], 0..60),
            run in 0..600u32,
            count in select(std::vec![1u32, 64, 255, 256, 600]),
        ) {
            let mut open = Open::new(&Maildrop::new(count));
            let mut naive = BTreeSet::new();
            for number in numbers.into_iter().chain(1..=run) {
                if let Some(number) = MessageNumber::new(number)
                    && open.check(number).is_ok()
                {
                    open.delete(number);
                    prop_assert!(naive.insert(number.get()));
                }
            }
            prop_assert_eq!(open.left() as usize, count as usize - naive.len());
            let deleted: Vec<_> = open.deleted().map(MessageNumber::get).collect();
            prop_assert_eq!(&deleted, &naive.iter().copied().collect::<Vec<_>>());
            let mut left = Vec::new();
            let mut from = 0;
            while let Some(number) = open.next(from) {
                left.push(number.get());
                from = number.get() + 1;
            }
            let want: Vec<_> = (1..=count).filter(|number| !naive.contains(number)).collect();
            prop_assert_eq!(left, want);
            open.reset();
            prop_assert_eq!((open.left(), open.deleted().count()), (count, 0));
        }
    }

    #[test]
    fn the_largest_number_is_a_number_like_any_other() {
        let mut open = Open::new(&Maildrop::new(u32::MAX));
        let last = MessageNumber::new(u32::MAX).unwrap();
        assert_eq!(open.next(u32::MAX), Some(last));
        open.delete(last);
        assert_eq!((open.next(u32::MAX), open.left()), (None, u32::MAX - 1));
        assert_eq!(open.check(last), Err(Reply::MESSAGE_DELETED));
        assert_eq!(open.deleted().collect::<Vec<_>>(), [last]);
        assert_eq!(open.deleted.blocks.len(), 1);
    }
}
