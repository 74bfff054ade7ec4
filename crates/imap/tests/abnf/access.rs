//! Quotas, rights, metadata, annotations: RFC 2087, RFC 9208, RFC 4314, RFC 5464, RFC 5257.

use crate::table::{C, S};
use mailwire_imap::Quirk::*;

#[test]
fn quotas() {
    C.reads(&[
        &["a GETQUOTA \"\"", "a getquota {0}\r\n"],
        &["a GETQUOTA #user/x", "a GETQUOTA \"#user/x\""],
        &["a GETQUOTAROOT INBOX", "a getquotaroot \"INBOX\""],
        &["a SETQUOTA \"\" ()", "a setquota {0}\r\n ()"],
        &["a SETQUOTA \"\" (STORAGE 0)", "a SETQUOTA \"\" (STORAGE 00)"],
        &["a SETQUOTA x (STORAGE 9223372036854775807 MESSAGE 1 X-OWN 5)"],
    ]);
    C.refuses(&[
        ("a GETQUOTA", 10, None),
        ("a GETQUOTA (x)", 11, None),
        ("a GETQUOTA x y", 12, None),
        ("a SETQUOTA x", 12, None),
        ("a SETQUOTA x STORAGE 5", 13, None),
        ("a SETQUOTA x (STORAGE)", 21, None),
        ("a SETQUOTA x (STORAGE 9223372036854775808)", 22, Some(LargeNumber)),
        ("a SETQUOTA x (STORAGE -1)", 22, None),
        ("a SETQUOTA x (STORAGE NIL)", 22, None),
        ("a SETQUOTA x (STORAGE 1 )", 23, Some(ExtraSpace)),
        ("a SETQUOTA x (STORAGE 1  MESSAGE 2)", 24, Some(ExtraSpace)),
        ("a SETQUOTA x (STORAGE 1", 23, None),
    ]);
    S.reads(&[
        &["* QUOTA \"\" (STORAGE 10 512)", "* quota {0}\r\n (STORAGE 10 0512)"],
        &["* QUOTA x ()"],
        &["* QUOTA x (STORAGE 0 9223372036854775807 MESSAGE 1 2 ANNOTATION-STORAGE 0 0)"],
        &["* QUOTAROOT INBOX", "* quotaroot \"INBOX\""],
        &["* QUOTAROOT INBOX \"\" #user/x", "* QUOTAROOT INBOX {0}\r\n \"#user/x\""],
    ]);
    S.refuses(&[
        ("* QUOTA", 7, None),
        ("* QUOTA x", 9, None),
        ("* QUOTA x (STORAGE 1)", 20, None),
        ("* QUOTA x (STORAGE -1 5)", 19, Some(NegativeNumber)),
        ("* QUOTA x (STORAGE 1 9223372036854775808)", 21, Some(LargeNumber)),
        ("* QUOTA x (STORAGE 1 2 )", 22, Some(ExtraSpace)),
        ("* QUOTA x (STORAGE 1 2MESSAGE 3 4)", 22, None),
        ("* QUOTA x (STORAGE 1 2  MESSAGE 3 4)", 23, Some(ExtraSpace)),
        ("* QUOTA x ( STORAGE 1 2)", 11, Some(ExtraSpace)),
        ("* QUOTA x (STORAGE 1 2", 22, None),
        ("* QUOTAROOT", 11, None),
        ("* QUOTAROOT x ", 13, Some(TrailingSpace)),
    ]);
}

#[test]
fn rights() {
    C.reads(&[
        &["a GETACL x", "a getacl \"x\""],
        &["a MYRIGHTS x", "a myrights {1}\r\nx"],
        &["a SETACL x joe +rs", "a setacl \"x\" \"joe\" {3}\r\n+rs"],
        &["a SETACL x -joe -rs"],
        &["a SETACL x joe \"\"", "a SETACL x joe {0}\r\n"],
        &["a SETACL x \"joe b\" lr"],
        &["a DELETEACL x anyone", "a deleteacl x \"anyone\""],
        &["a LISTRIGHTS x joe", "a listrights x {3}\r\njoe"],
    ]);
    C.refuses(&[
        ("a GETACL", 8, None),
        ("a GETACL x y", 10, None),
        ("a SETACL x joe", 14, None),
        ("a SETACL x joe l r", 16, None),
        ("a SETACL x joe (lr)", 15, None),
        ("a DELETEACL x", 13, None),
        ("a LISTRIGHTS x", 14, None),
        ("a MYRIGHTS", 10, None),
    ]);
    S.reads(&[
        &["* ACL x", "* acl \"x\""],
        &["* ACL x joe lrs -bob \"\"", "* ACL x \"joe\" {3}\r\nlrs \"-bob\" {0}\r\n"],
        &["* LISTRIGHTS x joe \"\"", "* listrights x \"joe\" {0}\r\n"],
        &["* LISTRIGHTS x joe lr s w i d0", "* LISTRIGHTS x joe \"lr\" s w i \"d0\""],
        &["* MYRIGHTS x lrswi", "* myrights x \"lrswi\""],
        &["* MYRIGHTS x \"\""],
    ]);
    S.refuses(&[
        ("* ACL", 5, None),
        ("* ACL x joe", 11, Some(MissingField)),
        ("* ACL x joe lr ", 14, Some(TrailingSpace)),
        ("* ACL x (joe lr)", 8, None),
        ("* LISTRIGHTS x joe", 18, None),
        ("* MYRIGHTS x", 12, None),
        ("* MYRIGHTS x l r", 14, None),
    ]);
}

