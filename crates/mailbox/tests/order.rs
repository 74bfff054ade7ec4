//! SORT and THREAD: tables, and the obvious implementations beside ours.

mod common;

use common::{ask, mailbox};
use mailwire_imap::Threads;
use mailwire_mailbox::{BaseSubject, Collation, MemoryMessage, ThreadAlgorithm, sort, thread};
use proptest::{collection::vec, option, prelude::*};

#[test]
fn every_sort_key() {
    let messages = mailbox([
        "From: Zoe <b@x.test>\r\nTo: <m@z.test>\r\nCc: c@x\r\nSubject: Re: beta\r\nDate: 1 Jan 2000 12:00:00 +0200\r\n\r\n12345678901234567890",
        "From: a@x.test (Yves)\r\nTo: Al <n@z.test>\r\nSubject: alpha\r\nDate: 1 Jan 2000 10:30:00 +0000\r\n\r\n",
        "From: =?utf-8?q?=C3=84nne?= <c@x.test>\r\nCc: Group: z@x;\r\nSubject: [list] ALPHA (fwd)\r\nDate: 1 Jan 2000 11:00:00 GMT\r\n\r\nabc",
        "From: nobody\r\nTo: ,\r\n\r\n",
    ]);
    for (keys, want) in [
        ("ARRIVAL", "1 2 3 4"),
        ("REVERSE ARRIVAL", "4 3 2 1"),
        ("DATE", "1 2 3 4"), // in UTC; the last has no date and arrived in 2001
        ("REVERSE DATE", "4 3 2 1"),
        ("SIZE", "4 2 1 3"),
        ("FROM", "2 1 3 4"),
        ("TO", "3 4 1 2"),
        ("CC", "2 4 1 3"), // a group sorts by its name
        ("SUBJECT", "4 2 3 1"),
        ("REVERSE SUBJECT", "1 2 3 4"),
        ("SUBJECT REVERSE ARRIVAL", "4 3 2 1"),
        ("DISPLAYFROM", "3 4 2 1"), // Änne decomposes to A
        ("DISPLAYTO", "3 4 2 1"),
    ] {
        let got = ask(&messages, &format!("SORT ({keys}) UTF-8 ALL")).unwrap();
        assert_eq!(got, format!("* SORT {want}"), "keys {keys}");
    }
    assert_eq!(ask(&messages, "UID SORT (SUBJECT) UTF-8 2:3").unwrap(), "* SORT 20 30");
    assert_eq!(ask(&messages, "SORT (SUBJECT) UTF-8 SUBJECT none").unwrap(), "* SORT");
    assert_eq!(ask(&messages, "SORT (RELEVANCY) UTF-8 FUZZY ALL").unwrap(), "* SORT 1 2 3 4");
    let got = ask(&messages, "SORT (RELEVANCY) UTF-8 ALL");
    assert_eq!(got, Err(mailwire_mailbox::SearchError::UnknownSortKey));
    let got = ask(&messages, "SORT (REVERSE ARRIVAL) UTF-8 MODSEQ 0").unwrap();
    assert_eq!(got, "* SORT 4 3 2 1 (MODSEQ 0)");
}

#[test]
fn dates_with_odd_zones_and_times() {
    let dates = [
        "Fri, 2 Jan 2000 10:00:00 +-0500", // no zone: UTC
        "Fri, 2 Jan 2000 25:00:00 +0000",  // no time: midnight
        "Fri, 2 Jan 2000 09:00:00 +0000 and more",
        "nonsense",
    ];
    let messages = mailbox(dates.map(|date| format!("Date: {date}\r\n\r\n")));
    assert_eq!(ask(&messages, "SORT (DATE) UTF-8 ALL").unwrap(), "* SORT 2 3 1 4");
}

fn threads(messages: &[MemoryMessage], algorithm: &str) -> String {
    ask(messages, &format!("THREAD {algorithm} UTF-8 ALL")).unwrap()
}

fn with_ids(messages: &[(&str, &str, &str)]) -> Vec<MemoryMessage> {
    mailbox(messages.iter().map(|(id, references, subject)| {
        let list =
            |ids: &str| ids.split_whitespace().map(|id| format!("<{id}@x> ")).collect::<String>();
        format!(
            "Message-ID: {}\r\nReferences: {}\r\nSubject: {subject}\r\n\r\n",
            list(id),
            list(references)
        )
    }))
}

