//! SEARCH, SORT, THREAD: RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 4731, RFC 5032, RFC 5182, RFC 5256, RFC 5267,
//! RFC 5466, RFC 5957, RFC 6203, RFC 7162, RFC 7377, RFC 8474, RFC 8514, RFC 9394, RFC 9738, Gmail.

use crate::table::{C, C_UTF8, S};
use mailwire_imap::Quirk::*;

#[test]
fn keys() {
    for word in [
        "ALL",
        "ANSWERED",
        "DELETED",
        "DRAFT",
        "FLAGGED",
        "NEW",
        "OLD",
        "RECENT",
        "SEEN",
        "UNANSWERED",
        "UNDELETED",
        "UNDRAFT",
        "UNFLAGGED",
        "UNSEEN",
        "SAVEDATESUPPORTED",
    ] {
        let canonical = format!("a SEARCH {word}");
        C.reads(&[&[&canonical, &canonical.to_lowercase(), &format!("a SEARCH ({word})")]]);
        C.refuses(&[(&format!("a SEARCH {word}("), canonical.len(), None)]);
    }
    for name in ["BCC", "BODY", "CC", "FROM", "SUBJECT", "TEXT", "TO", "X-GM-RAW", "X-GM-LABELS"] {
        let lower = name.to_lowercase();
        C.reads(&[
            &[
                &format!("a SEARCH {name} x"),
                &format!("a search {lower} \"x\""),
                &format!("a SEARCH {name} {{1}}\r\nx"),
            ],
            &[&format!("a SEARCH {name} \"\""), &format!("a SEARCH {name} {{0}}\r\n")],
            &[&format!("a SEARCH {name} \"NIL\""), &format!("a SEARCH {name} NIL")],
            &[&format!("a SEARCH {name} \"a b\" SEEN")],
        ]);
        let at = 10 + name.len();
        C.refuses(&[
            (&format!("a SEARCH {name}"), at - 1, None),
            (&format!("a SEARCH {name} "), at, None),
            (&format!("a SEARCH {name} (x)"), at, None),
            (&format!("a SEARCH {name} é"), at, None),
        ]);
    }
    for name in [
        "BEFORE",
        "ON",
        "SINCE",
        "SENTBEFORE",
        "SENTON",
        "SENTSINCE",
        "SAVEDBEFORE",
        "SAVEDON",
        "SAVEDSINCE",
    ] {
        C.reads(&[&[
            &format!("a SEARCH {name} 1-Feb-1994"),
            &format!("a SEARCH {name} \"1-Feb-1994\""),
            &format!("a SEARCH {name} 01-feb-1994"),
            &format!("a search {name} 1-FEB-1994"),
        ]]);
        let at = 10 + name.len();
        for date in [
            "1-Feb-94",
            "001-Feb-1994",
            "1-2-1994",
            "1-Febr-1994",
            "32-Jan-1994",
            "0-Jan-1994",
            "\" 1-Feb-1994\"",
            "1-Feb-19944",
            "1-Feb",
            "\"\"",
            "NIL",
        ] {
            C.refuses(&[(&format!("a SEARCH {name} {date}"), at, None)]);
        }
        C.refuses(&[(&format!("a SEARCH {name} {{10}}\r\n1-Feb-1994"), at, Some(OddDate))]);
    }
}

