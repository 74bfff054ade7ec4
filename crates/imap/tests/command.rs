//! Commands as clients send them: read, printed again, and read again.

use bytes::Bytes;
use mailwire_imap::{Command, Encoder, Frame, LiteralSupport, Peer, ReadOptions};

fn read(wire: &str) -> Result<mailwire_imap::TaggedCommand, mailwire_imap::CommandError> {
    let frame = Frame::new(Bytes::copy_from_slice(wire.as_bytes()));
    Command::parse(&frame, ReadOptions::default()).map(|parsed| parsed.value)
}

fn print(command: &mailwire_imap::TaggedCommand) -> String {
    let mut peer = Peer::SERVER;
    (peer.literals, peer.binary) = (LiteralSupport::Plus, true);
    let mut out = Encoder::new(peer);
    command.command.encode(&command.tag, &mut out);
    String::from_utf8(out.finish().wire.to_vec()).unwrap()
}

/// In the form in which we print them.
const CANONICAL: &[&str] = &[
    "a CAPABILITY",
    "a NOOP",
    ". LOGOUT",
    "a STARTTLS",
    "a NAMESPACE",
    "a IDLE",
    "a CHECK",
    "a CLOSE",
    "a UNSELECT",
    "a EXPUNGE",
    "a UNAUTHENTICATE",
    "a LOGIN joe secret",
    "a LOGIN \"jo e\" \"se\\\"cret\"",
    "a AUTHENTICATE PLAIN",
    "a AUTHENTICATE PLAIN =",
    "a AUTHENTICATE PLAIN AGpvZQBzZWNyZXQ=",
    "a ENABLE CONDSTORE X-GOOD-IDEA",
    "a SELECT INBOX",
    "a SELECT blurdybloop (CONDSTORE)",
    "a SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541))",
    "a SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211 (1:2 41,43)))",
    "a EXAMINE foo/bar",
    "a CREATE MySpecial (USE (\\Drafts \\Sent))",
    "a DELETE \"\"",
    "a RENAME foo \"b ar\"",
    "a SUBSCRIBE #news.comp.mail.mime",
    "a UNSUBSCRIBE x",
    "a LIST \"\" %",
    "a LIST (SUBSCRIBED RECURSIVEMATCH) \"\" * RETURN (STATUS (UIDNEXT SIZE) CHILDREN)",
    "a LIST \"\" (INBOX Drafts Sent/%)",
    "a LIST () \"\" % RETURN ()",
    "a LIST \"\" % RETURN (METADATA (/shared/vendor/x) MYRIGHTS)",
    "a LSUB #news. comp.mail.*",
    "a XLIST \"\" *",
    "a STATUS blurdybloop (UIDNEXT MESSAGES HIGHESTMODSEQ MAILBOXID DELETED-STORAGE X-NEW)",
    "a APPEND saved-messages (\\Seen) {3+}\r\nabc",
    "a APPEND x \" 7-Feb-1994 22:43:04 -0800\" {0+}\r\n",
    "a APPEND x (\\Seen) \"17-Feb-1994 22:43:04 -0800\" ~{3+}\r\na\0b {1+}\r\nz",
    "a APPEND Drafts (\\Draft) CATENATE (URL /INBOX;UIDVALIDITY=1/;UID=20/;SECTION=TEXT TEXT {4+}\r\na\r\nb)",
    "a SEARCH ALL",
    "a SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM Smith",
    "a SEARCH OR OR SEEN DRAFT (UNSEEN 1:3,5 UID 7:*) TEXT \"a b\"",
    "a SEARCH NOT (SEEN DELETED) ALL",
    "a SEARCH RETURN (MIN COUNT SAVE) CHARSET UTF-8 TEXT {6+}\r\ncaf\u{e9}!",
    "a SEARCH RETURN () $ SMALLER 4096",
    "a SEARCH RETURN (PARTIAL -1:-100) UNDELETED UNKEYWORD $Junk",
    "a UID SEARCH OLDER 60 YOUNGER 259200 HEADER Message-ID \"\" KEYWORD $Forwarded",
    "a SEARCH MODSEQ \"/flags/\\\\draft\" all 620162338 FUZZY (SUBJECT x FROM y) FILTER on-the-road",
    "a SEARCH X-GM-RAW \"has:attachment in:unread\" X-GM-MSGID 1278455344230334865 EMAILID M6d99 SAVEDSINCE 1-Jan-2020",
    "a SORT (SUBJECT REVERSE DATE DISPLAYFROM) UTF-8 ALL",
    "a UID THREAD REFERENCES UTF-8 SINCE 5-Mar-2000",
    "a UID SORT RETURN (UPDATE CONTEXT) (DATE) US-ASCII UNDELETED",
    "a ESEARCH IN (mailboxes folder1 subtree folder2) RETURN (MIN) UNSEEN",
    "a CANCELUPDATE \"B01\" \"B02\"",
    "a FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])",
    "a FETCH 1 BODY.PEEK[4.1.MIME]<0.2048>",
    "a UID FETCH $ (UID ENVELOPE BODYSTRUCTURE RFC822.SIZE INTERNALDATE MODSEQ EMAILID THREADID PREVIEW (LAZY) SAVEDATE) (CHANGEDSINCE 12345 VANISHED)",
    "a FETCH 1:* (BINARY.PEEK[1.2]<0.5> BINARY.SIZE[1] BODY[] BODY[TEXT] BODY X-GM-MSGID X-GM-THRID X-GM-LABELS RFC822 RFC822.HEADER RFC822.TEXT)",
    "a UID FETCH 1:* FLAGS (PARTIAL 1:500)",
    "a FETCH 1 (ANNOTATION (/comment (value.priv)))",
    "a STORE 2:4 +FLAGS (\\Deleted)",
    "a UID STORE 1 (UNCHANGEDSINCE 320162338) -FLAGS.SILENT (\\Seen $Junk)",
    "a STORE 1 FLAGS ()",
    "a STORE 1 +X-GM-LABELS (\\Inbox foo \"b ar\")",
    "a COPY 2:4 MEETING",
    "a UID MOVE 42:69 foo",
    "a UID EXPUNGE 3000:3002",
    "a UID REPLACE 5 INBOX (\\Seen) {2+}\r\nhi",
    "a GETQUOTA \"\"",
    "a GETQUOTAROOT INBOX",
    "a SETQUOTA \"\" (STORAGE 512 MESSAGE 7)",
    "a GETACL INBOX",
    "a SETACL INBOX/Drafts Byron +rswicda",
    "a DELETEACL INBOX Fred",
    "a LISTRIGHTS ~/Mail/saved smith",
    "a MYRIGHTS INBOX",
    "a GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX (/shared/comment /private/comment)",
    "a GETMETADATA \"\" /shared/comment",
    "a SETMETADATA INBOX (/private/comment \"My new comment\" /x NIL)",
    "a COMPRESS DEFLATE",
    "a NOTIFY NONE",
    "a NOTIFY SET STATUS (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (from)]) MessageExpunge)) (subtree Lists (MessageNew)) (mailboxes (a b) NONE)",
    "a LANGUAGE",
    "a LANGUAGE de en",
    "a COMPARATOR",
    "a COMPARATOR i;ascii-numeric",
    "a GENURLAUTH imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred INTERNAL",
    "a RESETKEY",
    "a RESETKEY INBOX INTERNAL",
    "a URLFETCH imap://joe@example.com/INBOX/;uid=20/;section=1.2",
    "a UIDBATCHES 2000",
    "a UIDBATCHES 2000 10:20",
    "a GETJMAPACCESS",
    "a UID SEARCH UIDAFTER 25000 UIDBEFORE 30000",
    "a ID NIL",
    "a ID (\"name\" \"x\" \"version\" NIL)",
    "a XFOO bar (baz)",
    "a XBAR",
];

