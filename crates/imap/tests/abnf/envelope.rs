//! `envelope`: RFC 9051 §7.5.2, §9.

use crate::table::{S, S_UTF8};
use mailwire_imap::Quirk::{self, *};

/// A FETCH response with this envelope.
fn line(envelope: &str) -> String {
    format!("* 1 FETCH (ENVELOPE {envelope})")
}

#[test]
fn envelopes() {
    for forms in [
        &["(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)", "(nil nil NIL NIL NIL NIL NIL NIL NIL nil)"]
            [..],
        &[
            "(\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")",
            "({0}\r\n \"\" NIL NIL NIL NIL NIL NIL {0}\r\n \"\")",
        ],
        &[
            "(\"NIL\" \"nil\" NIL NIL NIL NIL NIL NIL NIL NIL)",
            "({3}\r\nNIL {3}\r\nnil NIL NIL NIL NIL NIL NIL NIL NIL)",
        ],
        &[
            "(NIL \"a\\\\\\\"b\" NIL NIL NIL NIL NIL NIL NIL NIL)",
            "(NIL {4}\r\na\\\"b NIL NIL NIL NIL NIL NIL NIL NIL)",
        ],
        &[
            "(NIL NIL ((\"A B\" NIL \"a\" \"b.c\")) NIL NIL NIL NIL NIL NIL NIL)",
            "(NIL NIL (({3}\r\nA B nil {1}\r\na \"b.c\")) NIL NIL NIL NIL NIL NIL NIL)",
        ],
        &[
            "(NIL NIL ((NIL \"@a,@b\" \"a\" \"b\")(NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL NIL)",
        ],
        &[
            "(NIL NIL NIL NIL NIL ((NIL NIL \"group\" NIL)(NIL NIL \"a\" \"b\")(NIL NIL NIL NIL)) NIL NIL NIL NIL)",
        ],
        &[
            "(\"d\" \"s\" ((NIL NIL \"f\" \"h\")) ((NIL NIL \"s\" \"h\")) ((NIL NIL \"r\" \"h\")) ((NIL NIL \"t\" \"h\")) ((NIL NIL \"c\" \"h\")) ((NIL NIL \"b\" \"h\")) \"<i>\" \"<m>\")",
        ],
        &["(NIL {2}\r\né NIL NIL NIL NIL NIL NIL NIL NIL)"],
    ] {
        let forms: Vec<_> = forms.iter().map(|form| line(form)).collect();
        S.reads(&[&forms.iter().map(String::as_str).collect::<Vec<_>>()]);
    }
    S_UTF8.reads(&[&[
        &line("(NIL \"é\" NIL NIL NIL NIL NIL NIL NIL NIL)"),
        &line("(NIL {2}\r\né NIL NIL NIL NIL NIL NIL NIL NIL)"),
    ]]);
}

#[test]
fn odd_envelopes() {
    let rest = "NIL NIL NIL NIL NIL NIL NIL";
    let rows: [(String, usize, Quirk); 9] = [
        (format!("(NIL NIL () {rest})"), 29, EmptyList),
        (format!("(NIL NIL \"x\" {rest})"), 29, WrongShape),
        (format!("(NIL \"é\" NIL {rest})"), 26, EightBitInQuoted),
        (format!("(NIL ~{{1}}\r\nx NIL {rest})"), 25, OddLiteral),
        (format!("(NIL  NIL NIL {rest})"), 25, ExtraSpace),
        (format!("(NIL NIL NIL {rest} )"), 60, ExtraSpace),
        (format!("(NIL NIL ((NIL NIL NIL NIL) (NIL NIL NIL NIL)) {rest})"), 47, ExtraSpace),
        ("(NIL NIL NIL NIL NIL NIL NIL NIL)".into(), 52, MissingField),
        (format!("(NIL \"a\"b\" NIL {rest})"), 28, UnescapedQuote),
    ];
    let rows = rows.map(|(envelope, at, quirk)| (line(&envelope), at, Some(quirk)));
    S.refuses(&rows.each_ref().map(|(line, at, quirk)| (line.as_str(), *at, *quirk)));
    S.refuses(&[(&line("()"), 21, Some(MissingField))]);
    let rows = [
        ("(x NIL NIL NIL NIL NIL NIL NIL NIL NIL)", 21),
        ("(NIL NIL ((NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL)", 42),
        ("(NIL NIL (NIL NIL NIL NIL) NIL NIL NIL NIL NIL NIL NIL)", 30),
        ("(NIL NIL ((NIL NIL x NIL)) NIL NIL NIL NIL NIL NIL NIL)", 39),
        ("(NIL NIL ((\"a\" (\"b\") \"c\" \"d\")) NIL NIL NIL NIL NIL NIL NIL)", 35),
    ];
    let rows = rows.map(|(envelope, at)| (line(envelope), at));
    S.invalid(&rows.each_ref().map(|(line, at)| (line.as_str(), *at)));
}
