//! `body`: RFC 9051 §7.5.2, §9.

use crate::table::S;
use mailwire_imap::Quirk::{self, *};

const TEXT: &str = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)";
const ENVELOPE: &str = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";

/// A FETCH response with this structure, which begins at octet 25.
fn line(body: &str) -> String {
    let body = body.replace("TEXT!", TEXT).replace("ENV!", ENVELOPE);
    format!("* 1 FETCH (BODYSTRUCTURE {body})")
}

#[test]
fn structures() {
    for forms in [
        &["TEXT!", "({4}\r\nTEXT \"PLAIN\" nil nil NIL {4}\r\n7BIT 01 1)"][..],
        &[
            "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"x\" \"a\" \"\") \"<i>\" \"d\" \"8BIT\" 0 9223372036854775807)",
        ],
        &["(\"APPLICATION\" \"X-y\" NIL NIL NIL \"BASE64\" 4294967295)"],
        &[
            "(\"IMAGE\" \"PNG\" NIL \"\" \"\" \"X-own\" 5 \"md5\" NIL NIL NIL)",
            "(\"IMAGE\" \"PNG\" NIL \"\" \"\" \"X-own\" 5 {3}\r\nmd5)",
        ],
        &[
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL (\"attachment\" NIL) NIL NIL)",
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL ({10}\r\nattachment nil))",
        ],
        &[
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL (\"inline\" (\"filename\" \"a b\" \"size\" \"1\")) \"en\" NIL)",
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL (\"inline\" (\"filename\" \"a b\" \"size\" \"1\")) (\"en\"))",
        ],
        &["(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL NIL (\"en\" \"de\") \"loc\")"],
        &[
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 NIL NIL NIL NIL \"x\" 5 (NIL (\"y\" 9223372036854775807)))",
        ],
        &["(TEXT! \"MIXED\")"],
        &["(TEXT!TEXT!(TEXT! \"ALTERNATIVE\") \"MIXED\")"],
        &[
            "(TEXT! \"MIXED\" (\"boundary\" \"b\") NIL NIL NIL)",
            "(TEXT! \"MIXED\" (\"boundary\" \"b\"))",
        ],
        &["(TEXT! \"MIXED\" NIL (\"inline\" NIL) (\"en\" \"de\") \"loc\" 5 NIL)"],
        &["(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5 ENV! TEXT! 3)"],
        &[
            "(\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"8BIT\" 5 ENV! (TEXT! \"MIXED\") 3 NIL NIL NIL NIL)",
        ],
        &["(\"MESSAGE\" \"DELIVERY-STATUS\" NIL NIL NIL \"7BIT\" 5)"],
        &[
            "((\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5 ENV! (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 4 ENV! TEXT! 2) 3)TEXT! \"DIGEST\")",
        ],
    ] {
        let forms: Vec<_> = forms.iter().map(|form| line(form)).collect();
        S.reads(&[&forms.iter().map(String::as_str).collect::<Vec<_>>()]);
    }
    S.reads(&[&[&format!("* 1 FETCH (BODY {TEXT})"), &format!("* 1 FETCH (body {TEXT})")]]);
    let deep = format!("{}{TEXT}{}", "(".repeat(90), " \"MIXED\")".repeat(90));
    S.reads(&[&[&line(&deep)]]);
}

#[test]
fn odd_structures() {
    let part = |text: &str| format!("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5{text})");
    let rows: Vec<(String, usize, Quirk)> = vec![
        ("(\"IMAGE\" \"PNG\" () NIL NIL \"7BIT\" 5)".into(), 40, EmptyList),
        ("(\"IMAGE\" \"PNG\" \"x\" NIL NIL \"7BIT\" 5)".into(), 40, WrongShape),
        ("(\"IMAGE\" \"PNG\" (\"a\") NIL NIL \"7BIT\" 5)".into(), 41, MissingField),
        ("(\"IMAGE\" \"PNG\" (\"a\" NIL) NIL NIL \"7BIT\" 5)".into(), 45, UnexpectedNil),
        ("(\"IMAGE\" \"PNG\" (NIL \"a\") NIL NIL \"7BIT\" 5)".into(), 41, UnexpectedNil),
        ("(\"IMAGE\" \"PNG\" ( \"a\" \"b\") NIL NIL \"7BIT\" 5)".into(), 41, ExtraSpace),
        ("(\"IMAGE\" NIL NIL NIL NIL \"7BIT\" 5)".into(), 34, UnexpectedNil),
        ("(NIL \"PNG\" NIL NIL NIL \"7BIT\" 5)".into(), 26, UnexpectedNil),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL NIL 5)".into(), 52, UnexpectedNil),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" NIL)".into(), 59, UnexpectedNil),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" -1)".into(), 59, NegativeNumber),
        ("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1)".into(), 61, MissingField),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 9223372036854775808)".into(), 59, LargeNumber),
        ("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 NIL)".into(), 62, UnexpectedNil),
        ("(\"MIXED\" (\"boundary\" \"x\"))".into(), 26, EmptyMultipart),
        ("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5)".into(), 65, BareMessage),
        ("(TEXT!)".into(), 65, MissingField),
        ("(TEXT!\"MIXED\")".into(), 65, MissingSpace),
        ("(TEXT! TEXT! \"MIXED\")".into(), 66, ExtraSpace),
        ("(TEXT! NIL)".into(), 65, UnexpectedNil),
        (part(" NIL \"inline\""), 65, WrongShape),
        (part(" NIL (\"inline\")"), 74, MissingField),
        (part(" NIL (NIL NIL)"), 66, UnexpectedNil),
        (part(" NIL NIL ()"), 69, EmptyList),
        (part(" NIL NIL (\"en\" NIL)"), 75, UnexpectedNil),
        (part(" NIL NIL NIL ()"), 73, WrongShape),
        (part(" NIL NIL NIL (\"a\")"), 73, WrongShape),
        (part(" NIL NIL NIL NIL ()"), 77, EmptyList),
        (part(" NIL NIL NIL NIL (x)"), 78, WrongShape),
        (part(" NIL NIL NIL NIL x"), 77, WrongShape),
        (part(" NIL "), 65, ExtraSpace),
        (part("  NIL"), 61, ExtraSpace),
    ];
    let rows: Vec<_> =
        rows.into_iter().map(|(body, at, quirk)| (line(&body), at, Some(quirk))).collect();
    let rows: Vec<_> = rows.iter().map(|(line, at, quirk)| (line.as_str(), *at, *quirk)).collect();
    S.refuses(&rows);
    let rows = [
        ("()", 26),
        ("(\"IMAGE\")", 33),
        ("(IMAGE \"PNG\" NIL NIL NIL \"7BIT\" 5)", 26),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\")", 58),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 5 5)", 61),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL \"7BIT\" 4x)", 60),
        ("(\"IMAGE\" \"PNG\" NIL NIL NIL 7BIT 5)", 52),
        ("((\"IMAGE\") \"MIXED\")", 34),
        ("(TEXT! MIXED)", 66),
    ];
    let rows = rows.map(|(body, at)| (line(body), at));
    S.invalid(&rows.each_ref().map(|(line, at)| (line.as_str(), *at)));
}
