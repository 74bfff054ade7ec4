//! CONDSTORE, QRESYNC, UIDONLY, UIDBATCHES: RFC 7162, RFC 9586, RFC 10022; parameters of SELECT: RFC 4466.

use crate::table::{C, S};
use mailwire_imap::Quirk::*;

#[test]
fn select_parameters() {
    C.reads(&[
        &["a SELECT x (CONDSTORE)", "a select x (condstore)"],
        &["a EXAMINE x (CONDSTORE)"],
        &["a SELECT x (QRESYNC (1 1))", "a SELECT x (qresync (1 1))"],
        &["a SELECT x (QRESYNC (4294967295 9223372036854775807))"],
        &["a SELECT x (QRESYNC (1 1 41,43:211))"],
        &["a SELECT x (QRESYNC (1 1 (1:2 41,43)))"],
        &["a SELECT x (QRESYNC (1 1 1:9 (1 2)) CONDSTORE)"],
    ]);
    C.refuses(&[
        ("a SELECT x ()", 11, Some(EmptyList)),
        ("a SELECT x CONDSTORE", 11, None),
        ("a SELECT x (CONDSTORE", 21, None),
        ("a SELECT x (CONDSTORE )", 21, Some(ExtraSpace)),
        ("a SELECT x (QRESYNC)", 19, None),
        ("a SELECT x (QRESYNC 1)", 20, None),
        ("a SELECT x (QRESYNC ())", 21, None),
        ("a SELECT x (QRESYNC (1))", 22, None),
        ("a SELECT x (QRESYNC (0 1))", 21, None),
        ("a SELECT x (QRESYNC (1 0))", 23, Some(ZeroNumber)),
        ("a SELECT x (QRESYNC (1 9223372036854775808))", 23, Some(LargeNumber)),
        ("a SELECT x (QRESYNC (1 1 *))", 25, Some(Other)),
        ("a SELECT x (QRESYNC (1 1 1:*))", 25, Some(Other)),
        ("a SELECT x (QRESYNC (1 1 (1:2)))", 29, None),
        ("a SELECT x (QRESYNC (1 1 (1:* 2:3)))", 26, Some(Other)),
        ("a SELECT x (QRESYNC (1 1 (1 2) 3))", 30, None),
        ("a SELECT x (QRESYNC (1 1) CONDSTORE", 35, None),
    ]);
}

#[test]
fn fetch_modifiers() {
    C.reads(&[
        &["a FETCH 1 UID (CHANGEDSINCE 1)", "a FETCH 1 UID (changedsince 1)"],
        &["a UID FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775807 VANISHED)"],
        &["a UID FETCH 1 (FLAGS UID) (VANISHED CHANGEDSINCE 5)"],
        &["a UID FETCH 1:* FLAGS (PARTIAL 1:500)", "a UID FETCH 1:* FLAGS (partial 1:500)"],
        &["a UID FETCH 1:* FLAGS (PARTIAL -1:-30 CHANGEDSINCE 98305)"],
        &["a UID FETCH 1:* FLAGS (PARTIAL 500:400)"],
    ]);
    C.refuses(&[
        ("a FETCH 1 UID ()", 14, Some(EmptyList)),
        ("a FETCH 1 UID (CHANGEDSINCE)", 27, None),
        ("a FETCH 1 UID (CHANGEDSINCE 0)", 28, Some(ZeroNumber)),
        ("a FETCH 1 UID (CHANGEDSINCE 9223372036854775808)", 28, Some(LargeNumber)),
        ("a FETCH 1 UID (CHANGEDSINCE 1 )", 29, Some(ExtraSpace)),
        ("a FETCH 1 UID CHANGEDSINCE 1", 13, None),
        ("a FETCH 1 UID (PARTIAL 0:1)", 23, None),
        ("a FETCH 1 UID (PARTIAL 1)", 24, None),
        ("a FETCH 1 UID (PARTIAL 1:*)", 25, None),
        ("a FETCH 1 UID (PARTIAL -1:5)", 26, None),
        ("a FETCH 1 UID (PARTIAL 1:-5)", 25, None),
        ("a FETCH 1 UID (PARTIAL 01:5)", 23, Some(LeadingZero)),
    ]);
}

#[test]
fn vanished() {
    S.reads(&[
        &["* VANISHED 1", "* vanished 1"],
        &["* VANISHED (EARLIER) 300:310,405", "* VANISHED (earlier) 300:310,405"],
    ]);
    S.refuses(&[
        ("* VANISHED", 10, None),
        ("* VANISHED *", 11, Some(Other)),
        ("* VANISHED 1:*", 11, Some(Other)),
        ("* VANISHED (EARLIER)", 20, None),
        ("* VANISHED EARLIER 1", 11, None),
        ("* VANISHED () 1", 11, None),
        ("* VANISHED 1 2", 12, None),
        ("* VANISHED 0", 11, None),
    ]);
}

#[test]
fn uid_batches() {
    C.reads(&[
        &["a UIDBATCHES 2000", "a uidbatches 2000"],
        &["a UIDBATCHES 1 10:20"],
        &["a UIDBATCHES 1 20:10"],
        &["a UIDBATCHES 1 5:5"],
    ]);
    C.refuses(&[
        ("a UIDBATCHES", 12, None),
        ("a UIDBATCHES 0", 13, None),
        ("a UIDBATCHES 1 5", 15, Some(Other)),
        ("a UIDBATCHES 1 1:2,4:5", 15, Some(Other)),
        ("a UIDBATCHES 1 1:*", 15, Some(Other)),
        ("a UIDBATCHES 1 0:1", 15, None),
    ]);
    S.reads(&[
        &["* UIDBATCHES (TAG \"a\")", "* uidbatches (tag \"a\")", "* UIDBATCHES (TAG {1}\r\na)"],
        &["* UIDBATCHES (TAG \"a\") 5:1"],
        &["* UIDBATCHES (TAG \"a\") 9:9,5:1"],
    ]);
    S.refuses(&[
        ("* UIDBATCHES", 12, None),
        ("* UIDBATCHES 5:1", 13, None),
        ("* UIDBATCHES ()", 14, None),
        ("* UIDBATCHES (TAG \"a\") 5", 23, Some(Other)),
        ("* UIDBATCHES (TAG \"a\") 5:*", 23, Some(Other)),
        ("* UIDBATCHES (TAG \"a\") 5:1 4:3", 26, None),
    ]);
}
