//! FETCH: RFC 9051 §6.4.5, §7.5.2, RFC 3501, RFC 3516, RFC 5257, RFC 7162, RFC 8474, RFC 8514, RFC 8970, RFC 9586,
//! Gmail.

use crate::table::{C, S, S_UTF8};
use mailwire_imap::Quirk::*;

#[test]
fn attributes() {
    for name in [
        "ENVELOPE",
        "FLAGS",
        "INTERNALDATE",
        "RFC822.SIZE",
        "BODY",
        "BODYSTRUCTURE",
        "UID",
        "BODY[]",
        "BODY.PEEK[]",
        "BODY[1]",
        "BODY[1.2.3]",
        "BODY[HEADER]",
        "BODY[TEXT]",
        "BODY[1.HEADER]",
        "BODY.PEEK[1.2.TEXT]",
        "BODY[1.MIME]",
        "BODY[]<0.1>",
        "BODY.PEEK[TEXT]<1024.1024>",
        "BODY[HEADER.FIELDS (From)]",
        "BODY[HEADER.FIELDS.NOT (From To)]",
        "BODY.PEEK[1.HEADER.FIELDS (X-A)]<0.9>",
        "BINARY[]",
        "BINARY[1.2]",
        "BINARY.PEEK[1]<0.100>",
        "BINARY.SIZE[]",
        "BINARY.SIZE[1.2]",
        "RFC822",
        "RFC822.HEADER",
        "RFC822.TEXT",
        "MODSEQ",
        "EMAILID",
        "THREADID",
        "PREVIEW",
        "PREVIEW (LAZY)",
        "SAVEDATE",
        "X-GM-MSGID",
        "X-GM-THRID",
        "X-GM-LABELS",
    ] {
        let canonical = format!("a FETCH 1 {name}");
        let mut forms = vec![canonical.clone(), format!("a FETCH 1 ({name})")];
        if !name.contains("FIELDS") {
            forms.push(format!("a fetch 1 {}", name.to_lowercase()));
        }
        C.reads(&[
            &forms.iter().map(String::as_str).collect::<Vec<_>>(),
            &[&format!("a UID FETCH 1:* (UID {name} FLAGS)")],
            &[&match name {
                // Servers take what is in parentheses behind it for its own.
                "PREVIEW" => "a FETCH 1 (PREVIEW) (CHANGEDSINCE 5)".to_owned(),
                _ => format!("{canonical} (CHANGEDSINCE 5)"),
            }],
        ]);
    }
    C.reads(&[
        &["a FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)", "a FETCH 1 ALL", "a fetch 1 all"],
        &["a FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)", "a FETCH 1 FAST"],
        &[
            "a FETCH 1 PREVIEW (LAZY)",
            "a FETCH 1 PREVIEW (LAZY lazy)",
            "a FETCH 1 (PREVIEW (Lazy LAZY))",
        ],
        &["a FETCH 1 (PREVIEW) (PARTIAL 1:5)", "a FETCH 1 PREVIEW (PARTIAL 1:5)"],
        &["a FETCH 1 PREVIEW (LAZY) (PARTIAL 1:5)"],
        &["a FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)", "a FETCH 1 FULL"],
        &[
            "a FETCH 1 BODY[HEADER.FIELDS (From \"a b\" a]b)]",
            "a FETCH 1 body[header.fields (\"From\" {3+}\r\na b \"a]b\")]",
        ],
        &["a FETCH 1 BODY[HEADER.FIELDS (From)]", "a FETCH 1 BODY[HEADER.FIELDS ({4}\r\nFrom)]"],
    ]);
}