/// What is kept as it is: the others have a type.
const UNTYPED: &[&str] = &["XFOO", "XBAR", "X-NEW", "ANNOTATION"];

#[test]
fn commands_print_as_they_were_read() {
    let mut failures = Vec::new();
    for line in CANONICAL {
        let wire = format!("{line}\r\n");
        match read(&wire) {
            Ok(command) => {
                let printed = print(&command);
                let untyped = format!("{command:?}").contains("Other");
                if untyped != UNTYPED.iter().any(|name| wire.contains(name)) {
                    failures.push(format!("{line:?} reads {command:?}"));
                }
                if printed != wire {
                    failures.push(format!("{line:?} prints {printed:?}"));
                }
                if read(&printed).as_ref() != Ok(&command) {
                    failures.push(format!("{printed:?} reads otherwise"));
                }
            }
            Err(error) => failures.push(format!("{line:?}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn errors_say_where_and_keep_the_tag() {
    for (line, tag, want) in [
        ("", None, "bad tag at octet 0"),
        ("a SEARCH S{3+}", Some("a"), "bad argument at octet 10"),
        ("a NOOP{3}", Some("a"), "bad argument at octet 6"),
        ("+ NOOP", None, "bad tag at octet 0"),
        ("a", Some("a"), "missing argument at octet 1"),
        ("a NOOP x", Some("a"), "text behind the end at octet 7"),
        ("a LOGIN joe", Some("a"), "missing argument at octet 11"),
        ("a FETCH 0 FLAGS", Some("a"), "bad number at octet 8"),
        ("a FETCH 1 BODY[MIME]", Some("a"), "bad argument at octet 15"),
        ("a FETCH 1 BODY[]<0.0>", Some("a"), "bad number at octet 16"),
        ("a SEARCH", Some("a"), "missing argument at octet 8"),
        ("a SEARCH OR SEEN", Some("a"), "missing argument at octet 16"),
        ("a SEARCH (SEEN", Some("a"), "missing argument at octet 14"),
        ("a STORE 1 +FLAGS", Some("a"), "missing argument at octet 16"),
        ("a SELECT", Some("a"), "missing argument at octet 8"),
        ("a APPEND x \"1-Feb-1994\" {0}\r\n", Some("a"), "bad argument at octet 11"),
    ] {
        let error = read(&format!("{line}\r\n")).unwrap_err();
        assert_eq!(error.to_string(), want, "line {line:?}");
        assert_eq!(error.tag.as_deref(), tag, "line {line:?}");
    }
}

/// Any octet but NUL can be searched for: no string of SEARCH is a literal8 (RFC 9051 §9).
#[test]
fn searches_for_any_octets() {
    for wire in [
        "a SEARCH SUBJECT {3+}\r\na\nb NOT HEADER {2+}\r\n\n( \"NIL\"\r\n",
        "a SEARCH BODY {3+}\r\na\nb FUZZY TEXT {2+}\r\n\r( X-GM-RAW \"NIL\"\r\n",
        "a SEARCH MODSEQ {3+}\r\na\nb all 3\r\n",
        "a SEARCH OR SUBJECT {3+}\r\na\nb SEEN\r\n",
    ] {
        let command = read(wire).unwrap_or_else(|error| panic!("{wire:?}: {error}"));
        assert_eq!(print(&command), wire);
    }
    for (wire, at) in [
        ("a SEARCH SUBJECT ~{3+}\r\na\0b\r\n", 17),
        ("a SEARCH OR SUBJECT {3+}\r\na\0b SEEN\r\n", 20),
        ("a LOGIN joe {3+}\r\na\0b\r\n", 12),
    ] {
        let error = read(wire).unwrap_err();
        assert_eq!(error.to_string(), format!("bad string at octet {at}"), "{wire:?}");
    }
}

#[test]
fn searches_nest_without_stack() {
    for wire in [
        format!("a SEARCH {}SEEN\r\n", "NOT ".repeat(90)),
        format!("a SEARCH {}SEEN{}\r\n", "(".repeat(90), ")".repeat(90)),
        format!("a SEARCH {}SEEN\r\n", "OR FROM a ".repeat(80)),
    ] {
        let command = read(&wire).unwrap();
        assert_eq!(read(&print(&command)).unwrap(), command);
    }
    let deep = format!("a SEARCH {}\r\n", "(".repeat(100_000));
    assert_eq!(read(&deep).unwrap_err().to_string(), "nested too deeply at octet 109");
}