#[test]
fn threads_by_references() {
    for (messages, want) in [
        (&[][..], ""),
        (&[("1", "", "a"), ("2", "1", "b"), ("3", "1 2", "c"), ("4", "1", "d")], " (1 (2 3)(4))"),
        // siblings without the message that they answer
        (&[("1", "0", "a"), ("2", "0", "b")], " ((1)(2))"),
        // an only one needs no such place
        (&[("1", "0", "a"), ("2", "1", "b")], " (1 2)"),
        // dummies within are no place either
        (&[("1", "0 8", "a"), ("2", "0 9", "b")], " ((1)(2))"),
        // loops are not made
        (&[("1", "2", "a"), ("2", "1", "b")], " (2 1)"),
        (&[("1", "1", "a")], " (1)"),
        (&[("1", "3", "a"), ("2", "1", "b"), ("3", "2", "c")], " (3 1 2)"),
        // the same identifier twice: the first has it
        (&[("1", "", "a"), ("1", "", "b"), ("2", "1", "c")], " (1 3)(2)"),
        // a message before the one that it answers
        (&[("2", "1", "a"), ("1", "", "b")], " (2 1)"),
        // its own references are worth more than those of others
        (&[("9", "1 2", "x"), ("1", "", "a"), ("2", "", "b")], " (2)(3 1)"),
        // by subject: a reply under what is none
        (&[("1", "", "a"), ("2", "", "Re: a")], " (1 2)"),
        (&[("1", "", "Re: a"), ("2", "", "a")], " (2 1)"),
        // two that are none, or two that are replies: beside each other
        (&[("1", "", "a"), ("2", "", "a")], " ((1)(2))"),
        (&[("1", "", "Re: a"), ("2", "", "Re: a"), ("3", "", "Re: a")], " ((1)(2)(3))"),
        // into siblings that are there
        (&[("1", "0", "a"), ("2", "0", "b"), ("3", "", "a")], " ((1)(2)(3))"),
        (&[("1", "0", "a"), ("2", "0", "b"), ("3", "8", "A"), ("4", "8", "c")], " ((1)(2)(3)(4))"),
        (&[("1", "", "a"), ("2", "0", "a"), ("3", "0", "b")], " ((1)(2)(3))"),
        // nothing is no subject
        (&[("1", "", ""), ("2", "", "Re:")], " (1)(2)"),
    ] {
        let got = threads(&with_ids(messages), "REFERENCES");
        assert_eq!(got, format!("* THREAD{want}"), "messages {messages:?}");
    }
}

#[test]
fn in_reply_to_where_there_are_no_references() {
    let messages = mailbox([
        "Message-ID: <\"1\"@x>\r\nSubject: a\r\n\r\n",
        "Message-ID: <2@x>\r\nIn-Reply-To: Your message <1@x> <3@x>\r\nSubject: b\r\n\r\n",
        "Message-ID: <3@x>\r\nReferences: nothing valid\r\nIn-Reply-To: <2@x>\r\nSubject: c\r\n\r\n",
        "In-Reply-To: somebody@x\r\nSubject: d\r\n\r\n",
        "Message-ID: <5@x>\r\nReferences: <3@x>\r\nIn-Reply-To: <1@x>\r\nSubject: e\r\n\r\n",
    ]);
    assert_eq!(threads(&messages, "REFERENCES"), "* THREAD (1 2 3 5)(4)");
}

#[test]
fn threads_by_subject() {
    let messages = with_ids(&[
        ("1", "", "b"),
        ("2", "1", "a"),
        ("3", "2", "Re: B"),
        ("4", "", "c"),
        ("5", "", "[x] b (fwd)"),
    ]);
    assert_eq!(threads(&messages, "ORDEREDSUBJECT"), "* THREAD (1 (3)(5))(2)(4)");
    assert_eq!(
        ask(&messages, "UID THREAD ORDEREDSUBJECT UTF-8 2:4").unwrap(),
        "* THREAD (20)(30)(40)"
    );
    assert_eq!(ask(&messages, "THREAD REFERENCES UTF-8 SUBJECT none").unwrap(), "* THREAD");
}

