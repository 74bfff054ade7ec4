//! CONDSTORE and QRESYNC.
use super::Talk;

const LETTER: &str = "Subject: hi\r\n\r\nx\r\n";

#[test]
fn a_client_that_was_away() {
    let mut talk = Talk::new(&[]);
    for _ in 0..6 {
        talk.deliver("INBOX", LETTER);
    }
    let valid = talk.uid_validity("INBOX");
    let account = talk.host.mail.account("test").unwrap().clone();
    let modseq =
        || account.look(|state| state.mailbox(state.find("INBOX").unwrap()).unwrap().modseq);
    let before = modseq();
    talk.go(r"b> SELECT INBOX
          b< …
          b> STORE 2,4 +FLAGS.SILENT (\Deleted)
          b< OK …
          b> EXPUNGE
          b< …
          b> STORE 1 +FLAGS.SILENT (\Answered)
          b< OK …");
    let now = modseq();
    talk.go(&format!(
        r"a> SELECT INBOX (QRESYNC ({valid} {before}))
          a< BAD …
          a> ENABLE QRESYNC
          a< * ENABLED QRESYNC
          a< OK …
          a> SELECT INBOX (QRESYNC ({valid} {before}))
          a< * FLAGS …
          a< * OK [PERMANENTFLAGS …
          a< * 4 EXISTS
          a< * 0 RECENT
          a< * OK [UNSEEN 1] …
          a< * OK [UIDVALIDITY {valid}] …
          a< * OK [UIDNEXT 7] …
          a< * OK [HIGHESTMODSEQ {now}] …
          a< * OK [MAILBOXID …
          a< * VANISHED (EARLIER) 2,4
          a< * 1 FETCH (UID 1 FLAGS (\Answered) MODSEQ ({now}))
          a< OK [READ-WRITE] …
          a> SELECT INBOX (QRESYNC ({valid} {before} 2:3))
          a< …
          a> UNSELECT
          a< OK …
          a> SELECT INBOX (QRESYNC (1 {before}))
          a< …
          a> UID FETCH 1:5 (FLAGS) (CHANGEDSINCE {before} VANISHED)
          a< * VANISHED (EARLIER) 2,4
          a< * 1 FETCH (UID 1 FLAGS (\Answered) MODSEQ ({now}))
          a< OK …
          a> FETCH 1:* UID (CHANGEDSINCE {now})
          a< OK …"
    ));
    // Others see it as it happens, by UID.
    talk.go(r"b> STORE 1 +FLAGS.SILENT (\Deleted)
          b< OK …
          b> EXPUNGE
          b< * 1 EXPUNGE
          b< OK …");
    talk.go(r"a> NOOP
          a< * VANISHED 1
          a< OK …");
    talk.go(r"a> UID STORE 3 +FLAGS.SILENT (\Deleted)
          a< * 1 FETCH (UID 3 MODSEQ (…))
          a< OK …
          a> UID EXPUNGE 3
          a< * VANISHED 3
          a< OK [HIGHESTMODSEQ …] …");
}

#[test]
fn conditional_stores() {
    let mut talk = Talk::new(&[]);
    for _ in 0..3 {
        talk.deliver("INBOX", LETTER);
    }
    let account = talk.host.mail.account("test").unwrap().clone();
    let modseq =
        || account.look(|state| state.mailbox(state.find("INBOX").unwrap()).unwrap().modseq);
    let before = modseq();
    talk.go(r"b> SELECT INBOX (CONDSTORE)
          b< …
          b> STORE 2 +FLAGS.SILENT (\Seen)
          b< * 2 FETCH (UID 2 MODSEQ (…))
          b< OK …");
    let (changed, next) = (modseq(), modseq() + 1);
    talk.go(&format!(
        r"a> SELECT INBOX
          a< …
          a> STORE 1:3 (UNCHANGEDSINCE {before}) +FLAGS (\Flagged)
          a< * OK [HIGHESTMODSEQ {changed}] …
          a< * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ ({next}))
          a< * 3 FETCH (UID 3 FLAGS (\Flagged) MODSEQ ({next}))
          a< OK [MODIFIED 2] …
          a> UID SEARCH MODSEQ {next}
          a< * SEARCH 1 3 (MODSEQ {next})
          a< OK …
          a> UID SEARCH RETURN (COUNT) MODSEQ {changed}
          a< * ESEARCH (TAG …) UID COUNT 3 MODSEQ {next}
          a< OK …
          b> NOOP
          b< * 1 FETCH (UID 1 FLAGS (\Flagged …) MODSEQ ({next}))
          b< * 3 FETCH (UID 3 FLAGS (\Flagged …) MODSEQ ({next}))
          b< OK …"
    ));
}
