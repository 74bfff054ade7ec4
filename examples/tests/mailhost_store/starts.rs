//! What a host finds when it starts.
use std::fs;

use examples::host::{
    mail::{FlagChange, Flags},
    store::Tree,
};

use crate::accounts::{Dir, add, all, dump, find, open, text};

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