/// A thread of a hundred thousand, each answering the one before, in either order: no stack, no walk
/// to the top for each.
#[test]
fn deep_threads_are_linear() {
    const COUNT: usize = 100_000;
    for backwards in [false, true] {
        let messages: Vec<MemoryMessage> = mailbox((0..COUNT).map(|place| {
            let id = if backwards { COUNT - place } else { place };
            let before = id.wrapping_sub(1);
            format!("Message-ID: <{id}@x>\r\nReferences: <{before}@x>\r\n\r\n")
        }));
        let threads = thread(ThreadAlgorithm::References, Collation::default(), false, &messages);
        assert_eq!(threads.nodes.len(), COUNT);
        assert_eq!(threads.nodes.last().unwrap().depth as usize, COUNT - 1);
    }
}

#[test]
fn long_subjects_are_linear() {
    for part in ["[a]", "[", "re:", "re [", "[fwd:", "(fwd)", " ", "fw[x]", "]", "re [a] "] {
        let subject = part.repeat(200_000);
        let _ = BaseSubject::of_text(&subject);
        let _ = BaseSubject::of_text(&format!("{subject}x"));
        let _ = BaseSubject::of_text(&format!("x{subject}"));
        let _ = BaseSubject::of_text(&format!("{subject}{}", "]".repeat(200_000)));
    }
}

proptest! {
    /// The steps of RFC 5256 §2.1, one after the other and all over again.
    #[test]
    fn base_subjects_match_naive(
        parts in vec(prop::sample::select(vec!["re", "Re:", "fw", "fwd", ":", "[", "]", "[a]", "[fwd:", "(fwd)", " ", "  ", "x", "é", "\t"]), 0..12),
    ) {
        let subject = parts.concat();
        let got = BaseSubject::of_text(&subject);
        let (text, is_reply) = naive::base_subject(&subject);
        prop_assert_eq!((got.text(), got.is_reply()), (&text[..], is_reply), "subject {:?}", subject);
    }

    /// RFC 5256 §3 as it is written.
    #[test]
    fn threads_match_naive(
        messages in vec(
            (option::weighted(0.9, 0..8u8), vec(0..10u8, 0..4), prop::sample::select(vec!["a", "Re: a", "b", "Re: b", "", "[fwd: c]", "c (fwd)"]), 0..6i64),
            0..14,
        ),
    ) {
        let mailbox = mailbox(messages.iter().map(|(id, references, subject, date)| {
            let id = id.map(|id| format!("Message-ID: <{id}@x>\r\n")).unwrap_or_default();
            let references: String = references.iter().map(|id| format!("<{id}@x> ")).collect();
            format!("{id}References: {references}\r\nSubject: {subject}\r\nDate: 1 Jan 2000 00:00:0{date} +0000\r\n\r\n")
        }));
        let got = thread(ThreadAlgorithm::References, Collation::default(), false, &mailbox);
        prop_assert_eq!(shown(&got), naive::references(&messages));
        let got = thread(ThreadAlgorithm::OrderedSubject, Collation::default(), false, &mailbox);
        prop_assert_eq!(shown(&got), naive::ordered_subject(&messages));
    }

    /// Each key by itself, the least important first, with a sort that keeps what is the same.
    #[test]
    fn sort_matches_naive(
        messages in vec((0..4u8, 0..4u8, 0..3u8), 0..20),
        keys in vec((0..3usize, any::<bool>()), 1..4),
    ) {
        use mailwire_imap::command::SortKey;
        let mailbox = mailbox(messages.iter().map(|(from, subject, size)| {
            format!("From: {from}@x\r\nSubject: {subject}\r\n\r\n{}", "x".repeat(usize::from(*size)))
        }));
        let names = [SortKey::From, SortKey::Subject, SortKey::Size];
        let asked: Vec<_> = keys.iter().map(|(key, reverse)| (names[*key].clone(), *reverse)).collect();
        let found = sort(&asked, Collation::default(), &mailbox).unwrap();
        let mut want: Vec<usize> = (0..messages.len()).collect();
        for (key, reverse) in keys.iter().rev() {
            let value = |place: &usize| {
                let (from, subject, size) = messages[*place];
                [from, subject, size][*key]
            };
            want.sort_by(|one, other| {
                if *reverse { value(other).cmp(&value(one)) } else { value(one).cmp(&value(other)) }
            });
        }
        let got: Vec<usize> = found.messages.iter().map(|it| it.number as usize - 1).collect();
        prop_assert_eq!(got, want);
    }
}

fn shown(threads: &Threads) -> Vec<(u32, Option<u32>)> {
    threads.nodes.iter().map(|node| (node.depth, node.number)).collect()
}

