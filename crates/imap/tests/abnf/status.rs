//! STATUS: RFC 9051 §6.3.11, §7.3.4, RFC 3501, RFC 7162, RFC 7889, RFC 8438, RFC 8474, RFC 9208.

use crate::table::{C, S};
use mailwire_imap::Quirk::*;

#[test]
fn commands() {
    C.reads(&[
        &["a STATUS x (MESSAGES)", "a status \"x\" (messages)"],
        &["a STATUS x (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE)"],
        &["a STATUS x (HIGHESTMODSEQ APPENDLIMIT MAILBOXID DELETED-STORAGE)"],
        &["a STATUS \"\" (UNSEEN)", "a STATUS {0}\r\n (unseen)"],
    ]);
    C.refuses(&[
        ("a STATUS", 8, None),
        ("a STATUS x", 10, None),
        ("a STATUS x ()", 11, Some(EmptyList)),
        ("a STATUS x MESSAGES", 11, None),
        ("a STATUS x (MESSAGES", 20, None),
        ("a STATUS x (MESSAGES )", 20, Some(ExtraSpace)),
        ("a STATUS x (MESSAGES  UNSEEN)", 21, Some(ExtraSpace)),
        ("a STATUS x (\"MESSAGES\")", 12, None),
        ("a STATUS x (MESSAGES) y", 21, None),
    ]);
}

#[test]
fn responses() {
    S.reads(&[
        &["* STATUS x ()", "* status \"x\" ()"],
        &["* STATUS x (MESSAGES 0)", "* STATUS x (messages 0)", "* STATUS {1}\r\nx (MESSAGES 00)"],
        &["* STATUS x (MESSAGES 4294967295 RECENT 0 UNSEEN 0 DELETED 0)"],
        &["* STATUS x (UIDNEXT 1 UIDVALIDITY 4294967295)"],
        &["* STATUS x (SIZE 9223372036854775807)"],
        &["* STATUS x (HIGHESTMODSEQ 0)"],
        &["* STATUS x (HIGHESTMODSEQ 9223372036854775807)"],
        &["* STATUS x (APPENDLIMIT NIL)", "* STATUS x (appendlimit nil)"],
        &["* STATUS x (APPENDLIMIT 0)"],
        &["* STATUS x (MAILBOXID (F-1_a))"],
        &["* STATUS x (DELETED-STORAGE 9223372036854775807)"],
    ]);
    S.refuses(&[
        ("* STATUS x", 9, None),
        ("* STATUS x (MESSAGES)", 20, Some(Other)),
        ("* STATUS x (MESSAGES 1", 22, None),
        ("* STATUS x (MESSAGES 1 )", 22, Some(ExtraSpace)),
        ("* STATUS x ( MESSAGES 1)", 12, Some(ExtraSpace)),
        ("* STATUS x (MESSAGES 1  UNSEEN 2)", 23, Some(ExtraSpace)),
        ("* STATUS x (MESSAGES 4294967296)", 21, Some(Other)),
        ("* STATUS x (MESSAGES -1)", 21, Some(Other)),
        ("* STATUS x (UIDNEXT 0)", 20, Some(ZeroNumber)),
        ("* STATUS x (UIDVALIDITY 0)", 24, Some(ZeroNumber)),
        ("* STATUS x (SIZE 9223372036854775808)", 17, Some(LargeNumber)),
        ("* STATUS x (MAILBOXID F1)", 22, Some(Other)),
        ("* STATUS x (MAILBOXID ( F1))", 23, Some(ExtraSpace)),
        ("* STATUS x (MAILBOXID (F1 ))", 25, Some(ExtraSpace)),
        ("* STATUS x (MAILBOXID ())", 23, Some(Other)),
        ("* STATUS x y (MESSAGES 1)", 9, Some(UnquotedMailbox)),
        ("* STATUS x y (MAILBOXID (F1) X-NEW (a (b)))", 9, Some(UnquotedMailbox)),
        ("* STATUS x (y) (MESSAGES 1)", 13, Some(UnquotedMailbox)),
        ("* STATUS x (y) (MESSAGES)", 13, Some(UnquotedMailbox)),
        ("* STATUS \"x\" (y) (MESSAGES 1)", 15, None),
        ("* STATUS x y", 9, None),
        ("* STATUS x (MESSAGES 1) ", 23, Some(TrailingSpace)),
        ("* STATUS x (MESSAGES 1) y", 23, None),
    ]);
}
