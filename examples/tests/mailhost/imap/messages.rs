//! What FETCH says.
use super::Talk;

const LETTER: &str = "From: Ann <ann@a.example>\r\nSubject: parts\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8K\r\n\
    --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninside\r\n\
    --b\r\nContent-Transfer-Encoding: x-odd\r\n\r\n?\r\n--b--\r\n";

#[test]
fn items() {
    let mut talk = Talk::new(&[]);
    talk.deliver("INBOX", LETTER);
    talk.go(
        r#"a> SELECT INBOX
          a< …
          a> FETCH 1 FAST
          a< * 1 FETCH (FLAGS (\Recent) INTERNALDATE "… +0000" RFC822.SIZE 333)
          a< OK …
          a> FETCH 1 ENVELOPE
          a< * 1 FETCH (ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800" "parts" (("Ann" NIL "ann" "a.example")) …))
          a< OK …
          a> FETCH 1 BODY
          a< * 1 FETCH (BODY (("TEXT" "PLAIN" ("charset" "utf-8") NIL NIL "base64" 8 0)("MESSAGE" "RFC822" NIL NIL NIL "7bit" 24 (NIL "inner" NIL …) "MIXED"))
          a< OK …
          a> FETCH 1 (BODY.PEEK[HEADER.FIELDS (subject)] BODY.PEEK[2.HEADER] BODY.PEEK[2.TEXT]<2.3> BODY.PEEK[9] BODY.PEEK[1.MIME])
          a< * 1 FETCH (BODY[HEADER.FIELDS (subject)] {18}\nSubject: parts\n\n BODY[2.HEADER] {18}\nSubject: inner\n\n BODY[2.TEXT]<2> {3}\nsid BODY[9] NIL BODY[1.MIME] …)
          a< OK …
          a> FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1] BINARY.PEEK[1]<1.3>)
          a< * 1 FETCH (BINARY[1] {7}\nHello\n BINARY.SIZE[1] 7 BINARY[1]<1> {3}\nell)
          a< OK …
          a> FETCH 1 BINARY.PEEK[3]
          a< NO [UNKNOWN-CTE] …
          a> FETCH 1 (PREVIEW EMAILID THREADID SAVEDATE)
          a< * 1 FETCH (PREVIEW "Hello" EMAILID (M…) THREADID (T…) SAVEDATE "…")
          a< OK …
          a> FETCH 1 (PREVIEW (LAZY))
          a< * 1 FETCH (PREVIEW "Hello")
          a< OK …
          a> FETCH 1 (X-THING)
          a< BAD …
          a> FETCH 2 FLAGS
          a< BAD …
          a> UID FETCH 2 FLAGS
          a< OK …"#,
    );
}

/// A thread is called after the message that it began with, in every mailbox, whether that is there or not.
#[test]
fn messages_of_a_thread_say_so() {
    let mut talk = Talk::new(&[]);
    talk.deliver("INBOX", "Message-ID: <1@x>\r\n\r\n");
    talk.deliver("INBOX", "Message-ID: <2@x>\r\nReferences: <1@x>\r\n\r\n");
    talk.deliver("INBOX", "Message-ID: <3@x>\r\n\r\n");
    talk.deliver(
        "Sent",
        "Message-ID: <4@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <1@x>\r\n <2@x>\r\n\r\n",
    );
    talk.go(r"a> SELECT INBOX
          a< …
          a> FETCH 1:3 THREADID
          a< * 1 FETCH (THREADID (%))
          a< * 2 FETCH (THREADID (%))
          a< * 3 FETCH (THREADID (T…))
          a< OK …
          a> SEARCH THREADID %
          a< * SEARCH 1 2
          a< OK …
          a> SEARCH NOT THREADID %
          a< * SEARCH 3
          a< OK …
          a> SELECT Sent
          a< …
          a> FETCH 1 THREADID
          a< * 1 FETCH (THREADID (%))
          a< OK …"
        .replace('%', "T573a9c468b3a3ac17d1f7d79")
        .as_str());
}