/// The obvious implementations.
mod naive {
    use std::collections::HashMap;

    pub(super) fn base_subject(subject: &str) -> (String, bool) {
        let mut text = subject.replace('\t', " ");
        while text.contains("  ") {
            text = text.replace("  ", " ");
        }
        let mut is_reply = false;
        loop {
            // (2)
            loop {
                if let Some(rest) = text.strip_suffix(' ') {
                    text = rest.into();
                } else if text.to_ascii_lowercase().ends_with("(fwd)") {
                    text.truncate(text.len() - 5);
                    is_reply = true;
                } else {
                    break;
                }
            }
            // (3) to (5)
            loop {
                if let Some(rest) = text.strip_prefix(' ') {
                    text = rest.into();
                } else if let Some(rest) = leader(&text) {
                    text = rest;
                    is_reply = true;
                } else if let Some(rest) = blob(&text).filter(|rest| !rest.is_empty()) {
                    text = rest;
                } else {
                    break;
                }
            }
            // (6)
            let lower = text.to_ascii_lowercase();
            if !(lower.starts_with("[fwd:") && lower.ends_with(']')) {
                return (text, is_reply);
            }
            text = text[5..text.len() - 1].into();
            is_reply = true;
        }
    }

    fn blob(text: &str) -> Option<String> {
        let end = text.find(']')?;
        let inside = text[..end].strip_prefix('[')?;
        (!inside.contains('[')).then(|| text[end + 1..].trim_start_matches(' ').into())
    }

    fn leader(text: &str) -> Option<String> {
        let mut rest = text.to_owned();
        while let Some(after) = blob(&rest) {
            rest = after;
        }
        let lower = rest.to_ascii_lowercase();
        let mark = ["re", "fwd", "fw"].into_iter().find(|mark| lower.starts_with(mark))?;
        rest = rest[mark.len()..].trim_start_matches(' ').into();
        if let Some(after) = rest.strip_prefix(':') {
            return Some(after.into());
        }
        Some(blob(&rest)?.strip_prefix(':')?.into())
    }

    type Message = (Option<u8>, Vec<u8>, &'static str, i64);

    struct Node {
        /// Which message; none is a dummy.
        message: Option<usize>,
        parent: Option<usize>,
        children: Vec<usize>,
    }

    struct Tree<'m> {
        messages: &'m [Message],
        nodes: Vec<Node>,
        root: Vec<usize>,
    }

    pub(super) fn references(messages: &[Message]) -> Vec<(u32, Option<u32>)> {
        let mut tree = Tree { messages, nodes: Vec::new(), root: Vec::new() };
        let mut ids: HashMap<u8, usize> = HashMap::new();
        for (place, (id, ..)) in messages.iter().enumerate() {
            if let Some(id) = id {
                ids.entry(*id).or_insert(place);
            }
            tree.add(Some(place));
        }
        // (1)
        for (place, (_, references, ..)) in messages.iter().enumerate() {
            let mut before: Option<usize> = None;
            for id in references {
                let node = *ids.entry(*id).or_insert_with(|| tree.add(None));
                if let Some(before) = before
                    && tree.nodes[node].parent.is_none()
                {
                    tree.link(before, node);
                }
                before = Some(node);
            }
            tree.unlink(place);
            if let Some(before) = before {
                tree.link(before, place);
            }
        }
        // (2)
        tree.root =
            (0..tree.nodes.len()).filter(|node| tree.nodes[*node].parent.is_none()).collect();
        // (3)
        let mut root = Vec::new();
        for node in tree.root.clone() {
            let pruned = tree.prune(node);
            let is_dummy = tree.nodes[node].message.is_none();
            if is_dummy && pruned.len() > 1 {
                tree.nodes[node].children = pruned;
                root.push(node);
            } else {
                root.extend(pruned);
            }
        }
        tree.root = root;
        // (4)
        tree.sort_root();
        // (5)
        let mut table: HashMap<String, usize> = HashMap::new();
        for current in tree.root.clone() {
            let (subject, _) = tree.subject(current);
            if subject.is_empty() {
                continue;
            }
            let Some(&known) = table.get(&subject) else {
                table.insert(subject, current);
                continue;
            };
            let replace = !tree.is_dummy(known)
                && (tree.is_dummy(current) || tree.is_reply(known) && !tree.is_reply(current));
            if replace {
                table.insert(subject, current);
            }
        }
        for current in tree.root.clone() {
            if !tree.root.contains(&current) {
                continue;
            }
            let (subject, _) = tree.subject(current);
            if subject.is_empty() || table[&subject] == current {
                continue;
            }
            let known = table[&subject];
            if tree.is_dummy(known) && tree.is_dummy(current) {
                let children = tree.nodes[current].children.clone();
                tree.nodes[known].children.extend(children);
                tree.root.retain(|node| *node != current);
            } else if tree.is_dummy(known) || tree.is_reply(current) && !tree.is_reply(known) {
                tree.nodes[known].children.push(current);
                tree.root.retain(|node| *node != current);
            } else {
                let dummy = tree.add(None);
                tree.nodes[dummy].children = vec![known, current];
                tree.root.retain(|node| *node != current && *node != known);
                tree.root.push(dummy);
                table.insert(subject, dummy);
            }
        }
        // (6)
        tree.sort_root();
        let mut out = Vec::new();
        for node in tree.root.clone() {
            tree.show(node, 0, &mut out);
        }
        out
    }