#[test]
fn more_keys() {
    C.reads(&[
        &["a SEARCH KEYWORD $Junk", "a search keyword $Junk"],
        &["a SEARCH UNKEYWORD x"],
        &["a SEARCH HEADER X-Spam \"\"", "a SEARCH header \"X-Spam\" {0}\r\n"],
        &["a SEARCH HEADER \"a b\" c"],
        &["a SEARCH LARGER 1 SMALLER 2", "a SEARCH larger 1 smaller 2"],
        &["a SEARCH UID 1:*", "a SEARCH uid 1:*"],
        &["a SEARCH 2,4:7,*"],
        &["a SEARCH OLDER 60 YOUNGER 60", "a SEARCH older 60 younger 60"],
        &["a SEARCH MODSEQ 0", "a SEARCH modseq 0"],
        &["a SEARCH MODSEQ 9223372036854775807"],
        &["a SEARCH MODSEQ \"/flags/\\\\draft\" all 620162338"],
        &["a SEARCH MODSEQ \"/flags/$MDNSent\" priv 1"],
        &["a SEARCH MODSEQ \"/flags/x\" shared 1"],
        &["a SEARCH EMAILID M6d-99_a THREADID T1", "a SEARCH emailid M6d-99_a threadid T1"],
        &["a SEARCH FILTER on-the-road", "a SEARCH filter on-the-road"],
        &["a SEARCH FUZZY SUBJECT x", "a SEARCH fuzzy (subject x)"],
        &["a SEARCH UIDAFTER 1 UIDBEFORE 4294967295", "a SEARCH uidafter 1 uidbefore 4294967295"],
        &["a SEARCH X-GM-MSGID 0 X-GM-THRID 18446744073709551615"],
        &[
            "a SEARCH X-GM-LABELS \"\\\\Inbox\" SEEN",
            "a SEARCH X-GM-LABELS \\Inbox SEEN",
            "a SEARCH X-GM-LABELS {6}\r\n\\Inbox SEEN",
        ],
    ]);
    C.refuses(&[
        ("a SEARCH", 8, None),
        ("a SEARCH ", 9, None),
        ("a SEARCH KEYWORD", 16, None),
        ("a SEARCH KEYWORD \"x\"", 17, None),
        ("a SEARCH KEYWORD \\Seen", 17, None),
        ("a SEARCH HEADER x", 17, None),
        ("a SEARCH UID", 12, None),
        ("a SEARCH UID 0", 13, None),
        ("a SEARCH UIDAFTER 0", 18, None),
        ("a SEARCH MODSEQ 9223372036854775808", 16, Some(LargeNumber)),
        ("a SEARCH MODSEQ \"/flags/x\" 1", 27, None),
        ("a SEARCH MODSEQ \"/flags/x\" both 1", 27, Some(Other)),
        ("a SEARCH MODSEQ /flags/x all 1", 16, None),
        ("a SEARCH FILTER a/b", 16, Some(Other)),
        ("a SEARCH EMAILID a.b", 17, Some(Other)),
        ("a SEARCH EMAILID \"a\"", 17, None),
        ("a SEARCH SEEN  DRAFT", 14, Some(ExtraSpace)),
        ("a SEARCH SEEN ", 13, Some(TrailingSpace)),
        ("a SEARCH \"SEEN\"", 9, None),
        ("a SEARCH NOSUCHKEY", 9, Some(Other)),
        ("a SEARCH X-GM-MSGID 18446744073709551616", 20, None),
        ("a SEARCH X-GM-LABELS \\", 22, None),
    ]);
}

