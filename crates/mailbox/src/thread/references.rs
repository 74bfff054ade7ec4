//! REFERENCES: threads of messages that answer one another.
//!
//! The steps are those of RFC 5256 §3. Nodes are numbered: first the messages in the order of their
//! sequence numbers, then dummies, which stand for messages that are not there.

use super::{Entry, forest::Forest};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use mailwire_imap::{Thread, Threads};

pub(super) fn threads(mut entries: Vec<Entry>) -> Threads {
    entries.sort_by_key(|entry| entry.number);
    let forest = link(&entries);
    let mut roots = Roots::of(&entries, &forest);
    roots.gather_subjects();
    roots.threads()
}

/// Step 1: who is below whom by references.
fn link(entries: &[Entry]) -> Linked {
    let mut ids: BTreeMap<&[u8], u32> = BTreeMap::new();
    for (node, entry) in (0..).zip(entries) {
        // Of several with one identifier the first has it.
        if let Some(id) = &entry.message_id {
            ids.entry(id).or_insert(node);
        }
    }
    let mut count = number(entries.len());
    let mut chains: Vec<u32> = Vec::new();
    let mut chain_ends = Vec::with_capacity(entries.len());
    for entry in entries {
        for id in &entry.references {
            chains.push(*ids.entry(id).or_insert_with(|| {
                count += 1;
                count - 1
            }));
        }
        chain_ends.push(chains.len());
    }
    let mut forest = Forest::new(count as usize);
    let mut start = 0;
    for (node, end) in (0..).zip(chain_ends) {
        let chain = &chains[start..end];
        start = end;
        for pair in chain.windows(2) {
            if forest.parent(pair[1]).is_none() {
                forest.link(pair[0], pair[1]);
            }
        }
        let parent = chain.last().copied();
        if forest.parent(node) != parent {
            forest.cut(node);
        }
        if let Some(parent) = parent
            && forest.parent(node).is_none()
        {
            forest.link(parent, node);
        }
    }
    let parents = (0..count).map(|node| forest.parent(node)).collect();
    Linked { parents }
}

struct Linked {
    parents: Vec<Option<u32>>,
}

/// What is above a message that is left when the dummies are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Above {
    Message(u32),
    /// Siblings without a message above them, by the number of their thread.
    Thread(u32),
}

/// The threads: what is directly under the root.
struct Roots<'e> {
    entries: &'e [Entry],
    /// For each message.
    above: Vec<Above>,
    threads: Vec<Root>,
}

/// A thread: a message with those below it, or a dummy with siblings.
#[derive(Clone, Debug, Default)]
struct Root {
    /// Its messages with none above them; of a message that is the only one.
    heads: Vec<u32>,
    is_dummy: bool,
    is_gone: bool,
}

impl<'e> Roots<'e> {
    /// Steps 2 to 4.
    fn of(entries: &'e [Entry], linked: &Linked) -> Self {
        let count = number(entries.len());
        let order = downwards(&linked.parents);
        // For dummies: the thread if all above are dummies, or the message that is above.
        let mut places: Vec<Above> = vec![Above::Thread(0); linked.parents.len()];
        let mut threads: Vec<Root> = Vec::new();
        for node in order {
            let above = match linked.parents[node as usize] {
                None => {
                    threads.push(Root::default());
                    Above::Thread(number(threads.len()) - 1)
                }
                Some(parent) if parent < count => Above::Message(parent),
                Some(parent) => places[parent as usize],
            };
            places[node as usize] = above;
            if node < count
                && let Above::Thread(thread) = above
            {
                threads[thread as usize].heads.push(node);
            }
        }
        places.truncate(entries.len());
        let mut roots = Self { entries, above: places, threads };
        for thread in &mut roots.threads {
            thread.heads.sort_unstable_by_key(|head| entries[*head as usize].order());
            thread.is_dummy = thread.heads.len() > 1;
            thread.is_gone = thread.heads.is_empty();
        }
        roots
    }

    /// Step 5.
    fn gather_subjects(&mut self) {
        let order = self.sorted();
        let mut table: BTreeMap<&'e [u8], u32> = BTreeMap::new();
        for &current in &order {
            let Some(subject) = self.subject(current) else { continue };
            let known = *table.entry(subject).or_insert(current);
            let (known_is, current_is) =
                (&self.threads[known as usize], &self.threads[current as usize]);
            if !known_is.is_dummy
                && (current_is.is_dummy || self.is_reply(known) && !self.is_reply(current))
            {
                table.insert(subject, current);
            }
        }
        for current in order {
            if self.threads[current as usize].is_gone {
                continue;
            }
            let Some(subject) = self.subject(current) else { continue };
            let Some(known) = table.get_mut(subject) else { continue };
            if *known == current {
                continue;
            }
            let (known_dummy, current_dummy) =
                (self.threads[*known as usize].is_dummy, self.threads[current as usize].is_dummy);
            let known_head = self.threads[*known as usize].heads.first().copied();
            if known_dummy {
                self.merge(*known, current);
            } else if !current_dummy
                && self.is_reply(current)
                && !self.is_reply(*known)
                && let Some(head) = known_head
            {
                let heads = core::mem::take(&mut self.threads[current as usize].heads);
                self.threads[current as usize].is_gone = true;
                heads.into_iter().for_each(|it| self.above[it as usize] = Above::Message(head));
            } else {
                // A new dummy in the place of the one, with both in it.
                self.threads[*known as usize].is_dummy = true;
                self.merge(*known, current);
            }
        }
    }

