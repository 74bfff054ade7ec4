//! Responses in the form in which we print them, every kind of them.

use bytes::Bytes;
use core::num::NonZeroU32;
use mailwire_imap::{
    Condition, Data, Encoder, Frame, FrameLimits, Framer, Leniency, Peer, Piece, Quirk,
    ReadOptions, Response, Section, SectionText, Side, Status,
    fetch::{Fetch, FetchData, FetchItem},
};

const CANONICAL: &[&str] = &[
    "a1 OK done",
    "[a OK a tag may begin with a bracket",
    "* OK hello {9}",
    "* BYE [UNAVAILABLE] try later",
    "* PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2 AUTH=PLAIN] ready",
    "+ ",
    "+ idling",
    "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
    "* NO [ALERT] [x] is full",
    "* OK [UIDVALIDITY 4294967295] x",
    "* OK [UIDNEXT 1] x",
    "* OK [UNSEEN 12] x",
    "* OK [PERMANENTFLAGS (\\Deleted \\* $Junk)] x",
    "* OK [HIGHESTMODSEQ 9223372036854775807] x",
    "* OK [NOMODSEQ] x",
    "* OK [CLOSED] x",
    "a OK [APPENDUID 38505 3955] x",
    "a OK [APPENDUID 38505 3955:3957] x",
    "a OK [COPYUID 38505 304,319:320 3956:3958] x",
    "a OK [MODIFIED 7,9:11] x",
    "a NO [BADCHARSET] x",
    "a NO [BADCHARSET (UTF-8 US-ASCII)] x",
    "a NO [REFERRAL IMAP://user;AUTH=*@SERVER2/REMOTE IMAP://SERVER3/REMOTE] x",
    "a NO [BADURL \"/INBOX;UID=113330/;section=1.5.9\"] x",
    "a OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] x",
    "a OK [METADATA LONGENTRIES 2199] x",
    "a NO [METADATA MAXSIZE 1024] x",
    "a NO [METADATA TOOMANY] x",
    "a NO [METADATA NOPRIVATE] x",
    "a NO [APPENDLIMIT 257890] x",
    "* OK [INPROGRESS (\"A001\" 454 1000)] x",
    "* OK [INPROGRESS (NIL NIL NIL)] x",
    "* OK [INPROGRESS (\"A001\" 0 NIL)] x",
    "a OK [MESSAGELIMIT 1000 23221] x",
    "a NO [MESSAGELIMIT 1000] x",
    "* NO [NOUPDATE \"B02\"] x",
    "a NO [UNDEFINED-FILTER on-the-road] x",
    "a NO [BADEVENT (MessageNew MessageExpunge)] x",
    "a OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] x",
    "* OK [ANNOTATIONS NONE] x",
    "* OK [ANNOTATIONS READ-ONLY NOPRIVATE] x",
    "* OK [ANNOTATIONS 20480 NOPRIVATE] x",
    "* OK [ANNOTATIONS 20480] x",
    "a NO [ANNOTATE TOOBIG] x",
    "a NO [ANNOTATE TOOMANY] x",
    "a NO [TOOFEW] x",
    "a NO [TOOMANY] x",
    "a OK [X-NEW some thing] x",
    "* CAPABILITY + IMAP4rev2 +",
    "* CAPABILITY IMAP4rev2 STARTTLS QUOTA=RES-STORAGE",
    "* ENABLED CONDSTORE UTF8=ACCEPT",
    "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\"",
    "* LIST (\\Noselect) NIL \"\"",
    "* LIST (\\Subscribed) \"\\\\\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))",
    "* LIST () \"/\" new (\"OLDNAME\" (old))",
    "* LSUB () \".\" #news.comp.mail.misc",
    "* XLIST (\\Inbox) \"/\" INBOX",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 SIZE 8589934592 MAILBOXID (F1))",
    "* STATUS INBOX (DELETED 4 DELETED-STORAGE 8 APPENDLIMIT NIL HIGHESTMODSEQ 7)",
    "* FLAGS (\\Answered \\Flagged $Junk)",
    "* 23 EXISTS",
    "* 5 RECENT",
    "* 44 EXPUNGE",
    "* VANISHED (EARLIER) 300:310,405,411",
    "* VANISHED 405",
    "* 7 UIDFETCH (FLAGS ())",
    "* SEARCH",
    "* SEARCH 2 84 882 (MODSEQ 917162500)",
    "* SORT 5 3 4 1 2",
    "* ESEARCH (TAG \"A282\") UID MIN 2 MAX 99 COUNT 3 ALL 2,10:11 MODSEQ 917162500",
    "* ESEARCH (TAG \"A02\") UID PARTIAL (23500:24000 NIL)",
    "* ESEARCH (TAG \"B01\") UID ADDTO (0 32768:32769) REMOVEFROM (1 2)",
    "* ESEARCH (TAG \"t\" MAILBOX folder1 UIDVALIDITY 1) UID ALL 4001,4003",
    "* ESEARCH (MAILBOX folder1 UIDVALIDITY 1) UID ALL 4001,4003",
    "* THREAD (2)(3 6 (4 23)(44 7 96))",
    "* THREAD ((3)(5))",
    "* NAMESPACE ((\"\" \"/\")) NIL ((\"#news.\" \".\")(\"#ftp/\" \"/\"))",
    "* ID (\"name\" \"Cyrus\" \"version\" NIL)",
    "* ID NIL",
    "* QUOTA \"\" (STORAGE 10 512 MESSAGE 1 2)",
    "* QUOTA #user/alice ()",
    "* QUOTAROOT INBOX \"\" x",
    "* QUOTAROOT comp.mail.mime",
    "* ACL INBOX Fred rwipslxetad -David lrws",
    "* LISTRIGHTS archive anyone \"\" l r s w",
    "* MYRIGHTS INBOX rwiptsldaex",
    "* METADATA INBOX (/shared/comment \"Shared comment\" /private/x NIL)",
    "* METADATA \"\" /shared/comment /shared/admin",
    "* LANGUAGE (EN DE i-default)",
    "* COMPARATOR i;unicode-casemap (i;basic i;ascii-casemap)",
    "* GENURLAUTH imap://joe@example.com/INBOX/;uid=20",
    "* URLFETCH imap://joe@example.com/INBOX/;uid=20 NIL",
    "* JMAPACCESS \"https://example.com/.well-known/jmap\"",
    "* UIDBATCHES (TAG \"A143\") 215295:99696,99695:20351",
    "* UIDBATCHES (TAG \"A302\")",
    "* XPIG-LATIN ow-nay eaking-spay ig-pay atin-lay",
    "* 5 XTHING (a \"b\")",
    "* NOOP",
];

