//! What a hostile peer sends to cost time or memory. A step that looks at the rest of the line for each
//! of its octets would take hours here.

use bytes::Bytes;
use mailwire_imap::{
    AString, Atom, Command, Condition, Continue, Data, Encoder, Flags, Frame, FrameLimits, Framer,
    Mailbox, OneOrMore, ParseErrorKind, Password, Peer, Piece, Quirk, Raw, ReadOptions, Repairs,
    Response, ResponseCode, Side, Status, Tag, TaggedValue,
    command::{AppendData, AppendMessage},
    fetch::{Fetch, FetchItem},
};

const MANY: usize = 1 << 20;

fn response(wire: impl Into<Bytes>) -> Result<Response, ParseErrorKind> {
    let read = Response::parse(&Frame::new(wire.into()), ReadOptions::default());
    read.map(|parsed| parsed.value).map_err(|error| error.kind)
}

fn fetch(items: impl AsRef<str>, options: ReadOptions) -> Fetch {
    let wire = ["* 1 FETCH (", items.as_ref(), ")\r\n"].concat();
    let read = Response::parse(&Frame::new(wire.into()), options).unwrap();
    let Response::Data(Data::Fetch(fetch)) = read.value else { panic!("no FETCH") };
    fetch
}

#[test]
fn braces_that_begin_no_literal_are_passed_once() {
    for brace in ["{", "~", "~{", "{5", "~{5}"] {
        let words = [brace, " "].concat().repeat(MANY);
        let list = ["X (", &words, "a})"].concat();
        assert_eq!(fetch(&list, ReadOptions::default()).items().count(), 1, "{brace}");
        let unknown = ["* X (", &words, "a})\r\n"].concat();
        assert!(response(unknown).is_ok(), "{brace}");
    }
}

#[test]
fn parentheses_that_close_nothing_are_passed_once() {
    let items = ["UID 1", &")".repeat(MANY), &" ".repeat(MANY)].concat();
    let fetch = fetch(items, ReadOptions::default());
    assert_eq!(fetch.items().collect::<Vec<_>>(), [FetchItem::Uid(1)]);
}

#[test]
fn the_number_of_a_part_does_not_cost_those_before_it() {
    let part = "(\"a\" \"b\" NIL NIL NIL \"7bit\" 1)";
    let parts = 100_000;
    let items = ["BODYSTRUCTURE (", &part.repeat(parts), " \"mixed\")"].concat();
    let fetch = fetch(items, ReadOptions::default());
    let Some(FetchItem::BodyStructure(structure)) = fetch.items().next() else { panic!() };
    for (i, part) in structure.parts().enumerate().skip(1) {
        assert_eq!(part.section().last().unwrap().get() as usize, i);
    }
    assert_eq!(structure.parts().count(), 1 + parts);
}

/// However deep, it costs its octets, and what follows is read.
#[test]
fn the_neighbours_of_what_is_too_deep_survive() {
    let deep = |count| ["(".repeat(count), ")".repeat(count)].concat();
    for (name, depth) in [("BODYSTRUCTURE", 101), ("X-NEW", 101), ("X-NEW", MANY)] {
        let items = [name, " ", &deep(depth), " UID 3"].concat();
        let fetch = fetch(items, ReadOptions::default());
        let items: Vec<_> = fetch.items().collect();
        let [FetchItem::Invalid { raw, why, .. }, FetchItem::Uid(3)] = &items[..] else {
            panic!("{name}: {} items", items.len());
        };
        assert_eq!(raw.len(), 1 + 2 * depth);
        assert!(matches!(why.kind, ParseErrorKind::TooDeep), "{name}: {why}");
    }
}

