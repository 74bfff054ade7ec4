//! The accounts of the mail host, with each store: the same must come of the same.
use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write,
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use examples::host::{
    mail::{
        Account, Arrival, Copied, FlagChange, Flags, Interest, MailError, MailboxId, Message, State,
    },
    store::{Memory, Sealed, Tree},
};

/// Runs a test with each store; then the account that is opened anew must be the same, with and without a
/// journal that was made shorter.
fn each(test: impl Fn(&Account)) {
    let account = Account::open("test", Box::new(Memory::default())).unwrap();
    test(&account);
    let dir = Dir::new();
    let account = open(&dir);
    test(&account);
    let want = dump(&account);
    drop(account);
    let account = open(&dir);
    assert_eq!(dump(&account), want, "opened anew");
    account.compact().unwrap();
    drop(account);
    assert_eq!(dump(&open(&dir)), want, "opened anew with a shorter journal");
}

fn open(dir: &Dir) -> Account {
    let tree = Tree::open(&dir.0).unwrap();
    let account = Account::open("test", Box::new(tree.account("test").unwrap())).unwrap();
    tree.tidy().unwrap();
    account
}

/// A folder that goes with the test.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Relaxed);
        let dir = env::temp_dir().join(format!("mailhost-store-{}-{number}", process::id()));
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything that can be seen of an account.
fn dump(account: &Account) -> String {
    let mut out = String::new();
    account.look(|state| {
        writeln!(out, "{} {:?}", state.modseq(), state.last_id()).unwrap();
        for (id, mailbox) in state.mailboxes() {
            writeln!(
                out,
                "{id:?} {} {:?} next {} modseq {} octets {} unseen {} deleted {} recent {} {:?} {:?}",
                mailbox.name, mailbox.special_use, mailbox.uid_next, mailbox.modseq,
                mailbox.octets, mailbox.unseen, mailbox.deleted, mailbox.recent(),
                mailbox.metadata, mailbox.rights,
            )
            .unwrap();
            writeln!(out, "  gone {:?}", mailbox.vanished_since(0)).unwrap();
            for message in mailbox.messages().values() {
                writeln!(out, "  {message:?}").unwrap();
            }
            let log: Vec<_> = mailbox.changed_since(0).map(|m| (m.modseq, m.uid)).collect();
            writeln!(out, "  log {log:?}").unwrap();
        }
        let subscribed: Vec<_> = state.subscribed().collect();
        writeln!(out, "{subscribed:?} {:?} {:?}", state.metadata(), state.quota()).unwrap();
    });
    for message in all(account) {
        writeln!(out, "{} {:?}", message.name, text(account, &message)).unwrap();
    }
    out
}

fn all(account: &Account) -> Vec<Message> {
    account.look(|state| {
        state.mailboxes().flat_map(|(_, mailbox)| mailbox.messages().values().cloned()).collect()
    })
}

fn text(account: &Account, message: &Message) -> String {
    let octets = account.read(message, 0..u64::MAX).unwrap();
    String::from_utf8(octets.to_vec()).unwrap()
}

fn seal(account: &Account, text: &str) -> Arc<Sealed> {
    let mut draft = account.draft().unwrap();
    draft.write_all(text.as_bytes()).unwrap();
    draft.seal().unwrap().into()
}

fn find(account: &Account, name: &str) -> MailboxId {
    account.look(|state| state.find(name)).unwrap()
}

fn add(account: &Account, mailbox: &str, text: &str) -> u32 {
    let arrival = Arrival::new(seal(account, text));
    account.append(find(account, mailbox), vec![arrival]).unwrap().uids[0].1
}

fn texts(account: &Account, mailbox: &str) -> Vec<(u32, String)> {
    let id = find(account, mailbox);
    let messages: Vec<_> =
        account.look(|state| state.mailbox(id).unwrap().messages().values().cloned().collect());
    messages.iter().map(|message| (message.uid, text(account, message))).collect()
}