    /// The messages at the top of one thread become siblings of those of another.
    fn merge(&mut self, into: u32, thread: u32) {
        let heads = core::mem::take(&mut self.threads[thread as usize].heads);
        self.threads[thread as usize].is_gone = true;
        heads.iter().for_each(|head| self.above[*head as usize] = Above::Thread(into));
        self.threads[into as usize].heads.extend(heads);
    }

    /// The threads by the dates of their first messages.
    fn sorted(&self) -> Vec<u32> {
        let first = |thread: u32| {
            let heads = &self.threads[thread as usize].heads;
            heads.iter().map(|head| self.entries[*head as usize].order()).min()
        };
        let mut order: Vec<u32> = (0..number(self.threads.len()))
            .filter(|it| !self.threads[*it as usize].is_gone)
            .collect();
        order.sort_by_cached_key(|thread| first(*thread));
        order
    }

    /// The base subject of a thread, if it has one.
    fn subject(&self, thread: u32) -> Option<&'e [u8]> {
        let first = self.threads[thread as usize].heads.first()?;
        Some(&self.entries[*first as usize].subject[..]).filter(|subject| !subject.is_empty())
    }

    /// Whether a thread begins with a reply. One that begins with a dummy does not.
    fn is_reply(&self, thread: u32) -> bool {
        let Root { heads, is_dummy, .. } = &self.threads[thread as usize];
        !is_dummy && heads.first().is_some_and(|head| self.entries[*head as usize].is_reply)
    }

    /// Step 6, and the answer.
    fn threads(&self) -> Threads {
        // All messages by date; so are then those below each.
        let mut by_date: Vec<u32> = (0..number(self.entries.len())).collect();
        by_date.sort_unstable_by_key(|node| self.entries[*node as usize].order());
        let mut starts = vec![0u32; self.entries.len() + 1];
        for above in &self.above {
            if let Above::Message(above) = above {
                starts[*above as usize + 1] += 1;
            }
        }
        for node in 0..self.entries.len() {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut below = vec![0u32; self.entries.len()];
        let mut heads: Vec<Vec<u32>> = vec![Vec::new(); self.threads.len()];
        for &node in &by_date {
            match self.above[node as usize] {
                Above::Message(above) => {
                    below[next[above as usize] as usize] = node;
                    next[above as usize] += 1;
                }
                Above::Thread(thread) => heads[thread as usize].push(node),
            }
        }
        let mut answer = Threads::default();
        let mut todo: Vec<(u32, u32)> = Vec::new();
        for thread in self.sorted() {
            let depth = u32::from(self.threads[thread as usize].is_dummy);
            if depth > 0 {
                answer.nodes.push(Thread::new(0, None));
            }
            todo.extend(heads[thread as usize].iter().rev().map(|head| (*head, depth)));
            while let Some((node, depth)) = todo.pop() {
                answer.nodes.push(Thread::new(depth, Some(self.entries[node as usize].name)));
                let range = starts[node as usize] as usize..starts[node as usize + 1] as usize;
                todo.extend(below[range].iter().rev().map(|it| (*it, depth + 1)));
            }
        }
        answer
    }
}

/// All nodes, each behind the one above it.
fn downwards(parents: &[Option<u32>]) -> Vec<u32> {
    let mut starts = vec![0usize; parents.len() + 1];
    for parent in parents.iter().flatten() {
        starts[*parent as usize + 1] += 1;
    }
    for node in 0..parents.len() {
        starts[node + 1] += starts[node];
    }
    let mut next = starts.clone();
    let mut children = vec![0u32; parents.len()];
    let mut order: Vec<u32> = Vec::with_capacity(parents.len());
    for (node, parent) in (0..).zip(parents) {
        match parent {
            Some(parent) => {
                children[next[*parent as usize]] = node;
                next[*parent as usize] += 1;
            }
            None => order.push(node),
        }
    }
    let mut at = 0;
    while let Some(&node) = order.get(at) {
        order.extend_from_slice(&children[starts[node as usize]..starts[node as usize + 1]]);
        at += 1;
    }
    order
}

/// Mailboxes have at most as many messages as sequence numbers; references that do not fit in memory
/// are not there.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
