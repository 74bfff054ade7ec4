//! URLAUTH and its kin: RFC 4467, RFC 5524, RFC 5593, RFC 5092.

use crate::table::{C, S};
use mailwire_imap::Quirk::*;

#[test]
fn commands() {
    C.reads(&[
        &["a RESETKEY", "a resetkey"],
        &["a RESETKEY x", "a resetkey \"x\""],
        &["a RESETKEY x INTERNAL X.1-2"],
        &[
            "a GENURLAUTH imap://joe@a/x;urlauth=anonymous INTERNAL",
            "a genurlauth \"imap://joe@a/x;urlauth=anonymous\" INTERNAL",
        ],
        &["a GENURLAUTH u1 INTERNAL u2 X", "a GENURLAUTH {2}\r\nu1 INTERNAL u2 X"],
        &["a GENURLAUTH imap://a/b;urlauth=submit+fred;expire=2025-01-01T00:00:00Z INTERNAL"],
        &[
            "a URLFETCH imap://joe@a/x",
            "a urlfetch \"imap://joe@a/x\"",
            "a URLFETCH (imap://joe@a/x)",
        ],
        &["a URLFETCH u1 u2", "a URLFETCH {2}\r\nu1 \"u2\""],
        &["a URLFETCH (u1 BINARY)", "a urlfetch (\"u1\" binary)"],
        &["a URLFETCH (u1 BODYPARTSTRUCTURE BODY) u2 (u3 BINARY)"],
    ]);
    C.refuses(&[
        ("a RESETKEY ", 11, None),
        ("a RESETKEY x \"INTERNAL\"", 13, None),
        ("a GENURLAUTH", 12, None),
        ("a GENURLAUTH u1", 15, None),
        ("a GENURLAUTH u1 INTERNAL u2", 27, None),
        ("a GENURLAUTH u1 \"INTERNAL\"", 16, None),
        ("a URLFETCH", 10, None),
        ("a URLFETCH ()", 12, None),
        ("a URLFETCH (u1 BINARY", 21, None),
        ("a URLFETCH (u1 \"BINARY\")", 15, None),
        ("a URLFETCH ((u1) BINARY)", 12, None),
        ("a URLFETCH u1 ", 13, Some(TrailingSpace)),
    ]);
}

#[test]
fn responses() {
    S.reads(&[
        &["* GENURLAUTH u1", "* genurlauth \"u1\"", "* GENURLAUTH {2}\r\nu1"],
        &["* GENURLAUTH u1 u2"],
        &["* URLFETCH u1 NIL", "* urlfetch \"u1\" nil"],
        &["* URLFETCH u1 {1}\r\nx", "* URLFETCH u1 \"x\""],
        &["* URLFETCH u1 {2}\r\n\r\n u2 {0}\r\n", "* URLFETCH u1 {2}\r\n\r\n u2 \"\""],
        &[
            "* URLFETCH u1 (BINARY {1}\r\nx)",
            "* URLFETCH u1 (binary \"x\")",
            "* URLFETCH u1 (BINARY ~{1}\r\nx)",
        ],
        &["* URLFETCH u1 (BINARY NIL)"],
        &["* URLFETCH u1 (BINARY ~{1}\r\n\0) u2 NIL"],
        &["* URLFETCH u1 (BODY {1}\r\nx)", "* URLFETCH u1 (body \"x\")"],
        &["* URLFETCH u1 (BODYPARTSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)) (BODY {1}\r\nx) u2 {1}\r\ny"],
    ]);
    S.refuses(&[
        ("* GENURLAUTH", 12, Some(MissingField)),
        ("* URLFETCH", 10, Some(MissingField)),
        ("* URLFETCH u1", 13, None),
        ("* URLFETCH u1 x", 14, None),
        ("* URLFETCH u1 ()", 15, None),
        ("* URLFETCH u1 (BINARY)", 21, None),
        ("* URLFETCH u1 (BINARY x)", 22, None),
        ("* URLFETCH u1 (BODY ~{1}\r\nx)", 20, Some(OddLiteral)),
        ("* URLFETCH u1 (NOSUCH \"x\")", 15, Some(Other)),
        ("* URLFETCH u1 (BINARY \"x\")(BODY \"y\")", 26, None),
    ]);
}
