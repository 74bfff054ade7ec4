//! ORDEREDSUBJECT: threads of messages with the same base subject.

use super::Entry;
use alloc::vec::Vec;
use mailwire_imap::{Thread, Threads};

pub(super) fn threads(mut entries: Vec<Entry>) -> Threads {
    entries.sort_unstable_by(|one, other| {
        (&one.subject, one.order()).cmp(&(&other.subject, other.order()))
    });
    let mut threads: Vec<&[Entry]> =
        entries.chunk_by(|one, other| one.subject == other.subject).collect();
    threads.sort_unstable_by_key(|thread| thread.first().map(Entry::order));
    let mut answer = Threads::default();
    for thread in threads {
        let nodes = thread.iter().enumerate();
        answer
            .nodes
            .extend(nodes.map(|(i, entry)| Thread::new(u32::from(i > 0), Some(entry.name))));
    }
    answer
}
