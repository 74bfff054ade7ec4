//! APPEND, CATENATE, REPLACE.
use super::Talk;

#[test]
fn messages_come_in() {
    let mut talk = Talk::new(&[]);
    talk.go(
        r#"a> APPEND Nowhere {#}Subject: x\n\nx\n
          a< NO [TRYCREATE] …
          a< …
          a> APPEND Nowhere {#+}Subject: x\n\nx\n
          a< NO [TRYCREATE] …
          a> APPEND INBOX (\Seen $k) "17-Jul-1996 02:44:25 -0700" {#}Subject: x\n\nx\n
          a< + Go on
          a< OK [APPENDUID … 1] APPEND completed
          a> APPEND INBOX {#+}Subject: y\n\ny\n{/} (\Draft) {#+}Subject: z\n\nz\n
          a< OK [APPENDUID … 2:3] APPEND completed
          a> SELECT INBOX
          a< …
          a> FETCH 1:3 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[TEXT])
          a< * 1 FETCH (FLAGS (\Seen \Recent $k) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 17 BODY[TEXT] {3}\nx\n)
          a< * 2 FETCH (FLAGS (\Recent) …\ny\n)
          a< * 3 FETCH (FLAGS (\Draft \Recent) …\nz\n)
          a< OK …
          a> APPEND INBOX {#+}Subject: w\n\nw\n
          a< * 4 EXISTS
          a< * 4 RECENT
          a< OK …
          a> APPEND INBOX (\Seen) {#+}Subject: v\n\nv\n{/} {#+}{/}
          a< NO …
          a> NOOP
          a< OK NOOP completed
          a> APPEND INBOX {0}
          a< NO …"#,
    );
}

#[test]
fn no_more_than_there_is_room_for() {
    let mut talk = Talk::new(&["--max-message", "100"]);
    let long = "x".repeat(90);
    talk.go(&format!(
        r#"a> APPEND INBOX {{101}}
          a< NO [TOOBIG] …
          a> APPEND INBOX CATENATE (TEXT {{#+}}{long}{{/}} TEXT {{#+}}{long}{{/}})
          a< NO [TOOBIG] …
          a> APPEND INBOX {{#+}}{long}
          a< OK …
          a> APPEND INBOX CATENATE (URL "/INBOX/;UID=1" URL "/INBOX/;UID=1")
          a< NO [TOOBIG] …"#
    ));
    let account = talk.host.mail.account("test").unwrap().clone();
    account.limit(&[("MESSAGE", Some(1))]).unwrap();
    talk.go(&format!("a> APPEND INBOX {{#+}}{long}\na< NO [OVERQUOTA] …"));
}

#[test]
fn parts_are_put_together() {
    let mut talk = Talk::new(&[]);
    talk.deliver("INBOX", "Subject: one\r\n\r\nbody of one\r\n");
    let valid = talk.uid_validity("INBOX");
    talk.go(&format!(
        r#"a> APPEND Drafts CATENATE (URL "/INBOX;UIDVALIDITY={valid}/;UID=1/;SECTION=HEADER" TEXT {{#+}}more\n{{/}} URL "/INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=5.2")
          a< OK [APPENDUID … 1] APPEND completed
          a> SELECT Drafts
          a< …
          a> FETCH 1 BODY.PEEK[]
          a< * 1 FETCH (BODY[] {{24}}\nSubject: one\n\nmore\nof)
          a< OK …
          a> APPEND INBOX CATENATE (URL ";UID=1/;SECTION=TEXT")
          a< OK …
          a> APPEND INBOX CATENATE (URL "/INBOX;UIDVALIDITY=1/;UID=1")
          a< NO [BADURL /INBOX;UIDVALIDITY=1/;UID=1] …
          a> APPEND INBOX CATENATE (TEXT {{#+}}x{{/}} URL "/INBOX/;UID=99")
          a< NO [BADURL /INBOX/;UID=99] …
          a> APPEND INBOX CATENATE (URL "imap://imap.example/INBOX/;UID=1")
          a< NO [BADURL imap://imap.example/INBOX/;UID=1] …
          a> APPEND INBOX CATENATE (URL "http://x/")
          a< NO [BADURL http://x/] …
          a> APPEND INBOX CATENATE (TEXT {{#}}x{{/}} TEXT {{#}}y{{/}}) (\Seen) CATENATE (TEXT {{#+}}z{{/}})
          a< + Go on
          a< + Go on
          a< OK [APPENDUID … 3:4] …"#
    ));
    let texts = talk.host.mail.account("test").map(|account| {
        let messages: Vec<_> = account.look(|state| {
            let inbox = state.mailbox(state.find("INBOX").unwrap()).unwrap();
            inbox.messages().values().cloned().collect()
        });
        let read =
            |message| String::from_utf8(account.read(message, 0..99).unwrap().to_vec()).unwrap();
        messages.iter().map(read).collect::<Vec<_>>()
    });
    assert_eq!(texts.unwrap(), ["Subject: one\r\n\r\nbody of one\r\n", "more\r\nof", "xy", "z"]);
}

#[test]
fn drafts_are_replaced() {
    let mut talk = Talk::new(&[]);
    for number in 1..=3 {
        talk.deliver("Drafts", &format!("Subject: {number}\r\n\r\n"));
    }
    talk.go(r"a> SELECT Drafts
          a< …
          b> SELECT Drafts
          b< …
          a> REPLACE 2 Drafts (\Draft) {#}Subject: new\n\n
          a< + Go on
          a< * OK [APPENDUID … 4] …
          a< * 2 EXPUNGE
          a< * 3 EXISTS
          a< * 3 RECENT
          a< OK REPLACE completed
          a> UID REPLACE 3 Sent {#+}Subject: sent\n\n
          a< * OK [APPENDUID … 1] …
          a< * 2 EXPUNGE
          a< OK UID REPLACE completed
          a> REPLACE * Nowhere {#+}Subject: x\n\n
          a< NO [TRYCREATE] …
          a> UID REPLACE 99 Drafts {#+}Subject: x\n\n
          a< NO …
          b> REPLACE 2 Drafts {#+}Subject: x\n\n
          b< NO …
          b> NOOP
          b< …");
}
