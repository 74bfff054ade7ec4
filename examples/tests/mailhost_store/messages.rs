//! Messages come, change and go.
use std::io::Write;

use examples::host::{
    mail::{Account, Arrival, Copied, FlagChange, Flags, MailError},
    store::Memory,
};

use crate::accounts::{add, all, each, find, flags, seal, texts};

#[test]
fn messages_come_with_ascending_uids_and_their_facts() {
    each(|account| {
        let inbox = find(account, "INBOX");
        let mut arrival = Arrival::new(seal(account, "A: b\n\nno line end"));
        arrival.flags = Flags::new(["\\Seen", "$Label"]);
        arrival.received = Some((1_000_000_000, -420));
        let copied = account.append(inbox, vec![arrival, Arrival::new(seal(account, ""))]).unwrap();
        assert_eq!(copied, Copied { mailbox: inbox, uids: vec![(None, 1), (None, 2)] });
        assert_eq!(add(account, "INBOX", "third\r\n"), 3);
        assert_eq!(
            texts(account, "INBOX"),
            [(1, "A: b\n\nno line end".into()), (2, String::new()), (3, "third\r\n".into())]
        );
        account.look(|state| {
            let mailbox = state.mailbox(inbox).unwrap();
            assert_eq!((mailbox.uid_next, mailbox.unseen, mailbox.octets), (4, 2, 26));
            let message = &mailbox.messages()[&1];
            assert_eq!((message.facts.received, message.facts.zone), (1_000_000_000, -420));
            let facts = &message.facts;
            assert_eq!((facts.octets, facts.size, facts.wire_octets), (17, 19, 21));
            assert_eq!(message.flags.to_string(), "\\Seen $Label");
            assert_eq!(state.usage("MESSAGE"), 3);
            assert_eq!(state.usage("STORAGE"), 1);
        });
    });
}

#[test]
fn a_range_of_a_text_can_be_read() {
    each(|account| {
        add(account, "INBOX", "0123456789");
        let message = &all(account)[0];
        for (range, want) in [(0..4, "0123"), (4..6, "45"), (8..90, "89"), (10..20, ""), (5..5, "")]
        {
            assert_eq!(account.read(message, range.clone()).unwrap(), want, "{range:?}");
        }
    });
}

#[test]
fn flags_change_unless_somebody_else_was_faster() {
    each(|account| {
        let inbox = find(account, "INBOX");
        for text in ["one", "two", "three"] {
            add(account, "INBOX", text);
        }
        let store = |uids: &[u32], change, flags: &str, since| {
            account.store(inbox, uids, change, &Flags::new(flags.split(' ')), since).unwrap()
        };
        let before = account.look(|state| state.mailbox(inbox).unwrap().modseq);
        let stored = store(&[1, 2, 9], FlagChange::Add, "\\Seen", None);
        assert_eq!((stored.changed, stored.modified.len()), (vec![1, 2], 0));
        assert!(stored.modseq > before);
        let again = store(&[1, 2], FlagChange::Add, "\\seen", None);
        assert_eq!((again.changed.len(), again.modseq), (0, stored.modseq), "nothing to do");
        let stored = store(&[1, 3], FlagChange::Replace, "\\Flagged x", Some(before));
        assert_eq!((stored.changed, stored.modified), (vec![3], vec![1]));
        assert_eq!(flags(account, "INBOX"), ["\\Seen", "\\Seen", "\\Flagged x"]);
        let changed: Vec<_> = account.look(|state| {
            state.mailbox(inbox).unwrap().changed_since(before).map(|m| m.uid).collect()
        });
        assert_eq!(changed, [1, 2, 3]);
        store(&[1, 2, 3], FlagChange::Remove, "\\Seen X", None);
        assert_eq!(flags(account, "INBOX"), ["", "", "\\Flagged"]);
        assert_eq!(account.look(|state| state.mailbox(inbox).unwrap().unseen), 3);
    });
}

#[test]
fn what_is_expunged_is_remembered_and_its_uid_not_used_again() {
    each(|account| {
        let inbox = find(account, "INBOX");
        for n in 1..=6 {
            assert_eq!(add(account, "INBOX", &n.to_string()), n);
        }
        account
            .store(inbox, &[2, 4, 6], FlagChange::Add, &Flags::new(["\\Deleted"]), None)
            .unwrap();
        let before = account.look(|state| state.mailbox(inbox).unwrap().modseq);
        assert_eq!(account.expunge(inbox, &[1, 2, 3, 6, 6, 77], true).unwrap(), [2, 6]);
        assert_eq!(account.expunge(inbox, &[2], true).unwrap().len(), 0);
        let message = account.look(|state| state.mailbox(inbox).unwrap().messages()[&5].clone());
        assert_eq!(account.expunge(inbox, &[5], false).unwrap(), [5]);
        assert!(account.read(&message, 0..9).unwrap_err().is_gone());
        let gone = |since| account.look(|s| s.mailbox(inbox).unwrap().vanished_since(since));
        assert_eq!(
            (gone(0), gone(before), gone(before + 1)),
            (vec![2, 5, 6], vec![2, 5, 6], vec![5])
        );
        assert_eq!(add(account, "INBOX", "new"), 7);
        let uids: Vec<_> = texts(account, "INBOX").into_iter().map(|(uid, _)| uid).collect();
        assert_eq!(uids, [1, 3, 4, 7]);
    });
}