/// `search-key` with others in it
#[test]
fn expressions() {
    C.reads(&[
        &["a SEARCH NOT SEEN", "a search not (seen)", "a SEARCH (NOT SEEN)"],
        &["a SEARCH NOT NOT SEEN"],
        &["a SEARCH OR SEEN DRAFT", "a SEARCH or (SEEN) ((DRAFT))"],
        &["a SEARCH OR OR SEEN DRAFT NOT FLAGGED"],
        &["a SEARCH NOT (SEEN DRAFT)"],
        &["a SEARCH SEEN DRAFT", "a SEARCH (SEEN DRAFT)"],
        &["a SEARCH OR (SEEN DRAFT) (1 $)"],
        &["a SEARCH FUZZY OR SEEN DRAFT"],
        &[
            "a SEARCH CHARSET UTF-8 ALL",
            "a search charset \"UTF-8\" all",
            "a SEARCH CHARSET {5}\r\nUTF-8 ALL",
        ],
        &["a SEARCH CHARSET UTF-8 TEXT {2+}\r\né", "a SEARCH CHARSET UTF-8 TEXT {2}\r\né"],
        &["a UID SEARCH UNSEEN", "a uid search unseen"],
    ]);
    C_UTF8.reads(&[&["a SEARCH TEXT \"é\"", "a SEARCH TEXT {2}\r\né"]]);
    C.refuses(&[
        ("a SEARCH ()", 10, None),
        ("a SEARCH (SEEN", 14, None),
        ("a SEARCH SEEN)", 13, None),
        ("a SEARCH (SEEN )", 15, Some(ExtraSpace)),
        ("a SEARCH ( SEEN)", 10, Some(ExtraSpace)),
        ("a SEARCH (SEEN)(DRAFT)", 15, None),
        ("a SEARCH NOT", 12, None),
        ("a SEARCH OR SEEN", 16, None),
        ("a SEARCH OR SEEN)", 16, None),
        ("a SEARCH CHARSET UTF-8", 22, None),
        ("a SEARCH CHARSET (UTF-8) ALL", 17, None),
        ("a SEARCH NOT CHARSET UTF-8 ALL", 13, Some(Other)),
    ]);
}

#[test]
fn return_options() {
    C.reads(&[
        &["a SEARCH RETURN () ALL", "a search return () all"],
        &[
            "a SEARCH RETURN (MIN MAX ALL COUNT SAVE) SEEN",
            "a SEARCH RETURN (min max all count save) SEEN",
        ],
        &["a SEARCH RETURN (PARTIAL 1:500) SEEN", "a SEARCH RETURN (partial 1:500) SEEN"],
        &["a SEARCH RETURN (PARTIAL -1:-100 COUNT) SEEN"],
        &["a SEARCH RETURN (CONTEXT UPDATE) SEEN", "a SEARCH RETURN (context update) SEEN"],
        &[
            "a SEARCH RETURN (COUNT UPDATE (UID FLAGS)) SEEN",
            "a SEARCH RETURN (COUNT UPDATE(UID FLAGS)) SEEN",
        ],
        &["a SEARCH RETURN (UPDATE (BODY[HEADER.FIELDS (TO)]) COUNT) SEEN"],
        &["a SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT x"],
        &["a UID SEARCH RETURN (SAVE) CHARSET UTF-8 SEEN"],
        &["a SORT RETURN (COUNT) (DATE) UTF-8 ALL"],
    ]);
    C.refuses(&[
        ("a SEARCH RETURN ALL", 16, None),
        ("a SEARCH RETURN (MIN)", 21, None),
        ("a SEARCH RETURN (MIN ) ALL", 20, Some(ExtraSpace)),
        ("a SEARCH RETURN (MIN  MAX) ALL", 21, Some(ExtraSpace)),
        ("a SEARCH RETURN (MIN", 20, None),
        ("a SEARCH RETURN MIN ALL", 16, None),
        ("a SEARCH RETURN (PARTIAL) ALL", 24, None),
        ("a SEARCH RETURN (PARTIAL 1:*) ALL", 27, None),
        ("a SEARCH RETURN (PARTIAL -1:1) ALL", 28, None),
        ("a SEARCH RETURN (UPDATE ()) ALL", 24, Some(EmptyList)),
        ("a SEARCH CHARSET UTF-8 RETURN (MIN) ALL", 23, Some(Other)),
    ]);
}

