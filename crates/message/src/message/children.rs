//! Walks over the tree of parts.

use super::{Part, Tables};
use crate::PartId;
use core::{iter::FusedIterator, ops::Range};

/// The parts directly within a part, in order.
#[derive(Clone, Debug)]
pub struct Children<'m> {
    tables: Tables<'m>,
    /// What is left: from the next child to behind the last descendant.
    left: Range<u32>,
}

impl<'m> Children<'m> {
    pub(super) fn new(tables: Tables<'m>, descendants: Range<u32>) -> Self {
        Self { tables, left: descendants }
    }
}

impl<'m> Iterator for Children<'m> {
    type Item = Part<'m>;

    fn next(&mut self) -> Option<Part<'m>> {
        let child = self.left.clone().next()?;
        let part = self.tables.part(PartId::new(child))?;
        self.left.start = part.descendants_range().end;
        Some(part)
    }
}

impl FusedIterator for Children<'_> {}

/// Parts in the order of their beginnings: a part, what is within it, what follows it.
#[derive(Clone, Debug)]
pub struct Parts<'m> {
    tables: Tables<'m>,
    left: Range<u32>,
}

impl<'m> Parts<'m> {
    pub(super) fn new(tables: Tables<'m>, left: Range<u32>) -> Self {
        Self { tables, left }
    }
}

impl<'m> Iterator for Parts<'m> {
    type Item = Part<'m>;

    fn next(&mut self) -> Option<Part<'m>> {
        self.tables.part(PartId::new(self.left.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl DoubleEndedIterator for Parts<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.tables.part(PartId::new(self.left.next_back()?))
    }
}

impl ExactSizeIterator for Parts<'_> {}
impl FusedIterator for Parts<'_> {}
