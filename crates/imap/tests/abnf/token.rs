//! Tags, strings, numbers, names: RFC 9051 §9, RFC 3501 §9, RFC 7888, RFC 9755.

use crate::table::{C, C_UTF8, S, S_UTF8};
use mailwire_imap::Quirk::*;

#[test]
fn tags() {
    C.reads_each(&["1 NOOP", "a.b-c NOOP", "]x NOOP", "A142 NOOP", "NIL NOOP", "~&# NOOP"]);
    C.refuses(&[
        ("+ NOOP", 0, None),
        ("a+ NOOP", 0, None),
        ("* NOOP", 0, None),
        ("a* NOOP", 0, None),
        ("a% NOOP", 0, None),
        ("\"a\" NOOP", 0, None),
        ("(a) NOOP", 0, None),
        ("a{ NOOP", 0, None),
        (" a NOOP", 0, Some(ExtraSpace)),
        ("a  NOOP", 2, Some(ExtraSpace)),
        ("a NOOP ", 6, Some(TrailingSpace)),
        ("a", 1, None),
        ("a ", 2, None),
        ("", 0, None),
    ]);
    S.reads_each(&["]x OK x", "* OK x", "1 NO x"]);
    S.refuses(&[("a+ OK x", 1, None), ("a* OK x", 1, None), ("(a) OK x", 0, None)]);
}

/// `astring = 1*ASTRING-CHAR / string`, `quoted`, `literal`
#[test]
fn strings() {
    C.reads(&[
        &[
            "a LOGIN joe secret",
            "a LOGIN \"joe\" \"secret\"",
            "a LOGIN {3+}\r\njoe {6+}\r\nsecret",
            "a LOGIN {3}\r\njoe \"secret\"",
            "a login \"joe\" {06+}\r\nsecret",
        ],
        &["a LOGIN \"\" \"\"", "a LOGIN {0+}\r\n {0}\r\n", "a LOGIN \"\" {00+}\r\n"],
        &["a LOGIN a]b ]", "a LOGIN \"a]b\" \"]\""],
        &["a LOGIN \"nil\" \"NIL\"", "a LOGIN nil NIL"],
        &["a LOGIN \"a b\" \"(){%*\"", "a LOGIN {3}\r\na b {5}\r\n(){%*"],
        &["a LOGIN \"\\\"\" \"\\\\\"", "a LOGIN {1}\r\n\" {1}\r\n\\"],
        &["a LOGIN {2+}\r\n\r\n {1+}\r\n\n", "a LOGIN {2}\r\n\r\n {1}\r\n\n"],
        &["a LOGIN \"\u{1}\t\u{7f}\" x", "a LOGIN {3}\r\n\u{1}\t\u{7f} x"],
        &["a LOGIN + &-~#,;:!?@^_`|'=/<>[$", "a LOGIN \"+\" \"&-~#,;:!?@^_`|'=/<>[$\""],
        &["a LOGIN {2+}\r\né {2+}\r\nß", "a LOGIN {2}\r\né {2}\r\nß"],
    ]);
    C_UTF8.reads(&[&["a LOGIN \"é\" \"日本\"", "a LOGIN {2}\r\né {6}\r\n日本"]]);
    C.refuses(&[
        ("a LOGIN joe", 11, None),
        ("a LOGIN joe ", 12, None),
        ("a LOGIN joe secret x", 18, None),
        ("a LOGIN joe\tx secret", 11, None),
        ("a LOGIN jo(e secret", 10, None),
        ("a LOGIN jo\"e secret", 10, None),
        ("a LOGIN jo\\e secret", 10, None),
        ("a LOGIN \"joe secret", 8, None),
        ("a LOGIN \"joe\"secret x", 13, None),
        ("a LOGIN \"j\\oe\" secret", 10, Some(BadEscape)),
        ("a LOGIN \"j\0oe\" secret", 10, None),
        ("a LOGIN \"é\" secret", 9, Some(EightBitInQuoted)),
        ("a LOGIN é secret", 8, None),
        ("a LOGIN {3-}\r\njoe secret", 8, Some(OddLiteral)),
        ("a LOGIN {3}\njoe secret", 11, Some(BareLf)),
        ("a LOGIN ~{3}\r\njoe secret", 8, Some(OddLiteral)),
        ("a LOGIN {3}\r\nj\0e secret", 13, None),
    ]);
}

