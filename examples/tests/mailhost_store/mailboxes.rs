//! Mailboxes, and what is said of them.
use examples::host::mail::{Arrival, MailError};

use crate::accounts::{Dir, add, dump, each, find, open, seal, texts};

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
