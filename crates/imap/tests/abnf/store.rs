//! STORE, COPY, MOVE, EXPUNGE: RFC 9051 §6.4, RFC 3501, RFC 4315, RFC 6851, RFC 7162, Gmail.

use crate::table::C;
use mailwire_imap::Quirk::*;

#[test]
fn store() {
    C.reads(&[
        &["a STORE 1 FLAGS (\\Seen)", "a store 1 flags (\\seen)", "a STORE 1 FLAGS \\Seen"],
        &["a STORE 1 FLAGS ()"],
        &["a STORE 1 +FLAGS (\\Deleted \\Seen)", "a STORE 1 +Flags \\Seen \\Deleted"],
        &["a STORE 1 -FLAGS.SILENT ($Junk)", "a STORE 1 -flags.silent $Junk"],
        &["a STORE 1 FLAGS.SILENT (\\Own)"],
        &["a UID STORE 1:* +FLAGS ($MDNSent)", "a uid store 1:* +flags $MDNSent"],
        &["a STORE 1 (UNCHANGEDSINCE 0) FLAGS ()", "a STORE 1 (unchangedsince 0) FLAGS ()"],
        &["a STORE 1 (UNCHANGEDSINCE 9223372036854775807) +FLAGS.SILENT (x)"],
        &["a STORE 1 +X-GM-LABELS (foo)", "a STORE 1 +x-gm-labels (\"foo\")"],
        &["a STORE 1 X-GM-LABELS (\\Inbox \"a b\" &AOk-)"],
        &["a STORE 1 -X-GM-LABELS ()"],
    ]);
    C.refuses(&[
        ("a STORE 1", 9, None),
        ("a STORE 1 FLAGS", 15, None),
        ("a STORE 1 FLAGS ", 16, None),
        ("a STORE FLAGS ()", 8, None),
        ("a STORE 1 FLAGS (\\Seen", 22, None),
        ("a STORE 1 FLAGS (\\Seen )", 22, Some(ExtraSpace)),
        ("a STORE 1 FLAGS (\\*)", 17, Some(OddFlag)),
        ("a STORE 1 FLAGS \\*", 16, Some(OddFlag)),
        ("a STORE 1 FLAGS (\"a\")", 17, None),
        ("a STORE 1 FLAGS (a]b)", 17, Some(OddFlag)),
        ("a STORE 1 * FLAGS ()", 10, None),
        ("a STORE 1 + FLAGS ()", 11, None),
        ("a STORE 1 () FLAGS ()", 10, Some(EmptyList)),
        ("a STORE 1 (X-NEW  5) FLAGS ()", 17, Some(ExtraSpace)),
        ("a STORE 1 (UNCHANGEDSINCE) FLAGS ()", 25, None),
        ("a STORE 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS ()", 26, Some(LargeNumber)),
        ("a STORE 1 (UNCHANGEDSINCE 1) (UNCHANGEDSINCE 1) FLAGS ()", 29, None),
        ("a STORE 1 FLAGS () x", 18, None),
        ("a STORE 1 FLAGS \\Seen ", 21, Some(TrailingSpace)),
        ("a STORE 1 FLAGS \\Seen  \\Draft", 22, Some(ExtraSpace)),
        ("a STORE 1 +X-GM-LABELS \\Trash", 23, Some(WrongShape)),
        ("a STORE 1 +X-GM-LABELS foo \"a b\" ", 23, Some(WrongShape)),
        ("a STORE 1 X-GM-LABELS NIL", 22, Some(UnexpectedNil)),
        ("a STORE 1 X-GM-LABELS ", 22, None),
    ]);
}

#[test]
fn copies() {
    C.reads(&[
        &["a COPY 1:3 x", "a copy 1:3 \"x\"", "a COPY 1:3 {1}\r\nx"],
        &["a UID COPY 1:3 INBOX", "a uid copy 1:3 INBOX"],
        &["a MOVE 2 \"a b\"", "a move 2 \"a b\""],
        &["a UID MOVE 2 x"],
        &["a UID EXPUNGE 3000:*", "a uid expunge 3000:*"],
    ]);
    C.refuses(&[
        ("a COPY 1:3", 10, None),
        ("a COPY 1:3 ", 11, None),
        ("a COPY x 1", 7, None),
        ("a COPY 1 x y", 10, None),
        ("a UID EXPUNGE", 13, None),
        ("a UID EXPUNGE 1 2", 15, None),
        ("a UID", 5, None),
        ("a UID  COPY 1 x", 6, Some(ExtraSpace)),
    ]);
}