#[test]
fn strings_of_servers() {
    S.reads(&[
        &["* QUOTAROOT a b \"\"", "* QUOTAROOT {1}\r\na \"b\" {0}\r\n"],
        &["* QUOTAROOT a \"NIL\"", "* QUOTAROOT a NIL", "* QUOTAROOT a {3}\r\nNIL"],
        &["* ID (\"a\" NIL)", "* ID ({1}\r\na nil)"],
        &["* ID (\"a\" \"nil\" \"\" \"\")", "* id (\"a\" {3}\r\nnil {0}\r\n \"\")"],
        &["* ID (\"a\" {2}\r\n\r\n)"],
        &["* ID (\"a\" \"\\\\\\\"\")", "* ID (\"a\" {2}\r\n\\\")"],
    ]);
    S.refuses(&[
        ("* ID (a NIL)", 6, None),
        ("* ID (NIL \"a\")", 6, None),
        ("* ID (\"a\" b)", 10, None),
        ("* ID (\"a\" {1+}\r\nb)", 10, Some(OddLiteral)),
        ("* ID (\"a\" {1-}\r\nb)", 10, Some(OddLiteral)),
        ("* ID (\"a\" ~{1}\r\nb)", 10, Some(OddLiteral)),
        ("* ID (\"a\" \"é\")", 11, Some(EightBitInQuoted)),
        ("* ID (\"a\" \"\\a\")", 11, Some(BadEscape)),
    ]);
    S_UTF8.reads(&[&["* ID (\"é\" \"日本\")", "* ID ({2}\r\né {6}\r\n日本)"]]);
}

/// `number`, `nz-number`, `number64`, `seq-number`
#[test]
fn numbers() {
    C.reads(&[
        &["a FETCH 1 UID"],
        &["a FETCH 4294967295 UID"],
        &["a SEARCH LARGER 0", "a SEARCH LARGER 00"],
        &["a SEARCH LARGER 4294967296"],
        &["a SEARCH SMALLER 9223372036854775807", "a SEARCH SMALLER 09223372036854775807"],
        &["a SEARCH OLDER 1"],
        &["a SEARCH YOUNGER 4294967295"],
        &["a FETCH 1 BODY[]<0.1>"],
        &["a FETCH 1 BODY[]<9223372036854775807.9223372036854775807>"],
        &["a FETCH 1 BODY[4294967295.1]"],
    ]);
    C.refuses(&[
        ("a FETCH 0 UID", 8, None),
        ("a FETCH 01 UID", 8, None),
        ("a FETCH 4294967296 UID", 8, None),
        ("a FETCH -1 UID", 8, None),
        ("a SEARCH LARGER 9223372036854775808", 16, Some(LargeNumber)),
        ("a SEARCH LARGER 18446744073709551615", 16, Some(LargeNumber)),
        ("a SEARCH LARGER 18446744073709551616", 16, None),
        ("a SEARCH LARGER -1", 16, None),
        ("a SEARCH LARGER 1x", 17, None),
        ("a SEARCH LARGER \"1\"", 16, None),
        ("a SEARCH OLDER 0", 15, None),
        ("a SEARCH OLDER 01", 15, Some(LeadingZero)),
        ("a SEARCH OLDER 4294967296", 15, None),
        ("a FETCH 1 BODY[]<0.0>", 16, None),
        ("a FETCH 1 BODY[]<1>", 18, None),
        ("a FETCH 1 BODY[]<1.>", 19, None),
        ("a FETCH 1 BODY[]<.1>", 17, None),
        ("a FETCH 1 BODY[]<0.9223372036854775808>", 19, None),
        ("a FETCH 1 BODY[0]", 15, None),
        ("a FETCH 1 BODY[01]", 15, Some(LeadingZero)),
        ("a FETCH 1 BODY[4294967296]", 15, None),
    ]);
    S.reads(&[
        &["* 0 EXISTS", "* 00 EXISTS"],
        &["* 4294967295 EXISTS", "* 4294967295 exists"],
        &["* 7 RECENT", "* 07 Recent"],
        &["* 4294967295 EXPUNGE"],
    ]);
    S.refuses(&[
        ("* 4294967296 EXISTS", 2, None),
        ("* 0 EXPUNGE", 2, None),
        ("* 01 EXPUNGE", 2, Some(LeadingZero)),
        ("* 0 FETCH (UID 1)", 2, None),
        ("* 1  EXISTS", 4, Some(ExtraSpace)),
        ("*  1 EXISTS", 2, Some(ExtraSpace)),
        ("* 1 EXISTS ", 10, Some(TrailingSpace)),
        ("* 1 EXISTS x", 10, None),
        ("* 1EXISTS", 3, None),
        ("*1 EXISTS", 1, None),
    ]);
}

