//! One key, ready to be put to messages.

use super::numbers::Numbers;
use crate::envelope::List;
use alloc::vec::Vec;
use mailwire_imap::SystemFlag;

/// What is asked of a message.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Always(bool),
    Number(Numbers),
    Uid(Numbers),
    Saved,
    /// Whether it is set, or is not.
    Flag(SystemFlag, bool),
    /// Recent, and not seen.
    New,
    /// Whether it is set, or is not.
    Keyword(Vec<u8>, bool),
    Day(Which, Compare, i64),
    /// Arrived at this moment or before, or else at it or after.
    Moment {
        before: bool,
        unix: i64,
    },
    ModSeq {
        entry: Option<(Vec<u8>, Vec<u8>)>,
        value: u64,
    },
    EmailId(Vec<u8>),
    ThreadId(Vec<u8>),
    Larger(u64),
    Smaller(u64),
    /// A needle in a list of addresses.
    Addresses(List, usize),
    Subject(usize),
    /// A needle in fields of this name; none asks whether there is one.
    Header(Vec<u8>, Option<usize>),
    /// Which of the needles for whole messages.
    Whole(usize),
}

/// Which day of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Arrived,
    Sent,
    Saved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Before,
    On,
    Since,
}

impl Compare {
    pub(super) const fn fits(self, day: i64, than: i64) -> bool {
        match self {
            Self::Before => day < than,
            Self::On => day == than,
            Self::Since => day >= than,
        }
    }
}

impl Test {
    /// What it costs, roughly: what is in the mailbox, in the index, in the header, in the whole message.
    pub(super) const fn cost(&self) -> u64 {
        match self {
            Self::Always(_) => 0,
            Self::Number(_) | Self::Uid(_) | Self::Saved => 1,
            Self::Flag(..) | Self::New => 2,
            Self::Keyword(..)
            | Self::Day(Which::Arrived | Which::Saved, ..)
            | Self::Moment { .. }
            | Self::ModSeq { .. }
            | Self::EmailId(_)
            | Self::ThreadId(_) => 4,
            Self::Larger(_) | Self::Smaller(_) | Self::Day(Which::Sent, ..) => 8,
            Self::Subject(_) => 32,
            Self::Addresses(..) => 64,
            Self::Header(..) => 1_000,
            Self::Whole(_) => 100_000,
        }
    }
}
