//! Walks over the tree of parts.

use super::{Message, Part};
use crate::PartId;
use core::{iter::FusedIterator, ops::Range};

/// The parts directly within a part, in order.
#[derive(Clone, Debug)]
pub struct Children<'m> {
    message: &'m Message<'m>,
    /// What is left: from the next child to behind the last descendant.
    left: Range<u32>,
}

impl<'m> Children<'m> {
    pub(super) fn new(message: &'m Message<'m>, descendants: Range<u32>) -> Self {
        Self { message, left: descendants }
    }
}

impl<'m> Iterator for Children<'m> {
    type Item = Part<'m>;

    fn next(&mut self) -> Option<Part<'m>> {
        let child = PartId::new(self.left.clone().next()?);
        self.left.start = self.message.end_of(child);
        self.message.part(child)
    }
}

impl FusedIterator for Children<'_> {}

/// Parts in the order of their beginnings: a part, what is within it, what follows it.
#[derive(Clone, Debug)]
pub struct Parts<'m> {
    message: &'m Message<'m>,
    left: Range<u32>,
}

impl<'m> Parts<'m> {
    pub(super) fn new(message: &'m Message<'m>, left: Range<u32>) -> Self {
        Self { message, left }
    }
}

impl<'m> Iterator for Parts<'m> {
    type Item = Part<'m>;

    fn next(&mut self) -> Option<Part<'m>> {
        self.message.part(PartId::new(self.left.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl DoubleEndedIterator for Parts<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.message.part(PartId::new(self.left.next_back()?))
    }
}

impl ExactSizeIterator for Parts<'_> {}
impl FusedIterator for Parts<'_> {}
