//! Every search key, return option and error.

mod common;

use bytes::Bytes;
use common::{arrived, ask, ask_in, context, mailbox};
use mailwire_imap::{
    Atom, Flag, SystemFlag, Tag,
    search::{HeaderField, SearchExpression, SearchKey},
};
use mailwire_mailbox::{Collation, MemoryMessage, SearchError};

fn messages() -> Vec<MemoryMessage> {
    let mut messages = mailbox([
        "From: Smith <smith@x.test>\r\nTo: you@y.test\r\nSubject: Hello World\r\n\
         Date: Wed, 31 Jan 2001 23:30:00 -0500\r\nX-Empty:\r\n\r\nThe quick brown fox\r\n",
        "From: =?utf-8?q?J=C3=BCrgen?= <j@x.test>\r\nCc: \"A, B\" <ab@z.test>\r\nSubject: =?iso-8859-1?q?Caf=E9?=\r\n\
         Date: 1 Feb 2001 00:30:00 +0500\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nDas Stra=DFencaf=E9 =\r\nist zu\r\n",
        "Bcc: Team: t1@x.test, t2@x.test;\r\nSubject:\r\nDate: nonsense\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble secret\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n<p>caf&eacute; <b>bo</b>ld</p><blockquote>&Uuml;ber q<i>uo</i>tes</blockquote>\r\n\
         --b\r\nContent-Type: text/x-log; name=\"trace.log\"\r\nContent-Disposition: attachment\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nbmVlZGxlIGluIGJhc2U2NA==\r\n\
         --b\r\nContent-Type: image/png\r\n\r\nneedle in a picture\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner subject\r\n\r\ninner body\r\n--b--\r\n",
        "\r\n",
    ]);
    messages[0].flags.insert(SystemFlag::Seen.into());
    messages[0].flags.insert(SystemFlag::Answered.into());
    messages[0].flags.insert(Flag::new("$Forwarded").unwrap());
    messages[1].flags.insert(SystemFlag::Recent.into());
    messages[2].flags.insert(SystemFlag::Recent.into());
    messages[2].flags.insert(SystemFlag::Seen.into());
    messages[2].flags.insert(SystemFlag::Flagged.into());
    messages[3].flags.insert(SystemFlag::Deleted.into());
    messages[3].flags.insert(SystemFlag::Draft.into());
    for (message, mod_seq) in messages.iter_mut().zip([5, 7, 3, 9]) {
        message.mod_seq = mod_seq;
    }
    messages[0].internal_date = arrived(24 * 10 + 23);
    messages[1].save_date = Some(arrived(24 * 20));
    messages[1].is_saved = true;
    messages[3].is_saved = true;
    messages[2].object_ids = Some([b"M1", b"T1"].map(|id| Bytes::from_static(id)));
    messages
}