/// Every list that is kept has a limit.
#[test]
fn lists_have_limits() {
    let mut options = ReadOptions::default();
    options.items = 3;
    for (wire, most) in [
        ("* FLAGS (a b c)", "* FLAGS (a b c d)"),
        ("* OK [PERMANENTFLAGS (a b c)] x", ""),
        ("* CAPABILITY A B C", "* CAPABILITY A B C D"),
        ("* ENABLED A B C", "* ENABLED A B C D"),
        ("* LIST (\\A \\B \\C) NIL x", "* LIST (\\A \\B \\C \\D) NIL x"),
        ("* STATUS x (A 1 B 2 C 3)", "* STATUS x (A 1 B 2 C 3 D 4)"),
        ("* ESEARCH A 1 B 2 C 3", "* ESEARCH A 1 B 2 C 3 D 4"),
        ("* ESEARCH ALL 1,3,5", "* ESEARCH ALL 1,3,5,7"),
        ("* VANISHED 1,3,5", "* VANISHED 1,3,5,7"),
        ("* ID (\"a\" NIL)", "* ID (\"a\" NIL \"b\" NIL \"c\" NIL \"d\" NIL)"),
        ("* QUOTAROOT x a b c", "* QUOTAROOT x a b c d"),
        ("* LANGUAGE (a b c)", "* LANGUAGE (a b c d)"),
        ("* X a b c", ""),
    ] {
        let parse = |line: &str| {
            let wire = Bytes::from([line, "\r\n"].concat());
            Response::parse(&Frame::new(wire), options).map_err(|error| error.kind)
        };
        assert!(parse(wire).is_ok(), "{wire}");
        if !most.is_empty() {
            assert_eq!(parse(most).unwrap_err(), ParseErrorKind::TooMany, "{most}");
        }
    }
    for (fits, exceeds) in [
        ("a STORE 1 FLAGS (a b c)", "a STORE 1 FLAGS (a b c d)"),
        ("a STORE 1 FLAGS a b c", "a STORE 1 FLAGS a b c d"),
        ("a ENABLE A B C", "a ENABLE A B C D"),
        ("a FETCH 1,3,5 UID", "a FETCH 1,3,5,7 UID"),
        ("a X 1 2 3", "a X 1 2 3 4"),
    ] {
        let parse = |line: &str| {
            let wire = Bytes::from([line, "\r\n"].concat());
            Command::parse(&Frame::new(wire), options).map_err(|error| error.error.kind)
        };
        assert!(parse(fits).is_ok(), "{fits}");
        assert_eq!(parse(exceeds).unwrap_err(), ParseErrorKind::TooMany, "{exceeds}");
    }
}

#[test]
fn items_of_a_message_beyond_the_limit_are_one() {
    let mut options = ReadOptions::default();
    options.items = 2;
    let three = fetch("UID 3 X 1 MODSEQ (7)", options);
    let items: Vec<_> = three.items().collect();
    let [FetchItem::Uid(3), FetchItem::Other { .. }, FetchItem::Invalid { raw, why, .. }] =
        &items[..]
    else {
        panic!("{items:?}");
    };
    assert_eq!((&**raw, why.kind), (&b" MODSEQ (7)"[..], ParseErrorKind::TooMany));
    assert_eq!(fetch("UID 3 X 1", options).items().count(), 2);
}

