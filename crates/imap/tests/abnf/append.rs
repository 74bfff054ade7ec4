//! APPEND and REPLACE: RFC 9051 §6.3.12, RFC 3502, RFC 3516, RFC 4466, RFC 4469, RFC 6855, RFC 7888, RFC 8508.

use crate::table::C;
use mailwire_imap::Quirk::*;

#[test]
fn append() {
    C.reads(&[
        &["a APPEND x {1+}\r\ny", "a append \"x\" {1}\r\ny", "a APPEND {1}\r\nx {01}\r\ny"],
        &["a APPEND x {0+}\r\n", "a APPEND x {0}\r\n"],
        &["a APPEND x () {1+}\r\ny"],
        &["a APPEND x (\\Seen $Junk) {1+}\r\ny", "a APPEND x (\\SEEN $Junk) {1}\r\ny"],
        &[
            "a APPEND x \" 7-Feb-1994 22:43:04 -0800\" {1+}\r\ny",
            "a APPEND x \"07-feb-1994 22:43:04 -0800\" {1}\r\ny",
        ],
        &["a APPEND x (\\Draft) \"17-Feb-1994 22:43:04 +0000\" {1+}\r\ny"],
        &["a APPEND x ~{1+}\r\n\0", "a APPEND x ~{1}\r\n\0"],
        &["a APPEND x {1+}\r\ny {1+}\r\nz", "a APPEND x {1}\r\ny {1}\r\nz"],
        &["a APPEND x (\\Seen) {1+}\r\ny () \"17-Feb-1994 22:43:04 +0000\" ~{1+}\r\n\0"],
        &[
            "a APPEND x CATENATE (URL /y;UID=1)",
            "a APPEND x catenate (url \"/y;UID=1\")",
            "a APPEND x CATENATE (URL {8}\r\n/y;UID=1)",
        ],
        &[
            "a APPEND x (\\Seen) CATENATE (TEXT {1+}\r\ny URL a TEXT {0+}\r\n)",
            "a APPEND x (\\Seen) CATENATE (text {1}\r\ny url a text {0}\r\n)",
        ],
        &["a APPEND x CATENATE (URL a) {1+}\r\ny"],
        &["a APPEND x UTF8 (~{2+}\r\né)", "a append x utf8 (~{2}\r\né)"],
        &["a APPEND x (\\Seen) UTF8 (~{1+}\r\ny)"],
        &[
            "a APPEND x CATENATE (UTF8 (~{2+}\r\né) URL a)",
            "a APPEND x CATENATE (utf8 (~{2}\r\né) url a)",
        ],
        &["a REPLACE 4 x {1+}\r\ny", "a replace 4 \"x\" {1}\r\ny"],
        &["a REPLACE * x (\\Seen) \"17-Feb-1994 22:43:04 +0000\" {1+}\r\ny"],
        &["a UID REPLACE 4294967295 x CATENATE (URL a)"],
    ]);
}

#[test]
fn no_append() {
    C.refuses(&[
        ("a APPEND", 8, None),
        ("a APPEND x", 10, None),
        ("a APPEND x ", 11, None),
        ("a APPEND x y", 12, None),
        ("a APPEND x \"y\"", 11, None),
        ("a APPEND x NIL", 14, None),
        ("a APPEND x (\\Seen)", 18, None),
        ("a APPEND x (\\*) {1+}\r\ny", 12, Some(OddFlag)),
        ("a APPEND x (\\Seen ) {1+}\r\ny", 17, Some(ExtraSpace)),
        ("a APPEND x \\Seen {1+}\r\ny", 11, None),
        ("a APPEND x \"7-Feb-1994 22:43:04 -0800\" {1+}\r\ny", 11, Some(OddDate)),
        ("a APPEND x \"17-Feb-1994 22:43:04\" {1+}\r\ny", 11, None),
        ("a APPEND x \"30-Feb-1994 22:43:04 +0000\" {1+}\r\ny", 11, None),
        ("a APPEND x NIL {1+}\r\ny", 15, None),
        ("a APPEND x \"17-Feb-1994 22:43:04 +0000\" () {1+}\r\ny", 40, None),
        ("a APPEND x {1+}\r\nyz", 18, None),
        ("a APPEND x {1+}\r\ny ", 18, Some(TrailingSpace)),
        ("a APPEND x {1+}\r\n\0", 17, Some(NulInString)),
        ("a APPEND x {1-}\r\ny", 11, Some(OddLiteral)),
        ("a APPEND x  {1+}\r\ny", 11, Some(ExtraSpace)),
        ("a APPEND x CATENATE ()", 20, Some(EmptyList)),
        ("a APPEND x CATENATE (URL)", 21, None),
        ("a APPEND x CATENATE URL a", 20, None),
        ("a APPEND x CATENATE (TEXT \"a\")", 26, None),
        ("a APPEND x CATENATE (TEXT ~{1+}\r\na)", 26, Some(OddLiteral)),
        ("a APPEND x CATENATE (URL a )", 26, Some(ExtraSpace)),
        ("a APPEND x CATENATE (MIME {1+}\r\ny)", 21, None),
        ("a APPEND x UTF8 ({1+}\r\ny)", 17, Some(OddLiteral)),
        ("a APPEND x UTF8 ~{1+}\r\ny", 16, None),
        ("a APPEND x UTF8 ()", 17, None),
        ("a REPLACE 0 x {1+}\r\ny", 10, None),
        ("a REPLACE 1:2 x {1+}\r\ny", 11, None),
        ("a REPLACE $ x {1+}\r\ny", 10, None),
        ("a REPLACE 1 x", 13, None),
        ("a REPLACE 1 x {1+}\r\ny {1+}\r\nz", 21, None),
    ]);
}