#[test]
fn copies_and_moves_are_whole() {
    each(|account| {
        let (inbox, archive) = (find(account, "INBOX"), find(account, "Archive"));
        for text in ["one", "two", "three"] {
            add(account, "INBOX", text);
        }
        account.store(inbox, &[2], FlagChange::Add, &Flags::new(["\\Seen", "k"]), None).unwrap();
        let copied = account.copy(inbox, &[3, 2, 99], archive).unwrap();
        assert_eq!(copied.uids, [(Some(2), 1), (Some(3), 2)]);
        let moved = account.relocate(inbox, &[1, 2], archive).unwrap();
        assert_eq!(moved.uids, [(Some(1), 3), (Some(2), 4)]);
        let want = [(1, "two"), (2, "three"), (3, "one"), (4, "two")];
        assert_eq!(texts(account, "Archive"), want.map(|(uid, text)| (uid, text.into())));
        assert_eq!(flags(account, "Archive"), ["\\Seen k", "", "", "\\Seen k"]);
        assert_eq!(texts(account, "INBOX"), [(3, "three".into())]);
        account.look(|state| {
            let messages = state.mailbox(archive).unwrap().messages();
            assert_eq!(messages[&1].facts.email_id, messages[&4].facts.email_id);
            assert_ne!(messages[&1].facts.email_id, messages[&2].facts.email_id);
            assert_eq!(state.mailbox(inbox).unwrap().vanished_since(0), [1, 2]);
        });
        // Within a mailbox: a new UID, and nothing lost.
        let moved = account.relocate(archive, &[1], archive).unwrap();
        assert_eq!(moved.uids, [(Some(1), 5)]);
        assert_eq!(account.copy(archive, &[5], archive).unwrap().uids, [(Some(5), 6)]);
        account.expunge(archive, &[5], false).unwrap();
        let want = [(2, "three"), (3, "one"), (4, "two"), (6, "two")];
        assert_eq!(texts(account, "Archive"), want.map(|(uid, text)| (uid, text.into())));
    });
}

#[test]
fn a_message_can_be_replaced() {
    each(|account| {
        let drafts = find(account, "Drafts");
        add(account, "Drafts", "first");
        let arrival = Arrival::new(seal(account, "second"));
        let copied = account.replace((drafts, 1), drafts, arrival.clone()).unwrap();
        assert_eq!(copied.uids, [(None, 2)]);
        assert_eq!(texts(account, "Drafts"), [(2, "second".into())]);
        let error = account.replace((drafts, 1), drafts, Arrival::new(seal(account, "x")));
        assert!(matches!(error, Err(MailError::NoSuchMessage)));
        assert_eq!(texts(account, "Drafts").len(), 1);
        let sent = find(account, "Sent");
        account.replace((drafts, 2), sent, Arrival::new(seal(account, "third"))).unwrap();
        assert_eq!((texts(account, "Drafts").len(), texts(account, "Sent").len()), (0, 1));
    });
}

#[test]
fn recent_messages_are_for_one_session() {
    each(|account| {
        let inbox = find(account, "INBOX");
        add(account, "INBOX", "one");
        assert_eq!(account.look(|state| state.mailbox(inbox).unwrap().recent()), 1);
        assert_eq!(account.claim_recent(inbox).unwrap(), 1);
        assert_eq!(account.claim_recent(inbox).unwrap(), 2);
        add(account, "INBOX", "two");
        assert_eq!(account.look(|state| state.mailbox(inbox).unwrap().recent()), 1);
        assert_eq!(account.claim_recent(inbox).unwrap(), 2);
    });
}

#[test]
fn nothing_comes_of_a_draft_that_is_dropped() {
    each(|account| {
        account.draft().unwrap().write_all(b"half").unwrap();
        drop(seal(account, "whole, and not wanted"));
        assert_eq!(all(account).len(), 0);
    });
}

#[test]
fn long_histories_are_cut_and_nothing_wrong_is_said() {
    let account = Account::open("test", Box::new(Memory::default())).unwrap();
    let inbox = find(&account, "INBOX");
    for round in 0..5 {
        let arrivals = (0..10_001).map(|_| Arrival::new(seal(&account, ""))).collect();
        let uids: Vec<_> =
            account.append(inbox, arrivals).unwrap().uids.iter().map(|(_, uid)| *uid).collect();
        account.expunge(inbox, &uids[1..], false).unwrap();
        let gone = account.look(|state| state.mailbox(inbox).unwrap().vanished_since(0));
        let kept: Vec<_> = (0..=round).map(|round| round * 10_001 + 1).collect();
        assert_eq!(gone.len(), (round as usize + 1) * 10_000, "all of them, known or not");
        assert!(kept.iter().all(|uid| gone.binary_search(uid).is_err()));
    }
}