#[test]
fn sort_and_thread() {
    C.reads(&[
        &["a SORT (SUBJECT) UTF-8 ALL", "a sort (subject) \"UTF-8\" all"],
        &["a SORT (ARRIVAL CC DATE FROM SIZE SUBJECT TO) US-ASCII 1:*"],
        &[
            "a SORT (REVERSE DATE REVERSE SIZE) UTF-8 ALL",
            "a SORT (reverse date reverse size) UTF-8 ALL",
        ],
        &["a SORT (DISPLAYFROM DISPLAYTO RELEVANCY) UTF-8 FUZZY TEXT x"],
        &["a UID SORT (DATE) UTF-8 NOT SEEN"],
        &["a THREAD REFERENCES UTF-8 ALL", "a thread REFERENCES \"UTF-8\" all"],
        &["a UID THREAD ORDEREDSUBJECT US-ASCII SINCE 5-Mar-2000"],
    ]);
    C.refuses(&[
        ("a SORT", 6, None),
        ("a SORT DATE UTF-8 ALL", 7, None),
        ("a SORT () UTF-8 ALL", 7, Some(EmptyList)),
        ("a SORT (DATE) ALL", 17, None),
        ("a SORT (DATE)UTF-8 ALL", 13, None),
        ("a SORT (DATE ) UTF-8 ALL", 12, Some(ExtraSpace)),
        ("a SORT (REVERSE) UTF-8 ALL", 8, Some(MissingField)),
        ("a SORT (REVERSE REVERSE DATE) UTF-8 ALL", 16, Some(MissingField)),
        ("a SORT (\"DATE\") UTF-8 ALL", 8, None),
        ("a THREAD REFERENCES ALL", 23, None),
        ("a THREAD \"REFERENCES\" UTF-8 ALL", 9, None),
    ]);
}

/// RFC 7377 §4
#[test]
fn several_mailboxes() {
    C.reads(&[
        &["a ESEARCH UNSEEN", "a esearch unseen"],
        &["a ESEARCH RETURN (COUNT) UNSEEN"],
        &["a ESEARCH IN (selected) UNSEEN"],
        &["a ESEARCH IN (mailboxes \"a b\") UNSEEN"],
        &["a ESEARCH IN (mailboxes (a b) subtree c subtree-one d) RETURN (ALL) SUBJECT x"],
        &["a ESEARCH IN (personal inboxes subscribed) CHARSET UTF-8 UNSEEN"],
        &["a ESEARCH IN (personal (X-OPT 5)) UNSEEN"],
    ]);
    C.refuses(&[
        ("a ESEARCH", 9, None),
        ("a ESEARCH IN () UNSEEN", 13, Some(EmptyList)),
        ("a ESEARCH IN selected UNSEEN", 13, None),
        ("a ESEARCH IN (nowhere) UNSEEN", 14, None),
        ("a ESEARCH IN (selected-delayed) UNSEEN", 14, Some(Other)),
        ("a ESEARCH IN (mailboxes) UNSEEN", 23, None),
        ("a ESEARCH IN (mailboxes ()) UNSEEN", 24, Some(EmptyList)),
        ("a ESEARCH IN (selected)UNSEEN", 23, None),
        ("a ESEARCH RETURN (COUNT) IN (selected) UNSEEN", 25, Some(Other)),
    ]);
}

/// `command-select =/ "CANCELUPDATE" 1*(SP quoted)`
#[test]
fn cancel_update() {
    C.reads(&[
        &["a CANCELUPDATE \"B1\"", "a cancelupdate \"B1\""],
        &["a CANCELUPDATE \"B1\" \"B2\""],
    ]);
    C.refuses(&[
        ("a CANCELUPDATE", 14, None),
        ("a CANCELUPDATE B1", 15, Some(WrongShape)),
        ("a CANCELUPDATE \"B1\" ", 19, Some(TrailingSpace)),
        ("a CANCELUPDATE (\"B1\")", 15, None),
    ]);
}

