//! LIST and its kin: RFC 9051 §6.3, §7.3.1, RFC 3501 §6.3.9, RFC 2193, RFC 3348, RFC 5258, RFC 5819, RFC 6154,
//! RFC 8440, RFC 9590, and the commands about one mailbox: RFC 4466.

use crate::table::{C, C_UTF8, S};
use mailwire_imap::Quirk::*;

#[test]
fn mailbox_commands() {
    C.reads(&[
        &["a CREATE x", "a create \"x\"", "a CREATE {1}\r\nx", "a CREATE x (USE ())"],
        &["a CREATE x/", "a CREATE \"x/\""],
        &["a DELETE x", "a delete x"],
        &["a RENAME x y", "a rename \"x\" {1}\r\ny"],
        &["a SUBSCRIBE x", "a subscribe x"],
        &["a UNSUBSCRIBE #news.x", "a unsubscribe \"#news.x\""],
        &["a EXAMINE x", "a examine x"],
        &["a CREATE x (USE (\\Sent))", "a create x (use (\\Sent))"],
        &["a CREATE x (USE (\\Drafts \\Sent \\X-Own))"],
    ]);
    C.refuses(&[
        ("a CREATE", 8, None),
        ("a CREATE x y", 10, None),
        ("a CREATE x ()", 11, Some(EmptyList)),
        ("a CREATE x (USE)", 15, None),
        ("a CREATE x (USE Sent)", 16, None),
        ("a CREATE x (USE (Sent))", 17, None),
        ("a CREATE x (USE (\\Sent )) ", 22, Some(ExtraSpace)),
        ("a CREATE x (USE (\\Sent\\Drafts))", 22, None),
        ("a DELETE x y", 10, None),
        ("a RENAME x", 10, None),
        ("a RENAME x  y", 11, Some(ExtraSpace)),
        ("a SUBSCRIBE", 11, None),
    ]);
}

#[test]
fn list_commands() {
    C.reads(&[
        &["a LIST \"\" \"\"", "a list \"\" \"\"", "a LIST {0}\r\n {0}\r\n"],
        &["a LIST \"\" *", "a LIST \"\" \"*\"", "a LIST \"\" {1}\r\n*"],
        &["a LIST ~/Mail/ %", "a LIST \"~/Mail/\" \"%\""],
        &["a LIST #news. comp.*.mail%]"],
        &["a LIST \"\" \"a b*\"", "a LIST \"\" {4}\r\na b*"],
        &["a LIST \"\" Entw&APw-*"],
        &["a LIST () \"\" *"],
        &["a LIST (SUBSCRIBED) \"\" *", "a LIST (subscribed) \"\" *"],
        &["a LIST (REMOTE) \"\" *"],
        &["a LIST (SPECIAL-USE) \"\" *", "a list (special-use) \"\" *"],
        &["a LIST (SUBSCRIBED REMOTE) \"\" *"],
        &["a LIST (RECURSIVEMATCH SUBSCRIBED) \"\" *"],
        &["a LIST (SUBSCRIBED REMOTE RECURSIVEMATCH) \"\" *"],
        &["a LIST (RECURSIVEMATCH SPECIAL-USE) \"\" *"],
        &["a LIST \"\" (*)", "a LIST \"\" (\"*\")"],
        &["a LIST \"\" (a% \"b c\" *)", "a LIST \"\" (\"a%\" {3}\r\nb c \"*\")"],
        &["a LIST \"\" * RETURN ()", "a LIST \"\" * return ()"],
        &["a LIST \"\" * RETURN (SUBSCRIBED CHILDREN SPECIAL-USE MYRIGHTS)"],
        &["a LIST \"\" * RETURN (STATUS (MESSAGES))", "a LIST \"\" * RETURN (status (messages))"],
        &["a LIST \"\" * RETURN (STATUS (MESSAGES SIZE) CHILDREN)"],
        &[
            "a LIST \"\" * RETURN (METADATA (/shared/a))",
            "a LIST \"\" * RETURN (metadata (\"/shared/a\"))",
        ],
        &["a LIST \"\" * RETURN (METADATA (/shared/a /private/b) STATUS (UNSEEN))"],
        &["a LSUB \"\" *", "a lsub \"\" \"*\""],
        &["a XLIST \"\" %", "a xlist \"\" \"%\""],
        &["a RLIST \"\" *", "a rlist {0}\r\n \"*\""],
        &["a RLSUB #news. %", "a rlsub \"#news.\" {1}\r\n%"],
    ]);
    C_UTF8.reads(&[&["a LIST \"Entwürfe\" \"ü*\"", "a LIST {9}\r\nEntwürfe {3}\r\nü*"]]);
    C.refuses(&[
        ("a LIST", 6, None),
        ("a LIST \"\"", 9, None),
        ("a LIST * \"\"", 7, None),
        ("a LIST \"\" ()", 10, Some(EmptyList)),
        ("a LIST \"\" (a", 12, None),
        ("a LIST \"\" (a )", 12, Some(ExtraSpace)),
        ("a LIST \"\" ü*", 10, Some(UnquotedMailbox)),
        ("a LIST (RECURSIVEMATCH) \"\" *", 7, Some(WrongShape)),
        ("a LIST (REMOTE RECURSIVEMATCH) \"\" *", 7, Some(WrongShape)),
        ("a LIST (SUBSCRIBED \"\" *", 19, None),
        ("a LIST ( ) \"\" *", 8, Some(ExtraSpace)),
        ("a LIST (SUBSCRIBED )  \"\" *", 18, Some(ExtraSpace)),
        ("a LIST \"\" * RETURN", 11, None),
        ("a LIST \"\" * RETURN SUBSCRIBED", 19, None),
        ("a LIST \"\" * (SUBSCRIBED)", 11, None),
        ("a LIST \"\" * RETURN (STATUS)", 26, None),
        ("a LIST \"\" * RETURN (STATUS ())", 27, Some(EmptyList)),
        ("a LIST \"\" * RETURN (METADATA ())", 29, Some(EmptyList)),
        ("a LSUB \"\" (a b)", 10, None),
        ("a RLIST \"\"", 10, None),
    ]);
}

