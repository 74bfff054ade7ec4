//! What other libraries fail on, attacks on the grammar, and what servers refuse.

use bytes::Bytes;
use mailwire_imap::{
    AString, Atom, Command, Data, Encoder, Frame, FrameLimits, Framer, Leniency, Mailbox, Peer,
    Piece, Quirk, ReadOptions, Response, Section, SectionText, SequenceSet, Side, Tag,
    command::{FetchAttribute, FetchModifier},
    fetch::FetchItem,
};

fn response(wire: &str) -> Response {
    let frame = Frame::new(Bytes::from(format!("{wire}\r\n")));
    let mut options = ReadOptions::default();
    options.leniency = Leniency::Strict;
    match Response::parse(&frame, options) {
        Ok(read) => read.value,
        Err(error) => panic!("{wire}: {error}"),
    }
}

fn print(command: &Command) -> Bytes {
    let mut out = Encoder::new(Peer::SERVER);
    command.encode(&Tag::new("a").unwrap(), &mut out);
    out.finish().wire
}

fn command(wire: &str) -> Result<Command, String> {
    let frame = Frame::new(Bytes::from(format!("{wire}\r\n")));
    let read = Command::parse(&frame, ReadOptions::default());
    read.map(|read| read.value.command).map_err(|error| error.to_string())
}

/// Each of these loses its response in one of the other libraries, or ends the process; here each is
/// understood, and typed.
#[test]
fn responses_that_others_lose() {
    for (wire, shown) in [
        ("* OK hello {9}", "Status"),
        ("* PREAUTH [CAPABILITY IMAP4rev1] hi", "PreAuth"),
        ("* 1 FETCH (BINARY[] ~{3}\r\na\0b)", "Binary"),
        ("* 1 FETCH (RFC822.SIZE 4294967296)", "Size(Some(4294967296))"),
        ("* 1 FETCH (X-GM-MSGID 1 X-GM-THRID 2 X-GM-LABELS (\\Inbox))", "GmailLabels"),
        ("* 1 FETCH (EMAILID (M6d) THREADID (T6) PREVIEW \"x\" SAVEDATE NIL)", "SaveDate(None)"),
        ("* 1 FETCH (X-NEW (a (b \"c\")) UID 2)", "Uid(2)"),
        (
            "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))",
            "Body(",
        ),
        ("* ESEARCH (TAG \"a\") UID MIN 1 MAX 9 ALL 1:3,9 COUNT 4 MODSEQ 7", "Count(4)"),
        ("* ESEARCH (TAG \"a\") UID PARTIAL (-1:-100 NIL)", "Partial"),
        ("* NAMESPACE ((\"\" \"/\")) NIL NIL", "Namespace"),
        ("* THREAD (2)(3 6 (4 23)(44 7 96))", "Thread"),
        ("* METADATA \"\" (/shared/comment \"x\")", "Metadata"),
        ("* METADATA INBOX /shared/comment", "Changed"),
        ("* SEARCH 1 2 (MODSEQ 917162500)", "mod_seq: Some(917162500)"),
        ("* STATUS x (SIZE 5 MAILBOXID (F1) APPENDLIMIT NIL)", "AppendLimit(None)"),
        ("* ACL INBOX fred rwipslda", "Acl"),
        ("* LIST () \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))", "ChildInfo"),
        ("* VANISHED (EARLIER) 1:5", "Vanished"),
        ("* 7 UIDFETCH (FLAGS ())", "by_uid: true"),
        (
            "* URLFETCH \"imap://x\" (BODYPARTSTRUCTURE (\"IMAGE\" \"PNG\" NIL NIL NIL \"BINARY\" 3)) (BINARY ~{3}\r\na\0b)",
            "Structure",
        ),
        ("* OK [APPENDUID 1 2:3] x", "AppendUid"),
        ("* OK [INPROGRESS (\"a\" 1 NIL)] x", "InProgress"),
    ] {
        let debug = format!("{:?}", response(wire));
        assert!(debug.contains(shown) && !debug.contains("Invalid"), "{wire}: {debug}");
    }
}