fn flags(account: &Account, mailbox: &str) -> Vec<String> {
    let id = find(account, mailbox);
    let flags = |m: &Message| m.flags.to_string();
    account.look(|state| state.mailbox(id).unwrap().messages().values().map(flags).collect())
}

#[test]
fn a_new_account_has_its_mailboxes() {
    each(|account| {
        let names: Vec<_> = account.look(|state| {
            let name = |mailbox: &examples::host::mail::Mailbox| {
                (mailbox.name.to_string(), mailbox.special_use.clone().unwrap_or_default())
            };
            state.mailboxes().map(|(_, mailbox)| name(mailbox)).collect()
        });
        let want = [
            ("Archive", "\\Archive"),
            ("Drafts", "\\Drafts"),
            ("INBOX", ""),
            ("Junk", "\\Junk"),
            ("Sent", "\\Sent"),
            ("Trash", "\\Trash"),
        ];
        assert_eq!(names, want.map(|(name, special_use)| (name.into(), special_use.into())));
        assert_eq!(account.look(|state| state.subscribed().count()), 6);
        assert_eq!(find(account, "inbox"), find(account, "INBOX"));
    });
}

#[test]
fn what_a_new_account_has_can_be_deleted_for_good() {
    let dir = Dir::new();
    let account = open(&dir);
    account.delete("Junk").unwrap();
    account.subscribe("Junk", false).unwrap();
    account.rename("Trash", "Bin").unwrap();
    let want = dump(&account);
    drop(account);
    let account = open(&dir);
    assert_eq!(dump(&account), want);
    assert_eq!(account.look(|state| state.mailboxes().count()), 5);
}

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
fn mailboxes_come_and_go_and_change_their_names() {
    each(|account| {
        let id = account.create("a/b.c/Größe %", Some("\\Flagged")).unwrap();
        assert!(matches!(account.create("a/b.c", None), Err(MailError::AlreadyExists)));
        assert!(matches!(account.create("inbox", None), Err(MailError::AlreadyExists)));
        for bad in ["", "/", "a//b", "/a", "a\nb", &"x".repeat(300)] {
            assert!(matches!(account.create(bad, None), Err(MailError::Cannot(_))), "{bad:?}");
        }
        add(account, "a/b.c/Größe %", "text");
        account.rename("a", "z/y").unwrap();
        assert_eq!(find(account, "z/y/b.c/Größe %"), id);
        assert_eq!(account.look(|state| state.find("a")), None);
        assert_eq!(texts(account, "z/y/b.c/Größe %"), [(1, "text".into())]);
        let below: Vec<_> =
            account.look(|state| state.below("z").map(|(name, _)| name.to_owned()).collect());
        assert_eq!(below, ["z/y", "z/y/b.c", "z/y/b.c/Größe %"]);
        assert!(matches!(account.rename("z", "z/q"), Err(MailError::Cannot(_))));
        assert!(matches!(account.rename("z", "Sent"), Err(MailError::AlreadyExists)));
        assert!(matches!(account.rename("nothing", "n"), Err(MailError::NoSuchMailbox)));
        account.delete("z/y/b.c/Größe %").unwrap();
        assert!(matches!(account.delete("z/y/b.c/Größe %"), Err(MailError::NoSuchMailbox)));
        assert!(matches!(account.delete("Inbox"), Err(MailError::Cannot(_))));
        let again = account.create("z/y/b.c/Größe %", None).unwrap();
        assert!(again > id, "a UIDVALIDITY is never used again");
        assert_eq!(texts(account, "z/y/b.c/Größe %"), []);
        account.delete("z").unwrap();
        assert_eq!(account.look(|state| state.below("z").count()), 3, "those below stay");
    });
}

#[test]
fn of_the_inbox_the_messages_go() {
    each(|account| {
        add(account, "INBOX", "one");
        add(account, "INBOX", "two");
        account.create("INBOX/sub", None).unwrap();
        account.rename("inbox", "old/mail").unwrap();
        assert_eq!(texts(account, "INBOX"), []);
        assert_eq!(texts(account, "old/mail"), [(1, "one".into()), (2, "two".into())]);
        assert_eq!(add(account, "INBOX", "three"), 3);
        find(account, "INBOX/sub");
    });
}