    impl Tree<'_> {
        fn add(&mut self, message: Option<usize>) -> usize {
            self.nodes.push(Node { message, parent: None, children: Vec::new() });
            self.nodes.len() - 1
        }

        fn link(&mut self, parent: usize, child: usize) {
            let mut above = Some(parent);
            while let Some(node) = above {
                if node == child {
                    return;
                }
                above = self.nodes[node].parent;
            }
            self.nodes[child].parent = Some(parent);
            self.nodes[parent].children.push(child);
        }

        fn unlink(&mut self, child: usize) {
            if let Some(parent) = self.nodes[child].parent.take() {
                self.nodes[parent].children.retain(|node| *node != child);
            }
        }

        /// What stands for the node when dummies are gone.
        fn prune(&mut self, node: usize) -> Vec<usize> {
            let children = self.nodes[node].children.clone();
            let pruned: Vec<usize> =
                children.into_iter().flat_map(|child| self.prune(child)).collect();
            if self.nodes[node].message.is_none() {
                return pruned;
            }
            self.nodes[node].children = pruned;
            vec![node]
        }

        fn is_dummy(&self, node: usize) -> bool {
            self.nodes[node].message.is_none()
        }

        fn first(&self, node: usize) -> usize {
            match self.nodes[node].message {
                Some(message) => message,
                None => self.first(self.nodes[node].children[0]),
            }
        }

        fn subject(&self, node: usize) -> (String, bool) {
            let (text, is_reply) = base_subject(self.messages[self.first(node)].2);
            (text.to_uppercase(), is_reply)
        }

        fn is_reply(&self, node: usize) -> bool {
            !self.is_dummy(node) && self.subject(node).1
        }

        fn key(&self, node: usize) -> (i64, usize) {
            let message = self.first(node);
            (self.messages[message].3, message)
        }

        fn sort(&mut self, node: usize) {
            let mut children = self.nodes[node].children.clone();
            children.iter().for_each(|child| self.sort(*child));
            children.sort_by_key(|child| self.key(*child));
            self.nodes[node].children = children;
        }

        fn sort_root(&mut self) {
            let mut root = self.root.clone();
            root.iter().for_each(|node| self.sort(*node));
            root.sort_by_key(|node| self.key(*node));
            self.root = root;
        }

        fn show(&self, node: usize, depth: u32, out: &mut Vec<(u32, Option<u32>)>) {
            let number = self.nodes[node].message.map(|place| u32::try_from(place).unwrap() + 1);
            out.push((depth, number));
            for child in &self.nodes[node].children {
                self.show(*child, depth + 1, out);
            }
        }
    }

    pub(super) fn ordered_subject(messages: &[Message]) -> Vec<(u32, Option<u32>)> {
        let mut threads: Vec<(String, Vec<usize>)> = Vec::new();
        let mut order: Vec<usize> = (0..messages.len()).collect();
        order.sort_by_key(|place| messages[*place].3);
        for place in order {
            let subject = base_subject(messages[place].2).0.to_uppercase();
            match threads.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, thread)) => thread.push(place),
                None => threads.push((subject, vec![place])),
            }
        }
        let shown = threads.into_iter().flat_map(|(_, thread)| {
            thread
                .into_iter()
                .enumerate()
                .map(|(i, place)| (u32::from(i > 0), Some(u32::try_from(place).unwrap() + 1)))
        });
        shown.collect()
    }
}
