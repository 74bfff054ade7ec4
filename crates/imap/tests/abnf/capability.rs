//! Capabilities, and the statuses: RFC 9051 §7.1, §7.2.2.

use crate::table::{S, S_UTF8};
use mailwire_imap::Quirk::*;

#[test]
fn capabilities() {
    S.reads(&[
        &["* CAPABILITY IMAP4rev2", "* capability IMAP4rev2"],
        &["* CAPABILITY IMAP4 IMAP4rev1 IMAP4rev2 STARTTLS LOGINDISABLED AUTH=PLAIN"],
        &["* CAPABILITY IMAP4rev1 QUOTA=RES-ANNOTATION-STORAGE RIGHTS=texk APPENDLIMIT=257890"],
        &["* CAPABILITY IMAP4rev1 APPENDLIMIT LITERAL+ LITERAL- I18NLEVEL=2 UTF8=ONLY"],
        &["* CAPABILITY IMAP4rev1 MESSAGELIMIT=1000 SAVELIMIT=5000 X-GM-EXT-1 COMPRESS=DEFLATE"],
        &[
            "* OK [CAPABILITY IMAP4rev2 AUTH=XOAUTH2] x",
            "* OK [capability IMAP4rev2 AUTH=XOAUTH2] x",
        ],
    ]);
    S.refuses(&[
        ("* CAPABILITY  IMAP4rev1", 13, Some(ExtraSpace)),
        ("* CAPABILITY IMAP4rev1 ", 22, Some(TrailingSpace)),
        ("* CAPABILITY IMAP4rev1 LITERAL +", 31, Some(SplitCapability)),
        ("* CAPABILITY IMAP4rev1 (X)", 23, None),
        ("* CAPABILITY IMAP4rev1 \"X\"", 23, Some(Other)),
        ("* OK [CAPABILITY IMAP4rev1 ] x", 5, Some(TrailingSpace)),
        ("* OK [CAPABILITY  IMAP4rev1] x", 5, Some(ExtraSpace)),
    ]);
}

/// `resp-cond-state`, `resp-cond-auth`, `resp-cond-bye`, `resp-text`
#[test]
fn statuses() {
    S.reads(&[
        &["a OK x", "a ok x", "a Ok x"],
        &["a NO x"],
        &["a BAD x"],
        &["* BAD x"],
        &["* BYE x", "* bye x"],
        &["* PREAUTH x", "* PreAuth x"],
        &["* OK  two spaces"],
        &["* OK x ] y [z"],
        &["* OK {3}"],
        &["* OK \"unbalanced"],
        &["* OK [ALERT] [not a code]"],
        &["* OK [ALERT]  x"],
        &["* OK tab\tand \u{1}\u{7f}"],
        &["NIL OK x"],
    ]);
    S_UTF8.reads_each(&["* OK Grüße", "* NO [OVERQUOTA] 日本"]);
    S.refuses(&[
        ("a OK", 4, Some(MissingText)),
        ("* BYE", 5, Some(MissingText)),
        ("* OK [ALERT]", 12, Some(MissingText)),
        ("* OK [ALERT]x", 12, Some(MissingSpace)),
        ("a BYE x", 2, Some(TaggedBye)),
        ("a PREAUTH x", 2, Some(TaggedBye)),
        ("a OKAY x", 2, None),
        ("a FETCH x", 2, None),
        ("a OK\0x", 4, None),
        ("* OK x\0y", 6, Some(ControlInText)),
        ("* OK x\ry", 6, Some(ControlInText)),
        ("* OK [ALERT x", 5, Some(BracketInText)),
        ("* OK [] x", 5, Some(BracketInText)),
        ("* OK [ ] x", 5, Some(BracketInText)),
        ("* [ALERT] x", 1, Some(BareCode)),
        ("\0* OK x", 0, Some(NulPadding)),
        ("*OK x", 1, None),
        ("*  OK x", 2, Some(ExtraSpace)),
        ("* ", 2, Some(Other)),
        ("*", 1, None),
    ]);
}
