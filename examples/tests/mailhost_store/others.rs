//! Other programs in the same Maildir.
use std::{
    fs::{self, File},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use examples::host::mail::{Account, FlagChange, Flags, State};

use crate::accounts::{Dir, add, all, dump, find, flags, open, texts};

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
    let end = Instant::now() + Duration::from_secs(60);
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

/// Where the times of folders are whole seconds, two changes in one of them look like one.
#[test]
fn a_file_system_that_knows_only_seconds_hides_nothing() {
    loop {
        let dir = Dir::new();
        let account = open(&dir);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let second = UNIX_EPOCH + Duration::from_secs(since.as_secs());
        let set_time = || {
            for part in ["test/new", "test/cur"] {
                File::open(dir.0.join(part)).unwrap().set_modified(second).unwrap();
            }
        };
        // Long ago, for finer clocks.
        thread::sleep(Duration::from_millis(150));
        set_time();
        account.refresh().unwrap();
        if second.elapsed().is_ok_and(|age| age > Duration::from_millis(1_900)) {
            continue; // that took too long to be within it
        }
        fs::write(dir.0.join("test/new/1000000000.1.host"), "late\n").unwrap();
        set_time();
        until(&account, || texts(&account, "INBOX").len() == 1);
        return;
    }
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