#[test]
fn search_results() {
    S.reads(&[
        &["* SEARCH", "* search"],
        &["* SEARCH 1 4294967295"],
        &["* SEARCH 5 3 5"],
        &["* SEARCH 2 5 (MODSEQ 917162500)", "* SEARCH 2 5 (modseq 917162500)"],
        &["* SORT", "* sort"],
        &["* SORT 5 3 4 (MODSEQ 1)"],
    ]);
    S.refuses(&[
        ("* SEARCH ", 8, Some(TrailingSpace)),
        ("* SEARCH 1 ", 10, Some(TrailingSpace)),
        ("* SEARCH 1  2", 11, Some(ExtraSpace)),
        ("* SEARCH  1", 9, Some(ExtraSpace)),
        ("* SEARCH 0", 9, Some(ZeroNumber)),
        ("* SEARCH 01", 9, Some(LeadingZero)),
        ("* SEARCH 4294967296", 9, Some(LargeNumber)),
        ("* SEARCH 1 x", 10, None),
        ("* SEARCH 1,2", 10, None),
        ("* SEARCH 1:3", 10, None),
        ("* SEARCH (MODSEQ 0)", 17, Some(ZeroNumber)),
        ("* SEARCH 1 (MODSEQ 0)", 19, Some(ZeroNumber)),
        ("* SEARCH 1 (MODSEQ 9223372036854775808)", 19, Some(LargeNumber)),
        ("* SEARCH 1(MODSEQ 5)", 10, Some(MissingSpace)),
        ("* SEARCH 1 (MODSEQ 5) 2", 21, None),
    ]);
}

#[test]
fn extended_results() {
    S.reads(&[
        &["* ESEARCH", "* esearch"],
        &["* ESEARCH UID", "* esearch uid"],
        &["* ESEARCH (TAG \"a\")", "* ESEARCH (tag {1}\r\na)", "* ESEARCH (TAG a)"],
        &["* ESEARCH (TAG \"a\") UID MIN 1 MAX 4294967295 COUNT 0 ALL 1:3,5"],
        &["* ESEARCH MIN 2", "* ESEARCH min 2"],
        &["* ESEARCH ALL 5,3:1,4"],
        &[
            "* ESEARCH COUNT 5 MODSEQ 9223372036854775807",
            "* ESEARCH count 5 modseq 9223372036854775807",
        ],
        &["* ESEARCH PARTIAL (1:500 NIL)", "* ESEARCH partial (1:500 nil)"],
        &["* ESEARCH PARTIAL (-1:-100 5:9)"],
        &["* ESEARCH PARTIAL (500:1 1)"],
        &["* ESEARCH ADDTO (0 1:3)", "* ESEARCH addto (0 1:3)"],
        &["* ESEARCH ADDTO (1 2 3 4:5)"],
        &["* ESEARCH REMOVEFROM (0 32768)", "* ESEARCH removefrom (0 32768)"],
        &["* ESEARCH REMOVEFROM (1 2 3 4) ADDTO (0 5)"],
        &["* ESEARCH RELEVANCY (1 100 55)", "* ESEARCH relevancy (1 100 55)"],
        &["* ESEARCH RELEVANCY ()"],
        &[
            "* ESEARCH (TAG \"a\" MAILBOX x UIDVALIDITY 1) UID ALL 1",
            "* ESEARCH (MAILBOX x TAG \"a\" UIDVALIDITY 1) UID ALL 1",
        ],
        &["* ESEARCH (TAG \"a\" MAILBOX \"a b\" UIDVALIDITY 4294967295) COUNT 1"],
    ]);
    S.refuses(&[
        ("* ESEARCH ()", 10, Some(EmptyList)),
        ("* ESEARCH (TAG)", 14, None),
        ("* ESEARCH (TAG \"a\"", 18, None),
        ("* ESEARCH (TAG \"a\" )", 18, Some(ExtraSpace)),
        ("* ESEARCH (TAG \"a\" MAILBOX x)", 10, Some(MissingField)),
        ("* ESEARCH (TAG \"a\" MAILBOX x UIDVALIDITY 0)", 41, Some(ZeroNumber)),
        ("* ESEARCH UID UID", 17, Some(Other)),
        ("* ESEARCH ", 9, Some(TrailingSpace)),
        ("* ESEARCH MIN", 13, Some(Other)),
        ("* ESEARCH MIN 0", 14, Some(ZeroNumber)),
        ("* ESEARCH MAX 0", 14, Some(ZeroNumber)),
        ("* ESEARCH MIN *", 14, Some(Other)),
        ("* ESEARCH COUNT -1", 16, Some(Other)),
        ("* ESEARCH COUNT 4294967296", 16, Some(Other)),
        ("* ESEARCH ALL", 13, Some(Other)),
        ("* ESEARCH ALL $", 14, Some(Other)),
        ("* ESEARCH ALL 1 2", 17, Some(Other)),
        ("* ESEARCH ALL ()", 14, Some(Other)),
        ("* ESEARCH MODSEQ 0", 17, Some(ZeroNumber)),
        ("* ESEARCH PARTIAL 1:5 NIL", 18, Some(Other)),
        ("* ESEARCH PARTIAL (1:5)", 22, Some(Other)),
        ("* ESEARCH PARTIAL ( 1:5 NIL)", 19, Some(ExtraSpace)),
        ("* ESEARCH PARTIAL (1:5 NIL )", 26, Some(ExtraSpace)),
        ("* ESEARCH PARTIAL (-1:5 NIL)", 22, Some(Other)),
        ("* ESEARCH PARTIAL (1:-5 NIL)", 21, Some(Other)),
        ("* ESEARCH PARTIAL (0:5 NIL)", 19, Some(Other)),
        ("* ESEARCH PARTIAL (1:5 NIL) MIN", 31, Some(Other)),
        ("* ESEARCH ADDTO ()", 16, Some(EmptyList)),
        ("* ESEARCH ADDTO (0)", 18, Some(Other)),
        ("* ESEARCH ADDTO (0 1 )", 20, Some(ExtraSpace)),
        ("* ESEARCH RELEVANCY (0)", 21, Some(Other)),
        ("* ESEARCH RELEVANCY (101)", 21, Some(Other)),
        ("* ESEARCH RELEVANCY (1 )", 22, Some(ExtraSpace)),
        ("* ESEARCH MIN 1 UID", 19, Some(Other)),
    ]);
}