#[test]
fn subscriptions_annotations_rights_and_limits_last() {
    each(|account| {
        account.subscribe("nowhere/yet", true).unwrap();
        account.subscribe("Trash", false).unwrap();
        let sent = find(account, "Sent");
        let entry = |name: &str, value: &[u8]| (name.to_owned(), Some(value.to_vec()));
        account.annotate(None, &[entry("/shared/comment", b"caf\xe9\0")]).unwrap();
        account
            .annotate(Some(sent), &[entry("/private/comment", b"x"), entry("/private/y", b"")])
            .unwrap();
        account.annotate(Some(sent), &[("/private/comment".into(), None)]).unwrap();
        account.allow(sent, "fred", Some("lrs")).unwrap();
        account.allow(sent, "anyone", Some("l")).unwrap();
        account.allow(sent, "anyone", None).unwrap();
        account
            .limit(&[("MESSAGE", Some(2)), ("STORAGE", Some(10)), ("MAILBOX", Some(8))])
            .unwrap();
        account.limit(&[("MAILBOX", None)]).unwrap();
        account.look(|state| {
            assert_eq!(state.metadata()["/shared/comment"], b"caf\xe9\0");
            let mailbox = state.mailbox(sent).unwrap();
            assert_eq!(mailbox.metadata.keys().collect::<Vec<_>>(), ["/private/y"]);
            assert_eq!(mailbox.rights.get("fred").unwrap(), "lrs");
            assert_eq!(mailbox.rights.len(), 1);
            assert_eq!(state.quota().len(), 2);
            assert!(state.changed().metadata > 0 && state.changed().subscriptions > 0);
        });
        let inbox = find(account, "INBOX");
        let two = vec![Arrival::new(seal(account, "a")), Arrival::new(seal(account, "b"))];
        assert!(account.append(inbox, two.clone()).is_ok());
        assert!(matches!(account.append(inbox, two), Err(MailError::OverQuota)));
        assert!(matches!(account.copy(inbox, &[1], sent), Err(MailError::OverQuota)));
        assert_eq!(texts(account, "INBOX").len(), 2);
        account.expunge(inbox, &[1], false).unwrap();
        let large = Arrival::new(seal(account, &"x".repeat(10_000)));
        assert!(matches!(account.append(inbox, vec![large]), Err(MailError::OverQuota)));
        assert!(account.relocate(inbox, &[2], sent).is_ok(), "to move takes no more room");
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
fn who_watches_is_woken() {
    each(|account| {
        let (inbox, sent) = (find(account, "INBOX"), find(account, "Sent"));
        let (one, other, none) = (account.watch(), account.watch(), account.watch());
        one.set(Interest::Mailbox(inbox));
        other.set(Interest::Everything);
        let fired = || {
            let mut context = Context::from_waker(Waker::noop());
            [&one, &other, &none].map(|watch| watch.poll(&mut context) == Poll::Ready(()))
        };
        assert_eq!(fired(), [false; 3]);
        add(account, "INBOX", "text");
        assert_eq!(fired(), [true, true, false]);
        assert_eq!(fired(), [false; 3], "once");
        account.relocate(inbox, &[1], sent).unwrap();
        assert_eq!(fired(), [true, true, false]);
        account.expunge(sent, &[1], false).unwrap();
        assert_eq!(fired(), [false, true, false]);
        account.expunge(sent, &[1], false).unwrap();
        assert_eq!(fired(), [false; 3], "nothing happened");
        account.subscribe("x", true).unwrap();
        assert_eq!(fired(), [false, true, false]);
    });
}

#[test]
fn many_at_once_lose_nothing() {
    each(|account| {
        let inbox = find(account, "INBOX");
        thread::scope(|scope| {
            for session in 0..8 {
                scope.spawn(move || {
                    for n in 0..20 {
                        let uid = add(account, "INBOX", &format!("{session}-{n}"));
                        if n % 2 == 1 {
                            account.expunge(inbox, &[uid], false).unwrap();
                        }
                    }
                });
            }
        });
        let mut got: Vec<_> = texts(account, "INBOX").into_iter().map(|(_, text)| text).collect();
        got.sort();
        let mut want: Vec<_> =
            (0..8).flat_map(|s| (0..20).step_by(2).map(move |n| format!("{s}-{n}"))).collect();
        want.sort();
        assert_eq!(got, want);
        account.look(|state| {
            let mailbox = state.mailbox(inbox).unwrap();
            assert_eq!((mailbox.uid_next, mailbox.vanished_since(0).len()), (161, 80));
        });
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

/// A Maildir of another program becomes an account, and what other programs do to it is taken over.
#[test]
fn what_other_programs_do_is_taken_over() {
    let dir = Dir::new();
    let maildir = dir.0.join("test");
    for folder in ["", ".Lists.rust-users", ".Empty"] {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(folder).join(part)).unwrap();
        }
    }
    let put = |path: &str, text: &str| fs::write(maildir.join(path), text).unwrap();
    put("new/1000000000.1.host", "new\n");
    put("cur/1000000001.2.host,S=4:2,SF", "old\n");
    put("cur/1000000002.3.host:2,", "third\n");
    put("new/1000000004.5.host,U=3:2,FA", "with flags\n");
    put("cur/1000000005.6.host", "without\n");
    put("cur/.hidden", "no message");
    fs::create_dir(maildir.join("new/folder")).unwrap();
    put(".Lists.rust-users/cur/1000000003.4.host:2,TSa", "list\n");
    let account = open(&dir);
    let want = [(1, "new\n"), (2, "old\n"), (3, "third\n"), (4, "with flags\n"), (5, "without\n")];
    assert_eq!(texts(&account, "INBOX"), want.map(|(uid, text)| (uid, text.into())));
    assert_eq!(flags(&account, "INBOX"), ["", "\\Flagged \\Seen", "", "\\Flagged", ""]);
    assert_eq!(texts(&account, "Lists/rust-users"), [(1, "list\n".into())]);
    assert_eq!(flags(&account, "Lists/rust-users"), ["\\Deleted \\Seen"]);
    find(&account, "Empty");
    let received = account.look(|s| {
        let inbox = s.find("INBOX").unwrap();
        s.mailbox(inbox).unwrap().messages()[&2].facts.received
    });
    assert_eq!(received, 1_000_000_001);
    let inbox = find(&account, "INBOX");
    account.store(inbox, &[1], FlagChange::Add, &Flags::new(["\\Answered"]), None).unwrap();
    assert!(maildir.join("cur/1000000000.1.host:2,R").exists(), "others see the flags too");
    drop(account);

    fs::remove_file(maildir.join("cur/1000000000.1.host:2,R")).unwrap();
    put("new/1000000009.9.host", "late\n");
    let account = open(&dir);
    let want = [(2, "old\n"), (3, "third\n"), (4, "with flags\n"), (5, "without\n"), (6, "late\n")];
    assert_eq!(texts(&account, "INBOX"), want.map(|(uid, text)| (uid, text.into())));
    assert_eq!(account.look(|s| s.mailbox(inbox).unwrap().vanished_since(0)), [1]);
    let want = dump(&account);
    drop(account);
    assert_eq!(dump(&open(&dir)), want);
}

/// Looks what other programs did until it is as it should be.
fn until(account: &Account, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "{}", dump(account));
        thread::sleep(Duration::from_millis(5));
        account.refresh().unwrap();
    }
}

#[test]
fn what_other_programs_do_meanwhile_is_taken_over() {
    let dir = Dir::new();
    let account = open(&dir);
    let maildir = dir.0.join("test");
    let inbox = find(&account, "INBOX");
    for text in ["one", "two", "three"] {
        add(&account, "INBOX", text);
    }
    account.store(inbox, &[2], FlagChange::Add, &Flags::new(["$Work"]), None).unwrap();
    let names: Vec<_> = all(&account).into_iter().map(|message| message.name).collect();
    let file = |at: usize, place: &str, flags: &str| {
        maildir.join(place).join(format!("{}{flags}", names[at]))
    };
    account.refresh().unwrap();
    let before = account.look(State::modseq);

    // One that reads: it moves to `cur`, sets flags, and deletes.
    fs::rename(file(0, "new", ""), file(0, "cur", ":2,")).unwrap();
    fs::rename(file(1, "new", ""), file(1, "cur", ":2,SF")).unwrap();
    fs::remove_file(file(2, "new", "")).unwrap();
    // One that delivers, and makes a folder.
    fs::write(maildir.join("new/1000000000.1.host"), "late\n").unwrap();
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(maildir.join(".Entw&APw-rfe").join(part)).unwrap();
    }
    fs::write(maildir.join(".Entw&APw-rfe/cur/1000000001.1.host:2,D"), "draft\n").unwrap();
    let is_told = || account.look(|state| state.find("Entwürfe").is_some());
    until(&account, || is_told() && texts(&account, "Entwürfe").len() == 1);
    let want = [(1, "one"), (2, "two"), (4, "late\n")].map(|(uid, text)| (uid, text.into()));
    assert_eq!(texts(&account, "INBOX"), want);
    assert_eq!(flags(&account, "INBOX"), ["", "\\Flagged \\Seen $Work", ""]);
    assert_eq!(flags(&account, "Entwürfe"), ["\\Draft"]);
    let (gone, changed) = account.look(|state| {
        let inbox = state.mailbox(inbox).unwrap();
        let changed: Vec<_> = inbox.changed_since(before).map(|message| message.uid).collect();
        (inbox.vanished_since(before), changed)
    });
    assert_eq!((gone, changed), (vec![3], vec![2, 4]), "sessions can see it");

    // What has another name since the last look can be read, copied, flagged and expunged all the same.
    fs::rename(file(0, "cur", ":2,"), file(0, "cur", ":2,S")).unwrap();
    fs::rename(file(1, "cur", ":2,FS"), file(1, "cur", ":2,R")).unwrap();
    assert_eq!(texts(&account, "INBOX"), want);
    account.copy(inbox, &[2], find(&account, "Archive")).unwrap();
    account.store(inbox, &[1], FlagChange::Add, &Flags::new(["\\Answered"]), None).unwrap();
    assert!(file(0, "cur", ":2,R").exists() && !file(0, "cur", ":2,S").exists());
    let expunged = file(1, "cur", ":2,R");
    account.expunge(inbox, &[2], false).unwrap();
    assert!(!expunged.exists());

    // One that moves between folders.
    let late = maildir.join("new/1000000000.1.host");
    fs::rename(late, maildir.join(".Entw&APw-rfe/new/1000000000.1.host")).unwrap();
    until(&account, || texts(&account, "Entwürfe").len() == 2);
    assert_eq!(texts(&account, "INBOX"), want[..1]);
    assert_eq!(texts(&account, "Archive"), [(1, "two".into())]);
    let want = dump(&account);
    for _ in 0..3 {
        thread::sleep(Duration::from_millis(60));
        account.refresh().unwrap();
    }
    assert_eq!(dump(&account), want, "there is no more news");
    drop(account);
    assert_eq!(dump(&open(&dir)), want);
}

/// What the host does itself is no news, however often it looks meanwhile.
#[test]
fn what_the_host_does_is_not_taken_for_somebody_elses() {
    let dir = Dir::new();
    let account = open(&dir);
    let (inbox, sent) = (find(&account, "INBOX"), find(&account, "Sent"));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Relaxed) {
                account.refresh().unwrap();
            }
        });
        for round in 0..40 {
            let uid = add(&account, "INBOX", &format!("text {round}"));
            account
                .store(inbox, &[uid], FlagChange::Add, &Flags::new(["\\Flagged"]), None)
                .unwrap();
            match round % 4 {
                0 => drop(account.expunge(inbox, &[uid], false).unwrap()),
                1 => drop(account.relocate(inbox, &[uid], sent).unwrap()),
                2 => {
                    account.create("a", None).unwrap();
                    account.copy(inbox, &[uid], find(&account, "a")).unwrap();
                    account.rename("a", "b").unwrap();
                    account.delete("b").unwrap();
                }
                _ => {}
            }
        }
        done.store(true, Relaxed);
    });
    assert_eq!((texts(&account, "INBOX").len(), texts(&account, "Sent").len()), (20, 10));
    let flagged = flags(&account, "INBOX").iter().all(|flags| flags == "\\Flagged");
    assert!(flagged && account.look(|state| state.mailboxes().count()) == 6);
    account.look(|state| assert_eq!(state.mailbox(inbox).unwrap().uid_next, 41));
}

