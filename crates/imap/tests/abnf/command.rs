//! Commands without arguments, and those about the session: RFC 9051 §6, RFC 3501 §6, RFC 2177, RFC 2342,
//! RFC 2971, RFC 3691, RFC 4959, RFC 4978, RFC 5161, RFC 5255, RFC 8437, RFC 9698.

use crate::table::{C, S};
use mailwire_imap::Quirk::*;

#[test]
fn without_arguments() {
    C.reads(&[
        &["a CAPABILITY", "a capability", "a CapaBility"],
        &["a NOOP", "a noop"],
        &["a LOGOUT"],
        &["a STARTTLS", "a StartTLS"],
        &["a CHECK"],
        &["a CLOSE"],
        &["a UNSELECT", "a unselect"],
        &["a EXPUNGE"],
        &["a IDLE", "a idle"],
        &["a NAMESPACE"],
        &["a UNAUTHENTICATE", "a unAuthenticate"],
        &["a GETJMAPACCESS", "a getjmapaccess"],
    ]);
    C.refuses(&[
        ("a NOOP x", 6, None),
        ("a CAPABILITY ()", 12, None),
        ("a LOGOUT now", 8, None),
        ("a IDLE DONE", 6, None),
        ("a EXPUNGE 1:3", 9, None),
        ("a NOOP(", 6, None),
        ("a NO*OP", 4, None),
        ("a \"NOOP\"", 2, None),
    ]);
}

#[test]
fn authenticate() {
    C.reads(&[
        &["a AUTHENTICATE PLAIN", "a authenticate PLAIN"],
        &["a AUTHENTICATE SCRAM-SHA-256-PLUS"],
        &["a AUTHENTICATE PLAIN ="],
        &["a AUTHENTICATE EXTERNAL Zm9v"],
        &["a AUTHENTICATE X AGEAYg=="],
        &["a AUTHENTICATE X +/9=", "a AUTHENTICATE X +/9="],
    ]);
    C.refuses(&[
        ("a AUTHENTICATE", 14, None),
        ("a AUTHENTICATE ", 15, None),
        ("a AUTHENTICATE \"PLAIN\"", 15, None),
        ("a AUTHENTICATE PLAIN a b", 22, None),
        ("a AUTHENTICATE PLAIN ", 21, None),
        ("a AUTHENTICATE PLAIN(", 20, None),
    ]);
    S.reads_each(&["+ ", "+ AGEAYg==", "+ go on", "+ [ALERT] go on", "+ [COPYUID 1 2 3] "]);
    S.refuses(&[
        ("+", 1, Some(MissingText)),
        ("+idling", 1, Some(MissingSpace)),
        ("+ [ALERT]", 9, Some(MissingText)),
        ("+ [ALERT]go", 9, Some(MissingSpace)),
        ("+ [go on", 2, Some(BracketInText)),
    ]);
}

#[test]
fn enable() {
    C.reads(&[
        &["a ENABLE CONDSTORE", "a enable CONDSTORE"],
        &["a ENABLE UTF8=ACCEPT IMAP4rev2 QRESYNC UIDONLY METADATA"],
    ]);
    C.refuses(&[
        ("a ENABLE", 8, None),
        ("a ENABLE ", 9, None),
        ("a ENABLE (CONDSTORE)", 9, None),
        ("a ENABLE \"CONDSTORE\"", 9, None),
        ("a ENABLE CONDSTORE  QRESYNC", 19, Some(ExtraSpace)),
        ("a ENABLE CONDSTORE ", 18, Some(TrailingSpace)),
    ]);
    S.reads(&[&["* ENABLED", "* enabled"], &["* ENABLED CONDSTORE UTF8=ACCEPT"]]);
    S.refuses(&[
        ("* ENABLED ", 9, Some(TrailingSpace)),
        ("* ENABLED  CONDSTORE", 10, Some(ExtraSpace)),
        ("* ENABLED (CONDSTORE)", 10, None),
    ]);
}

#[test]
fn id() {
    C.reads(&[
        &["a ID NIL", "a id nil", "a ID ()"],
        &["a ID (\"name\" \"x\")", "a ID (\"name\" {1}\r\nx)", "a ID ({4+}\r\nname \"x\")"],
        &["a ID (\"name\" NIL \"os\" \"\")", "a ID (\"name\" nil \"os\" {0}\r\n)"],
    ]);
    C.refuses(&[
        ("a ID", 4, None),
        ("a ID x", 5, None),
        ("a ID NILS", 8, None),
        ("a ID \"NIL\"", 5, None),
        ("a ID (\"name\")", 12, None),
        ("a ID (name \"x\")", 6, None),
        ("a ID (NIL \"x\")", 6, None),
        ("a ID (\"name\" x)", 13, None),
        ("a ID (\"name\" \"x\"", 16, None),
        ("a ID (\"name\" \"x\" )", 16, Some(ExtraSpace)),
        ("a ID ( \"name\" \"x\")", 6, Some(ExtraSpace)),
        ("a ID ( )", 6, Some(ExtraSpace)),
        ("a ID (\"name\"  \"x\")", 13, Some(ExtraSpace)),
        ("a ID (\"name\" \"x\"\"os\" NIL)", 16, None),
    ]);
    S.reads(&[
        &["* ID NIL", "* ID nil", "* ID ()"],
        &["* ID (\"a\" \"b\" \"c\" NIL)", "* ID (\"a\" {1}\r\nb \"c\" nil)"],
    ]);
    S.refuses(&[
        ("* ID", 4, None),
        ("* ID (\"a\")", 9, None),
        ("* ID ( \"a\" NIL)", 6, Some(ExtraSpace)),
        ("* ID (\"a\" NIL )", 13, Some(ExtraSpace)),
        ("* ID (\"a\" NIL  \"b\" NIL)", 14, Some(ExtraSpace)),
        ("* ID (\"a\" NIL", 13, None),
        ("* ID NIL x", 8, None),
    ]);
}