#[test]
fn no_attributes() {
    C.refuses(&[
        ("a FETCH 1", 9, None),
        ("a FETCH 1 ", 10, None),
        ("a FETCH 1 ()", 10, Some(EmptyList)),
        ("a FETCH 1 UID FLAGS", 13, None),
        ("a FETCH 1 (UID", 14, None),
        ("a FETCH 1 (UID )", 14, Some(ExtraSpace)),
        ("a FETCH 1 ( UID)", 11, Some(ExtraSpace)),
        ("a FETCH 1 (UID  FLAGS)", 15, Some(ExtraSpace)),
        ("a FETCH 1 (ALL)", 11, Some(WrongShape)),
        ("a FETCH 1 (FLAGS FAST)", 17, Some(WrongShape)),
        ("a FETCH 1 FULL UID", 14, None),
        ("a FETCH 1 NOSUCH", 10, Some(Other)),
        ("a FETCH 1 BODY.PEEK", 10, Some(Other)),
        ("a FETCH 1 BINARY", 10, Some(Other)),
        ("a FETCH 1 BODYSTRUCTURE[]", 10, Some(Other)),
        ("a FETCH 1 BODY[", 15, None),
        ("a FETCH 1 BODY[MIME]", 15, None),
        ("a FETCH 1 BODY[1.]", 17, None),
        ("a FETCH 1 BODY[.1]", 15, None),
        ("a FETCH 1 BODY[1 2]", 16, None),
        ("a FETCH 1 BODY[1.X]", 17, None),
        ("a FETCH 1 BODY[HEADERS]", 21, None),
        ("a FETCH 1 BODY[HEADER.1]", 21, None),
        ("a FETCH 1 BODY[TEXT.1]", 19, None),
        ("a FETCH 1 BODY[HEADER.FIELDS]", 28, None),
        ("a FETCH 1 BODY[HEADER.FIELDS ()]", 29, None),
        ("a FETCH 1 BODY[HEADER.FIELDS(From)]", 28, None),
        ("a FETCH 1 BODY[HEADER.FIELDS From]", 29, None),
        ("a FETCH 1 BODY[HEADER.FIELDS (From )]", 34, Some(ExtraSpace)),
        ("a FETCH 1 BODY[HEADER.FIELDS (From  To)]", 35, Some(ExtraSpace)),
        ("a FETCH 1 BODY []", 14, None),
        ("a FETCH 1 BODY[]<5>", 18, None),
        ("a FETCH 1 BINARY[HEADER]", 16, None),
        ("a FETCH 1 BINARY[1.MIME]", 16, None),
        ("a FETCH 1 BINARY.SIZE[1]<0.5>", 24, None),
        ("a FETCH 1 PREVIEW ()", 18, Some(EmptyList)),
        ("a FETCH 1 PREVIEW(LAZY)", 17, None),
        ("a FETCH 1 PREVIEW (LAZY )", 23, Some(ExtraSpace)),
        ("a FETCH 1 PREVIEW (LAZY X)", 24, None),
        ("a FETCH 1 (PREVIEW (LAZYX))", 19, None),
    ]);
}

#[test]
fn items() {
    S.reads(&[
        &["* 1 FETCH (UID 1)", "* 1 fetch (uid 1)"],
        &["* 4294967295 FETCH (UID 4294967295)"],
        &["* 7 UIDFETCH (FLAGS ())", "* 7 uidfetch (flags ())"],
        &["* 1 FETCH (FLAGS (\\Seen \\Recent $Junk))", "* 1 FETCH (FLAGS (\\seen \\RECENT $Junk))"],
        &[
            "* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
            "* 1 FETCH (internaldate \"17-jul-1996 02:44:25 -0700\")",
        ],
        &[
            "* 1 FETCH (INTERNALDATE \" 1-Jan-0000 00:00:00 +0000\")",
            "* 1 FETCH (INTERNALDATE \"01-Jan-0000 00:00:00 +0000\")",
        ],
        &["* 1 FETCH (RFC822.SIZE 0)", "* 1 FETCH (rfc822.size 00)"],
        &["* 1 FETCH (RFC822.SIZE 9223372036854775807)"],
        &["* 1 FETCH (MODSEQ (1))", "* 1 FETCH (modseq (1))"],
        &["* 1 FETCH (MODSEQ (9223372036854775807))"],
        &["* 1 FETCH (EMAILID (M-6_d))", "* 1 FETCH (emailid (M-6_d))"],
        &["* 1 FETCH (THREADID (T1) EMAILID (NIL))"],
        &["* 1 FETCH (THREADID NIL)", "* 1 FETCH (threadid nil)"],
        &["* 1 FETCH (PREVIEW \"x\")", "* 1 FETCH (preview {1}\r\nx)"],
        &["* 1 FETCH (PREVIEW \"\")", "* 1 FETCH (PREVIEW {0}\r\n)"],
        &["* 1 FETCH (PREVIEW NIL)", "* 1 FETCH (PREVIEW nil)"],
        &["* 1 FETCH (SAVEDATE NIL)", "* 1 FETCH (savedate nil)"],
        &["* 1 FETCH (SAVEDATE \" 1-Jan-2015 18:50:53 +0100\")"],
        &["* 1 FETCH (X-GM-MSGID 18446744073709551615 X-GM-THRID 0)"],
        &[
            "* 1 FETCH (X-GM-LABELS (\\Inbox x \"a b\"))",
            "* 1 FETCH (X-GM-LABELS (\\Inbox \"x\" {3}\r\na b))",
        ],
        &["* 1 FETCH (X-GM-LABELS ())"],
        &[
            "* 1 FETCH (ANNOTATION (/comment (value.priv \"x\" size.priv \"1\")))",
            "* 1 FETCH (annotation (\"/comment\" (value.priv {1}\r\nx \"size.priv\" \"1\")))",
        ],
        &["* 1 FETCH (ANNOTATION (/comment (value.shared NIL) /x (value.priv \"\")))"],
        &["* 1 FETCH (ANNOTATION (/comment /x/y))"],
        &["* 1 FETCH (UID 1 FLAGS () MODSEQ (5) RFC822.SIZE 3)"],
    ]);
    S_UTF8.reads(&[&["* 1 FETCH (PREVIEW \"é\")", "* 1 FETCH (PREVIEW {2}\r\né)"]]);
}