/// Only BINARY has a `literal8` (RFC 9051 §9 `msg-att-static`), and some servers have it elsewhere.
#[test]
fn literal8_in_body() {
    let frame = Frame::new(Bytes::from("* 1 FETCH (BODY[] ~{3}\r\na\0b UID 2)\r\n"));
    let read = Response::parse(&frame, ReadOptions::default()).unwrap().value;
    let Response::Data(Data::Fetch(fetch)) = &read else { panic!("{read:?}") };
    let mut items = fetch.items();
    let read: Vec<_> = items.by_ref().collect();
    assert!(matches!(read[..], [FetchItem::Section { .. }, FetchItem::Uid(2)]), "{read:?}");
    assert!(items.repairs().contains(Quirk::OddLiteral));
}

/// imap-proto panics, imap-codec loses the response.
#[test]
fn internal_date_nil() {
    let frame = Frame::new(Bytes::from("* 1 FETCH (INTERNALDATE NIL)\r\n"));
    let read = Response::parse(&frame, ReadOptions::default()).unwrap().value;
    let Response::Data(Data::Fetch(fetch)) = read else { panic!() };
    assert_eq!(fetch.items().collect::<Vec<_>>(), [FetchItem::InternalDate(None)]);
}

/// 525 octets overflow a stack elsewhere, in a line that is not even finished.
#[test]
fn parentheses_without_end() {
    for count in [500, 100_000] {
        let wire = ["* 1 FETCH (BODYSTRUCTURE ", &"(".repeat(count)].concat();
        let frame = Frame::new(Bytes::from(wire.clone()));
        let read = Response::parse(&frame, ReadOptions::default()).unwrap().value;
        let Response::Data(Data::Fetch(fetch)) = read else { panic!() };
        let items: Vec<_> = fetch.items().collect();
        let [FetchItem::Invalid { why, .. }] = &items[..] else { panic!("{}", items.len()) };
        assert_eq!(why.to_string(), "nested too deeply at octet 125");
        for start in
            ["* X-NEW ", "* THREAD ", "* NAMESPACE ", "* LIST () NIL a (x ", "* STATUS a (x "]
        {
            let frame = Frame::new(Bytes::from([start, &"(".repeat(count), "\r\n"].concat()));
            let _ = Response::parse(&frame, ReadOptions::default());
        }
        for start in ["a SEARCH ", "a FETCH 1 X ", "a XNEW ", "a LIST (x ", "a APPEND x X "] {
            assert!(command(&[start, &"(".repeat(count)].concat()).is_err());
        }
    }
}

/// What mail clients send for many words; imap-codec takes at most eight.
#[test]
fn searches_for_many_words() {
    for count in [9, 100, 1_000] {
        let right = ["a SEARCH ", &"OR FROM x ".repeat(count), "FROM y"].concat();
        let left = ["a SEARCH ", &"OR ".repeat(count), "FROM y", &" FROM x".repeat(count)].concat();
        for wire in [right, left] {
            let search = command(&wire).unwrap();
            assert_eq!(print(&search), format!("{wire}\r\n"));
        }
    }
    let deep = ["a SEARCH ", &"(NOT ".repeat(101), "SEEN", &")".repeat(101)].concat();
    assert!(command(&deep).unwrap_err().starts_with("nested too deeply"));
}

/// `{n}` where no literal can be is text: in a status, in a continuation.
#[test]
fn framing_is_not_confused() {
    for line in [
        "* OK x {9}",
        "* BAD [ALERT] {9+}",
        "A1 NO ~{9}",
        "+ {9}",
        "* BYE [X {9}] {3}",
        "* [ALERT] x {9}",
        "[ALERT] x {9}",
    ] {
        let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
        framer.push(Bytes::from(format!("{line}\r\n* 3 EXISTS\r\n")));
        let mut wires = Vec::new();
        while let Ok(Some(Piece::Frame(frame))) = framer.next_piece() {
            wires.push(frame.wire().clone());
        }
        assert_eq!(wires.last().unwrap(), "* 3 EXISTS\r\n", "{line}");
    }
    let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    framer.push(Bytes::from("{9}\r\nDONE\r\n"));
    assert_eq!(framer.next_line(100).unwrap().unwrap(), "{9}");
    assert_eq!(framer.next_line(100).unwrap().unwrap(), "DONE");
}

