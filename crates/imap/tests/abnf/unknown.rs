//! What extensions may add, where the grammar says so (RFC 4466 §3, RFC 5258 §6, RFC 9051 §9).

use crate::table::{C, S};

#[test]
fn commands() {
    C.keeps(
        &[
            "a XNEW",
            "a X-NEW (a \"b\" {1+}\r\n\n) 5 1:*",
            "a UID XNEW 1:* x",
            "a CREATE x (FOO)",
            "a CREATE x (USE (\\Sent) FOO 5 BAR (a (b)) BAZ)",
            "a RENAME x y (FOO BAR (a))",
            "a SELECT x (FOO)",
            "a SELECT x (FOO 5 BAR 1:* BAZ (a \"b\") CONDSTORE)",
            "a EXAMINE x (ANNOTATE RESPONSES (\"UID Responses\") CONDSTORE)",
            "a FETCH 1 UID (FOO 5 CHANGEDSINCE 3 BAR)",
            "a FETCH 1 UID (FOO (a b) BAR 2,4)",
            "a FETCH 1 UID (VANISHEDX)",
            "a STORE 1 (FOO UNCHANGEDSINCE 3) FLAGS ()",
            "a STORE 1 (FOO 1 BAR (a)) FLAGS ()",
            "a STORE 1 ANNOTATION (/comment (value.priv \"x\"))",
            "a SEARCH RETURN (FOO) ALL",
            "a SEARCH RETURN (FOO 5 BAR 1:2 COUNT BAZ (a)) ALL",
            "a SEARCH RETURN (FOO -1:-500 BAR $ COUNT) ALL",
            "a SORT (X-NEW REVERSE X-OLD) UTF-8 ALL",
            "a SORT (DATE ANNOTATION \"/comment\" \"value.shared\" SIZE) UTF-8 ALL",
            "a UID SORT RETURN (COUNT) (REVERSE ANNOTATION \"/a\" value.priv) UTF-8 FROM x",
            "a STATUS x (X-NEW MESSAGES)",
            "a LIST (FOO SUBSCRIBED BAR (a (b))) \"\" *",
            "a LIST \"\" * RETURN (FOO CHILDREN vendor.x-y (a))",
            "a URLFETCH (u1 X-NEW)",
            "a GETMETADATA (FOO) x /a",
            "a GETMETADATA (MAXSIZE 5 FOO (a b)) x (/a /b)",
            "a APPEND x FOO (a \"b\")",
            "a APPEND x (\\Seen) FOO 5 BAR 1:2",
            "a APPEND x FOO (a) (\\Seen) BAR (b)",
            "a APPEND x FOO (a) \"17-Feb-1994 22:43:04 +0000\" {1+}\r\ny",
            "a REPLACE 1 x FOO 5",
        ],
        false,
    );
    C.keeps(
        &[
            "a FETCH 1 (X-NEW)",
            "a FETCH 1 (UID X-NEW[1.2]<5> FLAGS)",
            "a FETCH 1 (ANNOTATION (/comment value.priv))",
            "a SEARCH X-NEW a (b \"c\")",
            "a SEARCH NOT (X-NEW)",
        ],
        true,
    );
}

/// RFC 5257 §5: what clients send has no types, and goes on as it came, in all of its forms.
#[test]
fn annotations() {
    C.keeps(
        &[
            "a SELECT x (ANNOTATE)",
            "a EXAMINE x (CONDSTORE ANNOTATE)",
            "a STORE 1 ANNOTATION (/comment (value.priv NIL))",
            "a UID STORE 1:* ANNOTATION (/a (value.priv \"x\" value.shared {1+}\r\n\n) /b (\"c\" ~{1+}\r\n\0))",
            "a STORE 1 (UNCHANGEDSINCE 5) ANNOTATION (/comment (value.priv \"x\"))",
            "a SORT (ANNOTATION /altsubject value.shared REVERSE ANNOTATION \"/a b\" value.priv) UTF-8 ALL",
        ],
        false,
    );
    C.keeps(
        &[
            "a FETCH 1 (ANNOTATION (/comment value))",
            "a FETCH 1 (ANNOTATION ((/comment /altsubject) (value.priv size.priv)))",
            "a UID FETCH 1 (UID ANNOTATION (/* (value.priv size.priv)) FLAGS)",
            "a FETCH 1 (ANNOTATION (\"/%\" value.shared))",
            "a SEARCH ANNOTATION /comment value \"IMAP4\"",
            "a SEARCH ANNOTATION * value.priv ~{1+}\r\n\0",
            "a UID SEARCH NOT (ANNOTATION /% value.shared NIL) UNSEEN",
        ],
        true,
    );
    let kept = [
        "a APPEND x ANNOTATION (/comment (value.priv \"x\")) {1+}\r\ny",
        "a APPEND x (\\Seen) ANNOTATION (/a (value.priv ~{1+}\r\n\0) /b (value.shared NIL)) {1+}\r\ny",
    ];
    C.reads_each(&kept);
    S.reads_each(&[
        "* 1 FETCH (ANNOTATION (/a (value.priv ~{1}\r\n\0 size.priv \"1\") /b (value.shared NIL)))",
        "* 1 FETCH (FLAGS () ANNOTATION (/a \"/b c\"))",
    ]);
}

#[test]
fn responses() {
    S.keeps(
        &[
            "* XNEW",
            "* X-NEW (a \"b\" {1}\r\n\n) 5",
            "* 5 XNEW",
            "* 5 X-NEW (a) \"b\"",
            "* OK [X-NEW] x",
            "* OK [X-NEW a (b) \"c\"] x",
            "* LIST () \"/\" x (tablecloth (\"edge\" \"lacy\") X-Sample 5)",
            "* STATUS x (X-NEW 5 MESSAGES 1 X-OLD (a b))",
            "* ESEARCH UID X-NEW 5 COUNT 1",
            "* ESEARCH X-NEW 1:2,5",
            "* ESEARCH X-NEW (a (b))",
            "* 1 FETCH (X-NEW 5 UID 1)",
            "* 1 FETCH (X-NEW[1.2]<5> (a \"b\" (c)) X-OLD NIL)",
            "* 1 FETCH (X-NEW \"a\")",
        ],
        false,
    );
    // Not what their names say: what is beside them is read.
    S.keeps(&["* URLFETCH u1 (X-NEW (a \"b\")) (BODY {1}\r\nx) u2 NIL"], true);
}