#[test]
fn metadata() {
    C.reads(&[
        &[
            "a GETMETADATA x /shared/a",
            "a getmetadata \"x\" \"/shared/a\"",
            "a GETMETADATA x (/shared/a)",
        ],
        &[
            "a GETMETADATA \"\" (/shared/a /private/b)",
            "a GETMETADATA {0}\r\n (\"/shared/a\" {10}\r\n/private/b)",
        ],
        &["a GETMETADATA (MAXSIZE 1024) x /shared/a", "a GETMETADATA (maxsize 1024) x /shared/a"],
        &["a GETMETADATA (DEPTH 0) x /shared/a"],
        &["a GETMETADATA (DEPTH 1) x /shared/a"],
        &["a GETMETADATA (DEPTH infinity) x /shared/a"],
        &[
            "a GETMETADATA (MAXSIZE 0 DEPTH 1) x (/a /b)",
            "a GETMETADATA (depth 1 maxsize 0) x (/a /b)",
        ],
        &["a SETMETADATA x (/private/a \"v\")", "a setmetadata \"x\" (\"/private/a\" {1}\r\nv)"],
        &[
            "a SETMETADATA x (/a NIL /b \"\" /c \"NIL\")",
            "a SETMETADATA x (/a nil /b {0}\r\n /c {3}\r\nNIL)",
        ],
        &["a SETMETADATA \"\" (/a ~{2+}\r\n\0x)", "a SETMETADATA \"\" (/a ~{2}\r\n\0x)"],
        &["a SETMETADATA x (/a {2+}\r\n\r\n)", "a SETMETADATA x (/a ~{2}\r\n\r\n)"],
    ]);
    C.refuses(&[
        ("a GETMETADATA x", 15, None),
        ("a GETMETADATA x ()", 16, Some(EmptyList)),
        ("a GETMETADATA (FOO) ", 20, None),
        ("a GETMETADATA x /a /b", 18, None),
        ("a GETMETADATA x (/a /b", 22, None),
        ("a GETMETADATA x (/a )", 19, Some(ExtraSpace)),
        ("a GETMETADATA x /*", 17, None),
        ("a GETMETADATA () x /a", 14, Some(EmptyList)),
        ("a GETMETADATA (MAXSIZE) x /a", 22, None),
        ("a GETMETADATA (MAXSIZE x) x /a", 23, None),
        ("a GETMETADATA (DEPTH 2) x /a", 21, Some(Other)),
        ("a GETMETADATA (DEPTH all) x /a", 21, Some(Other)),
        ("a SETMETADATA x", 15, None),
        ("a SETMETADATA x ()", 16, Some(EmptyList)),
        ("a SETMETADATA x (/a)", 19, None),
        ("a SETMETADATA x (/a v)", 20, None),
        ("a SETMETADATA x /a \"v\"", 16, None),
        ("a SETMETADATA x (/a \"v\" )", 23, Some(ExtraSpace)),
        ("a SETMETADATA x (NIL", 20, None),
    ]);
    S.reads(&[
        &[
            "* METADATA x (/a \"v\")",
            "* metadata \"x\" (\"/a\" {1}\r\nv)",
            "* METADATA x (/a ~{1}\r\nv)",
        ],
        &["* METADATA x (/a NIL /b \"\")", "* METADATA x (/a nil /b {0}\r\n)"],
        &["* METADATA \"\" (/a ~{1}\r\n\0)"],
        &["* METADATA x /a", "* METADATA x \"/a\""],
        &["* METADATA \"\" /a /b"],
    ]);
    S.refuses(&[
        ("* METADATA x", 12, Some(MissingField)),
        ("* METADATA x ()", 13, Some(EmptyList)),
        ("* METADATA x (/a)", 16, None),
        ("* METADATA x (/a v)", 17, Some(WrongShape)),
        ("* METADATA x (/a \"v\" )", 20, Some(ExtraSpace)),
        ("* METADATA x (/a \"v\"", 20, None),
        ("* METADATA x /a ", 15, Some(TrailingSpace)),
    ]);
}