#[test]
fn list_responses() {
    S.reads(&[
        &["* LIST () \"/\" x", "* list () \"/\" \"x\"", "* LIST () \"/\" x ()"],
        &["* LIST () NIL x", "* LIST () nil x"],
        &["* LIST () \"\\\\\" x"],
        &["* LIST () \"\\\"\" x"],
        &["* LIST (\\Noselect \\NoInferiors \\Marked \\X-Own) \"/\" x"],
        &["* LIST (\\HasChildren \\Subscribed \\Remote \\NonExistent) \"/\" x"],
        &["* LIST (\\All \\Archive \\Drafts \\Flagged \\Junk \\Sent \\Trash \\NoAccess) \"/\" x"],
        &[
            "* LIST () \"/\" x (\"CHILDINFO\" (\"SUBSCRIBED\"))",
            "* LIST () \"/\" x (CHILDINFO (\"SUBSCRIBED\"))",
            "* LIST () \"/\" x (childinfo (\"SUBSCRIBED\"))",
            "* LIST () \"/\" x ({9}\r\nCHILDINFO (\"SUBSCRIBED\"))",
        ],
        &["* LIST () \"/\" x (\"CHILDINFO\" (\"SUBSCRIBED\" \"SPECIAL-USE\"))"],
        &["* LIST () \"/\" x (\"OLDNAME\" (y))", "* LIST () \"/\" x (OLDNAME (\"y\"))"],
        &["* LIST () \"/\" x (\"OLDNAME\" (\"\") \"CHILDINFO\" (\"SUBSCRIBED\"))"],
        &["* LSUB (\\Noselect) \".\" x", "* lsub (\\Noselect) \".\" x"],
        &["* XLIST (\\Inbox \\HasNoChildren) \"/\" Eingang"],
    ]);
    S.refuses(&[
        ("* LIST", 6, None),
        ("* LIST \"/\" x", 7, None),
        ("* LIST () x", 10, None),
        ("* LIST ()\"/\" x", 9, None),
        ("* LIST () \"\" x", 10, Some(WrongShape)),
        ("* LIST () \"//\" x", 10, Some(WrongShape)),
        ("* LIST (Noselect) \"/\" x", 8, Some(OddFlag)),
        ("* LIST (\\) \"/\" x", 8, Some(OddFlag)),
        ("* LIST (\\Noselect ) \"/\" x", 17, Some(ExtraSpace)),
        ("* LIST ( \\Noselect) \"/\" x", 8, Some(ExtraSpace)),
        ("* LIST (\\A  \\B) \"/\" x", 11, Some(ExtraSpace)),
        ("* LIST () \"/\" x y", 14, Some(UnquotedMailbox)),
        ("* LIST () \"/\" x (old)", 20, Some(UnquotedMailbox)),
        ("* LIST () \"/\" x (old) y", 20, Some(UnquotedMailbox)),
        ("* LIST () \"/\" \"x\" (old)", 22, Some(Other)),
        ("* LIST () \"/\" x (CHILDINFO (\"SUBSCRIBED\")", 41, None),
        ("* LIST () \"/\" x (CHILDINFO ())", 27, Some(EmptyList)),
        ("* LIST () \"/\" x (CHILDINFO (\"SUBSCRIBED\") )", 41, Some(ExtraSpace)),
        ("* LIST () \"/\" x (OLDNAME y)", 25, Some(WrongShape)),
    ]);
}

/// `mbx-list-flags`, `mailbox-data = "FLAGS" SP flag-list`
#[test]
fn flags() {
    S.reads(&[
        &["* FLAGS ()", "* flags ()"],
        &["* FLAGS (\\Answered \\Seen)", "* FLAGS (\\seen \\ANSWERED)"],
        &["* FLAGS ($Forwarded a.b \\XOwn)"],
    ]);
    S.refuses(&[
        ("* FLAGS", 7, None),
        ("* FLAGS \\Seen", 8, None),
        ("* FLAGS (\\Seen", 14, None),
        ("* FLAGS (\\Seen )", 14, Some(ExtraSpace)),
        ("* FLAGS ( \\Seen)", 9, Some(ExtraSpace)),
        ("* FLAGS (\\Seen  x)", 14, Some(ExtraSpace)),
        ("* FLAGS (\\*)", 9, Some(OddFlag)),
        ("* FLAGS (\\)", 9, Some(OddFlag)),
        ("* FLAGS (a]b)", 9, Some(OddFlag)),
        ("* FLAGS (\"a\")", 9, None),
        ("* FLAGS (\\Seen) x", 15, None),
    ]);
}