#[test]
fn every_key() {
    let messages = messages();
    for (criteria, want) in [
        ("ALL", " 1 2 3 4"),
        ("2:3", " 2 3"),
        ("*", " 4"),
        ("3:*,1", " 1 3 4"),
        ("7:*", " 4"),
        ("UID 20:35", " 2 3"),
        ("UID *", " 4"),
        ("$", " 2 4"),
        ("UID $", " 2 4"),
        ("NOT $", " 1 3"),
        ("ANSWERED", " 1"),
        ("UNANSWERED", " 2 3 4"),
        ("DELETED", " 4"),
        ("UNDELETED", " 1 2 3"),
        ("DRAFT", " 4"),
        ("UNDRAFT", " 1 2 3"),
        ("FLAGGED", " 3"),
        ("UNFLAGGED", " 1 2 4"),
        ("SEEN", " 1 3"),
        ("UNSEEN", " 2 4"),
        ("RECENT", " 2 3"),
        ("NEW", " 2"),
        ("OLD", " 1 4"),
        ("KEYWORD $forwarded", " 1"),
        ("UNKEYWORD $Forwarded", " 2 3 4"),
        ("KEYWORD none", ""),
        ("FROM smith", " 1"),
        ("FROM \"Smith <smith@\"", " 1"),
        ("FROM \"J\u{fc}rgen\"", " 2"),
        ("FROM \"\"", " 1 2"),
        ("TO y.test", " 1"),
        ("CC \"a, b\"", " 2"),
        ("BCC team", " 3"),
        ("BCC t2@", " 3"),
        ("SUBJECT world", " 1"),
        ("SUBJECT \"CAF\u{c9}\"", " 2"),
        ("SUBJECT cafe", " 2"), // i;unicode-casemap decomposes
        ("SUBJECT \"\"", " 1 2 3"),
        ("HEADER x-empty \"\"", " 1"),
        ("HEADER X-EMPTY a", ""),
        ("HEADER Content-Type multipart", " 3"),
        ("HEADER Content-Disposition \"\"", ""), // of a part, not of the message
        ("HEADER subject \"caf\u{e9}\"", " 2"),
        ("BODY \"quick BROWN\"", " 1"),
        ("BODY \"stra\u{df}encaf\u{e9} ist\"", " 2"),
        ("BODY needle", " 3"), // in the attachment
        ("BODY \"needle in a picture\"", ""),
        ("BODY \"caf\u{e9} bold\"", " 3"), // as it is shown
        ("BODY \"&eacute;\"", " 3"),       // as it is written
        ("BODY \"\u{fc}ber quotes\"", " 3"),
        ("BODY \"inner body\"", " 3"),
        ("BODY \"inner subject\"", ""),
        ("BODY trace.log", ""),
        ("BODY \"\"", " 1 2 3 4"),
        ("TEXT \"inner subject\"", " 3"),
        ("TEXT trace.log", " 3"),
        ("TEXT \"subject: caf\u{e9}\"", " 2"),
        ("TEXT fox", " 1"),
        ("TEXT \"\"", " 1 2 3 4"),
        ("BEFORE 2-Jan-2001", " 2 3 4"),
        ("ON 11-Jan-2001", " 1"),
        ("SINCE 11-Jan-2001", " 1"),
        ("SENTON 31-Jan-2001", " 1"), // whatever it is in UTC
        ("SENTON 1-Feb-2001", " 2"),
        ("SENTBEFORE 1-Feb-2001", " 1"),
        ("SENTSINCE 1-Feb-2001", " 2"),
        ("NOT SENTSINCE 1-Jan-1990", " 3 4"),
        ("SAVEDON 1-Jan-2001", " 2 3 4"), // save dates are not kept: those of arrival
        ("SAVEDATESUPPORTED", ""),
        ("LARGER 2", " 1 2 3"),
        ("SMALLER 3", " 4"),
        ("SMALLER 2", ""),
        ("OLDER 345600", " 2 3 4"), // 96 hours before the hundredth
        ("OLDER 352800", " 2"),
        ("YOUNGER 345600", " 1 4"),
        ("MODSEQ 7", " 2 4 (MODSEQ 9)"),
        ("MODSEQ \"/flags/\\\\draft\" all 6 UNDELETED", " 2 (MODSEQ 7)"),
        ("MODSEQ 100", ""),
        ("EMAILID M1", " 3"),
        ("THREADID T1", " 3"),
        ("EMAILID m1", ""),
        ("UIDAFTER 20", " 3 4"),
        ("UIDBEFORE 20", " 1"),
        ("UIDBEFORE 1", ""),
        ("FUZZY SUBJECT world", " 1"),
        ("OR SEEN FLAGGED", " 1 3"),
        ("OR (SEEN FLAGGED) (UNSEEN RECENT)", " 2 3"),
        ("NOT (SEEN NOT FLAGGED)", " 2 3 4"),
        ("NOT NOT SEEN", " 1 3"),
        ("OR OR 1 2 OR 3 3", " 1 2 3"),
        ("SEEN FLAGGED", " 3"),
        ("1:3 NOT FROM smith SINCE 1-Jan-2001", " 2 3"),
    ] {
        let got = ask(&messages, &format!("SEARCH {criteria}")).unwrap();
        assert_eq!(got, format!("* SEARCH{want}"), "criteria {criteria}");
    }
    assert_eq!(ask(&messages, "UID SEARCH SEEN").unwrap(), "* SEARCH 10 30");
}