/// A length that is declared costs nothing; the limit is told before a single octet is taken.
#[test]
fn literals_cost_what_comes() {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push(Bytes::from("* 1 FETCH (BODY[] {18446744073709551615}\r\nx"));
    let Ok(Some(Piece::Literal { literal, .. })) = framer.next_piece() else { panic!() };
    assert_eq!(literal.size, u64::MAX);
    assert!(framer.inline().is_err());
}

/// Command splitting (CVE-2026-42257, -42258, -47240, -47242): nothing that a caller gives ends a line.
#[test]
fn nothing_splits_a_command() {
    let evil = "x\r\nb DELETE INBOX\r\n";
    assert!(Atom::new(evil).is_err() && Tag::new(evil).is_err());
    assert!(Mailbox::new(evil).is_err());
    assert!(mailwire_imap::Raw::new(evil).is_err());
    assert!(mailwire_imap::ItemName::new(evil).is_err());
    assert!(mailwire_imap::Attribute::new(evil).is_err());
    assert!(mailwire_imap::ObjectId::new(evil).is_err());
    assert!(mailwire_imap::CodeText::new(evil).is_err());
    assert!(mailwire_imap::ResponseText::new(evil).is_err());
    assert!(mailwire_imap::InitialResponse::new(evil).is_err());
    assert!(mailwire_imap::Flag::new(evil).is_err());
    let text = AString::new(evil).unwrap();
    let id = Command::Id(vec![(text.clone(), Some(text.clone()))]);
    assert_eq!(print(&id), format!("a ID ({{19}}\r\n{evil} {{19}}\r\n{evil})\r\n"));
    assert!(Section::new(vec![], SectionText::HeaderFields(vec![text])).is_err());
}

/// Passwords and responses of mechanisms are not for logs.
#[test]
fn secrets_are_hidden() {
    let login = Command::login("fred", "pencil").unwrap();
    let auth = command("a AUTHENTICATE PLAIN AHBlbmNpbA==").unwrap();
    let shown = format!("{login:?} {auth:?}");
    assert!(!shown.contains("pencil") && !shown.contains("AHBlbmNpbA"), "{shown}");
}

/// Some servers refuse what the RFCs allow, or what other clients send: none of it is sent.
#[test]
fn what_servers_refuse() {
    // QQ: sets in descending order.
    let set = SequenceSet::from_numbers([9, 3, 2, 1, 5]).unwrap();
    assert_eq!(set.to_string(), "1:3,5,9");
    // GMX, Exchange: `ID ()`.
    assert_eq!(print(&Command::Id(vec![])), "a ID NIL\r\n");
    assert_eq!(command("a ID ()"), Ok(Command::Id(vec![])));
    // mailo.com: names of fields in quotes.
    let names = ["From", "Message-ID"].map(|name| AString::new(name).unwrap());
    let section = Section::new(vec![], SectionText::HeaderFields(names.to_vec())).unwrap();
    let fetch = FetchAttribute::Section { section, partial: None, peek: true };
    let fetch = Command::fetch(set, vec![fetch], true);
    assert_eq!(print(&fetch), "a UID FETCH 1:3,5,9 BODY.PEEK[HEADER.FIELDS (From Message-ID)]\r\n");
    // iPhone: CHANGEDSINCE 0 cannot be said; a server that is asked so says everything.
    let Ok(Command::Fetch { attributes, modifiers, .. }) =
        command("a FETCH 1:* (UID FLAGS) (CHANGEDSINCE 0)")
    else {
        panic!()
    };
    assert_eq!(attributes, [FetchAttribute::Uid, FetchAttribute::Flags, FetchAttribute::ModSeq]);
    assert_eq!(modifiers, Vec::<FetchModifier>::new());
}