/// Items of FETCH, in the form in which we print them.
const ITEMS: &[&str] = &[
    "UID 4827313",
    "FLAGS (\\Seen $MDNSent)",
    "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"",
    "RFC822.SIZE 8589934592",
    "MODSEQ (624140003)",
    "EMAILID (M6d99ac3275bb4e)",
    "THREADID NIL",
    "THREADID (T64b478a75b7ea9)",
    "PREVIEW \"Lorem ipsum\"",
    "PREVIEW NIL",
    "SAVEDATE \" 1-Jan-2015 18:50:53 +0100\"",
    "SAVEDATE NIL",
    "BODY[] {3}\r\na)b",
    "BODY[1.2.HEADER.FIELDS (From \"a b\")]<0> {0}\r\n",
    "BODY[HEADER.FIELDS.NOT (To)] NIL",
    "BODY[4.1.MIME] {2}\r\n\r\n",
    "BINARY[1]<100> ~{3}\r\na\0b",
    "BINARY.SIZE[1.2] 7",
    "RFC822 {1}\r\nx",
    "RFC822.HEADER {1}\r\nx",
    "RFC822.TEXT {1}\r\nx",
    "X-GM-MSGID 1278455344230334865",
    "X-GM-THRID 1266894439832287888",
    "X-GM-LABELS (\\Inbox \\Sent Important \"Muy Importante\")",
    "ANNOTATION (/comment (value.priv \"My comment\" value.shared NIL) /x (size.priv \"10\"))",
    "ANNOTATION (/comment /altsubject)",
    "X-NEW[1]<2> (a (b \"c)\"))",
];

/// What is kept as it is: the others have a type.
const UNTYPED: &[&str] = &["X-NEW", "XPIG-LATIN", "XTHING", "NOOP"];