/// The day is that of the field, if it names one at all.
#[test]
fn days_of_odd_dates() {
    for (date, sent) in [
        ("31 Dec 2016 23:59:60 +0000", "31-Dec-2016"), // a leap second
        ("31 Dec 2016 18:59:60 -0500", "31-Dec-2016"),
        ("Sat, 31 Dec 2016", "31-Dec-2016"),
        ("31 Dec 2016 24:00:00 +0000", "31-Dec-2016"),
        ("31 Dec 2016 23:59:59 +9999", "31-Dec-2016"),
        ("31 Dec 2016 00:00:00 +1400", "31-Dec-2016"),
        ("31 Dec 16 12:00 EST", "31-Dec-2016"),
        ("Sat Dec 31 23:00:00 2016", "31-Dec-2016"),
        ("31 Dec 2016 23:00:00", "31-Dec-2016"),
    ] {
        let messages = mailbox([format!("Date: {date}\r\n\r\n")]);
        let got = ask(&messages, &format!("SEARCH SENTON {sent}")).unwrap();
        assert_eq!(got, "* SEARCH 1", "{date}");
    }
    for date in ["31 Feb 2016 12:00:00 +0000", "Saturday", "2016", "12:00:00", ""] {
        let messages = mailbox([format!("Date: {date}\r\n\r\n")]);
        let got = ask(&messages, "SEARCH OR SENTSINCE 1-Jan-1970 SENTBEFORE 1-Jan-1970").unwrap();
        assert_eq!(got, "* SEARCH", "{date}");
    }
}

#[test]
fn a_byte_order_mark_is_none_of_the_header() {
    let messages = mailbox(["\u{feff}X-First: a\r\nSubject: b\r\n\r\n"]);
    for key in ["HEADER X-First a", "HEADER Subject b", "SUBJECT b", "TEXT \"x-first: a\""] {
        assert_eq!(ask(&messages, &format!("SEARCH {key}")).unwrap(), "* SEARCH 1", "{key}");
    }
}

#[test]
fn within_is_exact_to_the_second() {
    let messages = mailbox(["\r\n"]);
    let age = 99 * 3600;
    for (criteria, want) in [
        (format!("OLDER {age}"), " 1"),
        (format!("OLDER {}", age + 1), ""),
        (format!("YOUNGER {age}"), " 1"),
        (format!("YOUNGER {}", age - 1), ""),
    ] {
        let got = ask(&messages, &format!("SEARCH {criteria}")).unwrap();
        assert_eq!(got, format!("* SEARCH{want}"), "criteria {criteria}");
    }
}

#[test]
fn save_dates_where_they_are_kept() {
    let messages = messages();
    let mut context = context(&messages);
    context.save_dates = true;
    for (criteria, want) in [
        ("SAVEDATESUPPORTED", " 1 2 3 4"),
        ("SAVEDON 21-Jan-2001", " 2"),
        ("SAVEDBEFORE 21-Jan-2001", " 1 3 4"),
        ("SAVEDSINCE 12-Jan-2001", " 2"),
    ] {
        let got = ask_in(&messages, &format!("SEARCH {criteria}"), &context).unwrap();
        assert_eq!(got, format!("* SEARCH{want}"), "criteria {criteria}");
    }
}

#[test]
fn collations() {
    let messages = messages();
    let mut context = context(&messages);
    for (collation, criteria, want) in [
        (Collation::AsciiCasemap, "SUBJECT \"cAf\u{e9}\"", " 2"),
        (Collation::AsciiCasemap, "SUBJECT \"CAF\u{c9}\"", ""),
        (Collation::Octet, "SUBJECT world", ""),
        (Collation::Octet, "SUBJECT World", " 1"),
    ] {
        context.collation = collation;
        let got = ask_in(&messages, &format!("SEARCH {criteria}"), &context).unwrap();
        assert_eq!(got, format!("* SEARCH{want}"), "{criteria} by {}", collation.name());
    }
}