#[test]
fn compress() {
    C.reads(&[&["a COMPRESS DEFLATE", "a compress DEFLATE"]]);
    C.refuses(&[
        ("a COMPRESS", 10, None),
        ("a COMPRESS \"DEFLATE\"", 11, None),
        ("a COMPRESS DEFLATE x", 18, None),
    ]);
}

#[test]
fn languages_and_comparators() {
    C.reads(&[
        &["a LANGUAGE", "a language"],
        &["a LANGUAGE de en default", "a LANGUAGE \"de\" {2}\r\nen default"],
        &["a LANGUAGE FR-CA"],
        &["a COMPARATOR"],
        &["a COMPARATOR i;ascii-casemap \"cz;*\"", "a COMPARATOR \"i;ascii-casemap\" \"cz;*\""],
    ]);
    C.refuses(&[
        ("a LANGUAGE ", 11, None),
        ("a LANGUAGE (de)", 11, None),
        ("a LANGUAGE de ", 13, Some(TrailingSpace)),
        ("a COMPARATOR (x)", 13, None),
    ]);
    S.reads(&[
        &["* LANGUAGE (de)", "* language (\"de\")", "* LANGUAGE ({2}\r\nde)"],
        &["* LANGUAGE (EN DE i-default)"],
        &["* COMPARATOR i;basic", "* COMPARATOR \"i;basic\""],
        &["* COMPARATOR i;basic (i;basic i;octet)", "* COMPARATOR i;basic (\"i;basic\" i;octet)"],
    ]);
    S.refuses(&[
        ("* LANGUAGE de", 11, None),
        ("* LANGUAGE ()", 11, Some(EmptyList)),
        ("* LANGUAGE (de", 14, None),
        ("* LANGUAGE (de )", 14, Some(ExtraSpace)),
        ("* LANGUAGE (de  en)", 15, Some(ExtraSpace)),
        ("* COMPARATOR", 12, None),
        ("* COMPARATOR x ()", 15, Some(EmptyList)),
    ]);
}

/// `namespace-response`, with RFC 5255 §3.4's translations
#[test]
fn namespaces() {
    S.reads(&[
        &["* NAMESPACE NIL NIL NIL", "* namespace nil nil nil"],
        &["* NAMESPACE ((\"\" \"/\")) NIL ((\"#news.\" \".\")(\"#ftp/\" \"/\"))"],
        &["* NAMESPACE ((\"\" NIL)) NIL NIL", "* NAMESPACE (({0}\r\n nil)) NIL NIL"],
        &["* NAMESPACE ((\"\" \"\\\\\")) NIL NIL"],
        &["* NAMESPACE ((\"\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) NIL NIL"],
        &["* NAMESPACE NIL ((\"Other/\" \"/\" \"TRANSLATION\" (\"Andere/\"))) NIL"],
        &["* NAMESPACE ((\"\" \"/\" \"A\" (\"b\") \"C\" (\"d\"))) NIL NIL"],
    ]);
    S.refuses(&[
        ("* NAMESPACE NIL NIL", 19, Some(MissingField)),
        ("* NAMESPACE ((\"\" \"/\"))", 22, Some(MissingField)),
        ("* NAMESPACE NIL NIL NIL NIL", 23, None),
        ("* NAMESPACE () NIL NIL", 12, Some(EmptyList)),
        ("* NAMESPACE ((\"\" \"/\") (\"a\" \"/\")) NIL NIL", 21, Some(ExtraSpace)),
        ("* NAMESPACE ((\"\" \"//\")) NIL NIL", 17, Some(WrongShape)),
        ("* NAMESPACE ((\"\" \"\")) NIL NIL", 17, Some(WrongShape)),
        ("* NAMESPACE ((\"\")) NIL NIL", 16, None),
        ("* NAMESPACE ((NIL \"/\")) NIL NIL", 14, None),
        ("* NAMESPACE (\"\" \"/\") NIL NIL", 13, None),
        ("* NAMESPACE  NIL NIL NIL", 12, Some(ExtraSpace)),
        ("* NAMESPACE ((\"\" \"/\" \"X\")) NIL NIL", 24, Some(WrongShape)),
    ]);
}

/// `resp-jmapaccess = "JMAPACCESS" SP quoted`
#[test]
fn jmap() {
    S.reads(&[&["* JMAPACCESS \"https://a.example/x\"", "* jmapaccess \"https://a.example/x\""]]);
    S.refuses(&[
        ("* JMAPACCESS", 12, None),
        ("* JMAPACCESS https://a.example/x", 13, None),
        ("* JMAPACCESS NIL", 13, None),
    ]);
}