#[test]
fn data() {
    S.reads(&[
        &["* 1 FETCH (BODY[] {0}\r\n)", "* 1 FETCH (body[] \"\")", "* 1 FETCH (BODY[] {00}\r\n)"],
        &["* 1 FETCH (BODY[] NIL)", "* 1 FETCH (BODY[] nil)"],
        &["* 1 FETCH (BODY[] {3}\r\nNIL)", "* 1 FETCH (BODY[] \"NIL\")"],
        &["* 1 FETCH (BODY[TEXT] {4}\r\na\r\n) UID 5)"],
        &["* 1 FETCH (BODY[1.2.HEADER] {1}\r\nx)", "* 1 FETCH (BODY[1.2.header] \"x\")"],
        &["* 1 FETCH (BODY[1.MIME]<0> {1}\r\nx)", "* 1 FETCH (BODY[1.mime]<00> \"x\")"],
        &["* 1 FETCH (BODY[]<9223372036854775807> {0}\r\n)"],
        &[
            "* 1 FETCH (BODY[HEADER.FIELDS (From \"a b\")] {0}\r\n)",
            "* 1 FETCH (BODY[HEADER.FIELDS (\"From\" {3}\r\na b)] \"\")",
        ],
        &["* 1 FETCH (BODY[HEADER.FIELDS.NOT (To)]<5> {0}\r\n)"],
        &["* 1 FETCH (BODY[] {2}\r\né)"],
        &[
            "* 1 FETCH (BINARY[] {1}\r\nx)",
            "* 1 FETCH (binary[] \"x\")",
            "* 1 FETCH (BINARY[] ~{1}\r\nx)",
        ],
        &["* 1 FETCH (BINARY[1.2]<3> ~{2}\r\n\0x)"],
        &["* 1 FETCH (BINARY[1] NIL)"],
        &["* 1 FETCH (BINARY.SIZE[1.2] 0)", "* 1 FETCH (binary.size[1.2] 0)"],
        &["* 1 FETCH (BINARY.SIZE[] 4294967295)"],
        &["* 1 FETCH (RFC822 {1}\r\nx)", "* 1 FETCH (rfc822 \"x\")"],
        &["* 1 FETCH (RFC822.HEADER NIL RFC822.TEXT {0}\r\n)"],
    ]);
}