/// `sequence-set`: RFC 9051 §9, RFC 5182
#[test]
fn sequence_sets() {
    C.reads(&[
        &["a FETCH * UID"],
        &["a FETCH 1:* UID"],
        &["a FETCH *:1 UID"],
        &["a FETCH 4:2,*,1 UID"],
        &["a FETCH 3 UID", "a FETCH 3:3 UID"],
        &["a FETCH * UID", "a FETCH *:* UID"],
        &["a FETCH $ UID"],
        &["a UID STORE $ FLAGS ()"],
        &["a UID COPY $ x"],
        &["a MOVE $ x"],
        &["a UID EXPUNGE $"],
        &["a SEARCH $ UID $"],
        &["a FETCH 1,1,1 UID"],
    ]);
    C.refuses(&[
        ("a FETCH $,1 UID", 9, None),
        ("a FETCH 1,$ UID", 10, None),
        ("a FETCH 1: UID", 10, None),
        ("a FETCH :1 UID", 8, None),
        ("a FETCH 1,,2 UID", 10, None),
        ("a FETCH 1, UID", 10, None),
        ("a FETCH ,1 UID", 8, None),
        ("a FETCH 1:2:3 UID", 11, None),
        ("a FETCH 1;2 UID", 9, None),
        ("a FETCH 1 2 UID", 10, None),
        ("a FETCH (1) UID", 8, None),
        ("a FETCH \"1\" UID", 8, None),
        ("a FETCH ** UID", 9, None),
    ]);
}

/// `mailbox`: RFC 9051 §5.1, RFC 3501 §5.1.3
#[test]
fn mailboxes() {
    C.reads(&[
        &["a SELECT INBOX", "a SELECT \"INBOX\"", "a SELECT {5}\r\nINBOX"],
        &["a SELECT iNbOx", "a SELECT \"iNbOx\""],
        &["a SELECT INBOX/foo"],
        &["a SELECT \"\"", "a SELECT {0}\r\n"],
        &["a SELECT a]b", "a SELECT \"a]b\""],
        &["a SELECT \"NIL\"", "a SELECT NIL"],
        &["a SELECT Entw&APw-rfe", "a SELECT \"Entw&APw-rfe\"", "a SELECT {12}\r\nEntw&APw-rfe"],
        &["a SELECT a&-b", "a SELECT \"a&-b\""],
        &["a SELECT a&b", "a SELECT \"a&b\""],
        &["a SELECT \"a b\"", "a SELECT {3}\r\na b"],
        &["a SELECT \"a*b%\"", "a SELECT {4}\r\na*b%"],
        &["a SELECT \"a\\\\b\\\"\"", "a SELECT {4}\r\na\\b\""],
        &["a SELECT {8+}\r\nEntwürf", "a SELECT {8}\r\nEntwürf"],
    ]);
    C_UTF8.reads(&[
        &["a SELECT \"Entwürfe\"", "a SELECT {9}\r\nEntwürfe"],
        &["a SELECT Entw&APw-rfe", "a SELECT \"Entw&APw-rfe\""],
        &["a SELECT \"日本語/a b\""],
        &["a SELECT a&b"],
    ]);
    C.refuses(&[
        ("a SELECT a b", 11, None),
        ("a SELECT a*b", 10, None),
        ("a SELECT a%", 10, None),
        ("a SELECT (a)", 9, None),
        ("a SELECT", 8, None),
        ("a SELECT {2}\r\na\n", 9, None),
        ("a SELECT \"ü\"", 10, Some(EightBitInQuoted)),
    ]);
    C_UTF8.refuses(&[("a SELECT ü", 9, None)]);
    S.reads(&[
        &["* LIST () \"/\" INBOX", "* LIST () \"/\" \"INBOX\"", "* LIST () \"/\" {5}\r\nINBOX"],
        &["* LIST () \"/\" Entw&APw-rfe", "* LIST () \"/\" \"Entw&APw-rfe\""],
        &["* LIST () \"/\" \"a b\"", "* LIST () \"/\" {3}\r\na b"],
    ]);
    S_UTF8.reads(&[&["* LIST () \"/\" \"Entwürfe\"", "* LIST () \"/\" {9}\r\nEntwürfe"]]);
    S.refuses(&[
        ("* LIST () \"/\" Sent Items", 14, Some(UnquotedMailbox)),
        ("* LIST () \"/\" a*", 14, Some(UnquotedMailbox)),
        ("* LIST () \"/\" \"ü\"", 14, Some(EightBitInQuoted)),
        ("* LIST () \"/\" ü", 14, Some(UnquotedMailbox)),
        ("* LIST () \"/\" ", 14, None),
    ]);
}
