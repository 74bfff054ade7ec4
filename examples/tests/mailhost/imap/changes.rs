//! Several sessions on one mailbox.
use super::Talk;

const ONE: &str = "Subject: one\r\n\r\n1\r\n";
const TWO: &str = "Subject: two\r\n\r\n2\r\n";
const THREE: &str = "Subject: three\r\n\r\n3\r\n";

fn three() -> Talk {
    let talk = Talk::new(&[]);
    for text in [ONE, TWO, THREE] {
        talk.deliver("INBOX", text);
    }
    talk
}

#[test]
fn flags_are_seen_by_others() {
    let mut talk = three();
    talk.go(r"a> SELECT INBOX
          a< …
          b> SELECT INBOX
          b< …
          a> STORE 1:2 +FLAGS.SILENT (\Flagged $Work)
          a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
          a< OK STORE completed
          b> NOOP
          b< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
          b< * 1 FETCH (UID 1 FLAGS (\Flagged $Work))
          b< * 2 FETCH (UID 2 FLAGS (\Flagged $Work))
          b< OK NOOP completed
          b> STORE 2 -FLAGS ($work)
          b< * 2 FETCH (FLAGS (\Flagged))
          b< OK STORE completed
          a> FETCH 2 FLAGS
          a< * 2 FETCH (FLAGS (\Flagged \Recent))
          a< OK FETCH completed
          a> NOOP
          a< OK NOOP completed
          a> STORE 3 FLAGS (\Seen \Recent)
          a< BAD …
          a> STORE 3 FLAGS (\Seen \Strange)
          a< * 3 FETCH (FLAGS (\Seen \Recent))
          a< OK STORE completed
          b> CHECK
          b< * 3 FETCH (UID 3 FLAGS (\Seen))
          b< OK CHECK completed");
}

#[test]
fn messages_that_come_and_go() {
    let mut talk = three();
    talk.go(r"a> SELECT INBOX
          a< …
          b> EXAMINE INBOX
          b< …
          a> STORE 1 +FLAGS (\Deleted)
          a< * 1 FETCH (FLAGS (\Deleted \Recent))
          a< OK …
          a> EXPUNGE
          a< * 1 EXPUNGE
          a< OK …
          b> FETCH 1:3 (UID BODY.PEEK[TEXT])
          b< * 2 FETCH (UID 2 BODY[TEXT] {3}\n2\n)
          b< * 3 FETCH (UID 3 BODY[TEXT] {3}\n3\n)
          b< OK [EXPUNGEISSUED] FETCH completed
          b> SEARCH ALL
          b< * SEARCH 2 3
          b< OK [EXPUNGEISSUED] SEARCH completed
          b> COPY 1:2 Archive
          b< NO [EXPUNGEISSUED] …
          b> UID FETCH 1:* UID
          b< * 2 FETCH (UID 2)
          b< * 3 FETCH (UID 3)
          b< * 1 EXPUNGE
          b< OK UID FETCH completed");
    talk.deliver("INBOX", ONE);
    talk.go(r"b> NOOP
          b< * 3 EXISTS
          b< * 0 RECENT
          b< OK NOOP completed
          a> MOVE 1 Trash
          a< * OK [COPYUID … 2 1] Moved
          a< * 1 EXPUNGE
          a< * 2 EXISTS
          a< * 2 RECENT
          a< OK MOVE completed
          b> NOOP
          b< * 1 EXPUNGE
          b< OK NOOP completed
          a> UID EXPUNGE 3
          a< OK UID EXPUNGE completed
          a> STORE 1:2 +FLAGS.SILENT (\Deleted)
          a< OK …
          a> UID EXPUNGE 4:*
          a< * 2 EXPUNGE
          a< OK …
          a> CLOSE
          a< OK …
          b> NOOP
          b< * 2 EXPUNGE
          b< * 1 EXPUNGE
          b< OK …");
}

#[test]
fn idle_hears_at_once() {
    let mut talk = three();
    talk.go(r"a> SELECT INBOX
          a< …
          a> IDLE
          a< + Idling
          b> SELECT INBOX
          b< …
          b> STORE 2 +FLAGS (\Deleted)
          b< …
          a< * 2 FETCH (UID 2 FLAGS (\Deleted \Recent))
          b> EXPUNGE
          b< …
          a< * 2 EXPUNGE");
    talk.deliver("INBOX", ONE);
    talk.go(r"a< * 3 EXISTS
          a< * 3 RECENT
          a> DONE
          a< OK IDLE completed
          b> NOOP
          b< * 3 EXISTS
          b< * 0 RECENT
          b< OK NOOP completed");
    // In IDLE without a mailbox there is nothing to be told, and it does no harm.
    talk.go("c> IDLE\nc< + Idling\nc> DONE\nc< OK IDLE completed");
}

#[test]
fn a_mailbox_that_is_deleted_takes_its_sessions_with_it() {
    let mut talk = three();
    talk.deliver("Archive", ONE);
    let account = talk.host.mail.account("test").unwrap().clone();
    talk.go("a> SELECT Archive\na< …\na> IDLE\na< + Idling\nb> SELECT Archive\nb< …");
    account.delete("Archive").unwrap();
    talk.go(r"a< * BYE The mailbox that is selected was deleted
          a< closed
          b> NOOP
          b< * BYE The mailbox that is selected was deleted
          b< closed");
}

#[test]
fn another_name_does_no_harm() {
    let mut talk = three();
    talk.deliver("Archive", ONE);
    let account = talk.host.mail.account("test").unwrap().clone();
    talk.go("a> SELECT Archive\na< …");
    account.rename("Archive", "Old").unwrap();
    talk.deliver("Old", TWO);
    talk.go(r"a> NOOP
          a< * 2 EXISTS
          a< * 2 RECENT
          a< OK NOOP completed");
}

/// Who deletes the mailbox that is selected has none selected then; whoever else has it must go.
#[test]
fn the_selected_mailbox_can_be_deleted() {
    let mut talk = Talk::new(&[]);
    talk.go(r"a> CREATE x
          a< OK …
          a> SELECT x
          a< …
          b> SELECT x
          b< …
          a> DELETE X
          a< NO [NONEXISTENT] …
          a> DELETE x
          a< * OK [CLOSED] …
          a< OK DELETE completed
          a> NOOP
          a< OK NOOP completed
          a> FETCH 1 FLAGS
          a< BAD …
          a> SELECT INBOX
          a< …
          b> NOOP
          b< * BYE …
          b< closed");
}

/// Another program puts a message into the Maildir, marks it as seen, and takes it away.
#[test]
fn what_other_programs_do_is_told() {
    let dir = std::env::temp_dir().join(format!("mailhost-others-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let mut talk = Talk::new(&["--maildir", dir.to_str().unwrap()]);
    let inbox = dir.join("test");
    let pause = || std::thread::sleep(std::time::Duration::from_millis(20));
    talk.go("a> SELECT INBOX\na< …");
    pause();
    std::fs::write(inbox.join("new/1000000000.1.host"), ONE).unwrap();
    talk.go(r#"a> NOOP
          a< * 1 EXISTS
          a< * 1 RECENT
          a< OK NOOP completed
          a> FETCH 1 (INTERNALDATE BODY.PEEK[TEXT])
          a< * 1 FETCH (INTERNALDATE " 9-Sep-2001 01:46:40 +0000" BODY[TEXT] {3}\n1\n)
          a< OK …"#);
    pause();
    std::fs::rename(inbox.join("new/1000000000.1.host"), inbox.join("cur/1000000000.1.host:2,S"))
        .unwrap();
    talk.go(r"a> STATUS INBOX (UNSEEN)
          a< * 1 FETCH (UID 1 FLAGS (\Seen \Recent))
          a< * STATUS INBOX (UNSEEN 0)
          a< OK …");
    pause();
    std::fs::remove_file(inbox.join("cur/1000000000.1.host:2,S")).unwrap();
    talk.go(r"a> NOOP
          a< * 1 EXPUNGE
          a< OK NOOP completed");
    drop(talk);
    std::fs::remove_dir_all(dir).unwrap();
}