#[test]
fn return_options() {
    let messages = messages();
    for (line, want) in [
        ("SEARCH RETURN () SEEN", "* ESEARCH (TAG \"a\") ALL 1,3"),
        ("SEARCH RETURN (ALL) ALL", "* ESEARCH (TAG \"a\") ALL 1:4"),
        ("SEARCH RETURN (MIN MAX) UNSEEN", "* ESEARCH (TAG \"a\") MIN 2 MAX 4"),
        ("UID SEARCH RETURN (MIN COUNT) ALL", "* ESEARCH (TAG \"a\") UID MIN 10 COUNT 4"),
        ("SEARCH RETURN (COUNT MIN MAX ALL) KEYWORD none", "* ESEARCH (TAG \"a\") COUNT 0"),
        ("SEARCH RETURN (MIN) KEYWORD none", "* ESEARCH (TAG \"a\")"),
        ("SEARCH RETURN (PARTIAL 2:3) ALL", "* ESEARCH (TAG \"a\") PARTIAL (2:3 2:3)"),
        ("SEARCH RETURN (PARTIAL 3:2) ALL", "* ESEARCH (TAG \"a\") PARTIAL (3:2 2:3)"),
        ("SEARCH RETURN (PARTIAL -1:-2) ALL", "* ESEARCH (TAG \"a\") PARTIAL (-1:-2 3:4)"),
        ("SEARCH RETURN (PARTIAL -3:-9) ALL", "* ESEARCH (TAG \"a\") PARTIAL (-3:-9 1:2)"),
        ("SEARCH RETURN (PARTIAL 4:9) ALL", "* ESEARCH (TAG \"a\") PARTIAL (4:9 4)"),
        ("SEARCH RETURN (PARTIAL 5:9) ALL", "* ESEARCH (TAG \"a\") PARTIAL (5:9 NIL)"),
        ("SEARCH RETURN (PARTIAL -5:-9) ALL", "* ESEARCH (TAG \"a\") PARTIAL (-5:-9 NIL)"),
        // RFC 9051 §6.4.4.1, table 4; what `$` is from now on are UIDs
        ("SEARCH RETURN (SAVE) SEEN", "[10, 30]"),
        ("SEARCH RETURN (SAVE) KEYWORD none", "[]"),
        ("SEARCH RETURN (SAVE MIN) ALL", "* ESEARCH (TAG \"a\") MIN 1 saved [10]"),
        ("SEARCH RETURN (SAVE MAX) ALL", "* ESEARCH (TAG \"a\") MAX 4 saved [40]"),
        ("SEARCH RETURN (MIN SAVE MAX) ALL", "* ESEARCH (TAG \"a\") MIN 1 MAX 4 saved [10, 40]"),
        (
            "SEARCH RETURN (SAVE COUNT MIN) ALL",
            "* ESEARCH (TAG \"a\") MIN 1 COUNT 4 saved [10, 20, 30, 40]",
        ),
        ("SEARCH RETURN (SAVE ALL) SEEN", "* ESEARCH (TAG \"a\") ALL 1,3 saved [10, 30]"),
        // RFC 9394 §3.2
        (
            "SEARCH RETURN (SAVE PARTIAL 2:3) ALL",
            "* ESEARCH (TAG \"a\") PARTIAL (2:3 2:3) saved [20, 30]",
        ),
        (
            "SEARCH RETURN (SAVE PARTIAL 2:3 MAX) ALL",
            "* ESEARCH (TAG \"a\") MAX 4 PARTIAL (2:3 2:3) saved [20, 30, 40]",
        ),
        (
            "SEARCH RETURN (SAVE PARTIAL 1:1 COUNT) ALL",
            "* ESEARCH (TAG \"a\") COUNT 4 PARTIAL (1:1 1) saved [10, 20, 30, 40]",
        ),
        // RFC 4731 §3.2: mod-sequences are 5, 7, 3, 9
        ("SEARCH RETURN (MIN) MODSEQ 1", "* ESEARCH (TAG \"a\") MIN 1 MODSEQ 5"),
        ("SEARCH RETURN (MAX) MODSEQ 1", "* ESEARCH (TAG \"a\") MAX 4 MODSEQ 9"),
        ("SEARCH RETURN (MIN MAX) MODSEQ 1 1:3", "* ESEARCH (TAG \"a\") MIN 1 MAX 3 MODSEQ 5"),
        ("SEARCH RETURN (MIN COUNT) MODSEQ 1 1:3", "* ESEARCH (TAG \"a\") MIN 1 COUNT 3 MODSEQ 7"),
        ("SEARCH RETURN (COUNT) MODSEQ 100", "* ESEARCH (TAG \"a\") COUNT 0"),
        (
            "SEARCH RETURN (RELEVANCY ALL) FUZZY SEEN",
            "* ESEARCH (TAG \"a\") ALL 1,3 RELEVANCY (100 100)",
        ),
        ("SEARCH RETURN (CONTEXT COUNT) SEEN", "* ESEARCH (TAG \"a\") COUNT 2"),
        // RFC 5267 §3.1: in the order of the sort
        ("SORT RETURN () (REVERSE ARRIVAL) UTF-8 ALL", "* ESEARCH (TAG \"a\") ALL 1,4,3,2"),
        ("SORT RETURN (MIN MAX) (REVERSE ARRIVAL) UTF-8 ALL", "* ESEARCH (TAG \"a\") MIN 1 MAX 2"),
        ("SORT RETURN (ALL) (ARRIVAL) UTF-8 ALL", "* ESEARCH (TAG \"a\") ALL 2:4,1"),
        (
            "SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL) UTF-8 ALL",
            "* ESEARCH (TAG \"a\") PARTIAL (1:2 1,4)",
        ),
    ] {
        assert_eq!(ask(&messages, line).unwrap(), want, "{line}");
    }
}