#[test]
fn responses_print_as_they_were_read() {
    let mut wires: Vec<_> = CANONICAL.iter().map(|line| format!("{line}\r\n")).collect();
    wires.extend(ITEMS.iter().map(|item| format!("* 12 FETCH ({item})\r\n")));
    wires.push(format!("* 12 FETCH ({})\r\n", ITEMS.join(" ")));
    let mut failures = Vec::new();
    let mut strict = ReadOptions::default();
    strict.leniency = Leniency::Strict;
    for wire in &wires {
        let frame = Frame::new(Bytes::from(wire.clone()));
        match Response::parse(&frame, ReadOptions::default()) {
            Err(error) => failures.push(format!("{wire:?}: {error}")),
            Ok(read) => {
                let mut out = Encoder::new(Peer::CLIENT);
                read.value.encode(&mut out);
                let printed = out.finish().wire;
                if printed != wire.as_bytes() {
                    failures.push(format!("{wire:?} prints {printed:?}"));
                }
                let again = Response::parse(&frame, strict);
                if again.as_ref().map(|again| &again.value) != Ok(&read.value) {
                    failures.push(format!("{wire:?} strictly: {again:?}"));
                }
                let untyped = format!("{:?}", read.value).contains("Other {");
                if untyped != UNTYPED.iter().any(|name| wire.contains(name)) {
                    failures.push(format!("{wire:?} reads {:?}", read.value));
                }
                if !read.repairs.is_empty() {
                    failures.push(format!("{wire:?}: {:?}", read.repairs));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Text that begins with a bracket is no code, and does not become one.
#[test]
fn text_in_brackets() {
    let print = |status: Status| {
        let mut out = Encoder::new(Peer::CLIENT);
        Response::Status(status).encode(&mut out);
        out.finish().wire
    };
    let status = |text: &str| Status::new(None, Condition::Ok, text);
    assert_eq!(print(status("[ALERT] buy")), "* OK (ALERT] buy\r\n");
    assert_eq!(print(status("[ALERT buy")), "* OK (ALERT buy\r\n");
    // Text that came so, whose code was taken away.
    let frame = Frame::new(Bytes::from("* OK [PARSE] [ALERT] buy\r\n"));
    let read = Response::parse(&frame, ReadOptions::default()).unwrap().value;
    let Response::Status(mut status) = read else { panic!("{read:?}") };
    status.code = None;
    assert_eq!(print(status), "* OK  [ALERT] buy\r\n");
}

/// What is broken in a list of items is read and told, and not sent on.
/// A literal put in its place ends in text what a response code might have been.
#[test]
fn what_was_left_of_a_code_announces_no_literal() {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push("a NO [BADCHARSET (x\" {1}\r\na \"b\" ] {0}\r\n".into());
    let Ok(Some(Piece::Frame(frame))) = framer.next_piece() else { panic!("no frame") };
    let read = Response::parse(&frame, ReadOptions::default()).unwrap();
    let mut out = Encoder::new(Peer::CLIENT);
    read.value.encode(&mut out);
    let wire = out.finish().wire;
    framer.push(wire.clone());
    assert!(matches!(framer.next_piece(), Ok(Some(Piece::Frame(_)))), "{wire:?}");
    assert!(framer.is_empty(), "{wire:?}");
}

/// NUL in a text goes out in a plain literal, whether it is streamed or not: the grammar has no `literal8`
/// there. What BINARY brings goes out in one.
#[test]
fn nul_makes_a_literal8_of_binary_only() {
    let data = || FetchData::Octets("a\0b".into());
    let section = Section::new(Vec::new(), SectionText::All).unwrap();
    let text = FetchItem::Section { section, origin: None, data: data() };
    let binary = FetchItem::Binary { part: Vec::new(), origin: None, data: data() };
    for (item, wire, quirk) in [
        (text, "* 1 FETCH (BODY[] {3}\r\na\0b)\r\n", Some(Quirk::NulInString)),
        (FetchItem::Rfc822(data()), "* 1 FETCH (RFC822 {3}\r\na\0b)\r\n", Some(Quirk::NulInString)),
        (binary, "* 1 FETCH (BINARY[] ~{3}\r\na\0b)\r\n", None),
    ] {
        let mut out = Encoder::new(Peer::CLIENT);
        let fetch = Fetch::new(NonZeroU32::MIN, core::slice::from_ref(&item));
        Response::Data(Data::Fetch(fetch)).encode(&mut out);
        assert_eq!(out.finish().wire, wire);

        let frame = Frame::new(Bytes::from(wire));
        let read = Response::parse(&frame, ReadOptions::default()).unwrap().value;
        let Response::Data(Data::Fetch(fetch)) = read else { panic!("{wire}") };
        let mut items = fetch.items();
        assert_eq!(items.next(), Some(item));
        assert_eq!(items.repairs().as_slice().first().map(|repair| repair.quirk), quirk, "{wire}");
    }
}

#[test]
fn invalid_items_are_not_printed() {
    for items in [
        "(...)",
        "(UID 14 ...)",
        "(UID 14 X (a)",
        "(UID 14 X (a",
        "(ENVELOPE (a (b)",
        "(ENVELOPE (a) UID 3)",
        "(\"a\" UID 3)",
        "(BODY[ {3} x)",
        "(UID 1",
        "(UID 1){0}",
        "(",
    ] {
        let read = |wire: Bytes| Response::parse(&Frame::new(wire), ReadOptions::default());
        let first = read(Bytes::from(format!("* 1 FETCH {items}\r\n"))).unwrap().value;
        let mut out = Encoder::new(Peer::CLIENT);
        first.encode(&mut out);
        let printed = out.finish().wire;
        let again = read(printed.clone()).unwrap().value;
        assert_eq!(valid(&again), valid(&first), "{items} prints {printed:?}");
        assert_eq!(valid(&again), items_of(&again), "{items} prints {printed:?}");
    }
}

fn items_of(response: &Response) -> Vec<FetchItem> {
    let Response::Data(Data::Fetch(fetch)) = response else { panic!("{response:?}") };
    fetch.items().collect()
}

fn valid(response: &Response) -> Vec<FetchItem> {
    let mut items = items_of(response);
    items.retain(|item| !matches!(item, FetchItem::Invalid { .. }));
    items
}