/// CVE-2026-42245: who announces thousands of literals must not have the command copied as often.
#[test]
fn literals_that_are_offered_do_not_copy_what_comes_before_them() {
    let mut limits = FrameLimits::SERVER;
    (limits.line, limits.frame) = (64 << 20, 64 << 20);
    let mut framer = Framer::new(Side::Commands, limits);
    let wire = ["a X ", &"{0}\r\n ".repeat(MANY), "x\r\n"].concat();
    framer.push(wire.clone().into());
    let mut offered = 0;
    let frame = loop {
        match framer.next_piece().unwrap() {
            Some(Piece::Literal { literal }) => {
                assert_eq!(literal.size, 0);
                framer.inline().unwrap();
                offered += 1;
            }
            Some(Piece::Frame(frame)) => break frame,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((offered, frame.wire().len()), (MANY, wire.len()));
}

#[test]
fn repairs_that_are_not_kept_are_counted() {
    let spaces = Repairs::LIMIT + 10;
    let wire = ["*", &" ".repeat(1 + spaces), "5 EXISTS\r\n"].concat();
    let repairs =
        Response::parse(&Frame::new(wire.into()), ReadOptions::default()).unwrap().repairs;
    assert_eq!((repairs.as_slice().len(), repairs.omitted()), (Repairs::LIMIT, 10));
    assert!(repairs.contains(Quirk::ExtraSpace));
}

/// Whatever holds a command that proves who the user is.
#[test]
fn nothing_that_holds_a_password_shows_it() {
    let login = "a LoGiN \"fred\" hunter2\r\n";
    let chunk = Bytes::from(["b NOOP\r\n", login].concat());
    let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    framer.push(chunk.clone());
    let mut shown = vec![format!("{framer:?}")];
    for command in
        ["a AUTHENTICATE PLAIN aHVudGVyMg==\r\n", login, "a  LOGIN {4+}\r\nfred hunter2\r\n"]
    {
        let frame = Frame::new(command.into());
        shown.push(format!("{frame:?}"));
        shown.push(format!("{:?}", Piece::Frame(frame.clone())));
        let read = Command::parse(&frame, ReadOptions::default()).unwrap().value;
        shown.push(format!("{read:?}"));
        let mut out = Encoder::new(Peer::SERVER);
        Command::Noop.encode(&Tag::new("z").unwrap(), &mut out);
        read.command.encode(&read.tag, &mut out);
        shown.extend([format!("{out:?}"), format!("{:?}", out.finish())]);
    }
    let mut limits = FrameLimits::SERVER;
    limits.line = 22;
    let mut framer = Framer::new(Side::Commands, limits);
    framer.push(login.into());
    shown.push(format!("{:?}", framer.next_piece().unwrap_err()));
    shown.push(format!("{:?}", Password::new("hunter2").unwrap()));
    for shown in shown {
        let is_hidden = !shown.contains("hunter") && !shown.contains("aHVu");
        assert!(is_hidden, "{shown}");
    }
    assert_eq!(
        format!("{:?}", Frame::new(login.into())),
        "Frame { wire: b\"a LoGiN \"..., streamed: [] }".replace("...", ".."),
    );
}

/// RFC 9051 §9 has neither; servers send both, and the numbers beside them are good.
#[test]
fn numbers_that_no_message_has_do_not_lose_the_others() {
    for (line, quirk) in [
        ("* SEARCH 3 0 5", Quirk::ZeroNumber),
        ("* SEARCH 3 99999999999999999999999 5", Quirk::LargeNumber),
        ("* SORT 3 4294967296 5 (MODSEQ 9)", Quirk::LargeNumber),
        ("* SEARCH 03 5 (MODSEQ 9300000000000000000)", Quirk::LeadingZero),
    ] {
        let frame = Frame::new(Bytes::from([line, "\r\n"].concat()));
        let read = Response::parse(&frame, ReadOptions::default()).unwrap();
        let Response::Data(Data::Search(found) | Data::Sort(found)) = read.value else {
            panic!("{line}");
        };
        assert_eq!(found.numbers.iter().collect::<Vec<_>>(), [3, 5], "{line}");
        assert!(read.repairs.contains(quirk), "{line}: {:?}", read.repairs);
    }
}

/// Where no literal is looked for there is none, whatever a code holds.
#[test]
fn codes_hold_literals_only_where_they_are_looked_for() {
    let tag = Tag::new("t".repeat(5000)).unwrap();
    let charset = AString::new("a\r\n* BYE").unwrap();
    let no_update = ResponseCode::NoUpdate(tag.clone());
    let progress = ResponseCode::InProgress { tag: Some(tag.clone()), done: None, total: None };
    let charsets = ResponseCode::BadCharset(vec![charset]);
    for code in [no_update, progress, charsets] {
        let text = Continue::new("x").with_code(code.clone());
        let status = Status::new(None, Condition::No, "x").with_code(code);
        for response in [Response::Continue(text), Response::Status(status)] {
            let mut out = Encoder::new(Peer::CLIENT);
            response.encode(&mut out);
            let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
            framer.push(out.finish().wire);
            let Ok(Some(Piece::Frame(frame))) = framer.next_piece() else { panic!("{response:?}") };
            assert!(framer.is_empty(), "{frame:?} is not all of it");
            assert!(Response::parse(&frame, ReadOptions::default()).is_ok(), "{frame:?}");
        }
    }
}

/// What an extension has for a message is not taken for an argument of the next message.
#[test]
fn messages_behind_an_extension_are_messages() {
    let message = || AppendMessage::new(AppendData::Octets("text".into()));
    let value = TaggedValue::try_from(Raw::from(5_u64)).unwrap();
    let name = Atom::new("X-PART").unwrap();
    let other = AppendMessage::new(AppendData::Other(Box::new((name, value))));
    let messages = OneOrMore::from(other).and(message());
    let append = Command::Append { mailbox: Mailbox::INBOX, messages };
    let mut out = Encoder::new(Peer::SERVER);
    append.encode(&Tag::new("a").unwrap(), &mut out);
    let wire = out.finish().wire;
    assert_eq!(wire, "a APPEND INBOX X-PART 5 () {4}\r\ntext\r\n");
    let read = Command::parse(&Frame::new(wire), ReadOptions::default()).unwrap().value.command;
    let Command::Append { messages, .. } = read else { panic!("{read:?}") };
    assert_eq!(*messages.last().unwrap(), message().with_flags(Flags::none()));
}