/// `thread-data = "THREAD" [SP 1*thread-list]`
#[test]
fn threads() {
    S.reads(&[
        &["* THREAD", "* thread"],
        &["* THREAD (2)"],
        &["* THREAD (2)(3 6)"],
        &["* THREAD (3 6 (4 23)(44 7 96))"],
        &["* THREAD ((3)(5))"],
        &["* THREAD (1 (2)(3 (4)(5)))"],
        &["* THREAD ((1 2)((3)(4)))"],
        &["* THREAD (4294967295)"],
    ]);
    S.refuses(&[
        ("* THREAD ()", 10, Some(EmptyList)),
        ("* THREAD 1", 9, None),
        ("* THREAD (0)", 10, None),
        ("* THREAD (1", 11, None),
        ("* THREAD (1))", 12, None),
        ("* THREAD (1) (2)", 12, Some(ExtraSpace)),
        ("* THREAD (1)(2) ", 15, Some(TrailingSpace)),
        ("* THREAD ", 8, Some(TrailingSpace)),
        ("* THREAD ( 1)", 10, Some(ExtraSpace)),
        ("* THREAD (1 )", 11, Some(ExtraSpace)),
        ("* THREAD (1  2)", 12, Some(ExtraSpace)),
        ("* THREAD (1(2)(3))", 11, Some(MissingSpace)),
        ("* THREAD (1 (2) (3))", 15, Some(ExtraSpace)),
        ("* THREAD (1 (2))", 12, Some(ExtraParentheses)),
        ("* THREAD ((1))", 10, Some(ExtraParentheses)),
        ("* THREAD ((1)(2) 3)", 16, None),
        ("* THREAD (1 (2)(3) 4)", 18, None),
        ("* THREAD (1,2)", 11, None),
        ("* THREAD(1)", 8, Some(MissingSpace)),
    ]);
}