/// What fuzzing found: an item at the end of an unclosed list, which grew a parenthesis each time.
#[test]
fn an_unclosed_list_does_not_grow() {
    let mut wire = Bytes::from("* 1 FETCH (UID 1 X-A (b {3}\r\n");
    for _ in 0..3 {
        let read = Response::parse(&Frame::new(wire.clone()), ReadOptions::default()).unwrap();
        let mut out = Encoder::new(Peer::CLIENT);
        read.value.encode(&mut out);
        wire = out.finish().wire;
        assert_eq!(wire, "* 1 FETCH (UID 1)\r\n");
    }
}

/// What fuzzing found: a key that is not known takes all that follows, and does so again.
#[test]
fn unknown_keys_keep_what_is_theirs() {
    for (wire, want) in [
        ("a SEARCH FUZZY (INEXT a b)", "a SEARCH FUZZY (INEXT a b)\r\n"),
        ("a SEARCH FUZZY (INEXT a b) SEEN", "a SEARCH FUZZY (INEXT a b) SEEN\r\n"),
        ("a SEARCH INEXT a b SEEN", "a SEARCH INEXT a b SEEN\r\n"),
        ("a SEARCH SEEN INEXT a", "a SEARCH SEEN INEXT a\r\n"),
        ("a SEARCH (RETURN x)", "a SEARCH (RETURN x)\r\n"),
        ("a SEARCH ((CHARSET) SEEN)", "a SEARCH (CHARSET) SEEN\r\n"),
        ("a SEARCH OR (INEXT (x y)) SEEN", "a SEARCH OR (INEXT (x y)) SEEN\r\n"),
        ("a SEARCH (SEEN INEXT) DRAFT", "a SEARCH (SEEN (INEXT)) DRAFT\r\n"),
    ] {
        let search = command(wire).unwrap();
        assert_eq!(print(&search), want);
        assert_eq!(command(want.trim_end()), Ok(search));
    }
}

/// What fuzzing found: a tag may begin with a bracket, as a code without a status does.
#[test]
fn a_tag_may_begin_with_a_bracket() {
    let Response::Status(status) = response("[ NO [BADURL [] (") else { panic!() };
    assert_eq!(status.tag.as_deref(), Some("["));
}

/// What fuzzing found: a control character is no delimiter, and does not vanish untold.
#[test]
fn a_control_character_is_no_delimiter() {
    for wire in ["* LIST () \"\x03\" a\r\n", "* NAMESPACE ((\"\" \"\x03\")) NIL NIL\r\n"] {
        let frame = Frame::new(Bytes::from(wire));
        let read = Response::parse(&frame, ReadOptions::default()).unwrap();
        assert!(read.repairs.contains(Quirk::WrongShape), "{wire:?}");
        let mut strict = ReadOptions::default();
        strict.leniency = Leniency::Strict;
        assert!(Response::parse(&frame, strict).is_err(), "{wire:?}");
    }
}

/// RFC 4466 §6: only where BINARY is offered may the octets of a `literal8` follow at once. Who does not know
/// it refuses the line, and takes them for commands.
#[test]
fn a_literal8_waits_where_binary_is_not_offered() {
    let entries = vec![(AString::new("/a").unwrap(), Some(b"\0\r\nb LOGOUT\r\n"[..].into()))];
    let command = Command::SetMetadata { mailbox: Mailbox::INBOX, entries };
    for (binary, waits) in [(false, &[31][..]), (true, &[])] {
        let mut peer = Peer::SERVER;
        (peer.literals, peer.binary) = (mailwire_imap::LiteralSupport::Plus, binary);
        let mut out = Encoder::new(peer);
        command.encode(&Tag::new("a").unwrap(), &mut out);
        let sent = out.finish();
        let plus = if binary { "+" } else { "" };
        let want = format!("a SETMETADATA INBOX (/a ~{{13{plus}}}\r\n\0\r\nb LOGOUT\r\n)\r\n");
        assert_eq!((sent.wire, &sent.waits[..]), (Bytes::from(want), waits));
    }
}
