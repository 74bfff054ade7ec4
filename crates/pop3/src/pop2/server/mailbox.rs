//! The mailbox that is open, as far as the protocol knows it.
use alloc::{collections::BTreeSet, vec::Vec};
use core::mem;

use crate::MessageNumber;

/// How many messages there are, which is the current one, and which are marked for deletion.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    messages: u32,
    /// May be 0 or behind the last one: READ takes any number.
    current: u32,
    marked: BTreeSet<MessageNumber>,
}

impl Mailbox {
    pub(super) fn new(messages: u32) -> Self {
        Self { messages, current: 1, marked: BTreeSet::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages == 0
    }

    pub(super) fn select(&mut self, number: u32) {
        self.current = number;
    }

    pub(super) fn next(&mut self) {
        self.current = self.current.saturating_add(1);
    }

    /// The current message, if there is one that is not marked.
    pub(super) fn current(&self) -> Option<MessageNumber> {
        let number = MessageNumber::new(self.current).filter(|_| self.current <= self.messages)?;
        (!self.marked.contains(&number)).then_some(number)
    }

    pub(super) fn mark(&mut self, message: MessageNumber) {
        self.marked.insert(message);
    }

    /// What is marked. Nothing is, after that.
    pub(super) fn release(&mut self) -> Vec<MessageNumber> {
        mem::take(&mut self.marked).into_iter().collect()
    }
}