#[test]
fn names_that_no_folder_can_have_are_refused() {
    each(|account| {
        for name in ["x".repeat(300), "ü".repeat(100), "ü.".repeat(40)] {
            assert!(matches!(account.create(&name, None), Err(MailError::Cannot(_))), "{name}");
        }
        let below = format!("a/{}", "b".repeat(150));
        account.create(&below, None).unwrap();
        assert!(matches!(account.rename("a", &"c".repeat(150)), Err(MailError::Cannot(_))));
        find(account, &below);
        account.rename("a", "Entwürfe.alt").unwrap();
        find(account, &below.replacen('a', "Entwürfe.alt", 1));
    });
}

#[test]
fn one_host_at_a_time() {
    let dir = Dir::new();
    let tree = Tree::open(&dir.0).unwrap();
    assert!(Tree::open(&dir.0).is_err());
    drop(tree);
    assert!(Tree::open(&dir.0).is_ok());
}

/// The journal says what has happened; the files may still be as they were when the host was killed.
#[test]
fn what_was_left_undone_is_done_at_the_next_start() {
    let dir = Dir::new();
    let maildir = dir.0.join("test");
    let account = open(&dir);
    for text in ["kept", "expunged", "moved", "flagged"] {
        add(&account, "INBOX", text);
    }
    let [kept, expunged, moved, flagged] = ["kept", "expunged", "moved", "flagged"].map(|wanted| {
        let mut all = all(&account).into_iter();
        all.find(|message| text(&account, message) == wanted).unwrap().name.to_string()
    });
    account.create("old/sub", None).unwrap();
    account.create("doomed", None).unwrap();
    add(&account, "old/sub", "renamed");
    add(&account, "doomed", "deleted");
    let before = Dir::new();
    copy_all(&maildir, &before.0);
    let inbox = find(&account, "INBOX");
    account.expunge(inbox, &[2], false).unwrap();
    account.relocate(inbox, &[3], find(&account, "Archive")).unwrap();
    account.store(inbox, &[4], FlagChange::Add, &Flags::new(["\\Flagged"]), None).unwrap();
    account.rename("old", "new").unwrap();
    account.delete("doomed").unwrap();
    let want = dump(&account);
    drop(account);

    // All files as they were before, but for the journal; and one text still a draft.
    let journal = fs::read(maildir.join("mailwire-journal")).unwrap();
    fs::remove_dir_all(&maildir).unwrap();
    copy_all(&before.0, &maildir);
    fs::write(maildir.join("mailwire-journal"), journal).unwrap();
    fs::rename(maildir.join("new").join(&kept), dir.0.join(".drafts").join(&kept)).unwrap();
    fs::write(dir.0.join(".drafts/unfinished"), "half").unwrap();
    assert!(maildir.join("new").join(&expunged).exists(), "the test undoes something");

    let account = open(&dir);
    assert_eq!(dump(&account), want);
    assert!(maildir.join("new").join(&kept).exists());
    assert!(!maildir.join("new").join(&expunged).exists());
    assert!(maildir.join(".Archive/new").join(&moved).exists());
    assert!(maildir.join("cur").join(format!("{flagged}:2,F")).exists());
    assert!(!maildir.join(".doomed").exists() && !maildir.join(".old.sub").exists());
    assert_eq!(fs::read_dir(dir.0.join(".drafts")).unwrap().count(), 0);
    drop(account);
    assert_eq!(dump(&open(&dir)), want, "and once more");
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
