//! A search as tests with a next step for yes and for no: no tree is walked, and what is decided is
//! decided.

use super::test::Test;
use alloc::vec::Vec;
use memchr::memmem::Finder;

/// Where to go on: behind these two, steps are counted from 0.
pub(super) const ACCEPT: usize = 0;
pub(super) const REJECT: usize = 1;
pub(super) const FIRST: usize = 2;

#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// The texts that are searched for, in the form they are compared in.
    pub(super) needles: Needles,
    pub(super) asks_mod_seq: bool,
    pub(super) is_fuzzy: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) test: Test,
    pub(super) yes: usize,
    pub(super) no: usize,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Needles {
    pub(super) collation: crate::Collation,
    pub(super) finders: Vec<Finder<'static>>,
    /// Those that are searched for in whole messages, and whether in headers too: one pass for all.
    pub(super) whole: Vec<Whole>,
}

/// A text that is searched for in bodies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    pub(super) needle: usize,
    pub(super) in_headers: bool,
}

impl Needles {
    /// Whether this text has that needle.
    pub(super) fn is_in(&self, needle: usize, text: &str) -> bool {
        self.finders
            .get(needle)
            .is_some_and(|finder| finder.find(&self.collation.key(text)).is_some())
    }
}