#[test]
fn what_cannot_be_searched_says_why() {
    let messages = messages();
    let bad = SearchError::BadReturn;
    for (line, want) in [
        ("SEARCH CHARSET x-klingon SUBJECT a", SearchError::BadCharset),
        ("SEARCH CHARSET X-UNKNOWN ALL", SearchError::BadCharset),
        ("SEARCH CHARSET unknown-8bit SUBJECT a", SearchError::BadCharset),
        ("SEARCH CHARSET UTF-8 SUBJECT {1+}\r\n\u{ff}", SearchError::BadText),
        ("SEARCH X-GM-RAW a", SearchError::UnknownKey("X-GM-RAW".into())),
        ("SEARCH X-OWN a b", SearchError::UnknownKey("X-OWN".into())),
        ("SEARCH FILTER mine", SearchError::UndefinedFilter(Atom::new("mine").unwrap())),
        ("SEARCH RETURN (RELEVANCY) ALL", bad.clone()),
        ("SEARCH RETURN (X-OWN) ALL", bad.clone()),
        ("SEARCH RETURN (UPDATE) ALL", bad.clone()),
        ("SEARCH RETURN (ALL PARTIAL 1:2) ALL", bad.clone()),
        ("SEARCH RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL", bad),
        ("SORT (X-OWN) UTF-8 ALL", SearchError::UnknownSortKey),
    ] {
        let line: Vec<u8> = line.chars().map(|it| u8::try_from(it).unwrap()).collect();
        let frame = mailwire_imap::Frame::new([b"a ", &line[..], b"\r\n"].concat().into());
        let command =
            mailwire_imap::Command::parse(&frame, Default::default()).unwrap().value.command;
        let context = context(&messages);
        let got = match command {
            mailwire_imap::Command::Search(it) => {
                mailwire_mailbox::Search::new(&it.expression, it.charset.as_deref(), &context)
                    .and_then(|search| {
                        let found = search.run(&messages);
                        found.answer(&it.returns.unwrap_or_default(), false, Tag::new("a").unwrap())
                    })
                    .map(drop)
            }
            mailwire_imap::Command::Sort(it) => {
                mailwire_mailbox::sort(&it.keys, Collation::default(), &messages).map(drop)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(got, Err(want), "{}", line.escape_ascii());
    }
}

#[test]
fn filters_are_put_in() {
    let messages = messages();
    let mut context = context(&messages);
    let filter = |name: &Atom| -> Option<SearchExpression> {
        Some(match name.as_str() {
            "mine" => SearchExpression::or(SearchKey::Flagged.into(), SearchKey::Answered.into()),
            "nested" => SearchExpression::not(SearchKey::Filter(Atom::new("mine").ok()?).into()),
            "endless" => SearchKey::Filter(name.clone()).into(),
            _ => return None,
        })
    };
    context.filter = Some(&filter);
    assert_eq!(ask_in(&messages, "SEARCH FILTER mine", &context).unwrap(), "* SEARCH 1 3");
    assert_eq!(ask_in(&messages, "SEARCH FILTER nested SEEN", &context).unwrap(), "* SEARCH");
    assert_eq!(ask_in(&messages, "SEARCH FILTER nested 2", &context).unwrap(), "* SEARCH 2");
    let got = ask_in(&messages, "SEARCH FILTER endless", &context);
    assert_eq!(got, Err(SearchError::TooManyFilters));
}

#[test]
fn deep_criteria_cost_no_stack() {
    let messages = messages();
    let key = || SearchExpression::from(SearchKey::Seen);
    let mut deep = key();
    for _ in 0..10_000 {
        deep = SearchExpression::not(deep);
    }
    let context = context(&messages);
    let search = mailwire_mailbox::Search::new(&deep, None, &context).unwrap();
    assert_eq!(search.run(&messages).messages.len(), 2);
    let field = || SearchKey::Field(HeaderField::From, "smith".try_into().unwrap());
    let mut wide = SearchExpression::from(field());
    for _ in 0..2_000 {
        wide = SearchExpression::or(field().into(), wide);
    }
    let search = mailwire_mailbox::Search::new(&wide, None, &context).unwrap();
    assert_eq!(search.run(&messages).messages.len(), 1);
}

/// A search asks no more than it must: of messages whose flags decide, nobody reads the octets.
#[test]
fn octets_are_read_only_if_they_decide() {
    use mailwire_imap::{DateTime, Flags};
    use mailwire_mailbox::{Facts, Index};
    use std::{borrow::Cow, cell::Cell, ops::Range};

    struct Counted<'m>(&'m MemoryMessage, &'m Cell<usize>);

    impl Facts for Counted<'_> {
        fn number(&self) -> u32 {
            self.0.number
        }
        fn uid(&self) -> u32 {
            self.0.uid
        }
        fn flags(&self) -> Cow<'_, Flags> {
            self.0.flags()
        }
        fn internal_date(&self) -> DateTime {
            self.0.internal_date
        }
        fn index(&self) -> Option<Cow<'_, Index>> {
            self.0.index()
        }
        fn octets(&self, range: Range<u64>) -> Option<Cow<'_, [u8]>> {
            self.1.set(self.1.get() + 1);
            if self.0.number == 4 { None } else { self.0.octets(range) }
        }
    }

    let messages = messages();
    for (line, reads, found, unread) in [
        ("SEARCH BODY fox SEEN FROM smith", 1, 1, 0),
        ("SEARCH OR BODY fox SEEN", 2, 2, 1),
        ("SEARCH FROM smith SUBJECT hello LARGER 5", 0, 1, 0),
        ("SEARCH OR BODY fox BODY needle 1", 1, 1, 0),
        ("SEARCH HEADER X-None a", 4, 0, 1),
        ("SEARCH NOT TEXT fox 4", 2, 1, 1),
    ] {
        let mailwire_imap::Command::Search(it) = common::command(line) else { panic!() };
        let count = Cell::new(0);
        let context = context(&messages);
        let search = mailwire_mailbox::Search::new(&it.expression, None, &context).unwrap();
        let result = search.run(messages.iter().map(|message| Counted(message, &count)));
        assert_eq!(
            (count.get(), result.messages.len(), result.unread),
            (reads, found, unread),
            "{line}"
        );
    }
}