#[test]
fn bodies_are_seen() {
    let mut talk = Talk::new(&[]);
    talk.deliver("INBOX", LETTER);
    talk.deliver("INBOX", LETTER);
    talk.go(r"a> EXAMINE INBOX
          a< …
          a> FETCH 1 BODY[TEXT]<0.3>
          a< * 1 FETCH (BODY[TEXT]<0> {3}\n--b)
          a< OK …
          a> SELECT INBOX
          a< …
          b> SELECT INBOX
          b< …
          a> FETCH 1 (BODY[TEXT]<0.3> RFC822.HEADER)
          a< * 1 FETCH (FLAGS (\Seen \Recent) BODY[TEXT]<0> {3}\n--b RFC822.HEADER …)
          a< OK …
          a> FETCH 1:2 (FLAGS RFC822.TEXT)
          a< * 1 FETCH (FLAGS (\Seen \Recent) RFC822.TEXT …)
          a< * 2 FETCH (FLAGS (\Seen \Recent) RFC822.TEXT …)
          a< OK …
          a> NOOP
          a< OK …
          b> NOOP
          b< * 1 FETCH (UID 1 FLAGS (\Seen))
          b< * 2 FETCH (UID 2 FLAGS (\Seen))
          b< OK …");
}

/// Line ends of a message that came without CR are those of the wire, in sizes, parts and pieces.
#[test]
fn line_feeds_go_out_as_line_ends() {
    let mut talk = Talk::new(&[]);
    talk.deliver("INBOX", "Subject: lf\n\none\ntwo\n");
    talk.go(r"a> EXAMINE INBOX
          a< …
          a> FETCH 1 (RFC822.SIZE BODY[] BODY[TEXT]<4.3>)
          a< * 1 FETCH (RFC822.SIZE 25 BODY[] {25}\nSubject: lf\n\none\ntwo\n BODY[TEXT]<4> {3}\n…tw)
          a< …");
}

#[test]
fn large_bodies_come_whole() {
    let mut talk = Talk::new(&[]);
    let text = "0123456789\r\n".repeat(100_000);
    talk.deliver("INBOX", &format!("Subject: large\r\n\r\n{text}"));
    talk.deliver("INBOX", &format!("Subject: large\n\n{}", text.replace('\r', "")));
    let wire = text.replace("\r\n", "\\n");
    talk.go(&format!(
        r"a> SELECT INBOX
          a< …
          a> FETCH 1:2 (BODY[TEXT] RFC822.SIZE UID BODY[TEXT]<1199990.100>)
          a< * 1 FETCH (FLAGS (\Seen \Recent) BODY[TEXT] {{1200000}}\n{wire} RFC822.SIZE 1200018 UID 1 BODY[TEXT]<1199990> {{10}}\n23456789\n)
          a< * 2 FETCH (FLAGS (\Seen \Recent) BODY[TEXT] {{1200000}}\n{wire} RFC822.SIZE 1200018 UID 2 BODY[TEXT]<1199990> {{10}}\n23456789\n)
          a< OK …
          a> FETCH 2 (BODY[TEXT]<5.1199980> FLAGS)
          a< * 2 FETCH (BODY[TEXT]<5> {{1199980}}\n56789\n…012345678 FLAGS (\Seen \Recent))
          a< OK …"
    ));
}

/// What is on its way comes whole, even if another client expunges it meanwhile.
#[test]
fn a_message_that_goes_while_it_is_sent() {
    use examples::host::session::{Session, Step};
    let mut talk = Talk::new(&[]);
    talk.deliver("INBOX", &"0123456789\r\n".repeat(100_000));
    talk.go("a> SELECT INBOX\na< …");
    let account = talk.host.mail.account("test").unwrap().clone();
    let inbox = account.look(|state| state.find("INBOX")).unwrap();
    let session = talk.session("a");
    session.handle_input("x FETCH 1 BODY.PEEK[]\r\n".into());
    let mut sent = 0;
    loop {
        match session.poll().unwrap() {
            Step::Transmit(octets) => sent += octets.len(),
            Step::NeedInput => break,
            step => panic!("{step:?}"),
        }
        if sent > 0 {
            account.expunge(inbox, &[1], false).unwrap();
        }
    }
    assert!(sent > 1_200_000, "{sent} octets");
}

#[test]
fn only_uids() {
    let mut talk = Talk::new(&[]);
    for _ in 0..3 {
        talk.deliver("INBOX", LETTER);
    }
    talk.go(r"a> ENABLE UIDONLY
          a< * ENABLED UIDONLY
          a< OK …
          a> SELECT INBOX
          a< …
          a> FETCH 1 FLAGS
          a< BAD [UIDREQUIRED] …
          a> UID FETCH 2:* (FLAGS UID)
          a< * 2 UIDFETCH (FLAGS (\Recent) UID …)
          a< * 3 UIDFETCH (FLAGS (\Recent) UID …)
          a< OK …
          a> UID STORE 2 +FLAGS (\Deleted)
          a< * 2 UIDFETCH (FLAGS (\Deleted \Recent))
          a< OK …
          a> UID SEARCH RETURN (ALL) UID 1:2
          a< * ESEARCH (TAG …) UID ALL 1:2
          a< OK …
          a> SEARCH ALL
          a< BAD [UIDREQUIRED] …
          a> EXPUNGE
          a< * VANISHED 2
          a< OK …
          a> UID MOVE 3 Archive
          a< * OK [COPYUID … 3 1] Moved
          a< * VANISHED 3
          a< OK …");
}

#[test]
fn ranges_of_results() {
    let mut talk = Talk::new(&[]);
    for _ in 0..9 {
        talk.deliver("INBOX", LETTER);
    }
    talk.go(r"a> SELECT INBOX
          a< …
          a> UID FETCH 2:8 UID (PARTIAL -1:-2)
          a< * 7 FETCH (UID 7)
          a< * 8 FETCH (UID 8)
          a< OK …
          a> UID FETCH 2:8 UID (PARTIAL 7:20)
          a< * 8 FETCH (UID 8)
          a< OK …
          a> UID FETCH 2:8 UID (PARTIAL 8:20)
          a< OK …
          a> UID STORE 3,8 +FLAGS.SILENT (\Seen)
          a< OK …
          a> UID FETCH 1:9 FLAGS (PARTIAL 1:5 CHANGEDSINCE 1)
          a< …
          a> STORE 3,5 (UNCHANGEDSINCE 1) +FLAGS (\Flagged)
          a< OK [MODIFIED 3,5] …
          a> FETCH 1 UID (PARTIAL 1:2)
          a< BAD …");
}