#[test]
fn no_items() {
    S.refuses(&[
        ("* 1 FETCH", 9, None),
        ("* 1 FETCH UID 1", 10, None),
        ("* 1 FETCH ()", 11, Some(EmptyList)),
        ("* 1 FETCH (UID 1", 16, Some(MissingParenthesis)),
        ("* 1 FETCH (UID 1 )", 16, Some(ExtraSpace)),
        ("* 1 FETCH ( UID 1)", 11, Some(ExtraSpace)),
        ("* 1 FETCH (UID 1  FLAGS ())", 17, Some(ExtraSpace)),
        ("* 1 FETCH (UID 1FLAGS ())", 16, Some(MissingSpace)),
        ("* 1 FETCH (FLAGS ()UID 1)", 19, Some(MissingSpace)),
        ("* 1 FETCH (UID  1)", 15, Some(ExtraSpace)),
        ("* 1 FETCH (UID 1) FLAGS ()", 16, Some(ExtraParentheses)),
        ("* 1 FETCH ((UID 1))", 11, Some(ExtraParentheses)),
        ("* 1 FETCH (UID 0)", 15, Some(ZeroNumber)),
        ("* 1 FETCH (UID 01)", 15, Some(LeadingZero)),
        ("* 1 FETCH (FLAGS (\\Seen ))", 23, Some(ExtraSpace)),
        ("* 1 FETCH (FLAGS (\\*))", 18, Some(OddFlag)),
        ("* 1 FETCH (INTERNALDATE NIL)", 24, Some(UnexpectedNil)),
        ("* 1 FETCH (INTERNALDATE \"1-Jan-2000 00:00:00 +0000\")", 24, Some(OddDate)),
        ("* 1 FETCH (INTERNALDATE \"01-Jan-2000 00:00:00\")", 24, Some(OddDate)),
        ("* 1 FETCH (INTERNALDATE \"01-Jan-2000  00:00:00 +0000\")", 24, Some(OddDate)),
        ("* 1 FETCH (INTERNALDATE {26}\r\n17-Jul-1996 02:44:25 -0700)", 24, Some(OddDate)),
        ("* 1 FETCH (SAVEDATE \"1-Jan-2000 00:00:00 +0000\")", 20, Some(OddDate)),
        ("* 1 FETCH (RFC822.SIZE -1)", 23, Some(NegativeNumber)),
        ("* 1 FETCH (RFC822.SIZE 9.3736e+06)", 23, Some(FloatNumber)),
        ("* 1 FETCH (MODSEQ (0))", 19, Some(ZeroNumber)),
        ("* 1 FETCH (MODSEQ (9223372036854775808))", 19, Some(LargeNumber)),
        ("* 1 FETCH (RFC822.SIZE 9223372036854775808)", 23, Some(LargeNumber)),
        ("* 1 FETCH (EMAILID (a.b))", 20, Some(Other)),
        ("* 1 FETCH (ANNOTATION ())", 22, Some(EmptyList)),
        ("* 1 FETCH (MODSEQ (-5))", 19, Some(NegativeNumber)),
        ("* 1 FETCH (EMAILID (a) THREADID NIL EMAILID (b) )", 47, Some(ExtraSpace)),
        ("* 1 FETCH (PREVIEW (FUZZY \"x\"))", 19, Some(ExtraParentheses)),
        ("* 1 FETCH (X-GM-LABELS NIL)", 23, Some(UnexpectedNil)),
        ("* 1 FETCH (X-GM-LABELS (x ))", 25, Some(ExtraSpace)),
        ("* 1 FETCH (BODY[] ~{1}\r\nx)", 18, Some(OddLiteral)),
        ("* 1 FETCH (BODY[] {1+}\r\nx)", 18, Some(OddLiteral)),
        ("* 1 FETCH (BODY[] {1}\r\n\0)", 23, Some(NulInString)),
        ("* 1 FETCH (BODY[]  NIL)", 18, Some(ExtraSpace)),
        ("* 1 FETCH (BODY[]{1}\r\nx UID 1)", 17, Some(MissingSpace)),
        ("* 1 FETCH (BODY[TEXT]<0>\"x\" UID 1)", 24, Some(MissingSpace)),
        ("* 1 FETCH (BINARY[1]~{1}\r\nx UID 1)", 20, Some(MissingSpace)),
    ]);
}

/// One item is broken, and the others are read: leniently nothing is repaired.
#[test]
fn invalid_items() {
    S.invalid(&[
        ("* 1 FETCH (UID x)", 15),
        ("* 1 FETCH (UID)", 14),
        ("* 1 FETCH (UID 4294967296)", 15),
        ("* 1 FETCH (UID -1)", 15),
        ("* 1 FETCH (FLAGS NIL)", 17),
        ("* 1 FETCH (INTERNALDATE x)", 24),
        ("* 1 FETCH (INTERNALDATE \"30-Feb-2000 00:00:00 +0000\")", 24),
        ("* 1 FETCH (MODSEQ 5)", 18),
        ("* 1 FETCH (EMAILID M1)", 19),
        ("* 1 FETCH (EMAILID NIL)", 19),
        ("* 1 FETCH (EMAILID ())", 20),
        ("* 1 FETCH (PREVIEW x)", 19),
        ("* 1 FETCH (X-GM-MSGID 18446744073709551616)", 22),
        ("* 1 FETCH (BODY[] x)", 18),
        ("* 1 FETCH (BODY[MIME] NIL)", 16),
        ("* 1 FETCH (BODY[1.] NIL)", 18),
        ("* 1 FETCH (BODY[]<0.5> NIL)", 19),
        ("* 1 FETCH (BODY[]NIL)", 17),
        ("* 1 FETCH (BINARY[TEXT] NIL)", 17),
        ("* 1 FETCH (BINARY.SIZE[1] NIL)", 26),
        ("* 1 FETCH (ENVELOPE NIL)", 20),
        ("* 1 FETCH (BODY NIL)", 16),
    ]);
}
